"""A purchase under every single fault: torn at every byte, contact lost, lied to or swapped at every command.

What an error promises is checked against the card itself: *refused* and *unavailable* mean that the card holds what it
held, an image that holds the purchase means it is there, *unknown* means one of the two and never a third thing.
"""

from __future__ import annotations

import pytest

from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from pos.domain.errors import DeviceError, DeviceRefused
from tests.contract.card_laboratory import Deed
from tests.contract.card_promises import (
    FAULTS,
    MIXTURES,
    check_promise,
    prepared,
    prepared_with_tear,
    try_to_buy,
)
from tests.contract.card_rigs import (
    FAMILIES,
    FMCOS_CARD,
    MEMORY_CARDS,
    OTHER_CHIP,
    OTHER_IDENTITY,
    WALLET_CARD,
    CardFamily,
    all_tries_full,
    cost_of_a_purchase,
    outcome_of,
    presentations,
    read,
    write,
)

PURCHASE_COMMANDS = 24
COPY_AND_SELECTOR = 33
COPY_AND_WALLET = 32 + 20 + 25  # the copy, the wallet, its log
AUTHENTICATION = 2  # the try is taken and given back: two lasting bytes before the copy
TORN = [pytest.param(family, tear, id=f"{family}-{name}") for family in FAMILIES for name, tear in family.tears]


@pytest.fixture(params=FAMILIES, ids=str)
def family(request: pytest.FixtureRequest) -> CardFamily:
    """Every family a counter sells to."""
    chosen: CardFamily = request.param
    return chosen


def test_a_purchase_takes_the_commands_and_bytes_the_page_says() -> None:
    assert cost_of_a_purchase(FMCOS_CARD) == (PURCHASE_COMMANDS, AUTHENTICATION + COPY_AND_SELECTOR)
    assert cost_of_a_purchase(WALLET_CARD) == (29, AUTHENTICATION + COPY_AND_WALLET)


@pytest.mark.parametrize("second", [False, True], ids=["A to B", "B to A"])
@pytest.mark.parametrize("mixture", MIXTURES)
def test_torn_at_every_byte_the_card_is_plainly_before_or_after(
    mixture: int | None, second: bool, family: CardFamily
) -> None:
    afters = []
    lasting = cost_of_a_purchase(family, second=second)[1]
    for torn_at in range(lasting):
        reader, card, before, buy = prepared(family, second=second)
        card.tear_after(torn_at, mixture=mixture)
        outcome = outcome_of(lambda r=reader, b=buy, i=before: write(r, b, i))
        assert isinstance(outcome, DeviceError), torn_at
        if check_promise(outcome, reader, card, before, buy):
            afters.append(torn_at)
        assert all_tries_full(card) or (isinstance(card, SimulatedMemoryCard) and torn_at < AUTHENTICATION)
    # Only what is written last can turn the card over, and a single byte only if some of its bits were stored.
    assert afters == list(range(lasting - len(afters), lasting))
    assert len(afters) <= family.commit_bytes
    assert bool(afters) == (mixture is not None or family.commit_bytes > 1)


@pytest.mark.parametrize("second", [False, True], ids=["A to B", "B to A"])
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_at_every_command_keeps_the_promise_of_its_error(fault: str, second: bool, family: CardFamily) -> None:
    for at in range(cost_of_a_purchase(family, second=second)[0]):
        case = prepared(family, second=second)
        FAULTS[fault](case[1], at)
        try_to_buy(case)
        assert all_tries_full(case[1]), at


def test_two_faults_in_one_purchase_keep_the_promise(family: CardFamily) -> None:
    names = ["answer lost", "refused 6581", "claims 9000 and does nothing", "done but says 6581", "answer shortened"]
    for first in names:
        for second in names:
            for at in range(cost_of_a_purchase(family)[0] - 1):
                case = prepared(family)
                FAULTS[first](case[1], at)
                FAULTS[second](case[1], at + 1)
                try_to_buy(case)
                assert all_tries_full(case[1]), (first, second, at)


@pytest.mark.parametrize(
    "fault", ["answer lost", "contact lost before", "refused 6581", "refused 6300", "claims 9000 and does nothing"]
)
@pytest.mark.parametrize(("family", "tear"), TORN)
def test_fault_at_every_command_after_a_tear_keeps_the_promise(fault: str, family: CardFamily, tear: Deed) -> None:
    for at in range(cost_of_a_purchase(family)[0] + family.mend_commands):
        case = prepared_with_tear(family, tear)
        FAULTS[fault](case[1], at)
        try_to_buy(case)


@pytest.mark.parametrize("mixture", [None, 0x0F, 0xFF])
@pytest.mark.parametrize(("family", "tear"), TORN)
def test_torn_again_at_every_byte_the_card_is_plainly_before_or_after(
    mixture: int | None, family: CardFamily, tear: Deed
) -> None:
    for torn_at in range(cost_of_a_purchase(family)[1] + family.mend_bytes):
        case = prepared_with_tear(family, tear)
        case[1].tear_after(torn_at, mixture=mixture)
        try_to_buy(case)


def test_card_swapped_at_any_command_leaves_the_other_card_untouched(family: CardFamily) -> None:
    for at in range(cost_of_a_purchase(family)[0]):
        reader, card, before, buy = prepared(family)
        other = family.issued(OTHER_CHIP, OTHER_IDENTITY)
        reader.swap_after(at, other)
        outcome = outcome_of(lambda r=reader, b=buy, i=before: write(r, b, i))
        assert isinstance(outcome, DeviceError), at
        assert other.memory.written == 0
        assert other.apdu_count == 0
        check_promise(outcome, reader, card, before, buy)


def test_a_refused_authentication_is_not_repeated() -> None:
    reader, card, before, buy = prepared(FMCOS_CARD)
    assert isinstance(card, SimulatedCpuCard)
    directory = card.files.directories[0x3F01]
    key = directory.key(0x39, 0x00)
    assert key is not None
    key.secret[0] ^= 0xFF
    outcome = outcome_of(lambda: write(reader, buy, before))
    assert isinstance(outcome, DeviceRefused)
    assert (outcome.code, outcome.params["tries_left"]) == ("card.authentication_refused", 2)
    assert key.tries_left == key.tries_maximum - 1


def test_a_refused_mac_is_not_repeated() -> None:
    reader, card, before, buy = prepared(FMCOS_CARD)
    assert isinstance(card, SimulatedCpuCard)
    key = card.files.directories[0x3F01].key(0x36, 0x00)
    assert key is not None
    key.secret[0] ^= 0xFF
    outcome = outcome_of(lambda: write(reader, buy, before))
    assert isinstance(outcome, DeviceRefused)
    assert outcome.code == "card.mac_refused"
    assert key.tries_left == key.tries_maximum - 1
    assert read(reader).purchase == before.purchase


@pytest.mark.parametrize("memory", MEMORY_CARDS, ids=str)
def test_a_purchase_presents_the_code_exactly_once_and_classifying_never(memory: CardFamily) -> None:
    reader, card, before, buy = prepared(memory)
    assert presentations(card) == 0
    write(reader, buy, before)
    assert presentations(card) == 1


@pytest.mark.parametrize("memory", MEMORY_CARDS, ids=str)
def test_a_refused_code_is_not_repeated_and_the_card_is_only_read_afterwards(memory: CardFamily) -> None:
    reader, card, before, buy = prepared(memory)
    assert isinstance(card, SimulatedMemoryCard)
    chip = card.chip
    target, first = (chip.security, 1) if memory.driver == "memory-4442" else (chip.cells, 0x3FE)
    target[first] ^= 0xFF
    outcome = outcome_of(lambda: write(reader, buy, before))
    assert isinstance(outcome, DeviceRefused)
    left = chip.family.tries - 1
    assert (outcome.code, outcome.params["tries_left"]) == ("card.authentication_refused", left)
    again = outcome_of(lambda: write(reader, buy, before))
    assert isinstance(again, DeviceRefused)
    assert (again.code, again.params["tries_left"]) == ("card.tries_not_full", left)
    assert (chip.presentations, chip.wrong_presentations) == (1, 1)
    assert read(reader).purchase == before.purchase
