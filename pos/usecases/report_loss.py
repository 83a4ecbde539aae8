"""Report a card as lost (挂失): from this commit on every counter refuses it (cards B9.1).

The meter does not know: whoever has the card can still put it in and take what is on it. The customer is told so, and
that she was told is part of the record.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.account import CardStatus
from pos.domain.errors import RuleViolation
from pos.domain.reasons import LossReason, require_reason
from pos.domain.roles import Act
from pos.store import account_queries, card_queries
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.card_binding import binding_row
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLoss(Command):
    """The card that an account has in use.

    Attributes: account_no; reason: a `LossReason`; note; told: the customer heard that the meter does not know.
    """

    account_no: str
    reason: str
    told: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class LossReported:
    """What the customer has to hear.

    Attributes:
        card_no: the card that is blocked.
        at_risk_l: litres of the last purchase that no meter has been seen to take; a finder can still take them.
        open_write_id: a purchase that is paid and not written to this card, or None.
    """

    card_no: str
    at_risk_l: int
    open_write_id: str | None


def report_loss(hall: Hall, command: ReportLoss) -> LossReported:
    """Block the card.

    Raises: RuleViolation `account.unknown`, `card.not_active` (there is none to block), `loss.not_told`, `reason.*`,
        `card.open_write` (the card is promised and not made yet), `role.*`; StoreError kinds.
    """
    require_reason(LossReason, command.reason, command.note)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        if not command.told:
            raise RuleViolation("loss.not_told")
        card = account_queries.card_of(uow.connection, command.account_no)
        if card is None or card.status is not CardStatus.ACTIVE:
            raise RuleViolation("card.not_active", account_no=command.account_no)
        buyer = account_queries.buyer(uow.connection, command.account_no)
        row = binding_row(
            uow.connection,
            account_no=command.account_no,
            card_no=card.card_no,
            issue_no=card.issue_no,
            status=CardStatus.LOST,
            reason=command.reason,
        )
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="card_lost",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "account_no": command.account_no,
                "card_no": card.card_no,
                "reason": command.reason,
                "note": command.note.strip(),
                "told": command.told,
                "at_risk_l": card_queries.at_risk_l(uow.connection, command.account_no),
                "open_write_id": buyer.open_write_id if buyer else None,
            },
            rows={"card_binding": [row]},
        )

    return perform(hall, command, Act.REPORT_LOSS, decide, _result)


def _result(_uow: UnitOfWork, record: Record) -> LossReported:
    facts = record.facts
    return LossReported(facts["card_no"], facts["at_risk_l"], facts["open_write_id"])
