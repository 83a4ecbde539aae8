"""Known errors of the counter: stable codes and data, never prose.

The sentence for each code lives in the UI catalogue and says what happened, what it means for the money and what
to do now. `str(error)` is English for the log. Everything that is not one of these families is a bug.
"""

from __future__ import annotations

from ledger.errors import (
    KnownError,
    SealBroken,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)

__all__ = [
    "DeviceError",
    "DeviceProtocolError",
    "DeviceRefused",
    "DeviceUnavailable",
    "KnownError",
    "OutcomeUnknown",
    "RuleViolation",
    "SealBroken",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreReadOnly",
    "StoreTooNew",
]


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
