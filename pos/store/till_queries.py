"""Reading till sessions: who is open, who may sell, which counts there are. Newest step wins.

Deliberately without any sum over money: what a drawer should hold is in `till_figures`, which no use case imports on
the way to the first count (design, Money rules 10).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows, first_row
from pos.domain.count import BatchCount, Count, CountAttempt, CountLine, CountStage
from pos.domain.errors import RuleViolation
from pos.domain.till_session import UNCLOSED, TillState


@dataclass(frozen=True, slots=True)
class TillSessionRow:
    """A till session and where it stands.

    Attributes:
        session_id: key of its opening record as text.
        session_no: running number of the till.
        business_day: ISO date fixed at the opening.
        state: newest step. step_no: its number.
        predecessor: session id before it at this till, or None.
        opened_at: UTC milliseconds.
        float_counted_fen: what the opening count found. blank_cards: counted at the opening.
        float_issue_id: newest float issued to the till when it opened, or None.
    """

    session_id: str
    till_id: str
    chain: str
    session_no: int
    business_day: str
    operator_id: str
    state: TillState
    step_no: int
    predecessor: str | None
    opened_at: int
    float_counted_fen: int
    blank_cards: int
    float_issue_id: str | None


_SESSION_SQL = (
    "SELECT s.session_id, s.till_id, s.chain, s.session_no, s.business_day, s.operator_id, t.state, t.step_no,"
    " s.predecessor, s.opened_at_utc_ms, s.float_counted_fen, s.blank_cards,"
    " s.float_issue_id FROM till_session s"
    " JOIN till_step t ON t.session_id = s.session_id"
    " AND t.step_no = (SELECT max(step_no) FROM till_step x WHERE x.session_id = s.session_id)"
)


def session_row(connection: Connection, session_id: str) -> TillSessionRow | None:
    """One till session, or None."""
    row = first_row(connection, f"{_SESSION_SQL} WHERE s.session_id = ?", (session_id,))
    return None if row is None else _row(tuple(row))


def last_session_of(connection: Connection, till_id: str) -> TillSessionRow | None:
    """The newest session of a till in whatever state, or None."""
    row = first_row(connection, f"{_SESSION_SQL} WHERE s.till_id = ? ORDER BY s.session_no DESC LIMIT 1", (till_id,))
    return None if row is None else _row(tuple(row))


def open_session_of(connection: Connection, till_id: str) -> TillSessionRow | None:
    """The session of a till that is not closed yet (state `open` or `counting`), or None."""
    last = last_session_of(connection, till_id)
    return last if last is not None and last.state in UNCLOSED else None


def open_session_by(connection: Connection, operator_id: str) -> TillSessionRow | None:
    """The session this person runs now, at whatever till, or None. By the newest step of each till."""
    row = first_row(
        connection,
        f"{_SESSION_SQL} WHERE s.operator_id = ? AND t.state IN ('open', 'counting')"
        " AND s.session_no = (SELECT max(session_no) FROM till_session y WHERE y.till_id = s.till_id) LIMIT 1",
        (operator_id,),
    )
    return None if row is None else _row(tuple(row))


def last_business_day(connection: Connection) -> str | None:
    """The newest business day any till of the hall was open on, or None. One step along the index."""
    day = connection.exec_driver_sql("SELECT max(business_day) FROM till_session").scalar()
    return None if day is None else str(day)


def sessions_of_day(connection: Connection, business_day: str) -> tuple[TillSessionRow, ...]:
    """All sessions of a business day by till and number."""
    rows = all_rows(
        connection, f"{_SESSION_SQL} WHERE s.business_day = ? ORDER BY s.till_id, s.session_no", (business_day,)
    )
    return tuple(_row(tuple(row)) for row in rows)


def require_session(connection: Connection, session_id: str) -> TillSessionRow:
    """Raises RuleViolation `till.unknown_session`."""
    row = session_row(connection, session_id)
    if row is None:
        raise RuleViolation("till.unknown_session", session=session_id)
    return row


def require_open(connection: Connection, session_id: str, actor: str) -> TillSessionRow:
    """The session, if this operator may sell in it now.

    Raises: RuleViolation `till.not_open`, `till.counting` (its cut-off has passed), `till.not_yours`.
    """
    row = _unclosed(connection, session_id, actor)
    if row.state is TillState.COUNTING:
        raise RuleViolation("till.counting", till=row.till_id)
    return row


def require_uncounted(connection: Connection, session_id: str, actor: str) -> TillSessionRow:
    """The session, if what this operator began before its cut-off may still end in it: nothing is counted yet.

    Raises: RuleViolation `till.not_open`, `till.not_yours`, `card_write.after_count`.
    """
    row = _unclosed(connection, session_id, actor)
    if row.state is TillState.COUNTING and attempts_of(connection, session_id):
        raise RuleViolation("card_write.after_count", till=row.till_id)
    return row


def _unclosed(connection: Connection, session_id: str, actor: str) -> TillSessionRow:
    row = session_row(connection, session_id)
    if row is None or row.state not in UNCLOSED:
        raise RuleViolation("till.not_open", session=session_id)
    if row.operator_id != actor:
        raise RuleViolation("till.not_yours", till=row.till_id)
    return row


def require_own(connection: Connection, session_id: str, actor: str) -> TillSessionRow:
    """The session in whatever state, if it is this operator's. Raises RuleViolation `till.not_yours`."""
    row = require_session(connection, session_id)
    if row.operator_id != actor:
        raise RuleViolation("till.not_yours", till=row.till_id)
    return row


def attempts_of(connection: Connection, session_id: str) -> tuple[CountAttempt, ...]:
    """Every count of a session's closing in order; the opening count is not among them."""
    rows = all_rows(
        connection,
        "SELECT attempt_no, stage, operator_id, blank_cards FROM cash_count"
        " WHERE session_id = ? AND attempt_no > 0 ORDER BY attempt_no",
        (session_id,),
    )
    return tuple(
        CountAttempt(number, CountStage(stage), operator_id, _count(connection, session_id, number, cards))
        for number, stage, operator_id, cards in rows
    )


def explanation_of(connection: Connection, session_id: str) -> tuple[str, str | None] | None:
    """(reason, signed off by) of a session's difference, or None."""
    row = first_row(connection, "SELECT reason, signed_off_by FROM over_short_note WHERE session_id = ?", (session_id,))
    return None if row is None else (row[0], row[1])


@dataclass(frozen=True, slots=True)
class TillCloseRow:
    """The close of a session, frozen. slip_id: key of the closing record, also the matter of the takings."""

    session_id: str
    till_id: str
    business_day: str
    z_no: int
    slip_id: str
    slip_no: int
    attempt_no: int
    float_kept_fen: int
    takings_fen: int
    cards_counted: int
    closed_at_utc_ms: int


_CLOSE_SQL = f"SELECT {', '.join(TillCloseRow.__dataclass_fields__)} FROM till_close"


def close_of(connection: Connection, session_id: str) -> TillCloseRow | None:
    """The close of a session, or None."""
    row = first_row(connection, f"{_CLOSE_SQL} WHERE session_id = ?", (session_id,))
    return None if row is None else TillCloseRow(*row)


def require_close(connection: Connection, session_id: str) -> TillCloseRow:
    """Raises RuleViolation `till.not_closed`."""
    row = close_of(connection, session_id)
    if row is None:
        raise RuleViolation("till.not_closed", session=session_id)
    return row


def split_of(connection: Connection, session_id: str, part: str) -> tuple[CountLine, ...]:
    """Denominations of the float kept (`float`) or the takings (`takings`) of a closed session, greatest first."""
    rows = all_rows(
        connection,
        "SELECT face_fen, coin, pieces FROM split_line WHERE session_id = ? AND part = ? ORDER BY line",
        (session_id, part),
    )
    return tuple(CountLine(face, bool(coin), pieces) for face, coin, pieces in rows)


def drops_of(connection: Connection, session_id: str) -> tuple[tuple[str, int, tuple[CountLine, ...]], ...]:
    """(movement id, fen, lines) of the cash drops of a session, in order."""
    drops = all_rows(
        connection,
        "SELECT movement_id, amount_fen FROM cash_movement WHERE session_id = ? AND kind = 'cash_drop'"
        " ORDER BY epoch, seq",
        (session_id,),
    )
    return tuple((movement_id, fen, movement_lines(connection, movement_id)) for movement_id, fen in drops)


def movement_lines(connection: Connection, movement_id: str) -> tuple[CountLine, ...]:
    """Denominations of a cash drop or a top-up."""
    rows = all_rows(
        connection, "SELECT face_fen, coin, pieces FROM movement_line WHERE movement_id = ?", (movement_id,)
    )
    return tuple(CountLine(face, bool(coin), pieces) for face, coin, pieces in rows)


def _count(connection: Connection, session_id: str, attempt_no: int, blank_cards: int) -> Count:
    lines = all_rows(
        connection,
        "SELECT face_fen, coin, pieces FROM count_line WHERE session_id = ? AND attempt_no = ?",
        (session_id, attempt_no),
    )
    batches = all_rows(
        connection,
        "SELECT terminal, batch, slip_count, amount_fen FROM count_batch WHERE session_id = ? AND attempt_no = ?",
        (session_id, attempt_no),
    )
    return Count(
        tuple(CountLine(face, bool(coin), pieces) for face, coin, pieces in lines),
        tuple(BatchCount(*row) for row in batches),
        blank_cards,
    )


def _row(row: tuple[object, ...]) -> TillSessionRow:
    values = dict(zip(TillSessionRow.__dataclass_fields__, row, strict=True))
    values["state"] = TillState(str(values["state"]))
    return TillSessionRow(**values)  # type: ignore[arg-type]
