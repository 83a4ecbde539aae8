"""A maker's way to derive the code of a card: named by a profile, found by its entry point, checked in time."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from devices.cards import card_code
from devices.cards.card_profile import ProfileInvalid, parse_profile
from devices.cards.hall_profiles import HallLayouts
from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.memory_profile import MemoryLayout
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardIdentity, CardKind
from pos.domain.errors import DeviceRefused
from pos.ports.keys import KeyAuthority
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, KEYS, MEMORY_CARDS, issue, read, write
from tests.contract.makers_profiles import example

FAMILY = MEMORY_CARDS[0]


class AcmeCode:
    """The one of the page."""

    def code(self, keys: KeyAuthority, identity: CardIdentity, factor: bytes, length: int) -> bytes:
        number = bytes.fromhex(identity.card_no).rjust(8, b"\x00")
        return keys.authenticate("memory_code", factor, number)[:length]


class FactoryCode:
    """A way that leaves every card with the code it was delivered with."""

    def code(self, keys: KeyAuthority, identity: CardIdentity, factor: bytes, length: int) -> bytes:
        return b"\xff" * length


class ShortCode(AcmeCode):
    """A way for another chip."""

    def code(self, keys: KeyAuthority, identity: CardIdentity, factor: bytes, length: int) -> bytes:
        return super().code(keys, identity, factor, length - 1)


@pytest.fixture(autouse=True)
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages of four makers, one of them broken."""
    ways = {"acme": "AcmeCode", "factory": "FactoryCode", "short": "ShortCode", "broken": "Nothing"}
    found = EntryPoints(EntryPoint(name, f"{__name__}:{made}", card_code.GROUP) for name, made in ways.items())
    monkeypatch.setattr(card_code, "installed", lambda: found)


def layout_with(name: str) -> MemoryLayout:
    return MemoryLayout(parse_profile(example("memory-4442").replace('"cryptogram"', f'"{name}"')))


def test_card_with_a_makers_code_is_issued_and_sold_to_with_it() -> None:
    card = FAMILY.blank()
    assert isinstance(card, SimulatedMemoryCard)
    layout = layout_with("acme")
    reader = SimulatedReader(KEYS, matrix=lambda: FAMILY.matrix, layouts=lambda: HallLayouts(memory=(layout,)))
    reader.insert(card)
    assert write(reader, FIRST_BUY, issue(reader)).holds(FIRST_BUY)
    assert card.chip.code == layout.code(KEYS, IDENTITY, 3)
    assert card.chip.code != FAMILY.issued().chip.code  # type: ignore[attr-defined]
    assert card.chip.wrong_presentations == 0


@pytest.mark.parametrize("name", ["factory", "short", "broken"])
def test_way_that_answers_no_code_is_refused_before_a_byte_is_written(name: str) -> None:
    card = FAMILY.blank()
    layout = layout_with(name)
    reader = SimulatedReader(KEYS, matrix=lambda: FAMILY.matrix, layouts=lambda: HallLayouts(memory=(layout,)))
    reader.insert(card)
    with pytest.raises(DeviceRefused, match=r"profiles\.invalid"):
        issue(reader)
    assert card.memory.written == 0
    assert read(reader).kind is CardKind.BLANK


def test_way_that_is_not_installed_is_a_problem_of_the_profile_and_the_installed_ones_are_named() -> None:
    with pytest.raises(ProfileInvalid) as invalid:
        layout_with("other")
    (problem,) = invalid.value.problems
    assert (problem.place, problem.code) == ("[rules] code", "wrong")
    assert problem.allowed == '"cryptogram" | "acme" | "broken" | "factory" | "short"'


def test_package_that_went_away_is_refused() -> None:
    with pytest.raises(DeviceRefused, match=r"profiles\.invalid"):
        card_code.way("gone").code(KeyRing(development_key_set()), IDENTITY, bytes(8), 3)
