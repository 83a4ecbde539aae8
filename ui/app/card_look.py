"""What reader, card and keys tell to whoever looks closer: the doctor, the sheet of F1, the page of devices.

Source: one session that reads (`CardSession.facts`); no code and no key that counts tries is presented. Who
answers for the keys is asked who it is, which uses none of them. Must not know: words, screens.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.errors import KnownError
from pos.ports.card import CardReader, ReaderState
from pos.ports.keys import KeyAuthority


@dataclass(frozen=True, slots=True)
class CardLook:
    """Of the card that lies there; as `CardFacts`. refused: code of the error where it could not be read, else ""."""

    profile: str = ""
    tries_left: int | None = None
    tries: int | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class KeyLook:
    """Who answers for the keys. named: its number or name, "" where it has none; refused: as `CardLook`."""

    named: str = ""
    refused: str = ""


def look_at_card(reader: CardReader) -> CardLook | None:
    """Profile and tries of the card, in a session of its own; None where no card lies there. Blocking: 0.05-0.5 s."""
    if reader.status().state is not ReaderState.CARD_PRESENT:
        return None
    try:
        with reader.session() as card_session:
            facts = card_session.facts()
    except KnownError as error:
        return CardLook(refused=error.code)
    return CardLook(facts.profile, facts.tries_left, facts.tries)


def look_at_keys(keys: KeyAuthority | None) -> KeyLook:
    """A module or a service is asked who it is; a keystore has no name. Blocking: up to its time limit."""
    from devices.cards.head_office import HeadOffice
    from devices.cards.psam import PsamAuthority

    try:
        return KeyLook(named=keys.look() if isinstance(keys, PsamAuthority | HeadOffice) else "")
    except KnownError as error:
        return KeyLook(refused=error.code)
