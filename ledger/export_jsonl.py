"""The journal as JSON Lines, for anybody's verifier (docs/journal-format.md, section 8).

Bodies leave as the text that was hashed; nothing is serialised again. Must not know: what the facts mean.
"""

from __future__ import annotations

import json
from typing import TextIO

from sqlalchemy import Connection

from ledger.canonical import canonical, sha256_hex
from ledger.journal import FORMAT
from ledger.progress import STRIDE, Progress

KIND = "changshou.journal"

_HEADS_SQL = (
    "SELECT chain, epoch, seq, hash FROM journal j WHERE seq ="
    " (SELECT max(seq) FROM journal k WHERE k.chain = j.chain AND k.epoch = j.epoch) ORDER BY chain, epoch"
)
_RECORDS_SQL = "SELECT body, hash, key_id, signature, suite FROM journal ORDER BY chain, epoch, seq"


def export_jsonl(
    connection: Connection, out: TextIO, *, exported_at_utc_ms: int, progress: Progress | None = None
) -> int:
    """Write the whole journal; returns the number of records. About 5 microseconds a record and flat memory.

    Args:
        connection: a reading connection; its snapshot is what is exported.
        out: text opened as UTF-8 with `newline=""`, so that no line end is translated.
        exported_at_utc_ms: the clock. progress: told how far it is.
    """
    heads = connection.exec_driver_sql(_HEADS_SQL).all()
    lines = int(connection.exec_driver_sql("SELECT count(*) FROM journal").scalar() or 0)
    manifest = {
        "kind": KIND,
        "format": FORMAT,
        "exported_at_utc_ms": exported_at_utc_ms,
        "lines": lines,
        "chains": [{"chain": h[0], "epoch": h[1], "last_seq": h[2], "head_hash": h[3]} for h in heads],
    }
    out.write(canonical(manifest | {"sha256": sha256_hex(canonical(manifest))}) + "\n")
    for number, row in enumerate(connection.exec_driver_sql(_RECORDS_SQL), 1):
        body, record_hash, key_id, signature, suite = row
        text = json.dumps(body, ensure_ascii=False)
        signed = f'"key_id":{_text(key_id)},"signature":{_text(signature)},"suite":{_text(suite)}'
        out.write(f'{{"body":{text},"hash":"{record_hash}",{signed}}}\n')
        if progress is not None and (number % STRIDE == 0 or number == lines):
            progress(number, lines)
    return lines


def _text(value: str | None) -> str:
    return "null" if value is None else json.dumps(value)
