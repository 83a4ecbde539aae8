"""What a sale costs the customer, what she hands over and what goes back (domain P2-P4, design Money rules, Values).

Pure values. The read-back (唱收唱付) is a step of the sale: it has its own times and cannot be skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pos.domain.errors import RuleViolation
from pos.domain.settings import FenRule

READ_BACK_MIN_MS = 500
"""A confirmation sooner than this after the figures were shown is a reflex, not a read-back."""
JIAO_FEN = 10
NOTES_FEN = (10000, 5000, 2000, 1000, 500, 100, 50, 10)
"""What a drawer pays out, largest first (D3); fen coins are not carried."""


class TenderKind(StrEnum):
    """Kinds of payment this counter takes today."""

    CASH = "cash"
    UNIONPAY = "unionpay"


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a due sum is met.

    Attributes:
        due_fen: price of everything sold.
        customer_money_before_fen: 户内余额 before.
        to_pay_fen: what is asked for now (the huge 应收 on the screen when the customer has no balance).
        waived_fen: 抹零, a line of its own.
        customer_money_delta_fen: what the sale adds to 户内余额 (negative: uses it up).
    """

    due_fen: int
    customer_money_before_fen: int
    to_pay_fen: int
    waived_fen: int
    customer_money_delta_fen: int


def settle(due_fen: int, customer_money_fen: int, tender: TenderKind, rule: FenRule) -> Settlement:
    """Apply the hall's written fen rule (P3); never a silent rounding.

    The customer's own money is used first. Only cash is brought to whole jiao: `carry` rounds up and keeps the rest
    on the account, `waive` rounds down and books 抹零, `exact` asks for every fen. A slip is always exact.
    """
    open_fen = max(0, due_fen - customer_money_fen)
    remainder = open_fen % JIAO_FEN
    waived = 0
    to_pay = open_fen
    if tender is TenderKind.CASH and remainder:
        if rule is FenRule.CARRY:
            to_pay = open_fen - remainder + JIAO_FEN
        elif rule is FenRule.WAIVE:
            to_pay, waived = open_fen - remainder, remainder
    return Settlement(due_fen, customer_money_fen, to_pay, waived, to_pay + waived - due_fen)


def paid_out_fen(owed_fen: int, rule: FenRule) -> int:
    """What a customer gets in cash for what she is owed: every fen, or whole jiao rounded up (P3)."""
    return owed_fen if rule is FenRule.EXACT else -(-owed_fen // JIAO_FEN) * JIAO_FEN


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The figures as read back to the customer and the confirming key press.

    Attributes:
        due_fen, tendered_fen, change_fen: exactly what stood on both screens.
        shown_at_utc_ms, confirmed_at_utc_ms: when.
        identity_confirmed_at_utc_ms: when name, house and meter number were confirmed; None if the card was read.
    """

    due_fen: int
    tendered_fen: int
    change_fen: int
    shown_at_utc_ms: int
    confirmed_at_utc_ms: int
    identity_confirmed_at_utc_ms: int | None = None


def check_tender(tendered_fen: int, to_pay_fen: int, most_over_fen: int) -> None:
    """A sum far beyond the due is a slip of the hand: nobody pays 8,680 for 86.80.

    Raises: RuleViolation `sale.tender_too_high`.
    """
    if tendered_fen - to_pay_fen > most_over_fen:
        raise RuleViolation("sale.tender_too_high", to_pay_fen=to_pay_fen, tendered_fen=tendered_fen)


def check_read_back(read_back: ReadBack, settlement: Settlement, tendered_fen: int) -> None:
    """Refuse a payment that was not read back as it will be booked.

    Raises: RuleViolation `sale.read_back_differs`, `sale.read_back_too_fast`, `sale.too_little`.
    """
    if tendered_fen < settlement.to_pay_fen:
        raise RuleViolation("sale.too_little", to_pay_fen=settlement.to_pay_fen, tendered_fen=tendered_fen)
    shown = (read_back.due_fen, read_back.tendered_fen, read_back.change_fen)
    if shown != (settlement.to_pay_fen, tendered_fen, tendered_fen - settlement.to_pay_fen):
        raise RuleViolation("sale.read_back_differs", to_pay_fen=settlement.to_pay_fen)
    if read_back.confirmed_at_utc_ms - read_back.shown_at_utc_ms < READ_BACK_MIN_MS:
        raise RuleViolation("sale.read_back_too_fast")


def change_notes(change_fen: int) -> tuple[tuple[int, int], ...]:
    """Fewest notes and coins for a change: (face in fen, pieces), largest first; a rest below 1 jiao is left out."""
    notes = []
    for face in NOTES_FEN:
        pieces, change_fen = divmod(change_fen, face)
        if pieces:
            notes.append((face, pieces))
    return tuple(notes)


def quick_sums(to_pay_fen: int) -> tuple[int, ...]:
    """Sums worth a key: the next 10, the next 50 and the next 100 yuan at or above the due, without repeats."""
    sums = {-(-to_pay_fen // step) * step for step in (1000, 5000, 10000)}
    return tuple(sorted(fen for fen in sums if fen > to_pay_fen))


def rounding_proposal(to_pay_fen: int, tendered_fen: int) -> tuple[int, int] | None:
    """凑整: a small sum the customer may add so that the change is a round one.

    Returns (to add, change then) in fen, or None if the change is round already or no small sum helps.
    """
    change = tendered_fen - to_pay_fen
    if change <= 0:
        return None
    for step in (1000, 500, 100):
        missing = -change % step
        if 0 < missing <= 500 and _pieces(missing) + _pieces(change + missing) < _pieces(change):
            return missing, change + missing
    return None


def _pieces(fen: int) -> int:
    return sum(pieces for _, pieces in change_notes(fen))
