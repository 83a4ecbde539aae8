"""Access: every input has a name for screen readers, and the Tab key goes the way the eye goes."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QLineEdit, QTableView, QWidget

from tests.fixtures_window import Scenes, settle
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.tokens import THEMES


def inputs(root: QWidget) -> list[QWidget]:
    found = [*root.findChildren(QLineEdit), *root.findChildren(QComboBox), *root.findChildren(QTableView)]
    return [widget for widget in found if widget.isVisibleTo(root)]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_input_has_an_accessible_name(scenes: Scenes, look: Look, language: str) -> None:
    look.switch(language=language)
    nameless = []
    for name, show in scenes.items():
        root = show()
        nameless += [(name, type(widget).__name__) for widget in inputs(root) if not widget.accessibleName()]
    assert nameless == []


def test_tab_goes_down_and_to_the_right_through_the_fields_of_every_page(scenes: Scenes, window: MainWindow) -> None:
    backwards = []
    for name, show in scenes.items():
        if show() is not window:
            continue
        settle()
        page = window.overlay or window.stack.currentWidget()
        chain = tab_chain(page)
        for one, other in pairwise(chain):
            here, there = place(one, page), place(other, page)
            same_card = card_of(one) is card_of(other)
            if same_card and there.y() + other.height() <= here.y():
                backwards.append((name, one.accessibleName(), other.accessibleName()))
        window.close_overlays()
    assert backwards == []


def tab_chain(page: QWidget) -> list[QWidget]:
    """The fields of a page as Tab meets them, from the first of the chain on."""
    wanted = {widget for widget in inputs(page) if widget.isEnabled()}
    chain, widget = [], page.nextInFocusChain()
    while widget is not page and widget is not None:
        chain += [widget] if widget in wanted else []
        widget = widget.nextInFocusChain()
    return chain


def place(widget: QWidget, page: QWidget) -> QPoint:
    return widget.mapTo(page, QPoint(0, 0))


def card_of(widget: QWidget) -> QWidget | None:
    parent = widget.parentWidget()
    while parent is not None and parent.property("role") != "card":
        parent = parent.parentWidget()
    return parent


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_refused_field_has_a_border_of_its_own_with_and_without_the_cursor(
    scenes: Scenes, window: MainWindow, look: Look, theme: str
) -> None:
    look.switch(theme=theme)
    scenes["open-account-wrong"]()
    settle()
    fields = [widget for widget in inputs(window) if widget.property("wrong") is not None]
    (refused,) = [field for field in fields if field.property("wrong") == "true"]
    other = next(field for field in fields if field is not refused and not field.hasFocus())
    bad, line = THEMES[theme].bad.lower(), THEMES[theme].line.lower()
    assert (border(other), border(refused)) == (line, bad)
    refused.setFocus()
    settle()
    assert (refused.hasFocus(), border(refused)) == (True, bad)


def border(field: QWidget) -> str:
    picture = field.grab().toImage()
    return picture.pixelColor(picture.width() // 2, 0).name()
