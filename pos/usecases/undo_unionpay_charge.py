"""The terminal's own 撤销 of a charge that no sale uses: the suspense 已刷卡未入账 goes back to 0."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain import posting_rules
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import sale_queries, till_queries
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoUnionPayCharge(Command):
    """Attributes: session_id; charge_id; reference of the terminal's 撤销 slip (12 digits)."""

    session_id: str
    charge_id: str
    reference: str


def undo_unionpay_charge(hall: Hall, command: UndoUnionPayCharge) -> str:
    """Record that the terminal gave the money back to the card; returns the charge's id. Needs a lead's consent.

    Raises: RuleViolation `unionpay.undo_slip`, `unionpay.charge_missing`, `unionpay.charge_used`, `till.*`,
        `approval.*`.
    """
    if not (command.reference.isascii() and command.reference.isdigit() and len(command.reference) == 12):
        raise RuleViolation("unionpay.undo_slip")

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        open_charges = {row.charge_id: row for row in sale_queries.unbooked_charges(uow.connection)}
        charge = open_charges.get(command.charge_id)
        if charge is None:
            raise RuleViolation("unionpay.charge_missing")
        event_no = sale_queries.next_event_no(uow.connection, charge.charge_id)
        return till_draft(
            till_session,
            command,
            approver,
            kind="unionpay_undone",
            facts={
                "charge_id": charge.charge_id,
                "reference": command.reference,
                "charged_in": charge.session_id,
            },
            postings=posting_rules.unionpay_undone(charge.charge_id, charge.terminal, charge.batch, charge.amount_fen),
            rows={
                "unionpay_event": [
                    {"charge_id": charge.charge_id, "event_no": event_no, "event": "undone", "sale_id": None}
                ]
            },
        )

    return perform(hall, command, Act.RETURN_MONEY, decide, _charge_id)


def _charge_id(_uow: UnitOfWork, record: Record) -> str:
    return str(record.facts["charge_id"])
