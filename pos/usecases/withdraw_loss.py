"""Withdraw a reported loss (解除挂失): the customer has her card again and shows it in the reader (cards B9).

Only as long as no newer card of the account was made or paid for; the card shown proves that it is this one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.account import CardStatus
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import account_queries
from pos.store.account_queries import CardRow
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.card_binding import binding_row
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawLoss(Command):
    """Attributes: account_no; shown: the card as it lies in the reader now."""

    account_no: str
    shown: CardImage


def withdraw_loss(hall: Hall, command: WithdrawLoss) -> str:
    """Make the card usable again; returns its number.

    Raises: RuleViolation `card.not_lost`, `loss.other_card` (found), `account.closed`, `card.open_write` (a new card is
        paid for), `role.*`, `approval.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        card = account_queries.card_of(uow.connection, command.account_no)
        if card is None or card.status is not CardStatus.LOST:
            raise RuleViolation("card.not_lost", account_no=command.account_no)
        _require_shown(card, command.shown)
        row = binding_row(
            uow.connection,
            account_no=command.account_no,
            card_no=card.card_no,
            chip_uid=command.shown.chip_uid,
            issue_no=card.issue_no,
            status=CardStatus.ACTIVE,
            reason="found",
        )
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="card_found",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "account_no": command.account_no,
                "card_no": card.card_no,
                "chip_uid": command.shown.chip_uid,
                "digest": command.shown.digest,
            },
            rows={"card_binding": [row]},
        )

    return perform(hall, command, Act.WITHDRAW_LOSS, decide, _card_no)


def _require_shown(card: CardRow, shown: CardImage) -> None:
    """The very card: its number, its account, and its chip where the books know it. Raises `loss.other_card`."""
    identity = shown.identity
    known = shown.kind is CardKind.USER and identity is not None
    if (
        not known
        or identity is None
        or (identity.card_no, identity.account_no) != (card.card_no, card.account_no)
        or (card.chip_uid and shown.chip_uid != card.chip_uid)
    ):
        raise RuleViolation("loss.other_card", card_no=card.card_no)


def _card_no(_uow: UnitOfWork, record: Record) -> str:
    return str(record.facts["card_no"])
