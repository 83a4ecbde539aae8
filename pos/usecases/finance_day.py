"""The slips of a business day and where they stand, for the finance page. A query (P12: finance and above)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordKey
from ledger.journal import Journal
from pos.domain.business_day import business_day_at
from pos.domain.receipt_number import deposit_number, slip_number
from pos.store import custody_queries, people_queries, till_queries
from pos.store.custody_queries import SlipRow
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Hall
from pos.usecases.till_records import record_in


@dataclass(frozen=True, slots=True)
class FinanceSlip:
    """An 实收交款单: whose, of which till, how much, how far. number: as printed.

    received_fen: cash as finance counted it, None before. over_short_fen: cash, of the shift alone; slips_off_fen: card
    slips, of the shift and of the receipt together. state: made_out,
    received, deposited. receivable: handed over, or its float lies sealed in the safe. terminals: whose card slips
    finance has to count. deposit_no: of the 解款单 that it is in, as printed, "" before.
    """

    session_id: str
    number: str
    till_name: str
    cashier_name: str
    takings_fen: int
    slip_count: int
    slips_fen: int
    over_short_fen: int
    slips_off_fen: int
    state: str
    receivable: bool
    terminals: tuple[str, ...]
    deposit_no: str = ""
    received_fen: int | None = None


def finance_day(hall: Hall, business_day: str) -> tuple[FinanceSlip, ...]:
    """Slips of a day by till. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        found = []
        for slip in custody_queries.slips_of_day(connection, business_day):
            row = till_queries.require_session(connection, slip.session_id)
            till = people_queries.till(connection, slip.till_id)
            person = people_queries.operator(connection, row.operator_id)
            batches = custody_queries.counted_batches(connection, slip.session_id, slip.attempt_no)
            state = "deposited" if slip.deposit_id else ("received" if slip.receipt_id else "made_out")
            found.append(
                FinanceSlip(
                    session_id=slip.session_id,
                    number=slip_number(RecordKey.parse(slip.slip_id), slip.slip_no),
                    till_name=till.name if till else slip.till_id,
                    cashier_name=person.display_name if person else "",
                    takings_fen=slip.takings_fen,
                    slip_count=sum(batch.slip_count for batch in batches),
                    slips_fen=sum(batch.amount_fen for batch in batches),
                    over_short_fen=custody_queries.over_short_of(connection, slip.session_id),
                    slips_off_fen=_slips_off(hall.store.journal_of(connection), connection, slip),
                    state=state,
                    receivable=row.state != "closed"
                    or custody_queries.bag_waiting(connection, slip.session_id) is not None,
                    terminals=custody_queries.terminals_of(connection, slip.session_id),
                    deposit_no=_deposit_no(connection, slip.deposit_id),
                    received_fen=slip.counted_fen if slip.receipt_id else None,
                )
            )
        return tuple(found)


def waiting_before(hall: Hall, business_day: str) -> tuple[int, str]:
    """Slips of earlier days that nobody has received: how many, and the oldest of those days. Raises StoreError kinds.

    Their money is out of the drawers and in nobody's books; the page of a day does not show another day's.
    """
    with hall.store.reading() as connection:
        return custody_queries.waiting_before(connection, business_day)


def _slips_off(journal: Journal, connection: Connection, slip: SlipRow) -> int:
    """Card slips: what the shift counted against the books, and finance against the shift (it stands in her record)."""
    of_shift = custody_queries.over_short_of(connection, slip.session_id, "unionpay")
    of_receipt = record_in(journal, slip.receipt_id).facts["slips_off_fen"] if slip.receipt_id else 0
    return of_shift + int(of_receipt)


def _deposit_no(connection: Connection, deposit_id: str | None) -> str:
    if deposit_id is None:
        return ""
    return deposit_number(RecordKey.parse(deposit_id), custody_queries.deposit_no_of(connection, deposit_id))


def business_day_now(hall: Hall) -> str:
    """Today in the hall's offset, for pages that are not inside a till session."""
    return business_day_at(hall.clock.now_utc_ms(), hall.store.offset_min)
