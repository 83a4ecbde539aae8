"""The bar below every page: the keys that work here, made from the one table.

Rule: screen.md "Frame". Where one row does not hold them its keys give up air at their sides, then those least needed
go: at large scales, and in a long bar. F1 shows all.
Must not know: what the actions do.
"""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from ui.desktop import keys
from ui.desktop.buttons import KeyButton
from ui.desktop.look import Look
from ui.desktop.panel import Panel
from ui.presenters.notice import FrameState

GAP = 8
FIRST = ("settle", "help", "back", "read_card", "search", "close_till", "lock", "sign_out")
"""Kept longest when the width does not do: whoever is at the counter can always go on, and always leave it."""


class KeyBar(Panel):
    """One row of buttons; a click does what the key does. They never take the focus from a field."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, role="bar_keys")
        self._row = self.row(self, spacing=GAP)
        self._buttons: list[KeyButton] = []
        self._set_height()

    def render_state(self, state: FrameState) -> None:
        """Show these keys in this order."""
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower bar shows fewer keys."""
        super().resizeEvent(event)
        self._choose()

    def _set_height(self) -> None:
        self.setFixedHeight(self.look.eased(56))
        pad = self.look.eased(16)
        self._row.setContentsMargins(pad, 0, pad, 0)

    def _draw(self, state: FrameState) -> None:
        wanted = [key.partition("=")[0] for key in state.keys]
        if [button.action_name for button in self._buttons] != wanted:
            for button in self._buttons:
                self._row.removeWidget(button)
                button.hide()
                button.deleteLater()
            self._buttons = [self._made(name) for name in wanted]
        for button, key in zip(self._buttons, state.keys, strict=True):
            button.set_label(self.look.text(key.partition("=")[2] or f"action.{button.action_name}"))
        self._set_height()
        self._choose()

    def _made(self, name: str) -> KeyButton:
        button = KeyButton(name, key=keys.shown(name).split(" ")[0])
        button.setProperty("bar", "true")
        button.setFocusPolicy(self.focusPolicy())
        button.clicked.connect(lambda: self.action.emit(name))
        self._row.addWidget(button, 1)
        return button

    def _choose(self) -> None:
        gap = self.look.eased(GAP)
        room = self.width() - 2 * self.look.eased(16) + gap  # the last one needs none behind it
        needed = self._needed(gap, slim=False)
        if sum(needed.values()) > room:
            needed = self._needed(gap, slim=True)
        by_need = sorted(self._buttons, key=lambda b: FIRST.index(b.action_name) if b.action_name in FIRST else 99)
        kept: set[KeyButton] = set()
        for button in by_need:
            if needed[button] <= room:
                kept.add(button)
                room -= needed[button]
        for button in self._buttons:
            button.setVisible(button in kept)

    def _needed(self, gap: int, *, slim: bool) -> dict[KeyButton, int]:
        for button in self._buttons:
            button.make_slim(slim=slim)
        return {button: button.sizeHint().width() + gap for button in self._buttons}
