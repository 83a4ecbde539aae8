"""The list behind F7: a session's receipts, newest first; before its first one the last of the till."""

from __future__ import annotations

import pytest

from pos.domain.errors import RuleViolation
from pos.usecases.recent_receipts import recent_receipts
from tests.fixtures_counter import Counter


def execute(counter: Counter, sql: str, *values: object) -> None:
    with counter.demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql(sql, values)
        uow.commit()


def test_receipts_of_the_session_are_listed_newest_first_with_who_when_and_how_much(counter: Counter) -> None:
    taken = counter.pay()
    counter.deliver(taken.sale_id)
    newest, first_card = recent_receipts(counter.demo.hall, counter.session_id)
    assert {newest.tender, first_card.tender} == {"cash"}
    assert (newest.receipt_no, newest.customer_name, newest.amount_fen, newest.kind) == (
        "DJ-T01-000002",
        "单**",
        8680,
        "sold",
    )
    assert (first_card.receipt_no, first_card.amount_fen, first_card.kind) == ("DJ-T01-000001", 2000, "issued")
    assert newest.sold_at >= first_card.sold_at
    assert len(newest.sold_at) == len("2026-11-22 10:14")


@pytest.mark.parametrize(
    ("line", "old_card_no", "kind"),
    [("card_fee", "0000000001", "replaced"), ("carried_gas", "", "carried"), ("service_fee", "", "transferred")],
)
def test_services_of_the_card_room_are_told_apart(counter: Counter, line: str, old_card_no: str, kind: str) -> None:
    sql = "UPDATE outbox SET document = json_set(document, '$.content.lines[0].kind', ?, '$.content.old_card_no', ?)"
    execute(counter, sql, line, old_card_no)
    (only,) = recent_receipts(counter.demo.hall, counter.session_id)
    assert only.kind == kind


def test_copy_is_no_receipt_of_its_own(counter: Counter) -> None:
    (only,) = recent_receipts(counter.demo.hall, counter.session_id)
    execute(counter, "UPDATE outbox SET copy_no = 1 WHERE job_id = ?", only.job_id)
    with pytest.raises(RuleViolation, match=r"print\.nothing_yet"):
        recent_receipts(counter.demo.hall, counter.session_id)


def test_session_without_a_receipt_offers_the_last_one_of_its_till(counter: Counter) -> None:
    (only,) = recent_receipts(counter.demo.hall, counter.session_id)
    execute(counter, "UPDATE outbox SET session_id = NULL")
    assert recent_receipts(counter.demo.hall, counter.session_id) == (only,)


def test_erased_customer_has_no_name_in_the_list(counter: Counter) -> None:
    execute(counter, "UPDATE outbox SET customer_name = '', customer_address = ''")
    (only,) = recent_receipts(counter.demo.hall, counter.session_id)
    assert (only.customer_name, only.receipt_no) == ("", "DJ-T01-000001")


def test_paper_of_a_newer_program_hides_no_other(counter: Counter) -> None:
    taken = counter.pay()
    counter.deliver(taken.sale_id)
    newest, _first = recent_receipts(counter.demo.hall, counter.session_id)
    execute(
        counter, "UPDATE outbox SET document = json_set(document, '$.version', 999) WHERE job_id = ?", newest.job_id
    )
    unreadable, first = recent_receipts(counter.demo.hall, counter.session_id)
    assert (unreadable.job_id, unreadable.kind, first.kind) == (newest.job_id, "unreadable", "issued")
