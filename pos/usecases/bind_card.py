"""Bind a card that exists already to its account: plastic from before this program (error `card.unknown` leads here).

Cards that are sold at the counter are bound by the commit that proves them; a lost one comes back with `withdraw_loss`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.account import CardStatus
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import account_queries, search
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.card_binding import binding_row
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class BindCard(Command):
    """A card in the customer's hand.

    Attributes:
        account_no, card_no: which card of which account.
        chip_uid: hex serial of the chip, "" if the card has not been in a reader.
        issue_no: 0 for the first card, counts replacements.
    """

    account_no: str
    card_no: str
    chip_uid: str = ""
    issue_no: int = 0


@dataclass(frozen=True, slots=True)
class CardBound:
    """The card and its revision."""

    card_no: str
    revision: int


def bind_card(hall: Hall, command: BindCard) -> CardBound:
    """Write the binding.

    Raises: RuleViolation `account.unknown`, `account.closed`, `card.number`, `card.of_another`, `card.still_active`
        (another card of the account is), `card.issue_no`, `card.not_active` (blocked, spoiled or replaced before),
        `card.open_write`, `role.*`, `approval.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row = binding_row(
            uow.connection,
            account_no=command.account_no,
            card_no=command.card_no,
            chip_uid=command.chip_uid,
            issue_no=command.issue_no,
            status=CardStatus.ACTIVE,
        )
        known = account_queries.card_by_no(uow.connection, command.card_no)
        if known is not None and known.status is not CardStatus.ACTIVE:
            raise RuleViolation("card.not_active", account_no=command.account_no)
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


def _result(_uow: UnitOfWork, record: Record) -> CardBound:
    return CardBound(record.facts["card_no"], record.facts["revision"])
