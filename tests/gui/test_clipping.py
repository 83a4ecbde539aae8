"""What finds cut, elided and covered things finds a planted one of each, and looks at no page behind the front one."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ui.desktop.buttons import KeyButton
from ui.desktop.clipping import faults
from ui.desktop.look import Look

LONG = "应收 1,234,567.80 元，实收 1,300,000.00 元"


def put(root: QWidget, widget: QWidget, x: int, y: int, width: int, height: int) -> QWidget:
    widget.setParent(root)
    widget.setGeometry(x, y, width, height)
    return widget


def cut_label(root: QWidget) -> None:
    put(root, QLabel(LONG), 0, 0, 60, 40)


def low_label(root: QWidget) -> None:
    put(root, QLabel("应收"), 0, 0, 200, 4)


def cut_button(root: QWidget) -> None:
    put(root, QPushButton(LONG), 0, 0, 60, 40)


def narrow_field(root: QWidget) -> None:
    put(root, QLineEdit(LONG), 0, 0, 60, 40)


def narrow_choice(root: QWidget) -> None:
    box = QComboBox()
    box.addItem(LONG)
    put(root, box, 0, 0, 80, 40)


def covered_label(root: QWidget) -> None:
    put(root, QLabel("应收"), 0, 0, 200, 40)
    put(root, QLabel("实收"), 100, 20, 200, 40)


def outside_the_window(root: QWidget) -> None:
    put(root, QLabel("找零"), 350, 0, 200, 40)


def wide_content(root: QWidget) -> None:
    area, content = QScrollArea(), QWidget()
    content.setFixedSize(390, 20)
    area.setWidget(content)
    put(root, area, 0, 0, 200, 100)


def scrolled_away(root: QWidget) -> None:
    area, content = QScrollArea(), QWidget()
    content.setFixedSize(150, 600)
    put(content, KeyButton("settle", primary=True), 0, 500, 140, 60)
    area.setWidget(content)
    put(root, area, 0, 0, 200, 100)


def cut_column(root: QWidget) -> None:
    table = QTableWidget(1, 1)
    table.setItem(0, 0, QTableWidgetItem(LONG))
    put(root, table, 0, 0, 300, 100)
    table.setColumnWidth(0, 40)


PLANTED: list[tuple[Callable[[QWidget], None], str]] = [
    (cut_label, "label cut"),
    (low_label, "label too low"),
    (cut_button, "button cut"),
    (narrow_field, "field too narrow"),
    (narrow_choice, "choice too narrow"),
    (covered_label, "overlap"),
    (outside_the_window, "outside the window"),
    (wide_content, "content wider than its scroll area"),
    (scrolled_away, "scrolled out of sight"),
    (cut_column, "column cut"),
]


@pytest.fixture
def root(qapp: QApplication, look: Look, qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 300)
    return made


@pytest.mark.parametrize(("plant", "fault"), PLANTED, ids=[fault for _, fault in PLANTED])
def test_a_planted_fault_is_found(root: QWidget, plant: Callable[[QWidget], None], fault: str) -> None:
    plant(root)
    root.show()
    assert any(line.startswith(fault) for line in faults(root)), faults(root)


def test_a_page_behind_the_front_one_is_not_looked_at(root: QWidget) -> None:
    stack = put(root, QStackedWidget(), 0, 0, 400, 300)
    assert isinstance(stack, QStackedWidget)
    front, behind = QWidget(), QWidget()
    put(front, QLabel("应收"), 0, 0, 200, 40)
    cut_label(behind)
    stack.addWidget(front)
    stack.addWidget(behind)
    root.show()
    assert faults(root) == []
    stack.setCurrentWidget(behind)
    assert [line.split(":")[0] for line in faults(root)] == ["label cut"]
