"""Tables for finance's own programs: columns with a type each, rows of integers and text, no looks.

The workbook and the CSV file are made from the same table, so that both say the same. Money stays whole fen until the
file's own writer turns it into yuan. Must not know: file formats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from ledger.money import Money
from pos.domain.capitals import rmb_capitals
from pos.domain.papers import DaybookPaper, DepositSlipPaper, MissingTakings, NamedCount, PaperHead, RemittanceSlipPaper
from printing.anchor import Anchor
from printing.blocks import marks
from printing.figures import face
from printing.slips import bills, knows_notes, knows_receipts, slips_off, slips_off_of
from printing.words import Words


class ColumnKind(StrEnum):
    """What a column holds; the type decides how a cell is written, never the look of its content."""

    TEXT = "text"
    MONEY_FEN = "money_fen"
    VOLUME_L = "volume_l"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: title and kind."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure among texts, as in a table of facts: fen, litres or pieces, with a kind of its own."""

    value: int
    kind: ColumnKind


Value = str | int | Figure


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table.

    Attributes: name (sheet name); columns; rows with one value per column; sums, the last line or (); mark, what covers
        the paper (练习, 演示, 测试密钥), "" on an ordinary one.
    """

    name: str
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    sums: tuple[Value, ...] = ()
    mark: str = ""

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.sums] if self.sums else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"row of {len(row)} values in a table of {len(self.columns)} columns")
            for value, column in zip(row, self.columns, strict=True):
                is_text = column.kind is ColumnKind.TEXT
                if isinstance(value, str | Figure) != is_text and value != "":
                    raise TypeError(f"{column.title}: {type(value).__name__} in a column of {column.kind}")


def in_units(value: int, kind: ColumnKind) -> Decimal:
    """Fen as yuan, litres as cubic metres, pieces as they are; exact, never a float."""
    return {
        ColumnKind.MONEY_FEN: Decimal(value).scaleb(-2),
        ColumnKind.VOLUME_L: Decimal(value).scaleb(-3),
    }.get(kind, Decimal(value))


def as_cell(value: Value, kind: ColumnKind) -> tuple[str | Decimal, ColumnKind]:
    """A value of a column of this kind as both writers put it: text as it is, a figure in its unit; and its kind."""
    if isinstance(value, Figure):
        return in_units(value.value, value.kind), value.kind
    return (in_units(value, kind) if isinstance(value, int) else value), kind


_TEXT, _MONEY, _VOLUME, _COUNT = ColumnKind.TEXT, ColumnKind.MONEY_FEN, ColumnKind.VOLUME_L, ColumnKind.COUNT


def daybook_tables(paper: DaybookPaper, words: Words) -> tuple[ExportTable, ...]:
    """收费日记 and its sums by kind."""
    columns = _columns(
        words,
        ("daybook.sequence", _COUNT),
        ("daybook.at", _TEXT),
        ("daybook.number", _TEXT),
        ("daybook.account", _TEXT),
        ("daybook.item", _TEXT),
        ("daybook.volume", _VOLUME),
        ("daybook.amount", _MONEY),
        ("daybook.tender", _TEXT),
        ("daybook.state", _TEXT),
    )
    rows = tuple(
        (
            line.seq,
            line.at,
            line.receipt_no,
            line.account_no,
            words.said(line.what),
            line.volume_l,
            line.due_fen,
            words.said(line.tender),
            words.said(line.state),
        )
        for line in paper.lines
    )
    volume_l, due_fen = sum(n.volume_l for n in paper.lines), sum(n.due_fen for n in paper.lines)
    sums = ("", words("paper.sum"), "", "", "", volume_l, due_fen, "", "")
    lines = ExportTable(words.one_line("daybook.title"), columns, rows, sums)
    return _marked(
        (lines, _named_counts(words, "daybook.kinds", "paper.item", _said(paper.totals, words))), paper, words
    )


def deposit_tables(paper: DepositSlipPaper, words: Words, anchor: Anchor | None = None) -> tuple[ExportTable, ...]:
    """解款单: received slips, cash by denomination, kinds, tenders and how both agree, card batches, missing, head.

    anchor: where it hangs in the books, among the facts of its head as in the foot of the PDF.
    """
    cash = tuple((face(line, words), line.pieces, line.face_fen * line.pieces) for line in paper.cash_lines)
    batches = tuple((b.terminal, b.batch, b.slip_count, b.amount_fen) for b in paper.pos_batches)
    batch_columns = _columns(
        words, ("paper.terminal", _TEXT), ("paper.batch", _TEXT), ("paper.slips", _COUNT), ("paper.amount", _MONEY)
    )
    missing_columns = _columns(
        words,
        ("export.till", _TEXT),
        ("export.session", _TEXT),
        ("paper.cashier", _TEXT),
        ("export.operator_code", _TEXT),
        ("slip.number", _TEXT),
        ("slip.state", _TEXT),
    )
    missing = tuple(
        (
            *_whose(line, words),
            line.slip_no,
            words("deposit.missing.closed" if line.slip_no else "deposit.missing.open"),
        )
        for line in paper.not_received
    )
    tables = (
        _received_slips(paper, words),
        _named_counts(words, "slip.cash", "paper.denomination", cash, count_title="paper.pieces"),
        _named_counts(words, "slip.kinds", "paper.item", _said(paper.kinds, words)),
        _named_counts(words, "deposit.tenders", "paper.tender", _tenders(paper, words), count_title="paper.slips"),
        *_reconciled(paper, words),
        ExportTable(words("export.card"), batch_columns, batches),
        ExportTable(words("deposit.missing"), missing_columns, missing),
        _document(paper, words, anchor),
    )
    return _marked(tables, paper, words)


def _marked(
    tables: tuple[ExportTable, ...], paper: DaybookPaper | DepositSlipPaper, words: Words
) -> tuple[ExportTable, ...]:
    """The marks that cover a paper (练习, 演示, 测试密钥), on every table: each may become a file of its own."""
    mark = " ".join(marks(paper.head, 0, words))
    return tuple(replace(table, mark=mark) for table in tables)


def _reconciled(paper: DepositSlipPaper, words: Words) -> tuple[ExportTable, ...]:
    """From what was sold to what is handed in; papers of before have no such table."""
    if not paper.reconciled:
        return ()
    rows = tuple((words.said(line.name), line.amount_fen) for line in paper.reconciled)
    columns = _columns(words, ("paper.item", _TEXT), ("paper.amount", _MONEY))
    sums = (words("deposit.tenders"), sum(line.amount_fen for line in paper.reconciled))
    return (ExportTable(words("deposit.reconciled"), columns, rows, sums),)


_RECEIVED = ("slip.received", "word.shift_over", "word.shift_short", "word.receipt_over", "word.receipt_short")
"""Handed in, over and short of finance make up what she received; over and short have a column each."""


def _received_slips(paper: DepositSlipPaper, words: Words) -> ExportTable:
    known = knows_receipts(paper)
    columns = _columns(
        words,
        ("slip.number", _TEXT),
        ("export.till", _TEXT),
        ("export.session", _TEXT),
        ("paper.cashier", _TEXT),
        ("export.operator_code", _TEXT),
        ("export.first_receipt", _TEXT),
        ("export.last_receipt", _TEXT),
        ("slip.handed_in" if known else "slip.cash", _MONEY),
        ("export.card", _MONEY),
        ("export.bill", _MONEY),
        *((code, _MONEY) for code in (_RECEIVED if known else ("paper.over_short",))),
        *([("slip.receipt_note", _TEXT)] if knows_notes(paper) else []),
    )

    def figures(of: DepositSlipPaper | RemittanceSlipPaper) -> tuple[int, ...]:
        beside = sum(batch.amount_fen for batch in of.pos_batches), sum(bill.amount_fen for bill in bills(of.tenders))
        if not known:
            return of.cash_fen, *beside, of.over_short_fen
        slips = of.slips if isinstance(of, DepositSlipPaper) else (of,)
        off = [slip.shift_off_fen for slip in slips], [slip.receipt_off_fen or 0 for slip in slips]
        apart = [sum(fen for fen in each if (fen > 0) is over) for each in off for over in (True, False)]
        return sum(slip.cash_fen for slip in slips), *beside, sum(slip.received_fen for slip in slips), *apart

    def noted(text: str) -> tuple[Value, ...]:
        return (text,) if knows_notes(paper) else ()

    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            slip.slip_no,
            *_whose(slip.head, words),
            slip.first_receipt,
            slip.last_receipt,
            *figures(slip),
            *noted(slip.receipt_note or ""),
        )
        for slip in paper.slips
    )
    sums: tuple[Value, ...] = (words("paper.sum"), "", "", "", "", "", "", *figures(paper), *noted(""))
    return ExportTable(f"{words.one_line('deposit.title')} {paper.slip_no}", columns, rows, sums)


def _document(paper: DepositSlipPaper, words: Words, anchor: Anchor | None) -> ExportTable:
    """What stands at head and foot of the paper, so that the file can be understood without it."""
    off_fen = slips_off_of(paper)
    off: Value = Figure(off_fen, _MONEY) if off_fen else slips_off(0, words)
    facts: tuple[tuple[Value, ...], ...] = (
        (words("export.number"), paper.slip_no),
        (words("paper.business_day"), paper.head.business_day),
        (words("paper.payee"), paper.payee),
        (words("paper.bank"), paper.bank),
        (words("paper.account"), paper.account),
        (words("deposit.cash"), Figure(paper.cash_fen, _MONEY)),
        *([(words("deposit.slips_off"), off)] if paper.reconciled else []),
        (words("paper.capitals"), rmb_capitals(Money(paper.cash_fen))),
        *((words.said(signature.role), f"{signature.name} {signature.at}".strip()) for signature in paper.signatures),
        *([(words("mark.one_person"), "✓")] if paper.head.one_person else []),
        *([(words("export.anchor"), anchor.line)] if anchor else []),
    )
    return ExportTable(
        words("export.facts"), _columns(words, ("export.facts.name", _TEXT), ("export.facts.value", _TEXT)), facts
    )


def _whose(head: PaperHead | MissingTakings, words: Words) -> tuple[str, str, str, str]:
    """Till, session, cashier and her code, a column each."""
    session = words("paper.session", n=head.session_no) if head.session_no else ""
    return head.till_name, session, head.operator_name, head.operator_code


def _said(lines: tuple[NamedCount, ...], words: Words) -> tuple[tuple[str, int, int], ...]:
    return tuple((words.said(line.name), line.count, line.amount_fen) for line in lines)


def _tenders(paper: DepositSlipPaper, words: Words) -> tuple[tuple[str, int | str, int], ...]:
    """Cash has no slips to count: its place stays empty."""
    return tuple((words.said(line.name), line.count or "", line.amount_fen) for line in paper.tenders)


def _columns(words: Words, *titles: tuple[str, ColumnKind]) -> tuple[ExportColumn, ...]:
    return tuple(ExportColumn(words(code), kind) for code, kind in titles)


def _named_counts(
    words: Words,
    name: str,
    first_title: str,
    rows: tuple[tuple[str, int | str, int], ...],
    count_title: str = "paper.count",
) -> ExportTable:
    columns = _columns(words, (first_title, _TEXT), (count_title, _COUNT), ("paper.amount", _MONEY))
    return ExportTable(words(name), columns, rows, (words("paper.sum"), "", sum(row[2] for row in rows)))
