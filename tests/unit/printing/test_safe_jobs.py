"""Hostile text never becomes a command: 20,000 names through the whole way, and a checker that would notice."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.printer.machine import PrinterMachine
from ledger import verify_journal
from pos.domain.papers import Signature
from printing.escpos import in_printer_font
from printing.job_check import UnsafeJob, check_job
from printing.layout import QrCode, TextLine
from printing.render import layout_paper, render_receipt
from printing.roll import ROLL_58, ROLL_80, Roll
from printing.safe_text import clip, safe_text, text_width, wrap
from tests.unit.printing.sample_papers import ANCHOR, HAND_OVER, MOVEMENT, RECEIPT, SLIP, Z

COMMANDS = [
    "\x1bp\x00\x19\x19", "\x1dV\x00", "\x10\x14\x01\x00\x05", "\x1b@", "\x1c.", "\x1d(k", "\x10\x04\x01", "\x00",
    "\x7f", "\x9b", "\u202e", "\u2066", "\ue000", "\ufeff", "\u200b", "\n应收", "\r\n", "\x1b!\x30", "\udc80",
]  # fmt: skip
LETTERS = "单桂芳王李张赵欧阳阿卜杜·䶮㛃𬭸𠮷ABCxyz019 ¥￥³é€·—“”😀が한"


def _fuzzed(dice: random.Random) -> str:
    parts = [
        dice.choice(COMMANDS)
        if dice.random() < 0.35
        else chr(dice.randrange(0x110000))
        if dice.random() < 0.25
        else dice.choice(LETTERS)
        for _ in range(dice.randrange(1, 14))
    ]
    return "".join(parts)


def test_twenty_thousand_fuzzed_names_leave_no_control_byte() -> None:
    dice = random.Random(20261122)
    for _ in range(20_000):
        text = safe_text(_fuzzed(dice))
        encoded = text.encode("gb18030")
        assert not [byte for byte in encoded if byte < 0x20 or byte == 0x7F], ascii(text)
        if in_printer_font(text):
            check_job(b"\x1b@" + b"\x1c&" + text.encode("gbk") + b"\x1c.\n\x1dVB\x00", cuts=1)


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\x85",
        "\u200b",
        "\u202e",
        "\u2066",
        "\u2028",
        "\ue000",
        "\ufeff",
        "\U000f0000",
        "\ud800",
    ],
    ids=ascii,
)
def test_what_has_no_place_on_paper_is_dropped(character: str) -> None:
    assert safe_text(f"单{character}桂芳") == "单桂芳"


def test_fuzzed_receipts_print_without_pulse_extra_cut_or_foreign_command() -> None:
    dice = random.Random(7)
    for _ in range(150):
        paper = replace(
            RECEIPT,
            customer_name=_fuzzed(dice),
            address=_fuzzed(dice),
            price_class=_fuzzed(dice),
            tender=_fuzzed(dice),
            pay_reference=_fuzzed(dice),
        )
        job = render_receipt(paper, roll=dice.choice([ROLL_58, ROLL_80]), anchor=ANCHOR)
        machine = PrinterMachine()
        machine.receive(job.job_bytes)
        assert machine.violations == []
        assert machine.drawer.openings == 0
        assert machine.roll.cuts == 1


@settings(max_examples=200)
@given(st.text(max_size=60), st.integers(2, 48))
def test_any_text_becomes_printable_lines_that_fit_and_lose_nothing(text: str, width: int) -> None:
    safe = safe_text(text, 10_000)
    assert safe == safe_text(safe, 10_000)
    lines = wrap(safe, width)
    assert all(text_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == safe.replace(" ", "")
    assert text_width(clip(safe, width)) <= width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("请持本凭单和原卡到本厅补写，勿重复交费。", 38, ["请持本凭单和原卡到本厅补写，勿重复交", "费。"]),
        ("共收 86.80。谢谢", 10, ["共收", "86.80。谢", "谢"]),
        ("（（，，，，", 4, ["（（", "，，", "，，"]),
    ],
)
def test_no_line_begins_with_a_sign_that_closes_the_one_before(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize("paper", [RECEIPT, Z, HAND_OVER, SLIP, MOVEMENT], ids=lambda p: p.TEMPLATE)
@pytest.mark.parametrize("width", [32, 48])
def test_every_paper_prints_cleanly_and_the_printer_shows_what_was_meant(paper: object, width: int) -> None:
    job = render_receipt(paper, roll=Roll(width * 12), anchor=ANCHOR)  # type: ignore[arg-type]
    machine = PrinterMachine()
    machine.roll.width_chars = width
    machine.receive(job.job_bytes)
    assert machine.violations == []
    assert machine.roll.text() == job.text


def test_anchor_is_a_qr_code_on_the_closing_report_and_text_on_the_others() -> None:
    def codes(paper: object) -> list[str]:
        layout = layout_paper(paper, width_chars=48, anchor=ANCHOR)  # type: ignore[arg-type]
        return [e.payload for e in layout.elements if isinstance(e, QrCode)]

    assert codes(Z) == ["HALL-T01:1:128:9f86d08188"]
    assert codes(replace(Z, z_no=0)) == []
    for paper in (RECEIPT, Z, HAND_OVER):
        assert "HALL-T01-1-128 9f86d08188" in render_receipt(paper, roll=ROLL_58, anchor=ANCHOR).text


def test_the_outside_verifier_reads_the_qr_code_as_an_anchor() -> None:
    known = verify_journal.Anchor.parse(ANCHOR.payload)
    assert (known.chain, known.epoch, known.seq, known.prefix) == ("HALL-T01", 1, 128, "9f86d08188")


def test_a_look_in_the_middle_is_no_closing_report() -> None:
    look = replace(Z, z_no=0, signatures=(Signature("查看人", "赵立群 0101"),))
    text = render_receipt(look, roll=ROLL_80, anchor=None).text
    assert "应上缴款" not in text
    assert "查看人：赵立群 0101" in text
    assert "班中查询" in text
    assert "未结班 仅供查看" in text
    assert "____" not in text


GOOD = b"\x1b@\x1ba\x00A\n\x1dVB\x00"


@pytest.mark.parametrize(
    "job",
    [
        pytest.param(GOOD.replace(b"A", b"A\x1bp\x00\x19\x19"), id="drawer pulse"),
        pytest.param(GOOD.replace(b"A", b"\x10\x14\x01\x00\x05"), id="real-time pulse"),
        pytest.param(GOOD.replace(b"A", b"\x1dVB\x00"), id="second cut"),
        pytest.param(b"\x1b@A\n", id="no cut"),
        pytest.param(GOOD + b"A", id="text after the last cut"),
        pytest.param(GOOD[2:], id="no initialise"),
        pytest.param(GOOD.replace(b"A", b"\x07"), id="bell"),
        pytest.param(GOOD.replace(b"A", b"\xb5\xa5"), id="Hanzi without Hanzi mode"),
        pytest.param(GOOD.replace(b"A", b"\x1c&\xb5\x1bp\x1c."), id="command inside Hanzi"),
        pytest.param(GOOD.replace(b"A", b"\x1c&\xb5\xa5"), id="Hanzi mode left on"),
        pytest.param(GOOD.replace(b"A", b"\x1dv0\x00\xff\xff\xff\xff"), id="raster without end"),
        pytest.param(GOOD.replace(b"A", b"\x1d(k\x05\x001P0\x1bp"), id="control byte in a QR code"),
        pytest.param(b"", id="empty"),
    ],
)
def test_the_checker_notices(job: bytes) -> None:
    check_job(GOOD, cuts=1)
    with pytest.raises(UnsafeJob):
        check_job(job, cuts=1)


def test_rare_characters_go_as_a_picture_and_common_ones_as_text() -> None:
    plain = render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR)
    rare = render_receipt(replace(RECEIPT, customer_name="王㛃䶮"), roll=ROLL_80, anchor=ANCHOR)
    assert plain.rastered_lines == 0
    assert rare.rastered_lines == 1
    name_line = next(e for e in rare.layout.elements if isinstance(e, TextLine) and "王㛃䶮" in e.text)
    assert not in_printer_font(name_line.text)
    assert in_printer_font("￥86.80 应收 → ·")
    assert not in_printer_font("¥")


def test_every_hanzi_of_gbk_has_the_same_two_bytes_in_gb18030() -> None:
    for code in range(0x4E00, 0x9FA6):
        character = chr(code)
        assert character.encode("gbk") == character.encode("gb18030")
        assert in_printer_font(character)
