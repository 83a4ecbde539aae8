"""Why a due sum is not the price stands wherever it is read (P3): the customer's own money used or kept, 抹零."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from pos.domain.sale import TenderKind, settle
from pos.domain.settings import FenRule
from pos.ports.surroundings import CustomerView
from ui.desktop import samples
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.counter import CounterPage
from ui.desktop.pages.customer import CustomerWindow
from ui.desktop.pages.readback import ReadbackOverlay
from ui.presenters.counter_panels import pay_panel
from ui.presenters.counter_state import PayPanel

CARD, CASH = TenderKind.UNIONPAY, TenderKind.CASH


def panel(due_fen: int, balance_fen: int, tender: TenderKind, rule: FenRule = FenRule.CARRY) -> PayPanel:
    settlement = settle(due_fen, balance_fen, tender, rule)
    return pay_panel(settlement, tender, typed="", received_fen=settlement.to_pay_fen, reference="")


def read(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize(
    ("pay", "figures"),
    [
        (panel(2630, 6, CARD), (2624, 6, 0, 0, 0)),
        (panel(2630, 10_000, CARD), (0, 2630, 0, 7370, 0)),
        (panel(2625, 6, CASH), (2620, 5, 0, 1, 0)),  # 0.06 used, 0.01 of the rounding kept
        (panel(2630, 6, CASH), (2630, 0, 0, 6, 0)),
        (panel(8679, 0, CASH), (8680, 0, 1, 1, 0)),
        (panel(8679, 0, CASH, FenRule.WAIVE), (8670, 0, 0, 0, 9)),
        (panel(8679, 0, CARD), (8679, 0, 0, 0, 0)),
    ],
)
def test_due_is_the_price_less_what_was_used_and_waived_plus_what_is_kept(
    pay: PayPanel, figures: tuple[int, int, int, int, int]
) -> None:
    assert (pay.due_fen, pay.used_fen, pay.carry_fen, pay.balance_after_fen, pay.waived_fen) == figures


@pytest.mark.parametrize(
    ("pay", "words"),
    [
        (panel(2630, 6, CARD), "余额抵扣 0.06，余额 0.00"),
        (panel(8679, 0, CASH), "0.01 转户内余额，余额 0.01"),
        (panel(8679, 0, CASH, FenRule.WAIVE), "抹零 0.09"),
    ],
)
def test_counter_read_back_and_hand_out_name_what_meets_the_price(
    window: MainWindow, look: Look, pay: PayPanel, words: str
) -> None:
    counter, read_back = CounterPage(look), ReadbackOverlay(look)
    window.add_page("counter", counter)
    window.show_page("counter")
    counter.render_state(replace(samples.TENDER, pay=pay))
    assert words in read(counter.pay)
    counter.render_state(replace(samples.QUANTITY, pay=pay))
    assert words in read(counter.pay)
    counter.render_state(replace(samples.DONE, pay=pay))
    assert words in read(counter.hand_out)
    read_back.ask(replace(samples.TENDER, pay=pay))
    window.open_overlay(read_back)
    assert words in read(read_back)


def test_due_that_is_the_price_is_said_without_a_word_of_the_balance(window: MainWindow, look: Look) -> None:
    counter = CounterPage(look)
    window.add_page("counter", counter)
    window.show_page("counter")
    counter.render_state(replace(samples.TENDER, pay=panel(8679, 0, CARD)))
    assert "余额" not in read(counter.pay)


def test_customer_reads_how_much_of_her_own_money_was_used(look: Look) -> None:
    shown = CustomerWindow(look)
    shown.show_view(CustomerView("due", "单*芳", "10 m³", 2624, used_fen=6))
    assert shown._notice.text() == "已用您的户内余额 0.06 元  请付款"


def test_customer_reads_what_of_her_cash_is_kept_for_her(look: Look) -> None:
    shown = CustomerWindow(look)
    shown.show_view(CustomerView("due", "单*芳", "38 m³", 10_000, kept_fen=6))
    assert shown._notice.text() == "0.06 元存入您的户内余额  请付款"


@pytest.mark.parametrize(("tender", "words"), [(CARD, "银联刷卡\n86.79"), (CASH, "找零\n13.20")])
def test_after_the_booking_change_is_named_only_where_there_is_cash(
    window: MainWindow, look: Look, tender: TenderKind, words: str
) -> None:
    counter = CounterPage(look)
    window.add_page("counter", counter)
    window.show_page("counter")
    settlement = settle(8679, 0, tender, FenRule.CARRY)
    received_fen = 10_000 if tender is CASH else settlement.to_pay_fen
    pay = pay_panel(settlement, tender, typed="", received_fen=received_fen, reference="")
    counter.render_state(replace(samples.DONE, pay=pay))
    assert read(counter.hand_out).startswith(words)


@pytest.mark.parametrize(("change_fen", "counts"), [(None, False), (0, False), (1320, True)])
def test_customer_is_asked_to_count_her_change_only_where_she_gets_some(
    look: Look,
    change_fen: int | None,
    counts: bool,
) -> None:
    shown = CustomerWindow(look)
    shown.show_view(CustomerView("done", "单*芳", "33 m³", 8680, 10_000, change_fen))
    assert ("点清找零" in shown._notice.text()) is counts
    assert "收好 IC 卡和票据" in shown._notice.text()
