"""Which page is shown with which sample state in the gallery and in the tests of the desktop.

Must not know: use cases, devices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QWidget

from ui.desktop import samples, samples_office
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.overlay import Overlay
from ui.desktop.pages.close_result import CloseResultPage
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.counter import CounterPage
from ui.desktop.pages.customer import CustomerWindow
from ui.desktop.pages.decisions import ApprovalOverlay, ChoiceOverlay, QuestionOverlay, SlipOverlay
from ui.desktop.pages.difference import DifferencePage
from ui.desktop.pages.finance import FinancePage
from ui.desktop.pages.hand_over import HandOverPage
from ui.desktop.pages.matters import MattersPage
from ui.desktop.pages.open_account import OpenAccountPage
from ui.desktop.pages.password import PasswordPage
from ui.desktop.pages.readback import ReadbackOverlay
from ui.desktop.pages.search import SearchPage
from ui.desktop.pages.settings import SettingsPage
from ui.desktop.pages.sign_in import LockOverlay, SignInPage
from ui.desktop.pages.wizard import WizardPage
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


def scenes(window: MainWindow, look: Look) -> list[tuple[str, Show]]:
    """(name, function that brings the scene to the front and returns the widget to look at)."""
    window.render_state(samples.FRAME)
    return [*_pages(window, look), *_overlays(window, look), *_customer(look)]


def _pages(window: MainWindow, look: Look) -> Iterator[tuple[str, Show]]:
    counter, count, closing = CounterPage(look), CountPage(look), CloseResultPage(look)
    sign_in, wizard, search = SignInPage(look), WizardPage(look), SearchPage(look)
    difference, matters = DifferencePage(look), MattersPage(look)
    office = samples_office
    table: list[tuple[str, QWidget, Callable[[], None]]] = [
        (name, counter, partial(counter.render_state, state)) for name, state in COUNTER.items()
    ]
    table += [(f"wizard-{s.step}", wizard, partial(wizard.render_state, s)) for s in office.WIZARD]
    account, finance = OpenAccountPage(look), FinancePage(look)
    hand_over, settings, password = HandOverPage(look), SettingsPage(look), PasswordPage(look)
    table += [
        ("sign-in", sign_in, partial(sign_in.render_state, office.SIGN_IN)),
        ("sign-in-wrong", sign_in, partial(sign_in.render_state, office.SIGN_IN_WRONG)),
        ("password-first", password, partial(password.render_state, office.PASSWORD_FIRST)),
        ("password-own", password, partial(password.render_state, office.PASSWORD_OWN)),
        ("search", search, partial(search.render_state, office.SEARCH)),
        ("search-none", search, partial(search.render_state, office.SEARCH_NONE)),
        ("open-account", account, partial(account.render_state, office.OPEN_ACCOUNT)),
        ("count-opening", count, partial(count.render_state, office.OPENING)),
        ("count-closing", count, partial(count.render_state, office.COUNT)),
        ("difference-blind", difference, partial(difference.render_state, office.DIFFERS)),
        ("difference-open", difference, partial(difference.render_state, office.EXPLAIN)),
        ("close-split", closing, partial(closing.render_state, office.CLOSING)),
        ("close-sealed", closing, partial(closing.render_state, office.CLOSED)),
        ("hand-over", hand_over, partial(hand_over.render_state, office.HAND_OVER)),
        ("finance", finance, partial(finance.render_state, office.FINANCE)),
        ("matters", matters, partial(matters.render_state, office.MATTERS_PAGE)),
        ("matters-none", matters, partial(matters.render_state, office.MATTERS_NONE)),
        ("settings", settings, partial(settings.render_state, office.SETTINGS)),
    ]
    named = {
        "counter": counter, "count": count, "close": closing, "sign_in": sign_in, "wizard": wizard, "search": search,
        "difference": difference, "matters": matters, "account": account, "finance": finance, "hand_over": hand_over,
        "settings": settings, "password": password,
    }  # fmt: skip
    for name, page in named.items():
        window.add_page(name, page)
    page_names: dict[QWidget, str] = {page: name for name, page in named.items()}
    for scene, shown, draw in table:
        yield scene, partial(_show_page, window, page_names[shown], draw)


def _show_page(window: MainWindow, page_name: str, draw: Callable[[], None]) -> QWidget:
    draw()
    window.show_page(page_name)
    return window


def _overlays(window: MainWindow, look: Look) -> Iterator[tuple[str, Show]]:
    readback, lock, approval = ReadbackOverlay(look), LockOverlay(look), ApprovalOverlay(look)
    choice, question, slip = ChoiceOverlay(look), QuestionOverlay(look), SlipOverlay(look)
    text = look.text
    tenders = tuple((name, text(f"tender.{name}")) for name in ("cash", "unionpay", "wechat", "alipay", "cheque"))
    leave = Notice("question.leave_count", Tone.WARNING)
    verbs = ("question.leave_count_title", leave, "question.keep_counting", "question.leave")
    values = {"terminal": "61002231", "batch": "000127", "amount": "82.20"}
    table: list[tuple[str, Overlay, Callable[[], None]]] = [
        ("readback", readback, partial(readback.ask, samples.TENDER)),
        ("lock", lock, partial(lock.render_state, samples_office.LOCKED)),
        ("approval", approval, partial(approval.render_state, samples_office.APPROVAL)),
        ("choice", choice, partial(choice.offer, "choice.tender", tenders)),
        ("question", question, partial(question.ask, *verbs)),
        ("slip", slip, partial(slip.start, values)),
        ("help", window.help, window.help.refresh),
    ]
    for name, overlay, draw in table:
        yield name, partial(_show_overlay, window, overlay, draw)


def _show_overlay(window: MainWindow, overlay: Overlay, draw: Callable[[], None]) -> QWidget:
    draw()
    window.open_overlay(overlay)
    return window


def _customer(look: Look) -> Iterator[tuple[str, Show]]:
    for name, view in samples_office.CUSTOMER.items():
        customer = CustomerWindow(look, "示例燃气 东街营业厅")
        customer.resize(1366, 768)
        customer.show_view(view)
        yield f"customer-{name}", partial(_itself, customer)


def _itself(widget: QWidget) -> QWidget:
    return widget
