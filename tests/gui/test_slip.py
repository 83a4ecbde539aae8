"""The form of a card slip says which field is wrong and what it wants; the open matter names its figures."""

from __future__ import annotations

import pytest

from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.matter_list import subject_of
from ui.desktop.pages.decisions import SlipOverlay
from ui.presenters.count_state import MatterView
from ui.presenters.notice import Notice, Tone


@pytest.fixture
def slip(window: MainWindow, look: Look) -> SlipOverlay:
    made = SlipOverlay(look)
    window.open_overlay(made)
    made.start({"terminal": "6100223", "batch": "000123", "trace": "004567"})
    return made


@pytest.mark.parametrize(
    ("field", "named", "typed"),
    [("terminal", "终端号（8 位数字）", "7"), ("reference", "参考号（12 位数字）", "0")],
)
def test_mistyped_slip_names_the_field_its_digits_and_what_was_typed(
    slip: SlipOverlay, field: str, named: str, typed: str
) -> None:
    slip.refuse(Notice("unionpay.field", Tone.BAD, (("field", field),)), field)
    said = slip.notice.accessibleName()
    assert f"“{named}”没有填对，现在填了 {typed} 个字" in said
    assert slip.inputs[field].hasFocus()


def test_refusal_that_is_about_no_field_is_said_as_it_is(slip: SlipOverlay) -> None:
    slip.refuse(Notice("unionpay.slip_known", Tone.BAD), "")
    assert "这张签购单已经登记过" in slip.notice.accessibleName()


def test_open_matter_of_a_slip_names_its_trace_card_and_terminal(look: Look) -> None:
    figures = {"terminal": "61002231", "batch": "000123", "trace": "004567", "last_four": "2071"}
    matter = MatterView("H-1", "matter.charge_unbooked", "61002231/000123/004567 *2071", 8679, slip=(*figures.items(),))
    assert subject_of(look, matter) == "凭证号 004567 *2071 终端 61002231"
