"""班结单 and 交接单 on the roll: every figure under a name of its own, no raw code among the words."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import get_args

import pytest
from pypdf import PdfReader

from pos.domain.hand_over import MatterKind
from pos.domain.papers import CashMovementPaper, HandOverPaper, NamedCount, OpenMatterLine, PosReturn, XPaper, ZPaper
from pos.domain.reasons import ReturnReason
from pos.domain.settings import LANGUAGES
from printing.pdf.document import render_pdf
from printing.render import StripPaper, render_receipt
from printing.roll import ROLL_58, ROLL_80, Roll
from printing.words import words_in
from tests.unit.printing.sample_papers import DIFFERENCE, HAND_OVER, MOVEMENT, Z

CASH_NOTES = ("float_issue", "float_return", "float_top_up", "cash_drop", "sealed_bag", "count_differs")
"""Notes of cash movements; a matter names them as they name themselves."""


@pytest.mark.parametrize("roll", [ROLL_58, ROLL_80], ids=["58", "80"])
def test_charges_given_back_for_earlier_sessions_stand_on_the_z_with_their_slip(roll: Roll) -> None:
    paper = replace(Z, returned=(PosReturn("61002231", "000317", "000042", "6688", 8220),))
    text = render_receipt(paper, roll=roll).text
    assert "退货（以前班次的刷卡）" in text
    assert "61002231/000317/000042 *6688" in text
    assert "-82.20" in text
    assert "退货" not in render_receipt(Z, roll=roll).text
    assert len(render_pdf(paper)) > len(render_pdf(Z))


@pytest.mark.parametrize(("counted", "said"), [(39, "少 1 张"), (42, "多 2 张")])
def test_blank_cards_that_differ_are_said_on_roll_and_page_and_only_then(counted: int, said: str) -> None:
    paper = replace(Z, blank_cards_counted=counted)
    line = next(line for line in render_receipt(paper).text.splitlines() if line.startswith("空白卡 差异"))
    assert line.endswith(said)
    assert said in pdf_text(paper, "zh_CN")
    for even in (Z, replace(Z, blank_cards_counted=None)):
        assert "空白卡 差异" not in render_receipt(even).text + pdf_text(even, "zh_CN")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_paid_and_what_was_due_since_the_start_have_different_names(language: str) -> None:
    """The fen rule stands between the two: 应收 8679, 收款 8680."""
    lines = render_receipt(Z, language=language).text.splitlines()
    paid = next(line for line in lines if line.endswith("14,948.10")).split()[0]
    due = next(line for line in lines if line.endswith("8,123,456.70")).split()[0]
    assert (paid, due) == {
        "zh_CN": ("实际收款", "累计应收"), "zh_TW": ("實際收款", "累計應收"), "en": ("Paid", "Due")
    }[language]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", [Z, HAND_OVER], ids=["z", "hand_over"])
def test_every_open_matter_and_its_state_is_said_in_the_words_of_the_paper(
    paper: ZPaper | HandOverPaper, language: str
) -> None:
    states = {
        MatterKind.CARD_WRITE: ("paid", "writing", "failed", "in_doubt"),
        MatterKind.PRINT_UNCONFIRMED: ("queued", "sent", "unknown"),
    }
    subjects = {
        MatterKind.PRINT_UNCONFIRMED: [cls.TEMPLATE for cls in get_args(StripPaper)] + [XPaper.TEMPLATE, *CASH_NOTES],
        MatterKind.SLIPS_DIFFER: ["unionpay"],
    }
    matters = tuple(
        OpenMatterLine(kind.value, subject, 0, "2026-11-22 17:06", state)
        for kind in MatterKind
        for subject in subjects.get(kind, ["10001"])
        for state in states.get(kind, ("",))
    )
    found = replace(paper, open_matters=matters)
    for text in (render_receipt(found, language=language).text, pdf_text(found, language)):
        raw = [word for m in matters for word in (m.kind, m.subject, m.state) if "_" in word and word in text]
        assert raw == []
    words = words_in(language)
    codes = {code for m in matters for code in (m.kind, m.state, m.subject) if code not in ("", "10001")}
    assert [code for code in codes if not words.has(f"word.{code}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_note_of_a_count_that_differs_says_what_was_handed_over_counted_and_missing(language: str) -> None:
    words = words_in(language)
    on_roll = render_receipt(DIFFERENCE, language=language).text
    for text in (on_roll, pdf_text(DIFFERENCE, language)):
        flat = "".join(text.split())
        for said in (
            words("movement.count_differs").split("\n")[0],
            words.said("handed_over"),
            words("figure.short", amount="10.00"),
            words("z.cards_short", n=1),
            "叁佰肆拾元整",
            "HALL-T01-1-128",
            words.said("lead"),
        ):
            assert "".join(said.split()) in flat
        assert "350.00" in flat
        assert "340.00" in flat
    counted = next(line for line in on_roll.splitlines() if line.endswith("￥340.00"))
    assert counted.split()[0] == words("movement.count.amount")


def test_note_of_a_count_that_found_nothing_at_all_is_printed() -> None:
    empty = replace(DIFFERENCE, lines=(), amount_fen=0, blank_cards=0, cards_off=0)
    assert "短款 350.00" in render_receipt(empty).text
    assert "短款 350.00" in pdf_text(empty, "zh_CN")
    assert "空白卡" not in render_receipt(empty).text


def test_blank_cards_in_a_bag_stand_on_its_note_and_no_line_where_there_are_none() -> None:
    bag = replace(MOVEMENT, kind="sealed_bag", parts=(NamedCount("float", 0, 34_000),), blank_cards=10)
    line = next(line for line in render_receipt(bag).text.splitlines() if line.startswith("空白卡"))
    assert line.split() == ["空白卡", "10", "张"]
    assert "空白卡 10 张" in " ".join(pdf_text(bag, "zh_CN").split())
    for text in (render_receipt(bag).text, pdf_text(bag, "zh_CN")):
        assert "长短款" not in text
    empty = replace(bag, blank_cards=0)
    assert "空白卡" not in render_receipt(empty).text + pdf_text(empty, "zh_CN")


def test_hand_over_declares_a_count_only_once_it_was_made() -> None:
    said = {
        "none": ("接收方尚未点款", "接收方的点款即其开班点款"),
        "agrees": ("接收方已自行点清", "见交接点款差异单"),
        "differs": ("见交接点款差异单", "相符"),
    }
    for state, (there, not_there) in said.items():
        paper = replace(HAND_OVER, receiver_count=state, receiver_kind="safe" if state == "none" else "lead")
        for text in (render_receipt(paper).text, pdf_text(paper, "zh_CN")):
            flat = "".join(text.split())
            assert (there in flat, not_there in flat, "双方当面点清" in flat) == (True, False, False)
    opening = "".join(pdf_text(replace(HAND_OVER, receiver_count="agrees"), "zh_CN").split())
    assert "接收方的点款即其开班点款" in opening


def test_hand_over_of_before_declares_what_it_did() -> None:
    assert "双方当面点清" in "".join(pdf_text(HAND_OVER, "zh_CN").split())
    assert "声明" not in render_receipt(HAND_OVER).text


def test_paper_that_waited_when_the_z_was_frozen_is_said_to_have_waited_then() -> None:
    """It comes out before the Z on the same roll: "waits" would be false for who reads it."""
    waited = OpenMatterLine(MatterKind.PRINT_UNCONFIRMED.value, "float_issue", 0, "2026-11-22 17:06", "queued")
    for paper in (replace(Z, open_matters=(waited,)), replace(HAND_OVER, open_matters=(waited,))):
        text = "".join(render_receipt(paper).text.split())
        assert "找零备用金领用单（结班时等待打印）" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_refund_has_words(language: str) -> None:
    words = words_in(language)
    assert [reason for reason in ReturnReason if not words.has(f"reason.{reason}")] == []


def pdf_text(paper: ZPaper | HandOverPaper | CashMovementPaper, language: str) -> str:
    reader = PdfReader(BytesIO(render_pdf(paper, language=language)))
    return "\n".join(page.extract_text() for page in reader.pages)
