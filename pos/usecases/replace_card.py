"""Replace a lost or broken card (补卡, 换卡), or one whose meter is off the wall: its fee, what it holds (cards B9).

The same order as every sale: money first, then card. The new card is bound, and the old one marked as replaced, in the
commit that proves it. Re-issued gas has no price and no posting: it was paid for once, and the count that goes on the
card with it is the one that the meter takes once.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordDraft, Row
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.card_replacement import (
    LastPurchaseWas,
    ReplacementReason,
    check_reason,
    content_of_replacement,
    next_issue_no,
)
from pos.domain.card_write import WriteIntent, WritePurpose, check_room
from pos.domain.errors import RuleViolation
from pos.domain.reasons import Evidence, require_reason
from pos.domain.roles import Act
from pos.domain.sale import Settlement, TenderKind
from pos.store import account_queries, card_queries, people_queries, till_queries
from pos.store.account_queries import CardRow
from pos.store.card_queries import LastPurchase
from pos.store.issued_numbers import next_card_no
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.card_fee import check_paid, fee_line, settle_fee
from pos.usecases.fact import Hall, perform
from pos.usecases.paid_sale import PayingCommand, PaymentTaken, SoldItem, paid_draft, payment_result

FEE_ITEM = "card_replacement"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCard(PayingCommand):
    """A new card for the account's last one.

    Attributes:
        blank: the blank card as read.
        reason: lost (and reported), broken, or made for the meter before.
        said: whether the meter took the last purchase; evidence: an `Evidence`, note: its number or words.
        meter_count, meter_remaining_l: what stands on the meter's display, None if it was not read.
        old_card_returned: the old card was collected.
    """

    blank: CardImage
    reason: ReplacementReason
    said: LastPurchaseWas
    evidence: str
    note: str = ""
    meter_count: int | None = None
    meter_remaining_l: int | None = None
    old_card_returned: bool = False


@dataclass(frozen=True, slots=True)
class ReplacementQuote:
    """What must be known before a card is replaced.

    Attributes:
        settlement, most_over_fen: as in `Quote`. old: the card that is replaced. last: the last purchase, or None.
        is_taken: the meter was seen to have taken it; False says only that nobody has seen it.
    """

    settlement: Settlement
    most_over_fen: int
    old: CardRow
    last: LastPurchase | None
    is_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What a replacement rests on: the old card, the new one's identity and content, the purchase it writes again."""

    old: CardRow
    identity: CardIdentity
    content: CardPurchase
    reissues: LastPurchase | None


def check_replacement(
    hall: Hall, account_no: str, reason: ReplacementReason, said: LastPurchaseWas, meter_count: int | None
) -> CardPurchase:
    """What the new card would hold: refused here, nobody has been asked for money yet.

    Raises: RuleViolation as `replace_card`, without those of till, money and approval.
    """
    with hall.store.reading() as connection:
        return _planned(connection, account_no, reason, said, meter_count).content


def quote_replacement(
    hall: Hall, account_no: str, business_day: str, tender: TenderKind, reason: ReplacementReason
) -> ReplacementQuote:
    """Price a replacement and say what is known of the last purchase; a new meter's card costs nothing.

    Raises: RuleViolation `card.none`, `fee.missing`.
    """
    with hall.store.reading() as connection:
        last = card_queries.last_purchase(connection, account_no)
        taken = card_queries.taken_sequence(connection, account_no)
        return ReplacementQuote(
            settlement=settle_fee(
                connection,
                FEE_ITEM,
                account_no,
                business_day,
                tender,
                is_free=reason is ReplacementReason.METER_CHANGED,
            ),
            most_over_fen=people_queries.settings(connection).max_tender_over_due_fen,
            old=_old_card(connection, account_no),
            last=last,
            is_taken=last is not None and taken >= last.purchase.sequence,
        )


def replace_card(hall: Hall, command: ReplaceCard) -> PaymentTaken:
    """Book the fee and the promise of the new card.

    Raises: RuleViolation `card.not_blank`, `card.none`, `card.open_write`, `card.issue_no`, `replacement.*`,
    `card.purchase_out_of_range` (cumulative_l: no room for it on this blank), `card.not_in_units`, `account.*`,
    `fee.missing`, `reason.*`, `sale.*`, `unionpay.*`, `till.*`, `role.*`, `approval.*`.
    """
    if command.blank.kind is not CardKind.BLANK:
        raise RuleViolation("card.not_blank", kind=str(command.blank.kind))
    require_reason(Evidence, command.evidence, command.note)
    if command.evidence == Evidence.METER_DISPLAY and command.meter_count is None:
        raise RuleViolation("replacement.display")

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        plan = _planned(uow.connection, command.account_no, command.reason, command.said, command.meter_count)
        check_room(plan.content, command.blank)
        settlement = settle_fee(
            uow.connection,
            FEE_ITEM,
            command.account_no,
            till_session.business_day,
            command.tender,
            is_free=command.reason is ReplacementReason.METER_CHANGED,
        )
        check_paid(uow, command, settlement)
        sold = SoldItem(
            item=FEE_ITEM,
            volume_l=0,
            settlement=settlement,
            intent=WriteIntent(WritePurpose.REPLACEMENT, command.blank, plan.content, plan.identity),
            lines=(fee_line("IC 卡补卡费", settlement.due_fen),),
            found_by_search=True,
            registers={"card_replacement": _register(command, plan)},
        )
        now = hall.clock.now_utc_ms()
        return paid_draft(uow, command, till_session, sold, now_utc_ms=now, approver=approver)

    return perform(hall, command, Act.REPLACE_CARD, decide, payment_result)


def _planned(
    connection: Connection,
    account_no: str,
    reason: ReplacementReason,
    said: LastPurchaseWas,
    meter_count: int | None,
) -> _Plan:
    _require_sellable(connection, account_no)
    old = _old_card(connection, account_no)
    check_reason(reason, old.status, is_for_other_meter=card_queries.is_card_older_than_meter(connection, account_no))
    identity = _identity(connection, account_no, next_issue_no(old.issue_no))
    last = card_queries.last_purchase(connection, account_no)
    content = content_of_replacement(
        last.purchase if last else None,
        said,
        taken_sequence=card_queries.taken_sequence(connection, account_no),
        meter_count=meter_count,
        is_of_meter=last is not None and last.meter_no == identity.meter_no,
    )
    reissues = last if said is LastPurchaseWas.NOT_TAKEN else None
    return _Plan(old=old, identity=identity, content=content, reissues=reissues)


def _require_sellable(connection: Connection, account_no: str) -> None:
    buyer = account_queries.buyer(connection, account_no)
    if buyer is None:
        raise RuleViolation("account.unknown", account_no=account_no)
    if buyer.status != "active":
        raise RuleViolation("account.not_active", status=str(buyer.status), reason=buyer.stop_reason)
    if buyer.open_write_id is not None:
        raise RuleViolation("card.open_write", write_id=buyer.open_write_id)


def _old_card(connection: Connection, account_no: str) -> CardRow:
    old = account_queries.card_of(connection, account_no)
    if old is None:
        raise RuleViolation("card.none", account_no=account_no)
    return old


def _identity(connection: Connection, account_no: str, issue_no: int) -> CardIdentity:
    meter = account_queries.meter_of(connection, account_no)
    if meter is None:
        raise RuleViolation("account.no_meter", account_no=account_no)
    return CardIdentity(
        card_no=next_card_no(connection),
        area_code=people_queries.settings(connection).area_code,
        account_no=account_no,
        meter_no=meter.meter_no,
        issue_no=issue_no,
    )


def _register(command: ReplaceCard, plan: _Plan) -> Row:
    """The row of the register of replacements, without the sale's own columns."""
    return {
        "old_card_no": plan.old.card_no,
        "new_card_no": plan.identity.card_no,
        "issue_no": plan.identity.issue_no,
        "reason": command.reason,
        "old_card_returned": int(command.old_card_returned),
        "said": command.said,
        "evidence": command.evidence,
        "note": command.note.strip(),
        "meter_count": command.meter_count,
        "meter_remaining_l": command.meter_remaining_l,
        "reissues_sale_id": plan.reissues.sale_id if plan.reissues else None,
        "reissued_l": plan.reissues.purchase.volume_l if plan.reissues else 0,
    }
