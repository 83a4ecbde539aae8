"""What the verifier of a database can only ask with its program's help (docs/journal-format.md, section 10, `db.*`).

The outsider compares tables with records. The program adds how the seals must read to the letter, what the tables of
open matters must hold, and that each customer's row is the one whose digest stands in the chain. Reading only.
Must not know: the rules of the journal (ledger.verify_journal), what a person may see.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ledger.errors import StoreDamaged
from ledger.progress import Progress
from ledger.verify_database import verify_database
from ledger.verify_journal import Anchor, Finding, Verifier
from pos.domain.account import Person, contact_digest
from pos.ports.personal_cipher import PersonalCipher
from pos.store import schema

KEPT = {
    "open_card_write": (
        "SELECT write_id, card_no, account_no, session_id FROM card_write AS w WHERE step_no = 1 AND NOT EXISTS"
        " (SELECT 1 FROM card_write WHERE write_id = w.write_id AND state IN ('posted', 'reversed'))"
    ),
    "open_unionpay_charge": (
        "SELECT charge_id, session_id FROM unionpay_charge AS c WHERE coalesce((SELECT event FROM unionpay_event"
        " WHERE charge_id = c.charge_id ORDER BY event_no DESC LIMIT 1), 'released') = 'released'"
    ),
    "bag_in_safe": (
        "SELECT session_id FROM hand_over AS h WHERE receiver_kind = 'safe' AND NOT EXISTS"
        " (SELECT 1 FROM hand_over_accepted WHERE session_id = h.session_id)"
    ),
    "slip_waiting": (
        "SELECT slip_id FROM till_close AS c WHERE NOT EXISTS"
        " (SELECT 1 FROM takings_received WHERE slip_id = c.slip_id)"
    ),
    "open_anomaly": (
        "SELECT account_no, sign, evidence, figures, at_utc_ms FROM anomaly_event AS e WHERE event = 'seen' AND"
        " event_no = (SELECT max(event_no) FROM anomaly_event WHERE account_no = e.account_no AND sign = e.sign)"
    ),
}
"""Tables that the database keeps by itself so that nobody scans history -> what history says they hold."""

_PERSONS = (
    "SELECT c.account_no, c.name, c.phone, c.address, c.id_number, c.salt, c.erased_at_utc_ms IS NOT NULL,"
    " coalesce((SELECT contact_digest FROM account_terms WHERE account_no = c.account_no AND contact_digest <> ''"
    " ORDER BY revision DESC LIMIT 1), '') FROM customer AS c"
)
_ERASED = "SELECT body ->> '$.payload.facts.account_no' FROM journal WHERE kind = 'contact_erased'"
_NOBODY = "SELECT account_no FROM account_terms EXCEPT SELECT account_no FROM customer"


def verify_store(
    path: Path,
    anchors: list[Anchor],
    keys: set[str],
    *,
    cipher: PersonalCipher | None = None,
    quick: bool = False,
    progress: Progress | None = None,
) -> Verifier:
    """Verify this program's own database, reading only.

    Args:
        path, anchors, keys, quick, progress: as `verify_database`; a quick look asks for seals and not for rows.
        cipher: opens the ID numbers; without it customers who have one are not compared with their digests.

    Raises: Unreadable.
    """
    checks = () if quick else (kept_tables, partial(persons, cipher=cipher))
    return verify_database(
        path, anchors, keys, quick=quick, schema=schema.statements(), checks=checks, progress=progress
    )


def kept_tables(connection: Any) -> Iterator[Finding]:
    """Each table of open matters against the history it is kept from."""
    for table, history in KEPT.items():
        for sql, text in (
            (f"{history} EXCEPT SELECT * FROM {table}", "open, and not listed"),
            (f"SELECT * FROM {table} EXCEPT {history}", "listed, and not open"),
        ):
            for row in connection.execute(sql).fetchall():
                yield Finding("db.kept", table, f"{row[0]}: {text}")


def persons(connection: Any, *, cipher: PersonalCipher | None) -> Iterator[Finding]:
    """Every customer's row against the newest digest in the chain; an erased one against the record of it."""
    erased = {row[0] for row in connection.execute(_ERASED).fetchall()}
    for account_no, name, phone, address, id_sealed, salt, is_erased, digest in connection.execute(_PERSONS):
        if is_erased:
            if account_no not in erased:
                yield Finding("db.person", account_no, "erased, and no record says so")
        elif id_sealed is None or cipher is not None:
            id_number = _opened(cipher, account_no, id_sealed)
            if id_number is None or contact_digest(Person(name, phone, address, id_number), salt) != digest:
                yield Finding("db.person", account_no, "name, phone, address or ID number are not those of the record")
    for (account_no,) in connection.execute(_NOBODY).fetchall():
        yield Finding("db.person", account_no, "the account has no customer")


def _opened(cipher: PersonalCipher | None, account_no: str, id_sealed: bytes | None) -> str | None:
    if id_sealed is None or cipher is None:
        return ""
    try:
        return cipher.decrypt(account_no, id_sealed)
    except StoreDamaged:
        return None
