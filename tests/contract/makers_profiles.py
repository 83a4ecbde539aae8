"""A maker's own profiles for the card contract: the worked examples, as they are printed in docs/card-profiles.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from devices.cards.card_profile import parse_profile
from devices.cards.hall_profiles import HallLayouts
from devices.cards.memory_profile import REFERENCE as MEMORY_REFERENCE
from devices.cards.memory_profile import MemoryLayout
from devices.cards.mifare_profile import REFERENCE as MIFARE_REFERENCE
from devices.cards.mifare_profile import MifareLayout
from devices.cards.reference_profile import REFERENCE as CPU_REFERENCE
from devices.cards.reference_profile import CpuLayout
from devices.cards.wallet_profile import WALLET

PAGE = Path(__file__).parents[2] / "docs" / "card-profiles.md"


@cache
def example(family: str) -> str:
    """The example for a family of cards."""
    blocks = re.findall(r"```toml\n(profile = 1\n.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    (found,) = (block for block in blocks if f'families = ["{family}"]' in block)
    return str(found)


MAKERS_MIFARE = MifareLayout(parse_profile(example("mifare-1k")))
MAKERS_CPU = CpuLayout(parse_profile(example("fmcos")))
MAKERS_MEMORY = MemoryLayout(parse_profile(example("memory-4442")))
MAKERS_LAYOUTS = HallLayouts(
    cpu=(MAKERS_CPU, CPU_REFERENCE, WALLET),
    mifare=(MAKERS_MIFARE, MIFARE_REFERENCE),
    memory=(MAKERS_MEMORY, MEMORY_REFERENCE),
)
