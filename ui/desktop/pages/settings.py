"""Look of the desk, facts about this workstation, and the self-test.

Rule: anchors U20, U25, U26. Look changes at once and touches no money. Must not know: how checks are made.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desktop.buttons import ChipButton
from ui.desktop.flow import FlowLayout
from ui.desktop.look import SCALES, Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.panel import clear
from ui.desktop.tokens import THEMES
from ui.desktop.top_bar import PILL_OF_TONE
from ui.presenters.office_state import SettingsState


class SettingsPage(Page):
    """Left the look, right the facts and the self-test.

    Signals:
        look_asked(kind, value): `theme`, `scale` or `language`. check_asked(): run the self-test.
        device_test_asked(device). stepped_back(): Esc.
    """

    look_asked = Signal(str, str)
    check_asked = Signal()
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        inner = QWidget()
        self.column(self).addWidget(self.scrolled(inner))
        row = self.row(inner, margin=16, spacing=16)
        self._chips: dict[tuple[str, str], ChipButton] = {}
        left, looks = self.card("settings.look", spacing=16)
        self._choices(looks, "language", LANGUAGES)
        self._choices(looks, "theme", tuple(THEMES))
        self._choices(looks, "scale", tuple(str(scale) for scale in SCALES))
        looks.addStretch(1)
        right, checks = self.card("settings.station")
        facts = QWidget()
        self._facts = self.grid(facts, spacing=4)
        checks.addWidget(facts)
        checks.addWidget(self.rule())
        checks.addWidget(self.label("settings.check", "section"))
        rows = QWidget()
        self._checks: QVBoxLayout = self.column(rows, spacing=8)
        checks.addWidget(rows)
        self.notice = NoticeBox(look)
        checks.addWidget(self.notice)
        checks.addStretch(1)
        self.primary = self.button("settle", primary=True, key="F9", code="settings.run_check")
        self.primary.clicked.connect(self.check_asked)
        checks.addWidget(self.primary)
        row.addWidget(left, 1)
        row.addWidget(right, 1)

    def _choices(self, layout: QVBoxLayout, kind: str, values: tuple[str, ...]) -> None:
        layout.addWidget(self.label(f"settings.{kind}", "caption"))
        box = QWidget()
        flow = self.keep(FlowLayout(box), 0, 8)
        for value in values:
            chip = self.chip(f"{kind}.{value}", "")
            chip.clicked.connect(partial(self.look_asked.emit, kind, value))
            self._chips[kind, value] = chip
            flow.addWidget(chip)
        layout.addWidget(box)

    def render_state(self, state: SettingsState) -> None:
        """Draw the choices, the facts and the last self-test."""
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def handle(self, name: str) -> bool:
        """Esc goes back to where one came from."""
        if name == "back":
            self.stepped_back.emit()
            return True
        return super().handle(name)

    def _draw(self, state: SettingsState) -> None:
        chosen = {("theme", state.theme), ("scale", str(state.scale)), ("language", state.language)}
        for choice, chip in self._chips.items():
            chip.setChecked(choice in chosen)
        clear(self._facts)
        for number, (code, words) in enumerate(state.facts):
            caption, value = self.label(role="row_caption"), self.label(role="text", right=True, wrap=True)
            caption.setText(self.look.text(code))
            value.setText(words)
            self._facts.addWidget(caption, number, 0)
            self._facts.addWidget(value, number, 1)
        self._facts.setColumnStretch(1, 1)
        self._draw_checks(state)
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            self.primary.setEnabled(not state.running)

    def _draw_checks(self, state: SettingsState) -> None:
        clear(self._checks)
        for check in state.checks:
            row = self.loose_row()
            name, detail = self.label(role="text"), self.label(role="caption", right=True, wrap=True)
            name.setText(self.look.text(check.name_code))
            detail.setText(check.detail)
            row.addWidget(self.pill(self.look.text(check.result_code), PILL_OF_TONE[check.tone]))
            row.addWidget(name)
            row.addWidget(detail, 1)
            self._checks.addLayout(row)
