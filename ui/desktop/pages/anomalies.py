"""The anomaly list: what should be looked into, by rule; one entry with the readings behind it, and its answer.

Rule: screen.md "Tables" and "Language"; cards B2. Must not know: the rules, who may answer.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from pos.domain.reasons import MAX_NOTE_CHARS, AnomalyOutcome
from ui.desktop.buttons import KeyButton
from ui.desktop.fields import ChoiceField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.panel import clear, set_role
from ui.desktop.tables import Column, RowTable
from ui.presenters.anomaly_state import AnomaliesState, AnomalyRow, AnswerLine, BoughtLine, ReadingLine, Words
from ui.presenters.notice import Notice, Tone

ANSWERS_SHOWN = 2
TWO_COLUMNS_FROM = 1080


class AnomaliesPage(Page):
    """A list of entries, or one of them.

    Signals:
        chosen(row): Enter on a line. answered(outcome, note): F9 on an entry. rule_asked(): Shift+F4. export_asked():
            F4. stepped_back(): Esc.
    """

    chosen = Signal(object)
    answered = Signal(object, str)
    rule_asked = Signal()
    export_asked = Signal()
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = AnomaliesState()
        frame, layout = self.card()
        self.column(self, margin=16).addWidget(frame)
        self._title = self.label(role="section", wrap=True)
        self._filter = self.label(role="quiet", wrap=True)
        self.notice = NoticeBox(look)
        layout.addWidget(self._title)
        inner = QWidget()
        body = self.column(inner)
        self._area = self.scrolled(inner)  # an entry is read from its top: its form stays in sight below
        layout.addWidget(self._area, 1)
        self._list, self._entry = QWidget(), QWidget()
        self._build_list(self.column(self._list))
        self._build_entry(self.column(self._entry))
        for part in (self._filter, self.notice):
            body.addWidget(part)
        for block in (self._list, self._entry):
            body.addWidget(block, 1)
        self._build_form(layout)
        self.look_into = self.button("next", primary=True, code="anomaly.look_into")
        self.look_into.clicked.connect(self._choose)
        self.book = self.button("settle", primary=True, key="F9", code="anomaly.answer")
        self.book.clicked.connect(lambda: self.answered.emit(self.outcome(), self.note.text().strip()))
        self.leave = self.button("back", primary=True, code="anomaly.leave")
        self.leave.clicked.connect(self.stepped_back)
        for button in (self.look_into, self.book, self.leave):
            layout.addWidget(button)

    def _build_list(self, column: QVBoxLayout) -> None:
        text = self.look.text
        columns: tuple[Column[AnomalyRow], ...] = (
            Column("anomaly.day", lambda row: row.day),
            Column("anomaly.rule", lambda row: text(f"anomaly.rule.{row.rule}")),
            Column("anomaly.seen", self._in_short, stretch=True),
            Column("field.account_no", lambda row: row.account_no),
            Column("field.meter_no", lambda row: row.meter_no, spare=True),
            Column("field.address", lambda row: row.address, spare=True),
        )
        self.table: RowTable[AnomalyRow] = RowTable(self.look, columns)
        self.say(self.table.setAccessibleName, "anomaly.title")
        self.table.chosen.connect(self.chosen)
        self._empty = self.label(role="quiet", wrap=True)
        self._cut = self.label("anomaly.cut", "caption", wrap=True)
        for part in (self._empty, self._cut):
            column.addWidget(part)
        column.addWidget(self.table, 1)

    def _build_entry(self, column: QVBoxLayout) -> None:
        text = self.look.text
        readings: tuple[Column[ReadingLine], ...] = (
            Column("anomaly.read_on", lambda line: line.read_on),
            Column("anomaly.remaining", lambda line: line.remaining, right=True),
            Column("anomaly.used", lambda line: line.used, right=True),
            Column("anomaly.counts", lambda line: line.counts, right=True, spare=True),
            Column("anomaly.magnet", lambda line: line.magnet, right=True, spare=True),
            Column("anomaly.battery", lambda line: line.battery, right=True, spare=True),
            Column("anomaly.valve", lambda line: line.valve, right=True, spare=True),
            Column("anomaly.status", lambda line: text(line.status), stretch=True, spare=True),
            Column("anomaly.card_end", lambda line: line.card_end, right=True, spare=True),
        )
        bought: tuple[Column[BoughtLine], ...] = (
            Column("anomaly.day", lambda line: line.day, stretch=True),
            Column("anomaly.bought", lambda line: line.volume, right=True),
        )
        self.readings: RowTable[ReadingLine] = RowTable(self.look, readings)
        self.bought: RowTable[BoughtLine] = RowTable(self.look, bought)
        self.say(self.readings.setAccessibleName, "anomaly.readings")
        self.say(self.bought.setAccessibleName, "anomaly.purchases")
        self.means = NoticeBox(self.look)
        column.addWidget(self.means)
        self._answers = self.grid(spacing=4)
        column.addLayout(self._answers)
        tables = self._tables = self.row(spacing=16)
        for table, code, share in ((self.readings, "anomaly.readings", 5), (self.bought, "anomaly.purchases", 2)):
            side = self.column(spacing=4)
            side.addWidget(self.label(code, "caption"))
            side.addWidget(table, 1)
            self.sized(table.setMinimumHeight, 160)
            tables.addLayout(side, share)
        column.addLayout(tables, 1)

    def _build_form(self, layout: QVBoxLayout) -> None:
        text = self.look.text
        self._form = QWidget()
        grid = self.grid(self._form)
        self.outcomes, self.note = ChoiceField(), TextField(MAX_NOTE_CHARS)
        self.outcomes.addItems([text(f"anomaly.outcome.{one}") for one in AnomalyOutcome])
        for place, (field, code) in enumerate(((self.outcomes, "anomaly.outcome"), (self.note, "anomaly.note"))):
            caption = self.label(code, "caption", wrap=True)
            caption.setBuddy(field)
            self.say(field.setAccessibleName, code)
            grid.addWidget(caption, 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 1)
        self.fields = [self.note]
        self._not_hers = self.label("anomaly.not_hers", "quiet", wrap=True)
        layout.addWidget(self._form)
        layout.addWidget(self._not_hers)

    def render_state(self, state: AnomaliesState) -> None:
        """Draw it; what was typed stays as long as the entry is the same."""
        moved = state.chosen != self._state.chosen
        self._state = state
        if moved:
            self.note.clear()
            self._area.verticalScrollBar().setValue(0)
            self.outcomes.setCurrentIndex(0)
        self.redraw_with(self._draw)
        self._draw()
        if moved and self.isVisible():
            self.focus_first()
        elif state.wrong_note and not state.busy:
            self.note.setFocus()

    def outcome(self) -> AnomalyOutcome:
        """What became of it, as chosen."""
        return tuple(AnomalyOutcome)[max(0, self.outcomes.currentIndex())]

    def first_focus(self) -> QWidget | None:
        """The list; of an entry what became of it, or its readings for who only reads."""
        if self._state.chosen is None:
            return self.table
        return self.outcomes if self._state.may_answer else self.readings

    def walk(self, direction: int) -> bool:
        """Enter goes from the choice to the note and back."""
        if self._state.chosen is None or not self._state.may_answer:
            return False
        here, there = (self.outcomes, self.note) if direction > 0 else (self.note, self.outcomes)
        if not here.hasFocus():
            return False
        there.setFocus()
        return True

    def handle(self, name: str) -> bool:
        """Shift+F4 filters, F4 writes a file, Esc walks back and then leaves."""
        if name == "mode":
            self.rule_asked.emit()
        elif name == "export":
            self.export_asked.emit()
        elif name == "back":
            if not self.walk(-1):
                self.stepped_back.emit()
        else:
            return super().handle(name)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the two tables would cut something, they lie one above the other."""
        super().resizeEvent(event)
        narrow = self.width() < self.look.px(TWO_COLUMNS_FROM)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._tables.setDirection(down if narrow else across)

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        row = state.chosen
        self._list.setVisible(row is None)
        self._entry.setVisible(row is not None)
        self.notice.show_notice(state.notice)
        self.book.setEnabled(not state.busy)
        self.primary = self._meant(row)
        for button in (self.look_into, self.book, self.leave):
            button.setVisible(button is self.primary)
        if row is None:
            self._draw_list()
        else:
            self._title.setText(self._worded(row.seen))
            where = (("account_no", row.account_no), ("meter_no", row.meter_no), ("address", row.address))
            self._filter.setText(text("anomaly.where", rule=text(f"anomaly.rule.{row.rule}"), **dict(where)))
            self.means.show_notice(Notice(f"anomaly.means.{row.rule}", Tone.INFO))
            self.readings.show_rows(state.readings)
            self.bought.show_rows(state.purchases)
            self._draw_answers(state.answers)
        self._filter.setVisible(bool(self._filter.text()))
        self._form.setVisible(row is not None and state.may_answer)
        self._not_hers.setVisible(row is not None and not state.may_answer)
        tab, none = Qt.FocusPolicy.TabFocus, Qt.FocusPolicy.NoFocus
        self._area.setFocusPolicy(none if row is None else tab)  # arrows turn its pages
        for place, one in enumerate(AnomalyOutcome):
            self.outcomes.setItemText(place, text(f"anomaly.outcome.{one}"))
        set_role(self.note, "wrong", "true" if state.wrong_note else "false")

    def _meant(self, row: AnomalyRow | None) -> KeyButton:
        """What Enter or F9 does: where there is nothing to look into or to answer, back."""
        if row is None:
            return self.look_into if self._state.rows else self.leave
        return self.book if self._state.may_answer else self.leave

    def _draw_list(self) -> None:
        state, text = self._state, self.look.text
        self._title.setText(text("anomaly.title"))
        total = sum(number for _, number in state.counts)
        kinds = " · ".join(f"{text(f'anomaly.rule.{rule}')} {number}" for rule, number in state.counts)
        if state.rule is None:
            self._filter.setText(text("anomaly.all", count=total, kinds=kinds) if total else "")
        else:
            name = text(f"anomaly.rule.{state.rule}")
            self._filter.setText(text("anomaly.only", rule=name, count=len(state.rows), total=total))
        self._empty.setText(text("anomaly.none_of_rule" if total else "anomaly.none"))
        self._empty.setVisible(not state.rows and state.notice is None)
        self._cut.setVisible(state.is_cut)
        self.table.show_rows(state.rows)

    def _draw_answers(self, answers: tuple[AnswerLine, ...]) -> None:
        """What was found out before, so that nobody asks the same customer twice."""
        clear(self._answers)
        for number, line in enumerate(answers[:ANSWERS_SHOWN]):
            text = self.look.text
            said, note = self.label(role="row_caption", wrap=True), self.label(role="text", wrap=True)
            said.setText(f"{line.day} {line.who} · {text(line.rule)} · {text(line.outcome)}")
            note.setText(line.note)
            self._answers.addWidget(said, number, 0)
            self._answers.addWidget(note, number, 1)
        self._answers.setColumnStretch(0, 2)
        self._answers.setColumnStretch(1, 3)

    def _in_short(self, row: AnomalyRow) -> str:
        return self.look.text(f"anomaly.short.{row.sign}", **dict(row.seen[1]))

    def _worded(self, words: Words) -> str:
        code, params = words
        return self.look.text(code, **dict(params))

    def _choose(self) -> None:
        row = self.table.current()
        if row is not None:
            self.chosen.emit(row)
