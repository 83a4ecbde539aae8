"""Where money and float are after a close: offered, bagged, received, deposited (domain P7, P9)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from pos.domain.count import BatchCount, CountLine
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import ReceiverKind


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """An offer of a closed till. record_key names the record in its chain; accepted: somebody took it."""

    hand_over_id: str
    session_id: str
    offer_no: int
    receiver_kind: str
    bag_no: str
    given_by: str
    witness: str | None
    digest: str
    float_fen: int
    blank_cards: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class SlipRow:
    """An 实收交款单 on its way. receipt_id: key of the 收讫 record, None before; counted by finance then."""

    slip_id: str
    session_id: str
    till_id: str
    business_day: str
    slip_no: int
    takings_fen: int
    attempt_no: int
    receipt_id: str | None
    received_by: str | None
    counted_fen: int | None
    over_short_fen: int
    deposit_id: str | None


_OFFER_SQL = (
    "SELECT h.hand_over_id, h.session_id, h.offer_no, h.receiver_kind, h.bag_no, h.given_by, h.witness, h.digest,"
    " h.float_fen, h.blank_cards, a.hand_over_id IS NOT NULL FROM hand_over h"
    " LEFT JOIN hand_over_accepted a ON a.hand_over_id = h.hand_over_id"
)
_SLIP_SQL = (
    "SELECT c.slip_id, c.session_id, c.till_id, c.business_day, c.slip_no, c.takings_fen, c.attempt_no,"
    " r.chain || '-' || r.epoch || '-' || r.seq, r.received_by, r.counted_fen, coalesce(r.over_short_fen, 0),"
    " d.deposit_id FROM till_close c LEFT JOIN takings_received r ON r.slip_id = c.slip_id"
    " LEFT JOIN deposit_slip d ON d.slip_id = c.slip_id"
)


def last_offer(connection: Connection, session_id: str) -> HandOverRow | None:
    """The newest offer of a closed session, or None."""
    row = connection.exec_driver_sql(
        f"{_OFFER_SQL} WHERE h.session_id = ? ORDER BY h.offer_no DESC LIMIT 1", (session_id,)
    ).first()
    return None if row is None else _offer(tuple(row))


def bag_waiting(connection: Connection, session_id: str) -> HandOverRow | None:
    """The sealed bag of a session that nobody has opened yet, or None."""
    offer = last_offer(connection, session_id)
    return offer if offer is not None and offer.receiver_kind == ReceiverKind.SAFE and not offer.accepted else None


def taken_by_lead(connection: Connection, session_id: str) -> tuple[str, int] | None:
    """(who took it, what she counted) of a drawer a lead has taken over, or None."""
    row = connection.exec_driver_sql(
        "SELECT a.accepted_by, a.counted_fen FROM hand_over_accepted a JOIN hand_over h"
        " ON h.hand_over_id = a.hand_over_id WHERE a.session_id = ? AND h.receiver_kind = 'lead'",
        (session_id,),
    ).first()
    return None if row is None else (row[0], row[1])


def bags_in_safe(connection: Connection) -> tuple[HandOverRow, ...]:
    """Sealed bags nobody has accepted yet, oldest first."""
    rows = connection.exec_driver_sql(
        f"{_OFFER_SQL} WHERE h.session_id IN (SELECT session_id FROM bag_in_safe) AND h.receiver_kind = 'safe'"
        " ORDER BY h.hand_over_id"
    )
    return tuple(_offer(tuple(row)) for row in rows)


def slip(connection: Connection, session_id: str) -> SlipRow:
    """The slip of a closed session. Raises RuleViolation `till.not_closed`."""
    row = connection.exec_driver_sql(f"{_SLIP_SQL} WHERE c.session_id = ?", (session_id,)).first()
    if row is None:
        raise RuleViolation("till.not_closed", session=session_id)
    return SlipRow(*row)


def slips_of_day(connection: Connection, business_day: str) -> tuple[SlipRow, ...]:
    """Slips of a business day by till and number."""
    rows = connection.exec_driver_sql(
        f"{_SLIP_SQL} WHERE c.business_day = ? ORDER BY c.till_id, c.slip_no", (business_day,)
    )
    return tuple(SlipRow(*row) for row in rows)


def waiting_before(connection: Connection, business_day: str) -> tuple[int, str]:
    """How many slips of days before this one finance has not received, and the oldest such day ("" if none)."""
    count, oldest = connection.exec_driver_sql(
        "SELECT count(*), coalesce(min(c.business_day), '') FROM slip_waiting"
        " CROSS JOIN till_close c ON c.slip_id = slip_waiting.slip_id WHERE c.business_day < ?",
        (business_day,),
    ).one()
    return int(count), str(oldest)


def received_lines(connection: Connection, slip_id: str) -> tuple[CountLine, ...]:
    """What finance counted of a slip."""
    rows = connection.exec_driver_sql(
        "SELECT face_fen, coin, pieces FROM received_line WHERE slip_id = ? ORDER BY line", (slip_id,)
    )
    return tuple(CountLine(face, bool(coin), pieces) for face, coin, pieces in rows)


def counted_batches(connection: Connection, session_id: str, attempt_no: int) -> tuple[BatchCount, ...]:
    """UnionPay slips as counted in the attempt that holds."""
    rows = connection.exec_driver_sql(
        "SELECT terminal, batch, slip_count, amount_fen FROM count_batch WHERE session_id = ? AND attempt_no = ?"
        " ORDER BY line",
        (session_id, attempt_no),
    )
    return tuple(BatchCount(*row) for row in rows)


def terminals_of(connection: Connection, session_id: str) -> tuple[str, ...]:
    """UnionPay terminals of a closed session, by its charges and by what was counted in any attempt."""
    rows = connection.exec_driver_sql(
        "SELECT terminal FROM unionpay_charge WHERE session_id = ? UNION SELECT terminal FROM count_batch"
        " WHERE session_id = ? ORDER BY terminal",
        (session_id, session_id),
    )
    return tuple(str(row[0]) for row in rows)


def deposit_no_of(connection: Connection, deposit_id: str) -> int:
    """The running number of a 解款单."""
    sql = "SELECT deposit_no FROM deposit WHERE deposit_id = ?"
    return int(connection.exec_driver_sql(sql, (deposit_id,)).scalar_one())


def next_deposit_no(connection: Connection) -> int:
    """Number of the next 解款单."""
    return int(connection.exec_driver_sql("SELECT 1 + coalesce(max(deposit_no), 0) FROM deposit").scalar() or 1)


def over_short_of(connection: Connection, session_id: str, tender: str = "cash") -> int:
    """Counted minus books of a tender of a closed session, in fen."""
    sql = "SELECT over_short_fen FROM session_tender WHERE session_id = ? AND tender = ?"
    return int(connection.exec_driver_sql(sql, (session_id, tender)).scalar() or 0)


def _offer(row: tuple[object, ...]) -> HandOverRow:
    values = dict(zip(HandOverRow.__dataclass_fields__, row, strict=True))
    values["accepted"] = bool(values["accepted"])
    return HandOverRow(**values)  # type: ignore[arg-type]
