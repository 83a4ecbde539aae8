"""What is sealed, engine-neutral: a declared table whose rows the database expands from journal records.

A use case never inserts into a sealed table; it writes one journal record, and the engine's own triggers (see
`seal_sqlite`) copy the rows of the record's payload into their tables and refuse every other insert, every
UPDATE, DELETE and REPLACE. So a row and its hash-chained record cannot disagree. Source: design, Money rules 3.
"""

from __future__ import annotations

from dataclasses import dataclass

KEY_COLUMNS = ("chain", "epoch", "seq", "line")
"""Every sealed row begins with the key of its record and its position in the record's list."""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table of facts.

    Attributes:
        name: table name, also the key in the payload's `rows`.
        columns: (name, SQL type) pairs; types INTEGER, TEXT, with an optional `NOT NULL`.
        unique: column lists (or expressions) that are unique; a second element is a WHERE condition.
        indexes: column lists for lookups.
        checks: SQL conditions each row must fulfil.
        guards: (SQL condition over NEW, error text): the insert is refused while the condition is true.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    unique: tuple[tuple[str, str], ...] = ()
    indexes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    guards: tuple[tuple[str, str], ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """The declared columns, without the key."""
        return tuple(name for name, _ in self.columns)
