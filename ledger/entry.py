"""The values of the books: what a record says before and after it is sealed (design, Money rules 1-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ledger.money import Money

Json = Any  # ints, strings, booleans, None, lists and string-keyed objects of these; no floats (canonical.py refuses)
Row = Mapping[str, int | str | None]


class Side(StrEnum):
    """Which side of an account a posting stands on."""

    DEBIT = "D"
    CREDIT = "C"


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg of a balanced record.

    Attributes:
        side: debit or credit.
        amount: positive.
        account: dotted name from the chart, for example `assets.cash.till.T01`.
        party: whose money it is (an account number, an operator), or None.
        matter: the thing to be settled (a card write, a slip, a till session), or None; open while its sum is not 0.
    """

    side: Side
    amount: Money
    account: str
    party: str | None = None
    matter: str | None = None


def debit(account: str, amount: Money, *, party: str | None = None, matter: str | None = None) -> Posting:
    """A debit leg."""
    return Posting(Side.DEBIT, amount, account, party, matter)


def credit(account: str, amount: Money, *, party: str | None = None, matter: str | None = None) -> Posting:
    """A credit leg."""
    return Posting(Side.CREDIT, amount, account, party, matter)


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """Where a record stands: chain, epoch, seq. Ids born of facts are this key as text."""

    chain: str
    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.chain}-{self.epoch}-{self.seq}"

    @staticmethod
    def parse(text: str) -> RecordKey:
        """`HALL-T01-1-42` back to a key. Raises ValueError for anything else."""
        chain, epoch, seq = text.rsplit("-", 2)
        return RecordKey(chain, int(epoch), int(seq))


@dataclass(frozen=True, slots=True)
class Totals:
    """Perpetual totals of a chain since genesis, over all epochs; they never go back and are no counter rows.

    Attributes: count of sales; gross and reversed in fen over all tenders; last receipt, Z and slip numbers.
    """

    count: int = 0
    gross_fen: int = 0
    reversed_fen: int = 0
    receipt_no: int = 0
    z_no: int = 0
    slip_no: int = 0

    def plus(self, delta: Totals) -> Totals:
        """These totals after a record that adds `delta`."""
        return Totals(
            self.count + delta.count,
            self.gross_fen + delta.gross_fen,
            self.reversed_fen + delta.reversed_fen,
            self.receipt_no + delta.receipt_no,
            self.z_no + delta.z_no,
            self.slip_no + delta.slip_no,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraft:
    """A fact that is about to be written.

    Attributes:
        chain: the till's chain or the hall's.
        kind, version: what the facts mean, and by which rules they are read.
        command_id: made where the person pressed the button; unique in the whole database.
        actor, approver: operator ids.
        business_day: ISO date fixed when the till session opened; None outside one.
        till_session: id of the session the fact belongs to, or None.
        facts: the content, JSON of ints and strings.
        postings: balanced legs, may be empty.
        rows: rows of sealed tables that the database itself expands from this record.
        head: the head of the chain, if whoever decided has read it in the same unit of work.
        sign: True to sign it although neither its kind nor its number requires that.
    """

    chain: str
    kind: str
    command_id: str
    actor: str
    version: int = 1
    approver: str | None = None
    business_day: str | None = None
    till_session: str | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    postings: Sequence[Posting] = ()
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    head: Head | None = None
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A record as it will stand if nothing comes between: what a paper may say of the fact that causes it.

    Attributes: key; kind; command_id; at_utc_ms; facts; totals after it.
    """

    key: RecordKey
    kind: str
    command_id: str
    at_utc_ms: int
    facts: Mapping[str, Json]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Record(Foreseen):
    """A sealed record as stored.

    Attributes: hash (64 hex); signed (has a signature).
    """

    hash: str
    signed: bool

    @property
    def short_hash(self) -> str:
        """The ten characters printed on paper beside the key."""
        return self.hash[:10]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest record of a chain, as the next one needs it. `seq` 0 = the chain does not exist yet."""

    chain: str
    epoch: int
    seq: int
    hash: str
    at_utc_ms: int
    totals: Totals

    @property
    def next_key(self) -> RecordKey:
        """The key the next record will have."""
        return RecordKey(self.chain, self.epoch, self.seq + 1)

    @property
    def link(self) -> dict[str, int | str]:
        """What a record of another chain puts into its facts when it depends on this one."""
        return {"chain": self.chain, "epoch": self.epoch, "seq": self.seq, "hash": self.hash}
