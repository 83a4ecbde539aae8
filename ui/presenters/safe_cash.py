"""Cash in and out of the safe: how the books begin, from the bank, 上缴入柜, 补领 and 缴回备用金 (P1, P12).

Each is counted by denomination; what moves between safe and drawer is signed by two people. A sum that cannot move is
refused before the second one is asked: nobody signs for what is then not booked. Must not know: what the
safe or a drawer holds by the books.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ledger.money import Money
from pos.domain.count import CountLine
from pos.domain.hand_over import drop_digest, float_return_digest, safe_digest
from pos.domain.roles import Role
from pos.usecases.cash_drop import CashMoved, MoveCash, cash_drop, check_drop, check_top_up, float_top_up
from pos.usecases.fact import Hall
from pos.usecases.fill_safe import FillSafe, check_fill, fill_safe
from pos.usecases.hall_settings import OperatorRow, settings_of
from pos.usecases.permission import Signature
from pos.usecases.return_float import FloatReturned, ReturnFloat, check_return, return_float
from pos.usecases.waiting_floats import WaitingFloat
from ui.presenters.asked_count import AskedCount, lines_of
from ui.presenters.count_state import CountResult, CountState
from ui.presenters.counter_desk import Desk
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import ToSign
from ui.presenters.to_sign import cash_lines
from ui.presenters.visit import Visit

Check = Callable[[Hall, str, tuple[CountLine, ...]], None]


class SafeScreen(Protocol):
    """Who signs, and where one goes afterwards."""

    def ask_second(self, digest: str, role: Role, asked: ToSign, done: Callable[[Signature], None]) -> None:
        """The other person signs over the digest."""

    def ask_witness(self, digest: str, asked: ToSign, done: Callable[[Signature], None], *, also_her: bool) -> None:
        """Anybody else of the hall signs over the digest; `also_her`: in a hall of one she does."""

    def cash_moved(self, said: Notice) -> None:
        """Back to the page of who works here, with what was booked."""


@dataclass(slots=True, weakref_slot=True)
class SafeCash:
    """Presenter of the safe. Attributes: desk; screen; count; visit: of the office; print_waiting: told of a note."""

    desk: Desk
    screen: SafeScreen
    count: AskedCount
    visit: Visit
    print_waiting: Callable[[], None]

    def fill(self, person: OperatorRow, *, from_bank: bool) -> None:
        """Count cash into the safe: what was fetched from the bank, or, before a witness, what lay there at first."""

        def book(command: FillSafe) -> None:
            self.visit.ask(
                lambda: fill_safe(self.desk.hall, command),
                lambda amount_fen: self.screen.cash_moved(_said("safe.filled", amount_fen)),
                self.count.trouble,
            )

        def counted(result: CountResult) -> None:
            command = FillSafe(
                command_id=self.desk.hall.ids.new_id(),
                actor=person.operator_id,
                lines=lines_of(result),
                from_bank=from_bank,
            )
            if from_bank:
                book(command)
                return
            asked = ToSign("approve.safe_start", cash_lines(command.lines, person.display_name))
            self._witnessed(
                lambda: check_fill(self.desk.hall, command.lines, from_bank=False),
                safe_digest(command.lines),
                asked,
                lambda signature: book(replace(command, witness=signature)),
            )

        self._ask("safe_bank" if from_bank else "safe_start", person, counted)

    def put_back(self, person: OperatorRow, waiting: WaitingFloat) -> None:
        """缴回备用金: what a till has while nobody works there is counted into the safe before a witness."""
        till = waiting.till

        def book(command: ReturnFloat) -> None:
            self.visit.ask(
                lambda: return_float(self.desk.hall, command),
                lambda done: self.screen.cash_moved(self._put_back_said(done, till.name)),
                self.count.trouble,
                settled=lambda _done: self.print_waiting(),
            )

        def counted(result: CountResult) -> None:
            command = ReturnFloat(
                command_id=self.desk.hall.ids.new_id(),
                actor=person.operator_id,
                till_id=till.till_id,
                lines=lines_of(result),
            )
            digest = float_return_digest(till.till_id, command.lines)
            asked = ToSign("approve.float_return", cash_lines(command.lines, person.display_name))
            self._witnessed(
                lambda: check_return(self.desk.hall, till.till_id, command.lines),
                digest,
                asked,
                lambda signature: book(replace(command, witness=signature)),
            )

        self._ask("float_return", person, counted, till.name)

    def _put_back_said(self, done: FloatReturned, till: str) -> Notice:
        figures = (
            ("amount", Money(done.amount_fen).grouped()),
            ("till", till),
            ("left", Money(done.left_fen).grouped()),
        )
        return Notice(self.desk.paper_code("float_return.done"), Tone.GOOD, figures)

    def _witnessed(
        self, check: Callable[[], None], digest: str, asked: ToSign, done: Callable[[Signature], None]
    ) -> None:
        """Anybody else of the hall signs for what was counted, if it can be booked; the count stays open until then."""

        def look() -> bool:
            check()
            return settings_of(self.desk.hall).one_person_hall

        def ask(one_person: bool) -> None:
            self.count.release()
            self.screen.ask_witness(digest, asked, done, also_her=one_person)

        self.visit.ask(look, ask, self.count.trouble)

    def drop(self, cashier: OperatorRow, session_id: str) -> None:
        """上缴入柜: the cashier counts takings out of her drawer, the lead signs for them."""
        self._move((check_drop, cash_drop), "cash_drop", cashier, session_id, Role.SHIFT_LEAD)

    def top_up(self, lead: OperatorRow, session_id: str, owner_role: Role) -> None:
        """补领备用金: the lead counts change out of the safe, the cashier of the session signs for it."""
        self._move((check_top_up, float_top_up), "float_top_up", lead, session_id, owner_role)

    def _move(
        self,
        verbs: tuple[Check, Callable[[Hall, MoveCash], CashMoved]],
        kind: str,
        person: OperatorRow,
        session_id: str,
        second: Role,
    ) -> None:
        """`verbs`: what may be refused before anybody signs, and the booking."""
        check, move = verbs

        def counted(result: CountResult) -> None:
            lines = lines_of(result)
            command_id = self.desk.hall.ids.new_id()

            def signed(signature: Signature) -> None:
                command = MoveCash(
                    command_id=command_id,
                    actor=person.operator_id,
                    session_id=session_id,
                    lines=lines,
                    second=signature,
                )
                self.visit.ask(
                    lambda: move(self.desk.hall, command),
                    lambda done: self.screen.cash_moved(_said(self.desk.paper_code(f"{kind}.done"), done.amount_fen)),
                    self.count.trouble,
                    settled=lambda _done: self.print_waiting(),
                )

            def ask(_none: None) -> None:
                self.count.release()
                asked = ToSign(f"approve.{kind}", cash_lines(lines, person.display_name))
                self.screen.ask_second(drop_digest(session_id, kind, lines), second, asked, signed)

            self.visit.ask(lambda: check(self.desk.hall, session_id, lines), ask, self.count.trouble)

        self._ask(kind, person, counted)

    def _ask(
        self, purpose: str, person: OperatorRow, after: Callable[[CountResult], None], till_name: str = ""
    ) -> None:
        self.visit.begin()
        state = CountState(purpose=purpose, with_cards=False, counter_name=person.display_name, till_name=till_name)
        self.count.ask(state, after)


def _said(code: str, amount_fen: int) -> Notice:
    return Notice(code, Tone.GOOD, (("amount", Money(amount_fen).grouped()),))
