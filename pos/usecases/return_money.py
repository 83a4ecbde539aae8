"""Give the same money straight back because the card was not written (domain P2; P12: with a lead's consent).

The original stays; a reversing sale mirrors it line by line, so tiers, customer's money and tender go back to where
they came from. Only while the card is plainly as before; a card in doubt is a lead's decision first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.entry import Foreseen, Record, RecordDraft
from pos.domain import posting_rules
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.reasons import ReturnReason, require_reason
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.store import outbox, sale_queries, till_queries
from pos.store.outbox import FrozenPaper
from pos.store.unit_of_work import UnitOfWork
from pos.usecases import receipts
from pos.usecases.card_write_steps import require_write, step_row
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.mirrored_sale import mirrored
from pos.usecases.till_papers import name_of
from pos.usecases.till_records import till_draft

RETURNABLE = (WriteState.PAID, WriteState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnMoney(Command):
    """Attributes: session_id of the till that pays it out; write_id of the sale; reason: a `ReturnReason`; note."""

    session_id: str
    write_id: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class MoneyReturned:
    """Attributes: sale_id of the reversing sale; paid_out_fen in cash (0 for a slip); charge_id freed, or None."""

    sale_id: str
    paid_out_fen: int
    charge_id: str | None


def return_money(hall: Hall, command: ReturnMoney) -> MoneyReturned:
    """Reverse a sale whose card was not written.

    Raises: RuleViolation `card_write.unknown`, `card_write.settled`, `card_write.not_returnable` (state), `till.*`,
    `role.*`, `approval.*`, `reason.*`.
    """
    require_reason(ReturnReason, command.reason, command.note)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        write = require_write(uow, command.write_id)
        if write.state not in RETURNABLE:
            raise RuleViolation("card_write.not_returnable", state=str(write.state))
        sale = sale_queries.sale(uow.connection, command.write_id)
        if sale is None:
            raise RuleViolation("card_write.unknown", write_id=command.write_id)
        mirror = mirrored(
            uow, sale, chain=till_session.chain, session_id=command.session_id, now_utc_ms=hall.clock.now_utc_ms()
        )
        detail = {"reason": command.reason}
        return till_draft(
            till_session,
            command,
            approver,
            kind="sale_reversed",
            facts={**mirror.facts, "reason": command.reason, "note": command.note},
            postings=posting_rules.money_returned(
                till_id=till_session.till_id,
                account_no=sale.account_no,
                write_id=sale.sale_id,
                tender=TenderKind(sale.tender),
                settlement=mirror.settlement,
                charge_id=mirror.charge_id,
            ),
            rows=mirror.rows | {"card_write": [step_row(write, WriteState.REVERSED, command.session_id, detail)]},
        )

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        paper = receipts.sale_receipt(
            hall, uow.connection, record.facts["sale_id"], card_result="unwritten", till_session=till_session
        )
        paper = replace(
            paper,
            reason=command.reason,
            reason_note=command.note.strip(),
            approver_name=name_of(uow.connection, command.consent.approver if command.consent else None),
        )
        reason = f"sale:returned:{command.write_id}"
        return [outbox.freeze(paper, till_id=till_session.till_id, session_id=till_session.session_id, reason=reason)]

    return perform(hall, command, Act.RETURN_MONEY, decide, _result, papers=papers, rehearse=True)


def _result(_uow: UnitOfWork, record: Record) -> MoneyReturned:
    facts = record.facts
    return MoneyReturned(facts["sale_id"], facts["paid_out_fen"], facts["charge_id"])
