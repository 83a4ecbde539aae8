"""Who may do what: the matrix of domain P12 as data. What is missing in it is refused.

The matrix test is made from this table; use cases enforce it where the state changes, never buttons.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in this hall (design, Words)."""

    CASHIER = "cashier"  # 收费员
    CARD_CLERK = "card_clerk"  # 卡务员
    SHIFT_LEAD = "shift_lead"  # 班长
    FINANCE_CASHIER = "finance_cashier"  # 出纳
    AUDITOR = "auditor"  # 稽核
    ADMINISTRATOR = "administrator"  # 管理员


class Act(StrEnum):
    """The acts of P12, one per row and verb."""

    RUN_OWN_TILL_SESSION = "run_own_till_session"
    SELL = "sell"
    VOID_SMALL = "void_small"
    VOID_LARGE = "void_large"
    REFUND = "refund"
    RETURN_MONEY = "return_money"
    OPEN_ACCOUNT = "open_account"
    ISSUE_FIRST_CARD = "issue_first_card"
    REPORT_LOSS = "report_loss"
    WITHDRAW_LOSS = "withdraw_loss"
    REPLACE_CARD = "replace_card"
    CHANGE_METER = "change_meter"
    CARRY_GAS = "carry_gas"
    TRANSFER_ACCOUNT = "transfer_account"
    RECEIVE_CARD_STOCK = "receive_card_stock"
    MOVE_CARD_STOCK = "move_card_stock"
    CHANGE_ACCOUNT = "change_account"
    CHANGE_PRICED_TERMS = "change_priced_terms"
    ERASE_CONTACT = "erase_contact"
    REPRINT = "reprint"
    OPEN_DRAWER = "open_drawer"
    APPROVE = "approve"
    SECOND_COUNT = "second_count"
    DECIDE_OVER_SHORT = "decide_over_short"
    SETTLE_IN_DOUBT = "settle_in_doubt"
    ISSUE_FLOAT = "issue_float"
    ACCEPT_BAG = "accept_bag"
    MOVE_SAFE = "move_safe"
    RECEIVE_TAKINGS = "receive_takings"
    MAKE_DEPOSIT = "make_deposit"
    EXPORT_FINANCE = "export_finance"
    READ_OWN_REPORTS = "read_own_reports"
    READ_ALL_REPORTS = "read_all_reports"
    REQUEST_CORRECTION = "request_correction"
    CORRECT_OWN = "correct_own"
    REVEAL_CONTACT = "reveal_contact"
    ANSWER_ANOMALY = "answer_anomaly"
    IMPORT_CUSTOMERS = "import_customers"
    SET_PRICES = "set_prices"
    MANAGE_OPERATORS = "manage_operators"
    MANAGE_DEVICES = "manage_devices"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_KEYS = "manage_keys"
    UNLOCK_KEYS = "unlock_keys"
    BACKUP = "backup"
    RESTORE = "restore"


class Verdict(StrEnum):
    """A cell of the matrix."""

    ALLOWED = "allowed"
    APPROVAL = "approval"  # another person's own password, one action
    REFUSED = "refused"


_COUNTER = (Role.CASHIER, Role.CARD_CLERK, Role.SHIFT_LEAD)
_EVERYBODY = tuple(Role)

ALLOWED: dict[Act, tuple[Role, ...]] = {
    Act.RUN_OWN_TILL_SESSION: _COUNTER,
    Act.SELL: _COUNTER,
    Act.VOID_SMALL: _COUNTER,
    Act.OPEN_ACCOUNT: (Role.CARD_CLERK, Role.SHIFT_LEAD),
    Act.TRANSFER_ACCOUNT: (Role.CARD_CLERK, Role.SHIFT_LEAD),
    Act.ISSUE_FIRST_CARD: (Role.CARD_CLERK, Role.SHIFT_LEAD),
    Act.REPORT_LOSS: _COUNTER,
    Act.CARRY_GAS: _COUNTER,
    Act.WITHDRAW_LOSS: (Role.CARD_CLERK, Role.SHIFT_LEAD),
    Act.CHANGE_ACCOUNT: (Role.CARD_CLERK, Role.SHIFT_LEAD),
    Act.REPRINT: _COUNTER,
    Act.OPEN_DRAWER: _COUNTER,
    Act.APPROVE: (Role.SHIFT_LEAD,),
    Act.SECOND_COUNT: (Role.SHIFT_LEAD,),
    Act.DECIDE_OVER_SHORT: (Role.SHIFT_LEAD,),
    Act.SETTLE_IN_DOUBT: (Role.SHIFT_LEAD,),
    Act.ISSUE_FLOAT: (Role.SHIFT_LEAD, Role.FINANCE_CASHIER),
    Act.ACCEPT_BAG: (Role.SHIFT_LEAD, Role.FINANCE_CASHIER),
    Act.MOVE_SAFE: (Role.SHIFT_LEAD, Role.FINANCE_CASHIER),
    Act.RECEIVE_CARD_STOCK: (Role.SHIFT_LEAD, Role.FINANCE_CASHIER),
    Act.RECEIVE_TAKINGS: (Role.FINANCE_CASHIER,),
    Act.MAKE_DEPOSIT: (Role.FINANCE_CASHIER,),
    Act.EXPORT_FINANCE: (Role.FINANCE_CASHIER,),
    Act.READ_OWN_REPORTS: _EVERYBODY,
    Act.READ_ALL_REPORTS: (Role.SHIFT_LEAD, Role.FINANCE_CASHIER, Role.AUDITOR, Role.ADMINISTRATOR),
    Act.REQUEST_CORRECTION: tuple(role for role in Role if role is not Role.ADMINISTRATOR),
    Act.CORRECT_OWN: (Role.CASHIER, Role.CARD_CLERK, Role.SHIFT_LEAD, Role.FINANCE_CASHIER),
    Act.REVEAL_CONTACT: (Role.CASHIER, Role.CARD_CLERK, Role.SHIFT_LEAD, Role.AUDITOR),
    Act.ANSWER_ANOMALY: (Role.SHIFT_LEAD, Role.AUDITOR, Role.ADMINISTRATOR),
    Act.MANAGE_OPERATORS: (Role.ADMINISTRATOR,),
    Act.MANAGE_DEVICES: (Role.ADMINISTRATOR,),
    Act.MANAGE_SETTINGS: (Role.ADMINISTRATOR,),
    Act.BACKUP: (Role.ADMINISTRATOR,),
    Act.UNLOCK_KEYS: (Role.SHIFT_LEAD, Role.ADMINISTRATOR),  # who opens the counter in the morning (docs/keys.md)
}
"""Acts a role may do alone."""

NEEDS_APPROVAL: dict[Act, dict[Role, tuple[Role, ...]]] = {
    Act.VOID_LARGE: dict.fromkeys(_COUNTER, (Role.SHIFT_LEAD,)),
    Act.REFUND: dict.fromkeys(_COUNTER, (Role.SHIFT_LEAD,)),
    Act.RETURN_MONEY: dict.fromkeys(_COUNTER, (Role.SHIFT_LEAD,)),
    Act.REPLACE_CARD: dict.fromkeys(_COUNTER, (Role.SHIFT_LEAD,)),
    Act.CHANGE_METER: dict.fromkeys(_COUNTER, (Role.SHIFT_LEAD,)),
    Act.MOVE_CARD_STOCK: dict.fromkeys(_COUNTER, (Role.SHIFT_LEAD,)),
    Act.OPEN_ACCOUNT: {Role.CASHIER: (Role.SHIFT_LEAD,)},
    Act.TRANSFER_ACCOUNT: {Role.CASHIER: (Role.SHIFT_LEAD,)},
    Act.ISSUE_FIRST_CARD: {Role.CASHIER: (Role.SHIFT_LEAD,)},
    Act.WITHDRAW_LOSS: {Role.CASHIER: (Role.SHIFT_LEAD,)},
    Act.CHANGE_ACCOUNT: {Role.CASHIER: (Role.SHIFT_LEAD,)},
    Act.CHANGE_PRICED_TERMS: dict.fromkeys(_COUNTER, (Role.SHIFT_LEAD,)),
    Act.ERASE_CONTACT: {Role.ADMINISTRATOR: (Role.SHIFT_LEAD, Role.ADMINISTRATOR)},
    Act.IMPORT_CUSTOMERS: {Role.SHIFT_LEAD: (Role.ADMINISTRATOR,), Role.ADMINISTRATOR: (Role.SHIFT_LEAD,)},
    Act.SET_PRICES: {Role.SHIFT_LEAD: (Role.ADMINISTRATOR,), Role.ADMINISTRATOR: (Role.SHIFT_LEAD,)},
    Act.MANAGE_KEYS: {Role.ADMINISTRATOR: (Role.SHIFT_LEAD, Role.ADMINISTRATOR)},
    Act.RESTORE: {Role.ADMINISTRATOR: (Role.SHIFT_LEAD, Role.ADMINISTRATOR)},
}
"""Acts a role may do with the consent of another person in one of the named roles."""


def verdict(act: Act, role: Role) -> Verdict:
    """The cell of the matrix; anything not written down is refused."""
    if role in ALLOWED.get(act, ()):
        return Verdict.ALLOWED
    if role in NEEDS_APPROVAL.get(act, {}):
        return Verdict.APPROVAL
    return Verdict.REFUSED


def approvers(act: Act, role: Role) -> tuple[Role, ...]:
    """Roles whose consent lets `role` do `act`; empty if none does."""
    return NEEDS_APPROVAL.get(act, {}).get(role, ())
