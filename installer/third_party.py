"""Writes THIRD-PARTY.md: every package of requirements.lock with its version, licence and home, and the font.

The licence comes from the installed package's own metadata; where an author wrote it only into the classifiers, from
there; where the metadata is silent, from READ_BY_HAND.
Run by `make lock`; tests/architecture/test_repository.py holds the page against the lock.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READ_BY_HAND = {
    "colorama": "BSD-3-Clause (installed on Windows only)",
    "pysqlite3": "Zlib",  # its metadata is silent; its licence file is the zlib text
    "qrcode": "BSD-3-Clause, with the MIT text of the work it came from",  # its classifiers say only "other"
}

HEAD = """# Third-party components

Made by `make lock` from requirements.lock and the packages' own metadata. Changshou itself is LGPL-3.0-or-later.
PySide6 and pyscard (LGPL) are loaded as separate packages and can be replaced by any build with the same interface.

| Package | Version | Licence | What it does here |
|---|---|---|---|
"""

FONT = """
## Font

| File | Licence | Origin |
|---|---|---|
| printing/fonts/NotoSansSC-Regular.ttf | OFL-1.1 (printing/fonts/OFL.txt) | Noto Sans SC, The Noto Project Authors |
| printing/fonts/NotoSansSC-Bold.ttf | OFL-1.1 (printing/fonts/OFL.txt) | Noto Sans SC, The Noto Project Authors |

Their checksums are in printing/fonts/SHA256SUMS; the files are unchanged.

## Programs that are started, not linked

| Program | Licence | What for |
|---|---|---|
| pcscd (PC/SC Lite) | BSD-3-Clause | talks to the card reader |
| espeak-ng | GPL-3.0-or-later | speaks the read-back, as a separate process |
| aplay (alsa-utils) | GPL-2.0-or-later | plays it |
"""

PURPOSE = {
    "argon2-cffi": "passwords of operators",
    "cryptography": "signatures of the journal, card cryptography",
    "openpyxl": "reads imports from Excel",
    "pillow": "lines a printer has no characters for",
    "platformdirs": "where settings and books live",
    "pypinyin": "search by pinyin initials",
    "pyscard": "the card reader (PC/SC)",
    "pyside6-essentials": "the window (Qt)",
    "pysqlite3": "SQLite without the WAL-reset defect",
    "python-escpos": "receipt printer and drawer",
    "reportlab": "PDF papers",
    "segno": "QR codes on the screen",
    "setuptools": "runtime of python-escpos' profiles; builds pyscard",
    "sqlalchemy": "the books' database",
    "typer": "the `changshou` command",
    "xlsxwriter": "Excel exports",
}


def locked(lock: Path) -> dict[str, str]:
    """Package -> version, in the order of the lock."""
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def licence(package: str) -> str:
    """The licence a package declares about itself."""
    if package in READ_BY_HAND:
        return READ_BY_HAND[package]
    declared = metadata.metadata(package)
    if "License-Expression" in declared:
        return str(declared["License-Expression"])
    classifiers = [c.rsplit(" :: ", 1)[1] for c in declared.get_all("Classifier", []) if c.startswith("License :: ")]
    named = [c for c in classifiers if c != "OSI Approved"]
    text = str(declared["License"] or "").strip() if "License" in declared else ""
    if named:
        return " / ".join(named)
    if text and len(text) < 60:
        return text
    raise SystemExit(f"{package} declares no licence: read its text and add it by hand")


def main() -> None:
    """Write the page."""
    rows = [
        f"| {package} | {version} | {licence(package)} | {PURPOSE.get(package, 'needed by another package')} |"
        for package, version in locked(ROOT / "requirements.lock").items()
    ]
    (ROOT / "THIRD-PARTY.md").write_text(HEAD + "\n".join(rows) + "\n" + FONT, encoding="utf-8")


if __name__ == "__main__":
    main()
