"""What a freshly personalised card changes in the books: it is bound to its account, and the one before it is not.

For the commits that prove a card, by the card's own word or a lead's.
"""

from __future__ import annotations

from ledger.entry import Row
from pos.domain.account import CardStatus
from pos.domain.card import CardImage
from pos.domain.card_write import WritePurpose
from pos.store import account_queries, search
from pos.store.sale_queries import CardWriteRow
from pos.store.unit_of_work import Connection, UnitOfWork


def binding_rows(connection: Connection, write: CardWriteRow, found: CardImage | None) -> dict[str, list[Row]]:
    """The sealed rows by table, none for a write that makes no card. `found`: the card as seen, None if nobody did."""
    if not write.intent.purpose.personalises:
        return {}
    new = _row(
        connection,
        write.card_no,
        account_no=write.account_no,
        chip_uid=found.chip_uid if found else "",
        issue_no=write.intent.identity.issue_no if write.intent.identity else 0,
        status=CardStatus.ACTIVE,
        reason="first_card" if write.intent.purpose is WritePurpose.FIRST_CARD else "replacement",
    )
    old = account_queries.card_of(connection, write.account_no)
    if old is None:
        return {"card_binding": [new]}
    replaced = _row(
        connection,
        old.card_no,
        account_no=old.account_no,
        chip_uid=old.chip_uid,
        issue_no=old.issue_no,
        status=CardStatus.REPLACED,
        reason=old.reason if old.status is CardStatus.LOST else "",
    )
    return {"card_binding": [replaced, new]}


def make_findable(uow: UnitOfWork, write: CardWriteRow) -> None:
    """A new card that is proven can be searched by its number."""
    if write.intent.purpose.personalises:
        search.add_number(uow.connection, write.account_no, write.card_no)


def _row(
    connection: Connection,
    card_no: str,
    *,
    account_no: str,
    chip_uid: str,
    issue_no: int,
    status: CardStatus,
    reason: str,
) -> Row:
    return {
        "card_no": card_no,
        "revision": account_queries.next_card_revision(connection, card_no),
        "account_no": account_no,
        "chip_uid": chip_uid,
        "issue_no": issue_no,
        "status": status,
        "reason": reason,
    }
