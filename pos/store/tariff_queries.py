"""Reading prices: the schedule of a class on a day, what an account has used of its tiers, fees (domain D6).

Of two schedules with the same first day the later set one speaks. Must not know: how a purchase is split.
"""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows
from pos.domain.account import classes_counted_together
from pos.domain.tariff import Tariff, Tier


def tariff_on(connection: Connection, price_class: str, business_day: str) -> Tariff | None:
    """The schedule of a class in force on an ISO date; of two with the same first day the later set one."""
    in_force = (
        "(SELECT tariff_id FROM tariff WHERE price_class = ? AND effective_from <= ?"
        " ORDER BY effective_from DESC, epoch DESC, seq DESC LIMIT 1)"
    )
    return _tariff(connection, in_force, (price_class, business_day))


def other_year_start(connection: Connection, price_class: str, year_start: str, effective_from: str) -> str | None:
    """The `MM-DD` another schedule of the class counts its year from, or None if all agree.

    A schedule that is replaced from its own first day does not speak any more, unless gas was sold by it.
    """
    sql = (
        "SELECT t.year_start FROM tariff t WHERE t.price_class = ? AND t.year_start <> ?"
        " AND ((t.effective_from <> ? AND NOT EXISTS (SELECT 1 FROM tariff later"
        " WHERE later.price_class = t.price_class AND later.effective_from = t.effective_from"
        " AND (later.epoch, later.seq) > (t.epoch, t.seq)))"
        " OR EXISTS (SELECT 1 FROM sale_line l WHERE l.tariff_id = t.tariff_id)) LIMIT 1"
    )
    row = connection.exec_driver_sql(sql, (price_class, year_start, effective_from)).first()
    return None if row is None else str(row[0])


def tariff_by_id(connection: Connection, tariff_id: str) -> Tariff | None:
    """A schedule as it was set."""
    return _tariff(connection, "?", (tariff_id,))


def _tariff(connection: Connection, which: str, values: tuple[str, ...]) -> Tariff | None:
    """A schedule with its tiers, in one statement. `which`: SQL that gives its id."""
    rows = all_rows(
        connection,
        "SELECT t.tariff_id, t.price_class, t.name, t.effective_from, t.year_start, t.base_people, t.vat_rate_bp,"
        " t.document_no, t.sample, r.tier, r.name, r.upper_l, r.price_e4, r.per_extra_person_l FROM tariff t"
        f" JOIN tariff_tier r ON r.tariff_id = t.tariff_id WHERE t.tariff_id = {which} ORDER BY r.tier",
        values,
    )
    if not rows:
        return None
    tariff_id, price_class, name, first_day, year_start, base_people, vat_rate_bp, document_no, sample, *_ = rows[0]
    return Tariff(
        tariff_id=tariff_id,
        price_class=price_class,
        name=name,
        effective_from=first_day,
        tiers=tuple(Tier(*row[9:]) for row in rows),
        year_start=year_start,
        base_people=base_people,
        vat_rate_bp=vat_rate_bp,
        document_no=document_no,
        sample=bool(sample),
    )


def tariffs(connection: Connection) -> tuple[Tariff, ...]:
    """All schedules ever set, by class and first day."""
    sql = "SELECT tariff_id FROM tariff ORDER BY price_class, effective_from, epoch, seq"
    found = (tariff_by_id(connection, row[0]) for row in connection.exec_driver_sql(sql).all())
    return tuple(tariff for tariff in found if tariff is not None)


_COUNTED_ON = (
    "(SELECT x.business_day FROM sale s JOIN sale o ON o.sale_id = coalesce(s.reverses_sale_id, s.sale_id)"
    " JOIN till_session x ON x.session_id = o.session_id WHERE s.sale_id = l.sale_id)"
)
"""The business day a line's litres belong to: a reversal goes back to the day of its original."""


def tier_use(connection: Connection, account_no: str, schedule: Tariff, year: int) -> dict[int, int]:
    """Litres bought per tier in a year of a schedule; reversals are negative lines and so give their litres back.

    Gas of all classes that are counted together is in it. A line of a class whose year begins on another day counts by
    the day it was bought on, because equal year numbers are not the same days then.
    """
    together = classes_counted_together(schedule.price_class)
    marks = ", ".join("?" * len(together))
    rows = all_rows(
        connection,
        "SELECT l.tier, sum(l.volume_l) FROM sale_line l LEFT JOIN tariff t ON t.tariff_id = l.tariff_id"
        " WHERE l.account_no = ? AND l.tariff_year BETWEEN ? AND ? AND l.tier IS NOT NULL"
        f" AND coalesce(t.price_class IN ({marks}), 1)"
        " AND CASE WHEN coalesce(t.year_start, ?) = ? THEN l.tariff_year = ?"
        f" ELSE {_COUNTED_ON} BETWEEN ? AND ? END GROUP BY l.tier",
        (
            *(account_no, year - 1, year + 1, *together),
            *(schedule.year_start, schedule.year_start, year),
            *schedule.days_of_year(year),
        ),
    )
    return {int(tier): int(volume_l) for tier, volume_l in rows}


def fee_price_fen(connection: Connection, item: str, business_day: str) -> int | None:
    """The price of a fee on an ISO date, in fen; None if none was set."""
    row = connection.exec_driver_sql(
        "SELECT amount_fen FROM fee_price WHERE item = ? AND effective_from <= ?"
        " ORDER BY effective_from DESC, epoch DESC, seq DESC LIMIT 1",
        (item, business_day),
    ).first()
    return None if row is None else int(row[0])


def fee_is_sample(connection: Connection, item: str, business_day: str) -> bool:
    """True if the price of a fee on an ISO date is a 示例 one that nobody approved."""
    row = connection.exec_driver_sql(
        "SELECT sample FROM fee_price WHERE item = ? AND effective_from <= ?"
        " ORDER BY effective_from DESC, epoch DESC, seq DESC LIMIT 1",
        (item, business_day),
    ).first()
    return row is not None and bool(row[0])


def fee_was_sample(connection: Connection, item: str, sale_id: str) -> bool:
    """`fee_is_sample` on the business day of a sale."""
    row = connection.exec_driver_sql(
        "SELECT x.business_day FROM sale s JOIN till_session x ON x.session_id = s.session_id WHERE s.sale_id = ?",
        (sale_id,),
    ).first()
    return row is not None and fee_is_sample(connection, item, str(row[0]))


def fee_items(connection: Connection) -> tuple[str, ...]:
    """Every fee that ever had a price."""
    rows = connection.exec_driver_sql("SELECT DISTINCT item FROM fee_price ORDER BY item")
    return tuple(str(row[0]) for row in rows)
