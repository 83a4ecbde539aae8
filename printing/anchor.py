"""The anchor line: where a paper hangs in the books, added when printing (design "Money rules" 4 and 9).

A paper outside the PC carries (chain-epoch-seq, short hash); whoever holds it can check that the journal still says the
same. Must not know: how hashes are made.
"""

from __future__ import annotations

from dataclasses import dataclass

SHORT_HASH_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Anchor:
    """Attributes: chain (`HALL-T01`), epoch, seq of the record; short_hash, its first ten hexadecimal digits."""

    chain: str
    epoch: int
    seq: int
    short_hash: str

    @classmethod
    def of(cls, chain: str, epoch: int, seq: int, hash_hex: str) -> Anchor:
        """An anchor from a record's full hash in hexadecimal."""
        return cls(chain, epoch, seq, hash_hex[:SHORT_HASH_DIGITS].lower())

    @property
    def key(self) -> str:
        """`HALL-T01-1-128`."""
        return f"{self.chain}-{self.epoch}-{self.seq}"

    @property
    def line(self) -> str:
        """As every paper prints it: `HALL-T01-1-128  9f86d08188`."""
        return f"{self.key}  {self.short_hash}"

    @property
    def payload(self) -> str:
        """What the QR code says, in the verifier's own notation: `HALL-T01:1:128:9f86d08188`."""
        return f"{self.chain}:{self.epoch}:{self.seq}:{self.short_hash}"
