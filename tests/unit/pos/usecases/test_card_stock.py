"""Blank cards by number: into the store, to a till, back or spoiled, and found missing by the count at the close."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import KnownError
from pos.domain.card_stock import MAX_PIECES, CardMove
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import card_stock_queries, till_queries
from pos.store.till_figures import expected_of
from pos.usecases.move_blank_cards import MoveBlankCards, move_blank_cards
from pos.usecases.receive_blank_cards import ReceiveBlankCards, receive_blank_cards
from tests.fixtures_counter import Counter, open_till

AT_OPENING = 10
WRITTEN = 1


def receive(counter: Counter, pieces: int, document_no: str = "卡领单 7") -> int:
    demo = counter.demo
    command = ReceiveBlankCards(command_id=demo.new_id(), actor=demo.lead, pieces=pieces, document_no=document_no)
    return receive_blank_cards(demo.hall, command)


def move(counter: Counter, kind: CardMove, pieces: int, **changes: Any) -> None:
    demo = counter.demo
    command = MoveBlankCards(
        command_id=demo.new_id(), actor=demo.cashier, session_id=counter.session_id, move=kind, pieces=pieces
    )
    move_blank_cards(demo.hall, demo.approved(replace(command, **changes), Act.MOVE_CARD_STOCK))


def stock(counter: Counter) -> tuple[int, int]:
    """In the store, and expected at the till."""
    with counter.demo.store.reading() as connection:
        row = till_queries.require_session(connection, counter.session_id)
        return card_stock_queries.in_store(connection), expected_of(connection, row).blank_cards


def test_every_move_changes_the_store_and_the_till_by_its_pieces(counter: Counter) -> None:
    assert stock(counter) == (0, AT_OPENING - WRITTEN)
    assert receive(counter, 100) == 100
    move(counter, CardMove.ISSUED, 30)
    assert stock(counter) == (70, AT_OPENING - WRITTEN + 30)
    move(counter, CardMove.RETURNED, 5)
    assert stock(counter) == (75, AT_OPENING - WRITTEN + 25)
    move(counter, CardMove.SPOILED, 2, reason="torn_at_issue")
    assert stock(counter) == (75, AT_OPENING - WRITTEN + 23)


def test_cards_of_one_session_are_not_those_of_another(counter: Counter) -> None:
    receive(counter, 100)
    move(counter, CardMove.ISSUED, 30)
    demo = counter.demo
    other = open_till(demo, "T02", demo.cashier2)
    with demo.store.reading() as connection:
        row = till_queries.require_session(connection, other)
        assert expected_of(connection, row).blank_cards == AT_OPENING


def test_the_store_gives_no_card_that_it_does_not_have(counter: Counter) -> None:
    receive(counter, 10)
    with pytest.raises(RuleViolation) as refusal:
        move(counter, CardMove.ISSUED, 11)
    assert (refusal.value.code, refusal.value.params) == ("card_stock.store_short", {"in_store": 10})
    assert stock(counter) == (10, AT_OPENING - WRITTEN)


def test_the_database_itself_gives_no_card_that_is_not_there(counter: Counter) -> None:
    demo = counter.demo
    with pytest.raises(KnownError), demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql(
            "INSERT INTO blank_card_movement VALUES ('DJ-H', 1, 99, 0, 'x', 'issued', 1, NULL, '', '')"
        )


@pytest.mark.parametrize("pieces", [0, -1, MAX_PIECES + 1])
def test_a_number_that_is_none_moves_nothing(counter: Counter, pieces: int) -> None:
    with pytest.raises(RuleViolation, match=r"card_stock\.pieces"):
        receive(counter, pieces)
    with pytest.raises(RuleViolation, match=r"card_stock\.pieces"):
        move(counter, CardMove.RETURNED, pieces)


def test_spoiled_cards_have_a_reason_and_received_ones_a_paper(counter: Counter) -> None:
    with pytest.raises(RuleViolation, match=r"reason\.missing"):
        move(counter, CardMove.SPOILED, 1)
    with pytest.raises(RuleViolation, match=r"card_stock\.document"):
        receive(counter, 10, " ")
    with pytest.raises(RuleViolation, match=r"card_stock\.move"):
        move(counter, CardMove.RECEIVED, 1)


def test_no_card_moves_without_the_lead_nor_at_somebody_elses_till(counter: Counter) -> None:
    receive(counter, 10)
    demo = counter.demo
    command = MoveBlankCards(
        command_id=demo.new_id(), actor=demo.cashier, session_id=counter.session_id, move=CardMove.ISSUED, pieces=1
    )
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        move_blank_cards(demo.hall, command)
    with pytest.raises(RuleViolation, match=r"till\.not_yours"):
        move(counter, CardMove.ISSUED, 1, actor=demo.cashier2)
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        receive_blank_cards(
            demo.hall, ReceiveBlankCards(command_id=demo.new_id(), actor=demo.cashier, pieces=1, document_no="x")
        )
    assert stock(counter) == (10, AT_OPENING - WRITTEN)
