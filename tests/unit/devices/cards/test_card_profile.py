"""Card profiles as files: the built-in ones are read, and every kind of mistake is named with its line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.cards.card_profile import BUILT_IN, ProfileInvalid, built_in, parse_profile
from ui.cli.card_texts import CARD_TEXTS

FOLDER = Path(__file__).parents[4] / "devices" / "cards" / "profiles"


def text_of(name: str = "reference-memory") -> str:
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    """Line of the first occurrence."""
    return text[: text.index(part)].count("\n") + 1


def test_every_file_in_the_folder_is_a_built_in_profile_and_right() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(BUILT_IN)
    assert [built_in(name).name for name in BUILT_IN] == list(BUILT_IN)


def test_records_have_the_lengths_the_pages_say() -> None:
    lengths = {name: {key: each.length for key, each in built_in(name).records.items()} for name in BUILT_IN}
    assert lengths == {
        "reference-fmcos": {"identity": 39, "purchase": 32, "feedback": 32},
        "reference-wallet": {"identity": 39, "purchase": 32, "feedback": 32},
        "reference-mifare": {"identity": 39, "purchase": 32, "feedback": 32},
        "reference-memory": {"identity": 16, "holder": 24, "purchase": 32, "feedback": 26},
    }


@pytest.mark.parametrize(
    ("written", "instead", "place", "code", "allowed"),
    [
        ("profile = 1", "profile = 2", "profile", "wrong", "1"),
        ('title = "Reference profile of memory cards"', "", "title", "missing", '"…"'),
        ('"memory-4442", "memory-4428"', '"memory-4442", "fmcos"', "families", "wrong", "mifare-1k"),
        ('"memory-4442", "memory-4428"', '"at88sc"', "families", "wrong", "memory-4428"),
        ("[rules]", '[colours]\nred = 1\n[rules]', "colours", "unknown", "rules"),
        ('unit = "litre"', 'unit = "gallon"', "[rules] unit", "wrong", '"litre" | "centi_m3" | "deci_m3" | "m3"'),
        ('sequence = "plus_one"', "", "[rules] sequence", "missing", '"plus_one" | "greater_than"'),
        ('"plus_one"', '"cumulative"', "[rules] sequence", "not_carried_out", '"plus_one" | "greater_than"'),
        ('"litre"', '"yuan"', "[rules] unit", "not_carried_out", '"litre" | "centi_m3" | "deci_m3" | "m3"'),
        ('"refuse"', '"merge_same_count"', "[rules] on_unconsumed", "not_carried_out", '"refuse"'),
        ('write_mode = "replace"', 'write_mode = "add"', "[rules] write_mode", "not_carried_out", '"replace"'),
        ('code = "cryptogram"', 'code = "xor"', "[rules] code", "wrong", '"cryptogram"'),
        ("max_sequence = 65535", "max_sequence = 65536", "[rules] max_sequence", "wrong", "1 … 65535"),
        ("max_sequence = 65535", "max_sequences = 65535", "[rules] max_sequences", "unknown", "max_sequence"),
        ("copy_a = 0x30", "copy_a = 0x1F", "[places] copy_a", "wrong", "0x20 … 0xFF"),
        ("copy_b = 0x50", "copy_b = 0x4F", "[places] copy_b", "overlap", "copy_a (0x30 … 0x4F)"),
        ("finished = 0xD9", "finished = 0x70", "[places] finished", "overlap", "selector"),
        ("holder = 0xC0", "holder = 0xF0", "[places] holder", "overlap", "0xFF"),
        ("selector = 0x70", "selektor = 0x70", "[places] selector", "missing", "0x20"),
        ('type = "const", value = "4353"', 'type = "const", value = "43 5"', "[identity] 1 value", "wrong", "hex"),
        ('"card_no", type = "bcd", bytes = 5, digits = 10', '"card_no", type = "bcd", bytes = 4, digits = 8',
         "[identity] card_no bytes", "wrong", "5"),
        ("bytes = 5, digits = 10", "bytes = 5", "[identity] card_no digits", "missing", "10"),
        ('name = "issue_no", type = "uint"', 'name = "issue_no", type = "uintx"', "[identity] 6 type", "wrong", "uint"),
        ('name = "volume_l"', 'name = "volume"', "[purchase] 4 name", "unknown", "volume_l"),
        ('name = "price_e4", type = "uint"', 'name = "price_e4", type = "int"', "[purchase] price_e4 type", "wrong",
         '"uint"'),
        ('name = "price_e4"', 'name = "volume_l"', "[purchase] volume_l", "twice", ""),
        ("bytes = 1, wraps = true", "bytes = 1", "[purchase] generation", "wrong", "wraps = true"),
        ("wraps = true", "wrap = true", "[purchase] 1 wrap", "unknown", "wraps"),
        ("epoch = 2020-01-01", 'epoch = "2020"', "[purchase] sold_at_utc_ms epoch", "wrong", "2020-01-01"),
        ('{ type = "unused", bytes = 6 }', '{ type = "unused", bytes = 199 }', "[purchase]", "too_long", "224"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(
    written: str, instead: str, place: str, code: str, allowed: str
) -> None:
    right = text_of()
    assert written in right
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile(right.replace(written, instead, 1))
    told = {problem.place: problem for problem in invalid.value.problems}
    assert place in told, invalid.value
    problem = told[place]
    assert (problem.code, allowed in problem.allowed) == (code, True), problem
    lines, near = right.splitlines(), line_of(right, written)
    header = max((number for number, line in enumerate(lines[:near], start=1) if line.startswith("[")), default=1)
    assert problem.line in {1, header, header + 2, near, near + 1, near + 2}


def test_a_mistake_in_a_field_is_found_at_the_very_line() -> None:
    right = text_of()
    wrong = right.replace('name = "volume_l"', 'name = "volume"').replace('sequence = "plus_one"', 'sequence = "x"')
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile(wrong)
    assert [problem.line for problem in invalid.value.problems] == [
        line_of(right, 'sequence = "plus_one"'),
        line_of(right, 'name = "volume_l"'),
    ]


def test_file_that_is_no_toml_is_named_with_the_line_where_reading_stopped() -> None:
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile("profile = 1\nname = \n")
    (problem,) = invalid.value.problems
    assert (problem.line, problem.code) == (2, "not_toml")


def test_identity_that_begins_like_any_other_is_refused() -> None:
    right = text_of()
    cut = right.replace('  { type = "const", value = "4353" },\n  { type = "const", value = "01" },\n', "", 1)
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile(cut)
    assert [problem.code for problem in invalid.value.problems] == ["no_head"]


@pytest.mark.parametrize(
    ("name", "written", "instead", "place"),
    [
        ("reference-mifare", "copy_b = 3", "copy_b = 2", "[places] copy_b"),
        ("reference-mifare", "identity = 1", "identity = 0", "[places] identity"),
        ("reference-mifare", '"reference-fmcos"', '"reference-memory"', "records_of"),
        ("reference-fmcos", "copy_b = 0x07", "copy_b = 0x06", "[places] copy_b"),
        ("reference-fmcos", "meter_line_key = 1", "meter_line_key = 0", "[places] meter_line_key"),
        ("reference-fmcos", "F043534741533031", "F0", "[places] application"),
        ("reference-wallet", "F043534741535731", "F0", "[places] application"),
        ("reference-wallet", "log = 0x18", "log = 0x16", "[places] log"),
        ("reference-wallet", "wallet = 0x01", "wallet = 0x02", "[places] wallet"),
        ("reference-wallet", "load_key = 0", "", "[places] load_key"),
        ("reference-wallet", '"reference-fmcos"', '"reference-memory"', "records_of"),
    ],
)
def test_other_kinds_of_card_are_checked_too(name: str, written: str, instead: str, place: str) -> None:
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile(text_of(name).replace(written, instead, 1))
    assert place in [problem.place for problem in invalid.value.problems]


@pytest.mark.parametrize("pin", ["load", "read"])
def test_wallet_that_asks_for_a_pin_is_refused_with_a_sentence_of_its_own(pin: str) -> None:
    asked = text_of("reference-wallet").replace("[rules]\n", f'[rules]\npin = "{pin}"\n')
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile(asked)
    (problem,) = invalid.value.problems
    assert (problem.place, problem.code, problem.found) == ("[rules] pin", "pin_not_asked", f'"{pin}"')
    assert "pin_not_asked" in {code.removeprefix("profile.") for code in CARD_TEXTS}


def test_wallet_may_say_that_it_asks_for_no_pin_and_other_cards_have_no_such_rule() -> None:
    said = '[rules]\npin = "none"\n'
    assert parse_profile(text_of("reference-wallet").replace("[rules]\n", said)).name == "reference-wallet"
    for name, text in (("reference-fmcos", said), ("reference-wallet", '[rules]\npin = "sometimes"\n')):
        with pytest.raises(ProfileInvalid):
            parse_profile(text_of(name).replace("[rules]\n", text))
