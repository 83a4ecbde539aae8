"""Taking an export apart, changing it and putting it together again: as an outsider without the key, or better.

`Forgery.seal` chains, hashes and signs everything anew, so that a broken rule is the only thing wrong with a case;
`Forgery.text` only writes down what is there.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from ledger.keys import Signer
from ledger.verify_journal import Anchor, ExportFile, Verifier

Body = dict[str, Any]


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass
class Line:
    """One record of the export. chain: where it stands; body: parsed; text: what stands in the export for it."""

    chain: str
    body: Body
    text: str
    hash: str
    key_id: str | None
    signature: str | None
    suite: str | None

    @property
    def key(self) -> tuple[str, int, int]:
        return self.body.get("chain", ""), self.body.get("epoch", 0), self.body.get("seq", 0)

    def written(self) -> str:
        outer = {"body": self.text, "hash": self.hash, "key_id": self.key_id}
        return canonical(outer | {"signature": self.signature, "suite": self.suite}) + "\n"


@dataclass
class Forgery:
    """An export in pieces.

    Attributes:
        lines: records in the order of the export.
        manifest: None = a correct one is written; else this object as it is.
        raw: line index -> text that stands there instead.
    """

    lines: list[Line]
    manifest: Body | None = None
    raw: dict[int, str] = field(default_factory=dict)

    @staticmethod
    def of(export: bytes) -> Forgery:
        lines = []
        for line in export.decode().splitlines()[1:]:
            outer = json.loads(line)
            body = json.loads(outer["body"])
            lines.append(Line(body["chain"], body, outer["body"], *(outer[n] for n in _STORED)))
        return Forgery(lines)

    def copy(self) -> Forgery:
        return deepcopy(self)

    def at(self, chain: str, epoch: int, seq: int) -> Line:
        return next(line for line in self.lines if line.key == (chain, epoch, seq))

    def first(self, kind: str, number: int = 0) -> Line:
        """The n-th record of a kind."""
        return [line for line in self.lines if line.body["kind"] == kind][number]

    def index(self, line: Line) -> int:
        return next(number for number, other in enumerate(self.lines) if other is line)

    def seal(
        self,
        signer: Signer | None,
        *,
        start: int = 0,
        keep: Line | None = None,
        text_of: Callable[[Body], str] = canonical,
        prev_of: Callable[[Body, str], Any] = lambda _body, prev: prev,
    ) -> Forgery:
        """Chain, hash and sign all records from `start` on; without a signer old signatures stay where they were.

        `text_of` and `prev_of` let a case plant another text or link; `keep`: the record whose facts stay as they are
        (those of others name the new hashes).
        """
        heads = {line.chain: line.hash for line in self.lines[:start]}
        renamed: dict[str, str] = {}
        for line in self.lines[start:]:
            if "prev_hash" in line.body:
                line.body["prev_hash"] = prev_of(line.body, heads.get(line.chain, "0" * 64))
            facts = canonical(line.body.get("payload"))
            if line is not keep and any(old in facts for old in renamed if old != renamed[old]):
                for old, new in renamed.items():
                    facts = facts.replace(old, new)
                line.body["payload"] = json.loads(facts)
            line.text = text_of(line.body)
            digest = hashlib.sha256(line.text.encode()).hexdigest()
            renamed[line.hash] = digest
            line.hash = heads[line.chain] = digest
            if signer is not None and line.body.get("signing") == "due":
                line.key_id, line.signature, line.suite = signer.key_id, signer.sign(digest), "std"
        return self

    def retotal(self) -> Forgery:
        """Totals anew from the rows, by the rule of the page."""
        sums: dict[str, dict[str, int]] = {}
        for line in self.lines:
            total = sums.setdefault(line.key[0], dict.fromkeys(line.body["totals"], 0))
            rows = line.body["payload"]["rows"]
            for sale in rows.get("sale", []):
                original = sale["reverses_sale_id"] is None
                total["count"] += original
                total["gross_fen" if original else "reversed_fen"] += sale["due_fen"] if original else -sale["due_fen"]
                total["receipt_no"] += 1
            total["z_no"] += len(rows.get("till_close", []))
            total["slip_no"] += len(rows.get("till_close", []))
            line.body["totals"] = dict(total)
        return self

    def renumber(self, chain: str) -> Forgery:
        """The seqs of a chain without gaps again, after a record was taken out or put in."""
        seq: dict[int, int] = {}
        for line in self.lines:
            if line.key[0] == chain:
                epoch = line.body["epoch"]
                line.body["seq"] = seq[epoch] = seq.get(epoch, 0) + 1
        return self

    def text(self) -> bytes:
        heads: dict[tuple[str, int], Line] = {}
        for line in self.lines:
            if line.key[0] == line.chain and all(type(part) is int and part > 0 for part in line.key[1:]):
                heads[line.key[:2]] = line
        manifest = {
            "kind": "changshou.journal",
            "format": 1,
            "exported_at_utc_ms": 1,
            "lines": len(self.lines),
            "chains": [
                {"chain": chain, "epoch": epoch, "last_seq": line.key[2], "head_hash": line.hash}
                for (chain, epoch), line in sorted(heads.items())
            ],
        }
        manifest["sha256"] = hashlib.sha256(canonical(manifest).encode()).hexdigest()
        first = canonical(manifest if self.manifest is None else self.manifest)
        rest = (self.raw.get(number, line.written()) for number, line in enumerate(self.lines))
        return "".join([first + "\n", *rest]).encode()

    def anchors(self) -> list[Anchor]:
        """The last record of every chain, as a paper would carry it."""
        last = {line.key[0]: line for line in self.lines}
        return [Anchor(*line.key, line.hash[:10]) for line in last.values()]


_STORED = ("hash", "key_id", "signature", "suite")


def findings_of(export: bytes, anchors: list[Anchor] | None = None, keys: set[str] | None = None) -> list[str]:
    """Codes of errors and notes, in order; warnings about this test's made-up kinds left out."""
    verifier = Verifier(ExportFile(io.BytesIO(export)), anchors or [], keys or set())
    return [finding.code for finding in verifier.run() if finding.code != "record.kind"]


def errors_of(export: bytes, anchors: list[Anchor] | None = None, keys: set[str] | None = None) -> set[str]:
    """Codes of errors only."""
    verifier = Verifier(ExportFile(io.BytesIO(export)), anchors or [], keys or set())
    return {finding.code for finding in verifier.run() if finding.severity == "error"}
