"""Making a sale's paper from what is sealed: the receipt, 已收款未写卡凭单, 退款凭证 (domain P10).

Names and addresses are masked before they go anywhere that is stored; figures come from the sealed rows only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pos.domain.account import mask_address
from pos.domain.card import CardPurchase
from pos.domain.papers import PaperHead, PaperLine, ReceiptPaper
from pos.domain.receipt_number import receipt_number_of
from pos.domain.sale import TenderKind
from pos.domain.tariff import Tariff, room_l
from pos.store import account_queries, card_queries, people_queries, sale_queries, tariff_queries
from pos.store.account_queries import PaperAccount
from pos.store.people_queries import PaperMakers
from pos.store.sale_queries import CardWriteRow, SaleLineRow, SaleRow
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Hall

COPIES = {"客户联": "customer", "存根联": "stub"}
"""The usual copies by code; a hall may have names of its own."""


def paper_head(hall: Hall, connection: Connection, till_session: TillSessionRow | None, operator_id: str) -> PaperHead:
    """The head of a paper made now by this operator."""
    makers = people_queries.paper_makers(connection, operator_id, till_session.till_id if till_session else None)
    return _head(hall, makers, till_session)


def _head(hall: Hall, makers: PaperMakers, till_session: TillSessionRow | None) -> PaperHead:
    profile = makers.profile
    return PaperHead(
        company=profile.company,
        hall=profile.hall_name,
        till_name=makers.till_name,
        session_no=till_session.session_no if till_session else 0,
        business_day=till_session.business_day if till_session else "",
        printed_at=local_text(hall.clock.now_utc_ms(), profile.offset_min),
        operator_name=makers.operator_name,
        operator_code=makers.operator_code,
        demo=profile.demo,
        test_keys=hall.test_keys,
        emergency_phone=profile.emergency_phone,
    )


def local_text(at_utc_ms: int, offset_min: int) -> str:
    """`2026-11-22 17:02` in the hall's own offset."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_utc_ms, minutes=offset_min)
    return moment.strftime("%Y-%m-%d %H:%M")


def sale_receipt(
    hall: Hall,
    connection: Connection,
    sale_id: str,
    *,
    card_result: str,
    till_session: TillSessionRow,
    write: CardWriteRow | None = None,
) -> ReceiptPaper:
    """The paper of one sale as sealed. `card_result` as in `ReceiptPaper`; `write`: its card write, if read before."""
    sale = sale_queries.sale(connection, sale_id)
    if sale is None:
        raise ValueError(f"no such sale: {sale_id}")
    original = sale if sale.reverses_sale_id is None else sale_queries.sale(connection, sale.reverses_sale_id)
    write = write or sale_queries.card_write(connection, (original or sale).card_write_id or "")
    makers = people_queries.paper_makers(connection, till_session.operator_id, till_session.till_id)
    account = account_queries.paper_account(connection, sale.account_no)
    if account is None:
        raise ValueError(f"no such account: {sale.account_no}")
    lines = sale_queries.lines_of(connection, sale_id)
    schedule = _schedule(connection, account, lines, till_session.business_day)
    year_used_l, tier_left_l = _tier_position(
        connection, sale.account_no, account, lines, schedule, till_session.business_day
    )
    money_now = account.customer_money_fen
    charge = None if sale.tender == TenderKind.CASH else sale_queries.charge_of_sale(connection, sale_id)
    purchase = write.intent.purchase if write else CardPurchase(0, 0, 0)
    before = write.intent.before.purchase if write else None
    replacement = card_queries.replacement(connection, (original or sale).sale_id)
    return ReceiptPaper(
        head=_head(hall, makers, till_session),
        receipt_no=_number(sale),
        customer_name=account.name_masked,
        address=mask_address(account.address),
        account_no=sale.account_no,
        card_no=write.card_no if write else "",
        meter_no=account.meter_no,
        price_class=account.price_class,
        lines=(
            *(PaperLine(x.name, x.volume_l, x.price_e4, x.amount_fen, x.kind) for x in lines),
            *((PaperLine("rounding", 0, 0, -sale.waived_fen, "rounding"),) if sale.waived_fen else ()),
        ),
        due_fen=sale.due_fen,
        tendered_fen=sale.tendered_fen,
        change_fen=sale.change_fen,
        to_pay_fen=sale.paid_fen,
        balance_before_fen=money_now - sale.customer_money_fen,
        balance_after_fen=money_now,
        tender=sale.tender,
        pay_reference=charge.reference if charge else "",
        pay_last_four=charge.last_four if charge else "",
        count_before=before.sequence if before else 0,
        count_after=purchase.sequence,
        volume_l=sale.volume_l,
        year_used_l=year_used_l,
        tier_left_l=tier_left_l,
        card_result=card_result,
        reversal_of=_number(original) if original and original is not sale else "",
        offsets=bool(original and original is not sale),
        sample_price=_is_sample(connection, original or sale, lines, schedule),
        sold_at=local_text(sale.sold_at_utc_ms, makers.profile.offset_min),
        copies=tuple(COPIES.get(name, name) for name in people_queries.settings(connection).receipt_copies),
        old_card_no=replacement.old_card_no if replacement else "",
        reissued_l=replacement.reissued_l if replacement else 0,
    )


def _schedule(
    connection: Connection, account: PaperAccount, lines: Sequence[SaleLineRow], business_day: str
) -> Tariff | None:
    """The schedule the gas was sold by, whenever the paper is made; for a first card, that of today."""
    sold_by = next((line.tariff_id for line in lines if line.tariff_id is not None), None)
    if sold_by is not None:
        return tariff_queries.tariff_by_id(connection, sold_by)
    return tariff_queries.tariff_on(connection, account.price_class, business_day)


def _is_sample(connection: Connection, sale: SaleRow, lines: Sequence[SaleLineRow], schedule: Tariff | None) -> bool:
    """True if gas or fee of a sale was priced by what nobody approved; the hall, demo or not, has no say in it."""
    if any(line.tariff_id is not None for line in lines) and schedule is not None and schedule.sample:
        return True
    has_fee = any(line.tariff_id is None and line.amount_fen for line in lines)
    return has_fee and tariff_queries.fee_was_sample(connection, sale.item, sale.sale_id)


def _tier_position(
    connection: Connection,
    account_no: str,
    account: PaperAccount,
    lines: Sequence[SaleLineRow],
    schedule: Tariff | None,
    business_day: str,
) -> tuple[int, int | None]:
    """Litres bought in the tariff year, and litres left in the tier reached; (0, None) without a tariff."""
    if schedule is None:
        return 0, None
    gas = next((line for line in lines if line.tariff_id is not None), None)
    year = gas.tariff_year if gas is not None and gas.tariff_year is not None else schedule.year_of(business_day)
    used = tariff_queries.tier_use(connection, account_no, schedule, year)
    rooms = room_l(used, schedule, account.people)
    left = next((room for room in rooms.values() if room is None or room > 0), None)
    return sum(used.values()), left


def _number(sale: SaleRow) -> str:
    return receipt_number_of(sale.sale_id, sale.receipt_no)
