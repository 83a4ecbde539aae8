"""Customer files: what is read, what is reported by row, column and reason, and what hostile files cannot do."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import random
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from pos.domain.account import Inlet, PriceClass
from pos.domain.customer_import import (
    COLUMNS,
    MAX_FILE_BYTES,
    SAMPLE_MARK,
    RowProblem,
    customers_csv,
    read_customers,
    template_csv,
)
from pos.domain.errors import RuleViolation

GOOD = {
    "户号": "1000204471",
    "户名": "单桂芳",
    "电话": "13800005678",
    "地址": "平安里 12 号楼 3 单元 502",
    "价格类别": "居民",
    "人口数": "4",
    "表号": "M1000204471",
    "表型": "G4",
    "进气方向": "左",
    "厂家": "示例仪表厂",
    "安装日期": "2019-05-20",
    "表底数": "12.5",
    "卡号": "8000204471",
    "欠费": "86.79",
}
HEADINGS = [column.heading for column in COLUMNS]


def row(number: int = 0, **changes: str) -> dict[str, str]:
    """A good row whose numbers are its own, with some cells changed."""
    own = {
        "户号": str(1_000_204_471 + number),
        "表号": f"M{1_000_204_471 + number}",
        "卡号": str(8_000_204_471 + number),
    }
    return {**GOOD, **own, **changes}


def test_one_meter_in_two_spellings_is_one_meter() -> None:
    content = csv_of(row(0, 表号="m2019000471"), row(1, 表号="M2019000471"))
    assert [problem.code for problem in read_customers(content).problems] == ["import.twice_in_file"]


def csv_of(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    return (
        customers_csv([cells.get(heading, "") for heading in HEADINGS] for cells in rows)[3:].decode().encode(encoding)
    )


def xlsx_of(*rows: list[object]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    for cells in rows:
        sheet.append(cells)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_a_usual_encoding_is_read_with_rare_hanzi(encoding: str) -> None:
    sheet = read_customers(csv_of(row(), row(1, 户名="龚䶮𬱖"), encoding=encoding))
    assert sheet.problems == ()
    assert [customer.person.name for customer in sheet.customers] == ["单桂芳", "龚䶮𬱖"]
    first = sheet.customers[0]
    assert (first.price_class, first.people, first.arrears_fen) == (PriceClass.RESIDENT, 4, 8679)
    assert (first.meter.inlet, first.meter.base_reading_l, first.meter.installed_on) == (
        Inlet.LEFT,
        12_500,
        "2019-05-20",
    )
    assert (first.row_no, first.card_no) == (2, "8000204471")


def test_xlsx_with_numbers_and_dates_in_cells_is_read_as_shown() -> None:
    cells: list[object] = [row().get(heading) for heading in HEADINGS]
    cells[HEADINGS.index("户号")] = 1000204471
    cells[HEADINGS.index("电话")] = 13800005678
    cells[HEADINGS.index("安装日期")] = dt.datetime(2019, 5, 20)  # noqa: DTZ001 - spreadsheets know no zone
    cells[HEADINGS.index("表底数")] = 12.5
    sheet = read_customers(xlsx_of(list(HEADINGS), cells))
    assert sheet.problems == ()
    (customer,) = sheet.customers
    assert (customer.account_no, customer.person.phone) == ("1000204471", "13800005678")
    assert (customer.meter.installed_on, customer.meter.base_reading_l) == ("2019-05-20", 12_500)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("户号", "", "import.required"),
        ("户号", "12345", "import.format"),
        ("户号", "１０００２０４４７１", "import.format"),
        ("户名", "", "import.required"),
        ("户名", "x" * 61, "import.format"),
        ("户名", "x" * 201, "import.too_long"),
        ("户名", "单\x07芳", "import.too_long"),
        ("电话", "=1+1", "import.format"),
        ("电话", "138", "import.format"),
        ("地址", "", "import.required"),
        ("身份证号", "110101199003070000", "import.format"),
        ("价格类别", "贵宾", "import.not_in_list"),
        ("人口数", "0", "import.format"),
        ("人口数", "四", "import.format"),
        ("人口数", "100", "import.format"),
        ("状态", "销户", "import.not_in_list"),
        ("欠费", "-1", "import.format"),
        ("欠费", "1.234", "import.format"),
        ("表号", "", "import.required"),
        ("表号", "表一", "import.format"),
        ("进气方向", "上", "import.not_in_list"),
        ("安装日期", "2019-02-30", "import.format"),
        ("安装日期", "20.5.2019", "import.format"),
        ("表底数", "1,5", "import.format"),
        ("表底数", "-1", "import.format"),
        ("卡号", "123", "import.format"),
    ],
)
def test_bad_cell_is_reported_by_row_column_and_reason(column: str, cell: str, code: str) -> None:
    sheet = read_customers(csv_of(row(), row(1, **{column: cell}), row(2)))
    assert sheet.problems == (RowProblem(3, column, code),)
    assert [customer.row_no for customer in sheet.customers] == [2, 4]


def test_every_bad_cell_of_a_row_is_reported() -> None:
    sheet = read_customers(csv_of(row(价格类别="贵宾", 进气方向="上", 人口数="x", 户号="1")))
    assert {problem.column for problem in sheet.problems} == {"价格类别", "进气方向", "人口数", "户号"}


def test_an_empty_cell_hides_no_other_fault_and_faults_come_in_the_order_of_the_columns() -> None:
    wrong = {
        "户名": "",
        "电话": "1x",
        "身份证号": "110101199003070000",
        "表号": "表一",
        "表型": "G" * 13,
        "厂家": "x" * 41,
    }
    (sheet,) = [read_customers(csv_of(row(**wrong, 安装日期="昨天", 表底数="-1")))]
    assert [problem.column for problem in sheet.problems] == [
        "户名", "电话", "身份证号", "表号", "表型", "厂家", "安装日期", "表底数",
    ]  # fmt: skip
    assert [problem.code for problem in sheet.problems[:2]] == ["import.required", "import.format"]


@pytest.mark.parametrize("column", ["户号", "表号", "卡号"])
def test_number_that_comes_twice_is_reported_at_its_second_row(column: str) -> None:
    sheet = read_customers(csv_of(row(), row(1, **{column: row()[column]})))
    assert sheet.problems == (RowProblem(3, column, "import.twice_in_file"),)


def test_valid_id_number_is_taken_with_its_check_character() -> None:
    (customer,) = read_customers(csv_of(row(身份证号="11010519491231002x"))).customers
    assert customer.person.id_number == "11010519491231002X"
    assert "11010519491231002X" not in repr(customer)


def test_row_with_more_cells_than_headings_is_reported() -> None:
    content = csv_of(row()).decode() + ",".join([*(row(1).get(h, "") for h in HEADINGS), "extra"]) + "\r\n"
    assert read_customers(content.encode()).problems == (RowProblem(3, "", "import.extra_cell"),)


def test_columns_may_stand_in_any_order_and_optional_ones_be_missing() -> None:
    order = ["表号", "表型", "进气方向", "户名", "户号", "地址", "价格类别"]
    text = ",".join(order) + "\n" + ",".join(GOOD[name] for name in order) + "\n\n"
    (customer,) = read_customers(text.encode()).customers
    assert (customer.people, customer.card_no, customer.arrears_fen) == (1, "", 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import.not_a_table"),
        ("户号,户名\n".encode(), "import.heading"),
        ("户号,户号\n".encode(), "import.heading"),
        ("户号,不认识\n".encode(), "import.heading"),
        (b"\xff\xff\xff\xfe", "import.encoding"),
        (b"a\x00b", "import.encoding"),
        (b'"never closed', "import.not_a_table"),
        (b"PK\x03\x04 not a zip", "import.not_a_table"),
        (b"x" * (MAX_FILE_BYTES + 1), "import.too_large"),
    ],
)
def test_file_that_is_no_customer_table_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_customers(content)
    assert refusal.value.code == code


def test_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    with pytest.raises(RuleViolation, match=r"import\.too_large"):
        read_customers(bomb.getvalue())


def test_entities_in_a_workbook_are_not_expanded_without_bound() -> None:
    source = io.BytesIO(xlsx_of(list(HEADINGS)))
    target = io.BytesIO()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = (
                    f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet xmlns="http://schemas.openxmlformats.org/'
                    'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c>'
                    "</row></sheetData></worksheet>"
                ).encode()
            new.writestr(name, text)
    with pytest.raises(RuleViolation, match=r"import\."):
        read_customers(target.getvalue())


def test_formula_is_text_and_never_a_value() -> None:
    sheet = read_customers(xlsx_of(list(HEADINGS), ["=1000204471", *(GOOD.get(h) for h in HEADINGS[1:])]))
    assert sheet.problems == (RowProblem(2, "户号", "import.format"),)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_damaged_files_end_in_a_named_refusal_or_a_report(kind: str) -> None:
    whole = (
        csv_of(*(row(n) for n in range(5)), encoding="gb18030")
        if kind == "csv"
        else xlsx_of(list(HEADINGS), *([row(n).get(h) for h in HEADINGS] for n in range(5)))
    )
    source = random.Random(7)
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(source.randint(1, 6)):
            content[source.randrange(len(content))] = source.randrange(256)
        if source.random() < 0.3:
            del content[source.randrange(len(content)) :]
        with contextlib.suppress(RuleViolation):
            sheet = read_customers(bytes(content))
            assert len({problem.row_no for problem in sheet.problems}) + len(sheet.customers) == sheet.row_count


def test_template_in_the_documents_is_the_one_the_program_writes() -> None:
    assert Path("docs/customer-import-template.csv").read_bytes() == template_csv()
    sheet = read_customers(template_csv())
    assert (sheet.customers, sheet.problems, sheet.samples, sheet.row_count) == ((), (), (2, 3), 0)


def test_the_templates_sample_rows_are_good_but_for_their_mark() -> None:
    sheet = read_customers(template_csv().replace(SAMPLE_MARK.encode() + b"1000", b"1000"))
    assert [customer.account_no for customer in sheet.customers] == ["1000204471", "1000300012"]
    assert (sheet.problems, sheet.samples) == ((), ())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sample_row_left_among_real_ones_is_nobody_and_is_named_by_its_row(kind: str) -> None:
    rows = [row(), row(1, 户号=f"{SAMPLE_MARK}1000204471"), row(2)]
    cells: list[list[object]] = [[cells.get(heading) for heading in HEADINGS] for cells in rows]
    sheet = read_customers(csv_of(*rows) if kind == "csv" else xlsx_of(list(HEADINGS), *cells))
    assert [customer.row_no for customer in sheet.customers] == [2, 4]
    assert (sheet.problems, sheet.samples, sheet.row_count) == ((), (3,), 2)


def test_a_customer_whose_name_is_a_sample_is_a_customer() -> None:
    sheet = read_customers(csv_of(row(户名="示例小吃店")))
    assert (len(sheet.customers), sheet.samples) == (1, ())
