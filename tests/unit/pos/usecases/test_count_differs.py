"""交接点款差异单: a receiver's count that differs is on paper with its fact; one that agrees puts no more on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.domain.hand_over import ReceiverKind
from pos.domain.papers import COUNT_DIFFERS, CashMovementPaper, HandOverPaper, NamedCount
from pos.store import outbox
from pos.usecases.accept_hand_over import accept_bag, accept_hand_over
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay, change_for


@pytest.fixture
def closed(demo_hall: DemoHall) -> TillDay:
    day = TillDay(demo_hall)
    day.start()
    day.sell(8690)
    day.end()
    return day


def accepted(day: TillDay, digest: str, by: str, off_fen: int = 0, cards_off: int = 0) -> None:
    """Her count, wrong by so much, at the second time of asking."""
    command = day.accept_command(by, digest, lines=change_for(day.cash_fen + off_fen))
    command = replace(command, blank_cards=day.cards + cards_off, counted_twice=True)
    (accept_bag if by == "lead2" else accept_hand_over)(day.demo.hall, command)


def on_paper(day: TillDay, chain: str, kind: str) -> tuple[HandOverPaper, list[CashMovementPaper], str]:
    """交接单 and notes that state the acceptance, and the key of its record."""
    sql = "SELECT chain || '-' || epoch || '-' || seq FROM journal WHERE chain = ? AND kind = ?"
    with day.demo.store.reading() as connection:
        ((key,),) = connection.exec_driver_sql(sql, (chain, kind)).fetchall()
        papers = [queued.paper for queued in outbox.jobs_of_fact(connection, key)]
    (hand_over,) = (paper for paper in papers if isinstance(paper, HandOverPaper))
    return hand_over, [paper for paper in papers if isinstance(paper, CashMovementPaper)], key


def test_next_cashier_who_counts_less_than_was_handed_over_has_it_on_a_note_of_that_fact(closed: TillDay) -> None:
    offered = closed.offer()
    accepted(closed, offered.digest, "cashier2", off_fen=-1000, cards_off=-1)
    hand_over, (note,), key = on_paper(closed, "DJ-T01", "hand_over_accepted")
    assert (hand_over.receiver_count, hand_over.float_fen) == ("differs", FLOAT_FEN)
    assert (note.kind, note.number, note.note) == (COUNT_DIFFERS, key, f"{offered.hand_over_id} / Z 00001")
    assert (note.parts, note.amount_fen, note.off_fen) == (
        (NamedCount("handed_over", 0, FLOAT_FEN),),
        FLOAT_FEN - 1000,
        -1000,
    )
    assert sum(line.face_fen * line.pieces for line in note.lines) == FLOAT_FEN - 1000
    assert (note.blank_cards, note.cards_off) == (closed.cards - 1, -1)
    assert note.head.operator_code == "1002"
    receiver, giver, lead = note.signatures
    assert (receiver.role, receiver.name[-6:], bool(receiver.at)) == ("successor", "（1002）", True)
    assert (giver.role, giver.name, giver.at) == ("predecessor", "王小燕（1001）", "")
    assert (lead.role, lead.name) == ("lead", "")


@pytest.mark.parametrize("by", ["cashier2", "lead"])
def test_receiver_who_counts_what_was_handed_over_gets_no_paper_more(closed: TillDay, by: str) -> None:
    offered = closed.offer(ReceiverKind.LEAD if by == "lead" else ReceiverKind.CASHIER)
    accepted(closed, offered.digest, by)
    hand_over, notes, _key = on_paper(closed, "DJ-T01", "hand_over_accepted")
    assert (hand_over.receiver_count, notes) == ("agrees", [])


def test_lead_who_finds_more_signs_the_note_alone_with_the_giver(closed: TillDay) -> None:
    accepted(closed, closed.offer(ReceiverKind.LEAD).digest, "lead", off_fen=500)
    _hand_over, (note,), _key = on_paper(closed, "DJ-T01", "hand_over_accepted")
    assert (note.off_fen, [line.role for line in note.signatures]) == (500, ["successor", "predecessor"])


def test_opened_bag_with_a_card_missing_has_its_note_and_a_sealed_one_claims_no_count(closed: TillDay) -> None:
    bagged = closed.bag()
    with closed.demo.store.reading() as connection:
        sealed = [queued.paper for queued in outbox.jobs_of_fact(connection, bagged.hand_over_id)]
    assert [paper.receiver_count for paper in sealed if isinstance(paper, HandOverPaper)] == ["none"]
    accepted(closed, bagged.digest, "lead2", cards_off=-1)
    hand_over, (note,), _key = on_paper(closed, "DJ-H", "bag_accepted")
    assert (hand_over.receiver_count, note.off_fen, note.cards_off) == ("differs", 0, -1)
    assert note.note == f"{bagged.hand_over_id} / Z 00001 / B-1"
    assert [line.role for line in note.signatures] == ["successor", "predecessor", "witness"]


def test_float_issued_after_the_offer_is_no_difference_and_stands_on_a_note_by_itself(closed: TillDay) -> None:
    offered = closed.offer()
    TillDay(closed.demo, cashier="cashier2").issue()
    accepted(closed, offered.digest, "cashier2", off_fen=FLOAT_FEN - 200)
    _hand_over, (note,), _key = on_paper(closed, "DJ-T01", "hand_over_accepted")
    assert (note.parts[1:], note.off_fen) == ((NamedCount("float_issue", 0, FLOAT_FEN),), -200)
