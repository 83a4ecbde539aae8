"""The wizard's answers become a hall: who may work at once, who must choose a password first, what is refused early."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pos.domain.account import PriceClass
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.usecases.change_password import ChangePassword, change_password
from pos.usecases.give_consent import give_consent
from pos.usecases.hall_settings import operators_of
from pos.usecases.sample_prices import SamplePrices, sample_prices
from pos.usecases.set_tariff import SetTariff, set_tariff
from pos.usecases.sign_in import SignedIn, SignIn, sign_in
from pos.usecases.sign_in_page import sign_in_page
from pos.usecases.till_overview import till_overview
from ui.app.config import Config
from ui.app.demo_customers import SAMPLE_TIERS
from ui.app.founding import FIRST_PEOPLE, Founded, found_hall
from ui.app.places import Places
from ui.app.workplace import Workplace, open_workplace

ANSWERS = {
    "company": "东江燃气有限公司（示例）",
    "hall": "东江营业厅",
    "hall_code": "dj",
    "till_name": "",
    "second_till": "",
    "bank": "示例银行",
    "bank_account": "0000 0123 4567",
    "emergency_phone": "",
    "admin_login": "9001",
    "admin_name": "郑管",
    "admin_password": "seven quiet lanterns",
    "admin_again": "seven quiet lanterns",
    "lead_login": "2001",
    "lead_name": "李班",
    "lead_password": "nine quiet rivers",
    "lead_again": "nine quiet rivers",
}


@pytest.fixture
def workplace(tmp_path: Path):
    made = open_workplace(Places(tmp_path / "data", tmp_path / "keys"), config=Config())
    yield made
    made.close()


def come(workplace: Workplace, login: str, password: str) -> SignedIn:
    hall = workplace.hall
    return sign_in(hall, SignIn(command_id=hall.ids.new_id(), login=login, password=password, workstation="WS1"))


def test_only_the_founder_works_with_the_password_of_the_wizard(workplace: Workplace) -> None:
    founded: Founded = found_hall(workplace, ANSWERS)
    assert not come(workplace, "9001", ANSWERS["admin_password"]).must_change_password
    assert come(workplace, "2001", ANSWERS["lead_password"]).must_change_password
    assert [code for code, _name, _password in founded.passwords] == [code for code, _name, _role in FIRST_PEOPLE]
    assert all(come(workplace, code, password).must_change_password for code, _name, password in founded.passwords)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("", "", ["1 号窗口"]),
        ("东窗", "", ["东窗"]),
        ("", "2 号窗口", ["1 号窗口", "2 号窗口"]),
    ],
)
def test_the_hall_has_the_windows_that_were_named(
    workplace: Workplace, first: str, second: str, names: list[str]
) -> None:
    found_hall(workplace, ANSWERS | {"till_name": first, "second_till": second})
    assert [entry.till.name for entry in till_overview(workplace.hall)] == names


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"lead_password": "12345678"}, "password.common"),
        ({"lead_password": "东江营业厅2001"}, "password.context"),
        ({"company": "红旗燃气有限公司", "lead_password": "hongqi-che9"}, "password.context"),
        (
            {"company": "红旗燃气有限公司", "admin_password": "hongqi-che9", "admin_again": "hongqi-che9"},
            "password.context",
        ),
        ({"lead_login": "9001"}, "operator.code_taken"),
        ({"lead_login": "1001"}, "operator.code_taken"),
        ({"admin_login": "3001"}, "operator.code_taken"),
        ({"admin_again": "seven quiet lantern"}, "password.differs"),
        ({"lead_again": "nine quiet river"}, "password.differs"),
        ({"till_name": "窗" * 21}, "till.name"),
        ({"second_till": "1 号窗口"}, "till.name_taken"),
        ({"bank_account": "建行 0001"}, "hall.bank_account"),
        ({"emergency_phone": "随时"}, "hall.phone"),
        ({"lead_login": "二〇〇一"}, "operator.code"),
        ({"lead_name": " "}, "operator.name"),
        ({"admin_password": "password1"}, "password.common"),
        ({"hall_code": "东江"}, "hall.code"),
    ],
)
def test_a_wrong_answer_leaves_nothing_behind_and_can_be_given_again(
    workplace: Workplace, wrong: dict[str, str], code: str
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        found_hall(workplace, ANSWERS | wrong)
    assert refusal.value.code == code
    assert not sign_in_page(workplace.hall).commissioned
    found_hall(workplace, ANSWERS)
    assert sign_in_page(workplace.hall).commissioned


def test_sample_fees_alone_are_still_told_in_a_real_hall(workplace: Workplace) -> None:
    found_hall(workplace, ANSWERS)
    hall = workplace.hall
    assert sample_prices(hall) == SamplePrices(
        tuple(PriceClass), ("account_transfer", "card_replacement", "first_card")
    )
    lead = next(person.operator_id for person in operators_of(hall) if person.code == "2001")
    own = ChangePassword(
        command_id=hall.ids.new_id(), actor=lead, old_password=ANSWERS["lead_password"],
        new_password="eleven slow ferries",
    )  # fmt: skip
    change_password(hall, own)
    for price_class in PriceClass:
        command = SetTariff(
            command_id=hall.ids.new_id(), actor=lead, price_class=price_class, name="气价",
            effective_from="2026-01-01", tiers=SAMPLE_TIERS["commercial"], document_no="发改价〔2026〕8 号",
        )  # fmt: skip
        consent = give_consent(
            hall, command, Act.SET_PRICES, approver_login="9001", password=ANSWERS["admin_password"]
        )  # fmt: skip
        set_tariff(hall, replace(command, consent=consent))
    assert sample_prices(hall) == SamplePrices((), ("account_transfer", "card_replacement", "first_card"))
