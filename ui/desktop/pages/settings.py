"""Everything that can be set, in one list: the hall, money rules, people, papers, prices, this workstation.

Rule: domain P12, anchors U25. Beside the list stands what the chosen row means, its field, and who changed it when.
Must not know: what a value may be, who may change it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from unicodedata import east_asian_width

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QWidget

from ui.desktop.fields import ChoiceField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.tables import Column, RowTable
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import ChangeRow, SettingRow, SettingsState

_CHOICE_FAMILIES = {
    "look.language": "language",
    "setting.language": "language",
    "look.theme": "theme",
    "look.scale": "scale",
}
SHOWN_WIDTH = 24
"""Of a long value in the list, a Chinese character counting two; all of it stands beside the list."""
PRICE_WIDTH = 36
"""Of a price up to 150 %: four tiers and the word 示例; without its last tier it would be another price. Half at 200 %.
"""
_TYPED = ("profile", "setting", "look")


class SettingsPage(Page):
    """List, field and log.

    Signals:
        saved(key, value). price_asked(key): the form of a new price. stepped_back(): Esc in the list.
    """

    saved = Signal(str, str)
    price_asked = Signal(str)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = SettingsState()
        self._said_of = ""  # the row that the notice is about
        text = look.text
        columns: tuple[Column[SettingRow], ...] = (
            Column("set.group", lambda row: text(f"set_group.{row.group}"), spare=True),
            Column("set.what", lambda row: text(f"set.{row.key}")),
            Column("set.value", self._value, stretch=True),
        )
        log: tuple[Column[ChangeRow], ...] = (
            Column("set.change", self._change, stretch=True),
            Column("set.at", lambda change: change.at, spare=True),
            Column("set.who", self._who, spare=True),
        )
        row = self.row(self, margin=16, spacing=16)
        left, left_column = self.card("settings.title")
        self.table: RowTable[SettingRow] = RowTable(look, columns)
        self.say(self.table.setAccessibleName, "settings.title")
        left_column.addWidget(self.table, 1)
        right, column = self.card()
        self._name = self.label(role="title", wrap=True)
        self._help = self.label(role="quiet", wrap=True)
        self.notice = NoticeBox(look)
        self.whole = self.label(role="spoken", wrap=True)
        self.value, self.choice = TextField(200), ChoiceField()
        self.choice.setMaxVisibleItems(8)
        self.primary = self.button("settle", primary=True, key="F9", code="set.save")
        self.primary.clicked.connect(self._save)
        self.log: RowTable[ChangeRow] = RowTable(look, log)
        self.say(self.log.setAccessibleName, "set.change")
        self.log.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.log.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.log.setMinimumHeight(0)
        self.log.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        said = QWidget()
        words = self.column(said)
        for line in (self._name, self._help, self.whole, self.notice):
            words.addWidget(line)
        area = self.scrolled(said)
        area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.cancel = self.button("back", code="set.cancel")
        self.cancel.clicked.connect(self._give_up)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # or the field would lose the focus before the click
        self.cancel.setEnabled(False)
        for part in (area, self.value, self.choice):
            column.addWidget(part)
        for field in (self.value, self.choice):
            field.installEventFilter(self)
        buttons = self.row()
        buttons.addWidget(self.cancel, 1)
        buttons.addWidget(self.primary, 2)
        column.addLayout(buttons)
        column.addWidget(self.log, 100)
        column.addStretch(1)
        row.addWidget(left, 13)
        row.addWidget(right, 7)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.table.doubleClicked.connect(lambda _index: self._begin())

    def render_state(self, state: SettingsState) -> None:
        """Draw list, field and log; after a saved change the list has the focus again."""
        refused = state.notice is not None and state.notice.tone is Tone.BAD
        saved = self._state.busy and not state.busy and not refused
        self._state = state
        self.redraw_with(self._draw)
        self._draw()
        if saved:
            self.table.setFocus()

    def first_focus(self) -> QWidget | None:
        """Arrow keys choose at once."""
        return self.table

    def handle(self, name: str) -> bool:
        """Enter goes to the field, Enter or F9 there saves, Esc goes back to the list and then away."""
        editing = self._is_editing
        if name == "next" and not editing:
            self._begin()
        elif name in ("next", "settle"):
            return self.press_primary()
        elif name == "back" and editing:
            self._give_up()
        elif name == "back":
            self.stepped_back.emit()
        else:
            return super().handle(name)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc cancels while the cursor is in the field; in the list it leaves the page."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.cancel.setEnabled(event.type() is QEvent.Type.FocusIn or self._is_editing)
        return super().eventFilter(watched, event)

    @property
    def _is_editing(self) -> bool:
        return self.value.hasFocus() or self.choice.hasFocus()

    def _give_up(self) -> None:
        """The value stays what it is."""
        self._draw_chosen()
        self.table.setFocus()

    def _begin(self) -> None:
        row = self.table.current()
        if row is None:
            return
        if row.choices:
            self.choice.setFocus()
        elif row.key.startswith(_TYPED):
            self.value.setFocus()
            self.value.selectAll()
        else:
            self.press_primary()

    def _save(self) -> None:
        row = self.table.current()
        if row is None:
            return
        if row.choices:
            self.saved.emit(row.key, row.choices[max(0, self.choice.currentIndex())])
        elif row.key.startswith(_TYPED):
            self.saved.emit(row.key, self.value.text().strip())
        else:
            self.price_asked.emit(row.key)

    def _choose(self) -> None:
        """Another row: what was said of the one before goes."""
        row = self.table.current()
        if row is not None and self._said_of not in ("", row.key):
            self._said_of = ""
            self._state = replace(self._state, notice=None)
            self.notice.show_notice(None)
        self._draw_chosen()

    def _draw(self) -> None:
        self._said_of = ""
        self.table.show_rows(self._state.rows)
        notice = self._state.notice
        self.notice.show_notice(None if notice is None else replace(notice, params=self._named(notice)))
        self._draw_chosen(keep=self._state.busy or (notice is not None and notice.tone is Tone.BAD))
        row = self.table.current()
        self._said_of = row.key if row is not None and notice is not None else ""

    def _draw_chosen(self, *, keep: bool = False) -> None:
        """The right side; `keep`: what was typed stays, to be corrected."""
        row, text = self.table.current(), self.look.text
        if row is None or self.primary is None:
            return
        is_fact, is_price = row.key.startswith("fact."), row.group == "prices"
        self._name.setText(text(f"set.{row.key}"))
        self._help.setText(text(f"set_help.{row.key}"))
        whole = text("set.sample", value=row.value) if row.sample else row.value
        self.whole.setText(whole.replace("/", "/\u200b").replace("\\", "\\\u200b"))  # a path breaks at its folders
        self.whole.setVisible(is_fact or is_price)
        self.choice.setVisible(bool(row.choices))
        self.value.setVisible(not row.choices and not is_fact and not is_price)
        for field in (self.value, self.choice):
            field.setAccessibleName(self._name.text())
        if not keep:
            self.value.setText(row.value)
            self.choice.clear()
            self.choice.addItems([self._choice(row.key, name) for name in row.choices])
            self.choice.setCurrentIndex(row.choices.index(row.text) if row.choices else -1)
        self.primary.set_label(text("set.new_price" if is_price else "set.save"))
        self.primary.setVisible(not is_fact)
        self.cancel.setVisible(not is_fact and not is_price)
        self.primary.setEnabled(not self._state.busy)
        changes = tuple(change for change in self._state.changes if change.key == row.key)
        self.log.setVisible(bool(changes))
        self.log.show_rows(changes)

    def _named(self, notice: Notice) -> tuple[tuple[str, int | str], ...]:
        """A setting is named as in the list, not as in the books."""
        codes = {row.key.partition(".")[2]: f"set.{row.key}" for row in self._state.rows}
        return tuple(
            (name, self.look.text(codes[value]) if name == "name" and value in codes else value)
            for name, value in notice.params
        )

    def _choice(self, key: str, name: str) -> str:
        return self.look.text(f"{_CHOICE_FAMILIES.get(key, 'set_choice')}.{name}")

    def _value(self, row: SettingRow) -> str:
        words = self._choice(row.key, row.text) if row.choices else row.value
        if row.sample:
            words = self.look.text("set.sample", value=words)
        of_price = PRICE_WIDTH if self.look.scale <= 150 else PRICE_WIDTH // 2
        most = of_price if row.group == "prices" else SHOWN_WIDTH
        widths = accumulate(2 if east_asian_width(character) in "WF" else 1 for character in words)
        fitting = sum(width <= most for width in widths)
        return words if fitting == len(words) else f"{words[:fitting]} …"

    def _who(self, change: ChangeRow) -> str:
        return f"{change.who} · {change.approver}" if change.approver else change.who

    def _change(self, change: ChangeRow) -> str:
        if change.effective_from:
            return self.look.text(
                "set.price_from", price=change.new, day=change.effective_from, document=change.document_no
            )
        row = next((row for row in self._state.rows if row.key == change.key and row.choices), None)
        if row is None:
            return f"{change.old or '—'} → {change.new or '—'}"
        return f"{self._choice(row.key, change.old)} → {self._choice(row.key, change.new)}"
