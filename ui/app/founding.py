"""First start: the wizard's answers become a hall: its chain, its tills, its people, sample prices marked 示例.

One use case after another through the ordinary doors, in a folder beside the books (`StagedHall`): the hall takes its
place when everything is on paper; before that there is none, whatever stopped it. Recovery code, key fingerprint and
the first passwords are shown once, to be written down. Only the administrator keeps the password she chose here;
everybody else must choose her own at her first sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from ledger.errors import KnownError
from pos.domain.passwords import new_recovery_code
from pos.domain.roles import Role
from pos.ports.card import ReaderState, ReaderStatus
from pos.usecases.add_operator import AddOperator, add_operator, starting_password
from pos.usecases.add_till import AddTill, add_till
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.commission_hall import CommissionHall, commission_hall
from pos.usecases.fact import Hall
from ui.app.config import Config, PrinterConfig, ReaderConfig, ScreenConfig, config_text, load_config
from ui.app.device_setup import look_for_reader
from ui.app.places import Places
from ui.app.prices import set_sample_prices
from ui.app.staged_hall import StagedHall
from ui.app.workplace import Workplace, make_development_keys, open_workplace
from ui.desktop.frame import MainWindow
from ui.desktop.lanes import Lane
from ui.desktop.look import Look
from ui.desktop.pages.wizard import STEPS, WizardPage
from ui.presenters.counter_panels import notice_of
from ui.presenters.first_start import Fault, first_fault, tills_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import WRITTEN, HallPlan, WizardState

FIRST_PEOPLE = (
    ("1001", "收费员甲", Role.CASHIER),
    ("1002", "收费员乙", Role.CASHIER),
    ("1003", "卡务员", Role.CARD_CLERK),
    ("3001", "出纳", Role.FINANCE_CASHIER),
)
"""Added with starting passwords; the administrator gives them their names later (Ctrl+6)."""

TAKEN = frozenset(code for code, _name, _role in FIRST_PEOPLE)
_NO_PRINTER = ("printer", "lamp.absent", Tone.INFO)
_READER_ADVICE = {ReaderState.NO_READER: "wizard.no_reader", ReaderState.NO_SERVICE: "wizard.no_service"}


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
    for step in ("hall", "people"):  # what is refused after the genesis could not be answered again in the wizard
        fault = first_fault(step, answers, TAKEN)
        if fault is not None:
            raise fault.error
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
    for name in tills_of(answers):
        add_till(hall, AddTill(command_id=hall.ids.new_id(), actor=admin, name=name))
    passwords = tuple((code, name, starting_password(hall, code, name)) for code, name, _role in FIRST_PEOPLE)
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


def _look() -> ReaderStatus:
    """The reader, or no service where its library cannot even be loaded."""
    try:
        return look_for_reader()
    except (ImportError, OSError):
        return ReaderStatus(ReaderState.NO_SERVICE)


class Founding(QObject):
    """The wizard, from the look to the recovery code; `done()` opens the hall."""

    def __init__(
        self, window: MainWindow, look: Look, at: Places, books: Lane, reader: Lane, done: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._look = look
        self._places = at
        self._staged = StagedHall(at)
        self._books = books
        self._reader = reader
        self._done = done
        self._answers: dict[str, str] = {}
        self._state = WizardState(step="look", theme=look.theme, scale=look.scale)
        self.page = WizardPage(look)
        window.add_page("wizard", self.page)
        self.page.look_asked.connect(self._look_asked)
        self.page.step_done.connect(self._step_done)
        self.page.stepped_back.connect(self._step_back)
        self.page.device_test_asked.connect(self._look_at_devices)
        self.page.written_down.connect(self._written_down)

    def begin(self) -> None:
        """The first page; papers of a founding that was not finished are called void."""
        unfinished = self._staged.discard()
        self._show(notice=Notice("wizard.begun_anew", Tone.WARNING) if unfinished else None)
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
        fault = first_fault(step, self._answers, TAKEN)
        if fault is not None:
            self._blame(fault)
        elif step == "people":
            self._found()
        elif step == "done":
            self._leave()
        else:
            self._go(1)

    def _blame(self, fault: Fault) -> None:
        """Say it under the field; a missing one by the name it has on the page."""
        params = dict(fault.error.params)
        if fault.error.code == "hall.field_empty":
            params["name"] = self._look.text(f"wizard.{fault.field}")
        notice = Notice(fault.error.code, Tone.WARNING, tuple(sorted(params.items())))
        self._show(notice=notice, wrong=fault.field)

    def _leave(self) -> None:
        """Only with everything on paper that is never shown again; now the hall is there."""
        if self._state.written != set(WRITTEN):
            self._show(notice=Notice("wizard.not_written", Tone.WARNING))
            return

        def run() -> None:
            self._write_config()
            self._staged.move_in()

        def moved(_nothing: None) -> None:
            self._show(busy=False)
            self._done()

        self._show(busy=True, notice=None)
        self._books.submit(run, moved, self._refused)

    def _written_down(self, name: str) -> None:
        self._show(written=self._state.written | {name}, notice=None)

    def _step_back(self) -> None:
        self._go(-1)

    def _go(self, direction: int) -> None:
        step = STEPS[STEPS.index(self._state.step) + direction]
        plan = self._plan() if step == "people" else None
        self._show(step=step, plan=plan, notice=None, wrong="")
        if self._state.step == "devices":
            self._look_at_devices()

    def _plan(self) -> HallPlan:
        """What `found_hall` makes of the answers, told before its key is pressed."""
        staff = tuple((code, role.value) for code, _name, role in FIRST_PEOPLE)
        hall, code = self._answers["hall"], self._answers["hall_code"].upper()
        return HallPlan(hall, code, tills_of(self._answers), staff)

    def _found(self) -> None:
        answers = dict(self._answers)

        def run() -> Founded:
            self._staged.discard()
            make_development_keys(self._places)
            workplace = open_workplace(self._staged.places)
            try:
                return found_hall(workplace, answers)
            finally:
                workplace.close()

        def founded(made: Founded) -> None:
            self._answers = {}
            once = {"recovery_code": made.recovery_code, "starting_passwords": made.passwords}
            self._show(busy=False, founded=True, key_fingerprint=made.key_id, **once)
            self._go(1)

        self._show(busy=True, notice=None, wrong="")
        self._books.submit(run, founded, self._refused)

    def _refused(self, error: KnownError) -> None:
        self._show(busy=False, notice=notice_of(error))

    def _look_at_devices(self) -> None:
        """What is connected now, told truthfully; nothing is needed to go on."""

        def seen(status: ReaderStatus) -> None:
            advice = _READER_ADVICE.get(status.state)
            row = ("reader", "lamp.ok", Tone.GOOD)
            if advice is not None:
                row = ("reader", f"reader.{status.state}", Tone.WARNING)
            if self._state.step == "devices":
                self._show(device_rows=(row, _NO_PRINTER), notice=Notice(advice, Tone.WARNING) if advice else None)

        def silent(error: KnownError) -> None:
            row = ("reader", "lamp.unknown", Tone.WARNING)
            if self._state.step == "devices":
                self._show(device_rows=(row, _NO_PRINTER), notice=notice_of(error))

        self._show(device_rows=(("reader", "wizard.looking", Tone.INFO), _NO_PRINTER), notice=None)
        self._reader.submit(_look, seen, silent)

    def _write_config(self) -> None:
        """PC/SC is tried at once; what a technician has written (docs/printers.md) stays. Raises ConfigDamaged."""
        screen = ScreenConfig(self._look.text.language, self._look.theme, self._look.scale)
        path, usual = self._places.config, Config(ReaderConfig("pcsc"), PrinterConfig("none"))
        written = load_config(path) if path.exists() else usual
        path.write_text(config_text(replace(written, screen=screen)), encoding="utf-8")

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.page.render_state(self._state)
