"""What a gas meter does with a memory chip of the reference profile: reads it, and reports in its own area.

Carries out the meter's half of the profile: the same two-copy rule; the meter presents the card's own code and writes
only the return area. It has no reader and clocks the chip itself. It must not know readers' dialects, books or
sessions.
"""

from __future__ import annotations

from devices.cards.card_records import FeedbackState
from devices.cards.memory_profile import REFERENCE, MemoryLayout, Stage
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_memory_chip import SimulatedMemoryChip
from devices.cards.simulated_meter_side import MeterReading
from pos.domain.card import MeterFeedback
from pos.domain.errors import DeviceRefused, OutcomeUnknown
from pos.ports.keys import KeyAuthority


class MemoryMeterSide:
    """`MeterSide` for memory cards."""

    def __init__(self, chip: SimulatedMemoryChip, keys: KeyAuthority, layout: MemoryLayout = REFERENCE) -> None:
        self._chip = chip
        self._keys = keys
        self._layout = layout

    def read(self) -> MeterReading | None:
        """See `MeterSide.read`."""
        self._chip.power_on()
        stored = self._chip.read(0, self._chip.family.readable)
        stage = self._layout.stage_of(stored)
        if stage in (Stage.FOREIGN, Stage.EMPTY):
            return None
        known = self._layout.decode_identity(stored)
        current = self._layout.decide_area(stored).current if stage is Stage.FINISHED else None
        return MeterReading(
            known,
            None if current is None else current.purchase,
            FeedbackState(0, self._layout.decode_feedback(stored), next_slot=0),
        )

    def take(self, reading: MeterReading) -> bool:
        """See `MeterSide.take`. The count alone says what was taken."""
        return True

    def report(self, reading: MeterReading, feedback: MeterFeedback) -> None:
        """See `MeterSide.report`. There is one area: torn, the card looks unconsumed until it is put in again."""
        if reading.known is None:
            raise ValueError("a card without an identity gets no report")
        code = self._layout.code(self._keys, reading.known[0], self._chip.family.code_length)
        try:
            if not self._chip.present(code):
                raise DeviceRefused("card.authentication_refused", tries_left=self._chip.counter.bit_count())
            self._chip.write(self._layout.feedback, self._layout.encode_feedback(feedback))
        except CardGone as gone:
            raise OutcomeUnknown("card.answer_lost") from gone
        finally:
            self._chip.power_on()
