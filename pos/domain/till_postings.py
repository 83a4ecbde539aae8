"""Which accounts the cash of a till touches, from the safe to the bank (docs/chart-of-accounts.md; domain P1, P6, P7).

Opening variance and the shift's own over_short go to different accounts. Every leg is positive; nothing is left out
silently: a rule whose amount is 0 has no legs.
Must not know: how sales post (posting_rules), storage.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger import chart
from ledger.entry import Posting, credit, debit
from ledger.money import Money

Legs = tuple[Posting, ...]


def safe_filled(amount_fen: int, *, from_bank: bool) -> Legs:
    """Change money fetched from the bank, or the cash found in the safe at commissioning."""
    return _move(amount_fen, chart.BANK if from_bank else chart.EQUITY_OPENING, chart.CASH_SAFE)


def float_to_till(till_id: str, amount_fen: int) -> Legs:
    """找零备用金: safe -> till, at the start or as a top-up."""
    return _move(amount_fen, chart.CASH_SAFE, chart.cash_till(till_id))


def float_to_safe(till_id: str, amount_fen: int) -> Legs:
    """缴回备用金: till -> safe, while nobody works at the till."""
    return _move(amount_fen, chart.cash_till(till_id), chart.CASH_SAFE)


def opening_variance(till_id: str, session_id: str, over_short_fen: int) -> Legs:
    """What the opening count found more or less than the books: never the new shift's."""
    return _difference(chart.cash_till(till_id), chart.OVER_SHORT_OPENING, session_id, over_short_fen)


def till_closed(
    till_id: str,
    session_id: str,
    slip_id: str,
    *,
    over_short_fen: int,
    takings_fen: int,
    drops: Iterable[tuple[str, int]],
) -> Legs:
    """Over/short to its own account; takings, and the drops made during the session, in transit under the slip."""
    legs = _difference(chart.cash_till(till_id), chart.OVER_SHORT, session_id, over_short_fen)
    legs += _move(takings_fen, chart.cash_till(till_id), chart.CASH_IN_TRANSIT, to_matter=slip_id)
    for drop_id, amount_fen in drops:
        legs += _move(amount_fen, chart.CASH_IN_TRANSIT, chart.CASH_IN_TRANSIT, from_matter=drop_id, to_matter=slip_id)
    return legs


def cash_dropped(till_id: str, drop_id: str, amount_fen: int) -> Legs:
    """上缴入柜: out of the drawer while the session runs; on its way until the session's slip takes it in."""
    return _move(amount_fen, chart.cash_till(till_id), chart.CASH_IN_TRANSIT, to_matter=drop_id)


def float_bagged(till_id: str, bag_id: str, amount_fen: int) -> Legs:
    """The float of a closed session in a sealed bag."""
    return _move(amount_fen, chart.cash_till(till_id), chart.CASH_IN_TRANSIT, to_matter=bag_id)


def bag_accepted(bag_id: str, session_id: str, *, bagged_fen: int, counted_fen: int) -> Legs:
    """The bag opened and counted: what is there goes to the safe, a night's difference to its account."""
    legs = _difference(
        chart.CASH_IN_TRANSIT, chart.OVER_SHORT_OPENING, session_id, counted_fen - bagged_fen, asset_matter=bag_id
    )
    return legs + _move(counted_fen, chart.CASH_IN_TRANSIT, chart.CASH_SAFE, from_matter=bag_id)


def takings_received(slip_id: str, session_id: str, *, handed_fen: int, counted_fen: int) -> Legs:
    """收讫: what finance counted; a difference to the slip is the session's over/short."""
    legs = _difference(
        chart.CASH_IN_TRANSIT, chart.OVER_SHORT, session_id, counted_fen - handed_fen, asset_matter=slip_id
    )
    return legs + _move(counted_fen, chart.CASH_IN_TRANSIT, chart.CASH_AT_FINANCE, from_matter=slip_id)


def deposited(amount_fen: int) -> Legs:
    """解款: received takings taken to the bank."""
    return _move(amount_fen, chart.CASH_AT_FINANCE, chart.BANK)


def _move(
    amount_fen: int, source: str, target: str, *, from_matter: str | None = None, to_matter: str | None = None
) -> Legs:
    if amount_fen == 0:
        return ()
    amount = Money(amount_fen)
    return (debit(target, amount, matter=to_matter), credit(source, amount, matter=from_matter))


def _difference(asset: str, account: str, matter: str, over_short_fen: int, *, asset_matter: str | None = None) -> Legs:
    """Over: the asset grows; short: it shrinks. The other leg waits on `account` under its matter (待处理财产损溢)."""
    amount = Money(abs(over_short_fen))
    if over_short_fen > 0:
        return (debit(asset, amount, matter=asset_matter), credit(account, amount, matter=matter))
    if over_short_fen < 0:
        return (debit(account, amount, matter=matter), credit(asset, amount, matter=asset_matter))
    return ()
