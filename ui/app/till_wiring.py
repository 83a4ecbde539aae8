"""Counting, difference and close pages with the till presenter, plugged together (implements `TillScreen`)."""

from __future__ import annotations

from collections.abc import Callable

from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.close_result import CloseResultPage
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.difference import DifferencePage
from ui.presenters.count_state import CloseState, CountState, DifferenceState
from ui.presenters.till import TillWork


class TillWiring:
    """Connects the pages to the presenter.

    Attributes: presenter (after `connect`). ask_signature(digest, role), lead_counts(), hand_over(): given by the
    program, for what needs another person or another page.
    """

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        *,
        ask_signature: Callable[[str, str], None],
        lead_counts: Callable[[], None],
        hand_over: Callable[[], None],
        count_set_aside: Callable[[], None],
    ) -> None:
        self._window = window
        self._ask_signature = ask_signature
        self._lead_counts = lead_counts
        self._hand_over = hand_over
        self._count_set_aside = count_set_aside
        self.count = CountPage(look)
        self.difference = DifferencePage(look)
        self.result = CloseResultPage(look)
        window.add_page("count", self.count)
        window.add_page("difference", self.difference)
        window.add_page("close", self.result)
        self.presenter: TillWork | None = None

    def connect(self, presenter: TillWork) -> None:
        """Wire the presenter."""
        self.presenter = presenter
        self.count.count_confirmed.connect(presenter.submit)
        self.count.leave_asked.connect(presenter.leave_counting)
        self.count.set_aside.connect(lambda _typed: self._count_set_aside())
        self.difference.recount_asked.connect(presenter.begin_recount)
        self.difference.lead_count_asked.connect(self._lead_counts)
        self.difference.accepted.connect(presenter.explain)
        self.result.close_asked.connect(presenter.close)
        self.result.hand_over_asked.connect(self._hand_over)

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

    def ask_signature(self, digest: str, role: str) -> None:
        """See `TillScreen`."""
        self._ask_signature(digest, role)

    def go_counter(self) -> None:
        """See `TillScreen`."""
        self._window.show_page("counter")

    def _bring(self, name: str) -> None:
        if self._window.current != name:
            self._window.show_page(name)
