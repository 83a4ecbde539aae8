"""Pictures of papers, and the raster fallback decoded again from the bytes the machine executed."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image

from devices.printer.machine import PrinterMachine
from devices.printer.roll import PrintedRaster
from devices.printer.roll_picture import roll_to_png
from printing.glyphs import draw_line, font_path
from printing.layout import TextLine
from printing.picture import to_png
from printing.raster import GAP_ROWS
from printing.render import layout_paper, render_receipt
from printing.roll import ROLL_80
from tests.unit.printing.sample_papers import ANCHOR, RECEIPT, Z


def _open(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("L")


def _ink(picture: Image.Image) -> int:
    return sum(picture.histogram()[:128])


def test_picture_has_the_width_of_the_paper_in_dots() -> None:
    assert _open(to_png(layout_paper(RECEIPT, width_chars=32, anchor=ANCHOR))).width == 464
    assert _open(to_png(layout_paper(RECEIPT, width_chars=48, anchor=ANCHOR))).width == 640


def test_picture_of_a_report_with_a_qr_code_is_darker_than_without() -> None:
    close = _open(to_png(layout_paper(Z, width_chars=48, anchor=ANCHOR)))
    look = _open(to_png(layout_paper(Z, width_chars=48, anchor=None)))
    assert _ink(close) > _ink(look) + 5_000


def test_rare_name_survives_the_raster_dot_for_dot() -> None:
    job = render_receipt(replace(RECEIPT, customer_name="王㛃䶮"), roll=ROLL_80, anchor=ANCHOR)
    machine = PrinterMachine()
    machine.receive(job.job_bytes)
    raster = next(item for item in machine.roll.printed if isinstance(item, PrintedRaster))
    line = next(e for e in job.layout.elements if isinstance(e, TextLine) and "㛃" in e.text)
    meant = draw_line(line, 48).point(lambda level: 255 if level > 150 else 0).convert("1")
    decoded = Image.frombytes("1", (raster.row_bytes * 8, raster.rows), bytes(b ^ 0xFF for b in raster.dots))
    decoded = decoded.crop((0, GAP_ROWS, decoded.width, decoded.height - GAP_ROWS))
    assert decoded.tobytes() == meant.tobytes()
    assert _ink(decoded.convert("L")) > 300


def test_a_glyph_the_font_lacks_becomes_a_visible_sign_not_a_blank() -> None:
    lacking = draw_line(TextLine("한"), 32)
    known_sign = draw_line(TextLine("〓"), 32)
    assert lacking.tobytes() == known_sign.tobytes()
    assert _ink(known_sign) > 50


def test_the_simulated_roll_is_drawn_with_raster_and_text() -> None:
    job = render_receipt(replace(RECEIPT, customer_name="王㛃䶮"), roll=ROLL_80, anchor=ANCHOR)
    machine = PrinterMachine()
    machine.receive(job.job_bytes)
    picture = _open(roll_to_png(machine.roll, Path(font_path())))
    assert picture.width == 576
    assert _ink(picture) > 10_000
