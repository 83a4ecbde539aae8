"""The administrator's page of people over real books: added, changed, reset, put out and in again, refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.passwords import normal_recovery_code
from pos.domain.roles import Act
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.fact import Command
from pos.usecases.give_consent import give_consent
from pos.usecases.permission import Consent
from pos.usecases.sign_in import SignIn, sign_in
from tests.fixtures_hall import DemoHall
from ui.presenters.lane import SameThreadLane
from ui.presenters.people_state import StaffFormState, StaffRow, StaffState, ToSign
from ui.presenters.staff import CHANGE, DISABLE, ENABLE, RENEW_CODE, RESET, Staff


@dataclass
class Screen:
    state: StaffState = field(default_factory=StaffState)
    form: StaffFormState | None = None
    shown: list[tuple[str, str, str]] = field(default_factory=list)
    waiting: list[tuple[Command, Act, Callable[[Consent], None]]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def show_staff(self, state: StaffState) -> None:
        self.state = state

    def show_form(self, state: StaffFormState) -> None:
        self.form = state

    def close_form(self) -> None:
        self.form = None

    def show_starting_password(self, code: str, name: str, password: str) -> None:
        self.shown.append((code, name, password))

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        self.waiting.append((command, act, done))

    def show_recovery_code(self, code: str) -> None:
        self.codes.append(code)


@dataclass
class Work:
    demo: DemoHall
    staff: Staff
    screen: Screen

    def row(self, code: str) -> StaffRow:
        return next(row for row in self.screen.state.rows if row.code == code)

    @property
    def said(self) -> str:
        return self.screen.state.notice.code if self.screen.state.notice else ""

    @property
    def form_said(self) -> str:
        return self.screen.form.notice.code if self.screen.form and self.screen.form.notice else ""

    def must_change(self, code: str, password: str) -> bool:
        command = SignIn(command_id=self.demo.new_id(), login=code, password=password, workstation="WS1")
        return sign_in(self.demo.hall, command).must_change_password


@dataclass
class SlowLane:
    """Does its jobs when it is told to."""

    jobs: list[Callable[[], None]] = field(default_factory=list)

    def submit(self, job: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Any], None]) -> Any:
        self.jobs.append(lambda: done(job()))

    def work(self) -> None:
        while self.jobs:
            self.jobs.pop(0)()


@pytest.fixture
def work(demo_hall: DemoHall) -> Work:
    screen = Screen()
    made = Work(demo_hall, Staff(demo_hall.hall, SameThreadLane(), screen), screen)
    made.staff.begin(demo_hall.admin)
    return made


def test_everybody_is_listed_with_role_and_the_last_time_she_was_there(work: Work) -> None:
    assert [row.code for row in work.screen.state.rows] == sorted(work.demo.codes.values())
    assert work.row("1001").last_sign_in == ""
    work.must_change("1001", work.demo.password("cashier"))
    work.staff.begin(work.demo.admin)
    assert work.row("1001").last_sign_in == "2026-11-23 09:30"
    assert (work.row("2001").roles, work.row("2001").active) == (("shift_lead",), True)


def test_a_new_person_gets_a_starting_password_that_is_shown_once(work: Work) -> None:
    work.staff.ask_new()
    work.staff.save(" 1009 ", "冯新", ("cashier",))
    assert (work.screen.form, work.said, work.row("1009").must_change) == (None, "staff.added", True)
    ((code, name, password),) = work.screen.shown
    assert (code, name) == ("1009", "冯新")
    assert password not in repr((work.screen.state, work.staff._state, work.staff._form))
    assert work.must_change(code, password)


@pytest.mark.parametrize(
    ("code", "name", "roles", "said"),
    [
        ("1001", "冯新", ("cashier",), "operator.code_taken"),
        ("一〇〇九", "冯新", ("cashier",), "operator.code"),
        ("1009", " ", ("cashier",), "operator.name"),
        ("1009", "冯新", (), "operator.no_role"),
        ("1009", "冯新", ("cashier", "shift_lead"), "operator.too_many_roles"),
    ],
)
def test_a_person_who_cannot_be_is_refused_in_the_form_which_keeps_what_was_typed(
    work: Work, code: str, name: str, roles: tuple[str, ...], said: str
) -> None:
    work.staff.ask_new()
    work.staff.save(code, name, roles)
    assert work.form_said == said
    assert work.screen.form is not None
    assert (work.screen.form.code, work.screen.form.name, work.screen.form.roles) == (code, name, roles)
    assert work.screen.shown == []


def test_name_and_role_change_together_and_the_form_comes_filled_in(work: Work) -> None:
    work.staff.choose(work.demo.cashier, CHANGE)
    assert work.screen.form is not None
    assert (work.screen.form.code, work.screen.form.roles) == ("1001", ("cashier",))
    work.staff.save("1001", "王燕", ("card_clerk",))
    row = work.row("1001")
    assert (work.screen.form, row.name, row.roles) == (None, "王燕", ("card_clerk",))
    work.staff.choose(work.demo.cashier, CHANGE)
    work.staff.save("1001", "王燕", ("card_clerk",))
    assert work.form_said == "operator.unchanged"


def test_a_hall_of_one_person_offers_a_second_role(work: Work) -> None:
    setting = ChangeSetting(command_id="one", actor=work.demo.admin, name="one_person_hall", text="yes")
    change_setting(work.demo.hall, setting)
    work.staff.begin(work.demo.admin)
    work.staff.choose(work.demo.lead, CHANGE)
    assert work.screen.form is not None
    assert work.screen.form.most_roles == 2
    work.staff.save("2001", "李班", ("shift_lead", "finance_cashier"))
    assert work.row("2001").roles == ("shift_lead", "finance_cashier")


def test_a_reset_gives_another_starting_password_and_voids_the_old_one(work: Work) -> None:
    work.staff.choose(work.demo.cashier, RESET)
    ((code, _name, password),) = work.screen.shown
    assert (work.said, work.row(code).must_change) == ("staff.reset_done", True)
    with pytest.raises(RuleViolation):
        work.must_change(code, work.demo.password("cashier"))
    assert work.must_change(code, password)


def test_somebody_is_put_out_and_taken_back(work: Work) -> None:
    assert work.row("1001").verbs == (CHANGE, RESET, DISABLE)
    work.staff.choose(work.demo.cashier, DISABLE)
    assert (work.said, work.row("1001").active, work.row("1001").verbs) == ("staff.disabled", False, (CHANGE, ENABLE))
    work.staff.choose(work.demo.cashier, ENABLE)
    assert (work.said, work.row("1001").active) == ("staff.enabled", True)


def test_nobody_puts_herself_out_or_resets_her_own_password(work: Work) -> None:
    assert work.row("9001").verbs == (CHANGE, RENEW_CODE)
    work.staff.choose(work.demo.admin, CHANGE)
    work.staff.save("9001", "郑管", ("cashier",))
    assert work.form_said == "operator.last_administrator"


@pytest.mark.parametrize("name", ["cashier", "card_clerk", "lead", "finance", "auditor"])
def test_any_other_role_is_refused_by_the_books_and_on_record(work: Work, name: str) -> None:
    work.staff.begin(work.demo.people[name])
    work.staff.choose(work.demo.people["cashier2"], DISABLE)
    assert (work.said, work.row("1002").active) == ("role.refused", True)
    assert work.demo.kinds("DJ-H")[-1] == "refused"


def test_a_new_recovery_code_stands_in_her_own_row_and_is_shown_when_approved(work: Work) -> None:
    assert RENEW_CODE in work.row("9001").verbs
    assert not any(RENEW_CODE in row.verbs for row in work.screen.state.rows if row.code != "9001")
    work.staff.choose(work.demo.admin, RENEW_CODE)
    assert (work.screen.codes, "recovery_code_renewed" in work.demo.kinds("DJ-H")) == ([], False)
    ((command, act, done),) = work.screen.waiting
    consent = give_consent(
        work.demo.hall, command, act, approver_login=work.demo.codes["lead"], password=work.demo.password("lead")
    )
    done(consent)
    (code,) = work.screen.codes
    assert (len(normal_recovery_code(code)), work.said) == (25, "staff.code_renewed")
    assert code not in repr((work.screen.state, work.staff._state, work.staff._form, command))
    assert work.demo.kinds("DJ-H")[-1] == "recovery_code_renewed"


def test_a_starting_password_that_comes_after_she_left_is_shown_to_nobody(demo_hall: DemoHall) -> None:
    lane, screen = SlowLane(), Screen()
    staff = Staff(demo_hall.hall, lane, screen)
    staff.begin(demo_hall.admin)
    lane.work()
    staff.choose(demo_hall.cashier, RESET)
    staff.end()
    lane.work()
    assert (screen.shown, screen.state.notice) == ([], None)
    assert demo_hall.kinds("DJ-H")[-1] == "operator_changed"
