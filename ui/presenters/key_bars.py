"""Which keys the bar shows: by page, on the counter by who is there and by the step of the sale; only what works now.

Rule: screen.md "Frame" and "Language" (a key stands only where it does something). Names are those of the table of
actions; `settle=count.submit` shows that message as the label, because F9 does another thing on another page.
Must not know: Qt, what the keys do.
"""

from __future__ import annotations

from pos.domain.roles import ALLOWED, Act, Role
from ui.presenters.counter_state import CounterState, Step, WriteState

COUNTER_ROLES = {Role.CASHIER, Role.CARD_CLERK}
COUNTER_KEYS: dict[Step, tuple[str, ...]] = {
    Step.IDLE: (
        "help",
        "read_card",
        "search",
        "recall",
        "reprint",
        "go_account",
        "go_card_room",
        "close_till",
        "open_drawer",
        "lock",
    ),
    Step.IDENTIFY: ("help", "next=counter.agreed", "search", "back", "lock"),
    Step.QUANTITY: ("help", "next", "read_card", "search", "mode", "hold", "go_card_room", "back", "lock"),
    Step.TENDER: ("help", "next", "tender", "hold", "settle", "back", "cancel_sale", "lock"),
    Step.READBACK: ("help", "lock"),
    Step.BOOKED: ("help", "lock"),
    Step.DONE: ("help", "next", "read_card=hand_out.card_again", "reprint", "open_drawer", "lock"),
}
_F2_AFTER = {
    WriteState.UNWRITTEN: "read_card=hand_out.write_now",
    WriteState.IN_DOUBT: "read_card=hand_out.look_again",
}
"""What F2 does to the card after the booking, where it is not another try; the texts beside it say the same word."""
_AGREED_KEYS = ("help", "read_card", "search", "go_card_room", "back", "lock")
IDLE_KEYS = ("help", "open_till", "close_till", "go_matters", "sign_out", "lock")
LEAD_KEYS = (
    "help",
    "close_till=lead.settle",
    "issue_float",
    "open_till",
    "x_report",
    "accept_bag",
    "move_cash",
    "go_matters",
    "go_card_room",
    "go_anomalies",
    "sign_out",
    "lock",
)
ADMIN_KEYS = (
    "help",
    "go_staff",
    "go_settings",
    "go_card_room",
    "go_anomalies",
    "go_devices",
    "go_matters",
    "change_password",
    "sign_out",
    "lock",
)
READER_KEYS = ("help", "x_report", "go_card_room", "go_anomalies", "go_matters", "go_settings", "sign_out", "lock")
_COUNT_KEYS = ("help", "settle=count.submit", "cancel_sale=count.leave", "back", "lock")
PAGE_KEYS = {
    "sign_in": ("help", "recover"),
    "recovery": ("help", "next", "back"),  # what F9 does changes with the step; its button says it
    # what F9 does changes with the row; its button says it
    "settings": ("help", "next=set.change_it", "go_staff", "sign_out", "back", "lock"),
    "price": ("help", "next", "settle=price.ask", "go_anomalies", "back", "lock"),
    "staff": ("help", "next=staff.choose", "settle=staff.add", "go_settings", "sign_out", "back", "lock"),
    "password": ("help", "next", "settle=password.change", "back"),
    "search": ("help", "next", "back", "lock"),
    "room_search": ("help", "next", "back", "lock"),
    "account": ("help", "settle=account.open", "back", "lock"),
    "count": ("help", "settle=count.submit", "hold=count.set_aside", "cancel_sale=count.leave", "back", "lock"),
    "office_count": _COUNT_KEYS,
    "difference": ("help", "lock"),  # what F9 does changes from step to step; its button says it
    "close": ("help", "lock"),  # F9 and F7 change with the seal; their buttons say it
    "hand_over": ("help", "settle=hand_over.sign", "mode=hand_over.to_whom", "back", "lock"),
    "matters": ("help", "next=matters.settle", "back", "lock"),
    # what Enter and F9 do changes with the form; its button says it
    "card_room": ("help", "read_card", "search", "go_anomalies", "back", "lock"),
    # what Enter and F9 do changes with the entry; its button says it
    "anomalies": ("help", "mode=anomaly.filter", "export=anomaly.export", "back", "lock"),
    # what F9 does changes with the keys; its button says it
    "devices": ("help", "refresh=devices.look_again", "back", "lock"),
    "bags": ("help", "next", "settle=bags.open", "mode=bags.seal", "back", "lock"),
    "x_report": ("help", "reprint=x.print", "back", "lock"),
    "finance": (
        "help",
        "search=finance.day",
        "export=finance.export",
        "hold=finance.day_before",
        "recall=finance.day_after",
        "x_report",
        "settle=finance.deposit",
        "accept_bag",
        "sign_out",
        "lock",
    ),
}
_ADMINISTRATORS = ("go_staff",)
_OF_ROLES: dict[str, tuple[str, tuple[Role, ...]]] = {
    "open_till": ("key.own_till", ALLOWED[Act.RUN_OWN_TILL_SESSION]),
    "close_till": ("key.own_till", ALLOWED[Act.RUN_OWN_TILL_SESSION]),
    "open_drawer": ("key.own_till", ALLOWED[Act.OPEN_DRAWER]),
    "go_account": ("key.own_till", ALLOWED[Act.SELL]),
    "reprint": ("key.own_till", ALLOWED[Act.REPRINT]),
    "issue_float": ("key.issue_float", (Role.SHIFT_LEAD,)),
    "accept_bag": ("key.accept_bag", ALLOWED[Act.ACCEPT_BAG]),
    "x_report": ("key.x_report", ALLOWED[Act.READ_ALL_REPORTS]),
    "go_finance": ("key.go_finance", (Role.FINANCE_CASHIER,)),
    "go_staff": ("page.administrator", (Role.ADMINISTRATOR,)),
    "go_anomalies": ("key.anomalies", ALLOWED[Act.READ_ALL_REPORTS]),
}
_WHILE_SELLING = ("open_drawer", "go_account", "reprint")


def page_keys(page: str, roles: frozenset[Role], *, demo: bool = False) -> tuple[str, ...]:
    """The bar of a page other than the counter. `demo`: its box of cards is at hand, where cards are read."""
    bar = PAGE_KEYS.get(page, ("help",))
    if demo and page == "card_room":
        bar = (bar[0], "demo_cards", *bar[1:])
    if not roles & set(ALLOWED[Act.READ_ALL_REPORTS]):
        bar = tuple(key for key in bar if key != "go_anomalies")
    return bar if Role.ADMINISTRATOR in roles else tuple(key for key in bar if key not in _ADMINISTRATORS)


def why_not(name: str, roles: frozenset[Role], *, sells: bool) -> str:
    """Why a key does nothing for her, as a message code that names who can; "" where it does something.

    `sells`: her till session is open here.
    """
    code, allowed = _OF_ROLES.get(name, ("", ()))
    if code and not roles & set(allowed):
        return code
    if name in _WHILE_SELLING and not sells:
        return "key.open_first"
    if name == "move_cash" and not sells and not roles & set(ALLOWED[Act.MOVE_SAFE]):
        return "key.move_cash"
    return ""


def idle_keys(roles: frozenset[Role] | None, *, waits: bool, samples: bool = False) -> tuple[str, ...]:
    """The counter while nothing is sold there.

    `roles`: None before anybody signed in; waits: a till waits for her; samples: prices wait for an approval.
    """
    if roles == frozenset({Role.ADMINISTRATOR}):
        return ADMIN_KEYS
    if roles is not None and Role.SHIFT_LEAD in roles:
        bar = (LEAD_KEYS[0], "go_settings", *LEAD_KEYS[1:]) if samples else LEAD_KEYS
        return bar if waits else tuple(key for key in bar if not key.startswith("close_till"))
    if roles is None or roles & COUNTER_ROLES:
        return IDLE_KEYS if waits else tuple(key for key in IDLE_KEYS if key != "close_till")
    return READER_KEYS


def counter_keys(state: CounterState, *, demo: bool) -> tuple[str, ...]:
    """The counter while a till sells there. `demo`: its box of cards is at hand."""
    bar = _AGREED_KEYS if state.step is Step.IDENTIFY and state.agreed else COUNTER_KEYS[state.step]
    if state.step is Step.TENDER and state.pay.change_fen is not None:  # enough was received: F9 goes on
        bar = tuple(key for key in bar if key != "next")
    elif state.step is Step.TENDER and not state.pay.typed:
        bar = tuple("next=pay.exact" if key == "next" else key for key in bar)
    if not state.item.measured and state.item.item_code != "card_fee":  # a service waits for nobody
        bar = tuple(key for key in bar if key != "hold")
    if not state.held:
        bar = tuple(key for key in bar if key != "recall")
    lamp = None if state.hand_out is None else state.hand_out.write
    if lamp in (WriteState.WRITTEN, WriteState.NONE):
        bar = tuple(key for key in bar if not key.startswith("read_card"))
    elif lamp in _F2_AFTER:
        bar = tuple(_F2_AFTER[lamp] if key.startswith("read_card") else key for key in bar)
    elif state.hand_out is not None and state.hand_out.undo:
        bar = tuple("read_card=hand_out.undo_again" if key.startswith("read_card") else key for key in bar)
    return bar if not demo else (bar[0], "demo_cards", *bar[1:])
