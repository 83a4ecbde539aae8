"""Papers of the till, frozen at the commit that causes them (domain P1, P6-P10). How they look belongs to printing.

Names of operators stand on papers; customers appear by account number only. A paper that two people sign says so where
the hall lets one person sign both (一人厅).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger.entry import Foreseen, Record, RecordKey
from ledger.journal import Journal
from pos.domain.count import BatchCount, CountLine
from pos.domain.hand_over import OpenMatter
from pos.domain.papers import (
    CashMovementPaper,
    Denomination,
    NamedCount,
    OpenMatterLine,
    PaperHead,
    PosBatch,
    Signature,
)
from pos.domain.receipt_number import receipt_number
from pos.store.people_queries import hall_profile, operator, settings, till
from pos.store.till_figures import KindSum, TenderSum
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Hall
from pos.usecases.receipts import local_text, paper_head

CASHIER, LEAD, FINANCE, DEPOSITOR, READER, GIVER, RECEIVER, WITNESS, SAFE_KEEPER = (
    "payer",
    "lead",
    "finance",
    "depositor",
    "reader",
    "predecessor",
    "successor",
    "witness",
    "safe_keeper",
)


def signed_head(hall: Hall, connection: Connection, row: TillSessionRow | None, operator_id: str) -> PaperHead:
    """Head of a paper that two people sign; marked where the hall lets one person sign both."""
    head = paper_head(hall, connection, row, operator_id)
    return replace(head, one_person=settings(connection).one_person_hall)


def till_head(hall: Hall, connection: Connection, till_id: str, operator_id: str) -> PaperHead:
    """Head of a paper about a till outside any session."""
    till_row = till(connection, till_id)
    return replace(signed_head(hall, connection, None, operator_id), till_name=till_row.name if till_row else "")


def name_of(connection: Connection, operator_id: str | None) -> str:
    """Name and code as signature lines show them; empty for nobody."""
    person = operator(connection, operator_id) if operator_id else None
    return f"{person.display_name}（{person.code}）" if person else ""


def signed(connection: Connection, role: str, operator_id: str | None, at_utc_ms: int) -> Signature:
    """A signature line; blank to sign by hand where nobody has signed yet."""
    if operator_id is None:
        return Signature(role)
    return Signature(role, name_of(connection, operator_id), time_text(connection, at_utc_ms))


def time_text(connection: Connection, at_utc_ms: int) -> str:
    """Local time of the hall."""
    return local_text(at_utc_ms, hall_profile(connection).offset_min)


def denominations(lines: Iterable[CountLine]) -> tuple[Denomination, ...]:
    """Lines of a count as a paper shows them."""
    return tuple(Denomination(line.face_fen, line.coin, line.pieces) for line in lines)


def kind_lines(kinds: Iterable[KindSum]) -> tuple[NamedCount, ...]:
    """Kinds of takings by code."""
    return tuple(NamedCount(kind.kind, kind.count, kind.amount_fen) for kind in kinds)


def tenders_handed_in(
    cash_fen: int, batches: Iterable[BatchCount], bills: Iterable[NamedCount]
) -> tuple[NamedCount, ...]:
    """What goes with a slip by tender: counted cash, counted card slips, and cheques or transfers if any were taken."""
    slips = tuple(batches)
    return (
        NamedCount("cash", 0, cash_fen),
        NamedCount("unionpay", sum(b.slip_count for b in slips), sum(b.amount_fen for b in slips)),
        *bills,
    )


def bills_taken(sales: Iterable[TenderSum]) -> tuple[NamedCount, ...]:
    """Tenders of a session that are neither cash nor card slips, as its books know them (支票, 转账)."""
    return tuple(
        NamedCount(sale.tender, sale.sales - sale.reversals, sale.gross_fen - sale.reversed_fen)
        for sale in sales
        if sale.tender not in ("cash", "unionpay")
    )


def matter_lines(connection: Connection, matters: Iterable[OpenMatter]) -> tuple[OpenMatterLine, ...]:
    """Open matters by name, in codes: their words are printing's."""
    found = []
    for matter in matters:
        subject, state = matter.subject_and_state()
        since = time_text(connection, matter.since_utc_ms)
        found.append(OpenMatterLine(matter.kind.value, subject, matter.amount_fen, since, state))
    return tuple(found)


def receipt_range(journal: Journal, opening: Record, last: Foreseen) -> tuple[str, str]:
    """First and last receipt number after a session's opening; two empty texts if it sold nothing."""
    numbers = opening.totals.receipt_no + 1, last.totals.receipt_no
    if numbers[0] > numbers[1]:
        return "", ""
    first, final = (receipt_number(last.key.chain, _epoch_of(journal, last.key, number), number) for number in numbers)
    return first, final


def _epoch_of(journal: Journal, newest: RecordKey, receipt_no: int) -> int:
    """In which epoch a receipt was given out: each epoch's first record says where its numbers begin."""
    epoch = newest.epoch
    while epoch > 1:
        restored = journal.by_key(RecordKey(newest.chain, epoch, 1))
        if restored is None or restored.totals.receipt_no < receipt_no:
            break
        epoch -= 1
    return epoch


def pos_batches(batches: Iterable[BatchCount]) -> tuple[PosBatch, ...]:
    """Slips by terminal and batch."""
    return tuple(PosBatch(b.terminal, b.batch, b.slip_count, b.amount_fen) for b in batches)


def cash_movement_paper(
    hall: Hall,
    connection: Connection,
    *,
    kind: str,
    number: str,
    lines: tuple[CountLine, ...],
    till_id: str,
    row: TillSessionRow | None,
    signatures: tuple[Signature, ...],
    operator_id: str,
    parts: tuple[NamedCount, ...] = (),
    note: str = "",
    blank_cards: int = 0,
    cards_off: int = 0,
) -> CashMovementPaper:
    """Note of a cash movement with its signature lines (找零备用金领用单, 上缴入柜单, 封包入柜单)."""
    head = signed_head(hall, connection, row, operator_id) if row else till_head(hall, connection, till_id, operator_id)
    return CashMovementPaper(
        head=head,
        kind=kind,
        number=number,
        lines=denominations(lines),
        amount_fen=sum(line.amount_fen for line in lines),
        parts=parts,
        note=note,
        signatures=signatures,
        blank_cards=blank_cards,
        cards_off=cards_off,
    )
