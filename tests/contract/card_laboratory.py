"""What a laboratory does to a simulated card behind the counter's back, whatever its family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from devices.cards import mifare_profile, reference_profile
from devices.cards.memory_profile import REFERENCE as MEMORY
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_wallet import state_of
from pos.domain.card import CardIdentity

MAIN: Final = mifare_profile.COPY_A.first_block + mifare_profile.VALUE
BACKUP: Final = mifare_profile.COPY_B.first_block + mifare_profile.VALUE
CLEAR_CARD: Final = 0x12
Deed = Callable[[SimulatedPlastic], None]


def cpu_file(card: SimulatedPlastic, file_id: int) -> bytearray:
    """The body of a file in our application."""
    assert isinstance(card, SimulatedCpuCard)
    return card.files.directories[0x3F01].files[file_id].body


def cells(card: SimulatedPlastic) -> bytearray:
    """The main memory of a memory chip."""
    assert isinstance(card, SimulatedMemoryCard)
    return card.chip.cells


def blocks(card: SimulatedPlastic) -> list[bytearray]:
    """The blocks of a storage card."""
    assert isinstance(card, SimulatedMifareCard)
    return card.chip.blocks


def values(card: SimulatedPlastic) -> tuple[int | None, int | None]:
    """Main value and backup as they lie on a storage card."""
    stored = blocks(card)
    return mifare_profile.decode_value(bytes(stored[MAIN])), mifare_profile.decode_value(bytes(stored[BACKUP]))


def make_tool_card(card: SimulatedPlastic, identity: CardIdentity) -> None:
    """Turn an issued card into a clear card of the same number."""
    if isinstance(card, SimulatedMemoryCard):
        cells(card)[MEMORY.identity : MEMORY.copy_a] = MEMORY.encode_identity(identity, CLEAR_CARD)
        return
    stored = reference_profile.encode_identity(identity, CLEAR_CARD)
    if isinstance(card, SimulatedCpuCard):
        cpu_file(card, 0x16)[:] = stored
        return
    sector = mifare_profile.encode_identity_sector(stored)
    first = mifare_profile.IDENTITY.first_block
    for index in range(3):
        blocks(card)[first + index][:] = sector[16 * index : 16 * index + 16]


def spoil_both_copies(card: SimulatedPlastic) -> None:
    """One wrong byte in each copy of the purchase."""
    if isinstance(card, SimulatedMemoryCard):
        for start in (MEMORY.copy_a, MEMORY.copy_b):
            cells(card)[start] ^= 0xFF
    elif isinstance(card, SimulatedCpuCard):
        for file_id in (0x06, 0x07):
            cpu_file(card, file_id)[0] ^= 0xFF
    else:
        for value in (MAIN, BACKUP):
            blocks(card)[value - mifare_profile.VALUE][0] ^= 0xFF


def tear_selector(left: int) -> Deed:
    """The selector byte of a card that was sold to stands at a mixture of both values."""

    def tear(card: SimulatedPlastic) -> None:
        if isinstance(card, SimulatedMemoryCard):
            cells(card)[MEMORY.selector] = left
        else:
            cpu_file(card, 0x08)[0] = left

    return tear


def tear_main_value(card: SimulatedPlastic) -> None:
    """The next main value was begun and torn: it does not count."""
    generation = values(card)[0]
    assert generation is not None
    blocks(card)[MAIN][:4] = mifare_profile.encode_value(generation + 1, MAIN)[:4]


def tear_backup(card: SimulatedPlastic) -> None:
    """The main value was written whole, its backup torn."""
    blocks(card)[BACKUP][:4] = bytes(4)


def tear_the_copy_that_does_not_count(card: SimulatedPlastic) -> None:
    """A purchase was prepared on a card with a wallet and never paid into it: the other copy is no whole one."""
    for file_id in (0x06, 0x07):
        stored = cpu_file(card, file_id)
        if int.from_bytes(stored[2:6], "big") != online_counter(card):
            stored[10] ^= 0xFF


def online_counter(card: SimulatedPlastic) -> int:
    """Loads and unloads that the wallet of a card has seen."""
    assert isinstance(card, SimulatedCpuCard)
    return state_of(card.files.directories[0x3F01].files[0x01]).online


SELECTOR_TEARS: Final[tuple[tuple[str, Deed], ...]] = (
    ("mixed selector", tear_selector(0x5B)),
    ("erased selector", tear_selector(0xFF)),
)
WALLET_TEARS: Final[tuple[tuple[str, Deed], ...]] = (("other copy", tear_the_copy_that_does_not_count),)
VALUE_TEARS: Final[tuple[tuple[str, Deed], ...]] = (("main value", tear_main_value), ("backup", tear_backup))
