"""First start: hall, look, people, devices; at the end the recovery code and the key's fingerprint to write down.

Rule: screen.md (125 % is offered at the first start), design "Money rules" 4 (fingerprint at commissioning), domain P12
(recovery code). Must not know: how a hall is founded.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from ui.desktop.buttons import ChipButton
from ui.desktop.centred import CentredPage
from ui.desktop.fields import SecretField, TextField
from ui.desktop.flow import FlowLayout
from ui.desktop.look import SCALES, Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import clear
from ui.desktop.tokens import THEMES
from ui.desktop.top_bar import PILL_OF_TONE
from ui.presenters.people_state import WizardState

STEPS = ("look", "hall", "people", "devices", "done")
HALL_FIELDS = ("company", "hall", "hall_code", "till_name", "bank", "bank_account", "emergency_phone")
PEOPLE_FIELDS = ("admin_login", "admin_name", "admin_password", "lead_login", "lead_name", "lead_password")


class WizardPage(CentredPage):
    """Five steps, one card.

    Signals:
        look_asked(kind, value). step_done(step, values): dict of what was typed in this step.
        stepped_back(). device_test_asked(): try all devices.
    """

    look_asked = Signal(str, str)
    step_done = Signal(str, dict)
    stepped_back = Signal()
    device_test_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=720)
        self._state = WizardState()
        self._title = self.label(role="title")
        self._lead = self.label(role="quiet", wrap=True)
        self.notice = NoticeBox(look)
        self._stack = QStackedWidget()
        self._recovery_code = self.label(role="spoken", wrap=True)
        self._key_fingerprint = self.label(role="spoken", wrap=True)
        self.inputs: dict[str, QLineEdit] = {}
        self._chips: dict[tuple[str, str], ChipButton] = {}
        self._by_step: dict[str, list[QLineEdit]] = {step: [] for step in STEPS}
        for part in (self._title, self._lead, self.notice):
            self.body.addWidget(part)
        for step in STEPS:
            self._stack.addWidget(self._build(step))
        self.body.addWidget(self._stack)
        buttons = self.row()
        self._back = self.button("back", code="wizard.back")
        self._back.clicked.connect(self.stepped_back)
        self.primary = self.button("settle", primary=True, key="F9", code="wizard.next")
        self.primary.clicked.connect(self._finish_step)
        buttons.addWidget(self._back, 1)
        buttons.addWidget(self.primary, 2)
        self.foot.addLayout(buttons)

    def _build(self, step: str) -> QWidget:
        page = QWidget()
        layout = self.column(page, spacing=8)
        if step == "look":
            for kind, values in (("language", LANGUAGES), ("theme", tuple(THEMES)), ("scale", map(str, SCALES))):
                self._build_choice(layout, kind, tuple(values))
        elif step in ("hall", "people"):
            self._build_fields(layout, step, HALL_FIELDS if step == "hall" else PEOPLE_FIELDS)
        elif step == "devices":
            rows = QWidget()
            self._devices = self.column(rows, spacing=8)
            layout.addWidget(rows)
            test = self.button("refresh", code="wizard.test_devices")
            test.clicked.connect(self.device_test_asked)
            layout.addWidget(test)
        else:
            for code, value in (
                ("wizard.recovery_code", self._recovery_code),
                ("wizard.key_fingerprint", self._key_fingerprint),
            ):
                layout.addWidget(self.label(code, "caption", wrap=True))
                layout.addWidget(value)
        layout.addStretch(1)
        return page

    def _build_choice(self, layout: QVBoxLayout, kind: str, values: tuple[str, ...]) -> None:
        layout.addWidget(self.label(f"settings.{kind}", "caption"))
        box = QWidget()
        flow = self.keep(FlowLayout(box), 0, 8)
        for value in values:
            chip = self.chip(f"{kind}.{value}", "")
            chip.clicked.connect(partial(self.look_asked.emit, kind, value))
            self._chips[kind, value] = chip
            flow.addWidget(chip)
        layout.addWidget(box)

    def _build_fields(self, layout: QVBoxLayout, step: str, names: tuple[str, ...]) -> None:
        grid = self.grid(spacing=8)
        for number, name in enumerate(names):
            field = SecretField() if name.endswith("password") else TextField(80)
            row, side = divmod(number, 2)
            grid.addWidget(self.field_label(f"wizard.{name}", field), row * 2, side)
            grid.addWidget(field, row * 2 + 1, side)
            self.inputs[name] = field
            self._by_step[step].append(field)
        layout.addLayout(grid)

    def render_state(self, state: WizardState) -> None:
        """Show the step; typed texts survive going back and forth."""
        moved = state.step != self._state.step
        self._state = state
        for name, value in state.values:
            if name in self.inputs and not self.inputs[name].text():
                self.inputs[name].setText(value)
        self.fields = self._by_step[state.step]
        self._stack.setCurrentIndex(STEPS.index(state.step))
        self.redraw_with(self._draw)
        self._draw()
        if moved:
            self.focus_first()

    def handle(self, name: str) -> bool:
        """Esc goes one step back, F5 tries the devices."""
        if name == "back":
            if not self.walk(-1) and self._back.isEnabled():
                self._back.click()
            return True
        if name == "refresh" and self._state.step == "devices":
            self.device_test_asked.emit()
            return True
        return super().handle(name)

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        number = STEPS.index(state.step) + 1
        self._title.setText(f"{number}/{len(STEPS)}  {text(f'wizard.title.{state.step}')}")
        self._lead.setText(text(f"wizard.lead.{state.step}"))
        chosen = {("theme", state.theme), ("scale", str(state.scale)), ("language", state.language)}
        for choice, chip in self._chips.items():
            chip.setChecked(choice in chosen)
        clear(self._devices)
        for device, code, tone in state.device_rows:
            row = self.loose_row()
            name = self.label()
            name.setText(text(f"device.{device}"))
            row.addWidget(name, 1)
            row.addWidget(self.pill(text(code), PILL_OF_TONE[tone]))
            self._devices.addLayout(row)
        self._recovery_code.setText(state.recovery_code)
        self._key_fingerprint.setText(state.key_fingerprint)
        self.notice.show_notice(state.notice)
        self._back.setEnabled(number > 1 and state.step != "done")
        if self.primary is not None:
            self.primary.set_label(text("wizard.finish" if state.step == "done" else "wizard.next"))
            self.primary.setEnabled(not state.busy)

    def _finish_step(self) -> None:
        names = {name for name, field in self.inputs.items() if field in self._by_step[self._state.step]}
        values = {name: self.inputs[name].text().strip() for name in names}
        self.step_done.emit(self._state.step, values)
