"""The finance cashier's page: remittance slips of a day, 收讫, and the day's 解款单.

Rule: domain P7. Only received slips are deposited; what is missing is named. Must not know: how slips are made.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desktop.figures import yuan
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.tables import Column, RowTable
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import FinanceState, SlipView


class FinancePage(Page):
    """A table of slips: cash as it was received, before that as it was handed in.

    Signals:
        receive_asked(slip_no): count it, then 收讫. deposit_asked(): make the day's 解款单. export_asked().
        reprint_asked(): F7, which finds nothing here.
        day_moved(days): F6 back, Shift+F6 on. day_asked(): F3, a day is typed.
    """

    receive_asked = Signal(str)
    deposit_asked = Signal()
    export_asked = Signal()
    reprint_asked = Signal()
    day_moved = Signal(int)
    day_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        text = look.text
        columns: tuple[Column[SlipView], ...] = (
            Column("finance.slip_no", lambda slip: slip.slip_no),
            Column("finance.till", lambda slip: slip.till_name, spare=True),
            Column("finance.cashier", lambda slip: slip.cashier_name, stretch=True),
            Column("finance.cash", lambda slip: yuan(slip.cash_fen + slip.receipt_off_fen), right=True),
            Column("finance.card_slips", lambda slip: str(slip.card_slips), right=True, spare=True),
            Column("finance.card", lambda slip: yuan(slip.card_fen), right=True),
            Column("finance.over_short", _differences, right=True),
            Column("finance.slips_off", lambda slip: yuan(slip.slips_off_fen), right=True, spare=True),
            Column("finance.state", lambda slip: text(f"slip.{slip.state}")),
        )
        frame, layout = self.card()
        self.column(self, margin=16).addWidget(frame)
        inner = QWidget()
        upper = self.column(inner)
        layout.addWidget(self.scrolled(inner), 1)
        self._title = self.label(role="section")
        self._export = self.button("export", code="finance.export")
        self._export.clicked.connect(self.export_asked)
        upper.addWidget(self._title)
        self.notice = NoticeBox(look)
        self.table: RowTable[SlipView] = RowTable(look, columns)
        self.table.chosen.connect(lambda slip: self.receive_asked.emit(slip.slip_no))
        self.table.selectionModel().currentRowChanged.connect(self._offer_receipt)
        self._empty = self.label(role="quiet", wrap=True)
        self._sum = self.label(role="row_sum", right=True, wrap=True)
        self._deposit = NoticeBox(look)
        upper.addWidget(self.notice)
        upper.addWidget(self._empty)
        upper.addWidget(self.table, 1)
        layout.addWidget(self._sum)
        layout.addWidget(self._deposit)
        foot = self.row()
        self.make_deposit = self.button("close_till", key="F9", code="finance.deposit")
        self.make_deposit.clicked.connect(self.deposit_asked)
        self._receives = self.primary = self.button("next", primary=True, code="finance.receive")
        self._receives.clicked.connect(self._receive)
        self._may = True
        self._state = FinanceState()
        foot.addWidget(self._export)
        foot.addWidget(self.make_deposit, 1)
        foot.addWidget(self._receives, 1)
        layout.addLayout(foot)

    def render_state(self, state: FinanceState) -> None:
        """Draw the day's slips and their sum."""
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def first_focus(self) -> QWidget | None:
        """Arrow keys choose a slip at once."""
        return self.table

    def handle(self, name: str) -> bool:
        """Enter receives the selected slip while one waits, F9 makes the deposit slip, F4 writes its files; F3 and F6
        choose the day."""
        verbs: dict[str, Callable[[], None]] = {
            "settle": self._ask_deposit,
            "export": self._ask_export,
            "reprint": self.reprint_asked.emit,
            "search": self.day_asked.emit,
            "hold": lambda: self.day_moved.emit(-1),
            "recall": lambda: self.day_moved.emit(1),
        }
        if name in verbs:
            verbs[name]()
            return True
        if name == "next" and self._may and self._state.waits == "receive" and not self._receives.isEnabled():
            self._receive()  # not offered for this slip; who presses Enter all the same is told why
            return True
        return super().handle(name)

    def _draw(self, state: FinanceState) -> None:
        text, other_slips, self._state = self.look.text, state.slips != self._state.slips, state
        self._title.setText(text("finance.title", day=state.business_day))
        self.table.setAccessibleName(self._title.text())
        self.table.show_rows(state.slips)
        if other_slips:
            self._to_next_waiting()
        self._empty.setText(text("finance.empty", day=state.business_day))
        self._empty.setVisible(not state.slips)
        self._sum.setVisible(bool(state.slips))
        self._sum.setText(self._sum_of(state))
        done = Notice("finance.deposited", Tone.GOOD, (("no", state.deposit_no),))
        self._deposit.show_notice(done if state.deposit_no and state.waits else None)
        self.notice.show_notice(state.notice)
        self._may = state.may_receive and not state.busy
        self._receives.setVisible(state.waits == "receive" or not state.slips)
        self._offer_receipt()
        self._export.setEnabled(any(slip.state == "deposited" for slip in state.slips))
        self.make_deposit.setVisible(bool(state.waits) or not state.slips)
        self.make_deposit.setEnabled(self._may and any(slip.state == "received" for slip in state.slips))
        self.primary = self.make_deposit if state.waits == "deposit" else self._receives
        comes_next = self.primary if state.waits or not state.slips else self._export
        for button in (self._receives, self.make_deposit, self._export):
            button.fill(filled=button is comes_next)

    def _to_next_waiting(self) -> None:
        """The slip that was received is done; the next one is chosen, from here on and then from the top."""
        slips, here = self._state.slips, max(0, self.table.currentIndex().row())
        order = (*range(here, len(slips)), *range(here))
        waiting = next((row for row in order if slips[row].state == "made_out"), None)
        if waiting is not None:
            self.table.selectRow(waiting)

    def _offer_receipt(self) -> None:
        """Only a slip that waits is offered to be received."""
        slip = self.table.current()
        self._receives.setEnabled(self._may and slip is not None and slip.state == "made_out")

    def _sum_of(self, state: FinanceState) -> str:
        """What was received, what was made out where that differs, and what goes to the bank now."""
        received = [slip for slip in state.slips if slip.received_fen is not None]
        cash_fen, made_out_fen = sum(slip.received_fen or 0 for slip in received), sum(s.cash_fen for s in received)
        waits_fen = sum(slip.received_fen or 0 for slip in received if slip.state == "received")
        return self.look.text(
            "finance.sum" if all(slip.receipt_off_fen == 0 for slip in received) else "finance.sum_off",
            count=len(received),
            all=len(state.slips),
            cash=yuan(cash_fen),
            made_out=yuan(made_out_fen),
            card=yuan(sum(slip.card_fen for slip in received)),
            bank=yuan(waits_fen),
        )

    def _ask_deposit(self) -> None:
        """F9 answers always: where nothing can be deposited it is said why."""
        if self._may:
            self.deposit_asked.emit()

    def _ask_export(self) -> None:
        """F4 answers always, as F9 does; its button can be pressed once there are files."""
        if self._may:
            self.export_asked.emit()

    def _receive(self) -> None:
        slip = self.table.current()
        if slip is not None:
            self.receive_asked.emit(slip.slip_no)


def _differences(slip: SlipView) -> str:
    """The shift's own, and behind a stroke finance's at the receipt: they are not set off against each other."""
    of_shift = yuan(slip.over_short_fen)
    return f"{of_shift} / {yuan(slip.receipt_off_fen)}" if slip.receipt_off_fen else of_shift
