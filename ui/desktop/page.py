"""What every page has: it draws a state, names its first field, and answers the keys it knows.

Rule: design section 6 (views hold no rule), screen.md (one primary action, one focus ring). Must not know: presenters.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.desktop.buttons import KeyButton
from ui.desktop.fields import AmountField
from ui.desktop.look import Look
from ui.desktop.panel import Panel


class Page(Panel):
    """One page of the stack.

    Attributes:
        primary: the filled button, or None; `settle` (F9, +) and Enter in the last field press it.
        fields: input fields in the order Enter walks through them.
        retypes: True where a figure typed into the first field replaces the one that stands there.
        enter_settles: False where what is confirmed is final and Enter leads from field to field: `settle` alone does.
    """

    retypes = False
    enter_settles = True

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setObjectName("page")
        self.primary: KeyButton | None = None
        self.fields: list[QLineEdit] = []

    def first_focus(self) -> QWidget | None:
        """Where the keyboard goes when the page is opened."""
        for field in self.fields:
            if field.isEnabled() and field.isVisibleTo(self):
                return field
        return self.primary if self.primary is not None and self.primary.isEnabled() else None

    def lie_beneath(self) -> None:
        """Something is laid over the page."""

    def come_back(self) -> None:
        """What lay over it is gone: the focus is where work begins, or where it was left."""
        self.focus_first()

    def focus_first(self) -> None:
        """Put the focus where the work begins; on a page with nothing to do, on the page: its keys still answer."""
        first = self.first_focus() or self
        first.setFocus()
        if self.retypes and isinstance(first, QLineEdit):
            first.selectAll()

    def handle(self, name: str) -> bool:
        """Act on an action of the key table; False if this page has no use for it."""
        if name == "settle":
            return self.press_primary()
        if name == "next":
            return self.walk(1) or (self.press_primary() if self.enter_settles else self.at_the_end())
        if name in ("back", "up"):
            return self.walk(-1)
        return name == "down" and self.walk(1)

    def agrees(self, name: str) -> bool:
        """False for Enter in, or `settle` over, a number field that refused something: it asks about what is left."""
        if name not in ("next", "settle"):
            return True
        for field in self.findChildren(AmountField):
            if field.in_doubt and field.isVisibleTo(self) and (name == "settle" or field.hasFocus()):
                field.setFocus()
                if not field.agreed():
                    return False
        return True

    def wants(self, name: str) -> bool:
        """True if an action whose key is a sign (`+ - / *`) is meant by it now, in a number field of this page."""
        return name == "settle"

    def at_the_end(self) -> bool:
        """Enter behind the last field, where Enter does not settle."""
        return True

    def press_primary(self) -> bool:
        """Press the filled button if it can be pressed."""
        if self.primary is None or not self.primary.isEnabled() or not self.primary.isVisibleTo(self):
            return False
        self.primary.click()
        return True

    def walk(self, direction: int) -> bool:
        """Move the focus to the next (1) or previous (-1) field; False at the ends."""
        return step_among([field for field in self.fields if field.isEnabled() and field.isVisibleTo(self)], direction)


def step_among(order: Sequence[QWidget], direction: int) -> bool:
    """Move the focus from the one of these that has it to its neighbour; False at the ends, or if none has it."""
    here = next((number for number, part in enumerate(order) if part.hasFocus()), None)
    if here is None or not 0 <= here + direction < len(order):
        return False
    target = order[here + direction]
    target.setFocus(Qt.FocusReason.TabFocusReason)
    if isinstance(target, QLineEdit):
        target.selectAll()
    return True
