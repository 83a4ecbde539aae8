"""`changshou export`: the journal for other programs, the sealed deposit slip for finance. Reading only."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

from ui.cli import exit_codes
from ui.cli.texts import Texts
from ui.cli.waiting import Waiting


def export_journal(say: Texts, journal_format: str, out: Path | None, data: Path | None, *, demo: bool) -> int:
    """Write the journal to a file or to standard output. Raises StoreError kinds."""
    from ui.app.finance_export import JOURNAL_FORMATS, export_journal_file
    from ui.app.finance_export import export_journal as write_journal
    from ui.app.places import places

    if journal_format not in JOURNAL_FORMATS:
        print(say("export.format", text=journal_format, known=" / ".join(JOURNAL_FORMATS)), file=sys.stderr)
        return exit_codes.UNREADABLE
    database = places(data, demo=demo).database
    waiting = Waiting(say)
    if out is not None:
        number = export_journal_file(database, out, journal_format, waiting)
        print(say("export.done", number=number, path=str(out)), file=sys.stderr)
        return exit_codes.GOOD
    # The format wants plain line feeds and UTF-8 whatever the terminal has.
    if not isinstance(sys.stdout, io.TextIOWrapper):
        write_journal(database, sys.stdout, journal_format, waiting)
        return exit_codes.GOOD
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    write_journal(database, sys.stdout, journal_format, None if sys.stdout.isatty() else waiting)
    sys.stdout.flush()
    return exit_codes.GOOD


def export_deposit_slip(
    say: Texts, business_day: str, out: Path, encoding: str, data: Path | None, *, demo: bool
) -> int:
    """Write the day's 解款单 as PDF, XLSX and CSV. Raises ExportRefused; StoreError kinds."""
    from ui.app.finance_export import ENCODINGS, export_deposit
    from ui.app.places import places

    if encoding not in ENCODINGS:
        print(say("export.format", text=encoding, known=" / ".join(ENCODINGS)), file=sys.stderr)
        return exit_codes.UNREADABLE
    try:
        day = date.fromisoformat(business_day).isoformat()
    except ValueError:
        print(say("export.date", text=business_day), file=sys.stderr)
        return exit_codes.UNREADABLE
    for file in export_deposit(places(data, demo=demo).database, day, out, encoding):
        print(say("export.file", path=str(file)))
    return exit_codes.GOOD
