"""Issuing a memory card under every single fault: issued, issued again, finished or spoiled stock, never half sold.

The code of the card is changed on the way; around that change nobody may guess which one it holds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from devices.cards import memory_profile as layout
from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceRefused, DeviceUnavailable, KnownError, OutcomeUnknown, RuleViolation
from tests.contract.card_rigs import (
    IDENTITY,
    MEMORY_CARDS,
    OTHER_IDENTITY,
    CardFamily,
    all_tries_full,
    issue,
    outcome_of,
    read,
    write,
)

FIRST = CardPurchase(1, 20_000, 20_000, 25_000, 1_790_000_000_000)


@pytest.fixture(params=MEMORY_CARDS, ids=str)
def family(request: pytest.FixtureRequest) -> CardFamily:
    chosen: CardFamily = request.param
    return chosen


def fresh(family: CardFamily) -> tuple[SimulatedReader, SimulatedMemoryCard]:
    card = family.blank()
    assert isinstance(card, SimulatedMemoryCard)
    return family.reader(card), card


@functools.cache
def cost_of_an_issue(family: CardFamily) -> tuple[int, int]:
    """Commands and lasting bytes of an undisturbed issue."""
    reader, card = fresh(family)
    issue(reader, first=FIRST)
    return card.apdu_count, card.memory.written


def settle(reader: SimulatedReader, card: SimulatedMemoryCard, outcome: CardImage | KnownError) -> str:
    """Read the card after a fault, check it, issue again; say how it ended."""
    card.clear_faults()
    reader.insert(card)
    now = read(reader)
    wrong = card.chip.wrong_presentations
    if now.kind is CardKind.USER:
        assert (now.identity, now.purchase) == (IDENTITY, FIRST)
        assert isinstance(outcome, CardImage | OutcomeUnknown), outcome
        return "issued"
    assert not isinstance(outcome, CardImage)
    assert now.kind in (CardKind.BLANK, CardKind.UNREADABLE), now
    assert now.purchase is None
    before, presented = card.memory.written, card.chip.presentations
    again = outcome_of(lambda: issue(reader, first=FIRST))
    assert card.chip.wrong_presentations == wrong
    if isinstance(again, DeviceRefused):
        assert again.code in ("card.spoiled", "card.tries_not_full")
        assert (card.memory.written, card.chip.presentations) == (before, presented)
        assert (again.code == "card.tries_not_full") == (not all_tries_full(card) and now.note != "card.spoiled")
        return "spoiled" if again.code == "card.spoiled" else "try lost"
    assert isinstance(again, CardImage), again
    assert (again.kind, again.identity, again.purchase) == (CardKind.USER, IDENTITY, FIRST)
    assert all_tries_full(card)
    assert write(reader, CardPurchase(2, 1_000, 21_000, 25_000, FIRST.sold_at_utc_ms), again).purchase is not None
    return "issued again"


@pytest.mark.parametrize("mixture", [None, 0x55, 0xF0, 0xFF])
def test_torn_at_every_byte_the_card_is_issued_again_or_spoiled_stock(mixture: int | None, family: CardFamily) -> None:
    endings = []
    for torn_at in range(cost_of_an_issue(family)[1]):
        reader, card = fresh(family)
        card.tear_after(torn_at, mixture=mixture)
        outcome = outcome_of(lambda r=reader: issue(r, first=FIRST))
        assert isinstance(outcome, DeviceUnavailable | OutcomeUnknown)
        endings.append(settle(reader, card, outcome))
    # The code, the stage bytes around it and, where the reader presents the old code once more, its two tries.
    assert 0 < endings.count("spoiled") <= 8
    assert endings.count("try lost") == endings[:2].count("try lost") <= 2
    assert endings.count("issued") <= 1
    assert endings.index("spoiled") > len(endings) // 3


FAULTS: dict[str, Callable[[SimulatedPlastic, int], None]] = {
    "answer lost": lambda card, at: card.lose_next_answer(after=at),
    "contact lost before": lambda card, at: card.fail_before(after=at),
    "refused 6581": lambda card, at: card.refuse_with(0x6581, after=at),
    "refused 6982": lambda card, at: card.refuse_with(0x6982, after=at),
    "refused 63C2": lambda card, at: card.refuse_with(0x63C2, after=at),
    "done but says 6F00": lambda card, at: card.garble_status(0x6F00, after=at),
    "answer shortened": lambda card, at: card.shorten_answer(after=at),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_at_every_command_the_card_is_issued_again_or_spoiled_stock(fault: str, family: CardFamily) -> None:
    endings = []
    for at in range(cost_of_an_issue(family)[0]):
        reader, card = fresh(family)
        FAULTS[fault](card, at)
        endings.append(settle(reader, card, outcome_of(lambda r=reader: issue(r, first=FIRST))))
        assert all_tries_full(card), at
        assert card.chip.wrong_presentations == 0
    assert endings.count("spoiled") <= 6


def test_unfinished_card_is_finished_for_the_same_number_only(family: CardFamily) -> None:
    reader, card = fresh(family)
    card.tear_after(cost_of_an_issue(family)[1] - 5)
    outcome_of(lambda: issue(reader, first=FIRST))
    reader.insert(card)
    assert (read(reader).kind, read(reader).note) == (CardKind.UNREADABLE, "card.unfinished")
    with pytest.raises(RuleViolation, match=r"card\.unfinished_for_other"):
        issue(reader, OTHER_IDENTITY)
    assert issue(reader, first=FIRST).holds(FIRST)


def test_interrupted_card_may_be_issued_to_another_number(family: CardFamily) -> None:
    reader, card = fresh(family)
    card.tear_after(20)
    outcome_of(lambda: issue(reader, first=FIRST))
    reader.insert(card)
    assert (read(reader).kind, read(reader).note) == (CardKind.BLANK, "blank.interrupted")
    assert issue(reader, OTHER_IDENTITY).identity == OTHER_IDENTITY


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


def test_card_whose_copies_are_both_gone_is_damaged_and_not_unfinished(family: CardFamily) -> None:
    card = family.issued(bought=True)
    assert isinstance(card, SimulatedMemoryCard)
    card.chip.cells[0x30] ^= 0xFF
    card.chip.cells[0x50] ^= 0xFF
    card.chip.cells[0x70] = 0xFF
    reader = family.reader(card)
    assert (read(reader).kind, read(reader).note) == (CardKind.UNREADABLE, "card.damaged")
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(reader)
    assert card.chip.presentations == 1


def family_blank(family: CardFamily) -> SimulatedMemoryCard:
    card = family.blank()
    assert isinstance(card, SimulatedMemoryCard)
    return card


@pytest.mark.parametrize(
    ("identity", "field"),
    [
        (CardIdentity("123", "5101", "1", "M"), "card_no"),
        (CardIdentity("1000000017", "51x1", "1", "M"), "area_code"),
        (CardIdentity("1000000017", "5101", "1234567890123", "M"), "account_no"),
        (CardIdentity("1000000017", "5101", "1", "气表"), "meter_no"),
        (CardIdentity("1000000017", "5101", "1", "M", 256), "issue_no"),
    ],
)
def test_identity_that_does_not_fit_is_refused_before_the_card_is_touched(identity: CardIdentity, field: str) -> None:
    reader, card = fresh(MEMORY_CARDS[0])
    with pytest.raises(RuleViolation) as refused:
        issue(reader, identity)
    assert (refused.value.code, refused.value.params["field"]) == ("card.identity_invalid", field)
    assert card.apdu_count == 0


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


def test_tool_card_is_told_by_name_and_never_sold_to(family: CardFamily) -> None:
    card = family.issued()
    assert isinstance(card, SimulatedMemoryCard)
    card.chip.cells[0x20:0x30] = layout.encode_identity(IDENTITY, 0x12)
    reader = family.reader(card)
    image = read(reader)
    assert (image.kind, image.note, image.purchase) == (CardKind.TOOL, "tool.clear_card", None)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(reader, FIRST, image)
    assert card.chip.presentations == 0
