"""Opening an account at the counter (E1/31, B1): the form, the approval where one is needed, then the first card.

What was typed is said once more before it is opened: the second press opens it. A cashier needs
the lead's consent, a card clerk does not; the use case decides. After that the counter takes over with the new account,
and a blank card in the reader becomes its first card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.account import Inlet, Meter, Person, PriceClass, checked_meter, checked_people, checked_person
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.ports.personal_cipher import PersonalCipher
from pos.usecases.fact import Command
from pos.usecases.open_account import AccountOpened, OpenAccount, check_opening, open_account
from pos.usecases.permission import Consent
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import OpenAccountState, ToSign
from ui.presenters.to_sign import account_lines

UNKNOWN_MAKER = "未登记"
FIELDS = {
    "account.name": "name",
    "account.address": "address",
    "account.phone": "phone",
    "account.phone_length": "phone",
    "account.id_number": "id_number",
    "account.people": "persons",
    "meter.number": "meter_no",
    "meter.in_use": "meter_no",
    "meter.type": "meter_model",
}
"""Which field a refusal is about; it gets the focus."""


class AccountScreen(Protocol):
    """The form."""

    def show_account_form(self, state: OpenAccountState) -> None:
        """Draw it."""

    def ask_approval(self, command: Command, act: Act, asked: ToSign) -> None:
        """A second person approves; answers with `approved`."""

    def account_opened(self, account_no: str) -> None:
        """Go on at the counter with this account."""


@dataclass(slots=True, weakref_slot=True)
class AccountForm:
    """Presenter of the form. `cipher` seals ID numbers; `actor()` names who works here now."""

    desk: Desk
    screen: AccountScreen
    cipher: PersonalCipher
    actor: Callable[[], str]
    _state: OpenAccountState = field(
        default_factory=lambda: OpenAccountState(classes=tuple(price_class.value for price_class in PriceClass))
    )
    _read: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """The form; what was left in it is to be read anew."""
        self._read = {}
        self._state = replace(self._state, notice=None, wrong=frozenset())
        self.screen.show_account_form(self._state)

    def submit(self, values: dict[str, str]) -> None:
        """What was typed: said once more, opened when it comes again as it was. A wrong field is named."""
        people = values.get("persons", "").strip()
        command = OpenAccount(
            command_id=self.desk.hall.ids.new_id(),
            actor=self.actor(),
            name=values.get("name", ""),
            phone=values.get("phone", ""),
            address=values.get("address", ""),
            id_number=values.get("id_number", ""),
            price_class=PriceClass(values["price_class"]),
            people=int(people) if people.isascii() and people.isdigit() else 1,
            meter=Meter(
                meter_no=values.get("meter_no", ""),
                meter_type=values.get("meter_model", "") or "G4",
                inlet=Inlet(values["inlet"]),
                maker=values.get("maker", "") or UNKNOWN_MAKER,
                installed_on=values.get("installed", "") or None,
            ),
        )
        try:
            checked_person(Person(command.name, command.phone, command.address, command.id_number))
            checked_people(command.people)
            checked_meter(command.meter)
        except RuleViolation as error:
            self._refuse(error)
            return
        if values == self._read:
            self._open(command)
            return
        self._check(command, dict(values))

    def _check(self, command: OpenAccount, values: dict[str, str]) -> None:
        """What the books refuse is said before she reads it all over."""
        figures = (
            ("name", command.name),
            ("phone", command.phone or "—"),
            ("address", command.address),
            ("people", command.people),
            ("meter_no", command.meter.meter_no),
            ("meter_type", command.meter.meter_type),
            ("class_word", f"class.{command.price_class}"),
            ("inlet_word", f"meter.{command.meter.inlet}_inlet"),
        )
        said = Notice("account.check", Tone.WARNING, figures)

        def free(_nothing: None) -> None:
            self._read = values
            self._show(busy=False, notice=said, wrong=frozenset())

        self._show(busy=True, notice=None, wrong=frozenset())
        self.desk.lanes.books.submit(
            lambda: check_opening(self.desk.hall, command.people, command.meter), free, self._refuse
        )

    def approved(self, command: Command, consent: Consent) -> None:
        """The lead agreed to this very form."""
        if isinstance(command, OpenAccount):
            self._open(replace(command, consent=consent))

    def _open(self, command: OpenAccount) -> None:
        def opened(done: AccountOpened) -> None:
            self._read = {}
            self._show(busy=False, notice=None, wrong=frozenset())
            self.screen.account_opened(done.account_no)

        def refused(error: KnownError) -> None:
            if isinstance(error, RuleViolation) and error.code == "approval.needed":
                self._show(busy=False)
                asked = ToSign("approve.open_account", account_lines(command))
                self.screen.ask_approval(command, Act.OPEN_ACCOUNT, asked)
                return
            self._refuse(error)

        def run() -> AccountOpened:
            if command.consent is None:
                check_opening(
                    self.desk.hall, command.people, command.meter
                )  # nobody is asked to agree to what the books refuse
            return open_account(self.desk.hall, command, self.cipher)

        self._show(busy=True, notice=None, wrong=frozenset())
        self.desk.lanes.books.submit(run, opened, refused)

    def _refuse(self, error: KnownError) -> None:
        self._read = {}
        self._show(busy=False, notice=notice_of(error), wrong=frozenset({FIELDS.get(error.code, "")}) - {""})

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.screen.show_account_form(self._state)
