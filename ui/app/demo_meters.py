"""The meters on the walls of the demo hall's customers: one per number, whichever card is put into it.

A meter knows what is left in it and which purchase it took last, not the card; so a replaced card finds the same meter,
as in a real home. Kept beside the box of cards; until a meter is kept, it is as the cards last reported on it. Must not
know: books, screens.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from devices.cards.simulated_meter import SimulatedMeter
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from pos.domain.card import CardImage, CardKind, MeterFeedback
from pos.domain.errors import KnownError
from pos.ports.keys import KeyAuthority

FILE_NAME = "home-meters.json"
_KEPT = ("remaining_l", "used_l", "taken_sequence")


class HomeMeters:
    """The meters by their numbers."""

    def __init__(self, box: SimulatedCardBox, keys: KeyAuthority) -> None:
        self._box = box
        self._keys = keys

    def of(self, image: CardImage) -> SimulatedMeter | None:
        """The meter of whom a card belongs to; None for a card without one."""
        if image.kind is not CardKind.USER or image.identity is None:
            return None
        meter = SimulatedMeter(self._keys, image.identity.meter_no)
        kept = self._kept().get(meter.meter_no)
        if kept is not None:
            meter.remaining_l, meter.used_l, meter.taken_sequence = (kept[name] for name in _KEPT)
            return meter
        said = max(self._reports(image), key=lambda report: (report.taken_sequence, report.used_l), default=None)
        if said is not None:
            meter.remaining_l, meter.used_l, meter.taken_sequence = said.remaining_l, said.used_l, said.taken_sequence
        return meter

    def keep(self, meter: SimulatedMeter) -> None:
        """As it is now; the old file stays until the new one is complete."""
        known = self._kept() | {meter.meter_no: {name: getattr(meter, name) for name in _KEPT}}
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump(known, stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._path)

    @property
    def _path(self) -> Path:
        return self._box.folder / FILE_NAME

    def _kept(self) -> dict[str, dict[str, int]]:
        """Nothing where there is no file; a damaged one of the demo is begun anew."""
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _reports(self, image: CardImage) -> list[MeterFeedback]:
        """What this card and the others of the box say of the same meter."""
        images = [image]
        for name in self._box.names():
            reader = SimulatedReader(self._keys)
            reader.insert(self._box.take(name))
            try:
                with reader.session() as card_session:
                    images.append(card_session.read())
            except KnownError:
                continue
        meter_no = "" if image.identity is None else image.identity.meter_no
        same = [one for one in images if one.identity is not None and one.identity.meter_no == meter_no]
        return [one.feedback for one in same if one.feedback is not None and one.feedback.read_on]
