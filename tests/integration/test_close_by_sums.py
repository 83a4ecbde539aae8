"""A close reads sums through covering indexes and loads no sale: the number of statements does not grow with sales."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from pos.store.till_figures import figures_of
from pos.store.till_queries import require_session
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay


def statements_of_close(day: TillDay) -> list[str]:
    seen: list[str] = []

    def see(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", see)
    try:
        day.close()
    finally:
        event.remove(Engine, "before_cursor_execute", see)
    return seen


def test_close_of_many_sales_takes_as_many_statements_as_a_close_of_few(demo_hall: DemoHall) -> None:
    counts = []
    for till_id, cashier, sales in (("T01", "cashier", 2), ("T02", "cashier2", 60)):
        day = TillDay(demo_hall, till_id, cashier)
        day.open()
        for _ in range(sales):
            day.sell(2120)
        day.begin()
        day.submit()
        counts.append(len(statements_of_close(day)))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("table", ["sale", "sale_line", "posting"])
def test_sums_of_a_session_are_answered_from_covering_indexes(demo_hall: DemoHall, table: str) -> None:
    day = TillDay(demo_hall)
    day.open()
    day.sell(2120)
    seen: list[tuple[str, tuple[object, ...]]] = []

    def see(_conn: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", see)
    try:
        with demo_hall.store.reading() as connection:
            figures_of(connection, require_session(connection, day.session_id))
    finally:
        event.remove(Engine, "before_cursor_execute", see)
    asked = [(s, p) for s, p in seen if f"FROM {table} " in s]
    assert asked
    with demo_hall.store.reading() as connection:
        for statement, parameters in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            assert plan[0].startswith(f"SEARCH {table} USING COVERING INDEX"), plan
            assert not any("TEMP B-TREE" in line for line in plan), plan


def test_figures_add_up_whatever_the_history_of_the_till(demo_hall: DemoHall) -> None:
    """Complaint of many systems: a second cash-up on one day adds up the whole day again."""
    day = TillDay(demo_hall)
    day.start()
    day.sell(8690)
    assert day.end().takings_fen == 8690
    day.to_lead()
    second = TillDay(demo_hall, cash_fen=FLOAT_FEN)
    second.open()
    second.sell(100)
    closed = second.end()
    assert (closed.takings_fen, closed.z_no) == (100, 2)
