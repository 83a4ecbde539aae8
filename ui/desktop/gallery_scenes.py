"""Which page is shown with which sample state in the gallery and in the tests of the desktop.

Must not know: use cases, devices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from pos.ports.surroundings import CustomerView
from ui.desktop import samples, samples_anomalies, samples_card_room, samples_devices
from ui.desktop import samples_office as office
from ui.desktop import samples_trouble as trouble
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.overlay import Overlay
from ui.desktop.page import Page
from ui.desktop.pages.anomalies import AnomaliesPage
from ui.desktop.pages.bags import BagsPage
from ui.desktop.pages.card_room import CardRoomPage
from ui.desktop.pages.close_result import CloseResultPage
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.counter import CounterPage
from ui.desktop.pages.customer import CustomerWindow
from ui.desktop.pages.decisions import ApprovalOverlay, ChoiceOverlay, QuestionOverlay, SlipOverlay
from ui.desktop.pages.devices import DevicesPage
from ui.desktop.pages.difference import DifferencePage
from ui.desktop.pages.farewell import FarewellOverlay
from ui.desktop.pages.finance import FinancePage
from ui.desktop.pages.hand_over import HandOverPage
from ui.desktop.pages.matters import MattersPage
from ui.desktop.pages.open_account import OpenAccountPage
from ui.desktop.pages.password import PasswordPage
from ui.desktop.pages.price import PricePage
from ui.desktop.pages.readback import ReadbackOverlay
from ui.desktop.pages.receipts import ReceiptsOverlay
from ui.desktop.pages.recovery import RecoveryPage
from ui.desktop.pages.search import SearchPage
from ui.desktop.pages.settings import SettingsPage
from ui.desktop.pages.sign_in import LockOverlay, SignInPage
from ui.desktop.pages.staff import StaffForm, StaffPage, StartingPasswordSheet
from ui.desktop.pages.wizard import WizardPage
from ui.desktop.pages.words import WordsOverlay
from ui.desktop.pages.x_report import XReportPage
from ui.presenters.key_bars import LEAD_KEYS, PAGE_KEYS, counter_keys
from ui.presenters.notice import Notice, Tone

Show = Callable[[], QWidget]
COUNTER = {
    "counter-idle": samples.IDLE,
    "counter-identify": samples.IDENTIFY,
    "counter-quantity": samples.QUANTITY,
    "counter-tender": samples.TENDER,
    "counter-booked": samples.BOOKED,
    "counter-in-doubt": samples.IN_DOUBT,
    "counter-done": samples.DONE,
}
Draw = Callable[[], None]


def scenes(window: MainWindow, look: Look) -> list[tuple[str, Show]]:
    """(name, function that brings the scene to the front and returns the widget to look at)."""
    window.render_state(samples.FRAME)
    return [*_pages(window, look), *_overlays(window, look), *_customer(look)]


def _pages(window: MainWindow, look: Look) -> Iterator[tuple[str, Show]]:
    counter = CounterPage(look)
    window.add_page("counter", counter)
    for name, state in (COUNTER | trouble.COUNTER).items():
        bar = counter_keys(state, demo=False) if state.can_sell else LEAD_KEYS
        yield name, partial(_show_page, window, "counter", partial(counter.render_state, state), bar)
    yield "frame-trouble", partial(_show_trouble, window, partial(counter.render_state, samples.IDLE))
    for page_name, made, drawings in (*_people(look), *_till(look), *_office(look), *_rules(look)):
        window.add_page(page_name, made)
        for name, draw in drawings.items():
            yield name, partial(_show_page, window, page_name, draw, PAGE_KEYS.get(page_name, ("help",)))


Drawn = tuple[str, Page, dict[str, Draw]]


def _people(look: Look) -> Iterator[Drawn]:
    sign_in, wizard, password = SignInPage(look), WizardPage(look), PasswordPage(look)
    account, search, recovery = OpenAccountPage(look), SearchPage(look), RecoveryPage(look)
    yield (
        "sign_in",
        sign_in,
        {
            "sign-in": partial(sign_in.render_state, office.SIGN_IN),
            "sign-in-wrong": partial(sign_in.render_state, office.SIGN_IN_WRONG),
            "sign-in-crowd": partial(sign_in.render_state, office.SIGN_IN_CROWD),
            "sign-in-plain": partial(sign_in.render_state, trouble.SIGN_IN_PLAIN),
        },
    )
    yield "wizard", wizard, {f"wizard-{s.step}": partial(wizard.render_state, s) for s in office.WIZARD}
    yield (
        "password",
        password,
        {
            "password-first": partial(password.render_state, office.PASSWORD_FIRST),
            "password-own": partial(password.render_state, office.PASSWORD_OWN),
        },
    )
    yield (
        "recovery",
        recovery,
        {
            "recovery": partial(recovery.render_state, office.RECOVERY),
            "recovery-refused": partial(recovery.render_state, office.RECOVERY_WRONG),
            "recovery-code": partial(recovery.render_state, office.RECOVERY_CODE),
            "recovery-renewed": partial(recovery.render_state, office.RECOVERY_RENEWED),
            "recovery-unwritten": partial(recovery.render_state, office.RECOVERY_UNWRITTEN),
        },
    )
    yield (
        "search",
        search,
        {
            "search": partial(search.render_state, office.SEARCH),
            "search-none": partial(search.render_state, office.SEARCH_NONE),
            "search-busy": partial(search.render_state, trouble.SEARCH),
        },
    )
    yield (
        "account",
        account,
        {
            "open-account": partial(account.render_state, office.OPEN_ACCOUNT),
            "open-account-wrong": partial(account.render_state, trouble.ACCOUNT),
        },
    )


def _till(look: Look) -> Iterator[Drawn]:
    count, office_count, difference = CountPage(look), CountPage(look, may_wait=False), DifferencePage(look)
    closing, hand_over = CloseResultPage(look), HandOverPage(look)
    yield (
        "count",
        count,
        {
            "count-opening": partial(count.render_state, office.OPENING),
            "count-opening-first": partial(count.render_state, replace(office.OPENING, is_first=True)),
            "count-closing": partial(count.render_state, office.COUNT),
            "count-verify": partial(count.render_state, office.VERIFY),
            "count-after-sale": partial(count.render_state, trouble.COUNT_AFTER_SALE),
            "count-incomplete": partial(count.render_state, trouble.COUNT),
        },
    )
    yield (
        "office_count",
        office_count,
        {
            "count-float": partial(office_count.render_state, office.FLOAT),
            "count-float-again": partial(office_count.render_state, office.FLOAT_AGAIN),
            "count-float-back": partial(office_count.render_state, office.FLOAT_BACK),
            "count-receive": partial(office_count.render_state, office.RECEIVE),
        },
    )
    yield (
        "difference",
        difference,
        {
            "difference-blind": partial(difference.render_state, office.DIFFERS),
            "difference-open": partial(difference.render_state, office.EXPLAIN),
            "difference-clues": partial(difference.render_state, office.CLUES),
            "difference-none": partial(difference.render_state, trouble.AGREES),
        },
    )
    yield (
        "close",
        closing,
        {
            "close-split": partial(closing.render_state, office.CLOSING),
            "close-refused": partial(closing.render_state, trouble.CLOSING),
            "close-sealed": partial(closing.render_state, office.CLOSED),
        },
    )
    yield (
        "hand_over",
        hand_over,
        {
            "hand-over": partial(hand_over.render_state, office.HAND_OVER),
            "hand-over-safe": partial(hand_over.render_state, trouble.HAND_OVER),
        },
    )


def _office(look: Look) -> Iterator[Drawn]:
    finance, matters, settings = FinancePage(look), MattersPage(look), SettingsPage(look)
    bags, x_page = BagsPage(look), XReportPage(look)
    yield (
        "bags",
        bags,
        {
            "bags": partial(bags.render_state, office.BAGS),
            "bags-none": partial(bags.render_state, office.BAGS_NONE),
            "bags-wrong": partial(bags.render_state, trouble.BAG_WRONG),
        },
    )
    yield (
        "x_report",
        x_page,
        {
            "x-report": partial(x_page.render_state, office.X_LOOK),
            "x-report-refused": partial(x_page.render_state, trouble.X_REFUSED),
        },
    )
    yield (
        "finance",
        finance,
        {
            "finance": partial(finance.render_state, office.FINANCE),
            "finance-received": partial(finance.render_state, office.FINANCE_RECEIVED),
            "finance-done": partial(finance.render_state, office.FINANCE_DONE),
            "finance-none": partial(finance.render_state, trouble.FINANCE_NONE),
            "finance-deposited": partial(finance.render_state, trouble.FINANCE_DONE),
            "finance-refused": partial(finance.render_state, trouble.FINANCE_REFUSED),
        },
    )
    yield (
        "matters",
        matters,
        {
            "matters": partial(matters.render_state, office.MATTERS_PAGE),
            "matters-none": partial(matters.render_state, office.MATTERS_NONE),
        },
    )
    yield (
        "settings",
        settings,
        {
            "settings": partial(settings.render_state, office.SETTINGS),
            "settings-refused": partial(settings.render_state, trouble.SETTINGS),
        },
    )


def _rules(look: Look) -> Iterator[Drawn]:
    staff, price, room = StaffPage(look), PricePage(look), CardRoomPage(look)
    yield "card_room", room, {name: partial(room.render_state, state) for name, state in samples_card_room.ROOM.items()}
    plugged = DevicesPage(look)
    yield "devices", plugged, {n: partial(plugged.render_state, s) for n, s in samples_devices.DEVICES.items()}
    listed = AnomaliesPage(look)
    drawn: dict[str, Draw] = {
        name: partial(listed.render_state, state) for name, state in samples_anomalies.ANOMALIES.items()
    }
    yield "anomalies", listed, drawn
    yield "staff", staff, {"staff": partial(staff.render_state, office.STAFF)}
    yield (
        "price",
        price,
        {
            "price-tariff": partial(price.render_state, office.PRICE_TARIFF),
            "price-fee": partial(price.render_state, office.PRICE_FEE),
        },
    )


def _show_page(window: MainWindow, page_name: str, draw: Draw, bar: tuple[str, ...]) -> QWidget:
    window.render_state(replace(samples.FRAME, keys=bar))
    draw()
    window.show_page(page_name)
    return window


def _show_trouble(window: MainWindow, draw: Draw) -> QWidget:
    _show_page(window, "counter", draw, samples.FRAME.keys)
    window.render_state(trouble.FRAME)
    return window


def _overlays(window: MainWindow, look: Look) -> Iterator[tuple[str, Show]]:
    readback, lock, approval = ReadbackOverlay(look), LockOverlay(look), ApprovalOverlay(look)
    choice, question, slip = ChoiceOverlay(look), QuestionOverlay(look), SlipOverlay(look)
    words, farewell, receipts = WordsOverlay(look), FarewellOverlay(look), ReceiptsOverlay(look)
    left_open = Notice("leave.session_open", params=(("till", "1 号窗口"), ("no", 2)))
    form, sheet = StaffForm(look), StartingPasswordSheet(look)
    values = {"terminal": "61002231", "batch": "000127", "amount": "52.54"}
    long = trouble.COUNTER["counter-long"]
    table: list[tuple[str, Overlay, Draw]] = [
        ("readback", readback, partial(readback.ask, samples.TENDER)),
        ("readback-card", readback, partial(readback.ask, trouble.COUNTER["counter-unionpay"])),
        ("readback-large", readback, partial(readback.ask, long)),
        ("readback-balance", readback, partial(readback.ask, trouble.COUNTER["counter-balance"])),
        ("lock", lock, partial(lock.render_state, office.LOCKED)),
        ("lock-wrong", lock, partial(lock.render_state, trouble.LOCK)),
        ("approval", approval, partial(approval.render_state, office.APPROVAL)),
        ("approval-refused", approval, partial(approval.render_state, trouble.APPROVAL)),
        ("choice", choice, partial(_offer_tenders, choice, look)),
        ("question", question, partial(_ask_to_leave, question)),
        ("question-no-cash", question, partial(_ask_for_no_cash, question)),
        ("question-left-out", question, partial(_ask_for_left_out, question)),
        ("receipts", receipts, partial(receipts.show_receipts, samples.RECEIPTS)),
        ("receipts-long", receipts, partial(receipts.show_receipts, trouble.RECEIPTS)),
        ("slip", slip, partial(slip.start, values, why=trouble.BY_CARD)),
        ("slip-known", slip, partial(slip.start, values, trouble.SLIP, why=trouble.BY_CARD)),
        ("words", words, partial(words.ask, "reason.note", Notice("reason.note_needed"))),
        ("farewell", farewell, partial(farewell.tell, left_open)),
        ("staff-form", form, partial(form.render_state, office.STAFF_FORM)),
        ("staff-password", sheet, partial(sheet.show_password, "1009", "冯新", "H7KQ2M9XTR")),
        ("help", window.help, window.help.refresh),
    ]
    for name, overlay, draw in table:
        yield name, partial(_show_overlay, window, overlay, draw)
    yield "question-keys", partial(_show_wrong_key, window, question)


def _offer_tenders(choice: ChoiceOverlay, look: Look) -> None:
    names = ("cash", "unionpay", "wechat", "alipay", "cheque")
    choice.offer("choice.tender", tuple((name, look.text(f"tender.{name}")) for name in names))


def _ask_to_leave(question: QuestionOverlay) -> None:
    leave = Notice("question.leave_count", Tone.WARNING)
    question.ask("question.leave_count_title", leave, "question.keep_counting", "question.leave")


def _ask_for_no_cash(question: QuestionOverlay) -> None:
    said = Notice("deposit.no_cash", Tone.WARNING, (("slips", 2), ("other_fen", 182_200)))
    question.ask("finance.no_cash_title", said, "finance.no_cash_wait", "finance.deposit")


def _ask_for_left_out(question: QuestionOverlay) -> None:
    figures = (
        ("count", 2),
        ("cash", "12,345.60"),
        ("windows", "2 号窗口 欧阳慕容清扬、3 号窗口 周静"),
        ("slips", "DJ-T01-J00002、DJ-T04-J00001"),
    )
    said = Notice("deposit.left_out", Tone.WARNING, figures)
    question.ask("finance.left_out_title", said, "finance.no_cash_wait", "finance.deposit")


def _show_overlay(window: MainWindow, overlay: Overlay, draw: Draw) -> QWidget:
    draw()
    window.open_overlay(overlay)
    return window


def _show_wrong_key(window: MainWindow, question: QuestionOverlay) -> QWidget:
    _show_overlay(window, question, partial(_ask_to_leave, question))
    question.handle("hold")
    return window


def _customer(look: Look) -> Iterator[tuple[str, Show]]:
    for name, view in (office.CUSTOMER | trouble.CUSTOMER).items():
        yield f"customer-{name}", partial(_show_customer, look, view, (1366, 768))
    yield "customer-half-screen", partial(_show_customer, look, trouble.CUSTOMER["large"], (683, 512))


def _show_customer(look: Look, view: CustomerView, size: tuple[int, int]) -> QWidget:
    customer = CustomerWindow(look, "示例燃气 东街营业厅")
    customer.resize(*size)
    customer.show_view(view)
    return customer
