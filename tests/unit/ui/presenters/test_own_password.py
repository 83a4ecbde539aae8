"""Choosing one's own password over real books: what is said while typing, what is refused, who goes on afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pos.domain.errors import RuleViolation
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.hall_settings import operators_of
from pos.usecases.sign_in import SignIn, sign_in
from tests.fixtures_hall import DemoHall
from ui.presenters.lane import SameThreadLane
from ui.presenters.notice import Notice, Tone
from ui.presenters.own_password import OwnPassword
from ui.presenters.people_state import PasswordState

STARTING = "tin kettle forty"
OWN = "river of tin kettles"


@dataclass
class Screen:
    states: list[PasswordState] = field(default_factory=list)

    def show_password(self, state: PasswordState) -> None:
        self.states.append(state)

    @property
    def last(self) -> PasswordState:
        return self.states[-1]

    @property
    def said(self) -> str:
        verdict = self.last.verdict
        return verdict.code if verdict else ""


@dataclass
class Work:
    demo: DemoHall
    presenter: OwnPassword
    screen: Screen
    gone_on: list[bool] = field(default_factory=list)

    def begin(self, *, forced: bool = False) -> None:
        person = next(p for p in operators_of(self.demo.hall) if p.operator_id == self.demo.cashier)
        self.presenter.begin(person, (lambda: self.gone_on.append(True)) if forced else None)

    def must_change_now(self, password: str) -> bool:
        command = SignIn(command_id=self.demo.new_id(), login="1001", password=password, workstation="WS1")
        return sign_in(self.demo.hall, command).must_change_password


@pytest.fixture
def work(demo_hall: DemoHall) -> Work:
    screen = Screen()
    return Work(demo_hall, OwnPassword(demo_hall.hall, SameThreadLane(), screen), screen)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("", "", ""), "password.hint"),
        (("", "kurz", ""), "password.too_short"),
        (("", "12345678", ""), "password.common"),
        (("", "王小燕1001！", ""), "password.context"),
        (("", "东江营业厅1288", ""), "password.context"),
        ((OWN, OWN, ""), "password.same"),
        (("", OWN, "river of"), "password.good"),
        (("", OWN, "river off"), "password.differs"),
        (("", OWN, OWN), "password.good"),
    ],
)
def test_what_would_be_refused_is_said_while_it_is_typed(work: Work, typed: tuple[str, str, str], code: str) -> None:
    work.begin()
    work.presenter.typing(*typed)
    assert work.screen.said == code
    assert not any(secret and secret in repr(work.screen.states) for secret in typed)


@pytest.mark.parametrize(("new", "again"), [("12345678", "12345678"), (OWN, ""), (OWN, "river of"), ("", "")])
def test_what_cannot_be_accepted_is_not_even_tried(work: Work, new: str, again: str) -> None:
    work.begin()
    work.presenter.change(work.demo.password("cashier"), new, again)
    assert not any(state.busy for state in work.screen.states)
    assert "password_changed" not in work.demo.kinds("DJ-H")


def test_a_wrong_old_password_is_said_and_changes_nothing(work: Work) -> None:
    work.begin()
    work.presenter.change("not the old one", OWN, OWN)
    assert work.screen.last.notice == Notice("sign_in.wrong_of", Tone.BAD, (("name", "王小燕"),))
    assert not work.screen.last.busy
    assert not work.must_change_now(work.demo.password("cashier"))


def test_a_signed_in_person_changes_hers_and_is_told(work: Work) -> None:
    work.begin()
    work.presenter.change(work.demo.password("cashier"), OWN, OWN)
    assert work.screen.last.notice == Notice("password.changed", Tone.GOOD)
    assert work.gone_on == []
    assert not work.must_change_now(OWN)
    with pytest.raises(RuleViolation):
        work.must_change_now(work.demo.password("cashier"))


def test_a_newcomer_goes_on_only_with_a_password_of_her_own(work: Work) -> None:
    reset = ChangeOperator(
        command_id="reset", actor=work.demo.admin, operator_id=work.demo.cashier, starting_password=STARTING
    )
    change_operator(work.demo.hall, reset)
    assert work.must_change_now(STARTING)
    work.begin(forced=True)
    assert work.screen.last.forced
    work.presenter.change(STARTING, STARTING, STARTING)
    assert (work.screen.said, work.gone_on) == ("password.same", [])
    work.presenter.change(STARTING, OWN, OWN)
    assert work.gone_on == [True]
    assert not work.must_change_now(OWN)
