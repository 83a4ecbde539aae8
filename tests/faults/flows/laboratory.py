"""What a laboratory does to a card's own keys behind everybody's back, and what it sees of presentations.

The program must notice such a card at the first refusal and ask it for nothing that costs a try again.
"""

from __future__ import annotations

from devices.cards.fmcos_commands import KEY_EXTERNAL, KEY_LINE, MASTER_FILE
from devices.cards.memory_chip import SLE4442
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_filesystem import SimulatedKey
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic

OUR_DIRECTORY = 0x3F01


def spoil_keys(card: SimulatedPlastic) -> None:
    """Every key that a write needs is another one: a wrong MAC, a wrong code, a sector that does not open."""
    if isinstance(card, SimulatedMemoryCard):
        target, first = _code_place(card)
        target[first] ^= 0x5A
    elif isinstance(card, SimulatedMifareCard):
        for trailer in range(3, 64, 4):
            card.chip.blocks[trailer][10] ^= 0x5A
    else:
        for key in _write_keys(card, KEY_LINE):
            key.secret[0] ^= 0x5A


def lock_keys(card: SimulatedPlastic) -> None:
    """The counter of the code or of the writing key stands at zero; a MIFARE Classic has none and keeps its sectors."""
    if isinstance(card, SimulatedMemoryCard):
        if card.chip.family is SLE4442:
            card.chip.security[0] = 0
        else:
            card.chip.cells[0x3FD] = 0
    elif isinstance(card, SimulatedCpuCard):
        for key in _write_keys(card, KEY_EXTERNAL):
            key.tries[0] &= 0xF0


def refusals(card: SimulatedPlastic) -> int:
    """Tries that the card's keys or code have lost; a MIFARE Classic counts none."""
    if isinstance(card, SimulatedMemoryCard):
        return card.chip.wrong_presentations
    if isinstance(card, SimulatedCpuCard):
        return sum(
            key.tries_maximum - key.tries_left
            for directory in card.files.directories.values()
            for key in directory.keys
            if key.has_counter
        )
    return 0


def _write_keys(card: SimulatedPlastic, key_type: int) -> list[SimulatedKey]:
    """The one of our application, or the maker's on a card that has none yet."""
    assert isinstance(card, SimulatedCpuCard)
    issued = card.files.directories.get(OUR_DIRECTORY)
    ours = issued.key(key_type, 0) if issued is not None else None
    key = ours or card.files.directories[MASTER_FILE].key(KEY_EXTERNAL, 0)
    return [key] if key is not None else []


def _code_place(card: SimulatedMemoryCard) -> tuple[bytearray, int]:
    return (card.chip.security, 1) if card.chip.family is SLE4442 else (card.chip.cells, 0x3FE)
