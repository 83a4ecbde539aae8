"""What a gas meter does with a MIFARE Classic of the reference profile: reads it, and reports in its own sectors.

Carries out the meter's half of the profile: the same rule of the values; the report goes into the older of two sectors
under the meter's key, so that a tear loses only the new report. It must not know readers of the counter or books.
"""

from __future__ import annotations

from devices.cards import mifare_profile as layout
from devices.cards.apdu import ApduChannel
from devices.cards.connection import CardConnection
from devices.cards.mifare_profile import RawSectors
from devices.cards.mifare_sectors import MifareSectors
from devices.cards.simulated_meter_side import MeterReading
from pos.domain.card import MeterFeedback
from pos.ports.keys import KeyAuthority


class MifareMeterSide:
    """`MeterSide` for MIFARE Classic 1K cards."""

    def __init__(self, contact: CardConnection, keys: KeyAuthority) -> None:
        self._sectors = MifareSectors(ApduChannel(contact), keys)

    def read(self) -> MeterReading | None:
        """See `MeterSide.read`."""
        self._sectors.uid()
        identity, copy_a, copy_b, *feedback = [
            self._sectors.read(plan) for plan in (layout.IDENTITY, layout.COPY_A, layout.COPY_B, *layout.FEEDBACK)
        ]
        if identity is None or copy_a is None or copy_b is None or feedback[0] is None or feedback[1] is None:
            return None
        raw = RawSectors(identity, copy_a, copy_b, (feedback[0], feedback[1]))
        known = layout.RECORDS.decode_identity(identity)
        current = raw.area.current
        return MeterReading(known, None if current is None else current.purchase, raw.feedback_state)

    def take(self, reading: MeterReading) -> bool:
        """See `MeterSide.take`. The count alone says what was taken."""
        return True

    def report(self, reading: MeterReading, feedback: MeterFeedback) -> None:
        """See `MeterSide.report`."""
        slot = layout.whole_blocks(layout.RECORDS.encode_feedback(feedback, reading.feedback.generation + 1))
        plan = layout.FEEDBACK[reading.feedback.next_slot]
        self._sectors.open_to_write(plan)
        for offset in range(0, len(slot), layout.BLOCK_LENGTH):
            block = plan.first_block + offset // layout.BLOCK_LENGTH
            self._sectors.write(block, slot[offset : offset + layout.BLOCK_LENGTH])
