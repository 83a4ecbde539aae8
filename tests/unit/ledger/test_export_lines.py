"""A line of an export is read exactly: the quick ways to undo its escapes say what a JSON reader says, or nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.canonical import canonical
from ledger.verify_journal import ExportFile

HASH = "ab" * 32


def body_of(raw: bytes) -> bytes | None:
    """What the outsider reads as the body of a line whose string is written like this."""
    line = b'{"body":"' + raw + b'","hash":"' + HASH.encode() + b'","key_id":null,"signature":null,"suite":null}\n'
    record = ExportFile.read_line(0, line)
    return None if record is None else record.body


@given(st.text(st.characters(exclude_categories=("Cs",))))
@example('{"detail":"{\\"a\\":1}"}')
@example("\\")
@example('\\"')
@example('\\\\"\\')
@example("\0\1\n\u2028")
def test_every_text_comes_back_as_it_was_written(text: str) -> None:
    written = json.dumps(text, ensure_ascii=False).encode()[1:-1]
    assert body_of(written) == text.encode()


@given(st.recursive(st.text(max_size=8) | st.integers(0, 99), lambda inner: st.dictionaries(st.text(), inner)))
def test_a_canonical_body_comes_back_byte_for_byte(value: object) -> None:
    body = canonical(value)
    assert body_of(canonical(body).encode()[1:-1]) == body.encode()


@pytest.mark.parametrize("raw", [rb"\u0041", rb"\/", b'a"b', b"\\", rb"\\\\" + b'"', rb"\x"])
def test_what_is_no_canonical_string_is_no_line(raw: bytes) -> None:
    """Control characters and broken UTF-8 pass here: no body that holds them is canonical."""
    assert body_of(raw) is None
