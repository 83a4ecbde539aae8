"""What an account has used of its tiers, over years, classes and reversals, beside the plain sum of what was bought."""

from __future__ import annotations

import random
from collections import Counter as Sums
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import chart
from ledger.entry import RecordDraft, Row, credit, debit
from ledger.money import Money
from pos.domain.account import PriceClass
from pos.domain.roles import Act
from pos.domain.tariff import Tariff, Tier, tariff_year
from pos.store import tariff_queries
from pos.store.till_queries import require_session
from pos.usecases.set_tariff import SetTariff, set_tariff
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay

DAY_S = 86_400
STEPS = 3
YEAR_STARTS = {"resident": "01-01", "resident_heating": "11-15", "commercial": "07-01", "public_welfare": "01-01"}
TOGETHER = ({"resident", "resident_heating"}, {"commercial", "public_welfare"})


@dataclass(frozen=True)
class Bought:
    """Litres of one line on the day they count to."""

    day: str
    price_class: str
    tier: int
    volume_l: int


def put_tariff(demo: DemoHall, price_class: str) -> str:
    command = SetTariff(
        command_id=demo.new_id(),
        actor=demo.lead,
        price_class=PriceClass(price_class),
        name="x",
        effective_from="2026-01-01",
        tiers=(Tier(1, "1", 100_000, 20_000), Tier(2, "2", 200_000, 30_000), Tier(3, "3", None, 40_000)),
        year_start=YEAR_STARTS[price_class],
        document_no="1",
    )
    return set_tariff(demo.hall, demo.approved(command, Act.SET_PRICES, by="admin")).tariff_id


def sell(day: TillDay, tariff_id: str, business_day: str, bought: Bought, reverses: str | None = None) -> str:
    """One line of gas into the books; a reversal is negative and stands in the year of its original."""
    sign = -1 if reverses else 1
    with day.demo.store.unit_of_work() as uow:
        row = require_session(uow.connection, day.session_id)
        assert row.business_day == business_day
        head = uow.journal.head(row.chain)
        sale_id, fen = str(head.next_key), bought.volume_l // 100
        sale: Row = {
            "sale_id": sale_id, "session_id": row.session_id, "account_no": "10001", "item": "gas",
            "receipt_no": head.totals.receipt_no + 1, "tender": "cash", "volume_l": sign * bought.volume_l,
            "due_fen": sign * fen, "paid_fen": sign * fen, "tendered_fen": sign * fen, "change_fen": 0,
            "customer_money_fen": 0, "waived_fen": 0, "card_write_id": None, "reverses_sale_id": reverses,
            "sold_at_utc_ms": 0,
        }  # fmt: skip
        line: Row = {
            "sale_id": sale_id, "session_id": row.session_id, "account_no": "10001", "kind": "gas", "name": "x",
            "tariff_id": tariff_id, "tariff_year": tariff_year(bought.day, YEAR_STARTS[bought.price_class]),
            "tier": bought.tier, "volume_l": sign * bought.volume_l, "price_e4": 1000, "amount_fen": sign * fen,
            "vat_rate_bp": 900,
        }  # fmt: skip
        into, out_of = (debit, credit) if sign > 0 else (credit, debit)
        postings = (into(chart.cash_till("T01"), Money(fen)), out_of(chart.INCOME_GAS, Money(fen)))
        draft = RecordDraft(
            chain=row.chain,
            kind="sale_reversed" if reverses else "sale_paid",
            command_id=day.demo.new_id(),
            actor=day.actor,
            business_day=row.business_day,
            till_session=row.session_id,
            postings=postings,
            rows={"sale": [sale], "sale_line": [line]},
        )
        uow.journal.append(draft)
        uow.commit()
    day.cash_fen += sign * fen
    return sale_id


def three_years(demo: DemoHall, tariff_ids: dict[str, str]) -> list[Bought]:
    """Sessions a month apart; some gas is given back a session or two later, in another year than it was bought."""
    source, day = random.Random(2026), TillDay(demo)
    bought: list[Bought] = []
    given_back: list[tuple[str, Bought]] = []
    day.fill_safe()
    day.issue()
    for _ in range(26):
        opened = day.open()
        for _ in range(STEPS):
            price_class = source.choice(sorted(YEAR_STARTS))
            what = Bought(opened.business_day, price_class, source.randint(1, 3), source.randrange(1000, 9000, 1000))
            sale_id = sell(day, tariff_ids[price_class], opened.business_day, what)
            bought.append(what)
            given_back.append((sale_id, what))
        if len(given_back) > 2 * STEPS:
            sale_id, what = given_back.pop(source.randrange(STEPS))
            sell(day, tariff_ids[what.price_class], opened.business_day, what, reverses=sale_id)
            bought.append(Bought(what.day, what.price_class, what.tier, -what.volume_l))
        day.end()
        day.to_lead()
        demo.clock.forward(seconds=30 * DAY_S)
    return bought


def test_every_class_counts_what_its_household_bought_on_the_days_of_its_own_year(demo_hall: DemoHall) -> None:
    tariff_ids = {name: put_tariff(demo_hall, name) for name in YEAR_STARTS}
    bought = three_years(demo_hall, tariff_ids)

    with demo_hall.store.reading() as connection:

        @settings(max_examples=60, deadline=None)
        @given(st.sampled_from(sorted(YEAR_STARTS)), st.integers(2025, 2029))
        def agrees(price_class: str, year: int) -> None:
            schedule = tariff_queries.tariff_by_id(connection, tariff_ids[price_class])
            assert schedule is not None
            together = next(group for group in TOGETHER if price_class in group)
            expected: Sums[int] = Sums()
            for line in bought:
                if line.price_class in together and schedule.year_of(line.day) == year:
                    expected[line.tier] += line.volume_l
            assert tariff_queries.tier_use(connection, "10001", schedule, year) == dict(expected)

        agrees()


def test_the_days_of_a_year_are_those_that_belong_to_it() -> None:
    schedule = Tariff(
        tariff_id="t", price_class="resident", name="x", effective_from="2026-01-01",
        tiers=(Tier(1, "1", None, 1),), year_start="03-01",
    )  # fmt: skip
    first, last = schedule.days_of_year(2027)
    assert (first, last) == ("2027-03-01", "2028-02-29")
    assert [schedule.year_of(day) for day in ("2027-02-28", first, last, "2028-03-01")] == [2026, 2027, 2027, 2028]
