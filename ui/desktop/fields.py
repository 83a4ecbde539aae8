"""Input fields: amounts and counts without an input method, right-aligned; plain text fields.

Rule: design section 7 and screen.md: digits belong to the amount; a Chinese input method must never sit between the
keypad and a sum; what a field does not take is said, never swallowed, and what is left of it is not taken for what was
meant before it is typed anew or agreed to. Must not know: what an amount is for.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QValidator,
)
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QStyle, QStyleOptionFrame, QWidget

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

    What is typed behind a point that was refused is refused with it: `1.5` stays 1 and never becomes 15.

    Attributes:
        decimals: digits allowed behind the point; 0 means whole numbers (pieces, slips).
        in_doubt: something was refused, and what stands there was neither typed anew nor agreed to since.

    Signals:
        refused(reason): a key or a pasted text was not taken; see `refusal`. `doubt`: what is left must be agreed to.
    """

    refused = Signal(str)

    def __init__(self, size: str, decimals: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.decimals = decimals
        self.setProperty("entry", size)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly | Qt.InputMethodHint.ImhNoPredictiveText)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._past_point = False
        self.in_doubt = self._asked = False
        self._judge = NumberValidator(self)
        self.setValidator(self._judge)
        self.inputRejected.connect(lambda: self._refuse(self._judge.reason or "long"))
        self.textChanged.connect(lambda text: self._be_sure() if not text else None)

    def sizeHint(self) -> QSize:
        """Eight figures and the padding, not the seventeen wide letters Qt thinks of."""
        wanted = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("0" * 12), wanted.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits behind a refused point are no whole number of their own; any other key ends that."""
        typed = event.text().translate(_FULL_WIDTH)
        if self._past_point and typed.isdigit():
            self._refuse("whole")
            return
        if typed.isdigit():
            self._asked = False
            if self.hasSelectedText() and self.selectedText() == self.text():
                self._be_sure()  # the whole is typed over
        self._past_point = typed == "." and not self.decimals
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A field that is entered anew takes digits again."""
        self._past_point = False
        super().focusInEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Some input methods send text although they are off; it is not taken."""
        event.ignore()
        if event.commitString():
            self._refuse("digits")

    def setText(self, text: str | None) -> None:
        """What the program writes is no leftover of somebody's keys."""
        super().setText(text)
        self._be_sure()

    def changeEvent(self, event: QEvent) -> None:
        """A step that is over leaves nothing to agree to."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._be_sure()

    def agreed(self) -> bool:
        """True if what stands there may be taken. Where something was refused, the first time it is only asked."""
        if self.in_doubt and not self._asked:
            self._asked = True
            self.refused.emit("doubt")
            return False
        self._be_sure()
        return True

    def _refuse(self, reason: str) -> None:
        self._asked = False
        self._mark(doubt=True)
        self.refused.emit(reason)

    def _be_sure(self) -> None:
        self._asked = False
        if self.in_doubt:
            self._mark(doubt=False)

    def _mark(self, *, doubt: bool) -> None:
        """Its frame says so as long as it lasts."""
        self.in_doubt = doubt
        self.setProperty("doubt", "true" if doubt else "false")
        self.style().unpolish(self)
        self.style().polish(self)


class TextField(QLineEdit):
    """A field for names, addresses and searches; the input method is welcome here.

    Attributes: key_hint: what Enter does with the text, at its end; hidden while nothing is typed. None: not offered.
    """

    def __init__(self, max_length: int = 60, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(max_length)
        self._hints: tuple[str, ...] = ()
        self._key_hints: tuple[str, ...] = ()
        self.key_hint: QLabel | None = None

    def offer_hints(self, hints: str) -> None:
        """Placeholders from long to short, parted by `|`; the longest one that fits is shown, never a cut one."""
        self._hints = tuple(hints.split("|"))
        self._choose_hint()

    def offer_key(self, hints: str) -> None:
        """What Enter does with what is typed, long to short, parted by `|`; the longest that leaves room for text."""
        self._key_hints = tuple(hints.split("|"))
        if self.key_hint is None:
            self.key_hint = QLabel(self)
            self.key_hint.setProperty("role", "caption")
            self.key_hint.setTextFormat(Qt.TextFormat.PlainText)
            self.key_hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self.textChanged.connect(lambda _text: self._place_key_hint())
        self._place_key_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width holds another hint."""
        super().resizeEvent(event)
        self._choose_hint()
        self._place_key_hint()

    def _place_key_hint(self) -> None:
        """At the end of the field; the text ends before it."""
        hint = self.key_hint
        if hint is None:
            return
        hint.setVisible(bool(self.text()))
        if not self.text():
            self.setTextMargins(0, 0, 0, 0)
            return
        hint.ensurePolished()
        letters, gap = hint.fontMetrics(), self.fontMetrics().height() // 2
        fitting = [words for words in self._key_hints if letters.horizontalAdvance(words) <= self.width() * 2 // 5]
        hint.setText(fitting[0] if fitting else self._key_hints[-1])
        hint.resize(hint.sizeHint())
        hint.move(self.width() - gap - hint.width(), (self.height() - hint.height()) // 2)
        self.setTextMargins(0, 0, hint.width() + gap // 2, 0)

    def _choose_hint(self) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inner = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        fitting = [hint for hint in self._hints if self.fontMetrics().horizontalAdvance(hint) <= inner.width() - 4]
        if self._hints:
            self.setPlaceholderText(fitting[0] if fitting else "")


class ChoiceField(QComboBox):
    """One of a few; the style sheet takes Qt's arrow away, so it is drawn here."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The arrow over the frame and the words."""
        super().paintEvent(event)
        unit = self.fontMetrics().height() // 4
        middle = QPointF(self.width() - 3.5 * unit, self.height() / 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), max(1.5, unit / 3)))
        ends = [QPointF(-unit, -unit / 2), QPointF(0, unit / 2), QPointF(unit, -unit / 2)]
        painter.drawPolyline([middle + end for end in ends])
        painter.end()


class SecretField(QLineEdit):
    """A field for passwords: hidden, never offered to clipboards or input methods."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setMaxLength(128)
