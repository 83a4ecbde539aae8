"""The anomaly list by keys over a real demo hall: found, filtered, looked into, answered, written to a file."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtWidgets import QApplication

from devices.cards.simulated_meter import SimulatedMeter
from pos.domain.anomaly import AnomalyRule, Sign
from tests.fixtures_running import RunningHall
from ui.app.demo import STORY_CARD, load_demo_card
from ui.app.demo_customers import STORY_CUSTOMER
from ui.desktop.pages.anomalies import AnomaliesPage
from ui.presenters.anomaly_state import AnomaliesState

NOTE = "上门看过，表前没有磁铁，请计量班再查"


def page_of(hall: RunningHall) -> AnomaliesPage:
    return hall.running.anomalies.page


def state(hall: RunningHall) -> AnomaliesState:
    return page_of(hall)._state


def said(hall: RunningHall) -> str:
    notice = state(hall).notice
    return "" if notice is None else notice.code


def press(hall: RunningHall, *keys: str) -> None:
    hall.stage.press(*keys)
    hall.settle()


@pytest.fixture
def lead(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("lead")
    running_hall.go("Ctrl+9", "anomalies")
    return running_hall


def test_the_demo_hall_has_one_entry_of_each_planted_sign(lead: RunningHall) -> None:
    assert Counter(row.sign for row in state(lead).rows) == Counter(
        [Sign.MAGNET, Sign.REMAINING_MORE, Sign.LOW_BATTERY, Sign.VALVE, Sign.USED_FELL]
    )
    assert dict(state(lead).counts) == {AnomalyRule.JUMP: 2, AnomalyRule.TAMPER: 2, AnomalyRule.LOW_BATTERY: 1}
    assert QApplication.focusWidget() is page_of(lead).table


def test_the_filter_goes_through_the_rules_that_have_entries(lead: RunningHall) -> None:
    seen = []
    for _ in range(4):
        press(lead, "Shift+F4")
        seen.append((state(lead).rule, len(state(lead).rows)))
    assert seen == [(AnomalyRule.JUMP, 2), (AnomalyRule.TAMPER, 2), (AnomalyRule.LOW_BATTERY, 1), (None, 5)]


def test_an_entry_is_read_answered_by_name_and_gone(lead: RunningHall) -> None:
    press(lead, "Shift+F4", "Shift+F4", "Enter")
    entry = state(lead)
    assert entry.chosen is not None
    assert entry.chosen.rule is AnomalyRule.TAMPER
    assert len(entry.readings) == 2
    press(lead, "F9")
    assert said(lead) == "anomaly.no_note"
    assert QApplication.focusWidget() is page_of(lead).note
    press(lead, "Esc", "Down", "Enter")
    lead.stage.type(NOTE)
    press(lead, "F9")
    assert (said(lead), len(state(lead).rows), state(lead).chosen) == ("anomaly.answered", 1, None)
    actor, approver, facts = lead.facts("anomaly_answered")[0]
    assert (actor, approver) == (lead.people["lead"], None)
    assert NOTE in facts
    assert '"outcome":"meter_visit"' in facts
    press(lead, "Esc")
    assert lead.page() == "counter"


def test_the_file_holds_what_the_filter_shows_and_no_name(lead: RunningHall) -> None:
    press(lead, "Shift+F4", "F4")
    assert said(lead) == "anomaly.exported"
    files = list((lead.program.places.data / "exports").glob("*.csv"))
    lines = files[0].read_text(encoding="utf-8-sig").splitlines()
    assert (len(files), len(lines)) == (1, 3)
    shown = {row.account_no for row in state(lead).rows}
    assert {line.split(",")[-2] for line in lines[1:]} == shown
    names = {str(row[0]) for row in lead.rows("SELECT name FROM customer")}
    assert not any(name in line for name in names for line in lines)


def test_finance_reads_and_cannot_answer(running_hall: RunningHall) -> None:
    running_hall.sign_in("finance", page="finance")
    running_hall.go("Ctrl+9", "anomalies")
    press(running_hall, "Enter")
    assert state(running_hall).chosen is not None
    press(running_hall, "F9")
    assert (running_hall.facts("anomaly_answered"), state(running_hall).may_answer) == ([], False)
    press(running_hall, "Esc", "Esc")
    assert running_hall.page() == "finance"


def test_a_cashier_is_told_whose_list_it_is(running_hall: RunningHall) -> None:
    running_hall.sign_in("cashier")
    press(running_hall, "Ctrl+9")
    hint = running_hall.program.frame.hint
    assert (running_hall.page(), hint.code if hint else "") == ("counter", "key.anomalies")


def test_a_hall_with_nothing_to_look_into_says_so(lead: RunningHall) -> None:
    for _ in range(5):
        press(lead, "Enter")
        press(lead, "Enter")
        lead.stage.type("已核对")
        press(lead, "F9")
    press(lead, "Shift+F4")
    assert (state(lead).rows, state(lead).rule) == ((), None)
    assert page_of(lead)._empty.isVisible()
    assert not page_of(lead).look_into.isVisible()


def test_the_counter_says_one_line_of_a_listed_card_and_sells_on(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    reader = hall.running.workplace.devices.simulated_reader
    keys = hall.running.workplace.keys
    assert reader is not None
    assert keys is not None
    card = load_demo_card(hall.program.places.simulated_cards, STORY_CARD)
    SimulatedMeter(keys, STORY_CUSTOMER.meter_no, battery_pct=9).insert(card, today="2026-11-20")
    reader.insert(card)
    hall.stage.until(lambda: hall.running.sale.serving.sale.overview is not None, "the customer", 5)
    hall.settle()
    notice = hall.running.sale.serving.sale.notice
    assert notice is not None
    assert notice.code == "counter.anomaly_low_battery"
    hall.stage.type("10")
    press(hall, "Enter")
    assert hall.running.sale.serving.sale.step.value == "tender"


def test_a_new_price_says_how_many_bought_ahead_and_leads_to_the_list_and_back(lead: RunningHall) -> None:
    press(lead, "Esc")
    lead.go("Ctrl+5", "settings")
    lead.running.settings.page.price_asked.emit("tariff.resident")
    lead.stage.page("price")
    lead.settle()
    lead.running.settings.form.inputs["document_no"].setText("东发改价 18 号")
    assert lead.running.settings.form._state.hoarding == 0
    lead.go("Ctrl+9", "anomalies")
    press(lead, "Esc")
    assert lead.page() == "price"
    assert lead.running.settings.form.values()["document_no"] == "东发改价 18 号"


def readings_by(hall: RunningHall, person: str) -> int:
    return sum(actor == hall.people[person] for actor, _approver, _facts in hall.facts("card_read"))


def insert_story_card(hall: RunningHall) -> None:
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.insert(load_demo_card(hall.program.places.simulated_cards, STORY_CARD))
    hall.stage.until(lambda: hall.running.desk.reader_seen.has_card, "the card", 5)
    hall.settle()


def test_a_card_read_in_the_card_room_where_no_till_is_open_leaves_its_reading(running_hall: RunningHall) -> None:
    running_hall.sign_in("lead")
    running_hall.go("Ctrl+7", "card_room")
    insert_story_card(running_hall)
    assert readings_by(running_hall, "lead") == 1


def test_a_card_that_comes_after_a_search_leaves_its_reading(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    hall.stage.press("F3")
    hall.stage.type(STORY_CUSTOMER.account_no)
    press(hall, "Enter")
    hall.stage.until(lambda: hall.running.sale.serving.sale.overview is not None, "the customer", 5)
    press(hall, "Enter")
    insert_story_card(hall)
    assert hall.running.sale.serving.sale.card is not None
    assert readings_by(hall, "cashier") == 1


def test_a_leads_page_says_how_many_entries_are_open_when_nothing_else_waits(running_hall: RunningHall) -> None:
    running_hall.sign_in("lead")
    notice = running_hall.running.sale.serving.state().notice
    assert notice is not None
    assert (notice.code, dict(notice.params)) == ("lead.anomalies_wait", {"count": 5})
