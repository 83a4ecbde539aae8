"""The sample books, written once for all tests of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ledger.keys import InstallationKey, create_key
from tests.unit.ledger.forgery import Forgery
from tests.unit.ledger.sample_books import T1, H, empty_books, exported, restore, write_two_days


@dataclass(frozen=True)
class Sample:
    """Finished books. small: 3 chains of a few records, for tests that verify thousands of times."""

    path: Path
    key: InstallationKey
    stranger: InstallationKey
    export: bytes = field(repr=False)
    small: bytes = field(repr=False)

    def forgery(self) -> Forgery:
        return Forgery.of(self.export)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("books")
    with empty_books(folder) as hall:
        write_two_days(hall)
        export = exported(hall.connection)
    with empty_books(tmp_path_factory.mktemp("small")) as little:
        for chain in (H, T1):
            little.fact(chain, "genesis")
        little.open()
        little.sale(30_000, steps=("writing",))
        restore(little, 0)
        little.fact(H, "setting_changed", facts={"name": "户内余额"})
        small = exported(little.connection)
    stranger = create_key(folder / "stranger" / "key.pem")
    return Sample(folder / "books.db", hall.key, stranger, export, small)
