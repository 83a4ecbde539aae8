"""A quick look in parts gives the answer of a look in one pass, or none: then it is looked at in one pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.verify_journal import Anchor, Finding, Verifier, in_parts, verify
from tests.unit.ledger.broken_exports import CASES, Case, Hand
from tests.unit.ledger.conftest import Sample
from tests.unit.ledger.forgery import Forgery

ROOT = Path(__file__).parents[3]
PARTS = (2, 3, 7)

BY_PROCESSES = """
import sys
from pathlib import Path
from ledger import verify_journal
verify_journal.PART_BYTES = 4_000
looked = []
pooled = verify_journal._pooled
verify_journal._pooled = lambda look, spans: looked.append(len(spans)) or pooled(look, spans)
verify_journal.os.sched_getaffinity = lambda _: {0, 1, 2}
code = verify_journal.main([sys.argv[1], "--quick"])
print("looked at by", looked)
sys.exit(code)
"""


def usual(sample: Sample) -> Forgery:
    """The two days without their restore: nothing in them has to be known further on."""
    forgery = sample.forgery()
    forgery.lines = [line for line in forgery.lines if line.body["epoch"] == 1]
    return forgery.seal(sample.key)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def looked(path: Path, parts: int, anchors: list[Anchor], keys: set[str]) -> Verifier | None:
    with path.open("rb") as file:
        return in_parts(file, path, anchors, keys, parts=parts, mapped=map)


@pytest.mark.parametrize("parts", PARTS)
def test_books_in_order_are_judged_in_parts_and_nothing_differs(sample: Sample, file: Path, parts: int) -> None:
    forgery = usual(sample)
    file.write_bytes(forgery.text())
    for anchors, keys in (([], set[str]()), (forgery.anchors(), {sample.key.key_id})):
        alone = verify(file, anchors, keys, quick=True)
        done = looked(file, parts, anchors, keys)
        assert done is not None
        assert (done.findings, done.records, done.signatures) == (alone.findings, alone.records, alone.signatures)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_export_gives_the_findings_of_one_pass_or_none(sample: Sample, file: Path, case: Case) -> None:
    forgery, hand = usual(sample), Hand(sample.key, sample.stranger)
    try:
        case.change(forgery, hand)
    except (StopIteration, IndexError):  # it breaks the restore: with it the file is looked at in one pass
        forgery, hand = sample.forgery(), Hand(sample.key, sample.stranger)
        case.change(forgery, hand)
    file.write_bytes(hand.export or forgery.text())
    alone = verify(file, hand.anchors, hand.keys, quick=True).findings
    for parts in PARTS:
        done = looked(file, parts, hand.anchors, hand.keys)
        assert done is None or done.findings == alone


def test_most_broken_records_are_handed_back_by_some_part(sample: Sample, file: Path) -> None:
    text = usual(sample).text()
    for place in range(len(text) // 3, len(text), len(text) // 60):
        file.write_bytes(text[:place] + (b"8" if text[place : place + 1] != b"8" else b"7") + text[place + 1 :])
        assert looked(file, 3, [], set()) is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), byte=st.integers(0, 255), parts=st.integers(2, 9))
def test_any_byte_changed_anywhere_gives_the_findings_of_one_pass_or_none(
    sample: Sample, file: Path, at: int, byte: int, parts: int
) -> None:
    text = bytearray(usual(sample).text())
    text[at % len(text)] = byte
    file.write_bytes(text)
    alone: list[Finding] = verify(file, [], set(), quick=True).findings
    done = looked(file, parts, [], set())
    assert done is None or done.findings == alone


def test_a_command_that_stands_in_two_parts_is_found(sample: Sample, file: Path) -> None:
    forgery = usual(sample)
    forgery.lines[-1].body["command_id"] = forgery.lines[0].body["command_id"]
    file.write_bytes(forgery.seal(sample.key).text())
    assert looked(file, 2, [], set()) is None
    assert "record.command" in {finding.code for finding in verify(file, [], set(), quick=True).findings}


def test_a_restore_or_several_keys_are_looked_at_in_one_pass(sample: Sample, file: Path) -> None:
    file.write_bytes(sample.export)
    assert looked(file, 2, [], set()) is None
    file.write_bytes(usual(sample).text())
    assert looked(file, 2, [], {sample.key.key_id, sample.stranger.key_id}) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process cannot simply be divided")
def test_processes_of_their_own_find_what_one_finds(sample: Sample, file: Path) -> None:
    forgery = usual(sample)
    for broken in (False, True):
        if broken:
            forgery.lines[40].text += " "
        file.write_bytes(forgery.text())
        command = [sys.executable, "-c", BY_PROCESSES, str(file)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
        assert said.returncode == broken, said.stderr
        assert f"{len(forgery.lines)} records" in said.stdout
        assert ("record.hash" in said.stdout) is broken
        assert said.stdout.rstrip().endswith("looked at by [3]")
