"""The card reader as the counter sees it.

Lane: every call happens on the reader's own thread. A call may hang for as long as the card does (PC/SC has no
time-out); the lane then counts as dead until it returns and the outcome is unknown.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pos.domain.card import CardIdentity, CardImage, CardPurchase


class ReaderState(StrEnum):
    """What the lamp shows."""

    NO_SERVICE = "no_service"  # pcscd not running or access refused
    NO_READER = "no_reader"
    NO_CARD = "no_card"
    CARD_PRESENT = "card_present"
    CARD_MUTE = "card_mute"  # inverted, dirty, or a memory card in a reader that cannot do them
    CARD_BUSY = "card_busy"  # another program holds it


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """Attributes: state; reader (name, "" if none); atr_hex (present cards only); service (version or reason).

    trouble: error code where the state alone does not name the cause, else "": `reader.access_refused` (the service
    is there, we are not let in), `reader.other_reader` (ours is away, `others` are plugged in),
    `reader.mute_by_service` (the card is mute because this version of the service breaks memory cards).
    """

    state: ReaderState
    reader: str = ""
    atr_hex: str = ""
    service: str = ""
    trouble: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a technician asks of a card.

    Attributes: profile (whose layout it follows, "" for a blank or foreign card); tries_left and tries (of the code
    that writing needs; None where the card does not tell without a presentation).
    """

    profile: str = ""
    tries_left: int | None = None
    tries: int | None = None


class CardSession(Protocol):
    """The card, held in ONE exclusive transaction. Never keep it across a dialog or a commit that waits for people."""

    def read(self) -> CardImage:
        """Read and decode everything a counter may read. Changes nothing, presents no key that can lock.

        Blocking: 0.05-0.5 s. Repeat: safe.
        Raises: DeviceUnavailable, DeviceRefused, DeviceProtocolError, OutcomeUnknown (for a read: just unknown).
        """

    def facts(self) -> CardFacts:
        """Profile and tries. Presents no code and no key that can lock, writes nothing; blocking, errors as `read`."""

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """Write the purchase into the non-current copy, flip the selector last, read back with a fresh SELECT.

        `before` is re-checked first (card number, chip, sequence, purchase content); if it does not match, nothing
        is written and `RuleViolation("card.changed")` is raised. Returns the image read back; the caller compares.

        Blocking: 0.1-2 s. Repeat: only after a `read()` has shown that the card still holds `before`.
        Raises: RuleViolation(card.changed), DeviceUnavailable (nothing sent), DeviceRefused (nothing written),
        OutcomeUnknown (may be written: read the card to know).
        """

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """Turn a blank development card into a user card and test-read it.

        `before` is the card that was paid for: another chip is refused with `RuleViolation("card.changed")`, so that
        one sale never makes two cards of one number.
        Money: no credit is on the card before the last step. An interrupted personalisation reads as UNREADABLE
        or BLANK and is never sold to; such a card is spoiled stock or is personalised again.
        Raises: RuleViolation(card.changed, card.not_blank), DeviceRefused, OutcomeUnknown.
        """


class CardReader(Protocol):
    """One reader. Nothing is opened before `session`; a handle is asked for each time, never cached."""

    def status(self) -> ReaderStatus:
        """Service, reader and card presence. Blocking: < 0.1 s. Never raises for device conditions."""

    def session(self) -> AbstractContextManager[CardSession]:
        """Connect, take the exclusive transaction, yield the session; a card that only power closes is powered down.

        Raises: DeviceUnavailable with code `reader.no_service`, `reader.no_reader`, `reader.no_card`,
        `reader.card_mute`, `reader.busy`, and what `ReaderStatus.trouble` may say.
        """
