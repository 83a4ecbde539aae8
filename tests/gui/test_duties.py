"""Till, X, drawer, float, finance and leaving by keys in the real window, with what they leave in the books."""

import json
from collections.abc import Callable

import pytest

from pos.domain.till_session import TillState
from pos.usecases.till_overview import till_overview
from pos.usecases.till_waits import floats_kept_by
from tests.fixtures_running import RunningHall, count_change, counter_says, seal_till, sell_story_card
from ui.app.demo import DEMO_PASSWORD, STORY_CARD, load_demo_card
from ui.app.leaving import Leaving
from ui.presenters.counter_state import Step
from ui.presenters.notice import Notice, Tone


def test_more_to_stay_than_was_counted_seals_nothing_and_the_field_has_the_focus(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.go("Ctrl+F7", "count")
    count_change(hall)
    hall.stage.type("10")
    hall.go("F9", "close")
    hall.stage.type("9")  # two notes of fifty were counted
    hall.stage.press("F9")
    hall.settle()
    page = hall.running.duties.till.result
    assert page._notice._code.text() == "split.not_counted"
    assert page._keep[0].hasFocus()
    assert hall.facts("till_session_closed") == []
    hall.stage.type("1")
    hall.stage.press("F9")
    hall.settle()
    ((_actor, _approver, facts),) = hall.facts("till_session_closed")
    assert json.loads(facts)["float_kept_fen"] == 45_000
    assert not page._notice.isVisible()


def test_lead_looks_at_a_running_till_and_prints_it(running_hall: RunningHall) -> None:
    hall = running_hall
    sell_story_card(hall)
    hall.sign_in("lead")
    hall.go("Ctrl+F8", "x_report")
    figures = {row.name_code: row.amount_fen for row in hall.running.duties.office.x_page._state.figures}
    assert (figures["close.sales"], figures["tender.cash"]) == (2630, 52630)
    hall.stage.press("F7")
    hall.settle()
    page = hall.running.duties.office.x_page
    assert page.notice._code.text() == "x.printing"
    for key in ("F9", "Enter", "F7"):  # one look, one paper
        hall.stage.press(key)
        hall.settle()
        assert page.notice._code.text() == "x.printed_already"
    looks = [json.loads(facts) for _, _, facts in hall.facts("x_taken")]
    assert looks == [
        {"reader": hall.people["lead"], "printed": False},
        {"reader": hall.people["lead"], "printed": True},
    ]
    assert hall.rows("SELECT state FROM outbox WHERE reason = 'x_report'") == [("confirmed",)]
    hall.stage.press("Esc")
    hall.stage.page("counter")


def test_look_that_is_taken_anew_may_be_printed_anew(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("lead")
    for _ in range(2):
        hall.go("Ctrl+F8", "x_report")
        hall.stage.press("F7")
        hall.settle()
        assert hall.running.duties.office.x_page.notice._code.text() == "x.printing"
        hall.stage.press("Esc")
        hall.stage.page("counter")
    assert hall.rows("SELECT count(*) FROM outbox WHERE reason = 'x_report'") == [(2,)]


def test_cashier_sees_no_figure_of_her_session_by_the_x_key(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.stage.press("Ctrl+F8")
    hall.settle()
    assert hall.page() == "counter"
    assert hall.facts("x_taken") == []
    assert hall.program.frame.hint == Notice("key.x_report", Tone.WARNING)


@pytest.mark.parametrize(
    ("person", "key", "code"),
    [
        ("cashier", "Ctrl+F5", "key.issue_float"),
        ("cashier", "Ctrl+F10", "key.accept_bag"),
        ("cashier", "Ctrl+4", "key.go_finance"),
        ("lead", "Ctrl+F9", "key.open_first"),
        ("lead", "F7", "key.open_first"),
        ("auditor", "Ctrl+F6", "key.own_till"),
        ("auditor", "F7", "key.own_till"),
        ("auditor", "Ctrl+F11", "key.move_cash"),
    ],
)
def test_key_that_does_nothing_for_a_role_says_who_can(
    running_hall: RunningHall, person: str, key: str, code: str
) -> None:
    hall = running_hall
    hall.sign_in(person)
    hall.stage.press(key)
    hall.settle()
    assert hall.program.frame.hint == Notice(code, Tone.WARNING)
    assert (hall.page(), hall.program.window.has_overlay) == ("counter", False)


def test_drawer_opens_without_a_sale_for_a_reason(running_hall: RunningHall) -> None:
    hall = running_hall
    machine = hall.running.workplace.devices.machine
    assert machine is not None
    hall.sign_in("cashier")
    hall.stage.press("Ctrl+F9")
    hall.choose(2)
    hall.settle()
    assert machine.drawer.openings == 1
    assert hall.rows("SELECT reason, outcome, note FROM drawer_opening") == [
        ("check_note", "asked", ""),
        ("check_note", "opened", ""),
    ]
    assert counter_says(hall) == "drawer.opened"


def test_drawer_stays_shut_without_an_open_session(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("lead")
    hall.stage.press("Ctrl+F9")
    hall.settle()
    assert not hall.program.window.has_overlay
    assert hall.rows("SELECT count(*) FROM drawer_opening") == [(0,)]


def test_float_names_its_receiver_and_window_is_issued_and_said(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("lead")
    assert counter_says(hall) == "lead.anomalies_wait"
    hall.stage.press("Ctrl+F5")
    hall.choose(1)
    hall.stage.page("office_count")
    page = hall.running.duties.office.count
    assert page.primary is not None
    assert page._title.text() == "发放备用金 · 赵丽华 · 2 号窗口"
    assert page.primary.accessibleName() == "发给赵丽华（2 号窗口） F9"
    assert "营业厅设定的备用金是 500.00 元" in page._rule._what.text()
    count_change(hall)
    hall.go("F9", "counter")
    assert counter_says(hall) == "float.issued"
    assert len(hall.facts("float_issued")) == 2


def test_second_float_for_a_window_is_listed_asked_about_and_goes_back_to_the_safe_by_keys(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    hall.sign_in("lead")
    office = hall.running.duties.office
    for last_page in ("counter", "office_count"):
        hall.stage.press("Ctrl+F5")
        hall.choose(1)
        hall.stage.page("office_count")
        count_change(hall)
        hall.stage.press("F9")
        hall.settle()
        hall.stage.page(last_page)
    hall.stage.until(lambda: hall.program.window.has_overlay, "the question", 5)
    assert hall.program.window.overlay is office.question
    assert "1,000.00" in office.question._question._money.text()
    hall.stage.press("Enter")  # the safe answer
    assert (hall.page(), len(hall.facts("float_issued"))) == ("office_count", 2)
    hall.stage.press("F9")
    hall.stage.until(lambda: hall.program.window.has_overlay, "the question again", 5)
    hall.stage.press("F9")
    shown = office.question._question
    hall.stage.until(lambda: shown._code.text() == "float.pieces_short", "the question about the pieces", 5)
    assert hall.program.window.overlay is office.question
    hall.go("F9", "counter")
    assert [json.loads(facts)["beside_fen"] for _, _, facts in hall.facts("float_issued")] == [0, 0, 50_000]
    hall.stage.press("Ctrl+F5")
    hall.stage.until(lambda: hall.program.window.has_overlay, "the list", 5)
    assert any("1,000.00" in button.accessibleName() for button in office.choice._buttons)
    hall.stage.press("Esc", "Ctrl+F11")
    hall.stage.until(lambda: hall.program.window.has_overlay, "the ways of cash", 5)
    names = [button.accessibleName() for button in office.choice._buttons]
    number = next(n for n, name in enumerate(names) if "缴回备用金：2 号窗口 1,000.00 元" in name)
    hall.choose(number)
    hall.stage.page("office_count")
    count_change(hall)
    hall.stage.press("F9")
    hall.approve()
    hall.stage.page("counter")
    hall.settle()
    assert counter_says(hall) == "float_return.done"
    ((_, approver, facts),) = hall.facts("float_returned")
    assert (json.loads(facts)["left_fen"], approver) == (50_000, json.loads(facts)["witness"])


def test_count_that_was_left_comes_back_with_its_figures(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.go("Ctrl+F7", "count")
    hall.stage.type("7")
    hall.go("Ctrl+3", "matters")
    assert hall.page() == "matters"
    hall.stage.press("Ctrl+1", "Ctrl+F7")
    hall.stage.page("count")
    hall.settle()
    assert hall.running.duties.till.count._pieces[0].text() == "7"


def test_count_set_aside_survives_another_cashiers_work_and_comes_back_with_its_cursor_behind_the_first_figure(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    page = hall.running.duties.till.count
    hall.sign_in("cashier")
    hall.go("Ctrl+F7", "count")
    hall.stage.fill("7", "6", "9")
    hall.stage.press("F6")
    hall.stage.page("sign_in")
    assert hall.running.people.page.notice._what.text() == "点款已暂存"
    hall.sign_in("cashier2")
    hall.stage.press("Ctrl+F6")
    hall.stage.page("count")
    assert page.is_empty
    hall.stage.type("3")
    hall.stage.press("Ctrl+F12")
    hall.stage.press("F9")  # hers is given up
    hall.stage.page("counter")
    hall.stage.press("Ctrl+F12")
    hall.sign_in("cashier", "count")
    assert [field.text() for field in page._pieces[:4]] == ["7", "6", "9", ""]
    assert page._notice._what.text() == "暂存的数字已取回，核对后接着点"
    assert (page._pieces[0].hasFocus(), page._pieces[0].selectedText()) == (True, "")
    hall.stage.type("8")
    assert page._pieces[0].text() == "78"
    hall.stage.press("Ctrl+F12")
    hall.sign_in("cashier", "count")  # nobody worked in between
    hall.stage.type("7")
    assert page._pieces[0].text() == "787"


def test_opening_count_set_aside_waits_on_the_counter_of_who_typed_it_with_its_key(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier2")
    hall.settle()
    assert counter_says(hall) == "counter.open_first"
    hall.stage.press("Ctrl+F6")
    hall.stage.page("count")
    hall.stage.type("7")
    hall.stage.press("F6")
    hall.stage.page("sign_in")
    hall.sign_in("clerk")
    hall.settle()
    assert counter_says(hall) == "counter.open_first"  # not hers
    hall.stage.press("Ctrl+F12")
    hall.sign_in("cashier2")
    hall.settle()
    said = hall.running.counter.page_state.notice
    assert said is not None
    assert (said.code, dict(said.params)) == ("till.opening_count_waits", {"till": "2 号窗口"})
    assert "open_till" in hall.program.frame.keys
    hall.stage.press("Ctrl+F6")
    hall.stage.page("count")
    assert hall.running.duties.till.count._pieces[0].text() == "7"
    hall.stage.press("Ctrl+Del", "F9")
    hall.stage.page("counter")
    hall.settle()
    assert counter_says(hall) == "counter.open_first"  # given up


def test_count_that_was_given_up_begins_with_empty_fields(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.go("Ctrl+F7", "count")
    hall.stage.type("7")
    hall.stage.press("Ctrl+Del", "F9")
    hall.stage.page("counter")
    hall.settle()
    hall.go("Ctrl+F7", "count")
    assert hall.running.duties.till.count.is_empty


@pytest.mark.parametrize("key", ["Ctrl+1", "Ctrl+3", "Ctrl+Del"])
def test_half_typed_office_count_asks_before_any_key_leads_away(running_hall: RunningHall, key: str) -> None:
    hall = running_hall
    hall.sign_in("lead")
    hall.stage.press("Ctrl+F5")
    hall.choose(1)
    hall.stage.page("office_count")
    hall.stage.type("7")
    hall.stage.press(key)
    assert (hall.page(), hall.program.window.has_overlay) == ("office_count", True)
    hall.stage.press("Enter")
    assert (hall.page(), hall.program.window.has_overlay) == ("office_count", False)
    assert hall.running.duties.office.count._pieces[0].text() == "7"
    hall.stage.press(key, "F9")
    hall.stage.page("counter")
    assert len(hall.facts("float_issued")) == 1


def test_half_typed_opening_count_asks_before_the_counter_key_leads_away(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier2")
    hall.stage.press("Ctrl+F6")
    hall.stage.page("count")
    hall.stage.type("7")
    hall.stage.press("Ctrl+1")
    assert (hall.page(), hall.program.window.has_overlay) == ("count", True)


def test_leaving_a_count_is_asked_and_the_safe_answer_counts_on(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.go("Ctrl+F7", "count")
    hall.stage.press("Ctrl+Del")
    assert hall.program.window.has_overlay
    hall.stage.press("Enter")
    assert (hall.page(), hall.program.window.has_overlay) == ("count", False)
    hall.stage.press("Ctrl+Del", "F9")
    hall.stage.page("counter")
    hall.settle()
    assert hall.running.shift is not None
    assert hall.facts("count_left") != []


def receipt_is_printed(hall: RunningHall) -> None:
    """One that is just printing would be named at the count, too."""
    waiting = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sent')"
    hall.stage.until(lambda: hall.rows(waiting) == [(0,)], "the receipt", 5)


def test_sale_not_ticked_as_handed_out_is_named_at_the_count_and_one_key_leads_back(running_hall: RunningHall) -> None:
    hall = running_hall
    sale_id = sell_story_card(hall).sale_id
    hall.sign_in("cashier")
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.DONE, "the sale to be taken up", 5)
    hall.go("Ctrl+F7", "count")
    page = hall.running.duties.till.count
    assert page._state.notice is not None
    assert page._state.notice.code == "count.hand_out_waits"
    hand_out, receipt = page._state.matters
    assert (hand_out.kind_code, hand_out.key) == ("matter.hand_out", sale_id)
    assert receipt.kind_code == "matter.now_printing"  # it waits behind the sale that was taken up
    hall.stage.press("Ctrl+Del", "F9")
    hall.stage.page("counter")
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.DONE, "the sale to come back", 5)


def test_sale_that_was_ticked_off_is_put_away_when_the_count_begins(running_hall: RunningHall) -> None:
    hall = running_hall
    sell_story_card(hall)
    hall.sign_in("cashier")
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.DONE, "the sale to be taken up", 5)
    hall.stage.type("12")
    receipt_is_printed(hall)
    hall.go("Ctrl+F7", "count")
    assert (hall.running.duties.till.count._state.notice, hall.running.duties.till.count._state.matters) == (None, ())
    assert len(hall.facts("goods_handed_out")) == 1


def test_sealed_till_that_was_left_is_handed_over_later(running_hall: RunningHall) -> None:
    hall = running_hall
    seal_till(hall)
    last = till_overview(hall.hall)[0].last
    assert last is not None
    assert last.state is TillState.CLOSED
    hall.stage.press("Ctrl+F12")
    hall.sign_in("cashier")
    assert counter_says(hall) == "till.hand_over_waits"
    hall.stage.press("Ctrl+F7")
    hall.stage.page("hand_over")


def test_finance_chooses_the_day_by_keys(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("finance", page="finance")
    page = hall.running.duties.office.finance
    today = hall.running.duties.presenters.finance._state.today
    assert page._empty.isVisible()
    hall.stage.press("F6")
    hall.settle()
    assert hall.running.duties.presenters.finance._state.business_day < today
    hall.stage.press("F3")
    hall.stage.fill(today)
    hall.settle()
    assert hall.running.duties.presenters.finance._state.business_day == today


@pytest.mark.parametrize(("key", "code"), [("F4", "finance.nothing_to_export"), ("F7", "finance.nothing_to_reprint")])
def test_key_that_finds_nothing_on_a_day_without_a_deposit_says_so(
    running_hall: RunningHall, key: str, code: str
) -> None:
    hall = running_hall
    hall.sign_in("finance", page="finance")
    hall.stage.press(key)
    hall.settle()
    assert hall.running.duties.office.finance.notice._code.text() == code
    assert not (hall.running.workplace.places.data / "exports").exists()


@pytest.fixture
def closes(running_hall: RunningHall) -> Callable[[], bool]:
    """Whether the program was closed, instead of closing the one that runs the tests."""
    closed: list[bool] = []
    running_hall.running.leaving = Leaving(running_hall.running, lambda: closed.append(True))
    return lambda: bool(closed)


def test_window_closes_at_once_where_nothing_is_open(running_hall: RunningHall, closes: Callable[[], bool]) -> None:
    running_hall.program.window.close()
    assert closes()


def test_open_sale_asks_and_stays_unless_told_otherwise(running_hall: RunningHall, closes: Callable[[], bool]) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.insert(load_demo_card(hall.program.places.simulated_cards, STORY_CARD))
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.QUANTITY, "her card", 5)
    hall.program.window.close()
    assert hall.running.leaving.hanging() == "leave.sale"
    hall.stage.press("Enter")  # the safe answer has the focus
    assert not hall.program.window.has_overlay
    assert not closes()
    hall.program.window.close()
    hall.stage.press("F9")
    assert closes()


def test_open_count_and_unfinished_write_ask_too(running_hall: RunningHall, closes: Callable[[], bool]) -> None:
    hall = running_hall
    sell_story_card(hall, deliver_it=False)
    hall.sign_in("cashier", page="matters")
    hall.stage.press("Ctrl+1")
    hall.settle()
    assert hall.running.leaving.hanging() == "leave.card_write"
    hall.go("Ctrl+F7", "count")
    assert hall.running.leaving.hanging() == "leave.count"
    hall.program.window.close()
    hall.stage.press("Esc")
    assert not closes()


def test_open_session_alone_is_said_and_left_open(running_hall: RunningHall, closes: Callable[[], bool]) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.program.window.close()
    assert hall.running.leaving.farewell.notice._code.text() == "leave.session_open"
    assert not closes()
    hall.stage.press("Esc")  # stays after all
    hall.stage.pause(1700)
    assert not closes()
    hall.program.window.close()
    hall.stage.until(closes, "the window to close", 3)
    last = till_overview(hall.hall)[0].last
    assert last is not None
    assert last.state is TillState.OPEN


def test_locked_window_with_an_open_count_asks_above_the_lock(
    running_hall: RunningHall, closes: Callable[[], bool]
) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.go("Ctrl+F7", "count")
    hall.running.people.lock()
    hall.program.window.close()
    assert hall.program.window.overlay is hall.running.leaving.question
    hall.stage.press("Esc")
    assert hall.program.window.overlay is hall.running.people.lock_overlay
    assert not closes()


def close_and_sign(hall: RunningHall, *, to_lead: bool = False) -> None:
    """The cashier closes her till; she and a receiver sign for the drawer."""
    seal_till(hall)
    hall.go("F9", "hand_over")
    if to_lead:
        hall.stage.press("Shift+F4")
        hall.settle()
        hall.program.window.pages["hand_over"].focus_first()
    hall.stage.fill(DEMO_PASSWORD)
    hall.stage.type(DEMO_PASSWORD)
    hall.go("F9", "office_count")


def test_signed_hand_over_says_that_the_receiver_counts_and_that_it_does_not_stand_yet(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    close_and_sign(hall)
    page = hall.running.duties.office.count
    receiver = page._state.counter_name
    assert (page.purpose, page._state.notice is not None and page._state.notice.code) == (
        "take_over",
        "hand_over.signed",
    )
    assert receiver in page._title.text()
    assert receiver in page._notice._what.text()


def test_esc_in_a_take_over_asks_and_leaving_it_voids_the_signatures(running_hall: RunningHall) -> None:
    hall = running_hall
    close_and_sign(hall)
    hall.stage.press("Esc")
    assert hall.program.window.overlay is hall.running.duties.office.question
    hall.stage.press("Esc")  # the safe answer
    assert (hall.page(), hall.program.window.has_overlay) == ("office_count", False)
    hall.stage.press("Esc", "F9")
    hall.stage.page("hand_over")
    hall.settle()
    notice = hall.running.duties.office.hand_over._state.notice
    assert notice is not None
    assert notice.code == "hand_over.not_counted"
    last = till_overview(hall.hall)[0].last
    assert last is not None
    assert last.state is TillState.CLOSED


def test_esc_leaves_an_empty_opening_count_and_asks_where_something_was_typed(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier2")
    hall.stage.press("Ctrl+F6")
    hall.stage.page("count")
    hall.stage.press("Esc")
    hall.stage.page("counter")
    hall.stage.press("Ctrl+F6")
    hall.stage.page("count")
    hall.stage.type("5")
    hall.stage.press("Esc")
    assert hall.program.window.overlay is hall.running.duties.till.question
    hall.stage.press("F9")
    hall.stage.page("counter")
    assert hall.facts("count_left") == []


def test_lead_who_took_over_is_told_what_she_keeps_and_who_opens_with_it(running_hall: RunningHall) -> None:
    hall = running_hall
    close_and_sign(hall, to_lead=True)
    count_change(hall)
    hall.stage.type("10")
    hall.go("F9", "sign_in")
    ((lead_id,),) = hall.rows("SELECT accepted_by FROM hand_over_accepted")
    lead = next(name for name, operator_id in hall.people.items() if operator_id == lead_id)
    hall.sign_in(lead)
    hall.settle()
    notice = hall.running.counter.page_state.notice
    assert notice is not None
    assert (notice.code, dict(notice.params)["amount"]) == ("lead.keeps_float", "500.00")
    hall.stage.press("Ctrl+F12")
    hall.sign_in("cashier2")
    hall.stage.press("Ctrl+F6")
    hall.stage.page("count")
    count_change(hall)
    hall.stage.type("10")
    hall.go("F9", "counter")
    assert counter_says(hall) == "till.opened"
    assert floats_kept_by(hall.hall, lead_id) == ()
