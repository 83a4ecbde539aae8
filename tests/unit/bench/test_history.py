"""History for measuring is made by batches, and still is a journal that the outsider's verifier believes."""

from __future__ import annotations

from pathlib import Path

from bench.hall_rig import make_rig
from bench.history import LARGEST_M3, BulkBooks
from ledger.verify_database import verify_database
from pos.store.till_queries import require_session
from pos.usecases.close_till_session import close_till_session


def test_bulk_made_payments_of_every_size_verify_and_the_session_closes_over_them(tmp_path: Path) -> None:
    rig = make_rig(tmp_path)
    rig.add_tills(1)
    session_id = rig.open("T01")
    with rig.hall.store.reading() as connection:
        till_session = require_session(connection, session_id)
    rig.close()
    books = BulkBooks(rig.path, signer=rig.hall.store.signer, now_utc_ms=rig.hall.clock.now_utc_ms())
    books.sell(till_session, LARGEST_M3 + 1)
    books.finish()
    found = verify_database(rig.path, [], set()).findings
    assert [finding for finding in found if finding.severity == "error"] == []
    rig.count("T01")
    close_till_session(rig.hall, rig.close_command("T01"))
    found = verify_database(rig.path, [], set()).findings
    assert [finding for finding in found if finding.severity == "error"] == []
