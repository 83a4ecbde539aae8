"""Input fields: amounts and counts without an input method, right-aligned; plain text fields.

Rule: design section 7 and screen.md: digits belong to the amount; a Chinese input method must never sit between the
keypad and a sum. Must not know: what an amount is for.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF0E: 0x2E, 0x3002: 0x2E, 0xFF0C: 0x2C}


class AmountField(QLineEdit):
    """A field for digits and at most one decimal point; everything else never enters it.

    Attributes:
        decimals: digits allowed behind the point; 0 means whole numbers (pieces, slips).
    """

    def __init__(self, size: str, decimals: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.decimals = decimals
        self.setProperty("entry", size)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly | Qt.InputMethodHint.ImhNoPredictiveText)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setMaxLength(15)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lets digits and one point in (full-width ones too), editing keys through, everything else out."""
        typed = event.text().translate(_FULL_WIDTH)
        if not typed or not typed.isprintable():
            super().keyPressEvent(event)
        elif self.admits(typed):
            self.insert(typed.replace(",", ".") if self.decimals else typed)
            self.textEdited.emit(self.text())
        else:
            event.accept()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Some input methods send text although they are off; it is ignored."""
        event.ignore()

    def admits(self, typed: str) -> bool:
        """True if the text with `typed` in place of the selection is still a number this field takes."""
        text = self.text()
        start = self.selectionStart() if self.hasSelectedText() else self.cursorPosition()
        end = start + len(self.selectedText())
        result = text[:start] + (typed.replace(",", ".") if self.decimals else typed) + text[end:]
        whole, point, rest = result.partition(".")
        if not (whole + rest).isascii() or not (whole + rest + "0").isdigit():
            return False
        return (not point or self.decimals > 0) and len(rest) <= self.decimals and len(whole) <= 9


class TextField(QLineEdit):
    """A field for names, addresses and searches; the input method is welcome here."""

    def __init__(self, max_length: int = 60, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(max_length)


class SecretField(QLineEdit):
    """A field for passwords: hidden, never offered to clipboards or input methods."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setMaxLength(128)
