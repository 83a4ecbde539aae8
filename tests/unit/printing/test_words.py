"""The papers' catalogues: complete in three languages, every code used exists, and nothing is wider than paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from pos.domain.account import PriceClass
from pos.domain.catalogue import LANGUAGES, CatalogueError, read_catalogue
from pos.domain.hand_over import MatterKind, ReceiverKind
from pos.domain.sale import TenderKind
from printing.layout import Layout, Size, TextLine
from printing.render import StripPaper, layout_paper, render_receipt
from printing.roll import ROLL_58
from printing.safe_text import text_width
from printing.words import Words, words_in
from tests.unit.printing.sample_papers import ANCHOR, DIFFERENCE, HAND_OVER, HEAD, MOVEMENT, RECEIPT, SLIP, Z

PRINTING = Path(__file__).resolve().parents[3] / "printing"
PAPERS = [
    RECEIPT,
    Z,
    replace(Z, z_no=0),
    HAND_OVER,
    replace(HAND_OVER, receiver_count="differs"),
    SLIP,
    MOVEMENT,
    DIFFERENCE,
]
CARD_RESULTS = ("written", "issued", "unwritten", "in_doubt")
MIDDLE = re.compile("[\u4e00-\u9fff]")
LEGAL = ("mark.", "stamp.", "receipt.stamp", "word.customer", "word.stub", "paper.capitals", "custody.received")


def catalogue(language: str) -> dict[str, str]:
    return read_catalogue(PRINTING / "locale" / language / "LC_MESSAGES" / "printing.po")


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_reader_and_babel_read_the_same(language: str) -> None:
    with (PRINTING / "locale" / language / "LC_MESSAGES" / "printing.po").open("rb") as file:
        babel = {entry.id: entry.string for entry in read_po(file) if entry.id}
    assert catalogue(language) == babel


@pytest.mark.parametrize("language", ["zh_TW", "en"])
def test_every_word_is_there_with_the_same_parameters(language: str) -> None:
    chinese, other = catalogue("zh_CN"), catalogue(language)
    assert chinese.keys() == other.keys()
    assert [code for code, text in other.items() if not text] == []
    assert [
        c for c, t in other.items() if set(re.findall(r"\{(\w+)", t)) != set(re.findall(r"\{(\w+)", chinese[c]))
    ] == []


def test_english_keeps_chinese_only_where_the_word_is_the_legal_one() -> None:
    english, chinese = catalogue("en"), catalogue("zh_CN")
    with_hanzi = {code for code, text in english.items() if MIDDLE.search(text)}
    two_lines = {code for code, text in english.items() if text.startswith(chinese[code] + "\n")}
    assert sorted(code for code in with_hanzi - two_lines if not code.startswith(LEGAL)) == []
    assert {code for code in english if code.endswith(".title")} - {"hand_over.title", "matters.title"} <= two_lines | {
        code for code in english if not MIDDLE.search(english[code])
    }


def test_every_code_written_in_printing_exists() -> None:
    known = catalogue("zh_CN").keys()
    pattern = re.compile(r'(?:words|one_line|_named_counts)\([^"()]*"([a-z_]+(?:\.[a-z_]+)*)"')
    missing = [
        (source.name, code)
        for source in sorted(PRINTING.rglob("*.py"))
        for code in pattern.findall(source.read_text(encoding="utf-8"))
        if code not in known
    ]
    assert missing == []


def test_every_code_a_paper_can_carry_has_its_word() -> None:
    known = catalogue("zh_CN").keys()
    wanted = {f"word.{kind.value}" for kinds in (TenderKind, PriceClass, MatterKind) for kind in kinds}
    wanted |= {f"receiver.{kind.value}" for kind in ReceiverKind}
    wanted |= {f"receipt.result.{result}" for result in CARD_RESULTS} | {f"receipt.advice.{r}" for r in CARD_RESULTS}
    wanted |= {f"custody.{state}" for state in ("made_out", "checked", "received")}
    wanted |= {f"hand_over.declaration.{state}" for state in ("none", "agrees", "differs")}
    wanted |= {f"movement.{name}" for name in ("by", "amount", "note", "count.by", "count.amount", "count.note")}
    assert sorted(wanted - known) == []


def test_a_code_nobody_knows_is_printed_and_not_hidden() -> None:
    words = Words("en")
    assert words.said("blank_paper_missing") == "blank_paper_missing"
    assert words.said("cash") == "cash"
    assert words.said("") == ""


def test_a_language_nobody_wrote_is_refused() -> None:
    with pytest.raises(CatalogueError, match="tlh"):
        words_in("tlh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [32, 42, 48])
@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: p.TEMPLATE)
def test_every_paper_fits_in_every_language(paper: StripPaper, width: int, language: str) -> None:
    marked = replace(paper, head=replace(HEAD, demo=True, training=True, test_keys=True, one_person=True))
    layout: Layout = layout_paper(marked, width_chars=width, anchor=ANCHOR, copy_no=12, language=language)
    lines = [element for element in layout.elements if isinstance(element, TextLine)]
    assert [e for e in lines if text_width(e.text) * (2 if e.size is Size.BIG else 1) > width] == []
    assert [e.text for e in lines if "⟨" in e.text or "{" in e.text] == []
    assert any("一人" in e.text for e in lines)


def test_english_receipt_carries_both_languages_where_the_law_wants_chinese() -> None:
    text = render_receipt(RECEIPT, roll=ROLL_58, anchor=ANCHOR, language="en").text
    for expected in ("收款凭证", "Receipt", "人民币捌拾陆元捌角", "本凭证不作发票使用", "Not a tax invoice", "Change"):
        assert expected in text, expected
    assert "找零" not in text
