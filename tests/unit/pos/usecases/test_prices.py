"""Price schedules and fees: approved by a second person, in force from their day, never changing what was sold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.domain.account import PriceClass
from pos.domain.errors import RuleViolation
from pos.domain.papers import ReceiptPaper
from pos.domain.roles import Act
from pos.domain.tariff import Tariff, Tier
from pos.store import outbox, tariff_queries
from pos.usecases.account_overview import account_overview
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.sample_prices import SamplePrices, sample_prices
from pos.usecases.set_fee_price import SetFeePrice, set_fee_price
from pos.usecases.set_tariff import SetTariff, set_tariff
from tests.fixtures_counter import DAY, Counter
from tests.fixtures_hall import DemoHall
from ui.app.demo_customers import SAMPLE_DOCUMENT, SAMPLE_TIERS

TIERS = SAMPLE_TIERS["resident"]


def tariff(demo: DemoHall, **changes: object) -> SetTariff:
    values: dict[str, object] = {
        "command_id": demo.new_id(),
        "actor": demo.lead,
        "price_class": PriceClass.RESIDENT,
        "name": "居民用气",
        "effective_from": "2026-01-01",
        "tiers": TIERS,
        "document_no": SAMPLE_DOCUMENT,
        "sample": True,
    }
    return SetTariff(**{**values, **changes})  # type: ignore[arg-type]


def put(demo: DemoHall, **changes: object) -> str:
    return set_tariff(demo.hall, demo.approved(tariff(demo, **changes), Act.SET_PRICES, by="admin")).tariff_id


def on(demo: DemoHall, day: str, price_class: str = "resident") -> Tariff | None:
    with demo.store.reading() as connection:
        return tariff_queries.tariff_on(connection, price_class, day)


def required(demo: DemoHall, day: str = DAY, price_class: str = "resident") -> Tariff:
    found = on(demo, day, price_class)
    assert found is not None
    return found


def test_schedule_comes_back_as_it_was_set(demo_hall: DemoHall) -> None:
    tariff_id = put(demo_hall, year_start="03-01", base_people=5)
    found = on(demo_hall, "2026-06-01")
    assert found is not None
    assert (found.tariff_id, found.tiers, found.year_start, found.base_people) == (tariff_id, TIERS, "03-01", 5)
    assert (found.sample, found.document_no) == (True, SAMPLE_DOCUMENT)


def test_schedule_is_in_force_from_its_day_and_of_two_the_later_set_wins(demo_hall: DemoHall) -> None:
    old = put(demo_hall)
    new = put(demo_hall, effective_from="2026-07-01")
    corrected = put(demo_hall, effective_from="2026-07-01")
    assert on(demo_hall, "2025-12-31") is None
    assert on(demo_hall, "2026-07-01", "commercial") is None
    found = [on(demo_hall, day) for day in ("2026-01-01", "2026-06-30", "2026-07-01", "2027-01-01")]
    assert [t.tariff_id if t else None for t in found] == [old, old, corrected, corrected]
    assert new != corrected


def test_a_class_keeps_the_day_its_tariff_year_begins(demo_hall: DemoHall) -> None:
    put(demo_hall)
    with pytest.raises(RuleViolation, match=r"tariff\.year_moved") as refusal:
        put(demo_hall, effective_from="2027-01-01", year_start="03-01")
    assert refusal.value.params == {"year_start": "01-01"}
    assert put(demo_hall, price_class=PriceClass.COMMERCIAL, year_start="03-01")


def test_a_mistyped_year_start_is_mended_from_the_same_day_before_the_first_sale(demo_hall: DemoHall) -> None:
    put(demo_hall, year_start="10-01")
    put(demo_hall, year_start="01-01")
    later = put(demo_hall, effective_from="2027-01-01", year_start="01-01")
    found = on(demo_hall, "2027-02-01")
    assert found is not None
    assert (found.tariff_id, found.year_start) == (later, "01-01")


def test_a_year_start_by_which_gas_was_sold_is_not_replaced(counter: Counter) -> None:
    counter.pay(33_000, 10_000)
    with pytest.raises(RuleViolation, match=r"tariff\.year_moved"):
        put(counter.demo, year_start="03-01")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_no": " "}, "tariff.document"),
        ({"name": ""}, "tariff.name"),
        ({"effective_from": "2026-13-01"}, "tariff.day"),
        ({"tiers": (Tier(1, "a", 100, 1),)}, "tariff.tiers"),
        ({"tiers": (Tier(1, " ", None, 1),)}, "tariff.tier_name"),
        ({"year_start": "02-29"}, "tariff.year_start"),
        ({"vat_rate_bp": 10_001}, "tariff.vat"),
    ],
)
def test_incomplete_schedule_is_refused(demo_hall: DemoHall, changes: dict[str, object], code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        set_tariff(demo_hall.hall, tariff(demo_hall, **changes))
    assert refusal.value.code == code


def test_price_needs_a_second_person_who_saw_this_price(demo_hall: DemoHall) -> None:
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        set_tariff(demo_hall.hall, tariff(demo_hall))
    approved = demo_hall.approved(tariff(demo_hall), Act.SET_PRICES, by="admin")
    dearer = replace(approved, tiers=(replace(TIERS[0], price_e4=26_301), *TIERS[1:]))
    with pytest.raises(RuleViolation, match=r"approval\.stale"):
        set_tariff(demo_hall.hall, dearer)


def test_fee_is_in_force_from_its_day(demo_hall: DemoHall) -> None:
    def put_fee(amount_fen: int, day: str) -> None:
        command = SetFeePrice(
            command_id=demo_hall.new_id(), actor=demo_hall.admin, item="first_card", amount_fen=amount_fen,
            effective_from=day, document_no="示例", sample=True,
        )  # fmt: skip
        set_fee_price(demo_hall.hall, demo_hall.approved(command, Act.SET_PRICES, by="lead"))

    put_fee(2000, "2026-01-01")
    put_fee(2500, "2026-12-01")
    with demo_hall.store.reading() as connection:
        prices = [
            tariff_queries.fee_price_fen(connection, "first_card", day)
            for day in ("2025-12-31", "2026-01-01", "2026-11-30", "2026-12-01")
        ]
        assert prices == [None, 2000, 2000, 2500]
        assert tariff_queries.fee_price_fen(connection, "late_fee", "2026-06-01") is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item": "First Card"}, "fee.item"),
        ({"amount_fen": -1}, "fee.amount"),
        ({"document_no": ""}, "tariff.document"),
        ({"effective_from": " "}, "tariff.no_day"),
        ({"effective_from": "soon"}, "tariff.day"),
        ({"vat_rate_bp": -1}, "tariff.vat"),
    ],
)
def test_fee_that_makes_no_sense_is_refused(demo_hall: DemoHall, changes: dict[str, object], code: str) -> None:
    values: dict[str, object] = {
        "command_id": "fee-1", "actor": demo_hall.admin, "item": "first_card", "amount_fen": 2000,
        "effective_from": "2026-01-01", "document_no": "示例",
    }  # fmt: skip
    with pytest.raises(RuleViolation) as refusal:
        set_fee_price(demo_hall.hall, SetFeePrice(**{**values, **changes}))  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_two_schedules_in_one_year_share_the_counter(counter: Counter) -> None:
    counter.pay(33_000, 10_000)
    put(counter.demo, effective_from=DAY, tiers=(replace(TIERS[0], price_e4=27_000), *TIERS[1:]))
    page = account_overview(counter.demo.hall, counter.account_no, DAY)
    assert page.tariff_year == 2026
    assert [(t.tier, t.used_l, t.room_l, t.price_e4) for t in page.tiers] == [
        (1, 33_000, 317_000, 27_000),
        (2, 0, 150_000, 31_600),
        (3, 0, None, 39_500),
    ]


def receipt_of(counter: Counter, sale_id: str) -> ReceiptPaper:
    delivery = counter.deliver(sale_id)
    with counter.demo.store.reading() as connection:
        job = outbox.job(connection, delivery.print_job_id or "")
    assert job is not None
    assert isinstance(job.paper, ReceiptPaper)
    return job.paper


def test_receipt_is_marked_by_the_price_list_it_was_sold_by(counter: Counter) -> None:
    assert receipt_of(counter, counter.pay().sale_id).sample_price
    put(counter.demo, effective_from=DAY, sample=False, document_no="发改价〔2026〕8 号")
    counter.meter.insert(counter.card, today=DAY)
    assert not receipt_of(counter, counter.pay().sale_id).sample_price


def test_receipt_of_a_first_card_is_marked_by_the_fee_of_its_day(counter: Counter) -> None:
    with counter.demo.store.reading() as connection:
        papers = [job.paper for job in outbox.all_jobs(connection)]
    assert [paper.sample_price for paper in papers if isinstance(paper, ReceiptPaper)] == [True]
    with counter.demo.store.reading() as connection:
        sale_id = connection.exec_driver_sql("SELECT sale_id FROM sale_line WHERE kind = 'card_fee'").scalar()
    fee = SetFeePrice(
        command_id=counter.demo.new_id(), actor=counter.demo.lead, item="first_card", amount_fen=2000,
        effective_from=DAY, document_no="发改价〔2026〕9 号",
    )  # fmt: skip
    set_fee_price(counter.demo.hall, counter.demo.approved(fee, Act.SET_PRICES, by="admin"))
    with counter.demo.store.reading() as connection:
        assert not tariff_queries.fee_was_sample(connection, "first_card", str(sale_id))


def test_a_demo_hall_is_not_told_of_its_sample_prices(counter: Counter) -> None:
    assert sample_prices(counter.demo.hall) == SamplePrices()  # all of it says so


def test_use_belongs_to_the_tariff_year_of_the_business_day(counter: Counter) -> None:
    counter.pay(33_000, 10_000)
    next_year = account_overview(counter.demo.hall, counter.account_no, "2027-01-01")
    assert [(t.tier, t.used_l) for t in next_year.tiers] == [(1, 0), (2, 0), (3, 0)]
    schedule = required(counter.demo)
    with counter.demo.store.reading() as connection:
        assert tariff_queries.tier_use(connection, counter.account_no, schedule, 2026) == {1: 33_000}
        assert tariff_queries.tier_use(connection, counter.account_no, schedule, 2027) == {}


def test_reversal_gives_the_litres_back_to_the_tiers_of_the_original(counter: Counter) -> None:
    put(counter.demo, effective_from=DAY, tiers=(Tier(1, "第一档", 10_000, 26_300), Tier(2, "第二档", None, 31_600)))
    paid = counter.pay(33_000, 10_000)
    schedule = required(counter.demo)
    with counter.demo.store.reading() as connection:
        assert tariff_queries.tier_use(connection, counter.account_no, schedule, 2026) == {1: 10_000, 2: 23_000}
    back = ReturnMoney(
        command_id=counter.demo.new_id(), actor=counter.demo.cashier, session_id=counter.session_id,
        write_id=paid.sale_id, reason="customer_withdrew",
    )  # fmt: skip
    return_money(counter.demo.hall, counter.demo.approved(back, Act.RETURN_MONEY))
    schedule = required(counter.demo)
    with counter.demo.store.reading() as connection:
        assert tariff_queries.tier_use(connection, counter.account_no, schedule, 2026) == {1: 0, 2: 0}
    page = account_overview(counter.demo.hall, counter.account_no, DAY)
    assert [(t.tier, t.room_l) for t in page.tiers] == [(1, 10_000), (2, None)]
