"""What is final needs its own key: Enter walks through a count or a split and says which key ends it, and no more.

A password that was typed for an approval and not given approves nothing that is asked later.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from tests.fixtures_window import click, press
from ui.desktop import samples
from ui.desktop import samples_office as office
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.close_result import CloseResultPage
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.decisions import ApprovalOverlay
from ui.desktop.pages.hand_out import HandOutPanelView
from ui.presenters.count_state import CountResult, CountState
from ui.presenters.count_views import missing_in
from ui.presenters.counter_state import HandOutPanel, WriteState
from ui.presenters.people_state import ApprovalState, PersonChoice, SignedLine

ENTER, F9 = Qt.Key.Key_Enter, Qt.Key.Key_F9


def opened_count(window: MainWindow, look: Look) -> tuple[CountPage, list[CountResult]]:
    page, handed_in = CountPage(look), list[CountResult]()
    page.count_confirmed.connect(handed_in.append)
    window.add_page("count", page)
    window.show_page("count")
    page.render_state(CountState(purpose="opening", with_cards=True, count_id="1"))
    return page, handed_in


def test_enter_behind_the_last_field_of_a_count_hands_nothing_in_and_names_the_key(
    window: MainWindow, look: Look
) -> None:
    page, handed_in = opened_count(window, look)
    press(*[ENTER] * (len(page.fields) + 3))
    assert (handed_in, page._notice._code.text()) == ([], "count.last_field")
    assert page.fields[-1].hasFocus()
    click(F9)
    assert len(handed_in) == 1


def test_cash_of_which_no_row_is_filled_in_is_asked_for_and_a_typed_nought_is_an_answer(
    window: MainWindow, look: Look
) -> None:
    page, handed_in = opened_count(window, look)
    page._cards.setText("3")
    click(F9)
    missing = missing_in(handed_in[-1])
    assert missing is not None
    assert missing.part == "cash"
    page._pieces[-1].setText("0")
    click(F9)
    assert missing_in(handed_in[-1]) is None


def test_enter_behind_the_last_row_of_the_split_does_not_seal_the_session(window: MainWindow, look: Look) -> None:
    page, sealed = CloseResultPage(look), list[tuple[int, ...]]()
    page.close_asked.connect(sealed.append)
    window.add_page("close", page)
    window.show_page("close")
    page.render_state(office.CLOSING)
    press(*[ENTER] * (len(page.fields) + 3))
    assert (sealed, page._notice._code.text()) == ([], "close.last_field")
    click(F9)
    assert len(sealed) == 1


def test_enter_ticks_nothing_of_a_purchase_whose_card_is_in_doubt(window: MainWindow, look: Look) -> None:
    panel, ticked = HandOutPanelView(look), list[str]()
    panel.ticked.connect(ticked.append)
    state = replace(
        samples.DONE,
        hand_out=HandOutPanel(write=WriteState.IN_DOUBT, card_in_reader=False, ticked=frozenset({"change"})),
    )
    panel.render_state(state)
    assert panel.tick_next() is False
    assert (ticked, panel.done.accessibleName()) == ([], "客户已走，先办别人 Enter")


def test_password_that_was_typed_and_not_given_is_gone_when_the_approval_is_asked_again(
    window: MainWindow, look: Look
) -> None:
    overlay, given = ApprovalOverlay(look), list[tuple[str, str, str]]()
    overlay.approved.connect(lambda *answer: given.append(answer))
    people = (PersonChoice("2001", "李振华", "role.shift_lead"),)
    first = ApprovalState(people=people, what_code="approval.refused", with_reason=True)
    overlay.render_state(first)
    window.open_overlay(overlay)
    overlay.reason.setText("客户当面要求")
    overlay.password.setText("steady paper lamp")
    window.close_overlay(overlay)
    overlay.render_state(ApprovalState(people=people, lines=(SignedLine("sign.amount", "26.30"),), with_reason=True))
    window.open_overlay(overlay)
    assert (overlay.password.text(), overlay.reason.text()) == ("", "")
    click(F9)
    assert given == []
