"""Known errors of the books: a stable code and data, never prose (the sentence lives in the UI by code)."""

from __future__ import annotations


class KnownError(Exception):
    """Base of every error that is part of a contract.

    Attributes:
        code: stable dotted code, for example `store.full`.
        params: figures and names the sentence needs; ints and strings only.
    """

    def __init__(self, code: str, **params: int | str) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class StoreError(KnownError):
    """The books could not be read or written."""


class StoreBusy(StoreError):
    """Another program holds the database; nothing was written. A repeat with the same command id is safe."""


class StoreFull(StoreError):
    """The disk is full; nothing was written."""


class StoreReadOnly(StoreError):
    """The database cannot be written; nothing was written."""


class StoreDamaged(StoreError):
    """The database is damaged, or its settings cannot be trusted; selling stops."""


class StoreTooNew(StoreError):
    """The database was made by a newer program; it is not touched."""


class SealBroken(StoreError):
    """A write that the seals refuse: a bug or an attack, never an operator's mistake."""
