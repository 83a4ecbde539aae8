"""From a powered card to the session that fits its family; the one place where families are listed.

A family that has no session is still a card: it reads as FOREIGN with a stable note and refuses every write without
a byte being sent to it. It must not know transports, readers or books.
"""

from __future__ import annotations

from devices.cards.apdu import ApduChannel
from devices.cards.connection import CardConnection
from devices.cards.fmcos_session import FmcosCardSession
from devices.cards.mifare_session import MifareCardSession
from devices.cards.recognition import FMCOS, MIFARE_1K, Recognition, recognise
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.errors import RuleViolation
from pos.ports.card import CardSession
from pos.ports.keys import KeyAuthority


def open_card(connection: CardConnection, keys: KeyAuthority) -> CardSession:
    """The session for the card on this connection. Sends nothing: an answer to reset decides."""
    recognition = recognise(connection.atr)
    if recognition.family == FMCOS:
        return FmcosCardSession(ApduChannel(connection), keys)
    if recognition.family == MIFARE_1K:
        return MifareCardSession(ApduChannel(connection), keys)
    return ForeignCardSession(connection.atr, recognition)


class ForeignCardSession:
    """`CardSession` for everything a counter cannot use."""

    def __init__(self, atr: bytes, recognition: Recognition) -> None:
        self._image = CardImage(
            CardKind.FOREIGN, recognition.family, atr.hex().upper(), chip_uid="", note=recognition.note
        )

    def read(self) -> CardImage:
        """What the answer to reset tells; no command is sent."""
        return self._image

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """Always refused: whatever was read before, it was not this card."""
        raise RuleViolation("card.changed")

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """Always refused."""
        raise RuleViolation("card.not_blank")
