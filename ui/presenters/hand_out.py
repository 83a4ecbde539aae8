"""After the booking: the drawer opens, the card is written, the paper prints; change, card and paper are handed over.

screen.md steps 6-7, domain P2. The money is booked; nothing here can undo it. Drawer, card and print run side by side,
each on its own lane; a failure of one never stops another and is said in three parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.card import CardImage
from pos.domain.card_write import SETTLED, WritePurpose, WriteState
from pos.domain.errors import DeviceUnavailable
from pos.domain.receipt_number import receipt_number_of
from pos.domain.sale import TenderKind
from pos.ports.card import ReaderState
from pos.ports.printer import PrintState
from pos.sagas.card_purchase import Delivery, deliver
from pos.sagas.print_delivery import PrintReport, deliver_print
from pos.usecases.counter_events import RecordHandOut, record_hand_out
from pos.usecases.interrupted_sale import InterruptedSale
from pos.usecases.open_card_writes import CardWriteRow, SaleRow, written_sale
from pos.usecases.prints import Reprint, reprint
from pos.usecases.recent_receipts import ReceiptRow, recent_receipts
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.counter_state import HandOutPanel
from ui.presenters.counter_state import WriteState as WriteLamp
from ui.presenters.drawer import NOT_OPENED, open_drawer
from ui.presenters.notice import Notice, Tone
from ui.presenters.reversal_words import reversal_notice

_LAMPS = {
    WriteState.POSTED: WriteLamp.WRITTEN,
    WriteState.FAILED: WriteLamp.FAILED,
    WriteState.IN_DOUBT: WriteLamp.IN_DOUBT,
    WriteState.PAID: WriteLamp.UNWRITTEN,
    WriteState.WRITING: WriteLamp.IN_DOUBT,
    WriteState.REVERSED: WriteLamp.FAILED,
}
_TO_WRITE = (WriteState.PAID, WriteState.FAILED)
_NO_PAPER = (WriteLamp.UNWRITTEN, WriteLamp.FAILED, WriteLamp.IN_DOUBT)
"""Its receipt is printed when the write has ended; a printer that is slow or dead keeps nobody from ticking."""
_UNDO_LAMPS = {WriteState.POSTED: WriteLamp.WRITTEN, WriteState.IN_DOUBT: WriteLamp.IN_DOUBT}
"""Of a reversal: what is not off the card for certain is not given back."""
_RECEIPT = {
    PrintState.CONFIRMED: "receipt.confirmed",
    PrintState.UNKNOWN: "receipt.unknown",
    PrintState.QUEUED: "receipt.queued",
    PrintState.SENT: "receipt.sent",
}
_TONES = {PrintState.CONFIRMED: Tone.GOOD, PrintState.SENT: Tone.INFO}


def copy_notice(report: PrintReport) -> Notice:
    """What became of a paper that was asked for again: the number, the copy, and what the printer says."""
    if not report.receipt_no:  # it could not be read
        return Notice(report.code or "print.unknown_job", Tone.BAD)
    if report.state is PrintState.QUEUED and not report.copy_no:
        return Notice("print.still_waiting", Tone.WARNING)
    state = PrintState.UNKNOWN if report.state is PrintState.REPLACED else report.state
    code = f"print.{'copy' if report.copy_no else 'original'}_{state}"
    params = (("copy_no", report.copy_no), ("receipt_no", report.receipt_no))
    return Notice(code, _TONES.get(report.state, Tone.WARNING), params)


def _interrupted(sale: SaleRow, state: WriteState, *, with_card: bool) -> Notice:
    """What is true of a sale that the program died in: its card, then its money; by card there was never any change.

    with_card: a card was part of it, and is asked about; a transfer hands out its receipt only.
    """
    paper = "" if with_card else "_paper"
    if state is not WriteState.POSTED:
        return Notice("sale.taken_up_unwritten" if state in _TO_WRITE else "sale.taken_up_doubt", Tone.WARNING)
    tendered = ("tendered", str(Money(sale.tendered_fen)))
    if sale.change_fen:
        figures = (("change", str(Money(sale.change_fen))), tendered)
        return Notice(f"sale.taken_up{paper}", Tone.WARNING, figures)
    code = "sale.taken_up_exact" if sale.tender == TenderKind.CASH else "sale.taken_up_card"
    return Notice(code + paper, Tone.WARNING, (tendered,))


@dataclass(slots=True, weakref_slot=True)
class HandOut:
    """Presenter of the hand-out column.

    Attributes:
        desk: equipment. show(panel, notice): draw. finished(said): the sale is put away; `said`: what stays open of
            it, or None. written(card): the sale under way stands on its card, or is off it again, as read back.
        write_id: the sale under way; state of its card write.
    """

    desk: Desk
    show: Callable[[HandOutPanel, Notice | None], None]
    finished: Callable[[Notice | None], None]
    written: Callable[[CardImage], None]
    write_id: str = ""
    state: WriteState = WriteState.PAID
    _sale_id: str = ""
    _shift: Shift | None = None
    _panel: HandOutPanel = field(default_factory=HandOutPanel)
    _notice: Notice | None = None

    def begin(
        self,
        shift: Shift,
        *,
        write_id: str,
        receipt_no: str,
        change_fen: int,
        by_cash: bool,
        writes_card: bool = True,
    ) -> None:
        """A payment was booked: open the drawer, write the card meanwhile; or, without one, print the receipt."""
        goods = ("card", "paper") if writes_card else ("paper",)
        self._start(shift, write_id, receipt_no, ("change", *goods) if change_fen else goods)
        if by_cash:
            open_drawer(self.desk, shift, "sale", "", partial(self._drawer_said, write_id), self._say)
        if writes_card:
            self.write_card()
        else:
            self._without_card(shift)

    def resume(self, shift: Shift, write: CardWriteRow) -> None:
        """An unsettled write of the card in the reader: ask the card and finish it."""
        is_undo = write.intent.purpose is WritePurpose.REVERSAL
        self._start(shift, write.write_id, "", () if is_undo else ("card", "paper"))
        self._panel = replace(self._panel, undo=is_undo)
        self._sale_id, self.state = write.sale_id, write.state
        if is_undo:
            self._name_sum(write.write_id)
        self.write_card()

    def take_up(self, shift: Shift, found: InterruptedSale) -> None:
        """After a restart: the last sale is booked; ask the customer what she has."""
        sale = found.sale
        goods = ("card", "paper") if found.writes_card else ("paper",)
        needed = ("change", *goods) if sale.change_fen else goods
        self._start(shift, sale.sale_id, receipt_number_of(sale.sale_id, sale.receipt_no), needed)
        self.state = found.state
        self._notice = _interrupted(sale, found.state, with_card=found.writes_card)
        lamp = _LAMPS[found.state] if found.writes_card else WriteLamp.NONE
        self._change(write=lamp, receipt_code=found.receipt_code)

    def write_card(self) -> None:
        """Write and prove, or look again (F2 after a trouble)."""
        shift, write_id = self._shift, self.write_id
        if shift is None or self.state in (WriteState.POSTED, WriteState.REVERSED):
            return
        self._change(write=WriteLamp.WRITING)

        def run() -> Delivery:
            return deliver(
                self.desk.hall, self.desk.reader, session_id=shift.session_id, actor=shift.actor, write_id=write_id
            )

        def delivered(outcome: Delivery) -> None:
            self._delivered(shift, outcome)

        self.desk.lanes.reader.submit(run, delivered, lambda error: self._write_trouble(write_id, error))

    def reader_stuck(self) -> None:
        """The reader has not answered for long: whether it wrote the card is open; the queue goes on."""
        if self.write_id and self._panel.write is WriteLamp.WRITING:
            self._write_trouble(self.write_id, DeviceUnavailable("lane.stuck", lane="reader"))

    def abandon(self) -> None:
        """Somebody else works here now. What was booked and begun goes on; its owner is shown it again."""
        self._shift, self.write_id, self._panel, self._notice = None, "", HandOutPanel(), None

    def tick(self, name: str) -> None:
        """Change, card or paper was handed over; a card in the reader was not, nor the receipt of an open write."""
        if name == "card" and self._panel.card_in_reader:
            self._notice = self._notice or Notice("card.still_in_reader", Tone.WARNING)
            self._change()
        elif name == "paper" and self._panel.write in _NO_PAPER and self._panel.receipt_code == "receipt.waiting":
            self._notice = self._notice or Notice("hand_out.no_paper", Tone.WARNING)
            self._change()
        elif name in self._panel.needed:
            if self._notice is not None and self._notice.code == "hand_out.no_paper":
                self._notice = None
            self._change(ticked=self._panel.ticked ^ {name})

    def reader_changed(self, state: ReaderState) -> None:
        """The next sale waits while the card is still in the reader."""
        if self.write_id:
            lies_there = state in (ReaderState.CARD_PRESENT, ReaderState.CARD_BUSY)
            if not lies_there and self._notice is not None and self._notice.code == "card.still_in_reader":
                self._notice = None
            self._change(card_in_reader=lies_there)

    def put_away_if_ticked(self) -> None:
        """The till is to be counted: a sale whose every good was ticked waits for nothing but the next customer."""
        if self._panel.ticked >= set(self._panel.needed):
            self.next_customer()

    def next_customer(self) -> None:
        """Put the sale away: what was ticked becomes a fact."""
        shift = self._shift
        if shift is None or not self.write_id or self._panel.write is WriteLamp.WRITING:
            return
        if self._panel.card_in_reader:
            waits = self.state in _TO_WRITE and not self._panel.undo
            self._notice = Notice("card.unwritten_in_reader" if waits else "card.still_in_reader", Tone.WARNING)
            self._change()
            return
        if self._panel.undo:  # its slip is signed by the customer: nothing to tick off
            self.write_id = ""
            amount = "—" if self._panel.later_fen is None else Money(self._panel.later_fen).grouped()
            left = Notice("reversal.left_open", Tone.WARNING, (("amount", amount),))
            self.finished(None if self.state in SETTLED else left)
            return
        ticked = self._panel.ticked
        command = RecordHandOut(
            command_id=self.desk.hall.ids.new_id(),
            actor=shift.actor,
            session_id=shift.session_id,
            sale_id=self.write_id,
            change="change" in ticked,
            card="card" in ticked,
            ticket="paper" in ticked,
        )
        self.write_id = ""
        self.desk.lanes.books.submit(lambda: record_hand_out(self.desk.hall, command), lambda _key: None, self._say)
        self.finished(None)

    def reprint(
        self,
        shift: Shift,
        job_id: str,
        reason: str,
        note: str,
        told: Callable[[Notice], None],
        failed: Callable[[KnownError], None],
    ) -> None:
        """Queue a numbered 补打 of a receipt and print it; one that still waits is only printed.

        told: which receipt, which copy, and what is known of the paper.
        """
        command = Reprint(
            command_id=self.desk.hall.ids.new_id(),
            actor=shift.actor,
            session_id=shift.session_id,
            job_id=job_id,
            reason=reason,
            note=note,
        )

        def refused(error: KnownError) -> None:
            if error.code != "print.still_waiting":
                failed(error)
                return
            self._print(shift, str(error.params["job_id"]), said)

        def said(report: PrintReport) -> None:
            told(copy_notice(report))

        self.desk.lanes.books.submit(
            lambda: reprint(self.desk.hall, command), lambda copy_id: self._print(shift, copy_id, said), refused
        )

    def say(self, notice: Notice) -> None:
        """A word beside the hand-out; what is said of the card or the drawer stays."""
        self._notice = self._notice or notice
        self._change()

    def _print(self, shift: Shift, job_id: str, printed: Callable[[PrintReport], None]) -> None:
        """Carry one paper to the printer. printed: told what became of it."""

        def run() -> PrintReport:
            return deliver_print(
                self.desk.hall, self.desk.printer, self.desk.renderer, job_id=job_id, actor=shift.actor
            )

        self.desk.lanes.printer.submit(run, printed, self._say)

    def _start(self, shift: Shift, write_id: str, receipt_no: str, needed: tuple[str, ...]) -> None:
        self._shift, self.write_id, self.state, self._notice = shift, write_id, WriteState.PAID, None
        self._panel = HandOutPanel(
            write=WriteLamp.WRITING,
            needed=needed,
            receipt_no=receipt_no,
            card_in_reader=self.desk.reader_seen.has_card,
        )

    def _drawer_said(self, write_id: str, said: Notice) -> None:
        """In a sale only a drawer that stayed shut is worth a word."""
        if said is NOT_OPENED and write_id == self.write_id:
            self._notice = self._notice or said
            self._change()

    def _delivered(self, shift: Shift, outcome: Delivery) -> None:
        def printed(report: PrintReport) -> None:
            if outcome.write_id == self.write_id:
                self._change(receipt_code=_RECEIPT[report.state])

        if outcome.print_job_id:
            self._print(shift, outcome.print_job_id, printed)
        if outcome.write_id != self.write_id:
            return
        self.state = outcome.state
        if self._panel.undo:
            self._notice = None
            self._undone(shift, outcome)
        elif outcome.code:
            purchase = outcome.found.purchase if outcome.found else None
            figures = (("write_id", outcome.write_id), ("sequence", purchase.sequence if purchase else 0))
            self._notice = Notice(outcome.code, Tone.BAD, figures)
        elif self._notice is not None and self._notice.code != "drawer.not_opened":
            self._notice = None
        self._change(write=self._lamp(outcome.state))
        if outcome.state is WriteState.POSTED and outcome.found is not None:
            self.written(outcome.found)

    def _lamp(self, state: WriteState) -> WriteLamp:
        return _UNDO_LAMPS.get(state, WriteLamp.FAILED) if self._panel.undo else _LAMPS[state]

    def _name_sum(self, write_id: str) -> None:
        """What a reversal will give back, as long as it has not."""

        def known(sale: SaleRow) -> None:
            if write_id == self.write_id and self.state not in SETTLED:
                self._change(later_fen=sale.paid_fen)

        self.desk.lanes.books.submit(lambda: written_sale(self.desk.hall, self._sale_id), known, self._say)

    def _undone(self, shift: Shift, outcome: Delivery) -> None:
        """Say how the reversal stands: how much goes back and how, or that nothing does yet; the drawer opens for cash
        of a reversal that was booked just now.
        """

        def known(sale: SaleRow) -> None:
            if outcome.write_id != self.write_id:
                return
            stands = outcome.state is WriteState.POSTED
            said = reversal_notice(outcome, sale)
            self._notice = replace(said, tone=Tone.WARNING) if stands else said
            later_fen = None if outcome.state in SETTLED else sale.paid_fen
            self._change(return_fen=sale.paid_fen if stands else None, later_fen=later_fen)
            if stands and outcome.print_job_id and sale.tender == TenderKind.CASH:
                open_drawer(self.desk, shift, "reversal", "", partial(self._drawer_said, outcome.write_id), self._say)

        self.desk.lanes.books.submit(lambda: written_sale(self.desk.hall, self._sale_id), known, self._say)

    def _without_card(self, shift: Shift) -> None:
        """Nothing is written: the booking has queued the receipt, the newest one of this till."""
        self.state, write_id = WriteState.POSTED, self.write_id

        def printed(report: PrintReport) -> None:
            if write_id == self.write_id:
                self._change(receipt_code=_RECEIPT[report.state])

        self._panel = replace(self._panel, write=WriteLamp.NONE)
        self._change()

        def found(newest_first: tuple[ReceiptRow, ...]) -> None:
            self._print(shift, newest_first[0].job_id, printed)

        self.desk.lanes.books.submit(lambda: recent_receipts(self.desk.hall, shift.session_id), found, self._say)

    def _write_trouble(self, write_id: str, error: KnownError) -> None:
        """The write ended without a word about the card: in doubt until it is looked at again."""
        if write_id == self.write_id:
            self._notice = notice_of(error)
            self._change(write=WriteLamp.IN_DOUBT)

    def _say(self, error: KnownError) -> None:
        """A drawer, a paper or a note failed; the card write is another matter."""
        self._notice = notice_of(error)
        self._change()

    def _change(self, **values: Any) -> None:
        self._panel = replace(self._panel, **values)
        if self.write_id:
            self.show(self._panel, self._notice)
