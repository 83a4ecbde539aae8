"""The outsider: verifies a journal from its export alone, by the rules of docs/journal-format.md (codes: section 10).

One file that imports nothing of the program it checks: Python 3.11's standard library, and `cryptography` for the
signatures. Every finding is reported. Memory stays flat but for eight bytes of place and a command id per record.

    python verify_journal.py EXPORT.jsonl [--anchor CHAIN:EPOCH:SEQ:HASH]... [--key FINGERPRINT]... [--quick] [--json]

Exit code 0: no error found. 1: errors. 2: the file cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import mmap
import os
import re
import sys
import threading
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # hashes, numbers and sums are checked all the same, and the report says so
    HAS_SIGNATURES = False
else:
    HAS_SIGNATURES = True

NOTES = {"tail.unprovable", "anchor.lost", "key.unpinned"}
WARNINGS = {"record.kind", "sign.unchecked"}
ZEROS = "0" * 64
TOLERANCE_MS = 2000
SIGNINGS = {"none", "due", "unsigned"}
SIGNED_KINDS = {"genesis", "restored", "clock_stepped", "key_changed"}
ENVELOPE: dict[str, tuple[type, ...]] = {
    "actor": (str,),
    "approver": (str, type(None)),
    "at_utc_ms": (int,),
    "business_day": (str, type(None)),
    "chain": (str,),
    "command_id": (str,),
    "epoch": (int,),
    "format": (int,),
    "kind": (str,),
    "offset_min": (int,),
    "payload": (dict,),
    "prev_hash": (str,),
    "seq": (int,),
    "session": (str, type(None)),
    "signing": (str,),
    "totals": (dict,),
    "version": (int,),
}
TOTALS = ("count", "gross_fen", "receipt_no", "reversed_fen", "slip_no", "z_no")
TEXT, TEXT_OR_NULL, WHOLE, WHOLE_OR_NULL = (str,), (str, type(None)), (int,), (int, type(None))
SHAPES: dict[str, dict[str, tuple[type, ...]]] = {
    "till": {"till_chain": TEXT, "till_id": TEXT},
    "sale": dict.fromkeys(("sale_id", "session_id", "tender"), TEXT)
    | dict.fromkeys(("receipt_no", "due_fen", "volume_l", "paid_fen", "customer_money_fen", "waived_fen"), WHOLE)
    | {"reverses_sale_id": TEXT_OR_NULL},
    "sale_line": dict.fromkeys(("sale_id", "kind"), TEXT)
    | dict.fromkeys(("volume_l", "price_e4", "amount_fen"), WHOLE),
    "card_write": dict.fromkeys(("write_id", "state", "session_id"), TEXT) | {"step_no": WHOLE},
    "meter_change": {"account_no": TEXT, "carried_l": WHOLE},
    "gas_carried": {"sale_id": TEXT, "account_no": TEXT, "carried_l": WHOLE},
    "till_session": {"session_id": TEXT, "business_day": TEXT, "float_expected_fen": WHOLE},
    "till_close": {"session_id": TEXT, "z_no": WHOLE, "slip_no": WHOLE},
    "session_tender": dict.fromkeys(("session_id", "tender"), TEXT)
    | dict.fromkeys(("expected_fen", "counted_fen", "over_short_fen"), WHOLE)
    | {"verified_fen": WHOLE_OR_NULL},
}
"""Columns that the rules read, with their types; a column left out counts as null."""

NUMBERED = {"sale", "till_close"}
ONE_ROW = {"till_session", "till_close"}
OF_THE_SESSION = ("sale", "till_close", "session_tender")
TENDERS = ["cash", "unionpay"]
DEEPEST = 64
SETTLED = {"posted", "reversed"}
DRAWER, SAFE, UNIONPAY, VARIANCE = (
    "assets.cash.till.",
    "assets.cash.safe",
    "assets.unionpay",
    "assets.over_short.opening",
)
SALE_KINDS = {"sale_paid", "sale_reversed"}
UNBOOKED, CUSTOMER_MONEY, WAIVED = (
    "liabilities.unionpay_unbooked",
    "liabilities.customer_money",
    "expenses.rounding_waived",
)
NEVER_NEGATIVE = {"customer_money": 3, "prepaid_gas": 4, "unionpay_unbooked": 4}  # party or matter of the posting
CHAIN = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")
HEX64 = re.compile(r"[0-9a-f]{64}")
ACCOUNT = re.compile(r"(assets|liabilities|income|expenses|equity)(\.[A-Za-z0-9_-]+)+")
DIGITS = bytes.maketrans(b"123456789", b"000000000")
BRACKETS = re.compile(rb'"(?:[^"\\]|\\[\s\S])*"|[^][{}"]+')  # what is no bracket
UNMARK = bytes.maketrans(b"\0\1", b'\\"')
FAST_LINE = re.compile(
    rb'\{"body":"(.*)","hash":"([0-9a-f]{64})","key_id":(?:null|"([0-9a-f]{16})"),'
    rb'"signature":(?:null|"([0-9a-f]{128})"),"suite":(?:null|"([a-z]+)")\}\n'
)

KINDS = {
    "account_changed", "account_closed", "account_opened", "anomaly_answered", "backup_made", "bag_accepted", "bagged",
    "blank_cards_moved", "card_bound", "card_decided", "card_failed", "card_found", "card_in_doubt", "card_keys_loaded",
    "card_lost", "card_posted", "card_read", "card_writing", "cash_dropped", "clock_stepped", "contact_erased",
    "contact_revealed", "count_begun", "count_left", "count_submitted", "customers_imported", "customers_imported_rows",
    "daybook_taken", "deposit_made", "difference_explained", "drawer_opened", "fee_price_set", "float_issued",
    "float_returned", "float_topped_up", "genesis", "goods_handed_out", "hall_profile_changed", "hand_over_accepted",
    "handed_over", "key_changed", "lead_counted", "locked", "meter_changed", "operator_added", "operator_changed",
    "password_changed", "printed", "purchase_limit_set", "recounted", "recovery_code_renewed", "recovery_code_used",
    "refused", "reprinted", "restored", "reversal_begun", "reversal_called_off", "safe_filled", "sale_paid",
    "sale_reversed", "setting_changed", "sign_in_failed", "signed_in", "signed_out", "takings_received", "tariff_set",
    "till_added", "till_session_closed", "till_session_opened", "unionpay_charged", "unionpay_undone", "unlocked",
    "x_taken",
}  # fmt: skip
"""A kind that is not listed is a warning: a newer program, or a stranger's record."""


class Finding(NamedTuple):
    """One broken rule. code: section 10 of the page; where: record key or file place; text: English, with figures."""

    code: str
    where: str
    text: str

    @property
    def severity(self) -> str:
        """`error`, `warning` or `note`."""
        return "note" if self.code in NOTES else "warning" if self.code in WARNINGS else "error"


class Anchor(NamedTuple):
    """A record's place and the first digits of its hash, from a paper or a second medium."""

    chain: str
    epoch: int
    seq: int
    prefix: str

    @staticmethod
    def parse(text: str) -> Anchor:
        """`DJ-T01:1:42:09af31c2d4`. Raises ValueError."""
        chain, epoch, seq, prefix = text.split(":")
        if not re.fullmatch(r"[0-9a-f]{10,64}", prefix):
            raise ValueError("an anchor ends with 10 to 64 lower-case hex digits")
        return Anchor(chain, int(epoch), int(seq), prefix)


class Sealed(NamedTuple):
    """A record as stored. place: where to read it again (byte offset or row id)."""

    place: int
    body: bytes
    hash: str
    key_id: str | None
    signature: str | None
    suite: str | None


class Unreadable(Exception):
    """There is no journal to judge: exit code 2."""


# ---- canonical JSON ------------------------------------------------------------------------------------------------


def _refuse(text: str) -> Any:
    raise ValueError(f"not a whole number: {text}")


_scan = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).scan_once  # type: ignore[attr-defined]
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _decode(text: str) -> Any:
    """The value of a JSON text without a space around it. Raises ValueError, RecursionError."""
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise ValueError("no JSON") from None
    if end != len(text):
        raise ValueError("something follows the value")
    return value


def canonical_value(data: bytes) -> Any:
    """The value of a canonical text. Raises ValueError if it is no JSON or not in canonical form."""
    text = data.decode()
    if data.count(b"{") + data.count(b"[") > DEEPEST and _too_deep(data):
        raise ValueError("nested too deeply")
    value = _decode(text)
    if _encode(value) != text:
        raise ValueError("not in canonical form (order, spaces, escapes or a key twice)")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise ValueError("text not in NFC")
    if b"0" * 16 in data.translate(DIGITS) and _largest(value) >= 2**53:
        raise ValueError("integer beyond 2**53 - 1")
    return value


def _too_deep(data: bytes) -> bool:
    """Judged on the text itself, before anything walks into it; texts in quotes do not count."""
    depth = deepest = 0
    for bracket in BRACKETS.sub(b"", data):
        depth += 1 if bracket in b"{[" else -1
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def _largest(value: Any) -> int:
    if isinstance(value, int):
        return abs(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(map(_largest, inner), default=0)


# ---- where records come from ---------------------------------------------------------------------------------------


class Source(Protocol):
    """Where records come from: an export, or a database. findings: what is wrong with the container itself."""

    findings: list[Finding]

    def __iter__(self) -> Iterator[Sealed | None]:
        """Records by chain, epoch and seq; None for something that is no record."""

    def fetch(self, place: int) -> Sealed | None:
        """The record at a place, read again; only after the iteration has ended."""

    def judge_heads(self, heads: dict[tuple[str, int], tuple[int, str]]) -> None:
        """Compare what the container announces with what was found."""


def _unescaped(raw: bytes) -> bytes | None:
    """What a JSON string in canonical form says, given without its quotes; None if it is none.

    The two usual escapes become bytes that no text holds, so that all of them are undone in one pass.
    """
    marked = raw.replace(rb"\\", b"\0").replace(b'\\"', b"\1")
    if not (b'"' in marked or b"\\" in marked or b"\0" in raw or b"\1" in raw):
        return marked.translate(UNMARK)
    try:  # other escapes: the slow, exact way
        text = json.loads(b'"' + raw + b'"')
        return text.encode() if _encode(text).encode() == b'"' + raw + b'"' else None
    except ValueError:
        return None


class ExportFile:
    """A JSON Lines export. Judges the file's own form; hands out records in order and again by place."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.findings: list[Finding] = []
        self._heads: list[tuple[Any, ...]] | None = None
        self._lines = 0
        self._read_manifest(self._file.readline())

    def _read_manifest(self, line: bytes) -> None:
        try:
            manifest = canonical_value(line.removesuffix(b"\n"))
            stated = manifest.pop("sha256")
            names = {"chains", "exported_at_utc_ms", "format", "kind", "lines"}
            if set(manifest) != names or manifest["kind"] != "changshou.journal" or manifest["format"] != 1:
                raise ValueError("unknown manifest")
            if hashlib.sha256(_encode(manifest).encode()).hexdigest() != stated or not line.endswith(b"\n"):
                raise ValueError("the manifest was changed")
            self._heads = [(c["chain"], c["epoch"], c["last_seq"], c["head_hash"]) for c in manifest["chains"]]
            self._lines = manifest["lines"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.findings.append(Finding("file.manifest", "line 1", str(error)))
            if b'"body"' in line:
                self._file.seek(0)

    def __iter__(self) -> Iterator[Sealed | None]:
        """Records in the order of the file; None for a line that is none."""
        number = 0
        for record in self.between(self._file.tell(), None):
            number += 1
            yield record
        self.judge_count(number)

    def between(self, place: int, end: int | None) -> Iterator[Sealed | None]:
        """The lines from one place to another, or to the end of the file; None for a line that is none."""
        self._file.seek(place)
        for number, line in enumerate(self._file, 2):
            record = self.read_line(place, line)
            place += len(line)
            if record is None:
                self.findings.append(Finding("file.line", f"line {number}", "not in the exact form of a line"))
            yield record
            if place == end:
                return

    def judge_count(self, number: int) -> None:
        """Compare the number of lines announced with what was found."""
        if self._heads is not None and number != self._lines:
            self.findings.append(Finding("file.count", "manifest", f"{self._lines} announced, {number} found"))

    @staticmethod
    def read_line(place: int, line: bytes) -> Sealed | None:
        """The record on a line; None if the line is not in the exact form."""
        match = FAST_LINE.fullmatch(line)
        if match is None:
            return None
        raw = match[1]
        body, quotes = raw.translate(None, b"\\"), raw.count(b'\\"')
        if len(raw) - len(body) == quotes == body.count(b'"'):  # every quote escaped, nothing else
            pass
        elif (plain := _unescaped(raw)) is not None:
            body = plain
        else:
            return None
        if match.lastindex == 2:  # neither key nor signature nor suite
            return Sealed(place, body, match[2].decode(), None, None, None)
        key_id, signature, suite = (None if group is None else group.decode() for group in match.groups()[2:])
        return Sealed(place, body, match[2].decode(), key_id, signature, suite)

    def fetch(self, place: int) -> Sealed | None:
        """The record at a place, read again; only after the iteration has ended."""
        self._file.seek(place)
        return self.read_line(place, self._file.readline())

    def judge_heads(self, heads: dict[tuple[str, int], tuple[int, str]]) -> None:
        """Compare what the manifest announces with what was found."""
        found = [(chain, epoch, seq, digest) for (chain, epoch), (seq, digest) in sorted(heads.items())]
        if self._heads is not None and found != self._heads:
            self.findings.append(Finding("file.head", "manifest", "heads of chains differ from the records"))


# ---- one chain -----------------------------------------------------------------------------------------------------


class Chain:
    """What must be remembered of a chain between two records."""

    def __init__(self) -> None:
        self.epoch, self.seq, self.hash, self.at = 1, 0, ZEROS, 0
        self.totals = dict.fromkeys(TOTALS, 0)
        self.key_id = ""
        self.unsigned = 0
        self.stepped: tuple[int, int] | None = None  # a step back of the clock that the next record must name
        self.days: dict[str, str] = {}  # sessions opened here -> business day
        self.session: str | None = None
        self.sums: dict[str, int] = {}  # of the open session: cash and unionpay
        self.last_day = ""


KEYS = tuple(ENVELOPE)
PAYLOAD = {"facts": dict, "postings": list, "rows": dict}
INNER = (*TOTALS, *[int] * len(TOTALS), *PAYLOAD, *PAYLOAD.values())
KNOWN_SHAPES: set[tuple[Any, ...]] = set()
"""Types of envelopes, names and types of rows, already found good: nearly every record has one of a dozen."""
MOST_SHAPES = 1000


def form_error(body: Any, *, quick: bool = False) -> str | None:
    """Why a body is no record, or None. quick: only what numbers and totals read."""
    if type(body) is not dict or tuple(body) != KEYS:
        return "keys of the envelope"
    shape = tuple(map(type, body.values()))
    if shape not in KNOWN_SHAPES:
        for name, kinds in ENVELOPE.items():
            if type(body[name]) not in kinds:
                return f"type of {name}"
        KNOWN_SHAPES.add(shape)
    totals, payload = body["totals"], body["payload"]
    inner = (*totals, *map(type, totals.values()), *payload, *map(type, payload.values()))
    if inner != INNER:
        return "totals" if inner[: 2 * len(TOTALS)] != INNER[: 2 * len(TOTALS)] else "payload"
    if not _is_chain(body["chain"]) or not HEX64.fullmatch(body["prev_hash"]):
        return "chain or prev_hash"
    if body["epoch"] < 1 or body["seq"] < 1 or body["version"] < 1 or body["signing"] not in SIGNINGS:
        return "epoch, seq, version or signing"
    rows = payload["rows"]
    tables = NUMBERED.intersection(rows) if quick else rows
    return next((wrong for table in tables if (wrong := _rows_error(table, rows[table]))), None)


def _rows_error(table: str, rows: Any) -> str | None:
    if type(rows) is not list or not all(type(row) is dict for row in rows):
        return f"rows of {table}"
    if table in ONE_ROW and len(rows) != 1:
        return f"{len(rows)} rows of {table}"
    read = SHAPES.get(table, {})
    for row in rows if read else ():
        shape = (table, *row, *map(type, row.values()))
        if shape in KNOWN_SHAPES:
            continue
        for name, kinds in read.items():
            if type(row.get(name)) not in kinds:
                return f"{table}.{name}"
        if len(KNOWN_SHAPES) < MOST_SHAPES:  # a stranger's file may have as many as it has rows
            KNOWN_SHAPES.add(shape)
    return None


class Seen(NamedTuple):
    """What a look at some of the records leaves for the judgement of all. places: zeros before the first one seen."""

    chains: dict[str, Chain]
    heads: dict[tuple[str, int], tuple[int, str]]
    places: dict[tuple[str, int], array[int]]
    commands: set[int]
    links: dict[tuple[str, int, int, str], str]
    findings: list[Finding]
    records: int
    signatures: int


class Verifier:
    """Applies every rule to the records of one source, in one pass.

    Args:
        source: where the records come from.
        anchors: places and hashes known from paper.
        keys: fingerprints known from paper; none given = the journal's own word is taken and the report says so.
        quick: hashes, links, numbers, totals and signatures only, as at the program's start.
    """

    def __init__(self, source: Source, anchors: list[Anchor], keys: set[str], *, quick: bool = False) -> None:
        self._source = source
        self._quick = quick
        self._anchors = anchors
        self._pinned = keys
        self.findings: list[Finding] = []
        self.records = 0
        self.signatures = 0
        self._blind = False  # the last line could not be understood: nothing follows from it
        self._last: tuple[str, int, int] = ("", 0, 0)
        self._chains: dict[str, Chain] = {}
        self._heads: dict[tuple[str, int], tuple[int, str]] = {}
        self._places: dict[tuple[str, int], array[int]] = {}
        self._odd_places: dict[tuple[str, int, int], int] = {}
        self._commands: set[int] = set()
        self._keys: dict[str, Any] = {}
        self._first_key = ""
        self._introduced: dict[str, int] = {}
        self._retired: dict[str, int] = {}
        self._lost: dict[tuple[str, int], tuple[int, int]] = {}
        self._links: dict[tuple[str, int, int, str], str] = {}
        self._books = Books(self)

    def run(self) -> list[Finding]:
        """All findings. The source is read once, and at the end again where records point at one another."""
        self.look(self._source)
        return self.finish()

    def look(self, records: Iterable[Sealed | None]) -> None:
        """Judge records one after the other; what can be judged only when everything was seen is left."""
        for record in records:
            self.records += 1
            if record is None:
                self._blind = True
                continue
            if hashlib.sha256(record.body).hexdigest() != record.hash:
                self.report("record.hash", f"record {self.records}", "the body has another hash")
                intact = False
            else:
                intact = True
            body = self._body(record)
            if body is None:
                self._blind = True
                continue
            self._judge(record, body, intact=intact)
            self._blind = False

    def stand_after(self, first: Sealed, before: Sealed) -> None:
        """Begin in the middle, as if everything up to `before` had been judged. Raises ValueError if that cannot be.

        first: the file's first record, which declares the key.
        """
        body, declares = self._body(before), self._body(first)
        if body is None or declares is None or body["epoch"] != 1 or body["seq"] > before.place:
            raise ValueError("no place to begin at")
        chain, name = Chain(), body["chain"]
        self._declared_key(chain, declares, "record 1")
        chain.seq, chain.hash, chain.at, chain.totals = body["seq"], before.hash, body["at_utc_ms"], body["totals"]
        self._chains[name], self._last = chain, (name, 1, chain.seq)
        self._places[name, 1] = array("q", bytes(8 * chain.seq))

    def seen(self) -> Seen | None:
        """What there is to join; None if an error was found, or something that matters further on: another key, a
        restore, records without a signature, a step of the clock that the next record must name."""
        errors = any(finding.severity == "error" for finding in self.findings)
        further_on = any(chain.stepped or chain.unsigned for chain in self._chains.values())
        if errors or further_on or self._odd_places or self._introduced or self._lost:
            return None
        counts = (self.findings, self.records, self.signatures)
        return Seen(self._chains, self._heads, self._places, self._commands, self._links, *counts)

    def join(self, later: Seen) -> None:
        """Take over what another has seen of the records that follow. Raises ValueError if a command stands twice."""
        if not self._commands.isdisjoint(later.commands):
            raise ValueError("a command id stands twice")
        self._commands |= later.commands
        for key, places in later.places.items():
            mine = self._places.setdefault(key, array("q"))
            mine.extend(places[len(mine) :])
        self._links = self._links | later.links | self._links  # in order, and where each stood first
        self._heads |= later.heads
        self._chains |= later.chains
        self.findings += later.findings
        self.records += later.records
        self.signatures += later.signatures

    def _body(self, record: Sealed) -> dict[str, Any] | None:
        """The record's content, None (and a finding) if it cannot be judged further."""
        where = f"record {self.records}"
        try:
            body = _decode(record.body.decode()) if self._quick else canonical_value(record.body)
        except (ValueError, RecursionError) as error:  # the second: a quick look asks for no depth
            self.report("record.canonical", where, str(error))
            return None
        wrong = form_error(body, quick=self._quick)
        if wrong:
            self.report("record.form", where, wrong)
        elif body["format"] != 1:
            self.report("record.format", where, str(body["format"]))
        else:
            record_body: dict[str, Any] = body
            return record_body
        return None

    def report(self, code: str, where: str, text: str) -> None:
        """Note a finding and go on."""
        self.findings.append(Finding(code, where, text))

    def chains(self) -> dict[str, Chain]:
        """Every chain seen, by its name."""
        return self._chains

    def find(self, chain: str, epoch: int, seq: int) -> Sealed | None:
        """A record by its key, read again; only at the end."""
        places = self._places.get((chain, epoch), ())
        place = places[seq - 1] if 1 <= seq <= len(places) else self._odd_places.get((chain, epoch, seq))
        return None if place is None else self._source.fetch(place)

    def find_text(self, name: str) -> Sealed | None:
        """A record by its key as text; only at the end."""
        key = re.fullmatch(r"(.+)-([0-9]{1,15})-([0-9]{1,15})", name)
        return self.find(key[1], int(key[2]), int(key[3])) if key else None

    def _judge(self, record: Sealed, body: dict[str, Any], *, intact: bool) -> None:
        where = f"{body['chain']}-{body['epoch']}-{body['seq']}"
        command = hash(body["command_id"])  # 64 bits, salted in each run: nobody can prepare two ids that collide
        chain = self._chains.get(body["chain"]) or self._chains.setdefault(body["chain"], Chain())
        before = len(self.findings)
        if not self._position(chain, record, body, where):
            return
        follows = not self._blind and len(self.findings) == before
        if command in self._commands:
            self.report("record.command", where, body["command_id"])
        self._commands.add(command)
        if body["approver"] is not None and body["approver"] == body["actor"]:
            self.report("record.approver", where, body["actor"])
        if body["kind"] not in KINDS:
            self.report("record.kind", where, body["kind"])
        self._clock(chain, body, where, follows=follows)
        self._signature(chain, record, body, where, intact=intact)
        if follows:
            self._totals(chain, body, where)
        if not self._quick:
            self._books.judge(chain, record, body, where)
        if b'"hash":' in record.body:
            self._collect_links(body["payload"]["facts"], where)
        chain.epoch, chain.seq, chain.hash, chain.at = body["epoch"], body["seq"], record.hash, body["at_utc_ms"]
        chain.totals = body["totals"]

    def _position(self, chain: Chain, record: Sealed, body: dict[str, Any], where: str) -> bool:
        """Where the record stands. False if it is one too many."""
        name, epoch, seq, kind = body["chain"], body["epoch"], body["seq"], body["kind"]
        key = (name, epoch, seq)
        if chain.seq and key[1:] <= (chain.epoch, chain.seq):
            known = seq <= len(self._places.get((name, epoch), ())) or key in self._odd_places
            self.report("chain.repeat" if known else "file.order", where, "number seen before, or out of order")
            return False
        if key < self._last:
            self.report("file.order", where, "chains are not sorted")
        self._last = key
        places = self._places.get((name, epoch))
        if places is None:
            places = self._places[name, epoch] = array("q")
        if seq == len(places) + 1:
            places.append(record.place)
        else:
            self._odd_places[key] = record.place
        self._heads[name, epoch] = (seq, record.hash)
        if not chain.seq:
            if (epoch, seq, kind, body["prev_hash"]) != (1, 1, "genesis", ZEROS):
                self.report("chain.genesis", where, "a chain begins with its genesis, epoch 1, seq 1")
        elif self._blind:
            pass
        elif epoch > chain.epoch:
            self._new_epoch(chain, body, where)
        elif seq > chain.seq + 1:
            self.report("chain.gap", where, f"after seq {chain.seq}")
        elif kind in {"genesis", "restored"}:
            self.report("chain.epoch", where, f"{kind} inside an epoch")
        elif body["prev_hash"] != chain.hash:
            self.report("chain.link", where, "prev_hash is not the hash of the record before")
        return True

    def _new_epoch(self, chain: Chain, body: dict[str, Any], where: str) -> None:
        facts = body["payload"]["facts"]
        if (body["epoch"], body["seq"], body["kind"]) != (chain.epoch + 1, 1, "restored"):
            self.report("chain.epoch", where, "an epoch begins with `restored`, seq 1")
        elif body["prev_hash"] != chain.hash:
            self.report("chain.link", where, "prev_hash is not the hash of the last record of the epoch before")
        lost_to = facts.get("lost_to_seq")
        wanted = (chain.epoch, chain.seq, chain.hash, chain.seq + 1)
        stated = tuple(facts.get(n) for n in ("last_epoch", "last_seq", "last_hash", "lost_from_seq"))
        if body["kind"] == "restored" and (stated != wanted or type(lost_to) is not int or lost_to < chain.seq):
            self.report("chain.restore", where, "what it states about the epoch before is not so")
        elif type(lost_to) is int:
            self._lost[body["chain"], chain.epoch] = (chain.seq + 1, lost_to)

    def _clock(self, chain: Chain, body: dict[str, Any], where: str, *, follows: bool) -> None:
        at, kind = body["at_utc_ms"], body["kind"]
        if chain.stepped:
            facts = body["payload"]["facts"]
            if kind != "clock_stepped" or (facts.get("from_utc_ms"), facts.get("to_utc_ms")) != chain.stepped:
                self.report("chain.clock", where, "the record before went back in time, this one does not say so")
        elif kind == "clock_stepped" and follows:
            self.report("chain.clock", where, "no step back before it")
        back = at < chain.at - TOLERANCE_MS and kind not in {"clock_stepped", "restored"}
        chain.stepped = (chain.at, at) if back and chain.seq else None

    def _signature(self, chain: Chain, record: Sealed, body: dict[str, Any], where: str, *, intact: bool) -> None:
        kind, rows = body["kind"], body["payload"]["rows"]
        if body["seq"] == 1:
            self._declared_key(chain, body, where)
        required = kind in SIGNED_KINDS or body["seq"] == 1 or body["seq"] % 100 == 0
        required = required or "till_session" in rows or "till_close" in rows
        if body["signing"] != "due":
            if required and body["signing"] == "none":
                self.report("sign.mark", where, f"{kind} must be signed")
            if (record.suite, record.key_id, record.signature) != (None, None, None):
                self.report("sign.stray", where, "a signature that the body does not announce")
            chain.unsigned += body["signing"] == "unsigned"
            return
        if record.signature is None or record.key_id is None:
            self.report("sign.missing", where, "announced, not there")
        elif record.suite != "std":
            self.report("sign.suite", where, str(record.suite))
        elif intact:
            self._check_signature(chain, record, body, where)
        if kind == "key_changed":
            self._key_change(chain, body, where)

    def _check_signature(self, chain: Chain, record: Sealed, body: dict[str, Any], where: str) -> None:
        name = str(record.key_id)
        if name != chain.key_id and self._introduced.get(name, 2**60) <= body["at_utc_ms"] + TOLERANCE_MS:
            chain.key_id = name
        retired = name in self._retired and body["at_utc_ms"] > self._retired[name] + TOLERANCE_MS
        if name != chain.key_id or name not in self._keys or retired:
            self.report("sign.key", where, f"{name} is not valid here")
        elif not self._valid(name, record.hash, str(record.signature)):
            self.report("sign.invalid", where, "signature and hash do not belong together")
        else:
            chain.unsigned = 0

    def _valid(self, key_id: str, digest: str, signature: str) -> bool:
        self.signatures += 1
        if not HAS_SIGNATURES:
            return True
        try:
            self._keys[key_id].verify(bytes.fromhex(signature), digest.encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _load_key(self, facts: dict[str, Any]) -> str | None:
        """The key that facts declare, ready for use; None if they declare none."""
        key_id, public = facts.get("key_id"), facts.get("public_key")
        if type(public) is not str or not HEX64.fullmatch(public):
            return None
        raw = bytes.fromhex(public)
        if hashlib.sha256(raw).hexdigest()[:16] != key_id:
            return None
        if key_id not in self._keys:
            self._keys[key_id] = Ed25519PublicKey.from_public_bytes(raw) if HAS_SIGNATURES else None
        return str(key_id)

    def _declared_key(self, chain: Chain, body: dict[str, Any], where: str) -> None:
        declared = self._load_key(body["payload"]["facts"])
        if declared is None:
            if body["signing"] != "unsigned":
                self.report("key.declared", where, "no key, or its fingerprint is another one")
            return
        believed = self._pinned or {self._first_key or declared}  # without paper: the first key there is, and no other
        self._first_key = self._first_key or declared
        if declared not in self._introduced and declared not in believed:
            self.report("sign.key", where, f"{declared} was neither given from paper nor introduced by the key before")
        chain.key_id = declared

    def _key_change(self, chain: Chain, body: dict[str, Any], where: str) -> None:
        facts = body["payload"]["facts"]
        new, old, proof = self._load_key(facts), chain.key_id, facts.get("proof")
        whole = new is not None and type(proof) is str and re.fullmatch(r"[0-9a-f]{128}", proof)
        if new is None or not whole or not self._valid(new, body["prev_hash"], str(proof)):
            self.report("key.change", where, "the new key does not prove itself")
            return
        self._introduced[new] = self._retired[old] = body["at_utc_ms"]
        chain.key_id = new

    def _totals(self, chain: Chain, body: dict[str, Any], where: str) -> None:
        before, after, rows = chain.totals, body["totals"], body["payload"]["rows"]
        sales, closes = rows.get("sale", ()), rows.get("till_close", ())
        if not sales and not closes and after == before:
            return
        due = dict(before)
        for row in sales:
            due["receipt_no"] += 1
            if row.get("reverses_sale_id") is None:
                due["count"] += 1
                due["gross_fen"] += row["due_fen"]
            else:
                due["reversed_fen"] -= row["due_fen"]
            self._number("receipt_no", row, due, where)
        for row in closes:
            for name in ("z_no", "slip_no"):
                due[name] += 1
                self._number(name, row, due, where)
        if after != due:
            for name in TOTALS:
                if after[name] != due[name]:
                    short = name.removesuffix("_fen").removesuffix("_no")
                    self.report(f"totals.{short}", where, f"{after[name]}, recomputed {due[name]}")

    def _number(self, name: str, row: dict[str, Any], due: dict[str, int], where: str) -> None:
        if row[name] != due[name]:
            self.report(f"number.{name[:-3]}", where, f"{row[name]}, next is {due[name]}")

    def _collect_links(self, value: Any, where: str) -> None:
        if isinstance(value, dict):
            if value.keys() == {"chain", "epoch", "seq", "hash"}:
                link = (value["chain"], value["epoch"], value["seq"], value["hash"])
                if tuple(map(type, link)) == (str, int, int, str):
                    self._links.setdefault(link, where)
                else:
                    self.report("link.missing", where, "a link names a chain, two whole numbers and a hash")
            for inner in value.values():
                self._collect_links(inner, where)
        elif isinstance(value, list):
            for inner in value:
                self._collect_links(inner, where)

    def finish(self) -> list[Finding]:
        """What can be judged only when everything was seen; all findings."""
        self._source.judge_heads(self._heads)
        for (name, epoch, seq, digest), where in self._links.items():
            target = self.find(name, epoch, seq)
            if target is None:
                self.report("link.missing", where, f"{name}-{epoch}-{seq} is not there")
            elif target.hash != digest:
                self.report("link.hash", where, f"{name}-{epoch}-{seq} has another hash")
        self._books.end()
        proved: dict[str, tuple[int, int]] = {}
        for anchor in self._anchors:
            self._judge_anchor(anchor, proved)
        for name, chain in sorted(self._chains.items()):
            self._judge_end(name, chain, proved.get(name))
        if not self._pinned:
            self.report("key.unpinned", "journal", "no fingerprint given: keys are believed on the journal's own word")
        if not HAS_SIGNATURES:
            self.report("sign.unchecked", "journal", "the library `cryptography` is not installed")
        self.findings = self._source.findings + self.findings
        return self.findings

    def _judge_end(self, name: str, chain: Chain, proved: tuple[int, int] | None) -> None:
        if chain.unsigned:
            self.report("sign.uncovered", name, f"{chain.unsigned} unsigned records, no signature after them")
        if chain.stepped:
            self.report("chain.clock", name, "the last record went back in time and nothing says so")
        if proved != (chain.epoch, chain.seq):
            after = f"{proved[0]}-{proved[1]}" if proved else "the genesis"
            self.report("tail.unprovable", name, f"no anchor proves the end of the chain after {after}")

    def _judge_anchor(self, anchor: Anchor, proved: dict[str, tuple[int, int]]) -> None:
        name = f"{anchor.chain}-{anchor.epoch}-{anchor.seq}"
        found = self.find(anchor.chain, anchor.epoch, anchor.seq)
        first, last = self._lost.get((anchor.chain, anchor.epoch), (1, 0))
        if found is None and first <= anchor.seq <= last:
            self.report("anchor.lost", name, "lost before a restore, which says so")
        elif found is None:
            self.report("anchor.missing", name, "the record on paper is not in the journal")
        elif not found.hash.startswith(anchor.prefix):
            self.report("anchor.hash", name, "the record on paper was another one")
        else:
            proved[anchor.chain] = max(proved.get(anchor.chain, (0, 0)), (anchor.epoch, anchor.seq))


# ---- the books: postings, sales, card writes, till sessions ----------------------------------------------------------


class Pot:
    """A pot of cash as one chain moves it."""

    def __init__(self) -> None:
        self.run, self.lowest, self.debits, self.where, self.open = 0, 0, 0, "", False


class Books:
    """Rules about what records say together. Sums that several chains touch are judged at the end."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._report = verifier.report
        self._pots: dict[str, dict[str, Pot]] = {}
        self._owed: dict[tuple[str, str | None], int] = {}
        self._reversed: dict[str, tuple[int, int, str]] = {}  # original -> due, volume, where
        self._steps: dict[str, tuple[str, set[int], str, str]] = {}  # write -> session, steps, newest state, where
        self._settled_at: dict[str, int] = {}
        self._unlisted: dict[str, tuple[int, str]] = {}
        self._foreign: dict[tuple[str, str | None], str] = {}  # session and business day -> where
        self._to_carry: dict[str, int] = {}  # account -> litres that its removed meters still held
        self._carried: dict[str, tuple[str, int, str]] = {}  # sale of an instalment -> account, litres, where
        self._charges: list[tuple[str, Any, str]] = []  # charge undone, session it says it was made in, where
        self._announced: dict[str, str] = {}  # chain of a till -> where
        self._drawers: dict[str, str] = {}  # chain of a till -> its drawer

    def judge(self, chain: Chain, record: Sealed, body: dict[str, Any], where: str) -> None:
        """All rules of one record, in the order in which they build upon one another."""
        rows = body["payload"]["rows"]
        moved = self._postings(body, where)
        for till in rows.get("till", ()):
            self._announced.setdefault(till["till_chain"], where)
            self._drawers[till["till_chain"]] = f"{DRAWER}{till['till_id']}"
        if "sale" in rows:
            self._sales(rows, where)
        if "sale" in rows or body["kind"] in SALE_KINDS:
            self._sale_money(body, where)
        for line in rows.get("sale_line", ()):
            product = 2 * abs(line["volume_l"]) * line["price_e4"] + 100_000
            amount = product // 200_000 * (-1 if line["volume_l"] < 0 else 1)
            if line["kind"] == "gas" and line["amount_fen"] != amount:
                self._report("sale.amount", where, f"{line['amount_fen']}, price by volume gives {amount}")
        if "card_write" in rows:
            self._card_writes(rows["card_write"], body, where)
        for change in rows.get("meter_change", ()):
            self._to_carry[change["account_no"]] = self._to_carry.get(change["account_no"], 0) + change["carried_l"]
        for given in rows.get("gas_carried", ()):
            self._carried[given["sale_id"]] = (given["account_no"], given["carried_l"], where)
        self._till_session(chain, record, body, where, moved)
        self._move_cash(chain, body["chain"], moved, where)

    def _postings(self, body: dict[str, Any], where: str) -> dict[str, int]:
        """Form, balance and what is owed. Returns what came to (went from, negative) each asset."""
        debits = credits = 0
        moved: dict[str, int] = {}
        for posting in body["payload"]["postings"]:
            if not _is_posting(posting):
                self._report("posting.form", where, str(posting)[:120])
                continue
            side, amount, account, _, _ = posting
            if side == "D":
                debits, signed = debits + amount, amount
            else:
                credits, signed = credits + amount, -amount
            if account.startswith("assets."):
                moved[account] = moved.get(account, 0) + signed
            elif account.startswith("liabilities."):
                self._owe(account, posting, signed)
        if debits != credits:
            self._report("posting.balance", where, f"debits {debits}, credits {credits}")
        return moved

    def _move_cash(self, chain: Chain, name: str, moved: dict[str, int], where: str) -> None:
        """Pots of cash after a record. While a till is open its drawer may hold more than the books know of."""
        for account, net in moved.items():
            drawer = account.startswith(DRAWER)
            if drawer or account == SAFE:
                pot = self._pots.setdefault(account, {}).setdefault(name, Pot())
                pot.run += net
                pot.debits += max(net, 0)
                pot.open = drawer and chain.session is not None
                if pot.run < pot.lowest and not pot.open:
                    pot.lowest, pot.where = pot.run, where

    def _owe(self, account: str, posting: list[Any], signed: int) -> None:
        place = NEVER_NEGATIVE.get(account.removeprefix("liabilities."))
        if place is not None:
            key = (account, posting[place])
            owed = self._owed.pop(key, 0) - signed
            if owed:
                self._owed[key] = owed

    def _sales(self, rows: dict[str, Any], where: str) -> None:
        for sale in rows["sale"]:
            if sale["sale_id"] != where:
                self._report("sale.id", where, sale["sale_id"])
            lines = [line["amount_fen"] for line in rows.get("sale_line", ()) if line["sale_id"] == sale["sale_id"]]
            if lines and sum(lines) != sale["due_fen"]:
                self._report("sale.lines", where, f"due {sale['due_fen']}, lines {sum(lines)}")
            original = sale.get("reverses_sale_id")
            if original is not None and original in self._reversed:
                self._report("reversal.twice", where, f"{original}, already by {self._reversed[original][2]}")
            elif original is not None:
                self._reversed[str(original)] = (sale["due_fen"], sale["volume_l"], where)

    def _sale_money(self, body: dict[str, Any], where: str) -> None:
        """Sums of a session take a sale's money from its row: it is what the legs say, and stands in no other kind."""
        sales = body["payload"]["rows"].get("sale", ())
        if len(sales) != 1 or body["kind"] not in SALE_KINDS:
            self._report("sale.money", where, f"{body['kind']} with {len(sales)} sales")
            return
        sale, postings = sales[0], list(filter(_is_posting, body["payload"]["postings"]))
        named = next((posting[2] for posting in postings if posting[2].startswith(DRAWER)), DRAWER)
        drawer = self._drawers.get(body["chain"], named)  # a till that is announced later: any one drawer
        found = dict.fromkeys((drawer, UNBOOKED, CUSTOMER_MONEY, WAIVED), 0)
        for posting in postings:
            account = posting[2]
            if account in found or account.startswith(DRAWER):  # another till's drawer has no part in it
                found[account] = found.get(account, 0) + (posting[1] if posting[0] == "D" else -posting[1])
        in_cash = sale["tender"] == "cash"
        stated = {
            drawer: sale["paid_fen"] if in_cash else 0,
            UNBOOKED: 0 if in_cash else sale["paid_fen"],
            CUSTOMER_MONEY: -sale["customer_money_fen"],
            WAIVED: sale["waived_fen"],
        }
        if found != stated:
            self._report("sale.money", where, f"the row says {stated}, the postings {found}")

    def _card_writes(self, rows: list[dict[str, Any]], body: dict[str, Any], where: str) -> None:
        """Steps may be taken at another till, so completeness is judged at the end; whole writes are forgotten."""
        for row in rows:
            name, step, state = row["write_id"], row["step_no"], row["state"]
            owner, steps, newest, _ = self._steps.get(name, ("", set(), "", ""))
            if step in steps or (newest in SETTLED and step > max(steps)):
                self._report("card.step", where, f"{name}: step {step} after {sorted(steps)}, {newest}")
            newest = state if step >= max(steps, default=0) else newest
            steps = steps | {step}
            owner = row["session_id"] if step == 1 else owner
            if state in SETTLED:
                self._settled_at[name] = body["at_utc_ms"]
                if name in self._unlisted and body["at_utc_ms"] <= self._unlisted[name][0]:
                    del self._unlisted[name]
            self._steps[name] = (owner, steps, newest, where)
            if newest in SETTLED and len(steps) == max(steps):
                del self._steps[name]

    def _till_session(
        self, chain: Chain, record: Sealed, body: dict[str, Any], where: str, moved: dict[str, int]
    ) -> None:
        session, rows = body["session"], body["payload"]["rows"]
        if "till_session" in rows:
            self._open(chain, body, where)
        self._named(rows, session, where)
        if session is None or not self._own(body, where, moved):
            return
        day = chain.days.get(session)
        if day is None:
            self._report("session.unknown", where, session)
            return
        if body["business_day"] != day:
            self._report("session.day", where, f"{body['business_day']}, the session's is {day}")
        if session != chain.session:
            if "sale" in rows or "till_close" in rows or _more_cash(rows, moved):
                self._report("session.closed", where, f"money moves in {session}, or it is closed again")
        elif "till_close" in rows:
            self._close(chain, record, body, where)
        else:
            self._undone(body, where, moved)
            for name, net in moved.items():
                if _is_tender(name):
                    tender = "unionpay" if name == UNIONPAY else "cash"
                    chain.sums[tender] = chain.sums.get(tender, 0) + net

    def _undone(self, body: dict[str, Any], where: str, moved: dict[str, int]) -> None:
        """A charge of an earlier session that is undone now lay among that session's slips, not among these."""
        facts = body["payload"]["facts"]
        if body["kind"] == "unionpay_undone" and facts.get("charged_in", body["session"]) != body["session"]:
            moved.pop(UNIONPAY, None)
            self._charges.append((str(facts.get("charge_id")), facts["charged_in"], where))

    def _named(self, rows: dict[str, Any], session: str | None, where: str) -> None:
        named = {row["session_id"] for table in OF_THE_SESSION for row in rows.get(table, ())}
        if named and session is None:
            self._report("session.unknown", where, "rows of a till session, but the record belongs to none")
        elif named - {session}:
            self._report("session.row", where, f"a row names another session than {session}")

    def _own(self, body: dict[str, Any], where: str, moved: dict[str, int]) -> bool:
        """True if the record stands in its session's own chain; another chain may only mention the session."""
        session, rows = body["session"], body["payload"]["rows"]
        if "till_session" in rows or session.rpartition("-")[0].rpartition("-")[0] == body["chain"]:
            return True
        self._foreign.setdefault((session, body["business_day"]), where)
        if not rows.keys().isdisjoint(OF_THE_SESSION) or any(net for name, net in moved.items() if _is_tender(name)):
            self._report("session.foreign", where, f"money of {session} moves in another chain")
        return False

    def _open(self, chain: Chain, body: dict[str, Any], where: str) -> None:
        row = body["payload"]["rows"]["till_session"][0]
        if row["session_id"] != where or body["session"] != where:
            self._report("session.unknown", where, "an opening record's session is its own key")
        if chain.session is not None:
            self._report("session.overlap", where, f"{chain.session} is open")
        if row["business_day"] < chain.last_day:
            self._report("session.day_back", where, f"{row['business_day']} after {chain.last_day}")
        chain.session, chain.last_day = where, max(row["business_day"], chain.last_day)
        chain.days[where] = row["business_day"]
        chain.sums = {"cash": row["float_expected_fen"]}

    def _close(self, chain: Chain, record: Sealed, body: dict[str, Any], where: str) -> None:
        session = str(chain.session)
        tenders = body["payload"]["rows"].get("session_tender", ())
        if sorted(row["tender"] for row in tenders) != TENDERS:
            self._report("close.takings", where, "a Z has one row for cash and one for unionpay")
        for row in tenders:
            booked = chain.sums.get(row["tender"], 0)
            counted = row["counted_fen"] if row.get("verified_fen") is None else row["verified_fen"]
            if row["over_short_fen"] != counted - row["expected_fen"]:
                self._report("close.takings", where, f"{row['tender']}: over_short is not counted - expected")
            elif row["expected_fen"] != booked:
                text = f"{row['tender']}: {row['expected_fen']}, the session's postings give {booked}"
                self._report("close.takings", where, text)
        text = record.body.decode()
        for name, (owner, _, state, _) in self._steps.items():
            elsewhere = self._settled_at.get(name, body["at_utc_ms"] + 1) <= body["at_utc_ms"]
            if owner == session and state not in SETTLED and not elsewhere and f'"{name}"' not in text:
                self._unlisted[name] = (body["at_utc_ms"], where)
        chain.session = None

    def end(self) -> None:
        """What can be judged only when everything was seen."""
        for account, by_chain in self._pots.items():
            self._pot(account, by_chain)
        for (account, whose), owed in self._owed.items():
            if owed < 0:
                self._report("money.negative", f"{account} {whose}", f"{owed}")
        for name, (_, where) in self._unlisted.items():
            self._report("close.unlisted", where, f"card write {name} is open and not named")
        for name, (_, steps, _, where) in self._steps.items():
            if len(steps) != max(steps):
                self._report("card.step", where, f"{name}: steps {sorted(steps)}")
        for original, (due, volume, where) in self._reversed.items():
            self._reversal(original, due, volume, where)
        self._instalments()
        for charge, session, where in self._charges:
            found = self._verifier.find_text(charge)
            if found is None or json.loads(found.body)["session"] != session:
                self._report("charge.session", where, f"{charge} was not made in {session}")
        self._end_of_chains()

    def _instalments(self) -> None:
        """Gas of a removed meter is given once; an instalment that was taken back counts again."""
        left = dict(self._to_carry)
        for sale, (account, litres, where) in self._carried.items():
            if sale not in self._reversed:
                left[account] = left.get(account, 0) - litres
                if left[account] < 0:
                    self._report("gas.carried", where, f"{account} was given {-left[account]} l that no meter held")

    def _end_of_chains(self) -> None:
        days = {session: day for chain in self._verifier.chains().values() for session, day in chain.days.items()}
        for (session, day), where in self._foreign.items():
            if session not in days:
                self._report("session.unknown", where, session)
            elif day != days[session]:
                self._report("session.day", where, f"{day}, the session's is {days[session]}")
        for chain, where in self._announced.items():
            if chain not in self._verifier.chains():
                self._report("chain.missing", where, f"{chain} was begun here, and there is no record of it")

    def _pot(self, account: str, by_chain: dict[str, Pot]) -> None:
        debits = sum(pot.debits for pot in by_chain.values())
        fallen = [pot for pot in by_chain.values() if pot.lowest + debits - pot.debits < 0]
        for pot in fallen:
            self._report("cash.negative", pot.where, f"{account} falls to {pot.lowest + debits - pot.debits}")
        still_open = any(pot.open for pot in by_chain.values())
        if not fallen and not still_open and sum(pot.run for pot in by_chain.values()) < 0:
            self._report("cash.negative", account, "its sum over all chains is below 0")

    def _reversal(self, original: str, due: int, volume: int, where: str) -> None:
        found = self._verifier.find_text(original)
        sales = json.loads(found.body)["payload"]["rows"].get("sale", []) if found else []
        sale = next((s for s in sales if s["sale_id"] == original and s.get("reverses_sale_id") is None), None)
        if sale is None:
            self._report("reversal.missing", where, original)
        elif (due, volume) != (-sale["due_fen"], -sale["volume_l"]):
            self._report("reversal.amount", where, f"{due} fen, {volume} l, original {sale['due_fen']}")


def _is_tender(account: str) -> bool:
    return account == UNIONPAY or account.startswith(DRAWER)


def _more_cash(rows: dict[str, Any], moved: dict[str, int]) -> bool:
    """A drawer got more. What the one who takes it over has counted more than the books is no such thing."""
    came = sum(net for name, net in moved.items() if name.startswith(DRAWER))
    found = -moved.get(VARIANCE, 0) if "hand_over_accepted" in rows else 0
    return came > max(found, 0)


def _is_posting(posting: Any) -> bool:
    if not isinstance(posting, list) or len(posting) != 5:
        return False
    side, amount, account, party, matter = posting
    texts = (party is None or type(party) is str) and (matter is None or type(matter) is str)
    whole = side in ("D", "C") and type(amount) is int and amount > 0 and type(account) is str
    return texts and whole and _is_account(account)


@lru_cache(maxsize=4096)
def _is_chain(name: str) -> bool:
    return CHAIN.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _is_account(name: str) -> bool:
    return ACCOUNT.fullmatch(name) is not None


# ---- a quick look by several processes -----------------------------------------------------------------------------

PART_BYTES = 16 * 2**20
"""Less is not worth a process."""

Span = tuple[int, int]
Mapped = Callable[[Callable[[Span], Seen | None], list[Span]], Iterable[Seen | None]]


def in_parts(
    file: BinaryIO, path: Path, anchors: list[Anchor], keys: set[str], *, parts: int, mapped: Mapped
) -> Verifier | None:
    """The quick look, its lines judged in parts; None unless everything is in order and as usual.

    A part begins from what the record before it says of itself, which the part before has to prove. So this is a
    shorter way to the answer "no error" and to no other: whatever it comes upon is judged again in one pass.
    """
    source = ExportFile(file)
    spans = [] if source.findings or len(keys) > 1 else _spans(file, parts)
    if not spans:
        return None
    whole = Verifier(source, anchors, keys, quick=True)
    try:
        for seen in mapped(partial(_look, path, keys), spans):
            if seen is None:
                return None
            whole.join(seen)
    except ValueError:
        return None
    source.judge_count(whole.records)
    whole.finish()
    return whole


def _spans(file: BinaryIO, parts: int) -> list[Span]:
    """The lines behind the manifest in so many parts of about one size; empty if they have to be read in one pass."""
    begin = file.tell()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        end = len(text)
        if not begin or text[end - 1 :] != b"\n":
            return []
        cuts = [text.find(b"\n", begin + (end - begin) * number // parts) + 1 for number in range(1, parts)]
    places = sorted({begin, *cuts, end})
    return list(pairwise(places))


def _look(path: Path, keys: set[str], span: Span) -> Seen | None:
    """One part, judged. Raises ValueError if it cannot be begun."""
    with path.open("rb") as file:
        source = ExportFile(file)
        begin, end = span
        part = Verifier(source, [], keys, quick=True)
        first = file.tell()
        if begin > first:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
                before = text.rfind(b"\n", 0, begin - 1) + 1
            opening, last = source.fetch(first), source.fetch(before)
            if opening is None or last is None:
                raise ValueError("no place to begin at")
            part.stand_after(opening, last)
        part.look(source.between(begin, end))
        return None if source.findings else part.seen()


def _pooled(look: Callable[[Span], Seen | None], spans: list[Span]) -> Iterable[Seen | None]:
    import multiprocessing
    import signal
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    by_fork, no_stop = multiprocessing.get_context("fork"), (signal.SIGINT, signal.SIG_IGN)
    try:
        with ProcessPoolExecutor(len(spans), by_fork, signal.signal, no_stop) as pool:
            return list(pool.map(look, spans))
    except BrokenProcessPool as error:  # somebody has ended one of them: it is looked at in one pass
        raise ValueError(str(error)) from error


def _processes(path: Path) -> int:
    """How many may look at a file; 1 where a process cannot simply be divided."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return max(1, min(len(os.sched_getaffinity(0)), path.stat().st_size // PART_BYTES))


# ---- command -------------------------------------------------------------------------------------------------------


def verify(path: Path, anchors: list[Anchor], keys: set[str], *, quick: bool = False) -> Verifier:
    """Verify an export: about 80 microseconds a record, 35 if quick, and then by all processors. Raises Unreadable."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(str(error)) from error
    with file:
        processes = _processes(path) if quick else 1
        if processes > 1 and (done := in_parts(file, path, anchors, keys, parts=processes, mapped=_pooled)):
            return done
        file.seek(0)
        verifier = Verifier(ExportFile(file), anchors, keys, quick=quick)
        verifier.run()
    return verifier


def print_report(verifier: Verifier, *, as_json: bool) -> int:
    """Print all findings and a closing line; returns the exit code."""
    counts = Counter(finding.severity for finding in verifier.findings)
    if as_json:
        findings = [finding._asdict() | {"severity": finding.severity} for finding in verifier.findings]
        print(json.dumps({"records": verifier.records, "findings": findings}, ensure_ascii=False))
    else:
        for finding in verifier.findings:
            print(f"{finding.severity:7} {finding.code:16} {finding.where}: {finding.text}")
        figures = ", ".join(f"{counts[name]} {name}s" for name in ("error", "warning", "note"))
        print(f"{verifier.records} records, {verifier.signatures} signatures checked: {figures}")
    return 1 if counts["error"] else 0


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Verify a journal from its export alone (docs/journal-format.md).")
    parser.add_argument("export", type=Path)
    parser.add_argument("--anchor", action="append", default=[], type=Anchor.parse, help="CHAIN:EPOCH:SEQ:HASH")
    parser.add_argument("--key", action="append", default=[], help="fingerprint of a key, from paper")
    parser.add_argument("--quick", action="store_true", help="hashes, numbers, totals and signatures only")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    options = parser.parse_args(arguments)
    try:
        verifier = verify(options.export, options.anchor, set(options.key), quick=options.quick)
    except (Unreadable, OSError) as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    return print_report(verifier, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
