"""Counting by denomination: opening, blind close, recount, the lead's own count.

Rule: design "Money rules" 10 (blind), domain P5 and D3 (note and coin for 1 元, 5 角, 1 角; 张 and 把/卷 columns).
Leaving a count is a verb and a question: Esc walks back through the fields; from the first one it asks to leave, where
nothing is counted blind. The order is that of the hand: single
pieces from the largest face down, slips, cards; the few bundles are reached beside their face with Tab, and Enter leads
on to the next face. Must not know: expected figures.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ledger.money import Money, MoneyFormatError
from ui.desktop.fields import AmountField
from ui.desktop.figures import yuan
from ui.desktop.flow import FlowLayout
from ui.desktop.look import Look
from ui.desktop.matter_list import MatterList
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.panel import clear
from ui.presenters.count_state import BatchCount, CountResult, CountState, Face, FaceCount, MissingField
from ui.presenters.notice import Notice, Tone

ROOMY_FROM = 400
SLIP_FIELDS = ("batch", "slips", "amount")
BLIND = ("closing", "recount", "verify")
LAST_FIELD = Notice("count.last_field", Tone.INFO)
NOTHING_TYPED = ("cash.nothing", "takings.nothing_counted")
"""Refusals of an empty count; not true any more once a row is filled."""


class CountPage(Page):
    """One page for every count.

    Signals:
        count_confirmed(CountResult): F9. set_aside(): F6, to go on later, where the count `may_wait`.
        leave_asked(): Ctrl+Del, Esc.
    """

    count_confirmed = Signal(object)
    set_aside = Signal()
    leave_asked = Signal()
    enter_settles = False

    def __init__(self, look: Look, *, may_wait: bool = True) -> None:
        super().__init__(look)
        self._may_wait = may_wait
        self._left_at: QLineEdit | None = None
        self._state = CountState()
        self._faces: tuple[Face, ...] = ()
        self._pieces: list[AmountField] = []
        self._bundles: list[AmountField] = []
        self._sums: list[QLabel] = []
        self._batches: list[tuple[BatchCount, AmountField, AmountField, AmountField]] = []
        row = self.row(self, margin=16, spacing=16)
        cash, layout = self.card(spacing=8)
        row.addWidget(cash, 790)
        self._build_cash(layout)
        side = QWidget()
        right = self.column(spacing=8)
        right.addWidget(self.scrolled(side), 1)
        row.addLayout(right, 526)
        self._notice = NoticeBox(self.look)
        self._build_side(self.column(side, spacing=16))
        self._build_buttons(right)

    def _build_cash(self, layout: QVBoxLayout) -> None:
        self._title = self.label(role="section", wrap=True)
        layout.addWidget(self._title)
        inner = QWidget()
        box = self.column(inner)
        self._grid = self.grid(spacing=7)
        box.addLayout(self._grid)
        box.addStretch(1)
        layout.addWidget(self.scrolled(inner), 1)
        total = self.row()
        total.addWidget(self.label("count.cash_total", "quiet"))
        self._total = self.label(role="total", right=True)
        total.addWidget(self._total, 1)
        layout.addLayout(total)

    def _build_side(self, layout: QVBoxLayout) -> None:
        layout.addWidget(self._notice)
        self._others, others = self.card("count.others")
        self._batch_grid = self.grid(spacing=8)
        others.addLayout(self._batch_grid)
        self._cards_row = QWidget()
        cards = self.row(self._cards_row)
        self._cards = AmountField("count", decimals=0)
        self.sized(self._cards.setFixedWidth, 96)
        cards.addWidget(self.field_label("count.blank_cards", self._cards), 1)
        cards.addWidget(self._cards)
        others.addWidget(self._cards_row)
        layout.addWidget(self._others)
        self._matters_card, matters = self.card("matters.title")
        self._matters = MatterList(self.look)
        matters.addWidget(self._matters)
        layout.addWidget(self._matters_card)
        self._rule = NoticeBox(self.look)
        layout.addWidget(self._rule)
        layout.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it gets tight, the verbs that stand on the key bar anyway make room for what is counted."""
        super().resizeEvent(event)
        roomy = self.height() >= self.look.px(ROOMY_FROM)
        self._aside.setVisible(roomy and self._may_wait)
        self._leave.setVisible(roomy)

    def _build_buttons(self, layout: QVBoxLayout) -> None:
        self.primary = self.button("settle", primary=True, key="F9", code="count.submit")
        self.primary.clicked.connect(lambda: self.count_confirmed.emit(self.result()))
        self._aside = self.button("hold", code="count.set_aside_until")
        self._aside.clicked.connect(self.set_aside)
        self._leave = self.button("cancel_sale", code="count.leave")
        self._leave.clicked.connect(self.leave_asked)
        for button in (self.primary, self._aside, self._leave):
            layout.addWidget(button)

    def handle(self, name: str) -> bool:
        """F6 sets aside, Ctrl+Del asks to leave; Esc does so from the first field, never in a blind count."""
        if name == "hold" and self._may_wait:
            self._aside.click()
        elif name == "cancel_sale":
            self._leave.click()
        elif name == "back":
            if not self.walk(-1) and self.purpose not in BLIND:
                self._leave.click()
        elif name in ("up", "down"):
            return self._beside(1 if name == "down" else -1)
        else:
            return super().handle(name)
        return True

    def walk(self, direction: int) -> bool:
        """From a bundle field Enter leads on to the next face, Esc back to the pieces of its own."""
        row = next((number for number, field in enumerate(self._bundles) if field.hasFocus()), None)
        if row is None:
            return super().walk(direction)
        target = self.fields[row + 1 if direction > 0 else row]
        target.setFocus()
        target.selectAll()
        return True

    def at_the_end(self) -> bool:
        """A count is final: Enter walks through it and says which key hands it in."""
        self._notice.show_notice(LAST_FIELD)
        return True

    def _beside(self, direction: int) -> bool:
        """Arrows keep to their column: from bundles to bundles."""
        row = next((number for number, field in enumerate(self._bundles) if field.hasFocus()), None)
        if row is None:
            return self.walk(direction)
        if 0 <= row + direction < len(self._bundles):
            self._bundles[row + direction].setFocus()
            self._bundles[row + direction].selectAll()
        return True

    def lie_beneath(self) -> None:
        """Where she was typing, so that help or a question in between puts no digit into another face."""
        self._left_at = next((field for field in self.fields if field.hasFocus()), None)

    def come_back(self) -> None:
        """On with the field she was at, behind what stands in it."""
        field, self._left_at = self._left_at, None
        if field is None or field not in self.fields or field.isHidden():
            self.focus_first()
            return
        field.setFocus()
        _stand_behind(field)

    def focus_first(self) -> None:
        """Behind the figure that stands there (a count is taken up with what was typed): no key wipes it unmeant."""
        super().focus_first()
        for field in self.fields:
            if field.hasFocus():
                _stand_behind(field)

    def render_state(self, state: CountState) -> None:
        """Draw the page; rows are built anew only if the faces or terminals changed."""
        terminals, drawn = [b.terminal for b in state.batches], [b[0].terminal for b in self._batches]
        first = state.faces != self._faces or terminals != drawn or state.sums_only != self._state.sums_only
        changed_purpose = (state.purpose, state.count_id) != (self._state.purpose, self._state.count_id)
        self._state = state
        self.redraw_with(self._draw)
        if first:
            self._build_rows(state)
        if first or changed_purpose:
            self._left_at = None
            self._fill_in(state)
        self._draw()
        if first or changed_purpose:
            self.focus_first()
        elif state.missing is not None:
            self._focus_missing(state.missing)

    def _focus_missing(self, missing: MissingField) -> None:
        """To the field that was left out, a terminal's, that of the cards or the first of the cash."""
        if missing.part == "cash":
            self._pieces[0].setFocus()
            return
        asked = next((fields for batch, *fields in self._batches if batch.terminal == missing.terminal), [])
        of_terminal = dict(zip((*SLIP_FIELDS, "terminal"), [*asked, *asked[:1]], strict=False))
        of_terminal.get(missing.part, self._cards).setFocus()

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        whose = {"name": state.counter_name, "till": state.till_name, "cashier": state.cashier_name}
        whose["slip"] = state.slip_no
        self._title.setText(text(f"count.title.{state.purpose}", **whose))
        self._others.setVisible(bool(state.batches) or state.with_cards)
        self._cards_row.setVisible(state.with_cards)
        self._matters_card.setVisible(state.purpose == "closing")
        self._matters.show_matters(state.matters)
        self._rule.show_notice(_rule_of(state))
        self._draw_names()
        self._sum_up()
        if self.primary is not None:
            code = "count.submit_float" if state.purpose == "float" else "count.submit"
            self.primary.set_label(text(code, **whose))
            self.primary.setEnabled(not state.busy)

    def _build_rows(self, state: CountState) -> None:
        clear(self._grid)
        clear(self._batch_grid)
        self._faces = state.faces
        self._pieces, self._bundles, self._sums, self._batches = [], [], [], []
        self._names: list[QLabel] = [self.label(role="caption", right=n > 0) for n in range(4)]
        for column, name in enumerate(self._names):
            self._grid.addWidget(name, 0, column)
        for number, _face in enumerate(state.faces, 1):
            name, amount = self.label(role="value"), self.label(role="value", right=True)
            pieces, bundles = self._count_field(), self._count_field()
            self._names.append(name)
            for column, part in enumerate((name, pieces, bundles, amount)):
                self._grid.addWidget(part, number, column)
            self._pieces.append(pieces)
            self._bundles.append(bundles)
            self._sums.append(amount)
        for column, stretch in enumerate((3, 2, 2, 3)):
            self._grid.setColumnStretch(column, stretch)
        for number, batch in enumerate(state.batches):
            self._build_batch(self._batch_grid, number, batch)
        for _, *which, _amount in self._batches:
            for field in which:
                field.setVisible(not state.sums_only)
        batch_fields = [field for _, *three in self._batches for field in three if not field.isHidden()]
        for part in (*self._names, *self._sums, *self._pieces, *self._bundles):
            part.show()  # rows added to a visible page stay hidden until the next event otherwise
        self.fields = [*self._pieces, *batch_fields, self._cards]

    def _build_batch(self, grid: QGridLayout, number: int, batch: BatchCount) -> None:
        name = self.label(role="caption", wrap=True)
        self._names.append(name)
        grid.addWidget(name, number * 2, 0)
        box = QWidget()
        row = FlowLayout(box, stretch=True)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.look.eased(8))
        grid.addWidget(box, number * 2 + 1, 0)
        made = (AmountField("count", decimals=0), AmountField("count", decimals=0), AmountField("count"))
        for field in made:
            row.addWidget(field)
        self._batches.append((batch, *made))

    def _count_field(self) -> AmountField:
        made = AmountField("count", decimals=0)
        made.setMaxLength(6)
        made.textChanged.connect(self._sum_up)
        return made

    def _draw_names(self) -> None:
        text = self.look.text
        heads = [text(f"count.head_{part}") for part in ("face", "pieces", "bundles", "amount")]
        faces = [self.face_name(face) for face in self._faces]
        terminals = [text("count.pos_terminal", terminal=batch.terminal) for batch, *_ in self._batches]
        for label, words in zip(self._names, heads + faces + terminals, strict=True):
            label.setText(words)
        for face, name, pieces, bundles in zip(self._faces, faces, self._pieces, self._bundles, strict=True):
            pieces.setAccessibleName(name)
            kind = "roll" if face.coin else "bundle"
            bundles.setAccessibleName(f"{name} {text(f'count.{kind}')}")
        for _, *three in self._batches:
            for field, code in zip(three, SLIP_FIELDS, strict=True):
                field.setPlaceholderText(text(f"count.pos_{code}"))
                field.setAccessibleName(text(f"count.pos_{code}"))

    def face_name(self, face: Face) -> str:
        """`1 元硬币`, `100 元`: coin or note is named where both exist."""
        text = self.look.text
        name = text("face.yuan", n=face.face_fen // 100) if face.face_fen >= 100 else ""
        name = name or text("face.jiao", n=face.face_fen // 10)
        if face.face_fen > 1_00:
            return name
        return text("count.coin" if face.coin else "count.note", face=name)

    def _fill_in(self, state: CountState) -> None:
        for number in range(len(self._pieces)):
            start = state.start[number] if number < len(state.start) else None
            self._pieces[number].setText(str(start.pieces) if start and start.pieces else "")
            self._bundles[number].setText(str(start.bundles) if start and start.bundles else "")
        for given, (_, batch_no, slips, amount) in zip(state.batches, self._batches, strict=True):
            batch_no.setText(given.batch)
            slips.setText("" if given.slips is None else str(given.slips))
            amount.setText("" if given.amount_fen is None else str(Money(given.amount_fen)))
        self._cards.setText("" if state.blank_cards is None else str(state.blank_cards))

    def _sum_up(self) -> None:
        counted = self.result()
        for face, label in zip(counted.faces, self._sums, strict=True):
            label.setText(yuan(face.amount_fen) if face.total_pieces else "")
        self._total.setText(yuan(counted.cash_fen))
        said = self._state.notice
        is_over = said is not None and said.code in NOTHING_TYPED and counted.cash_fen > 0
        self._notice.show_notice(None if is_over else said)

    @property
    def purpose(self) -> str:
        """What is being counted now."""
        return self._state.purpose

    @property
    def is_busy(self) -> bool:
        """Submitted, and the books have not answered."""
        return self._state.busy

    @property
    def is_empty(self) -> bool:
        """Nothing has been typed yet."""
        slips = [field for _, *three in self._batches for field in three]
        return not any(field.text() for field in (*self._pieces, *self._bundles, *slips, self._cards))

    def result(self) -> CountResult:
        """What has been typed; empty fields are nothing."""
        faces = tuple(
            FaceCount(face, int(pieces.text() or 0), int(bundles.text() or 0))
            for face, pieces, bundles in zip(self._faces, self._pieces, self._bundles, strict=True)
        )
        batches = tuple(
            BatchCount(batch.terminal, number.text(), _whole(slips.text()), _fen(amount.text()))
            for batch, number, slips, amount in self._batches
        )
        cards = _whole(self._cards.text()) if self._state.with_cards else None
        return CountResult(faces, batches, cards, any(field.text() for field in (*self._pieces, *self._bundles)))


def _rule_of(state: CountState) -> Notice:
    """What this count is for; a float says how much one is in this hall."""
    if state.hall_float_fen:
        return Notice("count.rule.float_set", params=(("amount", yuan(state.hall_float_fen)),))
    return Notice("count.rule.opening_first" if state.is_first else f"count.rule.{state.purpose}")


def _stand_behind(field: QLineEdit) -> None:
    """The cursor behind what stands in the field, nothing of it selected."""
    field.deselect()
    field.setCursorPosition(len(field.text()))


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _fen(text: str) -> int | None:
    try:
        return Money.parse(text).fen if text else None
    except MoneyFormatError:  # a lone point while typing
        return None
