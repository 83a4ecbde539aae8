"""A close reads sums through covering indexes and loads no sale: the number of statements does not grow with sales."""

from __future__ import annotations

import pytest

from pos.store.till_figures import figures_of
from pos.store.till_queries import require_session
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay
from tests.sql_trace import traced_statements


def statements_of_close(day: TillDay) -> list[str]:
    with traced_statements() as asked:
        day.close()
    return asked


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
    with traced_statements() as seen, demo_hall.store.reading() as connection:
        figures_of(connection, require_session(connection, day.session_id))
    asked = [statement for statement in seen if f"FROM {table} " in statement]
    assert asked
    with demo_hall.store.reading() as connection:
        for statement in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            reads = [line for line in plan if "(subquery" not in line]
            assert reads, plan
            assert all(line.startswith(f"SEARCH {table} USING COVERING INDEX") for line in reads), plan
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
