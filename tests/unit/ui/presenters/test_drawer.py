"""The drawer's pulse lives five seconds from the key and is a fact however it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest

from devices.printer.machine import PrinterMachine
from devices.printer.simulated import simulated_printer
from ledger.errors import KnownError
from pos.domain.errors import DeviceUnavailable
from pos.store.till_figures import figures_of
from pos.store.till_queries import require_session
from tests.fakes import HandDrivenLane
from tests.fixtures_counter import DAY
from tests.fixtures_desk import SlowDesk
from tests.fixtures_till import TillDay
from ui.presenters.counter_desk import Desk, Lanes, Shift
from ui.presenters.drawer import open_drawer
from ui.presenters.lane import SameThreadLane
from ui.presenters.notice import Notice


@dataclass
class Pressing:
    """A cashier at the key, a lane that waits, a clock in the hand. said: what she was told."""

    till: TillDay
    lane: HandDrivenLane
    machine: PrinterMachine
    desk: Desk
    seconds: list[float]
    said: list[str] = field(default_factory=list)
    failed: list[KnownError] = field(default_factory=list)

    def press(self, reason: str = "sale", actor: str = "") -> None:
        shift = Shift(actor or self.till.actor, self.till.session_id, "T01", DAY)
        open_drawer(self.desk, shift, reason, "", self._hear, self.failed.append)

    def _hear(self, notice: Notice) -> None:
        self.said.append(notice.code)

    @property
    def outcomes(self) -> list[str]:
        return [json.loads(fact)["outcome"] for fact in self.till.demo.facts("DJ-T01", "drawer_opened")]

    @property
    def openings(self) -> int:
        """As the Z says."""
        with self.till.demo.store.reading() as connection:
            return figures_of(connection, require_session(connection, self.till.session_id)).drawer_openings


@pytest.fixture
def pressing(slow: SlowDesk, day: TillDay) -> Pressing:
    _printer, drawer, machine = simulated_printer()
    lane, now, seconds = HandDrivenLane(), SameThreadLane(), [100.0]
    desk = replace(slow.desk, lanes=Lanes(now, now, now, lane), drawer=drawer, steady_s=lambda: seconds[0])
    return Pressing(day, lane, machine, desk, seconds)


def test_a_pulse_in_time_opens_the_drawer_and_is_recorded(pressing: Pressing) -> None:
    pressing.press()
    pressing.seconds[0] += 4.9
    pressing.lane.answer()
    assert (pressing.machine.drawer.openings, pressing.outcomes[-1]) == (1, "opened")
    assert pressing.said == ["drawer.opened"]


def test_a_pulse_that_waited_five_seconds_in_its_lane_is_not_sent_and_recorded_as_expired(pressing: Pressing) -> None:
    pressing.press()
    pressing.seconds[0] += 5.0
    pressing.lane.answer()
    assert (pressing.machine.drawer.openings, pressing.outcomes[-1]) == (0, "expired")
    assert pressing.said == ["drawer.not_opened"]


def test_a_printer_without_paper_gets_no_pulse_and_the_fact_is_expired(pressing: Pressing) -> None:
    pressing.machine.paper_out_after(0)
    pressing.press()
    pressing.lane.answer()
    pressing.machine.load_paper()
    assert (pressing.machine.drawer.openings, pressing.outcomes[-1]) == (0, "expired")


def test_a_dead_lane_takes_no_pulse_and_the_fact_is_expired_all_the_same(pressing: Pressing) -> None:
    pressing.press()
    _job, _done, failed = pressing.lane.waiting.pop()
    failed(DeviceUnavailable("lane.stuck", lane="drawer"))
    assert pressing.outcomes[-1] == "expired"
    assert (pressing.said, pressing.failed) == (["drawer.not_opened"], [])


def test_without_a_sale_the_wish_is_in_the_books_before_the_pulse_and_counts_once(pressing: Pressing) -> None:
    pressing.press("check_note")
    assert (pressing.machine.drawer.openings, pressing.outcomes) == (0, ["asked"])
    assert pressing.openings == 1
    pressing.lane.answer()
    assert (pressing.machine.drawer.openings, pressing.outcomes) == (1, ["asked", "opened"])
    pressing.press()
    pressing.lane.answer()
    assert pressing.openings == 2


def test_who_may_not_open_the_drawer_gets_no_pulse(pressing: Pressing) -> None:
    pressing.press("check_note", actor=pressing.till.demo.cashier2)
    assert (pressing.lane.waiting, pressing.outcomes) == ([], [])
    assert [error.code for error in pressing.failed] == ["till.not_yours"]
