"""What only a purchase on a MIFARE Classic can suffer: a chip that erases whole blocks, a backup ahead of its value."""

from __future__ import annotations

import pytest

from devices.cards.simulated_mifare import SimulatedMifareCard
from tests.contract.card_laboratory import VALUE_TEARS, Deed, values
from tests.contract.card_promises import FAULTS, Prepared, prepared, prepared_with_tear, try_to_buy
from tests.contract.card_rigs import MIFARE_CARD, cost_of_a_purchase, outcome_of, read, write
from tests.contract.mifare_rigs import PURCHASE_COMMANDS, READ_COMMANDS, VALUE_BYTES, WRITTEN


def start(tear: Deed | None) -> Prepared:
    return prepared(MIFARE_CARD) if tear is None else prepared_with_tear(MIFARE_CARD, tear)


def test_a_purchase_takes_the_commands_and_bytes_the_page_says() -> None:
    assert cost_of_a_purchase(MIFARE_CARD) == (PURCHASE_COMMANDS, WRITTEN)
    reader, card, before, buy = prepared(MIFARE_CARD)
    commands = card.apdu_count
    assert read(reader) == before
    assert card.apdu_count - commands == READ_COMMANDS
    write(reader, buy, before)
    assert values(card) == (before.generation + 1, before.generation + 1)


@pytest.mark.parametrize(
    "tear", [None, *(deed for _name, deed in VALUE_TEARS)], ids=["whole", "main torn", "backup torn"]
)
@pytest.mark.parametrize("erases_to", [0x00, 0xFF])
def test_torn_on_a_chip_that_erases_first_the_card_is_plainly_before_or_after(
    erases_to: int, tear: Deed | None
) -> None:
    endings = set()
    for torn_at in range(2 * (WRITTEN + VALUE_BYTES)):
        case = start(tear)
        card = case[1]
        assert isinstance(card, SimulatedMifareCard)
        card.chip.erases_to = erases_to
        card.tear_after(torn_at, mixture=0x55)
        endings.add(try_to_buy(case))
    assert endings == {False, True}


def test_backup_is_never_ahead_of_the_main_value() -> None:
    for fault in FAULTS:
        for at in range(READ_COMMANDS, PURCHASE_COMMANDS):
            reader, card, before, buy = prepared(MIFARE_CARD)
            FAULTS[fault](card, at)
            outcome_of(lambda r=reader, b=buy, i=before: write(r, b, i))
            main, backup = values(card)
            assert main is not None
            assert backup is not None
            assert main - backup in (0, 1), (fault, at)
