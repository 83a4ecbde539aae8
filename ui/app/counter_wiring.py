"""The counter page, its overlays and the counter presenter, plugged together (implements `CounterScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from ledger.money import Money
from pos.domain.reasons import ReprintReason
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.ports.personal_cipher import PersonalCipher
from pos.usecases.fact import Command
from ui.app.reason_wiring import ReasonWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.counter import CounterPage
from ui.desktop.pages.decisions import SlipOverlay
from ui.desktop.pages.open_account import OpenAccountPage
from ui.desktop.pages.readback import ReadbackOverlay
from ui.desktop.pages.receipts import ReceiptsOverlay
from ui.desktop.pages.search import SearchPage
from ui.presenters.account import AccountForm
from ui.presenters.counter import Counter
from ui.presenters.counter_desk import Desk, SlipForm
from ui.presenters.counter_state import CounterState, ReceiptView
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import OpenAccountState, SearchState, ToSign

AskApproval = Callable[[Command, Act, ToSign], None]


class CounterWiring:
    """Connects page signals to the presenter's verbs and draws what it says.

    Attributes: page, search_page; presenter (after `connect`). changed(): told when the page was drawn anew.
    """

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        ask_approval: AskApproval,
        reasons: ReasonWiring,
        changed: Callable[[], None],
    ) -> None:
        self._window = window
        self._changed = changed
        self._reasons = reasons
        self._ask_approval = ask_approval
        self.page = CounterPage(look)
        self.search_page = SearchPage(look)
        self.read_back = ReadbackOverlay(look)
        self.slip = SlipOverlay(look)
        self.receipts = ReceiptsOverlay(look)
        self.account_page = OpenAccountPage(look)
        window.add_page("account", self.account_page)
        window.add_page("counter", self.page)
        window.add_page("search", self.search_page)
        self.presenter: Counter | None = None
        self.account: AccountForm | None = None
        self._shown = CounterState()
        self._terminal: dict[str, str] = {}

    def connect(self, desk: Desk, cipher: PersonalCipher, actor: Callable[[], str]) -> Counter:
        """Make the presenters and wire them."""
        counter = Counter(desk, self)
        self.presenter = counter
        self.account = AccountForm(desk, self, cipher, actor)
        self.account_page.account_asked.connect(self.account.submit)
        self.account_page.stepped_back.connect(lambda: self._window.show_page("counter"))
        page = self.page
        page.search_edited.connect(lambda _text: counter.customer.forget_search())
        page.search_submitted.connect(counter.customer.search)
        page.quantity_edited.connect(counter.quantity.edit)
        page.quantity_submitted.connect(counter.quantity.submit)
        page.tendered_edited.connect(counter.payment.edit_received)
        page.tendered_submitted.connect(counter.payment.submit_received)
        page.quick_chosen.connect(counter.payment.add_received)
        page.identity_confirmed.connect(counter.customer.confirm_identity)
        page.settle_asked.connect(counter.payment.settle)
        page.stepped_back.connect(counter.step_back)
        page.ticked.connect(counter.hand_out.tick)
        page.next_customer.connect(counter.hand_out.next_customer)
        page.action.connect(self._act)
        self.search_page.query_changed.connect(counter.customer.look_up)
        self.search_page.query_entered.connect(counter.customer.search)
        self.search_page.chosen.connect(self._chosen)
        self.search_page.stepped_back.connect(counter.customer.forget_search)
        self.search_page.stepped_back.connect(self.close_hits)
        self.read_back.confirmed.connect(counter.payment.confirm)
        self.read_back.stepped_back.connect(counter.payment.leave_read_back)
        self.slip.typed.connect(self._slip_typed)
        self.slip.closed.connect(self._slip_left)
        self.receipts.chosen.connect(self._again)
        self.receipts.closed.connect(self._close_receipts)
        return counter

    @property
    def page_state(self) -> CounterState:
        """What the counter shows now."""
        return self._shown

    def show_counter(self, state: CounterState) -> None:
        """See `CounterScreen`."""
        self._shown = state
        self.page.render_state(state)
        self._changed()

    def ask_read_back(self, state: CounterState) -> None:
        """See `CounterScreen`."""
        self.read_back.ask(state)
        self._window.open_overlay(self.read_back)

    def close_read_back(self) -> None:
        """See `CounterScreen`."""
        self._window.close_overlay(self.read_back)

    def show_hits(self, state: SearchState) -> None:
        """See `CounterScreen`. A list that comes when the counter was left does not bring it back."""
        if self._window.current not in ("counter", "search"):
            return
        self.search_page.render_state(state)
        if self._window.current != "search":
            self._window.show_page("search")

    def close_hits(self) -> None:
        """See `CounterScreen`."""
        if self._window.current == "search":
            self._window.show_page("counter")
        else:
            self.page.leave_search()

    def ask_slip(self, to_pay_fen: int, begun: SlipForm, why: Notice | None) -> None:
        """See `CounterScreen`. Terminal and batch stay the same all day: offered again."""
        typed = {name: words for name, words in asdict(begun).items() if words}
        self.slip.start({**self._terminal, "amount": str(Money(to_pay_fen)), **typed}, why=why)
        self._window.open_overlay(self.slip)

    def refuse_slip(self, notice: Notice, field: str) -> None:
        """See `CounterScreen`."""
        self.slip.refuse(notice, field.removesuffix("_fen"))

    def close_slip(self) -> None:
        """See `CounterScreen`. Nothing of a customer's card stays in the form."""
        values = self.slip.values()
        self._terminal = {name: values[name] for name in ("terminal", "batch") if values[name]}
        self.slip.start(self._terminal)
        self._window.close_overlay(self.slip)

    def ask_approval(self, command: Command, act: Act, asked: ToSign) -> None:
        """See `CounterScreen`."""
        self._ask_approval(command, act, asked)

    def show_receipts(self, receipts: tuple[ReceiptView, ...]) -> None:
        """See `CounterScreen`. A list that comes when the counter was left, or is covered, does not come up."""
        if self._window.current == "counter" and not self._window.has_overlay:
            self.receipts.show_receipts(receipts)
            self._window.open_overlay(self.receipts)

    def ask_reprint(self, receipt_no: str, done: Callable[[str, str], None]) -> None:
        """See `CounterScreen`: the reason goes into the books."""
        if self._window.current == "counter":
            self._reasons.ask("reason.title.reprint_receipt", ReprintReason, done, receipt_no=receipt_no)

    def open_account(self) -> None:
        """Ctrl+2: the form, once the sale before is finished."""
        if self.presenter is None or self.account is None:
            return
        if not self.presenter.must_finish("account.finish_sale"):
            self.account.begin()
        elif self._window.current != "counter":
            self._window.show_page("counter")

    def show_account_form(self, state: OpenAccountState) -> None:
        """See `AccountScreen`."""
        self.account_page.render_state(state)
        if self._window.current != "account":
            self._window.show_page("account")

    def account_opened(self, account_no: str) -> None:
        """See `AccountScreen`."""
        self.account_page.empty()
        self._window.show_page("counter")
        if self.presenter is not None:
            said = Notice("account.opened", Tone.GOOD, (("account_no", account_no),))
            self.presenter.customer.choose_account(account_no, said)

    def _chosen(self, account_no: str) -> None:
        if self.presenter is not None:
            self.presenter.customer.choose_account(account_no)

    def _slip_typed(self, values: dict[str, str]) -> None:
        if not values["amount"]:
            self.slip.refuse(Notice("unionpay.field", Tone.BAD), "amount")
        elif self.presenter is not None:
            self.presenter.payment.type_slip(SlipForm(**values))

    def _again(self, receipt: ReceiptView) -> None:
        self._close_receipts()
        if self.presenter is not None:
            self.presenter.again.choose(receipt)

    def _close_receipts(self) -> None:
        self._window.close_overlay(self.receipts)
        self.receipts.empty()

    def _slip_left(self) -> None:
        if self.presenter is not None:
            self.presenter.payment.leave_slip(SlipForm(**self.slip.values()))

    def _act(self, name: str) -> None:
        """Keys of the sale that are plain verbs."""
        counter = self.presenter
        if counter is None:
            return
        verbs: dict[str, Callable[[], None]] = {
            "read_card": self._read_card,
            "mode": counter.quantity.toggle_mode,
            "refresh": counter.refresh,
            "hold": counter.hold,
            "recall": counter.recall,
            "round_up": counter.payment.round_up,
            "cancel_sale": counter.cancel_sale,
            "cash": lambda: counter.payment.pay_by(TenderKind.CASH),
            "card_pay": lambda: counter.payment.pay_by(TenderKind.UNIONPAY),
            "tender": self._other_tender,
            "reprint": counter.ask_reprint,
        }
        if counter.serving.shift is None:
            del verbs["reprint"]  # there is no receipt: she is told why, as of any key that is not for her now
        if name in verbs:
            verbs[name]()
        else:
            self._window.action.emit(name)

    def _read_card(self) -> None:
        """F2 reads a card, or tries an unfinished write again."""
        counter = self.presenter
        if counter is None:
            return
        if counter.hand_out.write_id:
            counter.hand_out.write_card()
        else:
            counter.customer.read_card()

    def _other_tender(self) -> None:
        counter = self.presenter
        if counter is not None:
            cash = self._shown.pay.tender == TenderKind.CASH
            counter.payment.pay_by(TenderKind.UNIONPAY if cash else TenderKind.CASH)
