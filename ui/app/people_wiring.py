"""Signing in, locking, approvals and signatures: pages that take passwords, with the use cases behind them.

A person with a starting password is nobody here (`person` is None) until she has replaced it.

Passwords go from the field to the use case and nowhere else. Hashing takes 0.1 s: never on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger.errors import KnownError
from pos.domain.roles import ALLOWED, Act, Role
from pos.usecases.fact import Command, Hall
from pos.usecases.give_consent import give_consent, sign
from pos.usecases.hall_settings import OperatorRow, newcomers_of, operators_of
from pos.usecases.lock import Lock, LockedBy, lock
from pos.usecases.permission import Consent, Signature, consenting_roles
from pos.usecases.sign_in import SignedIn, SignIn, sign_in
from pos.usecases.sign_in_page import sign_in_page
from pos.usecases.sign_out import SignOut, sign_out
from pos.usecases.unlock import Unlock, unlock
from ui.app.password_wiring import PasswordWiring
from ui.app.recovery_wiring import RecoveryWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.decisions import ApprovalOverlay
from ui.desktop.pages.sign_in import LockOverlay, SignInPage
from ui.presenters.counter_panels import notice_of, password_notice
from ui.presenters.lane import Lane
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import ApprovalState, PersonChoice, SignInState, ToSign

WORKSTATION = "counter-1"
CODE_OF_BACKUP = Notice("recovery.of_backup", Tone.WARNING)
"""After a restore, until a new recovery code is made: on the sign-in page, and to the administrator."""


@dataclass(slots=True)
class _Pending:
    """What an approval or a signature is for: `run(login, password)` on the lane, `done(answer)` afterwards."""

    run: Callable[[str, str], object]
    done: Callable[[object], None]


class PeopleWiring:
    """Pages for people.

    Attributes: person: who is signed in, or None. on_signed_in: told who came.
    """

    def __init__(self, window: MainWindow, look: Look, on_signed_in: Callable[[OperatorRow], None]) -> None:
        self._window = window
        self._look = look
        self._on_signed_in = on_signed_in
        self.page = SignInPage(look)
        self.lock_overlay = LockOverlay(look)
        self.approval = ApprovalOverlay(look)
        window.add_page("sign_in", self.page)
        self.password = PasswordWiring(window, look, lambda: window.action.emit("sign_out"))
        self.recovery = RecoveryWiring(window, look, self._recovered)
        self.person: OperatorRow | None = None
        self._newcomer: OperatorRow | None = None
        self._state = SignInState(busy=True)
        self._hall: Hall | None = None
        self._books: Lane | None = None
        self._approval_state = ApprovalState()
        self._pending: _Pending | None = None
        self.page.render_state(self._state)

    def connect(self, hall: Hall, books: Lane, demo_password: str) -> None:
        """The books are open: people may come in. `demo_password` is shown beside demo people only."""
        self._hall, self._books = hall, books
        self.password.connect(hall, books)
        self.recovery.connect(hall, books)
        self.page.sign_in_asked.connect(self._sign_in)
        self.page.recovery_asked.connect(self.recovery.open)
        self.page.language_asked.connect(lambda language: self._look.switch(language=language))
        self.lock_overlay.unlock_asked.connect(self._unlock)
        self.lock_overlay.other_person.connect(self._other_person)
        self.approval.approved.connect(self._approved)
        self.approval.closed.connect(self._leave_approval)
        self.show_who_may_come(demo_password)

    def show_who_may_come(self, demo_password: str) -> None:
        """The sign-in page as it begins: who may come in a demo, and what everybody must know after a restore."""
        if self._hall is None:
            return
        shown = sign_in_page(self._hall)
        people = tuple(
            PersonChoice(person.code, person.display_name, _first_role(person), demo_password)
            for person in shown.demo_people
        )
        self._render(SignInState(people=people, notice=CODE_OF_BACKUP if shown.restored else None))

    def lock(self, *, idle: bool = False) -> None:
        """F12, or nobody touched a key: the open sale stays as it is underneath."""
        hall, books, person = self._hall, self._books, self.person
        if hall is None or books is None or person is None:
            return
        command = Lock(
            command_id=hall.ids.new_id(),
            actor=person.operator_id,
            workstation=WORKSTATION,
            by=LockedBy.IDLE if idle else LockedBy.KEY,
        )
        books.submit(lambda: lock(hall, command), lambda _none: None, lambda _error: None)
        self.lock_overlay.render_state(SignInState(locked_name=person.display_name))
        self._window.open_overlay(self.lock_overlay)

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """A second person approves exactly this command."""
        hall = self._hall
        if hall is None or self.person is None:
            return
        roles = consenting_roles(act, self.person.roles)

        def run(login: str, password: str) -> object:
            return give_consent(hall, command, act, approver_login=login, password=password)

        self._ask(asked, roles, run, lambda answer: done(_consent(answer)))

    def ask_signature(
        self, digest: str, role: Role, asked: ToSign, done: Callable[[Signature], None], *, also_her: bool = False
    ) -> None:
        """Another person signs over a shown digest; `also_her`: the one who works here may, with her own password."""
        self._ask_to_sign(digest, frozenset({role}), asked, done, also_her=also_her)

    def ask_witness(self, digest: str, asked: ToSign, done: Callable[[Signature], None], *, also_her: bool) -> None:
        """Anybody else of the hall signs over a shown digest; those who keep the safe are offered first."""
        keepers = ALLOWED[Act.MOVE_SAFE]
        self._ask_to_sign(digest, frozenset(Role), asked, done, also_her=also_her, first=keepers)

    def _ask_to_sign(
        self,
        digest: str,
        roles: frozenset[Role],
        asked: ToSign,
        done: Callable[[Signature], None],
        *,
        also_her: bool,
        first: tuple[Role, ...] = (),
    ) -> None:
        hall = self._hall
        if hall is None:
            return

        def run(login: str, password: str) -> object:
            return sign(hall, login=login, password=password, digest=digest)

        self._ask(asked, roles, run, lambda answer: done(_signature(answer)), also_her=also_her, first=first)

    def _ask(
        self,
        asked: ToSign,
        roles: frozenset[Role],
        run: Callable[[str, str], object],
        done: Callable[[object], None],
        *,
        also_her: bool = False,
        first: tuple[Role, ...] = (),
    ) -> None:
        hall, books = self._hall, self._books
        if hall is None or books is None:
            return
        pending = self._pending = _Pending(run, done)

        def show(people: tuple[OperatorRow, ...], newcomers: frozenset[str], notice: Notice | None = None) -> None:
            if self._pending is not pending:  # she left, or asks for something else meanwhile
                return
            ordered = sorted(people, key=lambda person: not person.roles & frozenset(first))
            ordered.sort(key=lambda person: person.operator_id in newcomers)
            others = tuple(
                PersonChoice(
                    person.code,
                    person.display_name,
                    _first_role(person),
                    why_not="approval.newcomer" if person.operator_id in newcomers else "",
                )
                for person in ordered
                if person.roles & roles and (also_her or self.person is None or person != self.person)
            )
            self._approval_state = ApprovalState(what_code=asked.code, lines=asked.lines, people=others, notice=notice)
            self.approval.render_state(self._approval_state)
            self._window.open_overlay(self.approval)

        books.submit(
            lambda: (operators_of(hall), newcomers_of(hall)),
            lambda found: show(*found),
            lambda error: show((), frozenset(), notice_of(error)),
        )

    def _approved(self, login: str, password: str, _reason: str) -> None:
        pending, books = self._pending, self._books
        if pending is None or books is None:
            return

        def done(answer: object) -> None:
            if self._pending is pending:
                self._leave_approval()
                pending.done(answer)

        def failed(error: KnownError) -> None:
            if self._pending is not pending:
                return
            whose = next((one for one in self._approval_state.people if one.login == login), None)
            is_admin = whose is not None and whose.role == Role.ADMINISTRATOR
            said = password_notice(error, whose.name if whose else "", administrator=is_admin)
            self._approval_state = replace(self._approval_state, busy=False, notice=said)
            self.approval.render_state(self._approval_state)

        self._approval_state = replace(self._approval_state, busy=True, notice=None)
        self.approval.render_state(self._approval_state)
        books.submit(lambda: pending.run(login, password), done, failed)

    def _leave_approval(self) -> None:
        """Answered, or not wanted any more: an answer that comes later finds nobody waiting."""
        self._pending = None
        self._window.close_overlay(self.approval)

    def _sign_in(self, login: str, password: str) -> None:
        hall, books = self._hall, self._books
        if hall is None or books is None or self._state.busy:
            return
        command = SignIn(command_id=hall.ids.new_id(), login=login, password=password, workstation=WORKSTATION)

        def came(signed: SignedIn) -> None:
            self.page.login.clear()
            self._render(replace(self._state, busy=False, notice=None, login=""))
            if signed.must_change_password:
                self._newcomer = signed.person
                self.password.open(signed.person, lambda: self._enter(signed.person), starting=password)
            else:
                self._enter(signed.person)

        def refused(error: KnownError) -> None:
            self._render(replace(self._state, busy=False, notice=notice_of(error)))

        self._render(replace(self._state, busy=True, notice=None))
        books.submit(lambda: sign_in(hall, command), came, refused)

    def _enter(self, person: OperatorRow) -> None:
        self.person, self._newcomer = person, None
        self._on_signed_in(person)

    def handle(self, name: str) -> bool:
        """F12 locks, Shift+F12 replaces one's own password; False for any other action."""
        if name == "lock":
            self.lock()
        elif name == "change_password" and self.person is not None:
            self.password.open(self.person)
        return name in ("lock", "change_password")

    def _unlock(self, password: str) -> None:
        hall, books, person = self._hall, self._books, self.person
        if hall is None or books is None or person is None:
            return
        command = Unlock(
            command_id=hall.ids.new_id(), actor=person.operator_id, password=password, workstation=WORKSTATION
        )

        def refused(error: KnownError) -> None:
            is_admin = Role.ADMINISTRATOR in person.roles
            said = password_notice(error, person.display_name, administrator=is_admin)
            self.lock_overlay.render_state(SignInState(locked_name=person.display_name, notice=said))

        def opened(_failed_before: object) -> None:
            if self.person is person:
                self._window.close_overlay(self.lock_overlay)

        books.submit(lambda: unlock(hall, command), opened, refused)

    def leave(self) -> None:
        """Nobody is signed in here any more; said in the books."""
        hall, books, person = self._hall, self._books, self.person or self._newcomer
        if hall is not None and books is not None and person is not None:
            command = SignOut(command_id=hall.ids.new_id(), actor=person.operator_id, workstation=WORKSTATION)
            books.submit(lambda: sign_out(hall, command), lambda _none: None, lambda _error: None)
        self.person = self._newcomer = self._pending = None
        self.password.leave()
        self.recovery.leave()
        self._window.close_overlays()
        self._render(replace(self._state, busy=False, notice=None))

    def say(self, said: Notice) -> None:
        """What was booked by the one who has just left, on the sign-in page."""
        self._render(replace(self._state, notice=said))

    def _recovered(self, login: str) -> None:
        """An administrator has a new password: she signs in with it."""
        self._render(replace(self._state, login=login, notice=Notice("recovery.done", Tone.GOOD)))

    def _other_person(self) -> None:
        """Somebody else works here now; the open session stays its owner's."""
        self._window.action.emit("sign_out")

    def _render(self, state: SignInState) -> None:
        self._state = state
        self.page.render_state(state)


def _first_role(person: OperatorRow) -> str:
    """The role shown beside a name: the first in the order of the matrix."""
    return next((role.value for role in Role if role in person.roles), "")


def _consent(answer: object) -> Consent:
    if not isinstance(answer, Consent):
        raise TypeError("an approval answers with a consent")
    return answer


def _signature(answer: object) -> Signature:
    if not isinstance(answer, Signature):
        raise TypeError("a signature was asked for")
    return answer
