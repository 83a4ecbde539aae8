"""Which reader speaks which dialect is data: built-in rows, a hall's own rows before them, wrong rows named."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.cards.reader_matrix import built_in_matrix, matrix_of_hall, parse_matrix
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardKind
from pos.domain.errors import DeviceRefused
from tests.contract.card_rigs import KEYS, MEMORY_CARDS, issued_card, read


@pytest.mark.parametrize(
    ("reader", "dialect"),
    [
        ("ACS ACR38U-CCID 00 00", "acs"),
        ("ACS ACR39U ICC Reader 00 00", "acs"),
        ("ACS ACR3901U ICC Reader 0", "acs"),
        ("ACS ACR3801 00 00", "acs"),
        ("ACS ACR1281U-C1 [ACR1281 1S Dual Reader] ICC 00 00", "acs"),
        ("ACS ACR1281U-C1 [ACR1281 1S Dual Reader] PICC 01 00", ""),
        ("HID Global OMNIKEY 3x21 Smart Card Reader 0", "omnikey"),
        ("HID Global OMNIKEY 3121 Smart Card Reader 00 00", "omnikey"),
        ("Gemalto PC Twin Reader 00 00", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize("family", ["memory-4442", "memory-4428"])
def test_dialect_by_the_name_of_the_reader(reader: str, dialect: str, family: str) -> None:
    assert built_in_matrix().dialect(reader, family) == dialect


def test_row_of_the_hall_is_asked_before_the_built_in_ones(tmp_path: Path) -> None:
    assert matrix_of_hall(tmp_path) == built_in_matrix()
    rows = (
        '[[reader]]\nname = "*acr38*"\nmemory-4442 = "omnikey"\n\n[[reader]]\nname = "Own make*"\nmemory-4428 = "acs"\n'
    )
    (tmp_path / "readers.toml").write_text(rows, encoding="utf-8")
    matrix = matrix_of_hall(tmp_path)
    assert matrix.dialect("ACS ACR38U 00 00", "memory-4442") == "omnikey"
    assert matrix.dialect("ACS ACR38U 00 00", "memory-4428") == "acs"  # the hall's row does not name this family
    assert matrix.dialect("Own Make 00 00", "memory-4428") == "acs"
    assert matrix.dialect("Own Make 00 00", "memory-4442") == ""


def test_name_copied_from_the_list_of_readers_fits_brackets_and_all() -> None:
    name = "ACS ACR1281U-C1 [ACR1281 1S Dual Reader] SAM 02 00"
    matrix = parse_matrix(f'[[reader]]\nname = "{name}"\nmemory-4442 = "acs"\n')
    assert matrix.dialect(name, "memory-4442") == "acs"
    assert matrix.dialect(name.replace("02", "03"), "memory-4442") == ""


def test_row_added_while_the_program_runs_is_used_at_the_next_card(tmp_path: Path) -> None:
    reader = SimulatedReader(KEYS, name="Own make 0", matrix=lambda: matrix_of_hall(tmp_path))
    reader.insert(MEMORY_CARDS[0].issued())
    rows = '[[reader]]\nname = "Own make*"\nmemory-4442 = "acs"\n'
    (tmp_path / "readers.toml").write_text(rows, encoding="utf-8")
    assert read(reader).kind is CardKind.USER


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[reader]\n", ""),
        ("readers = 1\n", "readers"),
        ("reader = 1\n", "reader"),
        ('[[reader]]\nmemory-4442 = "acs"\n', "memory-4442"),
        ('[[reader]]\nname = " "\n', "name"),
        ('[[reader]]\nname = "A*"\nmemory-4442 = "acr"\n', "A*: memory-4442 = acr"),
        ('[[reader]]\nname = "A*"\nmemory-4444 = "acs"\n', "A*: memory-4444 = acs"),
        ('[[reader]]\nname = "A*"\nmemory-4442 = 1\n', "A*: memory-4442 = 1"),
    ],
)
def test_wrong_row_is_refused_and_named(text: str, found: str) -> None:
    with pytest.raises(DeviceRefused) as refused:
        parse_matrix(text)
    assert refused.value.code == "readers.invalid"
    assert found in str(refused.value.params["found"])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'[[reader]]\nname = "x"\nfmcos = "acs"\n'])
def test_wrong_file_of_the_hall_stops_memory_cards_only(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "readers.toml").write_bytes(content)
    reader = SimulatedReader(KEYS, matrix=lambda: matrix_of_hall(tmp_path))
    reader.insert(issued_card())
    assert read(reader).kind is CardKind.USER
    reader.insert(MEMORY_CARDS[0].issued())
    with pytest.raises(DeviceRefused, match=r"readers\.invalid"):
        read(reader)
