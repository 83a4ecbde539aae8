"""What rules the hall changes with a record each; the log names who, when, from what to what."""

from __future__ import annotations

import pytest

from pos.domain.account import PriceClass
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.tariff import Tier
from pos.usecases.change_hall_profile import ChangeHallProfile, change_hall_profile
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.set_fee_price import SetFeePrice, set_fee_price
from pos.usecases.set_tariff import SetTariff, set_tariff
from pos.usecases.settings_overview import RuleChange, settings_overview
from tests.fixtures_hall import DemoHall


def change(demo: DemoHall, name: str, text: str, by: str = "admin"):
    command = ChangeHallProfile(command_id=demo.new_id(), actor=demo.people[by], name=name, text=text)
    return change_hall_profile(demo.hall, command)


def test_the_payee_account_changes_with_a_record_of_old_and_new_and_nothing_else(demo_hall: DemoHall) -> None:
    before = settings_overview(demo_hall.hall).profile
    after = change(demo_hall, "bank_account", " 6222 0000 ")
    assert (after.bank_account, after.payee, after.demo) == ("6222 0000", before.payee, before.demo)
    assert settings_overview(demo_hall.hall).profile == after
    assert demo_hall.facts("DJ-H", "hall_profile_changed") == [
        '{"name":"bank_account","new":"6222 0000","old":"0000 0123 4567"}'
    ]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("hall_code", "XX", "setting.unknown"),
        ("demo", "0", "setting.unknown"),
        ("payee", "  ", "hall.field_empty"),
        ("bank", "行" * 61, "setting.value"),
        ("bank_account", "6222 O000 1111", "hall.bank_account"),
        ("emergency_phone", "12", "hall.phone"),
        ("bank", "a\nb", "setting.value"),
        ("bank", "示例银行东江支行", "setting.unchanged"),
    ],
)
def test_what_the_hall_cannot_be_is_refused(demo_hall: DemoHall, name: str, text: str, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        change(demo_hall, name, text)
    assert refusal.value.code == code
    assert "hall_profile_changed" not in demo_hall.kinds("DJ-H")


@pytest.mark.parametrize("by", ["cashier", "card_clerk", "lead", "finance", "auditor"])
def test_nobody_but_the_administrator_changes_the_payee(demo_hall: DemoHall, by: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        change(demo_hall, "payee", "另一家公司", by)
    assert refusal.value.code == "role.refused"
    assert demo_hall.kinds("DJ-H")[-1] == "refused"


def test_the_log_names_every_change_newest_first(demo_hall: DemoHall) -> None:
    admin, lead = demo_hall.admin, demo_hall.lead
    setting = ChangeSetting(command_id="s", actor=admin, name="max_tender_over_due_fen", text="50000")
    change_setting(demo_hall.hall, setting)
    change(demo_hall, "bank", "示例银行西江支行")
    tariff = SetTariff(
        command_id="t",
        actor=admin,
        price_class=PriceClass.RESIDENT,
        name="居民",
        effective_from="2027-01-01",
        tiers=(Tier(1, "第一档", 400_000, 27_000), Tier(2, "第二档", None, 32_000)),
        document_no="发改价〔2026〕8号",
    )
    set_tariff(demo_hall.hall, demo_hall.approved(tariff, Act.SET_PRICES))
    fee = SetFeePrice(
        command_id="f",
        actor=lead,
        item="first_card",
        amount_fen=2_500,
        effective_from="2026-11-01",
        document_no="价费〔2026〕1号",
    )
    set_fee_price(demo_hall.hall, demo_hall.approved(fee, Act.SET_PRICES, by="admin"))
    now = demo_hall.clock.now_utc_ms()
    overview = settings_overview(demo_hall.hall)
    assert overview.changes == (
        RuleChange(
            "fee", "first_card", now, lead, admin,
            effective_from="2026-11-01", document_no="价费〔2026〕1号", prices=(2_500,),
        ),
        RuleChange(
            "tariff", "resident", now, admin, lead,
            effective_from="2027-01-01", document_no="发改价〔2026〕8号", prices=(27_000, 32_000),
        ),
        RuleChange("profile", "bank", now, admin, "", "示例银行东江支行", "示例银行西江支行"),
        RuleChange("setting", "max_tender_over_due_fen", now, admin, "", "10000", "50000"),
    )  # fmt: skip
    assert overview.fees == (("first_card", 2_500),)
    assert (overview.tariffs, [tariff.effective_from for tariff in overview.coming]) == ((), ["2027-01-01"])
    assert (overview.names[admin], overview.settings.max_tender_over_due_fen) == ("郑管", 50_000)
