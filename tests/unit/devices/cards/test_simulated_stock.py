"""The box of demo cards gives back what was put in, also after a killed run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from pos.domain.card import CardKind
from pos.domain.errors import DeviceError
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, KEYS, MEMORY_CARDS, issue, read, write
from tests.contract.mifare_rigs import issued_mifare

TODAY = "2026-11-22"


def test_card_comes_back_with_what_was_written_on_it(tmp_path: Path) -> None:
    reader = SimulatedReader(KEYS)
    card = SimulatedCardBox(tmp_path / "cards").new_blank("wang")
    reader.insert(card)
    write(reader, FIRST_BUY, issue(reader))
    again = SimulatedCardBox(tmp_path / "cards")
    assert again.names() == ["wang"]
    reader.insert(again.take("wang"))
    image = read(reader)
    assert (image.kind, image.identity, image.purchase) == (CardKind.USER, IDENTITY, FIRST_BUY)


@pytest.mark.parametrize("mixture", [None, 0x0F])
def test_torn_card_is_kept_as_torn_before_anybody_takes_it_back(tmp_path: Path, mixture: int | None) -> None:
    box, reader = SimulatedCardBox(tmp_path), SimulatedReader(KEYS)
    card = box.new_blank("wang")
    reader.insert(card)
    before = issue(reader)
    as_issued = card.to_json()
    card.tear_after(0 if mixture else 3, mixture=mixture)
    with pytest.raises(DeviceError):
        write(reader, FIRST_BUY, before)
    assert box.take("wang").to_json() == card.to_json() != as_issued


def test_card_whose_answer_was_lost_is_kept_with_what_it_carried_out(tmp_path: Path) -> None:
    box, reader = SimulatedCardBox(tmp_path), SimulatedReader(KEYS)
    card = box.new_blank("wang")
    reader.insert(card)
    for after in range(40):
        card.lose_next_answer(after=after)
        with suppress(DeviceError):
            issue(reader)
        assert box.take("wang").to_json() == card.to_json()
        card.clear_faults()


def test_card_that_cannot_be_kept_gives_no_answer_until_it_can(tmp_path: Path) -> None:
    box, reader = SimulatedCardBox(tmp_path), SimulatedReader(KEYS)
    card = box.new_blank("wang")
    reader.insert(card)
    before = issue(reader)
    keep = card.kept_by

    def full(_card: SimulatedPlastic) -> None:
        raise OSError(28, "No space left on device")

    card.kept_by = full
    with pytest.raises(DeviceError):
        write(reader, FIRST_BUY, before)
    with pytest.raises(DeviceError):
        read(reader)
    card.kept_by = keep
    read(reader)
    assert box.take("wang").to_json() == card.to_json()


def test_card_that_is_only_read_is_not_stored_again(tmp_path: Path) -> None:
    reader = SimulatedReader(KEYS)
    card = SimulatedCardBox(tmp_path).new_blank("wang")
    reader.insert(card)
    issue(reader)
    stored: list[SimulatedPlastic] = []
    card.kept_by = stored.append
    read(reader)
    assert stored == []


def test_mifare_card_comes_back_as_one(tmp_path: Path) -> None:
    box, card = SimulatedCardBox(tmp_path), issued_mifare(bought=True)
    box.put("zhao", card)
    again = box.take("zhao")
    assert isinstance(again, SimulatedMifareCard)
    assert again.chip.blocks == card.chip.blocks


def test_memory_card_comes_back_with_what_was_written_on_it(tmp_path: Path) -> None:
    box, family = SimulatedCardBox(tmp_path), MEMORY_CARDS[0]
    box.put("li", family.issued(bought=True))
    image = read(family.reader(SimulatedCardBox(tmp_path).take("li")))
    assert (image.family, image.kind, image.purchase) == ("memory-4442", CardKind.USER, FIRST_BUY)


def test_memory_card_keeps_what_the_meter_at_home_wrote_on_it(tmp_path: Path) -> None:
    box, family = SimulatedCardBox(tmp_path), MEMORY_CARDS[0]
    box.put("li", family.issued(bought=True))
    assert SimulatedMeter(KEYS, IDENTITY.meter_no).insert(box.take("li"), today=TODAY) is MeterAnswer.TAKEN
    feedback = read(family.reader(box.take("li"))).feedback
    assert feedback is not None
    assert (feedback.taken_sequence, feedback.read_on) == (FIRST_BUY.sequence, TODAY)


def test_blank_cards_are_different_pieces_of_plastic(tmp_path: Path) -> None:
    box = SimulatedCardBox(tmp_path)
    assert box.new_blank("one").atr != box.new_blank("two").atr
    with pytest.raises(FileExistsError):
        box.new_blank("one")


def test_half_written_file_of_a_killed_run_changes_nothing(tmp_path: Path) -> None:
    box = SimulatedCardBox(tmp_path)
    card = box.new_blank("li")
    (tmp_path / "li.card.new").write_text('{"format": "chang', encoding="ascii")
    assert box.names() == ["li"]
    assert box.take("li").to_json() == card.to_json()


@pytest.mark.parametrize("name", ["", "../li", "a/b", "a.b"])
def test_names_are_plain_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain word"):
        SimulatedCardBox(tmp_path).take(name)
