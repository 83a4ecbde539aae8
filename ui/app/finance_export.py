"""What leaves the hall for finance and for other people's programs: the journal, and a day's 解款单 as files.

Rule: domain P7: the deposit slip is the one that was sealed; nothing is computed again, and a paper that does not
agree with its sealed record is refused. Formats are `printing`'s and `ledger`'s. Must not know: who asks.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ledger.entry import RecordKey
from ledger.errors import StoreDamaged
from ledger.progress import Progress
from pos.domain.errors import RuleViolation
from ui.app.reading import reading_books
from ui.app.surroundings import SystemClock

if TYPE_CHECKING:
    from pos.domain.papers import DepositSlipPaper
    from pos.store.unit_of_work import Connection

JOURNAL_FORMATS = ("jsonl", "beancount", "hledger")
ENCODINGS = ("utf-8-sig", "gb18030")


class ExportRefused(RuleViolation):
    """There is nothing to export, or it is not what was sealed."""


@dataclass(frozen=True, slots=True)
class SealedDeposit:
    """A deposit slip as sealed. Attributes: paper; key and hash of its record."""

    paper: DepositSlipPaper
    key: RecordKey
    hash: str


def export_journal(database: Path, out: TextIO, journal_format: str, progress: Progress | None = None) -> int:
    """Write the whole journal; returns the number of records (`jsonl`) or entries.

    Args:
        database: the hall's file; read only. out: opened as UTF-8 with `newline=""`. journal_format: JOURNAL_FORMATS.
        progress: told how far it is.

    Raises: StoreError kinds.
    """
    with reading_books(database) as connection:
        if journal_format == "jsonl":
            from ledger.export_jsonl import export_jsonl

            return export_jsonl(connection, out, exported_at_utc_ms=SystemClock().now_utc_ms(), progress=progress)
        if journal_format == "beancount":
            from ledger.export_beancount import export_beancount

            return export_beancount(connection, out, progress)
        from ledger.export_hledger import export_hledger

        return export_hledger(connection, out, progress)


def export_journal_file(database: Path, target: Path, journal_format: str, progress: Progress | None = None) -> int:
    """The same into a new file, which is whole or not there.

    Raises: OSError if its folder is not there, or something of its name is; StoreError kinds.
    """
    target.parent.stat()  # a mistyped folder is not made
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    partial = target.with_name(target.name + ".partial")
    try:
        with partial.open("wb") as raw, TextIOWrapper(raw, encoding="utf-8", newline="") as out:
            number = export_journal(database, out, journal_format, progress)
            out.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return number


def deposits_of(connection: Connection, business_day: str) -> tuple[SealedDeposit, ...]:
    """The sealed 解款单 of a business day, in the order they were made.

    Raises: ExportRefused `deposit.none_that_day`; `deposit.paper_differs` if the paper is gone or not the sealed one.
    """
    from pos.domain.papers import DepositSlipPaper
    from pos.domain.receipt_number import deposit_number
    from pos.store.deposit_queries import deposits_of_day
    from pos.store.outbox import job

    sealed = deposits_of_day(connection, business_day)
    if not sealed:
        raise ExportRefused("deposit.none_that_day", business_day=business_day)
    found: list[SealedDeposit] = []
    for row in sealed:
        try:
            original = job(connection, f"{row.deposit_id}-1")
        except StoreDamaged:
            original = None
        number = deposit_number(RecordKey.parse(row.deposit_id), row.deposit_no)
        if original is None or not isinstance(original.paper, DepositSlipPaper):
            raise ExportRefused("deposit.paper_differs", number=number)
        found.append(SealedDeposit(original.paper, RecordKey.parse(row.deposit_id), original.fact_hash))
    return tuple(found)


def export_deposit(database: Path, business_day: str, out: Path, encoding: str = ENCODINGS[0]) -> tuple[Path, ...]:
    """Write every 解款单 of a day as PDF, XLSX and CSV; returns the files.

    Args:
        database: the hall's file; read only. business_day: ISO date. out: a folder, made if it is not there.
        encoding: of the CSV files, one of ENCODINGS.

    Raises: ExportRefused `deposit.*`; StoreError kinds; OSError.
    """
    from pos.store.people_queries import hall_profile, settings

    with reading_books(database) as connection:
        deposits = deposits_of(connection, business_day)
        language, offset = settings(connection).language, offset_text(hall_profile(connection).offset_min)
    out.mkdir(parents=True, exist_ok=True)
    return tuple(file for each in deposits for file in _write(each, business_day, out, encoding, language, offset))


def offset_text(offset_min: int) -> str:
    """`+08:00`, as behind a time."""
    hours, minutes = divmod(abs(offset_min), 60)
    return f"{'-' if offset_min < 0 else '+'}{hours:02}:{minutes:02}"


def _write(
    deposit: SealedDeposit, business_day: str, out: Path, encoding: str, language: str, offset: str
) -> list[Path]:
    """`解款单-2026-11-22-DJ-H-D00001.pdf`, `.xlsx`, and one `.csv` per table; no name has a space."""
    from printing.anchor import Anchor
    from printing.csv_export import to_csv
    from printing.export_table import deposit_tables
    from printing.pdf.document import render_pdf
    from printing.words import words_in
    from printing.workbook import to_workbook

    paper, key = deposit.paper, deposit.key
    anchor = Anchor.of(key.chain, key.epoch, key.seq, deposit.hash)
    words = words_in(language)
    tables = deposit_tables(paper, words, anchor)
    foot = words("anchor.place", place=anchor.line)
    stem = f"解款单-{business_day}-{paper.slip_no}"
    files = {
        f"{stem}.pdf": render_pdf(paper, anchor=anchor, language=language),
        f"{stem}.xlsx": to_workbook(
            tables, title=stem, company=paper.head.company, foot=foot, made_at=paper.head.printed_at + offset
        ),
    }
    for number, table in enumerate(tables):
        name = stem if number == 0 else f"{stem}-{'-'.join(table.name.split())}"
        files[f"{name}.csv"] = to_csv(table, encoding=encoding)
    for name, content in files.items():
        (out / name).write_bytes(content)
    return [out / name for name in files]
