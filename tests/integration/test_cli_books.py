"""`verify`, `export`, `import` and `doctor` on a real hall: green on a good one, a clear word on a bad one."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from beancount import loader
from openpyxl import load_workbook
from pypdf import PdfReader

from pos.domain.account import PRICE_CLASS_CN
from pos.store.deposit_queries import deposits_of_day
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.make_deposit_slip import MakeDepositSlip, make_deposit_slip
from tests.architecture.source_tree import ROOT
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay
from tests.integration.cli_desk import ADMIN, LEAD, Desk
from ui.cli.main import main
from ui.cli.verify_texts import FINDINGS

DAY = "2026-11-23"
SALE_FEN = 8_679
"""33 m³ at 2.63, the sale that the till's helper writes."""
HEADINGS = (
    "户号,户名,电话,地址,身份证号,价格类别,人口数,状态,欠费,合同号,片区,表号,表型,进气方向,厂家,安装日期,表底数,卡号"
)
GOOD_ROW = (
    "1000204471,单桂芳,13800005678,平安里12号楼3单元502,,居民,4,正常,0.00,,,M2019000471,G4,左,示例厂,2019-05-20,0,"
)


def tamper(path: Path) -> None:
    """Drop the seal and give the administrator another name in a sealed table, as an intruder would."""
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER operator_grant_no_update")
        raw.execute("UPDATE operator_grant SET display_name = '别人' WHERE code = '9001'")
    raw.close()


def anchor_of(demo: DemoHall, chain: str) -> str:
    """The chain's head as a paper prints it."""
    with demo.store.reading() as connection:
        head = demo.store.journal_of(connection).head(chain)
    return f"{chain}-{head.epoch}-{head.seq}:{head.hash[:10]}"


def test_a_good_hall_verifies_and_printed_anchors_prove_its_ends(desk: Desk) -> None:
    assert desk("verify") == 0
    assert "tail.unprovable" in desk.said
    anchors = [w for c in ("DJ-H", "DJ-T01", "DJ-T02") for w in ("--anchor", anchor_of(desk.demo, c))]
    assert desk("verify", *anchors, "--key", desk.demo.key.key_id) == 0
    assert "tail.unprovable" not in desk.said
    assert "key.unpinned" not in desk.said
    assert [line.split()[1].rpartition("-")[0] for line in desk.said.splitlines() if line.startswith("锚点")] == [
        "DJ-H-1", "DJ-T01-1", "DJ-T02-1",
    ]  # fmt: skip


def test_an_anchor_of_a_record_that_is_gone_is_an_error(desk: Desk) -> None:
    good = anchor_of(desk.demo, "DJ-H")
    assert desk("verify", "--anchor", "DJ-T01-1-99:09af31c2d4", "--anchor", good) == 1
    assert "anchor.missing" in desk.said
    assert [line.split()[1] for line in desk.said.splitlines() if line.startswith("锚点")] == [good.partition(":")[0]]


def test_a_foreign_key_on_paper_is_an_error(desk: Desk) -> None:
    assert desk("verify", "--key", "0123456789abcdef") == 1
    assert "sign.key" in desk.said


@pytest.mark.parametrize("slip", ["aaaa", "0123456789abcdeg", ""])
def test_fingerprint_that_is_none_is_a_slip_of_the_pen_and_no_wrong_key(desk: Desk, slip: str) -> None:
    assert desk("verify", "--key", slip) == 2
    assert ("写得不对" in desk.complained, desk.said) == (True, "")


def test_fingerprint_may_be_typed_in_groups_and_capitals(desk: Desk) -> None:
    key = desk.demo.key.key_id.upper()
    assert desk("verify", "--key", " ".join((key[:4], key[4:8], key[8:]))) == 0


def test_a_tampered_copy_is_red_by_table_and_by_seal(desk: Desk, tmp_path: Path) -> None:
    desk.demo.store.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(desk.at.database, copy)
    tamper(copy)
    assert desk("verify", "--db", str(copy), "--json") == 1
    found = {finding["code"] for finding in json.loads(desk.said)["findings"] if finding["severity"] == "error"}
    assert found == {"db.row", "db.trigger"}
    assert desk("verify", "--db", f"sqlite:///{copy}") == 1
    assert "停止收费" in desk.said


def test_a_run_in_chinese_says_the_broken_rules_in_chinese_and_one_in_english_gives_the_figures(
    desk: Desk, tmp_path: Path
) -> None:
    desk.demo.store.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(desk.at.database, copy)
    tamper(copy)
    assert desk("verify", "--db", str(copy)) == 1
    sentences = [line.rpartition("：")[2] for line in desk.said.splitlines() if "  " in line]
    assert len(sentences) > 2
    assert [text for text in sentences if re.search("[a-z]", text)] == []
    assert desk("verify", "--db", str(copy), "--lang", "en") == 1
    assert re.findall("[一-鿿]", desk.said) == []
    assert "operator_grant_no_update" in desk.said


def test_every_documented_finding_has_its_chinese_sentence() -> None:
    page = (ROOT / "docs" / "journal-format.md").read_text(encoding="utf-8").partition("## 10. Codes")[2]
    first_cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert {code for cell in first_cells for code in re.findall("`([a-z_.]+)`", cell)} == set(FINDINGS)


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--db", "postgresql://host/hall"),
        ("verify", "--db", "/nonexistent.db"),
        ("verify", "--export", "/nonexistent.jsonl"),
        ("verify", "--export", "x.jsonl", "--db", "y.db"),
        ("verify", "--anchor", "nonsense"),
        ("export", "journal", "--format", "pdf"),
        ("export", "deposit-slip", "--date", "23.11.2026", "--out", "out"),
        ("export", "deposit-slip", "--date", DAY, "--out", "out", "--encoding", "latin-1"),
    ],
)
def test_what_cannot_be_judged_ends_with_2_and_a_sentence(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk(*words) == 2
    assert len(desk.complained.strip()) > 10
    assert "Traceback" not in desk.complained


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "customers", "{here}/none.csv", "--check"), "file.missing"),
        (("import", "customers", "{here}", "--check"), "file.is_folder"),
        (("backup", "--to", "{here}/file"), "file.exists"),
        (("export", "journal", "--format", "jsonl", "--out", "{here}/file/sub/x"), "file.no_folder"),
        (("backup", "--to", "{here}/file/sub/x"), "file.no_folder"),
    ],
)
def test_a_path_that_cannot_be_used_is_said_in_chinese_with_its_code(
    desk: Desk, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    (tmp_path / "file").touch()
    assert desk(*(word.format(here=tmp_path) for word in words)) == 4
    assert (f"错误 [{code}] " in desk.complained, "没有动过账" in desk.complained) == (True, True)


def test_an_export_of_the_journal_goes_into_a_new_file_of_a_folder_that_is_there(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "old.jsonl").write_text("mine", encoding="utf-8")
    for name, code in (("old.jsonl", "file.exists"), ("out", "file.is_folder"), ("no/x.jsonl", "file.missing")):
        assert desk("export", "journal", "--format", "jsonl", "--out", str(tmp_path / name)) == 4
        assert (f"错误 [{code}] " in desk.complained, ".partial" in desk.complained) == (True, False)
    assert (tmp_path / "old.jsonl").read_text(encoding="utf-8") == "mine"
    assert {path.name for path in tmp_path.iterdir()} & {"out.partial", "no", "old.jsonl.partial"} == set()


def test_a_data_folder_that_is_a_file_is_no_hall_for_the_doctor(tmp_path: Path) -> None:
    (tmp_path / "hall").touch()
    assert main(["doctor", "--data", str(tmp_path / "hall")]) == 4


def test_a_missing_export_is_said_to_be_missing_when_it_cannot_be_judged(desk: Desk) -> None:
    assert desk("verify", "--export", "/nonexistent.jsonl") == 2
    assert "无法核对：找不到 /nonexistent.jsonl" in desk.complained


@pytest.mark.parametrize("content", ["户号,户名\n1,单\n", ""])
def test_a_file_that_is_no_export_is_not_said_to_be_damaged_books(desk: Desk, tmp_path: Path, content: str) -> None:
    file = tmp_path / "tpl.csv"
    file.write_text(content, encoding="utf-8")
    for words in ((), ("--quick",), ("--json",)):
        assert desk("verify", "--export", str(file), *words) == 2
        assert f"{file} 不是" in desk.complained
        assert ("停止收费" in desk.said + desk.complained, desk.said) == (False, "")


def test_an_export_that_lost_all_its_records_is_still_an_error(desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "journal.jsonl"
    assert desk("export", "journal", "--format", "jsonl", "--out", str(export)) == 0
    export.write_bytes(export.read_bytes().splitlines(keepends=True)[0])
    assert desk("verify", "--export", str(export)) == 1
    assert "file.count" in desk.said


def test_a_bad_line_of_an_export_is_named_in_the_language_of_the_run(desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "journal.jsonl"
    assert desk("export", "journal", "--format", "jsonl", "--out", str(export)) == 0
    export.write_bytes(export.read_bytes() + b"rest\n")
    assert desk("verify", "--export", str(export)) == 1
    (line,) = [line for line in desk.said.splitlines() if "file.line" in line]
    assert (re.search("第 [0-9]+ 行：", line) is not None, " line " in line) == (True, False)
    assert desk("verify", "--export", str(export), "--lang", "en") == 1
    assert re.search("line [0-9]+: ", desk.said) is not None


def test_an_anchor_that_is_not_found_asks_for_its_typing_before_it_stops_the_counter(desk: Desk) -> None:
    good = anchor_of(desk.demo, "DJ-H")
    for wrong in ("DJ-T01-1-99:09af31c2d4", f"{good[:-1]}{'0' if good[-1] != '0' else '1'}"):
        assert desk("verify", "--anchor", wrong) == 1
        *_, asked, last = desk.said.splitlines()
        assert ("抄错" in asked, "抄得没错仍查不到" in last) == (True, True)
        assert "账本有问题：停止收费，报告管理员，保留现状。" not in desk.said


def test_a_database_that_is_not_there_names_the_option_it_was_given_with(desk: Desk) -> None:
    assert desk("verify", "--db", "/nonexistent.db") == 2
    assert ("核对 --db" in desk.complained, "--data" in desk.complained) == (True, False)


def test_an_exported_journal_verifies_and_a_changed_one_does_not(desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "journal.jsonl"
    assert desk("export", "journal", "--format", "jsonl", "--out", str(export)) == 0
    assert desk("verify", "--export", str(export)) == 0
    export.write_bytes(export.read_bytes().replace("郑管".encode(), "郑某".encode(), 1))
    assert desk("verify", "--export", str(export)) == 1
    assert "record.hash" in desk.said
    assert not export.with_name("journal.jsonl.partial").exists()


def test_the_journal_goes_to_standard_output_as_it_is(desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "journal.jsonl"
    assert desk("export", "journal", "--format", "jsonl") == 0
    export.write_text(desk.said, encoding="utf-8", newline="")
    assert desk("verify", "--export", str(export)) == 0


def test_beancount_agrees_with_a_day_of_sales(desk: Desk, tmp_path: Path) -> None:
    received_day(desk.demo)
    export = tmp_path / "books.beancount"
    assert desk("export", "journal", "--format", "beancount", "--out", str(export)) == 0
    entries, errors, _ = loader.load_file(str(export))
    assert errors == []
    assert sum(type(entry).__name__ == "Transaction" for entry in entries) == 5
    assert desk("verify") == 0


def received_day(demo: DemoHall) -> None:
    """A day's takings, received by finance."""
    day = TillDay(demo)
    day.start()
    day.sell(SALE_FEN)
    day.end()
    day.to_lead()
    day.receive()


def test_a_day_without_a_deposit_slip_is_refused_with_a_sentence(desk: Desk, tmp_path: Path) -> None:
    received_day(desk.demo)
    assert desk("export", "deposit-slip", "--date", DAY, "--out", str(tmp_path / "out")) == 3
    assert f"{DAY} 还没有做过解款单" in desk.complained
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_sealed_deposit_slip_leaves_as_pdf_xlsx_and_csv(desk: Desk, tmp_path: Path, encoding: str) -> None:
    demo, out = desk.demo, tmp_path / "out"
    received_day(demo)
    made = make_deposit_slip(
        demo.hall,
        MakeDepositSlip(command_id=demo.new_id(), actor=demo.people["finance"], business_day=DAY),
    )
    assert desk("export", "deposit-slip", "--date", DAY, "--out", str(out), "--encoding", encoding) == 0
    stem = f"解款单-{DAY}-DJ-H-D00001"
    assert {f"{stem}.pdf", f"{stem}.xlsx", f"{stem}.csv"} <= {file.name for file in out.iterdir()}
    assert [file.name for file in out.iterdir() if " " in file.name] == []
    text = "".join(page.extract_text() for page in PdfReader(out / f"{stem}.pdf").pages)
    assert "86.79" in text
    assert made.short_hash in text
    sums = (out / f"{stem}.csv").read_text(encoding=encoding).splitlines()[-1].split(",")
    assert sums[0] == "合计"
    assert sums[7] == "86.79"
    sheet = load_workbook(out / f"{stem}.xlsx").worksheets[0]
    assert [cell.value for cell in list(sheet.rows)[-1]][7] == 86.79


def test_the_deposit_slips_files_speak_the_halls_language(desk: Desk, tmp_path: Path) -> None:
    demo, out = desk.demo, tmp_path / "out"
    received_day(demo)
    finance = demo.people["finance"]
    make_deposit_slip(demo.hall, MakeDepositSlip(command_id=demo.new_id(), actor=finance, business_day=DAY))
    change_setting(demo.hall, ChangeSetting(command_id="en", actor=demo.admin, name="language", text="en"))
    assert desk("export", "deposit-slip", "--date", DAY, "--out", str(out)) == 0
    (pdf,) = out.glob("*.pdf")
    assert "Bank deposit slip" in "".join(page.extract_text() for page in PdfReader(pdf).pages)
    tables = "".join(file.read_text(encoding="utf-8-sig") for file in sorted(out.glob("*.csv")))
    assert "Total" in tables
    assert "合计" not in tables


def test_a_deposit_paper_that_differs_from_its_record_is_refused(desk: Desk, tmp_path: Path) -> None:
    demo = desk.demo
    received_day(demo)
    command = MakeDepositSlip(command_id=demo.new_id(), actor=demo.people["finance"], business_day=DAY)
    make_deposit_slip(demo.hall, command)
    with demo.store.reading() as connection:
        (sealed,) = deposits_of_day(connection, DAY)
    with demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql(
            "UPDATE outbox SET document = replace(document, '8679', '7679') WHERE fact_key = ?", (sealed.deposit_id,)
        )
        uow.commit()
    assert desk("export", "deposit-slip", "--date", DAY, "--out", str(tmp_path / "out")) == 3
    assert "底稿" in desk.complained


def customers_file(tmp_path: Path, *rows: str) -> str:
    file = tmp_path / "customers.csv"
    file.write_text("\n".join([HEADINGS, *rows, ""]), encoding="utf-8-sig")
    return str(file)


def test_the_template_is_written_once_and_can_be_checked_as_it_is(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    assert main(["import", "template", str(file)]) == 0
    assert file.read_bytes() == (ROOT / "docs/customer-import-template.csv").read_bytes()
    assert desk("import", "customers", str(file), "--check") == 0
    assert "可导入 0 行" in desk.said
    assert "第 2、3 行是示例" in desk.said
    file.write_text("mine", encoding="utf-8")
    assert main(["import", "template", str(file)]) != 0
    assert file.read_text(encoding="utf-8") == "mine"


BY_LEAD = ("--document-no", "移交-7", "--login", LEAD, "--approver", ADMIN, "--passwords-from-stdin")


def test_a_filled_in_template_brings_its_customers_in_and_never_its_samples(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    assert main(["import", "template", str(file)]) == 0
    file.write_bytes(file.read_bytes() + GOOD_ROW.encode() + b"\r\n")
    assert desk("import", "customers", str(file), *BY_LEAD, codes=(LEAD, ADMIN)) == 0
    assert "第 2、3 行是示例（户号以“示例”开头），不导入。" in desk.said
    assert "已导入 1 户，跳过 0 行" in desk.said
    with desk.demo.store.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM customer").scalars().all()
    assert names == [GOOD_ROW.split(",")[1]]


def test_an_untouched_template_brings_nobody_in(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    assert main(["import", "template", str(file)]) == 0
    assert desk("import", "customers", str(file), *BY_LEAD, codes=(LEAD, ADMIN)) == 3
    assert "import.nothing" in desk.complained
    assert "customers_imported" not in desk.demo.kinds("DJ-H")


def test_customers_come_in_with_two_people_and_both_stand_in_the_record(desk: Desk, tmp_path: Path) -> None:
    file = customers_file(tmp_path, GOOD_ROW)
    assert desk("import", "customers", file, *BY_LEAD, codes=(LEAD, ADMIN)) == 0
    assert "已导入 1 户" in desk.said
    with desk.demo.store.reading() as connection:
        row = connection.exec_driver_sql(
            "SELECT body ->> '$.actor', body ->> '$.approver' FROM journal WHERE kind = 'customers_imported'"
        ).one()
    assert tuple(row) == (desk.demo.people["lead"], desk.demo.people["admin"])
    assert desk("verify") == 0


@pytest.mark.parametrize(
    ("codes", "words", "code"),
    [
        ((LEAD, LEAD), BY_LEAD, "sign_in.wrong"),
        ((LEAD,), BY_LEAD, "ask.no_more"),
        ((LEAD, LEAD), (*BY_LEAD[:5], LEAD, BY_LEAD[6]), "approval.self"),
        (("1001", ADMIN), (*BY_LEAD[:3], "1001", *BY_LEAD[4:]), "role.refused"),
    ],
)
def test_customers_do_not_come_in_without_two_different_people_with_the_right(
    desk: Desk, tmp_path: Path, codes: tuple[str, ...], words: tuple[str, ...], code: str
) -> None:
    file = customers_file(tmp_path, GOOD_ROW)
    assert desk("import", "customers", file, *words, codes=codes) == 3
    assert code in desk.complained
    assert "customers_imported" not in desk.demo.kinds("DJ-H")


@pytest.mark.parametrize("content", ["", "户号,户名\n", "户号,不认识\n", "a\x00b"])
def test_a_file_that_is_no_customer_table_is_found_by_the_check_and_refused_by_the_import(
    desk: Desk, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(content, encoding="utf-8")
    for words, code in ((("--check",), 1), (BY_LEAD, 3)):
        assert desk("import", "customers", str(file), *words, codes=(LEAD, ADMIN)) == code
        assert ("错误 [import." in desk.complained, "账未动" in desk.complained) == (True, True)
        assert "：-" not in desk.complained


def test_bad_rows_are_refused_with_a_code_and_left_out_only_where_there_are_some(desk: Desk, tmp_path: Path) -> None:
    bad = customers_file(tmp_path, GOOD_ROW, GOOD_ROW.replace("居民", "贵宾").replace("471", "472"))
    assert desk("import", "customers", bad, *BY_LEAD, codes=(LEAD, ADMIN)) == 3
    assert ("错误 [import.bad_rows] " in desk.complained, "账未动" in desk.complained) == (True, True)
    assert desk("import", "customers", bad, *BY_LEAD, "--skip-bad", codes=(LEAD, LEAD)) == 3
    assert "有问题的 1 行（1 处）不导入" in desk.said
    good = customers_file(tmp_path, GOOD_ROW)
    assert desk("import", "customers", good, *BY_LEAD, codes=(LEAD, ADMIN)) == 0
    assert "不导入" not in desk.said


def test_an_import_without_a_person_says_who_is_missing(desk: Desk, tmp_path: Path) -> None:
    file = customers_file(tmp_path, GOOD_ROW)
    words = ("import", "customers", file, "--document-no", "7", "--passwords-from-stdin")
    for given, who in (((), "经办人的工号"), (("--login", LEAD), "授权人的工号")):
        assert desk(*words, *given, codes=(LEAD, ADMIN)) == 3
        assert ("ask.no_login" in desk.complained, who in desk.complained) == (True, True)


FREE_TEXT = {"合同号", "片区"}


@pytest.mark.parametrize("heading", [name for name in HEADINGS.split(",") if name not in FREE_TEXT])
def test_a_cell_refused_for_its_form_or_value_says_what_may_stand_there(
    desk: Desk, tmp_path: Path, heading: str
) -> None:
    cells = dict(zip(HEADINGS.split(","), GOOD_ROW.split(","), strict=True))
    file = customers_file(tmp_path, ",".join((cells | {heading: "☆" * 150}).values()))
    assert desk("import", "customers", file, "--check") == 1
    (line,) = [line for line in desk.said.splitlines() if line.startswith("第 2 行")]
    assert (heading in line, "；应为：" in line, "import." in line) == (True, True, False)


def test_the_check_names_every_price_class(desk: Desk, tmp_path: Path) -> None:
    file = customers_file(tmp_path, GOOD_ROW.replace("居民", "贵宾"))
    assert desk("import", "customers", file, "--check") == 1
    assert all(name in desk.said for name in PRICE_CLASS_CN.values())


def test_bad_rows_are_listed_by_row_column_and_reason_and_stop_the_import(desk: Desk, tmp_path: Path) -> None:
    file = customers_file(tmp_path, GOOD_ROW, GOOD_ROW.replace("1000204471", "12").replace("居民", "邻居"))
    assert desk("import", "customers", file, *BY_LEAD, codes=(LEAD, ADMIN)) == 3
    assert re.search("第 3 行  户号  ", desk.said)
    assert re.search("第 3 行  价格类别  ", desk.said)
    assert "有问题 1 行（3 处）" in desk.said
    assert "customers_imported" not in desk.demo.kinds("DJ-H")
    assert desk("import", "customers", file, *BY_LEAD, "--skip-bad", codes=(LEAD, ADMIN)) == 0
    assert "已导入 1 户，跳过 1 行" in desk.said


def test_a_check_of_a_file_needs_no_order_and_nobody_and_runs_beside_the_program(desk: Desk, tmp_path: Path) -> None:
    from ui.app.start import HallLock

    good = customers_file(tmp_path, GOOD_ROW)
    before = desk.demo.kinds("DJ-H")
    with HallLock(desk.at.lock):
        assert desk("import", "customers", good, "--check") == 0
        assert "可导入 1 行" in desk.said
        bad = customers_file(tmp_path, GOOD_ROW, GOOD_ROW)
        assert desk("import", "customers", bad, "--check") == 1
    assert desk.demo.kinds("DJ-H") == before


def test_who_approves_an_import_reads_whose_file_it_is_before_her_password_is_asked_for(
    desk: Desk, tmp_path: Path
) -> None:
    file = customers_file(tmp_path, GOOD_ROW)
    assert desk("import", "customers", file, *BY_LEAD, codes=(LEAD, LEAD)) == 3  # the second password is wrong
    (said,) = [line for line in desk.said.splitlines() if line.startswith("授权内容")]
    digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]
    assert [part for part in ("李班", Path(file).name, "导入 1 户", digest) if part not in said] == []


def test_an_import_without_its_order_is_refused_before_anybody_is_asked(desk: Desk, tmp_path: Path) -> None:
    file = customers_file(tmp_path, GOOD_ROW)
    assert desk("import", "customers", file, *BY_LEAD[2:], codes=()) == 3
    assert "account.document" in desk.complained


def test_every_wrong_heading_is_named_at_once(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "headings.csv"
    file.write_text("户号,户号,地址,价格类别,表号,网址,邮箱\n", encoding="utf-8")
    assert desk("import", "customers", str(file), "--check") == 1
    assert "缺少：户名、表型、进气方向；重复：户号；不认识：网址、邮箱" in desk.complained


@pytest.mark.parametrize("command", [("verify",), ("export", "journal", "--format", "jsonl"), ("backup",), ("doctor",)])
@pytest.mark.parametrize("damage", ["random", "truncated", "missing", "newer"])
def test_damaged_missing_and_newer_books_give_a_sentence_and_an_exit_code(
    desk: Desk, tmp_path: Path, command: tuple[str, ...], damage: str
) -> None:
    desk.demo.store.close()
    whole = desk.at.database.read_bytes()
    if damage == "random":
        desk.at.database.write_bytes(bytes((7 * n + 13) % 251 for n in range(40_000)))
    elif damage == "truncated":
        desk.at.database.write_bytes(whole[: len(whole) // 3])
    elif damage == "missing":
        desk.at.database.unlink()
    else:
        raw = sqlite3.connect(desk.at.database)
        raw.execute("PRAGMA user_version=99")
        raw.close()
    code = desk(*command)
    expected = {"verify": 2, "export": 4, "backup": 4, "doctor": 1}[command[0]]
    if damage == "newer" and command[0] == "verify":
        expected = 0  # the outsider judges records by the version each of them states
    if damage == "missing" and command[0] == "doctor":
        assert "还没有账本" in desk.said
    else:
        assert code == expected
    assert "Traceback" not in desk.said + desk.complained
    assert desk.said + desk.complained
    if damage == "missing":
        assert not desk.at.database.exists()


def test_a_second_program_on_the_hall_is_told_so(desk: Desk, tmp_path: Path) -> None:
    from ui.app.start import HallLock

    file = customers_file(tmp_path, GOOD_ROW)
    with HallLock(desk.at.lock):
        assert desk("import", "customers", file, *BY_LEAD, codes=(LEAD, ADMIN)) == 6
        assert desk("run") == 6
    assert "已有一个唱收在运行" in desk.complained
