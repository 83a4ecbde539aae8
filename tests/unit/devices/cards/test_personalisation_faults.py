"""Issuing under every single fault: whatever happens, no half-made card can be sold to, and the try counters survive.

Spoiled stock is allowed only where nobody may guess which key or code a card holds; how narrow that is depends on the
family.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from devices.cards.mifare_access import access_word
from devices.cards.mifare_profile import REFERENCE
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, foreign_cpu_card
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardIdentity, CardKind
from pos.domain.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown, RuleViolation
from tests.contract.card_laboratory import blocks
from tests.contract.card_promises import FAULTS
from tests.contract.card_rigs import (
    CHIP,
    CPU_CARDS,
    FIRST_BUY,
    FMCOS_CARD,
    KEYS,
    MEMORY_CARDS,
    MIFARE_CARD,
    OTHER_IDENTITY,
    WALLET_CARD,
    CardFamily,
    all_tries_full,
    issue,
    outcome_of,
    read,
)
from tests.contract.issue_promises import (
    FIRST,
    ISSUED,
    ISSUED_AGAIN,
    SPOILED,
    TRY_LOST,
    cost_of_an_issue,
    fresh,
    settle,
    wrong_presentations,
)

ISSUED_FAMILIES = (*CPU_CARDS, MIFARE_CARD, *MEMORY_CARDS)
MIFARE_DATA_BYTES = len(REFERENCE.issue_order) * 48


@dataclass(frozen=True)
class Endings:
    """What may become of a family's cards when an issue is disturbed.

    Attributes:
        spoiled: of a tear at every byte, how many cards at least and at most; first_spoiled: none before this byte.
        issued: how many of those tears may leave the card issued.
        try_lost: how many of the first bytes may cost a memory card its try.
        spoiled_by_faults: how many commands of an issue may spoil a card by one fault.
        interrupted_at, unfinished_from_end: bytes at which a tear leaves a card interrupted, or unfinished.
    """

    spoiled: tuple[int, int]
    first_spoiled: int
    issued: range
    spoiled_by_faults: int
    interrupted_at: int
    unfinished_from_end: int
    try_lost: int = 0


ENDINGS = {
    # 16 key bytes, its counter, the authentication before it and the two stage bytes around it.
    FMCOS_CARD: Endings((1, 26), 347 // 2, range(2), 12, 347 // 2, 10),
    # The same, with three keys more before it, and the purchase loaded behind it.
    WALLET_CARD: Endings((1, 26), 478 // 2, range(2), 12, 478 // 2, 10),
    # The three access bytes of each trailer; from the last changed byte of the main value on the card is issued.
    MIFARE_CARD: Endings(
        (len(REFERENCE.issue_order), 3 * len(REFERENCE.issue_order)),
        MIFARE_DATA_BYTES,
        range(16, 26),
        0,
        MIFARE_DATA_BYTES + 100,
        30,
    ),
    # The code, the stage bytes around it and, where the reader presents the old code once more, its two tries.
    **dict.fromkeys(MEMORY_CARDS, Endings((1, 8), 30, range(2), 6, 20, 5, try_lost=2)),
}


@pytest.fixture(params=ISSUED_FAMILIES, ids=str)
def family(request: pytest.FixtureRequest) -> CardFamily:
    chosen: CardFamily = request.param
    return chosen


def test_an_issue_takes_the_commands_and_bytes_the_pages_say() -> None:
    assert cost_of_an_issue(FMCOS_CARD) == (68, 347)
    assert cost_of_an_issue(WALLET_CARD) == (83, 478)
    assert cost_of_an_issue(MIFARE_CARD) == (163, 512)


def has_proper_access_bits(card: SimulatedPlastic) -> bool:
    """Every sector of a storage card carries the conditions that its plan names."""
    return all(bytes(blocks(card)[plan.trailer][6:9]) == access_word(plan.access) for plan in REFERENCE.issue_order)


@pytest.mark.parametrize("mixture", [None, 0x55, 0xF0, 0xFF])
def test_torn_at_every_byte_the_card_is_issued_again_or_spoiled_stock(mixture: int | None, family: CardFamily) -> None:
    endings = []
    for torn_at in range(cost_of_an_issue(family)[1]):
        reader, card, before = fresh(family)
        card.tear_after(torn_at, mixture=mixture)
        outcome = outcome_of(lambda r=reader, b=before: issue(r, first=FIRST, before=b))
        assert isinstance(outcome, DeviceUnavailable | OutcomeUnknown)
        endings.append(settle(reader, card, outcome))
        assert family is not MIFARE_CARD or endings[-1] == SPOILED or has_proper_access_bits(card)
    allowed = ENDINGS[family]
    assert allowed.spoiled[0] <= endings.count(SPOILED) <= allowed.spoiled[1]
    assert endings.index(SPOILED) > allowed.first_spoiled
    assert endings.count(ISSUED) in allowed.issued
    assert endings.count(TRY_LOST) == endings[: allowed.try_lost].count(TRY_LOST)


LIE = "claims 9000 and does nothing"
# A key that was written to a CPU card cannot be read back: a chip that lied about it is found out later, as not ours.
DISTURBED = [
    pytest.param(family, fault, id=f"{family}-{fault}")
    for family in ISSUED_FAMILIES
    for fault in FAULTS
    if family not in CPU_CARDS or fault != LIE
]


@pytest.mark.parametrize(("family", "fault"), DISTURBED)
def test_fault_at_every_command_the_card_is_issued_again_or_spoiled_stock(fault: str, family: CardFamily) -> None:
    endings = []
    for at in range(cost_of_an_issue(family)[0]):
        reader, card, before = fresh(family)
        FAULTS[fault](card, at)
        outcome = outcome_of(lambda r=reader, b=before: issue(r, first=FIRST, before=b))
        endings.append(settle(reader, card, outcome))
        assert all_tries_full(card), at
        assert wrong_presentations(card) == 0
    assert endings.count(SPOILED) <= ENDINGS[family].spoiled_by_faults
    assert set(endings) <= {ISSUED, ISSUED_AGAIN, SPOILED}


def torn_issue(family: CardFamily, torn_at: int) -> SimulatedReader:
    """A reader with a card whose issue was torn at a byte."""
    reader, card, before = fresh(family)
    card.tear_after(torn_at)
    outcome_of(lambda: issue(reader, first=FIRST, before=before))
    reader.insert(card)
    return reader


def test_unfinished_card_is_finished_for_the_same_number_only(family: CardFamily) -> None:
    reader = torn_issue(family, cost_of_an_issue(family)[1] - ENDINGS[family].unfinished_from_end)
    assert (read(reader).kind, read(reader).note) == (CardKind.UNREADABLE, "card.unfinished")
    with pytest.raises(RuleViolation, match=r"card\.unfinished_for_other"):
        issue(reader, OTHER_IDENTITY)
    assert issue(reader, first=FIRST).holds(FIRST)


def test_interrupted_card_may_be_issued_to_another_number(family: CardFamily) -> None:
    reader = torn_issue(family, ENDINGS[family].interrupted_at)
    assert (read(reader).kind, read(reader).note) == (CardKind.BLANK, "blank.interrupted")
    assert issue(reader, OTHER_IDENTITY).identity == OTHER_IDENTITY


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
def test_identity_that_does_not_fit_is_refused_before_the_card_is_touched(
    identity: CardIdentity, field: str, family: CardFamily
) -> None:
    reader, card, before = fresh(family)
    commands = card.apdu_count
    with pytest.raises(RuleViolation) as refused:
        issue(reader, identity, before=before)
    assert (refused.value.code, refused.value.params["field"]) == ("card.identity_invalid", field)
    assert card.apdu_count == commands


def test_first_purchase_may_be_on_the_card_from_the_start(family: CardFamily) -> None:
    image = issue(fresh(family)[0], first=FIRST_BUY)
    assert (image.unconsumed_l, image.generation) == (FIRST_BUY.volume_l, 1)


def fresh_cpu(*, contact: bool = False) -> tuple[SimulatedReader, SimulatedCpuCard]:
    reader, card = SimulatedReader(KEYS), blank_development_card(CHIP, contact=contact)
    reader.insert(card)
    return reader, card


def test_contact_card_is_issued_with_its_first_purchase_too() -> None:
    assert issue(fresh_cpu(contact=True)[0], first=FIRST_BUY).unconsumed_l == FIRST_BUY.volume_l


def test_issued_card_no_longer_opens_with_the_transport_key() -> None:
    reader, card = fresh_cpu()
    issue(reader)
    master = card.files.master
    assert master is not None
    assert bytes(master.keys[0].secret) != b"\xff" * 16
    other_reader, other = fresh_cpu()
    issue(other_reader, OTHER_IDENTITY)
    assert other.files.master is not None
    assert other.files.master.keys[0].secret != master.keys[0].secret


def test_card_with_another_transport_key_is_tried_once() -> None:
    reader, card = fresh_cpu()
    assert card.files.master is not None
    card.files.master.keys[0].secret[:] = bytes(16)
    with pytest.raises(DeviceRefused) as refused:
        issue(reader)
    assert (refused.value.code, refused.value.params["tries_left"]) == ("card.authentication_refused", 2)
    assert card.files.master.keys[0].tries_left == 2


def test_foreign_card_is_not_tried_at_all() -> None:
    reader, card = SimulatedReader(KEYS), foreign_cpu_card(CHIP)
    reader.insert(card)
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(reader)
    assert all_tries_full(card)


def test_issue_whose_directory_is_not_found_presents_no_key_elsewhere_and_costs_no_try() -> None:
    for at in range(cost_of_an_issue(FMCOS_CARD)[0]):
        reader, card, before = fresh(FMCOS_CARD)
        card.refuse_with(0x6A82, after=at)
        outcome_of(lambda r=reader, b=before: issue(r, first=FIRST, before=b))
        assert all_tries_full(card), at
