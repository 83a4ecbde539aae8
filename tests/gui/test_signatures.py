"""Two signatures over a hand-over, and the bag in the morning, by keys: what is wrong is said where it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from pos.domain.count import CountLine
from pos.domain.roles import Role
from tests.fixtures_running import RunningHall, counter_says, seal_till
from ui.app.demo import DEMO_PASSWORD
from ui.desktop import samples_office as office
from ui.desktop.fields import SecretField
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.pages.decisions import ApprovalOverlay
from ui.desktop.pages.difference import DifferencePage
from ui.desktop.pages.hand_over import HandOverPage
from ui.desktop.samples_office import MATTERS
from ui.presenters.count_state import DifferenceRow, DifferenceState
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import ApprovalState, PersonChoice, SignedLine, ToSign
from ui.presenters.to_sign import cash_lines


@pytest.fixture
def offered(running_hall: RunningHall) -> RunningHall:
    """The cashier has closed her till; the page of the hand-over is open."""
    seal_till(running_hall)
    running_hall.go("F9", "hand_over")
    return running_hall


def page(hall: RunningHall) -> HandOverPage:
    return hall.running.duties.office.hand_over


def passwords(hall: RunningHall) -> tuple[SecretField, SecretField]:
    return page(hall)._giver_password, page(hall)._receiver_password


def code(hall: RunningHall) -> str:
    return page(hall).notice._code.text()


def to_safe(hall: RunningHall) -> None:
    hall.stage.press("Shift+F4")
    hall.settle()
    hall.stage.press("Shift+F4")
    hall.settle()
    assert page(hall)._state.receiver_kind == "safe"
    assert page(hall)._bag.hasFocus()


def test_password_that_is_not_filled_in_is_named_and_the_other_one_stays(offered: RunningHall) -> None:
    hall = offered
    giver, receiver = passwords(hall)
    hall.stage.type(DEMO_PASSWORD)
    hall.stage.press("F9")
    assert (code(hall), receiver.hasFocus(), giver.text()) == ("hand_over.receiver_empty", True, DEMO_PASSWORD)
    assert hall.facts("handed_over") == []


def test_wrong_password_is_said_to_be_whose_and_the_cursor_goes_to_the_first_empty_field(offered: RunningHall) -> None:
    hall = offered
    giver, receiver = passwords(hall)
    hall.stage.fill(DEMO_PASSWORD)
    hall.stage.type("wrong horse")
    hall.stage.press("F9")
    hall.settle()
    assert (code(hall), giver.text(), receiver.text()) == ("hand_over.receiver_wrong", "", "")
    assert giver.hasFocus()
    receiver.setFocus()  # she types only hers again, as the first time users did
    hall.stage.type(DEMO_PASSWORD)
    hall.stage.press("F9")
    hall.settle()
    assert (code(hall), giver.hasFocus(), receiver.text()) == ("hand_over.giver_empty", True, DEMO_PASSWORD)
    hall.stage.type(DEMO_PASSWORD)
    hall.stage.press("F9")
    hall.stage.page("office_count")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sum_that_is_signed_stays_in_sight_at_150_percent_when_a_password_was_wrong(
    window: MainWindow, look: Look, language: str
) -> None:
    look.switch(language=language, scale=150)
    overlay = ApprovalOverlay(look)
    pieces = tuple(CountLine(face, False, 40) for face in (10_000, 5000, 2000, 1000, 500, 100))
    asked = ApprovalState(
        what_code="approve.safe_start",
        lines=cash_lines(pieces, "王晓梅"),
        people=(PersonChoice("l1", "陈志强", "shift_lead"),),
    )
    overlay.render_state(asked)
    window.open_overlay(overlay)
    overlay.render_state(replace(asked, notice=Notice("sign_in.wrong", Tone.BAD)))
    for _ in range(8):
        QApplication.sendPostedEvents()
    for part in (overlay._glance, overlay.password, overlay.notice):
        assert part.visibleRegion().boundingRect().height() == part.height()
    assert "7,440.00" in overlay._glance.text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_done_stays_above_the_explanation_that_is_typed_at_150_percent(
    window: MainWindow, look: Look, language: str
) -> None:
    look.switch(language=language, scale=150)
    difference = DifferencePage(look)
    window.add_page("difference", difference)
    rows = (DifferenceRow("tender.cash", 52_130, 52_130, 52_630, -500, False),)
    difference.render_state(DifferenceState(rows=rows, lead_name="陈志强", may_explain=True))
    window.show_page("difference")
    for _ in range(8):
        QApplication.sendPostedEvents()
    assert difference.explanation.hasFocus()
    for part in (difference.verdict._what, difference.verdict._do, difference.explanation):
        assert part.visibleRegion().boundingRect().height() == part.height()


def test_bag_number_that_is_not_filled_in_gets_the_cursor_and_both_passwords_stay(offered: RunningHall) -> None:
    hall = offered
    to_safe(hall)
    giver, witness = passwords(hall)
    hall.stage.press("Enter")
    hall.stage.fill(DEMO_PASSWORD)
    hall.stage.type(DEMO_PASSWORD)
    hall.stage.press("F9")
    assert (code(hall), page(hall)._bag.hasFocus()) == ("hand_over.bag_empty", True)
    assert (giver.text(), witness.text()) == (DEMO_PASSWORD, DEMO_PASSWORD)
    hall.stage.type("FB001")
    hall.go("F9", "sign_in")
    assert len(hall.facts("bagged")) == 1


def test_digest_shown_for_a_bag_is_the_one_that_is_stored_and_printed(offered: RunningHall) -> None:
    hall = offered
    to_safe(hall)
    assert page(hall)._state.digest == ""  # without its number nothing is there to sign
    hall.stage.fill("FB001", DEMO_PASSWORD)
    shown = page(hall)._digest.text().split()[-1]
    hall.stage.type(DEMO_PASSWORD)
    hall.go("F9", "sign_in")
    ((stored,),) = hall.rows("SELECT digest FROM hand_over")
    papers = [json.loads(paper) for (paper,) in hall.rows("SELECT document FROM outbox WHERE reason = 'bagged'")]
    printed = [paper["content"]["digest"] for paper in papers if "digest" in paper["content"]]
    assert (printed, shown) == ([stored], stored[:16])


def test_bag_number_of_a_hand_over_that_goes_to_a_person_after_all_is_in_no_digest(offered: RunningHall) -> None:
    hall = offered
    to_safe(hall)
    hall.stage.type("FB001")
    hall.stage.press("Shift+F4")
    hall.settle()
    assert page(hall)._state.receiver_kind == "cashier"
    passwords(hall)[0].setFocus()
    hall.stage.fill(DEMO_PASSWORD)
    hall.stage.type(DEMO_PASSWORD)
    hall.go("F9", "office_count")
    assert len(hall.facts("handed_over")) == 1


def test_word_on_an_empty_password_goes_as_soon_as_it_is_filled_in(offered: RunningHall) -> None:
    hall = offered
    hall.stage.press("F9")
    assert code(hall) == "hand_over.giver_empty"
    hall.stage.type("w")
    assert not page(hall).notice.isVisible()


def test_bag_is_opened_by_its_number_in_small_letters_and_a_wrong_one_gets_the_cursor(offered: RunningHall) -> None:
    hall = offered
    to_safe(hall)
    hall.stage.fill("FB001", DEMO_PASSWORD)
    hall.stage.type(DEMO_PASSWORD)
    hall.go("F9", "sign_in")
    hall.sign_in("lead2" if "lead2" in hall.people else "lead")
    hall.go("Ctrl+F10", "bags")
    bags = hall.running.duties.office.bags
    bags.focus_first()
    hall.stage.fill("fb002")
    hall.stage.type(DEMO_PASSWORD)
    hall.stage.press("F9")
    hall.settle()
    assert (bags.notice._code.text(), bags._bag_no.hasFocus()) == ("bag.number", True)
    assert bags._password.text() == DEMO_PASSWORD  # it was not used: only the number is typed anew
    bags._password.clear()
    hall.stage.fill("fb001")
    hall.stage.press("F9")
    assert (bags.notice._code.text(), bags._password.hasFocus()) == ("bags.password_empty", True)
    hall.stage.type(DEMO_PASSWORD)
    hall.stage.press("F9")
    hall.stage.page("office_count")


def test_bag_that_waits_for_a_lead_has_one_key_and_it_is_the_one_she_is_told(offered: RunningHall) -> None:
    hall = offered
    to_safe(hall)
    hall.stage.fill("FB001", DEMO_PASSWORD)
    hall.stage.type(DEMO_PASSWORD)
    hall.go("F9", "sign_in")
    hall.sign_in("lead")
    hall.settle()
    text = hall.program.look.text
    assert counter_says(hall) == "lead.bag_waits"
    assert f"Ctrl+F10 {text('action.accept_bag')}" in text("lead.bag_waits.do", count=1)
    keys = hall.program.frame.keys
    assert ("accept_bag" in keys, [key for key in keys if key.startswith("close_till")]) == (True, [])
    hall.stage.press("Ctrl+F7")
    hall.settle()
    assert (hall.program.window.current, counter_says(hall)) == ("counter", "lead.bag_waits")
    hall.stage.shot("bag-waits")
    hall.go("Ctrl+F10", "bags")


def test_cashier_whose_bag_is_in_the_safe_is_told_so_and_led_nowhere(offered: RunningHall) -> None:
    hall = offered
    to_safe(hall)
    hall.stage.fill("FB001", DEMO_PASSWORD)
    hall.stage.type(DEMO_PASSWORD)
    hall.stage.press("F9")
    hall.stage.page("sign_in")
    hall.settle()
    hall.sign_in("cashier")
    hall.settle()
    said = hall.running.counter.page_state.notice
    assert said is not None
    assert (said.code, dict(said.params)["bag"]) == ("till.bag_waits", "FB001")
    assert not hall.running.arrival.something_waits
    for key, answer in (("Ctrl+F7", "till.bag_waits"), ("Ctrl+F6", "till.bag_first")):
        hall.stage.press(key)
        hall.settle()
        notice = hall.running.counter.page_state.notice
        assert notice is not None
        assert (hall.program.window.current, notice.code) == ("counter", answer)


@pytest.mark.parametrize("kind", ["cashier", "safe"])
def test_whom_the_till_goes_to_stays_in_sight_on_a_counter_s_screen(offered: RunningHall, kind: str) -> None:
    hall = offered
    hall.program.window.resize(1366, 768)
    if kind == "safe":
        to_safe(hall)
    for field in passwords(hall):
        field.setFocus()
        hall.settle()
        for chip in page(hall)._kinds.values():
            seen = chip.visibleRegion().boundingRect()
            assert (seen.width(), seen.height()) == (chip.width(), chip.height())


@pytest.mark.parametrize("scale", [100, 150])
def test_float_and_cards_stay_in_sight_where_both_sign_however_much_waits(offered: RunningHall, scale: int) -> None:
    hall = offered
    hall.program.look.switch(scale=scale)
    hall.program.window.resize(1366, 768)
    shown = page(hall)
    shown.render_state(replace(shown._state, matters=MATTERS * 4, notice=Notice("hand_over.signature", Tone.WARNING)))
    for field in passwords(hall):
        field.setFocus()
        hall.settle()
        assert shown._figures.visibleRegion().boundingRect().height() == shown._figures.height() > 0
        assert "500.00" in shown._figures.text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", [100, 150])
def test_what_is_approved_stays_in_sight_with_the_password_after_a_wrong_one(
    window: MainWindow, look: Look, scale: int, language: str
) -> None:
    look.switch(scale=scale, language=language)
    overlay = ApprovalOverlay(look)
    overlay.render_state(office.APPROVAL)
    window.open_overlay(overlay)
    wrong = Notice("sign_in.wrong_of", Tone.BAD, (("name", "陈志强"),))
    overlay.render_state(replace(office.APPROVAL, notice=wrong))
    overlay.password.setFocus()
    for _ in range(8):
        QApplication.sendPostedEvents()
    for part in (overlay._what, overlay.password, overlay.notice, overlay.primary):
        assert part is not None
        assert part.visibleRegion().boundingRect().height() == part.height() > 0


def test_key_that_switches_whom_the_till_goes_to_is_named_so(offered: RunningHall) -> None:
    assert "mode=hand_over.to_whom" in offered.program.frame.keys


def test_key_that_was_meant_for_the_page_below_is_no_attempt_to_sign(running_hall: RunningHall) -> None:
    hall = running_hall
    asked: list[str] = []
    shown = ToSign("approve.lead_count", (SignedLine("sign.till", "1 号窗口"),))
    people = hall.running.people
    people.ask_signature("digest", Role.SHIFT_LEAD, shown, lambda _: asked.append("signed"))
    hall.stage.until(lambda: hall.program.window.has_overlay, "whose signature", 5)
    hall.settle()
    before = len(hall.facts("sign_in_failed"))
    hall.stage.press("F9")
    hall.settle()
    assert (len(hall.facts("sign_in_failed")), people.approval.password.hasFocus()) == (before, True)
    hall.approve()
    assert asked == ["signed"]
