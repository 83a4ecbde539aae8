"""Known errors of the counter: stable codes and data, never prose.

The sentence for each code lives in the UI catalogue and says what happened, what it means for the money and what
to do now. `str(error)` is English for the log. Everything that is not one of these families is a bug.
"""

from __future__ import annotations


class KnownError(Exception):
    """Base of every error that is part of a contract.

    Attributes:
        code: stable dotted code, for example `till.not_open`.
        params: figures and names the sentence needs; ints and strings only.
    """

    def __init__(self, code: str, **params: int | str) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class RuleViolation(KnownError):
    """A rule of the trade says no; nothing was changed, no money was touched."""


class DeviceError(KnownError):
    """A device failed; the subclass says whether anything can have happened."""


class DeviceUnavailable(DeviceError):
    """Nothing was sent: unplugged, busy, claimed by another program, no service. A repeat is safe."""


class DeviceRefused(DeviceError):
    """It answered no: paper out, wrong key, locked, refused by the card. It is known that nothing was done."""


class DeviceProtocolError(DeviceError):
    """It answered nonsense. Treat like a refusal for reads and like `OutcomeUnknown` for writes."""


class OutcomeUnknown(DeviceError):
    """Sent, no believable answer: the act may or may not have happened. Leaves an open matter."""


class StoreError(KnownError):
    """The books could not be read or written."""


class StoreBusy(StoreError):
    """Another program holds the database; nothing was written. A repeat with the same command id is safe."""


class StoreFull(StoreError):
    """The disk is full; nothing was written."""


class StoreReadOnly(StoreError):
    """The database cannot be written; nothing was written."""


class StoreDamaged(StoreError):
    """The database is damaged or its settings cannot be trusted; selling stops."""


class StoreTooNew(StoreError):
    """The database was made by a newer program; it is not touched."""
