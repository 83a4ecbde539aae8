"""Arrears are a flag that is told before anything is sold (P2), with their sum."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from tests.fixtures_running import RunningHall


def test_arrears_are_said_with_their_sum_and_stay_beside_the_name(running_hall: RunningHall) -> None:
    sql = "SELECT account_no, arrears_fen FROM account_terms WHERE arrears_fen > 0 AND status = 'active' LIMIT 1"
    (account_no, owed_fen), *_ = running_hall.rows(sql)
    owed = f"{owed_fen // 100}.{owed_fen % 100:02d}"
    running_hall.sign_in("cashier")
    counter = running_hall.running.counter
    assert counter.presenter is not None
    counter.presenter.customer.choose_account(account_no)
    running_hall.settle()
    running_hall.stage.shot("arrears")
    said = counter.page.what.sale_notice.accessibleName()
    assert owed in said
    assert "{" not in said

    running_hall.stage.press("Enter")
    running_hall.settle()
    customer = running_hall.running.sale.serving.state().customer
    assert customer is not None
    assert customer.arrears_fen == owed_fen

    def stands_beside() -> bool:
        labels = counter.page.who.findChildren(QLabel)
        return any(owed in label.text() for label in labels if label.isVisible())

    running_hall.stage.until(stands_beside, "the sum beside the name", 5)
