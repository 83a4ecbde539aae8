"""`changshou verify`: the outsider's rules on our own database or on an export, one line per kind of finding.

The judgement is `ledger.verify_journal`'s, which shares no code with what it judges; here it is only put into words.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.cli import exit_codes
from ui.cli.texts import Texts
from ui.cli.waiting import Waiting

if TYPE_CHECKING:
    from ledger.verify_journal import Anchor, Finding, Verifier

_PRINTED = re.compile(r"([A-Z0-9]+(?:-[A-Z0-9]+)+)-([0-9]+)-([0-9]+)[: ]+([0-9a-fA-F]{10,64})")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_BY_KEY_ALONE = {"sign.key", "sign.uncovered"}
"""Errors that a key which was not given is enough to explain."""

_BY_ANCHOR_ALONE = {"anchor.missing", "anchor.hash"}
"""Errors that a mistyped anchor is enough to explain."""
_MANIFEST, _BEGINNING = b"changshou.journal", 1 << 16
"""What an export says of itself, and where."""
_LINE = re.compile(r"line ([0-9]+)")

_RANK = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What was asked. db: a path or `sqlite:///path`, "" for the standard one; everything: no grouping by code."""

    db: str = ""
    export: Path | None = None
    anchors: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    data: Path | None = None
    demo: bool = False
    quick: bool = False
    everything: bool = False
    as_json: bool = False


def _fingerprint(say: Texts, text: str) -> str:
    """As the books write it; a slip of the pen is no wrong key. Raises _Unusable."""
    plain = "".join(text.split()).lower()
    if _FINGERPRINT.fullmatch(plain) is None:
        raise _Unusable(say("verify.key_form", text=text))
    return plain


def verify(say: Texts, options: VerifyOptions) -> int:
    """Verify and report; returns 0, 1 or 2."""
    from ledger.errors import StoreError
    from ledger.verify_journal import Unreadable
    from ledger.verify_journal import verify as verify_export
    from ui.app.places import places
    from ui.app.verify_books import verify_books

    try:
        anchors = [parse_anchor(text) for text in options.anchors]
        keys = {_fingerprint(say, text) for text in options.keys}
        if options.export is not None:
            if options.db:
                raise _Unusable(say("verify.both"))
            done = verify_export(options.export, anchors, keys, quick=options.quick)
            if _is_no_export(options.export, done):
                raise _Unusable(say("verify.no_export", path=str(options.export)))
        else:
            at = places(options.data, demo=options.demo)
            path = _database(say, options, at.database)
            done = verify_books(
                path,
                anchors,
                keys,
                data_key=None if options.db else at.data_key,
                quick=options.quick,
                progress=Waiting(say),
            )
    except AnchorForm as wrong:
        print(say("verify.anchor_form", text=str(wrong)), file=sys.stderr)
        return exit_codes.UNREADABLE
    except _Unusable as unusable:
        print(str(unusable), file=sys.stderr)
        return exit_codes.UNREADABLE
    except (Unreadable, OSError, StoreError) as error:
        print(say("verify.cannot_read", reason=_reason(say, error)), file=sys.stderr)
        return exit_codes.UNREADABLE
    if options.as_json:
        return report_json(done)
    return report(say, done, anchors, everything=options.everything)


def _is_no_export(path: Path, done: Verifier) -> bool:
    """Not one record, and no manifest of ours either: another file, of which nothing can be judged."""
    if done.chains():
        return False
    with path.open("rb") as file:
        return _MANIFEST not in file.read(_BEGINNING)


def _reason(say: Texts, error: Exception) -> str:
    """Why nothing can be judged, in the language of the run: the system's and the verifier's own words are English."""
    cause = error if isinstance(error, OSError) else error.__cause__
    if isinstance(cause, OSError):
        return say.of_file(cause)
    return str(error) if say.language == "en" else say("verify.no_journal")


class AnchorForm(ValueError):
    """What was typed is no anchor; its text."""


class _Unusable(Exception):
    """There is nothing to verify; the sentence."""


def parse_anchor(text: str) -> Anchor:
    """An anchor in the verifier's form or as a paper prints it. Raises AnchorForm."""
    from ledger.verify_journal import Anchor

    printed = _PRINTED.fullmatch(text.strip())
    try:
        if printed:
            return Anchor(printed[1], int(printed[2]), int(printed[3]), printed[4].lower())
        return Anchor.parse(text.strip())
    except ValueError as error:
        raise AnchorForm(text) from error


def _database(say: Texts, options: VerifyOptions, standard: Path) -> Path:
    scheme, mark, rest = options.db.partition("://")
    if mark and scheme != "sqlite":
        raise _Unusable(say("verify.only_sqlite"))
    path = Path(rest.removeprefix("/") if mark else options.db)
    if not options.db:
        path = standard
    if not path.is_file():
        raise _Unusable(say("verify.no_db" if options.db else "store.missing", path=str(path)))
    return path


def report(say: Texts, done: Verifier, anchors: Sequence[Anchor], *, everything: bool) -> int:
    """One line per code (or per finding), worst first, what holds of the papers, a closing line; the exit code."""
    counts = Counter(finding.severity for finding in done.findings)
    for finding, count in _lines(done.findings, everything=everything):
        severity = say(f"verify.{finding.severity}")
        line = say(
            "verify.line",
            severity=severity,
            code=finding.code,
            count=count,
            where=_where(say, finding.where),
            text=say.finding(finding.code, finding.text),
        )
        print(line)
    print(
        say(
            "verify.sum",
            records=done.records,
            signatures=done.signatures,
            errors=counts["error"],
            warnings=counts["warning"],
            notes=counts["note"],
        )
    )
    doubted = {finding.where for finding in done.findings if finding.code.startswith("anchor.")}
    for anchor in anchors:
        place = f"{anchor.chain}-{anchor.epoch}-{anchor.seq}"
        if place not in doubted:
            print(say("verify.anchor_held", anchor=place))
    codes = {finding.code for finding in done.findings if finding.severity == "error"}
    restored = any(chain.epoch > 1 for chain in done.chains().values())
    if "sign.key" in codes and restored:  # most often the right keys, of which one was not given
        print(say("verify.restored_keys"))
    if not codes:
        print(say("verify.good"))
    elif codes <= _BY_ANCHOR_ALONE:  # most often a digit that was read wrong from the paper
        print(say("verify.anchor_typed"))
    elif not restored or codes - _BY_KEY_ALONE or "sign.key" not in codes:
        print(say("verify.bad"))
    return exit_codes.FOUND if codes else exit_codes.GOOD


def _where(say: Texts, where: str) -> str:
    """The place of a finding; that of an export's line in the language of the run."""
    line = _LINE.fullmatch(where)
    return say("verify.line_no", number=line[1]) if line else where


def report_json(done: Verifier) -> int:
    """One JSON object with every finding; returns the exit code."""
    findings = [finding._asdict() | {"severity": finding.severity} for finding in done.findings]
    print(json.dumps({"records": done.records, "signatures": done.signatures, "findings": findings}))
    errors = any(finding.severity == "error" for finding in done.findings)
    return exit_codes.FOUND if errors else exit_codes.GOOD


def _lines(findings: list[Finding], *, everything: bool) -> list[tuple[Finding, int]]:
    ordered = sorted(findings, key=lambda finding: _RANK[finding.severity])
    if everything:
        return [(finding, 1) for finding in ordered]
    counts = Counter(finding.code for finding in ordered)
    first = {finding.code: finding for finding in reversed(ordered)}
    return [(first[code], counts[code]) for code in dict.fromkeys(finding.code for finding in ordered)]
