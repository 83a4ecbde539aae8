"""The demo's box of cards, as somebody opens it who has never seen the program."""

from collections.abc import Callable
from pathlib import Path

import pytest

from devices.cards.simulated_meter import MeterAnswer
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from pos.domain.card import CardIdentity, CardPurchase
from tests.fixtures_counter import DAY, Counter
from tests.fixtures_running import RunningHall
from ui.app.demo import BLANK_MIFARE, BLANK_WALLET, FOREIGN_CARD, STORY_CARD, TOOL_CARD, load_demo_card
from ui.app.demo_meters import HomeMeters
from ui.app.demo_tray import DemoTray
from ui.presenters.counter_state import HandOutPanel, Step, WriteState
from ui.presenters.notice import Notice, Tone


def test_box_begins_with_the_customers_card_and_enter_puts_it_in(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.program.window.dispatch("demo_cards")
    hall.choose(0)
    hall.stage.until(lambda: hall.running.sale.serving.sale.step is Step.QUANTITY, "her card to be read", 5)
    hall.settle()
    customer = hall.running.counter.page_state.customer
    assert customer is not None
    assert customer.card_no != ""


def test_meter_keeps_what_was_left_in_it_when_more_is_loaded(counter: Counter, tmp_path: Path) -> None:
    meters = HomeMeters(SimulatedCardBox(tmp_path), counter.meter.keys)
    left = []
    for volume_l in (33_000, 10_000):
        counter.deliver(counter.pay(volume_l).sale_id)
        meter = meters.of(counter.read())
        assert meter is not None
        meter.insert(counter.card, today=DAY)
        meters.keep(meter)
        feedback = counter.read().feedback
        assert feedback is not None
        left.append(feedback.remaining_l)
    assert left == [33_000, 43_000]


@pytest.mark.parametrize("kept", [True, False], ids=["the meter took a purchase", "known by the old card only"])
def test_replaced_card_finds_the_meter_at_home_with_what_is_left_in_it(
    counter: Counter, tmp_path: Path, kept: bool
) -> None:
    box = SimulatedCardBox(tmp_path)
    keys = counter.meter.keys
    meters = HomeMeters(box, keys)
    counter.deliver(counter.pay(33_000).sale_id)
    meter = meters.of(counter.read())
    assert meter is not None
    meter.insert(counter.card, today=DAY)
    box.put("old", counter.card)
    if kept:
        meters.keep(meter)
    old = counter.read().identity
    assert old is not None
    reader = SimulatedReader(keys)
    reader.insert(box.new_blank("new"))
    with reader.session() as session:
        identity = CardIdentity("8000990001", old.area_code, old.account_no, old.meter_no, issue_no=1)
        again = CardPurchase(meter.taken_sequence, 33_000, 33_000)
        made = session.personalise(identity, again, before=session.read())
    at_home = HomeMeters(box, keys).of(made)
    assert at_home is not None
    assert (at_home.remaining_l, at_home.taken_sequence) == (33_000, meter.taken_sequence)
    assert reader.card is not None
    assert at_home.insert(reader.card, today=DAY) is MeterAnswer.ALREADY_TAKEN


def test_box_names_the_account_of_an_issued_card_and_what_other_blanks_are(running_hall: RunningHall) -> None:
    hall = running_hall
    keys = hall.running.workplace.keys
    assert keys is not None
    reader = SimulatedReader(keys)
    reader.insert(load_demo_card(hall.program.places.simulated_cards, "blank-1"))
    with reader.session() as session:
        identity = CardIdentity(card_no="8000990001", area_code="0001", account_no="1000990001", meter_no="M99")
        session.personalise(identity, CardPurchase(0, 0, 0), before=session.read())
    hall.sign_in("cashier")
    hall.program.window.dispatch("demo_cards")
    tray = hall.running._tray
    assert tray is not None
    said = {name: tray._label(name) for name in tray._box.names()}
    hall.stage.shot("box")
    assert said["blank-1"] == "放入卡 1（已发给户号 1000990001）"
    assert said["blank-2"] == "放入空白卡 2"
    assert "MIFARE Classic" in said[BLANK_MIFARE]
    assert "电子存折" in said[BLANK_WALLET]


def test_box_says_where_printed_papers_are_and_they_are_there(running_hall: RunningHall) -> None:
    hall = running_hall
    devices, roll = hall.running.workplace.devices, hall.program.places.roll
    devices.printer.print_job("paper", b"\x1b@86.79\n\x1dV\x42\x00")
    hall.sign_in("cashier")
    hall.program.window.dispatch("demo_cards")
    tray = hall.running._tray
    assert tray is not None
    hall.stage.shot("papers")
    assert tray.where_papers_are.isVisible()
    assert str(roll) in tray.where_papers_are.text()
    assert "86.79" in (roll / "0001.txt").read_text(encoding="utf-8")


def story_in_the_reader(hall: RunningHall) -> DemoTray:
    hall.sign_in("cashier")
    hall.program.window.dispatch("demo_cards")
    hall.choose(0)
    wait(hall, lambda: hall.running.sale.serving.sale.step is Step.QUANTITY, "her card to be read")
    tray = hall.running._tray
    assert tray is not None
    return tray


def wait(hall: RunningHall, condition: Callable[[], bool], what: str) -> None:
    hall.stage.until(condition, what, 5)
    hall.settle()


def sell_ten(hall: RunningHall) -> None:
    hall.stage.type("10")
    hall.stage.press("Enter")
    wait(hall, lambda: hall.running.counter.page_state.step is Step.TENDER, "the due")
    hall.stage.press("Enter", "+")
    hall.stage.pause(900)
    hall.stage.press("+")
    wait(hall, lambda: hall.running.counter.page_state.step is Step.DONE, "the hand-out")


def lamp(hall: RunningHall) -> WriteState:
    panel = hall.running.counter.page_state.hand_out
    assert panel is not None
    return panel.write


def choose_verb(hall: RunningHall, key: str) -> None:
    """The line of the box that does this."""
    hall.program.window.dispatch("demo_cards")
    assert hall.running._tray is not None
    hall.choose(list(hall.running._tray._verbs).index(key))
    hall.settle()


def hand_out_of(hall: RunningHall) -> HandOutPanel:
    panel = hall.running.counter.page_state.hand_out
    assert panel is not None
    return panel


def test_customer_who_goes_home_is_told_what_her_meter_took_and_stands_at_the_counter_no_longer(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    story_in_the_reader(hall)
    sell_ten(hall)
    choose_verb(hall, "meter")
    said = hall.running.counter.page_state.notice
    assert said == Notice("demo.meter_took", Tone.GOOD, (("volume", "10"), ("left", "10")))
    wait(hall, lambda: not hand_out_of(hall).card_in_reader, "the reader to be empty")
    for _tick in ("card", "paper", "next"):
        hall.stage.press("Enter")
        hall.stage.pause(200)  # quicker ones are a key that is held
    wait(hall, lambda: hall.running.counter.page_state.step is Step.IDLE, "the next customer")
    hall.program.window.dispatch("demo_cards")
    hall.choose(0)
    wait(hall, lambda: hall.running.counter.page_state.step is Step.QUANTITY, "her card again")
    choose_verb(hall, "meter")
    state = hall.running.counter.page_state
    assert (state.step, state.customer) == (Step.IDLE, None)
    assert state.notice == Notice("demo.meter_nothing", Tone.GOOD, (("volume", "0"), ("left", "10")))


@pytest.mark.parametrize(
    ("verb", "said", "lamps"),
    [
        ("tear", "demo.will_tear", (WriteState.IN_DOUBT, WriteState.FAILED)),
        ("lose", "demo.will_lose", (WriteState.IN_DOUBT, WriteState.FAILED)),
    ],
)
def test_fault_of_the_box_stops_the_next_write_and_f2_with_the_card_settles_it(
    running_hall: RunningHall, verb: str, said: str, lamps: tuple[WriteState, ...]
) -> None:
    hall = running_hall
    tray = story_in_the_reader(hall)
    choose_verb(hall, verb)
    notice = hall.running.counter.page_state.notice
    assert notice is not None
    assert notice.code == said
    sell_ten(hall)
    hall.stage.shot(verb)
    assert lamp(hall) in lamps
    tray.take_out()
    tray.put_in(STORY_CARD)
    hall.settle()
    hall.stage.press("F2")
    wait(hall, lambda: lamp(hall) is WriteState.WRITTEN, "the card to be written")


def test_box_takes_the_paper_out_of_the_printer_and_puts_it_back(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    machine = hall.running.workplace.devices.machine
    assert machine is not None
    for out in (True, False):
        choose_verb(hall, "paper")
        assert machine.is_paper_out is out


@pytest.mark.parametrize(("name", "code"), [(TOOL_CARD, "card.tool"), (FOREIGN_CARD, "card.foreign")])
def test_tool_card_and_foreign_card_of_the_box_are_refused_by_name(
    running_hall: RunningHall, name: str, code: str
) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    choose_verb(hall, name)
    wait(hall, lambda: hall.running.counter.page_state.notice is not None, "a word on the card")
    notice = hall.running.counter.page_state.notice
    assert notice is not None
    assert notice.code.startswith(code)
    assert hall.running.counter.page_state.step is Step.IDLE
