"""The proof page fills the width exactly, shows a rare name as a picture, and does nothing but print."""

from __future__ import annotations

import pytest

from devices.printer.machine import PrinterMachine
from devices.printer.roll import PrintedQr, PrintedRaster
from printing.proof_page import QR_CONTENT
from printing.render import render_proof_page
from printing.roll import Roll
from printing.safe_text import text_width


@pytest.mark.parametrize("width", [32, 48])
def test_proof_page_fills_the_width_and_does_nothing_else(width: int) -> None:
    job = render_proof_page(roll=Roll(width * 12), hall="平安里营业厅", printed_at="2026-11-22 08:00")
    machine = PrinterMachine()
    machine.receive(job.job_bytes)
    assert [line for line in job.text.splitlines() if line.startswith(("123", "票票"))] == [
        ("1234567890" * 5)[:width],
        "票" * (width // 2),
    ]
    assert max(text_width(line) for line in job.text.splitlines() if "✂" not in line) == width
    assert sum(isinstance(item, PrintedRaster) for item in machine.roll.printed) == 1
    assert PrintedQr(QR_CONTENT) in machine.roll.printed
    assert (machine.roll.cuts, machine.drawer.openings, machine.violations) == (1, 0, [])
