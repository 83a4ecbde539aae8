"""Every command that exists x every role, run through its own use case: the role is checked there, not by a button.

Commands are found by looking, so a new use case is in the test the day it is written. Their fields are filled with
plausible nonsense: the role must be refused before the content is looked at in the store.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterator

import pytest

import pos.usecases
from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.account import Inlet, Meter
from pos.domain.card import CardImage
from pos.domain.free_text import FREE_TEXT_FIELDS
from pos.domain.roles import Act, Role
from pos.domain.tariff import Tier
from pos.store.personal_cipher import create_data_key
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.fact import Command
from pos.usecases.permission import Signature
from tests.fixtures_counter import SAFE, open_till
from tests.fixtures_hall import DemoHall
from tests.unit.pos.usecases.test_matrix import CELLS, ROLES
from ui.app.demo_customers import demo_customers_csv

CELL_BY = {(cell.act, cell.actor): cell for cell in CELLS}
REFUSALS = ("role.refused", "approval.needed")
STATE_FIRST = {"AcceptHandOver"}
"""Commands that ask for a state which this test does not make before they ask who comes; held by their own tests."""

FOR_EVERYBODY = {"RecordPrint"}
"""Commands that no role is refused: whether a paper came out is said by whoever stands there."""

OWN_COUNT = (
    "BeginCount",
    "LeaveCount",
    "SubmitCount",
    "CloseTillSession",
    "ExplainDifference",
    "HandOver",
    "BagToSafe",
)
OWN_REPORTS = ("TakeDaybook", "TakeXReport")
OWNERS_ACT = dict.fromkeys(OWN_COUNT, Act.RUN_OWN_TILL_SESSION) | dict.fromkeys(OWN_REPORTS, Act.READ_OWN_REPORTS)
"""For the owner of the session these commands fall under another row than for anybody else."""

FIELDS: dict[str, object] = {
    "roles": frozenset({Role.CASHIER}),
    "password": "tin kettle forty",
    "name": "language",
    "text": "en",
    "code": "1999",
    "display_name": "冯新",
    "effective_from": "2026-12-01",
    "tiers": (Tier(1, "第一档", None, 26_300),),
    "item": "first_card",
    "terminal": "12345678",
    "batch": "000001",
    "trace": "000001",
    "reference": "000000000001",
    "last_four": "1234",
    "decision": "written",
    "outcome": "opened",
}
FIELDS_OF: dict[str, dict[str, object]] = {
    "RecordDrawerOpening": {"reason": "check_note"},
    "ReturnMoney": {"reason": "card_damaged"},
    "BeginReversal": {"reason": "wrong_volume"},
    "ReportLoss": {"reason": "lost"},
    "ReplaceCard": {"evidence": "customer_letter"},
    "ChangeMeter": {"evidence": "meter_display", "meter": Meter("G488203319", "G4", Inlet.LEFT, "x")},
    "SettleInDoubt": {"evidence": "meter_display"},
    "SetPurchaseLimit": {"applies_to": "resident", "valid_from": "2026-12-01"},
    "Reprint": {"reason": "not_printed"},
    "ReprintLast": {"reason": "not_printed"},
    "ChangeHallProfile": {"name": "payee", "text": "另一家公司"},
    "RevealContact": {"reason": "来电核对"},
    "ExplainDifference": {"reason": "找零多付"},
    "TransferAccount": {"phone": "", "address": "平安里 12 号"},
    "OpenAccount": {"phone": "", "address": "平安里 12 号", "meter": Meter("G488203319", "G4", Inlet.LEFT, "x")},
    "ImportCustomers": {"content": demo_customers_csv(1)},
}


def commands() -> Iterator[tuple[type[Command], Callable[..., object]]]:
    """Each command class with the use case that takes it."""
    for module_name in sorted(module.name for module in pkgutil.iter_modules(pos.usecases.__path__)):
        module = importlib.import_module(f"pos.usecases.{module_name}")
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or function.__module__ != module.__name__ or name.startswith("_"):
                continue
            if next(iter(inspect.signature(function).parameters), "") != "hall":
                continue
            hints = list(typing.get_type_hints(function).values())
            takes = [hint for hint in hints[:-1] if isinstance(hint, type) and issubclass(hint, Command)]
            if takes and takes[0] is not Command:
                yield takes[0], function


FOUND = list(commands())


def filled(kind: object) -> object:
    """A value of a type, made up."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if type(None) in arguments else filled(arguments[0])
    if origin is tuple:
        return (filled(arguments[0]),) if len(arguments) == 2 and arguments[1] is ... else tuple(map(filled, arguments))
    if origin is not None:
        return origin()
    assert isinstance(kind, type)
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    if kind is Money:
        return Money(100)
    if dataclasses.is_dataclass(kind):
        return with_fields(kind)
    return {str: "x", int: 100, bool: False, bytes: b"x"}[kind]


def with_fields(kind: type, **given: object) -> typing.Any:
    """An instance with every field that must be given."""
    hints = typing.get_type_hints(kind)
    for part in dataclasses.fields(kind):
        must = part.default is dataclasses.MISSING and part.default_factory is dataclasses.MISSING
        if part.name not in given and must:
            given[part.name] = FIELDS.get(part.name) or filled(hints[part.name])
    return kind(**given)


def outcome(
    demo: DemoHall, kind: type[Command], use_case: Callable[..., object], person: str, **surroundings: object
) -> tuple[str, str]:
    """Code and act of what happened."""
    given = dict(FIELDS_OF.get(kind.__name__, {}))
    names = {part.name for part in dataclasses.fields(kind)}
    given |= {name: value for name, value in surroundings.items() if name in names}
    if "found" in names:
        given["found"] = with_fields(CardImage)
    command = with_fields(kind, command_id=demo.new_id(), actor=demo.people[person], **given)
    takes = inspect.signature(use_case).parameters
    try:
        use_case(demo.hall, command, **{name: value for name, value in surroundings.items() if name in takes})
    except KnownError as refusal:
        return refusal.code, str(refusal.params.get("act", ""))
    return "", ""


def is_signed_by_a_second(kind: type[Command]) -> bool:
    """A command that carries another person's signature over figures (counts, the safe)."""
    return any(Signature in typing.get_args(hint) for hint in typing.get_type_hints(kind).values())


@pytest.fixture
def surroundings(demo_hall, tmp_path):
    """An open till session of the cashier, and the key of personal data."""
    demo_hall.begin_safe(SAFE, by="finance", witness="lead")
    session_id = open_till(demo_hall, "T01", demo_hall.cashier)
    return {"session_id": session_id, "cipher": create_data_key(tmp_path / "personal.key")}


@pytest.mark.parametrize(("kind", "use_case"), FOUND, ids=[function.__name__ for _, function in FOUND])
def test_each_role_meets_its_cell_of_the_matrix(demo_hall, surroundings, kind, use_case):
    seen = {person: outcome(demo_hall, kind, use_case, person, **surroundings) for person in ROLES.values()}
    wanted = REFUSALS[:1] if is_signed_by_a_second(kind) else REFUSALS
    acts = {act for code, act in seen.values() if code in wanted}
    assert acts or kind.__name__ in FOR_EVERYBODY | STATE_FIRST, f"no role is refused: {seen}"
    if kind.__name__ in OWNERS_ACT:
        acts.add(OWNERS_ACT[kind.__name__])
    for person, (code, act) in seen.items():
        if code == "approval.needed" and is_signed_by_a_second(kind):
            continue  # she may do it, the other one has not signed yet
        if code in REFUSALS:
            expected = "–" if code == "role.refused" else "A"
            assert CELL_BY[act, person].text[0] == expected, (person, code, act)
        elif acts:
            assert "✓" in {CELL_BY[each, person].text[0] for each in acts}, (person, code, acts)


@pytest.mark.parametrize(("kind", "use_case"), FOUND, ids=[function.__name__ for _, function in FOUND])
def test_nothing_is_done_under_a_starting_password(demo_hall, surroundings, kind, use_case):
    reset = ChangeOperator(
        command_id="reset", actor=demo_hall.admin, operator_id=demo_hall.lead, starting_password="tin kettle forty"
    )
    change_operator(demo_hall.hall, reset)
    before = demo_hall.kinds("DJ-H"), demo_hall.kinds("DJ-T01")
    code, _act = outcome(demo_hall, kind, use_case, "lead", **surroundings)
    if kind.__name__ in FOR_EVERYBODY | STATE_FIRST:
        assert code
    else:
        assert code == "sign_in.must_change"
    hall_chain, till_chain = demo_hall.kinds("DJ-H"), demo_hall.kinds("DJ-T01")
    assert (hall_chain[: len(before[0])], till_chain) == before
    assert set(hall_chain[len(before[0]) :]) <= {"refused"}


WITH_WORDS = [
    (kind, use_case, name)
    for kind, use_case in FOUND
    for name in sorted(FREE_TEXT_FIELDS & {part.name for part in dataclasses.fields(kind)})
    if name not in FIELDS_OF.get(kind.__name__, {}) or kind.__name__ == "RevealContact"
]


@pytest.mark.parametrize(
    ("kind", "use_case", "name"), WITH_WORDS, ids=[f"{use_case.__name__}.{name}" for _, use_case, name in WITH_WORDS]
)
def test_no_command_takes_a_telephone_number_in_its_words(demo_hall, surroundings, kind, use_case, name):
    before = demo_hall.kinds("DJ-H"), demo_hall.kinds("DJ-T01")
    for person in ROLES.values():
        code, _act = outcome(demo_hall, kind, use_case, person, **surroundings, **{name: "客户 138 0013 8000 要求"})
        assert code == "text.personal_number"
    assert (demo_hall.kinds("DJ-H"), demo_hall.kinds("DJ-T01")) == before


def test_all_use_cases_are_found():
    assert len(FOUND) >= 35
