"""Any order of acts at a till: the books agree with the drawer, nothing reopens a session, the seals hold alone."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ledger import chart
from ledger.entry import RecordDraft
from pos.domain.count import NextStep
from pos.domain.errors import RuleViolation, SealBroken
from pos.domain.hand_over import ReceiverKind
from pos.domain.till_session import TillState
from pos.store.people_queries import operators, tills
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.till_queries import session_row
from pos.usecases.accept_hand_over import accept_bag, accept_hand_over
from pos.usecases.close_till_session import TillClosed, close_till_session
from pos.usecases.explain_difference import ExplainDifference, difference_to_explain, explain_difference
from pos.usecases.submit_count import step_of
from tests.fakes import CountingIds, FixedClock, make_hall, make_store
from tests.fixtures_hall import ADMIN_CODE, PEOPLE, DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay

OFF_FEN = st.sampled_from([0, 0, -500, 700])
RECEIVERS = st.sampled_from(["lead", "bag", "cashier"])
AFTER = {state: number for number, state in enumerate(TillState)}


def fresh_hall(template: Any, folder: Path) -> DemoHall:
    path = folder / "data" / "hall.db"
    path.parent.mkdir(parents=True)
    shutil.copyfile(template.path, path)
    clock, ids = FixedClock(), CountingIds()
    store = make_store(path, clock, template.key)
    with store.reading() as connection:
        by_code = {person.code: person.operator_id for person in operators(connection)}
        all_tills = tills(connection)
    codes = {name: code for name, (code, _, _) in PEOPLE.items()} | {"admin": ADMIN_CODE}
    people = {name: by_code[code] for name, code in codes.items()}
    return DemoHall(make_hall(store, clock, ids), clock, ids, template.key, path, people, codes, all_tills)


class TillLife(RuleBasedStateMachine):
    """One till, two cashiers, a lead, finance; acts in any order, most of them at the wrong time."""

    template: Any
    make_folder: Callable[[], Path]

    def __init__(self) -> None:
        super().__init__()
        self.demo = fresh_hall(self.template, self.make_folder())
        self.day = TillDay(self.demo)
        self.day.fill_safe(10)
        self.day.issue()
        self.day.open()
        self.off_fen = 0
        self.furthest: dict[str, int] = {}
        self.sealed: str | None = None

    def teardown(self) -> None:
        self.demo.store.close()

    def state(self) -> TillState:
        with self.demo.store.reading() as connection:
            row = session_row(connection, self.day.session_id)
        return row.state if row else TillState.OPENING

    def attempt(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except (RuleViolation, SealBroken):
            return False
        return True

    @rule(fen=st.integers(1, 50_000), tender=st.sampled_from(["cash", "cash", "unionpay"]))
    def sell(self, fen: int, tender: str) -> None:
        done = self.attempt(lambda: self.day.sell(fen, tender))
        assert done == (self.state() is TillState.OPEN)

    @rule()
    def open(self) -> None:
        idle = self.state() in {TillState.ACCEPTED, TillState.RECEIVED}
        assert self.attempt(self.day.open) == idle

    @rule(off=OFF_FEN, how=RECEIVERS, again=st.integers(1, 4))
    def go_on(self, off: int, how: str, again: int) -> None:
        """The right act for the moment, so that days come to their end; the other rules are mostly out of turn."""
        for _ in range(again):
            state = self.state()
            if state is TillState.OPEN:
                self.begin()
            elif state is TillState.COUNTING:
                self.count_on(off)
            elif self.sealed is not None:
                self.open_bag()
            elif state is TillState.CLOSED:
                self.hand_over(how)
            elif state is TillState.ACCEPTED:
                self.receive()
            else:
                self.open()

    def count_on(self, off: int) -> None:
        with self.demo.store.reading() as connection:
            row = session_row(connection, self.day.session_id)
            assert row is not None
            step = step_of(connection, row)
        if step is NextStep.EXPLANATION:
            self.explain()
        elif step is NextStep.LEAD_COUNT:
            self.lead_counts(off)
        elif step is NextStep.CLOSE:
            self.close(FLOAT_FEN)
        else:
            self.count(off, step is NextStep.RECOUNT)

    @rule()
    def begin(self) -> None:
        self.attempt(self.day.begin)

    @rule(off=OFF_FEN, again=st.booleans())
    def count(self, off: int, again: bool) -> None:
        if self.attempt(lambda: self.day.submit(off, again=again)):
            self.off_fen = off

    @rule(off=OFF_FEN)
    def lead_counts(self, off: int) -> None:
        if self.attempt(lambda: self.day.lead_counts(off)):
            self.off_fen = off

    @rule()
    def explain(self) -> None:
        def act() -> None:
            found = difference_to_explain(self.demo.hall, self.day.session_id)
            explain_difference(
                self.demo.hall,
                ExplainDifference(
                    command_id=self.demo.new_id(),
                    actor=self.day.actor,
                    session_id=self.day.session_id,
                    reason="找错零",
                    sign_off=self.demo.signed_by("lead2", found.digest(self.day.session_id, "找错零")),
                ),
            )

        self.attempt(act)

    @rule(keep=st.sampled_from([0, 20_000, FLOAT_FEN]))
    def close(self, keep: int) -> None:
        if self.state() is TillState.COUNTING:
            self.attempt(lambda: self.day.close(self.off_fen, keep))

    @rule(how=RECEIVERS)
    def hand_over(self, how: str) -> None:
        def act() -> None:
            if how == "lead":
                self.day.to_lead()
            elif how == "bag":
                self.sealed = self.day.bag().digest
                self.day.cash_fen = 0
            else:
                other = "cashier2" if self.day.cashier == "cashier" else "cashier"
                command = self.day.accept_command(other, self.day.offer(ReceiverKind.CASHIER).digest)
                opened = accept_hand_over(self.demo.hall, command).opened
                assert opened is not None
                self.day.cashier, self.day.session_id = other, opened.session_id

        self.attempt(act)

    @precondition(lambda self: self.sealed is not None)
    @rule()
    def open_bag(self) -> None:
        """Tomorrow morning, before or after finance has received the takings."""
        assert self.sealed is not None
        digest, self.sealed = self.sealed, None
        accept_bag(self.demo.hall, replace(self.day.accept_command("lead", digest), counted_twice=True))

    @rule()
    def receive(self) -> None:
        slips_fen = self.slips_of_close()
        self.attempt(lambda: self.day.receive(slips_fen=slips_fen))

    def slips_of_close(self) -> int:
        sql = "SELECT counted_fen FROM session_tender WHERE session_id = ? AND tender = 'unionpay'"
        with self.demo.store.reading() as connection:
            return int(connection.exec_driver_sql(sql, (self.day.session_id,)).scalar() or 0)

    @invariant()
    def drawer_is_the_sum_of_postings(self) -> None:
        with self.demo.store.reading() as connection:
            assert drawer_fen(connection, "T01") == self.day.cash_fen

    @invariant()
    def no_session_goes_back(self) -> None:
        with self.demo.store.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT session_id, max(step_no), state FROM till_step GROUP BY session_id"
            ).all()
            closed = connection.exec_driver_sql("SELECT count(*) FROM till_close").scalar()
            z_numbers = [r[0] for r in connection.exec_driver_sql("SELECT z_no FROM till_close ORDER BY z_no")]
        for session_id, _, state in rows:
            reached = AFTER[TillState(state)]
            assert reached >= self.furthest.get(session_id, 0)
            if reached >= AFTER[TillState.CLOSED]:
                self.furthest[session_id] = reached
        assert sum(AFTER[TillState(r[2])] < AFTER[TillState.CLOSED] for r in rows) <= 1
        assert z_numbers == list(range(1, int(closed or 0) + 1))

    @invariant()
    def money_in_transit_is_what_nobody_has_received(self) -> None:
        """Slips finance has not signed for and bags nobody has opened: to the fen, and nothing else."""
        with self.demo.store.reading() as connection:
            slips_fen = connection.exec_driver_sql(
                "SELECT coalesce(sum(takings_fen), 0) FROM till_close c"
                " WHERE NOT EXISTS (SELECT 1 FROM takings_received r WHERE r.slip_id = c.slip_id)"
            ).scalar()
            bags_fen = connection.exec_driver_sql(
                "SELECT coalesce(sum(float_fen), 0) FROM hand_over h WHERE receiver_kind = 'safe'"
                " AND NOT EXISTS (SELECT 1 FROM hand_over_accepted a WHERE a.hand_over_id = h.hand_over_id)"
            ).scalar()
            assert account_fen(connection, chart.CASH_IN_TRANSIT) == int(slips_fen or 0) + int(bags_fen or 0)


def test_no_order_of_acts_reopens_a_session_or_parts_the_books_from_the_drawer(
    hall_template: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    make_folder = staticmethod(lambda: tmp_path_factory.mktemp("life"))
    machine = type("TillLifeHere", (TillLife,), {"template": hall_template, "make_folder": make_folder})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def both_at_once(act: Callable[[int], object]) -> list[object]:
    """Run an act on two threads that start together; results or known errors in order of thread."""
    results: list[object] = [None, None]
    barrier = threading.Barrier(2)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = act(number)
        except (RuleViolation, SealBroken) as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    return till_day


def test_two_closes_at_once_make_one_z(day: TillDay) -> None:
    day.sell(8690)
    day.begin()
    day.submit()
    commands = [day.close_command(), day.close_command()]
    first, second = both_at_once(lambda number: close_till_session(day.demo.hall, commands[number]))
    assert isinstance(first, TillClosed)
    assert first == second
    assert day.demo.kinds("DJ-T01").count("till_session_closed") == 1


def test_two_openings_at_once_open_one_session(demo_hall: DemoHall) -> None:
    days = [TillDay(demo_hall), TillDay(demo_hall, cashier="cashier2")]
    results = both_at_once(lambda number: days[number].open())
    refusals = [result for result in results if isinstance(result, RuleViolation)]
    assert [refusal.code for refusal in refusals] == ["till.already_open"]
    assert demo_hall.kinds("DJ-T01").count("till_session_opened") == 1


def test_two_successors_at_once_chain_one_session(day: TillDay) -> None:
    day.end()
    digest = day.offer().digest
    commands = [day.accept_command(name, digest) for name in ("cashier2", "card_clerk")]
    results = both_at_once(lambda number: accept_hand_over(day.demo.hall, commands[number]))
    refusals = [result for result in results if isinstance(result, RuleViolation)]
    assert [refusal.code for refusal in refusals] == ["till.accepted"]
    assert day.demo.kinds("DJ-T01").count("till_session_opened") == 2


def test_close_while_selling_takes_every_sale_or_refuses_it(day: TillDay) -> None:
    """The cut-off is the database's: a sale either is in the sums of the close or never happened."""
    results = both_at_once(lambda number: day.begin() if number else [day.sell(100) for _ in range(20)])
    sold = day.demo.kinds("DJ-T01").count("sale_paid")
    day.cash_fen = FLOAT_FEN + 100 * sold
    assert isinstance(results[0], (list, SealBroken))
    with day.demo.store.reading() as connection:
        assert drawer_fen(connection, "T01") == day.cash_fen
    assert day.submit().agrees


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ({"till_step": [{"step_no": 2, "state": "closed", "operator_id": "x"}]}, "order"),
        ({"till_step": [{"step_no": 9, "state": "counting", "operator_id": "x"}]}, "number"),
        (
            {
                "cash_count": [
                    {
                        "attempt_no": 1,
                        "stage": "first",
                        "operator_id": "x",
                        "cash_fen": 1,
                        "unionpay_fen": 0,
                        "slip_count": 0,
                        "blank_cards": 0,
                    }
                ]
            },
            "outside counting",
        ),
    ],
)
def test_seal_refuses_what_the_rules_would_have_refused(
    day: TillDay, rows: dict[str, list[dict[str, object]]], refusal: str
) -> None:
    named = {table: [{"session_id": day.session_id, **row} for row in lines] for table, lines in rows.items()}
    draft = RecordDraft(chain="DJ-T01", kind="forged", command_id="forged", actor="x", rows=named)  # type: ignore[arg-type]
    with day.demo.store.unit_of_work() as uow, pytest.raises(SealBroken, match=refusal):
        uow.journal.append(draft)


def test_seal_refuses_a_second_open_session_at_a_till(day: TillDay) -> None:
    row = {
        "session_id": "DJ-T01-1-99",
        "till_id": "T01",
        "session_no": 2,
        "predecessor": day.session_id,
        "business_day": "2026-11-23",
        "operator_id": "x",
        "float_expected_fen": 0,
        "float_counted_fen": 0,
        "blank_cards": 0,
        "float_issue_id": None,
        "opened_at_utc_ms": 0,
    }
    draft = RecordDraft(
        chain="DJ-T01", kind="till_session_opened", command_id="forged", actor="x", rows={"till_session": [row]}
    )
    with day.demo.store.unit_of_work() as uow, pytest.raises(SealBroken, match="open at this till"):
        uow.journal.append(draft)


def test_next_step_of_a_closed_session_stays_close(day: TillDay) -> None:
    """A view that is late asks again after the close and gets the frozen answer."""
    day.sell(100)
    day.end()
    with day.demo.store.reading() as connection:
        row = session_row(connection, day.session_id)
        assert row is not None
        assert step_of(connection, row) is NextStep.CLOSE
