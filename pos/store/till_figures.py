"""What the books say a till session should hold: one SUM per tender, and the figures X, Z and close share.

Only the steps after a submitted count and the readers of other people's tills import this (design, Money rules 10,
13; anchors 3.1 no. 14). It never loads a sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection

from ledger.chart import CUSTOMER_MONEY, ROUNDING_WAIVED, UNIONPAY_CLEARING, cash_till
from ledger.seal_sqlite import NO_SALE
from ledger.sqlite_engine import all_rows, first_row
from pos.domain.count import Expected
from pos.domain.reasons import DRAWER_OCCASIONS
from pos.store.card_stock_queries import moved_to_session
from pos.store.till_queries import TillSessionRow


@dataclass(frozen=True, slots=True)
class TenderSum:
    """Sales of one tender. sales, reversals: counts; gross_fen taken in; reversed_fen given back (positive)."""

    tender: str
    sales: int
    reversals: int
    gross_fen: int
    reversed_fen: int


@dataclass(frozen=True, slots=True)
class KindSum:
    """Sale lines of one kind (gas, card_fee, late_fee): number and sum, reversals subtracted."""

    kind: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class TierSum:
    """Gas of one tariff tier at one price."""

    name: str
    tier: int
    volume_l: int
    price_e4: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class BatchSum:
    """UnionPay charges typed in a session for one terminal and batch, undone ones left out."""

    terminal: str
    batch: str
    slip_count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ReturnedCharge:
    """A UnionPay charge of an earlier session that this one had the terminal give back (退货)."""

    charge_id: str
    terminal: str
    batch: str
    trace: str
    last_four: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A cash drop or a float top-up of the session."""

    movement_id: str
    kind: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class TillFigures:
    """Everything X and Z say about a session, from sums alone. opening_expected_fen: the drawer by the books then."""

    opening_expected_fen: int
    expected: Expected
    tenders: tuple[TenderSum, ...]
    kinds: tuple[KindSum, ...]
    tiers: tuple[TierSum, ...]
    batches: tuple[BatchSum, ...]
    returned: tuple[ReturnedCharge, ...]
    movements: tuple[Movement, ...]
    drawer_openings: int
    reprints: int


Group = tuple[Any, ...]

_TENDER = (
    "SELECT sum(sales), sum(paid), sum(sales * (moved <> 0)), sum(sales * moved) FROM ("
    "SELECT customer_money_fen AS moved, count(*) AS sales, sum(paid_fen) AS paid FROM sale"
    " WHERE session_id = ? AND tender = ? GROUP BY customer_money_fen)"
)
"""The fen rule moves one of some twenty sums: to add each up once takes three quarters of looking at every sale."""

_WAIVED = "SELECT count(*), coalesce(sum(waived_fen), 0) FROM sale WHERE session_id = ? AND waived_fen <> 0"
_REVERSED = (
    "SELECT count(*), coalesce(sum(paid_fen), 0) FROM sale"
    " WHERE session_id = ? AND tender = ? AND reverses_sale_id IS NOT NULL"
)
_LINES = (
    "SELECT count(*), sum(volume_l), sum(amount_fen) FROM sale_line"
    " WHERE session_id = ? AND kind = ? AND name = ? AND price_e4 = ? AND tier IS ?"
)
_NET = "coalesce(sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END), 0)"


def drawer_fen(connection: Connection, till_id: str) -> int:
    """The drawer of a till: a SUM over every posting of its account. The truth; used at openings and checks."""
    return account_fen(connection, cash_till(till_id))


def account_fen(connection: Connection, account: str, matter: str | None = None) -> int:
    """Debits minus credits of an account, of one matter if given."""
    if matter is not None:
        sql = f"SELECT {_NET} FROM posting WHERE matter = ? AND account = ?"
        return int(first_row(connection, sql, (matter, account))[0])
    sql = f"SELECT {_NET} FROM posting WHERE account = ?"
    return int(first_row(connection, sql, (account,))[0])


def has_postings(connection: Connection, account: str) -> bool:
    """True if anything was ever posted to an account."""
    return connection.exec_driver_sql("SELECT 1 FROM posting WHERE account = ? LIMIT 1", (account,)).first() is not None


def expected_of(connection: Connection, row: TillSessionRow) -> Expected:
    """What should be there: one SUM per tender over the session's own facts, whatever the till's history.

    Cash: what the opening count was checked against, plus what its sales say they left in the drawer, plus every other
    posting of the session to it (the opening variance is one of them). UnionPay: the charges on slips in hand, booked
    or not; a charge of an earlier session undone now (退货) lay among that session's slips and leaves these as they
    are. Cards: counted, issued, returned and spoiled (`blank_card_movement`), minus written.
    After the close the answer is the frozen one.
    """
    return _frozen(connection, row.session_id) or _Sums(connection, row).expected()


def blank_cards_left(connection: Connection, row: TillSessionRow) -> int:
    """Blank cards at an open till by the books; below 0 where cards were sold that nobody booked to it."""
    issued = first_row(
        connection,
        "SELECT count(*) FROM card_write WHERE session_id = ? AND state = 'posted' "
        " AND purpose IN ('first_card', 'replacement')",
        (row.session_id,),
    )[0]
    return row.blank_cards + moved_to_session(connection, row.session_id) - int(issued)


class _Sums:
    """What X, count and close add up, each read once."""

    def __init__(self, connection: Connection, row: TillSessionRow) -> None:
        self._connection, self._row = connection, row
        self.tenders, self._fen_rule = _tenders(connection, row.session_id)
        self.returned = _returned(connection, row.session_id)
        self.opening_expected_fen = _opening_expected(connection, row.session_id)
        self._drawer = cash_till(row.till_id)
        accounts = (self._drawer, UNIONPAY_CLEARING, CUSTOMER_MONEY, ROUNDING_WAIVED)
        self._beside = _beside_sales(connection, row.session_id, accounts)

    def expected(self) -> Expected:
        """As the books say now."""
        in_cash = sum(tender.gross_fen - tender.reversed_fen for tender in self.tenders if tender.tender == "cash")
        cash = in_cash + self._beside_of(self._drawer)[1]
        unionpay = self._beside_of(UNIONPAY_CLEARING)[1] + sum(charge.amount_fen for charge in self.returned)
        return Expected(self.opening_expected_fen + cash, unionpay, blank_cards_left(self._connection, self._row))

    def fen_kinds(self) -> tuple[KindSum, ...]:
        """What the fen rule moved, so that kinds and money add up: into or out of 户内余额, and 抹零 (P3)."""
        found = []
        for kind, account in zip(self._fen_rule, (CUSTOMER_MONEY, ROUNDING_WAIVED), strict=True):
            count, moved_fen = self._beside_of(account)
            if kind.count + count:
                found.append(KindSum(kind.kind, kind.count + count, kind.amount_fen - moved_fen))
        return tuple(found)

    def _beside_of(self, account: str) -> tuple[int, int]:
        return self._beside.get(account, (0, 0))


def _beside_sales(connection: Connection, session_id: str, accounts: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Postings of accounts in a session by facts that carry no sale: how many, debits minus credits."""
    sql = (
        f"SELECT account, count(*), {_NET} FROM posting"
        f" WHERE session = ? AND account IN ({_marks(accounts)}) AND {NO_SALE} GROUP BY account"
    )
    rows = all_rows(connection, sql, (session_id, *accounts))
    return {account: (int(count), int(net_fen)) for account, count, net_fen in rows}


def _returned(connection: Connection, session_id: str) -> tuple[ReturnedCharge, ...]:
    rows = all_rows(
        connection,
        "SELECT c.charge_id, c.terminal, c.batch, c.trace, c.last_four, c.amount_fen FROM journal j"
        " JOIN unionpay_event e ON e.chain = j.chain AND e.epoch = j.epoch AND e.seq = j.seq"
        " JOIN unionpay_charge c ON c.charge_id = e.charge_id AND c.session_id <> j.session"
        " WHERE j.session = ? AND j.kind = 'unionpay_undone' ORDER BY j.epoch, j.seq",
        (session_id,),
    )
    return tuple(ReturnedCharge(*row) for row in rows)


def float_given_fen(connection: Connection, session_id: str) -> int:
    """Change money a session was given: the drawer by the books at its opening, and what was topped up since."""
    sql = "SELECT coalesce(sum(amount_fen), 0) FROM cash_movement WHERE session_id = ? AND kind = 'float_top_up'"
    return _opening_expected(connection, session_id) + int(first_row(connection, sql, (session_id,))[0])


def _frozen(connection: Connection, session_id: str) -> Expected | None:
    """Expected figures of a closed session, or None."""
    close = first_row(connection, "SELECT cards_expected FROM till_close WHERE session_id = ?", (session_id,))
    if close is None:
        return None
    rows = all_rows(connection, "SELECT tender, expected_fen FROM session_tender WHERE session_id = ?", (session_id,))
    expected_fen = {tender: int(fen) for tender, fen in rows}
    return Expected(expected_fen["cash"], expected_fen["unionpay"], int(close[0]))


def figures_of(connection: Connection, row: TillSessionRow) -> TillFigures:
    """The figures of X, Z and close; read-only, no sale loaded."""
    session_id = (row.session_id,)
    lines = _lines(connection, row.session_id)
    batches = all_rows(
        connection,
        "SELECT terminal, batch, count(*), sum(amount_fen) FROM unionpay_charge c WHERE session_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM unionpay_event e WHERE e.charge_id = c.charge_id AND e.event = 'undone')"
        " GROUP BY terminal, batch ORDER BY terminal, batch",
        session_id,
    )
    movements = all_rows(
        connection,
        "SELECT movement_id, kind, amount_fen FROM cash_movement WHERE session_id = ? ORDER BY epoch, seq",
        session_id,
    )
    sums = _Sums(connection, row)
    return TillFigures(
        opening_expected_fen=sums.opening_expected_fen,
        expected=_frozen(connection, row.session_id) or sums.expected(),
        tenders=sums.tenders,
        kinds=(
            *_kinds((kind, count, amount) for kind, _, _, _, count, _, amount in lines),
            *sums.fen_kinds(),
        ),
        tiers=tuple(
            TierSum(name, tier or 0, volume, price, amount)
            for kind, name, tier, price, _, volume, amount in lines
            if kind == "gas"
        ),
        batches=tuple(BatchSum(*values) for values in batches),
        returned=sums.returned,
        movements=tuple(Movement(*values) for values in movements),
        drawer_openings=_drawer_openings(connection, row.session_id),
        reprints=_reprints(connection, row.session_id),
    )


def _lines(connection: Connection, session_id: str) -> list[tuple[str, str, int | None, int, int, int, int]]:
    """Kind, name, tier, price, number, litres and fen of a session's lines, in the order of the first four."""
    lines = []
    for kind, name, price, tier in _groups(connection, "sale_line", session_id, ("kind", "name", "price_e4", "tier")):
        count, volume_l, fen = first_row(connection, _LINES, (session_id, kind, name, price, tier))
        lines.append((kind, name, tier, price, count, volume_l, fen))
    return sorted(lines, key=lambda line: (line[0], line[1], line[2] or 0, line[3]))


def _tenders(connection: Connection, session_id: str) -> tuple[tuple[TenderSum, ...], tuple[KindSum, ...]]:
    """One SUM per tender over the session's sales: the money, and what the fen rule moved in them.

    The reversals, which are few, are read once more: a plain sum is twice as fast as four of cases. A hall that waives
    the fen has none in its customers' money, and the other way round: what was waived has an index of its own.
    """
    sums: list[TenderSum] = []
    kept = kept_fen = 0
    for (tender,) in _groups(connection, "sale", session_id, ("tender",)):
        of_tender = (session_id, tender)
        count, fen, *moved = first_row(connection, _TENDER, of_tender)
        reversed_count, reversed_fen = first_row(connection, _REVERSED, of_tender)
        sums.append(TenderSum(tender, count - reversed_count, reversed_count, fen - reversed_fen, -reversed_fen))
        kept, kept_fen = kept + moved[0], kept_fen + moved[1]
    waived, waived_fen = first_row(connection, _WAIVED, (session_id,))
    return tuple(sums), (KindSum("balance", kept, kept_fen), KindSum("rounding", waived, -waived_fen))


def _groups(connection: Connection, table: str, session_id: str, columns: Sequence[str]) -> Iterator[Group]:
    """The few different values of a session in order, each one step down the index from the one before.

    Summing each by equality takes two thirds of a GROUP BY, which compares every row with the one before. Only the last
    column may be empty; that comes first.
    """
    listed = ", ".join(columns)

    def first(where: str, *values: object) -> Group | None:
        sql = f"SELECT {listed} FROM {table} WHERE session_id = ?{where} ORDER BY {listed} LIMIT 1"
        return cast("Group | None", first_row(connection, sql, (session_id, *values)))

    def after(group: Group) -> Group | None:
        for depth in reversed(range(len(columns))):
            same = "".join(f" AND {name} = ?" for name in columns[:depth])
            if group[depth] is None:
                found = first(f"{same} AND {columns[depth]} IS NOT NULL", *group[:depth])
            else:
                found = first(f"{same} AND {columns[depth]} > ?", *group[: depth + 1])
            if found is not None:
                return found
        return None

    group = first("")
    while group is not None:
        yield group
        group = after(group)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _kinds(groups: Iterable[tuple[str, int, int]]) -> tuple[KindSum, ...]:
    """Kinds from the finer groups, so that the lines are read once."""
    sums: dict[str, KindSum] = {}
    for kind, count, amount_fen in groups:
        before = sums.get(kind, KindSum(kind, 0, 0))
        sums[kind] = KindSum(kind, before.count + count, before.amount_fen + amount_fen)
    return tuple(sums[kind] for kind in sorted(sums))


def _opening_expected(connection: Connection, session_id: str) -> int:
    row = first_row(connection, "SELECT float_expected_fen FROM till_session WHERE session_id = ?", (session_id,))
    return 0 if row is None else int(row[0])


def _reprints(connection: Connection, session_id: str) -> int:
    """Copies that went to the printer; one whose outcome was said twice (unknown, then confirmed) is one."""
    sql = "SELECT count(DISTINCT job_id) FROM printed WHERE session_id = ? AND copy_no > 0"
    return int(first_row(connection, sql, (session_id,))[0])


def _drawer_openings(connection: Connection, session_id: str) -> int:
    """Each once: an opening without a sale has two rows, what was asked and what came of it (or never came)."""
    sql = (
        "SELECT count(*) FROM drawer_opening WHERE session_id = ?"
        f" AND (outcome = 'asked' OR reason IN ({_marks(DRAWER_OCCASIONS)}))"
    )
    return int(first_row(connection, sql, (session_id, *DRAWER_OCCASIONS))[0])
