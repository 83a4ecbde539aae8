"""A simulated gas meter: takes the purchase from a card put into it and writes its feedback, with real commands.

Carries out the meter's half of a profile: the same A/B rule, a purchase is taken once and only if its count is newer by
the maker's rule, the return area is written under the meter's own keys. For the demo hall and the tests. It must not
know readers of the counter, books or sessions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from devices.cards.hall_profiles import HallLayouts, built_in_layouts
from devices.cards.simulated_cpu_meter import CpuMeterSide
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_memory_meter import MemoryMeterSide
from devices.cards.simulated_meter_side import MeterSide
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_mifare_meter import MifareMeterSide
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.card import CardKind, CardPurchase, MeterFeedback
from pos.domain.errors import OutcomeUnknown
from pos.ports.keys import KeyAuthority


class MeterAnswer(StrEnum):
    """What the meter's little display would say."""

    TAKEN = "taken"
    ALREADY_TAKEN = "already_taken"
    NOTHING_TO_TAKE = "nothing_to_take"
    NOT_MY_CARD = "not_my_card"
    UNREADABLE = "unreadable"


class SequenceRule(StrEnum):
    """Which purchases a maker's meter takes (cards B3)."""

    GREATER_THAN = "greater_than"  # any count that is greater than the last one
    PLUS_ONE = "plus_one"  # the next count and no other
    CUMULATIVE = "cumulative"  # what was bought since, by the sum of all purchases


@dataclass(slots=True)
class SimulatedMeter:
    """A meter on a wall.

    Attributes:
        meter_no: printed on it; a card bound to another meter is refused.
        remaining_l, used_l: litres left and used.
        taken_sequence: last purchase accepted.
        battery_pct, status, magnet_count, valve_faults: what the return area reports.
        rule: which purchases it takes; cumulative_l: sum of all that were taken.
        layouts: profiles of the cards that the meter was made for, of storage and memory cards the first.
    """

    keys: KeyAuthority
    meter_no: str
    remaining_l: int = 0
    used_l: int = 0
    taken_sequence: int = 0
    battery_pct: int = 100
    status: int = 0
    magnet_count: int = 0
    valve_faults: int = 0
    rule: SequenceRule = SequenceRule.GREATER_THAN
    cumulative_l: int = 0
    layouts: HallLayouts = field(default_factory=built_in_layouts)

    def use(self, litres: int) -> None:
        """Gas flows; the meter may go into overdraft."""
        self.remaining_l -= litres
        self.used_l += litres

    def insert(self, card: SimulatedPlastic, *, today: str) -> MeterAnswer:
        """Put the card in, let the meter do its work, take the card out.

        Args:
            today: ISO date of the contact, written into the return area.

        Raises: DeviceError where the card refuses; the credit is taken before the feedback is written, so a card
        torn in the meter still looks unconsumed and can be put in again.
        """
        side = _side_of(card, self.keys, self.layouts)
        reading = side.read()
        if reading is None:
            return MeterAnswer.NOT_MY_CARD
        if reading.known is None or reading.purchase is None:
            return MeterAnswer.UNREADABLE
        identity, kind, _note = reading.known
        if kind is not CardKind.USER or identity.meter_no != self.meter_no:
            return MeterAnswer.NOT_MY_CARD
        answer = MeterAnswer.ALREADY_TAKEN if reading.purchase.sequence else MeterAnswer.NOTHING_TO_TAKE
        if self._is_new(reading.purchase) and side.take(reading):
            since_l = reading.purchase.cumulative_l - self.cumulative_l
            self.remaining_l += since_l if self.rule is SequenceRule.CUMULATIVE else reading.purchase.volume_l
            self.taken_sequence = reading.purchase.sequence
            self.cumulative_l = reading.purchase.cumulative_l
            answer = MeterAnswer.TAKEN
        side.report(reading, self._report(today))
        card.keep()  # a memory chip is clocked past its commands: what the meter wrote lasts too
        return answer

    def _is_new(self, purchase: CardPurchase) -> bool:
        match self.rule:
            case SequenceRule.PLUS_ONE:
                return purchase.sequence == self.taken_sequence + 1
            case SequenceRule.CUMULATIVE:
                return purchase.cumulative_l > self.cumulative_l
            case SequenceRule.GREATER_THAN:
                return purchase.sequence > self.taken_sequence

    def _report(self, today: str) -> MeterFeedback:
        return MeterFeedback(
            taken_sequence=self.taken_sequence,
            remaining_l=self.remaining_l,
            used_l=self.used_l,
            battery_pct=self.battery_pct,
            status=self.status,
            magnet_count=self.magnet_count,
            valve_faults=self.valve_faults,
            read_on=today,
        )


def _side_of(card: SimulatedPlastic, keys: KeyAuthority, layouts: HallLayouts) -> MeterSide:
    """The meter's own way to a card of this family; a memory chip it clocks itself, without any reader's dialect."""
    if isinstance(card, SimulatedMemoryCard):
        return MemoryMeterSide(card.chip, keys, layouts.memory[0])
    contact = _MeterContact(card)
    if isinstance(card, SimulatedMifareCard):
        return MifareMeterSide(contact, keys, layouts.mifare[0])
    return CpuMeterSide(contact, keys, layouts.cpu)


class _MeterContact:
    """`CardConnection` straight to the chip, as in the meter's slot."""

    def __init__(self, card: SimulatedPlastic) -> None:
        self._card = card
        self._atr = card.power_on()

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self._atr

    @property
    def is_block_protocol(self) -> bool:
        """See `CardConnection`."""
        return not self._card.uses_t0

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """See `CardConnection.transmit`."""
        try:
            answer = self._card.transmit(command)
        except CardGone as gone:
            raise OutcomeUnknown("card.answer_lost") from gone
        return answer[:-2], int.from_bytes(answer[-2:], "big")
