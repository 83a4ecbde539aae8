"""Reprints: a till's own papers, another till's for those who read all, a look at a running till for nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.paper_json import from_json, to_json
from pos.domain.papers import XPaper, ZPaper
from pos.domain.reasons import ReprintReason
from pos.ports.printer import PrintState
from pos.store import outbox
from pos.usecases.prints import RecordPrint, Reprint, ReprintLast, mark_sent, record_print, reprint, reprint_last
from pos.usecases.x_report import TakeXReport, x_report
from tests.fixtures_hall import DemoHall, jobs_of_session
from tests.fixtures_till import TillDay

REASON = next(iter(ReprintReason)).value


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    till_day.sell(8679)
    return till_day


def look(day: TillDay) -> str:
    """The lead's printed X; returns its job."""
    command = TakeXReport(command_id="x", actor=day.demo.lead, session_id=day.session_id, print_it=True)
    assert isinstance(x_report(day.demo.hall, command), XPaper)
    with day.demo.store.reading() as connection:
        (job,) = outbox.jobs_with_reason(connection, "x_report")
    assert (job.till_id, job.session_id, job.template) == (None, None, "x_report")
    assert isinstance(job.paper, XPaper)
    return job.job_id


def printed(day: TillDay, template: str = "z_report") -> str:
    """The till's newest paper of a kind, come out whole; returns its job."""
    with day.demo.store.reading() as connection:
        job = next(job for job in jobs_of_session(connection, day.session_id) if job.template == template)
    mark_sent(day.demo.hall, job.job_id)
    command = RecordPrint(command_id=day.demo.new_id(), actor=day.actor, job_id=job.job_id, state=PrintState.CONFIRMED)
    record_print(day.demo.hall, command)
    return job.job_id


def again(day: TillDay, job_id: str) -> str:
    command = Reprint(
        command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, job_id=job_id, reason=REASON
    )
    return reprint(day.demo.hall, command)


def last(day: TillDay, template: str) -> str:
    command = ReprintLast(
        command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, template=template, reason=REASON
    )
    return reprint_last(day.demo.hall, command)


def test_an_x_is_not_printed_again_by_the_cashier_it_is_about(day: TillDay) -> None:
    job_id = look(day)
    for template in ("z_report", "x_report"):
        with pytest.raises(RuleViolation, match=r"print\.nothing_yet"):
            last(day, template)
    with pytest.raises(RuleViolation, match=r"print\.look_only"):
        again(day, job_id)


def test_her_z_is_printed_again_after_the_close(day: TillDay) -> None:
    look(day)
    day.end()
    printed(day)
    copy = last(day, "z_report")
    with day.demo.store.reading() as connection:
        job = outbox.job(connection, copy)
    assert job is not None
    assert isinstance(job.paper, ZPaper)
    assert (job.paper.z_no, job.copy_no) == (1, 1)


def test_another_tills_paper_is_refused_to_a_cashier_and_the_attempt_recorded(day: TillDay) -> None:
    day.end()
    z = printed(day)
    other = TillDay(day.demo, till_id="T02", cashier="cashier2")
    other.issue()
    other.open()
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        again(other, z)
    assert "read_all_reports" not in day.demo.facts("DJ-H", "refused")[-1]
    assert '"code":"role.refused"' in day.demo.facts("DJ-H", "refused")[-1]


def test_the_lead_prints_another_tills_paper_from_her_own(day: TillDay) -> None:
    day.end()
    z = printed(day)
    other = TillDay(day.demo, till_id="T02", cashier="lead")
    other.issue(by="lead2")
    other.open()
    assert again(other, z)


def test_paper_is_printed_again_for_the_hall_by_a_lead_and_by_nobody_who_reads_one_till(day: TillDay) -> None:
    day.end()
    z = printed(day)
    command = Reprint(command_id="again", actor=day.demo.lead, session_id=None, job_id=z, reason=REASON)
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        reprint(day.demo.hall, replace(command, command_id="hers", actor=day.demo.cashier2))
    with day.demo.store.reading() as connection:
        copy = outbox.job(connection, reprint(day.demo.hall, command))
    assert copy is not None
    assert (copy.copy_no, copy.till_id, copy.session_id) == (1, "T01", None)
    assert day.demo.kinds("DJ-H")[-1] == "reprinted"


def test_an_x_comes_back_from_the_outbox_as_what_it_was(day: TillDay) -> None:
    command = TakeXReport(command_id="x", actor=day.demo.lead, session_id=day.session_id)
    paper = x_report(day.demo.hall, command)
    assert type(from_json(to_json(paper))) is XPaper
