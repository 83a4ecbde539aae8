"""What was changed in the hall's rules, newest first: settings, profile, prices, each with its record (domain P12)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

_SQL = """
SELECT kind, at_utc_ms, body ->> '$.actor', body ->> '$.approver', body ->> '$.payload'
FROM journal
WHERE (chain, epoch, seq) IN (
  SELECT chain, epoch, seq FROM setting UNION SELECT chain, epoch, seq FROM hall_profile
  UNION SELECT chain, epoch, seq FROM tariff UNION SELECT chain, epoch, seq FROM fee_price
  UNION SELECT chain, epoch, seq FROM purchase_limit
) AND kind IN ('setting_changed', 'hall_profile_changed', 'tariff_set', 'fee_price_set', 'purchase_limit_set')
ORDER BY chain, epoch DESC, seq DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One change. subject: `setting`, `profile`, `tariff`, `fee` or `limit`; name: which one.

    Attributes:
        actor, approver: operator ids, "" = no approver.
        old, new: of settings and profile; new of a meter's cap: the type of meter.
        effective_from, document_no, prices: of tariffs, fees and limits; prices in 10⁻⁴ yuan per m³, a fee's in fen.
        valid_until: of a limit, "" = no end. litres: of a limit, None = lifted.
    """

    subject: str
    name: str
    at_utc_ms: int
    actor: str
    approver: str
    old: str = ""
    new: str = ""
    effective_from: str = ""
    document_no: str = ""
    prices: tuple[int, ...] = ()
    valid_until: str = ""
    litres: int | None = None


def rule_changes(connection: Connection, limit: int) -> tuple[RuleChange, ...]:
    """The newest changes."""
    rows = connection.exec_driver_sql(_SQL, (limit,)).all()
    return tuple(_change(kind, at, actor, approver or "", json.loads(body)) for kind, at, actor, approver, body in rows)


def _change(kind: str, at_utc_ms: int, actor: str, approver: str, payload: dict[str, Any]) -> RuleChange:
    facts, rows = payload["facts"], payload["rows"]
    if kind in ("setting_changed", "hall_profile_changed"):
        subject = "setting" if kind == "setting_changed" else "profile"
        return RuleChange(subject, facts["name"], at_utc_ms, actor, approver, facts["old"], facts["new"])
    if kind == "purchase_limit_set":
        return _limit_change(rows["purchase_limit"][0], at_utc_ms, actor, approver)
    if kind == "tariff_set":
        row, prices = rows["tariff"][0], tuple(tier["price_e4"] for tier in rows["tariff_tier"])
        subject, name = "tariff", row["price_class"]
    else:
        row = rows["fee_price"][0]
        subject, name, prices = "fee", row["item"], (row["amount_fen"],)
    return RuleChange(
        subject,
        name,
        at_utc_ms,
        actor,
        approver,
        effective_from=row["effective_from"],
        document_no=row["document_no"],
        prices=prices,
    )


def _limit_change(row: dict[str, Any], at_utc_ms: int, actor: str, approver: str) -> RuleChange:
    is_cap = row["span"] == "meter_cap"
    return RuleChange(
        "limit",
        row["span"] if is_cap else f"{row['span']}.{row['applies_to']}",
        at_utc_ms,
        actor,
        approver,
        new=row["applies_to"] if is_cap else "",
        effective_from=row["valid_from"],
        document_no=row["document_no"],
        valid_until=row["valid_until"] or "",
        litres=row["most_l"],
    )
