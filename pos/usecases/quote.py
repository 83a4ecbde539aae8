"""Quote a purchase: tiers, price, what to pay now. A query: nothing is written, nothing is promised.

The same computation runs again inside `take_payment`; a quote that no longer holds is refused there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos.domain import tariff as tariffs
from pos.domain.card import CardImage, CardKind
from pos.domain.card_write import next_purchase
from pos.domain.errors import RuleViolation
from pos.domain.purchase_limit import CapWarning, cap_warning, check_limit, days_counted
from pos.domain.sale import Settlement, TenderKind, settle
from pos.domain.tariff import SplitLine, Tariff
from pos.store import account_queries, limit_queries, people_queries, tariff_queries
from pos.store.account_queries import Buyer
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Hall

LITRES_PER_M3 = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRequest:
    """What the cashier chose: a volume or a sum of money, never both, never a free price.

    Attributes: account_no; business_day (ISO); tender; volume_l or money_fen; card: the one in the reader, if any.
    """

    account_no: str
    business_day: str
    tender: TenderKind = TenderKind.CASH
    volume_l: int | None = None
    money_fen: int | None = None
    card: CardImage | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a purchase costs.

    Attributes:
        account_no, volume_l: what is bought. lines: the progressive split.
        tariff, tariff_year, people: by which schedule.
        used_by_tier: litres of the year before this purchase.
        settlement: what to pay now and what goes to or comes from 户内余额.
        year_used_l: litres of the year after it; tier_left_l: room left in the tier reached (None = last tier).
        most_over_fen: cash beyond what is to pay by more than this is taken for a typing mistake.
        cap_warning: the meter will refuse the card with this much on it; None if nothing says so.
    """

    account_no: str
    volume_l: int
    lines: tuple[SplitLine, ...]
    tariff: Tariff
    tariff_year: int
    people: int
    used_by_tier: dict[int, int]
    settlement: Settlement
    year_used_l: int
    tier_left_l: int | None
    most_over_fen: int
    cap_warning: CapWarning | None = None


def quote(hall: Hall, request: QuoteRequest) -> Quote:
    """Price a purchase.

    Raises: RuleViolation `account.unknown`, `account.not_active`, `tariff.missing`, `volume.*`, `limit.*`,
    `money.too_little`; `card.purchase_out_of_range`, `card.not_in_units` where the card cannot carry it, so that it is
    said before money is asked for (the booking asks again).
    """
    with hall.store.reading() as connection:
        priced = compute_quote(connection, request)
        priced = replace(priced, cap_warning=_cap_warning(connection, request, priced.volume_l))
    if request.card is not None and request.card.kind is CardKind.USER:
        next_purchase(request.card, volume_l=priced.volume_l, price_e4=0, sold_at_utc_ms=0)
    return priced


def compute_quote(connection: Connection, request: QuoteRequest, buyer: Buyer | None = None) -> Quote:
    """What forbids a purchase and what it costs, over an open connection; warnings are the business of `quote`.

    Also inside the unit of work that books the sale and has read the buyer.
    """
    buyer = buyer or account_queries.buyer(connection, request.account_no)
    if buyer is None:
        raise RuleViolation("account.unknown", account_no=request.account_no)
    if buyer.status != "active":
        raise RuleViolation("account.not_active", status=str(buyer.status), reason=buyer.stop_reason)
    schedule = tariff_queries.tariff_on(connection, buyer.price_class, request.business_day)
    if schedule is None:
        raise RuleViolation("tariff.missing", price_class=buyer.price_class, business_day=request.business_day)
    year = schedule.year_of(request.business_day)
    used = tariff_queries.tier_use(connection, request.account_no, schedule, year)
    volume_l = _volume_l(request, used, schedule, buyer.people)
    hall_settings = people_queries.settings(connection)
    if volume_l > hall_settings.max_purchase_m3 * LITRES_PER_M3:
        if request.money_fen is not None:
            most_m3 = hall_settings.max_purchase_m3
            raise RuleViolation("limit.purchase_by_money", money_fen=request.money_fen, most_m3=most_m3)
        raise RuleViolation("limit.purchase", most_m3=hall_settings.max_purchase_m3)
    _check_limits(connection, buyer, request.business_day, volume_l)
    lines = tariffs.split(volume_l, used, schedule, buyer.people)
    settlement = settle(
        tariffs.price_fen(lines),
        buyer.customer_money_fen,
        request.tender,
        hall_settings.fen_rule,
    )
    used_after = dict(used)
    for line in lines:
        used_after[line.tier] = used_after.get(line.tier, 0) + line.volume_l
    return Quote(
        account_no=request.account_no,
        volume_l=volume_l,
        lines=lines,
        tariff=schedule,
        tariff_year=year,
        people=buyer.people,
        used_by_tier=used,
        settlement=settlement,
        year_used_l=sum(used_after.values()),
        tier_left_l=tariffs.room_l(used_after, schedule, buyer.people)[lines[-1].tier],
        most_over_fen=hall_settings.max_tender_over_due_fen,
    )


def _check_limits(connection: Connection, buyer: Buyer, business_day: str, volume_l: int) -> None:
    """Every limit of the account's class in force today. Raises RuleViolation `limit.*`."""
    for limit in limit_queries.limits_on(connection, buyer.price_class, business_day):
        days = days_counted(limit, business_day)
        counted = 0 if days is None else limit_queries.bought_l(connection, buyer.account_no, *days)
        check_limit(limit, volume_l, counted)


def _cap_warning(connection: Connection, request: QuoteRequest, volume_l: int) -> CapWarning | None:
    """What the meter still has is what it last reported: a warning, no refusal."""
    cap_l = limit_queries.cap_of_meter_l(connection, request.account_no, request.business_day)
    if cap_l is None:
        return None
    reading = account_queries.last_reading(connection, request.account_no)
    if reading is None or reading.read_on is None:
        return cap_warning(cap_l, volume_l, None, None)
    return cap_warning(cap_l, volume_l, reading.remaining_l, reading.read_on)


def _volume_l(request: QuoteRequest, used: dict[int, int], schedule: Tariff, people: int) -> int:
    """The volume asked for, or the greatest whole one the money buys."""
    if (request.volume_l is None) == (request.money_fen is None):
        raise ValueError("a quote takes a volume or a sum of money")
    if request.volume_l is not None:
        if request.volume_l <= 0:
            raise RuleViolation("volume.not_positive", volume_l=request.volume_l)
        if request.volume_l % tariffs.CARD_STEP_L:
            raise RuleViolation("volume.not_whole", volume_l=request.volume_l)
        return request.volume_l
    volume_l = tariffs.volume_for_money(request.money_fen or 0, used, schedule, people)
    if volume_l == 0:
        raise RuleViolation("money.too_little", money_fen=request.money_fen or 0)
    return volume_l
