"""A commissioned hall for every test: two tills, one person per role (and a second cashier and a second lead).

The hall is made once per test run and its file copied, so a test costs a copy. Passwords are real but their hashes
are made cheaply here; the program's own hashes are tested in tests/unit/pos/usecases/test_sign_in.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection

from ledger.keys import InstallationKey
from pos.domain.count import CountLine
from pos.domain.hand_over import safe_digest
from pos.domain.roles import Act, Role
from pos.store.outbox import PrintJob, all_jobs
from pos.store.people_queries import TillRow, operators, put_credential, tills
from pos.store.unit_of_work import Store
from pos.usecases.add_operator import AddOperator, add_operator
from pos.usecases.add_till import AddTill, add_till
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.commission_hall import CommissionHall, commission_hall
from pos.usecases.fact import Command, Hall
from pos.usecases.fill_safe import FillSafe, fill_safe
from pos.usecases.give_consent import give_consent, sign
from pos.usecases.permission import Signature
from tests.fakes import START_UTC_MS, CountingIds, FixedClock, make_hall, make_key, make_store

PASSWORD = "seven-lanterns-{code}"
"""Everybody's password in tests; the 工号 goes into the gap."""

RECOVERY_CODE = "7KQ2M-9XTRA-4HBWE-C6NPD-3FYGV"
PEOPLE: dict[str, tuple[str, str, Role]] = {
    "cashier": ("1001", "王小燕", Role.CASHIER),
    "cashier2": ("1002", "赵丽", Role.CASHIER),
    "card_clerk": ("1003", "钱芳", Role.CARD_CLERK),
    "lead": ("2001", "李班", Role.SHIFT_LEAD),
    "lead2": ("2002", "周正", Role.SHIFT_LEAD),
    "finance": ("3001", "孙敏", Role.FINANCE_CASHIER),
    "auditor": ("4001", "吴稽", Role.AUDITOR),
}
ADMIN_CODE = "9001"

AnyCommand = TypeVar("AnyCommand", bound=Command)


@dataclass
class DemoHall:
    """The hall of a test.

    Attributes:
        hall: surroundings for use cases; `clock` and `ids` are the settable ones inside it.
        people: operator ids by the names in PEOPLE and `admin`.
        path: the store's file.
    """

    hall: Hall
    clock: FixedClock
    ids: CountingIds
    key: InstallationKey
    path: Path
    people: dict[str, str]
    codes: dict[str, str]
    tills: tuple[TillRow, ...]

    @property
    def store(self) -> Store:
        return self.hall.store

    @property
    def cashier(self) -> str:
        return self.people["cashier"]

    @property
    def cashier2(self) -> str:
        return self.people["cashier2"]

    @property
    def card_clerk(self) -> str:
        return self.people["card_clerk"]

    @property
    def lead(self) -> str:
        return self.people["lead"]

    @property
    def lead2(self) -> str:
        return self.people["lead2"]

    @property
    def finance(self) -> str:
        return self.people["finance"]

    @property
    def auditor(self) -> str:
        return self.people["auditor"]

    @property
    def admin(self) -> str:
        return self.people["admin"]

    def new_id(self) -> str:
        """A fresh command id."""
        return self.ids.new_id()

    def password(self, name: str) -> str:
        """The password of a person by her name in PEOPLE."""
        return PASSWORD.format(code=self.codes[name])

    def approved(self, command: AnyCommand, act: Act, by: str = "lead") -> AnyCommand:
        """The command with the consent of a person (her name in PEOPLE) in it."""
        consent = give_consent(self.hall, command, act, approver_login=self.codes[by], password=self.password(by))
        return replace(command, consent=consent)

    def signed_by(self, name: str, digest: str) -> Signature:
        """A person's signature over a digest."""
        return sign(self.hall, login=self.codes[name], password=self.password(name), digest=digest)

    def begin_safe(self, lines: tuple[CountLine, ...], by: str = "lead", witness: str = "finance") -> int:
        """What lay in the safe when the books began, counted before a witness; the amount in fen."""
        command = FillSafe(
            command_id=self.new_id(),
            actor=self.people[by],
            lines=lines,
            from_bank=False,
            witness=self.signed_by(witness, safe_digest(lines)),
        )
        return fill_safe(self.hall, command)

    def set(self, name: str, text: str) -> None:
        """A setting of the hall, changed by the administrator."""
        change_setting(self.hall, ChangeSetting(command_id=self.new_id(), actor=self.admin, name=name, text=text))

    def kinds(self, chain: str) -> list[str]:
        """Kinds of the records of a chain in order."""
        with self.store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT kind FROM journal WHERE chain = ? ORDER BY epoch, seq", (chain,))
            return [row[0] for row in rows]

    def facts(self, chain: str, kind: str) -> list[str]:
        """Payload facts (JSON text) of the records of a kind in order, without the mark of their commands."""
        with self.store.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT json_remove(body -> '$.payload.facts', '$.command') FROM journal"
                " WHERE chain = ? AND kind = ? ORDER BY epoch, seq",
                (chain, kind),
            )
            return [row[0] for row in rows]


@dataclass(frozen=True)
class HallTemplate:
    path: Path
    key: InstallationKey


def commission(hall: Hall, ids: CountingIds, *, demo: bool = True) -> str:
    """Make the hall with its administrator; returns her operator id."""
    return commission_hall(
        hall,
        CommissionHall(
            command_id=ids.new_id(),
            hall_code="DJ",
            company="东江燃气有限公司（示例）",
            hall_name="东江营业厅",
            payee="东江燃气有限公司（示例）",
            bank="示例银行东江支行",
            bank_account="0000 0123 4567",
            emergency_phone="000-96777",
            demo=demo,
            admin_code=ADMIN_CODE,
            admin_name="郑管",
            admin_password=PASSWORD.format(code=ADMIN_CODE),
            recovery_code=RECOVERY_CODE,
        ),
    ).administrator_id


def make_template(folder: Path) -> HallTemplate:
    """The file that halls are copied from."""
    key = make_key(folder)
    path = folder / "data" / "hall.db"
    clock, ids = FixedClock(START_UTC_MS - 86_400_000), CountingIds("setup")
    store = make_store(path, clock, key)
    hall = make_hall(store, clock, ids)
    admin = commission(hall, ids)
    for name in ("1 号窗口", "2 号窗口"):
        add_till(hall, AddTill(command_id=ids.new_id(), actor=admin, name=name))
    for code, display_name, role in PEOPLE.values():
        command = AddOperator(
            command_id=ids.new_id(),
            actor=admin,
            code=code,
            display_name=display_name,
            roles=frozenset({role}),
            password=PASSWORD.format(code=code),
            must_change=False,
        )
        add_operator(hall, command)
    make_hashes_cheap(store, lambda code: PASSWORD.format(code=code))
    store.close()
    return HallTemplate(path, key)


@pytest.fixture(scope="session")
def hall_template(tmp_path_factory: pytest.TempPathFactory) -> HallTemplate:
    """The file that every test's hall is copied from."""
    return make_template(tmp_path_factory.mktemp("hall_template"))


def copy_of(template: HallTemplate, folder: Path) -> DemoHall:
    """A hall of its own; whoever asks for it closes its store."""
    path = folder / "data" / "hall.db"
    path.parent.mkdir()
    shutil.copyfile(template.path, path)
    clock, ids = FixedClock(), CountingIds()
    store = make_store(path, clock, template.key)
    with store.reading() as connection:
        ids_by_code = {person.code: person.operator_id for person in operators(connection)}
        all_tills = tills(connection)
    codes = {name: code for name, (code, _, _) in PEOPLE.items()} | {"admin": ADMIN_CODE}
    people = {name: ids_by_code[code] for name, code in codes.items()}
    return DemoHall(make_hall(store, clock, ids), clock, ids, template.key, path, people, codes, all_tills)


@pytest.fixture
def demo_hall(hall_template: HallTemplate, tmp_path: Path) -> Generator[DemoHall, None, None]:
    """A hall of this test's own."""
    demo = copy_of(hall_template, tmp_path)
    yield demo
    demo.store.close()


def make_hashes_cheap(store: Store, password_of: Callable[[str], str]) -> None:
    """A password costs a tenth of a second on purpose; a test that types it waits for nothing else."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with store.unit_of_work() as uow:
        for person in operators(uow.connection):
            secret_hash = hasher.hash(password_of(person.code))
            put_credential(uow.connection, person.operator_id, secret_hash, must_change=False, at_utc_ms=0)
        uow.commit()


def jobs_of_session(connection: Connection, session_id: str) -> list[PrintJob]:
    """The papers of a till session, oldest first."""
    return [job for job in all_jobs(connection) if job.session_id == session_id]
