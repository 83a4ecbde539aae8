"""A card that is not hers, by name while it lies in the reader, and said no longer once it is out."""

from __future__ import annotations

import pytest

from devices.cards.simulated_plastic import SimulatedPlastic
from tests.fixtures_card_room import counter, found_by_search, put, story_card, wait
from tests.fixtures_running import RunningHall
from ui.app.demo import BLANK_CARD, FOREIGN_CARD, TOOL_CARD, load_demo_card
from ui.app.demo_customers import STORY_CUSTOMER
from ui.presenters.counter_state import Step

STRANGE = [(TOOL_CARD, "card.tool"), (FOREIGN_CARD, "card.foreign"), (f"{BLANK_CARD}-1", "card.blank")]


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("cashier")
    return running_hall


def from_box(hall: RunningHall, name: str) -> SimulatedPlastic:
    return load_demo_card(hall.program.places.simulated_cards, name)


def said(hall: RunningHall) -> str:
    notice = counter(hall).notice
    return "" if notice is None else notice.code


def chip(hall: RunningHall) -> str:
    panel = counter(hall).card
    return "" if panel is None else panel.status_code


@pytest.mark.parametrize(("name", "code"), STRANGE)
def test_what_was_said_of_a_strange_card_goes_with_it_from_an_empty_counter(
    hall: RunningHall, name: str, code: str
) -> None:
    put(hall, from_box(hall, name))
    wait(hall, lambda _state: said(hall).startswith(code), "the word about the card")
    put(hall, None)
    wait(hall, lambda _state: said(hall) == "", "the word to go")
    assert hall.running.sale.serving.sale.card is None


@pytest.mark.parametrize("read_before", [True, False])
@pytest.mark.parametrize(("name", "code"), STRANGE)
def test_a_strange_card_under_a_name_is_said_while_it_lies_there_and_her_own_asked_for_after(
    hall: RunningHall, name: str, code: str, read_before: bool
) -> None:
    if read_before:
        put(hall, story_card(hall))
        wait(hall, lambda state: state.step is Step.QUANTITY, "the customer")
    else:
        found_by_search(hall)
    put(hall, from_box(hall, name))
    wait(hall, lambda _state: chip(hall).startswith(code), "the card by its name")
    hall.stage.shot("inside")
    assert said(hall).startswith(code), "her name does not stand over it without a word"
    put(hall, None)
    wait(hall, lambda _state: said(hall) == "card.put_in", "the word that asks for her card")
    assert not chip(hall).startswith(code)
    hall.stage.type("10")
    hall.stage.press("Enter")
    hall.settle()
    hall.stage.shot("out")
    assert (counter(hall).step, said(hall)) == (Step.QUANTITY, "card.put_in")
    hall.stage.press("F2")
    hall.settle()
    assert (said(hall), chip(hall).startswith(code)) == ("card.put_in", False)
    put(hall, story_card(hall))
    wait(hall, lambda _state: chip(hall) in ("card.new", "card.consumed"), "her own card")
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.TENDER, "what is to be paid")


def test_anothers_card_is_spoken_of_no_longer_once_it_is_out(hall: RunningHall) -> None:
    ((other,),) = hall.rows(
        "SELECT account_no FROM customer WHERE account_no <> ? ORDER BY 1 LIMIT 1", STORY_CUSTOMER.account_no
    )
    hall.stage.press("F3")
    hall.stage.type(other)
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.IDENTIFY, "another customer")
    hall.stage.press("Enter")
    wait(hall, lambda state: state.agreed, "her agreement")
    put(hall, story_card(hall))
    wait(hall, lambda _state: said(hall).startswith("counter.anothers_card"), "the word about the card")
    put(hall, None)
    wait(hall, lambda _state: said(hall) in ("card.put_in", "card.put_in_blank"), "her own card to be asked for")
