"""Issuing a MIFARE Classic: from transport configuration to a user card, in an order that bears a tear.

Contents first, then sector by sector the keys and access bits, the identity's sector last; the value that makes the
first purchase count is left to the session. Until that value no credit can be on the card. A trailer changes in three
writes: our key B while the transport key still opens everything, then the access bits alone, then key A, which B may
write again if it tore. It must not know readers, books or the value of any key.
"""

from __future__ import annotations

from enum import IntEnum, auto

from devices.cards import mifare_commands as mf
from devices.cards.mifare_access import TRANSPORT as TRANSPORT_ACCESS
from devices.cards.mifare_access import access_word
from devices.cards.mifare_profile import (
    BLOCK_LENGTH,
    DATA_LENGTH,
    FIRST_GENERATION,
    KEY_A,
    TRAILER,
    MifareLayout,
    SectorPlan,
)
from devices.cards.mifare_sectors import TRANSPORT, MifareSectors
from pos.domain.card import CardIdentity, CardPurchase
from pos.domain.errors import DeviceProtocolError


class SectorStage(IntEnum):
    """How far a sector has come."""

    DELIVERED = auto()  # the transport key does everything
    LOCKED = auto()  # our key B and our access bits; key A is still the transport key, or torn
    DONE = auto()


class MifarePersonalisation:
    """One issue of one card. Everything that can be wrong with the identity is found before the card is touched."""

    def __init__(
        self, sectors: MifareSectors, layout: MifareLayout, identity: CardIdentity, first: CardPurchase
    ) -> None:
        self._sectors = sectors
        self._layout = layout
        copy_a = layout.encode_copy(first, FIRST_GENERATION).ljust(DATA_LENGTH, b"\x00")
        self._contents = dict.fromkeys(layout.issue_order, bytes(DATA_LENGTH)) | {
            layout.identity: layout.encode_identity_sector(identity),
            layout.copy_a: copy_a,
        }

    def survey(self) -> dict[SectorPlan, SectorStage] | None:
        """How far every sector is; None if one opens with none of the keys it could have. Writes nothing."""
        stages = {}
        for plan in self._layout.issue_order:
            stage = self._stage_of(plan) or self._stage_of(plan)  # spoiled stock is thrown away: look twice
            if stage is None:
                self._sectors.check_still_there()
                return None
            stages[plan] = stage
        return stages

    def build(self, stages: dict[SectorPlan, SectorStage]) -> None:
        """Everything up to the value, from wherever an earlier attempt broke off.

        Raises: DeviceRefused, DeviceProtocolError; the card can be issued again unless a trailer was torn.
        """
        # The identity tells a broken-off issue from a blank card, so it stands there before the first key changes.
        for plan in (self._layout.identity, *self._layout.issue_order[:-1]):
            self._fill(plan, stages[plan])
        for plan in self._layout.issue_order:
            self._close(plan, stages[plan])

    def _stage_of(self, plan: SectorPlan) -> SectorStage | None:
        if self._sectors.opens(plan, TRANSPORT) and self._sectors.access_of(plan) == access_word(TRANSPORT_ACCESS):
            return SectorStage.DELIVERED
        if not self._is_writable(plan):
            return None
        is_done = self._sectors.opens(plan, KEY_A) and self._sectors.access_of(plan) is not None
        return SectorStage.DONE if is_done else SectorStage.LOCKED

    def _is_writable(self, plan: SectorPlan) -> bool:
        """Our key B opens the sector under our access bits; whatever became of key A, B can write it again."""
        is_open = self._sectors.opens(plan, plan.key_b, key_b=True)
        return is_open and self._sectors.access_of(plan) == access_word(plan.access)

    def _fill(self, plan: SectorPlan, stage: SectorStage) -> None:
        """The data blocks, verified."""
        self._open(plan, stage)
        content = self._contents[plan]
        for block in range(TRAILER):
            part = content[block * BLOCK_LENGTH : (block + 1) * BLOCK_LENGTH]
            self._sectors.write(plan.first_block + block, part)

    def _close(self, plan: SectorPlan, stage: SectorStage) -> None:
        """Our keys and access bits, each step proved before the next may depend on it."""
        sectors = self._sectors
        if stage is SectorStage.DELIVERED:
            self._open(plan, stage)
            sent = sectors.write_trailer(plan, TRANSPORT_ACCESS, key_a=TRANSPORT)
            # In transport configuration all but key A can be read: only a key B that is ours may become the only one.
            if sectors.channel.run(mf.read_block(plan.trailer))[mf.KEY_LENGTH :] != sent[mf.KEY_LENGTH :]:
                raise DeviceProtocolError("card.copy_differs", file=f"{plan.trailer:02X}")
            sectors.write_trailer(plan, plan.access, key_a=TRANSPORT)
        if stage is not SectorStage.DONE:
            sectors.open_to_write(plan)
            sectors.write_trailer(plan, plan.access, key_a=KEY_A)
        if not (self._is_writable(plan) and sectors.opens(plan, KEY_A)):
            raise DeviceProtocolError("card.copy_differs", file=f"{plan.trailer:02X}")

    def _open(self, plan: SectorPlan, stage: SectorStage) -> None:
        if stage is not SectorStage.DELIVERED:
            self._sectors.open_to_write(plan)
        elif not self._sectors.opens(plan, TRANSPORT):
            raise DeviceProtocolError("card.select_failed", sw="6300")
