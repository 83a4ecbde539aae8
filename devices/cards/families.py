"""From a powered card to the session that fits its family; the one place where families are listed.

A family that has no session is still a card: it reads as FOREIGN with a stable note and refuses every write without
a byte being sent to it. It must not know transports, readers beyond their names, or books.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from devices.cards.acs_memory import AcsMemoryChip
from devices.cards.apdu import ApduChannel
from devices.cards.connection import CardConnection
from devices.cards.fmcos_session import FmcosCardSession
from devices.cards.hall_profiles import HallLayouts, built_in_layouts
from devices.cards.memory_chip import MEMORY_FAMILIES, MemoryChip, MemoryFamily
from devices.cards.memory_session import MemoryCardSession
from devices.cards.mifare_session import MifareCardSession
from devices.cards.omnikey_memory import OmnikeyMemoryChip
from devices.cards.reader_matrix import ReaderMatrix
from devices.cards.recognition import FMCOS, MIFARE_1K, Recognition, recognise
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceUnavailable, RuleViolation
from pos.ports.card import CardFacts, CardSession
from pos.ports.keys import KeyAuthority

_MEMORY_DIALECTS: Final[dict[str, Callable[[ApduChannel, MemoryFamily], MemoryChip]]] = {
    "acs": AcsMemoryChip,
    "omnikey": OmnikeyMemoryChip,
}
MatrixSource = Callable[[], ReaderMatrix]
"""Asked when a memory card is met, not before: an administrator's row acts at once, a wrong one hurts no CPU card."""
LayoutSource = Callable[[], HallLayouts]
"""Asked when a card is met: an administrator's file acts at once, a wrong one hurts its own kind of card only."""


def open_card(
    connection: CardConnection,
    keys: KeyAuthority,
    *,
    reader: str,
    matrix: MatrixSource,
    layouts: LayoutSource = built_in_layouts,
) -> CardSession:
    """The session for the card on this connection. Sends nothing: the answer to reset and the reader's name decide.

    Raises: DeviceUnavailable `reader.no_dialect` for a memory card in a reader that no row of the matrix names;
        DeviceRefused `readers.invalid` for a memory card, `profiles.invalid`, where the hall's own files are wrong.
    """
    recognition = recognise(connection.atr)
    if recognition.family == FMCOS:
        return FmcosCardSession(ApduChannel(connection), keys, layouts().for_cpu())
    if recognition.family == MIFARE_1K:
        return MifareCardSession(ApduChannel(connection), keys, layouts().for_mifare())
    memory = MEMORY_FAMILIES.get(recognition.family)
    if memory is not None:
        dialect = matrix().dialect(reader, memory.name)
        if not dialect:
            raise DeviceUnavailable("reader.no_dialect", reader=reader, family=memory.name)
        chip = _MEMORY_DIALECTS[dialect](ApduChannel(connection), memory)
        return MemoryCardSession(chip, keys, layouts().for_memory(memory.name))
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

    def facts(self) -> CardFacts:
        """None of our profiles, and nothing is asked."""
        return CardFacts()

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """Always refused: whatever was read before, it was not this card."""
        raise RuleViolation("card.changed")

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """Always refused."""
        raise RuleViolation("card.not_blank")
