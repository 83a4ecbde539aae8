"""The page of open matters, plugged together: what is unsettled, and the first step towards settling it.

Design Money rules 8 (silence is not failure) and 9 (a person says whether a paper came out; nothing prints twice by
itself). Card writes are taken up again at the counter, where the card goes. Must not know: how a card is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger.errors import KnownError
from pos.domain.hand_over import MatterKind
from pos.domain.roles import Act
from pos.ports.printer import PrintState
from pos.usecases.fact import Command
from pos.usecases.permission import Consent
from pos.usecases.prints import RecordPrint, Reprint, record_print, reprint
from pos.usecases.return_money import MoneyReturned, ReturnMoney, return_money
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.decisions import ChoiceOverlay
from ui.desktop.pages.matters import MattersPage
from ui.presenters.count_state import MatterView
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice
from ui.presenters.office_state import MattersState
from ui.presenters.till import matter_views

AskConsent = Callable[[Command, Act, str, Callable[[Consent], None]], None]


class MattersWiring:
    """The page and its choices. `actor()`, `shift()`: who works here; `print_waiting`: told when a paper was queued."""

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        *,
        actor: Callable[[], str],
        shift: Callable[[], Shift | None],
        print_waiting: Callable[[], None],
        ask_approval: AskConsent,
    ) -> None:
        self._window = window
        self._look = look
        self._actor = actor
        self._shift = shift
        self._print_waiting = print_waiting
        self._ask_approval = ask_approval
        self.page = MattersPage(look)
        self.choice = ChoiceOverlay(look)
        window.add_page("matters", self.page)
        self._desk: Desk | None = None
        self._matters: tuple[MatterView, ...] = ()
        self._verbs: dict[str, Callable[[], None]] = {}
        self.page.settle_asked.connect(self._offer)
        self.page.stepped_back.connect(lambda: window.show_page("counter"))
        self.choice.chosen.connect(self._chosen)
        self.choice.closed.connect(lambda: window.close_overlay(self.choice))

    def connect(self, desk: Desk) -> None:
        """The books are open."""
        self._desk = desk

    def open_if_unsettled(self) -> None:
        """After a sign-in: money of a customer that hangs in the air is shown before anything else."""
        desk = self._desk
        if desk is None:
            return
        urgent = {f"matter.{MatterKind.CARD_WRITE}", f"matter.{MatterKind.CHARGE_UNBOOKED}"}

        def found(matters: tuple[MatterView, ...]) -> None:
            self._matters = matters
            if any(matter.kind_code in urgent for matter in matters):
                self._draw(None)
                self._window.show_page("matters")

        desk.lanes.books.submit(lambda: matter_views(desk, None), found, self._trouble)

    def open(self) -> None:
        """Show what is open in the hall now."""
        self._refresh(lambda: self._window.show_page("matters"))

    def _refresh(self, then: Callable[[], None] = lambda: None) -> None:
        desk = self._desk
        if desk is None:
            return

        def found(matters: tuple[MatterView, ...]) -> None:
            self._matters = matters
            self._draw(None)
            then()

        desk.lanes.books.submit(lambda: matter_views(desk, None), found, self._trouble)

    def _offer(self, key: str) -> None:
        matter = next((m for m in self._matters if m.key == key), None)
        if matter is None:
            return
        self._verbs = {}
        if matter.kind_code == f"matter.{MatterKind.PRINT_UNCONFIRMED}":
            self._verbs["matter_do.paper_out"] = lambda: self._paper_came(key)
            if self._shift() is not None:
                self._verbs["matter_do.paper_again"] = lambda: self._paper_again(key)
        elif matter.kind_code == f"matter.{MatterKind.CARD_WRITE}":
            self._verbs["matter_do.card_again"] = lambda: self._window.show_page("counter")
            if self._shift() is not None:
                self._verbs["matter_do.return_money"] = lambda: self._return_money(key)
        self._verbs["matter_do.later"] = lambda: None
        self.choice.offer("matter_do.title", tuple((code, self._look.text(code)) for code in self._verbs))
        self._window.open_overlay(self.choice)

    def _chosen(self, code: str) -> None:
        self._window.close_overlay(self.choice)
        self._verbs[code]()

    def _paper_came(self, job_id: str) -> None:
        desk = self._desk
        if desk is None:
            return
        command = RecordPrint(
            command_id=desk.hall.ids.new_id(),
            actor=self._actor(),
            job_id=job_id,
            state=PrintState.CONFIRMED,
            settled_by_person=True,
        )
        desk.lanes.books.submit(lambda: record_print(desk.hall, command), lambda _state: self._refresh(), self._trouble)

    def _return_money(self, write_id: str) -> None:
        """The same money straight back, with the lead's consent; refused once the card may have been written."""
        desk, shift = self._desk, self._shift()
        if desk is None or shift is None:
            return
        command = ReturnMoney(
            command_id=desk.hall.ids.new_id(),
            actor=shift.actor,
            session_id=shift.session_id,
            write_id=write_id,
            reason="card not written",
        )

        def agreed(consent: Consent) -> None:
            desk.lanes.books.submit(
                lambda: return_money(desk.hall, replace(command, consent=consent)), returned, self._trouble
            )

        def returned(_money: MoneyReturned) -> None:
            self._print_waiting()
            self._refresh()

        self._ask_approval(command, Act.RETURN_MONEY, "approve.return_money", agreed)

    def _paper_again(self, job_id: str) -> None:
        desk, shift = self._desk, self._shift()
        if desk is None or shift is None:
            return
        command = Reprint(
            command_id=desk.hall.ids.new_id(),
            actor=shift.actor,
            session_id=shift.session_id,
            job_id=job_id,
            reason="did not come out",
        )

        def queued(_job: str) -> None:
            self._print_waiting()
            self._refresh()

        desk.lanes.books.submit(lambda: reprint(desk.hall, command), queued, self._trouble)

    def _trouble(self, error: KnownError) -> None:
        self._draw(notice_of(error))

    def _draw(self, notice: Notice | None) -> None:
        self.page.render_state(MattersState(matters=self._matters, notice=notice))
