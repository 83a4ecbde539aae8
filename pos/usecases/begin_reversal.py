"""Begin to take a just-written purchase back off its card (冲正); the last commit before bytes are sent (cards B8).

Nothing is given back yet: the money follows when the card has proven that the gas is off it (`reversal_steps`). In
between the reversal is an open card write, so nothing else is sold to the account, and it is handed over by name.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft, Row
from pos.domain.account import CardStatus
from pos.domain.card import CardImage
from pos.domain.card_reversal import reversal_intent
from pos.domain.card_write import WriteIntent, WriteState, intent_to_json
from pos.domain.errors import RuleViolation
from pos.domain.reasons import ReversalReason, require_reason
from pos.domain.roles import Act
from pos.store import account_queries, sale_queries, till_queries
from pos.store.sale_queries import SaleRow
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginReversal(Command):
    """A purchase to be taken back.

    Attributes:
        session_id: the open till session that will give the money back. sale_id: the purchase.
        card: the card as read now.
        reason: a `ReversalReason`; note.
    """

    session_id: str
    sale_id: str
    card: CardImage
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReversalBegun:
    """Attributes: write_id of the reversal's own card write; sale_id that is reversed; to_return_fen on its tender."""

    write_id: str
    sale_id: str
    to_return_fen: int


def begin_reversal(hall: Hall, command: BeginReversal) -> ReversalBegun:
    """Say durably what is to go back on the card, with the consent that allows it.

    A sale of the same open session is voided (P12: above the limit, which is nothing), an older one is a refund.

    Raises: RuleViolation `reversal.no_purchase`, `reversal.done`, `reversal.not_proven`, `reversal.other_card`,
        `reversal.meter_took_it`, `reversal.card_changed`, `reversal.code_spent`, `reversal.money_used`,
        `card.open_write`, `card.lost`, `card.not_active`, `reason.*`, `till.*`, `role.*`, `approval.*`; StoreError
        kinds.
    """
    require_reason(ReversalReason, command.reason, command.note)
    with hall.store.reading() as connection:
        sold = sale_queries.sale(connection, command.sale_id)
    act = Act.VOID_LARGE if sold is not None and sold.session_id == command.session_id else Act.REFUND

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        sale = _reversible(uow.connection, command.sale_id)
        intent = _intent(uow.connection, sale, command.card)
        write_id = str(uow.journal.head(till_session.chain).next_key)
        return till_draft(
            till_session,
            command,
            approver,
            kind="reversal_begun",
            facts={
                "write_id": write_id,
                "reverses": sale.sale_id,
                "reason": command.reason,
                "note": command.note.strip(),
                "to_return_fen": sale.paid_fen,
                "approved_by": approver,
            },
            rows={"card_write": [_first_row(write_id, sale, intent, command)]},
        )

    return perform(hall, command, act, decide, _result)


def _reversible(connection: Connection, sale_id: str) -> SaleRow:
    """The sale, if it is a purchase that stands and nothing is open or spent that hangs on it.

    Raises: RuleViolation `reversal.no_purchase`, `reversal.done`, `reversal.money_used`, `card.open_write`.
    """
    sale = sale_queries.sale(connection, sale_id)
    if sale is None or sale.item != "gas" or sale.reverses_sale_id is not None:
        raise RuleViolation("reversal.no_purchase", sale_id=sale_id)
    if sale_queries.reversal_of(connection, sale_id) is not None:
        raise RuleViolation("reversal.done", sale_id=sale_id)
    open_write = sale_queries.open_write_of_account(connection, sale.account_no)
    if open_write is not None:
        raise RuleViolation("card.open_write", write_id=open_write.write_id)
    if account_queries.customer_money_fen(connection, sale.account_no) < sale.customer_money_fen:
        raise RuleViolation("reversal.money_used", customer_money_fen=sale.customer_money_fen)
    return sale


def _require_in_use(connection: Connection, sale: SaleRow, card_no: str) -> None:
    """The purchase is on the card in use: on a replaced one it would still be there when its gas is on the new one.

    Raises: RuleViolation `card.lost`, `card.not_active`, `reversal.other_card`.
    """
    card = account_queries.card_of(connection, sale.account_no)
    if card is not None and card.status is CardStatus.LOST:
        raise RuleViolation("card.lost", card_no=card.card_no)
    if card is None or card.status is not CardStatus.ACTIVE:
        raise RuleViolation("card.not_active", account_no=sale.account_no)
    if card.card_no != card_no:
        raise RuleViolation("reversal.other_card", card_no=card.card_no)


def _intent(connection: Connection, sale: SaleRow, found: CardImage) -> WriteIntent:
    write = sale_queries.card_write(connection, sale.card_write_id or "")
    if write is None:
        raise RuleViolation("reversal.no_purchase", sale_id=sale.sale_id)
    _require_in_use(connection, sale, write.card_no)
    digest = sale_queries.proven_digest(connection, write.write_id)
    return reversal_intent(write.intent, found, proven_digest=digest)


def _first_row(write_id: str, sale: SaleRow, intent: WriteIntent, command: BeginReversal) -> Row:
    return {
        "write_id": write_id,
        "step_no": 1,
        "state": WriteState.WRITING,
        "purpose": intent.purpose,
        "session_id": command.session_id,
        "sale_id": sale.sale_id,
        "account_no": sale.account_no,
        "card_no": intent.card_no,
        "amount_fen": sale.due_fen,
        "detail": f'{{"intent":{intent_to_json(intent)}}}',
    }


def _result(_uow: UnitOfWork, record: Record) -> ReversalBegun:
    facts = record.facts
    return ReversalBegun(facts["write_id"], facts["reverses"], facts["to_return_fen"])
