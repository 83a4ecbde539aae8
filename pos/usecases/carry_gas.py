"""Put gas of a removed meter onto the card, as much as the new meter's cap has room for (换表补气, cards B10).

A sale without a price: the same commits and the same card write as a purchase, so that what is given is given once
whatever is killed. What is still to give is the sum of the changes less the instalments that stand.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordDraft
from pos.domain.card import CardImage
from pos.domain.card_write import WriteIntent, WritePurpose, next_purchase
from pos.domain.errors import RuleViolation
from pos.domain.meter_change import instalment_l
from pos.domain.roles import Act
from pos.domain.sale import Settlement, TenderKind
from pos.store import account_queries, limit_queries, meter_queries, people_queries, till_queries
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.card_fee import check_paid, fee_line, settle_fee
from pos.usecases.fact import Hall, perform
from pos.usecases.paid_sale import PayingCommand, PaymentTaken, SoldItem, paid_draft, payment_result
from pos.usecases.sellable_card import require_sellable_card

ITEM = "carried_gas"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryGas(PayingCommand):
    """An instalment. card: as read before, re-checked when it is written; volume_l: as it was shown."""

    card: CardImage
    volume_l: int


@dataclass(frozen=True, slots=True)
class InstalmentQuote:
    """What goes onto the card now.

    Attributes: settlement, most_over_fen: as in `Quote`, of nothing. volume_l now; left_l after it; cap_l, None = none.
    """

    settlement: Settlement
    most_over_fen: int
    volume_l: int
    left_l: int
    cap_l: int | None


def quote_instalment(hall: Hall, account_no: str, business_day: str, card: CardImage) -> InstalmentQuote:
    """The instalment for the card as it lies in the reader. Raises RuleViolation `carry.*`."""
    with hall.store.reading() as connection:
        return _compute(connection, account_no, business_day, card)


def carry_gas(hall: Hall, command: CarryGas) -> PaymentTaken:
    """Book the promise of an instalment; nothing is paid for it.

    Raises: RuleViolation `account.*`, `card.*`, `carry.nothing_left`, `carry.meter_full`, `carry.changed` (volume_m3),
        `sale.*`, `till.*`, `role.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        connection, account_no = uow.connection, command.account_no
        buyer = account_queries.buyer(connection, account_no)
        if buyer is not None and buyer.status != "active":
            raise RuleViolation("account.not_active", status=str(buyer.status), reason=buyer.stop_reason)
        require_sellable_card(connection, buyer, account_no, command.card)
        quoted = _compute(connection, account_no, till_session.business_day, command.card)
        if quoted.volume_l != command.volume_l:
            raise RuleViolation("carry.changed", volume_m3=quoted.volume_l // 1000)
        check_paid(uow, command, quoted.settlement)
        now = hall.clock.now_utc_ms()
        purchase = next_purchase(command.card, volume_l=quoted.volume_l, price_e4=0, sold_at_utc_ms=now)
        sold = SoldItem(
            item=ITEM,
            volume_l=quoted.volume_l,
            settlement=quoted.settlement,
            intent=WriteIntent(WritePurpose.PURCHASE, command.card, purchase),
            lines=(fee_line("换表补气", 0, kind=ITEM),),
            found_by_search=False,
            registers={"gas_carried": {"carried_l": quoted.volume_l}},
        )
        return paid_draft(uow, command, till_session, sold, now_utc_ms=now, approver=approver)

    return perform(hall, command, Act.CARRY_GAS, decide, payment_result)


def _compute(connection: Connection, account_no: str, business_day: str, card: CardImage) -> InstalmentQuote:
    left_l = meter_queries.left_to_carry_l(connection, account_no)
    cap_l = limit_queries.cap_of_meter_l(connection, account_no, business_day)
    feedback = card.feedback
    now_l = instalment_l(left_l, cap_l, feedback.remaining_l if feedback and feedback.read_on else 0)
    return InstalmentQuote(
        settlement=settle_fee(connection, ITEM, account_no, business_day, TenderKind.CASH, is_free=True),
        most_over_fen=people_queries.settings(connection).max_tender_over_due_fen,
        volume_l=now_l,
        left_l=left_l - now_l,
        cap_l=cap_l,
    )
