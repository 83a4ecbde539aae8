"""First start: the wizard's answers become a hall: its chain, two tills, its people, sample prices marked 示例.

One use case after another through the ordinary doors; a wrong answer is said on its page and nothing of that step has
happened. Recovery code, key fingerprint and the first passwords are shown once, to be written down. Only the
administrator keeps the password she chose here; everybody else must choose her own at her first sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from ledger.errors import KnownError
from pos.domain.errors import RuleViolation
from pos.domain.passwords import check_password, new_recovery_code, new_starting_password
from pos.domain.roles import Role
from pos.usecases.add_operator import AddOperator, add_operator, check_code, check_name
from pos.usecases.add_till import AddTill, add_till
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.commission_hall import CommissionHall, commission_hall, is_hall_code
from pos.usecases.fact import Hall
from ui.app.config import Config, PrinterConfig, ReaderConfig, ScreenConfig, config_text
from ui.app.places import Places
from ui.app.prices import set_sample_prices
from ui.app.workplace import Workplace, make_development_keys, open_workplace
from ui.desktop.frame import MainWindow
from ui.desktop.lanes import Lane
from ui.desktop.look import Look
from ui.desktop.pages.wizard import STEPS, WizardPage
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import WizardState

FIRST_PEOPLE = (
    ("1001", "收费员甲", Role.CASHIER),
    ("1002", "收费员乙", Role.CASHIER),
    ("1003", "卡务员", Role.CARD_CLERK),
    ("3001", "出纳", Role.FINANCE_CASHIER),
)
"""Added with starting passwords; the administrator gives them their names later (Ctrl+6)."""


@dataclass(frozen=True, slots=True)
class Founded:
    """What is shown once. passwords: (code, name, starting password)."""

    recovery_code: str
    key_id: str
    passwords: tuple[tuple[str, str, str], ...]


def found_hall(workplace: Workplace, answers: dict[str, str]) -> Founded:
    """Make the hall from the wizard's answers. Blocking: about 1 s, password hashes.

    Raises: RuleViolation `hall.*`, `operator.*`, `password.*`; StoreError kinds.
    """
    hall = workplace.hall
    _check_lead(answers)
    recovery_code = new_recovery_code()
    made = commission_hall(
        hall,
        CommissionHall(
            command_id=hall.ids.new_id(),
            hall_code=answers["hall_code"].upper(),
            company=answers["company"],
            hall_name=answers["hall"],
            payee=answers["company"],
            bank=answers["bank"],
            bank_account=answers["bank_account"],
            emergency_phone=answers["emergency_phone"],
            admin_code=answers["admin_login"],
            admin_name=answers["admin_name"],
            admin_password=answers["admin_password"],
            recovery_code=recovery_code,
        ),
    )
    admin = made.administrator_id
    for name in (answers["till_name"] or "1 号窗口", "2 号窗口"):
        add_till(hall, AddTill(command_id=hall.ids.new_id(), actor=admin, name=name))
    passwords = tuple((code, name, new_starting_password()) for code, name, _role in FIRST_PEOPLE)
    for (code, name, role), (_code, _name, password) in zip(FIRST_PEOPLE, passwords, strict=True):
        _add(hall, admin, code, name, role, password)
    lead = _add(
        hall, admin, answers["lead_login"], answers["lead_name"], Role.SHIFT_LEAD, answers["lead_password"], known=True
    )
    set_sample_prices(hall, lead, approver_login=answers["admin_login"], approver_password=answers["admin_password"])
    reset = ChangeOperator(
        command_id=hall.ids.new_id(), actor=admin, operator_id=lead, starting_password=answers["lead_password"]
    )
    change_operator(hall, reset)  # the administrator typed it, so the lead chooses another one when she first comes
    return Founded(recovery_code, made.key_id, passwords)


def _check_lead(answers: dict[str, str]) -> None:
    """Before anything is written: what is refused after the genesis could not be answered again in the wizard."""
    login, name = answers["lead_login"], answers["lead_name"]
    check_code(login)
    check_name(name)
    if login in {answers["admin_login"], *(code for code, _name, _role in FIRST_PEOPLE)}:
        raise RuleViolation("operator.code_taken", operator_code=login)
    known = (login, name, answers["hall_code"].upper(), answers["hall"], answers["company"])
    check_password(answers["lead_password"], context=known)


def _add(hall: Hall, admin: str, code: str, name: str, role: Role, password: str, *, known: bool = False) -> str:
    """One person; `known`: she may act at once, without choosing another password first."""
    command = AddOperator(
        command_id=hall.ids.new_id(),
        actor=admin,
        code=code,
        display_name=name,
        roles=frozenset({role}),
        password=password,
        must_change=not known,
    )
    return add_operator(hall, command)


class Founding(QObject):
    """The wizard, from the look to the recovery code; `done()` opens the hall."""

    def __init__(self, window: MainWindow, look: Look, at: Places, books: Lane, done: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._look = look
        self._places = at
        self._books = books
        self._done = done
        self._answers: dict[str, str] = {}
        self._state = WizardState(step="look", theme=look.theme, scale=look.scale)
        self.page = WizardPage(look)
        window.add_page("wizard", self.page)
        self.page.look_asked.connect(self._look_asked)
        self.page.step_done.connect(self._step_done)
        self.page.stepped_back.connect(self._step_back)
        self.page.device_test_asked.connect(self._look_at_devices)

    def begin(self) -> None:
        """The first page."""
        self._show()
        self._window.show_page("wizard")

    def _look_asked(self, kind: str, value: str) -> None:
        if kind == "scale":
            self._look.switch(scale=int(value))
        elif kind == "theme":
            self._look.switch(theme=value)
        else:
            self._look.switch(language=value)
        chosen = {"scale": int(value)} if kind == "scale" else {kind: value}
        self._show(**chosen)

    def _step_done(self, step: str, values: dict[str, str]) -> None:
        self._answers.update(values)
        if step == "people":
            self._found()
        elif step == "done":
            self._done()
        else:
            asked = ("company", "hall", "hall_code", "bank", "bank_account") if step == "hall" else ()
            missing = next((name for name in asked if not values.get(name)), None)
            if missing is not None:
                name = (("name", self._look.text(f"wizard.{missing}")),)
                self._show(notice=Notice("hall.field_empty", Tone.WARNING, name))
                return
            if step == "hall" and not is_hall_code(values["hall_code"]):
                self._show(notice=Notice("hall.code", Tone.WARNING))
                return
            self._go(1)

    def _step_back(self) -> None:
        self._go(-1)

    def _go(self, direction: int) -> None:
        self._show(step=STEPS[STEPS.index(self._state.step) + direction], notice=None)
        if self._state.step == "devices":
            self._look_at_devices()

    def _found(self) -> None:
        answers = dict(self._answers)

        def run() -> Founded:
            make_development_keys(self._places)
            workplace = open_workplace(self._places)
            try:
                return found_hall(workplace, answers)
            finally:
                workplace.close()

        def founded(made: Founded) -> None:
            people = "\n".join(f"{code} {name}：{password}" for code, name, password in made.passwords)
            self._answers = {}
            self._write_config()
            self._show(busy=False, recovery_code=f"{made.recovery_code}\n{people}", key_fingerprint=made.key_id)
            self._go(1)

        def refused(error: KnownError) -> None:
            self._show(busy=False, notice=notice_of(error))

        self._show(busy=True, notice=None)
        self._books.submit(run, founded, refused)

    def _look_at_devices(self) -> None:
        """What is connected now, told truthfully; nothing is needed to go on."""
        from devices.cards.pcsc import service_version

        version = service_version()
        reader = ("reader", "lamp.ok" if version else "lamp.unknown", Tone.GOOD if version else Tone.WARNING)
        self._show(device_rows=(reader, ("printer", "lamp.unknown", Tone.WARNING)))

    def _write_config(self) -> None:
        """PC/SC is tried at once; a printer is entered by the technician (docs/printers.md)."""
        screen = ScreenConfig(self._look.text.language, self._look.theme, self._look.scale)
        config = Config(ReaderConfig("pcsc"), PrinterConfig("none"), screen)
        self._places.config.write_text(config_text(config), encoding="utf-8")

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.page.render_state(self._state)
