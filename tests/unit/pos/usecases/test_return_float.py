"""Change money that waits at a till: a second one is not put on top unseen, and either goes back into the safe."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ledger import chart
from ledger.verify_journal import Anchor
from pos.domain.errors import RuleViolation
from pos.store import outbox
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.verify_store import verify_store
from pos.usecases.hall_settings import operators_of
from pos.usecases.issue_float import IssueFloat, issue_float
from pos.usecases.return_float import ReturnFloat, return_float
from pos.usecases.till_waits import floats_kept_by
from pos.usecases.waiting_floats import waiting_floats
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT, FLOAT_FEN, TillDay, change_for


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    """A safe of 2,000.00 and a till with nothing."""
    made = TillDay(demo_hall)
    made.fill_safe()
    return made


def held(demo: DemoHall) -> tuple[int, int]:
    """Safe and till by the books."""
    with demo.store.reading() as connection:
        return account_fen(connection, chart.CASH_SAFE), drawer_fen(connection, "T01")


def waiting(demo: DemoHall) -> tuple[int, tuple[str, ...], bool]:
    (only,) = waiting_floats(demo.hall)
    return only.amount_fen, only.names, only.returnable


def test_second_float_to_a_till_that_has_one_is_refused_with_the_sums_until_they_are_meant(
    demo_hall: DemoHall, day: TillDay
) -> None:
    day.issue()
    second = IssueFloat(
        command_id="second", actor=demo_hall.lead, till_id="T01", issued_to=demo_hall.cashier2, lines=FLOAT
    )
    with pytest.raises(RuleViolation, match=r"float\.waiting") as refused:
        issue_float(demo_hall.hall, second)
    assert refused.value.params == {
        "till": "1 号窗口",
        "in_till_fen": FLOAT_FEN,
        "wanted_fen": FLOAT_FEN,
        "sum_fen": 2 * FLOAT_FEN,
    }
    assert held(demo_hall) == (150_000, FLOAT_FEN)
    with pytest.raises(RuleViolation, match=r"float\.waiting"):  # another sum than the one she was told
        issue_float(demo_hall.hall, replace(second, beside_fen=100))
    assert issue_float(demo_hall.hall, replace(second, beside_fen=FLOAT_FEN)).amount_fen == FLOAT_FEN
    assert held(demo_hall) == (100_000, 2 * FLOAT_FEN)


def test_till_that_has_a_float_says_how_much_and_who_answers_for_it(demo_hall: DemoHall, day: TillDay) -> None:
    assert waiting_floats(demo_hall.hall) == ()
    day.issue()
    assert waiting(demo_hall) == (FLOAT_FEN, ("王小燕",), True)
    day.open()
    assert waiting_floats(demo_hall.hall) == ()
    day.end()
    assert waiting(demo_hall) == (FLOAT_FEN, ("王小燕",), False)
    day.to_lead()
    lead = _name(demo_hall, demo_hall.lead)
    assert waiting(demo_hall) == (FLOAT_FEN, (lead,), True)
    TillDay(demo_hall, cashier="cashier2").issue()
    assert waiting(demo_hall) == (2 * FLOAT_FEN, (lead, _name(demo_hall, demo_hall.cashier2)), True)


def test_float_issued_to_the_wrong_cashier_goes_back_and_the_right_one_opens(demo_hall: DemoHall, day: TillDay) -> None:
    day.issue()
    other = TillDay(demo_hall, cashier="cashier2", cash_fen=FLOAT_FEN)
    with pytest.raises(RuleViolation, match=r"float\.not_hers"):
        other.open()
    returned = day.put_back(FLOAT_FEN)
    assert (returned.amount_fen, returned.left_fen, held(demo_hall)) == (FLOAT_FEN, 0, (200_000, 0))
    other.cash_fen = 0
    other.issue()
    assert other.open().variance_fen == 0
    (facts,) = demo_hall.facts("DJ-T01", "till_session_opened")
    rests_on = [f"{link['chain']}-{link['epoch']}-{link['seq']}" for link in json.loads(facts)["depends_on"]]
    assert returned.return_id in rests_on


def test_return_takes_back_the_newest_float_first_and_the_older_one_s_cashier_opens(
    demo_hall: DemoHall, day: TillDay
) -> None:
    day.issue()
    other = TillDay(demo_hall, cashier="cashier2")
    other.issue()
    assert day.put_back(FLOAT_FEN).left_fen == FLOAT_FEN
    with pytest.raises(RuleViolation, match=r"float\.not_hers"):
        other.open()
    day.cash_fen = FLOAT_FEN
    assert (day.open().variance_fen, held(demo_hall)) == (0, (150_000, FLOAT_FEN))


def test_part_of_a_float_goes_back_and_its_cashier_opens_with_what_is_left(demo_hall: DemoHall, day: TillDay) -> None:
    day.issue()
    assert day.put_back(20_000).left_fen == 30_000
    with pytest.raises(RuleViolation, match=r"float\.not_hers"):
        TillDay(demo_hall, cashier="cashier2", cash_fen=30_000).open()
    opened = day.open()
    assert (opened.float_fen, opened.variance_fen) == (30_000, 0)


def test_float_a_lead_keeps_after_a_hand_over_goes_back_and_is_no_longer_said_to_be_kept(
    demo_hall: DemoHall, day: TillDay
) -> None:
    day.issue()
    day.open()
    day.end()
    day.to_lead()
    day.put_back(10_000)
    assert [kept.amount_fen for kept in floats_kept_by(demo_hall.hall, demo_hall.lead)] == [FLOAT_FEN - 10_000]
    day.put_back(FLOAT_FEN - 10_000)
    assert (held(demo_hall)[1], floats_kept_by(demo_hall.hall, demo_hall.lead)) == (0, ())
    opened = TillDay(demo_hall, cashier="cashier2").open(())
    assert (opened.float_fen, opened.variance_fen) == (0, 0)


def test_float_of_an_open_or_unhanded_till_does_not_go_back(demo_hall: DemoHall, day: TillDay) -> None:
    day.issue()
    day.open()
    with pytest.raises(RuleViolation, match=r"float\.till_open"):
        day.put_back(100)
    day.begin()
    with pytest.raises(RuleViolation, match=r"float\.till_open"):
        day.put_back(100)
    day.submit()
    day.close()
    with pytest.raises(RuleViolation, match=r"float\.not_handed_over"):
        day.put_back(100)
    assert "float_returned" not in demo_hall.kinds("DJ-H")


def test_more_than_the_till_has_by_the_books_does_not_go_back(demo_hall: DemoHall, day: TillDay) -> None:
    day.issue()
    with pytest.raises(RuleViolation, match=r"float\.above_till") as refused:
        day.put_back(FLOAT_FEN + 100)
    assert refused.value.params == {"in_till_fen": FLOAT_FEN, "wanted_fen": FLOAT_FEN + 100}


@pytest.mark.parametrize(
    ("by", "witness", "code"),
    [
        ("cashier", "lead", "role.refused"),
        ("auditor", "lead", "role.refused"),
        ("lead", "lead", "hand_over.same_person"),
    ],
)
def test_float_goes_back_by_who_keeps_the_safe_before_another_person_only(
    demo_hall: DemoHall, day: TillDay, by: str, witness: str, code: str
) -> None:
    day.issue()
    with pytest.raises(RuleViolation, match=code.replace(".", r"\.")):
        day.put_back(FLOAT_FEN, by=by, witness=witness)
    assert held(demo_hall) == (150_000, FLOAT_FEN)


def test_float_does_not_go_back_unwitnessed_or_over_a_signature_for_another_sum(
    demo_hall: DemoHall, day: TillDay
) -> None:
    day.issue()
    command = ReturnFloat(command_id="back", actor=demo_hall.lead, till_id="T01", lines=change_for(100))
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        return_float(demo_hall.hall, command)
    with pytest.raises(RuleViolation, match=r"approval\.stale"):
        return_float(demo_hall.hall, replace(command, witness=demo_hall.signed_by("finance", "0" * 64)))
    assert held(demo_hall)[1] == FLOAT_FEN


def test_return_is_a_record_of_the_hall_with_a_note_that_both_sign(demo_hall: DemoHall, day: TillDay) -> None:
    day.issue()
    returned = day.put_back(FLOAT_FEN)
    (text,) = demo_hall.facts("DJ-H", "float_returned")
    facts = json.loads(text)
    assert (facts["till_id"], facts["left_fen"], facts["witness"], facts["one_person"]) == (
        "T01",
        0,
        demo_hall.finance,
        False,
    )
    with demo_hall.store.reading() as connection:
        (job,) = outbox.jobs_of_fact(connection, returned.return_id)
    paper = job.paper
    assert (job.template, paper.kind, paper.amount_fen) == ("cash_movement", "float_return", FLOAT_FEN)  # type: ignore[union-attr]
    assert [signature.role for signature in paper.signatures] == ["safe_keeper", "witness"]  # type: ignore[union-attr]


def test_books_with_returned_floats_are_in_order_for_the_outsider(demo_hall: DemoHall, day: TillDay) -> None:
    day.issue()
    TillDay(demo_hall, cashier="cashier2").issue()
    day.put_back(FLOAT_FEN)
    day.cash_fen = FLOAT_FEN
    day.open()
    day.end()
    day.to_lead()
    day.put_back(FLOAT_FEN)
    with demo_hall.store.reading() as connection:
        journal = demo_hall.store.journal_of(connection)
        heads = [journal.head(chain) for chain in ("DJ-H", "DJ-T01", "DJ-T02")]
    anchors = [Anchor.parse(f"{head.chain}:{head.epoch}:{head.seq}:{head.hash}") for head in heads]
    report = verify_store(demo_hall.path, anchors, {demo_hall.key.key_id})
    assert [str(finding) for finding in report.findings] == []


def test_bag_leaves_nothing_that_waits_at_the_till(demo_hall: DemoHall, day: TillDay) -> None:
    day.issue()
    day.open()
    day.end()
    day.bag()
    assert waiting_floats(demo_hall.hall) == ()


def _name(demo: DemoHall, operator_id: str) -> str:
    return next(person.display_name for person in operators_of(demo.hall) if person.operator_id == operator_id)
