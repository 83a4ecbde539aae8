"""The MIFARE profile byte for byte: value blocks, the rule of main value and backup, and the page for meter makers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards import mifare_profile as layout
from devices.cards.mifare_access import access_word
from devices.cards.simulated_mifare_chip import value_block
from pos.domain.card import CardPurchase
from tests.architecture.source_tree import ROOT

generations = st.integers(1, layout.MAX_GENERATION)
PURCHASE = CardPurchase(3, 1_000, 9_000)


def sector(generation: int | None, value: bytes) -> bytes:
    """A purchase sector: a copy of that generation (None: never written) and a value block."""
    copy = bytes(32) if generation is None else layout.REFERENCE.records.encode_purchase(PURCHASE, generation)
    return copy + value


def value(generation: int | None) -> bytes:
    return b"\x00" * 16 if generation is None else layout.encode_value(generation, 10)


def test_value_block_is_the_published_one() -> None:
    assert layout.encode_value(100, 5).hex().upper() == "640000009BFFFFFF6400000005FA05FA"


@given(generations, st.integers(0, 63))
def test_value_is_read_back_and_is_what_the_chip_calls_a_value(generation: int, block: int) -> None:
    assert layout.decode_value(layout.encode_value(generation, block)) == generation
    assert layout.encode_value(generation, block) == value_block(generation, block)


@given(generations, st.integers(0, 127))
def test_one_flipped_bit_makes_a_value_none(generation: int, bit: int) -> None:
    flipped = int.from_bytes(layout.encode_value(generation, 10), "big") ^ 1 << bit
    assert layout.decode_value(flipped.to_bytes(16, "big")) is None


@pytest.mark.parametrize("stored", [bytes(16), b"\xff" * 16, value_block(0, 10), value_block(-1, 10)])
def test_erased_block_and_impossible_numbers_are_no_generation(stored: bytes) -> None:
    assert layout.decode_value(stored) is None


@pytest.mark.parametrize(
    ("a", "b", "main", "backup", "counts", "mend"),
    [
        pytest.param(7, 6, 7, 7, "A", False, id="at rest on A"),
        pytest.param(7, 8, 8, 8, "B", False, id="at rest on B"),
        pytest.param(7, 8, 7, 7, "A", False, id="next copy whole, not bought yet"),
        pytest.param(7, 8, None, 7, "A", False, id="main value torn"),
        pytest.param(7, 8, 8, 7, "B", True, id="backup not written yet"),
        pytest.param(7, 8, 8, None, "B", True, id="backup torn"),
        pytest.param(1, None, 1, None, "A", True, id="just issued, backup missing"),
        pytest.param(7, 6, 9, 7, None, True, id="main value names no copy"),
        pytest.param(None, None, 1, 1, None, False, id="no copy at all"),
    ],
)
def test_main_value_counts_and_the_backup_if_it_is_torn(
    a: int | None, b: int | None, main: int | None, backup: int | None, counts: str | None, mend: bool
) -> None:
    area = layout.REFERENCE.decide_area(sector(a, value(main)), sector(b, value(backup)))
    if counts is None:
        assert area.current is None
    else:
        assert area.current is not None
        assert area.current_is_a is (counts == "A")
        assert area.current.generation == (a if counts == "A" else b)
    assert (area.backup_is_behind, area.never_sold) == (mend, False)


@pytest.mark.parametrize(("a", "never_sold"), [(None, True), (1, True), (2, False)])
def test_without_any_value_only_a_card_that_never_went_further_is_unfinished(a: int | None, never_sold: bool) -> None:
    area = layout.REFERENCE.decide_area(sector(a, value(None)), sector(None, value(None)))
    assert (area.current, area.never_sold) == (None, never_sold)


def test_page_for_meter_makers_has_the_access_words_and_blocks_of_the_program() -> None:
    page = (ROOT / "docs/mifare-reference-profile.md").read_text(encoding="utf-8")
    rows = {
        row[1]: row for row in ([cell.strip() for cell in line.split("|")] for line in page.splitlines()) if row[1:]
    }
    for plan in layout.REFERENCE.issue_order:
        row = rows[str(plan.sector)]
        assert row[2].startswith(str(plan.first_block))
        assert row[4] == f"`{layout.KEY_A}`"
        assert row[5] == f"`{plan.key_b}`"
        assert row[6] == f"`{access_word(plan.access).hex(' ').upper()}`"
