"""Small overlays: an approval by a second person, a choice from a list, a question, a typed UnionPay slip.

Rule: screen.md "Messages" (a dialog only for a decision, the default is safe, buttons are verbs), domain P12 (an
approval is the approver's own password, for one action) and P4, D9. Must not know: who may approve what.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ui.desktop.buttons import KeyButton
from ui.desktop.fields import AmountField, ChoiceField, SecretField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.overlay import Overlay
from ui.desktop.panel import clear
from ui.desktop.scrolling import PageKeys
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import ApprovalState, PersonChoice, SignedLine

ROOMY_FROM = 400
SPACIOUS_FROM = 620
FIELDS_STAY_FROM = 640
NO_PASSWORD = Notice("approval.no_password", Tone.WARNING)


class ApprovalOverlay(Overlay):
    """Somebody else signs for one action.

    Attributes: shown: captions and figures of what is signed, as they stand there.

    Signals:
        approved(login, password, reason): the field is emptied at once. closed(): not approved.
    """

    approved = Signal(str, str, str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=560)
        self._state = ApprovalState()
        self._title = self.label("approval.title", "title")
        self._what = NoticeBox(look)
        self.head.addWidget(self._title)
        self.head.addWidget(self._what)  # what is signed is in sight while the password is typed, once more too
        self._glance = self.label(role="strong", wrap=True)
        self.head.addWidget(self._glance)
        self._lines = self.grid(spacing=4)
        self.shown: list[tuple[str, str]] = []
        self.body.addLayout(self._lines)
        self.people = ChoiceField()
        self.password, self.reason = SecretField(), TextField(120)
        self.say(self.reason.setPlaceholderText, "text.hint")
        self._reason_caption = self.field_label("approval.reason", self.reason)
        self._asked = QWidget()
        asked = self.column(self._asked, spacing=8)
        for part in (self._reason_caption, self.reason, self.field_label("approval.person", self.people), self.people):
            asked.addWidget(part)
        asked.addWidget(self.field_label("approval.password", self.password))
        asked.addWidget(self.password)
        self.foot.addWidget(self._asked)
        self.notice = NoticeBox(look)
        self.foot.addWidget(self.notice)
        self._area = self.findChildren(QScrollArea)[0]
        for field in (self.reason, self.password):
            PageKeys(self._area, field)
        row = self.row()
        cancel = self.button("back", code="approval.refuse")
        cancel.clicked.connect(self.closed)
        self.primary = self.button("settle", primary=True, key="F9", code="approval.approve")
        self.primary.clicked.connect(self._approve)
        row.addWidget(cancel, 1)
        row.addWidget(self.primary, 2)
        self.foot.addLayout(row)

    def render_state(self, state: ApprovalState) -> None:
        """What is to be approved, and by whom."""
        if state.people != self._state.people or self.people.count() == 0:
            self.people.clear()
            self.people.addItems([self._named(person) for person in state.people])
        anew = state.lines != self._state.lines
        if anew or (state.what_code, state.params) != (self._state.what_code, self._state.params):
            self.reason.clear()  # it was given for something else
        self._state = state
        self._what.show_notice(Notice(state.what_code, params=state.params) if state.what_code else None)
        self.redraw_with(self._draw_lines)
        if anew:
            self._draw_lines()
        self.notice.show_notice(state.notice)
        self._make_room()
        for part in (self._reason_caption, self.reason):
            part.setVisible(state.with_reason)
        self.fields = [self.reason, self.password] if state.with_reason else [self.password]
        if self.primary is not None:
            self.primary.setEnabled(not state.busy)

    def hideEvent(self, event: QHideEvent) -> None:
        """Closed, or something lies over it: a password that was typed and not given signs nothing later."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.password.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The lines scroll from their first one above the fields; where it gets tight, fields and title scroll with
        them."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """A refusal takes room from what was read already; the sums that are signed stay in sight above it."""
        refused = self._state.notice is not None and self.height() < self.look.px(SPACIOUS_FROM)
        roomy = self.height() >= self.look.px(ROOMY_FROM)
        self._title.setVisible(roomy and not refused)
        self._what.shorten(brief=refused)
        self._glance.setVisible(refused and bool(self._state.lines))
        if roomy and self.head.indexOf(self._what) < 0:
            self.head.insertWidget(1, self._what)
        elif not roomy and self.body.indexOf(self._what) < 0:
            self.body.insertWidget(0, self._what)
        stays = self.height() >= self.look.px(FIELDS_STAY_FROM)
        place = self.foot if stays else self.body
        if place.indexOf(self._asked) < 0:
            focus = self.window().focusWidget()
            place.insertWidget(0 if stays else place.count(), self._asked)
            if self._asked.isAncestorOf(focus):
                focus.setFocus()

    def _draw_lines(self) -> None:
        """What is signed, figure by figure; a person's words are never read as markup."""
        text = self.look.text
        clear(self._lines)
        self.shown = []
        for row, line in enumerate(self._state.lines):
            params = dict(line.params)
            caption, value = self.label(role="quiet", wrap=True), self.label(role="strong", wrap=True)
            caption.setText(text(line.code, **params))
            value.setText(text(line.value, **params) if line.says else line.value)
            value.setAccessibleName(f"{caption.text()} {value.text()}")
            self.shown.append((caption.text(), value.text()))
            self._lines.addWidget(caption, row, 0)
            self._lines.addWidget(value, row, 1)
        sums = [words for line, words in zip(self._state.lines, self.shown, strict=True) if _is_sum(line)]
        self._glance.setText(" · ".join(" ".join(words) for words in (sums or self.shown[:1])))
        self._lines.setColumnStretch(0, 2)
        self._lines.setColumnStretch(1, 3)
        self._area.verticalScrollBar().setValue(0)

    def _named(self, person: PersonChoice) -> str:
        """Her name; of somebody who cannot sign yet also why."""
        return self.look.text(person.why_not, name=person.name) if person.why_not else person.name

    def _approve(self) -> None:
        index = self.people.currentIndex()
        login = self._state.people[index].login if 0 <= index < len(self._state.people) else ""
        password = self.password.text()
        if not password:  # a key that was meant for the page below is no attempt to sign
            self.password.setFocus()
            self.notice.show_notice(NO_PASSWORD)
            return
        self.password.clear()
        self.approved.emit(login, password, self.reason.text().strip())


def _is_sum(line: SignedLine) -> bool:
    return line.code == "sign.amount" or line.code.startswith("tender.")


class ChoiceOverlay(Overlay):
    """A few things to choose from, by arrow keys and Enter: tenders, items, sales on hold.

    Signals:
        chosen(key).
    """

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=560)
        self._title = self.label(role="title", wrap=True)
        self.body.addWidget(self._title)
        box = QWidget()
        self._column: QVBoxLayout = self.column(box, spacing=8)
        self.body.addWidget(box)
        foot = self.row()
        back = self.button("back", code="choice.leave")
        back.clicked.connect(self.closed)
        foot.addWidget(back)
        foot.addWidget(self.label("choice.keys", "quiet", wrap=True), 1)
        self.foot.addLayout(foot)
        self._buttons: list[KeyButton] = []

    def offer(self, title_code: str, choices: tuple[tuple[str, str], ...], **figures: int | str) -> None:
        """Show (key, words) pairs; the first one has the focus. figures: what the title names."""
        self._title.setText(self.look.text(title_code, **figures))
        clear(self._column)
        self._buttons = []
        for key, words in choices:
            made = KeyButton("", key="")
            made.set_label(words)
            made.clicked.connect(partial(self.chosen.emit, key))
            self._column.addWidget(made)
            self._buttons.append(made)

    def focus_first(self) -> None:
        """The first choice."""
        if self._buttons:
            self._buttons[0].setFocus()


class QuestionOverlay(Overlay):
    """A decision: the safe answer has the focus, the other one is the filled button.

    A key that was meant for the page below must not answer what nobody has read: for a moment after it is drawn no
    answer counts. A key of that page is never silent: it makes the question name its own keys.

    Attributes:
        GUARD_MS: from the moment it is drawn until an answer counts; 0: at once.

    Signals:
        answered(yes).
    """

    GUARD_MS = 300

    answered = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=640)
        self._since_drawn = QElapsedTimer()
        self._title = self.label(role="title", wrap=True)
        self._question = NoticeBox(look)
        self.body.addWidget(self._title)
        self.body.addWidget(self._question)
        self.own_keys = self.label(role="warning", wrap=True)
        self.foot.addWidget(self.own_keys)
        row = self.row()
        self._no = KeyButton("back")
        self._yes = KeyButton("settle", primary=True, key="F9")
        self._no.clicked.connect(lambda: self._answer(yes=False))
        self._yes.clicked.connect(lambda: self._answer(yes=True))
        self.primary = self._yes
        row.addWidget(self._no, 2)
        row.addWidget(self._yes, 1)
        self.foot.addLayout(row)

    def ask(self, title_code: str, question: Notice, no_code: str, yes_code: str) -> None:
        """Title and both verbs by message code."""

        def draw() -> None:
            text = self.look.text
            no, yes = text(no_code), text(yes_code)
            self._title.setText(text(title_code))
            self._question.show_notice(question)
            self._no.set_label(no)
            self._yes.set_label(yes)
            self.own_keys.setText(text("question.keys", no=no, yes=yes))

        self._begin_anew()
        self.redraw_with(draw)
        draw()

    @property
    def is_armed(self) -> bool:
        """True once it has stood there long enough to be read as a question."""
        drawn = self._since_drawn
        return self.GUARD_MS == 0 or (drawn.isValid() and drawn.elapsed() >= self.GUARD_MS)

    def focus_first(self) -> None:
        """Enter must never do the dangerous thing."""
        self._no.setFocus()

    def handle(self, name: str) -> bool:
        """Esc is the safe answer, Enter presses what has the focus, F9 the verb; another key is told of these."""
        if name == "back":
            self._no.click()
        elif name == "settle":
            self.press_primary()
        elif name != "next":
            self.own_keys.show()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """It comes to the front, perhaps from beneath a lock."""
        super().showEvent(event)
        self._begin_anew()

    def paintEvent(self, event: QPaintEvent) -> None:
        """From now on it can be read."""
        super().paintEvent(event)
        if not self._since_drawn.isValid():
            self._since_drawn.start()

    def _begin_anew(self) -> None:
        self._since_drawn.invalidate()
        self.own_keys.hide()
        self.update()

    def _answer(self, *, yes: bool) -> None:
        if self.is_armed:
            self.answered.emit(yes)


class SlipOverlay(Overlay):
    """A UnionPay slip as printed by a stand-alone terminal; never a full card number.

    Signals:
        typed(values): dict with terminal, batch, trace, reference, last_four, amount.
    """

    typed = Signal(dict)
    NAMES = ("terminal", "batch", "trace", "reference", "last_four", "amount")

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=720)
        self.body.addWidget(self.label("slip_entry.title", "title"))
        self.body.addWidget(self.label("slip_entry.lead", "quiet", wrap=True))
        self.why = NoticeBox(look)
        self.head.addWidget(self.why)  # stays beside a refusal: the sum in the form is another than the one seen before
        grid = self.grid(spacing=8)
        lengths = {"terminal": 15, "batch": 6, "trace": 6, "reference": 12, "last_four": 4}
        self.inputs: dict[str, AmountField | TextField] = {}
        for number, name in enumerate(self.NAMES):
            field = AmountField("") if name == "amount" else TextField(lengths[name])
            row, side = divmod(number, 2)
            grid.addWidget(self.field_label(f"slip_entry.{name}", field), row * 2, side)
            grid.addWidget(field, row * 2 + 1, side)
            self.inputs[name] = field
        self.body.addLayout(grid)
        self.notice = NoticeBox(look)
        self.foot.addWidget(self.notice)
        buttons = self.row()
        cancel = self.button("back")
        cancel.clicked.connect(self.closed)
        self.primary = self.button("settle", primary=True, key="F9", code="slip_entry.book")
        self.primary.clicked.connect(lambda: self.typed.emit(self.values()))
        buttons.addWidget(cancel, 1)
        buttons.addWidget(self.primary, 2)
        self.foot.addLayout(buttons)
        self.fields = list(self.inputs.values())

    def start(self, values: dict[str, str], notice: Notice | None = None, *, why: Notice | None = None) -> None:
        """Fill in what is known (terminal, batch, amount). `why`: what makes the sum another than the price."""
        self.why.show_notice(why)
        for name, field in self.inputs.items():
            field.setText(values.get(name, ""))
        self.notice.show_notice(notice)

    def refuse(self, notice: Notice, field: str) -> None:
        """Say what is wrong, by the name of the field that is meant, and go there."""
        meant = self.inputs.get(field)
        if meant is None:
            self.notice.show_notice(notice)
            return
        figures = (("name", self.look.text(f"slip_entry.{field}")), ("count", len(meant.text().strip())))
        self.notice.show_notice(Notice("slip_entry.wrong", notice.tone, figures))
        meant.setFocus()
        meant.selectAll()

    def first_focus(self) -> QWidget | None:
        """What is known from the slip before needs no second typing."""
        return next((field for field in self.fields if not field.text()), self.fields[0])

    def values(self) -> dict[str, str]:
        """What has been typed."""
        return {name: field.text().strip() for name, field in self.inputs.items()}
