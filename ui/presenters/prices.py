"""The form of a new price: a schedule of a class or a fee, from a day on, by an approving document (domain D6, P12).

Nothing is proposed for day and document: they are read from the paper that approves the price. A second person consents
to exactly what is shown. Must not know: Qt, languages, who may consent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.account import PriceClass
from pos.domain.approved_price import check_paper
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.tariff import Tariff, Tier
from pos.usecases.anomalies import hoarding
from pos.usecases.fact import Command, Hall
from pos.usecases.finance_day import business_day_now
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.permission import Consent, consenting_roles
from pos.usecases.set_fee_price import SetFeePrice, check_fee_price, set_fee_price
from pos.usecases.set_tariff import SetTariff, check_tariff, set_tariff
from pos.usecases.settings_overview import SettingsOverview
from ui.presenters.counter_panels import notice_of
from ui.presenters.lane import Lane
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import TIER_FIELDS, TIERS, PriceState
from ui.presenters.people_state import ToSign
from ui.presenters.setting_rows import NOT_SET, plain, price_text, price_words, scaled
from ui.presenters.to_sign import price_lines
from ui.presenters.visit import Visit

DEFAULTS = {"vat": "9", "base_people": "4", "year_start": "01-01"}
PriceCommand = TypeVar("PriceCommand", SetTariff, SetFeePrice)


class PriceScreen(Protocol):
    """The form, and the second person."""

    def show_price(self, state: PriceState) -> None:
        """Draw the form; what was typed stays."""

    def price_set(self) -> None:
        """It is in the books: back to the settings."""

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """Ask a second person for exactly this command."""


@dataclass(slots=True, weakref_slot=True)
class Prices:
    """Presenter of the form. Attributes: hall; books: lane; screen."""

    hall: Hall
    books: Lane
    screen: PriceScreen
    _person: OperatorRow | None = None
    _before: str = ""
    _backdated: str = ""
    """The past day that was asked about."""
    _state: PriceState = field(default_factory=PriceState)
    _visit: Visit = field(init=False)

    def __post_init__(self) -> None:
        self._visit = Visit(self.books)

    def begin(self, person: OperatorRow, key: str, overview: SettingsOverview) -> None:
        """Open the form with the prices in force."""
        self._visit.begin()
        self._person, self._backdated = person, ""
        kind, _, name = key.partition(".")
        if kind == "tariff":
            now = next((tariff for tariff in overview.tariffs if tariff.price_class == name), None)
            values = DEFAULTS if now is None else _values_of(now)
            self._before = NOT_SET if now is None else price_words(now)
        else:
            values = {"vat": "6"}
            fee_fen = dict(overview.fees).get(name)
            self._before = NOT_SET if fee_fen is None else Money(fee_fen).grouped()
        self._show(PriceState(key=key, values=tuple(values.items())))
        if kind == "tariff":
            self._visit.ask(lambda: hoarding(self.hall), self._counted, self._trouble)

    def _counted(self, accounts: int) -> None:
        """Who buys ahead of a new price is said before it is set (domain D6: purchase limits before an increase)."""
        self._show(replace(self._state, hoarding=accounts))

    def end(self) -> None:
        """She has left: what comes later is shown to nobody."""
        self._visit.end()

    def save(self, values: dict[str, str]) -> None:
        """Check it, have it approved, set it."""
        person = self._person
        if person is None or self._state.busy:
            return
        kind, _, name = self._state.key.partition(".")
        try:
            check_paper(values["effective_from"], values["document_no"])
            if kind == "tariff":
                tariff = self._tariff(person, PriceClass(name), values)
                check_tariff(tariff)
                if self._asks_about(tariff.effective_from):
                    return
                self._submit(person, tariff, set_tariff)
            else:
                fee = self._fee(person, name, values)
                check_fee_price(fee)
                if self._asks_about(fee.effective_from):
                    return
                self._submit(person, fee, set_fee_price)
        except RuleViolation as refusal:
            self._trouble(refusal)

    def _asks_about(self, first_day: str) -> bool:
        """Once of each past day: what was sold since then is not worked out again."""
        today = business_day_now(self.hall)
        if first_day >= today or first_day == self._backdated:
            return False
        self._backdated = first_day
        said = Notice("price.backdated", Tone.WARNING, (("day", first_day), ("today", today)))
        self._show(replace(self._state, notice=said))
        return True

    def _submit(
        self, person: OperatorRow, command: PriceCommand, use_case: Callable[[Hall, PriceCommand], object]
    ) -> None:
        def run(consent: Consent | None) -> None:
            approved = replace(command, consent=consent)
            self._show(replace(self._state, busy=True, notice=None))
            self._visit.ask(lambda: use_case(self.hall, approved), lambda _: self._done(), self._trouble)

        if consenting_roles(Act.SET_PRICES, person.roles):
            asked = ToSign("approve.set_prices", price_lines(command, self._before))
            self.screen.ask_approval(command, Act.SET_PRICES, asked, run)
        else:
            run(None)  # refused, and on record

    def _tariff(self, person: OperatorRow, price_class: PriceClass, values: dict[str, str]) -> SetTariff:
        return SetTariff(
            command_id=self.hall.ids.new_id(),
            actor=person.operator_id,
            price_class=price_class,
            name=values["name"],
            effective_from=values["effective_from"],
            document_no=values["document_no"],
            vat_rate_bp=_number(values["vat"], 2, "tariff.vat"),
            base_people=_number(values["base_people"], 0, "tariff.people"),
            year_start=values["year_start"],
            tiers=_tiers(values),
        )

    def _fee(self, person: OperatorRow, item: str, values: dict[str, str]) -> SetFeePrice:
        return SetFeePrice(
            command_id=self.hall.ids.new_id(),
            actor=person.operator_id,
            item=item,
            effective_from=values["effective_from"],
            document_no=values["document_no"],
            vat_rate_bp=_number(values["vat"], 2, "tariff.vat"),
            amount_fen=_number(values["amount"], 2, "fee.amount" if values["amount"] else "fee.no_amount"),
        )

    def _done(self) -> None:
        self._show(replace(self._state, busy=False))
        self.screen.price_set()

    def _trouble(self, error: KnownError) -> None:
        self._show(replace(self._state, busy=False, notice=notice_of(error)))

    def _show(self, state: PriceState) -> None:
        self._state = state
        self.screen.show_price(state)


def _tiers(values: dict[str, str]) -> tuple[Tier, ...]:
    rows = [[values[f"{name}{number}"].strip() for name in TIER_FIELDS] for number in range(1, TIERS + 1)]
    filled = [row for row in rows if any(row)]
    return tuple(
        Tier(
            tier=number,
            name=name,
            upper_l=_number(upper, 3, "tariff.tiers", tier=number, part="upper") if upper else None,
            price_e4=_number(price, 4, "tariff.price", tier=number),
            per_extra_person_l=_number(extra or "0", 3, "tariff.tiers", tier=number, part="extra"),
        )
        for number, (name, upper, extra, price) in enumerate(filled, 1)
    )


def _number(typed: str, decimals: int, code: str, **params: int | str) -> int:
    number = scaled(typed, decimals)
    if number is None:
        raise RuleViolation(code, **params)
    return number


def _values_of(tariff: Tariff) -> dict[str, str]:
    values = {
        "name": tariff.name,
        "vat": plain(tariff.vat_rate_bp, 2),
        "base_people": str(tariff.base_people),
        "year_start": tariff.year_start,
    }
    for tier in tariff.tiers:
        upper = "" if tier.upper_l is None else plain(tier.upper_l, 3)
        extra = plain(tier.per_extra_person_l, 3) if tier.per_extra_person_l else ""
        row = (tier.name, upper, extra, price_text(tier.price_e4))
        values |= {f"{name}{tier.tier}": text for name, text in zip(TIER_FIELDS, row, strict=True)}
    return values
