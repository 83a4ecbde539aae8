"""What became of a paper: an outcome is final, and nothing prints twice (design, Money rules 9)."""

from __future__ import annotations

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.hand_over import MatterKind
from pos.domain.reasons import ReprintReason
from pos.ports.printer import PrintState
from pos.store import outbox
from pos.store.open_matters import open_matters
from pos.store.till_figures import figures_of
from pos.store.till_queries import require_session
from pos.usecases.prints import RecordPrint, Reprint, mark_sent, record_print, reprint, take_back
from tests.fixtures_counter import Counter


@pytest.fixture
def job_id(counter: Counter) -> str:
    """A receipt that waits for the printer."""
    queued = counter.deliver(counter.pay().sale_id).print_job_id
    assert queued is not None
    return queued


def say(counter: Counter, job_id: str, state: PrintState, *, actor: str = "", by_person: bool = False) -> PrintState:
    command = RecordPrint(
        command_id=counter.demo.new_id(),
        actor=actor or counter.demo.cashier,
        job_id=job_id,
        state=state,
        settled_by_person=by_person,
    )
    return record_print(counter.demo.hall, command)


def again(counter: Counter, job_id: str) -> str:
    command = Reprint(
        command_id=counter.demo.new_id(),
        actor=counter.demo.cashier,
        session_id=counter.session_id,
        job_id=job_id,
        reason=ReprintReason.NOT_PRINTED,
    )
    return reprint(counter.demo.hall, command)


def state_of(counter: Counter, job_id: str) -> PrintState:
    with counter.demo.store.reading() as connection:
        found = outbox.job(connection, job_id)
    assert found is not None
    return found.state


def unprinted(counter: Counter) -> list[str]:
    with counter.demo.store.reading() as connection:
        matters = open_matters(connection, now_utc_ms=counter.demo.clock.now_utc_ms())
    return [matter.matter_id for matter in matters if matter.kind is MatterKind.PRINT_UNCONFIRMED]


def test_a_confirmed_paper_stays_confirmed_whoever_says_otherwise(counter: Counter, job_id: str) -> None:
    mark_sent(counter.demo.hall, job_id)
    say(counter, job_id, PrintState.CONFIRMED)
    with pytest.raises(RuleViolation, match=r"print\.settled"):
        say(counter, job_id, PrintState.UNKNOWN, actor=counter.demo.auditor)
    take_back(counter.demo.hall, job_id)
    assert state_of(counter, job_id) is PrintState.CONFIRMED
    assert mark_sent(counter.demo.hall, job_id) is None


def test_a_paper_that_was_never_sent_has_no_outcome(counter: Counter, job_id: str) -> None:
    with pytest.raises(RuleViolation, match=r"print\.not_sent"):
        say(counter, job_id, PrintState.CONFIRMED, by_person=True)


@pytest.mark.parametrize("state", [PrintState.QUEUED, PrintState.SENT, PrintState.REPLACED])
def test_what_is_no_outcome_cannot_be_said(counter: Counter, job_id: str, state: PrintState) -> None:
    mark_sent(counter.demo.hall, job_id)
    with pytest.raises(ValueError, match="no outcome"):
        say(counter, job_id, state)


def test_only_a_paper_under_way_is_taken_back(counter: Counter, job_id: str) -> None:
    mark_sent(counter.demo.hall, job_id)
    take_back(counter.demo.hall, job_id)
    assert state_of(counter, job_id) is PrintState.QUEUED
    mark_sent(counter.demo.hall, job_id)
    say(counter, job_id, PrintState.UNKNOWN)
    take_back(counter.demo.hall, job_id)
    assert state_of(counter, job_id) is PrintState.UNKNOWN


def test_a_paper_that_still_waits_is_not_queued_twice(counter: Counter, job_id: str) -> None:
    with pytest.raises(RuleViolation, match=r"print\.still_waiting"):
        again(counter, job_id)


def test_asking_again_settles_the_unknown_original_and_its_matter(counter: Counter, job_id: str) -> None:
    mark_sent(counter.demo.hall, job_id)
    say(counter, job_id, PrintState.UNKNOWN)
    assert job_id in unprinted(counter)
    copy_id = again(counter, job_id)
    assert state_of(counter, job_id) is PrintState.REPLACED
    assert job_id not in unprinted(counter)
    with counter.demo.store.reading() as connection:
        said = connection.exec_driver_sql(
            "SELECT state, settled_by FROM printed WHERE job_id = ? ORDER BY seq", (job_id,)
        ).all()
    assert [tuple(row) for row in said] == [("unknown", None), ("replaced", counter.demo.cashier)]
    mark_sent(counter.demo.hall, copy_id)
    say(counter, copy_id, PrintState.CONFIRMED)
    assert copy_id not in unprinted(counter)


def test_a_copy_whose_outcome_was_said_twice_is_one_reprint_on_the_z(counter: Counter, job_id: str) -> None:
    mark_sent(counter.demo.hall, job_id)
    say(counter, job_id, PrintState.CONFIRMED)
    copy_id = again(counter, job_id)
    mark_sent(counter.demo.hall, copy_id)
    say(counter, copy_id, PrintState.UNKNOWN)
    say(counter, copy_id, PrintState.CONFIRMED, by_person=True)
    with counter.demo.store.reading() as connection:
        assert figures_of(connection, require_session(connection, counter.session_id)).reprints == 1
