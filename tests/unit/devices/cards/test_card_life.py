"""The life of a card under random faults, against a model of what may be on it; and a card that answers nonsense."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_meter import SimulatedMeter
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceRefused, DeviceUnavailable, KnownError, OutcomeUnknown, RuleViolation
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, KEYS, all_tries_full, issued_card, outcome_of, read, write


class LifeOfACard(RuleBasedStateMachine):
    """A counter that asks the card when it does not know, a meter, and bad luck.

    Holds: every litre the books count as written is taken by the meter once, and no litre that they do not.
    """

    @initialize()
    def begin(self) -> None:
        self.card = issued_card()
        self.reader = SimulatedReader(KEYS)
        self.meter = SimulatedMeter(KEYS, IDENTITY.meter_no)
        self.written_l = 0
        self.bought = 0

    def _purchase(self, image: CardImage, volume_l: int) -> CardPurchase:
        assert image.purchase is not None
        return CardPurchase(image.purchase.sequence + 1, volume_l, self.written_l + volume_l, 25_000, self.bought)

    @precondition(lambda self: self.written_l == self.meter.remaining_l)
    @rule(
        volume_l=st.integers(1, 2_000_000), fault=st.integers(0, 40), kind=st.integers(0, 6), mask=st.integers(0, 255)
    )
    def buy(self, volume_l: int, fault: int, kind: int, mask: int) -> None:
        self.card.clear_faults()
        self.reader.insert(self.card)
        before = read(self.reader)
        buy = self._purchase(before, volume_l)
        if kind == 1:
            self.card.tear_after(fault, mixture=mask)
        elif kind == 2:
            self.card.lose_next_answer(after=fault % 24)
        elif kind == 3:
            self.card.fail_before(after=fault % 24)
        elif kind == 4:
            self.card.garble_status(0x6400 + mask, after=fault % 24)
        outcome = outcome_of(lambda: write(self.reader, buy, before))
        is_written = isinstance(outcome, CardImage)
        if isinstance(outcome, OutcomeUnknown):
            self.card.clear_faults()
            self.reader.insert(self.card)
            now = read(self.reader)
            is_written = now.holds(buy)
            assert is_written or now.purchase == before.purchase
        if is_written:
            self.written_l += volume_l
            self.bought += 1

    @rule(torn_at=st.one_of(st.none(), st.integers(0, 33)))
    def visit_the_meter(self, torn_at: int | None) -> None:
        self.card.clear_faults()
        if torn_at is not None:
            self.card.tear_after(torn_at)
        outcome_of_meter = outcome_of(self._insert)
        assert not isinstance(outcome_of_meter, DeviceRefused)

    def _insert(self) -> CardImage:
        self.meter.insert(self.card, today="2026-11-22")
        return CardImage(CardKind.USER, "", "", "")

    @rule()
    def keep_the_card_in_the_demo_box(self) -> None:
        self.card = SimulatedCpuCard.from_json(self.card.to_json())

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
        # Every key is whole; one whose try was taken by a tear gets it back with its next right presentation.
        self.reader.insert(self.card)
        write(self.reader, self._purchase(read(self.reader), 1), read(self.reader))
        assert all_tries_full(self.card)


TestLifeOfACard = LifeOfACard.TestCase
TestLifeOfACard.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


class BabblingCard(SimulatedCpuCard):
    """Now and then says anything at all, having carried the command out or not."""

    def babble_with(self, chance: random.Random, share: float) -> None:
        self._chance, self._share = chance, share

    def transmit(self, raw: bytes) -> bytes:
        chance = self._chance
        if chance.random() >= self._share:
            return super().transmit(raw)
        if chance.random() < 0.5:
            super().transmit(raw)
        status = chance.choice([b"\x90\x00", b"\x61\xff", b"\x6c\x10", b"\x63\xc1", b"\x69\x82", chance.randbytes(2)])
        return (chance.randbytes(chance.choice([0, 0, 2, 8, 30, 32, 39, 64, 255])) + status)[
            -chance.choice([300, 300, 1]) :
        ]


def test_nonsense_from_the_card_is_a_known_error_and_never_a_wrong_write() -> None:
    written = 0
    for seed in range(600):
        chance = random.Random(seed)
        plain = issued_card()
        card = BabblingCard(plain.atr, plain.files)
        reader = SimulatedReader(KEYS)
        card.babble_with(chance, 0.0)
        reader.insert(card)
        before = read(reader)
        card.babble_with(chance, 0.15)
        outcome = outcome_of(lambda r=reader, b=before: write(r, FIRST_BUY, b))
        card.babble_with(chance, 0.0)
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
