"""A visit: answers draw only for the stay that asked; what they settle is settled always."""

from __future__ import annotations

from ledger.errors import KnownError
from pos.domain.errors import RuleViolation
from tests.fakes import HandDrivenLane
from ui.presenters.visit import Visit


def refuse() -> str:
    raise RuleViolation("till.closed")


def test_an_answer_within_the_stay_is_settled_first_and_then_shown() -> None:
    lane, heard = HandDrivenLane(), []
    visit = Visit(lane)
    visit.begin()
    visit.ask(lambda: "a", lambda a: heard.append(f"shown {a}"), heard.append, settled=heard.append)
    lane.answer_all()
    assert heard == ["a", "shown a"]


def test_an_answer_after_the_page_was_left_settles_but_shows_nothing() -> None:
    lane, heard = HandDrivenLane(), []
    visit = Visit(lane)
    visit.begin()
    visit.ask(lambda: "a", lambda a: heard.append(f"shown {a}"), heard.append, settled=heard.append)
    visit.end()
    lane.answer_all()
    assert heard == ["a"]


def test_the_next_stay_does_not_hear_the_answers_of_the_last_one() -> None:
    lane, heard = HandDrivenLane(), []
    visit = Visit(lane)
    visit.begin()
    visit.ask(lambda: "old", heard.append, heard.append)
    visit.begin()
    visit.ask(lambda: "new", heard.append, heard.append)
    lane.answer_all()
    assert heard == ["new"]


def test_a_refusal_is_shown_within_the_stay_and_dropped_after_it() -> None:
    lane = HandDrivenLane()
    refusals: list[KnownError] = []
    visit = Visit(lane)
    visit.begin()
    visit.ask(refuse, lambda _a: None, refusals.append)
    lane.answer_all()
    visit.ask(refuse, lambda _a: None, refusals.append)
    visit.end()
    lane.answer_all()
    assert [error.code for error in refusals] == ["till.closed"]
