"""Issuing under every single fault: whatever happens, no half-made card can be sold to, and the try counters survive.

After a fault the card is read and issued again. It must end as a user card with exactly the first purchase, or be
refused as spoiled stock; spoiled is allowed only around the change of the master key.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, foreign_cpu_card
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceRefused, DeviceUnavailable, KnownError, OutcomeUnknown, RuleViolation
from tests.contract.card_rigs import (
    CHIP,
    FIRST_BUY,
    IDENTITY,
    KEYS,
    NOTHING_BOUGHT,
    OTHER_IDENTITY,
    all_tries_full,
    issue,
    outcome_of,
    read,
    write,
)

FIRST = CardPurchase(1, 20_000, 20_000, 25_000, 1_790_000_000_000)


def fresh(*, contact: bool = False) -> tuple[SimulatedReader, SimulatedCpuCard]:
    reader, card = SimulatedReader(KEYS), blank_development_card(CHIP, contact=contact)
    reader.insert(card)
    return reader, card


def cost_of_an_issue() -> tuple[int, int]:
    """Commands and lasting bytes of an undisturbed issue."""
    reader, card = fresh()
    issue(reader, first=FIRST)
    return card.apdu_count, card.memory.written


COMMANDS, BYTES = cost_of_an_issue()


def test_an_issue_takes_the_commands_and_bytes_the_page_says() -> None:
    assert (COMMANDS, BYTES) == (68, 347)


def settle(reader: SimulatedReader, card: SimulatedCpuCard, outcome: CardImage | KnownError) -> str:
    """Read the card after a fault, check it, issue again; say how it ended."""
    card.clear_faults()
    reader.insert(card)
    now = read(reader)
    if now.kind is CardKind.USER:
        assert (now.identity, now.purchase) == (IDENTITY, FIRST)
        assert isinstance(outcome, CardImage | OutcomeUnknown), outcome
        return "issued"
    assert not isinstance(outcome, CardImage)
    assert now.kind in (CardKind.BLANK, CardKind.UNREADABLE)
    assert now.purchase is None
    before = card.memory.written
    again = outcome_of(lambda: issue(reader, first=FIRST))
    if isinstance(again, DeviceRefused):
        assert again.code == "card.spoiled"
        assert card.memory.written == before
        return "spoiled"
    assert isinstance(again, CardImage)
    assert (again.kind, again.identity, again.purchase) == (CardKind.USER, IDENTITY, FIRST)
    assert all_tries_full(card)
    assert write(reader, CardPurchase(2, 1_000, 21_000, 25_000, 5), again).purchase is not None
    return "issued again"


@pytest.mark.parametrize("mixture", [None, 0x55, 0xF0, 0xFF])
def test_torn_at_every_byte_the_card_is_issued_again_or_spoiled_stock(mixture: int | None) -> None:
    endings = []
    for torn_at in range(BYTES):
        reader, card = fresh()
        card.tear_after(torn_at, mixture=mixture)
        outcome = outcome_of(lambda r=reader: issue(r, first=FIRST))
        assert isinstance(outcome, DeviceUnavailable | OutcomeUnknown)
        endings.append(settle(reader, card, outcome))
    # 16 key bytes, its counter, the authentication before it and the two stage bytes around it.
    assert 0 < endings.count("spoiled") <= 26
    assert endings.count("issued") <= 1
    assert endings.index("spoiled") > BYTES // 2


FAULTS: dict[str, Callable[[SimulatedCpuCard, int], None]] = {
    "answer lost": lambda card, at: card.lose_next_answer(after=at),
    "contact lost before": lambda card, at: card.fail_before(after=at),
    "refused 6581": lambda card, at: card.refuse_with(0x6581, after=at),
    "refused 6982": lambda card, at: card.refuse_with(0x6982, after=at),
    "done but says 6F00": lambda card, at: card.garble_status(0x6F00, after=at),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_at_every_command_the_card_is_issued_again_or_spoiled_stock(fault: str) -> None:
    endings = []
    for at in range(COMMANDS):
        reader, card = fresh()
        FAULTS[fault](card, at)
        endings.append(settle(reader, card, outcome_of(lambda r=reader: issue(r, first=FIRST))))
        assert all_tries_full(card), at
    assert endings.count("spoiled") <= 12


def test_unfinished_card_is_finished_for_the_same_number_only() -> None:
    reader, card = fresh()
    card.tear_after(BYTES - 10)
    outcome_of(lambda: issue(reader, first=FIRST))
    reader.insert(card)
    assert (read(reader).kind, read(reader).note) == (CardKind.UNREADABLE, "card.unfinished")
    with pytest.raises(RuleViolation, match=r"card\.unfinished_for_other"):
        issue(reader, OTHER_IDENTITY)
    assert issue(reader, first=FIRST).holds(FIRST)


def test_interrupted_card_may_be_issued_to_another_number() -> None:
    reader, card = fresh()
    card.tear_after(BYTES // 2)
    outcome_of(lambda: issue(reader, first=FIRST))
    reader.insert(card)
    assert (read(reader).kind, read(reader).note) == (CardKind.BLANK, "blank.interrupted")
    assert issue(reader, OTHER_IDENTITY).identity == OTHER_IDENTITY


def test_issued_card_no_longer_opens_with_the_transport_key() -> None:
    reader, card = fresh()
    issue(reader)
    master = card.files.master
    assert master is not None
    assert bytes(master.keys[0].secret) != b"\xff" * 16
    other_reader, other = fresh()
    issue(other_reader, OTHER_IDENTITY)
    assert other.files.master is not None
    assert other.files.master.keys[0].secret != master.keys[0].secret


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
    reader, card = fresh()
    with pytest.raises(RuleViolation) as refused:
        issue(reader, identity)
    assert (refused.value.code, refused.value.params["field"]) == ("card.identity_invalid", field)
    assert card.apdu_count == 0


def test_card_with_another_transport_key_is_tried_once() -> None:
    reader, card = fresh()
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


def test_first_purchase_may_be_on_the_card_from_the_start() -> None:
    reader, _card = fresh(contact=True)
    image = issue(reader, first=FIRST_BUY)
    assert image.unconsumed_l == FIRST_BUY.volume_l
    assert image.purchase != NOTHING_BOUGHT
