"""The people of the hall, for the administrator: who, which role, there or out, last seen; a form and a sheet.

Rule: domain P12; a starting password is shown once. Must not know: who may change whom.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos.domain.roles import Role
from ui.desktop.fields import ChoiceField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.overlay import Overlay
from ui.desktop.page import Page
from ui.desktop.panel import set_role
from ui.desktop.tables import Column, RowTable
from ui.desktop.ticks import TickRow
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import StaffFormState, StaffRow, StaffState

ROLES = tuple(role.value for role in Role)


class StaffPage(Page):
    """A table of people.

    Signals:
        person_chosen(operator_id, verbs): Enter on a row. new_asked(): F9. stepped_back(): Esc.
    """

    person_chosen = Signal(str, tuple)
    new_asked = Signal()
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        text = look.text
        columns: tuple[Column[StaffRow], ...] = (
            Column("staff.code", lambda row: row.code),
            Column("staff.name", lambda row: row.name, stretch=True),
            Column("staff.roles", lambda row: " · ".join(text(f"role.{role}") for role in row.roles)),
            Column("staff.state", lambda row: text(_state_code(row)), spare=True),
            Column("staff.last", lambda row: row.last_sign_in or text("staff.never"), spare=True),
        )
        frame, layout = self.card("staff.title")
        self.column(self, margin=16).addWidget(frame)
        self.notice = NoticeBox(look)
        self.table: RowTable[StaffRow] = RowTable(look, columns)
        self.say(self.table.setAccessibleName, "staff.title")
        self.table.chosen.connect(self._choose)
        self.primary = self.button("next", primary=True, code="staff.choose")
        self.primary.clicked.connect(lambda: self._choose(self.table.current()))
        self.add = self.button("add_person", key="F9", code="staff.add")
        self.add.clicked.connect(self.new_asked)
        layout.addWidget(self.notice)
        layout.addWidget(self.table, 1)
        foot = self.row()
        foot.addWidget(self.add, 1)
        foot.addWidget(self.primary, 1)
        layout.addLayout(foot)

    def render_state(self, state: StaffState) -> None:
        """Draw the list."""
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def first_focus(self) -> QWidget | None:
        """Arrow keys choose at once."""
        return self.table

    def handle(self, name: str) -> bool:
        """Enter does something with the chosen person, F9 adds one, Esc leaves."""
        if name == "settle":
            self.new_asked.emit()
        elif name == "back":
            self.stepped_back.emit()
        else:
            return super().handle(name)
        return True

    def _draw(self, state: StaffState) -> None:
        self.table.show_rows(state.rows)
        self.notice.show_notice(state.notice)

    def _choose(self, row: StaffRow | None) -> None:
        if row is not None:
            self.person_chosen.emit(row.operator_id, row.verbs)


class StaffForm(Overlay):
    """A new person, or another name and role of one. Nothing is chosen beforehand: a role is given on purpose.

    Signals:
        saved(code, name, roles). closed(): not.
    """

    saved = Signal(str, str, tuple)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=720)
        self._state = StaffFormState()
        self._title = self.label(role="title")
        self.notice = NoticeBox(look)
        self.code, self.name = TextField(12), TextField(20)
        self.roles = (ChoiceField(), ChoiceField())
        self._second = self.field_label("staff.second_role", self.roles[1])
        for part in (self._title, self.notice):
            self.body.addWidget(part)
        grid = self.grid(spacing=8)
        captions = (
            self.field_label("staff.code", self.code),
            self.field_label("staff.name", self.name),
            self.field_label("staff.role", self.roles[0]),
            self._second,
        )
        for number, field in enumerate((self.code, self.name, *self.roles)):
            row, side = divmod(number, 2)
            grid.addWidget(captions[number], row * 2, side)
            grid.addWidget(field, row * 2 + 1, side)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        buttons = self.row()
        cancel = self.button("back", code="staff.leave")
        cancel.clicked.connect(self.closed)
        self.primary = self.button("settle", primary=True, key="F9", code="staff.save")
        self.primary.clicked.connect(self._save)
        buttons.addWidget(cancel, 1)
        buttons.addWidget(self.primary, 2)
        self.foot.addLayout(buttons)
        self.fields = [self.code, self.name]

    def render_state(self, state: StaffFormState) -> None:
        """Fill it in, or say what must be corrected."""
        self._state = state
        self.code.setText(state.code)
        self.code.setEnabled(not state.operator_id)
        self.name.setText(state.name)
        self.redraw_with(self._draw)
        self._draw()

    def handle(self, name: str) -> bool:
        """Enter walks over the fields and the roles, and saves behind the last of them."""
        if name != "next" or self.walk(1):
            return True if name == "next" else super().handle(name)
        boxes = [box for box in self.roles if box.isVisibleTo(self)]
        here = next((number for number, box in enumerate(boxes) if box.hasFocus()), -1)
        if here + 1 < len(boxes):
            boxes[here + 1].setFocus()
            return True
        return self.press_primary()

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        self._title.setText(text("staff.form_change" if state.operator_id else "staff.form_new"))
        self.notice.show_notice(state.notice)
        for number, box in enumerate(self.roles):
            box.clear()
            box.addItems(["—", *(text(f"role.{role}") for role in ROLES)])
            chosen = state.roles[number] if number < len(state.roles) else ""
            box.setCurrentIndex(1 + ROLES.index(chosen) if chosen else 0)
            box.setMaxVisibleItems(len(ROLES) + 1)
        for part in (self._second, self.roles[1]):
            part.setVisible(state.most_roles > 1)
        wrong = state.notice.code if state.notice else ""
        for field, family in ((self.code, "operator.code"), (self.name, "operator.name")):
            set_role(field, "wrong", "true" if wrong.startswith(family) else "false")

    def _save(self) -> None:
        boxes = self.roles[: self._state.most_roles]
        chosen = tuple(dict.fromkeys(ROLES[box.currentIndex() - 1] for box in boxes if box.currentIndex() > 0))
        self.saved.emit(self.code.text().strip(), self.name.text().strip(), chosen)


class StartingPasswordSheet(Overlay):
    """A starting password, large, once: Enter ticks it off as written down, and only then a key puts it away for good.

    Attributes: written: it is put away, or ticked off.
    """

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=640)
        self._whose = self.label(role="title", wrap=True)
        self._password = self.label(role="name")
        self.tick = TickRow(look, "starting_password")
        self.tick.pressed.connect(lambda _name: self._tick())
        self.notice = NoticeBox(look)
        lead = self.label("staff.password_lead", "quiet", wrap=True)
        for part in (self._whose, self._password, lead, self.tick):
            self.body.addWidget(part)
        self.foot.addWidget(self.notice)
        self.primary = self.button("settle", primary=True, key="F9", code="staff.written_down")
        self.primary.clicked.connect(self._put_away)
        self.foot.addWidget(self.primary)
        self.written = True

    def show_password(self, code: str, name: str, password: str) -> None:
        """Whose it is, and what it is."""
        self._whose.setText(self.look.text("staff.password_of", name=name, login=code))
        self._password.setText(password)
        self.written = False
        self.tick.show_tick(False)
        self.notice.show_notice(None)

    def first_focus(self) -> QWidget | None:
        """What is to be ticked off, then the key that puts it away."""
        return self.primary if self.written else self.tick

    def handle(self, name: str) -> bool:
        """Enter ticks it off; until then no key puts it away."""
        if name == "next" and not self.written:
            self._tick()
        elif name in ("back", "next", "settle"):
            self._put_away()
        return True

    def _tick(self) -> None:
        self.written = True
        self.tick.show_tick(True)
        self.notice.show_notice(None)
        self.focus_first()

    def _put_away(self) -> None:
        if not self.written:
            self.notice.show_notice(Notice("staff.password_not_written", Tone.WARNING))
            return
        self._password.setText("")
        self.closed.emit()


def _state_code(row: StaffRow) -> str:
    if not row.active:
        return "staff.is_out"
    return "staff.starting" if row.must_change else "staff.is_in"
