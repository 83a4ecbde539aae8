"""What was booked is said until something else is begun or another page is opened; what warns stays."""

from __future__ import annotations

import pytest

from tests.fixtures_running import RunningHall, counter_says
from ui.presenters.notice import Notice, Tone

BOOKED = Notice("safe.filled", Tone.GOOD, (("amount", "500.00"),))
WARNED = Notice("till.none_free", Tone.WARNING)


@pytest.mark.parametrize(("person", "key"), [("lead", "Ctrl+F11"), ("cashier", "Ctrl+F11"), ("cashier", "Ctrl+F9")])
def test_act_that_is_given_up_leaves_no_green_word_of_an_earlier_one(
    running_hall: RunningHall, person: str, key: str
) -> None:
    hall = running_hall
    hall.sign_in(person)
    before = counter_says(hall)
    hall.running.say(BOOKED)
    assert counter_says(hall) == "safe.filled"
    hall.stage.press(key)
    hall.stage.until(lambda: hall.program.window.has_overlay, "what is asked", 5)
    hall.stage.press("Esc")
    hall.settle()
    assert (hall.program.window.has_overlay, counter_says(hall)) == (False, before)


def test_word_of_what_was_booked_does_not_wait_for_her_behind_another_page(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.running.say(BOOKED)
    hall.go("Ctrl+3", "matters")
    hall.go("Esc", "counter")
    assert counter_says(hall) == ""


@pytest.mark.parametrize("person", ["lead", "cashier"])
def test_warning_stays_when_something_else_is_begun_and_given_up(running_hall: RunningHall, person: str) -> None:
    hall = running_hall
    hall.sign_in(person)
    hall.running.say(WARNED)
    hall.stage.press("Ctrl+F11")
    hall.stage.until(lambda: hall.program.window.has_overlay, "the ways of cash", 5)
    hall.stage.press("Esc")
    hall.settle()
    assert counter_says(hall) == "till.none_free"
