"""The faults of a MIFARE purchase go red on sessions that do it wrongly; a harness that never did proves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.cards import families
from devices.cards.apdu import Command
from devices.cards.mifare_profile import ValueArea
from devices.cards.mifare_session import MifareCardSession
from pos.domain.card import CardImage, CardPurchase
from tests.contract.card_laboratory import VALUE_TEARS
from tests.contract.card_promises import FAULTS, Prepared, prepared, prepared_with_tear, try_to_buy
from tests.contract.card_rigs import MIFARE_CARD
from tests.contract.mifare_rigs import PURCHASE_COMMANDS, VALUE_BYTES, WRITTEN


class MendsNothing(MifareCardSession):
    """Touches the main value while the backup is torn: a second tear leaves no value at all."""

    def _write_other_copy(self, area: ValueArea, generation: int, purchase: CardPurchase) -> None:
        super()._write_other_copy(replace(area, backup_is_behind=False), generation, purchase)


class BackupFirst(MifareCardSession):
    """Lets the backup run ahead of the main value."""

    def _prepare_main_value(self, generation: int) -> Command:
        self._write_value(self._layout.copy_b, generation)
        return super()._prepare_main_value(generation)


class WritesInPlace(MifareCardSession):
    """Overwrites the copy that counts."""

    def _write_other_copy(self, area: ValueArea, generation: int, purchase: CardPurchase) -> None:
        super()._write_other_copy(replace(area, current_is_a=not area.current_is_a), generation, purchase)


class BelievesTheAnswer(MifareCardSession):
    """Takes 90 00 for a proof and does not read again."""

    def _commit_and_prove(self, commit: Command, generation: int, before: CardImage, bought: CardPurchase) -> CardImage:
        self._channel.run(commit)
        return replace(before, purchase=bought, generation=generation)


def cases() -> list[Prepared]:
    return [prepared(MIFARE_CARD), *(prepared_with_tear(MIFARE_CARD, tear) for _name, tear in VALUE_TEARS)]


def goes_red() -> bool:
    """True if any tear or fault breaks a promise."""
    try:
        for torn_at in range(WRITTEN + VALUE_BYTES):
            for case in cases():
                case[1].tear_after(torn_at, mixture=0x0F)
                try_to_buy(case)
        for at in range(PURCHASE_COMMANDS):
            for fault in ("claims 9000 and does nothing", "refused 6300"):
                for case in cases():
                    FAULTS[fault](case[1], at)
                    try_to_buy(case)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("planted", [MendsNothing, BackupFirst, WritesInPlace, BelievesTheAnswer])
def test_a_planted_fault_is_caught(planted: type[MifareCardSession], monkeypatch: pytest.MonkeyPatch) -> None:
    cases()  # what is prepared is cached, made by the session as it is
    monkeypatch.setattr(families, "MifareCardSession", planted)
    assert goes_red()


def test_without_a_planted_fault_nothing_is_caught() -> None:
    assert not goes_red()
