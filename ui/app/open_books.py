"""The books for one command beside a program that may be running: no devices, no print queue, nothing adopted.

`open_workplace` belongs to the program that has the hall's lock; this does not need it: each record is one commit and
the database has one writer at a time.
"""

from __future__ import annotations

from ledger.keys import MissingKey, load_key
from pos.store.people_queries import hall_profile
from pos.store.unit_of_work import Store
from pos.usecases.fact import Hall
from ui.app.places import Places
from ui.app.surroundings import SystemClock, UuidIds


def open_books(at: Places) -> Hall:
    """Open a hall that is there; close its store afterwards.

    Raises: RuleViolation `hall.not_commissioned`; StoreError kinds.
    """
    signer = load_key(at.signing_key) if at.signing_key.exists() else MissingKey("missing")
    clock = SystemClock()
    store = Store(at.database, clock=clock, signer=signer)
    with store.reading() as connection:
        store.offset_min = hall_profile(connection).offset_min
    return Hall(store, clock, UuidIds())
