"""Which of several readers is ours: by part of a name that the service numbers anew, never a security module's slot."""

from __future__ import annotations

import pytest

from devices.cards.pcsc import chosen_reader

SAM, CARD, OTHER = "ACS ACR1281 SAM 00 00", "ACS ACR1281 PICC 01 00", "OMNIKEY 3121 02 00"


@pytest.mark.parametrize(
    ("names", "wanted", "chosen"),
    [
        ([SAM, CARD], "", CARD),
        ([SAM], "", None),
        ([CARD, OTHER], "OMNIKEY", OTHER),
        ([CARD, OTHER], CARD, CARD),
        ([CARD + "0", CARD], CARD, CARD),
        ([CARD], "OMNIKEY", None),
        ([SAM, CARD], "SAM", SAM),
        ([], "", None),
    ],
)
def test_reader_is_found_by_part_of_its_name(names: list[str], wanted: str, chosen: str | None) -> None:
    assert chosen_reader(names, wanted) == chosen
