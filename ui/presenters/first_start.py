"""The first start's answers: what is wrong with them, field by field, before anything is written.

Rule: domain P12; what is refused after the genesis could not be answered again, so every rule of the use cases behind
the wizard is asked here first. Must not know: Qt, how a hall is founded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from pos.domain.errors import RuleViolation
from pos.domain.hall_profile import check_profile_text
from pos.domain.passwords import check_password
from pos.usecases.add_operator import check_code, check_name, known_words
from pos.usecases.add_till import check_till_name
from pos.usecases.commission_hall import is_hall_code

FIRST_TILL = "1 号窗口"
"""The first window's name where none is typed."""

_NEEDED = ("company", "hall", "hall_code", "bank", "bank_account")
Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """The field that is wrong, and why."""

    field: str
    error: RuleViolation


def tills_of(answers: Mapping[str, str]) -> tuple[str, ...]:
    """The windows by name: the first always, the second if it was named."""
    first = answers["till_name"].strip() or FIRST_TILL
    second = answers["second_till"].strip()
    return (first, second) if second else (first,)


def first_fault(step: str, answers: Mapping[str, str], taken: frozenset[str]) -> Fault | None:
    """The first field of a step that cannot stand, None if all can.

    Args:
        step: `hall` or `people`; others ask nothing. answers: of this step and the ones before.
        taken: 工号 that the hall begins with.
    """
    checks = {"hall": _hall_checks, "people": _people_checks}.get(step)
    for field, check in checks(answers, taken) if checks is not None else ():
        try:
            check()
        except RuleViolation as error:
            return Fault(field, error)
    return None


def _hall_checks(answers: Mapping[str, str], _taken: frozenset[str]) -> Iterator[tuple[str, Check]]:
    for name in _NEEDED:
        yield name, partial(_refuse_if, not answers[name].strip(), "hall.field_empty", name=name)
    yield "hall_code", partial(_refuse_if, not is_hall_code(answers["hall_code"].upper()), "hall.code")
    tills = tills_of(answers)
    yield "till_name", partial(check_till_name, tills[0])
    if len(tills) > 1:
        yield "second_till", partial(check_till_name, tills[1])
        yield "second_till", partial(_refuse_if, tills[0] == tills[1], "till.name_taken", name=tills[1])
    for name in ("bank_account", "emergency_phone"):
        yield name, partial(check_profile_text, name, answers[name].strip())


def _people_checks(answers: Mapping[str, str], taken: frozenset[str]) -> Iterator[tuple[str, Check]]:
    yield from _person_checks("admin", answers, taken)
    differs = answers["admin_password"] != answers["admin_again"]
    yield "admin_again", partial(_refuse_if, differs, "password.differs")
    yield from _person_checks("lead", answers, taken | {answers["admin_login"]})
    differs = answers["lead_password"] != answers["lead_again"]
    yield "lead_again", partial(_refuse_if, differs, "password.differs")


def _person_checks(who: str, answers: Mapping[str, str], taken: frozenset[str]) -> Iterator[tuple[str, Check]]:
    login, name, password = (answers[f"{who}_{part}"] for part in ("login", "name", "password"))
    known = known_words(login, name, answers["hall_code"].upper(), answers["hall"], answers["company"])
    yield f"{who}_login", partial(check_code, login)
    yield f"{who}_login", partial(_refuse_if, login in taken, "operator.code_taken", operator_code=login)
    yield f"{who}_name", partial(check_name, name)
    yield f"{who}_password", partial(check_password, password, context=known)


def _refuse_if(wrong: bool, code: str, **params: str) -> None:
    if wrong:
        raise RuleViolation(code, **params)
