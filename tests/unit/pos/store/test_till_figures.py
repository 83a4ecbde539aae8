"""Summing each group by equality is a GROUP BY: no line is left out, whatever stands in it."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from pos.store import till_figures

Line = tuple[str, str, int | None, int, int, int]
LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "gas", "card_fee", "-"]),
        st.sampled_from(["", "第一档", "补卡 费", "!"]),
        st.none() | st.integers(-1, 3),
        st.integers(-26_300, 26_300),
        st.integers(-1000, 1000),
        st.integers(-1000, 1000),
    ),
    max_size=30,
)


@given(lines=LINES)
def test_sums_by_equality_are_those_of_every_line_also_of_empty_names_and_negative_prices(lines: list[Line]) -> None:
    wanted: dict[tuple[str, str, int | None, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for kind, name, tier, price, volume_l, fen in lines:
        group = wanted[(kind, name, tier, price)]
        group[:] = [group[0] + 1, group[1] + volume_l, group[2] + fen]
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE sale_line (session_id, kind TEXT, name TEXT, tier INTEGER, price_e4 INTEGER,"
            " volume_l INTEGER, amount_fen INTEGER)"
        )
        for line in [*lines, ("gas", "另一班", 1, 26_300, 5, 7)]:
            session_id = "other" if line[1] == "另一班" else "mine"
            connection.exec_driver_sql("INSERT INTO sale_line VALUES (?, ?, ?, ?, ?, ?, ?)", (session_id, *line))
        found = till_figures._lines(connection, "mine")
    engine.dispose()
    assert {row[:4]: list(row[4:]) for row in found} == wanted
