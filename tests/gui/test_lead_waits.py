"""What waits for a lead is said at her sign-in, one key leads there, and the cashier goes on where she left."""

from pos.domain.count import Count, CountLine
from pos.domain.till_session import TillState
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.submit_count import SubmitCount, recount, submit_count
from pos.usecases.till_overview import till_overview
from pos.usecases.till_waits import Wait, waiting_for_lead
from tests.fixtures_running import CHANGE, RunningHall, count_change, counter_says, open_till, seal_till
from ui.presenters.count_state import FACES


def differing_count(hall: RunningHall, times: int) -> None:
    """The cashier has counted one note of ten too few, `times` times, and went home."""
    who, session_id = hall.people["cashier"], hall.session_id
    begin_count(hall.hall, BeginCount(command_id="begin", actor=who, session_id=session_id))
    short = Count(tuple(line for line in CHANGE if line.face_fen != 1000), (), 10)
    for number, submit in enumerate((submit_count, recount)[:times]):
        submit(hall.hall, SubmitCount(command_id=f"count-{number}", actor=who, session_id=session_id, count=short))


def state(hall: RunningHall) -> TillState:
    last = till_overview(hall.hall)[0].last
    assert last is not None
    return last.state


def lead_counts_an_empty_drawer(hall: RunningHall) -> None:
    """The lead signs in, takes up what waits for her and finds nothing but ten blank cards."""
    hall.sign_in("lead")
    hall.stage.press("Ctrl+F7")
    hall.stage.page("count")
    hall.stage.type("0")
    hall.stage.press(*["Enter"] * len(FACES))
    hall.stage.type("10")
    hall.go("F9", "difference")


def test_what_comes_up_while_a_lead_stays_on_the_counter_is_said_there(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("lead")
    assert counter_says(hall) != "lead.lead_count_waits"
    differing_count(hall, 2)
    hall.running.arrival.look_around()
    hall.settle()
    assert counter_says(hall) == "lead.lead_count_waits"
    assert "close_till=lead.settle" in hall.program.frame.keys


def test_lead_who_sells_herself_is_told_at_the_top_and_keeps_her_focus(running_hall: RunningHall) -> None:
    hall = running_hall
    people = hall.people
    open_till(hall.hall, "T02", people["lead"], issued_by=people["finance"], lines=(CountLine(1000, False, 10),))
    hall.sign_in("lead")
    assert hall.running.shift is not None
    assert hall.program.frame.hint is None
    differing_count(hall, 2)
    focus = hall.program.app.focusWidget()
    hall.running.arrival.look_around()
    hall.settle()
    hint = hall.program.frame.hint
    assert hint is not None
    assert hint.code == "lead.lead_count_waits"
    assert hall.program.app.focusWidget() is focus
    hall.stage.press("Ctrl+F12")
    hall.stage.page("sign_in")
    assert hall.program.frame.hint is None


def test_lead_is_told_first_whose_till_waits_and_ctrl_f7_leads_to_its_count(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 2)
    hall.sign_in("lead")
    assert counter_says(hall) == "lead.lead_count_waits"
    assert "close_till=lead.settle" in hall.program.frame.keys
    hall.stage.press("Ctrl+F7")
    hall.stage.page("count")
    assert hall.running.duties.till.count.purpose == "verify"
    count_change(hall)
    hall.stage.type("10")
    hall.go("F9", "close")
    hall.stage.press("F9")
    hall.settle()
    assert state(hall) is TillState.CLOSED
    counted_by = hall.rows("SELECT stage, operator_id FROM cash_count WHERE attempt_no > 0 ORDER BY attempt_no")
    assert counted_by[-1] == ("lead", hall.people["lead"])


def test_cashier_who_comes_back_goes_on_at_the_explanation(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 2)
    lead_counts_an_empty_drawer(hall)
    shown = hall.running.duties.till.difference._state
    assert shown.notice is not None
    assert shown.notice.code == "count.for_cashier"
    hall.go("Ctrl+1", "counter")
    assert counter_says(hall) == "lead.anomalies_wait"  # no till waits for her any more
    hall.stage.press("Ctrl+F12")
    hall.sign_in("cashier", "difference")
    resumed = hall.running.duties.till.difference._state
    assert (resumed.may_explain, resumed.rows[0].verified_fen, resumed.rows[0].expected_fen) == (True, 0, 50_000)


def test_cashier_who_comes_back_after_a_differing_count_is_not_asked_to_count_from_the_start(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    differing_count(hall, 1)
    hall.sign_in("cashier", "difference")
    assert hall.running.duties.till.difference._state.recount_left
    hall.stage.press("F9")
    hall.stage.page("count")
    assert hall.running.duties.till.count.purpose == "recount"


def test_key_to_her_count_stands_on_the_bar_as_long_as_it_is_unfinished(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 1)
    hall.sign_in("cashier", "difference")
    hall.stage.press("F9")
    hall.stage.page("count")
    hall.go("Ctrl+1", "counter")
    assert "close_till" in hall.program.frame.keys
    assert counter_says(hall) == "till.count_waits"  # not that she should open a till
    hall.stage.press("Ctrl+F7")
    hall.stage.page("difference")
    hall.stage.press("F9")
    hall.stage.page("count")
    count_change(hall)
    hall.stage.type("10")
    hall.go("F9", "close")
    hall.stage.press("F9")
    hall.settle()
    assert state(hall) is TillState.CLOSED
    hall.go("Ctrl+1", "counter")
    assert "close_till" in hall.program.frame.keys  # the hand-over is hers yet
    assert counter_says(hall) == "till.hand_over_waits"
    hall.stage.press("Ctrl+F7")
    hall.stage.page("hand_over")


def test_nothing_waits_for_a_lead_while_the_cashier_may_count_again(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 1)
    assert waiting_for_lead(hall.hall, hall.people["lead"]) == ()


def test_sealed_till_waits_for_its_hand_over_with_the_cashiers_own_password(running_hall: RunningHall) -> None:
    hall = running_hall
    seal_till(hall)
    hall.stage.press("Ctrl+F12")
    assert [w.kind for w in waiting_for_lead(hall.hall, hall.people["lead"])] == [Wait.HAND_OVER]
    assert waiting_for_lead(hall.hall, hall.people["cashier"]) == ()
    hall.sign_in("lead")
    hall.settle()
    assert counter_says(hall) == "lead.hand_over_waits"
    hall.stage.press("Ctrl+F7")
    hall.stage.page("hand_over")
    assert hall.running.duties.office.hand_over._state.giver_name != ""


def test_lead_puts_her_count_away_without_a_question_and_the_till_goes_on_waiting(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 2)
    hall.sign_in("lead")
    hall.stage.press("Ctrl+F7")
    hall.stage.page("count")
    assert hall.program.frame.till_name != ""
    hall.go("Ctrl+Del", "counter")
    assert (counter_says(hall), hall.program.frame.till_name) == ("lead.lead_count_waits", "")
    assert hall.facts("count_left") == []


def test_second_differing_count_says_once_that_the_lead_counts_now(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 2)
    hall.sign_in("cashier", "difference")
    page = hall.running.duties.till.difference
    assert page.verdict._code.text() == "difference.lead"
    assert not page.notice.isVisible()
    assert not page._state.recount_left


def test_lead_who_counts_at_the_cashiers_desk_is_told_whose_till_it_is(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 2)
    hall.sign_in("cashier", "difference")
    cashier, till = hall.program.frame.operator_name, hall.program.frame.till_name
    hall.stage.press("F9")
    hall.approve()
    hall.stage.page("count")
    page = hall.running.duties.till.count
    assert (page.purpose, page._state.cashier_name, page._state.till_name) == ("verify", cashier, till)
    assert page._state.counter_name not in ("", cashier)
    assert f"{till}（{cashier}）" in page._title.text()


def test_missing_explanation_is_said_before_the_lead_is_asked_for_her_password(running_hall: RunningHall) -> None:
    hall = running_hall
    differing_count(hall, 2)
    lead_counts_an_empty_drawer(hall)
    hall.stage.press("Ctrl+F12")
    hall.sign_in("cashier", "difference")
    hall.stage.press("F9")
    page = hall.running.duties.till.difference
    assert not hall.program.window.has_overlay
    assert page.notice._code.text() == "reason.missing"
    assert page.explanation.hasFocus()
    hall.stage.type("找错")
    hall.stage.press("F9")
    hall.stage.until(lambda: hall.program.window.has_overlay, "the lead's signature", 5)
