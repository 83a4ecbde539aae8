"""What a printer sends back, mixed and cut anywhere."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.printer.answers import AnswerReader, ProcessId, RealTime, Requested

AUTOMATIC_STATUS = b"\x10\x00\x00\x00"


def test_automatic_status_between_answers_is_dropped() -> None:
    reader = AnswerReader()
    answers = reader.feed(AUTOMATIC_STATUS + b"\x12" + AUTOMATIC_STATUS + b"\x37\x22abcd\x00" + b"\x01")
    assert answers == [RealTime(0x12), ProcessId(b"abcd"), Requested(1)]


@given(st.lists(st.integers(1, 30), max_size=8))
def test_answers_cut_anywhere_are_the_same(cuts: list[int]) -> None:
    stream = b"\x16" + AUTOMATIC_STATUS + b"\x37\x22wxyz\x00" + b"\x00" + b"\x1e" + AUTOMATIC_STATUS
    reader = AnswerReader()
    pieces = [stream[a:b] for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True)]
    answers = [answer for piece in pieces for answer in reader.feed(piece)]
    assert answers == [RealTime(0x16), ProcessId(b"wxyz"), Requested(0), RealTime(0x1E)]


def test_another_block_is_no_process_id() -> None:
    assert AnswerReader().feed(b"\x37\x21abcd\x00\x37\x22ab\x00") == []


def test_line_noise_and_an_endless_block_do_not_stop_the_reader() -> None:
    reader = AnswerReader()
    assert reader.feed(b"\x93\xff\x11\x13") == []
    assert RealTime(0x12) in reader.feed(b"\x37" + b"\x93" * 100 + b"\x12")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_error(noise: bytes) -> None:
    for answer in AnswerReader().feed(noise):
        assert isinstance(answer, RealTime | Requested | ProcessId)
