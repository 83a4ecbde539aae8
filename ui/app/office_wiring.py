"""Hand-over, float and finance pages with the office presenter, plugged together (implements `OfficeScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pos.usecases.accept_hand_over import Accepted
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.issue_float import FloatIssued
from pos.usecases.till_overview import TillOverview
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.decisions import ChoiceOverlay
from ui.desktop.pages.finance import FinancePage
from ui.desktop.pages.hand_over import HandOverPage
from ui.presenters.count_state import CountState, HandOverState
from ui.presenters.office import Office
from ui.presenters.office_state import FinanceState


class OfficeWiring:
    """Connects the pages to the presenter. `handed(accepted)`, `floated(issued)`: told when the work is done."""

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        *,
        handed: Callable[[Accepted | None], None],
        floated: Callable[[FloatIssued], None],
        export: Callable[[], None],
    ) -> None:
        self._window = window
        self._handed = handed
        self._floated = floated
        self._export = export
        self.hand_over = HandOverPage(look)
        self.finance = FinancePage(look)
        self.count = CountPage(look)
        self.choice = ChoiceOverlay(look)
        window.add_page("hand_over", self.hand_over)
        window.add_page("finance", self.finance)
        window.add_page("office_count", self.count)
        self.presenter: Office | None = None
        self._back_to = "finance"
        self._choices: dict[str, Callable[[], None]] = {}

    def connect(self, presenter: Office) -> None:
        """Wire the presenter."""
        self.presenter = presenter
        self.hand_over.receiver_chosen.connect(presenter.choose_receiver)
        self.hand_over.signed.connect(presenter.signed)
        self.finance.receive_asked.connect(presenter.receive)
        self.finance.deposit_asked.connect(presenter.make_deposit)
        self.finance.export_asked.connect(self._export)
        self.count.count_confirmed.connect(presenter.counted)
        self.count.leave_asked.connect(lambda: self._window.show_page(self._back_to))
        self.choice.chosen.connect(self._chosen)
        self.choice.closed.connect(lambda: self._window.close_overlay(self.choice))

    def ask_float(self, lead: OperatorRow, tills: tuple[TillOverview, ...], cashiers: tuple[OperatorRow, ...]) -> None:
        """Which till, which cashier; then the lead counts the float out."""
        presenter = self.presenter
        if presenter is None:
            return
        self._choices = {}
        words: list[tuple[str, str]] = []
        for entry in tills:
            for cashier in cashiers:
                if entry.unclosed:
                    continue
                key = f"{entry.till.till_id}/{cashier.operator_id}"
                words.append((key, f"{entry.till.name} · {cashier.display_name}"))
                self._choices[key] = partial(presenter.begin_float, lead, entry.till.till_id, cashier)
        self._back_to = "counter"
        self.choice.offer("float.to_whom", tuple(words))
        self._window.open_overlay(self.choice)

    def show_hand_over(self, state: HandOverState) -> None:
        """See `OfficeScreen`."""
        self.hand_over.render_state(state)
        self._bring("hand_over")

    def show_office_count(self, state: CountState) -> None:
        """See `OfficeScreen`."""
        self.count.render_state(state)
        self._bring("office_count")

    def show_finance(self, state: FinanceState) -> None:
        """See `OfficeScreen`."""
        self._back_to = "finance"
        self.finance.render_state(state)
        self._bring("finance")

    def hand_over_done(self, accepted: Accepted | None) -> None:
        """See `OfficeScreen`."""
        self._handed(accepted)

    def float_done(self, issued: FloatIssued) -> None:
        """See `OfficeScreen`."""
        self._floated(issued)

    def _chosen(self, key: str) -> None:
        self._window.close_overlay(self.choice)
        if key in self._choices:
            self._choices[key]()

    def _bring(self, name: str) -> None:
        if self._window.current != name:
            self._window.show_page(name)
