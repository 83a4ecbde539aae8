"""Everything the counter shows of one account on one page (domain E2/49): terms, person, meter, card, prices, history.

A query, no fact; masks as the rows carry them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.anomaly import Sign
from pos.domain.card_reading import CardReading
from pos.domain.errors import RuleViolation
from pos.domain.tariff import Tariff, room_l
from pos.store import account_queries as accounts
from pos.store import meter_queries, sale_queries, tariff_queries
from pos.store.account_queries import (
    AccountTerms,
    CardRow,
    Contact,
    MeterRow,
    PurchaseRow,
)
from pos.usecases.anomalies import open_entries_of
from pos.usecases.fact import Hall

PURCHASES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class TierPosition:
    """Where the account stands in one tier this year, in litres; `limit_l` and `room_l` None for the last tier."""

    tier: int
    name: str
    price_e4: int
    used_l: int
    limit_l: int | None
    room_l: int | None


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """The page. `tariff` is None if no price is set for the class; then nothing can be sold. `written_sequence`: the
    purchase count of the newest write that her present card has proven, None if there is none. `left_to_carry_l`: gas
    of removed meters that is on no card yet. `anomalies`: open entries of the anomaly list, newest first.
    """

    terms: AccountTerms
    contact: Contact | None
    meter: MeterRow | None
    card: CardRow | None
    tariff: Tariff | None
    tariff_year: int | None
    tiers: tuple[TierPosition, ...]
    customer_money_fen: int
    purchases: tuple[PurchaseRow, ...]
    reading: CardReading | None
    written_sequence: int | None
    left_to_carry_l: int
    terms_history: tuple[AccountTerms, ...]
    meter_history: tuple[MeterRow, ...]
    card_history: tuple[CardRow, ...]
    anomalies: tuple[Sign, ...] = ()


def account_overview(hall: Hall, account_no: str, business_day: str) -> AccountOverview:
    """The page of an account on an ISO business day.

    Raises: RuleViolation `account.unknown`; StoreError kinds.
    """
    with hall.store.reading() as connection:
        terms = accounts.account_terms(connection, account_no)
        if terms is None:
            raise RuleViolation("account.unknown", account_no=account_no)
        tariff = tariff_queries.tariff_on(connection, terms.price_class, business_day)
        year = tariff.year_of(business_day) if tariff else None
        used = tariff_queries.tier_use(connection, account_no, tariff, year) if tariff and year is not None else {}
        card = accounts.card_of(connection, account_no)
        written = None if card is None else sale_queries.proven_sequence(connection, account_no, card.card_no)
        return AccountOverview(
            terms=terms,
            contact=accounts.contact(connection, account_no),
            meter=accounts.meter_of(connection, account_no),
            card=card,
            tariff=tariff,
            tariff_year=year,
            tiers=_positions(tariff, used, terms.people) if tariff else (),
            customer_money_fen=accounts.customer_money_fen(connection, account_no),
            purchases=accounts.last_purchases(connection, account_no, PURCHASES_SHOWN),
            reading=accounts.last_reading(connection, account_no),
            written_sequence=written,
            left_to_carry_l=meter_queries.left_to_carry_l(connection, account_no),
            terms_history=accounts.terms_history(connection, account_no),
            meter_history=accounts.meter_history(connection, account_no),
            card_history=accounts.card_history(connection, account_no),
            anomalies=open_entries_of(connection, account_no, hall.clock.now_utc_ms(), hall.store.offset_min),
        )


def _positions(tariff: Tariff, used: dict[int, int], people: int) -> tuple[TierPosition, ...]:
    rooms = room_l(used, tariff, people)
    return tuple(
        TierPosition(
            step.tier,
            step.name,
            step.price_e4,
            used.get(step.tier, 0),
            tariff.upper_l(step.tier, people),
            rooms[step.tier],
        )
        for step in tariff.tiers
    )
