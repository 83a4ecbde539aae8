"""The sealed row of a card's state, checked against what is there: for every use case that changes what a card is.

A card belongs to one account for good, an account has one card in use, and issue numbers only rise (cards B9.4).
"""

from __future__ import annotations

from ledger.entry import Row
from pos.domain.account import CARD_NO, AccountStatus, CardStatus
from pos.domain.card_write import WritePurpose
from pos.domain.errors import RuleViolation
from pos.store import account_queries, sale_queries
from pos.store.unit_of_work import Connection
from pos.usecases.known_account import known_terms


def binding_row(
    connection: Connection,
    *,
    account_no: str,
    card_no: str,
    chip_uid: str = "",
    issue_no: int,
    status: CardStatus,
    reason: str = "",
) -> Row:
    """The next state of a card.

    Whoever writes it also calls `search.add_number`. Raises: RuleViolation `account.unknown`, `account.closed`,
        `card.number`, `card.open_write`, `card.of_another`, `card.still_active`, `card.issue_no`.
    """
    terms = known_terms(connection, account_no)
    if terms.status is AccountStatus.CLOSED and status is CardStatus.ACTIVE:
        raise RuleViolation("account.closed", account_no=account_no)
    if not CARD_NO.fullmatch(card_no):
        raise RuleViolation("card.number")
    _require_no_promise(connection, account_no, card_no, status)
    known = account_queries.card_by_no(connection, card_no)
    if known is not None and (known.account_no != account_no or known.issue_no != issue_no):
        raise RuleViolation("card.of_another", card_no=card_no, account_no=known.account_no)
    newest = account_queries.card_of(connection, account_no)
    if newest is not None and newest.card_no != card_no and known is None:
        if newest.status is CardStatus.ACTIVE:
            raise RuleViolation("card.still_active", card_no=newest.card_no)
        if issue_no <= newest.issue_no:
            raise RuleViolation("card.issue_no", issue_no=issue_no)
    if newest is not None and newest.card_no != card_no and known is not None and status is CardStatus.ACTIVE:
        raise RuleViolation("card.issue_no", issue_no=issue_no)  # an older card never comes back beside a newer one
    return {
        "card_no": card_no,
        "revision": account_queries.next_card_revision(connection, card_no),
        "account_no": account_no,
        "chip_uid": chip_uid or (known.chip_uid if known else ""),
        "issue_no": issue_no,
        "status": status,
        "reason": reason,
    }


def _require_no_promise(connection: Connection, account_no: str, card_no: str, status: CardStatus) -> None:
    """What is paid for and not yet written keeps its card: the first card its number, a purchase the card it names.

    A card may be reported lost while a purchase on it is open, and come back: the money hangs on the write.

    Raises: RuleViolation `card.open_write`.
    """
    of_account = sale_queries.open_write_of_account(connection, account_no)
    for promised in (of_account, sale_queries.open_write_of_card(connection, card_no)):
        if promised is None:
            continue
        is_own = promised.card_no == card_no and promised.intent.purpose is WritePurpose.PURCHASE
        if (status is CardStatus.ACTIVE and not is_own) or promised.intent.purpose is WritePurpose.FIRST_CARD:
            raise RuleViolation("card.open_write", write_id=promised.write_id)
