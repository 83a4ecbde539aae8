"""Which card keys two people put in last, by their check values (trust 4.3). Must not know keystores or ciphers."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.entry import RecordKey
from ledger.sqlite_engine import first_row

_LAST = (
    "SELECT chain, epoch, seq, body ->> '$.payload.facts.keys' FROM journal"
    " WHERE kind = 'card_keys_loaded' ORDER BY epoch DESC, seq DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class KeysLoaded:
    """Attributes: record, its key as text; check_values by purpose."""

    record: str
    check_values: dict[str, str]


def keys_last_loaded(connection: Connection) -> KeysLoaded | None:
    """The newest record of a ceremony, None before the first."""
    row = first_row(connection, _LAST)
    if row is None:
        return None
    chain, epoch, seq, keys = row
    values = {str(key["purpose"]): str(key["check_value"]) for key in json.loads(keys)}
    return KeysLoaded(str(RecordKey(chain, epoch, seq)), values)
