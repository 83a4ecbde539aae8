"""After a count: agrees or differs; the lead's count; then, and only then, the figures and an explanation.

Rule: design "Money rules" 10, domain P5. A figure that is None in the state is not drawn, whatever the page knows.
Must not know: expected figures before the state carries them.
"""

from __future__ import annotations

from itertools import compress

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.desktop.centred import CentredPage
from ui.desktop.fields import TextField
from ui.desktop.figures import yuan
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import clear
from ui.presenters.count_state import DifferenceRow, DifferenceState, cards_off_code
from ui.presenters.notice import Notice, Tone

ROOMY_FROM = 500
HEADS = ("count.name", "count.counted", "count.verified", "count.expected", "count.over_short")


class DifferencePage(CentredPage):
    """The comparison.

    Signals:
        recount_asked(), lead_count_asked(), accepted(explanation).
    """

    recount_asked = Signal()
    lead_count_asked = Signal()
    accepted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=880)
        self._state = DifferenceState()
        self._title = self.label("difference.title", "title")
        self.head.addWidget(self._title)
        self.verdict = NoticeBox(look)
        self.notice = NoticeBox(look)
        self.head.addWidget(self.verdict)  # what is to be done now does not scroll away under the cursor
        rows = QWidget()
        self._grid = self.grid(rows, spacing=8)
        self.sized(self._grid.setHorizontalSpacing, 24)
        self.body.addWidget(rows)
        self._lead = self.label(role="quiet", wrap=True)
        self.body.addWidget(self._lead)
        self.clues = QWidget()
        clues = self.column(self.clues, spacing=8)
        clues.addWidget(self.label("difference.clues", "caption", wrap=True))
        self._clue_rows = self.grid(spacing=8)
        self.sized(self._clue_rows.setHorizontalSpacing, 24)
        self._clue_rows.setColumnStretch(0, 1)
        clues.addLayout(self._clue_rows)
        self.body.addWidget(self.clues)
        self.explanation = TextField(200)
        self.say(self.explanation.setPlaceholderText, "text.hint")
        self._explain_caption = self.field_label("difference.explanation", self.explanation)
        for part in (self._explain_caption, self.explanation):
            self.body.addWidget(part)
        self.foot.addWidget(self.notice)
        self.primary = self.button("settle", primary=True, key="F9", code="difference.accept")
        self.primary.clicked.connect(self._go_on)
        self.foot.addWidget(self.primary)

    def render_state(self, state: DifferenceState) -> None:
        """Draw what may be seen now."""
        if state.work_id != self._state.work_id:
            self.explanation.clear()
        self._state = state
        self.redraw_with(self._draw)
        self._draw()
        if state.reason_missing:
            self.explanation.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it gets tight, the title goes, and beside a refusal only the head of what was read before stays."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        roomy = self.height() >= self.look.px(ROOMY_FROM)
        self._title.setVisible(roomy)
        self.verdict.shorten(brief=not roomy and self._state.notice is not None)

    def handle(self, name: str) -> bool:
        """F9 does the next step, F6 counts again while one may; Esc never leaves a count."""
        if name == "hold" and self._state.recount_left:
            self.recount_asked.emit()
            return True
        return True if name == "back" else super().handle(name)

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        agrees = all(row.agrees for row in state.rows)
        self.verdict.show_notice(Notice("difference.agrees", Tone.GOOD) if agrees else self._differs())
        self.notice.show_notice(state.notice)
        self._make_room()
        clear(self._grid)
        rows = [self._cells(row) for row in state.rows]
        if state.cards is not None:
            rows.append([text("difference.cards"), str(state.cards), "", "", ""])
        if state.cards_open is not None:
            rows.append(self._card_cells(*state.cards_open))
        told = [n == 0 or any(cells[n] for cells in rows) for n in range(len(HEADS))]  # no head over an empty column
        self._put(0, list(compress((text(code) for code in HEADS), told)), "caption")
        for number, cells in enumerate(rows, 1):
            self._put(number, list(compress(cells, told)), "row")
        self._grid.setColumnStretch(0, 1)
        self._lead.setText(text("difference.verified_by", name=state.lead_name))
        self._lead.setVisible(bool(state.lead_name))
        self._draw_clues()
        for part in (self._explain_caption, self.explanation):
            part.setVisible(state.may_explain)
        self.fields = [self.explanation] if state.may_explain else []
        if self.primary is not None:
            self.primary.set_label(text(self._next_code()))
            self.primary.setEnabled(not state.busy)

    def _draw_clues(self) -> None:
        """What may have happened, with which sale, how much; without a clue nothing stands there."""
        text, clues = self.look.text, self._state.clues if self._state.may_explain else ()
        clear(self._clue_rows)
        for number, clue in enumerate(clues):
            words = (
                text(clue.what_code, **dict(clue.params)),
                text(clue.of_code, no=clue.no),
                yuan(clue.amount_fen),
            )
            for column, word in enumerate(words):
                cell = self.label(wrap=column == 0, right=column == 2)
                cell.setText(word)
                self._clue_rows.addWidget(cell, number, column)
        self.clues.setVisible(bool(clues))

    def _next_code(self) -> str:
        """What F9 does: always the one thing that can be done now."""
        if self._state.recount_left:
            return "difference.recount"
        return "difference.lead_counts" if self._state.lead_needed else "difference.accept"

    def _differs(self) -> Notice:
        """What is left to do: one recount, the lead's count, or, when she has counted, the explanation."""
        if self._state.may_explain:
            return Notice("difference.open", Tone.WARNING)
        return Notice("difference.differs" if self._state.recount_left else "difference.lead", Tone.WARNING)

    def _cells(self, row: DifferenceRow) -> list[str]:
        text = self.look.text
        figures = [
            "" if fen is None else yuan(fen)
            for fen in (row.counted_fen, row.verified_fen, row.expected_fen, row.over_short_fen)
        ]
        if row.over_short_fen is not None and row.over_short_fen != 0:
            word = "difference.over" if row.over_short_fen > 0 else "difference.short"
            figures[3] = f"{text(word)} {yuan(abs(row.over_short_fen))}"
        elif row.over_short_fen is None:
            figures[3] = "" if row.agrees is None else text("difference.yes" if row.agrees else "difference.no")
        name = text(row.name_code)
        if row.slips is not None:
            name = text("difference.slips", tender=name, slips=row.slips)
        return [name, *figures]

    def _card_cells(self, counted: int, verified: int, expected: int) -> list[str]:
        """Pieces, no money: what is over or short is said in words."""
        off = verified - expected
        said = self.look.text(cards_off_code(off), n=abs(off))
        return [self.look.text("difference.cards"), str(counted), str(verified), str(expected), said]

    def _put(self, number: int, words: list[str], role: str) -> None:
        for column, word in enumerate(words):
            cell = self.label(role=role, right=column > 0)
            cell.setText(word)
            self._grid.addWidget(cell, number, column)

    def _go_on(self) -> None:
        if self._state.recount_left:
            self.recount_asked.emit()
        elif self._state.lead_needed:
            self.lead_count_asked.emit()
        else:
            self.accepted.emit(self.explanation.text().strip())
