"""The box of demo cards gives back what was put in, also after a killed run."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from pos.domain.card import CardKind
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, KEYS, issue, read, write
from tests.contract.mifare_rigs import issued_mifare


def test_card_comes_back_with_what_was_written_on_it(tmp_path: Path) -> None:
    reader = SimulatedReader(KEYS)
    card = SimulatedCardBox(tmp_path / "cards").new_blank("wang")
    reader.insert(card)
    write(reader, FIRST_BUY, issue(reader))
    SimulatedCardBox(tmp_path / "cards").put("wang", card)
    again = SimulatedCardBox(tmp_path / "cards")
    assert again.names() == ["wang"]
    reader.insert(again.take("wang"))
    image = read(reader)
    assert (image.kind, image.identity, image.purchase) == (CardKind.USER, IDENTITY, FIRST_BUY)


def test_mifare_card_comes_back_as_one(tmp_path: Path) -> None:
    box, card = SimulatedCardBox(tmp_path), issued_mifare(bought=True)
    box.put("zhao", card)
    again = box.take("zhao")
    assert isinstance(again, SimulatedMifareCard)
    assert again.chip.blocks == card.chip.blocks


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
    assert box.take("li").files == card.files


@pytest.mark.parametrize("name", ["", "../li", "a/b", "a.b"])
def test_names_are_plain_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain word"):
        SimulatedCardBox(tmp_path).take(name)
