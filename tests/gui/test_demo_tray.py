"""The demo's box of cards, as somebody opens it who has never seen the program."""

from tests.fixtures_running import RunningHall
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
