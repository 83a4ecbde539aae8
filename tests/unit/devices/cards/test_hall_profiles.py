"""A maker's profile in a hall's folder: its cards are issued, sold to and told apart; a wrong file is told in time."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from devices.cards.card_profile import parse_profile
from devices.cards.hall_profiles import FOLDER, layouts_of_hall
from devices.cards.keystore import KeyRing
from devices.cards.memory_profile import REFERENCE
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_memory_meter import MemoryMeterSide
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardKind, CardPurchase, MeterFeedback
from pos.domain.errors import DeviceError, DeviceRefused, RuleViolation
from tests.contract.card_promises import MIXTURES, check_promise
from tests.contract.card_rigs import (
    FIRST_BUY,
    IDENTITY,
    KEYS,
    MEMORY_CARDS,
    SECOND_BUY,
    issue,
    issued_card,
    outcome_of,
    read,
    write,
)

PAGE = Path(__file__).parents[4] / "docs" / "card-profiles.md"
FAMILY = MEMORY_CARDS[0]
REPORT = MeterFeedback(1, 12_000, 0, 0, 3, 0, 0, None)  # what this maker's meters report


def example() -> str:
    """The worked example of the page, as it is printed there."""
    found = re.search(r"## A worked example.*?```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """The folder of a hall that serves the example."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "acme-a1.toml").write_text(example(), encoding="utf-8")
    return tmp_path


def reader_of(hall: Path, card: SimulatedPlastic, keys: KeyRing = KEYS) -> SimulatedReader:
    reader = SimulatedReader(keys, matrix=lambda: FAMILY.matrix, layouts=partial(layouts_of_hall, hall))
    reader.insert(card)
    return reader


def blank() -> SimulatedMemoryCard:
    card = FAMILY.blank()
    assert isinstance(card, SimulatedMemoryCard)
    return card


def test_check_prints_of_the_example_what_the_page_says() -> None:
    profile = parse_profile(example())
    page = PAGE.read_text(encoding="utf-8")
    for name, record in profile.records.items():
        assert f"  {name}: {record.length} bytes, checksum {record.checksum}" in page


def test_card_of_the_worked_example_is_issued_sold_taken_by_its_meter_and_sold_to_again(hall: Path) -> None:
    card = blank()
    reader = reader_of(hall, card)
    image = issue(reader)
    assert (image.kind, image.identity) == (CardKind.USER, IDENTITY)
    assert bytes(card.chip.cells[0x20:0x23]) == bytes.fromhex("413103")
    bought = write(reader, FIRST_BUY, image)
    assert bought.unconsumed_l == FIRST_BUY.volume_l

    side = MemoryMeterSide(card.chip, KEYS, layouts_of_hall(hall)[0])
    reading = side.read()
    assert reading is not None
    assert reading.purchase == FIRST_BUY
    side.report(reading, REPORT)

    after = read(reader)
    assert (after.unconsumed_l, after.feedback) == (0, REPORT)
    assert write(reader, SECOND_BUY, after).holds(SECOND_BUY)
    assert card.chip.wrong_presentations == 0


@pytest.mark.parametrize("mixture", MIXTURES)
def test_card_of_a_makers_profile_torn_at_every_byte_is_plainly_before_or_after(
    hall: Path, mixture: int | None
) -> None:
    made = blank()
    issue(reader_of(hall, made))
    for torn_at in range(40):
        card = FAMILY.again(made.to_json())
        reader = reader_of(hall, card)
        before = read(reader)
        card.tear_after(torn_at, mixture=mixture)
        outcome = outcome_of(lambda r=reader, b=before: write(r, FIRST_BUY, b))
        assert check_promise(outcome, reader, card, before, FIRST_BUY) or isinstance(outcome, DeviceError)


def test_card_of_the_built_in_profile_is_served_beside_it(hall: Path) -> None:
    card = FAMILY.issued(bought=True)
    reader = reader_of(hall, card)
    image = read(reader)
    assert (image.kind, image.purchase) == (CardKind.USER, FIRST_BUY)
    assert write(reader, SECOND_BUY, image).holds(SECOND_BUY)
    assert REFERENCE.decide_area(bytes(card.chip.cells)).current is not None  # type: ignore[attr-defined]


def test_interrupted_issue_is_finished_by_the_profile_that_began_it(hall: Path) -> None:
    card = blank()
    reader = FAMILY.reader(card)
    card.tear_after(20)
    outcome_of(lambda: issue(reader))
    again = reader_of(hall, card)
    assert read(again).note == "blank.interrupted"
    assert issue(again).kind is CardKind.USER
    assert REFERENCE.decode_identity(bytes(card.chip.cells)) is not None


def test_a_makers_cap_is_kept_before_the_card_is_written(hall: Path) -> None:
    card = blank()
    reader = reader_of(hall, card)
    before = issue(reader)
    written = card.memory.written
    with pytest.raises(RuleViolation) as refused:
        write(reader, CardPurchase(1, 2_000_001, 2_000_001, 25_000, 1_790_000_000_000), before)
    assert (refused.value.code, refused.value.params["field"]) == ("card.purchase_out_of_range", "volume_l")
    assert card.memory.written == written


def test_without_the_file_a_makers_card_is_somebody_elses(hall: Path) -> None:
    card = blank()
    issue(reader_of(hall, card))
    image = read(FAMILY.reader(card))
    assert (image.kind, image.note) == (CardKind.FOREIGN, "foreign.memory_card")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xfe", "second.toml"),
        (b"profile = 1\nname =\n", "second.toml:2"),
        (None, "acme-a1"),
        ((Path(__file__).parents[4] / "devices/cards/profiles/reference-mifare.toml").read_bytes(), "mifare-1k"),
    ],
    ids=["no text", "no TOML", "same head twice", "another kind of card"],
)
def test_wrong_file_stops_memory_cards_only_and_is_named(hall: Path, content: bytes | None, found: str) -> None:
    (hall / FOLDER / "second.toml").write_bytes(example().encode() if content is None else content)
    reader = reader_of(hall, issued_card())
    assert read(reader).kind is CardKind.USER
    reader.insert(FAMILY.issued())
    with pytest.raises(DeviceRefused) as refused:
        read(reader)
    assert refused.value.code == "profiles.invalid"
    assert found in str(refused.value.params["found"])
