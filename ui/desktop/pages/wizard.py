"""First start: hall, look, people, devices; at the end recovery code, starting passwords and the key's fingerprint.

The step that founds the hall says so, and what it makes. What is shown only once is ticked off as written down, one
thing after another, before the first start ends. A wrong answer is said under its field.

Rule: screen.md (125 % is offered at the first start), design "Money rules" 4 (fingerprint at commissioning), domain P12
(recovery code). Must not know: how a hall is founded.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from pos.domain.passwords import MIN_LENGTH
from ui.desktop.buttons import ChipButton
from ui.desktop.centred import CentredPage
from ui.desktop.fields import SecretField, TextField
from ui.desktop.flow import FlowLayout
from ui.desktop.look import SCALES, Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import clear, set_role
from ui.desktop.scrolling import FocusScrollArea
from ui.desktop.ticks import TickRow
from ui.desktop.tokens import THEMES
from ui.desktop.top_bar import PILL_OF_TONE
from ui.presenters.people_state import WRITTEN, WizardState

STEPS = ("look", "hall", "people", "devices", "done")
HALL_FIELDS = ("company", "hall", "hall_code", "emergency_phone", "bank", "bank_account", "till_name", "second_till")
PEOPLE_FIELDS = (
    "admin_login",
    "admin_name",
    "admin_password",
    "admin_again",
    "lead_login",
    "lead_name",
    "lead_password",
    "lead_again",
)
SECRETS = ("admin_password", "admin_again", "lead_password", "lead_again")
HINTED = ("hall_code", "emergency_phone", "till_name", "second_till")
"""Fields whose empty box says what belongs there."""


_VERB_OF = {"people": "wizard.found", "done": "wizard.finish"}
"""What F9 does on a step, where it is more than to go on."""


class WizardPage(CentredPage):
    """Five steps, one card.

    Signals:
        look_asked(kind, value). step_done(step, values): dict of what was typed in this step.
        stepped_back(). device_test_asked(): try all devices. written_down(name): one of `WRITTEN` is on paper.
    """

    look_asked = Signal(str, str)
    step_done = Signal(str, dict)
    stepped_back = Signal()
    device_test_asked = Signal()
    written_down = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=720)
        self._state = WizardState()
        self._title = self.label(role="title")
        self._lead = self.label(role="quiet", wrap=True)
        self.notice = NoticeBox(look)
        self._stack = QStackedWidget()
        self.once = {
            name: self.label(role="spoken", wrap=True)
            for name in ("recovery_code", "starting_passwords", "fingerprint")
        }
        self.ticks = {name: TickRow(look, name) for name in WRITTEN}
        self.plan = self.label(role="caption", wrap=True)
        self.last_word = self.label("wizard.no_way_back", "text", wrap=True)
        self.inputs: dict[str, QLineEdit] = {}
        self.faults: dict[str, QLabel] = {}
        self._chips: dict[tuple[str, str], ChipButton] = {}
        self._by_step: dict[str, list[QLineEdit]] = {step: [] for step in STEPS}
        self.head.addWidget(self._title)  # which step it is never scrolls away
        for part in (self._lead, self.notice):
            self.body.addWidget(part)
        self._pages = {step: self._build(step) for step in STEPS}
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.body.addWidget(self._stack)
        (self._area,) = self.findChildren(FocusScrollArea)
        self._proof = (self.label("wizard.fingerprint", "caption", wrap=True), self.once["fingerprint"])
        for part in (*self._proof, self.last_word):
            self.foot.addWidget(part)
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
            layout.addWidget(self.label("wizard.by_keys", "caption", wrap=True))
        elif step in ("hall", "people"):
            if step == "people":
                layout.addWidget(self.plan)
            self._build_fields(layout, step, HALL_FIELDS if step == "hall" else PEOPLE_FIELDS)
        elif step == "devices":
            rows = QWidget()
            self._devices = self.column(rows, spacing=8)
            layout.addWidget(rows)
            test = self.button("refresh", code="wizard.test_devices")
            test.clicked.connect(self.device_test_asked)
            layout.addWidget(test)
        else:
            for name, value in self.once.items():
                if name == "fingerprint":  # has no tick to lead to it: it stands in the foot, always in sight
                    continue
                layout.addWidget(self.label(f"wizard.{name}", "caption", wrap=True))
                layout.addWidget(value)
                if name in self.ticks:
                    self.ticks[name].pressed.connect(self.written_down)
                    layout.addWidget(self.ticks[name])
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
            field = SecretField() if name in SECRETS else TextField(80)
            if isinstance(field, TextField) and name in HINTED:
                self.say(field.offer_hints, f"wizard.hint.{name}")
            fault = self.label(role="warning", wrap=True)
            fault.hide()
            row, side = divmod(number, 2)
            for line, part in enumerate((self.field_label(f"wizard.{name}", field), field, fault)):
                grid.addWidget(part, row * 3 + line, side)
            self.inputs[name], self.faults[name] = field, fault
            self._by_step[step].append(field)
        for side in (0, 1):
            grid.setColumnStretch(side, 1)
        layout.addLayout(grid)

    def render_state(self, state: WizardState) -> None:
        """Show the step; typed texts survive going back and forth."""
        moved = (state.step, state.written) != (self._state.step, self._state.written)
        blamed = state.wrong if state.wrong != self._state.wrong or state.notice != self._state.notice else ""
        self._state = state
        for name, value in state.values:
            if name in self.inputs and not self.inputs[name].text():
                self.inputs[name].setText(value)
        self.fields = self._by_step[state.step]
        self._turn_to(state.step)
        self.redraw_with(self._draw)
        self._draw()
        if moved:
            self.focus_first()
        elif blamed:
            self.inputs[blamed].setFocus()
            self.inputs[blamed].selectAll()
            QTimer.singleShot(0, self._show_fault)
        elif state.step == "done" and state.notice is not None:  # what was said pushes down what it asks for
            self.focus_first()
            QTimer.singleShot(0, self._show_open_tick)

    def _show_open_tick(self) -> None:
        waiting = self.first_focus()
        if waiting is not None and waiting in self.ticks.values():
            self._area.ensureWidgetVisible(waiting, 0, 0)

    def _show_fault(self) -> None:
        """What is wrong stands under its field and is read whole, also where the field is the last one in sight."""
        fault = self.faults.get(self._state.wrong)
        if fault is not None:
            self._area.ensureWidgetVisible(fault, 0, 0)

    def _turn_to(self, step: str) -> None:
        """The card is as high as this step; a taller one behind it would leave an empty page to scroll."""
        policy = QSizePolicy.Policy
        for name, page in self._pages.items():
            page.setSizePolicy(policy.Preferred, policy.Preferred if name == step else policy.Ignored)
        self._stack.setCurrentWidget(self._pages[step])

    def first_focus(self) -> QWidget | None:
        """On the last page what is still to be ticked off, then the button that ends the first start."""
        if self._state.step == "done":
            return next((row for name, row in self.ticks.items() if name not in self._state.written), self.primary)
        return super().first_focus()

    def handle(self, name: str) -> bool:
        """Esc is the button 上一步 and nothing else, F5 tries the devices, Enter ticks what is written down."""
        if name == "back":
            if self._back.isEnabled():
                self._back.click()
            return True
        if name == "next" and self._state.step == "done":
            open_ticks = [tick for tick in WRITTEN if tick not in self._state.written]
            if open_ticks:
                self.written_down.emit(open_ticks[0])
                return True
        if name == "refresh" and self._state.step == "devices":
            self.device_test_asked.emit()
            return True
        return super().handle(name)

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        number = STEPS.index(state.step) + 1
        self._title.setText(f"{number}/{len(STEPS)}  {text(f'wizard.title.{state.step}')}")
        self._lead.setText(text(f"wizard.lead.{state.step}", least=MIN_LENGTH))
        chosen = {("theme", state.theme), ("scale", str(state.scale)), ("language", text.language)}
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
        self._draw_plan()
        self._draw_once()
        self._draw_faults()
        self.notice.show_notice(None if state.wrong else state.notice)
        self._back.setEnabled(number > 1 and not state.founded and not state.busy)
        if self.primary is not None:
            verb = _VERB_OF.get(state.step, "wizard.next")
            self.primary.set_label(text("wizard.founding" if state.busy else verb))
            self.primary.setEnabled(not state.busy)

    def _draw_plan(self) -> None:
        """What the key of this step makes, line by line: after it there is no way back."""
        plan, text = self._state.plan, self.look.text
        self.last_word.setVisible(plan is not None)
        if plan is None:
            self.plan.clear()
            return
        staff = " · ".join(f"{text(f'role.{role}')} {code}" for code, role in plan.staff)
        tills = " · ".join(plan.tills)
        lines = (
            text("wizard.make"),
            text("wizard.make.hall", hall=plan.hall, hall_code=plan.hall_code, tills=tills),
            text("wizard.make.people", staff=staff),
            text("wizard.make.samples"),
        )
        self.plan.setText("\n• ".join(lines))

    def _draw_once(self) -> None:
        state = self._state
        people = "\n".join(f"{code}  {name}   {password}" for code, name, password in state.starting_passwords)
        shown = {
            "recovery_code": state.recovery_code,
            "starting_passwords": people,
            "fingerprint": state.key_fingerprint,
        }
        for name, label in self.once.items():
            label.setText(shown[name])
        for part in self._proof:
            part.setVisible(state.step == "done")
        for name, tick in self.ticks.items():
            tick.show_tick(name in state.written)

    def _draw_faults(self) -> None:
        state, text = self._state, self.look.text
        for name, label in self.faults.items():
            said = ""
            if name == state.wrong and state.notice is not None:
                what, _, advice = text.parts(state.notice.code, state.notice.params)
                said = f"▲ {what} · {advice}" if advice else f"▲ {what}"
            label.setText(said)
            label.setVisible(bool(said))
            set_role(self.inputs[name], "wrong", "true" if said else "false")
            self.inputs[name].setAccessibleDescription(said)

    def _finish_step(self) -> None:
        fields = {name: field for name, field in self.inputs.items() if field in self._by_step[self._state.step]}
        typed = {name: field.text() for name, field in fields.items()}
        self.step_done.emit(self._state.step, {n: t if n in SECRETS else t.strip() for n, t in typed.items()})
