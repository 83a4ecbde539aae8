"""The counter by keyboard alone: each key reaches the intention it is printed for, from inside the fields."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.fixtures_window import click
from ui.desktop import keys, samples
from ui.desktop import samples_trouble as trouble
from ui.desktop.buttons import KeyButton
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.pages.counter import INTENTIONS, CounterPage
from ui.desktop.pages.counter_who import WhoColumn
from ui.presenters.counter_state import ChangePiece, CounterState, RecentPurchase, WriteState
from ui.presenters.notice import Notice, Tone

K = Qt.Key


@pytest.fixture
def counter(window: MainWindow, look: Look) -> CounterPage:
    page = CounterPage(look)
    window.render_state(samples.FRAME)
    window.add_page("counter", page)
    window.show_page("counter")
    return page


@pytest.mark.parametrize("name", sorted(INTENTIONS))
@pytest.mark.parametrize("keypad", [False, True], ids=["main", "keypad"])
def test_every_intention_is_reached_from_inside_the_amount_field(counter: CounterPage, name: str, keypad: bool) -> None:
    counter.render_state(samples.TENDER)
    heard: list[str] = []
    counter.action.connect(heard.append)
    key, modifiers = keys.BY_NAME[name].keys[0]
    pad = Qt.KeyboardModifier.KeypadModifier if keypad else Qt.KeyboardModifier.NoModifier
    click(key, modifiers | pad)
    assert heard == [name]
    assert counter.pay.received.text() == "100"


@pytest.mark.parametrize(
    ("state", "place"),
    [
        (samples.IDLE, "search"),
        (samples.IDENTIFY, "search"),
        (samples.QUANTITY, "quantity"),
        (samples.TENDER, "received"),
    ],
    ids=["idle", "identify", "quantity", "tender"],
)
def test_focus_follows_the_step(counter: CounterPage, state: CounterState, place: str) -> None:
    counter.render_state(state)
    counter.focus_first()
    places = {
        "search": counter.who.search, "quantity": counter.what.quantity, "received": counter.pay.received
    }  # fmt: skip
    assert QApplication.focusWidget() is places[place]


def test_enter_in_quantity_submits_what_is_typed(counter: CounterPage) -> None:
    counter.render_state(replace(samples.QUANTITY, item=replace(samples.ITEM, typed="")))
    heard: list[str] = []
    counter.quantity_submitted.connect(heard.append)
    QTest.keyClicks(QApplication.focusWidget(), "33")
    click(K.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert heard == ["33"]


def test_exact_cash_is_an_empty_enter_then_plus(counter: CounterPage) -> None:
    counter.render_state(replace(samples.TENDER, pay=replace(samples.PAY, typed="")))
    heard: list[str] = []
    counter.tendered_submitted.connect(heard.append)
    counter.settle_asked.connect(lambda: heard.append("settle"))
    click(K.Key_Return)
    click(K.Key_Plus, Qt.KeyboardModifier.KeypadModifier)
    assert heard == ["", "settle"]


@pytest.mark.parametrize(("typed", "exact_by_enter"), [("", True), ("100", False)])
def test_enter_stands_at_the_exact_sum_only_while_nothing_is_typed(
    counter: CounterPage, typed: str, exact_by_enter: bool
) -> None:
    counter.render_state(replace(samples.TENDER, pay=replace(samples.PAY, typed=typed)))
    named = [button.accessibleName() for button in counter.pay.findChildren(KeyButton) if button.isVisible()]
    exact = counter.look.text("pay.exact")
    assert (f"{exact} Enter" in named, exact in named) == (exact_by_enter, not exact_by_enter)


def test_letters_and_signs_never_enter_an_amount(counter: CounterPage) -> None:
    counter.render_state(replace(samples.TENDER, pay=replace(samples.PAY, typed="")))
    for letter in "1a2-,5=0x":
        QTest.keyClick(QApplication.focusWidget(), letter)
    assert counter.pay.received.text() == "12.50"
    assert not counter.pay.received.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_plus_and_slash_are_characters_in_the_search_box(counter: CounterPage) -> None:
    counter.render_state(samples.IDLE)
    heard: list[str] = []
    counter.action.connect(heard.append)
    QTest.keyClicks(QApplication.focusWidget(), "A/3+*")
    assert counter.who.search.text() == "A/3+*"
    assert heard == []


def test_settle_without_enough_money_is_asked_so_that_it_is_answered(counter: CounterPage) -> None:
    counter.render_state(replace(samples.TENDER, pay=replace(samples.PAY, typed="50", change_fen=None)))
    heard: list[str] = []
    counter.settle_asked.connect(lambda: heard.append("settle"))
    click(K.Key_F9)
    assert (heard, counter.pay.confirm.isEnabled()) == (["settle"], False)


def test_held_enter_goes_on_once(counter: CounterPage, qtbot) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    counter.render_state(samples.QUANTITY)
    heard: list[str] = []
    counter.quantity_submitted.connect(heard.append)
    for repeat in (False, True, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, K.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", repeat)
        QApplication.sendEvent(QApplication.focusWidget(), event)
    assert heard == ["30"]


def test_enter_ticks_change_card_paper_then_calls_the_next_customer(counter: CounterPage) -> None:
    hand_out = replace(samples.DONE.hand_out, ticked=frozenset())
    state = replace(samples.DONE, hand_out=hand_out)
    heard: list[str] = []
    counter.ticked.connect(heard.append)
    counter.next_customer.connect(lambda: heard.append("next"))
    for count in range(4):
        done = frozenset(("change", "card", "paper")[:count])
        counter.render_state(replace(state, hand_out=replace(hand_out, ticked=done)))
        counter.focus_first()
        click(K.Key_Return)
    assert heard == ["change", "card", "paper", "next"]


def test_held_enter_whose_repeats_are_not_marked_ticks_one_row(counter: CounterPage) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    assert samples.DONE.hand_out is not None
    counter.render_state(replace(samples.DONE, hand_out=replace(samples.DONE.hand_out, ticked=frozenset())))
    counter.focus_first()
    heard: list[str] = []
    counter.ticked.connect(heard.append)
    kinds = QEvent.Type
    for kind, at in (
        (kinds.KeyPress, 1000),
        (kinds.KeyRelease, 1600),
        (kinds.KeyPress, 1600),
        (kinds.KeyRelease, 1640),
        (kinds.KeyPress, 1640),
    ):
        event = QKeyEvent(kind, K.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
        event.setTimestamp(at)
        QApplication.sendEvent(QApplication.focusWidget(), event)
    assert heard == ["change"]


@pytest.mark.parametrize(
    ("ticked", "in_reader", "write", "words", "enabled", "does"),
    [
        ((), False, WriteState.WRITTEN, "已交给客户：找零", True, "change"),
        ((), True, WriteState.WRITTEN, "已交给客户：找零", True, "change"),
        (("change",), True, WriteState.WRITTEN, "下一位", False, ""),
        (("change",), False, WriteState.WRITTEN, "已交给客户：IC 卡", True, "card"),
        ((), False, WriteState.UNWRITTEN, "客户已走，先办别人", True, "next"),
    ],
    ids=["change first", "change before the card", "card in the reader", "then the card", "card not written"],
)
def test_button_of_the_hand_out_says_what_enter_ticks_and_enter_does_no_more(
    counter: CounterPage,
    ticked: tuple[str, ...],
    in_reader: bool,
    write: WriteState,
    words: str,
    enabled: bool,
    does: str,
) -> None:
    assert samples.DONE.hand_out is not None
    panel = replace(samples.DONE.hand_out, ticked=frozenset(ticked), card_in_reader=in_reader, write=write)
    counter.render_state(replace(samples.DONE, hand_out=panel))
    counter.focus_first()
    heard: list[str] = []
    counter.ticked.connect(heard.append)
    counter.next_customer.connect(lambda: heard.append("next"))
    click(K.Key_Return)
    done = counter.hand_out.done
    assert (words in done.accessibleName(), done.isEnabled(), heard) == (True, enabled, [does] if does else [])


def test_next_customer_waits_while_the_card_is_in_the_reader(counter: CounterPage) -> None:
    hand_out = replace(samples.DONE.hand_out, ticked=frozenset({"change", "card", "paper"}), card_in_reader=True)
    counter.render_state(replace(samples.DONE, hand_out=hand_out))
    counter.focus_first()
    heard: list[str] = []
    counter.next_customer.connect(lambda: heard.append("next"))
    click(K.Key_Return)
    click(K.Key_F9)
    assert heard == []
    assert not counter.hand_out.done.isEnabled()


def test_markup_in_a_name_is_shown_as_typed(counter: CounterPage) -> None:
    person = replace(samples.PERSON, name="<b>单</b>&amp;")
    counter.render_state(replace(samples.TENDER, customer=person))
    shown = counter.who._name
    assert shown.text() == "<b>单</b>&amp;"
    assert shown.textFormat() is Qt.TextFormat.PlainText


def test_escape_in_the_tender_step_asks_for_the_step_before(counter: CounterPage) -> None:
    counter.render_state(samples.TENDER)
    heard: list[str] = []
    counter.stepped_back.connect(lambda: heard.append("back"))
    click(K.Key_Escape)
    assert heard == ["back"]


def test_digits_tick_their_own_row_and_take_nothing_back(counter: CounterPage) -> None:
    ticked: list[str] = []
    counter.ticked.connect(ticked.append)
    counter.render_state(samples.DONE)  # change and card are ticked
    for key in (K.Key_3, K.Key_1):
        click(key)
    assert ticked == ["paper"]


def test_hand_out_without_change_is_numbered_from_one_and_its_digits_tick_what_they_name(
    counter: CounterPage,
) -> None:
    ticked: list[str] = []
    counter.ticked.connect(ticked.append)
    assert samples.DONE.hand_out is not None
    listed = replace(samples.DONE.hand_out, needed=("card", "paper"), ticked=frozenset())
    counter.render_state(replace(samples.DONE, hand_out=listed))
    rows = [counter.hand_out.ticks[name]._box.text() for name in listed.needed]
    assert [words.split()[0] for words in rows] == ["1", "2"]
    for key in (K.Key_2, K.Key_3, K.Key_1):
        click(key)
    assert ticked == ["paper", "card"]


def test_alt_and_a_digit_take_the_offered_sum_and_the_digit_stays_out_of_the_amount(counter: CounterPage) -> None:
    taken: list[int] = []
    counter.quick_chosen.connect(taken.append)
    counter.render_state(samples.TENDER)
    before = counter.pay.received.text()
    for key in (K.Key_2, K.Key_3):
        click(key, Qt.KeyboardModifier.AltModifier)
    assert taken == list(samples.TENDER.pay.quick_fen[1:3])
    assert counter.pay.received.text() == before


@pytest.mark.parametrize("scale", [100, 125, 150, 175, 200])
@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_due_received_and_change_are_in_sight_without_scrolling(
    counter: CounterPage, look: Look, language: str, scale: int
) -> None:
    look.switch(language=language, scale=scale)
    counter.render_state(samples.TENDER)
    for _ in range(8):
        QApplication.sendPostedEvents()
    assert counter.pay._area.verticalScrollBar().maximum() == 0


def test_card_in_doubt_is_not_told_to_be_taken_out_while_it_is_to_be_tried_again(counter: CounterPage) -> None:
    counter.render_state(samples.IN_DOUBT)
    assert not counter.hand_out._wait.isVisible()
    counter.render_state(replace(samples.IN_DOUBT, notice=None))
    assert counter.hand_out._wait.isVisible()


def test_enter_agrees_to_the_customer_who_was_found_and_her_name_is_not_left_for_the_next(
    window: MainWindow, look: Look
) -> None:
    page = CounterPage(look)
    window.add_page("counter", page)
    window.show_page("counter")
    page.who.search.setText("sgf")
    agreed: list[str] = []
    page.identity_confirmed.connect(lambda: agreed.append("agreed"))
    page.search_submitted.connect(agreed.append)
    page.render_state(samples.IDENTIFY)
    page.handle("next")
    assert agreed == ["agreed"]
    page.who.search.setText("somebody else")
    page.hide()
    assert page.who.search.text() == ""


def test_search_box_says_what_enter_does_as_long_as_something_is_typed(counter: CounterPage, look: Look) -> None:
    counter.render_state(samples.IDLE)
    search = counter.who.search
    hint = search.key_hint
    assert hint is not None
    assert not hint.isVisible()
    QTest.keyClicks(search, "sgf")
    assert (hint.isVisible(), hint.text()) == (True, "Enter 查找")
    assert search.rect().contains(hint.geometry())
    assert search.cursorRect().right() < hint.geometry().left()
    look.switch(language="en")
    assert hint.text() == "Enter to find"
    for _ in range(3):
        QTest.keyClick(search, K.Key_Backspace)
    assert not hint.isVisible()


@pytest.mark.parametrize("purchases", [3, 8])
def test_older_purchases_give_way_before_a_message_is_cut(
    counter: CounterPage, window: MainWindow, purchases: int
) -> None:
    recent = tuple(RecentPurchase(f"2026-{10 - month:02d}-18", 30_000, 7890) for month in range(purchases))
    said = Notice("limit.purchase", Tone.BAD, (("most_m3", 1000),))
    notices = (
        Notice("notice.crosses_tier", Tone.INFO, (("tier", "第二档"),)),
        Notice("notice.sample_price", Tone.INFO),
    )
    item = replace(samples.QUANTITY.item, notices=notices)

    def rows_at(width: int, height: int) -> int:
        window.resize(width, height)
        counter.render_state(replace(samples.QUANTITY, recent=recent, item=item, notice=said))
        for _ in range(8):
            QApplication.sendPostedEvents()
        return sum(caption.isVisible() for caption, _ in counter.who._purchases)

    assert 1 <= rows_at(1366, 768) < purchases
    assert counter._scroll.verticalScrollBar().maximum() == 0
    box = counter.what.sale_notice
    bottom = box.mapTo(counter, box.rect().bottomLeft()).y()
    assert bottom <= counter._scroll.geometry().bottom()
    assert rows_at(1920, 1080) == purchases
    assert 1 <= rows_at(1366, 768) < purchases


def in_view(counter: CounterPage, part: QWidget) -> bool:
    """Nothing of it is scrolled away or covered by the edge."""
    return part.isVisible() and part.visibleRegion().boundingRect().height() == part.height()


@pytest.mark.parametrize("scale", [150, 200])
@pytest.mark.parametrize("state", [samples.TENDER, samples.BOOKED, samples.DONE], ids=["tender", "booked", "done"])
def test_name_lines_and_messages_are_in_view_without_scrolling_once_the_quantity_is_agreed_to(
    counter: CounterPage, look: Look, state: CounterState, scale: int
) -> None:
    look.switch(scale=scale)
    counter.render_state(samples.QUANTITY)
    counter.render_state(state)
    for _ in range(8):
        QApplication.sendPostedEvents()
    assert counter._scroll.verticalScrollBar().maximum() == 0
    lines = [counter.what._lines.itemAt(n).widget() for n in range(counter.what._lines.count())]
    assert [part for part in (counter.who._name, *lines, counter.what._notices[0]) if not in_view(counter, part)] == []


@pytest.mark.parametrize("scale", [150, 200])
def test_entry_lines_and_message_are_in_view_while_the_quantity_is_typed(
    counter: CounterPage, look: Look, scale: int
) -> None:
    look.switch(scale=scale)
    counter.render_state(samples.QUANTITY)
    for _ in range(8):
        QApplication.sendPostedEvents()
    lines = [counter.what._lines.itemAt(n).widget() for n in range(counter.what._lines.count())]
    parts = (counter.what.quantity, counter.what._tier_words, *lines, counter.what._notices[0], counter.pay._due)
    assert [part for part in parts if not in_view(counter, part)] == []
    assert counter.who._address.isVisible()  # read aloud: above, a scroll away at most


def test_what_gave_way_is_there_again_where_three_columns_have_room(
    counter: CounterPage, window: MainWindow, look: Look
) -> None:
    counter.render_state(samples.TENDER)
    parts = [part for part, wanted in (*counter.who.spare, *counter.what.spare) if wanted]
    assert all(part.isVisible() for part in parts)
    look.switch(scale=200)
    assert not all(part.isVisible() for part in parts)
    look.switch(scale=100)
    assert all(part.isVisible() for part in parts)


def test_usual_cubic_metres_are_not_offered_beside_a_field_of_yuan(counter: CounterPage) -> None:
    counter.render_state(replace(samples.QUANTITY, item=replace(samples.ITEM, by_money=False)))
    assert "30" in counter.what._usual.text()
    counter.render_state(replace(samples.QUANTITY, item=replace(samples.ITEM, by_money=True)))
    assert counter.what._usual.text() == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", [150, 200])
def test_name_is_in_sight_beside_the_quantity_and_what_refused_it(
    look: Look, counter: CounterPage, language: str, scale: int
) -> None:
    look.switch(language=language, scale=scale)
    counter.render_state(samples.IDLE)
    counter.focus_first()
    notice = Notice("volume.not_a_number", Tone.WARNING)
    counter.render_state(replace(samples.QUANTITY, item=replace(samples.ITEM, lines=(), notices=()), notice=notice))
    for _ in range(8):
        QApplication.sendPostedEvents()
    assert samples.PERSON.name in counter.what._title.text()
    what = counter.what
    assert [part for part in (what._title, what.quantity, what.sale_notice) if not in_view(counter, part)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_on_an_opened_till_is_in_view_before_anybody_stands_there(
    look: Look, counter: CounterPage, language: str
) -> None:
    look.switch(language=language, scale=150)
    figures = (("no", 3), ("float", "500.00"))
    counter.render_state(replace(samples.IDLE, notice=Notice("till.opened", Tone.GOOD, figures)))
    for _ in range(8):
        QApplication.sendPostedEvents()
    assert in_view(counter, counter.what.sale_notice)
    counter.render_state(samples.IDLE)
    assert counter.what._first_step.isVisible()


@pytest.mark.parametrize("scale", [100, 125])
def test_every_row_to_tick_is_in_sight_below_a_long_word_on_an_interrupted_sale(
    counter: CounterPage, look: Look, scale: int
) -> None:
    look.switch(scale=scale)
    counter.render_state(trouble.COUNTER["counter-taken-up"])
    for _ in range(8):
        QApplication.sendPostedEvents()
    rows = counter.hand_out.ticks
    assert [name for name, row in rows.items() if not in_view(counter, row)] == []


def test_pieces_of_a_change_break_between_them_only(counter: CounterPage) -> None:
    words = counter.pay.pieces_text((ChangePiece(100, False, 4), ChangePiece(50, True, 1), ChangePiece(10, True, 2)))
    kept = [piece.split("\u2060") for piece in words.split(" + ")]
    assert [["".join(part) for part in piece] for piece in kept] == [
        list("1\u00a0元×4"),
        list("5\u00a0角"),
        list("1\u00a0角×2"),
    ]


def test_notes_and_coins_of_a_change_are_called_a_suggestion(counter: CounterPage) -> None:
    counter.render_state(samples.TENDER)
    assert counter.pay._pieces.text().startswith("建议找：")


@pytest.mark.parametrize("scale", [100, 150])
@pytest.mark.parametrize("typed", ["", "100"])
def test_hint_of_a_refused_key_lies_over_no_field_of_the_payment(
    counter: CounterPage, window: MainWindow, look: Look, typed: str, scale: int
) -> None:
    look.switch(scale=scale)
    window.resize(1366, 768)
    counter.render_state(replace(samples.TENDER, pay=replace(samples.PAY, typed=typed)))
    counter.focus_first()
    click(K.Key_X)
    click(K.Key_Return)
    hint, field = window.refusals, counter.pay.received
    assert "再按一次" in hint.text()
    spot = field.rect().translated(field.mapTo(window, field.rect().topLeft()))
    assert not hint.geometry().intersects(spot)
    assert window.rect().contains(hint.geometry())


def test_f9_without_a_sum_received_is_answered(counter: CounterPage) -> None:
    heard: list[str] = []
    counter.settle_asked.connect(lambda: heard.append("settle"))
    empty = replace(samples.TENDER, pay=replace(samples.PAY, typed="", received_fen=None, change_fen=None))
    counter.render_state(empty)
    counter.focus_first()
    click(K.Key_F9)
    counter.render_state(replace(empty, can_sell=False))
    click(K.Key_F9)
    assert heard == ["settle"]


def test_width_that_moves_while_purchases_give_way_is_not_followed_for_ever(look: Look) -> None:
    depth = [0, 0]

    class Wobbling(WhoColumn):
        def _show_purchases(self, count: int) -> None:
            depth[0] += 1
            depth[1] = max(depth)
            super()._show_purchases(count)
            if depth[0] < 20:
                self.resize(300 + depth[0] % 2, 400)
            depth[0] -= 1

    column = Wobbling(look)
    column.show()
    column.fit_into(200)
    column.render_state(samples.TENDER)
    assert depth[1] == 1
