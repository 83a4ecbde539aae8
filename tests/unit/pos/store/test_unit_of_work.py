"""Between two customers the log is carried over into the file, and no sooner."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ledger.sqlite_engine import driver
from pos.store.unit_of_work import UNITS_BEFORE_REST
from tests.fixtures_till import TillDay


def left_in_log(path: Path) -> int:
    """Records that a copy of the file without its log would lack."""
    bare = driver.connect(f"file:{path}?immutable=1", uri=True)
    with closing(bare), closing(driver.connect(path)) as whole:
        counted = [books.execute("SELECT count(*) FROM journal").fetchone()[0] for books in (whole, bare)]
    return int(counted[0] - counted[1])


def test_after_some_units_a_rest_carries_the_log_into_the_file(day: TillDay) -> None:
    store = day.demo.store
    for _ in range(UNITS_BEFORE_REST):
        day.sell(2000)
    waiting = left_in_log(store.path)
    store.rest()
    assert (waiting >= UNITS_BEFORE_REST, left_in_log(store.path)) == (True, 0)


def test_a_rest_after_a_single_payment_leaves_the_log_alone(day: TillDay) -> None:
    store = day.demo.store
    store._units = 0
    day.sell(2000)
    waiting = left_in_log(store.path)
    store.rest()
    assert (waiting > 0, left_in_log(store.path)) == (True, waiting)
