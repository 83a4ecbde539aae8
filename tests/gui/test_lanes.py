"""Lanes: order, delivery on the GUI thread, errors as values, hanging devices."""

import threading

import pytest

from ledger.errors import KnownError, StoreBusy
from pos.domain.errors import DeviceUnavailable
from ui.desktop import lanes
from ui.desktop.lanes import MAX_WAITING, Lane


@pytest.fixture
def lane(qapp):
    made = Lane("test", stuck_after_s=0.05, refuse_when_stuck=True)
    yield made
    made.close(2)


def ignore(_value: object) -> None:
    """Nobody waits for it."""


def test_jobs_run_in_order_on_one_other_thread_and_answer_on_this_one(lane: Lane, qtbot) -> None:
    ran, answered = [], []

    def job(number: int) -> int:
        ran.append((number, threading.current_thread()))
        return number * 10

    for number in range(5):
        lane.submit(lambda n=number: job(n), lambda v: answered.append((v, threading.current_thread())), ignore)
    qtbot.waitUntil(lambda: len(answered) == 5, timeout=2000)
    assert [n for n, _ in ran] == [0, 1, 2, 3, 4]
    assert [v for v, _ in answered] == [0, 10, 20, 30, 40]
    assert {t for _, t in ran}.isdisjoint({threading.main_thread()})
    assert {t for _, t in answered} == {threading.main_thread()}


def test_a_known_error_arrives_as_a_value(lane: Lane, qtbot) -> None:
    caught: list[KnownError] = []

    def job() -> int:
        raise StoreBusy("store.busy")

    lane.submit(job, ignore, caught.append)
    qtbot.waitUntil(lambda: bool(caught), timeout=2000)
    assert caught[0].code == "store.busy"


def test_a_bug_reaches_the_crash_handler_and_whoever_waits_and_the_lane_goes_on(lane: Lane, qtbot) -> None:
    bugs, answers, failures = [], [], []
    lane.bug.connect(bugs.append)
    lane.submit(lambda: 1 // 0, answers.append, failures.append)
    lane.submit(lambda: "after", answers.append, ignore)
    qtbot.waitUntil(lambda: bool(answers), timeout=2000)
    assert isinstance(bugs[0], ZeroDivisionError)
    assert ([error.code for error in failures], answers) == (["program.bug"], ["after"])


def test_a_hanging_job_is_noticed_refuses_others_and_recovers(lane: Lane, qtbot) -> None:
    gate, states, refused = threading.Event(), [], []
    lane.stuck_changed.connect(states.append)
    lane.submit(gate.wait, ignore, ignore)
    qtbot.wait(100)
    lane.look_for_hang()
    assert lane.stuck
    lane.submit(lambda: refused.append("must not run"), ignore, refused.append)
    qtbot.waitUntil(lambda: bool(refused), timeout=2000)
    assert isinstance(refused[0], DeviceUnavailable)
    gate.set()
    qtbot.waitUntil(lambda: states == [True, False], timeout=2000)
    assert not lane.stuck


def test_a_full_lane_refuses_instead_of_growing(lane: Lane, qtbot) -> None:
    gate, refused = threading.Event(), []
    for _ in range(MAX_WAITING):
        lane.submit(gate.wait, ignore, ignore)
    lane.submit(gate.wait, ignore, refused.append)
    qtbot.waitUntil(lambda: bool(refused), timeout=2000)
    assert refused[0].code == "lane.full"
    gate.set()
    qtbot.waitUntil(lambda: lane.waiting() == 0, timeout=2000)


def test_closing_finishes_what_was_handed_in_and_refuses_the_rest(qapp, qtbot) -> None:
    made, ran, refused = Lane("closing"), [], []
    made.submit(lambda: ran.append(1), ignore, ignore)
    assert made.close(2)
    made.submit(lambda: ran.append(2), ignore, refused.append)
    qtbot.waitUntil(lambda: bool(refused), timeout=2000)
    assert ran == [1]


def test_what_is_done_between_two_customers_waits_until_nobody_asks(lane: Lane, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(lanes, "IDLE_AFTER_S", 0.05)
    rested, bugs = [], []
    lane.when_idle = lambda: rested.append(threading.current_thread())
    lane.bug.connect(bugs.append)
    qtbot.wait(120)
    assert rested == []
    answers: list[str] = []
    lane.submit(lambda: "one", answers.append, ignore)
    lane.submit(lambda: "two", answers.append, ignore)
    qtbot.waitUntil(lambda: bool(rested), timeout=2000)
    assert (answers, len(rested), rested[0] is threading.main_thread()) == (["one", "two"], 1, False)
    lane.when_idle = lambda: 1 // 0
    lane.submit(lambda: "three", answers.append, ignore)
    qtbot.waitUntil(lambda: bool(bugs), timeout=2000)
    lane.submit(lambda: "four", answers.append, ignore)
    qtbot.waitUntil(lambda: answers[-1] == "four", timeout=2000)
    assert isinstance(bugs[0], ZeroDivisionError)
