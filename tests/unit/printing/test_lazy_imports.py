"""Nothing heavy is loaded before it is needed: the first paint does not wait for a printer."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import devices.printer.receipt_printer, devices.printer.cash_drawer, devices.printer.links, devices.printer.simulated
import printing.render, printing.picture, printing.workbook, printing.csv_export
print(sorted({"escpos", "PIL", "reportlab", "segno", "xlsxwriter"} & set(sys.modules)))
"""


def test_adapters_and_templates_load_no_printer_picture_or_office_library() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
