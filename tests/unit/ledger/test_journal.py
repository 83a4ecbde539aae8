"""The journal: chained, signed where due, totals from rows, steps of the clock said, restores that name losses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.balances import AccountSum, open_matters, trial_balance
from ledger.entry import RecordDraft, RecordKey, Totals, credit, debit
from ledger.errors import SealBroken
from ledger.journal import GENESIS_HASH, Journal, UnbalancedRecord, restored_facts
from ledger.keys import MissingKey
from ledger.money import Money
from ledger.totals import WrongTotals
from tests.unit.ledger.forgery import errors_of
from tests.unit.ledger.sample_books import DRAWER, PREPAID, START_MS, T1, H, Hall, empty_books, exported, restore


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with empty_books(tmp_path) as hall:
        hall.fact(H, "genesis")
        hall.fact(T1, "genesis")
        yield hall


def bodies(hall: Hall, chain: str = T1) -> list[dict[str, Any]]:
    rows = hall.connection.exec_driver_sql("SELECT body FROM journal WHERE chain = ? ORDER BY epoch, seq", (chain,))
    return [json.loads(body) for (body,) in rows]


def test_an_empty_chain_stands_before_its_first_record(hall: Hall) -> None:
    head = hall.journal.head("DJ-T09")
    assert (head.seq, head.hash, head.totals, str(head.next_key)) == (0, GENESIS_HASH, Totals(), "DJ-T09-1-1")


def test_records_are_chained_by_the_hash_of_the_stored_text(hall: Hall) -> None:
    first = hall.fact(T1, "signed_in")
    second = hall.fact(T1, "signed_out")
    stored = hall.connection.exec_driver_sql("SELECT body FROM journal WHERE hash = ?", (first.hash,)).scalar_one()
    assert hashlib.sha256(stored.encode()).hexdigest() == first.hash
    assert bodies(hall)[-1]["prev_hash"] == first.hash
    assert second.short_hash == second.hash[:10]


def test_a_record_is_found_by_key_and_by_command(hall: Hall) -> None:
    record = hall.fact(T1, "signed_in", facts={"name": "户"})
    assert hall.journal.by_key(record.key) == record
    assert hall.journal.by_command(record.command_id) == record
    assert hall.journal.by_command("never") is None
    assert hall.journal.by_key(RecordKey(T1, 1, 900)) is None


def test_records_of_a_till_session_come_in_order_and_by_kind(hall: Hall) -> None:
    hall.drawer_fen = 0
    hall.open()
    session = hall.session or ""
    hall.sale(10_000)
    kinds = [record.kind for record in hall.journal.of_till_session(session)]
    assert kinds == ["till_session_opened", "sale_paid", "card_writing", "card_posted"]
    assert [r.kind for r in hall.journal.of_till_session(session, ("sale_paid",))] == ["sale_paid"]


@pytest.mark.parametrize("fen", [(5, 4), (4, 5), (5, 0)])
def test_an_unbalanced_draft_is_refused(hall: Hall, fen: tuple[int, int]) -> None:
    legs = (debit(DRAWER, Money(fen[0])), credit(PREPAID, Money(fen[1])))
    with pytest.raises(UnbalancedRecord):
        hall.fact(T1, "moved", *legs)
    assert len(bodies(hall)) == 1


def test_a_foreseen_record_is_what_is_appended_next_and_writes_nothing(hall: Hall) -> None:
    draft = RecordDraft(chain=T1, kind="signed_in", command_id="once", actor="op-1", facts={"at": "counter"})
    hall.fact(T1, "signed_out")
    foreseen = hall.journal.foreseen(draft)
    assert len(bodies(hall)) == 2
    record = hall.journal.append(draft)
    assert (record.key, record.totals, record.facts) == (foreseen.key, foreseen.totals, foreseen.facts)


def test_a_rehearsed_record_stands_inside_the_block_and_was_never_written_after_it(hall: Hall) -> None:
    draft = RecordDraft(chain=T1, kind="signed_in", command_id="once", actor="op-1")
    with hall.journal.rehearsed(draft) as foreseen:
        assert hall.journal.by_key(foreseen.key) == foreseen
        hall.fact(T1, "signed_out")
    assert len(bodies(hall)) == 1
    assert hall.journal.append(draft).key == foreseen.key
    assert len(bodies(hall)) == 2


def test_a_rehearsal_that_fails_leaves_the_chain_as_it_was(hall: Hall) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        hall.journal.rehearsed(RecordDraft(chain=T1, kind="signed_in", command_id="once", actor="op-1")),
    ):
        raise ZeroDivisionError
    hall.fact(T1, "signed_out")
    assert [body["seq"] for body in bodies(hall)] == [1, 2]


def test_a_command_is_sealed_once(hall: Hall) -> None:
    draft = RecordDraft(chain=T1, kind="signed_in", command_id="same", actor="op-1")
    hall.journal.append(draft)
    with pytest.raises(SealBroken, match="record exists"):
        hall.journal.append(draft)


class TestSignatures:
    def test_genesis_declares_the_key_it_is_signed_with(self, hall: Hall) -> None:
        facts = bodies(hall)[0]["payload"]["facts"]
        assert facts == {"key_id": hall.key.key_id, "public_key": hall.key.public_hex}

    def test_every_hundredth_record_is_signed(self, hall: Hall) -> None:
        signed = [hall.fact(T1, "printed").signed for _ in range(2, 202)]
        assert [number for number, is_signed in enumerate(signed, 2) if is_signed] == [100, 200]

    def test_opening_and_closing_rows_are_signed_whatever_their_kind(self, hall: Hall) -> None:
        hall.open()
        session = hall.session
        row = {"session_id": session, "z_no": 1, "slip_no": 1}
        record = hall.fact(T1, "another_word", rows={"till_close": [row]})
        assert record.signed
        assert [body["signing"] for body in bodies(hall)] == ["due", "due", "due"]

    def test_a_draft_may_ask_for_a_signature(self, hall: Hall) -> None:
        draft = RecordDraft(chain=T1, kind="signed_in", command_id="x", actor="op-1", sign=True)
        assert hall.journal.append(draft).signed

    def test_a_key_out_of_order_is_said_under_the_hash(self, hall: Hall) -> None:
        lost = MissingKey(hall.key.key_id, hall.key.public_hex)
        journal = Journal(hall.connection, now_utc_ms=lambda: hall.now_ms, offset_min=480, signer=lost)
        draft = RecordDraft(chain=T1, kind="signed_in", command_id="x", actor="op-1", sign=True)
        assert not journal.append(draft).signed
        assert bodies(hall)[-1]["signing"] == "unsigned"


class TestTotals:
    def test_totals_follow_from_the_rows(self, hall: Hall) -> None:
        hall.open()
        hall.sale(30_000)
        hall.void(hall.sale(10_000, steps=("failed",)), 10_000)
        hall.close()
        assert hall.journal.head(T1).totals == Totals(2, 8_100 + 2_700, 2_700, 3, 1, 1)

    @pytest.mark.parametrize("receipt_no", [0, 2, 3])
    def test_a_receipt_number_that_is_not_the_next_is_refused(self, hall: Hall, receipt_no: int) -> None:
        sale = {"sale_id": "DJ-T01-1-2", "session_id": "s", "receipt_no": receipt_no, "tender": "cash"}
        sale |= {"volume_l": 1, "due_fen": 1, "paid_fen": 1, "reverses_sale_id": None}
        with pytest.raises(WrongTotals, match="receipt_no"):
            hall.fact(T1, "sale_paid", rows={"sale": [sale]})

    def test_a_z_number_that_is_not_the_next_is_refused(self, hall: Hall) -> None:
        hall.open()
        with pytest.raises(WrongTotals, match="z_no"):
            hall.fact(T1, "x", rows={"till_close": [{"session_id": hall.session, "z_no": 2, "slip_no": 1}]})

    def test_an_amount_that_is_no_integer_is_refused(self, hall: Hall) -> None:
        sale = {"sale_id": "x", "receipt_no": 1, "due_fen": "5", "reverses_sale_id": None}
        with pytest.raises(WrongTotals):
            hall.fact(T1, "sale_paid", rows={"sale": [sale]})


class TestClock:
    def test_a_step_back_is_said_by_the_very_next_record_and_keys_stay(self, hall: Hall) -> None:
        hall.fact(T1, "signed_in")
        planned = hall.journal.head(T1).next_key
        hall.now_ms -= 3_600_000
        assert hall.fact(T1, "signed_out").key == planned
        last = bodies(hall)[-1]
        assert last["kind"] == "clock_stepped"
        assert last["payload"]["facts"] == {
            "from_utc_ms": START_MS + 3_000,
            "to_utc_ms": START_MS + 4_000 - 3_600_000,
        }
        assert errors_of(exported(hall.connection)) == set()

    @pytest.mark.parametrize(("back_ms", "said"), [(2_000, False), (2_001, True)])
    def test_the_tolerance_is_two_seconds(self, hall: Hall, back_ms: int, said: bool) -> None:
        hall.fact(T1, "signed_in")
        hall.now_ms -= back_ms + 1_000
        hall.fact(T1, "signed_out")
        assert (bodies(hall)[-1]["kind"] == "clock_stepped") is said
        assert errors_of(exported(hall.connection)) == set()

    def test_a_jump_forward_needs_no_word(self, hall: Hall) -> None:
        hall.now_ms += 10**10
        hall.fact(T1, "signed_in")
        assert len(bodies(hall)) == 2


class TestRestore:
    def test_a_new_epoch_names_what_was_lost_and_totals_go_on(self, hall: Hall) -> None:
        hall.open()
        hall.sale(10_000)
        before = hall.journal.head(T1)
        restore(hall, lost=3)
        after = hall.journal.head(T1)
        assert (after.epoch, after.seq, after.totals) == (2, 1, before.totals)
        facts = bodies(hall)[-1]["payload"]["facts"]
        assert (facts["last_hash"], facts["lost_from_seq"]) == (before.hash, before.seq + 1)
        assert facts["lost_to_seq"] == before.seq + 3
        assert str(after.next_key) == "DJ-T01-2-2"
        assert errors_of(exported(hall.connection)) == set()

    def test_with_nothing_known_lost_the_range_is_empty(self, hall: Hall) -> None:
        head = hall.journal.head(T1)
        assert restored_facts(head, 0)["lost_to_seq"] == head.seq

    def test_a_clock_behind_the_backup_uses_up_no_lost_number(self, hall: Hall) -> None:
        hall.now_ms -= 10**9
        restore(hall)
        assert [(body["epoch"], body["seq"], body["kind"]) for body in bodies(hall)][1:] == [(2, 1, "restored")]
        assert errors_of(exported(hall.connection)) == set()


class TestBalances:
    def test_sums_stand_on_the_normal_side(self, hall: Hall) -> None:
        hall.fact(T1, "a", debit(DRAWER, Money(500)), credit(PREPAID, Money(500), party="1", matter="m1"))
        hall.fact(T1, "b", debit(PREPAID, Money(200), party="1", matter="m1"), credit("income.gas", Money(200)))
        hall.fact(T1, "c", debit(DRAWER, Money(70)), credit(PREPAID, Money(70), party="2", matter="m2"))
        connection = hall.connection
        stands = {line.account: line.balance for line in trial_balance(connection)}
        assert stands == {DRAWER: Money(570), PREPAID: Money(370), "income.gas": Money(200)}
        assert [(m.matter, m.party, m.amount) for m in open_matters(connection, PREPAID)] == [
            ("m1", "1", Money(300)),
            ("m2", "2", Money(70)),
        ]

    def test_a_settled_matter_is_not_open(self, hall: Hall) -> None:
        hall.fact(T1, "a", debit(DRAWER, Money(5)), credit(PREPAID, Money(5), matter="m"))
        hall.fact(T1, "b", debit(PREPAID, Money(5), matter="m"), credit(DRAWER, Money(5)))
        assert open_matters(hall.connection, PREPAID) == ()

    def test_an_account_outside_the_chart_has_no_balance(self) -> None:
        with pytest.raises(ValueError, match="not an account"):
            _ = AccountSum("money.bank", Money(1), Money(0)).balance


ACCOUNTS = st.sampled_from([DRAWER, "assets.bank", PREPAID, "liabilities.customer_money", "income.gas"])
LEGS = st.lists(st.tuples(ACCOUNTS, ACCOUNTS, st.integers(1, 10**6)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LEGS, min_size=1, max_size=5))
def test_whatever_is_posted_debits_equal_credits_and_sums_equal_a_recount(
    hall: Hall, moves: list[list[tuple[str, str, int]]]
) -> None:
    savepoint = hall.connection.begin_nested()
    recount: dict[str, int] = {}
    for legs in moves:
        postings = []
        for taken, given_to, fen in legs:
            postings += [debit(taken, Money(fen)), credit(given_to, Money(fen))]
            recount[taken] = recount.get(taken, 0) + fen
            recount[given_to] = recount.get(given_to, 0) - fen
        hall.fact(T1, "moved", *postings)
    lines = trial_balance(hall.connection)
    savepoint.rollback()
    assert sum(line.debits.fen for line in lines) == sum(line.credits.fen for line in lines)
    assert {line.account: (line.debits - line.credits).fen for line in lines} == recount


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([H, T1]), st.integers(-(10**7), 10**7), st.booleans()), max_size=12))
def test_whatever_the_clocks_and_restores_do_the_outsider_finds_nothing(
    hall: Hall, steps: list[tuple[str, int, bool]]
) -> None:
    savepoint = hall.connection.begin_nested()
    for chain, forward_ms, restores in steps:
        hall.now_ms += forward_ms
        if restores:
            restore(hall)
        else:
            hall.fact(chain, "signed_in")
    export = exported(hall.connection)
    savepoint.rollback()
    assert errors_of(export) == set()
