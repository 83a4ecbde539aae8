"""After the money is booked: change stays huge, the card is being written, tick list 找零 · 卡 · 票.

Rule: screen.md steps 6-7, domain P2. Ticking is a record of handing out, not of booking: nothing here can undo money.
Must not know: saga states beyond what the view state says.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QProgressBar, QWidget

from ui.desktop.figures import yuan
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import Panel, set_role
from ui.desktop.settlement_words import settlement_words
from ui.desktop.ticks import TickRow
from ui.presenters.counter_state import CounterState, HandOutPanel, WriteState
from ui.presenters.notice import Notice, Tone

STRIP_TONE = {
    WriteState.WRITING: Tone.INFO,
    WriteState.WRITTEN: Tone.GOOD,
    WriteState.UNWRITTEN: Tone.WARNING,
    WriteState.FAILED: Tone.BAD,
    WriteState.IN_DOUBT: Tone.BAD,
}
TO_WRITE = (WriteState.UNWRITTEN, WriteState.FAILED, WriteState.IN_DOUBT)
OF_THE_CARD = ("sale.taken_up_unwritten", "sale.taken_up_doubt")
ROOMY_FROM = 430
TICKS = ("change", "card", "paper")


class HandOutPanelView(Panel):
    """Takes the place of the payment column.

    Signals:
        ticked(name): one of `TICKS`.
    """

    ticked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._panel = HandOutPanel()
        frame, layout = self.card(spacing=8)
        self.column(self).addWidget(frame)
        self._frame, self._below = frame, layout
        self._inner = inner = QWidget()
        top = self.column(inner, spacing=8)
        layout.addWidget(self.scrolled(inner), 1)
        figures = self.row()
        self._caption = self.label(role="quiet")
        figures.addWidget(self._caption)
        self._change = self.label(role="change", right=True)
        figures.addWidget(self._change, 1)
        top.addLayout(figures)
        self._paid = self.label(role="quiet", right=True, wrap=True)
        self._strip = NoticeBox(look)
        self._moving = QProgressBar()
        self._moving.setRange(0, 0)
        self._moving.setTextVisible(False)
        self._trouble = NoticeBox(look)
        for part in (self._paid, self._strip, self._moving, self._trouble):
            top.addWidget(part)
        self._title = self.label("hand_out.title", "section")
        top.addWidget(self._title)
        self.ticks = {name: TickRow(look, name) for name in TICKS}
        self._list = self.column(spacing=8)
        top.addLayout(self._list)
        for row in self.ticks.values():
            row.pressed.connect(self.ticked)
            self._list.addWidget(row)
        self._receipt = self.label(role="quiet", wrap=True)
        top.addWidget(self._receipt)
        top.addStretch(1)
        self._wait = self.label("hand_out.take_card", "warning", wrap=True)
        self.done = self.button("next", primary=True, code="hand_out.next_customer")
        layout.addWidget(self._wait)
        layout.addWidget(self.done)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def render_state(self, state: CounterState) -> None:
        """Draw strip, ticks and the receipt's line."""
        panel = state.hand_out
        if panel is None:
            return
        self._panel = panel
        text = self.look.text
        pay = state.pay
        by_cash = pay.tender == "cash"  # by card there is no change: what was charged stands there
        given = pay.change_fen if by_cash else pay.due_fen
        caption = "pay.change" if by_cash else f"tender.{pay.tender}"
        later = panel.undo and panel.return_fen is None  # nothing is given back yet, or at all
        if panel.undo:
            caption, given = ("hand_out.give_back_later" if later else "hand_out.give_back"), panel.return_fen
        self._caption.setText(text(caption))
        self._change.setText(yuan((panel.later_fen if later else given) or 0))
        set_role(self._change, "role", "name" if later else "change")
        for part in (self._caption, self._change):
            part.setVisible(not later or panel.later_fen is not None)
        received = yuan(pay.due_fen or 0) if pay.received_fen is None else yuan(pay.received_fen)
        paid = text("hand_out.paid", due=yuan(pay.due_fen or 0), received=received)
        said = () if panel.undo else (paid, settlement_words(text, pay))
        self._paid.setText("\n".join(words for words in said if words))
        writing = panel.write is WriteState.WRITING
        self._moving.setVisible(writing)
        tone, kind = STRIP_TONE.get(panel.write), "undo_" if panel.undo else ""
        self._strip.show_notice(
            None if tone is None or self._said_by(state) else Notice(f"write.{kind}{panel.write.value}", tone)
        )
        self._trouble.show_notice(state.notice)
        for name, row in self.ticks.items():
            row.setVisible(name in panel.needed)
            row.show_tick(name in panel.ticked)
        for key, name in enumerate(self._listed(), 1):
            self.ticks[name].number(str(key))
        number = f" {panel.receipt_no}" if panel.receipt_no else ""
        self._receipt.setText(text(panel.receipt_code) + number)
        self._receipt.setVisible(not later)  # no paper comes of what is not taken back
        busy = writing or panel.card_in_reader
        waits = panel.card_in_reader and not writing and (panel.undo or "card" in panel.needed)
        open_undo = panel.undo and panel.later_fen is not None and not writing
        to_write = panel.write in TO_WRITE and "card" in panel.needed  # the next one is not what is to be done first
        self._wait.setText(text("hand_out.write_card" if to_write else "hand_out.take_card"))
        self._wait.setVisible(waits and not self._said_by(state))  # what to do with the card is said once
        ticks = self._next_tick()
        self.done.setEnabled(not busy or (not writing and bool(ticks)))
        self.done.fill(filled=not to_write and not open_undo)
        if ticks:  # what Enter says of the customer is read before it is pressed
            self.done.set_label(text("hand_out.tick_next", name_word=f"tick.{ticks}"))
        else:
            later_word = "hand_out.undo_later" if open_undo else "hand_out.write_later" if to_write else ""
            self.done.set_label(text(later_word or "hand_out.next_customer"))
        set_role(self._receipt, "role", "quiet")
        self._fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height has room for more or less."""
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """Where it gets tight, change, card and ticks stand without their heading, the ticks side by side: every row
        that is to be ticked is in sight, however long what is said above it.
        """
        self._arrange(tight=False)
        if self._is_tight():
            self._arrange(tight=True)

    def _arrange(self, *, tight: bool) -> None:
        in_a_row = sum(row.sizeHint().width() + self._list.spacing() for row in self.ticks.values())
        flat = tight and in_a_row <= self._list.geometry().width()
        self._list.setDirection(QBoxLayout.Direction.LeftToRight if flat else QBoxLayout.Direction.TopToBottom)
        self._title.setVisible(bool(self._panel.needed) and not tight)
        self._paid.setVisible(not tight)

    def _is_tight(self) -> bool:
        if self.height() < self.look.px(ROOMY_FROM):
            return True
        margins, gap = self._below.contentsMargins(), self._below.spacing()
        border = 2 * self._frame.frameWidth() + 2
        width = self.width() - margins.left() - margins.right() - border
        foot = [part for part in (self._wait, self.done) if part.isVisibleTo(self)]
        below = sum(
            (part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()) + gap
            for part in foot
        )
        upper = self._inner.heightForWidth(width)
        return upper + below + margins.top() + margins.bottom() + border > self.height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1, 2, 3 tick their row, counted as they stand there: no field takes digits here."""
        name = dict(zip("123", self._listed(), strict=False)).get(event.text())
        if name is not None:
            self.ticks[name].press()
        else:
            super().keyPressEvent(event)

    def _listed(self) -> list[str]:
        return [name for name in TICKS if name in self._panel.needed]

    @staticmethod
    def _said_by(state: CounterState) -> bool:
        """True if the notice says about the card what the strip would say."""
        return state.notice is not None and (state.notice.tone is Tone.BAD or state.notice.code in OF_THE_CARD)

    def tick_next(self) -> bool:
        """Enter: tick the row that the button names; False if it leads to the next customer."""
        name = self._next_tick()
        if name and self._panel.write is not WriteState.WRITING:
            self.ticked.emit(name)
            return True
        return self._panel.write is WriteState.WRITING or self._panel.card_in_reader

    def _next_tick(self) -> str:
        """The next open row. None of a purchase whose card is not written (Enter leaves it for later), and no card that
        lies in the reader still: nobody has it in hand."""
        panel = self._panel
        if panel.write in TO_WRITE and "card" in panel.needed:
            return ""
        name = next((name for name in self._listed() if name not in panel.ticked), "")
        return "" if name == "card" and panel.card_in_reader else name
