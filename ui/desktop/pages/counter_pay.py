"""Right column of the counter: due, received, change, tenders; the filled button is always in sight.

Rule: screen.md "Steps of a sale" 3-4 and U5 (sums on quick buttons), change at least as large as due.
Must not know: how change or 凑整 is worked out.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.desktop import keys
from ui.desktop.buttons import KeyButton
from ui.desktop.fields import AmountField
from ui.desktop.figures import spaced, yuan, yuan_short
from ui.desktop.flow import FlowLayout
from ui.desktop.look import Look
from ui.desktop.panel import Panel
from ui.desktop.settlement_words import kept_words, used_words
from ui.presenters.counter_state import ChangePiece, CounterState, PayPanel, Step

_UNBROKEN = "\u2060"
"""Word joiner: Chinese may break before any sign, a number of pieces never stands without its face."""


class PayColumn(Panel):
    """How much.

    Signals:
        tendered_edited(text): the received field changed.
        tendered_submitted(text): Enter in the received field; empty means exact.
        quick_chosen(fen): one of the offered sums.
    """

    tendered_edited = Signal(str)
    tendered_submitted = Signal(str)
    quick_chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._frame, layout = self.card(spacing=8)
        self._below = layout
        self._spare: tuple[tuple[QWidget, bool], ...] = ()
        self._offered: tuple[int, ...] = ()
        self.column(self).addWidget(self._frame)
        self._inner = inner = QWidget()
        top = self.column(inner, spacing=4)
        self._area = self.scrolled(inner)
        layout.addWidget(self._area, 1)
        self._build_due(top)
        self._build_received(top)
        top.addStretch(1)
        self._build_change(top)
        self.confirm = self.button("settle", primary=True, key="F9 / +")
        layout.addWidget(self.confirm)
        self._tenders = QWidget()
        tenders = self._tender_row = self.keep(FlowLayout(self._tenders, stretch=True), 0, 8)
        self.cash = self.button("cash")
        self.card_pay = self.button("card_pay")
        tenders.addWidget(self.cash)
        tenders.addWidget(self.card_pay)
        layout.addWidget(self._tenders)

    def _build_due(self, layout: QVBoxLayout) -> None:
        row = self.row()
        row.addWidget(self.label("pay.due", "quiet"))
        self._due = self.label(role="amount", right=True)
        row.addWidget(self._due, 1)
        layout.addLayout(row)
        self._used = self.label(role="accent", right=True, wrap=True)
        self._words = self.label(role="caption", right=True, wrap=True)
        layout.addWidget(self._used)
        layout.addWidget(self._words)

    def _build_received(self, layout: QVBoxLayout) -> None:
        self._tender = self.label(role="quiet")
        self._reference = self.label(role="caption", right=True)
        self.received = AmountField("pay")
        self._tender.setBuddy(self.received)
        self.received.textEdited.connect(self.tendered_edited)
        self._quick_box = QWidget()
        self._quick = self.keep(FlowLayout(self._quick_box, stretch=True), 0, 8)
        self._offer = self.button("round_up")
        layout.addWidget(self._tender)
        layout.addWidget(self._reference)
        layout.addWidget(self.received)
        layout.addSpacing(4)
        layout.addWidget(self._quick_box)
        layout.addSpacing(4)
        layout.addWidget(self._offer)

    def _build_change(self, layout: QVBoxLayout) -> None:
        row = self.row()
        row.addWidget(self.label("pay.change", "quiet"))
        self._change = self.label(role="change", right=True)
        row.addWidget(self._change, 1)
        layout.addLayout(row)
        self._pieces = self.label(role="caption", wrap=True)
        self._carry = self.label(role="caption", right=True, wrap=True)
        self._hints = QWidget()
        hints = self.column(self._hints, spacing=0)  # each a line of its own: beside each other both wrapped
        hints.addWidget(self._pieces)
        hints.addWidget(self._carry)
        layout.addWidget(self._hints)

    def render_state(self, state: CounterState) -> None:
        """Draw due, received, change and what can be pressed now."""
        pay = state.pay
        text = self.look.text
        paying = state.step is Step.TENDER and state.can_sell
        self._due.setText("" if pay.due_fen is None else yuan(pay.due_fen))
        self._used.setText(used_words(text, pay))
        self._words.setText(pay.due_words)
        tender = text("pay.received_by", tender=text(f"tender.{pay.tender}"))
        self._tender.setText(tender)
        self._reference.setText(pay.reference and text("pay.reference", no=spaced(pay.reference)))
        self.received.setAccessibleName(tender)
        self.received.setEnabled(paying)
        if self.received.text() != pay.typed:
            self.received.setText(pay.typed)
        if not paying:
            self.received.deselect()
        self.received.setPlaceholderText(yuan(pay.due_fen) if paying and pay.due_fen is not None else "")
        self._change.setText("" if pay.change_fen is None else yuan(pay.change_fen))
        self._pieces.setText(self.look.text("pay.suggested", pieces=self.pieces_text(pay.pieces)))
        self._pieces.setVisible(bool(pay.pieces))
        self._carry.setText(kept_words(text, pay))
        self._carry.setVisible(pay.carry_fen > 0)
        quick = paying and pay.tender == "cash" and pay.due_fen is not None
        self._offered = pay.quick_fen if quick else ()
        self._draw_quick(pay if quick else PayPanel())
        self.confirm.setEnabled(paying and pay.change_fen is not None)
        self.confirm.setVisible(state.step in (Step.IDLE, Step.IDENTIFY, Step.QUANTITY, Step.TENDER, Step.READBACK))
        for button in (self.cash, self.card_pay):
            button.setEnabled(paying)
        self._spare = (
            (self._tenders, self.confirm.isVisibleTo(self)),
            (self._words, bool(pay.due_words)),
            (self._reference, bool(pay.reference)),
            (self._offer, quick and pay.offer is not None),
            (self._hints, bool(pay.pieces) or pay.carry_fen > 0),
            (self._quick_box, quick),
            (self._used, bool(self._used.text())),  # last: the read-back says it again
        )
        self._fit_height()

    def choose_quick(self, number: int) -> bool:
        """The n-th offered sum (from 1) was given; False if there is none."""
        offered = self._offered
        if not 0 < number <= len(offered):
            return False
        self.quick_chosen.emit(offered[number - 1])
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it gets tight, what the keys can do anyway makes room for the figures."""
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """Due, received and change are never scrolled away: the least needed part goes first."""
        for part, wanted in self._spare:
            part.setVisible(wanted)
        for box, row in ((self._quick_box, self._quick), (self._tenders, self._tender_row)):
            box.setMinimumHeight(row.heightForWidth(self._frame.contentsRect().width()))  # it may wrap
        for part, _wanted in self._spare:
            if self._height_needed() <= self.height():
                break
            part.hide()

    def _height_needed(self) -> int:
        """Without a scroll bar, at the width this column has: what the area says may be of another width."""
        margins, gap = self._below.contentsMargins(), self._below.spacing()
        border = 2 * self._frame.frameWidth() + 2
        width = self.width() - margins.left() - margins.right() - border
        foot = [part.sizeHint().height() for part in (self.confirm,) if part.isVisibleTo(self)]
        foot += [self._tender_row.heightForWidth(width)] if self._tenders.isVisibleTo(self) else []
        upper = self._inner.heightForWidth(width)
        return upper + sum(foot) + gap * len(foot) + margins.top() + margins.bottom() + border

    def _draw_quick(self, pay: PayPanel) -> None:
        text = self.look.text
        while (item := self._quick.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if pay.due_fen is None:
            return
        exact = self._quick_button("" if pay.typed else "Enter", text("pay.exact"))  # else Enter takes what is typed
        exact.clicked.connect(lambda: self.tendered_submitted.emit(""))
        for number, amount_fen in enumerate(pay.quick_fen, 1):
            key = keys.shown(f"quick_{number}")
            sum_button = self._quick_button(key, text("pay.take", amount=yuan_short(amount_fen)))
            sum_button.clicked.connect(lambda _=False, fen=amount_fen: self.quick_chosen.emit(fen))
        if pay.offer is not None:
            offer = pay.offer
            sentence = text("pay.offer", add=yuan_short(offer.add_fen), change=yuan_short(offer.change_fen))
            self._offer.set_label(sentence)

    def _quick_button(self, key: str, words: str) -> QPushButton:
        made = KeyButton("quick", key=key, slim=True)
        made.set_label(words)
        self._quick.addWidget(made)
        made.show()
        return made

    def pieces_text(self, pieces: tuple[ChangePiece, ...]) -> str:
        """`10 元 + 1 元×3 + 1 角`: which would do, as nobody knows the drawer by pieces; a line breaks between them."""
        text = self.look.text
        words = []
        for piece in pieces:
            face = text("face.yuan", n=piece.face_fen // 100) if piece.face_fen >= 100 else ""
            face = face or text("face.jiao", n=piece.face_fen // 10)
            piece_words = face if piece.pieces == 1 else f"{face}×{piece.pieces}"
            words.append(_UNBROKEN.join(piece_words.replace(" ", "\u00a0")))
        return " + ".join(words)
