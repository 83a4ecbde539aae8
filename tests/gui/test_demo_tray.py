"""The demo's box of cards, as somebody opens it who has never seen the program."""

from tests.fixtures_counter import DAY, Counter
from tests.fixtures_running import RunningHall
from ui.app.demo_tray import meter_of
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


def test_meter_keeps_what_was_left_in_it_when_more_is_loaded(counter: Counter) -> None:
    left = []
    for volume_l in (33_000, 10_000):
        counter.deliver(counter.pay(volume_l).sale_id)
        meter = meter_of(counter.meter.keys, counter.read())
        assert meter is not None
        meter.insert(counter.card, today=DAY)
        feedback = counter.read().feedback
        assert feedback is not None
        left.append(feedback.remaining_l)
    assert left == [33_000, 43_000]
