"""交接班: what is handed over, to whom, and two signatures over one digest.

Rule: domain P9, design "Money rules" 4 (signing is entering the own password again over the shown digest) and 11.
Must not know: how the digest is made.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.desktop.buttons import ChipButton
from ui.desktop.centred import CentredPage
from ui.desktop.fields import ChoiceField, SecretField, TextField
from ui.desktop.look import Look
from ui.desktop.matter_list import MatterList
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import clear
from ui.presenters.count_state import HandOverState
from ui.presenters.notice import Notice, Tone

ROOMY_FROM = 400
AMPLE_FROM = 720
"""From here on a refusal finds room below both passwords; under it, the title goes while one is said."""
SIGNED_FOR = 2
"""Rows that stand in the head: the float and the blank cards."""


class HandOverPage(CentredPage):
    """Two people, one digest.

    Signals:
        receiver_chosen(kind): `cashier`, `lead` or `safe`.
        signed(giver_password, receiver_login, receiver_password, bag_no): both passwords leave their fields at once.
        typed(bag_no): something was filled in; the number stands in what is signed, so it comes before the passwords.
        left_empty(part): nothing is signed and nothing leaves its field: `giver`, `receiver` or `bag` is not filled.
    """

    receiver_chosen = Signal(str)
    signed = Signal(str, str, str, str)
    typed = Signal(str)
    left_empty = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=880)
        self._state = HandOverState()
        self._title = self.label(role="title", wrap=True)
        self.head.addWidget(self._title)
        self._kinds: dict[str, ChipButton] = {}
        self._kinds_row = QWidget()
        kinds = self.row(self._kinds_row)
        for kind in ("cashier", "lead", "safe"):
            chip = self.chip(f"hand_over.to_{kind}", "")
            chip.clicked.connect(partial(self.receiver_chosen.emit, kind))
            self._kinds[kind] = chip
            kinds.addWidget(chip)
        kinds.addStretch(1)
        self.head.addWidget(self._kinds_row)  # never scrolled away, never cut in half
        self._figures = self.label(role="strong", wrap=True)
        self.head.addWidget(self._figures)  # what both sign for: in sight up to 150 %
        rows = QWidget()
        self._rows = self.grid(rows, spacing=4)
        self.body.addWidget(rows)
        self._digest = self.label(role="strong", wrap=True)
        self.body.addWidget(self._digest)
        self._build_signatures()
        self._matters = MatterList(look)
        self.body.addWidget(self._matters)  # behind the figures and the passwords: however many wait, both see the sums
        self._done = NoticeBox(look)
        self.notice = NoticeBox(look)
        self.foot.addWidget(self._done)
        self.foot.addWidget(self.notice)
        self.primary = self.button("settle", primary=True, key="F9", code="hand_over.sign")
        self.primary.clicked.connect(self._sign)
        self.foot.addWidget(self.primary)

    def _build_signatures(self) -> None:
        grid = self.grid(spacing=8)
        self._giver = self.label(role="spoken", wrap=True)
        self._giver_password, self._receiver_password = SecretField(), SecretField()
        self._receiver = ChoiceField()
        self._bag = TextField(30)
        self._bag_caption = self.field_label("hand_over.bag_no", self._bag)
        grid.addWidget(self._bag_caption, 0, 0)
        grid.addWidget(self._bag, 1, 0)
        grid.addWidget(self.label("hand_over.giver", "caption"), 2, 0)
        self._captions = {
            "": (self.field_label("hand_over.receiver", self._receiver), self._receiver),
            "_password": (
                self.field_label("hand_over.receiver_password", self._receiver_password),
                self._receiver_password,
            ),
        }
        grid.addWidget(self._captions[""][0], 2, 1)
        grid.addWidget(self._giver, 3, 0)
        grid.addWidget(self._receiver, 3, 1)
        grid.addWidget(self.field_label("hand_over.giver_password", self._giver_password), 4, 0)
        grid.addWidget(self._captions["_password"][0], 4, 1)
        grid.addWidget(self._giver_password, 5, 0)
        grid.addWidget(self._receiver_password, 5, 1)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self.body.addLayout(grid)
        self._parts = {"bag": self._bag, "giver": self._giver_password, "receiver": self._receiver_password}
        self.fields = list(self._parts.values())
        for field in self.fields:
            field.textEdited.connect(lambda _words: self.typed.emit(self._bag.text().strip()))

    def render_state(self, state: HandOverState) -> None:
        """Draw what goes over and who signs."""
        other = state.session_id != self._state.session_id
        turned = not other and state.receiver_kind != self._state.receiver_kind
        if other:
            self._bag.clear()
        if other or state.people != self._state.people or self._receiver.count() == 0:
            self._receiver.clear()
            self._receiver.addItems([name for _, name in state.people])
        self._state = state
        self.redraw_with(self._draw)
        self._draw()
        if state.missing:
            self._parts[state.missing].setFocus()
        elif turned:
            self._focus_first_empty()

    def _focus_first_empty(self) -> None:
        """Another receiver asks for other fields: a bag's number comes before the passwords, never into one."""
        empty = (field for field in self.fields if field.isVisibleTo(self) and not field.text())
        next(empty, self.fields[-1]).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """A password that was typed and not used does not wait for whoever opens the page next."""
        super().hideEvent(event)
        self._giver_password.clear()
        self._receiver_password.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it gets tight, the title makes room for what is signed, and whom it goes to scrolls with it."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        roomy = self.height() >= self.look.px(ROOMY_FROM)
        self._title.setVisible(roomy and (self._state.notice is None or self.height() >= self.look.px(AMPLE_FROM)))
        if roomy and self.body.indexOf(self._kinds_row) >= 0:
            self.head.addWidget(self._kinds_row)
            self.head.addWidget(self._figures)
        elif not roomy and self.body.indexOf(self._kinds_row) < 0:
            self.body.insertWidget(0, self._kinds_row)
            self.body.insertWidget(1, self._figures)

    def handle(self, name: str) -> bool:
        """Esc walks back through the fields only; Shift+F4 goes to the next receiver."""
        if name == "mode":
            kinds = self._state.receivers
            self.receiver_chosen.emit(kinds[(kinds.index(self._state.receiver_kind) + 1) % len(kinds)])
            return True
        if name == "back":
            self.walk(-1)
            return True
        return super().handle(name)

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        self._make_room()
        self._title.setText(text("hand_over.title_of", till=state.till_name))
        for kind, chip in self._kinds.items():
            chip.setChecked(kind == state.receiver_kind)
            chip.setVisible(kind in state.receivers)
        clear(self._rows)
        said = [f"{text(code)} {words}" for code, words in state.rows[:SIGNED_FOR]]
        self._figures.setText(" · ".join(said))
        for number, (code, words) in enumerate(state.rows[SIGNED_FOR:]):
            for column, part in enumerate((text(code), words)):
                cell = self.label(role="row_caption" if column == 0 else "value", right=column == 1, wrap=column == 1)
                cell.setText(part)
                self._rows.addWidget(cell, number, column)
        self._rows.setColumnStretch(1, 1)
        self._matters.show_matters(state.matters)
        self._digest.setText(
            text("hand_over.digest", digest=state.digest) if state.digest else text("hand_over.bag_first")
        )
        self._giver.setText(state.giver_name)
        other = "witness" if state.receiver_kind == "safe" else "receiver"
        for part, (caption, field) in self._captions.items():
            caption.setText(text(f"hand_over.{other}{part}"))
            field.setAccessibleName(caption.text())
        for bag_part in (self._bag_caption, self._bag):
            bag_part.setVisible(state.receiver_kind == "safe")
        self._done.show_notice(Notice("hand_over.done", Tone.GOOD) if state.done else None)
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            self.primary.setEnabled(not state.busy and not state.done)

    def _sign(self) -> None:
        empty = (part for part, field in self._parts.items() if field.isVisibleTo(self) and not field.text().strip())
        part = next(empty, None)
        if part is not None:
            self.left_empty.emit(part)
            return
        index = self._receiver.currentIndex()
        login = self._state.people[index][0] if 0 <= index < len(self._state.people) else ""
        own, other = self._giver_password.text(), self._receiver_password.text()
        self._giver_password.clear()
        self._receiver_password.clear()
        self.signed.emit(own, login, other, self._bag.text().strip())
