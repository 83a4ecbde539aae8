"""Splitting the counted cash into float kept and takings, sealing the session, and what the Z says.

Rule: domain P6, P9, design "Money rules" 11: what is sealed stands there before the seal (books, counts, split). The
proposal is worked out elsewhere; here pieces can be moved.
Must not know: how the proposal is made.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.desktop.fields import AmountField
from ui.desktop.figures import yuan
from ui.desktop.look import Look
from ui.desktop.matter_list import MatterList
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.panel import clear
from ui.presenters.count_state import CloseState, DifferenceRow, Face, SplitRow, cards_off_code
from ui.presenters.notice import Notice, Tone

NO_FIGURE = "—"  # where more was typed to stay than was counted, no sum is true


class CloseResultPage(Page):
    """The last page of a session.

    Signals:
        close_asked(kept): pieces kept per row, in the order of the proposal. hand_over_asked(): after the seal.
        print_asked(): print Z and slip again (补打).
    """

    close_asked = Signal(tuple)
    hand_over_asked = Signal()
    print_asked = Signal()
    retypes = True
    enter_settles = False

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = CloseState()
        self._keep: list[AmountField] = []
        self._handed: list[QLabel] = []
        row = self.row(self, margin=16, spacing=16)
        left, layout = self.card("close.split")
        row.addWidget(left, 700)
        inner = QWidget()
        box = self.column(inner)
        self._grid = self.grid(spacing=4)
        self.sized(self._grid.setHorizontalSpacing, 8)
        box.addLayout(self._grid)
        box.addStretch(1)
        layout.addWidget(self.scrolled(inner), 1)
        self._why_kept = self.label(role="quiet", wrap=True)
        self._kept_total = self._total(layout, "close.float_kept", "section", self._why_kept)
        self._handed_total = self._total(layout, "close.takings", "total")
        side = QWidget()
        right = self.column(spacing=8)
        right.addWidget(self.scrolled(side), 1)
        row.addLayout(right, 616)
        self._notice = NoticeBox(self.look)
        self._build_side(self.column(side, spacing=16))
        self._sealed = NoticeBox(self.look)  # in sight whatever stands above it
        self._anchor = self.label(role="code", wrap=True)
        for part in (self._sealed, self._anchor):
            right.addWidget(part)
        self._build_buttons(right)

    def _total(self, layout: QVBoxLayout, code: str, role: str, beside: QLabel | None = None) -> QLabel:
        row = self.row()
        row.addWidget(self.label(code, "quiet"))
        if beside is not None:
            row.addWidget(beside, 1)
        figure = self.label(role=role, right=True)
        row.addWidget(figure, 0 if beside is not None else 1)
        layout.addLayout(row)
        return figure

    def _build_side(self, layout: QVBoxLayout) -> None:
        layout.addWidget(self._notice)
        self._where = NoticeBox(self.look)
        layout.addWidget(self._where)
        self._lacking = self.label(role="text", wrap=True)  # where there is room for six faces at 200 %
        layout.addWidget(self._lacking)
        frame, figures = self.card("close.figures")
        rows = QWidget()
        self._figures = self.grid(rows, spacing=4)
        self.sized(self._figures.setHorizontalSpacing, 8)
        figures.addWidget(rows)
        self._cards = self.label(role="quiet", wrap=True)
        self._slips = self.label(role="quiet", wrap=True)
        for said in (self._slips, self._cards):
            figures.addWidget(said)
        layout.addWidget(frame)
        frame, matters = self.card("matters.title")
        self._matters = MatterList(self.look)
        matters.addWidget(self._matters)
        layout.addWidget(frame)
        layout.addStretch(1)

    def _build_buttons(self, layout: QVBoxLayout) -> None:
        self.primary = self.button("settle", primary=True, key="F9", code="close.seal")
        self.primary.clicked.connect(self._press)
        self._print = self.button("reprint")
        self._print.clicked.connect(self.print_asked)
        layout.addWidget(self.primary)
        layout.addWidget(self._print)

    def render_state(self, state: CloseState) -> None:
        """Draw proposal, figures and, once closed, the numbers of Z and slip.

        What is typed stays while one session's cash is split; the rows of another one are built anew.
        """
        rebuild = _counted(state) != _counted(self._state) or not self._keep
        self._state = state
        self.enter_settles = state.closed  # the seal is final, what comes after it is not
        self.redraw_with(self._draw)
        if rebuild:
            self._build_rows(state.split)
        self._draw()
        if rebuild:
            self.focus_first()
        elif state.wrong_row is not None:
            self._keep[state.wrong_row].setFocus()
            self._keep[state.wrong_row].selectAll()

    def handle(self, name: str) -> bool:
        """F7 prints again once there is a Z; Esc only walks back, a counted session has no way back."""
        if name == "reprint":
            if self._state.closed:  # before the seal the newest Z of the till is the last session's
                self._print.click()
            return True
        if name == "back":
            self.walk(-1)
            return True
        return super().handle(name)

    def at_the_end(self) -> bool:
        """Enter walks through the pieces and says which key seals."""
        self._notice.show_notice(Notice("close.last_field", Tone.INFO))
        return True

    def kept(self) -> tuple[int, ...]:
        """Pieces to keep as typed; whether there are so many is not judged here."""
        return tuple(int(field.text() or 0) for field in self._keep)

    def _build_rows(self, split: tuple[SplitRow, ...]) -> None:
        clear(self._grid)
        self._keep, self._handed = [], []
        self._names = [self.label(role="caption", right=column > 0) for column in range(4)]
        for column, head in enumerate(self._names):
            self._grid.addWidget(head, 0, column)
        for number, row in enumerate(split, 1):
            name, counted = self.label(role="value"), self.label(role="value", right=True)
            counted.setText(str(row.counted))
            field, handed = AmountField("count", decimals=0), self.label(role="value", right=True)
            field.setText(str(row.kept))
            field.textChanged.connect(self._sum_up)
            self._names.append(name)
            for column, part in enumerate((name, counted, field, handed)):
                self._grid.addWidget(part, number, column)
            self._keep.append(field)
            self._handed.append(handed)
        for column, stretch in enumerate((3, 2, 2, 3)):
            self._grid.setColumnStretch(column, stretch)
        self._grid.setColumnMinimumWidth(4, self.look.px(8))  # the scroll bar must not cover figures
        for part in (*self._names, *self._handed, *self._keep):
            part.show()  # rows added to a visible page stay hidden until the next event otherwise
        self.fields = list(self._keep)

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        heads = [text(code) for code in ("count.head_face", "close.counted", "close.kept", "close.handed")]
        names = [self._face(row) for row in state.split]
        for label, words in zip(self._names, heads + names, strict=True):
            label.setText(words)
        for field, name in zip(self._keep, names, strict=True):
            field.setAccessibleName(name)
            field.setEnabled(not state.closed)
        code = "close.float_of_hall" if state.wanted_fen == state.hall_float_fen else "close.float_given"
        self._why_kept.setText(text(code, given=yuan(state.wanted_fen), hall=yuan(state.hall_float_fen)))
        if state.closed or not state.wanted_fen:
            self._why_kept.clear()
        self._draw_lacking()
        self._draw_figures()
        self._matters.show_matters(state.matters)
        params = (("z", state.z_no), ("slip", state.slip_no))
        kept_fen = sum(row.kept * row.face.face_fen for row in state.split)
        goes = (("slip", state.slip_no), ("takings", yuan(state.handed_fen)), ("float", yuan(kept_fen)))
        self._where.show_notice(Notice("close.goes", Tone.INFO, goes) if state.closed else None)
        self._sealed.show_notice(Notice("close.sealed", Tone.GOOD, params) if state.closed else None)
        self._anchor.setText(text("close.anchor", place=state.anchor))
        self._anchor.setVisible(state.closed)
        self._notice.show_notice(state.notice)
        self._print.setVisible(state.closed)
        if self.primary is not None:
            self.primary.set_label(text("close.hand_over" if state.closed else "close.seal"))
            self.primary.setEnabled(not state.busy)
        self._sum_up()

    def _face(self, row: SplitRow) -> str:
        text, face = self.look.text, row.face
        name = self._amount(face.face_fen)
        return name if face.face_fen > 1_00 else text("count.coin" if face.coin else "count.note", face=name)

    def _amount(self, face_fen: int) -> str:
        whole = face_fen >= 100
        return self.look.text("face.yuan" if whole else "face.jiao", n=face_fen // (100 if whole else 10))

    def _draw_lacking(self) -> None:
        """Which small money is missing, so that somebody fetches some before the next shift has no change."""
        text, state = self.look.text, self._state
        faces = [
            text("close.lacking.face", face=self._amount(face_fen), n=wanted, there=counted)
            for face_fen, wanted, counted in state.missing
        ]
        self._lacking.setText(text("close.lacking", faces=text("close.lacking.and").join(faces)))
        self._lacking.setVisible(bool(faces) and not state.closed)

    def _draw_figures(self) -> None:
        """A column for each tender; a row for books, count, the lead's count, difference."""
        text, checks = self.look.text, self._state.checks
        clear(self._figures)
        columns = [[text(row.name_code), *self._money(row)] for row in checks]
        names = ["", *(text(f"count.{name}") for name in ("expected", "counted", "verified", "over_short"))]
        for number, words in enumerate(zip(names, *columns, strict=True)):
            if not any(words[1:]):  # nobody verified
                continue
            for column, word in enumerate(words):
                cell = self.label(role="text" if column and number else "row_caption", right=column > 0)
                cell.setText(word)
                self._figures.addWidget(cell, number, column)
        for column in range(len(checks) + 1):
            self._figures.setColumnStretch(column, 1)
        if self._state.cards is not None:
            expected, counted = self._state.cards
            off = text(cards_off_code(counted - expected), n=abs(counted - expected))
            self._cards.setText(text("close.cards", expected=expected, counted=counted, off=off))
        self._cards.setVisible(self._state.cards is not None)
        if self._state.slips is not None:
            number, amount_fen = self._state.slips
            self._slips.setText(text("close.slips", slips=number, amount=yuan(amount_fen)))
        self._slips.setVisible(self._state.slips is not None)

    @staticmethod
    def _money(row: DifferenceRow) -> list[str]:
        figures = ("" if fen is None else yuan(fen) for fen in (row.expected_fen, row.counted_fen, row.verified_fen))
        off_fen = row.over_short_fen or 0
        return [*figures, f"+{yuan(off_fen)}" if off_fen > 0 else yuan(off_fen)]

    def _sum_up(self) -> None:
        kept = self.kept()
        handed = [row.counted - pieces for row, pieces in zip(self._state.split, kept, strict=True)]
        for label, pieces in zip(self._handed, handed, strict=True):
            label.setText(str(pieces) if pieces >= 0 else NO_FIGURE)
        faces = [row.face.face_fen for row in self._state.split]
        possible = min(handed, default=0) >= 0
        for label, split in ((self._kept_total, kept), (self._handed_total, handed)):
            total_fen = sum(face * n for face, n in zip(faces, split, strict=True))
            label.setText(yuan(total_fen) if possible else NO_FIGURE)

    def _press(self) -> None:
        if self._state.closed:
            self.hand_over_asked.emit()
        else:
            self.close_asked.emit(self.kept())


def _counted(state: CloseState) -> tuple[str, list[tuple[Face, int]]]:
    """What the rows stand for: whose cash, which pieces of it."""
    return state.session_id, [(row.face, row.counted) for row in state.split]
