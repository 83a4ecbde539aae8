"""The books for looking only: no key, no devices, nothing written, whoever has them open meanwhile.

What commands that only read (export, doctor) need of a hall. A database of a newer program is refused before a row of
it is believed (design, Money rules 15). Must not know: what is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import StoreError

if TYPE_CHECKING:
    from pos.store.unit_of_work import Connection


class BooksMissing(StoreError):
    """There are no books at that place."""


@contextmanager
def reading_books(path: Path) -> Iterator[Connection]:
    """One snapshot of a hall's database.

    Raises: BooksMissing `store.missing`; StoreTooNew; StoreDamaged, the other StoreError kinds.
    """
    from ledger.sqlite_engine import make_engine
    from pos.store import schema

    if not path.is_file():
        raise BooksMissing("store.missing", path=str(path))
    engine = make_engine(path, read_only=True)
    try:
        with engine.connect() as connection:
            if not schema.check(connection):
                raise BooksMissing("store.missing", path=str(path))
            yield connection
    finally:
        engine.dispose()
