"""Answer an entry of the anomaly list: who looked into it, what became of it, and a note (cards B2, domain P12).

The entry leaves the list; it comes back only when something new happens. Nothing about money or cards changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.anomaly import Sign
from pos.domain.errors import RuleViolation
from pos.domain.reasons import MAX_NOTE_CHARS, AnomalyOutcome
from pos.domain.roles import Act
from pos.store import anomaly_queries
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.anomalies import entry_now
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAnomaly(Command):
    """The entry as it was read (`evidence` names what it rested on), what became of it, and in her own words why."""

    account_no: str
    sign: Sign
    evidence: str
    outcome: AnomalyOutcome
    note: str


def answer_anomaly(hall: Hall, command: AnswerAnomaly) -> str:
    """Write the answer; returns the key of its record.

    Raises: RuleViolation `anomaly.no_note`, `reason.long` (most), `anomaly.gone` (answered meanwhile, or the state is
        over), `anomaly.changed` (something new happened since it was read), `text.personal_number`, `role.*`;
        StoreError kinds.
    """
    note = command.note.strip()
    if not note:
        raise RuleViolation("anomaly.no_note")
    if len(note) > MAX_NOTE_CHARS:
        raise RuleViolation("reason.long", most=MAX_NOTE_CHARS)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection, now = uow.connection, hall.clock.now_utc_ms()
        account_no, sign, evidence = command.account_no, Sign(command.sign), command.evidence
        if anomaly_queries.is_answered(connection, account_no, sign, evidence):
            raise RuleViolation("anomaly.gone")
        open_now = entry_now(connection, account_no, sign, now, hall.store.offset_min)
        if open_now != evidence:
            raise RuleViolation("anomaly.gone" if open_now is None else "anomaly.changed")
        last = anomaly_queries.last_events(connection, account_no).get(sign)
        outcome = AnomalyOutcome(command.outcome)
        return RecordDraft(
            chain=hall_chain(connection),
            kind="anomaly_answered",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "account_no": account_no,
                "sign": sign,
                "evidence": evidence,
                "outcome": outcome,
                "note": note,
            },
            rows={
                "anomaly_event": [
                    {
                        "account_no": account_no,
                        "sign": sign,
                        "event_no": 1 if last is None else last.event_no + 1,
                        "event": "answered",
                        "evidence": evidence,
                        "figures": "{}",
                        "outcome": outcome,
                        "note": note,
                        "at_utc_ms": now,
                    }
                ]
            },
        )

    return perform(hall, command, Act.ANSWER_ANOMALY, decide, _key)


def _key(_uow: UnitOfWork, record: Record) -> str:
    return str(record.key)
