"""One application with the bundled fonts for all tests of the desktop; offscreen unless a display is asked for."""

import gc
import os
from collections.abc import Iterator

import pytest
import shiboken6

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from tests.fixtures_window import Scenes
from ui.desktop import gallery_scenes
from ui.desktop.fonts import load_fonts
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import Messages
from ui.desktop.pages.decisions import QuestionOverlay

QuestionOverlay.GUARD_MS = 0  # keys come one after another here; one test of its own proves the guard


@pytest.fixture(autouse=True)
def nothing_outlives_its_test(qapp: QApplication) -> Iterator[None]:
    """A program starts once and lives as long as its process; here hundreds start, and every look restyles them all."""
    yield
    gc.unfreeze()
    for widget in qapp.topLevelWidgets():
        if shiboken6.isValid(widget):
            shiboken6.delete(widget)


@pytest.fixture(scope="session")
def shared_look(qapp: QApplication) -> Look:
    assert load_fonts()
    return Look(qapp, Messages())


@pytest.fixture
def look(shared_look: Look) -> Iterator[Look]:
    yield shared_look
    shared_look.switch(theme="light", scale=100, language="zh_CN")


@pytest.fixture
def window(qtbot, qapp: QApplication, look: Look) -> Iterator[MainWindow]:
    made = MainWindow()
    made.furnish(qapp, look)
    made.resize(1366, 768)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.allow_close()
    shiboken6.delete(made)


@pytest.fixture
def scenes(window: MainWindow, look: Look) -> Scenes:
    return dict(gallery_scenes.scenes(window, look))
