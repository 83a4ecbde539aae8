"""The bar below every page: the keys that work here, made from the one table.

Rule: screen.md "Frame". Where one row does not hold them its keys give up air at their sides, then they stand in two
rows: at large scales, and in a long bar. Where the window is low the figures above need the height and one row must do.
What the rows do not hold goes, the least needed first; F1 shows all.
Must not know: what the actions do.
"""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from ui.desktop import keys
from ui.desktop.buttons import KeyButton
from ui.desktop.look import Look
from ui.desktop.panel import Panel, set_role
from ui.presenters.notice import FrameState

GAP = 8
ROW_GAP = 4
TWO_ROWS = 80
ROOMY_FROM = 500
"""Height of a window, in pixels of the 100 % grid, that leaves room for a second row: 768 at 150 %, not at 175 %."""
FIRST = ("settle", "help", "back", "read_card", "search", "close_till", "lock", "sign_out")
"""Kept longest when the rows do not do: whoever is at the counter can always go on, and always leave it."""


class KeyBar(Panel):
    """Buttons in a row or two; a click does what the key does. They never take the focus from a field."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, role="bar_keys")
        self._column = self.column(self, spacing=ROW_GAP)
        self._rows = (self.row(spacing=GAP), self.row(spacing=GAP))
        for row in self._rows:
            self._column.addLayout(row)
        self._buttons: list[KeyButton] = []
        self._set_height(two=False)

    def render_state(self, state: FrameState) -> None:
        """Show these keys in this order."""
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower bar shows fewer keys."""
        super().resizeEvent(event)
        self._choose()

    def _set_height(self, *, two: bool) -> None:
        """Two rows are lower than one of them: the page above needs its height too."""
        self.setFixedHeight(self.look.eased(TWO_ROWS if two else 56))
        pad = self.look.eased(16)
        self._column.setContentsMargins(pad, 0, pad, 0)
        for button in self._buttons:
            set_role(button, "bar", "low" if two else "high")

    def _draw(self, state: FrameState) -> None:
        wanted = [key.partition("=")[0] for key in state.keys]
        if [button.action_name for button in self._buttons] != wanted:
            for button in self._buttons:
                button.hide()
                button.deleteLater()
            self._buttons = [self._made(name) for name in wanted]
        for button, key in zip(self._buttons, state.keys, strict=True):
            button.set_label(self.look.text(key.partition("=")[2] or f"action.{button.action_name}"))
        self._choose()

    def _made(self, name: str) -> KeyButton:
        button = KeyButton(name, key=keys.shown(name).split(" ")[0])
        button.setProperty("bar", "high")
        button.setFocusPolicy(self.focusPolicy())
        button.clicked.connect(lambda: self.action.emit(name))
        button.setParent(self)
        return button

    def _choose(self) -> None:
        """One row, else two if there is room, as evenly as the order allows; what they do not hold goes."""
        gap = self.look.eased(GAP)
        room = self.width() - 2 * self.look.eased(16) + gap  # the last one of a row needs none behind it
        kept = list(self._buttons)
        needed: dict[KeyButton, int] = {}
        rows: tuple[list[KeyButton], ...] = ()
        two = 2 if self.window().height() >= self.look.px(ROOMY_FROM) else 1
        for slim, most in ((False, 1), (True, 1), (False, two), (True, two)):
            needed = self._needed(gap, slim=slim)
            rows = _evenly(kept, needed, most)
            if _widest(rows, needed) <= room:
                break
        while kept and _widest(rows, needed) > room:
            kept.remove(max(reversed(kept), key=_least_needed))
            rows = _evenly(kept, needed, two)
        self._place(rows)
        for button in self._buttons:
            button.setVisible(button in kept)

    def _place(self, rows: tuple[list[KeyButton], ...]) -> None:
        for layout in self._rows:
            while layout.takeAt(0) is not None:
                pass
        for layout, row in zip(self._rows, rows, strict=False):
            for button in row:
                layout.addWidget(button, 1)
        self._set_height(two=len(rows) > 1)

    def _needed(self, gap: int, *, slim: bool) -> dict[KeyButton, int]:
        for button in self._buttons:
            button.make_slim(slim=slim)
        return {button: button.sizeHint().width() + gap for button in self._buttons}


def _least_needed(button: KeyButton) -> int:
    return FIRST.index(button.action_name) if button.action_name in FIRST else len(FIRST)


def _widest(rows: tuple[list[KeyButton], ...], needed: dict[KeyButton, int]) -> int:
    return max((sum(needed[button] for button in row) for row in rows), default=0)


def _evenly(buttons: list[KeyButton], needed: dict[KeyButton, int], most: int) -> tuple[list[KeyButton], ...]:
    """In at most so many rows, in their order, so that the wider row is as narrow as can be."""
    if most == 1:
        return (list(buttons),)
    halves = ((buttons[:first], buttons[first:]) for first in range(1, len(buttons)))
    return min(halves, key=lambda rows: _widest(rows, needed), default=(list(buttons),))
