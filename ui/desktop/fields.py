"""Input fields: amounts and counts without an input method, right-aligned; plain text fields.

Rule: design section 7 and screen.md: digits belong to the amount; a Chinese input method must never sit between the
keypad and a sum; what a field does not take is said, never swallowed. Must not know: what an amount is for.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QValidator
from PySide6.QtWidgets import QLineEdit, QWidget

_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF0E: 0x2E, 0x3002: 0x2E, 0xFF0C: 0x2C}
MAX_WHOLE_DIGITS = 9


def refusal(text: str, decimals: int) -> str:
    """Why a number field does not take this text: `digits`, `whole`, `decimals`, `long`; "" if it does."""
    whole, point, rest = text.partition(".")
    if not (whole + rest).isascii() or not (whole + rest + "0").isdigit():
        return "digits"
    if point and not decimals:
        return "whole"
    if len(rest) > decimals:
        return "decimals"
    return "long" if len(whole) > MAX_WHOLE_DIGITS else ""


class NumberValidator(QValidator):
    """Lets only numbers stand, however they came: typed, pasted or dropped; full-width digits become plain ones.

    Attributes:
        reason: of the last text that was judged, see `refusal`.
    """

    def __init__(self, field: AmountField) -> None:
        super().__init__(field)
        self._field = field
        self.reason = ""

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Qt asks before anything is shown."""
        plain = text.translate(_FULL_WIDTH)
        if self._field.decimals:
            plain = plain.replace(",", ".")
        self.reason = refusal(plain, self._field.decimals)
        return (QValidator.State.Invalid if self.reason else QValidator.State.Acceptable), plain, position


class AmountField(QLineEdit):
    """A field for digits and at most one decimal point; everything else never enters it.

    Attributes:
        decimals: digits allowed behind the point; 0 means whole numbers (pieces, slips).

    Signals:
        refused(reason): a key or a pasted text was not taken; see `refusal`.
    """

    refused = Signal(str)

    def __init__(self, size: str, decimals: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.decimals = decimals
        self.setProperty("entry", size)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly | Qt.InputMethodHint.ImhNoPredictiveText)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._judge = NumberValidator(self)
        self.setValidator(self._judge)
        self.inputRejected.connect(lambda: self.refused.emit(self._judge.reason or "long"))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Some input methods send text although they are off; it is not taken."""
        event.ignore()
        if event.commitString():
            self.refused.emit("digits")


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
