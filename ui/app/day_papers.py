"""What the day leaves behind: the roll, the A4 papers, workbook and CSV, the journal and the outsider's verdict."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from devices.printer.machine import PrinterMachine
from devices.printer.roll import PaperRoll
from devices.printer.roll_picture import roll_to_png
from ledger import verify_journal
from ledger.entry import RecordKey
from ledger.export_beancount import export_beancount
from ledger.export_hledger import export_hledger
from ledger.export_jsonl import export_jsonl
from pos.domain.papers import DaybookPaper, DepositSlipPaper, ReceiptPaper
from pos.usecases.hall_settings import settings_of
from pos.usecases.printed_papers import PaperOfDay, papers_of_all
from printing.anchor import Anchor
from printing.csv_export import to_csv
from printing.export_table import daybook_tables, deposit_tables
from printing.pdf.document import render_pdf
from printing.words import words_in
from printing.workbook import to_workbook
from ui.app.finance_export import offset_text
from ui.desktop.fonts import FONTS

if TYPE_CHECKING:
    from ui.app.program import Program


def write_papers(out: Path, program: Program, machine: PrinterMachine) -> int:
    """Write everything below `out`; returns the verifier's exit code (0 = the books agree).

    Raises: OSError; StoreError kinds.
    """
    running = program.running
    if running is None:
        raise RuntimeError("the program has not opened its books")
    _write_roll(out / "roll", machine)
    hall = running.desk.hall
    papers = papers_of_all(hall)
    language = settings_of(hall).language
    for paper in papers:
        _write_a4(out / "papers", paper, language, offset_text(hall.store.offset_min))
    books = out / "books"
    books.mkdir(parents=True, exist_ok=True)
    with hall.store.reading() as connection:
        for name, export in (("journal.beancount", export_beancount), ("journal.hledger", export_hledger)):
            with (books / name).open("w", encoding="utf-8", newline="\n") as stream:
                export(connection, stream)
        with (books / "journal.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
            export_jsonl(connection, stream, exported_at_utc_ms=hall.clock.now_utc_ms())
    return _verify(books, [_anchor(paper).payload for paper in papers])


def _write_roll(folder: Path, machine: PrinterMachine) -> None:
    """Each piece the printer cut off, as text and as a picture; the bytes that came for all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    roll = machine.roll
    for number, (piece, text) in enumerate(zip(roll.pieces(), roll.piece_texts(), strict=True), 1):
        (folder / f"{number:02d}.txt").write_text(text, encoding="utf-8")
        picture = roll_to_png(PaperRoll(roll.width_chars, piece), FONTS / "NotoSansSC-Regular.ttf")
        (folder / f"{number:02d}.png").write_bytes(picture)
    (folder / "roll.bin").write_bytes(bytes(machine.kept_bytes or b""))


def _write_a4(folder: Path, paper: PaperOfDay, language: str, offset: str) -> None:
    """PDF of every paper that has one; workbook and CSV of the deposit slip and the daybook."""
    if isinstance(paper.paper, ReceiptPaper):
        return
    folder.mkdir(parents=True, exist_ok=True)
    words = words_in(language)
    name = f"{paper.paper.TEMPLATE}-{paper.fact_key}"
    anchor = _anchor(paper)
    pdf = render_pdf(paper.paper, anchor=anchor, copy_no=paper.copy_no, language=language)
    (folder / f"{name}.pdf").write_bytes(pdf)
    if isinstance(paper.paper, DepositSlipPaper | DaybookPaper):
        is_slip = isinstance(paper.paper, DepositSlipPaper)
        tables = (
            deposit_tables(paper.paper, words, anchor)
            if isinstance(paper.paper, DepositSlipPaper)
            else daybook_tables(paper.paper, words)
        )
        title = words.one_line("deposit.title" if is_slip else "daybook.title")
        foot = words("anchor.place", place=anchor.line)
        head = paper.paper.head
        book = to_workbook(tables, title=title, company=head.company, foot=foot, made_at=head.printed_at + offset)
        (folder / f"{name}.xlsx").write_bytes(book)
        for number, table in enumerate(tables, 1):
            (folder / f"{name}-{number}.csv").write_bytes(to_csv(table))


def _anchor(paper: PaperOfDay) -> Anchor:
    key = RecordKey.parse(paper.fact_key)
    return Anchor.of(key.chain, key.epoch, key.seq, paper.fact_hash)


def _verify(books: Path, anchors: list[str]) -> int:
    """The outsider in a process of its own, with the anchors from the papers."""
    command = [sys.executable, str(Path(verify_journal.__file__)), str(books / "journal.jsonl")]
    for anchor in anchors:
        command += ["--anchor", anchor]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = io.StringIO()
    said.write(done.stdout)
    said.write(done.stderr)
    (books / "verify.txt").write_text(said.getvalue(), encoding="utf-8")
    return done.returncode
