"""The counter presenter leads a whole sale over real books and a simulated card, without Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from devices.cards.memory_chip import SLE4442
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card
from devices.cards.simulated_memory_card import AcsDialect, SimulatedMemoryCard
from devices.cards.simulated_memory_chip import blank_chip
from devices.cards.simulated_reader import SimulatedReader
from devices.printer.machine import PrinterMachine
from devices.printer.simulated import simulated_printer
from ledger import chart
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.card import CardIdentity, CardPurchase
from pos.domain.card_stock import CardMove
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import TenderKind, settle
from pos.domain.settings import FenRule
from pos.ports.card import ReaderState
from pos.ports.surroundings import CustomerView
from pos.store.account_queries import PurchaseRow
from pos.store.personal_cipher import load_data_key
from pos.store.till_figures import blank_cards_left
from pos.store.till_queries import require_session
from pos.usecases.book_unionpay_charge import free_charge
from pos.usecases.card_write_steps import CardWriteStep, begin_card_write
from pos.usecases.move_blank_cards import MoveBlankCards, move_blank_cards
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.permission import Consent
from pos.usecases.quote import QuoteRequest, quote
from pos.usecases.recent_receipts import recent_receipts
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.sell_first_card import SellFirstCard
from pos.usecases.till_overview import open_matters_of
from tests.fakes import HandDrivenLane
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter, cap_meter
from ui.app.rendering import RollRenderer
from ui.desktop.messages import Messages
from ui.presenters.counter import Counter as CounterPresenter
from ui.presenters.counter_desk import Desk, Lanes, Shift, SlipForm
from ui.presenters.counter_panels import item_panel
from ui.presenters.counter_sale import amount_fen
from ui.presenters.counter_state import CounterState, ReceiptView, Step, WriteState
from ui.presenters.key_bars import counter_keys
from ui.presenters.lane import SameThreadLane
from ui.presenters.notice import Notice, Tone
from ui.presenters.open_matters import matter_views
from ui.presenters.people_state import SearchState, ToSign

CARD_FEE_FEN = 2000


@dataclass
class Screen:
    """Remembers what it was told to show."""

    state: CounterState = field(default_factory=CounterState)
    read_backs: list[CounterState] = field(default_factory=list)
    hits: SearchState | None = None
    slips: list[int] = field(default_factory=list)
    begun_slips: list[SlipForm] = field(default_factory=list)
    whys: list[Notice | None] = field(default_factory=list)
    refused_slips: list[tuple[str, str]] = field(default_factory=list)
    approvals: list[object] = field(default_factory=list)
    receipts: list[tuple[ReceiptView, ...]] = field(default_factory=list)
    reprints: list[tuple[str, Callable[[str, str], None]]] = field(default_factory=list)
    signed: ToSign = field(default_factory=lambda: ToSign("", ()))

    def show_counter(self, state: CounterState) -> None:
        self.state = state

    def ask_read_back(self, state: CounterState) -> None:
        self.read_backs.append(state)

    def close_read_back(self) -> None: ...

    def show_hits(self, state: SearchState) -> None:
        self.hits = state

    def close_hits(self) -> None: ...

    def ask_slip(self, to_pay_fen: int, begun: SlipForm, why: Notice | None) -> None:
        self.slips.append(to_pay_fen)
        self.whys.append(why)
        self.begun_slips.append(begun)

    def refuse_slip(self, notice: Notice, field: str) -> None:
        self.refused_slips.append((notice.code, field))

    def close_slip(self) -> None: ...

    def ask_approval(self, command: object, act: object, asked: ToSign) -> None:
        self.approvals.append(command)
        self.signed = asked

    def show_receipts(self, receipts: tuple[ReceiptView, ...]) -> None:
        self.receipts.append(receipts)

    def ask_reprint(self, receipt_no: str, done: Callable[[str, str], None]) -> None:
        self.reprints.append((receipt_no, done))


@dataclass
class CustomerScreen:
    views: list[CustomerView] = field(default_factory=list)

    def show(self, view: CustomerView) -> None:
        self.views.append(view)


@dataclass
class Voice:
    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)


@dataclass
class Workstation:
    counter: Counter
    presenter: CounterPresenter
    screen: Screen
    display: CustomerScreen
    voice: Voice
    machine: PrinterMachine

    @property
    def state(self) -> CounterState:
        return self.screen.state

    def to_tender(self, quantity: str = "33") -> None:
        self.presenter.customer.read_card()
        self.presenter.quantity.edit(quantity)
        self.presenter.quantity.submit(quantity)

    def confirm(self) -> None:
        self.counter.demo.clock.forward(seconds=2)
        self.presenter.payment.confirm()


@pytest.fixture
def workstation(counter: Counter) -> Workstation:
    printer, drawer, machine = simulated_printer()
    lane = SameThreadLane()
    screen, display, voice = Screen(), CustomerScreen(), Voice()
    desk = Desk(
        hall=counter.demo.hall,
        lanes=Lanes(lane, lane, lane, lane),
        reader=counter.reader,
        printer=printer,
        drawer=drawer,
        renderer=RollRenderer(),
        display=display,
        voice=voice,
        offset_min=480,
    )
    presenter = CounterPresenter(desk, screen)
    presenter.begin_shift(Shift(counter.demo.cashier, counter.session_id, "T01", DAY))
    return Workstation(counter, presenter, screen, display, voice, machine)


def test_card_in_the_reader_brings_up_its_owner(workstation: Workstation) -> None:
    workstation.presenter.customer.read_card()
    customer = workstation.state.customer
    assert customer is not None
    assert (customer.name, workstation.state.step) == ("单桂芳", Step.QUANTITY)


def test_whole_sale_of_33_m3_by_keys(workstation: Workstation) -> None:
    workstation.to_tender("33")
    assert workstation.state.pay.due_fen == 8680
    assert workstation.state.pay.carry_fen == 1
    workstation.presenter.payment.edit_received("100")
    assert workstation.state.pay.change_fen == 1320
    workstation.presenter.payment.settle()
    assert workstation.screen.read_backs[0].pay.change_fen == 1320
    assert workstation.voice.said == ["应收八十六元八角，收您一百元，找您十三元二角"]

    workstation.confirm()

    panel = workstation.state.hand_out
    assert panel is not None
    assert (panel.write, panel.receipt_code) == (WriteState.WRITTEN, "receipt.confirmed")
    assert workstation.machine.drawer.openings == 1
    assert workstation.counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN + 8680
    steps = [view.step for view in workstation.display.views]
    assert list(dict.fromkeys(steps)) == ["confirm", "due", "readback", "writing", "done"]


@pytest.mark.parametrize(("demo", "said"), [(False, ["notice.sample_price"]), (True, [])])
def test_a_price_that_nobody_approved_is_said_beside_the_lines_unless_all_is_invented(
    workstation: Workstation, demo: bool, said: list[str]
) -> None:
    serving = workstation.presenter.serving
    serving.desk = replace(serving.desk, demo=demo)
    workstation.to_tender("33")
    assert [notice.code for notice in workstation.state.item.notices] == said


def test_confirming_twice_books_once(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    workstation.confirm()
    assert workstation.counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN + 8680


def test_reflex_confirmation_is_refused_and_nothing_is_booked(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("100")
    workstation.presenter.payment.settle()
    workstation.presenter.payment.confirm()
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == "sale.read_back_too_fast"
    assert workstation.counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN


def test_a_mistyped_slip_is_said_in_its_form_and_a_good_one_shows_nothing_of_it(workstation: Workstation) -> None:
    workstation.to_tender()
    payment = workstation.presenter.payment
    payment.pay_by(TenderKind.UNIONPAY)
    payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "62ab"))
    assert workstation.screen.refused_slips == [("unionpay.field", "last_four")]
    payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "6217"))
    assert workstation.screen.read_backs[-1].notice is None


def test_a_sale_whose_card_is_charged_says_why_its_tender_stays(workstation: Workstation) -> None:
    workstation.to_tender()
    payment = workstation.presenter.payment
    payment.pay_by(TenderKind.UNIONPAY)
    payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "6217"))
    payment.leave_read_back()
    payment.pay_by(TenderKind.CASH)
    assert workstation.state.notice is not None
    assert (workstation.state.notice.code, workstation.state.pay.tender) == ("unionpay.stays", TenderKind.UNIONPAY)


def test_slip_is_booked_before_the_read_back_and_used_by_the_sale(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.pay_by(TenderKind.UNIONPAY)
    assert workstation.screen.slips == [8679]
    workstation.presenter.payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "2071"))
    assert workstation.counter.account_fen(chart.UNIONPAY_UNBOOKED) == -8679
    workstation.confirm()
    assert workstation.counter.account_fen(chart.UNIONPAY_UNBOOKED) == 0
    assert workstation.state.hand_out is not None
    assert workstation.state.hand_out.write is WriteState.WRITTEN


def test_slip_left_half_typed_is_there_again_in_its_sale_and_in_no_other(workstation: Workstation) -> None:
    payment, begun = workstation.presenter.payment, SlipForm("61002231", "000123", "004567", "1234", "20")
    workstation.to_tender()
    payment.pay_by(TenderKind.UNIONPAY)
    payment.leave_slip(begun)
    payment.pay_by(TenderKind.CASH)
    payment.pay_by(TenderKind.UNIONPAY)
    workstation.presenter.cancel_sale()
    workstation.to_tender()
    payment.pay_by(TenderKind.UNIONPAY)
    payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "2071"))
    assert workstation.screen.begun_slips == [SlipForm(), begun, SlipForm()]
    assert workstation.presenter.serving.sale.slip_begun == SlipForm()


def test_f9_without_a_sum_received_says_what_is_missing_and_opens_no_read_back(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.settle()
    assert workstation.state.notice is not None
    assert (workstation.state.notice.code, workstation.state.step) == ("pay.nothing_received", Step.TENDER)
    workstation.presenter.payment.edit_received("100")
    assert workstation.state.notice is None
    workstation.presenter.payment.settle()
    assert workstation.presenter.serving.sale.step is Step.READBACK


def test_abandoned_slip_is_taken_up_by_a_sale_of_its_sum_and_by_no_other(workstation: Workstation) -> None:
    presenter, payment = workstation.presenter, workstation.presenter.payment
    workstation.to_tender()
    payment.pay_by(TenderKind.UNIONPAY)
    payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "2071"))
    payment.leave_read_back()
    presenter.cancel_sale()
    shift = presenter.shift
    assert shift is not None
    (matter,) = open_matters_of(presenter.desk.hall)
    (view,) = matter_views(presenter.desk, None)
    assert (view.amount_fen, dict(view.slip)["trace"], dict(view.slip)["last_four"]) == (8679, "004567", "2071")
    assert (view.account_no, view.volume_l) == ("1000000001", 33_000)
    assert view.customer == "单**"
    charge = free_charge(presenter.desk.hall, shift.session_id, matter.matter_id)
    payment.take_up(replace(charge, amount_fen=1))
    workstation.to_tender()
    payment.pay_by(TenderKind.UNIONPAY)
    assert workstation.state.notice is not None
    assert (workstation.state.notice.code, workstation.state.step) == ("unionpay.amount_differs", Step.TENDER)
    what, _money, _do = Messages().parts("unionpay.amount_differs", workstation.state.notice.params)
    assert ("0.01" in what, "86.79" in what) == (True, True)  # both sums are named
    presenter.cancel_sale()
    payment.take_up(charge)
    workstation.to_tender()
    payment.pay_by(TenderKind.UNIONPAY)
    assert presenter.serving.sale.step is Step.READBACK
    workstation.confirm()
    assert (workstation.screen.slips, open_matters_of(presenter.desk.hall)) == ([8679], ())
    assert workstation.counter.account_fen(chart.UNIONPAY_UNBOOKED) == 0


def test_charge_of_another_session_is_not_taken_up(workstation: Workstation) -> None:
    with pytest.raises(RuleViolation, match=r"unionpay\.other_session"):
        free_charge(workstation.presenter.desk.hall, "DJ-T01-1-2", "DJ-T01-1-999")


def test_card_that_lies_in_the_reader_cannot_be_ticked_as_handed_over(workstation: Workstation) -> None:
    workstation.presenter.desk.reader_seen.state = ReaderState.CARD_PRESENT
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    hand_out = workstation.presenter.hand_out
    hand_out.tick("card")
    assert workstation.state.hand_out is not None
    assert workstation.state.notice is not None
    assert (workstation.state.hand_out.ticked, workstation.state.notice.code) == (frozenset(), "card.still_in_reader")
    hand_out.reader_changed(ReaderState.NO_CARD)
    hand_out.tick("card")
    assert (workstation.state.hand_out.ticked, workstation.state.notice) == ({"card"}, None)


def test_paper_that_nobody_printed_cannot_be_ticked_as_handed_over(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    hand_out, panel = workstation.presenter.hand_out, workstation.state.hand_out
    assert panel is not None
    torn = replace(panel, write=WriteState.IN_DOUBT, receipt_code="receipt.waiting")
    hand_out._change(write=torn.write, receipt_code=torn.receipt_code)
    hand_out.tick("paper")
    assert workstation.state.notice is not None
    assert (workstation.state.hand_out, workstation.state.notice.code) == (torn, "hand_out.no_paper")
    hand_out._change(write=WriteState.WRITTEN)  # a printer that is slow keeps nobody
    hand_out.tick("paper")
    assert workstation.state.hand_out is not None
    assert (workstation.state.hand_out.ticked, workstation.state.notice) == ({"paper"}, None)


def test_next_customer_waits_for_the_card_to_be_taken(workstation: Workstation) -> None:
    workstation.presenter.desk.reader_seen.state = ReaderState.CARD_PRESENT
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    workstation.presenter.hand_out.next_customer()
    assert workstation.state.step is Step.DONE
    workstation.counter.reader.remove()
    workstation.presenter.hand_out.reader_changed(ReaderState.NO_CARD)
    workstation.presenter.hand_out.next_customer()
    assert workstation.state.step is Step.IDLE


def test_card_that_was_pulled_before_the_booking_holds_nobody_up(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.counter.reader.remove()
    workstation.presenter.desk.reader_seen.state = ReaderState.NO_CARD
    workstation.confirm()
    assert workstation.state.hand_out is not None
    assert workstation.state.hand_out.write is WriteState.UNWRITTEN
    workstation.presenter.hand_out.next_customer()
    assert workstation.state.step is Step.IDLE


def test_dead_printer_leaves_the_sale_alone(workstation: Workstation) -> None:
    workstation.machine.open_cover()
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    assert workstation.state.hand_out is not None
    assert (workstation.state.hand_out.write, workstation.state.hand_out.receipt_code) == (
        WriteState.WRITTEN,
        "receipt.queued",
    )


def test_asking_again_for_a_paper_that_still_waits_prints_the_original_alone(workstation: Workstation) -> None:
    workstation.machine.open_cover()
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    said: list[str] = []

    def ask_again() -> None:
        shift = Shift(workstation.counter.demo.cashier, workstation.counter.session_id, "T01", DAY)
        job_id = recent_receipts(workstation.counter.demo.hall, shift.session_id)[0].job_id
        workstation.presenter.hand_out.reprint(
            shift, job_id, "not_printed", "", lambda notice: said.append(notice.code), lambda e: said.append(e.code)
        )

    ask_again()
    assert said == ["print.still_waiting"]
    workstation.machine.close_cover()
    ask_again()
    assert said == ["print.still_waiting", "print.original_confirmed"]
    assert workstation.machine.roll.cuts == 1
    assert "补打" not in workstation.machine.roll.text()


def test_copy_is_told_with_its_receipts_number_and_what_the_printer_says(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    assert workstation.state.hand_out is not None
    number = workstation.state.hand_out.receipt_no
    workstation.presenter.ask_reprint()
    ((newest, first_card),) = workstation.screen.receipts
    assert (newest.customer, newest.amount_fen, newest.kind_code) == ("单**", 8680, "receipts.kind.sold")
    assert (first_card.amount_fen, first_card.kind_code) == (CARD_FEE_FEN, "receipts.kind.issued")
    workstation.presenter.again.choose(newest)
    ((named, print_it),) = workstation.screen.reprints
    assert named == number
    print_it("customer_lost", "")
    assert workstation.state.notice == Notice(
        "print.copy_confirmed", Tone.GOOD, (("copy_no", 1), ("receipt_no", number))
    )
    workstation.presenter.hand_out.reader_changed(ReaderState.NO_CARD)
    workstation.presenter.hand_out.next_customer()
    assert workstation.state.step is Step.IDLE
    workstation.machine.open_cover()
    print_it("customer_lost", "")
    assert workstation.state.notice == Notice(
        "print.copy_queued", Tone.WARNING, (("copy_no", 2), ("receipt_no", number))
    )


def test_reprint_before_the_first_receipt_is_refused_without_asking_why(workstation: Workstation) -> None:
    with workstation.counter.demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("DELETE FROM outbox")
        uow.commit()
    workstation.presenter.ask_reprint()
    assert workstation.state.notice is not None
    assert (workstation.state.notice.code, workstation.screen.receipts) == ("print.nothing_yet", [])


def test_unconsumed_purchase_is_told_before_money(workstation: Workstation) -> None:
    workstation.counter.deliver(workstation.counter.pay().sale_id)
    workstation.to_tender()
    assert workstation.state.step is Step.QUANTITY
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == "card.unconsumed"


def test_memory_card_short_of_a_try_is_told_before_money(workstation: Workstation) -> None:
    reader, identity = workstation.counter.reader, workstation.counter.read().identity
    assert identity is not None
    card = SimulatedMemoryCard(blank_chip(SLE4442), AcsDialect())
    reader.insert(card)
    with reader.session() as card_session:
        card_session.personalise(identity, CardPurchase(0, 0, 0), before=card_session.read())
    card.chip.present(b"\x00\x00\x00")
    workstation.to_tender()
    assert workstation.state.step is Step.QUANTITY
    assert workstation.state.notice == Notice("card.code_spent", Tone.WARNING)


def test_open_write_of_the_card_is_finished_when_it_comes_back(workstation: Workstation) -> None:
    paid = workstation.counter.pay()
    workstation.presenter.customer.read_card()
    assert workstation.state.hand_out is not None
    assert workstation.state.hand_out.write is WriteState.WRITTEN
    assert workstation.presenter.hand_out.write_id == paid.sale_id


def test_customer_found_by_search_shows_the_purchase_that_was_written_after_the_last_reading(
    workstation: Workstation,
) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    workstation.counter.reader.remove()
    workstation.presenter.hand_out.reader_changed(ReaderState.NO_CARD)
    workstation.presenter.hand_out.next_customer()
    workstation.presenter.customer.search("单桂芳")
    assert workstation.state.card is not None
    assert (workstation.state.card.status_code, workstation.state.card.purchases) == ("card.from_last_reading", 1)


@pytest.mark.parametrize(
    ("state", "code"),
    [(ReaderState.NO_SERVICE, "counter.no_reader_service"), (ReaderState.NO_READER, "counter.no_reader")],
)
def test_missing_reader_before_a_sale_says_what_goes_on_without_it_and_speaks_of_no_money_taken(
    workstation: Workstation, state: ReaderState, code: str
) -> None:
    workstation.counter.reader.break_with(state)
    workstation.presenter.customer.read_card()
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == code
    _what, money, do = Messages().parts(code, workstation.state.notice.params)
    assert "不能售气" in money
    assert "预收" not in money
    assert "管理员" not in do


def test_search_needs_the_identity_confirmed(workstation: Workstation) -> None:
    workstation.presenter.customer.search("单桂芳")
    assert workstation.state.step is Step.IDENTIFY
    workstation.presenter.customer.confirm_identity()
    assert workstation.state.step is Step.QUANTITY


def test_sale_that_was_interrupted_is_shown_first_after_a_restart(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("100")
    workstation.presenter.payment.settle()
    workstation.confirm()
    workstation.presenter.begin_shift(workstation.presenter.shift)

    workstation.presenter.take_up_last_sale()

    panel, notice = workstation.state.hand_out, workstation.state.notice
    assert panel is not None
    assert (panel.write, panel.receipt_no, panel.receipt_code) == (
        WriteState.WRITTEN,
        "DJ-T01-000002",
        "receipt.confirmed",
    )
    assert workstation.state.pay.change_fen == 1320
    assert notice is not None
    assert (notice.code, dict(notice.params)) == ("sale.taken_up", {"change": "13.20", "tendered": "100.00"})


@pytest.mark.parametrize(
    ("tender", "code", "due_fen"),
    [(TenderKind.UNIONPAY, "sale.taken_up_card", 8679), (TenderKind.CASH, "sale.taken_up_exact", 8680)],
)
def test_interrupted_sale_without_change_speaks_of_none_in_its_own_tender(
    workstation: Workstation, tender: TenderKind, code: str, due_fen: int
) -> None:
    workstation.to_tender()
    if tender is TenderKind.UNIONPAY:
        workstation.presenter.payment.pay_by(tender)
        workstation.presenter.payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "2071"))
    else:
        workstation.presenter.payment.submit_received("")
        workstation.presenter.payment.settle()
    workstation.confirm()
    workstation.presenter.begin_shift(workstation.presenter.shift)

    workstation.presenter.take_up_last_sale()

    panel, notice = workstation.state.hand_out, workstation.state.notice
    assert panel is not None
    assert notice is not None
    assert (notice.code, panel.needed) == (code, ("card", "paper"))
    assert dict(notice.params) == {"tendered": f"{due_fen // 100}.{due_fen % 100}"}
    words = " ".join(Messages().parts(notice.code, notice.params))
    assert ("应找" in words, "{" in words) == (False, False)
    shown = workstation.display.views[-1]
    assert shown.change_fen == (None if tender is TenderKind.UNIONPAY else 0)


def test_nothing_is_taken_up_after_the_goods_were_handed_out(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    workstation.counter.reader.remove()
    workstation.presenter.hand_out.reader_changed(ReaderState.NO_CARD)
    workstation.presenter.hand_out.next_customer()

    workstation.presenter.take_up_last_sale()

    assert workstation.state.step is Step.IDLE


def test_a_purchase_beyond_the_limit_is_refused_before_money(workstation: Workstation) -> None:
    workstation.to_tender("2000")
    assert workstation.state.step is Step.QUANTITY
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == "limit.purchase"


def test_money_that_buys_no_whole_volume_is_explained_with_what_stays_with_the_customer(
    workstation: Workstation,
) -> None:
    workstation.presenter.customer.read_card()
    workstation.presenter.quantity.toggle_mode()
    workstation.presenter.quantity.edit("85.3")
    assert workstation.state.pay.due_fen == 8420
    explained = workstation.state.item.notices[0]
    assert (explained.code, explained.tone) == ("notice.by_money_kept", Tone.INFO)
    told = {"asked_fen": 8530, "volume": 32, "price_fen": 8416, "to_pay_fen": 8420}
    assert dict(explained.params) == told | {"used_fen": 0, "kept_fen": 4, "rest_fen": 110}


@pytest.mark.parametrize(
    ("asked", "balance_fen", "code", "to_pay_fen", "moved_fen"),
    [
        ("100", 0, "notice.by_money_up", 10_000, 6),
        ("100", 6, "notice.by_money_used", 9_990, -4),
        ("100", 2, "notice.by_money_up", 10_000, 6),
        ("99.94", 4, "notice.by_money_used", 9_990, -4),
    ],
)
def test_money_that_meets_the_balance_is_explained_by_price_and_what_is_used_or_kept(
    workstation: Workstation, asked: str, balance_fen: int, code: str, to_pay_fen: int, moved_fen: int
) -> None:
    workstation.presenter.customer.read_card()
    overview = workstation.presenter.serving.sale.overview
    assert overview is not None
    request = QuoteRequest(account_no=overview.contact.account_no, business_day=DAY, money_fen=amount_fen(asked))
    priced = quote(workstation.counter.demo.hall, request)
    settled = settle(priced.settlement.due_fen, balance_fen, TenderKind.CASH, FenRule.CARRY)
    panel = item_panel(
        overview, replace(priced, settlement=settled), typed=asked, asked_fen=amount_fen(asked), by_money=True
    )
    explained = panel.notices[0]
    figures = dict(explained.params)
    assert (explained.code, figures["price_fen"], figures["to_pay_fen"]) == (code, 9_994, to_pay_fen)
    assert figures["kept_fen"] - figures["used_fen"] == moved_fen


def test_customers_screen_names_what_is_kept_of_her_cash(workstation: Workstation) -> None:
    workstation.to_tender("33")
    assert (workstation.display.views[-1].due_fen, workstation.display.views[-1].kept_fen) == (8680, 1)


def test_money_beyond_the_limit_of_a_purchase_is_refused_as_money(workstation: Workstation) -> None:
    workstation.presenter.customer.read_card()
    workstation.presenter.quantity.toggle_mode()
    workstation.presenter.quantity.submit("999999")
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == "limit.purchase_by_money"
    assert dict(workstation.state.notice.params)["money_fen"] == 99_999_900
    workstation.presenter.quantity.submit("1.2.3")
    assert workstation.state.notice.code == "money.not_an_amount"


@pytest.mark.parametrize(("most_m3", "warned"), [(33, False), (32, True)])
def test_a_purchase_beyond_the_meters_cap_is_told_before_money_and_still_sold(
    workstation: Workstation, most_m3: int, warned: bool
) -> None:
    cap_meter(workstation.counter.demo, most_m3)
    said = []
    workstation.to_tender("33")
    if warned:
        said.append(workstation.state)
        workstation.presenter.quantity.submit("33")
    said.append(workstation.state)
    steps = [Step.QUANTITY, Step.TENDER] if warned else [Step.TENDER]
    assert [state.step for state in said] == steps
    figures = {"cap_m3": 32, "over_m3": 1, "remaining_m3": "—"}
    told = [(state.notice.code, dict(state.notice.params)) for state in said if state.notice is not None]
    codes = ["limit.meter_cap", "limit.meter_cap_agreed"] if warned else []
    assert told == [(code, figures) for code in codes]


def test_another_quantity_beyond_the_meters_cap_is_asked_about_anew(workstation: Workstation) -> None:
    cap_meter(workstation.counter.demo, 32)
    quantity = workstation.presenter.quantity
    workstation.to_tender("33")
    quantity.edit("34")
    assert workstation.state.notice is None
    quantity.submit("34")
    assert workstation.state.step is Step.QUANTITY
    quantity.submit("34")
    assert workstation.state.step is Step.TENDER


def test_enter_after_the_sum_received_names_the_key_that_confirms_and_the_bar_shows_no_other(
    workstation: Workstation,
) -> None:
    payment = workstation.presenter.payment
    workstation.to_tender("33")
    assert "next=pay.exact" in counter_keys(workstation.state, demo=False)
    payment.edit_received("100")
    assert {"next", "next=pay.exact"}.isdisjoint(counter_keys(workstation.state, demo=False))
    payment.submit_received("100")
    assert workstation.state.notice == Notice("pay.press_settle", Tone.INFO, (("received_fen", 10_000),))
    payment.settle()
    payment.leave_read_back()
    assert workstation.state.notice is None
    payment.edit_received("80")
    assert "next" in counter_keys(workstation.state, demo=False)


@pytest.fixture
def slow_books(workstation: Workstation) -> HandDrivenLane:
    """The same workstation over books that answer when told."""
    lane = HandDrivenLane()
    before = workstation.presenter
    desk = replace(before.desk, lanes=replace(before.desk.lanes, books=lane))
    workstation.presenter = CounterPresenter(desk, workstation.screen)
    workstation.presenter.begin_shift(before.shift)
    return lane


def test_customer_who_was_put_away_does_not_come_back_with_a_late_answer(
    workstation: Workstation, slow_books: HandDrivenLane
) -> None:
    workstation.presenter.customer.choose_account(workstation.counter.account_no)
    workstation.presenter.step_back()
    slow_books.answer_all()
    assert (workstation.state.step, workstation.state.customer) == (Step.IDLE, None)


def test_list_of_customers_found_late_does_not_cover_the_next_sale(
    workstation: Workstation, slow_books: HandDrivenLane
) -> None:
    workstation.presenter.customer.search("单")
    workstation.presenter.customer.choose_account(workstation.counter.account_no)
    slow_books.answer_all()
    assert workstation.screen.hits is None
    assert workstation.state.step is Step.IDENTIFY


def test_typing_lists_the_only_customer_and_opens_nobody(workstation: Workstation) -> None:
    workstation.presenter.customer.look_up("单桂芳")
    assert workstation.screen.hits is not None
    assert [hit.name for hit in workstation.screen.hits.hits] == ["单桂芳"]
    assert workstation.state.step is Step.IDLE


def test_answer_to_an_earlier_text_opens_nobody(workstation: Workstation, slow_books: HandDrivenLane) -> None:
    workstation.presenter.customer.search("单桂芳")
    workstation.presenter.customer.look_up("无此人")
    slow_books.answer_all()
    assert workstation.state.step is Step.IDLE
    assert workstation.screen.hits == SearchState(query="无此人")


def test_answer_that_comes_when_the_text_was_changed_opens_nobody(
    workstation: Workstation, slow_books: HandDrivenLane
) -> None:
    workstation.presenter.customer.search("单桂芳")
    workstation.presenter.customer.forget_search()
    slow_books.answer_all()
    assert (workstation.state.step, workstation.screen.hits) == (Step.IDLE, None)


def test_price_of_a_sale_on_hold_does_not_land_on_the_next_one(
    workstation: Workstation, slow_books: HandDrivenLane
) -> None:
    workstation.presenter.customer.read_card()
    slow_books.answer_all()
    workstation.presenter.quantity.edit("33")
    workstation.presenter.hold()
    slow_books.answer_all()
    assert (workstation.state.step, workstation.state.pay.due_fen) == (Step.IDLE, None)


def open_another_account(counter: Counter, tmp_path: Path) -> str:
    demo = counter.demo
    command = OpenAccount(
        command_id=demo.new_id(),
        actor=demo.card_clerk,
        name="石岩",
        phone="13800002072",
        address="平安里 12 号楼 3 单元 503",
        price_class=PriceClass.RESIDENT,
        people=3,
        meter=Meter("G488203320", "G4", Inlet.LEFT, "示例表厂", "2024-05-01"),
    )
    return open_account(demo.hall, command, load_data_key(tmp_path / "keys" / "data.key")).account_no


def approve(counter: Counter, command: object) -> tuple[SellFirstCard, Consent]:
    assert isinstance(command, SellFirstCard)
    approved = counter.demo.approved(command, Act.ISSUE_FIRST_CARD)
    assert approved.consent is not None
    return command, approved.consent


# answers that come late -----------------------------------------------------------------------------------------------


@dataclass
class SlowWorkstation(Workstation):
    """Reader and books answer when the test says so."""

    reader_lane: HandDrivenLane = field(default_factory=HandDrivenLane)
    books_lane: HandDrivenLane = field(default_factory=HandDrivenLane)

    def take_over(self, operator_id: str) -> None:
        """Somebody else works here now."""
        self.presenter.begin_shift(None)
        self.presenter.begin_shift(Shift(operator_id, self.counter.session_id, "T01", DAY))

    def pay(self) -> None:
        self.presenter.customer.read_card()
        self.settle_lanes()
        self.presenter.quantity.submit("33")
        self.settle_lanes()
        self.presenter.payment.submit_received("100")
        self.presenter.payment.settle()
        self.confirm()

    def settle_lanes(self) -> None:
        while self.reader_lane.waiting or self.books_lane.waiting:
            self.reader_lane.answer_all()
            self.books_lane.answer_all()


@pytest.fixture
def slow(workstation: Workstation) -> SlowWorkstation:
    reader, books, lane = HandDrivenLane(), HandDrivenLane(), SameThreadLane()
    desk = replace(workstation.presenter.desk, lanes=Lanes(books, reader, lane, lane))
    presenter = CounterPresenter(desk, workstation.screen)
    presenter.begin_shift(workstation.presenter.shift)
    return SlowWorkstation(
        workstation.counter,
        presenter,
        workstation.screen,
        workstation.display,
        workstation.voice,
        workstation.machine,
        reader,
        books,
    )


def test_image_that_comes_when_money_is_being_taken_replaces_nothing(slow: SlowWorkstation) -> None:
    slow.presenter.customer.read_card()
    slow.settle_lanes()
    slow.presenter.customer.read_card()  # F2 once more, slowly
    slow.presenter.quantity.submit("33")
    slow.books_lane.answer_all()
    assert slow.state.step is Step.TENDER

    slow.settle_lanes()

    assert (slow.state.step, slow.state.pay.due_fen) == (Step.TENDER, 8680)


def test_write_that_ends_after_somebody_else_came_is_printed_and_shown_to_nobody(slow: SlowWorkstation) -> None:
    slow.pay()
    slow.books_lane.answer_all()
    slow.take_over("another")
    slow.reader_lane.answer_all()
    slow.books_lane.answer_all()
    assert (slow.state.step, slow.state.hand_out, slow.presenter.hand_out.write_id) == (Step.IDLE, None, "")
    assert len(slow.machine.roll.pieces()) == 1
    assert slow.counter.account_fen(chart.INCOME_GAS) < 0


def test_booking_that_ends_after_somebody_else_came_leaves_her_counter_alone(slow: SlowWorkstation) -> None:
    slow.pay()
    slow.take_over("another")
    slow.books_lane.answer_all()
    assert (slow.state.step, slow.reader_lane.waiting) == (Step.IDLE, [])
    slow.presenter.take_up_last_sale()
    slow.books_lane.answer_all()
    assert slow.state.hand_out is not None


def test_held_sales_are_not_handed_to_the_next_cashier(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.hold()
    assert workstation.state.held == 1
    workstation.presenter.begin_shift(workstation.presenter.shift)
    assert workstation.state.held == 0


@pytest.mark.parametrize(
    ("newest_first", "usual_l"),
    [
        (((10, ""), (12, ""), (60, "")), 12_000),
        (((-20, "a"), (20, ""), (12, "")), 12_000),
        (((-20, "a"), (20, "")), None),
        (((12, ""), (30, "")), 12_000),
    ],
)
def test_usual_quantity_is_the_middle_of_what_she_bought_and_kept(
    workstation: Workstation, newest_first: tuple[tuple[int, str], ...], usual_l: int | None
) -> None:
    workstation.presenter.customer.read_card()
    overview = workstation.presenter.serving.sale.overview
    assert overview is not None
    rows = tuple(
        PurchaseRow("a" if m3 == 20 else f"s{number}", "gas", number, "cash", m3 * 1000, 0, 0, undoes or None, number)
        for number, (m3, undoes) in enumerate(newest_first)
    )
    assert item_panel(replace(overview, purchases=rows), None, typed="", by_money=False).usual_l == usual_l


@pytest.mark.parametrize(("seen", "code"), [(True, "counter.held_card"), (False, "counter.held")])
def test_sale_put_on_hold_says_how_many_and_what_becomes_of_the_card(
    workstation: Workstation, seen: bool, code: str
) -> None:
    workstation.presenter.desk.reader_seen.state = ReaderState.CARD_PRESENT if seen else ReaderState.NO_CARD
    workstation.to_tender()
    workstation.presenter.hold()
    assert workstation.state.notice == Notice(code, Tone.INFO, (("count", 1),))


def test_held_sale_reads_its_card_again_before_money_is_taken(workstation: Workstation) -> None:
    workstation.to_tender()
    workstation.presenter.hold()
    workstation.counter.reader.remove()
    workstation.presenter.recall()
    assert (workstation.state.step, workstation.state.pay.due_fen) == (Step.QUANTITY, None)
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == "card.put_in"
    workstation.counter.reader.insert(workstation.counter.card)
    workstation.presenter.customer.read_card()
    workstation.presenter.quantity.submit("33")
    assert (workstation.state.step, workstation.state.pay.due_fen) == (Step.TENDER, 8680)


def test_reader_that_hangs_during_a_write_leaves_it_in_doubt_and_lets_the_queue_go_on(slow: SlowWorkstation) -> None:
    slow.pay()
    slow.books_lane.answer_all()
    slow.counter.reader.remove()
    slow.presenter.hand_out.reader_changed(ReaderState.NO_CARD)
    slow.presenter.hand_out.reader_stuck()
    assert slow.state.hand_out is not None
    assert slow.state.hand_out.write is WriteState.IN_DOUBT
    slow.presenter.hand_out.next_customer()
    assert slow.state.step is Step.IDLE


def test_refused_approval_leaves_the_sale_at_the_money(workstation: Workstation, tmp_path: Path) -> None:
    counter = workstation.counter
    account_no = open_another_account(counter, tmp_path)
    counter.reader.remove()
    counter.reader.insert(blank_development_card(bytes.fromhex("0A0B0C0D")))
    presenter = workstation.presenter
    presenter.customer.choose_account(account_no)
    presenter.customer.confirm_identity()
    presenter.quantity.submit("")
    presenter.payment.submit_received("")
    presenter.payment.settle()

    workstation.confirm()  # a cashier alone issues no card

    assert (len(workstation.screen.approvals), workstation.state.step) == (1, Step.TENDER)
    presenter.payment.settle()
    workstation.confirm()
    assert len(workstation.screen.approvals) == 2
    presenter.payment.approved(*approve(counter, workstation.screen.approvals[-1]))
    assert workstation.state.hand_out is not None
    assert workstation.state.hand_out.write is WriteState.WRITTEN


@pytest.mark.parametrize(("left", "said"), [(1, ""), (0, "card_stock.till_empty"), (-1, "card_stock.till_empty")])
def test_first_card_at_a_till_without_blanks_is_warned_of_once_and_sold(
    workstation: Workstation, tmp_path: Path, left: int, said: str
) -> None:
    counter, presenter = workstation.counter, workstation.presenter
    give_back_blanks(counter, all_but=left)
    account_no = open_another_account(counter, tmp_path)
    counter.reader.remove()
    counter.reader.insert(blank_development_card(bytes.fromhex("0A0B0C0D")))
    presenter.customer.choose_account(account_no)
    presenter.customer.confirm_identity()
    presenter.quantity.submit("")
    notice = workstation.state.notice
    assert (workstation.state.step, notice.code if notice else "") == (Step.TENDER, said)
    presenter.payment.submit_received("")
    presenter.payment.settle()
    workstation.confirm()
    presenter.payment.approved(*approve(counter, workstation.screen.approvals[-1]))
    assert workstation.state.hand_out is not None
    assert workstation.state.hand_out.write is WriteState.WRITTEN


def give_back_blanks(counter: Counter, *, all_but: int) -> None:
    """Blank cards of the till back into the store, so that it has `all_but` left by the books."""
    demo = counter.demo
    with demo.store.reading() as connection:
        left = blank_cards_left(connection, require_session(connection, counter.session_id))
    move = MoveBlankCards(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        move=CardMove.RETURNED,
        pieces=left - all_but,
    )
    move_blank_cards(demo.hall, demo.approved(move, Act.MOVE_CARD_STOCK))


def test_after_the_write_customer_card_and_tier_are_shown_as_they_are_now(workstation: Workstation) -> None:
    workstation.to_tender("33")
    before = workstation.state
    assert before.card is not None
    assert before.item.tiers is not None
    workstation.presenter.payment.submit_received("100")
    workstation.presenter.payment.settle()
    workstation.confirm()
    after = workstation.state
    assert after.customer is not None
    assert after.card is not None
    assert after.item.tiers is not None
    assert after.customer.balance_fen == 1
    assert (after.card.purchases, after.card.status_code) == (before.card.purchases + 1, "card.just_written")
    assert (after.item.tiers.used_l, after.item.tiers.buying_l) == (before.item.tiers.used_l + 33_000, 0)


def test_sum_far_beyond_the_due_shows_no_change_and_is_said_while_it_is_typed(workstation: Workstation) -> None:
    workstation.to_tender("33")
    payment = workstation.presenter.payment
    payment.edit_received("99999")
    assert (workstation.state.pay.change_fen, workstation.state.pay.pieces) == (None, ())
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == "sale.tender_too_high"
    payment.edit_received("100")
    assert workstation.state.notice is None
    assert workstation.state.pay.change_fen is not None
    assert workstation.state.pay.change_fen > 0


@pytest.mark.parametrize("ask", ["enter", "settle"])
def test_sum_far_beyond_the_due_is_refused_before_anything_is_read_back(workstation: Workstation, ask: str) -> None:
    workstation.to_tender("33")
    payment = workstation.presenter.payment
    if ask == "enter":
        payment.submit_received("8680")
    payment.edit_received("8680")
    payment.settle()
    assert workstation.state.notice is not None
    assert workstation.state.notice.code == "sale.tender_too_high"
    assert (workstation.state.step, workstation.screen.read_backs) == (Step.TENDER, [])
    payment.submit_received("100")
    payment.settle()
    assert len(workstation.screen.read_backs) == 1


def older_card(counter: Counter) -> SimulatedCpuCard:
    """The customer's card as it was before a purchase that is written, proven and in her meter."""
    older = SimulatedCpuCard.from_json(counter.card.to_json())
    counter.deliver(counter.pay().sale_id)
    return older


def test_card_older_than_the_books_is_said_when_it_is_read_and_no_quantity_is_confirmed(
    workstation: Workstation,
) -> None:
    workstation.counter.reader.insert(older_card(workstation.counter))

    workstation.presenter.customer.read_card()
    said, panel = workstation.state.notice, workstation.state.card
    assert said is not None
    assert (said.code, said.tone, dict(said.params)) == ("card.stale", Tone.WARNING, {"sequence": 0, "proven": 1})
    assert panel is not None
    assert (panel.status_code, panel.status_tone) == ("card.stale", Tone.WARNING)

    workstation.presenter.quantity.edit("10")
    workstation.presenter.quantity.submit("10")
    assert (workstation.state.step, workstation.state.notice) == (Step.QUANTITY, said)


def test_card_that_is_reported_lost_is_said_when_it_is_read_and_no_quantity_is_confirmed(
    workstation: Workstation,
) -> None:
    demo, account_no = workstation.counter.demo, workstation.counter.account_no
    lost = ReportLoss(command_id=demo.new_id(), actor=demo.card_clerk, account_no=account_no, reason="lost", told=True)
    report_loss(demo.hall, lost)
    workstation.to_tender("10")
    panel, said = workstation.state.card, workstation.state.notice
    assert panel is not None
    assert said is not None
    assert (panel.status_code, said.code, workstation.state.step) == ("card.lost", "card.lost", Step.QUANTITY)


@pytest.mark.parametrize("agreed_first", [True, False])
def test_anothers_card_under_a_chosen_customer_is_said_at_once_and_nothing_of_it_stands_there(
    workstation: Workstation, tmp_path: Path, agreed_first: bool
) -> None:
    reader = workstation.counter.reader
    hers, customer = reader.card, workstation.presenter.customer
    assert hers is not None
    other = open_another_account(workstation.counter, tmp_path)
    reader.remove()
    customer.choose_account(other)
    before = workstation.state
    if agreed_first:
        customer.confirm_identity()

    reader.insert(hers)
    customer.read_card()
    shown, said = workstation.state, workstation.state.notice
    assert said is not None
    assert (said.code, said.tone) == ("counter.anothers_card_blank", Tone.WARNING)  # she has none yet
    assert dict(said.params)["owner"] == "单**"
    assert (shown.step, shown.customer, shown.card) == (Step.IDENTIFY, before.customer, before.card)

    workstation.presenter.step_back()
    customer.read_card()
    now = workstation.state.customer
    assert now is not None
    assert (now.name, workstation.state.step) == ("单桂芳", Step.QUANTITY)


def test_anothers_card_in_place_of_the_read_one_lets_no_quantity_be_confirmed(
    workstation: Workstation, tmp_path: Path
) -> None:
    reader, customer = workstation.counter.reader, workstation.presenter.customer
    customer.choose_account(workstation.counter.account_no)
    customer.confirm_identity()
    assert workstation.state.step is Step.QUANTITY
    hers = reader.card
    assert hers is not None
    reader.insert(issued_for(workstation.counter, open_another_account(workstation.counter, tmp_path)))
    customer.read_card()
    said = workstation.state.notice
    assert said is not None
    assert said.code == "counter.anothers_card"
    workstation.presenter.quantity.submit("10")
    assert (workstation.state.step, workstation.presenter.serving.sale.card) == (Step.QUANTITY, None)

    reader.insert(hers)
    customer.read_card()
    workstation.presenter.quantity.submit("10")
    assert workstation.state.step is Step.TENDER


def issued_for(counter: Counter, account_no: str) -> SimulatedCpuCard:
    """A card of that account, made elsewhere."""
    card = blank_development_card(bytes.fromhex("77665544"))
    reader = SimulatedReader(counter.meter.keys)
    reader.insert(card)
    with reader.session() as session:
        identity = CardIdentity(card_no="0001000099", area_code="0001", account_no=account_no, meter_no="G4")
        session.personalise(identity, CardPurchase(0, 0, 0), before=session.read())
    return card


def test_sum_that_buys_nothing_is_said_with_enter_only_and_goes_with_the_next_key(workstation: Workstation) -> None:
    workstation.presenter.customer.read_card()
    quantity = workstation.presenter.quantity
    quantity.toggle_mode()
    quantity.edit("1")
    assert workstation.state.notice is None
    quantity.submit("1")
    refused = workstation.state.notice
    assert refused is not None
    assert refused.code == "money.too_little"
    quantity.edit("10")
    assert (workstation.state.notice, workstation.state.pay.due_fen is not None) == (None, True)


def test_sum_beyond_the_limit_is_said_while_it_is_typed_and_goes_when_it_is_good(workstation: Workstation) -> None:
    workstation.presenter.customer.read_card()
    quantity = workstation.presenter.quantity
    quantity.toggle_mode()
    quantity.edit("99999")
    refused = workstation.state.notice
    assert refused is not None
    assert refused.code == "limit.purchase_by_money"
    quantity.edit("999")
    assert workstation.state.notice is None


@pytest.mark.parametrize(("put_back", "written"), [(True, WriteState.WRITTEN), (False, WriteState.UNWRITTEN)])
def test_sale_killed_before_its_card_was_touched_says_paid_and_not_written_and_f2_writes_it(
    workstation: Workstation, put_back: bool, written: WriteState
) -> None:
    workstation.counter.pay()
    reader, presenter = workstation.counter.reader, workstation.presenter
    card = reader.card
    assert card is not None
    reader.remove()
    presenter.take_up_last_sale()
    panel, notice = workstation.state.hand_out, workstation.state.notice
    assert panel is not None
    assert notice is not None
    assert (panel.write, notice.code) == (WriteState.UNWRITTEN, "sale.taken_up_unwritten")

    if put_back:
        reader.insert(card)
        presenter.hand_out.reader_changed(ReaderState.CARD_PRESENT)
        presenter.hand_out.next_customer()
        held_back = workstation.state.notice
        assert held_back is not None
        assert held_back.code == "card.unwritten_in_reader"
    presenter.hand_out.write_card()
    now = workstation.state.hand_out
    assert now is not None
    assert now.write is written


def test_sale_killed_while_its_card_was_written_asks_for_the_card_and_not_for_the_next_customer(
    workstation: Workstation,
) -> None:
    paid = workstation.counter.pay()
    demo = workstation.counter.demo
    begun = CardWriteStep(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=workstation.counter.session_id,
        write_id=paid.sale_id,
    )
    begin_card_write(demo.hall, begun)
    workstation.presenter.take_up_last_sale()
    panel, notice = workstation.state.hand_out, workstation.state.notice
    assert panel is not None
    assert notice is not None
    assert (panel.write, notice.code) == (WriteState.IN_DOUBT, "sale.taken_up_doubt")


def test_slip_of_another_sum_than_the_sales_is_refused_with_both_and_books_nothing(workstation: Workstation) -> None:
    workstation.to_tender()
    payment = workstation.presenter.payment
    payment.pay_by(TenderKind.UNIONPAY)
    typed = SlipForm("61002231", "000123", "004567", "123456789012", "6217", "80.00")
    payment.type_slip(typed)
    assert workstation.screen.refused_slips == [("slip_entry.amount_differs", "")]
    assert open_matters_of(workstation.counter.demo.hall) == ()
    payment.type_slip(replace(typed, amount="86.79"))
    assert workstation.state.step is Step.TENDER
    assert len(workstation.screen.read_backs) == 1


def at_the_due_with_a_balance(workstation: Workstation) -> None:
    """Her balance is 0.01, the meter has taken what she bought, 20 m3 for 52.60 are to be paid."""
    workstation.counter.deliver(workstation.counter.pay().sale_id)
    assert workstation.counter.reader.card is not None
    workstation.counter.meter.insert(workstation.counter.reader.card, today=DAY)
    workstation.to_tender("20")


def test_slip_of_another_sum_than_the_cash_due_says_why_and_refuses_the_cash_sum_by_its_name(
    workstation: Workstation,
) -> None:
    at_the_due_with_a_balance(workstation)
    payment, screen = workstation.presenter.payment, workstation.screen
    assert workstation.state.pay.due_fen == 5260
    payment.pay_by(TenderKind.UNIONPAY)
    figures = (("used_fen", 1), ("cash_fen", 5260), ("card_fen", 5259))
    assert (screen.slips, screen.whys) == ([5259], [Notice("slip_entry.why_both", Tone.INFO, figures)])
    for charged in ("52.60", "52"):
        payment.type_slip(SlipForm("61002231", "000123", "004567", "123456789012", "6217", charged))
    assert screen.refused_slips == [("slip_entry.amount_is_cash", ""), ("slip_entry.amount_differs", "")]
    payment.leave_slip(SlipForm())
    payment.pay_by(TenderKind.UNIONPAY)
    assert screen.whys[1] == screen.whys[0]


def test_slip_form_names_no_cash_due_of_a_quantity_that_was_changed(workstation: Workstation) -> None:
    at_the_due_with_a_balance(workstation)
    workstation.presenter.payment.pay_by(TenderKind.UNIONPAY)
    workstation.presenter.step_back()
    workstation.presenter.quantity.submit("21")
    workstation.presenter.payment.pay_by(TenderKind.UNIONPAY)
    said = workstation.screen.whys[-1]
    assert said == Notice(
        "slip_entry.why_balance", Tone.INFO, (("used_fen", 1), ("cash_fen", 5522), ("card_fen", 5522))
    )


def test_slip_form_of_a_sum_that_is_the_price_and_the_cash_due_explains_nothing(workstation: Workstation) -> None:
    workstation.to_tender("10")
    workstation.presenter.payment.pay_by(TenderKind.UNIONPAY)
    assert (workstation.screen.slips, workstation.screen.whys) == ([2630], [None])


@pytest.mark.parametrize(("amount", "kept"), [("80.00", "80.00"), ("86.79", "")])
def test_half_typed_slip_waits_with_its_own_sum_and_says_so(workstation: Workstation, amount: str, kept: str) -> None:
    workstation.to_tender()
    payment = workstation.presenter.payment
    payment.pay_by(TenderKind.UNIONPAY)
    payment.leave_slip(SlipForm(trace="004567", amount=amount))
    notice = workstation.state.notice
    assert notice is not None
    assert notice.code == "unionpay.slip_waits"
    payment.pay_by(TenderKind.UNIONPAY)
    assert workstation.screen.begun_slips[-1] == SlipForm(trace="004567", amount=kept)


def test_slip_form_left_untouched_says_nothing(workstation: Workstation) -> None:
    workstation.to_tender()
    payment = workstation.presenter.payment
    payment.pay_by(TenderKind.UNIONPAY)
    payment.leave_slip(SlipForm(terminal="61002231", batch="000123", amount="86.79"))
    assert workstation.state.notice is None


def test_too_little_for_a_card_fee_speaks_of_no_quantity(workstation: Workstation, tmp_path: Path) -> None:
    reader = workstation.counter.reader
    reader.insert(blank_development_card(bytes.fromhex("0A0B0C0D")))
    workstation.presenter.customer.choose_account(open_another_account(workstation.counter, tmp_path))
    workstation.presenter.customer.confirm_identity()
    workstation.presenter.payment.submit_received("10")
    notice = workstation.state.notice
    assert notice is not None
    assert notice.code == "sale.too_little_fee"
    assert "购气量" not in "".join(Messages().parts(notice.code, notice.params))


def test_nobody_else_is_searched_for_while_the_last_sale_is_handed_out(
    workstation: Workstation, tmp_path: Path
) -> None:
    other = open_another_account(workstation.counter, tmp_path)
    workstation.to_tender()
    workstation.presenter.payment.submit_received("")
    workstation.presenter.payment.settle()
    workstation.confirm()
    customer = workstation.presenter.customer
    customer.search(other)
    customer.choose_account(other)
    shown = workstation.state
    assert shown.customer is not None
    assert shown.notice is not None
    assert (shown.customer.name, shown.notice.code) == ("单桂芳", "counter.hand_out_first")
