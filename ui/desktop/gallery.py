"""Draws every page in every language, theme, scale and size into pictures and a contact sheet for each page.

Rule: screen.md "Looked at, not believed". Run `python -m ui.desktop.gallery out/gallery`; offscreen, no display needed.
What is cut, elided or covered is named on the way; then the command fails. Some 4,500 pictures, a quarter of an hour;
the options choose fewer. Must not know: use cases, devices.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.desktop import clipping, gallery_scenes
from ui.desktop.fonts import FONTS, load_fonts
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import LANGUAGES, Messages
from ui.desktop.tokens import THEMES

THUMB = QSize(455, 256)


def main() -> None:
    """Command line: output folder, and filters for a quick look at one page."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--pages", default="", help="only pages whose name contains this")
    reader.add_argument("--languages", default=",".join(LANGUAGES))
    reader.add_argument("--themes", default=",".join(THEMES))
    reader.add_argument("--scales", default="100,125,150,200")
    reader.add_argument("--sizes", default="1366x768,1920x1080")
    given = reader.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["gallery", "-style", "Fusion"])
    if not load_fonts():
        raise SystemExit(f"fonts missing in {FONTS}")
    given.folder.mkdir(parents=True, exist_ok=True)
    look = Look(app, Messages())
    made: dict[str, list[Path]] = {}
    wrong = 0
    for language, theme, scale, size in _combinations(given):
        look.switch(language=language, theme=theme, scale=scale)
        window = MainWindow()
        window.furnish(app, look)
        window.resize(*size)
        window.show()
        QTest.qWaitForWindowActive(window)  # otherwise no picture shows the focus ring
        for name, show in gallery_scenes.scenes(window, look):
            if given.pages and given.pages not in name:
                continue
            path = given.folder / f"{name}-{language}-{theme}-{scale}-{size[0]}.png"
            shot, faults = _shoot(window, show)
            shot.save(str(path))
            made.setdefault(name, []).append(path)
            wrong += len(faults)
            sys.stdout.writelines(f"{path.stem}: {fault}\n" for fault in faults)
        window.allow_close()
        window.deleteLater()
        QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for name, paths in made.items():
        _contact_sheet(paths, given.folder / f"sheet-{name}.png")
    sys.stdout.write(f"{sum(map(len, made.values()))} pictures in {given.folder}, {wrong} faults\n")
    raise SystemExit(1 if wrong else 0)


def _combinations(given: argparse.Namespace) -> Iterator[tuple[str, str, int, tuple[int, int]]]:
    for size_text in given.sizes.split(","):
        width, height = (int(part) for part in size_text.split("x"))
        for language in given.languages.split(","):
            for theme in given.themes.split(","):
                for scale in given.scales.split(","):
                    yield language, theme, int(scale), (width, height)


def _shoot(window: MainWindow, show: gallery_scenes.Show) -> tuple[QImage, list[str]]:
    widget = show()
    for _ in range(8):  # layouts settle through posted events
        QGuiApplication.sendPostedEvents()
    image = widget.grab().toImage()
    faults = clipping.faults(widget)
    window.close_overlays()
    return image, faults


def _contact_sheet(paths: list[Path], path: Path) -> None:
    """One page in all its looks, small, the name of each picture above it."""
    columns, caption = min(6, len(paths)), 22
    rows = (len(paths) + columns - 1) // columns
    sheet = QImage(columns * (THUMB.width() + 8), rows * (THUMB.height() + caption + 8), QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    for number, shot in enumerate(paths):
        x = number % columns * (THUMB.width() + 8)
        y = number // columns * (THUMB.height() + caption + 8)
        painter.drawText(x + 4, y + 16, shot.stem)
        small = QImage(str(shot)).scaled(
            THUMB, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(x, y + caption, small)
    painter.end()
    sheet.save(str(path))


if __name__ == "__main__":
    main()
