"""A page that ends with a new password, typed twice: what both kinds of it have in common.

Rule: domain P12, ASVS 6.2. What is typed leaves with the page's signal; the fields are emptied when the work begins.
What was refused is said above the button, where it is always in sight. Must not know: which passwords are refused.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.desktop.centred import CentredPage
from ui.desktop.fields import SecretField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.presenters.notice import Notice


class NewPasswordPage(CentredPage):
    """Title, lead, the page's own fields, the new password twice, what is said of it, the button.

    Attributes:
        title, lead: labels. form: everything that is typed into; asked: its layout, for the page's own fields.
        new, again: the last two fields. notice: what became of it. verdict: on what is being typed.

    Signals:
        stepped_back(): Esc in the first field.
    """

    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=640)
        self.title = self.label(role="title", wrap=True)
        self.lead = self.label(role="quiet", wrap=True)
        self.notice, self.verdict = NoticeBox(look), NoticeBox(look)
        self.new, self.again = SecretField(), SecretField()
        self.form = QWidget()
        self.asked = self.column(self.form)
        for part in (self.title, self.lead, self.form):
            self.body.addWidget(part)

    def end_with_new_password(self, first: list[QLineEdit], code: str) -> None:
        """After the page's own fields: the two of every such page and the button with the message `code`."""
        for caption, field in (("password.new", self.new), ("password.again", self.again)):
            self.asked.addWidget(self.field_label(caption, field))
            self.asked.addWidget(field)
        self.fields = [*first, self.new, self.again]
        self.primary = self.button("settle", primary=True, key="F9", code=code)
        for part in (self.notice, self.verdict):
            self.foot.addWidget(part)
        self.cancel = self.end_with(self.primary, self._leave)

    def say_of_it(self, verdict: Notice | None, notice: Notice | None) -> None:
        """One of both: what became of it takes the place of what was said while it was typed."""
        self.notice.show_notice(notice)
        self.verdict.show_notice(verdict if notice is None else None)

    def empty(self) -> None:
        """For the next person."""
        for field in self.fields:
            field.clear()

    def handle(self, name: str) -> bool:
        """Esc walks back, then leaves."""
        if name == "back":
            if not self.walk(-1):
                self._leave()
            return True
        return super().handle(name)

    def _leave(self) -> None:
        self.empty()
        self.stepped_back.emit()
