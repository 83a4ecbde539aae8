"""A maker's profile in a hall's folder: its cards are issued, sold to and told apart; a wrong file is told in time."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from devices.cards.card_profile import parse_profile
from devices.cards.hall_profiles import FOLDER, HallLayouts, layouts_of_hall
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
    MIFARE_CARD,
    SECOND_BUY,
    issue,
    issued_card,
    outcome_of,
    read,
    write,
)
from tests.contract.makers_profiles import PAGE, example

FAMILY = MEMORY_CARDS[0]
KINDS = ("memory-4442", "mifare-1k", "fmcos")
REPORT = MeterFeedback(1, 12_000, 0, 0, 3, 0, 0, None)  # what this maker's meters report


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """The folder of a hall that serves the example."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "acme-a1.toml").write_text(example(FAMILY.driver), encoding="utf-8")
    return tmp_path


def reader_of(hall: Path, card: SimulatedPlastic, keys: KeyRing = KEYS) -> SimulatedReader:
    reader = SimulatedReader(keys, matrix=lambda: FAMILY.matrix, layouts=partial(layouts_of_hall, hall))
    reader.insert(card)
    return reader


def blank() -> SimulatedMemoryCard:
    card = FAMILY.blank()
    assert isinstance(card, SimulatedMemoryCard)
    return card


@pytest.mark.parametrize("family", KINDS)
def test_check_prints_of_the_example_what_the_page_says(family: str) -> None:
    profile = parse_profile(example(family))
    said = [f"Good: {profile.name} ({profile.title}), families {family}"]
    said += [f"  {name}: {record.length} bytes, checksum {record.checksum}" for name, record in profile.records.items()]
    assert "\n".join(said) in PAGE.read_text(encoding="utf-8")


def test_card_of_the_worked_example_is_issued_sold_taken_by_its_meter_and_sold_to_again(hall: Path) -> None:
    card = blank()
    reader = reader_of(hall, card)
    image = issue(reader)
    assert (image.kind, image.identity) == (CardKind.USER, IDENTITY)
    assert bytes(card.chip.cells[0x20:0x23]) == bytes.fromhex("413103")
    bought = write(reader, FIRST_BUY, image)
    assert bought.unconsumed_l == FIRST_BUY.volume_l

    side = MemoryMeterSide(card.chip, KEYS, layouts_of_hall(hall).memory[0])
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


WRONG: list[tuple[str, bytes, str, tuple[bool, bool, bool]]] = [
    ("no text, no kind", b"\xff\xfe", "second.toml", (False, False, False)),
    ("no kind", b"profile = 1\nname =\n", "second.toml:2", (False, False, False)),
    ("no TOML", b'families = ["memory-4442"]\nname =\n', "second.toml:2", (True, True, False)),
    ("same head twice", example("memory-4442").encode(), "acme-a1", (True, True, False)),
    ("longer head", example("memory-4442").replace('"413103"', '"413103FF"').encode(), "acme-a1", (True, True, False)),
    ("no TOML for MIFARE", b"families = ['mifare-1k']\nname =\n", "second.toml:2", (True, False, True)),
    ("head of the built-in", example("mifare-1k").replace('"4D31', '"4353').replace("07\" }", "\" }").encode(),
        "reference-mifare", (True, False, True)),
]  # fmt: skip


@pytest.mark.parametrize(("content", "found", "served"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_wrong_file_is_named_and_stops_the_kind_of_card_it_is_for(
    hall: Path, content: bytes, found: str, served: tuple[bool, bool, bool]
) -> None:
    (hall / FOLDER / "second.toml").write_bytes(content)
    for card, is_served in zip((issued_card(), MIFARE_CARD.issued(), FAMILY.issued()), served, strict=True):
        reader = reader_of(hall, card)
        if is_served:
            assert read(reader).kind is CardKind.USER
            continue
        with pytest.raises(DeviceRefused) as refused:
            read(reader)
        assert refused.value.code == "profiles.invalid"
        assert found in str(refused.value.params["found"])
        assert card.apdu_count == 0


def test_two_makers_and_the_built_in_profile_share_a_hall_and_no_card_is_taken_for_another_kind(hall: Path) -> None:
    """One maker's identity lies where the built-in profile keeps a copy of the purchase."""
    other = example("mifare-1k").replace('"4D3107"', '"4D3208"').replace("acme-m1", "acme-m2")
    places = {"identity = 8": "identity = 2", "copy_a = 5": "copy_a = 1"}
    for mine, theirs in places.items():
        other = other.replace(mine, theirs)
    (hall / FOLDER / "m1.toml").write_text(example("mifare-1k"), encoding="utf-8")
    (hall / FOLDER / "m2.toml").write_text(other, encoding="utf-8")
    _m1, m2, reference = layouts_of_hall(hall).mifare
    for layouts, name in (((m2,), "acme-m2"), ((reference,), "reference-mifare")):
        card = MIFARE_CARD.blank()
        narrow = SimulatedReader(KEYS, layouts=lambda served=layouts: HallLayouts(mifare=served))
        narrow.insert(card)
        issue(narrow)
        reader = reader_of(hall, card)
        with reader.session() as session:
            assert session.facts().profile == name
        assert write(reader, FIRST_BUY, read(reader)).holds(FIRST_BUY)
    blank_card = MIFARE_CARD.blank()
    reader = reader_of(hall, blank_card)
    issue(reader)
    with reader.session() as session:
        assert session.facts().profile == "acme-m1"


@pytest.mark.parametrize("torn_at", [*range(0, 800, 23)])
def test_issue_by_the_built_in_profile_that_broke_off_is_never_finished_by_a_makers(hall: Path, torn_at: int) -> None:
    (hall / FOLDER / "m1.toml").write_text(example("mifare-1k"), encoding="utf-8")
    card = MIFARE_CARD.blank()
    before = MIFARE_CARD.reader(card)
    card.tear_after(torn_at)
    outcome_of(lambda: issue(before))
    alone = read(MIFARE_CARD.reader(card))
    reader = reader_of(hall, card)
    image = read(reader)
    assert (image.kind, image.note, image.identity) == (alone.kind, alone.note, alone.identity)
    if image.kind is CardKind.BLANK and not image.note:
        return  # nothing of the first attempt can be told from a card as delivered
    outcome_of(lambda: issue(reader))
    after = read(reader)
    if after.kind is CardKind.USER:
        with reader.session() as session:
            assert session.facts().profile == "reference-mifare"
