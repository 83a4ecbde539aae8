"""The card room by keys: the page, the card in the reader, an act's line, its form, and what the page said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardImage
from pos.domain.roles import Act
from pos.sagas.card_purchase import read_card
from pos.usecases.begin_reversal import BeginReversal, begin_reversal
from pos.usecases.give_consent import give_consent
from tests.fixtures_running import CODES, RunningHall, sell_story_card
from ui.app.demo import BLANK_CARD, DEMO_PASSWORD, STORY_CARD, load_demo_card
from ui.app.demo_customers import STORY_CUSTOMER
from ui.desktop.fields import ChoiceField
from ui.desktop.pages.card_room import CardRoomPage
from ui.presenters.card_room_state import RoomAct
from ui.presenters.counter_state import CounterState, Step


def page_of(hall: RunningHall) -> CardRoomPage:
    return hall.running.card_room.page


def reader_of(hall: RunningHall) -> SimulatedReader:
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    return reader


def story_card(hall: RunningHall) -> SimulatedPlastic:
    return load_demo_card(hall.program.places.simulated_cards, STORY_CARD)


def blank(hall: RunningHall, name: str = f"{BLANK_CARD}-1") -> SimulatedPlastic:
    return load_demo_card(hall.program.places.simulated_cards, name)


def put(hall: RunningHall, card: SimulatedPlastic | None) -> None:
    """A card into the reader, or none; the program has seen it."""
    reader = reader_of(hall)
    reader.remove()
    hall.stage.until(lambda: not hall.running.desk.reader_seen.has_card, "an empty reader", 5)
    if card is not None:
        reader.insert(card)
        hall.stage.until(lambda: hall.running.desk.reader_seen.has_card, "the card", 5)
    hall.settle()


def counter(hall: RunningHall) -> CounterState:
    return hall.running.sale.serving.state()


def wait(hall: RunningHall, condition: Callable[[CounterState], bool], what: str) -> CounterState:
    hall.stage.until(lambda: condition(counter(hall)), what, 8)
    hall.settle()
    return counter(hall)


def found_by_search(hall: RunningHall) -> None:
    """The story's customer without her card: searched, read out, confirmed."""
    hall.stage.press("F3")
    hall.stage.type(STORY_CUSTOMER.account_no)
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.IDENTIFY, "the customer")
    hall.stage.press("Enter")
    wait(hall, lambda state: state.agreed, "her agreement")


def open_room(hall: RunningHall) -> None:
    hall.stage.press("Ctrl+7")
    hall.stage.page("card_room")
    hall.settle()


def choose(hall: RunningHall, act: RoomAct) -> None:
    """The act's line by arrow keys, then its form."""
    rows = page_of(hall).table.rows_model.rows
    here = page_of(hall).table.currentIndex().row()
    wanted = next(number for number, row in enumerate(rows) if row.act is act)
    hall.stage.press(*(["Down"] * (wanted - here) if wanted >= here else ["Up"] * (here - wanted)), "Enter")
    hall.settle()


def fill(hall: RunningHall, **typed: str) -> None:
    """Enter from field to field; text replaces what stands there, a choice is gone to by its value."""
    page = page_of(hall)
    fields = page._state.fields
    for number, field in enumerate(fields):
        widget = page.inputs[field.name]
        assert QApplication.focusWidget() is widget, field.name
        if field.name in typed and isinstance(widget, ChoiceField):
            values = [value for value, _code in field.choices]
            steps = values.index(typed[field.name]) - widget.currentIndex()
            hall.stage.press(*(["Down"] * steps if steps >= 0 else ["Up"] * -steps))
        elif field.name in typed:
            widget.selectAll()  # type: ignore[attr-defined]
            hall.stage.type(typed[field.name])
        if number + 1 < len(fields):
            hall.stage.press("Enter")


def submit(hall: RunningHall) -> None:
    hall.stage.press("F9")
    hall.settle()


def said(hall: RunningHall) -> str:
    notice = page_of(hall)._state.notice
    return "" if notice is None else notice.code


def pay(hall: RunningHall) -> CounterState:
    """The fee as any sale: exact cash, read back, the lead's consent, the card."""
    wait(hall, lambda state: state.step is Step.TENDER, "the fee")
    hall.stage.press("Enter", "+")
    hall.stage.pause(900)
    hall.stage.press("+")
    hall.settle()
    return counter(hall)


def done(hall: RunningHall) -> CounterState:
    return wait(hall, lambda state: state.step is Step.DONE, "the hand-out")


def card_in(hall: RunningHall) -> CardImage:
    return read_card(reader_of(hall))


def begun_without_a_card(hall: RunningHall, card: SimulatedPlastic) -> str:
    """A reversal was begun, and then the card was gone: its write."""
    sold = sell_story_card(hall, card=card)
    reader_of(hall).insert(card)
    wish = BeginReversal(
        command_id="begin",
        actor=hall.people["cashier"],
        session_id=hall.session_id,
        sale_id=sold.sale_id,
        card=card_in(hall),
        reason="wrong_volume",
    )
    consent = give_consent(hall.hall, wish, Act.VOID_LARGE, approver_login=CODES["lead"], password=DEMO_PASSWORD)
    write_id = begin_reversal(hall.hall, replace(wish, consent=consent)).write_id
    reader_of(hall).remove()
    return write_id
