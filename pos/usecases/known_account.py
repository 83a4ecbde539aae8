"""What most changes of an account ask first: is it there, is it as it was shown, is nothing being written for it."""

from __future__ import annotations

from pos.domain.errors import RuleViolation
from pos.store import account_queries, sale_queries
from pos.store.account_queries import AccountTerms
from pos.store.unit_of_work import Connection


def known_terms(connection: Connection, account_no: str) -> AccountTerms:
    """The terms in force. Raises: RuleViolation `account.unknown`."""
    terms = account_queries.account_terms(connection, account_no)
    if terms is None:
        raise RuleViolation("account.unknown", account_no=account_no)
    return terms


def terms_as_seen(connection: Connection, account_no: str, revision: int) -> AccountTerms:
    """The terms in force, if they are those that were shown.

    Raises: RuleViolation `account.unknown`, `account.changed_meanwhile`.
    """
    terms = known_terms(connection, account_no)
    if terms.revision != revision:
        raise RuleViolation("account.changed_meanwhile", account_no=account_no)
    return terms


def require_no_open_write(connection: Connection, account_no: str) -> None:
    """Raises: RuleViolation `account.open_write`."""
    if sale_queries.open_write_of_account(connection, account_no) is not None:
        raise RuleViolation("account.open_write", account_no=account_no)
