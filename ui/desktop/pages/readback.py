"""唱收唱付: 应收 / 实收 / 找零 over the whole screen, confirmed by `+` or F9 and by nothing else.

Rule: screen.md step 5. A confirmation is a fresh press (auto-repeat and keys still held do not count), half a second
after opening, not inside a burst of keys as a scanner sends them, and it is given once. Must not know: money rules.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel

from ui.desktop import keys
from ui.desktop.buttons import KeyButton
from ui.desktop.figures import cubic_metres, yuan
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.overlay import Overlay
from ui.desktop.settlement_words import settlement_words
from ui.presenters.counter_state import CounterState

HOLD_MS = 500
BURST_MS = 60  # a person does not press two keys in this time, a scanner does


class _ConfirmButton(KeyButton):
    """Shows the focus but leaves every key to the overlay: Enter and Space must not confirm money."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class ReadbackOverlay(Overlay):
    """The read-back step.

    Signals:
        confirmed(): once per `ask`. stepped_back(): Esc, nothing was booked.
    """

    confirmed = Signal()
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=900)
        self._since_open = QElapsedTimer()
        self._since_key = QElapsedTimer()
        self._down: set[int] = set()
        self._open = False
        self._captions: list[QLabel] = []
        self._due = self._line("pay.due", "readback_amount")
        self._received = self._line("pay.received", "readback_amount")
        self._change = self._line("pay.change", "readback_change")
        self._change_caption = self._captions[-1]
        self._note = self.label(role="spoken", right=True, wrap=True)
        self._who, self._told = self.label(role="spoken", wrap=True), self.label(role="spoken", wrap=True)
        for part in (self._note, self.rule(), self._told, self._who):
            self.body.addWidget(part)
        self.notice = NoticeBox(look)
        self.foot.addWidget(self.notice)
        self._build_buttons()

    def _line(self, code: str, role: str) -> QLabel:
        row = self.row()
        caption = self.label(code, "readback_caption")
        self._captions.append(caption)
        figure = self.label(role=role, right=True)
        row.addWidget(caption)
        row.addWidget(figure, 1)
        self.body.addLayout(row)
        return figure

    def _build_buttons(self) -> None:
        row = self.row(spacing=16)
        self._back = self.button("back", code="readback.back")
        self._back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._back.clicked.connect(self._step_back)
        self.confirm = _ConfirmButton("settle", primary=True, key="F9 / +")
        self.say(self.confirm.set_label, "action.settle")
        self.confirm.setProperty("raw_keys", True)
        self.confirm.clicked.connect(self._confirm)
        self.primary = self.confirm
        row.addWidget(self._back, 1)
        row.addWidget(self.confirm, 2)
        self.foot.addLayout(row)

    def ask(self, state: CounterState) -> None:
        """Show the three figures and wait for the one confirmation."""
        self._open = True
        self._down.clear()
        self._since_open.start()
        self._since_key.start()
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def _draw(self, state: CounterState) -> None:
        text = self.look.text
        pay, person = state.pay, state.customer
        who = [person.name, person.address] if person else []
        litres = sum(line.volume_l for line in state.item.lines)
        what = [f"{cubic_metres(litres)} m³"] if litres else []
        self._who.setText(" · ".join([*who, *what, text(f"tender.{pay.tender}")]))
        told = [text(f"item.{state.item.item_code}"), *(text.parts(n.code, n.params)[0] for n in state.item.notices)]
        self._told.setText(" · ".join(told))  # of a service: which, and what comes of it
        self._told.setVisible(not state.item.measured)
        due = pay.due_fen or 0
        cash = pay.tender == "cash"
        change = pay.change_fen or 0
        self._due.setText(yuan(due))
        self._received.setText(yuan(due if pay.received_fen is None else pay.received_fen))
        self._change.setText(yuan(change))
        for part in (self._change, self._change_caption):
            part.setVisible(cash)
        self._note.setText(settlement_words(text, pay))
        self._note.setVisible(bool(self._note.text()))
        self.notice.show_notice(state.notice)

    def is_armed(self) -> bool:
        """True from half a second after opening until the one confirmation."""
        return self._open and self._since_open.elapsed() >= HOLD_MS

    def focus_first(self) -> None:
        """The focus ring is on the button, its keys come here."""
        self.confirm.setFocus()

    def handle(self, name: str) -> bool:
        """Keys that reached the router all the same (focus lost to the window)."""
        if name == "back":
            self._step_back()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Judges one key press; everything but the two settle keys and Esc does nothing."""
        event.accept()
        key = event.key()
        quiet_ms = self._since_key.restart()
        if event.isAutoRepeat() or key in self._down:
            return
        self._down.add(key)
        action = keys.find(key, event.modifiers(), typing_text=False)
        if action is None:
            return
        if action.name == "back":
            self._step_back()
        elif action.name == "settle" and quiet_ms >= BURST_MS:
            self._confirm()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A key that went up may be pressed again."""
        event.accept()
        if not event.isAutoRepeat():
            self._down.discard(event.key())

    def _confirm(self) -> None:
        if not self.is_armed():
            return
        self._open = False  # the button keeps the focus, so that later keys still end here and do nothing
        self.confirmed.emit()

    def _step_back(self) -> None:
        if self._open:
            self._open = False
            self.stepped_back.emit()
