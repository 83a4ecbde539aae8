"""Float, hand-over, bags, finance and X pages with their presenters, plugged together (their screens are here)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from ledger.money import Money
from pos.domain.roles import Role
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.permission import Signature
from pos.usecases.till_overview import TillOverview
from pos.usecases.waiting_floats import WaitingFloat
from ui.app.reason_wiring import ReasonWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.bags import BagsPage
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.decisions import ChoiceOverlay, QuestionOverlay
from ui.desktop.pages.finance import FinancePage
from ui.desktop.pages.hand_over import HandOverPage
from ui.desktop.pages.x_report import XReportPage
from ui.presenters.asked_count import AskedCount
from ui.presenters.count_state import CountState, HandOverState
from ui.presenters.counter_desk import Desk
from ui.presenters.finance import Finance, WriteFiles
from ui.presenters.float_issue import FloatIssue
from ui.presenters.hand_over import HandingOver
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import BagsState, FinanceState, XState
from ui.presenters.people_state import ToSign
from ui.presenters.safe_cash import SafeCash
from ui.presenters.sealed_bags import SealedBags
from ui.presenters.visit import Visit
from ui.presenters.x_report import XLook

AskSignature = Callable[[str, Role, ToSign, Callable[[Signature], None]], None]


class AskWitness(Protocol):
    """Anybody else of the hall signs over a digest."""

    def __call__(self, digest: str, asked: ToSign, done: Callable[[Signature], None], *, also_her: bool) -> None:
        """`also_her`: who works here may sign herself."""


PAGES = ("hand_over", "finance", "office_count", "bags", "x_report")


class OfficePresenters:
    """Who leads the pages; they share one count and one visit."""

    def __init__(self, desk: Desk, screen: OfficeWiring, print_waiting: Callable[[], None], export: WriteFiles) -> None:
        self.visit = Visit(desk.lanes.books)
        self.count = AskedCount(screen, desk.hall.ids)
        shared = (desk, screen, self.count, self.visit, print_waiting)
        self.floats = FloatIssue(*shared)
        self.hand_over = HandingOver(*shared)
        self.bags = SealedBags(*shared)
        self.finance = Finance(*shared, export)
        self.x_look = XLook(desk, screen, self.visit, print_waiting)
        self.safe = SafeCash(*shared)


class OfficeWiring:
    """Connects the pages to the presenters.

    `handed(said)`, `floated(said)`: told what was booked when the work is done; `home()`: the page of who works here;
    `ask_signature`, `ask_witness`: another person of a role, or anybody else, signs over a digest.
    """

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        reasons: ReasonWiring,
        *,
        handed: Callable[[Notice], None],
        floated: Callable[[Notice], None],
        home: Callable[[], None],
        ask_signature: AskSignature,
        ask_witness: AskWitness,
    ) -> None:
        self._window = window
        self._text = look.text
        self._reasons = reasons
        self._handed = handed
        self._floated = floated
        self._home = home
        self._ask_signature = ask_signature
        self._ask_witness = ask_witness
        self.hand_over = HandOverPage(look)
        self.finance = FinancePage(look)
        self.count = CountPage(look, may_wait=False)
        self.bags = BagsPage(look)
        self.x_page = XReportPage(look)
        self.choice = ChoiceOverlay(look)
        self.question = QuestionOverlay(look)
        for name, page in zip(PAGES, (self.hand_over, self.finance, self.count, self.bags, self.x_page), strict=True):
            window.add_page(name, page)
        self.presenters: OfficePresenters | None = None
        self._choices: dict[str, Callable[[], None]] = {}
        self._meant: Callable[[], None] | None = None

    def connect(self, presenters: OfficePresenters) -> None:
        """Wire the presenters."""
        self.presenters = presenters
        self.hand_over.receiver_chosen.connect(presenters.hand_over.choose_receiver)
        self.hand_over.signed.connect(presenters.hand_over.signed)
        self.hand_over.typed.connect(presenters.hand_over.typed)
        self.hand_over.left_empty.connect(presenters.hand_over.left_empty)
        finance = presenters.finance
        self.finance.receive_asked.connect(finance.receive)
        self.finance.deposit_asked.connect(finance.make_deposit)
        self.finance.export_asked.connect(finance.write_files)
        self.finance.reprint_asked.connect(finance.say_nothing_to_reprint)
        self.finance.day_moved.connect(finance.move_day)
        self.finance.day_asked.connect(
            lambda: self._reasons.ask_words("finance.which_day", finance.choose_day, most=10)
        )
        self.bags.open_asked.connect(
            lambda key, bag_no, password, intact: presenters.bags.open_bag(key, bag_no, password, seal_intact=intact)
        )
        self.bags.left_empty.connect(presenters.bags.left_empty)
        self.bags.stepped_back.connect(self._home)
        self.x_page.print_asked.connect(presenters.x_look.print_it)
        self.x_page.stepped_back.connect(self._home)
        self.count.count_confirmed.connect(presenters.count.counted)
        self.count.leave_asked.connect(self.ask_to_leave)
        self.question.answered.connect(self._answered)
        self.choice.chosen.connect(self._chosen)
        self.choice.closed.connect(lambda: self._window.close_overlay(self.choice))
        self._window.page_shown.connect(self._seen)

    def ask_float(
        self,
        lead: OperatorRow,
        tills: tuple[TillOverview, ...],
        cashiers: tuple[OperatorRow, ...],
        waiting: tuple[WaitingFloat, ...],
        hall_float_fen: int,
    ) -> None:
        """Which till, which cashier; then the lead counts the float out. What a till has already, and what the hall has
        set for a float, stand beside it."""
        if self.presenters is None:
            return
        has = {entry.till.till_id: entry for entry in waiting}
        offered: dict[str, Callable[[], None]] = {}
        for entry in tills:
            there = has.get(entry.till.till_id)
            for cashier in cashiers:
                name = f"{entry.till.name} · {cashier.display_name}"
                if there is not None:
                    name = self._text("float.choice_has", to=name, amount=Money(there.amount_fen).grouped())
                offered[name] = partial(self.presenters.floats.begin, lead, entry, cashier, there, hall_float_fen)
        self.offer("float.to_whom", offered)

    def ask_on_top(self, question: Notice, done: Callable[[], None]) -> None:
        """See `FloatScreen`."""
        self._ask("float.waiting_title", question, ("float.not_on_top", "float.on_top"), done)

    def ask_sum(self, question: Notice, done: Callable[[], None]) -> None:
        """See `FloatScreen`."""
        self._ask("float.sum_title", question, ("float.count_again", "float.issue_so"), done)

    def ask_pieces(self, question: Notice, done: Callable[[], None]) -> None:
        """See `FloatScreen`."""
        self._ask("float.pieces_title", question, ("float.count_again", "float.issue_so"), done)

    def offer(self, title: str, choices: dict[str, Callable[[], None]]) -> None:
        """One of a few verbs, by what the person may do; `title`: message code, keys: the words."""
        self._choices = choices
        self.choice.offer(title, tuple((name, name) for name in choices))
        self._window.open_overlay(self.choice)

    def ask_second(self, digest: str, role: Role, asked: ToSign, done: Callable[[Signature], None]) -> None:
        """See `SafeScreen`."""
        self._ask_signature(digest, role, asked, done)

    def ask_witness(self, digest: str, asked: ToSign, done: Callable[[Signature], None], *, also_her: bool) -> None:
        """See `SafeScreen`."""
        self._ask_witness(digest, asked, done, also_her=also_her)

    def cash_moved(self, said: Notice) -> None:
        """See `SafeScreen`."""
        self._floated(said)

    def ask_till(self, tills: tuple[tuple[str, str], ...], done: Callable[[str], None]) -> None:
        """See `XScreen`."""
        offered: dict[str, Callable[[], None]] = {name: partial(done, session_id) for session_id, name in tills}
        self.offer("x.which_till", offered)

    def show_hand_over(self, state: HandOverState) -> None:
        """See `HandOverScreen`."""
        self.hand_over.render_state(state)
        self._bring("hand_over")

    def show_office_count(self, state: CountState) -> None:
        """See `CountScreen`."""
        self.count.render_state(state)
        self._bring("office_count")

    def show_finance(self, state: FinanceState) -> None:
        """See `FinanceScreen`."""
        self.finance.render_state(state)
        self._bring("finance")

    def ask_note(self, differs: str, done: Callable[[str], None]) -> None:
        """See `FinanceScreen`."""
        self._reasons.ask_words("finance.differ_note", done, hint=differs, needed=True)

    def ask_deposit(self, title: str, question: Notice, done: Callable[[], None]) -> None:
        """See `FinanceScreen`."""
        self._ask(title, question, ("finance.no_cash_wait", "finance.deposit"), done)

    def show_bags(self, state: BagsState) -> None:
        """See `BagScreen`."""
        self.bags.render_state(state)
        self._bring("bags")

    def show_x(self, state: XState) -> None:
        """See `XScreen`."""
        self.x_page.render_state(state)
        self._bring("x_report")

    def handed_over(self, said: Notice) -> None:
        """See `HandOverScreen`."""
        self._handed(said)

    def float_issued(self, said: Notice) -> None:
        """See `FloatScreen`."""
        self._floated(said)

    def ask_to_leave(self) -> None:
        """An empty count is just left; one with figures asks, a drawer both have signed for costs the signatures."""
        if self.count.is_busy:
            return
        taken_over = self.count.purpose == "take_over"
        if self.count.is_empty and not taken_over:
            self._home()
            return
        code = "question.leave_take_over" if taken_over else "question.leave_office_count"
        title = "question.leave_take_over_title" if taken_over else "question.leave_count_title"
        self._ask(
            title,
            Notice(code, Tone.WARNING),
            ("question.keep_counting", "question.leave"),
            self._not_counted if taken_over else self._home,
        )

    def _not_counted(self) -> None:
        if self.presenters is not None:
            self.presenters.hand_over.not_counted()

    def _ask(self, title: str, said: Notice, verbs: tuple[str, str], meant: Callable[[], None]) -> None:
        """A decision: `verbs` are no and yes, `meant` what yes does."""
        self._meant = meant
        self.question.ask(title, said, *verbs)
        self._window.open_overlay(self.question)

    def _answered(self, yes: bool) -> None:
        self._window.close_overlay(self.question)
        meant, self._meant = self._meant, None
        if yes and meant is not None:
            meant()

    def _chosen(self, key: str) -> None:
        self._window.close_overlay(self.choice)
        if key in self._choices:
            self._choices[key]()

    def _seen(self, page: str) -> None:
        """Another page came to the front: late answers must not bring these back."""
        if page not in PAGES and self.presenters is not None:
            self.presenters.visit.end()

    def _bring(self, name: str) -> None:
        if self._window.current != name:
            self._window.show_page(name)
