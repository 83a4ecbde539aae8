"""Attacks in bulk: single bytes, rows taken out, put in, swapped, replayed, rewritten, and ends cut off."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from ledger import verify_journal
from ledger.keys import InstallationKey
from ledger.verify_journal import Anchor, ExportFile, Verifier
from tests.unit.ledger.conftest import Sample
from tests.unit.ledger.forgery import Forgery, errors_of, findings_of
from tests.unit.ledger.sample_books import T1, H

BYTE_EDITS = 5_000


def test_every_edit_of_a_single_byte_is_found(sample: Sample) -> None:
    dice = random.Random(20261122)
    missed = []
    for _ in range(BYTE_EDITS):
        place, value = dice.randrange(len(sample.small)), dice.randrange(256)
        if sample.small[place] == value:
            value ^= 1
        if not errors_of(sample.small[:place] + bytes([value]) + sample.small[place + 1 :]):
            missed.append((place, value))
    assert missed == []


def test_every_deleted_or_inserted_byte_is_found(sample: Sample) -> None:
    for place in range(0, len(sample.small), 19):
        assert errors_of(sample.small[:place] + sample.small[place + 1 :]), place
        assert errors_of(sample.small[:place] + b" " + sample.small[place:]), place


def test_every_deleted_record_is_found_by_the_anchors(sample: Sample) -> None:
    anchors = sample.forgery().anchors()
    for number in range(len(sample.forgery().lines)):
        forgery = Forgery.of(sample.export)
        del forgery.lines[number]
        assert errors_of(forgery.text(), anchors), number


def test_every_swap_of_neighbours_is_found(sample: Sample) -> None:
    for number in range(len(Forgery.of(sample.small).lines) - 1):
        forgery = Forgery.of(sample.small)
        lines = forgery.lines
        lines[number], lines[number + 1] = lines[number + 1], lines[number]
        assert errors_of(forgery.text()), number


def test_every_replayed_or_foreign_record_is_found(sample: Sample) -> None:
    for number, line in enumerate(Forgery.of(sample.small).lines):
        for place in range(len(Forgery.of(sample.small).lines) + 1):
            forgery = Forgery.of(sample.small)
            forgery.lines.insert(place, line)
            assert errors_of(forgery.text()), (number, place)


@pytest.mark.parametrize("thief", ["nobody", "stranger"])
def test_a_rewrite_from_any_record_on_is_found_by_the_anchors(sample: Sample, thief: str) -> None:
    key: InstallationKey | None = sample.stranger if thief == "stranger" else None
    anchors = sample.forgery().anchors()
    for number in range(0, len(sample.forgery().lines), 3):
        forgery = sample.forgery()
        forgery.lines[number].body["actor"] = "op-9"
        forgery.seal(key, start=number)
        assert errors_of(forgery.text(), anchors), number


def test_a_rewrite_before_a_signature_is_found_without_anchors(sample: Sample) -> None:
    last_signed = {line.chain: n for n, line in enumerate(sample.forgery().lines) if line.signature}
    for number, line in enumerate(sample.forgery().lines):
        if number <= last_signed[line.chain] and number % 3 == 0:
            forgery = sample.forgery()
            forgery.lines[number].body["actor"] = "op-9"
            assert "sign.invalid" in errors_of(forgery.seal(None, start=number).text()), number


def _cut(sample: Sample, chain: str, count: int) -> bytes:
    forgery = sample.forgery()
    for line in [line for line in forgery.lines if line.chain == chain][-count:]:
        forgery.lines.remove(line)
    return forgery.text()


@pytest.mark.parametrize("count", range(1, 40, 3))
def test_a_cut_end_is_found_with_an_anchor_and_called_unprovable_without(sample: Sample, count: int) -> None:
    export = _cut(sample, T1, count)
    assert "anchor.missing" in errors_of(export, sample.forgery().anchors())
    assert errors_of(export) <= {"close.takings"}  # an honest look at a cut end: nothing to see
    assert findings_of(export).count("tail.unprovable") == 3


def test_an_anchor_proves_its_chain_and_leaves_the_others_unprovable(sample: Sample) -> None:
    anchor = next(anchor for anchor in sample.forgery().anchors() if anchor.chain == H)
    assert findings_of(sample.export, [anchor]).count("tail.unprovable") == 2


def test_an_older_anchor_does_not_prove_the_end(sample: Sample) -> None:
    line = sample.forgery().at(T1, 1, 20)
    assert findings_of(sample.export, [Anchor(*line.key, line.hash[:10])]).count("tail.unprovable") == 3


def test_a_number_named_as_lost_is_a_note(sample: Sample) -> None:
    lost = sample.forgery().first("restored").body["payload"]["facts"]["lost_to_seq"]
    assert "anchor.lost" in findings_of(sample.export, [Anchor(T1, 1, lost, "0" * 10)])
    assert errors_of(sample.export, [Anchor(T1, 1, lost, "0" * 10)]) == set()


def test_a_key_change_proved_by_both_keys_is_good(sample: Sample) -> None:
    forgery = sample.forgery()
    line = forgery.first("printed", 40)
    line.body |= {"kind": "key_changed", "signing": "due"}
    new = sample.stranger
    proof = new.sign(line.body["prev_hash"])
    line.body["payload"]["facts"] = {"key_id": new.key_id, "public_key": new.public_hex, "proof": proof}
    number = forgery.index(line)
    first = forgery.first("restored").body["payload"]["facts"]
    first |= {"key_id": new.key_id, "public_key": new.public_hex}
    forgery.seal(sample.key, start=number)
    forgery.seal(new, start=number + 1)
    kept = [old for old in forgery.lines if old.chain == "DJ-T02"]
    assert kept[0].key_id == new.key_id
    kept[0].body["payload"]["facts"] |= {"key_id": new.key_id, "public_key": new.public_hex}
    forgery.seal(new, start=forgery.index(kept[0]))
    assert errors_of(forgery.text(), keys={sample.key.key_id}) == set()


def test_without_a_fingerprint_the_report_says_so(sample: Sample) -> None:
    assert "key.unpinned" in findings_of(sample.export)
    assert "key.unpinned" not in findings_of(sample.export, keys={sample.key.key_id})


def test_without_the_signature_library_the_rest_is_checked(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_journal, "HAS_SIGNATURES", False)
    assert "sign.unchecked" in findings_of(sample.export)
    assert errors_of(sample.export.replace(b"op-1", b"op-9", 1)) == {"record.hash"}


def test_a_quick_look_finds_what_chain_and_totals_show(sample: Sample) -> None:
    def quick(export: bytes) -> set[str]:
        verifier = Verifier(ExportFile(io.BytesIO(export)), [], set(), quick=True)
        return {finding.code for finding in verifier.run() if finding.severity == "error"}

    forgery = sample.forgery()
    forgery.first("printed").body["totals"]["gross_fen"] += 1
    assert quick(sample.export) == set()
    assert quick(sample.export.replace(b"op-1", b"op-9", 1)) == {"record.hash"}
    assert quick(forgery.seal(sample.key).text()) == {"totals.gross"}


class TestCommandLine:
    def run(self, *arguments: str) -> int:
        return verify_journal.main(list(arguments))

    def test_good_books_exit_with_0(self, sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "books.jsonl"
        path.write_bytes(sample.export)
        anchors = [f"--anchor={a.chain}:{a.epoch}:{a.seq}:{a.prefix}" for a in sample.forgery().anchors()]
        assert self.run(str(path), *anchors, "--key", sample.key.key_id) == 0
        out = capsys.readouterr().out
        assert "0 errors" in out
        assert "tail.unprovable" not in out

    def test_errors_exit_with_1_and_are_all_listed(
        self, sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "books.jsonl"
        path.write_bytes(sample.export.replace(b"op-1", b"op-9"))
        assert self.run(str(path), "--json") == 1
        assert capsys.readouterr().out.count('"record.hash"') == len(sample.forgery().lines)

    def test_an_unreadable_file_exits_with_2(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.run(str(tmp_path / "nothing.jsonl")) == 2
        assert self.run(str(tmp_path)) == 2
        assert "cannot read" in capsys.readouterr().err

    def test_a_malformed_anchor_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match="2"):
            self.run("books.jsonl", "--anchor", "DJ-T01:1:2:xyz")
        assert "anchor" in capsys.readouterr().err
