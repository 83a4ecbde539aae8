"""A box of simulated cards on disk, so that a demo hall keeps its customers' cards between two runs.

Each card is one small file, replaced in one step, so that a killed demo never leaves half a card; a card that was taken
out stores every change of itself there at once, as silicon does, so that its books never say more than it holds. The
files contain the keys of simulated cards and nothing of a real hall. It must not know readers, sessions or books.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from devices.cards import simulated_card, simulated_memory_card, simulated_mifare
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card
from devices.cards.simulated_memory_card import AcsDialect, SimulatedMemoryCard
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic

_SUFFIX = ".card.json"
_FORMATS: Final[dict[str, Callable[[str], SimulatedPlastic]]] = {
    simulated_card.FORMAT: SimulatedCpuCard.from_json,
    simulated_mifare.FORMAT: SimulatedMifareCard.from_json,
    simulated_memory_card.FORMAT: lambda text: SimulatedMemoryCard.from_json(text, AcsDialect()),
}


class SimulatedCardBox:
    """Cards by the name written on their sleeve. Attributes: folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """Names of all cards in the box, sorted."""
        return sorted(path.name.removesuffix(_SUFFIX) for path in self.folder.glob(f"*{_SUFFIX}"))

    def new_blank(self, name: str) -> SimulatedCpuCard:
        """A fresh blank development card with a chip number of its own. Raises FileExistsError if the name is taken."""
        if self._path(name).exists():
            raise FileExistsError(name)
        card = blank_development_card(secrets.token_bytes(4))
        self.put(name, card)
        card.kept_by = partial(self.put, name)
        return card

    def take(self, name: str) -> SimulatedPlastic:
        """The card as it was left; what changes on it from now on is stored before the card answers.

        Raises: FileNotFoundError, or ValueError for a file that is no card.
        """
        text = self._path(name).read_text(encoding="ascii")
        document = json.loads(text)
        revive = _FORMATS.get(str(document.get("format"))) if isinstance(document, dict) else None
        if revive is None:
            raise ValueError("not a simulated card")
        card = revive(text)
        card.kept_by = partial(self.put, name)
        return card

    def put(self, name: str, card: SimulatedPlastic) -> None:
        """Store what the card holds now; the old file stays until the new one is complete."""
        target = self._path(name)
        fresh = target.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as stream:
            stream.write(card.to_json())
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)

    def _path(self, name: str) -> Path:
        if not name or any(sign in name for sign in "/\\.\0"):
            raise ValueError("a card name is one plain word")
        return self.folder / f"{name}{_SUFFIX}"
