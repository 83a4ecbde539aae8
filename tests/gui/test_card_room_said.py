"""What the card room says to somebody who knows only its keys: refusals, a card that comes late, a list that is old."""

from __future__ import annotations

import pytest

from tests.fixtures_card_room import choose, open_room, page_of, said
from tests.fixtures_running import RunningHall
from ui.presenters.card_room_state import RoomAct


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("cashier")
    return running_hall


@pytest.mark.parametrize(
    ("act", "code", "sentence"),
    [
        (RoomAct.REPORT_LOSS, "room.needs_account", "还没有客户"),
        (RoomAct.SET_LIMIT, "room.not_hers", "不由您的岗位办理"),
        (RoomAct.ERASE, "room.not_hers", "不由您的岗位办理"),
    ],
)
def test_a_line_that_cannot_be_done_says_why_and_stays_in_sight(
    hall: RunningHall, act: RoomAct, code: str, sentence: str
) -> None:
    open_room(hall)
    choose(hall, act)
    page = page_of(hall)
    hall.settle()
    hall.stage.shot(f"refused-{act}")
    assert said(hall) == code
    assert sentence in page.notice.accessibleName()
    line = page.table.visualRect(page.table.currentIndex())
    assert page.table.viewport().rect().contains(line.center())
