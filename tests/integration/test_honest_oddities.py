"""Unusual but honest business leaves books in which the outsider finds nothing (docs/journal-format.md, 6 and 7)."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from ledger.export_jsonl import export_jsonl
from ledger.verify_journal import ExportFile, Verifier
from pos.domain.count import BatchCount, Count, CountLine, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import ReceiverKind, drop_digest
from pos.domain.papers import PosReturn, ZPaper
from pos.domain.roles import Act
from pos.store import outbox
from pos.store.till_figures import drawer_fen
from pos.usecases.accept_hand_over import Accepted, accept_hand_over
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.cash_drop import MoveCash, cash_drop
from pos.usecases.change_password import ChangePassword, change_password
from pos.usecases.explain_difference import ExplainDifference, difference_to_explain, explain_difference
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.submit_count import SubmitCount, submit_count
from pos.usecases.undo_unionpay_charge import UndoUnionPayCharge, undo_unionpay_charge
from pos.usecases.x_report import TakeXReport, x_report
from tests.fixtures_counter import Counter
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay, change_for


def found(demo: DemoHall) -> list[str]:
    """What the outsider says, notes left out."""
    out = io.StringIO()
    with demo.store.reading() as connection:
        export_jsonl(connection, out, exported_at_utc_ms=0)
    verifier = Verifier(ExportFile(io.BytesIO(out.getvalue().encode())), [], {demo.key.key_id})
    return [f"{f.code} {f.where}: {f.text}" for f in verifier.run() if f.severity != "note"]


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    till_day.sell(8679)
    return till_day


def drop(day: TillDay, lines: tuple[CountLine, ...]) -> None:
    signature = day.demo.signed_by("lead", drop_digest(day.session_id, "cash_drop", checked_lines(lines)))
    command = MoveCash(
        command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, lines=lines, second=signature
    )
    cash_drop(day.demo.hall, command)


def test_bag_that_its_giver_witnesses_in_a_hall_of_one_names_no_approver(day: TillDay) -> None:
    day.demo.set("one_person_hall", "yes")
    day.end()
    day.bag(witness="cashier")
    (facts,) = day.demo.facts("DJ-T01", "bagged")
    assert '"one_person":true' in facts
    assert found(day.demo) == []


def test_safe_that_one_person_begins_alone_names_no_approver(demo_hall: DemoHall) -> None:
    demo_hall.set("one_person_hall", "yes")
    demo_hall.begin_safe(change_for(50_000), witness="lead")
    (facts,) = demo_hall.facts("DJ-H", "safe_filled")
    assert '"one_person":true' in facts
    assert found(demo_hall) == []


def test_difference_that_its_counter_signs_off_in_a_hall_of_one_names_no_approver(day: TillDay) -> None:
    demo = day.demo
    demo.set("one_person_hall", "yes")
    day.begin()
    day.submit(-100)
    day.submit(-100, again=True)
    day.lead_counts(-100)
    digest = difference_to_explain(demo.hall, day.session_id).digest(day.session_id, "少一元")
    command = ExplainDifference(
        command_id=demo.new_id(),
        actor=day.actor,
        session_id=day.session_id,
        reason="少一元",
        sign_off=demo.signed_by("cashier", digest),
    )
    explain_difference(demo.hall, command)
    (facts,) = demo.facts("DJ-T01", "difference_explained")
    assert '"one_person":true' in facts
    assert found(demo) == []


@pytest.mark.parametrize("off_fen", [100, -100])
def test_drawer_that_the_lead_counts_differently_is_booked_with_her_acceptance(day: TillDay, off_fen: int) -> None:
    day.end()
    offered = day.offer(ReceiverKind.LEAD)
    command = day.accept_command("lead", offered.digest, change_for(day.cash_fen + off_fen))
    accepted: Accepted = accept_hand_over(day.demo.hall, replace(command, counted_twice=True))
    assert accepted.variance_fen == off_fen
    with day.demo.store.reading() as connection:
        assert drawer_fen(connection, "T01") == day.cash_fen + off_fen
    assert found(day.demo) == []


def test_drop_of_more_than_the_books_know_of_is_found_at_the_close_and_not_before(day: TillDay) -> None:
    lines = change_for(day.cash_fen + 500)
    day.cash_fen = 0
    drop(day, lines)
    with day.demo.store.reading() as connection:
        assert drawer_fen(connection, "T01") == -500
    assert found(day.demo) == []
    day.begin()
    day.submit(0)
    day.submit(0, again=True)
    assert day.lead_counts(0).comparison.tenders[0].over_short_fen == 500
    digest = difference_to_explain(day.demo.hall, day.session_id).digest(day.session_id, "多五元")
    command = ExplainDifference(
        command_id=day.demo.new_id(),
        actor=day.actor,
        session_id=day.session_id,
        reason="多五元",
        sign_off=day.demo.signed_by("lead", digest),
    )
    explain_difference(day.demo.hall, command)
    assert day.close(keep_fen=0).over_short_fen == 500
    assert found(day.demo) == []


def test_money_given_back_out_of_a_drawer_emptied_before_is_no_fault(counter: Counter) -> None:
    demo = counter.demo
    sold = counter.pay()
    with demo.store.reading() as connection:
        drawer = drawer_fen(connection, "T01")
    drop(TillDay(demo, session_id=counter.session_id), change_for(drawer))
    command = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        write_id=sold.sale_id,
        reason="card_damaged",
    )
    return_money(demo.hall, demo.approved(command, Act.RETURN_MONEY))
    assert found(demo) == []


def test_changed_password_is_a_known_kind(demo_hall: DemoHall) -> None:
    command = ChangePassword(
        command_id=demo_hall.new_id(),
        actor=demo_hall.cashier,
        old_password=demo_hall.password("cashier"),
        new_password="green ladders seventy-seven",
    )
    change_password(demo_hall.hall, command)
    assert "password_changed" in demo_hall.kinds("DJ-H")
    assert found(demo_hall) == []


def test_lead_who_counted_for_an_absent_cashier_does_not_sign_off_herself(day: TillDay) -> None:
    demo = day.demo
    day.begin(by="lead")
    day.submit(-100, by="lead")
    day.submit(-100, again=True, by="lead")
    day.lead_counts(-100, by="lead2")
    digest = difference_to_explain(demo.hall, day.session_id).digest(day.session_id, "少一元")
    command = {"actor": demo.lead, "session_id": day.session_id, "reason": "少一元"}
    for name in ("lead", "cashier"):
        alone = ExplainDifference(command_id=demo.new_id(), sign_off=demo.signed_by(name, digest), **command)
        with pytest.raises(RuleViolation, match=r"approval\.self"):
            explain_difference(demo.hall, alone)
    other = ExplainDifference(command_id=demo.new_id(), sign_off=demo.signed_by("lead2", digest), **command)
    explain_difference(demo.hall, other)
    assert found(demo) == []


def test_charge_undone_in_the_next_session_leaves_its_slips_countable(day: TillDay) -> None:
    demo = day.demo
    charge = BookUnionPayCharge(
        command_id=demo.new_id(),
        actor=day.actor,
        session_id=day.session_id,
        terminal="12345678",
        batch="000001",
        trace="000001",
        reference="000000000001",
        last_four="1234",
        amount_fen=8220,
    )
    charge_id = book_unionpay_charge(demo.hall, charge)
    day.begin()
    count = Count(change_for(day.cash_fen), (BatchCount("12345678", "000001", 1, 8220),), day.cards)
    first = SubmitCount(command_id=demo.new_id(), actor=day.actor, session_id=day.session_id, count=count)
    assert submit_count(demo.hall, first).agrees
    day.close()
    offered = day.offer()
    after = TillDay(demo, cashier="cashier2", cash_fen=day.cash_fen)
    opened = accept_hand_over(demo.hall, day.accept_command("cashier2", offered.digest)).opened
    assert opened is not None
    after.session_id = opened.session_id
    undo = UndoUnionPayCharge(
        command_id=demo.new_id(),
        actor=after.actor,
        session_id=after.session_id,
        charge_id=charge_id,
        reference="000000000009",
    )
    undo_unionpay_charge(demo.hall, demo.approved(undo, Act.RETURN_MONEY))
    given_back = (PosReturn("12345678", "000001", "000001", "1234", 8220),)
    look = TakeXReport(command_id=demo.new_id(), actor=demo.lead, session_id=after.session_id)
    assert x_report(demo.hall, look).returned == given_back
    after.begin()
    assert after.submit().agrees
    closed = after.close()
    with demo.store.reading() as connection:
        papers = [job.paper for job in outbox.jobs_of_fact(connection, closed.slip_id)]
    assert [paper.returned for paper in papers if isinstance(paper, ZPaper)] == [given_back]
    assert found(demo) == []
