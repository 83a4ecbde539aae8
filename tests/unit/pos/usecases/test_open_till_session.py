"""Opening a till: the float is a booking, the opening count a measurement with its own variance."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ledger import chart
from pos.domain.count import CountLine
from pos.domain.errors import RuleViolation
from pos.domain.till_session import TillState
from pos.store import outbox
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.till_queries import open_session_of, require_open, session_row
from pos.usecases.accept_hand_over import accept_hand_over
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.open_till_session import OpenTillSession, open_till_session
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay

DAY_S = 86_400


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    return TillDay(demo_hall)


def test_float_moves_from_the_safe_to_the_till_and_prints_a_note(demo_hall: DemoHall, day: TillDay) -> None:
    day.fill_safe()
    issued = day.issue()
    with demo_hall.store.reading() as connection:
        assert account_fen(connection, chart.CASH_SAFE) == 200_000 - FLOAT_FEN
        assert drawer_fen(connection, "T01") == FLOAT_FEN
        (job,) = outbox.jobs_of_fact(connection, issued.issue_id)
    assert job.template == "cash_movement"
    assert job.paper.amount_fen == FLOAT_FEN  # type: ignore[union-attr]


def test_float_above_what_the_safe_holds_is_refused(demo_hall: DemoHall, day: TillDay) -> None:
    day.fill_safe(pieces=1)
    with pytest.raises(RuleViolation, match=r"safe\.short") as refused:
        day.issue()
    assert refused.value.params == {"in_safe_fen": 10_000, "wanted_fen": FLOAT_FEN}


def test_float_issued_by_a_cashier_is_refused(demo_hall: DemoHall, day: TillDay) -> None:
    day.fill_safe()
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        day.issue(by="cashier2")


def test_opening_count_that_agrees_opens_with_no_variance(demo_hall: DemoHall, day: TillDay) -> None:
    day.fill_safe()
    day.issue()
    opened = day.open()
    assert (opened.session_no, opened.business_day, opened.float_fen, opened.variance_fen) == (
        1,
        "2026-11-23",
        FLOAT_FEN,
        0,
    )
    with demo_hall.store.reading() as connection:
        row = require_open(connection, opened.session_id, demo_hall.cashier)
        assert open_session_of(connection, "T01") == row
        record = demo_hall.store.journal_of(connection).by_command("cmd-3")
    assert (row.state, row.predecessor, row.chain) == (TillState.OPEN, None, "DJ-T01")
    assert record is not None
    assert record.signed
    assert str(record.key) == opened.session_id
    assert record.facts["depends_on"][0]["chain"] == "DJ-H"


def test_opening_variance_goes_to_its_own_account_and_the_drawer_agrees_with_the_count(
    demo_hall: DemoHall, day: TillDay
) -> None:
    day.fill_safe()
    day.issue()
    opened = day.open((CountLine(1000, False, 20), CountLine(500, False, 39)))
    assert opened.variance_fen == -10_500
    with demo_hall.store.reading() as connection:
        assert account_fen(connection, chart.OVER_SHORT_OPENING, opened.session_id) == 10_500
        assert account_fen(connection, chart.OVER_SHORT) == 0
        assert drawer_fen(connection, "T01") == 39_500


def test_nothing_is_opened_over_a_difference_that_was_seen_once(demo_hall: DemoHall, day: TillDay) -> None:
    day.fill_safe()
    day.issue()
    command = OpenTillSession(
        command_id="once", actor=day.actor, till_id="T01", lines=(CountLine(1000, False, 20),), sure=False
    )
    with pytest.raises(RuleViolation, match=r"count\.opening_differs"):
        open_till_session(demo_hall.hall, command)
    with demo_hall.store.reading() as connection:
        assert account_fen(connection, chart.OVER_SHORT_OPENING) == 0
    assert open_till_session(demo_hall.hall, replace(command, sure=True)).variance_fen < 0


def test_second_session_at_an_open_till_is_refused_and_another_till_opens(demo_hall: DemoHall, day: TillDay) -> None:
    day.open()
    with pytest.raises(RuleViolation, match=r"till\.already_open"):
        TillDay(demo_hall, cashier="cashier2").open()
    assert TillDay(demo_hall, "T02", "cashier2").open().session_id.startswith("DJ-T02-")


def test_opening_repeated_with_the_same_command_returns_the_first_result(demo_hall: DemoHall, day: TillDay) -> None:
    command = OpenTillSession(command_id="once", actor=demo_hall.cashier, till_id="T01", lines=())
    first = open_till_session(demo_hall.hall, command)
    assert open_till_session(demo_hall.hall, command) == first
    assert demo_hall.kinds("DJ-T01") == ["genesis", "till_session_opened"]


def test_lead_who_issued_the_float_may_not_open_the_till_with_it(demo_hall: DemoHall, day: TillDay) -> None:
    day.fill_safe()
    day.issue()
    with pytest.raises(RuleViolation, match=r"float\.same_person"):
        TillDay(demo_hall, cashier="lead").open()


def test_sale_by_another_operator_in_this_session_is_refused(demo_hall: DemoHall, day: TillDay) -> None:
    opened = day.open()
    with demo_hall.store.reading() as connection:
        with pytest.raises(RuleViolation, match=r"till\.not_yours"):
            require_open(connection, opened.session_id, demo_hall.cashier2)
        with pytest.raises(RuleViolation, match=r"till\.not_open"):
            require_open(connection, "DJ-T09-1-1", demo_hall.cashier)
        assert session_row(connection, "DJ-T09-1-1") is None


def test_payload_of_an_opening_names_operators_by_id_only(demo_hall: DemoHall, day: TillDay) -> None:
    day.open()
    with demo_hall.store.reading() as connection:
        bodies = [row[0] for row in connection.exec_driver_sql("SELECT body FROM journal WHERE chain = 'DJ-T01'")]
    assert all("王小燕" not in body for body in bodies)
    assert json.loads(bodies[-1])["actor"] == demo_hall.cashier


def test_float_issued_to_somebody_else_does_not_open_the_till(demo_hall: DemoHall) -> None:
    day = TillDay(demo_hall)
    day.fill_safe()
    day.issue()
    other = TillDay(demo_hall, cashier="cashier2", cash_fen=day.cash_fen)
    with pytest.raises(RuleViolation, match=r"float\.not_hers") as refusal:
        other.open()
    assert "王小燕" in str(refusal.value.params["name"])
    assert day.open().float_fen == day.cash_fen


def test_every_float_issued_since_the_last_session_is_named_by_the_opening(demo_hall: DemoHall) -> None:
    day = TillDay(demo_hall)
    day.fill_safe()
    issued = [day.issue().issue_id, day.issue().issue_id]
    day.open()
    (facts,) = demo_hall.facts("DJ-T01", "till_session_opened")
    named = [f"{link['chain']}-{link['epoch']}-{link['seq']}" for link in json.loads(facts)["depends_on"]]
    assert named == issued


def test_a_clock_a_year_ahead_opens_no_till_and_leaves_the_business_day(demo_hall: DemoHall, day: TillDay) -> None:
    _opened_and_handed_to_the_lead(day)
    demo_hall.clock.forward(seconds=365 * DAY_S)
    with pytest.raises(RuleViolation, match=r"till\.clock_ahead") as refused:
        day.open()
    assert refused.value.params == {"business_day": "2027-11-23", "last_day": "2026-11-23", "most_days": 31}
    demo_hall.clock.forward(seconds=-364 * DAY_S)
    assert day.open().business_day == "2026-11-24"


def test_the_longest_closure_still_opens_and_a_day_more_does_not(demo_hall: DemoHall, day: TillDay) -> None:
    _opened_and_handed_to_the_lead(day)
    demo_hall.clock.forward(seconds=32 * DAY_S)
    with pytest.raises(RuleViolation, match=r"till\.clock_ahead"):
        day.open()
    demo_hall.clock.forward(seconds=-DAY_S)
    assert day.open().business_day == "2026-12-24"


def test_a_till_unused_for_a_year_opens_while_the_hall_is_open_daily(demo_hall: DemoHall, day: TillDay) -> None:
    _opened_and_handed_to_the_lead(day)
    demo_hall.clock.forward(seconds=20 * DAY_S)
    day.open()
    demo_hall.clock.forward(seconds=20 * DAY_S)
    other = TillDay(demo_hall, till_id="T02", cashier="cashier2")
    assert other.open(lines=()).business_day == "2027-01-02"


def test_a_successor_with_a_clock_far_ahead_accepts_nothing(demo_hall: DemoHall, day: TillDay) -> None:
    day.start()
    day.end()
    digest = day.offer().digest
    demo_hall.clock.forward(seconds=365 * DAY_S)
    command = day.accept_command("cashier2", digest)
    with pytest.raises(RuleViolation, match=r"till\.clock_ahead"):
        accept_hand_over(demo_hall.hall, command)
    with demo_hall.store.reading() as connection:
        row = session_row(connection, day.session_id)
    assert row is not None
    assert row.state is TillState.CLOSED


def test_a_hall_really_closed_longer_opens_after_the_setting_is_raised(demo_hall: DemoHall, day: TillDay) -> None:
    _opened_and_handed_to_the_lead(day)
    demo_hall.clock.forward(seconds=90 * DAY_S)
    raised = ChangeSetting(command_id=demo_hall.new_id(), actor=demo_hall.admin, name="max_closed_days", text="90")
    change_setting(demo_hall.hall, raised)
    assert day.open().business_day == "2027-02-21"


def _opened_and_handed_to_the_lead(day: TillDay) -> None:
    """One finished session, so that there is a last business day."""
    day.start()
    day.end()
    day.to_lead()
