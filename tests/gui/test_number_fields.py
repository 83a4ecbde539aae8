"""Number fields take digits however they come, say beside the field what they refuse, and walk by arrow keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.fixtures_window import click
from ui.desktop import samples, samples_office
from ui.desktop.buttons import KeyButton
from ui.desktop.fields import AmountField, refusal
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.counter import CounterPage
from ui.desktop.pages.decisions import SlipOverlay
from ui.presenters.count_state import BatchCount, MissingField
from ui.presenters.count_views import incomplete
from ui.presenters.counter_state import CounterState
from ui.presenters.notice import Notice, Tone

K = Qt.Key


@pytest.fixture
def count(window: MainWindow, look: Look) -> CountPage:
    page = CountPage(look)
    window.add_page("count", page)
    window.show_page("count")
    page.render_state(samples_office.COUNT)
    return page


def focused() -> AmountField:
    field = QApplication.focusWidget()
    assert isinstance(field, AmountField)
    return field


@pytest.mark.parametrize(
    ("text", "decimals", "reason"),
    [
        ("", 2, ""), ("12.50", 2, ""), (".5", 2, ""), ("12", 0, ""),
        ("1a", 2, "digits"), ("-1", 2, "digits"), ("1.2.3", 2, "digits"), ("²", 0, "digits"), (" ", 0, "digits"),
        ("1.5", 0, "whole"), ("1.234", 2, "decimals"), ("1234567890", 0, "long"),
    ],
)  # fmt: skip
def test_a_number_field_knows_why_it_refuses(text: str, decimals: int, reason: str) -> None:
    assert refusal(text, decimals) == reason


@pytest.mark.parametrize(
    ("key", "words"),
    [("x", "只能输入数字"), (" ", "只能输入数字")],
)
def test_a_refused_key_is_explained_until_the_next_good_one(
    count: CountPage, window: MainWindow, key: str, words: str
) -> None:
    before = focused().text()
    QTest.keyClick(focused(), key)
    assert window.refusals.isVisible()
    assert window.refusals.text() == focused().accessibleDescription() == words
    assert focused().text() == before
    QTest.keyClick(focused(), "7")
    assert not window.refusals.isVisible()
    assert focused().accessibleDescription() == ""


def test_a_point_in_a_count_is_refused_with_what_stands_behind_it(count: CountPage, window: MainWindow) -> None:
    focused().clear()
    for key in "1.5":
        QTest.keyClick(focused(), key)
    assert focused().text() == "1"
    assert window.refusals.isVisible()
    assert window.refusals.text() == "只填整数，请退格重填"
    click(K.Key_Backspace)
    QTest.keyClick(focused(), "7")
    assert (focused().text(), window.refusals.isVisible()) == ("7", False)


def test_a_field_entered_again_takes_digits_after_a_refused_point(count: CountPage) -> None:
    QTest.keyClick(focused(), ".")
    click(K.Key_Down)
    QTest.keyClick(focused(), "7")
    assert focused().text() == "7"


def test_a_count_that_cannot_wait_offers_no_key_for_it(window: MainWindow, look: Look) -> None:
    page = CountPage(look, may_wait=False)
    window.add_page("office_count", page)
    window.show_page("office_count")
    page.render_state(samples_office.COUNT)
    asked: list[object] = []
    page.set_aside.connect(asked.append)
    page.handle("hold")
    assert asked == []
    assert "hold" not in [b.action_name for b in page.findChildren(KeyButton) if b.isVisible()]


def test_the_hint_goes_when_the_focus_does(count: CountPage, window: MainWindow) -> None:
    QTest.keyClick(focused(), "x")
    click(K.Key_Down)
    assert not window.refusals.isVisible()


@pytest.mark.parametrize(("typed", "left"), [("1.5", "1"), ("-1", "1"), ("2a", "2"), ("a", "")])
def test_what_is_left_of_a_refused_figure_is_taken_by_the_second_enter_only(
    count: CountPage, window: MainWindow, typed: str, left: str
) -> None:
    field = focused()
    field.clear()
    for key in typed:
        QTest.keyClick(field, key)
    click(K.Key_Return)
    assert (focused(), field.text(), field.property("doubt")) == (field, left, "true")
    assert "再按一次" in window.refusals.text()
    assert left in window.refusals.text()
    click(K.Key_Return)
    assert focused() is not field
    assert not field.in_doubt


def test_f9_goes_to_the_field_that_refused_something_and_submits_after_it_was_agreed_to(count: CountPage) -> None:
    given: list[object] = []
    count.count_confirmed.connect(given.append)
    field = focused()
    QTest.keyClick(field, "x")
    click(K.Key_Down)
    click(K.Key_F9)
    assert (given, focused()) == ([], field)
    click(K.Key_F9)
    assert len(given) == 1


@pytest.mark.parametrize("hand", ["mouse", "space", "enter"])
def test_button_that_is_clicked_over_a_refused_figure_asks_as_its_key_does(
    count: CountPage, window: MainWindow, hand: str
) -> None:
    given: list[object] = []
    count.count_confirmed.connect(given.append)
    confirm = count.primary
    assert confirm is not None

    def press() -> None:
        if hand == "mouse":
            QTest.mouseClick(confirm, Qt.MouseButton.LeftButton)
            return
        confirm.setFocus()
        click(K.Key_Space if hand == "space" else K.Key_Return)

    field = focused()
    QTest.keyClick(field, "x")
    press()
    assert (given, focused(), confirm.isDown()) == ([], field, False)
    assert "再按一次" in window.refusals.text()
    press()
    assert len(given) == 1
    press()
    assert len(given) == 2  # nothing is asked without a refusal


def test_button_that_leaves_is_never_held_up_by_a_refused_figure(count: CountPage) -> None:
    left: list[bool] = []
    count.leave_asked.connect(lambda: left.append(True))
    QTest.keyClick(focused(), "x")
    QTest.mouseClick(count._leave, Qt.MouseButton.LeftButton)
    assert left == [True]


def test_payment_is_confirmed_by_mouse_over_a_refused_sum_after_it_was_agreed_to(
    window: MainWindow, look: Look
) -> None:
    page = CounterPage(look)
    window.add_page("counter", page)
    window.show_page("counter")
    page.render_state(samples.TENDER)
    asked: list[bool] = []
    page.settle_asked.connect(lambda: asked.append(True))
    QTest.keyClick(page.pay.received, "x")
    for times in (0, 1):
        QTest.mouseClick(page.pay.confirm, Qt.MouseButton.LeftButton)
        assert len(asked) == times


@pytest.mark.parametrize("anew", ["over", "empty", "program"])
def test_field_that_is_typed_anew_after_a_refusal_is_taken_at_once(count: CountPage, anew: str) -> None:
    field = focused()
    QTest.keyClick(field, "x")
    if anew == "over":
        field.selectAll()
    elif anew == "empty":
        for _ in field.text():
            click(K.Key_Backspace)
    else:
        field.setText("")
    QTest.keyClick(field, "7")
    assert not field.in_doubt
    click(K.Key_Return)
    assert (focused() is field, field.text()) == (False, "7")


def test_digit_after_the_question_asks_again_for_what_stands_there_now(count: CountPage, window: MainWindow) -> None:
    field = focused()
    QTest.keyClick(field, "x")
    click(K.Key_Return)
    QTest.keyClick(field, "4")
    click(K.Key_Return)
    assert focused() is field
    assert field.text() in window.refusals.text()


@pytest.mark.parametrize("scale", [100, 150])
def test_the_hint_stands_beside_its_field_and_covers_no_other(
    count: CountPage, window: MainWindow, look: Look, scale: int
) -> None:
    look.switch(scale=scale)
    QApplication.sendPostedEvents()
    for _ in range(5):
        QTest.keyClick(focused(), "x")
        hint = window.refusals.geometry()
        covered = [
            field.accessibleName()
            for field in window.findChildren(AmountField)
            if field.isVisible() and field is not focused()
            and hint.translated(window.mapToGlobal(QPoint(0, 0))).intersects(
                field.rect().translated(field.mapToGlobal(QPoint(0, 0)))
            )
        ]  # fmt: skip
        assert covered == []
        assert window.rect().contains(hint)
        click(K.Key_Down)


@pytest.mark.parametrize("refused", ["x", "1x"])
@pytest.mark.parametrize("scale", [100, 125])
def test_the_hint_of_a_count_leaves_the_names_of_all_faces_readable(
    count: CountPage, window: MainWindow, look: Look, refused: str, scale: int
) -> None:
    look.switch(scale=scale)
    QApplication.sendPostedEvents()
    names = [label for label in count._names[4:15] if label.isVisible()]
    for _ in range(4):
        QTest.keyClicks(focused(), refused)
        if refused != "x":
            click(K.Key_Return)  # asked whether what is left was meant: the longest word
        hint = window.refusals.geometry()
        covered = [
            label.text()
            for label in names
            if QRect(label.mapTo(window, QPoint(0, 0)), label.sizeHint()).intersects(hint)
        ]
        assert (window.refusals.isVisible(), covered) == (True, [])
        focused().clear()
        click(K.Key_Down)


@pytest.mark.parametrize("code", ["cash.nothing", "takings.nothing_counted"])
def test_refusal_of_an_empty_count_goes_when_a_row_is_filled_and_comes_back_when_it_is_empty(
    count: CountPage, code: str
) -> None:
    count.render_state(replace(samples_office.COUNT, count_id="empty", start=(), notice=Notice(code, Tone.BAD)))
    count.focus_first()
    assert count._notice.isVisible()
    QTest.keyClicks(focused(), "3")
    assert not count._notice.isVisible()
    count._draw()
    assert not count._notice.isVisible()
    focused().clear()
    assert count._notice.isVisible()


def test_the_hint_is_shown_over_an_overlay_too(count: CountPage, window: MainWindow, look: Look) -> None:
    slip = SlipOverlay(look)
    slip.start({})
    window.open_overlay(slip)
    slip.inputs["amount"].setFocus()
    QTest.keyClick(slip.inputs["amount"], "x")
    assert window.refusals.isVisible()
    assert window.childAt(window.refusals.geometry().center()) is not None
    assert window.children().index(window.refusals) > window.children().index(slip)


def test_pasted_letters_stay_out_and_pasted_full_width_digits_come_in_plain(count: CountPage) -> None:
    QApplication.clipboard().setText("abc")
    click(K.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert focused().text() == "23"
    focused().selectAll()
    QApplication.clipboard().setText("１２")
    click(K.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert focused().text() == "12"


def test_a_full_width_digit_and_a_chinese_stop_are_taken_as_typed(window: MainWindow, look: Look) -> None:
    page = CounterPage(look)
    window.add_page("counter", page)
    window.show_page("counter")
    page.render_state(samples.TENDER)
    page.pay.received.selectAll()
    for key, text in ((K.Key_7, "７"), (K.Key_Period, "。"), (K.Key_5, "５")):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        QApplication.sendEvent(page.pay.received, event)
    assert page.pay.received.text() == "7.5"


def test_text_of_an_input_method_is_refused_with_a_word(count: CountPage, window: MainWindow) -> None:
    event = QInputMethodEvent()
    event.setCommitString("五")
    QApplication.sendEvent(focused(), event)
    assert focused().text() == "23"
    assert window.refusals.isVisible()
    assert not focused().testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_arrow_keys_move_between_denominations_and_stop_at_the_first(count: CountPage) -> None:
    click(K.Key_Up)
    assert focused().accessibleName() == "100 元"
    names = []
    for _ in range(3):
        click(K.Key_Down)
        names.append(focused().accessibleName())
    click(K.Key_Up)
    assert names == ["50 元", "20 元", "10 元"]
    assert focused().accessibleName() == "20 元"


def test_enter_moves_to_the_next_denomination(count: CountPage) -> None:
    click(K.Key_Return)
    click(K.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert focused().accessibleName() == "20 元"


def test_typing_over_a_denomination_replaces_it_because_it_is_selected(count: CountPage) -> None:
    click(K.Key_Down)
    QTest.keyClicks(focused(), "9")
    assert focused().text() == "9"


def test_count_goes_from_the_last_face_to_slips_and_cards_and_passes_the_bundles(count: CountPage) -> None:
    order = [*count._pieces, *(field for _, *three in count._batches for field in three), count._cards]
    order[0].setFocus()
    met = [focused()]
    for _ in order[1:]:
        click(K.Key_Return)
        met.append(focused())
    assert met == order


def test_enter_in_a_bundle_field_leads_to_the_next_face_and_arrows_keep_to_the_bundles(count: CountPage) -> None:
    count._pieces[0].setFocus()
    click(K.Key_Tab)
    assert count._bundles[0].hasFocus()
    click(K.Key_Down)
    assert count._bundles[1].hasFocus()
    click(K.Key_Return)
    assert count._pieces[2].hasFocus()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (MissingField("cards"), "空白卡的张数还没有填"),
        (MissingField("terminal", "6100 2231"), "终端 6100 2231 的刷卡签购单还没有填"),
        (MissingField("batch", "6100 2231"), "终端 6100 2231 的批次还没有填"),
        (MissingField("slips", "6100 2231"), "终端 6100 2231 的笔数还没有填"),
        (MissingField("amount", "6100 2231"), "终端 6100 2231 的金额还没有填"),
    ],
)
def test_field_a_count_left_out_is_named_and_gets_the_focus(
    count: CountPage, missing: MissingField, words: str
) -> None:
    count.render_state(replace(count._state, missing=missing, notice=incomplete(missing)))
    ((_batch, number, slips, amount),) = count._batches
    wanted = {"terminal": number, "batch": number, "slips": slips, "amount": amount, "cards": count._cards}
    assert focused() is wanted[missing.part]
    assert count._notice._what.text() == words


def test_at_200_per_cent_the_verbs_of_a_count_make_room_and_still_answer_their_keys(
    count: CountPage, look: Look
) -> None:
    look.switch(scale=200)
    asked: list[str] = []
    count.leave_asked.connect(lambda: asked.append("leave"))
    count.set_aside.connect(lambda: asked.append("aside"))
    for _ in range(8):
        QApplication.sendPostedEvents()
    assert not count._leave.isVisible()
    click(K.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    click(K.Key_F6)
    assert asked == ["leave", "aside"]


def test_finance_is_asked_for_the_sum_of_the_card_slips_alone_and_an_empty_one_gets_the_focus(count: CountPage) -> None:
    state = replace(
        samples_office.COUNT, purpose="receive", count_id="r1", sums_only=True, batches=(BatchCount("T9"),),
        with_cards=False,
    )  # fmt: skip
    count.render_state(state)
    ((_batch, number, slips, amount),) = count._batches
    assert [field.isHidden() for field in (number, slips, amount)] == [True, True, False]
    assert amount in count.fields
    assert not {number, slips} & set(count.fields)
    count.render_state(replace(state, missing=MissingField("amount", "T9")))
    assert focused() is amount
    amount.setText("82.20")
    assert count.result().batches == (BatchCount("T9", "", None, 8220),)
    count.render_state(replace(state, count_id="r2"))  # the next slip of the same terminal
    assert amount.text() == ""


def test_a_page_that_counted_slips_asks_for_the_sum_alone_where_only_that_counts(count: CountPage) -> None:
    slips = [field.placeholderText() for field in count.fields if field.placeholderText()]
    count.render_state(replace(samples_office.RECEIVE, batches=samples_office.COUNT.batches))
    asked = [field.placeholderText() for field in count.fields if field.placeholderText() and not field.isHidden()]
    assert (slips, asked) == (["批次", "笔数", "金额"], ["金额"])


def test_help_over_a_count_leaves_the_cursor_where_it_was(count: CountPage, window: MainWindow) -> None:
    before = [field.text() for field in count.fields]
    last = count.fields[-1]
    last.setFocus()
    QTest.keyClicks(last, "1")
    window.open_overlay(window.help)
    window.close_overlay(window.help)
    assert focused() is last
    QTest.keyClicks(focused(), "0")
    assert last.text() == "10"
    assert [field.text() for field in count.fields[:-1]] == before[:-1]


@pytest.mark.parametrize("sign", ["-", "/", "*"])
def test_sign_that_means_nothing_in_a_count_is_explained_and_moves_no_cursor(
    count: CountPage, window: MainWindow, sign: str
) -> None:
    field, before = focused(), focused().text()
    heard: list[str] = []
    window.action.connect(heard.append)
    QTest.keyClick(field, sign)
    assert (window.refusals.isVisible(), window.refusals.text()) == (True, "只能输入数字")
    assert (focused(), field.text(), heard) == (field, before, [])


@pytest.mark.parametrize(
    ("state", "signs"),
    [
        (samples.QUANTITY, "+-/*"),
        (replace(samples.TENDER, pay=replace(samples.PAY, offer=None)), "-"),
    ],
    ids=["quantity", "money without an offer"],
)
def test_sign_that_means_nothing_at_this_step_of_a_sale_is_explained(
    window: MainWindow, look: Look, state: CounterState, signs: str
) -> None:
    page = CounterPage(look)
    window.add_page("counter", page)
    window.show_page("counter")
    page.render_state(state)
    page.focus_first()
    heard: list[str] = []
    page.action.connect(heard.append)
    window.action.connect(heard.append)
    for sign in signs:
        field, before = focused(), focused().text()
        QTest.keyClick(field, sign)
        assert (window.refusals.isVisible(), focused(), field.text()) == (True, field, before)
        QTest.keyClick(field, Qt.Key.Key_End)
    assert heard == []


def test_keypad_plus_still_submits_a_count(count: CountPage) -> None:
    pressed: list[object] = []
    assert count.primary is not None
    count.primary.clicked.connect(lambda: pressed.append(True))
    click(K.Key_Plus, Qt.KeyboardModifier.KeypadModifier)
    assert pressed == [True]
