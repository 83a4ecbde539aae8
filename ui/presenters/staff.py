"""The administrator's page of people: add, change, a new starting password, out and in again (domain P12).

Every change is a command of its own; refusals are said where she typed. A starting password is shown once and never
part of a state. Must not know: Qt, who may do it (the use case refuses), how passwords are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.passwords import new_recovery_code
from pos.domain.roles import Act, Role
from pos.usecases.add_operator import AddOperator, add_operator, starting_password
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.fact import Command, Hall
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.permission import Consent
from pos.usecases.renew_recovery_code import RenewRecoveryCode, renew_recovery_code
from pos.usecases.staff_overview import StaffOverview, staff_overview
from ui.presenters.counter_panels import local_time, notice_of
from ui.presenters.lane import Lane
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine, StaffFormState, StaffRow, StaffState, ToSign
from ui.presenters.visit import Visit

CHANGE, RESET, DISABLE, ENABLE = "staff.change", "staff.reset", "staff.disable", "staff.enable"
RENEW_CODE = "staff.renew_code"


class StaffScreen(Protocol):
    """The page, its form, and the sheet with a starting password."""

    def show_staff(self, state: StaffState) -> None:
        """Draw the list."""

    def show_form(self, state: StaffFormState) -> None:
        """Open or redraw the form; it answers with `save`."""

    def close_form(self) -> None:
        """Put the form away."""

    def show_starting_password(self, code: str, name: str, password: str) -> None:
        """Show it once, to be written down."""

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """Let a second person approve exactly this command."""

    def show_recovery_code(self, code: str) -> None:
        """Show it once, to be ticked off as written down."""


@dataclass(slots=True, weakref_slot=True)
class Staff:
    """Presenter of the page. Attributes: hall; books: lane; screen."""

    hall: Hall
    books: Lane
    screen: StaffScreen
    _actor: str = ""
    _overview: StaffOverview = field(default_factory=lambda: StaffOverview((), 1))
    _state: StaffState = field(default_factory=StaffState)
    _form: StaffFormState = field(default_factory=StaffFormState)
    _visit: Visit = field(init=False)

    def __post_init__(self) -> None:
        self._visit = Visit(self.books)

    def begin(self, actor: str) -> None:
        """Open the page for an administrator."""
        self._visit.begin()
        self._actor = actor
        self._state = StaffState()
        self.refresh(None)

    def end(self) -> None:
        """She has left: what comes later is shown to nobody."""
        self._visit.end()

    def refresh(self, notice: Notice | None) -> None:
        """Read everybody again."""

        def found(overview: StaffOverview) -> None:
            self._overview = overview
            rows = tuple(
                StaffRow(
                    operator_id=line.person.operator_id,
                    code=line.person.code,
                    name=line.person.display_name,
                    roles=tuple(role.value for role in Role if role in line.person.roles),
                    active=line.person.active,
                    must_change=line.must_change,
                    last_sign_in=self._time(line.last_sign_in_utc_ms),
                    verbs=self._verbs(line.person),
                )
                for line in overview.lines
            )
            self._state = StaffState(rows=rows, notice=notice)
            self.screen.show_staff(self._state)

        self._visit.ask(lambda: staff_overview(self.hall), found, self._trouble)

    def ask_new(self) -> None:
        """The empty form."""
        self._form = StaffFormState(most_roles=self._overview.most_roles)
        self.screen.show_form(self._form)

    def choose(self, operator_id: str, verb: str) -> None:
        """One of a row's verbs."""
        person = next(line.person for line in self._overview.lines if line.person.operator_id == operator_id)
        if verb == CHANGE:
            roles = tuple(role.value for role in Role if role in person.roles)
            most = max(self._overview.most_roles, len(roles))
            self._form = StaffFormState(operator_id, person.code, person.display_name, roles, most)
            self.screen.show_form(self._form)
        elif verb == RESET:
            self._reset(person)
        elif verb == RENEW_CODE:
            self._renew_code()
        else:
            command = self._change(operator_id, active=verb == ENABLE)
            self._run(command, Notice(f"{verb}d", Tone.GOOD, (("name", person.display_name),)))

    def save(self, code: str, name: str, roles: tuple[str, ...]) -> None:
        """The form is filled in."""
        chosen = frozenset(Role(role) for role in roles)
        if self._form.operator_id:
            self._form = replace(self._form, name=name, roles=roles)
            done = Notice("staff.changed", Tone.GOOD, (("name", name.strip()),))
            self._run(self._change(self._form.operator_id, display_name=name, roles=chosen), done)
            return
        self._form = replace(self._form, code=code, name=name, roles=roles)
        hall, command_id, actor = self.hall, self.hall.ids.new_id(), self._actor

        def add() -> str:
            password = starting_password(hall, code.strip(), name)
            add_operator(
                hall,
                AddOperator(
                    command_id=command_id,
                    actor=actor,
                    code=code.strip(),
                    display_name=name,
                    roles=chosen,
                    password=password,
                ),
            )
            return password

        def added(password: str) -> None:
            self.screen.close_form()
            self.refresh(Notice("staff.added", Tone.GOOD, (("name", name.strip()),)))
            self.screen.show_starting_password(code.strip(), name.strip(), password)

        self._visit.ask(add, added, self._form_trouble)

    def _reset(self, person: OperatorRow) -> None:
        hall, change = self.hall, self._change(person.operator_id)

        def reset() -> str:
            password = starting_password(hall, person.code, person.display_name)
            change_operator(hall, replace(change, starting_password=password))
            return password

        def done(password: str) -> None:
            self.refresh(Notice("staff.reset_done", Tone.GOOD, (("name", person.display_name),)))
            self.screen.show_starting_password(person.code, person.display_name, password)

        self._visit.ask(reset, done, self._trouble)

    def _renew_code(self) -> None:
        code = new_recovery_code()
        command = RenewRecoveryCode(command_id=self.hall.ids.new_id(), actor=self._actor, new_recovery_code=code)

        def done(_nothing: None) -> None:
            self.refresh(Notice("staff.code_renewed", Tone.GOOD))
            self.screen.show_recovery_code(code)

        def run(consent: Consent) -> None:
            agreed = replace(command, consent=consent)
            self._visit.ask(lambda: renew_recovery_code(self.hall, agreed), done, self._trouble)

        names = {line.person.operator_id: line.person.display_name for line in self._overview.lines}
        asked = ToSign("approve.recovery_code", (SignedLine("role.administrator", names.get(self._actor, "")),))
        self.screen.ask_approval(command, Act.MANAGE_KEYS, asked, run)

    def _run(self, command: ChangeOperator, said: Notice) -> None:
        from_form = command.roles is not None

        def done(_person: OperatorRow) -> None:
            if from_form:
                self.screen.close_form()
            self.refresh(said)

        failed: Callable[[KnownError], None] = self._form_trouble if from_form else self._trouble
        self._visit.ask(lambda: change_operator(self.hall, command), done, failed)

    def _change(
        self,
        operator_id: str,
        *,
        display_name: str | None = None,
        roles: frozenset[Role] | None = None,
        active: bool | None = None,
    ) -> ChangeOperator:
        return ChangeOperator(
            command_id=self.hall.ids.new_id(),
            actor=self._actor,
            operator_id=operator_id,
            display_name=display_name,
            roles=roles,
            active=active,
        )

    def _verbs(self, person: OperatorRow) -> tuple[str, ...]:
        """Her own password she changes with the old one (Shift+F12), and she cannot put herself out.

        The recovery code is nobody else's, so it stands in her own row.
        """
        if person.operator_id == self._actor:
            return (CHANGE, RENEW_CODE)
        return (CHANGE, RESET, DISABLE) if person.active else (CHANGE, ENABLE)

    def _time(self, at_utc_ms: int | None) -> str:
        return "" if at_utc_ms is None else local_time(at_utc_ms, self.hall.store.offset_min)

    def _trouble(self, error: KnownError) -> None:
        self._state = replace(self._state, notice=notice_of(error))
        self.screen.show_staff(self._state)

    def _form_trouble(self, error: KnownError) -> None:
        self._form = replace(self._form, notice=notice_of(error))
        self.screen.show_form(self._form)
