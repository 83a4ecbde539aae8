"""Workbook and CSV: typed cells, exact money, text that looks like a formula stays text."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from pos.domain.settings import LANGUAGES
from printing.anchor import Anchor
from printing.csv_export import GB18030, to_csv
from printing.export_table import ColumnKind, ExportColumn, ExportTable, Figure, daybook_tables, deposit_tables
from printing.pdf.document import render_pdf
from printing.safe_text import safe_text
from printing.words import words_in
from printing.workbook import to_workbook
from tests.unit.printing.sample_papers import DAYBOOK, DEPOSIT, HANDED_IN_FEN

CHINESE = words_in("zh_CN")
HOSTILE = [
    "=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠A1", " =1+1", "=HYPERLINK(\"http://x\")",
    "=cmd|'/c calc'!A1", "\u200b=1+1",
]  # fmt: skip


def _hostile_table(text: str) -> ExportTable:
    columns = (ExportColumn("户名"), ExportColumn("金额", ColumnKind.MONEY_FEN))
    return ExportTable("表", columns, ((text, -8679),))


def test_deposit_workbook_holds_money_as_numbers_with_two_decimals() -> None:
    book = load_workbook(BytesIO(to_workbook(deposit_tables(DEPOSIT, CHINESE), title="解款单", company="公司")))
    assert book.sheetnames == [
        "解款单 JD-20261122",
        "现金",
        "收款项目",
        "解款合计",
        "收款与解款核对",
        "刷卡",
        "尚未收讫 不在本单内",
        "单据",
    ]
    slips = book["解款单 JD-20261122"]
    amount = slips["H2"]
    assert amount.data_type == "n"
    assert Decimal(str(amount.value)) == Decimal(HANDED_IN_FEN).scaleb(-2)
    assert amount.number_format == "#,##0.00"
    assert Decimal(str(slips["K2"].value)) == Decimal("-0.5")
    assert [cell.value for cell in slips[2]][:5] == ["JK-T01-00127", "1 号窗口", "第 127 班", "王晓梅", "0103"]
    missing = book["尚未收讫 不在本单内"]
    assert [[cell.value for cell in row] for row in missing.iter_rows(min_row=2)] == [
        ["3 号窗口", "第 88 班", "李雪", "0107", "JK-T03-00088", "已结班 未收讫"],
        ["1 号窗口", "第 128 班", "赵丽华", "0104", None, "未结班"],
    ]
    tenders = [[cell.value for cell in row[:2]] for row in book["解款合计"].iter_rows(min_row=2, max_row=3)]
    assert tenders == [["现金", None], ["银联刷卡", 4]]  # cash is no number of slips
    cash = book["现金"]
    assert [cell.value for cell in cash[2]] == ["100 元", 112, 11200]
    assert cash.cell(cash.max_row, 1).value == "合计"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_paid_in_and_what_cashiers_handed_in_have_names_of_their_own(language: str) -> None:
    """Finance's count stands between the two: a slip of 318.50 may be 318.00 at the bank."""
    words = words_in(language)
    handed, paid = words("slip.tenders"), words("deposit.tenders")
    assert handed != paid
    tables = deposit_tables(DEPOSIT, words)
    files = [to_csv(table).decode("utf-8-sig") for table in tables]
    book = load_workbook(BytesIO(to_workbook(tables, title="t", company="c")))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    page = PdfReader(BytesIO(render_pdf(DEPOSIT, language=language))).pages[0].extract_text()
    assert paid in cells & set(book.sheetnames)
    assert any(line[0] == paid for file in files for line in csv.reader(StringIO(file)) if line)
    assert f"{paid} 14,860.80 =" in " ".join(page.split())
    assert handed not in cells | set(book.sheetnames)
    assert not any(handed == cell for file in files for line in csv.reader(StringIO(file)) for cell in line)
    assert f"{handed} 14,860.80" not in " ".join(page.split())
    slip = PdfReader(BytesIO(render_pdf(DEPOSIT.slips[0], language=language))).pages[0].extract_text()
    assert f"{handed} 14,860.80 =" in " ".join(slip.split())


def test_deposit_files_reconcile_kinds_with_what_is_handed_in_and_say_what_finance_found_in_slips() -> None:
    slip = replace(DEPOSIT.slips[0], slips_off_fen=-200)
    tables = deposit_tables(replace(DEPOSIT, slips=(slip, slip)), CHINESE)
    (table,) = (each for each in tables if each.name == "收款与解款核对")
    assert table.rows[0] == ("收款项目合计", 1_486_130)
    assert table.sums == ("解款合计", sum(tender.amount_fen for tender in DEPOSIT.tenders))
    assert ("出纳点收刷卡单差额合计", Figure(-400, ColumnKind.MONEY_FEN)) in tables[-1].rows
    assert ["出纳点收刷卡单差额合计", "-4.00"] in list(csv.reader(StringIO(to_csv(tables[-1]).decode("utf-8-sig"))))
    lines = list(csv.reader(StringIO(to_csv(table).decode("utf-8-sig"))))
    assert sum(Decimal(line[1]) for line in lines[1:-1]) == Decimal(lines[-1][1]) == Decimal("14860.80")


def test_deposit_files_give_finances_reason_beside_the_difference_it_explains() -> None:
    quiet, noted = (replace(DEPOSIT.slips[0], receipt_off_fen=off_fen, receipt_note=note)
                    for off_fen, note in ((0, ""), (-5_000, "百元少一张，交款人到场")))  # fmt: skip
    tables = deposit_tables(replace(DEPOSIT, slips=(quiet, noted)), CHINESE)
    lines = list(csv.reader(StringIO(to_csv(tables[0]).decode("utf-8-sig"))))
    assert [line[-1] for line in lines] == ["收款差异说明", "", "百元少一张，交款人到场", ""]
    assert (lines[0][-2], lines[2][-2]) == ("收款短款", "-50.00")
    sheet = load_workbook(BytesIO(to_workbook(tables, title="t", company="c"))).worksheets[0]
    assert sheet.cell(3, sheet.max_column).value == "百元少一张，交款人到场"


@pytest.mark.parametrize(
    ("head", "mark"), [({"test_keys": True}, "测试密钥"), ({"training": True, "demo": True}, "练习 无效 演示 无效")]
)
def test_every_table_of_a_marked_paper_bears_its_marks(head: dict[str, bool], mark: str) -> None:
    for paper, tables_of in ((DEPOSIT, deposit_tables), (DAYBOOK, daybook_tables)):
        plain = tables_of(paper, CHINESE)  # type: ignore[operator]
        tables = tables_of(replace(paper, head=replace(paper.head, **head)), CHINESE)  # type: ignore[operator]
        for before, table in zip(plain, tables, strict=True):
            assert (table.columns, table.rows, table.mark) == (before.columns, before.rows, mark)
            lines = to_csv(table).decode("utf-8-sig").splitlines()
            assert all(line.endswith(f",{mark}") for line in lines)
            assert [line.removesuffix(f",{mark}") for line in lines] == to_csv(before).decode("utf-8-sig").splitlines()


ANCHOR = Anchor.of("DJ-H", 1, 56, "09AF31C2D4" + "0" * 54)
FOOT = "账簿锚点 DJ-H-1-56 09af31c2d4"


def cells_of(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_marked_workbook_holds_under_its_headings_what_an_unmarked_one_holds_cell_by_cell() -> None:
    marked = replace(DEPOSIT, head=replace(DEPOSIT.head, demo=True))
    plain, other = (
        load_workbook(BytesIO(to_workbook(deposit_tables(paper, CHINESE, ANCHOR), title="t", company="c", foot=FOOT)))
        for paper in (DEPOSIT, marked)
    )
    for before, sheet in zip(plain.worksheets, other.worksheets, strict=True):
        width = before.max_column
        rows, expected = cells_of(sheet), cells_of(before)
        assert [row[:width] for row in rows] == expected
        beside = [row[width:] for row in rows]
        assert beside[0] == [None, "演示 无效"]
        assert {cell for row in beside[1:] for cell in row} <= {None}
        assert sheet.auto_filter.ref == before.auto_filter.ref
        assert (sheet.oddHeader.center.text, before.oddHeader.center.text) == ("&B演示 无效", None)
        assert sheet.oddFooter.center.text == FOOT


def test_two_workbooks_of_one_sealed_paper_are_equal_byte_by_byte_and_bear_its_time() -> None:
    def made() -> bytes:
        tables = deposit_tables(DEPOSIT, CHINESE, ANCHOR)
        return to_workbook(tables, title="t", company="c", foot=FOOT, made_at=f"{DEPOSIT.head.printed_at}+08:00")

    first = made()
    assert made() == first
    assert load_workbook(BytesIO(first)).properties.created == datetime(2026, 11, 22, 9, 8)  # noqa: DTZ001 - no zone


def test_the_facts_of_a_deposit_workbook_are_typed_and_name_the_anchor_as_the_pdf_does() -> None:
    paper = replace(DEPOSIT, slips=(replace(DEPOSIT.slips[0], slips_off_fen=-200), *DEPOSIT.slips[1:]))
    content = to_workbook(deposit_tables(paper, CHINESE, ANCHOR), title="t", company="c", foot=FOOT)
    book = load_workbook(BytesIO(content))
    cells = {row[0].value: row[1] for row in book["单据"].iter_rows(min_row=2)}
    cash, off = cells["解缴现金"], cells["出纳点收刷卡单差额合计"]
    assert [cell.data_type for cell in (cash, off)] == ["n", "n"]
    assert [cell.number_format for cell in (cash, off)] == ["#,##0.00", "#,##0.00"]
    assert Decimal(str(cash.value)) == Decimal(paper.cash_fen).scaleb(-2)
    assert Decimal(str(off.value)) == Decimal("-2.00")
    assert cash.coordinate == "B7"
    assert cells["账簿锚点"].value == "DJ-H-1-56 09af31c2d4"
    assert book.properties.description == FOOT


def test_an_ampersand_at_the_edge_of_a_page_is_an_ampersand() -> None:
    content = to_workbook((_hostile_table("a"),), title="t", company="c", foot="A&B")
    assert load_workbook(BytesIO(content))["表"].oddFooter.center.text == "A&&B"


def test_a_deposit_slip_of_before_has_no_reconciliation() -> None:
    tables = deposit_tables(replace(DEPOSIT, reconciled=()), CHINESE)
    assert "收款与解款核对" not in {table.name for table in tables}
    assert "出纳点收刷卡单差额合计" not in {row[0] for row in tables[-1].rows}


def test_daybook_workbook_keeps_every_line_and_account_numbers_as_text() -> None:
    book = load_workbook(BytesIO(to_workbook(daybook_tables(DAYBOOK, CHINESE), title="收费日记", company="公司")))
    sheet = book["收费日记"]
    assert sheet.max_row == len(DAYBOOK.lines) + 2
    assert sheet["D2"].data_type == "s"
    assert sheet["D2"].value == DAYBOOK.lines[0].account_no
    total = Decimal(str(sheet.cell(sheet.max_row, 7).value))
    assert total == Decimal(sum(line.due_fen for line in DAYBOOK.lines)).scaleb(-2)
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("text", HOSTILE)
def test_formula_text_is_a_string_cell_in_the_workbook(text: str) -> None:
    book = load_workbook(BytesIO(to_workbook((_hostile_table(text),), title="t", company="c")))
    cell = book["表"]["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value == safe_text(text)
    assert cell.hyperlink is None
    assert book["表"]["B2"].data_type == "n"


@pytest.mark.parametrize("text", HOSTILE)
def test_formula_text_gets_a_quote_in_csv_and_negative_money_does_not(text: str) -> None:
    lines = list(csv.reader(StringIO(to_csv(_hostile_table(text)).decode("utf-8-sig"))))
    assert lines[1][0].startswith("'")
    assert lines[1][1] == "-86.79"


def test_csv_begins_with_a_byte_order_mark_or_is_gb18030_on_request() -> None:
    table = daybook_tables(DAYBOOK, CHINESE)[0]
    assert to_csv(table).startswith(b"\xef\xbb\xbf")
    old = to_csv(table, encoding=GB18030)
    assert old.decode("gb18030") == to_csv(table).decode("utf-8-sig")
    assert old.count(b"\r\n") == len(DAYBOOK.lines) + 2


def test_rare_characters_survive_both_encodings() -> None:
    table = replace(_hostile_table("䶮𬭸"), name="x")
    assert "䶮𬭸" in to_csv(table, encoding=GB18030).decode("gb18030")
    book = load_workbook(BytesIO(to_workbook((table,), title="t", company="c")))
    assert book["x"]["A2"].value == "䶮𬭸"


def test_a_text_in_a_money_column_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError):
        ExportTable("x", (ExportColumn("金额", ColumnKind.MONEY_FEN),), (("86.79",),))
    with pytest.raises(TypeError):
        ExportTable("x", (ExportColumn("户号"),), ((100,),))
    with pytest.raises(ValueError, match="columns"):
        ExportTable("x", (ExportColumn("户号"),), (("a", "b"),))


def test_a_sheet_name_that_excel_forbids_is_made_allowed() -> None:
    table = replace(_hostile_table("a"), name="解款:2026/11*[1]" + "长" * 40)
    name = load_workbook(BytesIO(to_workbook((table,), title="t", company="c"))).sheetnames[0]
    assert len(name) <= 31
    assert not set(name) & set("[]:*?/\\")
