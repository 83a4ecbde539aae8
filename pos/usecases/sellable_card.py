"""Whether something may be put on the card that was shown: the account's card in use, at its meter, as last written.

For every use case that takes a promise for a user card: a purchase, and gas carried over from a removed meter.
"""

from __future__ import annotations

from pos.domain.card import CardImage
from pos.domain.card_write import check_card_may_buy
from pos.domain.errors import RuleViolation
from pos.store import sale_queries
from pos.store.account_queries import Buyer
from pos.store.unit_of_work import Connection


def require_sellable_card(connection: Connection, buyer: Buyer | None, account_no: str, card: CardImage) -> Buyer:
    """The buyer, if the card shown is hers and nothing hangs on it.

    Raises: RuleViolation `card.not_active`, `card.lost`, `card.open_write`, and those of `check_card_may_buy`.
    """
    if buyer is None or buyer.card_no is None:
        raise RuleViolation("card.not_active", account_no=account_no)
    if buyer.card_status == "lost":
        raise RuleViolation("card.lost", card_no=buyer.card_no)
    if buyer.open_write_id is not None:
        raise RuleViolation("card.open_write", write_id=buyer.open_write_id)
    check_card_may_buy(
        card,
        account_no=account_no,
        card_no=buyer.card_no,
        is_active=buyer.card_status == "active",
        proven_sequence=sale_queries.proven_sequence(connection, account_no, buyer.card_no),
        meter_no=buyer.meter_no,
    )
    _require_not_taken_back(connection, buyer.card_no, card)
    return buyer


def _require_not_taken_back(connection: Connection, card_no: str, card: CardImage) -> None:
    """Nor is anything promised for a card as it was before its last purchase was taken back."""
    shown = card.purchase
    if shown is not None and shown.sequence and sale_queries.was_taken_back(connection, card_no, shown):
        raise RuleViolation("card.stale", sequence=shown.sequence, proven=shown.sequence - 1)
