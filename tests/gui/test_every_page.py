"""Every page in every language and at two sizes: nothing clipped, nothing untranslated, one focus, one primary."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QPushButton, QScrollArea, QWidget

from tests.fixtures_window import Scenes, settle
from ui.desktop import clipping, pages
from ui.desktop.buttons import KeyButton
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.page import Page


def visible(root: QWidget, kind: type[QWidget]) -> Iterator[QWidget]:
    return (widget for widget in root.findChildren(kind) if widget.isVisibleTo(root))


def drawn_classes() -> set[type[Page]]:
    """Every page and overlay that is a file's own."""
    found = set()
    for entry in pkgutil.iter_modules(pages.__path__):
        module = importlib.import_module(f"{pages.__name__}.{entry.name}")
        kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Page)]
        found |= {kind for kind in kinds if kind.__module__ == module.__name__}
    return found


def test_every_page_and_overlay_has_a_scene(scenes: Scenes, window: MainWindow) -> None:
    seen: set[type[QWidget]] = set()
    for show in scenes.values():
        if show() is window:
            seen.add(type(window.overlay or window.stack.currentWidget()))
        window.close_overlays()
    assert drawn_classes() - seen == set()


COUNTER_SCREEN, FULL_HD = (1366, 768), (1920, 1080)
LOOKS = [(COUNTER_SCREEN, language, scale) for language in LANGUAGES for scale in (100, 125, 150, 200)]
LOOKS += [(FULL_HD, "zh_CN", 100), (FULL_HD, "en", 200)]


@pytest.mark.parametrize(("size", "language", "scale"), LOOKS)
def test_nothing_on_any_page_is_cut_elided_or_covered(
    scenes: Scenes, window: MainWindow, look: Look, size: tuple[int, int], language: str, scale: int
) -> None:
    look.switch(language=language, scale=scale)
    window.resize(*size)
    found = []
    for name, show in scenes.items():
        root = show()
        root.grab()  # lays out what is not on a screen
        settle()
        found += [(name, fault) for fault in clipping.faults(root)]
        if root is window and window.size().toTuple() != size:
            found.append((name, f"the window grew to {window.size().toTuple()}"))
        window.close_overlays()
    assert found == []


@pytest.mark.parametrize("first", [0, 1], ids=["zh_CN", "en"])
def test_switching_the_language_leaves_no_untranslated_word(
    scenes: Scenes, look: Look, window: MainWindow, first: int
) -> None:
    left = []
    known = {look.text(code) for code in ("language.zh_CN", "language.zh_TW")}
    for number, (name, show) in enumerate(scenes.items(), first):
        root = show()
        language = ("zh_CN", "en")[number % 2]  # one scene after the other; the second run takes the other half
        look.switch(language=language)
        settle()
        for widget in [*visible(root, QLabel), *visible(root, QPushButton)]:
            words = "" if widget.property("role") == "code" else widget.text()
            if "⟨" in words or re.search(r"\{\w+\}", words):
                left.append((name, words))
            if language == "en" and isinstance(widget, QPushButton) and re.search("[\u4e00-\u9fff]", words):
                left += [(name, words)] if words not in known else []
            if language == "zh_CN" and re.search(r"\b(the|and|count|Confirm|Card|Due)\b", words):
                left.append((name, words))
        window.close_overlays()
    assert left == []


def test_exactly_one_primary_action_and_one_focus_on_every_page(scenes: Scenes, window: MainWindow) -> None:
    wrong = []
    for name, show in scenes.items():
        root = show()
        settle()
        if root is not window:
            continue
        ground = window.overlay if window.overlay is not None else window.stack.currentWidget()
        filled = [b for b in visible(ground, KeyButton) if b.property("primary") == "true"]
        focus = QApplication.focusWidget()
        # in a list of choices Enter takes the one with the focus; a card whose write has not ended waits for F2
        expected = 0 if name in ("choice", "counter-failed", "counter-in-doubt", "counter-taken-up") else 1
        if len(filled) != expected or focus is None or not (focus is ground or ground.isAncestorOf(focus)):
            wrong.append((name, len(filled), focus))
        window.close_overlays()
    assert wrong == []


def where_it_is(focus: QWidget) -> QPoint:
    """The middle of what has the focus; of a list, of the row that is chosen in it."""
    if isinstance(focus, QAbstractItemView) and focus.currentIndex().isValid():
        return focus.viewport().mapTo(focus, focus.visualRect(focus.currentIndex()).center())
    return QPoint(focus.width() // 2, focus.height() // 2)


def test_at_200_per_cent_the_focus_is_always_in_sight(scenes: Scenes, look: Look, window: MainWindow) -> None:
    look.switch(scale=200)
    hidden = []
    for name, show in scenes.items():
        root = show()
        settle()
        focus = QApplication.focusWidget()
        if root is not window or focus is None:
            continue
        for area in visible(window, QScrollArea):
            if area.isAncestorOf(focus):
                middle = focus.mapTo(area, where_it_is(focus))
                if not area.rect().contains(middle):
                    hidden.append((name, middle.toTuple(), area.size().toTuple()))
        window.close_overlays()
    assert hidden == []
