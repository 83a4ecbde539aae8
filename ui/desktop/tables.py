"""Read-only tables over a tuple of rows: hairlines, right-aligned figures, no zebra.

Rule: screen.md "Tables", performance.md section 4 (a role is compared as an int: 2.3 times faster; rows are replaced,
not patched, so a million of them scroll without a pause). Must not know: what the rows are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ui.desktop.look import Look

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Column(Generic[R]):
    """code: message of the heading; text: cell text of a row; right: figures; stretch: takes the spare width;
    spare: left out, the last one first, where the room does not do for all."""

    code: str
    text: Callable[[R], str]
    right: bool = False
    stretch: bool = False
    spare: bool = False


class RowsModel(QAbstractTableModel, Generic[R]):
    """A tuple of rows behind a view. Attributes: rows: what is shown now."""

    def __init__(self, look: Look, columns: tuple[Column[R], ...]) -> None:
        super().__init__()
        self._look = look
        self._columns = columns
        self.rows: tuple[R, ...] = ()

    def replace(self, rows: tuple[R, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Cell text and alignment; Qt asks for a dozen other roles that are answered with None at once."""
        if role == _DISPLAY:
            return self._columns[index.column()].text(self.rows[index.row()])
        if role == _ALIGN:
            return _RIGHT if self._columns[index.column()].right else _LEFT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Headings in the operator's language."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _DISPLAY:
            return self._look.text(self._columns[section].code)
        if role == _ALIGN:
            return _RIGHT if self._columns[section].right else _LEFT
        return None


class RowTable(QTableView, Generic[R]):
    """A table of rows, one of them selected.

    Signals:
        chosen(row): double click, or Enter through the page.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, columns: tuple[Column[R], ...]) -> None:
        super().__init__()
        self._look = look
        self._columns = columns
        self.rows_model: RowsModel[R] = RowsModel(look, columns)
        self.setModel(self.rows_model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(self._chosen)
        look.changed.connect(self.refresh)
        self.refresh()

    def show_rows(self, rows: tuple[R, ...]) -> None:
        """Replace the rows; the first one is selected, so that Enter does something."""
        if rows == self.rows_model.rows:
            return
        here = self.currentIndex().row()
        self.rows_model.replace(rows)
        if rows:
            self.selectRow(min(max(0, here), len(rows) - 1))
        self._fit()

    def current(self) -> R | None:
        """The selected row."""
        row = self.currentIndex().row()
        return self.rows_model.rows[row] if 0 <= row < len(self.rows_model.rows) else None

    def refresh(self) -> None:
        """Headings and row height after a switch of language or scale."""
        self.verticalHeader().setDefaultSectionSize(self._look.px(40))
        self.rows_model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        if self.rows_model.rows:
            here = self.currentIndex().row()
            self.rows_model.replace(self.rows_model.rows)
            self.selectRow(max(0, here))
        self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        for number, column in enumerate(self._columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(number, mode)
        header.setResizeContentsPrecision(50)  # measure what is seen, not a million rows
        needs = [max(self.sizeHintForColumn(n), header.sectionSizeHint(n)) for n in range(len(self._columns))]
        room = self.viewport().width()
        for number in reversed(range(len(self._columns))):
            left_out = self._columns[number].spare and sum(needs) > room
            self.setColumnHidden(number, left_out)
            if left_out:
                needs[number] = 0

    def moveCursor(self, cursor_action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End are the first and the last row: Qt means the columns of one row, and here a row is one thing."""
        ends = {QAbstractItemView.CursorAction.MoveHome: 0, QAbstractItemView.CursorAction.MoveEnd: -1}
        if cursor_action not in ends or not self.rows_model.rows:
            return super().moveCursor(cursor_action, modifiers)
        row = range(len(self.rows_model.rows))[ends[cursor_action]]
        return self.rows_model.index(row, max(0, self.currentIndex().column()))

    def minimumSizeHint(self) -> QSize:
        """The heading and one row; a notice above may take the rest for a while."""
        return QSize(super().minimumSizeHint().width(), self.horizontalHeader().height() + self._look.px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wider table shows more columns."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _chosen(self) -> None:
        row = self.current()
        if row is not None:
            self.chosen.emit(row)
