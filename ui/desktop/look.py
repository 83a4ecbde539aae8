"""The look shared by all pages: theme, text size and language, switched live.

Rule: screen.md "Language" (one font, 8-pixel grid, 100-200 %). Pages hold no colours, no pixel numbers that do not
go through `px`, and no sentences; they ask here. Must not know: single pages.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from ui.desktop.fonts import FAMILY
from ui.desktop.messages import Messages
from ui.desktop.style_sheet import style_sheet
from ui.desktop.tokens import THEMES, Tokens

SCALES = (100, 125, 150, 175, 200)


class Look(QObject):
    """Theme, scale and language of the running program.

    Attributes:
        text: the catalogue; `look.text("code", name=value)`.
        tokens: colours of the present theme. theme: its name. scale: per cent, one of `SCALES`.

    Signals:
        changed(): something of it changed; every page draws itself again.
    """

    changed = Signal()

    def __init__(self, app: QApplication, text: Messages, *, theme: str = "light", scale: int = 100) -> None:
        super().__init__(app)
        self._app = app
        self.text = text
        self.theme = theme
        self.scale = scale
        self._apply()

    @property
    def tokens(self) -> Tokens:
        """Colours of the present theme."""
        return THEMES[self.theme]

    def px(self, pixels: int) -> int:
        """Pixels of the 100 % grid at the present scale."""
        return pixels * self.scale // 100

    def eased(self, pixels: int) -> int:
        """Pixels of what need not grow as fast as the text that is read: the bars, and the space between things."""
        return pixels * (100 + self.scale) // 200

    def switch(self, *, theme: str | None = None, scale: int | None = None, language: str | None = None) -> None:
        """Change any of the three at once; raises ValueError for a theme or scale that does not exist."""
        if (theme is not None and theme not in THEMES) or (scale is not None and scale not in SCALES):
            raise ValueError(f"no such look: theme {theme!r}, scale {scale!r}")
        before = (self.theme, self.scale, self.text.language)
        self.theme = theme or self.theme
        self.scale = scale or self.scale
        if language is not None:
            self.text.use(language)
        if (self.theme, self.scale) != before[:2]:  # a new style sheet is costly, a language needs none
            self._apply()
        if (self.theme, self.scale, self.text.language) != before:
            self.changed.emit()

    def _apply(self) -> None:
        font = QFont(FAMILY)
        font.setPixelSize(self.px(16))
        self._app.setFont(font)
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(style_sheet(self.tokens, self.px, self.eased, FAMILY))


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.background,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.surface,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.PlaceholderText: tokens.secondary,
        QPalette.ColorRole.ToolTipBase: tokens.surface,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.line,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    return palette
