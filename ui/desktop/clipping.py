"""What on a shown page is cut, elided, laid over something else or out of the window; computed, not looked for.

Rule: screen.md "Looked at, not believed". The gallery prints these faults beside its pictures and a test refuses them.
Must not know: pages, languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QTableView,
    QWidget,
)

from ui.desktop.buttons import KeyButton

BIG_FIGURES = ("total", "amount", "change", "readback_amount", "readback_change")


def faults(root: QWidget) -> list[str]:
    """One line for everything that cannot be read as it stands; [] for a page that is right."""
    shown = list(_shown(root))
    found = [fault for widget in shown for fault in _own_faults(root, widget)]
    found += [_scrolled_away(root, widget) for widget in shown if _vital(widget)]
    found += list(_overlaps(shown))
    return [fault for fault in found if fault]


def _shown(root: QWidget) -> Iterator[QWidget]:
    """What can be seen below root, each once. A page behind the front one is left out with all it holds."""
    for child in root.children():
        if isinstance(child, QWidget) and not child.isWindow() and not child.isHidden():
            if not child.size().isEmpty():
                yield child
            yield from _shown(child)


def _own_faults(root: QWidget, widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel):
        yield _label(widget)
    elif isinstance(widget, QAbstractButton):
        yield _button(widget)
    elif isinstance(widget, QLineEdit):
        yield _field(widget)
    elif isinstance(widget, QComboBox):
        yield _combo(widget)
    elif isinstance(widget, QScrollArea):
        yield _scrolled(widget)
    elif isinstance(widget, QTableView):
        yield from _table(widget)
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        yield _outside(root, widget)


def _label(label: QLabel) -> str:
    text = label.text()
    if not text:
        return ""
    if label.wordWrap():
        need = label.heightForWidth(label.width())
        widest = max(label.fontMetrics().horizontalAdvance(word) for word in _unbroken(text))
        if widest > label.contentsRect().width():
            return f"word wider than its label: {text!r} {widest} > {label.contentsRect().width()}"
    else:
        need = label.sizeHint().height()
        if label.width() < label.sizeHint().width():
            return f"label cut: {text!r} {label.width()} < {label.sizeHint().width()}"
    cut_on_purpose = label.maximumHeight() < need  # figures: the line is cut to the digits
    if not cut_on_purpose and label.height() < need:
        return f"label too low: {text!r} {label.height()} < {need}"
    return ""


def _unbroken(text: str) -> list[str]:
    """Pieces between which a line may break; between Chinese characters it always may, and at a space of no width."""
    return "".join(f" {letter} " if letter > "\u2e80" or letter == "\u200b" else letter for letter in text).split() or [
        ""
    ]


def _button(button: QAbstractButton) -> str:
    if button.width() < button.sizeHint().width():
        words = button.accessibleName() or button.text()
        return f"button cut: {words!r} {button.width()} < {button.sizeHint().width()}"
    return "" if button.height() >= 24 else f"button too low: {button.accessibleName()!r}"


def _field(field: QLineEdit) -> str:
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    inner = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field).width() - 4
    for words in (field.text(), field.placeholderText() if not field.text() else ""):
        need = _metrics(field).horizontalAdvance(
            "●" * len(words) if field.echoMode() != field.echoMode().Normal else words
        )
        if need > inner:
            return f"field too narrow: {words!r} {inner} < {need}"
    need = _metrics(field).height()
    return "" if field.height() >= need else f"field too low: {field.accessibleName()!r} {field.height()} < {need}"


def _metrics(field: QWidget) -> QFontMetrics:
    return QFontMetrics(QFont(field.font()))


def _combo(box: QComboBox) -> str:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    inner = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box).width()
    need = max((_metrics(box).horizontalAdvance(box.itemText(i)) for i in range(box.count())), default=0)
    return "" if need <= inner else f"choice too narrow: {box.currentText()!r} {inner} < {need}"


def _scrolled(area: QScrollArea) -> str:
    content, room = area.widget(), area.viewport().width()
    if content is None or content.width() <= room:
        return ""
    return f"content wider than its scroll area: {content.width()} > {room}"


def _scroll_parent(widget: QWidget) -> QAbstractScrollArea | None:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return parent
        parent = parent.parentWidget()
    return None


def _place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    return repr(words or widget.accessibleName() or type(widget).__name__)


def _outside(root: QWidget, widget: QWidget) -> str:
    """What is not in a scroll area must stand inside the window, and inside every parent on the way."""
    if _scroll_parent(widget) is not None:
        return ""
    place, parent = _place(widget, root), widget.parentWidget()
    while parent is not None and parent is not root:
        if not _place(parent, root).contains(place):
            return f"outside its parent: {_name(widget)} {place.getRect()} {_place(parent, root).getRect()}"
        parent = parent.parentWidget()
    return "" if root.rect().contains(place) else f"outside the window: {_name(widget)} {place.getRect()}"


def _vital(widget: QWidget) -> bool:
    """The filled button and the big amounts."""
    if isinstance(widget, KeyButton):
        return bool(widget.property("primary") == "true")
    return isinstance(widget, QLabel) and bool(widget.text()) and widget.property("role") in BIG_FIGURES


def _scrolled_away(root: QWidget, widget: QWidget) -> str:
    """They are in sight wherever the page is scrolled to."""
    area = _scroll_parent(widget)
    if area is None or _place(area.viewport(), root).contains(_place(widget, root)):
        return ""
    return f"scrolled out of sight: {_name(widget)}"


def _table(table: QTableView) -> Iterator[str]:
    model, header = table.model(), table.horizontalHeader()
    for column in range(model.columnCount()):
        if table.isColumnHidden(column):
            continue
        need = max(table.sizeHintForColumn(column), header.sectionSizeHint(column))
        if table.columnWidth(column) < need:
            yield f"column cut: {header.model().headerData(column, header.orientation())!r} < {need}"
    if header.length() > table.viewport().width():
        yield f"table wider than its view: {header.length()} > {table.viewport().width()}"


def _overlaps(shown: list[QWidget]) -> Iterator[str]:
    parents = {widget.parentWidget() for widget in shown if isinstance(widget, QLabel)}
    beside: dict[QWidget, list[QWidget]] = {}
    for widget in shown:
        parent = widget.parentWidget()
        if parent is not None and parent in parents:
            beside.setdefault(parent, []).append(widget)
    for one, other in (pair for widgets in beside.values() for pair in combinations(widgets, 2)):
        if one.geometry().intersects(other.geometry()) and "veil" not in (one.property("role"), other.property("role")):
            yield f"overlap: {_name(one)} {_name(other)}"
