"""Give the same money straight back because the card was not written (domain P2; P12: with a lead's consent).

The original stays; a reversing sale mirrors it line by line, so tiers, customer's money and tender go back to where
they came from. Only while the card is plainly as before; a card in doubt is a lead's decision first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.entry import Foreseen, Record, RecordDraft, Row
from pos.domain import posting_rules
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.reasons import ReturnReason, require_reason
from pos.domain.roles import Act
from pos.domain.sale import Settlement, TenderKind
from pos.store import outbox, sale_queries, till_queries
from pos.store.outbox import FrozenPaper
from pos.store.sale_queries import SaleRow
from pos.store.unit_of_work import UnitOfWork
from pos.usecases import receipts
from pos.usecases.card_write_steps import require_write, step_row
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_papers import name_of

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
        head = uow.journal.head(till_session.chain)
        reversal_id = str(head.next_key)
        charge = sale_queries.charge_of_sale(uow.connection, sale.sale_id)
        rows: dict[str, list[Row]] = {
            "sale": [_mirror_sale(sale, reversal_id, command.session_id, head.totals.receipt_no + 1, hall)],
            "sale_line": _mirror_lines(uow, sale, reversal_id, command.session_id),
            "card_write": [step_row(write, WriteState.REVERSED, command.session_id, {"reason": command.reason})],
        }
        if charge is not None:
            rows["unionpay_event"] = [_released(uow, charge.charge_id, reversal_id)]
        return RecordDraft(
            chain=till_session.chain,
            kind="sale_reversed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            business_day=till_session.business_day,
            till_session=command.session_id,
            facts={
                "sale_id": reversal_id,
                "reverses": sale.sale_id,
                "reason": command.reason,
                "note": command.note,
                "paid_out_fen": sale.paid_fen if sale.tender == TenderKind.CASH else 0,
                "charge_id": charge.charge_id if charge else None,
            },
            postings=posting_rules.money_returned(
                till_id=till_session.till_id,
                account_no=sale.account_no,
                write_id=sale.sale_id,
                tender=TenderKind(sale.tender),
                settlement=Settlement(sale.due_fen, 0, sale.paid_fen, sale.waived_fen, sale.customer_money_fen),
                charge_id=charge.charge_id if charge else None,
            ),
            rows=rows,
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


def _released(uow: UnitOfWork, charge_id: str, reversal_id: str) -> Row:
    """The slip's money is unbooked again, until the terminal undoes the charge or another sale uses it."""
    event_no = sale_queries.next_event_no(uow.connection, charge_id)
    return {"charge_id": charge_id, "event_no": event_no, "event": "released", "sale_id": reversal_id}


def _mirror_sale(sale: SaleRow, reversal_id: str, session_id: str, receipt_no: int, hall: Hall) -> Row:
    return {
        "sale_id": reversal_id,
        "session_id": session_id,
        "account_no": sale.account_no,
        "item": sale.item,
        "receipt_no": receipt_no,
        "tender": sale.tender,
        "volume_l": -sale.volume_l,
        "due_fen": -sale.due_fen,
        "paid_fen": -sale.paid_fen,
        "tendered_fen": 0,
        "change_fen": 0,
        "customer_money_fen": -sale.customer_money_fen,
        "waived_fen": -sale.waived_fen,
        "card_write_id": None,
        "reverses_sale_id": sale.sale_id,
        "sold_at_utc_ms": hall.clock.now_utc_ms(),
    }


def _mirror_lines(uow: UnitOfWork, sale: SaleRow, reversal_id: str, session_id: str) -> list[Row]:
    return [
        {
            "sale_id": reversal_id,
            "session_id": session_id,
            "account_no": sale.account_no,
            "kind": line.kind,
            "name": line.name,
            "tariff_id": line.tariff_id,
            "tariff_year": line.tariff_year,
            "tier": line.tier,
            "volume_l": -line.volume_l,
            "price_e4": line.price_e4,
            "amount_fen": -line.amount_fen,
            "vat_rate_bp": line.vat_rate_bp,
        }
        for line in sale_queries.lines_of(uow.connection, sale.sale_id)
    ]


def _result(_uow: UnitOfWork, record: Record) -> MoneyReturned:
    facts = record.facts
    return MoneyReturned(facts["sale_id"], facts["paid_out_fen"], facts["charge_id"])
