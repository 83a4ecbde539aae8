"""What a gas meter does with a MIFARE Classic of ours: reads it, and reports in its own sectors.

Carries out the meter's half of the profile: the same rule of the values; the report goes into the older of two sectors
under the meter's key, so that a tear loses only the new report. It must not know readers of the counter or books.
"""

from __future__ import annotations

from devices.cards.apdu import ApduChannel
from devices.cards.connection import CardConnection
from devices.cards.mifare_profile import BLOCK_LENGTH, REFERENCE, MifareLayout, RawSectors, whole_blocks
from devices.cards.mifare_sectors import MifareSectors
from devices.cards.simulated_meter_side import MeterReading
from pos.domain.card import MeterFeedback
from pos.ports.keys import KeyAuthority


class MifareMeterSide:
    """`MeterSide` for MIFARE Classic 1K cards of one profile."""

    def __init__(self, contact: CardConnection, keys: KeyAuthority, layout: MifareLayout = REFERENCE) -> None:
        self._layout = layout
        self._sectors = MifareSectors(ApduChannel(contact), keys)

    def read(self) -> MeterReading | None:
        """See `MeterSide.read`."""
        layout = self._layout
        self._sectors.uid()
        identity, copy_a, copy_b, *feedback = [
            self._sectors.read(plan) for plan in (layout.identity, layout.copy_a, layout.copy_b, *layout.feedback)
        ]
        if identity is None or copy_a is None or copy_b is None or feedback[0] is None or feedback[1] is None:
            return None
        raw = RawSectors(identity, copy_a, copy_b, (feedback[0], feedback[1]))
        known = layout.records.decode_identity(identity)
        current = layout.area_of(raw).current
        return MeterReading(known, None if current is None else current.purchase, layout.feedback_of(raw))

    def take(self, reading: MeterReading) -> bool:
        """See `MeterSide.take`. The count alone says what was taken."""
        return True

    def report(self, reading: MeterReading, feedback: MeterFeedback) -> None:
        """See `MeterSide.report`."""
        slot = whole_blocks(self._layout.records.encode_feedback(feedback, reading.feedback.generation + 1))
        plan = self._layout.feedback[reading.feedback.next_slot]
        self._sectors.open_to_write(plan)
        for offset in range(0, len(slot), BLOCK_LENGTH):
            block = plan.first_block + offset // BLOCK_LENGTH
            self._sectors.write(block, slot[offset : offset + BLOCK_LENGTH])
