"""Reading a customer file (CSV in UTF-8 or GB18030, XLSX) by the documented template: docs/customer-import.md.

Every bad cell is reported by row number, column and reason; nothing is guessed. Files come from outside: sizes are
bounded before anything is unpacked, formulas and numbers are text, and no content can make this raise anything but the
named errors. Must not know: the database; what is already there is checked by the use case.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from ledger.money import Money, MoneyFormatError
from pos.domain.account import (
    ACCOUNT_NO,
    CARD_NO,
    MAX_PEOPLE,
    PRICE_CLASS_CN,
    AccountStatus,
    Inlet,
    Meter,
    Person,
    PriceClass,
    checked_meter,
    checked_person,
    is_iso_date,
)
from pos.domain.errors import RuleViolation

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELL = 200
SAMPLE_MARK = "示例"
"""How the 户号 of the template's sample rows begins. No account number does: such a row is nobody's."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the template: heading on paper, name in the program, whether a cell may be empty."""

    heading: str
    name: str
    required: bool


COLUMNS = (
    Column("户号", "account_no", True),
    Column("户名", "name", True),
    Column("电话", "phone", False),
    Column("地址", "address", True),
    Column("身份证号", "id_number", False),
    Column("价格类别", "price_class", True),
    Column("人口数", "people", False),
    Column("状态", "status", False),
    Column("欠费", "arrears", False),
    Column("合同号", "contract_no", False),
    Column("片区", "district", False),
    Column("表号", "meter_no", True),
    Column("表型", "meter_type", True),
    Column("进气方向", "inlet", True),
    Column("厂家", "maker", False),
    Column("安装日期", "installed_on", False),
    Column("表底数", "base_reading", False),
    Column("卡号", "card_no", False),
)
HEADING_OF = {column.name: column.heading for column in COLUMNS}
_PLACES = {column.heading: place for place, column in enumerate(COLUMNS)}
_BY_HEADING = {column.heading: column for column in COLUMNS} | {column.name: column for column in COLUMNS}
_CLASSES = {cn: member for member, cn in PRICE_CLASS_CN.items()} | {member.value: member for member in PriceClass}
_STATUSES = {"正常": AccountStatus.ACTIVE, "报装": AccountStatus.APPLIED} | {
    status.value: status for status in (AccountStatus.ACTIVE, AccountStatus.APPLIED)
}
_INLETS = {"左": Inlet.LEFT, "右": Inlet.RIGHT, "left": Inlet.LEFT, "right": Inlet.RIGHT}


_RIGHT_PERSON = Person("某人", "", "某处")
_RIGHT_METER = Meter("0000", "G4", Inlet.LEFT, "")
"""What one cell is put into to be judged by itself."""


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """One good row. `row_no` as in the file (the heading is row 1); `arrears_fen` in fen; `card_no` may be empty."""

    row_no: int
    account_no: str
    person: Person = field(repr=False)
    price_class: PriceClass
    people: int
    status: AccountStatus
    arrears_fen: int
    contract_no: str
    district: str
    meter: Meter
    card_no: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is bad: its number in the file, the column's heading, a stable reason (`import.*`)."""

    row_no: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class CustomerSheet:
    """A file as read. `digest`: SHA-256 of its bytes. Customers and problems in file order; no row is in both.

    Attributes: digest, customers, problems; samples, the numbers of rows the template brought, which are passed over;
        row_count, without those.
    """

    digest: str
    customers: tuple[NewCustomer, ...]
    problems: tuple[RowProblem, ...]
    samples: tuple[int, ...]
    row_count: int


def read_customers(content: bytes) -> CustomerSheet:
    """Read a file; its kind is told by its bytes, not by its name.

    Raises: RuleViolation `import.too_large`, `import.encoding`, `import.not_a_table`, `import.heading` (every
        missing, doubled and unknown column), `import.too_many_rows`.
    """
    if len(content) > MAX_FILE_BYTES:
        raise RuleViolation("import.too_large", limit=MAX_FILE_BYTES)
    rows = _xlsx_rows(content) if content.startswith(b"PK") else _csv_rows(content)
    headings = next(rows, None)
    if headings is None:
        raise RuleViolation("import.not_a_table")
    names = _column_names(headings)
    customers: list[NewCustomer] = []
    problems: list[RowProblem] = []
    samples: list[int] = []
    seen: dict[tuple[str, str], int] = {}
    account_place = names.index("account_no")
    row_count = 0
    for row_no, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        row_count += 1
        if row_count > MAX_ROWS:
            raise RuleViolation("import.too_many_rows", limit=MAX_ROWS)
        if len(cells) > account_place and cells[account_place].startswith(SAMPLE_MARK):
            samples.append(row_no)
            continue
        customer, found = _read_row(row_no, names, cells, seen)
        problems += found
        if customer is not None:
            customers.append(customer)
    return CustomerSheet(
        digest=hashlib.sha256(content).hexdigest(),
        customers=tuple(customers),
        problems=in_order(problems),
        samples=tuple(samples),
        row_count=row_count - len(samples),
    )


def template_csv() -> bytes:
    """The template as a file: headings and two sample rows, UTF-8 with mark so that spreadsheets open it right.

    Each sample is marked in its 户号, so that one left in the file becomes no customer.
    """
    samples = (
        (f"{SAMPLE_MARK}1000204471", "单桂芳", "13800005678", "平安里 12 号楼 3 单元 502", "", "居民", "4", "正常",
         "0.00", "HT-2019-0471", "平安里", "M2019000471", "G4", "左", "示例仪表厂", "2019-05-20", "0", "8000204471"),
        (f"{SAMPLE_MARK}1000300012", "示例小吃店", "05710000000", "和平路 8 号", "", "商业", "", "正常", "",
         "", "和平路", "M2021000012", "G6", "右", "示例仪表厂", "2021-03-01", "12.500", ""),
    )  # fmt: skip
    return customers_csv(samples)


def customers_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows in template order as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.heading for column in COLUMNS])
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        raise RuleViolation("import.not_a_table", line=reader.line_num) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise RuleViolation("import.encoding")


def _xlsx_rows(content: bytes) -> Iterator[list[str]]:
    from pos.domain.customer_workbook import workbook_rows  # openpyxl: not before it is needed

    return workbook_rows(content, columns=len(COLUMNS) + 20, rows=MAX_ROWS + 1)


def _column_names(headings: list[str]) -> list[str]:
    """Program names in file order; empty trailing headings are dropped."""
    while headings and not headings[-1]:
        headings.pop()
    names: list[str] = []
    unknown: list[str] = []
    for heading in headings:
        column = _BY_HEADING.get(heading.removesuffix("*").strip())
        if column is None:
            unknown.append(heading)
        else:
            names.append(column.name)
    twice = [HEADING_OF[name] for name in dict.fromkeys(names) if names.count(name) > 1]
    missing = [column.heading for column in COLUMNS if column.required and column.name not in names]
    if missing or twice or unknown:
        raise RuleViolation("import.heading", missing=_listed(missing), twice=_listed(twice), unknown=_listed(unknown))
    return names


def _listed(headings: list[str]) -> str:
    """All of them, so that the file is mended once; a heading is foreign text and may be long."""
    return "、".join(heading or "?" for heading in headings)[:MAX_CELL] or "-"


def _read_row(
    row_no: int, names: list[str], cells: list[str], seen: dict[tuple[str, str], int]
) -> tuple[NewCustomer | None, list[RowProblem]]:
    values = dict.fromkeys(HEADING_OF, "") | dict(zip(names, cells, strict=False))
    problems = [
        RowProblem(row_no, column.heading, "import.required")
        for column in COLUMNS
        if column.required and not values[column.name]
    ]
    problems += [
        RowProblem(row_no, HEADING_OF[name], "import.too_long")
        for name, cell in values.items()
        if len(cell) > MAX_CELL or not cell.isprintable()
    ]
    if any(cells[len(names) :]):
        problems.append(RowProblem(row_no, "", "import.extra_cell"))
    customer = _Cells(row_no, values, problems).customer()
    for name in ("account_no", "meter_no", "card_no"):
        if values[name] and seen.setdefault((name, values[name].upper()), row_no) != row_no:
            problems.append(RowProblem(row_no, HEADING_OF[name], "import.twice_in_file"))
    return (None, problems) if problems else (customer, problems)


def in_order(problems: Iterable[RowProblem]) -> tuple[RowProblem, ...]:
    """As a person looks for them: by row, then the columns of the template, then what stands beyond them."""
    return tuple(sorted(problems, key=lambda one: (one.row_no, _PLACES.get(one.column, len(_PLACES)))))


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row being read; every bad cell is added to `problems`, once: an empty or overlong one is not judged again."""

    row_no: int
    values: dict[str, str]
    problems: list[RowProblem]

    def customer(self) -> NewCustomer | None:
        """The row as a customer, None if anything was wrong."""
        values = self.values
        if not ACCOUNT_NO.fullmatch(values["account_no"]):
            self._bad("account_no", "import.format")
        if values["card_no"] and not CARD_NO.fullmatch(values["card_no"]):
            self._bad("card_no", "import.format")
        price_class = _CLASSES.get(values["price_class"])
        status = _STATUSES.get(values["status"] or "正常")
        inlet = _INLETS.get(values["inlet"])
        for name, value in (("price_class", price_class), ("status", status), ("inlet", inlet)):
            if value is None:
                self._bad(name, "import.not_in_list")
        people = self._people()
        arrears_fen = self._arrears_fen()
        person = self._person()
        meter = self._meter(inlet)
        if price_class is None or status is None or person is None or meter is None or self.problems:
            return None
        return NewCustomer(
            self.row_no, values["account_no"], person, price_class, people, status, arrears_fen,
            values["contract_no"], values["district"], meter, values["card_no"],
        )  # fmt: skip

    def _bad(self, name: str, code: str) -> None:
        if HEADING_OF[name] not in {problem.column for problem in self.problems}:
            self.problems.append(RowProblem(self.row_no, HEADING_OF[name], code))

    def _people(self) -> int:
        text = self.values["people"] or "1"
        if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= MAX_PEOPLE:
            return int(text)
        self._bad("people", "import.format")
        return 1

    def _arrears_fen(self) -> int:
        try:
            amount = Money.parse(self.values["arrears"] or "0")
        except MoneyFormatError:
            amount = Money(-1)
        if amount.fen < 0:
            self._bad("arrears", "import.format")
        return amount.fen

    def _person(self) -> Person | None:
        values = self.values
        person = Person(values["name"], values["phone"], values["address"], values["id_number"])
        try:
            return checked_person(person)
        except RuleViolation:  # for the first thing that is wrong with her: each cell by itself
            for name in ("name", "phone", "address", "id_number"):
                self._judge(name, partial(checked_person, replace(_RIGHT_PERSON, **{name: getattr(person, name)})))
            return None

    def _judge(self, name: str, check: Callable[[], object]) -> None:
        try:
            check()
        except RuleViolation:
            self._bad(name, "import.format")

    def _meter(self, inlet: Inlet | None) -> Meter | None:
        values = self.values
        base_reading_l = _litres(values["base_reading"] or "0")
        if base_reading_l is None:
            self._bad("base_reading", "import.format")
        installed_on = values["installed_on"].replace("/", "-") or None
        if installed_on is not None and not is_iso_date(installed_on):
            self._bad("installed_on", "import.format")
            installed_on = None
        meter = Meter(
            values["meter_no"].upper(), values["meter_type"], inlet or Inlet.LEFT, values["maker"], installed_on,
            base_reading_l or 0,
        )  # fmt: skip
        try:
            return checked_meter(meter)
        except RuleViolation:
            for name in ("meter_no", "meter_type", "maker", "installed_on", "base_reading_l"):
                alone = replace(_RIGHT_METER, **{name: getattr(meter, name)})
                self._judge(name.removesuffix("_l"), partial(checked_meter, alone))
            return None


def _litres(text: str) -> int | None:
    """`12.5` m3 as 12500 litres; None if it is no volume with at most three decimals."""
    whole, _, decimals = text.partition(".")
    if not (whole + decimals).isascii() or not (whole + decimals).isdigit() or len(whole) > 9 or len(decimals) > 3:
        return None
    return int(whole or "0") * 1000 + int(decimals.ljust(3, "0") or "0")
