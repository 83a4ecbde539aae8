"""The anomaly list over real books: a reading shows it once, a name answers it, something new brings it back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pos.domain.anomaly import Sign
from pos.domain.card import CardImage
from pos.domain.errors import RuleViolation
from pos.domain.reasons import AnomalyOutcome
from pos.sagas.card_purchase import deliver
from pos.store.verify_store import verify_store
from pos.usecases.account_overview import account_overview
from pos.usecases.anomalies import AnomalyEntry, LookAtAnomalies, anomalies, anomaly_history, hoarding
from pos.usecases.answer_anomaly import AnswerAnomaly, answer_anomaly
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from pos.usecases.take_payment import take_payment
from tests.fixtures_counter import DAY, Counter, open_till

DAY_S = 86_400


def listed(counter: Counter, by: str = "auditor") -> tuple[AnomalyEntry, ...]:
    command = LookAtAnomalies(command_id=counter.demo.new_id(), actor=counter.demo.people[by])
    return anomalies(counter.demo.hall, command).entries


def open_signs(counter: Counter) -> list[Sign]:
    return [entry.anomaly.sign for entry in listed(counter)]


def visit(counter: Counter, day: int, *, in_meter: bool = True) -> CardImage:
    """The card has been in the meter on the n-th day, and is read at the counter on the same day."""
    if in_meter:
        today = (date.fromisoformat(DAY) + timedelta(days=day)).isoformat()
        counter.meter.insert(counter.card, today=today)
    counter.reader.insert(counter.card)
    image = counter.read()
    record_card_reading(
        counter.demo.hall, RecordCardReading(command_id=counter.demo.new_id(), actor=counter.demo.cashier, image=image)
    )
    return image


def answer(counter: Counter, entry: AnomalyEntry, by: str = "lead", note: str = "上门看过，表前有磁铁，已拍照") -> str:
    seen = entry.anomaly
    return answer_anomaly(
        counter.demo.hall,
        AnswerAnomaly(
            command_id=counter.demo.new_id(),
            actor=counter.demo.people[by],
            account_no=seen.account_no,
            sign=seen.sign,
            evidence=seen.evidence,
            outcome=AnomalyOutcome.METER_VISIT,
            note=note,
        ),
    )


def refused(counter: Counter, entry: AnomalyEntry, **changes: str) -> str:
    with pytest.raises(RuleViolation) as refusal:
        answer(counter, entry, **changes)
    return refusal.value.code


def with_tampering(counter: Counter) -> AnomalyEntry:
    counter.deliver(counter.pay(33_000).sale_id)
    visit(counter, 1)
    counter.meter.use(5000)
    counter.meter.magnet_count = 2
    visit(counter, 9)
    return listed(counter)[0]


def test_an_honest_life_leaves_the_list_empty(counter: Counter) -> None:
    for month in range(1, 4):
        counter.deliver(counter.pay(33_000).sale_id)
        visit(counter, month * 30)
        counter.meter.use(31_000)
        counter.demo.clock.forward(seconds=30 * DAY_S)
        visit(counter, month * 30 + 29)
    assert listed(counter) == ()
    assert hoarding(counter.demo.hall) == 0


def test_a_risen_magnet_count_is_listed_with_its_figures_and_its_place(counter: Counter) -> None:
    entry = with_tampering(counter)
    assert entry.anomaly.sign is Sign.MAGNET
    assert dict(entry.anomaly.figures) == {"from_count": 0, "to_count": 2}
    assert (entry.meter_no, entry.address) == (counter.meter.meter_no, "平安里 12 号楼 3 单元 502")
    history = anomaly_history(counter.demo.hall, counter.account_no)
    assert [one.magnet_count for one in history.readings] == [2, 0]
    assert [one.volume_l for one in history.purchases if one.item == "gas"] == [33_000]


def test_an_answer_by_name_takes_it_off_until_the_count_rises_again(counter: Counter) -> None:
    entry = with_tampering(counter)
    answer(counter, entry)
    visit(counter, 10)
    assert listed(counter) == ()
    told = anomaly_history(counter.demo.hall, counter.account_no).answers[0]
    assert (told.sign, told.operator_name, told.note) == (Sign.MAGNET, "李班", "上门看过，表前有磁铁，已拍照")
    counter.meter.magnet_count = 3
    visit(counter, 20)
    assert open_signs(counter) == [Sign.MAGNET]
    assert dict(listed(counter)[0].anomaly.figures) == {"from_count": 2, "to_count": 3}


def test_an_answer_needs_words_and_the_entry_as_it_was_read(counter: Counter) -> None:
    entry = with_tampering(counter)
    assert refused(counter, entry, note="  ") == "anomaly.no_note"
    assert refused(counter, entry, note="x" * 201) == "reason.long"
    assert refused(counter, entry, note="电话 13800002071") == "text.personal_number"
    counter.meter.magnet_count = 5
    visit(counter, 12)
    assert refused(counter, entry) == "anomaly.changed"
    answer(counter, listed(counter)[0])
    assert refused(counter, entry) == "anomaly.gone"


def test_roles_lead_auditor_and_administrator_answer_finance_reads_a_cashier_neither(counter: Counter) -> None:
    entry = with_tampering(counter)
    assert listed(counter, "finance") == (entry,)
    for person in ("finance", "cashier", "card_clerk"):
        assert refused(counter, entry, by=person) == "role.refused"
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        listed(counter, "cashier")
    answer(counter, entry, by="auditor")
    assert listed(counter) == ()


def test_a_low_battery_is_said_once_and_is_over_with_a_new_one(counter: Counter) -> None:
    counter.meter.battery_pct = 12
    visit(counter, 1)
    visit(counter, 2)
    assert open_signs(counter) == [Sign.LOW_BATTERY]
    answer(counter, listed(counter)[0])
    visit(counter, 3)
    assert listed(counter) == ()
    counter.meter.battery_pct = 31
    visit(counter, 4)
    counter.meter.battery_pct = 11
    visit(counter, 5)
    assert open_signs(counter) == [Sign.LOW_BATTERY]
    counter.meter.battery_pct = 30
    visit(counter, 6)
    assert listed(counter) == ()


def test_a_purchase_not_taken_is_listed_at_a_late_visit_and_over_when_the_meter_took_it(counter: Counter) -> None:
    visit(counter, 0)
    counter.deliver(counter.pay(33_000).sale_id)
    visit(counter, 0, in_meter=False)
    assert listed(counter) == ()
    counter.demo.clock.forward(seconds=31 * DAY_S)
    visit(counter, 31, in_meter=False)
    assert open_signs(counter) == [Sign.NOT_TAKEN]
    assert dict(listed(counter)[0].anomaly.figures) == {"days": 31, "volume_l": 33_000}
    visit(counter, 32)
    assert listed(counter) == ()


def test_a_purchase_whose_card_was_never_read_again_is_found_without_a_visit(counter: Counter) -> None:
    counter.demo.clock.forward(seconds=1)
    sale_id = counter.pay(33_000).sale_id
    counter.deliver(sale_id)
    counter.demo.clock.forward(seconds=365 * DAY_S)
    assert listed(counter) == ()
    counter.demo.clock.forward(seconds=DAY_S)
    entry = listed(counter)[0]
    assert (entry.anomaly.sign, entry.anomaly.evidence) == (Sign.NEVER_READ, sale_id)
    answer(counter, entry)
    counter.demo.clock.forward(seconds=90 * DAY_S)
    assert listed(counter) == ()


def test_buying_far_off_her_habit_is_counted_before_a_price_change_until_somebody_looks(counter: Counter) -> None:
    for month in range(1, 6):
        counter.deliver(counter.pay(10_000).sale_id)
        visit(counter, month * 31)
        counter.meter.use(9_000)
        counter.demo.clock.forward(seconds=31 * DAY_S)
    counter.demo.clock.forward(seconds=31 * DAY_S)
    assert hoarding(counter.demo.hall) == 0
    buy_at_another_till(counter, 30_000)
    assert (hoarding(counter.demo.hall), open_signs(counter)) == (1, [Sign.OFF_HABIT])
    figures = dict(listed(counter)[0].anomaly.figures)
    assert figures == {"days": 31, "lately_l": 30_000, "usual_l": 10_000, "spread_l": 0, "months": 5}
    assert overview_signs(counter) == (Sign.OFF_HABIT,)
    answer(counter, listed(counter)[0], note="备货前问过，家里装了壁挂炉")
    assert (hoarding(counter.demo.hall), overview_signs(counter)) == (0, ())


def test_who_buys_less_than_half_of_the_year_before_is_listed_until_somebody_asks(counter: Counter) -> None:
    for day in (1, 2):
        counter.deliver(counter.pay(35_000).sale_id)
        visit(counter, day)
    counter.demo.clock.forward(seconds=300 * DAY_S)
    assert open_signs(counter) == []
    counter.demo.clock.forward(seconds=90 * DAY_S)
    (entry,) = [entry for entry in listed(counter) if entry.anomaly.sign is Sign.BOUGHT_LESS]
    assert dict(entry.anomaly.figures) == {"days": 182, "lately_l": 0, "before_l": 70_000}
    answer(counter, entry, note="上门问过，房子租出去空着")
    assert Sign.BOUGHT_LESS not in open_signs(counter)


def buy_at_another_till(counter: Counter, volume_l: int) -> None:
    """In a session of today: the counter's own is of the day it was opened."""
    demo = counter.demo
    change_setting(
        demo.hall, ChangeSetting(command_id=demo.new_id(), actor=demo.admin, name="max_closed_days", text="999")
    )
    session_id = open_till(demo, "T02", demo.cashier2)
    paid = take_payment(demo.hall, counter.payment(volume_l, session_id=session_id, actor=demo.cashier2))
    deliver(demo.hall, counter.reader, session_id=session_id, actor=demo.cashier2, write_id=paid.sale_id)


def overview_signs(counter: Counter) -> tuple[Sign, ...]:
    return account_overview(counter.demo.hall, counter.account_no, DAY).anomalies


def test_the_counter_is_told_of_an_open_entry_of_the_card_it_reads(counter: Counter) -> None:
    assert overview_signs(counter) == ()
    entry = with_tampering(counter)
    assert overview_signs(counter) == (Sign.MAGNET,)
    answer(counter, entry)
    assert overview_signs(counter) == ()


def test_books_with_findings_and_answers_verify_and_a_struck_entry_is_found(counter: Counter) -> None:
    demo = counter.demo
    answer(counter, with_tampering(counter))
    counter.meter.magnet_count = 9
    visit(counter, 30)
    path = demo.store.path
    assert [found.code for found in verify_store(path, [], set()).findings if found.severity == "error"] == []
    with demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("DELETE FROM open_anomaly")
        uow.commit()
    codes = [found.code for found in verify_store(path, [], set()).findings]
    assert "db.kept" in codes
