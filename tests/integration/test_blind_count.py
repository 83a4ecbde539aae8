"""Blind in fact: until the first count is submitted no statement sums the session's money and no answer carries it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.hand_over import ReceiverKind
from pos.store.till_figures import expected_of
from pos.store.till_queries import require_session
from pos.usecases.close_till_session import close_till_session
from pos.usecases.daybook import TakeDaybook, daybook
from pos.usecases.explain_difference import difference_to_explain
from pos.usecases.hand_over import hand_over_offer
from pos.usecases.till_overview import open_matters_of, till_overview
from pos.usecases.till_waits import count_so_far
from pos.usecases.x_report import TakeXReport, x_report
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay
from tests.sql_trace import traced_statements

SUMS_MONEY = re.compile(r"\b(sum|total|avg)\s*\(", re.IGNORECASE)
MONEY_TABLES = re.compile(r"\b(posting|sale|sale_line|unionpay_charge|session_tender)\b", re.IGNORECASE)


def sums(statements: list[str]) -> list[str]:
    return [s for s in statements if SUMS_MONEY.search(s) and MONEY_TABLES.search(s)]


def count_sealed_at(statements: list[str]) -> int:
    return next(n for n, s in enumerate(statements) if "INTO journal" in s and "'count_submitted'" in s)


def figures_in(value: object) -> Iterator[object]:
    """Every number and every text inside an answer, however deep."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from figures_in(getattr(value, field.name))
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from figures_in(item)
    else:
        yield value


def refused(act: Any) -> RuleViolation:
    with pytest.raises(RuleViolation) as caught:
        act()
    return caught.value


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    return till_day


def test_nothing_sums_the_drawer_and_no_answer_holds_the_sum_before_the_first_count(day: TillDay) -> None:
    hall, answers = day.demo.hall, []
    with traced_statements() as asked:
        day.sell(8679)
        day.sell(14_840)
        day.sell(8221, "unionpay")
        expected_fen = FLOAT_FEN + 8679 + 14_840
        answers += [till_overview(hall), open_matters_of(hall, "T01")]
        day.begin()
        answers += [till_overview(hall), count_so_far(hall, day.session_id).next_step, open_matters_of(hall)]
        x = TakeXReport(command_id="x", actor=day.actor, session_id=day.session_id)
        book = TakeDaybook(command_id="b", actor=day.actor, session_id=day.session_id)
        answers += [
            refused(act).params
            for act in (
                lambda: x_report(hall, x),
                lambda: daybook(hall, book),
                lambda: difference_to_explain(hall, day.session_id),
                lambda: hand_over_offer(hall, day.session_id, ReceiverKind.LEAD),
                lambda: close_till_session(hall, day.close_command()),
            )
        ]
        assert sums(asked) == []
        before = len(asked)
        outcome = day.submit(-100)
        sealed_at = count_sealed_at(asked)
        answers += [outcome, count_so_far(hall, day.session_id).next_step]
    assert before < sealed_at
    assert sums(asked[: sealed_at + 1]) == []
    assert len(sums(asked)) > 0, "after the count is sealed the books are asked, or this test proves nothing"
    told = set(map(str, figures_in(answers)))
    for secret_fen in (expected_fen, expected_fen - FLOAT_FEN, 8221, -100, 100):
        assert str(secret_fen) not in told


def test_second_attempt_is_told_one_word_too_and_only_the_lead_sees_figures(day: TillDay) -> None:
    day.sell(8679)
    day.begin()
    answers: list[object] = [day.submit(-100), day.submit(-300, again=True)]
    assert str(FLOAT_FEN + 8679) not in set(map(str, figures_in(answers)))
    assert FLOAT_FEN + 8679 in set(figures_in(day.lead_counts()))


def test_counts_are_sealed_without_any_expected_figure_beside_them(day: TillDay) -> None:
    day.sell(8679)
    day.begin()
    day.submit(-100)
    (facts,) = day.demo.facts("DJ-T01", "count_submitted")
    assert facts == '{"absent":false,"attempt_no":1}'


def test_the_tracer_catches_a_sum_that_is_asked_for_too_early(day: TillDay) -> None:
    with traced_statements() as asked, day.demo.store.reading() as connection:
        expected_of(connection, require_session(connection, day.session_id))
    assert sums(asked) != []
