"""Counting and closing: blind, every attempt kept, one Z, money split and in transit under its slip."""

from __future__ import annotations

import pytest

from ledger import chart
from pos.domain.count import CountLine, NextStep
from pos.domain.difference_clues import ClueKind
from pos.domain.errors import RuleViolation, SealBroken
from pos.domain.papers import DepositSlipPaper, NamedCount, RemittanceSlipPaper, ZPaper
from pos.domain.till_session import TillState
from pos.store import outbox
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.till_queries import attempts_of, require_open, session_row
from pos.usecases.begin_count import LeaveCount, leave_count
from pos.usecases.close_till_session import close_till_session
from pos.usecases.custody_papers import slip_document
from pos.usecases.explain_difference import ExplainDifference, difference_to_explain, explain_difference
from pos.usecases.find_clues import find_clues
from pos.usecases.make_deposit_slip import MakeDepositSlip, make_deposit_slip
from printing.render import layout_paper
from printing.text import to_text
from tests.fixtures_counter import DAY
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    return till_day


def explain(day: TillDay, *, by: str = "lead", reason: str = "找零多付") -> None:
    difference = difference_to_explain(day.demo.hall, day.session_id)
    sign_off = day.demo.signed_by(by, difference.digest(day.session_id, reason))
    command = ExplainDifference(
        command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, reason=reason, sign_off=sign_off
    )
    explain_difference(day.demo.hall, command)


def test_close_splits_the_counted_cash_and_puts_the_takings_in_transit_under_the_slip(day: TillDay) -> None:
    day.sell(8690)
    day.sell(12_000)
    closed = day.end()
    assert (closed.z_no, closed.slip_no, closed.takings_fen, closed.over_short_fen) == (1, 1, 20_690, 0)
    with day.demo.store.reading() as connection:
        assert drawer_fen(connection, "T01") == FLOAT_FEN == closed.float_kept_fen
        assert account_fen(connection, chart.CASH_IN_TRANSIT, closed.slip_id) == 20_690
        row = session_row(connection, day.session_id)
    assert row is not None
    assert row.state is TillState.CLOSED


def test_z_and_slip_are_queued_with_the_close_and_say_what_was_counted(day: TillDay) -> None:
    sale_id = day.sell(8690)
    day.sell(8220, "unionpay")
    day.sell(-8690, reverses=sale_id)
    closed = day.end()
    with day.demo.store.reading() as connection:
        papers = [job.paper for job in outbox.jobs_of_fact(connection, closed.slip_id)]
    z, slip = papers
    assert isinstance(z, ZPaper)
    assert isinstance(slip, RemittanceSlipPaper)
    assert (z.z_no, z.sales_count, z.gross_fen, z.reversed_fen) == (1, 2, 16_910, 8690)
    assert [(t.name, t.expected_fen, t.counted_fen, t.over_short_fen) for t in z.tenders] == [
        ("cash", FLOAT_FEN, FLOAT_FEN, 0),
        ("unionpay", 8220, 8220, 0),
    ]
    assert (z.first_receipt, z.last_receipt) == ("DJ-T01-000001", "DJ-T01-000003")
    assert (slip.cash_fen, slip.pos_batches[0].amount_fen, slip.float_kept_fen) == (0, 8220, FLOAT_FEN)
    assert [line.role for line in slip.signatures] == ["payer", "lead", "finance"]
    assert "王小燕" in slip.signatures[0].name
    assert (slip.receipt_count, slip.void_count) == (3, 1)


def test_cheque_taken_in_a_session_gets_a_line_of_its_own_on_the_slip_and_on_the_deposit(day: TillDay) -> None:
    day.sell(8690)
    day.sell(50_000, "cheque")
    closed = day.end()
    with day.demo.store.reading() as connection:
        slip = slip_document(connection, closed.slip_id)
    cheque = NamedCount("cheque", 1, 50_000)
    assert [slip.tenders[0], slip.tenders[-1]] == [NamedCount("cash", 0, 8690), cheque]
    assert "支票 1 张" in to_text(layout_paper(slip, width_chars=32))
    day.to_lead()
    day.receive(slips_fen=50_000)
    finance = day.demo.people["finance"]
    made = make_deposit_slip(day.demo.hall, MakeDepositSlip(command_id="d", actor=finance, business_day=DAY))
    with day.demo.store.reading() as connection:
        (job,) = outbox.jobs_of_fact(connection, made.deposit_id)
    assert isinstance(job.paper, DepositSlipPaper)
    assert job.paper.tenders[-1] == cheque


def test_sale_after_counting_began_is_refused_by_the_rule_and_by_the_seal(day: TillDay) -> None:
    day.begin()
    with day.demo.store.reading() as connection, pytest.raises(RuleViolation, match=r"till\.counting"):
        require_open(connection, day.session_id, day.actor)
    with pytest.raises(SealBroken, match="outside an open till session"):
        day.sell(100)


def test_counting_is_left_while_nothing_was_submitted_and_never_after(day: TillDay) -> None:
    def leave() -> TillState:
        command = LeaveCount(command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id)
        return leave_count(day.demo.hall, command)

    day.begin()
    assert leave() is TillState.OPEN
    day.sell(100)
    day.begin()
    day.submit()
    with pytest.raises(RuleViolation, match=r"till\.count_submitted"):
        leave()


def test_cashier_learns_one_word_until_the_lead_has_counted(day: TillDay) -> None:
    day.begin()
    first = day.submit(-5000)
    assert (first.agrees, first.next_step) == (False, NextStep.RECOUNT)
    with pytest.raises(RuleViolation, match=r"count\.lead_needed"):
        difference_to_explain(day.demo.hall, day.session_id)
    assert day.submit(-5000, again=True).next_step is NextStep.LEAD_COUNT
    with pytest.raises(RuleViolation, match=r"count\.lead_needed"):
        close_till_session(day.demo.hall, day.close_command(-5000))
    found = day.lead_counts(-5000)
    assert found.next_step is NextStep.EXPLANATION
    assert found.comparison.differences == (-5000, 0, 0)


def test_recount_that_agrees_closes_and_the_first_count_stays_in_the_books(day: TillDay) -> None:
    day.begin()
    day.submit(-100)
    assert day.submit(again=True).agrees
    closed = day.close()
    assert closed.over_short_fen == 0
    with day.demo.store.reading() as connection:
        sums = [attempt.count.cash_fen for attempt in attempts_of(connection, day.session_id)]
    assert sums == [FLOAT_FEN - 100, FLOAT_FEN]


def test_difference_confirmed_explained_and_signed_off_is_posted_to_its_own_account(day: TillDay) -> None:
    day.sell(20_000)
    day.begin()
    day.submit(-5000)
    day.submit(-5000, again=True)
    day.lead_counts(-5000)
    with pytest.raises(RuleViolation, match=r"count\.explanation_needed"):
        close_till_session(day.demo.hall, day.close_command(-5000))
    explain(day)
    closed = day.close(-5000)
    assert closed.over_short_fen == -5000
    with day.demo.store.reading() as connection:
        assert account_fen(connection, chart.OVER_SHORT, day.session_id) == 5000
        assert account_fen(connection, chart.OVER_SHORT_OPENING) == 0
        assert drawer_fen(connection, "T01") == FLOAT_FEN
        assert account_fen(connection, chart.CASH_IN_TRANSIT, closed.slip_id) == 15_000


@pytest.mark.parametrize(("off_fen", "state", "not_said"), [(0, "待复核", "待收讫"), (-5000, "待收讫", "待复核")])
def test_slip_says_checked_once_the_lead_has_signed_it_off_and_only_then(
    day: TillDay, off_fen: int, state: str, not_said: str
) -> None:
    day.begin()
    day.submit(off_fen)
    if off_fen:
        day.submit(off_fen, again=True)
        day.lead_counts(off_fen)
        explain(day)
    closed = day.close(off_fen)
    with day.demo.store.reading() as connection:
        slip = slip_document(connection, closed.slip_id)
    lead = next(line for line in slip.signatures if line.role == "lead")
    assert bool(lead.name) == bool(off_fen)
    text = to_text(layout_paper(slip, width_chars=32))
    assert (state in text, not_said in text) == (True, False)


def test_what_the_lead_counted_holds_when_the_cashier_miscounted(day: TillDay) -> None:
    day.begin()
    day.submit(-5000)
    day.submit(-3000, again=True)
    assert day.lead_counts().next_step is NextStep.CLOSE
    assert day.close().over_short_fen == 0


@pytest.mark.parametrize(
    ("who", "code"),
    [("cashier", r"approval\.self"), ("cashier2", r"approval\.role"), ("finance", r"approval\.role")],
)
def test_sign_off_by_anybody_but_a_lead_is_refused(day: TillDay, who: str, code: str) -> None:
    day.begin()
    day.submit(-5000)
    day.lead_counts(-5000)
    with pytest.raises(RuleViolation, match=code):
        explain(day, by=who)


def test_explanation_changed_after_the_sign_off_is_refused(day: TillDay) -> None:
    day.begin()
    day.submit(-5000)
    day.lead_counts(-5000)
    difference = difference_to_explain(day.demo.hall, day.session_id)
    sign_off = day.demo.signed_by("lead", difference.digest(day.session_id, "找零多付"))
    command = ExplainDifference(
        command_id="x", actor=day.actor, session_id=day.session_id, reason="不知道", sign_off=sign_off
    )
    with pytest.raises(RuleViolation, match=r"approval\.stale"):
        explain_difference(day.demo.hall, command)


def test_second_count_by_the_person_who_counted_first_is_refused(day: TillDay) -> None:
    day.begin(by="lead")
    day.submit(-5000, by="lead")
    with pytest.raises(RuleViolation, match=r"count\.same_person"):
        day.lead_counts(-5000, by="lead")
    assert day.lead_counts(-5000, by="lead2").next_step is NextStep.EXPLANATION


def test_count_of_somebody_elses_till_by_a_cashier_is_refused(day: TillDay) -> None:
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        day.begin(by="cashier2")


def test_missing_slip_is_kept_apart_from_cash_and_stays_open_by_name(day: TillDay) -> None:
    day.sell(8220, "unionpay")
    day.begin()
    day.slips_fen = 0
    day.submit()
    day.lead_counts()
    explain(day, reason="签购单一张未找到")
    closed = day.close()
    assert closed.over_short_fen == 0
    with day.demo.store.reading() as connection:
        assert account_fen(connection, chart.OVER_SHORT) == 0
        kinds = connection.exec_driver_sql("SELECT kind, amount_fen FROM open_matter").all()
    assert [tuple(kind) for kind in kinds if kind[0] != "print_unconfirmed"] == [("slips_differ", -8220)]


def test_second_close_returns_the_first_z_and_writes_nothing(day: TillDay) -> None:
    day.begin()
    day.submit()
    command = day.close_command()
    first = close_till_session(day.demo.hall, command)
    assert close_till_session(day.demo.hall, command) == first
    assert close_till_session(day.demo.hall, day.close_command()) == first
    assert day.demo.kinds("DJ-T01").count("till_session_closed") == 1


def test_close_with_a_card_in_the_reader_is_refused(day: TillDay) -> None:
    day.begin()
    day.submit()
    with pytest.raises(RuleViolation, match=r"close\.card_in_reader"):
        close_till_session(day.demo.hall, day.close_command(card_in_reader=True))


def test_float_of_notes_that_were_not_counted_is_refused(day: TillDay) -> None:
    day.begin()
    day.submit()
    command = day.close_command(float_lines=(CountLine(2000, False, 1),))
    with pytest.raises(RuleViolation, match=r"split\.not_counted"):
        close_till_session(day.demo.hall, command)


def test_clues_are_given_after_the_leads_count_only_and_point_at_the_sale(day: TillDay) -> None:
    day.sell(12_000)
    day.sell(8690)
    day.begin()
    day.submit(-8690)
    with pytest.raises(RuleViolation, match=r"count\.lead_needed"):
        find_clues(day.demo.hall, day.session_id)
    day.lead_counts(-8690)
    clue = find_clues(day.demo.hall, day.session_id)[0]
    assert (clue.kind, clue.reference) == (ClueKind.SAME_AMOUNT, "2")
