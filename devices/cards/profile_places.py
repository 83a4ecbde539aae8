"""Whether the places of a profile get into each other's way. It must not know files, only numbers and lengths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from devices.cards.profile_kinds import MEMORY, WITH_APPLICATION, Kind
from devices.cards.record_layout import RecordLayout

END_OF_MEMORY: Final = 0x100
"""Profiles use the same addresses on every memory chip; of the larger ones the rest is left alone."""
_RECORD_AT: Final = {"copy_a": "purchase", "copy_b": "purchase"}
_KEYS: Final = (("external_auth_key", "meter_auth_key"), ("line_key", "meter_line_key"))


def ranges_that_overlap(
    kind: Kind, places: Mapping[str, int], records: Mapping[str, RecordLayout]
) -> Iterator[tuple[str, str]]:
    """Pairs of a place and what it runs into: the name of another place, or the end of the memory."""
    if kind.name == MEMORY:
        yield from _in_memory(kind, places, records)
        return
    numbered = [place for place in places if not place.endswith("_key") and place != "directory"]
    yield from _equal(numbered, places)
    if kind.name in WITH_APPLICATION:
        for pair in _KEYS:
            yield from _equal(pair, places)


def _equal(names: list[str] | tuple[str, ...], places: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    seen: dict[int, str] = {}
    for name in names:
        if places[name] in seen:
            yield name, seen[places[name]]
        seen.setdefault(places[name], name)


def _in_memory(kind: Kind, places: Mapping[str, int], records: Mapping[str, RecordLayout]) -> Iterator[tuple[str, str]]:
    def end(place: str) -> int:
        length = 1 if place in kind.one_byte else records[_RECORD_AT.get(place, place)].length
        return places[place] + length

    ordered = sorted(places, key=lambda place: places[place])
    for lower, upper in pairwise(ordered):
        if end(lower) > places[upper]:
            yield upper, f"{lower} (0x{places[lower]:02X} … 0x{end(lower) - 1:02X})"
    for place in ordered:
        if end(place) > END_OF_MEMORY:
            yield place, f"0x{END_OF_MEMORY - 1:02X}"
