"""Which accounts a sale's facts touch (docs/chart-of-accounts.md). Until a card is proven, money is 预收气款."""

from __future__ import annotations

from ledger import chart
from ledger.entry import Posting, credit, debit
from ledger.money import Money
from pos.domain.sale import Settlement, TenderKind

INCOME_BY_KIND = {
    "gas": chart.INCOME_GAS,
    "card_fee": chart.INCOME_CARD_FEE,
    "late_fee": chart.INCOME_LATE_FEE,
    "service_fee": chart.INCOME_SERVICE_FEE,
    "carried_gas": chart.INCOME_GAS,  # paid for long ago: its amount is always 0
}


def unionpay_charged(charge_id: str, terminal: str, batch: str, amount_fen: int) -> tuple[Posting, ...]:
    """The bank has the customer's money, no sale knows of it yet: 已刷卡未入账."""
    amount = Money(amount_fen)
    return (
        debit(chart.UNIONPAY_CLEARING, amount, matter=f"{terminal}/{batch}"),
        credit(chart.UNIONPAY_UNBOOKED, amount, matter=charge_id),
    )


def sale_paid(
    *,
    till_id: str,
    account_no: str,
    write_id: str,
    tender: TenderKind,
    settlement: Settlement,
    tendered_fen: int,
    charge_id: str | None,
) -> tuple[Posting, ...]:
    """Money in, change out, the due sum into the card's suspense, the rest by the fen rule."""
    legs = _money_in(till_id, account_no, tender, settlement, tendered_fen, charge_id)
    return (*legs, *_leg(credit, chart.PREPAID_GAS, settlement.due_fen, party=account_no, matter=write_id))


def fee_paid(
    *,
    till_id: str,
    account_no: str,
    tender: TenderKind,
    settlement: Settlement,
    tendered_fen: int,
    charge_id: str | None,
) -> tuple[Posting, ...]:
    """As `sale_paid`, but nothing is owed for it any more: the due sum is income at once."""
    legs = _money_in(till_id, account_no, tender, settlement, tendered_fen, charge_id)
    return (*legs, *_leg(credit, chart.INCOME_SERVICE_FEE, settlement.due_fen))


def _money_in(
    till_id: str,
    account_no: str,
    tender: TenderKind,
    settlement: Settlement,
    tendered_fen: int,
    charge_id: str | None,
) -> list[Posting]:
    legs: list[Posting] = []
    if tender is TenderKind.CASH:
        drawer = chart.cash_till(till_id)
        legs += _leg(debit, drawer, tendered_fen)
        legs += _leg(credit, drawer, tendered_fen - settlement.to_pay_fen)
    elif charge_id is not None:
        legs += _leg(debit, chart.UNIONPAY_UNBOOKED, settlement.to_pay_fen, matter=charge_id)
    legs += _customer_money(account_no, settlement.customer_money_delta_fen)
    legs += _leg(debit, chart.ROUNDING_WAIVED, settlement.waived_fen)
    return legs


def card_posted(account_no: str, write_id: str, by_kind: dict[str, int]) -> tuple[Posting, ...]:
    """The card is proven: the suspense becomes income, kind by kind."""
    legs = _leg(debit, chart.PREPAID_GAS, sum(by_kind.values()), party=account_no, matter=write_id)
    for kind, amount_fen in sorted(by_kind.items()):
        legs += _leg(credit, INCOME_BY_KIND[kind], amount_fen)
    return tuple(legs)


def money_returned(
    *, till_id: str, account_no: str, write_id: str, tender: TenderKind, settlement: Settlement, charge_id: str | None
) -> tuple[Posting, ...]:
    """The mirror of `sale_paid` without the change: the same money straight back, the same way."""
    legs = _leg(debit, chart.PREPAID_GAS, settlement.due_fen, party=account_no, matter=write_id)
    return tuple(legs + _given_back(till_id, account_no, tender, settlement, charge_id))


def sale_undone(
    *,
    till_id: str,
    account_no: str,
    by_kind: dict[str, int],
    tender: TenderKind,
    settlement: Settlement,
    charge_id: str | None,
) -> tuple[Posting, ...]:
    """The mirror of `sale_paid` and `card_posted` together: what was income is the customer's money again."""
    legs = [leg for kind, fen in sorted(by_kind.items()) for leg in _leg(debit, INCOME_BY_KIND[kind], fen)]
    return tuple(legs + _given_back(till_id, account_no, tender, settlement, charge_id))


def _given_back(
    till_id: str, account_no: str, tender: TenderKind, settlement: Settlement, charge_id: str | None
) -> list[Posting]:
    legs = _customer_money(account_no, -settlement.customer_money_delta_fen)
    legs += _leg(credit, chart.ROUNDING_WAIVED, settlement.waived_fen)
    if tender is TenderKind.CASH:
        legs += _leg(credit, chart.cash_till(till_id), settlement.to_pay_fen)
    elif charge_id is not None:
        legs += _leg(credit, chart.UNIONPAY_UNBOOKED, settlement.to_pay_fen, matter=charge_id)
    return legs


def balance_paid_out(till_id: str, account_no: str, balance_fen: int, out_fen: int) -> tuple[Posting, ...]:
    """An account ends: 户内余额 in cash, and what the company adds to pay in whole jiao."""
    legs = _leg(debit, chart.CUSTOMER_MONEY, balance_fen, party=account_no)
    legs += _leg(debit, chart.ROUNDING_WAIVED, out_fen - balance_fen)
    legs += _leg(credit, chart.cash_till(till_id), out_fen)
    return tuple(legs)


def unionpay_undone(charge_id: str, terminal: str, batch: str, amount_fen: int) -> tuple[Posting, ...]:
    """The terminal's own 撤销 of a charge that no sale uses: the mirror of `unionpay_charged`."""
    amount = Money(amount_fen)
    return (
        debit(chart.UNIONPAY_UNBOOKED, amount, matter=charge_id),
        credit(chart.UNIONPAY_CLEARING, amount, matter=f"{terminal}/{batch}"),
    )


def _customer_money(account_no: str, delta_fen: int) -> list[Posting]:
    side = credit if delta_fen > 0 else debit
    return _leg(side, chart.CUSTOMER_MONEY, abs(delta_fen), party=account_no)


def _leg(
    side: object, account: str, amount_fen: int, *, party: str | None = None, matter: str | None = None
) -> list[Posting]:
    """A leg, or none for nothing."""
    if amount_fen == 0:
        return []
    make = credit if side is credit else debit
    return [make(account, Money(amount_fen), party=party, matter=matter)]
