"""Devices of this workstation: reader, service, card and keys line by line, every lamp, the field of the keystore.

Rule: design section 7, screen.md "Messages", docs/keys.md. Everybody may look; who may open the keystore the presenter
says. Must not know: devices, keys.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.desktop.fields import SecretField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.panel import clear
from ui.desktop.scrolling import PageKeys, ScrollKeys
from ui.desktop.top_bar import PILL_OF_LAMP, SHAPES, why_of
from ui.presenters.devices_state import DevicesState, Told
from ui.presenters.notice import Lamp, LampState, Tone

NARROW = 900
"""Pixels of the 100 % grid below which a name and its words stand one above the other."""
_ROLE_OF_TONE = {Tone.INFO: "text", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "bad"}


class DevicesPage(Page):
    """Left: reader, card and keys. Right: the other lamps, and the field of the passphrase while the keys are locked.

    Signals:
        look_asked(): look again. unlock_asked(passphrase). stepped_back(): Esc.
    """

    look_asked = Signal()
    unlock_asked = Signal(str)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = DevicesState()
        self._was_narrow = False
        row = self.row(self, margin=16, spacing=16)
        row.addWidget(self._left(), 1)
        row.addWidget(self._right(), 1)
        self.fields = [self.passphrase]
        if self.primary is not None:
            ScrollKeys(self._area, self.primary)
        PageKeys(self._area, self.passphrase)
        self.redraw_with(self._draw)

    def render_state(self, state: DevicesState) -> None:
        """Draw it; what was typed is emptied as soon as it is tried."""
        before, self._state = self._state, state
        if state.busy:
            self.passphrase.clear()
        self._draw()
        if (before.busy, before.may_unlock) != (state.busy, state.may_unlock) and self.isVisible():
            self.focus_first()

    def empty(self) -> None:
        """Somebody leaves: what was typed goes."""
        self.passphrase.clear()

    def handle(self, name: str) -> bool:
        """F5 looks again, Esc leaves; Enter and F9 try the passphrase, or look again where there is none to try."""
        if name == "refresh":
            self.look_asked.emit()
            return True
        if name == "back":
            self.stepped_back.emit()
            return True
        return super().handle(name)

    def _left(self) -> QWidget:
        frame, layout = self.card("devices.reader_and_card")
        inner = QWidget()
        column = self.column(inner)
        self.trouble = NoticeBox(self.look)
        self._lines = self.grid(spacing=8)
        self._lines.setColumnStretch(1, 1)
        column.addWidget(self.trouble)
        column.addLayout(self._lines)
        column.addWidget(self.label("devices.only_reads", "quiet", wrap=True))
        column.addStretch(1)
        self._area = self.scrolled(inner)
        layout.addWidget(self._area, 1)
        return frame

    def _right(self) -> QWidget:
        frame, layout = self.card("devices.lamps")
        inner = QWidget()
        column = self.column(inner)
        self._keys = QWidget()
        asked = self.column(self._keys)
        self.passphrase = SecretField()
        asked.addWidget(self.field_label("devices.passphrase", self.passphrase))
        asked.addWidget(self.passphrase)
        self.notice = NoticeBox(self.look)
        for part in (self._keys, self.notice):
            column.addWidget(part)
        self._lamps = self.grid(spacing=8)
        self._lamps.setColumnStretch(1, 1)
        column.addLayout(self._lamps)
        column.addStretch(1)
        layout.addWidget(self.scrolled(inner), 1)
        self.primary = self.button("settle", primary=True, key="F9", code="devices.look_again")
        self.primary.clicked.connect(self._go_on)
        layout.addWidget(self.primary)
        return frame

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        self._was_narrow = self._is_narrow
        self.trouble.show_notice(state.trouble)
        self.trouble.shorten(brief=state.may_unlock)  # she is who is asked for, and the field stands beside it
        clear(self._lines)
        for number, line in enumerate(state.told):
            words = self._word(self._words_of(line), _ROLE_OF_TONE[line.tone])
            self._put(self._lines, number, self._word(text(line.label), "quiet"), words)
        clear(self._lamps)
        for number, lamp in enumerate(state.lamps):
            said = text(f"device.{lamp.device}"), text(f"lamp.{lamp.state.value}")
            pill = self.pill(f"{SHAPES[lamp.state]} {' '.join(said)}", PILL_OF_LAMP[lamp.state])
            self._put(self._lamps, number, pill, self._word(self._why(lamp), "text"))
        self._keys.setVisible(state.may_unlock)
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            busy, open_it = "devices.unlocking", "devices.unlock"
            ask = open_it if state.may_unlock else "devices.look_again"
            self.primary.set_label(text(busy if state.busy else ask))
            self.primary.setEnabled(not state.busy)

    def _why(self, lamp: Lamp) -> str:
        """The reader's own words stand at the left; what is wrong with it is said in short."""
        why = why_of(self.look.text, lamp)
        if lamp.device == "reader":
            why = "" if lamp.state is LampState.OK else why.partition("\n")[0]
        return why or self.look.text(f"lamp.about.{lamp.state.value}")

    def _words_of(self, line: Told) -> str:
        if not line.word:
            return line.text
        params = {name: _in_folders(value) if name == "path" else value for name, value in line.params}
        return self.look.text(line.word, **params)

    def _put(self, grid: QGridLayout, number: int, name: QWidget, words: QLabel) -> None:
        """Side by side, or the words below the name where both would not fit."""
        if self._is_narrow:
            grid.addWidget(name, 2 * number, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(words, 2 * number + 1, 0, 1, 2)
        else:
            grid.addWidget(name, number, 0)
            grid.addWidget(words, number, 1)
        for part in (name, words):
            part.show()  # at once, not with the next round of the layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may put the words beside their names."""
        super().resizeEvent(event)
        if self._is_narrow != self._was_narrow:
            self._draw()

    @property
    def _is_narrow(self) -> bool:
        return self.width() < self.look.px(NARROW)

    def _word(self, words: str, role: str) -> QLabel:
        made = self.label(role=role, wrap=role != "quiet")
        made.setText(words)
        return made

    def _go_on(self) -> None:
        if self._state.may_unlock:
            self.unlock_asked.emit(self.passphrase.text())
        else:
            self.look_asked.emit()


def _in_folders(path: int | str) -> str:
    """A path that breaks at its folders."""
    return str(path).replace("/", "/\u200b").replace("\\", "\\\u200b")
