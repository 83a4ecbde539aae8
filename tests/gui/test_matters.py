"""Each verb of the open-matters page by keys, with what it leaves in the books."""

import json

import pytest

from pos.domain.count import BatchCount, Count
from pos.domain.hand_over import MatterKind
from pos.domain.masking import mask_name
from pos.store import customer_rows, outbox
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.close_till_session import CloseTillSession, close_till_session
from pos.usecases.explain_difference import ExplainDifference, difference_to_explain, explain_difference
from pos.usecases.give_consent import sign
from pos.usecases.hall_settings import operators_of
from pos.usecases.settle_in_doubt import decision_digest
from pos.usecases.submit_count import SubmitCount, lead_count, submit_count
from pos.usecases.till_overview import open_matters_of
from tests.fixtures_running import CHANGE, RunningHall, sell_story_card
from ui.app.demo import DEMO_PASSWORD, STORY_CARD, load_demo_card
from ui.desktop.look import Look
from ui.desktop.matter_list import amount_of, subject_of
from ui.presenters.count_state import MatterView
from ui.presenters.counter_state import Step


def kinds(hall: RunningHall) -> list[MatterKind]:
    return [matter.kind for matter in open_matters_of(hall.hall)]


def said(hall: RunningHall) -> str:
    return hall.running.matters.page.notice._code.text()


def unknown_print(hall: RunningHall) -> str:
    with hall.hall.store.unit_of_work() as uow:
        (job_id,) = uow.connection.exec_driver_sql("SELECT max(job_id) FROM outbox").first()
        uow.connection.exec_driver_sql("UPDATE outbox SET state = 'unknown' WHERE job_id = ?", (job_id,))
        uow.commit()
    return str(job_id)


def open_matters(hall: RunningHall) -> None:
    hall.go("Ctrl+3", "matters")


def test_paper_that_came_out_is_settled_by_the_cashiers_word(running_hall: RunningHall) -> None:
    hall = running_hall
    job_id = unknown_print(hall)
    hall.sign_in("cashier")
    open_matters(hall)
    hall.stage.press("Enter")
    hall.choose(0)
    hall.settle()
    assert hall.facts("printed")[-1] == (
        hall.people["cashier"],
        None,
        json.dumps({"job_id": job_id, "state": "confirmed"}, separators=(",", ":")),
    )
    assert kinds(hall) == []
    assert said(hall) == "matter.paper_settled"


@pytest.mark.parametrize(("line", "words", "code"), [(0, "", "not_printed"), (4, "jam", "other")])
def test_paper_that_did_not_come_out_is_printed_again_with_a_reason(
    running_hall: RunningHall, line: int, words: str, code: str
) -> None:
    hall = running_hall
    job_id = unknown_print(hall)
    hall.sign_in("cashier")
    open_matters(hall)
    hall.stage.press("Enter")
    hall.choose(1)
    hall.choose(line)
    if words:
        hall.stage.fill(words)
    hall.settle()
    (actor, approver, facts) = hall.facts("reprinted")[-1]
    assert (actor, approver) == (hall.people["cashier"], None)
    assert json.loads(facts) == {"job_id": job_id, "reason": code, "note": words}
    states = hall.rows("SELECT copy_no, state FROM outbox WHERE original_job_id = ?", job_id)
    assert states == [(1, "confirmed")]


def test_lead_without_a_till_has_a_paper_printed_again_that_did_not_come_out(running_hall: RunningHall) -> None:
    hall = running_hall
    job_id = unknown_print(hall)
    hall.sign_in("lead")
    open_matters(hall)
    hall.stage.press("Enter")
    hall.choose(1)
    hall.choose(0)
    hall.settle()
    (actor, _approver, facts) = hall.facts("reprinted")[-1]
    assert (actor, json.loads(facts)["job_id"]) == (hall.people["lead"], job_id)
    copies = hall.rows("SELECT copy_no, session_id, state FROM outbox WHERE original_job_id = ?", job_id)
    assert copies == [(1, None, "confirmed")]
    assert kinds(hall) == []


def test_note_of_a_float_is_called_what_stands_on_it(running_hall: RunningHall) -> None:
    hall = running_hall
    with hall.hall.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET state = 'unknown' WHERE template = 'cash_movement'")
        uow.commit()
    hall.sign_in("lead")
    open_matters(hall)
    (matter,) = hall.running.unsettled._matters
    assert subject_of(hall.program.look, matter).startswith("找零备用金领用单")


def test_matter_of_a_known_account_has_the_masked_name_beside_it_until_she_is_forgotten(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    sell_story_card(hall, deliver_it=False)
    with hall.hall.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET state = 'unknown' WHERE customer_name <> ''")
        uow.commit()
    ((name,),) = hall.rows("SELECT name FROM customer WHERE account_no = (SELECT account_no FROM open_card_write)")
    hall.sign_in("cashier", page="matters")

    def subjects() -> list[str]:
        return [subject_of(hall.program.look, matter) for matter in hall.running.unsettled._matters]

    assert mask_name(name) != name
    assert [subject.endswith(f" · {mask_name(name)}") for subject in subjects()] == [True] * len(subjects())
    assert all(name not in subject for subject in subjects())
    with hall.hall.store.unit_of_work() as uow:
        ((account_no,),) = hall.rows("SELECT account_no FROM open_card_write")
        customer_rows.erase(uow.connection, account_no, at_utc_ms=1)
        outbox.erase_person(uow, account_no)
        uow.commit()
    hall.running.unsettled.open()
    hall.settle()
    assert subjects() != []
    assert not any("*" in subject for subject in subjects())


def test_money_goes_back_with_a_reason_and_the_leads_consent(running_hall: RunningHall) -> None:
    hall = running_hall
    taken = sell_story_card(hall, deliver_it=False)
    hall.sign_in("cashier", page="matters")
    hall.stage.press("Enter")
    hall.choose(1)
    hall.choose(1)
    hall.approve()
    (actor, approver, facts) = hall.facts("sale_reversed")[-1]
    assert (actor, approver) == (hall.people["cashier"], hall.people["lead"])
    stated = json.loads(facts)
    assert (stated["reverses"], stated["reason"], stated["note"]) == (taken.sale_id, "card_damaged", "")
    assert kinds(hall) == []
    assert said(hall) == "matter.money_returned"


@pytest.mark.parametrize(("line", "decision", "state"), [(1, "written", "posted"), (2, "not_written", "failed")])
def test_doubtful_write_is_decided_by_a_lead_with_her_own_password(
    running_hall: RunningHall, line: int, decision: str, state: str
) -> None:
    hall = running_hall
    taken = sell_story_card(hall, tear=True)
    hall.sign_in("cashier", page="matters")
    hall.stage.press("Enter")
    hall.choose(line)
    hall.choose(0)
    hall.stage.fill("M 33")
    hall.approve()
    (actor, _approver, facts) = hall.facts("card_decided")[-1]
    assert actor == hall.people["lead"]
    stated = json.loads(facts)
    assert stated == {
        "write_id": taken.sale_id,
        "state": state,
        "reason": f"decided:{decision}",
        "evidence": "meter_display",
        "note": "M 33",
        "digest": decision_digest(taken.sale_id, decision, "meter_display", "M 33"),
    }
    assert said(hall) == f"matter.decided_{decision}"


def test_lead_decides_from_her_own_sign_in(running_hall: RunningHall) -> None:
    hall = running_hall
    sell_story_card(hall, tear=True)
    hall.sign_in("lead", page="matters")
    hall.stage.press("Enter")
    hall.choose(0)
    hall.choose(1)
    hall.stage.fill("")
    hall.approve()
    assert [actor for actor, _, _ in hall.facts("card_decided")] == [hall.people["lead"]]
    assert kinds(hall) == []


def charged(hall: RunningHall) -> str:
    """A card slip of 26.30 that no sale has used."""
    return book_unionpay_charge(
        hall.hall,
        BookUnionPayCharge(
            command_id="charge",
            actor=hall.people["cashier"],
            session_id=hall.session_id,
            terminal="61002231",
            batch="000123",
            trace="004567",
            reference="123456789012",
            last_four="2071",
            amount_fen=2630,
        ),
    )


def test_undone_charge_is_written_off_with_the_slips_number_and_a_consent(running_hall: RunningHall) -> None:
    hall = running_hall
    charge_id = charged(hall)
    hall.sign_in("cashier", page="matters")
    hall.stage.press("Enter")
    hall.choose(1)
    hall.stage.fill("998877665544")
    hall.approve()
    (actor, approver, facts) = hall.facts("unionpay_undone")[-1]
    assert (actor, approver) == (hall.people["cashier"], hall.people["lead"])
    written = json.loads(facts)
    assert (written["charge_id"], written["reference"]) == (charge_id, "998877665544")
    assert kinds(hall) == []


def test_charge_that_is_taken_up_pays_the_next_sale_without_a_second_slip(running_hall: RunningHall) -> None:
    hall = running_hall
    charged(hall)
    hall.sign_in("cashier", page="matters")
    assert [matter.owner for matter in hall.running.unsettled._matters] == ["王晓梅"]
    hall.stage.press("Enter")
    hall.choose(0)
    hall.stage.page("counter")
    hall.settle()
    notice = hall.running.counter.page_state.notice
    assert notice is not None
    assert notice.code == "unionpay.taken_up"
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.insert(load_demo_card(hall.program.places.simulated_cards, STORY_CARD))
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.QUANTITY, "her card", 5)
    hall.stage.type("10")
    hall.stage.press("Enter")
    hall.stage.until(lambda: hall.running.counter.page_state.step is Step.TENDER, "the due", 5)
    hall.stage.press("*")
    hall.stage.until(lambda: hall.running.sale.serving.sale.step is Step.READBACK, "the read-back", 5)
    assert hall.rows("SELECT count(*) FROM unionpay_charge") == [(1,)]


def test_wrong_reference_is_refused_on_the_page_and_nothing_is_booked(running_hall: RunningHall) -> None:
    hall = running_hall
    charged(hall)
    hall.sign_in("cashier", page="matters")
    hall.stage.press("Enter")
    hall.choose(1)
    hall.stage.fill("12")
    hall.approve()
    assert hall.facts("unionpay_undone") == []
    assert said(hall) == "unionpay.undo_slip"


def test_escape_in_a_reason_does_nothing(running_hall: RunningHall) -> None:
    hall = running_hall
    unknown_print(hall)
    hall.sign_in("cashier")
    open_matters(hall)
    hall.stage.press("Enter")
    hall.choose(1)
    hall.stage.press("Esc")
    hall.settle()
    assert hall.facts("reprinted") == []
    assert not hall.program.window.has_overlay


def test_last_receipt_is_printed_again_at_the_counter_with_a_reason(running_hall: RunningHall) -> None:
    hall = running_hall
    sell_story_card(hall)
    hall.sign_in("cashier")
    hall.running.print_waiting()  # a paper that still waits is not copied
    hall.settle()
    hall.stage.press("F7")
    hall.stage.until(hall.running.counter.receipts.isVisible, "the receipts", 5)
    hall.stage.press("Enter")  # the newest
    hall.choose(2)
    hall.settle()
    (actor, _, facts) = hall.facts("reprinted")[-1]
    assert actor == hall.people["cashier"]
    assert json.loads(facts)["reason"] == "customer_lost"


def test_list_of_receipts_that_is_left_prints_nothing_and_keeps_no_names(running_hall: RunningHall) -> None:
    hall = running_hall
    receipts = hall.running.counter.receipts
    sell_story_card(hall)
    hall.sign_in("cashier")
    hall.running.print_waiting()
    hall.settle()
    hall.stage.press("F7")
    hall.stage.until(receipts.isVisible, "the receipts", 5)
    (listed,) = receipts.table.rows_model.rows
    hall.stage.press("Esc")
    assert (listed.kind_code, listed.amount_fen) == ("receipts.kind.sold", 2630)
    assert (hall.program.window.has_overlay, receipts.table.rows_model.rows) == (False, ())
    assert hall.facts("reprinted") == []


def test_papers_that_waited_for_the_printer_come_out_when_it_is_ready_again(running_hall: RunningHall) -> None:
    hall = running_hall
    machine = hall.running.workplace.devices.machine
    assert machine is not None
    hall.sign_in("cashier")
    machine.open_cover()
    sell_story_card(hall)
    hall.running.print_waiting()
    hall.settle()
    hall.running._look_at_printer()
    hall.settle()
    assert machine.roll.cuts == 0
    machine.close_cover()
    hall.running._look_at_printer()
    hall.settle()
    assert machine.roll.cuts == 1
    assert hall.rows("SELECT count(*) FROM outbox WHERE state = 'queued'") == [(0,)]


@pytest.mark.parametrize(
    ("kind", "amount_fen", "said"),
    [("card_write", 9994, "价款 99.94"), ("charge_unbooked", 9990, "99.90"), ("print_unconfirmed", 0, "")],
)
def test_sum_of_a_card_write_is_called_a_price_for_what_was_paid_may_differ(
    look: Look, kind: str, amount_fen: int, said: str
) -> None:
    assert amount_of(look, MatterView("k", f"matter.{kind}", "DJ-T01-1", amount_fen)) == said


def test_card_slips_that_differ_are_listed_for_a_lead_with_whose_task_they_are(running_hall: RunningHall) -> None:
    hall = running_hall
    close_with_a_slip_too_many(hall)
    hall.sign_in("lead")
    hall.settle()
    open_matters(hall)
    (listed,) = hall.running.matters.page.table.rows_model.rows
    assert (listed.kind_code, listed.amount_fen) == ("matter.slips_differ", 8220)
    assert subject_of(hall.program.look, listed) == hall.program.look.text("tender.unionpay")
    assert listed.owner != ""
    hall.stage.shot("slips-differ")
    hall.stage.press("Enter")
    hall.settle()
    assert said(hall) == "matter.slips_at_finance"


def close_with_a_slip_too_many(hall: RunningHall) -> None:
    """The cashier closes with a card slip that is in no book; a lead has counted it too and signs for it."""
    who, lead, session = hall.people["cashier"], hall.people["lead"], hall.session_id
    held = Count(CHANGE, (BatchCount("61002231", "000123", 1, 8220),), 10)
    begin_count(hall.hall, BeginCount(command_id="begin", actor=who, session_id=session))
    submit_count(hall.hall, SubmitCount(command_id="first", actor=who, session_id=session, count=held))
    lead_count(hall.hall, SubmitCount(command_id="lead", actor=lead, session_id=session, count=held))
    digest = difference_to_explain(hall.hall, session).digest(session, "签购单多一张")
    signed = sign(hall.hall, login=login_of(hall, lead), password=DEMO_PASSWORD, digest=digest)
    words = {"session_id": session, "reason": "签购单多一张", "sign_off": signed}
    explain_difference(hall.hall, ExplainDifference(command_id="explain", actor=who, **words))
    close = CloseTillSession(
        command_id="close", actor=who, session_id=session, float_lines=CHANGE, card_in_reader=False
    )
    close_till_session(hall.hall, close)


def login_of(hall: RunningHall, operator_id: str) -> str:
    return next(person.code for person in operators_of(hall.hall) if person.operator_id == operator_id)
