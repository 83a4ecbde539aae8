"""From what the use cases answer to what the counter shows: pure builders of panels and notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median_low

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.account import CardStatus
from pos.domain.capitals import in_capitals
from pos.domain.card import CardImage, CardKind
from pos.domain.card_write import check_card_may_buy
from pos.domain.errors import RuleViolation
from pos.domain.sale import Settlement, TenderKind, change_notes, quick_sums, rounding_proposal
from pos.usecases.account_overview import AccountOverview
from pos.usecases.find_accounts import FoundAccounts
from pos.usecases.open_card_writes import CardWriteRow
from pos.usecases.quote import Quote
from ui.presenters.counter_state import (
    CardPanel,
    ChangePiece,
    CustomerPanel,
    ItemPanel,
    LineView,
    PayPanel,
    RecentPurchase,
    RoundOffer,
    TierView,
)
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import HitView

COIN_UP_TO_FEN = 50


_NOT_ACTIVE = "account.not_active"
"""Of the use cases; on the screen it says which: not let in yet, stopped, or closed."""


def notice_of(error: KnownError, tone: Tone = Tone.BAD) -> Notice:
    """A known error as a notice: its code and its figures."""
    code = f"{error.code}_{error.params['status']}" if error.code == _NOT_ACTIVE else error.code
    return Notice(code, tone, tuple(sorted(error.params.items())))


def password_notice(error: KnownError, name: str, *, administrator: bool) -> Notice:
    """A refusal where it is known whose password was asked for: nobody typed a 工号 there."""
    if error.code == "sign_in.wait" and name:
        return Notice("sign_in.wait_of", Tone.BAD, (("name", name), ("wait_s", error.params["wait_s"])))
    if error.code != "sign_in.wrong":
        return notice_of(error)
    return Notice("sign_in.wrong_of_admin" if administrator else "sign_in.wrong_of", Tone.BAD, (("name", name),))


def hits_of(result: FoundAccounts) -> tuple[HitView, ...]:
    """Customers found, phones masked."""
    return tuple(
        HitView(line.account_no, line.name, line.address, line.meter_no or "", line.phone_masked)
        for line in result.lines
    )


def customer_panel(overview: AccountOverview, card: CardImage | None) -> CustomerPanel:
    """Left column: who it is, what must be read aloud first."""
    contact, bound = overview.contact, overview.card
    return CustomerPanel(
        name=contact.name if contact else "",
        address=contact.address if contact else "",
        meter_no=overview.meter.meter_no if overview.meter else "",
        account_no=overview.terms.account_no,
        card_no=card.identity.card_no if card and card.identity else (bound.card_no if bound else ""),
        card_issue_no=bound.issue_no if bound else 0,
        phone=contact.phone_masked if contact else "",
        price_class=overview.terms.price_class,
        persons=overview.terms.people,
        balance_fen=overview.customer_money_fen,
        arrears_fen=overview.terms.arrears_fen,
    )


def card_panel(overview: AccountOverview, card: CardImage | None, *, written: bool = False) -> CardPanel | None:
    """What card and meter say; the last stored reading where no card lies in the reader. `written`: just now, here."""
    left_inlet = None if overview.meter is None else overview.meter.inlet == "left"
    if card is None:
        reading = overview.reading
        if reading is None:
            return None
        return CardPanel(
            status_code="card.from_last_reading",
            remaining_l=reading.remaining_l if reading.read_on else None,
            purchases=_purchases(overview),
            meter_code=meter_code(reading.status),
            left_inlet=left_inlet,
        )
    if card.kind is not CardKind.USER or card.purchase is None:
        return CardPanel(status_code=f"card.{card.kind}", status_tone=Tone.WARNING, left_inlet=left_inlet)
    feedback = card.feedback
    refused = card_refusal(overview, card)
    if written:
        code, tone = "card.just_written", Tone.GOOD
    elif refused is not None:
        code, tone = refused.code, Tone.WARNING
    elif card.purchase.sequence == 0:
        code, tone = "card.new", Tone.INFO
    else:
        code, tone = "card.consumed", Tone.GOOD
    return CardPanel(
        status_code=code,
        status_tone=tone,
        remaining_l=feedback.remaining_l if feedback and feedback.read_on else None,
        purchases=card.purchase.sequence,
        meter_code=meter_code(feedback.status) if feedback else "meter.normal",
        left_inlet=left_inlet,
    )


def card_refusal(overview: AccountOverview, card: CardImage) -> RuleViolation | None:
    """Why this card takes no purchase of this account, as `take_payment` would say; None if it does."""
    bound = overview.card
    try:
        check_card_may_buy(
            card,
            account_no=overview.terms.account_no,
            card_no=None if bound is None else bound.card_no,
            is_active=bound is not None and bound.status is CardStatus.ACTIVE,
            proven_sequence=overview.written_sequence,
            meter_no=None if overview.meter is None else overview.meter.meter_no,
        )
    except RuleViolation as refused:
        if bound is not None and bound.status is CardStatus.LOST:
            return RuleViolation("card.lost", card_no=bound.card_no)
        return refused
    return None


ANOTHERS_CARD = ("counter.anothers_card", "counter.anothers_card_blank")


def anothers_card(own: AccountOverview, owner: AccountOverview, card_no: str) -> Notice:
    """The reader holds a card of somebody else than the customer who was chosen; of that one only what is masked."""
    params = (
        ("card_end", card_no[-4:]),
        ("name", own.contact.name if own.contact else ""),
        ("owner", owner.contact.name_masked if owner.contact else ""),
    )
    has_one = own.card is not None
    return Notice(ANOTHERS_CARD[0 if has_one else 1], Tone.WARNING, params)


def _purchases(overview: AccountOverview) -> int:
    """The count on a card that is not here: what was written since it was read counts, another card's does not."""
    reading, card = overview.reading, overview.card
    read = reading.sequence if reading and (card is None or reading.card_no == card.card_no) else 0
    return max(read, overview.written_sequence or 0)


def meter_code(status: int) -> str:
    """The first alarm of the meter's status bits, or normal."""
    for bit, code in enumerate(("meter.valve_fault", "meter.magnet", "meter.low_battery", "meter.cover")):
        if status & (1 << bit):
            return code
    return "meter.normal"


def recent(overview: AccountOverview, offset_min: int) -> tuple[RecentPurchase, ...]:
    """The last gas purchases, newest first."""
    return tuple(
        RecentPurchase(local_time(row.sold_at_utc_ms, offset_min)[:10], row.volume_l, row.due_fen)
        for row in overview.purchases
        if row.item == "gas"
    )[:4]


def account_notices(overview: AccountOverview, open_write: CardWriteRow | None) -> tuple[Notice, ...]:
    """Arrears, stop flags, a lost card, an unfinished write: seen before anything is sold (P2)."""
    notices: list[Notice] = []
    terms = overview.terms
    if open_write is not None:
        notices.append(Notice("card.open_write", Tone.BAD, (("write_id", open_write.write_id),)))
    if terms.status != "active":
        notices.append(Notice(f"{_NOT_ACTIVE}_{terms.status}", Tone.BAD, (("reason", terms.stop_reason),)))
    if overview.card is not None and overview.card.status is CardStatus.LOST:
        notices.append(Notice("card.lost", Tone.BAD, (("card_no", overview.card.card_no),)))
    if terms.arrears_fen:
        notices.append(Notice("notice.arrears", Tone.WARNING, (("amount_fen", terms.arrears_fen),)))
    return tuple(notices)


def carry_notice(overview: AccountOverview) -> Notice | None:
    """Gas of a removed meter is still owed to her: the card room gives it (cards B10)."""
    if not overview.left_to_carry_l:
        return None
    return Notice("notice.gas_to_carry", Tone.INFO, (("volume", plain_volume(overview.left_to_carry_l)),))


def plain_volume(litres: int) -> str:
    """`12.345` m³ from litres, without zeros at the end; an overdraft below 0."""
    whole, rest = divmod(abs(litres), 1000)
    digits = f"{whole}.{rest:03d}".rstrip("0").rstrip(".")
    return f"-{digits}" if litres < 0 else digits


def item_panel(
    overview: AccountOverview,
    priced: Quote | None,
    *,
    typed: str,
    asked_fen: int | None = None,
    by_money: bool,
    bought: bool = False,
    names_samples: bool = False,
) -> ItemPanel:
    """Middle column: the entry, the tiers as a bar, the priced lines.

    asked_fen: the sum typed, when bought by money. bought: the tiers hold the purchase already; names_samples: a 示例
    price is said.
    """
    limits = tuple(tier.limit_l for tier in overview.tiers if tier.limit_l is not None)
    used = sum(tier.used_l for tier in overview.tiers)
    tiers = None
    if limits:
        tiers = TierView(used, priced.volume_l if priced and not bought else 0, limits)
    lines = (
        ()
        if priced is None
        else tuple(
            LineView(f"{priced.tariff.name} {line.name}", line.volume_l, line.price_e4, line.amount_fen)
            for line in priced.lines
        )
    )
    notices: tuple[Notice, ...] = ()
    if priced is not None and asked_fen is not None:
        notices = _for_money(priced, asked_fen)
    if priced is not None and len(priced.lines) > 1:
        notices += (Notice("notice.crosses_tier", Tone.INFO, (("tier", priced.lines[-1].name),)),)
    if names_samples and priced is not None and priced.tariff.sample:
        notices += (Notice("notice.sample_price", Tone.INFO),)
    return ItemPanel(
        item_code="gas",
        by_money=by_money,
        typed=typed,
        usual_l=_usual_l(overview),
        tiers=tiers,
        lines=lines,
        notices=notices,
    )


def _usual_l(overview: AccountOverview) -> int | None:
    """The middle one of her last purchases of gas (of an even number the smaller of two), so always a quantity she has
    bought; one that was reversed is none, and so is a single large one before winter.
    """
    reversed_ids = {row.reverses_sale_id for row in overview.purchases}
    bought = [
        row.volume_l
        for row in overview.purchases
        if row.item == "gas" and row.volume_l > 0 and row.sale_id not in reversed_ids
    ]
    return median_low(bought) if bought else None


def _for_money(priced: Quote, asked_fen: int) -> tuple[Notice, ...]:
    """Why the sum due is not the one typed, or not the price: the card takes whole cubic metres, cash whole jiao, and
    户内余额 meets or keeps the difference (never a silent rounding, P3). One sentence that can be said to the customer.
    """
    settlement = priced.settlement
    rest_fen, moved_fen = asked_fen - settlement.to_pay_fen, settlement.customer_money_delta_fen
    if not rest_fen and not moved_fen:
        return ()
    figures = (
        ("asked_fen", asked_fen),
        ("volume", priced.volume_l // 1000),
        ("price_fen", settlement.due_fen),
        ("to_pay_fen", settlement.to_pay_fen),
        ("used_fen", max(0, -moved_fen)),
        ("kept_fen", max(0, moved_fen)),
        ("rest_fen", rest_fen),
    )
    if moved_fen < 0:
        return (Notice("notice.by_money_used", Tone.INFO, figures),)
    if moved_fen > 0:
        return (Notice("notice.by_money_kept" if rest_fen > 0 else "notice.by_money_up", Tone.INFO, figures),)
    return (Notice("notice.by_money", Tone.INFO, figures),)


def pay_panel(
    settlement: Settlement, tender: TenderKind, *, typed: str, received_fen: int | None, reference: str
) -> PayPanel:
    """Right column: due, received, change, and what makes the change easy."""
    due = settlement.to_pay_fen
    change = None if received_fen is None or received_fen < due else received_fen - due
    offer = rounding_proposal(due, received_fen) if change and tender is TenderKind.CASH and received_fen else None
    moved = settlement.customer_money_delta_fen
    return PayPanel(
        due_fen=due,
        due_words=in_capitals(Money(due)),
        tender=tender,
        typed=typed,
        received_fen=received_fen,
        change_fen=change,
        pieces=tuple(ChangePiece(face, face <= COIN_UP_TO_FEN, n) for face, n in change_notes(change or 0)),
        used_fen=max(0, -moved),
        carry_fen=max(0, moved),
        balance_after_fen=settlement.customer_money_before_fen + moved,
        waived_fen=settlement.waived_fen,
        quick_fen=quick_sums(due) if tender is TenderKind.CASH else (),
        offer=None if offer is None else RoundOffer(*offer),
        reference=reference,
    )


def local_time(at_utc_ms: int, offset_min: int) -> str:
    """`2026-11-22 17:02` in the hall's own offset."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_utc_ms, minutes=offset_min)
    return moment.strftime("%Y-%m-%d %H:%M")
