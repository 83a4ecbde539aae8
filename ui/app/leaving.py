"""Closing the window: asked about where something hangs in the air, said where something stays open on purpose.

An open sale, a count, an unfinished card write or a code that is not on paper asks; the safe answer, to stay, has the
focus. A till session alone is left open deliberately: it is said, and taken up at the next sign-in. Must not know: how
things are put away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from pos.domain.card_write import SETTLED
from ui.desktop.pages.decisions import QuestionOverlay
from ui.desktop.pages.farewell import FarewellOverlay
from ui.presenters.counter_state import Step
from ui.presenters.notice import Notice, Tone

if TYPE_CHECKING:
    from ui.app.running import Running

FAREWELL_MS = 1500
_COUNTS = ("count", "difference", "office_count")
_SALE_STEPS = (Step.IDENTIFY, Step.QUANTITY, Step.TENDER, Step.READBACK)


class Leaving:
    """The question and the last word. `close()` puts everything away and ends the program."""

    def __init__(self, running: Running, close: Callable[[], None]) -> None:
        self._running = running
        self._window = running.window
        self._close = close
        look = running.program.look
        self.question = QuestionOverlay(look)
        self.question.stays_on_top = True  # somebody may close a locked window
        self.question.answered.connect(self._answered)
        self.farewell = FarewellOverlay(look)
        self.farewell.closed.connect(self._stay)
        self._timer = QTimer(running)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FAREWELL_MS)
        self._timer.timeout.connect(close)

    def ask(self) -> None:
        """The close button, or Alt+F4."""
        code = self.hanging()
        if code:
            self.question.ask("leave.title", Notice(code, Tone.WARNING), "leave.stay", "leave.close")
            self._window.open_overlay(self.question)
            return
        shift = self._running.shift
        if shift is None:
            self._close()
            return
        frame = self._running.program.frame
        left = Notice("leave.session_open", Tone.INFO, (("till", frame.till_name), ("no", frame.session_no)))
        self.farewell.tell(left)
        self._window.open_overlay(self.farewell)
        self._timer.start()

    def hanging(self) -> str:
        """What hangs in the air, worst first; "" for nothing."""
        if self._running.people.recovery.is_unwritten:
            return "leave.recovery_code"
        sale = self._running.sale
        if sale.hand_out.write_id:
            return "leave.hand_out" if sale.hand_out.state in SETTLED else "leave.card_write"
        if self._window.current in _COUNTS or (self._window.current == "close" and not self._running.is_sealed):
            return "leave.count"
        if sale.serving.sale.step in _SALE_STEPS or sale.serving.held:
            return "leave.sale"
        return ""

    def _answered(self, leave: bool) -> None:
        self._window.close_overlay(self.question)
        if leave:
            self._close()

    def _stay(self) -> None:
        self._timer.stop()
        self._window.close_overlay(self.farewell)
