"""Reading what was changed of an account, by whom and when: one line per field, oldest first (domain E2/46).

From the sealed revisions and their records. Of a personal field only that it changed: its old value is nowhere any
more. Must not know: words, who may look.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows
from pos.domain.account import CardStatus

_PERSONAL = ("name", "phone", "address", "id_number")
_TERMS = ("price_class", "people", "status", "stop_reason", "arrears_fen", "contract_no", "district")
_METER = ("meter_no", "inlet")
_RECORD = (
    "j.at_utc_ms, coalesce(j.body ->> '$.actor', ''), coalesce(j.body ->> '$.approver', ''), j.kind,"
    " j.body ->> '$.payload.facts.fields'"
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that became different.

    Attributes:
        at_utc_ms: when. actor, approver: operator ids, approver "" if it needed none.
        document_no: the paper it rests on, "" where none was asked for.
        field: `name`, `people`, `inlet`, `card_status` ...; `person` where the record does not say which.
        old, new: as stored; "" of a personal field.
    """

    at_utc_ms: int
    actor: str
    approver: str
    document_no: str
    field: str
    old: str = ""
    new: str = ""


def changes_of(connection: Connection, account_no: str) -> tuple[FieldChange, ...]:
    """Every change of terms, person, meter and card after the account was opened, oldest first."""
    found = [
        *_of_terms(_revisions(connection, "account_terms", (*_TERMS, "document_no", "contact_digest"), account_no)),
        *_of_meter(_revisions(connection, "meter_fitted", _METER, account_no)),
        *_of_cards(
            _revisions(connection, "card_binding", ("card_no", "status"), account_no),
            _who_agreed_to_replace(connection, account_no),
        ),
    ]
    return tuple(sorted(found, key=lambda change: change.at_utc_ms))


def _revisions(
    connection: Connection, table: str, columns: tuple[str, ...], account_no: str
) -> list[tuple[Sequence[Any], dict[str, str]]]:
    """Every revision of an account's rows: (the record's part, its columns as text)."""
    order = "r.card_no, r.revision" if table == "card_binding" else "r.revision"
    sql = (
        f"SELECT {_RECORD}, {', '.join(f'r.{name}' for name in columns)} FROM {table} r"
        f" JOIN journal j USING (chain, epoch, seq) WHERE r.account_no = ? ORDER BY {order}"
    )
    return [
        (row[:5], dict(zip(columns, map(str, row[5:]), strict=True)))
        for row in all_rows(connection, sql, (account_no,))
    ]


def _of_terms(revisions: list[tuple[Sequence[Any], dict[str, str]]]) -> Iterator[FieldChange]:
    for (_record, old), (record, new) in pairwise(revisions):
        at, actor, approver, kind, fields = record
        paper = new["document_no"]
        if new["contact_digest"]:
            for name in _personal(kind, fields):
                yield FieldChange(at, actor, approver, paper, name)
        for name in _TERMS:
            if old[name] != new[name]:
                yield FieldChange(at, actor, approver, paper, name, old[name], new[name])


def _personal(kind: str, fields: str | None) -> tuple[str, ...]:
    """Which personal fields a record changed; a transfer changes the person."""
    if kind != "account_changed":
        return ("owner",)
    named = tuple(name for name in json.loads(fields or "[]") if name in _PERSONAL)
    return named or ("person",)


def _of_meter(revisions: list[tuple[Sequence[Any], dict[str, str]]]) -> Iterator[FieldChange]:
    for (_record, old), (record, new) in pairwise(revisions):
        at, actor, approver, _kind, _fields = record
        for name in _METER:
            if old[name] != new[name] and not (name == "inlet" and old["meter_no"] != new["meter_no"]):
                yield FieldChange(at, actor, approver, "", name, old[name], new[name])


def _of_cards(
    revisions: list[tuple[Sequence[Any], dict[str, str]]], agreed: dict[tuple[str, str], str]
) -> Iterator[FieldChange]:
    for record, card in revisions:
        at, actor, approver, _kind, _fields = record
        to_replace = agreed.pop((card["card_no"], card["status"]), "")  # once: found again is not replaced
        yield FieldChange(at, actor, approver or to_replace, "", "card_status", card["card_no"], card["status"])


def _who_agreed_to_replace(connection: Connection, account_no: str) -> dict[tuple[str, str], str]:
    """Who agreed, by card and what it became: to the fee's record, for the cards change in that of the proven write."""
    sql = (
        "SELECT r.old_card_no, r.new_card_no, coalesce(j.body ->> '$.approver', '') FROM card_replacement r"
        " JOIN journal j USING (chain, epoch, seq) WHERE r.account_no = ?"
    )
    found = {}
    for old, new, approver in all_rows(connection, sql, (account_no,)):
        found[str(old), CardStatus.REPLACED.value] = str(approver)
        found[str(new), CardStatus.ACTIVE.value] = str(approver)
    return found
