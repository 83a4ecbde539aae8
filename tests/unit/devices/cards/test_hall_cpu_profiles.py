"""Makers' profiles of CPU cards beside the built-in ones: told apart by name, each written by its own, no try lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from devices.cards import card_profile
from devices.cards.card_profile import ProfileInvalid, parse_profile
from devices.cards.hall_profiles import FOLDER, HallLayouts, layouts_of_hall
from devices.cards.reference_profile import REFERENCE, CpuLayout
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, blank_wallet_card
from devices.cards.simulated_filesystem import SimulatedDirectory
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardKind
from pos.domain.errors import DeviceRefused, RuleViolation
from tests.contract.card_promises import FAULTS, prepared, try_to_buy
from tests.contract.card_rigs import (
    CHIP,
    FIRST_BUY,
    FMCOS_CARD,
    IDENTITY,
    KEYS,
    MAKERS_CARDS,
    MIFARE_CARD,
    SECOND_BUY,
    WALLET_CARD,
    CardFamily,
    cost_of_a_purchase,
    issue,
    outcome_of,
    read,
    write,
)
from tests.contract.makers_profiles import example

BUILT_IN = Path(card_profile.__file__).parent / "profiles"
READ_COMMANDS = 8
WORST = ("answer lost", "contact lost before", "refused 6300", "claims 9000 and does nothing")


def makers_wallet() -> str:
    """The built-in wallet's file under another name, in another directory, with other keys."""
    text = (BUILT_IN / "reference-wallet.toml").read_text(encoding="utf-8")
    for ours, theirs in {
        'name = "reference-wallet"': 'name = "acme-w1"',
        '"F043534741535731"': '"F041434D45573031"',
        "directory = 0x3F01": "directory = 0x3F05",
        "external_auth_key = 0": "external_auth_key = 5",
        "line_key = 0\n": "line_key = 3\n",
        "unload_key = 0": "unload_key = 7",
        "purchase_key = 0": "purchase_key = 9",
        "log = 0x18": "log = 0x17",
    }.items():
        assert ours in text
        text = text.replace(ours, theirs)
    return text


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """A hall that serves a maker's CPU card and a maker's wallet, both in the same directory of the card."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "c1.toml").write_text(example("fmcos"), encoding="utf-8")
    (tmp_path / FOLDER / "w1.toml").write_text(makers_wallet(), encoding="utf-8")
    return tmp_path


def reader_of(hall: Path, card: SimulatedPlastic) -> SimulatedReader:
    reader = SimulatedReader(KEYS, layouts=partial(layouts_of_hall, hall))
    reader.insert(card)
    return reader


def profile_of(reader: SimulatedReader) -> str:
    with reader.session() as session:
        return session.facts().profile


def test_every_card_is_read_and_written_by_the_profile_that_issued_it_and_loses_no_try(hall: Path) -> None:
    wallet = CpuLayout(parse_profile(makers_wallet()))
    cards = {
        "acme-c1": FMCOS_CARD.blank(),
        "acme-w1": blank_wallet_card(CHIP, profile=wallet),
        "reference-fmcos": FMCOS_CARD.issued(),
        "reference-wallet": WALLET_CARD.issued(),
    }
    for name, card in cards.items():
        reader = reader_of(hall, card)
        if name.startswith("acme"):
            assert read(reader).kind is CardKind.BLANK
            issue(reader)
        assert profile_of(reader) == name
        assert write(reader, FIRST_BUY, read(reader)).holds(FIRST_BUY)
        meter = SimulatedMeter(KEYS, IDENTITY.meter_no, layouts=layouts_of_hall(hall))
        assert meter.insert(card, today="2026-11-23") is MeterAnswer.TAKEN
        after = read(reader)
        assert (after.unconsumed_l, meter.remaining_l) == (0, FIRST_BUY.volume_l)
        assert write(reader, SECOND_BUY, after).holds(SECOND_BUY)
        assert card.tries_are_full()


def test_a_hall_without_files_sends_not_one_command_more(tmp_path: Path) -> None:
    card = FMCOS_CARD.issued()
    read(reader_of(tmp_path, card))
    assert card.apdu_count == READ_COMMANDS


def test_somebody_elses_application_in_a_makers_directory_is_foreign_and_hears_no_key(hall: Path) -> None:
    card = blank_development_card(CHIP)
    card.files.directories[0x3F05] = SimulatedDirectory(0x3F05, bytes.fromhex("A000000386980777"), 0x0A, 0x0A)
    reader = reader_of(hall, card)
    image = read(reader)
    assert (image.kind, image.note) == (CardKind.FOREIGN, "foreign.other_application")
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(reader)
    assert (card.memory.written, card.tries_are_full()) == (0, True)
    assert read(built_in_reader(card)).kind is CardKind.BLANK  # a hall that does not know the directory


def built_in_reader(card: SimulatedPlastic) -> SimulatedReader:
    """A reader of a hall without files of its own."""
    reader = SimulatedReader(KEYS)
    reader.insert(card)
    return reader


def test_a_makers_card_is_not_touched_where_its_file_is_not_there(hall: Path) -> None:
    card = FMCOS_CARD.blank()
    before = issue(reader_of(hall, card))
    written = card.memory.written
    (hall / FOLDER / "c1.toml").unlink()
    reader = reader_of(hall, card)
    assert read(reader).kind is CardKind.FOREIGN
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(reader, FIRST_BUY, before)
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(reader)
    assert (card.memory.written, card.tries_are_full()) == (written, True)


@pytest.mark.parametrize("torn_at", range(0, 420, 12))
def test_issue_that_broke_off_is_finished_by_the_profile_that_began_it(hall: Path, torn_at: int) -> None:
    card = FMCOS_CARD.blank()
    assert isinstance(card, SimulatedCpuCard)
    card.tear_after(torn_at)
    outcome_of(lambda: issue(built_in_reader(card)))
    began = REFERENCE.df_file_id in card.files.directories
    tries = {key[:3]: key[3] for key in card.tries_left()}  # a tear within a presentation costs its try
    reader = reader_of(hall, card)
    outcome_of(lambda: issue(reader))
    if read(reader).kind is CardKind.USER:
        assert profile_of(reader) == ("reference-fmcos" if began else "acme-c1")
    assert all(left >= tries.get((directory, kind, key), left) for directory, kind, key, left in card.tries_left())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(b"families = ['fmcos-wallet']\nname =\n", "z.toml:2", id="a wallet's file that is no TOML"),
        pytest.param(example("fmcos").encode(), "acme-c1", id="the same name twice"),
        pytest.param(
            example("fmcos").replace("F041434D45433031", "F04353474153").encode(),
            "reference-fmcos",
            id="the beginning of another name",
        ),
    ],
)  # fmt: skip
def test_wrong_file_stops_cpu_cards_and_no_others(hall: Path, content: bytes, found: str) -> None:
    (hall / FOLDER / "z.toml").write_bytes(content)
    card = FMCOS_CARD.issued()
    with pytest.raises(DeviceRefused, match=r"profiles\.invalid") as refused:
        read(reader_of(hall, card))
    assert found in str(refused.value.params["found"])
    assert card.apdu_count == 0
    assert read(reader_of(hall, MIFARE_CARD.issued())).kind is CardKind.USER


@pytest.mark.parametrize(
    ("ours", "theirs", "place"),
    [
        ("line_key = 0\n", "line_key = 4\n", "[places] line_key"),
        ("internal_auth_key = 0", "internal_auth_key = 1", "[places] internal_auth_key"),
        ("max_purchase_l = 2147483647", "max_purchase_l = 2147483648", "[rules] max_purchase_l"),
    ],
)
def test_what_a_wallet_cannot_have_is_told_by_the_check(ours: str, theirs: str, place: str) -> None:
    text = (BUILT_IN / "reference-wallet.toml").read_text(encoding="utf-8")
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile(text.replace(ours, theirs))
    assert place in [problem.place for problem in invalid.value.problems]


def test_long_records_of_a_maker_have_room_in_their_directory() -> None:
    text = example("fmcos").replace('{ type = "unused", bytes = 4 }', '{ type = "unused", bytes = 200 }')
    layouts = HallLayouts(cpu=(CpuLayout(parse_profile(text)), REFERENCE))
    reader = SimulatedReader(KEYS, layouts=lambda: layouts)
    reader.insert(FMCOS_CARD.blank())
    assert write(reader, FIRST_BUY, issue(reader)).holds(FIRST_BUY)


@pytest.mark.parametrize("family", MAKERS_CARDS, ids=str)
@pytest.mark.parametrize("mixture", [None, 0x0F])
def test_makers_card_torn_at_any_byte_of_a_purchase_is_plainly_before_or_after(
    family: CardFamily, mixture: int | None
) -> None:
    _commands, written = cost_of_a_purchase(family, second=True)
    for torn_at in range(0, written + 1, 2):
        case = prepared(family, second=True)
        case[1].tear_after(torn_at, mixture=mixture)
        bought = try_to_buy(case)
        assert bought or torn_at < written
        assert not bought or torn_at >= written - family.commit_bytes


@pytest.mark.parametrize("family", MAKERS_CARDS, ids=str)
@pytest.mark.parametrize(
    "fault", ["answer lost", "contact lost before", "refused 6300", "claims 9000 and does nothing"]
)
def test_makers_card_keeps_its_promise_at_any_command_that_goes_wrong(family: CardFamily, fault: str) -> None:
    commands, _written = cost_of_a_purchase(family)
    bought = []
    for at in range(0, commands, 2):
        case = prepared(family)
        FAULTS[fault](case[1], at)
        bought.append(try_to_buy(case))
    assert False in bought
