"""A purchase on a MIFARE Classic under every single fault: torn at every byte, contact lost, lied to, swapped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pos.domain.errors import DeviceError
from tests.contract.card_promises import MIXTURES, check_promise
from tests.contract.card_rigs import OTHER_IDENTITY, outcome_of, read, write
from tests.contract.mifare_rigs import (
    BACKUP,
    COPY,
    MAIN,
    MORE_FAULTS,
    OTHER_UID,
    PURCHASE_COMMANDS,
    READ_COMMANDS,
    VALUE_BYTES,
    WRITTEN,
    Prepared,
    issued_mifare,
    prepared,
    prepared_with_torn,
    try_to_buy,
    values,
)

# Of a value that rises by one, bytes 0, 4 and 8 differ: with the last of them the main value is whole.
MAIN_IS_WHOLE = COPY + 9


def test_a_purchase_takes_the_commands_and_bytes_the_page_says() -> None:
    reader, card, before, buy = prepared()
    commands, written = card.apdu_count, card.memory.written
    assert read(reader) == before
    assert card.apdu_count - commands == READ_COMMANDS
    write(reader, buy, before)
    assert card.apdu_count - commands - READ_COMMANDS == PURCHASE_COMMANDS
    assert card.memory.written - written == WRITTEN
    assert values(card) == (before.generation + 1, before.generation + 1)


@pytest.mark.parametrize("second", [False, True], ids=["A to B", "B to A"])
@pytest.mark.parametrize("mixture", MIXTURES)
def test_torn_at_every_byte_the_card_is_plainly_before_or_after(mixture: int | None, second: bool) -> None:
    afters = []
    for torn_at in range(WRITTEN):
        reader, card, before, buy = prepared(second=second)
        card.tear_after(torn_at, mixture=mixture)
        outcome = outcome_of(lambda r=reader, b=buy, i=before: write(r, b, i))
        assert isinstance(outcome, DeviceError), torn_at
        if check_promise(outcome, reader, card, before, buy):
            afters.append(torn_at)
    # The main value alone turns the card over; once it is whole the purchase is there, whatever becomes of the backup.
    assert afters in (list(range(MAIN_IS_WHOLE - 1, WRITTEN)), list(range(MAIN_IS_WHOLE, WRITTEN)))


@pytest.mark.parametrize("torn", [MAIN, BACKUP], ids=["main torn", "backup torn"])
@pytest.mark.parametrize("mixture", MIXTURES)
def test_torn_again_at_every_byte_the_card_is_plainly_before_or_after(mixture: int | None, torn: int) -> None:
    afters = 0
    for torn_at in range(WRITTEN + (VALUE_BYTES if torn == BACKUP else 0)):
        case = prepared_with_torn(torn)
        case[1].tear_after(torn_at, mixture=mixture)
        afters += try_to_buy(case)
    assert afters >= VALUE_BYTES


@pytest.mark.parametrize("start", [prepared, lambda: prepared_with_torn(MAIN), lambda: prepared_with_torn(BACKUP)])
@pytest.mark.parametrize("erases_to", [0x00, 0xFF])
def test_torn_on_a_chip_that_erases_first_the_card_is_plainly_before_or_after(
    erases_to: int, start: Callable[[], Prepared]
) -> None:
    endings = set()
    for torn_at in range(2 * (WRITTEN + VALUE_BYTES)):
        case = start()
        case[1].chip.erases_to = erases_to
        case[1].tear_after(torn_at, mixture=0x55)
        endings.add(try_to_buy(case))
    assert endings == {False, True}


@pytest.mark.parametrize("second", [False, True], ids=["A to B", "B to A"])
@pytest.mark.parametrize("fault", MORE_FAULTS)
def test_fault_at_every_command_keeps_the_promise_of_its_error(fault: str, second: bool) -> None:
    for at in range(PURCHASE_COMMANDS):
        case = prepared(second=second)
        MORE_FAULTS[fault](case[1], at)
        try_to_buy(case)


@pytest.mark.parametrize("torn", [MAIN, BACKUP], ids=["main torn", "backup torn"])
@pytest.mark.parametrize("fault", ["answer lost", "refused 6300", "claims 9000 and does nothing", "done but says 6300"])
def test_fault_at_every_command_after_a_tear_keeps_the_promise_of_its_error(fault: str, torn: int) -> None:
    for at in range(PURCHASE_COMMANDS + 4):
        case = prepared_with_torn(torn)
        MORE_FAULTS[fault](case[1], at)
        try_to_buy(case)


def test_two_faults_in_one_purchase_keep_the_promise() -> None:
    names = ["answer lost", "refused 6300", "claims 9000 and does nothing", "done but says 6300", "answer shortened"]
    for first in names:
        for second in names:
            for at in range(READ_COMMANDS, PURCHASE_COMMANDS - 1):
                case = prepared()
                MORE_FAULTS[first](case[1], at)
                MORE_FAULTS[second](case[1], at + 1)
                try_to_buy(case)


def test_card_swapped_at_any_command_leaves_the_other_card_untouched() -> None:
    for at in range(PURCHASE_COMMANDS):
        reader, card, before, buy = prepared()
        other = issued_mifare(OTHER_UID, OTHER_IDENTITY)
        reader.swap_after(at, other)
        outcome = outcome_of(lambda r=reader, b=buy, i=before: write(r, b, i))
        assert isinstance(outcome, DeviceError), at
        assert (other.memory.written, other.apdu_count) == (0, 0)
        check_promise(outcome, reader, card, before, buy)


def test_backup_is_never_ahead_of_the_main_value() -> None:
    for fault in MORE_FAULTS:
        for at in range(READ_COMMANDS, PURCHASE_COMMANDS):
            reader, card, before, buy = prepared()
            MORE_FAULTS[fault](card, at)
            outcome_of(lambda r=reader, b=buy, i=before: write(r, b, i))
            main, backup = values(card)
            assert main is not None
            assert backup is not None
            assert main - backup in (0, 1), (fault, at)
