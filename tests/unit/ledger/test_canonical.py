"""Canonical JSON: one value, one text; what has no canonical form is refused."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import MAX_INTEGER, canonical, plain, sha256_hex
from ledger.verify_journal import canonical_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [nfc(item) for item in value]
    return {nfc(k): nfc(v) for k, v in value.items()} if isinstance(value, dict) else value


@given(VALUES)
def test_the_outsider_accepts_every_text_and_reads_the_same_value(value: Any) -> None:
    assert canonical_value(canonical(value).encode()) == nfc(value)


@given(VALUES)
def test_canonical_form_is_stable(value: Any) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(TEXTS.map(nfc), st.integers(0, 9), min_size=2, max_size=6))
def test_the_order_in_which_keys_were_put_in_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(VALUES, VALUES)
def test_two_values_share_a_hash_only_if_they_are_one(one: Any, two: Any) -> None:
    same = json.dumps(nfc(one), sort_keys=True) == json.dumps(nfc(two), sort_keys=True)
    assert (sha256_hex(canonical(one)) == sha256_hex(canonical(two))) is same


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", {1: 2}, [0.1], {"a": {"b": 1.5}}, object(), {1, 2}])
def test_what_is_no_value_of_the_books_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize("value", [MAX_INTEGER + 1, -MAX_INTEGER - 1, [2**63]])
def test_an_integer_that_others_would_round_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="exact range"):
        canonical(value)


def test_text_enums_are_text_and_number_enums_are_refused() -> None:
    class Word(StrEnum):
        CASH = "cash"

    class Number(IntEnum):
        ONE = 1

    assert canonical(Word.CASH) == '"cash"'
    with pytest.raises(TypeError):
        canonical(Number.ONE)


def test_known_vector() -> None:
    value = {"b": [1, None, True], "a": "e\u0301\n户", "amount_fen": -5}
    assert canonical(value) == '{"a":"é\\n户","amount_fen":-5,"b":[1,null,true]}'
    assert sha256_hex('{"a":1}') == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


@dataclass(frozen=True)
class _Inner:
    KIND: ClassVar[str] = "not a field"
    litres: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outer:
    name: str
    inner: _Inner
    absent: _Inner | None = None
    several: tuple[_Inner, ...] = ()


def test_plain_gives_the_same_json_as_asdict_without_class_variables() -> None:
    value = _Outer("单桂芳", _Inner(33_000, ("a", "b")), None, (_Inner(1), _Inner(2)))
    assert canonical(plain(value)) == canonical(asdict(value))
    assert plain(value)["inner"] == {"litres": 33_000, "tags": ["a", "b"]}
