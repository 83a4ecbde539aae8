"""Hands for tests of single pages in a bare window: keys go where the focus is, layouts come to rest."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.app.stage import let_run
from ui.desktop import gallery_scenes

Scenes = dict[str, gallery_scenes.Show]
"""Every page and overlay with its sample state, by the gallery's name."""


def click(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One key where the focus is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def press(*keys: Qt.Key) -> None:
    """One key after the other, each where the one before has led."""
    for key in keys:
        click(key)
        let_run(5)


def settle() -> None:
    """Until the layouts are at rest: a part that gives way asks for another one."""
    for _ in range(8):
        QApplication.sendPostedEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
