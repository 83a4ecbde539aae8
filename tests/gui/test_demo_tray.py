"""The demo's box of cards, as somebody opens it who has never seen the program."""

from pathlib import Path

import pytest

from devices.cards.simulated_meter import MeterAnswer
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from pos.domain.card import CardIdentity, CardPurchase
from tests.fixtures_counter import DAY, Counter
from tests.fixtures_running import RunningHall
from ui.app.demo import BLANK_MIFARE, BLANK_WALLET, load_demo_card
from ui.app.demo_meters import HomeMeters
from ui.presenters.counter_state import Step


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
    said = {name: tray._label(name) for name in tray._verbs}
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
