"""Papers of the till, frozen at the commit that causes them (domain P1, P6-P10). How they look belongs to printing.

Names of operators stand on papers; customers appear by account number only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger.entry import Record, RecordKey
from ledger.journal import Journal
from pos.domain.count import BatchCount, CountLine
from pos.domain.hand_over import MatterKind, OpenMatter
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
from pos.store.people_queries import hall_profile, operator, till
from pos.store.till_figures import KindSum
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Hall
from pos.usecases.receipts import local_text, paper_head

TENDER_NAMES = {"cash": "现金", "unionpay": "银联刷卡"}
KIND_NAMES = {"gas": "气款", "card_fee": "卡费", "late_fee": "违约金", "balance": "户内余额", "rounding": "抹零"}
MATTER_NAMES = {
    MatterKind.CARD_WRITE: "写卡未确认",
    MatterKind.CHARGE_UNBOOKED: "已刷卡未入账",
    MatterKind.PRINT_UNCONFIRMED: "打印未确认",
    MatterKind.SLIPS_DIFFER: "刷卡单与账不符",
    MatterKind.CARDS_DIFFER: "空白卡与账不符",
}
CASHIER, LEAD, FINANCE, READER, GIVER, RECEIVER, WITNESS = (
    "交款人",
    "班长复核",
    "出纳收款",
    "查看人",
    "交班人",
    "接班人",
    "见证人",
)


def till_head(hall: Hall, connection: Connection, till_id: str, operator_id: str) -> PaperHead:
    """Head of a paper about a till outside any session."""
    till_row = till(connection, till_id)
    return replace(paper_head(hall, connection, None, operator_id), till_name=till_row.name if till_row else "")


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
    """Kinds of takings by name; an unknown kind keeps its code."""
    return tuple(NamedCount(KIND_NAMES.get(kind.kind, kind.kind), kind.count, kind.amount_fen) for kind in kinds)


def matter_lines(connection: Connection, matters: Iterable[OpenMatter]) -> tuple[OpenMatterLine, ...]:
    """Open matters by name."""
    return tuple(
        OpenMatterLine(MATTER_NAMES[m.kind], m.subject, m.amount_fen, time_text(connection, m.since_utc_ms))
        for m in matters
    )


def receipt_range(journal: Journal, opening: Record, last: Record) -> tuple[str, str]:
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
    note: str = "",
) -> CashMovementPaper:
    """Note of a cash movement with its signature lines (找零备用金领用单, 上缴入柜单, 封包入柜单)."""
    head = paper_head(hall, connection, row, operator_id) if row else till_head(hall, connection, till_id, operator_id)
    return CashMovementPaper(
        head=head,
        kind=kind,
        number=number,
        lines=denominations(lines),
        amount_fen=sum(line.amount_fen for line in lines),
        note=note,
        signatures=signatures,
    )
