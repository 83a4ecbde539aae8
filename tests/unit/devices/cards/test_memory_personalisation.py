"""What only a memory card can suffer while it is issued: its code is changed on the way, and nobody may guess it."""

from __future__ import annotations

import pytest

from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardKind, CardPurchase
from pos.domain.errors import DeviceRefused, RuleViolation
from tests.contract.card_rigs import (
    MEMORY_CARDS,
    OTHER_IDENTITY,
    CardFamily,
    issue,
    read,
    write,
)
from tests.contract.issue_promises import FIRST


@pytest.fixture(params=MEMORY_CARDS, ids=str)
def family(request: pytest.FixtureRequest) -> CardFamily:
    chosen: CardFamily = request.param
    return chosen


def fresh(family: CardFamily) -> tuple[SimulatedReader, SimulatedMemoryCard]:
    card = family.blank()
    assert isinstance(card, SimulatedMemoryCard)
    return family.reader(card), card


def test_issued_card_carries_a_code_of_its_own(family: CardFamily) -> None:
    (reader, card), (other_reader, other) = fresh(family), fresh(family)
    issue(reader)
    issue(other_reader, OTHER_IDENTITY)
    factory = b"\xff" * card.chip.family.code_length
    assert len({card.chip.code, other.chip.code, factory}) == 3
    # The answer to reset, the maker's area and the protection bits are as they were.
    assert card.chip.cells[:0x20] == family_blank(family).chip.cells[:0x20]
    assert card.chip.protected == family_blank(family).chip.protected


def test_issuing_presents_the_transport_code_once_and_no_wrong_one(family: CardFamily) -> None:
    reader, card = fresh(family)
    issue(reader)
    # An OMNIKEY presents the old code once more by itself when the code is changed.
    assert card.chip.presentations == (2 if family.dialect == "omnikey" else 1)
    assert card.chip.wrong_presentations == 0


def family_blank(family: CardFamily) -> SimulatedMemoryCard:
    card = family.blank()
    assert isinstance(card, SimulatedMemoryCard)
    return card


def test_blank_with_another_transport_code_is_tried_once(family: CardFamily) -> None:
    reader, card = fresh(family)
    card.chip.is_open = True
    card.chip.change_code(b"\x12\x34\x56"[: card.chip.family.code_length])
    left = card.chip.family.tries - 1
    with pytest.raises(DeviceRefused) as refused:
        issue(reader)
    assert (refused.value.code, refused.value.params["tries_left"]) == ("card.authentication_refused", left)
    with pytest.raises(DeviceRefused, match=r"card\.tries_not_full"):
        issue(reader)
    assert (card.chip.presentations, card.chip.counter.bit_count()) == (1, left)


def test_card_of_another_company_is_foreign_and_never_tried(family: CardFamily) -> None:
    reader, card = fresh(family)
    card.chip.cells[0x20:0x30] = bytes(range(16))
    image = read(reader)
    assert (image.kind, image.note) == (CardKind.FOREIGN, "foreign.memory_card")
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(reader)
    assert (card.chip.presentations, card.memory.written) == (0, 0)


def test_card_without_any_try_left_is_read_and_never_written(family: CardFamily) -> None:
    card = family.issued(bought=True)
    assert isinstance(card, SimulatedMemoryCard)
    reader = family.reader(card)
    before = read(reader)
    for _try in range(card.chip.family.tries):
        card.chip.present(b"\x00" * card.chip.family.code_length)
    presented = card.chip.presentations
    assert read(reader).purchase == before.purchase
    with pytest.raises(DeviceRefused, match=r"card\.key_locked"):
        write(reader, CardPurchase(2, 1, 1, 1, FIRST.sold_at_utc_ms), before)
    assert card.chip.presentations == presented


def test_keystore_without_memory_purposes_is_told_before_the_card_is_touched(family: CardFamily) -> None:
    keys = development_key_set()
    older = type(keys)(is_test=True, keys={name: key for name, key in keys.keys.items() if "memory" not in name})
    card = family.blank()
    with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
        issue(family.reader(card, KeyRing(older)))
    assert card.apdu_count == 0
