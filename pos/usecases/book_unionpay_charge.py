"""Type a UnionPay slip: the terminal was charged before any sale is booked, so this is a commit of its own (P4, D9).

Never a full card number: the last four digits only. A charge that no sale uses stays open as 已刷卡未入账.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.entry import Json, Record, RecordDraft, RecordKey
from pos.domain import posting_rules
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import sale_queries, till_queries
from pos.store.sale_queries import UnionPayChargeRow
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import till_draft

__all__ = [
    "BookUnionPayCharge",
    "ChargedFor",
    "UnionPayChargeRow",
    "book_unionpay_charge",
    "charged_for",
    "free_charge",
]

_SHAPES = {
    "terminal": re.compile(r"[0-9]{8}"),
    "batch": re.compile(r"[0-9]{6}"),
    "trace": re.compile(r"[0-9]{6}"),
    "reference": re.compile(r"[0-9]{12}"),
    "last_four": re.compile(r"[0-9]{4}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookUnionPayCharge(Command):
    """What stands on the slip.

    Attributes: session_id; terminal 8 digits; batch 6; trace (凭证号) 6; reference (参考号) 12; last_four of the card;
    amount_fen. account_no, volume_l: whose purchase it was charged for, 0 litres for a first card; "" = not known.
    """

    session_id: str
    terminal: str
    batch: str
    trace: str
    reference: str
    last_four: str
    amount_fen: int
    account_no: str = ""
    volume_l: int = 0


@dataclass(frozen=True, slots=True)
class ChargedFor:
    """What a slip was charged for; volume_l is 0 for a first card."""

    account_no: str
    volume_l: int


def charged_for(hall: Hall, charge_ids: Sequence[str]) -> dict[str, ChargedFor]:
    """What these charges were made for, by charge; those of earlier programs do not say. Raises StoreError kinds."""
    known: dict[str, ChargedFor] = {}
    with hall.store.reading() as connection:
        journal = hall.store.journal_of(connection)
        for charge_id in charge_ids:
            record = journal.by_key(RecordKey.parse(charge_id))
            if record is not None and "account_no" in record.facts:
                known[charge_id] = ChargedFor(str(record.facts["account_no"]), int(record.facts["volume_l"]))
    return known


def free_charge(hall: Hall, session_id: str, charge_id: str) -> UnionPayChargeRow:
    """A charge no sale has used yet, to be taken up by a sale of the same session (已刷卡未入账). A query.

    Raises: RuleViolation `unionpay.other_session`, `unionpay.charge_used`; StoreError kinds.
    """
    with hall.store.reading() as connection:
        charge = sale_queries.charge(connection, charge_id)
    if charge is None or charge.session_id != session_id:
        raise RuleViolation("unionpay.other_session")
    if charge.sale_id is not None:
        raise RuleViolation("unionpay.charge_used", sale_id=charge.sale_id)
    return charge


def book_unionpay_charge(hall: Hall, command: BookUnionPayCharge) -> str:
    """Record the charge; returns its id.

    Raises: RuleViolation `unionpay.field` (which field is mistyped), `unionpay.slip_known`, `till.*`, `role.*`.
    """
    for name, shape in _SHAPES.items():
        if not shape.fullmatch(getattr(command, name)):
            raise RuleViolation("unionpay.field", field=name)
    if command.amount_fen <= 0:
        raise RuleViolation("unionpay.field", field="amount_fen")

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        known = sale_queries.same_slip(uow.connection, command.terminal, command.batch, command.trace)
        if known is not None:
            raise RuleViolation("unionpay.slip_known", charge_id=known.charge_id)
        charge_id = str(uow.journal.head(till_session.chain).next_key)
        return till_draft(
            till_session,
            command,
            approver,
            kind="unionpay_charged",
            facts={"charge_id": charge_id, **_for_whom(command)},
            postings=posting_rules.unionpay_charged(charge_id, command.terminal, command.batch, command.amount_fen),
            rows={
                "unionpay_charge": [
                    {
                        "charge_id": charge_id,
                        "session_id": command.session_id,
                        "amount_fen": command.amount_fen,
                        **{name: getattr(command, name) for name in _SHAPES},
                    }
                ]
            },
        )

    return perform(hall, command, Act.SELL, decide, _charge_id)


def _for_whom(command: BookUnionPayCharge) -> dict[str, Json]:
    """An account number is nobody's name (Money rules 14)."""
    return {"account_no": command.account_no, "volume_l": command.volume_l} if command.account_no else {}


def _charge_id(_uow: UnitOfWork, record: Record) -> str:
    return str(record.facts["charge_id"])
