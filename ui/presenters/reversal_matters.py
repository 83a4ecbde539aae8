"""An open reversal among the unsettled matters: finish it with the card, or call it off while the card still holds it.

Rule: cards B8, design Money rules 7-8: the card decides; the money goes back only when the gas is off it. The same saga
as the first try. Must not know: Qt, how the list is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.card_write import WriteState
from pos.domain.sale import TenderKind
from pos.sagas.card_purchase import Delivery, deliver, read_card
from pos.usecases.card_write_steps import CardWriteStep
from pos.usecases.open_card_writes import SaleRow, open_card_writes, written_sale
from pos.usecases.reversal_steps import call_off_reversal
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.notice import Notice, Tone


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

        def run() -> tuple[Delivery, SaleRow | None]:
            write = next((one for one in open_card_writes(hall) if one.write_id == write_id), None)
            sale = written_sale(hall, write.sale_id) if write else None
            done = deliver(hall, self.desk.reader, session_id=shift.session_id, actor=shift.actor, write_id=write_id)
            return done, sale

        def ended(answer: tuple[Delivery, SaleRow | None]) -> None:
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

    def _ended(self, done: Delivery, sale: SaleRow | None) -> None:
        if done.state is not WriteState.POSTED or sale is None:
            purchase = done.found.purchase if done.found else None
            figures = (("write_id", done.write_id), ("sequence", purchase.sequence if purchase else 0))
            self.said(Notice(done.code or "card_write.not_written", Tone.BAD, figures))
            return
        self.print_waiting()
        by_cash = sale.tender == TenderKind.CASH
        amount = Money(sale.paid_fen).grouped()
        self.said(Notice("reversal.give_cash" if by_cash else "reversal.give_card", Tone.GOOD, (("amount", amount),)))
        if by_cash:
            self.open_drawer("reversal", "")
