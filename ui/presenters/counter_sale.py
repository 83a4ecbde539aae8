"""One sale while it is being led: what is known so far, the screen it makes, the command it becomes. No lanes here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ledger.money import Money, MoneyFormatError
from pos.domain.anomaly import RULE_OF
from pos.domain.card import CardImage
from pos.domain.errors import RuleViolation
from pos.domain.masking import mask_name
from pos.domain.receipt_number import receipt_number_of
from pos.domain.sale import ReadBack, Settlement, TenderKind, check_tender
from pos.ports.surroundings import CustomerView
from pos.usecases.account_overview import AccountOverview
from pos.usecases.interrupted_sale import InterruptedSale, SaleRow
from pos.usecases.open_card_writes import CardWriteRow
from pos.usecases.paid_sale import PayingCommand
from pos.usecases.quote import Quote, QuoteRequest
from pos.usecases.sell_first_card import SellFirstCard
from pos.usecases.take_payment import TakePayment
from ui.presenters import counter_panels as panels
from ui.presenters.counter_desk import Shift, SlipForm
from ui.presenters.counter_state import CounterState, HandOutPanel, ItemPanel, LineView, PayPanel, Step
from ui.presenters.fee_sale import SERVICE_LINES, FeeSale
from ui.presenters.notice import Notice, Tone

LITRES_PER_M3 = 1000
TOO_HIGH = "sale.tender_too_high"


@dataclass(slots=True)
class Sale:
    """What the presenter knows of the sale.

    Attributes:
        step: where it stands. notice: the one message about it.
        overview, card, open_write: who it is, what lies in the reader, what is unsettled.
        found_by_search, identity_at: the customer was searched for; when she was confirmed (UTC ms).
        by_money, typed: the entry. priced: the quote; settlement: what to pay (of the quote or of the first card).
        tender, received_text, received_fen: the money. charge_id, slip: the UnionPay slip that was booked;
            slip_begun: what was typed of one that is not booked yet.
        first_card: a blank card is being sold. fee: a service of the card room; service: the item of one that was
            taken up again. shown_at: when the read-back was shown. pay_id: the one command id.
        entry_refused: the notice is about what is typed as the quantity, and goes with it.
        booking: the command is on its way to the books. written: overview and card are those after the purchase.
        most_over_fen: what may be given beyond what is to pay; more is a slip of the hand. None before a price.
        by_cash: what was asked for in cash before another tender was chosen. lead_agrees: it is booked with a consent.
        cap_told_l: the quantity of which she was told that the meter would refuse it.
    """

    step: Step = Step.IDLE
    notice: Notice | None = None
    overview: AccountOverview | None = None
    card: CardImage | None = None
    open_write: CardWriteRow | None = None
    found_by_search: bool = False
    identity_at: int | None = None
    by_money: bool = False
    typed: str = ""
    entry_refused: bool = False
    priced: Quote | None = None
    settlement: Settlement | None = None
    tender: TenderKind = TenderKind.CASH
    received_text: str = ""
    received_fen: int | None = None
    charge_id: str | None = None
    slip: SlipForm | None = None
    slip_begun: SlipForm = field(default_factory=SlipForm)
    first_card: bool = False
    fee: FeeSale | None = None
    service: str = ""
    shown_at: int = 0
    pay_id: str = ""
    booking: bool = False
    written: bool = False
    most_over_fen: int | None = None
    by_cash: Settlement | None = None
    lead_agrees: bool = False
    cap_told_l: int | None = None


def counter_state(
    sale: Sale, *, held: int, open_writes: int, hand_out: HandOutPanel | None, offset_min: int, names_samples: bool
) -> CounterState:
    """The whole screen of a sale. `names_samples`: a price that nobody approved is said beside the lines."""
    overview = sale.overview
    return CounterState(
        step=sale.step,
        customer=panels.customer_panel(overview, sale.card) if overview else None,
        card=panels.card_panel(overview, sale.card, written=sale.written) if overview else None,
        recent=panels.recent(overview, offset_min) if overview else (),
        item=_item(sale, names_samples=names_samples),
        pay=_pay(sale),
        hand_out=hand_out,
        notice=sale.notice,
        found_by_search=sale.found_by_search,
        agreed=sale.identity_at is not None,
        held=held,
        open_writes=open_writes,
    )


def sale_of(found: InterruptedSale, overview: AccountOverview | None) -> Sale:
    """A booked sale as the screen shows it after a restart."""
    row = found.sale
    moved = row.customer_money_fen
    before = 0 if overview is None else overview.customer_money_fen - moved
    settlement = Settlement(row.due_fen, before, row.paid_fen, row.waived_fen, moved)
    return Sale(
        step=Step.DONE,
        overview=overview,
        settlement=settlement,
        tender=TenderKind(row.tender),
        received_fen=row.tendered_fen,
        first_card=row.item == "first_card",
        service=row.item if row.item not in ("gas", "first_card") else "",
    )


def booked_last(last: SaleRow | None) -> Notice:
    """After a kill: what the books know last. A sale that was led further is in none of them."""
    if last is None:
        return Notice("sale.after_kill_none", Tone.WARNING)
    figures = (
        ("receipt_no", receipt_number_of(last.sale_id, last.receipt_no)),
        ("account_no", last.account_no),
        ("amount_fen", last.paid_fen),
    )
    return Notice("sale.after_kill", Tone.WARNING, figures)


def customer_view(sale: Sale, step: str, notice: str = "") -> CustomerView:
    """The customer's screen: her name masked, what she buys, the figures of the step."""
    contact = sale.overview.contact if sale.overview else None
    owners = [contact.name_masked if contact else ""]
    if sale.fee is not None and sale.fee.new_owner:
        owners.append(mask_name(sale.fee.new_owner))
    settlement, received = sale.settlement, sale.received_fen
    shows_money = settlement is not None and step in ("due", "readback", "writing", "done")
    due = settlement.to_pay_fen if settlement and shows_money else None
    tendered = received if shows_money and step != "due" else None
    volume = "" if sale.priced is None else f"{sale.priced.volume_l // LITRES_PER_M3} m³"
    return CustomerView(
        step=step,
        who=" → ".join(owners),
        item=SERVICE_LINES.get(_service(sale), volume),
        due_fen=due,
        tendered_fen=tendered,
        change_fen=None if tendered is None or due is None or sale.tender is not TenderKind.CASH else tendered - due,
        used_fen=max(0, -settlement.customer_money_delta_fen) if settlement and shows_money else 0,
        kept_fen=max(0, settlement.customer_money_delta_fen) if settlement and shows_money else 0,
        notice=notice,
    )


def quote_request(sale: Sale, shift: Shift) -> QuoteRequest | None:
    """The quote for what is typed; None while it is no number or nobody stands there."""
    if sale.overview is None:
        return None
    money_fen = amount_fen(sale.typed) if sale.by_money else None
    digits = sale.typed.strip()
    whole = digits.isascii() and digits.isdigit() and len(digits) <= 6
    volume_l = int(digits) * LITRES_PER_M3 if whole and not sale.by_money else None
    if money_fen is None and volume_l is None:
        return None
    return QuoteRequest(
        account_no=sale.overview.terms.account_no,
        business_day=shift.business_day,
        tender=sale.tender,
        volume_l=volume_l,
        money_fen=money_fen,
        card=sale.card,
    )


def amount_fen(text: str) -> int | None:
    """A typed sum, or None if it is no positive amount."""
    try:
        money = Money.parse(text)
    except MoneyFormatError:
        return None
    return money.fen if money.fen > 0 or text.strip() in ("0", "0.00") else None


def why_by_card(sale: Sale) -> Notice | None:
    """Why a slip is of another sum than the price, or than the due that stood there for cash (never a silent rounding,
    P3); None if it is neither.
    """
    settlement, cash = sale.settlement, sale.by_cash
    if settlement is None:
        return None
    cash_fen = settlement.to_pay_fen if cash is None or cash.due_fen != settlement.due_fen else cash.to_pay_fen
    used_fen = max(0, -settlement.customer_money_delta_fen)
    figures = (("used_fen", used_fen), ("cash_fen", cash_fen), ("card_fen", settlement.to_pay_fen))
    if cash_fen != settlement.to_pay_fen:
        return Notice("slip_entry.why_both" if used_fen else "slip_entry.why_cash", Tone.INFO, figures)
    return Notice("slip_entry.why_balance", Tone.INFO, figures) if used_fen else None


def slip_refusal(sale: Sale, charged: str) -> Notice | None:
    """Why a slip with this sum, as typed, does not pay the sale; None if it does."""
    if sale.settlement is None or not charged or amount_fen(charged) == sale.settlement.to_pay_fen:
        return None
    cash = sale.by_cash
    is_cash = cash is not None and cash.due_fen == sale.settlement.due_fen and amount_fen(charged) == cash.to_pay_fen
    figures = (("charged", charged), ("to_pay", str(Money(sale.settlement.to_pay_fen))))
    return Notice(f"slip_entry.amount_{'is_cash' if is_cash else 'differs'}", Tone.BAD, figures)


def tender_refusal(sale: Sale) -> Notice | None:
    """Why the sum received cannot be taken, before anything is read back; None if it can."""
    if sale.settlement is None or sale.received_fen is None:
        return Notice("money.not_an_amount", Tone.WARNING)
    to_pay_fen, received_fen = sale.settlement.to_pay_fen, sale.received_fen
    if received_fen < to_pay_fen:
        code = "sale.too_little_fee" if _service(sale) else "sale.too_little"
        return Notice(code, Tone.WARNING, (("to_pay_fen", to_pay_fen),))
    return far_beyond(sale)


def far_beyond(sale: Sale) -> Notice | None:
    """The sum received is a slip of the hand (99999), said while it is typed; None if it is not."""
    settlement, received_fen = sale.settlement, sale.received_fen
    if settlement is None or received_fen is None or sale.most_over_fen is None:
        return None
    try:
        check_tender(received_fen, settlement.to_pay_fen, sale.most_over_fen)
    except RuleViolation as refused:
        return panels.notice_of(refused, Tone.WARNING)
    return None


def payment_command(sale: Sale, shift: Shift, confirmed_at_utc_ms: int) -> PayingCommand | None:
    """The command a confirmed sale becomes; None if something is missing."""
    settlement, received = sale.settlement, sale.received_fen
    if settlement is None or received is None or sale.overview is None:
        return None
    read_back = ReadBack(
        due_fen=settlement.to_pay_fen,
        tendered_fen=received,
        change_fen=received - settlement.to_pay_fen,
        shown_at_utc_ms=sale.shown_at,
        confirmed_at_utc_ms=confirmed_at_utc_ms,
        identity_confirmed_at_utc_ms=sale.identity_at,
    )
    paying: dict[str, Any] = {
        "command_id": sale.pay_id,
        "actor": shift.actor,
        "session_id": shift.session_id,
        "account_no": sale.overview.terms.account_no,
        "tender": sale.tender,
        "tendered_fen": received,
        "read_back": read_back,
        "charge_id": sale.charge_id,
    }
    if sale.fee is not None:
        return sale.fee.command(paying)
    if sale.card is None:
        return None
    if sale.first_card:
        return SellFirstCard(**paying, blank=sale.card)
    if sale.priced is None:
        return None
    return TakePayment(**paying, volume_l=sale.priced.volume_l, card=sale.card, found_by_search=sale.found_by_search)


def standing_notice(sale: Sale, said: Notice | None = None) -> Notice | None:
    """What is to be seen as soon as a customer and her card are known: first what forbids a sale, then her arrears.

    `said`: what was just done for her; it goes before the word that only asks for a card.
    """
    if sale.overview is None:
        return said
    notices = panels.account_notices(sale.overview, sale.open_write)
    first = notices[0] if notices else None
    if first is not None and first.tone is Tone.BAD:
        return first
    return sale_refusal(sale) or first or said or _listed(sale) or _to_do(sale)


def _listed(sale: Sale) -> Notice | None:
    """Her card or meter is on the anomaly list: what that can mean, and whom to tell; she buys as ever (cards B2)."""
    if sale.overview is None or sale.card is None or not sale.overview.anomalies:
        return None
    return Notice(f"counter.anomaly_{RULE_OF[sale.overview.anomalies[0]]}", Tone.WARNING)


def _to_do(sale: Sale) -> Notice | None:
    """What nothing forbids and nobody has begun: her card, or gas that is still owed to her."""
    if sale.card is None and sale.step is Step.QUANTITY:
        return Notice("card.put_in", Tone.INFO)
    return None if sale.overview is None else panels.carry_notice(sale.overview)


def sale_refusal(sale: Sale) -> Notice | None:
    """Why the card that was read cannot be sold to, or None: what `take_payment` would refuse is said before a quantity
    is typed.
    """
    overview, card = sale.overview, sale.card
    if overview is None or card is None or sale.first_card or sale.fee or sale.written:
        return None
    refused = panels.card_refusal(overview, card)
    if refused is None and overview.tariff is None:
        return Notice("tariff.missing", Tone.WARNING)
    return None if refused is None else panels.notice_of(refused, Tone.WARNING)


def _item(sale: Sale, *, names_samples: bool) -> ItemPanel:
    if sale.overview is None:
        return ItemPanel()
    service = _service(sale)
    if service:
        due = sale.settlement.due_fen if sale.settlement else 0
        volume_l = sale.fee.volume_l if sale.fee else 0
        line = LineView(SERVICE_LINES.get(service, service), volume_l, 0, due)
        code = "card_fee" if sale.first_card else service
        told = (sale.fee.told,) if sale.fee and sale.fee.told else ()
        if sale.lead_agrees and sale.step in (Step.QUANTITY, Step.TENDER):
            told = (Notice("sale.lead_agrees", Tone.WARNING), *told)
        return ItemPanel(item_code=code, measured=False, lines=(line,) if due or volume_l else (), notices=told)
    return panels.item_panel(
        sale.overview,
        sale.priced,
        typed=sale.typed,
        asked_fen=amount_fen(sale.typed) if sale.by_money else None,
        by_money=sale.by_money,
        bought=sale.written,
        names_samples=names_samples,
    )


def _service(sale: Sale) -> str:
    """The item of a sale that is no purchase of gas, "" for one."""
    if sale.first_card:
        return "first_card"
    return sale.fee.item if sale.fee else sale.service


def _pay(sale: Sale) -> PayPanel:
    if sale.settlement is None:
        return PayPanel(tender=sale.tender, typed=sale.received_text)
    return panels.pay_panel(
        sale.settlement,
        sale.tender,
        typed=sale.received_text,
        received_fen=sale.received_fen if far_beyond(sale) is None else None,  # no change is counted out of a slip
        reference=sale.slip.reference if sale.slip else "",
    )
