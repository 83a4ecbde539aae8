"""Change the meter on an account's wall, and say how much gas of the old one is still to give (换表, cards B10).

One record in the hall's chain: the new meter, the old one's last reading and what it still held. No money moves and no
card is written; the old card buys nothing from here on, the new one is made free (`replace_card`), and the gas goes
onto it in instalments (`carry_gas`). A lead agrees to the figures, because they are given away without a price.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft, Row
from pos.domain.account import AccountStatus, Meter, checked_meter
from pos.domain.card_replacement import LastPurchaseWas
from pos.domain.errors import RuleViolation
from pos.domain.meter_change import MOST_L, carried_over_l
from pos.domain.reasons import Evidence, require_document, require_reason
from pos.domain.roles import Act
from pos.store import account_queries, card_queries, search
from pos.store.account_queries import MeterRow
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.known_account import known_terms, require_no_open_write
from pos.usecases.open_account import check_meter_free, meter_row


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMeter(Command):
    """A meter that takes another one's place.

    Attributes:
        account_no; old_meter_no: as the form showed it. meter: the new one, with its reading when it was fitted.
        document_no: the paper of the work, not empty.
        final_reading_l, remaining_l: of the old meter; below 0 remaining it is in overdraft.
        said: whether the old meter took the last purchase; evidence: an `Evidence`; note: its number or words.
    """

    account_no: str
    old_meter_no: str
    meter: Meter
    document_no: str
    final_reading_l: int
    remaining_l: int
    said: LastPurchaseWas
    evidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeterChanged:
    """Attributes: account_no; new_meter_no; carried_l that is to go onto the new card."""

    account_no: str
    new_meter_no: str
    carried_l: int


def change_meter(hall: Hall, command: ChangeMeter) -> MeterChanged:
    """Write the new meter and what is carried over.

    Raises: RuleViolation `account.unknown`, `account.closed`, `account.document`, `account.open_write`,
        `account.changed_meanwhile`, `account.no_meter`, `meter.*`, `meter_change.*`, `reason.*`, `role.*`,
        `approval.*`; StoreError kinds.
    """
    require_reason(Evidence, command.evidence, command.note)
    meter = checked_meter(command.meter)
    if not 0 <= command.final_reading_l < MOST_L:
        raise RuleViolation("meter_change.reading")

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection = uow.connection
        old = _removable(connection, command)
        if meter.meter_no == old.meter_no:
            raise RuleViolation("meter_change.same_meter", meter_no=old.meter_no)
        check_meter_free(connection, meter.meter_no, unless_of=command.account_no)
        untaken_l = card_queries.at_risk_l(connection, command.account_no)
        carried_l = carried_over_l(command.remaining_l, untaken_l, command.said)
        chain = hall_chain(connection)
        change_id = str(uow.journal.head(chain).next_key)
        return RecordDraft(
            chain=chain,
            kind="meter_changed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"account_no": command.account_no, "new_meter_no": meter.meter_no, "carried_l": carried_l},
            rows={
                "meter_fitted": [meter_row(command.account_no, old.revision + 1, meter)],
                "meter_change": [_change_row(change_id, command, old, meter, carried_l, untaken_l)],
            },
        )

    def after(uow: UnitOfWork, _record: Record) -> None:
        search.add_number(uow.connection, command.account_no, meter.meter_no)

    return perform(hall, command, Act.CHANGE_METER, decide, _result, after=after)


def _removable(connection: Connection, command: ChangeMeter) -> MeterRow:
    terms = known_terms(connection, command.account_no)
    if terms.status is AccountStatus.CLOSED:
        raise RuleViolation("account.closed", account_no=command.account_no)
    require_document(command.document_no)
    old = account_queries.meter_of(connection, command.account_no)
    if old is None:
        raise RuleViolation("account.no_meter", account_no=command.account_no)
    if old.meter_no != command.old_meter_no:
        raise RuleViolation("account.changed_meanwhile", account_no=command.account_no)
    require_no_open_write(connection, command.account_no)
    return old


def _change_row(
    change_id: str, command: ChangeMeter, old: MeterRow, meter: Meter, carried_l: int, untaken_l: int
) -> Row:
    return {
        "change_id": change_id,
        "account_no": command.account_no,
        "old_meter_no": old.meter_no,
        "new_meter_no": meter.meter_no,
        "final_reading_l": command.final_reading_l,
        "remaining_l": command.remaining_l,
        "untaken_l": untaken_l if command.said is LastPurchaseWas.NOT_TAKEN else 0,
        "carried_l": carried_l,
        "said": command.said,
        "evidence": command.evidence,
        "note": command.note.strip(),
        "document_no": command.document_no.strip(),
    }


def _result(_uow: UnitOfWork, record: Record) -> MeterChanged:
    facts = record.facts
    return MeterChanged(facts["account_no"], facts["new_meter_no"], facts["carried_l"])
