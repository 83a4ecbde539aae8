"""The settings page over real books: each change is a record, prices only with day, document and a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.purchase_limit import LimitSpan
from pos.domain.roles import Act
from pos.domain.settings import NAMES, Settings, as_text
from pos.usecases.fact import Command
from pos.usecases.give_consent import give_consent
from pos.usecases.hall_settings import operators_of
from pos.usecases.permission import Consent
from pos.usecases.set_purchase_limit import SetPurchaseLimit, set_purchase_limit
from pos.usecases.settings_overview import settings_overview
from tests.fixtures_hall import DemoHall
from ui.desktop.messages import LANGUAGES, Messages
from ui.presenters.lane import SameThreadLane
from ui.presenters.office_state import TIER_FIELDS, TIERS, ChangeRow, PriceState, SettingRow, SettingsState
from ui.presenters.people_state import SignedLine, ToSign
from ui.presenters.prices import Prices
from ui.presenters.setting_rows import NOT_SET, fen_of, scaled, shown, stored
from ui.presenters.settings import SettingsWork

TARIFF = {
    "effective_from": "2027-01-01", "document_no": "发改价〔2026〕8号", "vat": "9", "name": "居民用气",
    "base_people": "4", "year_start": "01-01",
    "tier_name1": "第一档", "upper1": "400", "extra1": "100", "price1": "2.63",
    "tier_name2": "第二档", "upper2": "", "extra2": "", "price2": "3.1605",
}  # fmt: skip
EMPTY = {f"{name}{number}": "" for name in TIER_FIELDS for number in range(1, TIERS + 1)}


@dataclass
class Screen:
    demo: DemoHall
    state: SettingsState = field(default_factory=SettingsState)
    price: PriceState = field(default_factory=PriceState)
    looks: list[tuple[str, str]] = field(default_factory=list)
    approver: str = "lead"
    hall_names: list[tuple[str, str]] = field(default_factory=list)
    asked: list[Command] = field(default_factory=list)
    signed: ToSign = field(default_factory=lambda: ToSign("", ()))
    set_prices: int = 0

    def show_settings(self, state: SettingsState) -> None:
        self.state = state

    def station_rows(self) -> tuple[SettingRow, ...]:
        return (SettingRow("look.theme", "station", "light", "light", ("light", "dark")),)

    def apply_look(self, kind: str, value: str) -> None:
        self.looks.append((kind, value))

    def name_hall(self, company: str, hall_name: str) -> None:
        self.hall_names.append((company, hall_name))

    def show_price(self, state: PriceState) -> None:
        self.price = state

    def price_set(self) -> None:
        self.set_prices += 1

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        self.asked.append(command)
        self.signed = asked
        if self.approver:
            login, password = self.demo.codes[self.approver], self.demo.password(self.approver)
            done(give_consent(self.demo.hall, command, act, approver_login=login, password=password))


@dataclass
class Work:
    demo: DemoHall
    screen: Screen
    settings: SettingsWork
    prices: Prices

    def begin(self, name: str = "admin") -> None:
        person = next(p for p in operators_of(self.demo.hall) if p.operator_id == self.demo.people[name])
        self.settings.begin(person)

    def row(self, key: str) -> SettingRow:
        return next(row for row in self.screen.state.rows if row.key == key)

    def log(self, key: str) -> list[ChangeRow]:
        return [change for change in self.screen.state.changes if change.key == key]

    @property
    def said(self) -> str:
        return self.screen.state.notice.code if self.screen.state.notice else ""

    @property
    def price_said(self) -> str:
        return self.screen.price.notice.code if self.screen.price.notice else ""


@pytest.fixture
def work(demo_hall: DemoHall) -> Work:
    screen, lane = Screen(demo_hall), SameThreadLane()
    prices = Prices(demo_hall.hall, lane, screen)
    made = Work(demo_hall, screen, SettingsWork(demo_hall.hall, lane, screen, prices.begin), prices)
    made.begin()
    return made


def test_every_row_has_its_name_and_its_explanation_in_every_language(work: Work) -> None:
    keys = [row.key for row in work.screen.state.rows]
    assert {f"setting.{name}" for name in NAMES} < set(keys)
    assert len(keys) == len(set(keys))
    for language in LANGUAGES:
        text = Messages(language)
        assert [key for key in keys if not text.has(f"set.{key}") or not text.has(f"set_help.{key}")] == []
        assert [row.group for row in work.screen.state.rows if not text.has(f"set_group.{row.group}")] == []
        choices = {
            name for row in work.screen.state.rows if row.key.startswith("setting.") for name in row.choices
        } - set(LANGUAGES)
        assert [name for name in choices if not text.has(f"set_choice.{name}")] == []


@pytest.mark.parametrize(
    ("key", "typed", "now", "old"),
    [
        ("setting.max_tender_over_due_fen", "500", "500.00", "100.00"),
        ("setting.fen_rule", "waive", "waive", "carry"),
        ("setting.idle_lock_s", "60", "60", "300"),
        ("profile.payee", "东江燃气二公司", "东江燃气二公司", "东江燃气有限公司（示例）"),
    ],
)
def test_a_change_is_shown_saved_and_logged(work: Work, key: str, typed: str, now: str, old: str) -> None:
    work.settings.save(key, typed)
    assert (work.said, work.row(key).value) == ("set.saved", now)
    (change,) = work.log(key)
    assert (change.who, change.new, change.at) == ("郑管", now, "2026-11-23 09:30")
    assert change.old == old


@pytest.mark.parametrize(
    ("key", "typed", "code"),
    [
        ("setting.max_tender_over_due_fen", "viel", "setting.value"),
        ("setting.max_tender_over_due_fen", "1.234", "setting.value"),
        ("setting.max_tender_over_due_fen", "-5", "setting.value"),
        ("setting.max_tender_over_due_fen", "100", "setting.unchanged"),
        ("profile.company", " ", "hall.field_empty"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_changes(work: Work, key: str, typed: str, code: str) -> None:
    before = work.row(key)
    work.settings.save(key, typed)
    assert (work.said, work.row(key), work.log(key)) == (code, before, [])


@pytest.mark.parametrize("name", ["cashier", "card_clerk", "lead", "finance", "auditor"])
def test_other_roles_may_look_but_are_refused_on_record(work: Work, name: str) -> None:
    work.begin(name)
    work.settings.save("setting.max_tender_over_due_fen", "500")
    assert (work.said, work.row("setting.max_tender_over_due_fen").value) == ("role.refused", "100.00")
    assert work.demo.kinds("DJ-H")[-1] == "refused"


def test_the_look_of_the_workstation_is_no_record(work: Work) -> None:
    before = work.demo.kinds("DJ-H")
    work.settings.save("look.theme", "dark")
    assert (work.screen.looks, work.demo.kinds("DJ-H")) == ([("theme", "dark")], before)


@pytest.mark.parametrize(("name", "approver"), [("admin", "lead"), ("lead", "admin")])
def test_a_price_needs_a_second_person_and_is_in_the_books_then(work: Work, name: str, approver: str) -> None:
    work.screen.approver = approver
    work.begin(name)
    work.settings.choose("tariff.resident")
    work.prices.save(EMPTY | TARIFF)
    assert (work.price_said, work.screen.set_prices) == ("", 1)
    work.begin(name)
    (change,) = work.log("tariff.resident")
    assert (change.new, change.effective_from, change.document_no) == (
        "2.63 / 3.1605", "2027-01-01", "发改价〔2026〕8号",
    )  # fmt: skip
    assert change.approver == {"lead": "李班", "admin": "郑管"}[approver]
    (coming,) = settings_overview(work.demo.hall).coming
    assert [(tier.upper_l, tier.price_e4, tier.per_extra_person_l) for tier in coming.tiers] == [
        (400_000, 26_300, 100_000),
        (None, 31_605, 0),
    ]


def test_who_approves_a_price_sees_class_day_document_and_every_tier_beside_the_price_before(work: Work) -> None:
    work.settings.choose("tariff.resident")
    work.prices.save(EMPTY | TARIFF)
    first = (("name", "第一档"), ("price", "2.63"), ("upper", "400"), ("extra", "100"))
    assert work.screen.signed.code == "approve.set_prices"
    assert work.screen.signed.lines[:6] == (
        SignedLine("sign.price", "set.tariff.resident", says=True),
        SignedLine("sign.effective_from", "2027-01-01"),
        SignedLine("sign.document_no", "发改价〔2026〕8号"),
        SignedLine("sign.before", NOT_SET),
        SignedLine("sign.tier", "sign.tier_extra", says=True, params=first),
        SignedLine("sign.tier", "sign.tier_rest", says=True, params=(("name", "第二档"), ("price", "3.1605"))),
    )


def test_who_approves_a_fee_sees_its_amount(work: Work) -> None:
    work.settings.choose("fee.first_card")
    work.prices.save({"effective_from": "2026-12-01", "document_no": "价费1号", "vat": "6", "amount": "25"})
    assert [line.value for line in work.screen.signed.lines] == [
        "set.fee.first_card", "2026-12-01", "价费1号", NOT_SET, "25.00", "6",
    ]  # fmt: skip


def test_a_new_company_name_goes_to_the_bar_at_the_top(work: Work) -> None:
    before = work.screen.hall_names[-1]
    work.settings.save("profile.company", "东江燃气股份有限公司")
    assert work.screen.hall_names[-1] == ("东江燃气股份有限公司", before[1])


def test_a_price_that_nobody_consents_to_is_not_set(work: Work) -> None:
    work.screen.approver = ""
    work.settings.choose("tariff.resident")
    work.prices.save(EMPTY | TARIFF)
    assert (len(work.screen.asked), work.screen.set_prices) == (1, 0)
    assert "tariff_set" not in work.demo.kinds("DJ-H")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"effective_from": ""}, "tariff.no_day"),
        ({"effective_from": "2027-02-30"}, "tariff.day"),
        ({"document_no": " "}, "tariff.document"),
        ({"name": ""}, "tariff.name"),
        ({"vat": ""}, "tariff.vat"),
        ({"year_start": "02-29"}, "tariff.year_start"),
        ({"base_people": ""}, "tariff.people"),
        ({"tier_name2": ""}, "tariff.tier_name"),
        ({"price1": ""}, "tariff.price"),
        ({"price1": "0"}, "tariff.price"),
        ({"price1": "2.63051"}, "tariff.price"),
        ({"extra1": "x"}, "tariff.tiers"),
        ({"upper1": "-1"}, "tariff.tiers"),
        ({"upper2": "500"}, "tariff.tiers"),
        (EMPTY, "tariff.no_tiers"),
    ],
)
def test_a_price_without_day_document_or_sound_figures_is_not_even_asked_about(
    work: Work, wrong: dict[str, str], code: str
) -> None:
    work.settings.choose("tariff.resident")
    work.prices.save(EMPTY | TARIFF | wrong)
    assert (work.price_said, work.screen.asked) == (code, [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"extra1": "x"}, ("extra", 1)), ({"upper1": "-1"}, ("upper", 1)), ({"upper2": "500"}, ("upper", 2))],
)
def test_tier_that_is_refused_names_which_of_its_figures_it_is_about(
    work: Work, wrong: dict[str, str], field: tuple[str, int]
) -> None:
    work.settings.choose("tariff.resident")
    work.prices.save(EMPTY | TARIFF | wrong)
    notice = work.screen.price.notice
    assert notice is not None
    assert (dict(notice.params)["part"], dict(notice.params)["tier"]) == field


def test_day_and_document_are_never_proposed_and_the_present_price_is(work: Work) -> None:
    work.settings.choose("fee.first_card")
    assert dict(work.screen.price.values) == {"vat": "6"}
    fee = {"effective_from": "2026-11-01", "document_no": "价费1号", "vat": "6", "amount": "25"}
    work.prices.save(fee | {"amount": "a"})
    assert work.price_said == "fee.amount"
    for _asked_once in range(2):  # a past day
        work.prices.save(fee)
    work.settings.choose("tariff.resident")
    for _asked_once in range(2):
        work.prices.save(EMPTY | TARIFF | {"effective_from": "2026-11-01"})
    work.begin()
    assert (work.row("fee.first_card").value, work.row("tariff.resident").value) == ("25.00", "2.63 / 3.1605")
    work.settings.choose("tariff.resident")
    proposed = dict(work.screen.price.values)
    assert "effective_from" not in proposed
    assert "document_no" not in proposed
    assert proposed == {name: TARIFF[name] for name in proposed}
    assert len(proposed) == len(TARIFF) - 2


@pytest.mark.parametrize("name", ["cashier", "finance", "auditor"])
def test_who_has_nothing_to_do_with_prices_is_refused_on_record(work: Work, name: str) -> None:
    work.begin(name)
    work.settings.choose("tariff.resident")
    work.prices.save(EMPTY | TARIFF)
    assert (work.price_said, work.screen.asked) == ("role.refused", [])
    assert work.demo.kinds("DJ-H")[-1] == "refused"


@given(st.integers(0, 10**8), st.integers(2, 4))
def test_a_sum_is_typed_as_it_is_shown(fen: int, decimals: int) -> None:
    assert stored("max_tender_over_due_fen", shown("max_tender_over_due_fen", str(fen))) == str(fen)
    assert fen_of(f"{fen // 100:,}.{fen % 100:02d}") == fen
    whole, rest = divmod(fen, 10**decimals)
    assert scaled(f"{whole}.{rest:0{decimals}d}", decimals) == fen


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_typed_as_it_is_shown(name: str) -> None:
    text = as_text(name, Settings())
    assert stored(name, shown(name, text)) == text


@pytest.mark.parametrize("typed", ["", ".", "1.2.3", "１２", "1e3", "1.234", "--", "1234567890"])
def test_what_is_no_sum_is_none(typed: str) -> None:
    assert fen_of(typed) is None


def test_a_limit_in_the_log_says_how_much_for_whom_and_until_when(work: Work) -> None:
    demo_hall = work.demo
    for span, applies_to, most_m3, until in (
        (LimitSpan.METER_CAP, "G4", 50, None),
        (LimitSpan.MONTH, "resident", 60, "2026-12-31"),
        (LimitSpan.MONTH, "resident", None, None),
    ):
        wish = SetPurchaseLimit(
            command_id=demo_hall.new_id(),
            actor=demo_hall.lead,
            span=span,
            applies_to=applies_to,
            most_m3=most_m3,
            valid_from="2026-11-01",
            valid_until=until,
            document_no="限购 1 号",
        )
        set_purchase_limit(demo_hall.hall, demo_hall.approved(wish, Act.SET_PRICES, by="admin"))
    work.begin()
    rows = work.screen.state.changes
    assert [(row.key, row.new, row.effective_from) for row in rows[:3]] == [
        ("limit.month.resident", "—", "2026-11-01"),
        ("limit.month.resident", "60 m³", "2026-11-01 – 2026-12-31"),
        ("limit.meter_cap", "G4 50 m³", "2026-11-01"),
    ]
    for language in LANGUAGES:
        text = Messages(language)
        assert [row.key for row in rows[:3] if not text.has(f"set.{row.key}")] == []


def test_a_past_day_is_asked_about_once_and_another_one_again(work: Work) -> None:
    work.settings.choose("fee.first_card")
    fee = {"document_no": "价费1号", "vat": "6", "amount": "25"}
    for day in ("2026-11-01", "2026-11-02"):
        work.prices.save(fee | {"effective_from": day})
        assert (work.price_said, work.screen.signed.lines) == ("price.backdated", ())
    work.prices.save(fee | {"effective_from": "2026-11-02"})
    assert work.screen.signed.lines[1].value == "2026-11-02"
