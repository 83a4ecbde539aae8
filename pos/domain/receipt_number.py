"""Numbers on papers: the chain, the epoch once there has been a restore, the running number (P7, P10).

A restore takes up the running numbers where the backup ends (journal-format, section 5), so a lost paper and a new
one may share one. The epoch tells the two papers apart (Money rules 1). Must not know: where facts are stored.
"""

from __future__ import annotations

from ledger.entry import RecordKey


def receipt_number(chain: str, epoch: int, number: int) -> str:
    """`DJ-T01-000482`; after the first restore of the hall `DJ-T01-2-000482`."""
    return f"{chain}-{_in_epoch(epoch)}{number:06d}"


def receipt_number_of(sale_id: str, number: int) -> str:
    """The number of a sale; its id is its record's key, which names the chain and the epoch."""
    key = RecordKey.parse(sale_id)
    return receipt_number(key.chain, key.epoch, number)


def slip_number(closing: RecordKey, slip_no: int) -> str:
    """The number of an 实收交款单, from the key of the close: `DJ-T01-J00012`, later `DJ-T01-2-J00012`."""
    return f"{closing.chain}-{_in_epoch(closing.epoch)}J{slip_no:05d}"


def deposit_number(made: RecordKey, deposit_no: int) -> str:
    """The number of a 解款单: `DJ-H-D00012`, later `DJ-H-2-D00012`."""
    return f"{made.chain}-{_in_epoch(made.epoch)}D{deposit_no:05d}"


def z_number(epoch: int, z_no: int) -> str:
    """The number of a 班结单; its till stands beside it: `Z 00127`, later `Z 2-00127`."""
    return f"Z {_in_epoch(epoch)}{z_no:05d}"


def _in_epoch(epoch: int) -> str:
    return "" if epoch == 1 else f"{epoch}-"
