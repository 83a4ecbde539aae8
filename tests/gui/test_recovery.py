"""By keys over the running hall: the administrator forgot her password and comes back in with the recovery code."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from PySide6.QtWidgets import QApplication

from ledger.entry import RecordDraft
from ledger.journal import restored_facts
from pos.domain.passwords import normal_recovery_code
from pos.store.people_queries import hall_chain, put_recovery_code
from tests.fixtures_running import RunningHall
from ui.app.demo import ADMIN, DEMO_PASSWORD
from ui.desktop.pages.recovery import RecoveryPage

CODE = "7KQ2M-9XTRA-4HBWE-C6NPD-3FYGV"
OWN = "river of tin kettles"


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with running_hall.hall.store.unit_of_work() as uow:
        put_recovery_code(uow.connection, hasher.hash(normal_recovery_code(CODE)), at_utc_ms=0)
        uow.commit()
    running_hall.stage.page("sign_in")
    running_hall.program.window.pages["sign_in"].focus_first()
    return running_hall


def page_of(hall: RunningHall) -> RecoveryPage:
    return hall.running.people.recovery.page


def use_code(hall: RunningHall, code: str) -> None:
    """From the sign-in page to the answer."""
    hall.stage.press("Ctrl+F2")
    hall.stage.page("recovery")
    hall.stage.fill(ADMIN.code, code, OWN, OWN)
    hall.settle()


def said(hall: RunningHall) -> str:
    notice = page_of(hall).notice
    return "" if notice.isHidden() else notice._code.text()


def test_with_the_code_she_gets_a_new_password_and_comes_in_with_it(hall: RunningHall) -> None:
    use_code(hall, CODE.lower().replace("-", " "))
    new_code = page_of(hall).new_code.text()
    assert (len(normal_recovery_code(new_code)), new_code == CODE) == (25, False)
    assert [facts[:2] for facts in hall.facts("recovery_code_used")] == [(hall.people["admin"], None)]
    hall.stage.press("Enter", "F9")
    hall.stage.page("sign_in")
    assert not any(field.text() for field in page_of(hall).fields)
    hall.stage.fill(OWN)  # her 工号 stands there
    hall.stage.until(lambda: hall.running.people.person is not None, "the administrator to sign in", 5)
    hall.settle()
    assert new_code not in [row[0] for row in hall.rows("SELECT body FROM journal")]
    hall.running.sign_out()
    use_code(hall, new_code)
    assert page_of(hall).new_code.text() not in ("", new_code)
    assert len(hall.facts("recovery_code_used")) == 2


def test_until_the_new_code_is_ticked_off_no_key_leads_away(hall: RunningHall) -> None:
    use_code(hall, CODE)
    for key in ("F9", "Esc", "Ctrl+F12", "Ctrl+1", "Ctrl+2", "Ctrl+F7"):
        hall.stage.press(key)
        assert (hall.page(), said(hall)) == ("recovery", "recovery.not_written")
    assert hall.running.leaving.hanging() == "leave.recovery_code"
    hall.stage.press("Enter")
    assert (hall.page(), said(hall), hall.running.leaving.hanging()) == ("recovery", "", "")
    hall.stage.press("Enter")
    hall.stage.page("sign_in")
    assert hall.running.people.page.notice._code.text() == "recovery.done"


def test_a_wrong_code_is_said_and_asked_for_again_and_repeats_make_her_wait(hall: RunningHall) -> None:
    use_code(hall, CODE[:-1] + "W")
    page = page_of(hall)
    assert (said(hall), page.login.text(), page.new.text()) == ("recovery.wrong", ADMIN.code, "")
    assert QApplication.focusWidget() is page.code
    for number in range(3):
        hall.stage.fill(f"GUESS{number}", OWN, OWN)
        hall.settle()
    assert said(hall) == "sign_in.wait"
    assert (page.new_code.text(), hall.facts("recovery_code_used")) == ("", [])


def test_a_poor_password_is_said_while_it_is_typed_and_not_tried(hall: RunningHall) -> None:
    hall.stage.press("Ctrl+F2")
    hall.stage.fill(ADMIN.code, CODE)
    hall.stage.type("12345678")
    assert page_of(hall).verdict._code.text() == "password.common"
    hall.stage.press("F9")
    assert (page_of(hall).verdict._code.text(), page_of(hall).code.text()) == ("password.differs", CODE)
    page_of(hall).new.clear()
    hall.stage.type(f"dongjieyingyeting{ADMIN.code}")
    assert page_of(hall).verdict._code.text() == "password.context"


def test_esc_leads_back_to_the_sign_in_page_and_nothing_typed_stays(hall: RunningHall) -> None:
    hall.stage.type("1001")
    hall.stage.press("Ctrl+F2")
    assert page_of(hall).login.text() == "1001"
    hall.stage.fill(CODE)
    hall.stage.type(OWN)
    hall.stage.press("Esc", "Esc", "Esc")
    hall.stage.page("sign_in")
    assert not any(field.text() for field in page_of(hall).fields)
    hall.stage.fill(DEMO_PASSWORD)  # her 工号 stands there still
    hall.stage.page("counter")
    hall.settle()
    hall.stage.press("Ctrl+F2")  # somebody works here: it leads nowhere
    assert hall.page() == "counter"


def renew(hall: RunningHall) -> str:
    """The administrator makes a new code on the page of people, the lead approves; what is shown."""
    hall.stage.fill(ADMIN.code, DEMO_PASSWORD)
    hall.stage.until(lambda: hall.running.people.person is not None, "the administrator to sign in", 5)
    hall.settle()
    hall.stage.page("staff")
    hall.settle()
    rows = hall.running.staff.page.table.rows_model.rows
    hall.stage.press(*["Down"] * [row.code for row in rows].index(ADMIN.code), "Enter")
    hall.choose(1)
    hall.approve()
    hall.stage.page("recovery")
    return page_of(hall).new_code.text()


def test_a_lost_code_is_replaced_on_the_page_of_people_and_ticked_off(hall: RunningHall) -> None:
    shown = renew(hall)
    assert [facts[:2] for facts in hall.facts("recovery_code_renewed")] == [(hall.people["admin"], hall.people["lead"])]
    for key in ("F9", "Esc", "Ctrl+F12", "Ctrl+1"):
        hall.stage.press(key)
        assert (hall.page(), said(hall)) == ("recovery", "recovery.not_written")
    hall.stage.press("Enter", "F9")
    hall.stage.page("staff")
    assert (hall.running.staff.page.notice._code.text(), page_of(hall).new_code.text()) == ("staff.code_renewed", "")
    hall.running.sign_out()
    use_code(hall, CODE)
    assert said(hall) == "recovery.wrong"
    hall.stage.press("Esc")
    use_code(hall, shown)
    assert page_of(hall).new_code.text() not in ("", shown)


def test_a_code_that_is_still_shown_when_somebody_else_comes_is_gone(hall: RunningHall) -> None:
    assert renew(hall)
    hall.running.sign_out()
    hall.stage.page("sign_in")
    assert (page_of(hall).new_code.text(), hall.running.leaving.hanging()) == ("", "")


def after_a_restore(hall: RunningHall) -> None:
    """The hall's chain as a restore leaves it; the sign-in page as the next start shows it."""
    with hall.hall.store.unit_of_work() as uow:
        chain = hall_chain(uow.connection)
        facts = restored_facts(uow.journal.head(chain), 0) | {"reason": "磁盘损坏", "backup": "0" * 64}
        draft = RecordDraft(
            chain=chain, kind="restored", command_id=hall.hall.ids.new_id(), actor=hall.people["admin"], facts=facts
        )
        uow.journal.append(draft, new_epoch=True)
        uow.commit()
    hall.running.people.show_who_may_come("")


def test_after_a_restore_the_sign_in_page_and_the_administrators_page_say_that_the_code_is_the_backups(
    hall: RunningHall,
) -> None:
    after_a_restore(hall)
    assert hall.running.people.page.notice._code.text() == "recovery.of_backup"
    use_code(hall, CODE[:-1] + "W")
    assert said(hall) == "recovery.wrong_restored"
    hall.stage.press("Esc", "Esc", "Esc", "Esc")
    hall.stage.page("sign_in")
    hall.stage.fill(ADMIN.code, DEMO_PASSWORD)
    hall.stage.page("staff")
    hall.settle()
    assert hall.running.staff.page.notice._code.text() == "recovery.of_backup"


def test_a_new_code_after_a_restore_ends_what_is_said_of_the_backups(hall: RunningHall) -> None:
    after_a_restore(hall)
    use_code(hall, CODE)
    hall.stage.press("Enter", "F9")
    hall.running.people.show_who_may_come("")
    assert hall.running.people.page.notice.isHidden()
