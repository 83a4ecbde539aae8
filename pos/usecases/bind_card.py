"""Bind a card that exists already to its account, or change what state a card is in (lost, spoiled, replaced).

The first card that is sold and written at the counter is a sale of its own; it uses `binding_row` for its record.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft, Row
from pos.domain.account import CARD_NO, AccountStatus, CardStatus
from pos.domain.card_write import WritePurpose
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import account_queries, sale_queries, search
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class BindCard(Command):
    """A card and the state it is to be in.

    Attributes:
        account_no, card_no: which card of which account.
        chip_uid: hex serial of the chip, "" if the card has not been in a reader.
        issue_no: 0 for the first card, counts replacements.
        status: the new state. reason: why, not empty unless it becomes active.
    """

    account_no: str
    card_no: str
    chip_uid: str = ""
    issue_no: int = 0
    status: CardStatus = CardStatus.ACTIVE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CardBound:
    """The card and its revision."""

    card_no: str
    revision: int


def bind_card(hall: Hall, command: BindCard) -> CardBound:
    """Write the binding.

    Raises: RuleViolation `account.unknown`, `account.closed`, `card.number`, `card.of_another`, `card.still_active`
        (another card of the account is), `card.issue_no`, `card.reason`, `card.open_write`, `role.*`, `approval.*`;
        StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        if command.status is not CardStatus.ACTIVE and not command.reason.strip():
            raise RuleViolation("card.reason")
        row = binding_row(
            uow.connection,
            account_no=command.account_no,
            card_no=command.card_no,
            chip_uid=command.chip_uid,
            issue_no=command.issue_no,
            status=command.status,
            reason=command.reason.strip(),
        )
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="card_bound",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"account_no": command.account_no, "card_no": command.card_no, "revision": row["revision"]},
            rows={"card_binding": [row]},
        )

    def after(uow: UnitOfWork, _record: Record) -> None:
        search.add_number(uow.connection, command.account_no, command.card_no)

    return perform(hall, command, Act.ISSUE_FIRST_CARD, decide, _result, after=after)


def binding_row(
    connection: Connection,
    *,
    account_no: str,
    card_no: str,
    chip_uid: str,
    issue_no: int,
    status: CardStatus,
    reason: str = "",
) -> Row:
    """The sealed row of a binding, checked against what is there.

    Whoever writes it also calls `search.add_number`. Raises: RuleViolation, see `bind_card`.
    """
    terms = account_queries.account_terms(connection, account_no)
    if terms is None:
        raise RuleViolation("account.unknown", account_no=account_no)
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

    A card may be reported lost or spoiled while a purchase on it is open: the money hangs on the write.

    Raises: RuleViolation `card.open_write`.
    """
    of_account = sale_queries.open_write_of_account(connection, account_no)
    for promised in (of_account, sale_queries.open_write_of_card(connection, card_no)):
        if promised is not None and (status is CardStatus.ACTIVE or promised.intent.purpose is WritePurpose.FIRST_CARD):
            raise RuleViolation("card.open_write", write_id=promised.write_id)


def _result(_uow: UnitOfWork, record: Record) -> CardBound:
    return CardBound(record.facts["card_no"], record.facts["revision"])
