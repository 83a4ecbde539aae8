"""Why a correction was made: stable codes to choose from, in the books instead of somebody's words (domain P12, P9).

A code says the same in every language and holds no personal data (design Money rules 14); `other` needs a note. The
words live in the catalogues, as `reason.<code>`. Must not know: screens, languages.
"""

from __future__ import annotations

from enum import StrEnum

from pos.domain.errors import RuleViolation

OTHER = "other"
MAX_NOTE_CHARS = 100
MIN_WORDS_CHARS = 2
"""A reason in one's own words has at least so many characters: one alone ("1") tells nobody anything later."""


class ReturnReason(StrEnum):
    """Why money goes straight back."""

    CARD_NOT_WRITTEN = "card_not_written"
    CARD_DAMAGED = "card_damaged"
    CUSTOMER_WITHDREW = "customer_withdrew"
    OTHER = OTHER


class ReversalReason(StrEnum):
    """Why a purchase is taken back off its card."""

    WRONG_VOLUME = "wrong_volume"
    WRONG_ACCOUNT = "wrong_account"
    CUSTOMER_WITHDREW = "customer_withdrew"
    OTHER = OTHER


class ReprintReason(StrEnum):
    """Why a paper is printed again."""

    NOT_PRINTED = "not_printed"
    UNREADABLE = "unreadable"
    CUSTOMER_LOST = "customer_lost"
    FOR_THE_FILE = "for_the_file"
    OTHER = OTHER


DRAWER_OCCASIONS = ("sale", "reversal", "pay_out", "count", "float")
"""What opens the drawer by itself; everything else is a person's `DrawerReason`."""


class DrawerReason(StrEnum):
    """Why the drawer is opened without a sale."""

    CHANGE_NOTES = "change_notes"
    CHANGE_LEFT = "change_left"
    CHECK_NOTE = "check_note"
    OTHER = OTHER


class Evidence(StrEnum):
    """What a lead rests a decision on when no card can tell any more."""

    METER_DISPLAY = "meter_display"
    OTHER_READER = "other_reader"
    CUSTOMER_LETTER = "customer_letter"
    OTHER = OTHER


class LossReason(StrEnum):
    """Why a card is blocked."""

    LOST = "lost"
    STOLEN = "stolen"
    OTHER = OTHER


class SpoilReason(StrEnum):
    """Why a blank card is of no use."""

    TORN_AT_ISSUE = "torn_at_issue"
    NOT_READABLE = "not_readable"
    DAMAGED = "damaged"
    OTHER = OTHER


class AnomalyOutcome(StrEnum):
    """What became of an entry of the anomaly list; a note stands with every one."""

    EXPLAINED = "explained"
    METER_VISIT = "meter_visit"
    PASSED_ON = "passed_on"


def require_reason(kind: type[StrEnum], code: str, note: str) -> None:
    """A code of this kind; `other` says it in a note.

    Raises: RuleViolation `reason.missing`, `reason.long`; ValueError for a code of another kind.
    """
    if not code.strip() or (code == OTHER and not note.strip()):
        raise RuleViolation("reason.missing")
    if len(note) > MAX_NOTE_CHARS:
        raise RuleViolation("reason.long", most=MAX_NOTE_CHARS)
    kind(code)


def require_words(words: str, most: int = MAX_NOTE_CHARS) -> str:
    """A reason in somebody's own words, as it is kept: without the blanks around it.

    Raises: RuleViolation `reason.missing`, `reason.short`, `reason.long`.
    """
    said = words.strip()
    if not said:
        raise RuleViolation("reason.missing")
    if len(said) < MIN_WORDS_CHARS:
        raise RuleViolation("reason.short")
    if len(said) > most:
        raise RuleViolation("reason.long", most=most)
    return said


def require_document(document_no: str) -> str:
    """The number of the paper an account's change rests on, as it is kept: a sign or one character finds no paper.

    Raises: RuleViolation `account.document`.
    """
    said = document_no.strip()
    if len(said) < MIN_WORDS_CHARS or not any(char.isalnum() for char in said):
        raise RuleViolation("account.document")
    return said
