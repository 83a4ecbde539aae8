"""Verifying 100,000 records: hashes, links, numbers, totals and checkpoint signatures, as the program's start does.

The journal is an export of bulk-made history. Goal: <= 2 s for the quick look; the outsider's full verification, which
also recomputes every money rule, is measured beside it. Both must find no error, and an altered record must be found.
Reference: reading the same lines and hashing them with SHA-256.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.hall_rig import make_rig
from bench.harness import Run
from bench.history import BulkBooks
from ledger.export_jsonl import export_jsonl
from ledger.verify_journal import Verifier, verify
from pos.store.till_queries import require_session

RECORDS = 100_000
GOAL_S = 2


def run(run: Run) -> None:
    """Make the export, then verify it both ways."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        _export(Path(folder) / "hall", path)
        _time(run, "verify.quick", path, lambda: verify(path, [], set(), quick=True), run.times(3, 5))
        _time(run, "verify.full", path, lambda: verify(path, [], set()), run.times(1, 5))
        run.record("verify.altered_found", _finds_alteration(path), "findings")
    run.record("verify.goal", GOAL_S, "s")


def _export(folder: Path, path: Path) -> None:
    rig = make_rig(folder)
    rig.add_tills(1)
    session_id = rig.open("T01")
    with rig.hall.store.reading() as connection:
        till_session = require_session(connection, session_id)
    rig.close()
    books = BulkBooks(rig.path, signer=rig.hall.store.signer, now_utc_ms=rig.hall.clock.now_utc_ms())
    books.sell(till_session, RECORDS)
    books.finish()
    with rig.hall.store.reading() as connection, path.open("w", encoding="utf-8", newline="") as file:
        export_jsonl(connection, file, exported_at_utc_ms=rig.hall.clock.now_utc_ms())
    rig.close()


def _time(run: Run, name: str, path: Path, look: Callable[[], Verifier], n: int) -> None:
    seen: list[Verifier] = []

    def subject(_number: int) -> None:
        seen.append(look())

    def reference(_number: int) -> None:
        with path.open("rb") as file:
            for line in file:
                hashlib.sha256(line).hexdigest()

    result = run.compare(name, subject, reference, n=n, warm_up=0)
    verifier = seen[-1]
    if any(found.severity == "error" for found in verifier.findings):
        raise AssertionError(f"bulk-made history does not verify: {verifier.findings[:3]}")
    run.record(f"{name}.records", verifier.records, "records")
    run.record(f"{name}.signatures", verifier.signatures, "signatures")
    run.record(f"{name}.per_100k", result.subject.p50_ms / 1000 * RECORDS / verifier.records, "s")


def _finds_alteration(path: Path) -> int:
    """Errors found by the quick look after one figure in the middle of the file was changed."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    middle = len(lines) // 2
    lines[middle] = lines[middle].replace('\\"receipt_no\\":', '\\"receipt_no\\":1', 1)
    path.write_text("".join(lines), encoding="utf-8")
    findings = verify(path, [], set(), quick=True).findings
    return sum(found.severity == "error" for found in findings)
