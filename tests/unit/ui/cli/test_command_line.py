"""The command line itself: words, languages, anchors, passwords, and what `run` imports."""

from __future__ import annotations

import errno
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pos.domain.errors import RuleViolation, StoreTooNew
from ui.cli.backup_texts import BACKUP_TEXTS
from ui.cli.card_texts import CARD_TEXTS
from ui.cli.doctor_texts import DOCTOR_TEXTS
from ui.cli.file_trouble import CODE_OF, OTHER
from ui.cli.import_texts import IMPORT_TEXTS
from ui.cli.key_texts import KEY_TEXTS
from ui.cli.main import guarded, main, take_option
from ui.cli.people import NoPassword, People
from ui.cli.run import RunOptions, quick_options
from ui.cli.texts import TEXTS, Texts
from ui.cli.verify import AnchorForm, parse_anchor

ROOT = Path(__file__).resolve().parents[4]
HEAVY = ("typer", "rich", "sqlalchemy", "reportlab", "escpos", "smartcard", "cryptography", "argon2", "openpyxl")


def test_run_imports_neither_the_command_library_nor_the_database() -> None:
    program = (
        "import sys; from ui.cli.main import main; code = main(['run', '--data', '/nonexistent/hall']);"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}  # no display: ends just before the window
    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=surroundings,
        cwd=ROOT,
    )
    assert answer.stdout.strip() == "5 []"
    assert "changshou day" in answer.stderr


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["run"], RunOptions()),
        (["run", "--demo"], RunOptions(demo=True)),
        (
            ["run", "--data", "/srv/hall", "--no-customer-screen"],
            RunOptions(data=Path("/srv/hall"), customer_screen=False),
        ),
        (["run", "--unlock-keys"], RunOptions(unlock_keys=True)),
        (["run", "--help"], None),
        (["run", "--data"], None),
        (["run", "--data", "--demo"], None),
        (["doctor"], None),
        ([], None),
    ],
)
def test_plain_run_lines_are_read_at_once_and_all_others_left_alone(
    words: list[str], options: RunOptions | None
) -> None:
    assert quick_options(words) == options


@pytest.mark.parametrize("words", [["--lang", "en", "verify"], ["verify", "--lang", "en"], ["verify", "--lang=en"]])
def test_language_may_stand_anywhere(words: list[str]) -> None:
    assert take_option(words, "--lang") == ("en", ["verify"])


def test_an_unknown_language_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--lang", "fr"]) == 2
    assert "zh_CN / en" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["export", "journal"], "缺少 --format"),
        (["restore"], "缺少 FILE"),
        (["verify", "--nonsense"], "没有 --nonsense 这个选项"),
        (["sell"], "没有 sell 这个命令"),
        (["restore", "x.db", "more", "--reason", "x"], "命令行写得不对"),
    ],
)
def test_a_wrong_line_is_said_in_chinese_with_how_it_is_written_and_ends_with_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    first, form, help_line = capsys.readouterr().err.splitlines()
    assert (sentence in first, "账未动" in first) == (True, True)
    assert (form.startswith("写法：changshou"), help_line.endswith("--help")) == (True, True)


def test_a_wrong_line_is_said_in_english_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "journal", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "Missing option '--format'" in said
    assert re.findall("[一-鿿]", said) == []


def test_a_command_without_words_lists_its_help_and_help_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export"]) == 2
    assert "journal" in "".join(capsys.readouterr())
    assert main(["--help"]) == 0
    assert "restore" in capsys.readouterr().out


def test_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"changshou \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "text", ["DJ-T01:1:42:09af31c2d4", "DJ-T01-1-42:09af31c2d4", "DJ-T01-1-42 09AF31C2D4", " DJ-T01-1-42:09af31c2d4 "]
)
def test_anchors_are_read_as_printed_and_as_the_verifier_writes_them(text: str) -> None:
    assert tuple(parse_anchor(text)) == ("DJ-T01", 1, 42, "09af31c2d4")


@pytest.mark.parametrize(
    "text", ["?", "DJ-T01:1:42", "DJ-T01-1-42:09af31c2d", "DJ-T01:x:42:09af31c2d4", "1-42:09af31c2d4"]
)
def test_what_is_no_anchor_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(AnchorForm, match=re.escape(text)):
        parse_anchor(text)


def test_passwords_come_one_a_line_and_never_from_an_empty_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("first secret \r\nsecond\n"))
    people = People(Texts("zh_CN"), from_stdin=True)
    assert people.password("9001", "actor") == "first secret "
    assert people.password("2001", "approver") == "second"
    with pytest.raises(NoPassword):
        people.password("2001", "approver")
    with pytest.raises(NoPassword):
        people.login("", "actor")


@pytest.mark.parametrize(
    "table",
    [TEXTS, DOCTOR_TEXTS, CARD_TEXTS, BACKUP_TEXTS, KEY_TEXTS],
    ids=["command", "doctor", "card", "backup", "keys"],
)
def test_both_languages_say_everything_with_the_same_parameters(table: dict[str, tuple[str, str]]) -> None:
    def fields(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert [code for code, (zh, en) in table.items() if not zh or not en or fields(zh) != fields(en)] == []
    assert [code for code, (_, en) in table.items() if re.search("[\u4e00-\u9fff]", en)] == []


def test_every_finding_of_the_doctor_has_words_and_every_bad_one_an_advice() -> None:
    source = "".join((ROOT / "ui" / "app" / name).read_text("utf-8") for name in ("doctor.py", "doctor_devices.py"))
    good = set(re.findall(r'Outcome\.OK, "([a-z_.]+)"', source))
    bad = set(re.findall(r'(?:Outcome\.(?:WARN|FAIL)|\bbad), "([a-z_]+\.[a-z_]+)"', source))
    names = set(re.findall(r'CheckResult, "([a-z_]+)"|CheckResult\("([a-z_]+)"', source))
    assert len(good) > 10
    assert len(bad) > 10
    assert (good | bad) - DOCTOR_TEXTS.keys() == set()
    assert {f"{code}.do" for code in bad} - DOCTOR_TEXTS.keys() == set()
    assert {f"name.{a or b}" for a, b in names} - DOCTOR_TEXTS.keys() == set()


def test_every_code_the_command_says_has_a_sentence() -> None:
    sources = "".join(path.read_text("utf-8") for path in sorted((ROOT / "ui" / "cli").glob("*.py")))
    said = set(re.findall(r'\bsay\("([a-z_.]+)"', sources))
    assert len(said) > 20
    assert (
        said - TEXTS.keys() - IMPORT_TEXTS.keys() - CARD_TEXTS.keys() - BACKUP_TEXTS.keys() - KEY_TEXTS.keys() == set()
    )


def test_known_errors_become_sentences_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> int:
        raise RuleViolation("approval.self", act="restore")

    def too_new() -> int:
        raise StoreTooNew("store.too_new", found=9, known=1)

    def lost() -> int:
        raise FileNotFoundError(2, "No such file", "/nowhere/customers.csv")

    assert [guarded(act, "zh_CN") for act in (refuse, too_new, lost)] == [3, 4, 4]
    said = capsys.readouterr().err
    assert "不能自己授权自己" in said
    assert "9" in said
    assert "/nowhere/customers.csv" in said


TROUBLES = [
    (errno.EEXIST, "file.exists"),
    (errno.ENOENT, "file.missing"),
    (errno.EACCES, "file.not_allowed"),
    (errno.ENOSPC, "file.full"),
    (errno.EISDIR, "file.is_folder"),
    (errno.ELOOP, "file.other"),
]


@pytest.mark.parametrize(("number", "code"), TROUBLES)
@pytest.mark.parametrize(("language", "money"), [("zh_CN", "没有动过账"), ("en", "The books are untouched")])
def test_a_file_the_system_refuses_is_said_in_the_runs_language_with_money_and_advice(
    number: int, code: str, language: str, money: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> int:
        raise OSError(number, os.strerror(number), "/media/stick/客户.csv")

    assert guarded(refuse, language) == 4
    said = capsys.readouterr().err
    assert [part for part in (f"[{code}]", "/media/stick/客户.csv", money) if part not in said] == []
    assert os.strerror(number) not in said
    assert not re.search("[a-z]{3,}", said.replace("/media/stick/客户.csv", "").replace(code, "")) or language == "en"


def test_a_refused_file_without_a_name_still_makes_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert guarded(full, "zh_CN") == 4
    assert "没有写完 所给的文件。" in capsys.readouterr().err


def test_every_refused_file_stands_on_the_page_of_codes() -> None:
    page = (ROOT / "docs" / "error-codes.md").read_text(encoding="utf-8")
    assert [code for code in (*CODE_OF.values(), OTHER) if f"| `{code}` |" not in page] == []


def test_a_bug_becomes_a_crash_file_with_a_number_and_no_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], expected_log: object
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    expected_log("ui.app.crash", "crash C", level=40)  # type: ignore[operator]

    secret = "王小燕 13800005678 correct-horse"

    def bug() -> int:
        raise ValueError(secret)

    assert guarded(bug, "en") == 70
    number = re.search(r"number (C[0-9A-F]{7})", capsys.readouterr().err)
    (file,) = tmp_path.rglob("*-C*.txt")
    text = file.read_text(encoding="utf-8")
    assert number is not None
    assert number[1] in file.name
    assert "ValueError" in text
    assert ".bug\n" in text
    assert not re.search("王小燕|13800005678|correct-horse", text)


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        (["run", "--data", "{hall}"], "another-hall/crash"),
        (["verify", "--data={hall}", "--demo"], "another-hall/crash"),
        (["run", "--demo"], "changshou/demo/crash"),
        (["verify"], "changshou/hall/crash"),
    ],
    ids=" ".join,
)
def test_the_crash_file_of_a_command_lies_in_the_folder_of_its_hall(
    words: list[str], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: object
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    expected_log("ui.app.crash", "crash C", level=40)  # type: ignore[operator]

    def bug() -> int:
        raise ZeroDivisionError

    assert guarded(bug, "en", [word.format(hall=tmp_path / "another-hall") for word in words]) == 70
    (file,) = tmp_path.rglob("*-C*.txt")
    assert file.parent == tmp_path / folder


def test_card_profile_is_checked_line_by_line_and_a_good_one_is_summed_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = ROOT / "devices" / "cards" / "profiles" / "reference-memory.toml"
    assert main(["--lang", "en", "card", "check-profile", str(good)]) == 0
    assert "purchase: 32 bytes" in capsys.readouterr().out
    bad = tmp_path / "maker.toml"
    bad.write_text(good.read_text(encoding="utf-8").replace('"plus_one"', '"maker_increments"'), encoding="utf-8")
    assert main(["card", "check-profile", str(bad)]) == 1
    said = capsys.readouterr().out
    line = bad.read_text(encoding="utf-8").splitlines().index('sequence = "maker_increments"') + 1
    assert f'{bad}:{line}: [rules] sequence: "maker_increments"' in said
    assert '"plus_one"' in said
    bad.write_bytes(b"profile = 1\n\xff")
    assert main(["--lang", "en", "card", "check-profile", str(bad)]) == 1
    assert f"{bad}:2: not UTF-8 text" in capsys.readouterr().out
    assert main(["card", "check-profile", str(tmp_path / "nothing.toml")]) == 4
