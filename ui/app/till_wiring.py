"""Counting, difference and close pages with the till presenter, plugged together (implements `TillScreen`)."""

from __future__ import annotations

from collections.abc import Callable

from pos.domain.reasons import ReprintReason
from ui.app.reason_wiring import ReasonWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.close_result import CloseResultPage
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.decisions import QuestionOverlay
from ui.desktop.pages.difference import DifferencePage
from ui.presenters.count_state import CloseState, CountState, DifferenceState
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import ToSign
from ui.presenters.till import TillWork

PAGES = ("count", "difference", "close")


class TillWiring:
    """Connects the pages to the presenter.

    Attributes: presenter (after `connect`). ask_signature(digest, asked), lead_counts(), hand_over(), opened(said),
    sells_again(): of the program, for what needs another person or another page.
    """

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        reasons: ReasonWiring,
        *,
        ask_signature: Callable[[str, ToSign], None],
        lead_counts: Callable[[], None],
        hand_over: Callable[[], None],
        count_set_aside: Callable[[], None],
        opened: Callable[[Notice], None],
        sells_again: Callable[[], None],
    ) -> None:
        self._window = window
        self._reasons = reasons
        self._opened = opened
        self._sells_again = sells_again
        self._ask_signature = ask_signature
        self._lead_counts = lead_counts
        self._hand_over = hand_over
        self._count_set_aside = count_set_aside
        self.count = CountPage(look)
        self.difference = DifferencePage(look)
        self.result = CloseResultPage(look)
        for name, page in zip(PAGES, (self.count, self.difference, self.result), strict=True):
            window.add_page(name, page)
        self.question = QuestionOverlay(look)
        self.presenter: TillWork | None = None
        self._in_front = ""

    def connect(self, presenter: TillWork) -> None:
        """Wire the presenter."""
        self.presenter = presenter
        self.count.count_confirmed.connect(presenter.submit)
        self.count.leave_asked.connect(self.ask_to_leave)
        self.question.answered.connect(self._leave_answered)
        self.count.set_aside.connect(self._count_set_aside)
        self.difference.recount_asked.connect(presenter.begin_recount)
        self.difference.lead_count_asked.connect(self._lead_counts)
        self.difference.accepted.connect(presenter.difference.explain)
        self.result.close_asked.connect(presenter.seal.close)
        self.result.hand_over_asked.connect(self._hand_over)
        self.result.print_asked.connect(
            lambda: self._reasons.ask("reason.title.reprint", ReprintReason, presenter.seal.print_again)
        )
        self._window.page_shown.connect(self._seen)

    def show_count(self, state: CountState) -> None:
        """See `TillScreen`."""
        self.count.render_state(state)
        self._bring("count")

    def show_difference(self, state: DifferenceState) -> None:
        """See `TillScreen`."""
        self.difference.render_state(state)
        self._bring("difference")

    def show_close(self, state: CloseState) -> None:
        """See `TillScreen`."""
        self.result.render_state(state)
        self._bring("close")

    def ask_signature(self, digest: str, asked: ToSign) -> None:
        """See `TillScreen`."""
        self._ask_signature(digest, asked)

    def go_counter(self) -> None:
        """See `TillScreen`."""
        self._window.show_page("counter")
        self._sells_again()

    def till_opened(self, said: Notice) -> None:
        """See `TillScreen`."""
        self._window.show_page("counter")
        self._opened(said)

    def ask_to_leave(self) -> None:
        """Leaving a count is a verb and a question (screen.md); a lead's count, or an empty one, is only put away."""
        purpose = self.count.purpose
        if purpose == "opening" and self.count.is_busy:
            return
        if purpose == "verify" or (purpose == "opening" and self.count.is_empty):
            self._window.show_page("counter")
            return
        said = Notice("question.leave_opening" if purpose == "opening" else "question.leave_count", Tone.WARNING)
        self.question.ask("question.leave_count_title", said, "question.keep_counting", "question.leave")
        self._window.open_overlay(self.question)

    def _leave_answered(self, leave: bool) -> None:
        self._window.close_overlay(self.question)
        if not leave or self.presenter is None:
            return
        if self.count.purpose == "opening":
            self._window.show_page("counter")
            self.presenter.give_up()
        else:
            self.presenter.leave_counting()

    def _seen(self, page: str) -> None:
        """Another page came to the front: late answers must not bring these back, and a count that was left waits."""
        left, self._in_front = self._in_front, page
        if page in PAGES or self.presenter is None:
            return
        if left == "count":
            self.presenter.put_aside(self.count.result())
        self.presenter.visit.end()

    def _bring(self, name: str) -> None:
        if self._window.current != name:
            self._window.show_page(name)
