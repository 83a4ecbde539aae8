"""The sweeps of the memory cards go red where a rule is broken: order, read-back, one try, a torn selector mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from devices.cards.acs_memory import AcsMemoryChip
from devices.cards.apdu import ApduChannel
from devices.cards.memory_chip import SLE4442, MemoryFamily
from devices.cards.memory_profile import REFERENCE, MemoryLayout
from devices.cards.memory_session import MemoryCardSession
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.two_copies import SELECT_B, PurchaseArea
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown
from tests.contract.card_laboratory import tear_selector
from tests.contract.card_rigs import FIRST_BUY, KEYS, MEMORY_CARDS, SECOND_BUY, outcome_of, read

Adapter = Callable[[ApduChannel, MemoryFamily], AcsMemoryChip]


class Contact:
    """`CardConnection` straight to the simulated card."""

    is_block_protocol = False

    def __init__(self, card: SimulatedMemoryCard) -> None:
        self._card = card
        self.atr = card.power_on()
        self._dead = False

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        if self._dead:
            raise DeviceUnavailable("card.connection_lost")
        try:
            answer = self._card.transmit(command)
        except CardGone as gone:
            self._dead = True
            raise OutcomeUnknown("card.answer_lost") from gone
        return answer[:-2], int.from_bytes(answer[-2:], "big")


class SelectorFirst(AcsMemoryChip):
    """Makes the new copy current before it is written."""

    def write(self, address: int, fresh: bytes) -> None:
        if REFERENCE.copy_b <= address < REFERENCE.selector:
            super().write(REFERENCE.selector, bytes([SELECT_B]))
        super().write(address, fresh)


class NoReadBack(AcsMemoryChip):
    """Believes that what was sent is what the card holds."""

    def __init__(self, channel: ApduChannel, family: MemoryFamily) -> None:
        super().__init__(channel, family)
        self._believed: dict[int, int] = {}

    def read(self, address: int, length: int) -> bytes:
        held = super().read(address, length)
        return bytes(self._believed.get(address + place, byte) for place, byte in enumerate(held))

    def write(self, address: int, fresh: bytes) -> None:
        super().write(address, fresh)
        self._believed |= dict(enumerate(fresh, start=address))


class SecondTry(AcsMemoryChip):
    """Presents a refused code once more, in case it was the contact."""

    def present(self, code: bytes) -> None:
        try:
            super().present(code)
        except DeviceRefused:
            super().present(code)


class ForgetsTheTear(MemoryLayout):
    """Touches the other copy while the selector is torn."""

    def decide_area(self, stored: bytes) -> PurchaseArea:
        return replace(super().decide_area(stored), torn_selector=False)


def fresh_card() -> SimulatedMemoryCard:
    card = MEMORY_CARDS[0].issued()
    assert isinstance(card, SimulatedMemoryCard)
    return card


def buy(adapter: Adapter, card: SimulatedMemoryCard) -> object:
    before = read(MEMORY_CARDS[0].reader(card))
    card_session = MemoryCardSession(adapter(ApduChannel(Contact(card)), SLE4442), KEYS)
    return outcome_of(lambda: card_session.write_purchase(FIRST_BUY, before=before))


def torn_anywhere(adapter: Adapter) -> list[int]:
    """Bytes at which a tear leaves a card that is neither before nor after."""
    broken = []
    for torn_at in range(36):
        card = fresh_card()
        before = read(MEMORY_CARDS[0].reader(card))
        presented = card.chip.presentations
        card.tear_after(torn_at)
        buy(adapter, card)
        card.clear_faults()
        now = read(MEMORY_CARDS[0].reader(card))
        assert card.chip.presentations <= presented + 1
        if now.kind is not CardKind.USER or now.purchase not in (before.purchase, FIRST_BUY):
            broken.append(torn_at)
    return broken


def claims_what_is_not_there(adapter: Adapter) -> bool:
    """One byte of the copy cannot be stored; does anybody say that the purchase is on the card?"""
    card = fresh_card()
    card.chip.protected.add(REFERENCE.copy_b + 5)
    outcome = buy(adapter, card)
    return isinstance(outcome, CardImage) and not read(MEMORY_CARDS[0].reader(card)).holds(FIRST_BUY)


def sold_unsaid(layout: MemoryLayout) -> list[int]:
    """Commands after whose refusal, beside a torn selector, the purchase is on the card though it was denied."""
    broken = []
    for at in range(30):
        card = MEMORY_CARDS[0].issued(bought=True)
        tear_selector(0x5B)(card)
        assert isinstance(card, SimulatedMemoryCard)
        before = read(MEMORY_CARDS[0].reader(card))
        card.refuse_with(0x6581, after=at)
        chip = AcsMemoryChip(ApduChannel(Contact(card)), SLE4442)
        card_session = MemoryCardSession(chip, KEYS, (layout,))
        outcome = outcome_of(lambda s=card_session, b=before: s.write_purchase(SECOND_BUY, before=b))
        card.clear_faults()
        denied = isinstance(outcome, DeviceRefused | DeviceUnavailable)
        if denied and read(MEMORY_CARDS[0].reader(card)).holds(SECOND_BUY):
            broken.append(at)
    return broken


def wrong_codes(adapter: Adapter) -> int:
    """How many tries a card with another code loses."""
    card = fresh_card()
    card.chip.security[1] ^= 0xFF
    buy(adapter, card)
    return card.chip.wrong_presentations


def test_as_it_is_nothing_is_found() -> None:
    assert torn_anywhere(AcsMemoryChip) == []
    assert not claims_what_is_not_there(AcsMemoryChip)
    assert wrong_codes(AcsMemoryChip) == 1
    assert sold_unsaid(REFERENCE) == []


def test_torn_selector_left_as_it_is_is_found_by_a_refusal() -> None:
    assert sold_unsaid(ForgetsTheTear(REFERENCE.records.profile))


def test_selector_written_first_is_found_by_the_tears() -> None:
    assert torn_anywhere(SelectorFirst)


def test_skipped_read_back_is_found_by_a_byte_that_cannot_be_stored() -> None:
    assert claims_what_is_not_there(NoReadBack)


def test_blind_second_presentation_is_found_by_the_count() -> None:
    assert wrong_codes(SecondTry) == 2
