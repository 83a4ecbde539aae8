"""The last word before the window closes: what stays open, on purpose. Esc stays.

Rule: screen.md "Messages". Must not know: what is open.
"""

from __future__ import annotations

from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.overlay import Overlay
from ui.presenters.notice import Notice


class FarewellOverlay(Overlay):
    """A title and a notice; it goes away by itself, with the window. Signals: closed(): Esc, stay after all."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=640)
        self.stays_on_top = True
        self.body.addWidget(self.label("leave.farewell", "title"))
        self.notice = NoticeBox(look)
        self.body.addWidget(self.notice)
        self.primary = self.stay = self.button("back", primary=True, code="leave.stay")
        self.stay.clicked.connect(self.closed)
        self.body.addWidget(self.stay)

    def tell(self, said: Notice) -> None:
        """What stays open."""
        self.notice.show_notice(said)

    def focus_first(self) -> None:
        """Nothing below may take a key now."""
        self.stay.setFocus()
