"""A new till: named in the hall's chain, then its own chain begins, naming the hall's record (design, Money rules 1).

Two records in one unit: the hall's chain knows every chain there must be, so a chain that is missing as a whole is
found by the verifier.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from ledger.journal import FORMAT
from ledger.keys import SUITE
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store.people_queries import TillRow, hall_profile, till, tills
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTill(Command):
    """A till by the name on the window, e.g. `1 号窗口`; ids T01, T02 ... follow by themselves."""

    name: str


def check_till_name(name: str) -> None:
    """A name for the window and the papers. Raises RuleViolation `till.name`."""
    if not 1 <= len(name) <= 20 or not name.isprintable():
        raise RuleViolation("till.name")


def add_till(hall: Hall, command: AddTill) -> TillRow:
    """Add a till and begin its chain.

    Raises: RuleViolation `till.name`, `till.name_taken`, the `role.*` and `sign_in.*` families; StoreError kinds.
    """
    name = command.name.strip()
    check_till_name(name)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        present = tills(uow.connection)
        if any(row.name == name for row in present):
            raise RuleViolation("till.name_taken", name=name)
        profile = hall_profile(uow.connection)
        till_id = f"T{len(present) + 1:02d}"
        row = {"till_id": till_id, "name": name, "till_chain": f"{profile.hall_code}-{till_id}"}
        return RecordDraft(
            chain=profile.chain,
            kind="till_added",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"till": till_id},
            rows={"till": [row]},
        )

    def begin_chain(uow: UnitOfWork, record: Record) -> None:
        row = _till(uow, record)
        signer = hall.store.signer
        uow.journal.append(
            RecordDraft(
                chain=row.chain,
                kind="genesis",
                command_id=f"{command.command_id}:genesis",
                actor=command.actor,
                facts={
                    "till": row.till_id,
                    "format": FORMAT,
                    "suite": SUITE,
                    "key_id": signer.key_id,
                    "public_key": signer.public_hex,
                    "depends_on": {
                        "chain": record.key.chain,
                        "epoch": record.key.epoch,
                        "seq": record.key.seq,
                        "hash": record.hash,
                    },
                },
                sign=True,
            )
        )

    return perform(hall, command, Act.MANAGE_DEVICES, decide, _till, after=begin_chain)


def _till(uow: UnitOfWork, record: Record) -> TillRow:
    row = till(uow.connection, record.facts["till"])
    if row is None:
        raise AssertionError("the database expands the till's row from its record")
    return row
