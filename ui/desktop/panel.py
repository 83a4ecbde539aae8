"""The base of everything on the screen: a frame that keeps its texts and its grid in step with the look.

Rule: design section 7 (language switched live), screen.md "Language" (8-pixel grid, scale). A panel builds its widgets
once; `refresh` translates, scales and draws the last state again. Must not know: presenters, use cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.desktop.buttons import ChipButton, KeyButton
from ui.desktop.look import Look
from ui.desktop.scrolling import FocusScrollArea

L = TypeVar("L", bound=QLayout)


class Panel(QFrame):
    """A part of a page.

    Signals:
        action(name): a button for one of the actions of `keys.ACTIONS` (or of the page's own) was pressed.
    """

    action = Signal(str)

    def __init__(self, look: Look, *, role: str = "") -> None:
        super().__init__()
        self.look = look
        self._said: list[tuple[Callable[[str], object], str]] = []
        self._grids: list[tuple[QLayout, int, int]] = []
        self._sizes: list[tuple[Callable[[int], object], int]] = []
        self._redraw: Callable[[], None] | None = None
        if role:
            self.setProperty("role", role)
        look.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Apply language, scale and theme again, then draw the last state again."""
        for setter, code in self._said:
            setter(self.look.text(code))
        for layout, margin, spacing in self._grids:
            self._fit(layout, margin, spacing)
        for resize, pixels in self._sizes:
            resize(self.look.px(pixels))
        if self._redraw is not None:
            self._redraw()

    def redraw_with(self, draw: Callable[[], None]) -> None:
        """Remember how to draw the present state again after a switch of language or scale."""
        self._redraw = draw

    def say(self, setter: Callable[[str], object], code: str) -> None:
        """Show the sentence of a code through `setter`, now and after each switch of language."""
        self._said.append((setter, code))
        setter(self.look.text(code))

    def sized(self, setter: Callable[[int], object], pixels: int) -> None:
        """Give a size of the 100 % grid to `setter`, now and after each switch of scale."""
        self._sizes.append((setter, pixels))
        setter(self.look.px(pixels))

    def label(self, code: str = "", role: str = "text", *, wrap: bool = False, right: bool = False) -> QLabel:
        """A plain-text label; customers' names are never read as markup."""
        made = QLabel()
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setProperty("role", role)
        made.setWordWrap(wrap)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        made.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        if code:
            self.say(made.setText, code)
        return made

    def field_label(self, code: str, field: QWidget) -> QLabel:
        """The caption of a field; also the field's name for screen readers."""
        made = self.label(code, "caption")
        made.setBuddy(field)
        self.say(field.setAccessibleName, code)
        return made

    def button(self, action: str, *, primary: bool = False, key: str | None = None, code: str = "") -> KeyButton:
        """A button that shows its key and emits `action`."""
        made = KeyButton(action, primary=primary, key=key)
        self.say(made.set_label, code or f"action.{action}")
        made.clicked.connect(lambda: self.action.emit(action))
        return made

    def chip(self, code: str, action: str) -> ChipButton:
        """One of a few choices standing side by side."""
        made = ChipButton()
        self.say(made.setText, code)
        made.clicked.connect(lambda: self.action.emit(action))
        return made

    def rule(self) -> QFrame:
        """A hairline."""
        made = QFrame()
        made.setProperty("role", "rule")
        return made

    def column(self, parent: QWidget | None = None, *, margin: int = 0, spacing: int = 8) -> QVBoxLayout:
        """A vertical layout on the grid."""
        return self._kept(QVBoxLayout(parent) if parent is not None else QVBoxLayout(), margin, spacing)

    def row(self, parent: QWidget | None = None, *, margin: int = 0, spacing: int = 8) -> QHBoxLayout:
        """A horizontal layout on the grid."""
        return self._kept(QHBoxLayout(parent) if parent is not None else QHBoxLayout(), margin, spacing)

    def loose_row(self, spacing: int = 8) -> QHBoxLayout:
        """A horizontal layout for content that is drawn anew each time and therefore not kept."""
        made = QHBoxLayout()
        made.setContentsMargins(0, 0, 0, 0)
        made.setSpacing(self.look.eased(spacing))
        return made

    def pill(self, words: str, tone: str) -> QLabel:
        """A short coloured word; tone as in the style sheet (`good`, `warning`, `bad`, `info`)."""
        made = self.label(role="")
        made.setProperty("pill", tone)
        made.setText(words)
        return made

    def grid(self, parent: QWidget | None = None, *, margin: int = 0, spacing: int = 8) -> QGridLayout:
        """A grid layout on the grid."""
        return self._kept(QGridLayout(parent) if parent is not None else QGridLayout(), margin, spacing)

    def card(self, heading: str = "", *, spacing: int = 8) -> tuple[QFrame, QVBoxLayout]:
        """A surface with a hairline around it, with a heading if a code is given."""
        frame = QFrame()
        frame.setProperty("role", "card")
        layout = self.column(frame, margin=16, spacing=spacing)
        if heading:
            layout.addWidget(self.label(heading, "section"))
        return frame, layout

    def scrolled(self, content: QWidget) -> QScrollArea:
        """`content` in a vertical scroll area that follows the keyboard focus."""
        content.setObjectName("scrolled")
        area = FocusScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(content)
        area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        return area

    def keep(self, layout: L, margin: int, spacing: int) -> L:
        """Bring a layout made elsewhere onto the scaled grid."""
        return self._kept(layout, margin, spacing)

    def _kept(self, layout: L, margin: int, spacing: int) -> L:
        self._grids.append((layout, margin, spacing))
        self._fit(layout, margin, spacing)
        return layout

    def _fit(self, layout: QLayout, margin: int, spacing: int) -> None:
        pad = self.look.eased(margin)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.setSpacing(self.look.eased(spacing))


def clear(layout: QBoxLayout | QGridLayout) -> None:
    """Take every widget out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        inner = item.layout()
        if isinstance(inner, QBoxLayout | QGridLayout):
            clear(inner)


def set_role(widget: QWidget, name: str, value: str) -> None:
    """Change a property the style sheet looks at, and have it look again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))  # or a frame keeps the margins of its old role
    widget.updateGeometry()
