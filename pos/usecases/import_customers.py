"""Take customers over from a file: all good rows or none, in one commit (docs/customer-import.md; domain P12).

The consent covers the very bytes of the file. A bad row refuses the whole file unless the command says to skip bad
rows. The books get one summary record and records of a few dozen accounts each, so that no record grows without bound.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.entry import Record, RecordDraft, Row
from ledger.progress import Progress
from pos.domain.account import contact_digest
from pos.domain.customer_import import CustomerSheet, NewCustomer, RowProblem, in_order, read_customers
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.ports.personal_cipher import PersonalCipher
from pos.store import account_queries, customer_rows, search
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.open_account import meter_row

BATCH_ROWS = 50
"""Accounts per record. The seal compares every row with its record, so longer records cost more per row."""
COMPACT_FROM = 20_000
"""From this many rows on, the search index is merged into one piece at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCustomers(Command):
    """A file as chosen. `content`: its bytes; `document_no`: the order to take these customers over."""

    content: bytes = field(repr=False)
    document_no: str
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """What an import of a file would do.

    Attributes: digest; good, rows that can come in; problems, by row number, column and reason; samples, the numbers
        of the template's own rows, which are passed over.
    """

    digest: str
    good: int
    problems: tuple[RowProblem, ...]
    samples: tuple[int, ...]

    @property
    def bad_rows(self) -> int:
        """Rows, not places: one row may be wrong in several columns."""
        return len({problem.row_no for problem in self.problems})


@dataclass(frozen=True, slots=True)
class CustomersImported:
    """How many rows came in and how many were skipped as bad."""

    imported: int
    skipped: int


def check_import(hall: Hall, content: bytes) -> ImportCheck:
    """Look at a file without importing; seconds for a large one.

    Raises: RuleViolation `import.*` if it is no such file at all; StoreError kinds.
    """
    with hall.store.reading() as connection:
        return check_against(connection, content)


def check_against(connection: Connection, content: bytes) -> ImportCheck:
    """The same over a connection that may only read, whoever has the books open meanwhile.

    Raises: RuleViolation `import.*` if it is no such file at all; StoreError kinds.
    """
    sheet = read_customers(content)
    fresh, clashes = _without_clashes(connection, sheet)
    return ImportCheck(sheet.digest, len(fresh), in_order((*sheet.problems, *clashes)), sheet.samples)


def import_customers(
    hall: Hall, command: ImportCustomers, cipher: PersonalCipher, progress: Progress | None = None
) -> CustomersImported:
    """Import; the writer is busy meanwhile (about a second per thousand rows), so do it before the hall opens.

    Raises: RuleViolation `import.bad_rows` (with the number and the first one; nothing was imported),
        `import.nothing`, `account.document`, the file's own `import.*`, `role.*`, `approval.*`; StoreError kinds.
    """
    if not command.document_no.strip():
        raise RuleViolation("account.document")
    sheet = read_customers(command.content)
    salts: dict[str, bytes] = {}
    taken: list[NewCustomer] = []

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        fresh, clashes = _without_clashes(uow.connection, sheet)
        problems = in_order((*sheet.problems, *clashes))
        if problems and not command.skip_bad:
            first = problems[0]
            raise RuleViolation(
                "import.bad_rows", problems=len(problems), row=first.row_no, column=first.column, reason=first.code
            )
        if not fresh:
            raise RuleViolation("import.nothing")
        taken.extend(fresh)
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="customers_imported",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "file_sha256": sheet.digest,
                "document_no": command.document_no.strip(),
                "imported": len(fresh),
                "skipped": sheet.row_count - len(fresh),
            },
        )

    def after(uow: UnitOfWork, record: Record) -> None:
        done = 0
        for number, batch in enumerate(_batches(taken)):
            salts.update((customer.account_no, secrets.token_bytes(customer_rows.SALT_BYTES)) for customer in batch)
            uow.journal.append(_batch_draft(command, record, number, batch, salts))
            customer_rows.put_new(uow.connection, [_entry(customer, salts, cipher) for customer in batch])
            done += len(batch)
            if progress is not None:
                progress(done, len(taken))
        if len(taken) >= COMPACT_FROM:
            search.compact(uow.connection)

    return perform(hall, command, Act.IMPORT_CUSTOMERS, decide, _result, after=after)


def _without_clashes(connection: Connection, sheet: CustomerSheet) -> tuple[list[NewCustomer], list[RowProblem]]:
    """Rows whose numbers are free in the store, and a problem for each number that is taken."""
    fresh: list[NewCustomer] = []
    problems: list[RowProblem] = []
    for customer in sheet.customers:
        found = []
        if account_queries.account_terms(connection, customer.account_no) is not None:
            found.append(RowProblem(customer.row_no, "户号", "import.exists"))
        if account_queries.account_of_meter(connection, customer.meter.meter_no) is not None:
            found.append(RowProblem(customer.row_no, "表号", "import.exists"))
        if customer.card_no and account_queries.card_by_no(connection, customer.card_no) is not None:
            found.append(RowProblem(customer.row_no, "卡号", "import.exists"))
        problems += found
        if not found:
            fresh.append(customer)
    return fresh, problems


def _batches(customers: Sequence[NewCustomer]) -> Iterator[Sequence[NewCustomer]]:
    return (customers[start : start + BATCH_ROWS] for start in range(0, len(customers), BATCH_ROWS))


def _batch_draft(
    command: ImportCustomers, summary: Record, number: int, batch: Sequence[NewCustomer], salts: dict[str, bytes]
) -> RecordDraft:
    cards: list[Row] = [
        {
            "card_no": customer.card_no,
            "revision": 1,
            "account_no": customer.account_no,
            "chip_uid": "",
            "issue_no": 0,
            "status": "active",
            "reason": "",
        }
        for customer in batch
        if customer.card_no
    ]
    return RecordDraft(
        chain=summary.key.chain,
        kind="customers_imported_rows",
        command_id=f"{command.command_id}:{number}",
        actor=command.actor,
        facts={"import": str(summary.key), "batch": number, "first_row": batch[0].row_no, "rows": len(batch)},
        rows={
            "account_terms": [_terms_row(customer, command.document_no.strip(), salts) for customer in batch],
            "meter_fitted": [meter_row(customer.account_no, 1, customer.meter) for customer in batch],
            "card_binding": cards,
        },
    )


def _terms_row(customer: NewCustomer, document_no: str, salts: dict[str, bytes]) -> Row:
    return {
        "account_no": customer.account_no,
        "revision": 1,
        "price_class": customer.price_class,
        "people": customer.people,
        "status": customer.status,
        "stop_reason": "",
        "arrears_fen": customer.arrears_fen,
        "contract_no": customer.contract_no,
        "district": customer.district,
        "document_no": document_no,
        "contact_digest": contact_digest(customer.person, salts[customer.account_no]),
    }


def _entry(customer: NewCustomer, salts: dict[str, bytes], cipher: PersonalCipher) -> customer_rows.CustomerEntry:
    id_number = customer.person.id_number
    id_sealed = cipher.encrypt(customer.account_no, id_number) if id_number else None
    numbers = tuple(number for number in (customer.meter.meter_no, customer.card_no) if number)
    return customer_rows.CustomerEntry(
        customer.account_no, customer.person, salts[customer.account_no], id_sealed, numbers
    )


def _result(_uow: UnitOfWork, record: Record) -> CustomersImported:
    return CustomersImported(record.facts["imported"], record.facts["skipped"])
