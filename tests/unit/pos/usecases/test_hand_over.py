"""Hand-over: two people over one digest, the acceptance is the opening count, a bag sleeps in the safe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger import chart
from pos.domain.count import CountLine
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import ReceiverKind
from pos.domain.papers import CashMovementPaper, HandOverPaper
from pos.domain.till_session import TillState
from pos.store import outbox
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.till_queries import last_session_of, require_session
from pos.usecases.accept_hand_over import accept_bag, accept_hand_over
from pos.usecases.bags_in_safe import bags_in_safe
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.daybook import TakeDaybook, daybook
from pos.usecases.finance_day import finance_day
from pos.usecases.hand_over import takings_of
from pos.usecases.make_deposit_slip import MakeDepositSlip, make_deposit_slip
from printing.render import layout_paper
from printing.text import to_text
from tests.fixtures_counter import DAY
from tests.fixtures_hall import DemoHall, jobs_of_session
from tests.fixtures_till import FLOAT_FEN, TillDay, change_for


@pytest.fixture
def closed(demo_hall: DemoHall) -> TillDay:
    day = TillDay(demo_hall)
    day.start()
    day.sell(8690)
    day.end()
    return day


def test_acceptance_by_the_next_cashier_opens_her_session_chained_to_the_one_before(closed: TillDay) -> None:
    offered = closed.offer()
    accepted = accept_hand_over(closed.demo.hall, closed.accept_command("cashier2", offered.digest))
    assert accepted.opened is not None
    assert (accepted.opened.session_no, accepted.opened.float_fen, accepted.variance_fen) == (2, FLOAT_FEN, 0)
    with closed.demo.store.reading() as connection:
        row = last_session_of(connection, "T01")
        before = require_session(connection, closed.session_id)
    assert row is not None
    assert (row.predecessor, row.operator_id, row.state) == (
        closed.session_id,
        closed.demo.cashier2,
        TillState.OPEN,
    )
    assert before.state is TillState.ACCEPTED
    assert closed.demo.kinds("DJ-T01")[-3:] == ["handed_over", "hand_over_accepted", "till_session_opened"]


def test_acceptance_repeated_returns_the_same_session(closed: TillDay) -> None:
    command = closed.accept_command("cashier2", closed.offer().digest)
    first = accept_hand_over(closed.demo.hall, command)
    assert accept_hand_over(closed.demo.hall, command) == first


def test_cashier_who_runs_another_till_does_not_take_over_a_second_one(closed: TillDay) -> None:
    offered = closed.offer()
    other = TillDay(closed.demo, "T02", "cashier2")
    other.open(())
    with pytest.raises(RuleViolation, match=r"hand_over\.has_till") as refused:
        accept_hand_over(closed.demo.hall, closed.accept_command("cashier2", offered.digest))
    assert refused.value.params["till"] == "2 号窗口"
    assert closed.demo.kinds("DJ-T01")[-1] == "handed_over"
    other.end()
    assert accept_hand_over(closed.demo.hall, closed.accept_command("cashier2", offered.digest)).opened is not None


def test_night_loss_found_by_the_receiver_is_the_openings_not_the_shifts(closed: TillDay) -> None:
    digest = closed.offer().digest
    command = closed.accept_command("cashier2", digest, lines=change_for(FLOAT_FEN - 2000))
    with pytest.raises(RuleViolation, match=r"^hand_over\.differs"):
        accept_hand_over(closed.demo.hall, command)
    command = replace(command, counted_twice=True)
    accepted = accept_hand_over(closed.demo.hall, command)
    assert accepted.opened is not None
    with closed.demo.store.reading() as connection:
        assert account_fen(connection, chart.OVER_SHORT_OPENING, accepted.opened.session_id) == 2000
        assert account_fen(connection, chart.OVER_SHORT) == 0
        assert drawer_fen(connection, "T01") == FLOAT_FEN - 2000


@pytest.mark.parametrize("by", ["cashier2", "lead"])
def test_float_issued_after_the_offer_belongs_to_what_the_receiver_should_find(closed: TillDay, by: str) -> None:
    offered = closed.offer(ReceiverKind.LEAD if by == "lead" else ReceiverKind.CASHIER)
    TillDay(closed.demo, cashier="cashier2").issue()
    forgotten = closed.accept_command(by, offered.digest)
    with pytest.raises(RuleViolation, match=r"^hand_over\.differs"):
        accept_hand_over(closed.demo.hall, forgotten)
    right = closed.accept_command(by, offered.digest, lines=change_for(2 * FLOAT_FEN))
    assert accept_hand_over(closed.demo.hall, right).variance_fen == 0


def test_paper_carries_the_digest_and_both_names(closed: TillDay) -> None:
    offered = closed.offer(ReceiverKind.LEAD)
    accept_hand_over(closed.demo.hall, closed.accept_command("lead", offered.digest))
    with closed.demo.store.reading() as connection:
        papers = [job.paper for job in jobs_of_session(connection, closed.session_id)]
    paper = next(paper for paper in papers if isinstance(paper, HandOverPaper))
    assert (paper.digest, paper.float_fen, paper.device_states) == (offered.digest, FLOAT_FEN, ("打印机 正常",))
    assert [line.name for line in paper.signatures] == ["王小燕（1001）", "李班（2001）"]
    assert paper.next_receipt == "DJ-T01-000002"


def test_same_person_on_both_sides_is_refused(closed: TillDay) -> None:
    command = closed.accept_command("cashier", closed.offer().digest)
    with pytest.raises(RuleViolation, match=r"hand_over\.same_person"):
        accept_hand_over(closed.demo.hall, command)


def test_same_person_on_both_sides_in_a_hall_of_one_is_recorded_as_such(closed: TillDay) -> None:
    setting = ChangeSetting(
        command_id=closed.demo.new_id(), actor=closed.demo.admin, name="one_person_hall", text="yes"
    )
    change_setting(closed.demo.hall, setting)
    command = closed.accept_command("cashier", closed.offer().digest)
    assert accept_hand_over(closed.demo.hall, command).opened is not None
    (facts,) = closed.demo.facts("DJ-T01", "hand_over_accepted")
    assert '"one_person":true' in facts
    with closed.demo.store.reading() as connection:
        (job,) = [j for j in jobs_of_session(connection, closed.session_id) if j.reason == "accepted"]
    assert job.paper.head.one_person
    assert "一人厅" in to_text(layout_paper(job.paper, width_chars=32))  # type: ignore[arg-type]


def test_every_paper_that_two_people_sign_says_when_the_hall_is_of_one(demo_hall: DemoHall) -> None:
    setting = ChangeSetting(command_id="one", actor=demo_hall.admin, name="one_person_hall", text="yes")
    change_setting(demo_hall.hall, setting)
    alone = TillDay(demo_hall)
    alone.start()
    alone.sell(8690)
    alone.end()
    alone.to_lead()
    alone.receive()
    finance = demo_hall.people["finance"]
    make_deposit_slip(demo_hall.hall, MakeDepositSlip(command_id="d", actor=finance, business_day=DAY))
    auditor = demo_hall.people["auditor"]
    command = TakeDaybook(command_id="b", actor=auditor, session_id=alone.session_id, print_it=True)
    daybook(demo_hall.hall, command)
    with demo_hall.store.reading() as connection:
        papers = {job.paper.TEMPLATE: job.paper for job in outbox.all_jobs(connection)}
    assert {name for name, paper in papers.items() if paper.head.one_person} == {
        "cash_movement", "z_report", "remittance_slip", "hand_over", "deposit_slip", "daybook",
    }  # fmt: skip


def test_acceptance_signed_by_somebody_else_or_over_another_digest_is_refused(closed: TillDay) -> None:
    digest = closed.offer().digest
    command = closed.accept_command("cashier2", digest)
    borrowed = replace(command, signature=closed.demo.signed_by("lead", digest))
    with pytest.raises(RuleViolation, match=r"hand_over\.signature"):
        accept_hand_over(closed.demo.hall, borrowed)
    stale = replace(command, signature=closed.demo.signed_by("cashier2", "0" * 64))
    with pytest.raises(RuleViolation, match=r"approval\.stale"):
        accept_hand_over(closed.demo.hall, stale)


def test_next_session_without_a_hand_over_is_refused(closed: TillDay) -> None:
    with pytest.raises(RuleViolation, match=r"till\.not_handed_over"):
        TillDay(closed.demo, cashier="cashier2").open()


def test_offer_nobody_took_is_made_again_to_the_lead(closed: TillDay) -> None:
    closed.offer()
    assert closed.to_lead().opened is None
    with closed.demo.store.reading() as connection:
        assert drawer_fen(connection, "T01") == FLOAT_FEN
    successor = TillDay(closed.demo, cashier="cashier2", cash_fen=FLOAT_FEN)
    assert successor.open().variance_fen == 0


def test_bag_goes_to_the_safe_before_a_witness_and_is_counted_in_the_morning(closed: TillDay) -> None:
    bagged = closed.bag()
    with closed.demo.store.reading() as connection:
        assert drawer_fen(connection, "T01") == 0
        assert account_fen(connection, chart.CASH_IN_TRANSIT, bagged.hand_over_id) == FLOAT_FEN
        in_safe = account_fen(connection, chart.CASH_SAFE)
    accepted = accept_bag(closed.demo.hall, closed.accept_command("lead2", bagged.digest))
    assert (accepted.variance_fen, accepted.opened) == (0, None)
    with closed.demo.store.reading() as connection:
        assert account_fen(connection, chart.CASH_SAFE) == in_safe + FLOAT_FEN
        assert account_fen(connection, chart.CASH_IN_TRANSIT, bagged.hand_over_id) == 0
    assert closed.demo.kinds("DJ-H")[-1] == "bag_accepted"


def test_bag_opened_with_money_missing_shows_the_nights_loss(closed: TillDay) -> None:
    bagged = closed.bag()
    command = closed.accept_command("lead", bagged.digest, lines=(CountLine(10_000, False, 4),))
    with pytest.raises(RuleViolation, match=r"bag\.differs") as differs:
        accept_bag(closed.demo.hall, command)
    assert differs.value.params == {}
    assert "bag_accepted" not in closed.demo.kinds("DJ-H")
    assert accept_bag(closed.demo.hall, replace(command, counted_twice=True)).variance_fen == -10_000
    with closed.demo.store.reading() as connection:
        assert account_fen(connection, chart.OVER_SHORT_OPENING, closed.session_id) == 10_000


def test_a_bag_with_a_blank_card_missing_is_counted_twice_and_says_so(closed: TillDay) -> None:
    command = closed.accept_command("lead", closed.bag().digest)
    command = replace(command, blank_cards=command.blank_cards - 1)
    with pytest.raises(RuleViolation, match=r"bag\.differs"):
        accept_bag(closed.demo.hall, command)
    accepted = accept_bag(closed.demo.hall, replace(command, counted_twice=True))
    assert (accepted.variance_fen, accepted.cards_off) == (0, -1)


def test_the_paper_of_a_bag_lists_the_float_alone_and_finance_gets_the_takings_once(closed: TillDay) -> None:
    number, takings_fen = takings_of(closed.demo.hall, closed.session_id)
    bagged = closed.bag()
    with closed.demo.store.reading() as connection:
        papers = [
            outbox.job(connection, queued.job_id) for queued in outbox.jobs_of_fact(connection, bagged.hand_over_id)
        ]
        (note,) = (job.paper for job in papers if job is not None and isinstance(job.paper, CashMovementPaper))
    assert (note.amount_fen, [part.name for part in note.parts]) == (FLOAT_FEN, ["float"])
    assert note.blank_cards == closed.cards
    accept_bag(closed.demo.hall, closed.accept_command("lead2", bagged.digest))
    received = closed.receive(change_for(takings_fen))
    assert (takings_fen, received.over_short_fen) == (8690, 0)
    assert number == "DJ-T01-J00001"
    with closed.demo.store.reading() as connection:
        assert account_fen(connection, chart.CASH_IN_TRANSIT) == 0


def test_takings_are_received_while_the_float_lies_sealed_and_the_opened_bag_ends_the_session(closed: TillDay) -> None:
    hall = closed.demo.hall
    assert [slip.receivable for slip in finance_day(hall, DAY)] == [False]
    bagged = closed.bag()
    assert [slip.receivable for slip in finance_day(hall, DAY)] == [True]
    assert closed.receive().over_short_fen == 0
    with pytest.raises(RuleViolation, match=r"till\.received"):
        closed.receive()
    assert (state_of(closed), [bag.bag_no for bag in bags_in_safe(hall)]) == (TillState.CLOSED, ["B-1"])
    accept_bag(hall, closed.accept_command("lead2", bagged.digest))
    assert (state_of(closed), bags_in_safe(hall)) == (TillState.RECEIVED, ())
    with pytest.raises(RuleViolation, match=r"till\.received"):
        accept_bag(hall, closed.accept_command("lead2", bagged.digest))


def state_of(day: TillDay) -> TillState:
    with day.demo.store.reading() as connection:
        return require_session(connection, day.session_id).state


def test_bag_witnessed_by_the_giver_is_refused(closed: TillDay) -> None:
    with pytest.raises(RuleViolation, match=r"hand_over\.same_person"):
        closed.bag(witness="cashier")


def test_bag_with_another_number_or_taken_by_a_cashier_is_refused(closed: TillDay) -> None:
    digest = closed.bag().digest
    with pytest.raises(RuleViolation, match=r"bag\.number"):
        accept_bag(closed.demo.hall, replace(closed.accept_command("lead", digest), bag_no="B-2"))
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        accept_bag(closed.demo.hall, closed.accept_command("cashier2", digest))
    with pytest.raises(RuleViolation, match=r"hand_over\.in_safe"):
        closed.offer()
