"""The receipts behind F7: the newest has the focus, arrow keys choose another, Enter takes it, Esc leaves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ui.desktop import samples
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.desktop.pages.receipts import ReceiptsOverlay
from ui.presenters.counter_state import ReceiptView

K = Qt.Key


@pytest.fixture
def receipts(window: MainWindow, look: Look) -> ReceiptsOverlay:
    window.add_page("counter", Page(look))
    window.show_page("counter")
    made = ReceiptsOverlay(look)
    made.show_receipts(samples.RECEIPTS)
    window.open_overlay(made)
    return made


@pytest.mark.parametrize(("downs", "row"), [(0, 0), (1, 1), (9, 2)])
def test_enter_takes_the_row_that_the_arrow_keys_lead_to(
    window: MainWindow, receipts: ReceiptsOverlay, downs: int, row: int
) -> None:
    taken: list[ReceiptView] = []
    receipts.chosen.connect(taken.append)
    for _ in range(downs):
        QTest.keyClick(window.focusWidget(), K.Key_Down)
    QTest.keyClick(window.focusWidget(), K.Key_Return)
    assert taken == [samples.RECEIPTS[row]]


def test_list_shown_again_begins_at_the_newest(window: MainWindow, receipts: ReceiptsOverlay) -> None:
    QTest.keyClick(window.focusWidget(), K.Key_Down)
    receipts.show_receipts(samples.RECEIPTS)
    assert receipts.table.current() == samples.RECEIPTS[0]


def test_esc_leaves_without_taking_any(window: MainWindow, receipts: ReceiptsOverlay) -> None:
    heard: list[str] = []
    receipts.chosen.connect(lambda _receipt: heard.append("chosen"))
    receipts.closed.connect(lambda: heard.append("closed"))
    QTest.keyClick(window.focusWidget(), K.Key_Escape)
    assert heard == ["closed"]


def test_list_names_how_each_receipt_was_paid(window: MainWindow, receipts: ReceiptsOverlay) -> None:
    model = receipts.table.rows_model
    column = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())].index("收款方式")
    assert [model.index(row, column).data() for row in range(3)] == ["现金", "银联刷卡", "现金"]
    assert not receipts.table.isColumnHidden(column)
