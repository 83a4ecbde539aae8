"""Catalogues: every code in every language, readable by Babel, with the same parameters."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from pos.domain import papers
from pos.domain.account import PriceClass
from pos.domain.card_write import SETTLED, WriteState
from pos.domain.difference_clues import ClueKind
from pos.domain.hand_over import MatterKind
from pos.domain.reasons import (
    DrawerReason,
    Evidence,
    LossReason,
    ReprintReason,
    ReturnReason,
    ReversalReason,
    SpoilReason,
)
from pos.domain.roles import Role
from pos.ports.printer import PrintState
from ui.desktop import keys
from ui.desktop.messages import LANGUAGES, CatalogueError, Messages, read_catalogue
from ui.presenters.key_bars import ADMIN_KEYS, COUNTER_KEYS, IDLE_KEYS, LEAD_KEYS, PAGE_KEYS, READER_KEYS
from ui.presenters.setting_rows import FEES

ROOT = Path(__file__).resolve().parents[3]
REASONS = (DrawerReason, Evidence, LossReason, ReprintReason, ReturnReason, ReversalReason, SpoilReason)
LOCALE = ROOT / "ui" / "locale"


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "ui.po"


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_reader_and_babel_read_the_same(language: str) -> None:
    with path_of(language).open("rb") as file:
        babel = {entry.id: entry.string for entry in read_po(file) if entry.id}
    assert read_catalogue(path_of(language)) == babel


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_every_code_has_a_sentence_with_the_same_parameters(language: str) -> None:
    chinese, other = read_catalogue(path_of("zh_CN")), read_catalogue(path_of(language))
    assert chinese.keys() == other.keys()
    assert [code for code, text in other.items() if not text] == []
    fields = {code: set(re.findall(r"\{(\w+)\}", text)) for code, text in chinese.items()}
    assert [code for code, text in other.items() if set(re.findall(r"\{(\w+)\}", text)) != fields[code]] == []


def test_english_sentences_hold_no_chinese() -> None:
    allowed = {"language.zh_CN", "language.zh_TW"}
    english = read_catalogue(path_of("en"))
    assert [c for c, t in english.items() if re.search("[\u4e00-\u9fff]", t) and c not in allowed] == []


def test_codes_written_in_the_desktop_exist() -> None:
    known = read_catalogue(path_of("zh_CN")).keys()
    stems = {code.rsplit(".", 1)[0] for code in known if code.endswith((".what", ".money", ".do"))}
    pattern = re.compile(
        r'(?:text|label|button|chip|card|field_label|Notice|Column)\(\s*"([a-z_]+(?:\.[a-z_0-9A-Z]+)+)"'
    )
    missing = [
        (source.name, code)
        for source in sorted((ROOT / "ui" / "desktop").rglob("*.py"))
        for code in pattern.findall(source.read_text(encoding="utf-8"))
        if code not in known and code not in stems
    ]
    assert missing == []


def test_codes_written_in_presenters_and_wirings_exist() -> None:
    known = read_catalogue(path_of("zh_CN")).keys()
    stems = {code.rsplit(".", 1)[0] for code in known if code.endswith((".what", ".money", ".do"))}
    sources = [*(ROOT / "ui" / "presenters").glob("*.py"), *(ROOT / "ui" / "app").glob("*_wiring.py")]
    sources += [ROOT / "ui" / "app" / name for name in ("running.py", "program.py", "demo_tray.py")]
    missing = [
        (source.name, code)
        for source in sorted(sources)
        for code in re.findall(r'"([a-z_]+(?:\.[a-z_0-9]+)+)"', source.read_text(encoding="utf-8"))
        if code not in known and code not in stems
    ]
    assert missing == []


def test_labels_of_the_key_bar_exist_on_every_page() -> None:
    known = read_catalogue(path_of("zh_CN")).keys()
    bars = (*PAGE_KEYS.values(), *COUNTER_KEYS.values(), IDLE_KEYS, LEAD_KEYS, ADMIN_KEYS, READER_KEYS)
    shown = {key for bar in bars for key in bar}
    assert {key.partition("=")[0] for key in shown} <= keys.BY_NAME.keys()
    assert [key for key in shown if "=" in key and key.partition("=")[2] not in known] == []


def test_every_kind_of_person_price_matter_and_count_has_its_word() -> None:
    known = read_catalogue(path_of("zh_CN")).keys()
    wanted = {f"role.{role.value}" for role in Role} | {f"class.{kind.value}" for kind in PriceClass}
    wanted |= {f"matter.{kind.value}" for kind in MatterKind}
    wanted |= {f"paper_state.{state.value}" for state in PrintState if state is not PrintState.CONFIRMED}
    papers_named = (getattr(paper, "TEMPLATE", "") for paper in vars(papers).values())
    wanted |= {f"paper.{template}" for template in papers_named if template}
    wanted |= {f"reason.{code.value}" for kind in REASONS for code in kind}
    wanted |= {f"clue.{kind.value}" for kind in ClueKind}
    wanted |= {f"write_state.{state.value}" for state in WriteState if state not in SETTLED}
    purposes = ("opening", "take_over", "closing", "recount", "verify", "drop", "float", "receive")
    wanted |= {f"count.title.{purpose}" for purpose in purposes} | {f"count.rule.{p}.what" for p in purposes}
    assert sorted(wanted - known) == []


def test_every_action_and_group_has_a_label() -> None:
    text = Messages()
    assert [a.name for a in keys.ACTIONS if not text.has(f"action.{a.name}")] == []
    assert [group for group in keys.GROUPS if not text.has(f"keys.{group}")] == []


def test_an_unknown_code_is_shown_in_brackets_and_a_missing_parameter_by_name() -> None:
    text = Messages()
    assert text("no.such_code") == "⟨no.such_code⟩"
    assert text("pay.take") == "收 {amount}"


def test_a_notice_without_sentences_says_that_the_state_is_unknown() -> None:
    what, money, advice = Messages("en").parts("no.such_error")
    assert all((what, money, advice))


def test_a_broken_catalogue_names_file_and_line(tmp_path: Path) -> None:
    bad = tmp_path / "ui.po"
    bad.write_text('msgid "a"\nmsgstr "b"\nnonsense\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"ui\.po:3"):
        read_catalogue(bad)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fee_and_class_that_may_have_a_price_has_its_words(language: str) -> None:
    words = read_catalogue(path_of(language))
    assert [item for item in FEES if f"fee_item.{item}" not in words] == []
    assert [one for one in PriceClass if not {f"class.{one.value}", f"set.tariff.{one.value}"} <= words.keys()] == []


def test_every_known_error_has_its_three_parts_as_documented() -> None:
    lines = (ROOT / "docs" / "error-codes.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([a-z_.]+)` \| (.*) \| (.*) \| (.*) \|$", lines, re.MULTILINE)
    chinese, english = read_catalogue(path_of("zh_CN")), read_catalogue(path_of("en"))
    wrong = []
    for code, *parts in documented:
        for name, sentence in zip(("what", "money", "do"), parts, strict=True):
            key = f"{code}.{name}"
            if chinese.get(key) != sentence or not english.get(key):
                wrong.append(key)
    assert len(documented) > 150
    assert wrong == []
