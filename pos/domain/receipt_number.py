"""The number on a receipt: the till's chain, the epoch once there has been a restore, the running number (P10).

A restore takes up the running number where the backup ends (journal-format, section 5), so a lost receipt and a new
one may share it. The epoch tells the two papers apart (Money rules 1). Must not know: where sales are stored.
"""

from __future__ import annotations


def receipt_number(chain: str, epoch: int, number: int) -> str:
    """`DJ-T01-000482`; after the first restore of the hall `DJ-T01-2-000482`."""
    return f"{chain}-{number:06d}" if epoch == 1 else f"{chain}-{epoch}-{number:06d}"


def receipt_number_of(sale_id: str, number: int) -> str:
    """The number of a sale; its id is its record's key, which names the chain and the epoch."""
    chain, epoch, _ = sale_id.rsplit("-", 2)
    return receipt_number(chain, int(epoch), number)
