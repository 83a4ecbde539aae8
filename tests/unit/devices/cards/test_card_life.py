"""The life of a card under random faults, against a model of what may be on it; and a card that answers nonsense."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_memory_card import AcsDialect, SimulatedMemoryCard
from devices.cards.simulated_meter import SimulatedMeter
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceRefused, DeviceUnavailable, KnownError, OutcomeUnknown, RuleViolation
from tests.contract.card_laboratory import values
from tests.contract.card_rigs import (
    FIRST_BUY,
    FMCOS_CARD,
    IDENTITY,
    KEYS,
    MEMORY_CARDS,
    MIFARE_CARD,
    WALLET_CARD,
    CardFamily,
    all_tries_full,
    cost_of_a_purchase,
    issued_card,
    outcome_of,
    read,
    write,
)

NOON_MS = 1_790_000_000_000


class LifeOfACard(RuleBasedStateMachine):
    """A counter that asks the card when it does not know, a meter, and bad luck.

    Holds: every litre the books count as written is taken by the meter once, and no litre that they do not. A memory
    card that lost power inside a presentation is not written until a meter has given it its tries back.
    """

    family: CardFamily = FMCOS_CARD

    @initialize()
    def begin(self) -> None:
        self.card = self.family.issued()
        self.reader = self.family.reader()
        self.meter = SimulatedMeter(KEYS, IDENTITY.meter_no)
        self.written_l = 0
        self.bought = 0
        self.commands, lasting = cost_of_a_purchase(self.family)
        self.torn_bytes = lasting + self.family.mend_bytes

    def _purchase(self, image: CardImage, volume_l: int) -> CardPurchase:
        assert image.purchase is not None
        return CardPurchase(
            image.purchase.sequence + 1, volume_l, self.written_l + volume_l, 25_000, NOON_MS + self.bought
        )

    @precondition(lambda self: self.written_l == self.meter.remaining_l)
    @rule(
        volume_l=st.integers(1, 2_000_000), fault=st.integers(0, 999), kind=st.integers(0, 6), mask=st.integers(0, 255)
    )
    def buy(self, volume_l: int, fault: int, kind: int, mask: int) -> None:
        self.card.clear_faults()
        self.reader.insert(self.card)
        before = read(self.reader)
        buy = self._purchase(before, volume_l)
        if kind == 1:
            self.card.tear_after(fault % self.torn_bytes, mixture=mask)
        elif kind == 2:
            self.card.lose_next_answer(after=fault % self.commands)
        elif kind == 3:
            self.card.fail_before(after=fault % self.commands)
        elif kind == 4:
            self.card.garble_status(0x6400 + mask, after=fault % self.commands)
        outcome = outcome_of(lambda: write(self.reader, buy, before))
        is_written = isinstance(outcome, CardImage)
        if self.is_spent:
            assert isinstance(outcome, DeviceRefused | DeviceUnavailable)
        if isinstance(outcome, OutcomeUnknown):
            self.card.clear_faults()
            self.reader.insert(self.card)
            now = read(self.reader)
            is_written = now.holds(buy)
            assert is_written or now.purchase == before.purchase
        if is_written:
            self.written_l += volume_l
            self.bought += 1

    @rule(torn_at=st.one_of(st.none(), st.integers(0, 79)))
    def visit_the_meter(self, torn_at: int | None) -> None:
        self.card.clear_faults()
        if torn_at is not None:
            self.card.tear_after(torn_at)
        spent = self.is_spent
        outcome_of_meter = outcome_of(self._insert)
        assert spent or not isinstance(outcome_of_meter, DeviceRefused)

    @property
    def is_spent(self) -> bool:
        """A memory card with a try lost: the counter never presents a code to it again."""
        return isinstance(self.card, SimulatedMemoryCard) and not all_tries_full(self.card)

    def _insert(self) -> CardImage:
        self.meter.insert(self.card, today="2026-11-22")
        return CardImage(CardKind.USER, "", "", "")

    @rule()
    def keep_the_card_in_the_demo_box(self) -> None:
        self.card = self.family.again(self.card.to_json())

    @invariant()
    def the_meter_never_has_more_than_the_books(self) -> None:
        if hasattr(self, "meter"):
            assert self.meter.remaining_l <= self.written_l

    def teardown(self) -> None:
        if not hasattr(self, "card"):
            return
        self.card.clear_faults()
        self.meter.insert(self.card, today="2026-11-23")
        assert self.meter.remaining_l == self.written_l
        if self.is_spent:
            return
        # Every key is whole; one whose try was taken by a tear gets it back with its next right presentation.
        self.reader.insert(self.card)
        write(self.reader, self._purchase(read(self.reader), 1), read(self.reader))
        assert all_tries_full(self.card)
        if isinstance(self.card, SimulatedMifareCard):
            main, backup = values(self.card)
            assert main == backup == read(self.reader).generation


class LifeOfAWallet(LifeOfACard):
    family = WALLET_CARD


class LifeOfAMifareCard(LifeOfACard):
    family = MIFARE_CARD


class LifeOfAMemoryCard(LifeOfACard):
    family = MEMORY_CARDS[0]


class LifeOfALargeMemoryCard(LifeOfACard):
    family = MEMORY_CARDS[3]


TestLifeOfACard = LifeOfACard.TestCase
TestLifeOfAWallet = LifeOfAWallet.TestCase
TestLifeOfAMifareCard = LifeOfAMifareCard.TestCase
TestLifeOfAMemoryCard = LifeOfAMemoryCard.TestCase
TestLifeOfALargeMemoryCard = LifeOfALargeMemoryCard.TestCase
for life in (
    TestLifeOfACard,
    TestLifeOfAWallet,
    TestLifeOfAMifareCard,
    TestLifeOfAMemoryCard,
    TestLifeOfALargeMemoryCard,
):
    life.settings = settings(
        max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )


class Babbling(SimulatedPlastic):
    """Now and then says anything at all, having carried the command out or not."""

    share = 0.0

    def babble_with(self, chance: random.Random, share: float) -> None:
        self._chance, self.share = chance, share

    def transmit(self, raw: bytes) -> bytes:
        if not self.share or self._chance.random() >= self.share:
            return super().transmit(raw)
        chance = self._chance
        if chance.random() < 0.5:
            super().transmit(raw)
        status = chance.choice(
            [b"\x90\x00", b"\x61\xff", b"\x6c\x10", b"\x63\x00", b"\x63\xc1", b"\x69\x82", chance.randbytes(2)]
        )
        return (chance.randbytes(chance.choice([0, 0, 2, 4, 8, 16, 30, 32, 39, 64, 255])) + status)[
            -chance.choice([300, 300, 1]) :
        ]


class BabblingCard(Babbling, SimulatedCpuCard):
    """A CPU card that does."""


class BabblingMifare(Babbling, SimulatedMifareCard):
    """A MIFARE card, or its reader, that does."""


class BabblingMemoryCard(Babbling, SimulatedMemoryCard):
    """A memory card in a reader that does."""


def babbling_card() -> Babbling:
    plain = issued_card()
    return BabblingCard(plain.atr, plain.files)


def babbling_wallet() -> Babbling:
    plain = WALLET_CARD.issued()
    assert isinstance(plain, SimulatedCpuCard)
    return BabblingCard(plain.atr, plain.files)


def babbling_mifare() -> Babbling:
    plain = MIFARE_CARD.issued()
    assert isinstance(plain, SimulatedMifareCard)
    return BabblingMifare(plain.chip.uid, blocks=plain.chip.blocks)


def babbling_memory_card() -> Babbling:
    plain = MEMORY_CARDS[0].issued()
    assert isinstance(plain, SimulatedMemoryCard)
    return BabblingMemoryCard(plain.chip, AcsDialect())


@pytest.mark.parametrize(
    ("made", "share"),
    [
        pytest.param(babbling_card, 0.15, id="fmcos"),
        pytest.param(babbling_wallet, 0.12, id="fmcos-wallet"),
        pytest.param(babbling_mifare, 0.03, id="mifare-1k"),
        pytest.param(babbling_memory_card, 0.15, id="memory-4442"),
    ],
)
def test_nonsense_from_the_card_is_a_known_error_and_never_a_wrong_write(
    made: Callable[[], Babbling], share: float
) -> None:
    written = 0
    for seed in range(600):
        card = made()
        reader = SimulatedReader(KEYS)
        reader.insert(card)
        before = read(reader)
        card.babble_with(random.Random(seed), share)
        outcome = outcome_of(lambda r=reader, b=before: write(r, FIRST_BUY, b))
        card.share = 0.0
        reader.insert(card)
        now = read(reader)
        assert now.holds(FIRST_BUY) or now.purchase == before.purchase
        assert now.identity == IDENTITY
        assert isinstance(outcome, CardImage | KnownError)
        if isinstance(outcome, CardImage):
            assert now.holds(FIRST_BUY)
            written += 1
        elif isinstance(outcome, DeviceUnavailable | DeviceRefused | RuleViolation):
            assert now.purchase == before.purchase, seed
    assert 10 < written < 300  # both sides were reached
