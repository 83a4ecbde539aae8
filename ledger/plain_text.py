"""The journal walked once for the plain-text accounting exports: accounts, dated entries, what each account stands at.

A format is a `PlainTextWriter`; the walker knows neither of them. Must not know: what an account means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, TextIO

from sqlalchemy import Connection

from ledger.balances import trial_balance
from ledger.entry import RecordKey
from ledger.money import Money
from ledger.progress import STRIDE, Progress

CURRENCY = "CNY"

_COUNT_SQL = "SELECT count(*) FROM (SELECT DISTINCT chain, epoch, seq FROM posting)"
_SQL = (
    "SELECT p.chain, p.epoch, p.seq, j.kind, j.hash, j.at_utc_ms, j.body ->> '$.offset_min',"
    " j.body ->> '$.business_day', p.side, p.amount_fen, p.account, p.party, p.matter FROM posting p"
    " JOIN journal j ON j.chain = p.chain AND j.epoch = p.epoch AND j.seq = p.seq"
    " ORDER BY p.chain, p.epoch, p.seq, p.line"
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One posting. amount: positive for a debit, negative for a credit, as both formats have it."""

    account: str
    amount: Money
    party: str | None
    matter: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account stands at. amount: positive for a debit."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with postings. day: its business day, outside a till session the hall's calendar day."""

    key: RecordKey
    kind: str
    hash: str
    day: date
    legs: tuple[Leg, ...]


class PlainTextWriter(Protocol):
    """One format. Every method gives text with its line ends."""

    def head(self) -> str:
        """What stands first, also in a file without entries."""

    def account(self, account: str, first_day: date) -> str:
        """The declaration of an account."""

    def entry(self, entry: Entry) -> str:
        """One record that moved money."""

    def standing(self, sums: tuple[Standing, ...], last_day: date) -> str:
        """The assertion of what each account stands at after the last entry."""


def export(connection: Connection, out: TextIO, writer: PlainTextWriter, progress: Progress | None = None) -> int:
    """Write all entries with their accounts and closing assertions; returns the number of entries.

    Args:
        connection: a reading connection; one snapshot for entries and assertions.
        out: text opened as UTF-8. writer: the format.
    """
    out.write(writer.head())
    days = days_of(connection)
    if days is None:
        return 0
    first_day, last_day = days
    sums = tuple(Standing(line.account, line.debits - line.credits) for line in trial_balance(connection))
    out.writelines(writer.account(line.account, first_day) for line in sums)
    total = int(connection.exec_driver_sql(_COUNT_SQL).scalar() or 0)
    for number, entry in enumerate(entries(connection), 1):
        out.write(writer.entry(entry))
        if progress is not None and (number % STRIDE == 0 or number == total):
            progress(number, total)
    out.write(writer.standing(sums, last_day))
    return total


def entries(connection: Connection) -> Iterator[Entry]:
    """Every record that moves money, by chain, epoch and seq; flat memory."""
    head: tuple[RecordKey, str, str, date] | None = None
    legs: list[Leg] = []
    for row in connection.exec_driver_sql(_SQL):
        key = RecordKey(*row[:3])
        if head is not None and head[0] != key:
            yield Entry(*head, tuple(legs))
            legs = []
        kind, record_hash, at_utc_ms, offset_min, business_day, side, amount_fen, account, party, matter = row[3:]
        head = (key, kind, record_hash, _day(at_utc_ms, offset_min, business_day))
        legs.append(Leg(account, Money(amount_fen if side == "D" else -amount_fen), party, matter))
    if head is not None:
        yield Entry(*head, tuple(legs))


def _day(at_utc_ms: int, offset_min: int, business_day: str | None) -> date:
    if business_day is not None:
        return date.fromisoformat(business_day)
    return (datetime.fromtimestamp(at_utc_ms // 1000, UTC) + timedelta(minutes=offset_min)).date()


def days_of(connection: Connection) -> tuple[date, date] | None:
    """First and last day of all entries, None if no money has moved."""
    days = [
        _day(*row)
        for row in connection.exec_driver_sql(
            "SELECT min(at_utc_ms), body ->> '$.offset_min' AS o, body ->> '$.business_day' AS d FROM journal j"
            " WHERE EXISTS (SELECT 1 FROM posting p WHERE p.chain = j.chain AND p.epoch = j.epoch AND p.seq = j.seq)"
            " GROUP BY d, (at_utc_ms / 60000 + o) / 1440, o"
        )
    ]
    return (min(days), max(days)) if days else None
