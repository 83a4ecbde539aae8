"""Counting a drawer: by denomination, blind, every attempt kept (domain P5, D3; design, Money rules 10).

First count, one recount, then the lead's own count; only then an explanation is asked for. Until the lead has counted
the cashier learns one word, agrees or differs, never a figure.
Must not know: what the books expect before it is told, storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pos.domain.errors import RuleViolation

DENOMINATIONS: tuple[tuple[int, bool], ...] = (
    (10000, False),
    (5000, False),
    (2000, False),
    (1000, False),
    (500, False),
    (100, False),
    (100, True),
    (50, False),
    (50, True),
    (10, False),
    (10, True),
    (5, True),
    (2, True),
    (1, True),
)
"""(face_fen, coin) in circulation, greatest first; 1 yuan, 5 jiao and 1 jiao exist as note and as coin."""

MAX_PIECES = 100_000


@dataclass(frozen=True, slots=True, order=True)
class CountLine:
    """So many pieces of one denomination. face_fen; coin (True) or note; pieces."""

    face_fen: int
    coin: bool
    pieces: int

    @property
    def amount_fen(self) -> int:
        """Face times pieces."""
        return self.face_fen * self.pieces


@dataclass(frozen=True, slots=True)
class BatchCount:
    """Signed UnionPay slips of one terminal and batch as counted by hand."""

    terminal: str
    batch: str
    slip_count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Count:
    """What somebody counted. Attributes: lines of cash; UnionPay batches; blank_cards left."""

    lines: tuple[CountLine, ...]
    batches: tuple[BatchCount, ...] = ()
    blank_cards: int = 0

    @property
    def cash_fen(self) -> int:
        """Cash by hand."""
        return cash_fen(self.lines)

    @property
    def unionpay_fen(self) -> int:
        """Slips by hand."""
        return sum(batch.amount_fen for batch in self.batches)

    @property
    def slip_count(self) -> int:
        """Number of slips."""
        return sum(batch.slip_count for batch in self.batches)


class CountStage(StrEnum):
    """Whose turn a count was."""

    FIRST = "first"
    RECOUNT = "recount"
    LEAD = "lead"


ATTEMPT_NO = {CountStage.FIRST: 1, CountStage.RECOUNT: 2, CountStage.LEAD: 3}


@dataclass(frozen=True, slots=True)
class CountAttempt:
    """One count that was submitted; none is ever replaced."""

    attempt_no: int
    stage: CountStage
    operator_id: str
    count: Count


@dataclass(frozen=True, slots=True)
class Expected:
    """What the books say should be there, per tender, and how many blank cards."""

    cash_fen: int
    unionpay_fen: int
    blank_cards: int


class NextStep(StrEnum):
    """What the counting till is waiting for."""

    FIRST_COUNT = "first_count"
    RECOUNT = "recount"
    LEAD_COUNT = "lead_count"
    EXPLANATION = "explanation"
    CLOSE = "close"


def cash_fen(lines: Iterable[CountLine]) -> int:
    """The sum of lines."""
    return sum(line.amount_fen for line in lines)


def checked_lines(lines: Iterable[CountLine]) -> tuple[CountLine, ...]:
    """Lines as they are stored: known denominations, each once, greatest first, empty ones left out.

    Raises: RuleViolation `count.denomination`, `count.pieces`, `count.repeated`.
    """
    found: dict[tuple[int, bool], CountLine] = {}
    for line in lines:
        key = (line.face_fen, line.coin)
        if key not in DENOMINATIONS:
            raise RuleViolation("count.denomination", face_fen=line.face_fen)
        if key in found:
            raise RuleViolation("count.repeated", face_fen=line.face_fen)
        if not 0 <= line.pieces <= MAX_PIECES:
            raise RuleViolation("count.pieces", face_fen=line.face_fen, pieces=line.pieces)
        found[key] = line
    return tuple(found[key] for key in DENOMINATIONS if key in found and found[key].pieces)


def checked_count(count: Count) -> Count:
    """A count as it is stored.

    Raises: RuleViolation of `checked_lines`, `count.batch` (empty name, repeated, or negative), `count.cards`.
    """
    names = [(batch.terminal, batch.batch) for batch in count.batches]
    for batch in count.batches:
        if not batch.terminal or not batch.batch or batch.slip_count < 0 or batch.amount_fen < 0:
            raise RuleViolation("count.batch", terminal=batch.terminal, batch=batch.batch)
    if len(set(names)) != len(names):
        raise RuleViolation("count.batch", terminal=names[0][0], batch=names[0][1])
    if count.blank_cards < 0:
        raise RuleViolation("count.cards", cards=count.blank_cards)
    return Count(checked_lines(count.lines), count.batches, count.blank_cards)


def agrees(count: Count, expected: Expected) -> bool:
    """Whether a count matches the books in cash, slips and blank cards. No tender is set off against another."""
    return (count.cash_fen, count.unionpay_fen, count.blank_cards) == (
        expected.cash_fen,
        expected.unionpay_fen,
        expected.blank_cards,
    )


def next_step(attempts: Sequence[CountAttempt], expected: Expected | None, *, explained: bool) -> NextStep:
    """What has to happen next. `expected` is None exactly as long as nothing was submitted.

    Raises: ValueError if a figure is offered before the first count, or is missing after it.
    """
    if not attempts:
        if expected is not None:
            raise ValueError("expected figures before the first count")
        return NextStep.FIRST_COUNT
    if expected is None:
        raise ValueError("no expected figures after a count")
    last = attempts[-1]
    if agrees(last.count, expected):
        return NextStep.CLOSE
    if last.stage is CountStage.LEAD:
        return NextStep.CLOSE if explained else NextStep.EXPLANATION
    return NextStep.RECOUNT if last.stage is CountStage.FIRST else NextStep.LEAD_COUNT


def require_stage(attempts: Sequence[CountAttempt], stage: CountStage) -> int:
    """The number the next count of this stage will have.

    Raises: RuleViolation `count.done_already`, `count.first_missing`, `count.lead_counted`.
    """
    done = {attempt.stage for attempt in attempts}
    if stage in done:
        raise RuleViolation("count.done_already", stage=stage)
    if CountStage.LEAD in done:
        raise RuleViolation("count.lead_counted")
    if stage is not CountStage.FIRST and CountStage.FIRST not in done:
        raise RuleViolation("count.first_missing")
    return ATTEMPT_NO[stage]


def verified_and_counted(attempts: Sequence[CountAttempt]) -> tuple[Count, Count | None]:
    """(the cashier's last count, the lead's count or None). Raises ValueError without any count."""
    own = [attempt.count for attempt in attempts if attempt.stage is not CountStage.LEAD]
    lead = [attempt.count for attempt in attempts if attempt.stage is CountStage.LEAD]
    if not own:
        raise ValueError("nothing was counted")
    return own[-1], lead[-1] if lead else None
