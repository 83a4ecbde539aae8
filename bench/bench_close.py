"""Closing a till session of 10,000 payments, and what history costs it.

Subject: `close_till_session`, complete: figures of all tenders, kinds and tiers against the count, Z, slip, papers, one
durable commit. Reference: totals per tender of one session by a covering index, the close row, the counted pieces, an
audit line, one durable commit, in plain SQLite. Behind the sessions lie 500,000 payments (5,000,000 in a full run),
half of them of the same tills; the totals alone are also compared with a hall that has no history at all.
Goals: p50 <= 5 x, p99 <= 10 ms, totals <= 1.1 x.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.hall_rig import HallRig, make_rig
from bench.harness import Run
from bench.history import BulkBooks
from ledger.sqlite_engine import apply_settings, driver
from ledger.verify_database import verify_database
from pos.store.till_figures import figures_of
from pos.store.till_queries import require_session
from pos.usecases.close_till_session import close_till_session

PAYMENTS = 10_000
TILLS = 25
_FACES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Notes and coins in fen, as a drawer is counted."""
GOAL_P50 = 5
GOAL_P99_MS = 10
GOAL_HISTORY = 1.1


def run(run: Run) -> None:
    """Make both halls, compare their totals, then close the sessions of the one with history."""
    rounds = run.times(2, 20)
    with tempfile.TemporaryDirectory() as folder:
        alone = make_rig(Path(folder) / "alone")
        alone.add_tills(1)
        alone.open("T01")
        _bulk(alone, ["T01"])
        old = make_rig(Path(folder) / "old")
        began = time.perf_counter()
        tills = _history(old, rounds)
        run.record("history.payments", rounds * TILLS * PAYMENTS, "payments")
        run.record("history.build", time.perf_counter() - began, "s")
        run.record("history.size", old.path.stat().st_size / 1e6, "MB")
        raw = _RawCloses(Path(folder) / "raw.db", rounds * TILLS)
        try:
            _totals(run, alone, old, tills[0])
            _closes(run, old, tills, raw)
        finally:
            raw.close()
            alone.close()
            old.close()
        findings = verify_database(old.path, [], set(), quick=True).findings
        run.record("history.errors", sum(found.severity == "error" for found in findings), "findings")
    run.record("close.goal.p50", GOAL_P50, "x")
    run.record("close.goal.p99", GOAL_P99_MS, "ms")
    run.record("close.totals.goal", GOAL_HISTORY, "x")


def _history(rig: HallRig, rounds: int) -> list[str]:
    """`rounds` sessions at every till, 10,000 payments each; all but the last closed and handed over."""
    tills = rig.add_tills(TILLS)
    for number in range(rounds):
        for till_id in tills:
            if number:
                rig.count(till_id)
                close_till_session(rig.hall, rig.close_command(till_id))
                rig.hand_over(till_id)
            rig.open(till_id)
        _bulk(rig, tills)
    return tills


def _bulk(rig: HallRig, tills: list[str]) -> None:
    with rig.hall.store.reading() as connection:
        sessions = [require_session(connection, rig.sessions[till_id]) for till_id in tills]
    rig.close()
    books = BulkBooks(rig.path, signer=rig.hall.store.signer, now_utc_ms=rig.hall.clock.now_utc_ms())
    for till_session in sessions:
        books.sell(till_session, PAYMENTS)
    books.finish()


def _totals(run: Run, alone: HallRig, old: HallRig, till_id: str) -> None:
    """The figures of a close, with the history behind them and without."""

    def totals(rig: HallRig) -> int:
        with rig.hall.store.reading() as connection:
            return figures_of(connection, require_session(connection, rig.sessions[till_id])).expected.cash_fen

    if totals(alone) != totals(old):
        raise AssertionError("two equal sessions add up to different sums")
    run.compare("close.totals", lambda _: totals(old), lambda _: totals(alone), n=run.times(100, 300))


def _closes(run: Run, rig: HallRig, tills: list[str], raw: _RawCloses) -> None:
    """Every till of the last round is closed once."""

    def count(number: int) -> None:
        rig.hall.store.rest()  # as the program does whenever nobody asked anything for a second
        raw.rest()
        rig.count(tills[number])
        commands.append(rig.close_command(tills[number]))

    def close(number: int) -> None:
        closed.append(close_till_session(rig.hall, commands[number]).takings_fen)

    commands: list[Any] = []
    closed: list[int] = []
    run.compare("close", close, raw.close_one, n=TILLS - 1, prepare=count, warm_up=1)
    if len(set(closed)) != 1:
        raise AssertionError("equal sessions were closed with different takings")


class _RawCloses:
    """The reference: payments of as many sessions, and nothing else."""

    def __init__(self, path: Path, sessions: int) -> None:
        self._raw = driver.connect(str(path), isolation_level=None)
        apply_settings(self._raw)
        self._sessions = sessions
        self._raw.execute("CREATE TABLE payment (id INTEGER PRIMARY KEY, session INTEGER, tender TEXT, amount INTEGER)")
        self._raw.execute("CREATE INDEX payment_totals ON payment (session, tender, amount)")
        self._raw.execute("CREATE TABLE closing (session INTEGER PRIMARY KEY, count INTEGER, amount INTEGER)")
        self._raw.execute("CREATE TABLE counted (session INTEGER, face INTEGER, pieces INTEGER)")
        self._raw.execute("CREATE TABLE audit (id INTEGER PRIMARY KEY, session INTEGER, line TEXT)")
        for session in range(sessions):
            rows = ((session, "cash", 2_000 + number % 7_000) for number in range(PAYMENTS))
            self._raw.execute("BEGIN")
            self._raw.executemany("INSERT INTO payment (session, tender, amount) VALUES (?, ?, ?)", rows)
            self._raw.execute("COMMIT")

    def close_one(self, number: int) -> None:
        """Totals per tender, a close row, the pieces, an audit line, a durable commit; the newest sessions first."""
        session = self._sessions - 1 - number
        self._raw.execute("BEGIN IMMEDIATE")
        totals = self._raw.execute(
            "SELECT tender, count(*), sum(amount) FROM payment WHERE session = ? GROUP BY tender", (session,)
        ).fetchall()
        for _tender, count, amount in totals:
            self._raw.execute("INSERT INTO closing VALUES (?, ?, ?)", (session, count, amount))
        for face in _FACES:
            self._raw.execute("INSERT INTO counted VALUES (?, ?, ?)", (session, face, 1))
        line = f"session {session} closed: {totals}"
        self._raw.execute("INSERT INTO audit (session, line) VALUES (?, ?)", (session, line))
        self._raw.execute("COMMIT")

    def rest(self) -> None:
        """As the program: the log is carried over between two closes, not in one."""
        self._raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Give the file back."""
        self._raw.close()
