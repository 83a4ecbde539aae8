"""An open reversal among the unsettled matters: finish it with the card, or call it off while the card still holds it.

Rule: cards B8, design Money rules 7-8: the card decides; the money goes back only when the gas is off it. The same saga
as the first try. Must not know: Qt, how the list is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.errors import KnownError
from pos.domain.card_write import WriteState
from pos.domain.sale import TenderKind
from pos.sagas.card_purchase import Delivery, deliver, read_card
from pos.usecases.card_write_steps import CardWriteStep
from pos.usecases.open_card_writes import SaleRow, sale_of_write
from pos.usecases.reversal_steps import call_off_reversal
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.notice import Notice, Tone
from ui.presenters.reversal_words import reversal_notice


@dataclass(slots=True, weakref_slot=True)
class ReversalMatters:
    """Attributes: desk; shift(): who sells here; said, trouble: told what became of it; print_waiting: told of a slip;
    open_drawer(reason, note)."""

    desk: Desk
    shift: Callable[[], Shift | None]
    said: Callable[[Notice], None]
    trouble: Callable[[KnownError], None]
    print_waiting: Callable[[], None]
    open_drawer: Callable[[str, str], None]

    def finish(self, write_id: str) -> None:
        """Look at the card, take the gas off it if it is still there, give the money back when it is."""
        shift = self.shift()
        if shift is None:
            return
        hall = self.desk.hall

        def run() -> tuple[Delivery, SaleRow]:
            sale = sale_of_write(hall, write_id)  # settled meanwhile or not: what it gives back is said
            done = deliver(hall, self.desk.reader, session_id=shift.session_id, actor=shift.actor, write_id=write_id)
            return done, sale

        def ended(answer: tuple[Delivery, SaleRow]) -> None:
            self._ended(*answer)

        self.desk.lanes.reader.submit(run, ended, self.trouble)

    def call_off(self, write_id: str) -> None:
        """The customer keeps her gas: as long as the card says that it still holds it."""
        shift = self.shift()
        if shift is None:
            return

        def run() -> WriteState:
            command = CardWriteStep(
                command_id=self.desk.hall.ids.new_id(),
                actor=shift.actor,
                session_id=shift.session_id,
                write_id=write_id,
                found=read_card(self.desk.reader),
                reason="customer_keeps",
            )
            return call_off_reversal(self.desk.hall, command).state

        def ended(_state: WriteState) -> None:
            self.said(Notice("reversal.called_off", Tone.GOOD))

        self.desk.lanes.reader.submit(run, ended, self.trouble)

    def _ended(self, done: Delivery, sale: SaleRow) -> None:
        self.said(reversal_notice(done, sale))
        if done.print_job_id is None:
            return
        self.print_waiting()
        if done.state is WriteState.POSTED and sale.tender == TenderKind.CASH:
            self.open_drawer("reversal", "")
