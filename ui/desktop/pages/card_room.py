"""The card room: who stands there and her card field by field, what can be done, and the form of what was chosen.

Rule: screen.md (who on the left, one primary action, what it means before it is confirmed), cards B1-B10. What an act
does to card, meter and money stands above its fields. Must not know: use cases, who may do what.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ui.desktop.fields import AmountField, ChoiceField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page, step_among
from ui.desktop.panel import clear, set_role
from ui.desktop.tables import Column, RowTable
from ui.presenters.card_room_state import ActRow, CardFact, CardRoomState, Entry, FormField
from ui.presenters.people_state import SignedLine

TWO_COLUMNS_FROM = 1080
_LENGTHS = {Entry.WORDS: 120, Entry.VOLUME: 14}


class CardRoomPage(Page):
    """A list of acts, or the form of one.

    Signals:
        act_chosen(act): Enter on a line. submitted(values): F9 in a form. card_asked(): F2. search_asked(): F3.
        stepped_back(): Esc. covered(): something is laid over the page.
    """

    retypes = True
    act_chosen = Signal(object)
    submitted = Signal(dict)
    card_asked = Signal()
    search_asked = Signal()
    stepped_back = Signal()
    covered = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = CardRoomState()
        self._drawn: tuple[FormField, ...] | None = None
        self.inputs: dict[str, QWidget] = {}
        self._captions: list[tuple[QLabel, QWidget, str]] = []
        self._columns = self.row(self, margin=16, spacing=16)
        facts = QWidget()
        self._build_facts(self.column(facts, spacing=16))
        self._facts = self.scrolled(facts)
        self._facts.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # arrows turn its pages: a card has two dozen fields
        self.say(self._facts.setAccessibleName, "room.card")
        self._columns.addWidget(self._facts, 5)
        frame, layout = self.card()
        self._columns.addWidget(frame, 7)
        self._build_work(layout)

    def _build_facts(self, column: QVBoxLayout) -> None:
        self._who_card, who = self.card("room.who", spacing=4)
        self._who = self.grid(spacing=4)
        who.addLayout(self._who)
        self._card_card, card = self.card("room.card", spacing=4)
        card.addWidget(self.label("room.card_keys", "caption", wrap=True))
        self._card = self.grid(spacing=4)
        card.addLayout(self._card)
        self._nobody = self.label("room.nobody", "quiet", wrap=True)
        for part in (self._nobody, self._who_card, self._card_card):
            column.addWidget(part)
        column.addStretch(1)

    def _build_work(self, layout: QVBoxLayout) -> None:
        text = self.look.text
        columns: tuple[Column[ActRow], ...] = (
            Column("room.what", lambda row: text(f"room.act.{row.act}"), stretch=True),
            Column("room.now", lambda row: text(row.why_not or "room.ready"), spare=True),
        )
        self._title = self.label(role="section")
        layout.addWidget(self._title)
        inner = QWidget()
        body = self.column(inner)
        self.notice, self.meaning = NoticeBox(self.look), NoticeBox(self.look)
        self._work = self.scrolled(inner)
        layout.addWidget(self._work, 1)
        self.table: RowTable[ActRow] = RowTable(self.look, columns)
        self.say(self.table.setAccessibleName, "room.title")
        self.table.chosen.connect(lambda row: self.act_chosen.emit(row.act))
        self._form = QWidget()
        form = self.column(self._form)
        self._lines, self._grid = self.grid(spacing=4), self.grid(spacing=8)
        form.addLayout(self._lines)
        form.addLayout(self._grid)
        form.addStretch(1)
        for part in (self.notice, self.meaning):
            body.addWidget(part)
        body.addWidget(self.table, 1)
        body.addWidget(self._form, 1)
        self.choose = self.button("next", primary=True, code="room.choose")
        self.choose.clicked.connect(self._choose)
        self.book = self.button("settle", primary=True, key="F9", code="room.choose")
        self.book.clicked.connect(lambda: self.submitted.emit(self.values()))
        layout.addWidget(self.choose)
        layout.addWidget(self.book)

    def render_state(self, state: CardRoomState) -> None:
        """Draw it; what was typed stays as long as the form is the same."""
        before = self._state
        moved, asks = state.act is not before.act, state.notice not in (None, before.notice)
        self._state = state
        if self._drawn is None or (moved or state.fields != self._drawn):
            self._build_form(state.fields)
        self.redraw_with(self._draw)
        self._draw()
        if state.account_no != before.account_no:
            self.table.selectRow(0)  # what was done for another customer is not where this one begins
        if moved and self.isVisible():
            self.focus_first()
        elif state.wrong and not before.wrong:
            self._go_to(self.inputs[state.wrong])
        elif asks and state.act is not None:
            if not state.card_came:
                self.focus_first()  # what is to be read over stands above the fields
            QTimer.singleShot(0, self._show_notice)
        if asks and state.act is None:
            QTimer.singleShot(0, self._show_row)  # the notice takes its room from the list

    def _show_notice(self) -> None:
        """As soon as it is laid out."""
        self._work.ensureWidgetVisible(self.notice, 0, 0)

    def _go_to(self, widget: QWidget) -> None:
        """The field a refusal is about: what is typed next replaces what stands there."""
        widget.setFocus()
        if isinstance(widget, QLineEdit):
            widget.selectAll()

    def _show_row(self) -> None:
        """The line that was chosen stays in sight below what is said of it; where both have no room, the line does."""
        self.table.scrollTo(self.table.currentIndex())
        self._show_notice()
        row = self.table.visualRect(self.table.currentIndex())
        middle = self.table.viewport().mapTo(self.table, row.center())
        inside = self.table.mapTo(self._work, middle).y() + self._work.verticalScrollBar().value()
        self._work.ensureVisible(0, inside, 0, row.height() // 2)

    def values(self) -> dict[str, str]:
        """What has been typed and chosen, by field."""
        found = {}
        for field in self._state.fields:
            widget = self.inputs[field.name]
            if isinstance(widget, ChoiceField):
                found[field.name] = field.choices[max(0, widget.currentIndex())][0]
            elif isinstance(widget, QLineEdit):
                found[field.name] = widget.text().strip()
        return found

    def lie_beneath(self) -> None:
        """Under a lock nothing stays that was shown for once."""
        self.covered.emit()

    def first_focus(self) -> QWidget | None:
        """The list, or the first field; a form without fields has its button."""
        if self._state.act is None:
            return self.table
        return next(iter(self.inputs.values()), self.book)

    def walk(self, direction: int) -> bool:
        """Enter comes by the choices too: each of them decides something."""
        return step_among(list(self.inputs.values()), direction)

    def handle(self, name: str) -> bool:
        """F2 reads a card, F3 leads to the search, Esc walks back and then leaves the form."""
        if name == "read_card":
            self.card_asked.emit()
        elif name == "search":
            self.search_asked.emit()
        elif name == "back":
            if self._state.shown_once or not self.walk(-1):
                self.stepped_back.emit()
        else:
            return super().handle(name)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where two columns would cut something, the facts lie above the work."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """In a form the facts make room where it is tight; its own lines say what it rests on."""
        narrow = self.width() < self.look.px(TWO_COLUMNS_FROM)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(down if narrow else across)
        self._columns.setStretch(0, 2 if narrow else 5)  # the list is what is worked in; arrows turn the facts
        self._title.setVisible(not narrow or self._state.act is not None)
        self._facts.setVisible(not narrow or self._state.act is None)

    def _build_form(self, fields: tuple[FormField, ...]) -> None:
        clear(self._grid)
        self._drawn, self.inputs, self._captions = fields, {}, []
        for number, field in enumerate(fields):
            widget = self._widget(field)
            caption = self.label(role="caption", wrap=True)
            caption.setBuddy(widget)
            row, side = divmod(number, 2)
            self._grid.addWidget(caption, row * 2, side)
            self._grid.addWidget(widget, row * 2 + 1, side)
            self.inputs[field.name] = widget
            self._captions.append((caption, widget, field.caption or f"room.field.{field.name}"))
        for side in range(2):
            self._grid.setColumnStretch(side, 1)
        self.fields = [widget for widget in self.inputs.values() if isinstance(widget, QLineEdit)]

    def _widget(self, field: FormField) -> QWidget:
        if field.entry is Entry.CHOICE:
            box = ChoiceField()
            box.addItems([self.look.text(code) for _value, code in field.choices])
            values = [value for value, _code in field.choices]
            box.setCurrentIndex(values.index(field.value) if field.value in values else 0)
            return box
        line: QLineEdit = (
            AmountField("", decimals=0) if field.entry is Entry.PIECES else TextField(_LENGTHS[field.entry])
        )
        line.setText(field.value)
        return line

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        is_form = state.act is not None
        self._title.setText(text(f"room.act.{state.act}" if is_form else "room.title"))
        self.notice.show_notice(state.notice)
        self.meaning.show_notice(state.meaning if is_form else None)
        self.table.show_rows(state.acts)
        self.table.setVisible(not is_form)
        self._form.setVisible(is_form)
        self._fill(self._lines, [(text(line.code), self._worded(line), "") for line in state.lines])
        self._fill(self._who, [(text(line.code), self._worded(line), "") for line in state.who])
        self._fill(self._card, [(text(fact.code), self._worded(fact), text(fact.hint)) for fact in state.card])
        self._who_card.setVisible(bool(state.who))
        self._card_card.setVisible(bool(state.card))
        self._nobody.setVisible(not state.who and not state.card)
        self._draw_captions()
        self.primary = self.book if is_form else self.choose
        self.choose.setVisible(not is_form)
        self.book.setVisible(is_form)
        self.book.set_label(text(state.verb))
        self.book.setEnabled(not state.busy)
        self._arrange()

    def _draw_captions(self) -> None:
        """Captions and choices in the operator's language; the field a refusal means is marked."""
        text = self.look.text
        for (caption, widget, code), field in zip(self._captions, self._state.fields, strict=True):
            caption.setText(text(code))
            widget.setAccessibleName(text(code))
            if isinstance(widget, ChoiceField):
                for number, (_value, choice) in enumerate(field.choices):
                    widget.setItemText(number, text(choice))
            set_role(widget, "wrong", "true" if field.name == self._state.wrong else "false")

    def _worded(self, line: SignedLine | CardFact) -> str:
        return self.look.text(line.value, **dict(line.params)) if line.says else line.value

    def _fill(self, grid: QGridLayout, rows: list[tuple[str, str, str]]) -> None:
        """Caption and value; what a field is for stands small below them."""
        clear(grid)
        for number, (caption, value, hint) in enumerate(rows):
            left, right = self.label(role="row_caption", wrap=True), self.label(role="text", right=True, wrap=True)
            left.setText(caption)
            right.setText(value)
            grid.addWidget(left, number * 2, 0)
            grid.addWidget(right, number * 2, 1)
            if hint:
                words = self.label(role="caption", wrap=True)
                words.setText(hint)
                grid.addWidget(words, number * 2 + 1, 0, 1, 2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)

    def _choose(self) -> None:
        row = self.table.current()
        if row is not None:
            self.act_chosen.emit(row.act)
