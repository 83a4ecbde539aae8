"""Papers of the till, frozen at the commit that causes them (domain P1, P6-P10). How they look belongs to printing.

Names of operators stand on papers; customers appear by account number only.
"""

from __future__ import annotations

from collections.abc import Iterable

from pos.domain.business_day import local_time
from pos.domain.count import CountLine
from pos.domain.papers import CashMovementPaper, Denomination, PaperHead, Signature
from pos.store.people_queries import HallProfile, hall_profile, operator, till
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import Connection


def paper_head(
    connection: Connection, *, operator_id: str, at_utc_ms: int, till_id: str = "", row: TillSessionRow | None = None
) -> PaperHead:
    """Head of a paper about a till, a session or the hall."""
    profile = hall_profile(connection)
    till_row = till(connection, row.till_id if row else till_id)
    person = operator(connection, operator_id)
    return PaperHead(
        company=profile.company,
        hall=profile.hall_name,
        till_name=till_row.name if till_row else "",
        session_no=row.session_no if row else 0,
        business_day=row.business_day if row else "",
        printed_at=local_time(at_utc_ms, profile.offset_min),
        operator_name=person.display_name if person else "",
        operator_code=person.code if person else "",
        demo=profile.demo,
        emergency_phone=profile.emergency_phone,
    )


def name_of(connection: Connection, operator_id: str | None) -> str:
    """Name and code as signature lines show them; empty for nobody."""
    person = operator(connection, operator_id) if operator_id else None
    return f"{person.display_name}（{person.code}）" if person else ""


def denominations(lines: Iterable[CountLine]) -> tuple[Denomination, ...]:
    """Lines of a count as a paper shows them."""
    return tuple(Denomination(line.face_fen, line.coin, line.pieces) for line in lines)


def signed(
    connection: Connection, profile: HallProfile, role: str, operator_id: str | None, at_utc_ms: int
) -> Signature:
    """A signature line; blank to sign by hand where nobody has signed yet."""
    if operator_id is None:
        return Signature(role)
    return Signature(role, name_of(connection, operator_id), local_time(at_utc_ms, profile.offset_min))


def cash_movement_paper(
    connection: Connection,
    *,
    kind: str,
    number: str,
    lines: tuple[CountLine, ...],
    till_id: str,
    operator_id: str,
    at_utc_ms: int,
    giver: str | None,
    receiver: str | None,
    row: TillSessionRow | None = None,
    note: str = "",
) -> CashMovementPaper:
    """Note of a cash movement with both signature lines (找零备用金领用单, 上缴入柜单, 封包入柜单)."""
    profile = hall_profile(connection)
    return CashMovementPaper(
        head=paper_head(connection, operator_id=operator_id, at_utc_ms=at_utc_ms, till_id=till_id, row=row),
        kind=kind,
        number=number,
        lines=denominations(lines),
        amount_fen=sum(line.amount_fen for line in lines),
        note=note,
        signatures=(
            signed(connection, profile, "giver", giver, at_utc_ms),
            signed(connection, profile, "receiver", receiver, at_utc_ms),
        ),
    )
