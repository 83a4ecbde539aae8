"""Takings on their way: received by finance, deposited from received slips only; X and daybook."""

from __future__ import annotations

import json

import pytest

from ledger import chart
from ledger.entry import RecordDraft
from pos.domain.count import CountLine
from pos.domain.errors import RuleViolation, SealBroken
from pos.domain.hand_over import drop_digest
from pos.domain.papers import DepositSlipPaper, MissingTakings, RemittanceSlipPaper
from pos.domain.till_session import TillState
from pos.store import custody_queries, outbox
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.till_queries import require_session
from pos.store.verify_store import kept_tables
from pos.usecases.cash_drop import MoveCash, cash_drop, float_top_up
from pos.usecases.daybook import TakeDaybook, daybook
from pos.usecases.make_deposit_slip import DepositMade, MakeDepositSlip, make_deposit_slip
from pos.usecases.x_report import TakeXReport, x_report
from tests.fixtures_hall import DemoHall, jobs_of_session
from tests.fixtures_till import FLOAT_FEN, TillDay, change_for
from tests.sql_trace import traced_statements

DAY = "2026-11-23"


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    return till_day


def deposit(demo: DemoHall, actor: str = "finance", *, without_cash: bool = False) -> DepositMade:
    command = MakeDepositSlip(
        command_id=demo.new_id(), actor=demo.people[actor], business_day=DAY, without_cash=without_cash
    )
    return make_deposit_slip(demo.hall, command)


def test_received_takings_lie_with_finance_and_the_slip_is_stamped(day: TillDay) -> None:
    day.sell(20_690)
    closed = day.end()
    day.to_lead()
    received = day.receive()
    assert (received.counted_fen, received.over_short_fen) == (20_690, 0)
    with day.demo.store.reading() as connection:
        assert account_fen(connection, chart.CASH_IN_TRANSIT, closed.slip_id) == 0
        assert account_fen(connection, chart.CASH_AT_FINANCE) == 20_690
        assert require_session(connection, day.session_id).state is TillState.RECEIVED
        (job,) = [j for j in jobs_of_session(connection, day.session_id) if j.reason == "received"]
    assert isinstance(job.paper, RemittanceSlipPaper)
    assert job.paper.custody == "received"
    assert job.paper.signatures[-1].name == "孙敏（3001）"


def test_takings_before_the_hand_over_is_accepted_are_not_received(day: TillDay) -> None:
    day.end()
    with pytest.raises(RuleViolation, match=r"till\.closed"):
        day.receive()


def test_takings_counted_differently_by_finance_need_a_note_and_are_posted(day: TillDay) -> None:
    day.sell(20_000)
    closed = day.end()
    day.to_lead()
    with pytest.raises(RuleViolation, match=r"takings\.cash_differs") as refused:
        day.receive(change_for(19_000))
    assert refused.value.params == {}
    assert day.receive(change_for(19_000), note="少一张十元").over_short_fen == -1000
    with day.demo.store.reading() as connection:
        assert account_fen(connection, chart.OVER_SHORT, day.session_id) == 1000
        assert account_fen(connection, chart.CASH_IN_TRANSIT, closed.slip_id) == 0


def test_card_slips_finance_counts_differently_need_a_note_and_stand_in_record_and_paper(day: TillDay) -> None:
    day.sell(20_000)
    day.sell(8220, "unionpay")
    day.end()
    day.to_lead()
    for slips_fen in (0, 8200):
        with pytest.raises(RuleViolation, match=r"takings\.cards_differ"):
            day.receive(slips_fen=slips_fen)
    received = day.receive(slips_fen=8200, note="少一张签购单")
    assert (received.over_short_fen, received.slips_off_fen) == (0, -20)
    (facts,) = day.demo.facts("DJ-H", "takings_received")
    assert (json.loads(facts)["slips_fen"], json.loads(facts)["slips_off_fen"]) == (8200, -20)
    with day.demo.store.reading() as connection:
        (job,) = [j for j in jobs_of_session(connection, day.session_id) if j.reason == "received"]
        assert account_fen(connection, chart.OVER_SHORT, day.session_id) == 0
    assert isinstance(job.paper, RemittanceSlipPaper)
    assert (job.paper.over_short_fen, job.paper.slips_off_fen) == (0, -20)
    assert (job.paper.receipt_note, job.paper.explanation) == ("少一张签购单", "")


def test_one_character_explains_no_difference_of_finance(day: TillDay) -> None:
    day.sell(20_000)
    day.end()
    day.to_lead()
    with pytest.raises(RuleViolation, match=r"reason\.short"):
        day.receive(change_for(19_000), note=" 1 ")
    assert day.demo.facts("DJ-H", "takings_received") == []
    assert day.receive(change_for(19_000), note="少张").over_short_fen == -1000


def test_count_of_finance_that_was_left_empty_receives_no_cash_even_with_a_reason(day: TillDay) -> None:
    day.sell(20_000)
    day.end()
    day.to_lead()
    with pytest.raises(RuleViolation, match=r"takings\.nothing_counted"):
        day.receive((), note="没有点")
    assert day.demo.facts("DJ-H", "takings_received") == []
    with day.demo.store.reading() as connection:
        assert account_fen(connection, chart.CASH_AT_FINANCE) == 0
        assert require_session(connection, day.session_id).state is TillState.ACCEPTED
    assert day.receive((CountLine(10_000, False, 0),), note="点收为零").over_short_fen == -20_000  # none, said so


def test_slip_without_cash_is_received_with_nothing_counted(day: TillDay) -> None:
    day.sell(8220, "unionpay")
    day.end()
    day.to_lead()
    assert day.receive((), slips_fen=8220).counted_fen == 0


def test_card_slips_never_add_up_to_less_than_nothing(day: TillDay) -> None:
    day.sell(20_000)
    day.end()
    day.to_lead()
    with pytest.raises(RuleViolation, match=r"count\.batch"):
        day.receive(slips_fen=-500, note="打错")


def test_deposit_holds_received_slips_only_and_names_the_missing_one(demo_hall: DemoHall, day: TillDay) -> None:
    day.sell(10_000)
    day.end()
    day.to_lead()
    day.receive()
    other = TillDay(demo_hall, "T02", "cashier2")
    other.open()
    other.sell(5000)
    other.end()
    other.to_lead()
    still_open = TillDay(demo_hall, cash_fen=FLOAT_FEN)
    still_open.open()
    made = deposit(demo_hall)
    assert (made.deposit_no, made.cash_fen, made.slip_count) == (1, 10_000, 1)
    with demo_hall.store.reading() as connection:
        assert account_fen(connection, chart.BANK) == 10_000
        (job,) = outbox.jobs_of_fact(connection, made.deposit_id)
        hashes = {row[0] for row in connection.exec_driver_sql("SELECT hash FROM journal WHERE chain = 'DJ-T01'")}
    assert isinstance(job.paper, DepositSlipPaper)
    assert job.paper.not_received == (
        MissingTakings("DJ-T02-J00001", "2 号窗口", 1, "赵丽", "1002"),
        MissingTakings("", "1 号窗口", 2, "王小燕", "1001"),
    )
    assert [slip.slip_no for slip in job.paper.slips] == ["DJ-T01-J00001"]
    (facts,) = demo_hall.facts("DJ-H", "deposit_made")
    rests_on = json.loads(facts)["depends_on"]
    assert json.loads(facts)["not_received"] == ["DJ-T02-J00001", still_open.session_id]
    assert [link["chain"] for link in rests_on] == ["DJ-T01", "DJ-H"]
    assert rests_on[0]["hash"] in hashes


def test_slip_is_deposited_once_and_a_later_one_makes_a_second_paper(demo_hall: DemoHall, day: TillDay) -> None:
    day.sell(10_000)
    day.end()
    day.to_lead()
    day.receive()
    deposit(demo_hall)
    with pytest.raises(RuleViolation, match=r"deposit\.nothing"):
        deposit(demo_hall)
    other = TillDay(demo_hall, "T02", "cashier2")
    other.open()
    other.sell(60_000)
    other.end()
    other.to_lead()
    other.receive()
    assert deposit(demo_hall).deposit_no == 2


def test_deposit_of_a_slip_that_was_not_received_is_refused_by_the_seal(demo_hall: DemoHall, day: TillDay) -> None:
    closed = day.end()
    row = {"deposit_id": "x", "slip_id": closed.slip_id, "amount_fen": closed.takings_fen}
    draft = RecordDraft(chain="DJ-H", kind="deposit_made", command_id="forged", actor="x", rows={"deposit_slip": [row]})
    with demo_hall.store.unit_of_work() as uow, pytest.raises(SealBroken, match="not received"):
        uow.journal.append(draft)


@pytest.mark.parametrize("actor", ["cashier", "lead", "auditor", "admin"])
def test_deposit_by_anybody_but_finance_is_refused(demo_hall: DemoHall, actor: str) -> None:
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        deposit(demo_hall, actor)


def test_drop_leaves_the_drawer_and_is_handed_in_with_the_slip(day: TillDay) -> None:
    day.sell(300_000)
    lines = (CountLine(10_000, False, 20),)
    signature = day.demo.signed_by("lead", drop_digest(day.session_id, "cash_drop", lines))
    dropped = cash_drop(
        day.demo.hall,
        MoveCash(
            command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, lines=lines, second=signature
        ),
    )
    day.cash_fen -= dropped.amount_fen
    with day.demo.store.reading() as connection:
        assert drawer_fen(connection, "T01") == FLOAT_FEN + 100_000
        assert account_fen(connection, chart.CASH_IN_TRANSIT, dropped.movement_id) == 200_000
    closed = day.end()
    assert closed.takings_fen == 300_000
    with day.demo.store.reading() as connection:
        assert account_fen(connection, chart.CASH_IN_TRANSIT, dropped.movement_id) == 0
        assert account_fen(connection, chart.CASH_IN_TRANSIT, closed.slip_id) == 300_000


def test_drop_without_a_second_person_is_refused(day: TillDay) -> None:
    command = MoveCash(command_id="d", actor=day.actor, session_id=day.session_id, lines=(CountLine(1000, False, 1),))
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        cash_drop(day.demo.hall, command)


def test_top_up_is_signed_by_the_cashier_of_the_till_and_no_other(day: TillDay) -> None:
    lines = (CountLine(10_000, False, 1),)
    digest = drop_digest(day.session_id, "float_top_up", lines)
    command = MoveCash(
        command_id="t",
        actor=day.demo.lead,
        session_id=day.session_id,
        lines=lines,
        second=day.demo.signed_by("cashier2", digest),
    )
    with pytest.raises(RuleViolation, match=r"approval\.role"):
        float_top_up(day.demo.hall, command)
    signed = MoveCash(
        command_id="u",
        actor=day.demo.lead,
        session_id=day.session_id,
        lines=lines,
        second=day.demo.signed_by("cashier", digest),
    )
    assert float_top_up(day.demo.hall, signed).amount_fen == 10_000
    day.cash_fen += 10_000
    assert day.end().over_short_fen == 0


def test_x_shows_the_lead_what_the_z_will_say_and_changes_nothing(day: TillDay) -> None:
    day.sell(8690)
    command = TakeXReport(command_id="x", actor=day.demo.lead, session_id=day.session_id, print_it=True)
    paper = x_report(day.demo.hall, command)
    assert (paper.z_no, paper.gross_fen, paper.tenders[0].expected_fen) == (0, 8690, FLOAT_FEN + 8690)
    assert day.end().z_no == 1


def test_x_of_ones_own_till_or_of_a_counting_one_is_refused(demo_hall: DemoHall, day: TillDay) -> None:
    def look(actor: str, session_id: str) -> None:
        x_report(demo_hall.hall, TakeXReport(command_id=demo_hall.new_id(), actor=actor, session_id=session_id))

    with pytest.raises(RuleViolation, match=r"role\.refused"):
        look(day.actor, day.session_id)
    leads = TillDay(demo_hall, "T02", "lead")
    leads.open()
    with pytest.raises(RuleViolation, match=r"till\.blind"):
        look(demo_hall.lead, leads.session_id)
    day.begin()
    with pytest.raises(RuleViolation, match=r"till\.counting"):
        look(demo_hall.lead, day.session_id)


def test_daybook_lists_sales_in_order_after_the_close_only(day: TillDay) -> None:
    sale_id = day.sell(8690)
    day.sell(-8690, reverses=sale_id)
    day.sell(8220, "unionpay")

    def read(actor: str) -> list[tuple[str, int, str]]:
        command = TakeDaybook(command_id=day.demo.new_id(), actor=day.demo.people[actor], session_id=day.session_id)
        return [(line.receipt_no, line.due_fen, line.state) for line in daybook(day.demo.hall, command).lines]

    with pytest.raises(RuleViolation, match=r"till\.blind"):
        read("cashier")
    day.end()
    assert read("cashier") == [
        ("DJ-T01-000001", 8690, "reversed"),
        ("DJ-T01-000002", -8690, "reversed"),
        ("DJ-T01-000003", 8220, "normal"),
    ]
    assert read("auditor") == read("cashier")
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        read("cashier2")


def test_clock_that_goes_back_all_day_neither_breaks_the_ids_nor_turns_the_day_back(day: TillDay) -> None:
    day.sell(10_000)
    day.begin()
    day.submit()
    day.demo.clock.forward(seconds=-36_000)
    closed = day.close()
    day.demo.clock.forward(seconds=-36_000)
    day.to_lead()
    day.receive()
    assert deposit(day.demo).cash_fen == 10_000
    successor = TillDay(day.demo, cashier="cashier2", cash_fen=closed.float_kept_fen)
    assert successor.open().business_day == DAY
    assert "clock_stepped" in day.demo.kinds("DJ-T01")


def test_waiting_slips_and_bags_are_those_of_history_and_found_without_reading_it(day: TillDay) -> None:
    demo = day.demo
    day.sell(10_000)
    day.end()
    day.to_lead()
    day.receive()
    bagged = TillDay(demo, till_id="T02", cashier="cashier2")
    bagged.open(lines=())
    closed = bagged.end()
    bagged.bag()
    with traced_statements() as asked, demo.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT slip_id FROM slip_waiting").scalars().all() == [closed.slip_id]
        assert custody_queries.waiting_before(connection, DAY) == (0, "")
        assert custody_queries.waiting_before(connection, "2999-01-01") == (1, DAY)
        assert [bag.session_id for bag in custody_queries.bags_in_safe(connection)] == [bagged.session_id]
    with demo.store.reading() as connection:
        assert list(kept_tables(connection.connection.driver_connection)) == []
        plans = [
            row[3]
            for statement in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        ]
    assert [step for step in plans if step.startswith("SEARCH")]
    assert {step for step in plans if step.startswith("SCAN")} <= {"SCAN bag_in_safe", "SCAN slip_waiting"}


def test_slips_over_nothing_at_all_make_no_deposit_slip(day: TillDay) -> None:
    day.end()
    day.to_lead()
    day.receive()
    with pytest.raises(RuleViolation, match=r"deposit\.zero"):
        deposit(day.demo)
    with pytest.raises(RuleViolation, match=r"deposit\.zero"):  # saying yes does not make something of it
        deposit(day.demo, without_cash=True)


def test_card_slips_without_cash_make_a_deposit_slip_only_when_that_was_said(day: TillDay) -> None:
    day.sell(8220, "unionpay")
    day.end()
    day.to_lead()
    day.receive(slips_fen=8220)
    with pytest.raises(RuleViolation, match=r"deposit\.no_cash") as refused:
        deposit(day.demo)
    assert refused.value.params == {"slips": 1, "other_fen": 8220}
    made = deposit(day.demo, without_cash=True)
    assert (made.cash_fen, made.slip_count) == (0, 1)
