"""The erasable rows of customers: who they are, with the salt of the digest in the chain, and how they are found.

The only writer of `customer`; the search index moves with it (design, Money rules 14). Erasing clears the person, the
salt and the index; account facts and the chain stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pos.domain.account import Person
from pos.store import search

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """A person to be stored. `id_sealed`: the ID number encrypted, or None; `numbers`: cards and meters."""

    account_no: str
    person: Person = field(repr=False)
    salt: bytes = field(repr=False)
    id_sealed: bytes | None = field(default=None, repr=False)
    numbers: tuple[str, ...] = ()

    def search_fields(self) -> search.SearchFields:
        """What the search box needs of it."""
        return search.SearchFields(
            self.account_no, self.person.name, self.person.phone, self.person.address, self.numbers
        )


def put_new(connection: Connection, entries: Iterable[CustomerEntry]) -> None:
    """Store persons of new accounts and make them findable."""
    listed = list(entries)
    connection.exec_driver_sql(
        "INSERT INTO customer (account_no, name, phone, address, id_number, salt) VALUES (?, ?, ?, ?, ?, ?)",
        [(e.account_no, *_columns(e)) for e in listed],
    )
    search.put_new(connection, (entry.search_fields() for entry in listed))


def replace(connection: Connection, entry: CustomerEntry) -> None:
    """Store a person in place of the earlier one of the same account."""
    connection.exec_driver_sql(
        "UPDATE customer SET name = ?, phone = ?, address = ?, id_number = ?, salt = ?, erased_at_utc_ms = NULL"
        " WHERE account_no = ?",
        (*_columns(entry), entry.account_no),
    )
    search.put(connection, entry.search_fields())


def stored(connection: Connection, account_no: str) -> CustomerEntry | None:
    """The person as stored, without ID number in plain; None if there is no such account or it was erased."""
    row = connection.exec_driver_sql(
        "SELECT name, phone, address, salt, id_number FROM customer WHERE account_no = ? AND erased_at_utc_ms IS NULL",
        (account_no,),
    ).first()
    if row is None:
        return None
    name, phone, address, salt, id_sealed = row
    return CustomerEntry(account_no, Person(name, phone, address), salt, id_sealed)


def erase(connection: Connection, account_no: str, *, at_utc_ms: int) -> None:
    """Forget the person: fields, salt, search index. The digests in the chain can never be matched again."""
    connection.exec_driver_sql(
        "UPDATE customer SET name = '', phone = '', address = '', id_number = NULL, salt = zeroblob(16),"
        " erased_at_utc_ms = ? WHERE account_no = ?",
        (at_utc_ms, account_no),
    )
    search.remove(connection, account_no)


def _columns(entry: CustomerEntry) -> tuple[str, str, str, bytes | None, bytes]:
    person = entry.person
    return person.name, person.phone, person.address, entry.id_sealed, entry.salt
