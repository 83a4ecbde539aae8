"""Whatever stands in a record, the outsider answers with findings and never with an exception of its own.

Values are put where they do not belong: left as they are (the hash shows it), and sealed anew by a forger who holds
the real key (nothing but the rules shows it).
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.verify_journal import ExportFile, Finding, Verifier
from tests.unit.ledger.conftest import Sample
from tests.unit.ledger.forgery import Forgery, canonical

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2**53 - 1, -(2**53) + 1, "", "x", "DJ-T01", "DJ-T01-1-1", "\u0000", "用", [], {}, [[]]]),
    st.sampled_from([[None] * 5, {"chain": [], "epoch": 1, "seq": 1, "hash": {}}, {"session_id": []}, [{}], [{"": 0}]]),
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    ),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from places(part, (*path, key))


def judged(export: bytes, *, quick: bool = False) -> list[Finding]:
    return Verifier(ExportFile(io.BytesIO(export)), [], set(), quick=quick).run()


def errors(export: bytes) -> list[str]:
    return [finding.code for finding in judged(export) if finding.severity == "error"]


def changed(forgery: Forgery, number: int, at: int, odd: object) -> bool:
    """Put an odd value somewhere into one record; False if it stood there already."""
    body = forgery.lines[number % len(forgery.lines)].body
    paths = list(places(body))
    *above, last = paths[at % len(paths)]
    for step in above:
        body = body[step]
    before = canonical(body[last])
    body[last] = odd
    return before != canonical(odd)


@pytest.mark.parametrize("quick", [False, True])
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 199), at=st.integers(0, 999), odd=ODD)
def test_an_odd_value_sealed_with_the_real_key_breaks_nothing(
    sample: Sample, quick: bool, number: int, at: int, odd: object
) -> None:
    forgery = sample.forgery()
    changed(forgery, number, at, odd)
    judged(forgery.seal(sample.key).text(), quick=quick)


@settings(max_examples=100, deadline=None)
@given(number=st.integers(0, 199), at=st.integers(0, 999), odd=ODD)
def test_an_odd_value_without_a_new_hash_is_found(sample: Sample, number: int, at: int, odd: object) -> None:
    forgery = sample.forgery()
    if changed(forgery, number, at, odd):
        line = forgery.lines[number % len(forgery.lines)]
        line.text = canonical(line.body)
        assert "record.hash" in errors(forgery.text())


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 99), odd=ODD)
def test_an_odd_value_in_the_manifest_is_found(sample: Sample, at: int, odd: object) -> None:
    forgery = Forgery.of(sample.small)
    manifest = json.loads(forgery.text().splitlines()[0])
    body = manifest
    *above, last = list(places(manifest))[at % len(list(places(manifest)))]
    for step in above:
        body = body[step]
    if canonical(body[last]) != canonical(odd):
        body[last] = odd
        forgery.manifest = manifest
        assert errors(forgery.text())


@pytest.mark.parametrize("quick", [False, True])
def test_every_place_of_a_days_records_takes_any_type(sample: Sample, quick: bool) -> None:
    """One record of each kind, each of its places, each type: by turns, so that the whole is walked once."""
    kinds: dict[str, int] = {}
    for number, line in enumerate(sample.forgery().lines):
        kinds.setdefault(line.body["kind"], number)
    dice = random.Random(17)
    for number in kinds.values():
        for at in range(len(list(places(sample.forgery().lines[number].body)))):
            forgery = sample.forgery()
            changed(forgery, number, at, dice.choice([None, True, 7, "x", [], {}, [[]], [{}], {"a": []}]))
            judged(forgery.seal(sample.key).text(), quick=quick)
