"""The form of a card slip says which field is wrong and what it wants; the open matter names its figures."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from tests.fixtures_running import RunningHall
from ui.app.demo import STORY_CARD, load_demo_card
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.matter_list import MatterList, charged_for, subject_of
from ui.desktop.pages.decisions import SlipOverlay
from ui.presenters.count_state import MatterView
from ui.presenters.counter_desk import SlipForm
from ui.presenters.counter_state import Step
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
    assert subject_of(look, matter) == "凭证号 004567 *2071 终端 61002231"  # an earlier program did not say for whom


@pytest.mark.parametrize(
    ("volume_l", "words"), [(33_000, "户号 10 0020 4471 购 33 m³"), (0, "户号 10 0020 4471 开户卡")]
)
def test_open_matter_of_a_slip_says_whose_purchase_it_was_charged_for(look: Look, volume_l: int, words: str) -> None:
    figures = {"terminal": "61002231", "batch": "000123", "trace": "004567", "last_four": "2071"}
    matter = MatterView(
        "H-1", "matter.charge_unbooked", "-", 8679, slip=(*figures.items(),), account_no="1000204471", volume_l=volume_l
    )
    listed = MatterList(look)
    listed.show_matters((matter,))
    said = [label.text() for label in listed.findChildren(QLabel)]
    assert f"凭证号 004567 *2071 终端 61002231 · {words}" in said
    assert charged_for(look, matter) == words


def at_the_due(hall: RunningHall) -> SlipOverlay:
    """Ten cubic metres for the customer of the story, not yet paid; the form for her slip."""
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    hall.sign_in("cashier")
    reader.insert(load_demo_card(hall.program.places.simulated_cards, STORY_CARD))
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.QUANTITY, "her card", 5)
    hall.stage.type("10")
    hall.stage.press("Enter")
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.TENDER, "the due", 5)
    return hall.running.counter.slip


def test_slip_that_was_left_with_esc_comes_back_in_its_sale_and_leaves_nothing_in_the_form(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    form = at_the_due(hall)
    typed = {"terminal": "61002231", "batch": "000123", "trace": "004567", "reference": "1234", "last_four": ""}

    hall.stage.press("*")
    hall.stage.until(form.isVisible, "the form", 5)
    hall.stage.fill("61002231", "000123", "004567")
    hall.stage.type("1234")
    hall.stage.press("Esc")
    hall.settle()
    left = form.values()
    hall.stage.press("*")
    hall.stage.until(form.isVisible, "the form again", 5)
    assert form.values() == typed | {"amount": "26.30"}
    assert (left["terminal"], left["trace"], left["reference"]) == ("61002231", "", "")

    hall.stage.press("Esc", "Ctrl+Del")
    hall.settle()
    assert hall.running.sale.serving.sale.slip_begun == SlipForm()
    assert form.values() == dict.fromkeys(form.NAMES, "") | {"terminal": "61002231", "batch": "000123"}


def test_sum_typed_in_the_slip_form_comes_back_after_esc_and_is_refused_with_both_sums(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    form = at_the_due(hall)
    hall.stage.press("*")
    hall.stage.until(form.isVisible, "the form", 5)
    hall.stage.fill("61002231", "000123", "004567", "123456789012", "6217")
    form.inputs["amount"].selectAll()
    hall.stage.type("100")
    hall.stage.press("F9")
    hall.settle()
    assert "金额填的是 100 元，本笔应收 26.30 元" in form.notice.accessibleName()
    hall.stage.shot("slip")
    hall.stage.press("Esc")
    hall.settle()
    hall.stage.shot("waits")
    notice = hall.running.counter.page_state.notice
    assert notice is not None
    assert notice.code == "unionpay.slip_waits"
    hall.stage.press("*")
    hall.stage.until(form.isVisible, "the form again", 5)
    assert form.values()["amount"] == "100"
    assert hall.rows("SELECT count(*) FROM unionpay_charge") == [(0,)]
