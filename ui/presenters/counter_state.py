"""What the counter screen shows during a sale: who, what, how much, and which step of the sale it is.

Rule: screen.md "Steps of a sale". Amounts are fen, volumes litres, prices yuan x 10^4 per m3. Every state is frozen:
a presenter replaces it, a page only draws it. Must not know: Qt, languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.presenters.notice import Notice, Tone


class Step(StrEnum):
    """Steps in the order of a sale; from BOOKED on, Esc leads nowhere and only the undo flow exists."""

    IDLE = "idle"
    IDENTIFY = "identify"
    QUANTITY = "quantity"
    TENDER = "tender"
    READBACK = "readback"
    BOOKED = "booked"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPanel:
    """Who stands at the counter. phone is masked already; balance_fen is 户内余额; arrears_fen: 0 = none on file."""

    name: str
    address: str
    meter_no: str
    account_no: str
    card_no: str = ""
    card_issue_no: int = 0
    phone: str = ""
    price_class: str = ""
    persons: int = 0
    balance_fen: int = 0
    arrears_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPanel:
    """What the card and the meter say.

    Attributes:
        status_code, status_tone: for example `card.consumed`, GOOD.
        remaining_l: litres left in the meter, None if the meter wrote nothing back.
        purchases: purchase count on the card. meter_code: state of the meter, a message code.
        left_inlet: True if gas enters from the left, None if unknown.
    """

    status_code: str
    status_tone: Tone = Tone.INFO
    remaining_l: int | None = None
    purchases: int = 0
    meter_code: str = "meter.normal"
    left_inlet: bool | None = None


@dataclass(frozen=True, slots=True)
class RecentPurchase:
    """An earlier purchase: ISO day, litres, fen."""

    day: str
    volume_l: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class TierView:
    """Position in the year's tiers: litres used before this sale, litres being bought, upper limits in litres."""

    used_l: int
    buying_l: int
    limits_l: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """One priced line. volume_l is 0 for fees without volume."""

    name: str
    volume_l: int
    price_e4: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPanel:
    """What is sold.

    Attributes:
        item_code: `gas`, `water`, `power`, `card_fee` ...
        by_money: True if the amount is typed instead of the volume.
        typed: the text of the entry field as the presenter last accepted it.
        usual_l, limit_l: usual purchase and the limit of this purchase in litres, None if there is none.
        measured: False for a fee, whose quantity nobody types.
        tiers: None for flat prices. lines: priced lines. notices: what the customer must be told.
    """

    item_code: str = "gas"
    measured: bool = True
    by_money: bool = False
    typed: str = ""
    usual_l: int | None = None
    limit_l: int | None = None
    tiers: TierView | None = None
    lines: tuple[LineView, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundOffer:
    """凑整: the customer adds `add_fen` and gets `change_fen` back in fewer pieces."""

    add_fen: int
    change_fen: int


@dataclass(frozen=True, slots=True)
class ChangePiece:
    """One kind of note or coin to pick for the change."""

    face_fen: int
    coin: bool
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPanel:
    """How much.

    Attributes:
        due_fen: to pay, None before a price is known. due_words: the amount in 大写, "" if unknown.
        tender: `cash`, `unionpay`, ... typed: text of the received field.
        received_fen: what the customer gives, as accepted; None before.
        change_fen: None while too little is received. pieces: notes to pick for the change.
        used_fen, carry_fen: what 户内余额 meets of the price, or the remainder that goes there; balance_after_fen: what
            it is then. waived_fen: 抹零. 0 if there is none of it.
        quick_fen: sums offered as buttons. offer: 凑整, None if nothing is gained by it.
        reference: reference number of a typed UnionPay slip, "" for cash.
    """

    due_fen: int | None = None
    due_words: str = ""
    tender: str = "cash"
    typed: str = ""
    received_fen: int | None = None
    change_fen: int | None = None
    pieces: tuple[ChangePiece, ...] = ()
    used_fen: int = 0
    carry_fen: int = 0
    balance_after_fen: int = 0
    waived_fen: int = 0
    quick_fen: tuple[int, ...] = ()
    offer: RoundOffer | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt that can be printed again. at: local time; customer: masked; amount_fen: < 0 where money went back;
    tender_code: how it was paid, a message code, "" if it cannot be read."""

    job_id: str
    receipt_no: str
    at: str
    customer: str
    account_no: str
    amount_fen: int
    kind_code: str
    tender_code: str = ""


class WriteState(StrEnum):
    """The card during and after the booking; UNWRITTEN: paid, and nothing was ever written on it."""

    NONE = "none"
    UNWRITTEN = "unwritten"
    WRITING = "writing"
    WRITTEN = "written"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOutPanel:
    """After the booking: the strip, the tick list 找零 · 卡 · 票, the receipt's line.

    Attributes:
        write: see `WriteState`. ticked: of `change`, `card`, `paper`; needed: those this sale has.
        receipt_code: state of the receipt, for example `receipt.sent`. receipt_no: printed number.
        card_in_reader: the next sale waits while True.
        undo: a purchase is taken back off its card; return_fen: what the customer gets for it now, None for nothing;
            later_fen: what she will get once it is off the card, None where that is over or not known.
    """

    write: WriteState = WriteState.NONE
    undo: bool = False
    return_fen: int | None = None
    later_fen: int | None = None
    needed: tuple[str, ...] = ("change", "card", "paper")
    ticked: frozenset[str] = frozenset()
    receipt_code: str = "receipt.waiting"
    receipt_no: str = ""
    card_in_reader: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterState:
    """The whole counter screen.

    Attributes:
        step: see `Step`; it decides which field has the focus and what the primary action is.
        customer, card, recent: left column; None / empty while nobody stands there.
        item, pay: middle and right column. hand_out: set from BOOKED on.
        notice: one message about this sale, where the eye is.
        found_by_search: 核对户名 is a recorded step then. agreed: that is done, her card is awaited.
        held: number of sales on hold. open_writes: card writes of this till that are not settled, seen between sales.
        can_sell: False before a till session is open; the notice says why.
    """

    step: Step = Step.IDLE
    customer: CustomerPanel | None = None
    card: CardPanel | None = None
    recent: tuple[RecentPurchase, ...] = ()
    item: ItemPanel = ItemPanel()
    pay: PayPanel = PayPanel()
    hand_out: HandOutPanel | None = None
    notice: Notice | None = None
    found_by_search: bool = False
    agreed: bool = False
    held: int = 0
    open_writes: int = 0
    can_sell: bool = True
