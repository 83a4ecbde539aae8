"""What a laboratory does to a simulated card behind the counter's back, whatever its family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from devices.cards.memory_profile import REFERENCE as MEMORY
from devices.cards.mifare_profile import REFERENCE as MIFARE
from devices.cards.mifare_profile import VALUE, MifareLayout, SectorPlan, decode_value, encode_value
from devices.cards.reference_profile import REFERENCE as CPU
from devices.cards.reference_profile import CpuLayout
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_wallet import state_of
from devices.cards.wallet_profile import WALLET
from pos.domain.card import CardIdentity
from tests.contract.makers_profiles import MAKERS_CPU, MAKERS_MIFARE

CLEAR_CARD: Final = 0x12
Deed = Callable[[SimulatedPlastic], None]


def cpu_file(card: SimulatedPlastic, file_id: int) -> bytearray:
    """The body of a file in our application."""
    assert isinstance(card, SimulatedCpuCard)
    return card.files.directories[cpu_layout(card).df_file_id].files[file_id].body


def cpu_layout(card: SimulatedPlastic) -> CpuLayout:
    """The profile that a CPU card was issued by."""
    assert isinstance(card, SimulatedCpuCard)
    names = [directory.name for directory in card.files.directories.values()]
    return next(layout for layout in (MAKERS_CPU, CPU, WALLET) if layout.name in names)


def cells(card: SimulatedPlastic) -> bytearray:
    """The main memory of a memory chip."""
    assert isinstance(card, SimulatedMemoryCard)
    return card.chip.cells


def blocks(card: SimulatedPlastic) -> list[bytearray]:
    """The blocks of a storage card."""
    assert isinstance(card, SimulatedMifareCard)
    return card.chip.blocks


def mifare_layout(card: SimulatedPlastic) -> MifareLayout:
    """The profile that a storage card was issued by."""
    stored = blocks(card)
    return next(
        layout for layout in (MAKERS_MIFARE, MIFARE) if layout.begins(bytes(stored[layout.identity.first_block]))
    )


def value_block_of(plan: SectorPlan) -> int:
    """Where a sector of the purchase keeps its value."""
    return plan.first_block + VALUE


def values(card: SimulatedPlastic) -> tuple[int | None, int | None]:
    """Main value and backup as they lie on a storage card."""
    stored, layout = blocks(card), mifare_layout(card)
    main, backup = (bytes(stored[value_block_of(plan)]) for plan in (layout.copy_a, layout.copy_b))
    return decode_value(main), decode_value(backup)


def make_tool_card(card: SimulatedPlastic, identity: CardIdentity) -> None:
    """Turn an issued card into a clear card of the same number."""
    if isinstance(card, SimulatedMemoryCard):
        cells(card)[MEMORY.identity : MEMORY.copy_a] = MEMORY.encode_identity(identity, CLEAR_CARD)
        return
    if isinstance(card, SimulatedCpuCard):
        profile = cpu_layout(card)
        cpu_file(card, profile.identity_file)[:] = profile.records.encode_identity(identity, CLEAR_CARD)
        return
    layout = mifare_layout(card)
    sector, first = layout.encode_identity_sector(identity, CLEAR_CARD), layout.identity.first_block
    for index in range(3):
        blocks(card)[first + index][:] = sector[16 * index : 16 * index + 16]


def spoil_both_copies(card: SimulatedPlastic) -> None:
    """One wrong byte in each copy of the purchase."""
    if isinstance(card, SimulatedMemoryCard):
        for start in (MEMORY.copy_a, MEMORY.copy_b):
            cells(card)[start] ^= 0xFF
    elif isinstance(card, SimulatedCpuCard):
        for file_id in (cpu_layout(card).copy_a, cpu_layout(card).copy_b):
            cpu_file(card, file_id)[0] ^= 0xFF
    else:
        layout = mifare_layout(card)
        for plan in (layout.copy_a, layout.copy_b):
            blocks(card)[plan.first_block][0] ^= 0xFF


def tear_selector(left: int) -> Deed:
    """The selector byte of a card that was sold to stands at a mixture of both values."""

    def tear(card: SimulatedPlastic) -> None:
        if isinstance(card, SimulatedMemoryCard):
            cells(card)[MEMORY.selector] = left
        else:
            cpu_file(card, cpu_layout(card).control_file)[0] = left

    return tear


def tear_main_value(card: SimulatedPlastic) -> None:
    """The next main value was begun and torn: it does not count."""
    generation = values(card)[0]
    assert generation is not None
    main = value_block_of(mifare_layout(card).copy_a)
    blocks(card)[main][:4] = encode_value(generation + 1, main)[:4]


def tear_backup(card: SimulatedPlastic) -> None:
    """The main value was written whole, its backup torn."""
    blocks(card)[value_block_of(mifare_layout(card).copy_b)][:4] = bytes(4)


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
