from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from ledger.entry import RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.fact import Command, perform
from pos.usecases.give_consent import give_consent, sign
from pos.usecases.permission import CONSENT_LIFE_MS, command_digest, require_signature


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack(Command):
    """Stands for a refund: an act that a lead must approve."""

    amount_fen: int


def give_back(demo_hall, command: GiveBack, act: Act = Act.REFUND):
    def decide(uow, approver):
        return RecordDraft(
            chain="DJ-T01",
            kind="probe",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"amount_fen": command.amount_fen},
        )

    return perform(demo_hall.hall, command, act, decide, lambda uow, record: record)


@pytest.fixture
def command(demo_hall):
    return GiveBack(command_id="give-back-1", actor=demo_hall.cashier, amount_fen=8220)


def code_of(call) -> str:
    with pytest.raises(RuleViolation) as refusal:
        call()
    return refusal.value.code


def test_a_command_with_the_leads_consent_is_done_and_names_her(demo_hall, command):
    record = give_back(demo_hall, demo_hall.approved(command, Act.REFUND))
    with demo_hall.store.reading() as connection:
        sql = "SELECT body ->> '$.approver' FROM journal WHERE command_id = ?"
        assert connection.exec_driver_sql(sql, (record.command_id,)).scalar() == demo_hall.lead


def test_a_consent_is_not_moved_to_another_command(demo_hall, command):
    consent = demo_hall.approved(command, Act.REFUND).consent
    other = replace(command, command_id="give-back-2", consent=consent)
    assert code_of(lambda: give_back(demo_hall, other)) == "approval.stale"


def test_what_was_approved_is_not_changed_afterwards(demo_hall, command):
    consent = demo_hall.approved(command, Act.REFUND).consent
    dearer = replace(command, amount_fen=822_000, consent=consent)
    assert code_of(lambda: give_back(demo_hall, dearer)) == "approval.stale"
    by_another = replace(command, actor=demo_hall.cashier2, consent=consent)
    assert code_of(lambda: give_back(demo_hall, by_another)) == "approval.stale"


def test_a_consent_to_one_act_is_none_to_another(demo_hall, command):
    approved = demo_hall.approved(command, Act.REFUND)
    assert code_of(lambda: give_back(demo_hall, approved, Act.VOID_LARGE)) == "approval.stale"


def test_a_consent_used_again_does_nothing_again(demo_hall, command):
    approved = demo_hall.approved(command, Act.REFUND)
    assert give_back(demo_hall, approved).key == give_back(demo_hall, approved).key
    assert demo_hall.kinds("DJ-T01") == ["genesis", "probe"]


def test_a_consent_grows_old(demo_hall, command):
    approved = demo_hall.approved(command, Act.REFUND)
    demo_hall.clock.forward(ms=CONSENT_LIFE_MS + 1)
    assert code_of(lambda: give_back(demo_hall, approved)) == "approval.stale"


def test_a_forged_consent_is_refused(demo_hall, command):
    consent = demo_hall.approved(command, Act.REFUND).consent
    forged = replace(consent, approver=demo_hall.lead2)
    assert code_of(lambda: give_back(demo_hall, replace(command, consent=forged))) == "approval.stale"
    made_up = replace(consent, command_id="give-back-2", mac=b"\0" * 32)
    other = replace(command, command_id="give-back-2", consent=made_up)
    assert code_of(lambda: give_back(demo_hall, other)) == "approval.stale"


def test_nobody_approves_herself_not_even_a_lead(demo_hall, command):
    own = replace(command, actor=demo_hall.lead)
    assert code_of(lambda: demo_hall.approved(own, Act.REFUND, by="lead")) == "approval.self"
    give_back(demo_hall, demo_hall.approved(own, Act.REFUND, by="lead2"))


@pytest.mark.parametrize("name", ["cashier2", "card_clerk", "finance", "auditor", "admin"])
def test_a_colleague_without_the_right_role_cannot_approve(demo_hall, command, name):
    assert code_of(lambda: demo_hall.approved(command, Act.REFUND, by=name)) == "approval.role"
    assert demo_hall.kinds("DJ-H")[-1] == "refused"


def test_a_lead_disabled_after_her_word_no_longer_counts(demo_hall, command):
    approved = demo_hall.approved(command, Act.REFUND)
    change_operator(
        demo_hall.hall,
        ChangeOperator(command_id="off", actor=demo_hall.admin, operator_id=demo_hall.lead, active=False),
    )
    assert code_of(lambda: give_back(demo_hall, approved)) == "approval.role"


def test_a_lead_with_a_starting_password_neither_approves_nor_signs(demo_hall, command):
    reset = ChangeOperator(
        command_id="reset",
        actor=demo_hall.admin,
        operator_id=demo_hall.lead,
        starting_password="tin kettle forty",
    )
    change_operator(demo_hall.hall, reset)
    hall, password = demo_hall.hall, "tin kettle forty"
    assert (
        code_of(lambda: give_consent(hall, command, Act.REFUND, approver_login="2001", password=password))
        == code_of(lambda: sign(hall, login="2001", password=password, digest="0" * 64))
        == "sign_in.must_change"
    )


def test_nobody_consents_to_the_command_of_a_disabled_person(demo_hall, command):
    change_operator(
        demo_hall.hall,
        ChangeOperator(command_id="off", actor=demo_hall.admin, operator_id=demo_hall.cashier, active=False),
    )
    assert code_of(lambda: demo_hall.approved(command, Act.REFUND)) == "sign_in.disabled"


def test_a_wrong_password_gives_no_consent_and_waits_grow(demo_hall, command):
    def attempt(password="wrong lantern"):
        return give_consent(demo_hall.hall, command, Act.REFUND, approver_login="2001", password=password)

    assert [code_of(attempt) for _ in range(4)] == ["sign_in.wrong"] * 3 + ["sign_in.wait"]
    assert code_of(lambda: attempt(demo_hall.password("lead"))) == "sign_in.wait"


def test_a_refusal_is_a_fact_and_its_repeat_is_not_another(demo_hall, command):
    for _ in range(3):
        assert code_of(lambda: give_back(demo_hall, command)) == "approval.needed"
    assert demo_hall.kinds("DJ-H").count("refused") == 1
    assert demo_hall.facts("DJ-H", "refused") == ['{"act":"refund","attempted":"give-back-1","code":"approval.needed"}']


def test_a_refused_command_may_be_approved_and_run_again_under_its_own_id(demo_hall, command):
    assert code_of(lambda: give_back(demo_hall, command)) == "approval.needed"
    assert give_back(demo_hall, demo_hall.approved(command, Act.REFUND)).command_id == "give-back-1"


def test_a_consent_needed_by_nobody_is_not_written_down(demo_hall, command):
    own = replace(command, actor=demo_hall.lead)
    with_consent = demo_hall.approved(own, Act.REFUND, by="lead2")
    record = give_back(demo_hall, with_consent, Act.SELL)
    with demo_hall.store.reading() as connection:
        sql = "SELECT body ->> '$.approver' FROM journal WHERE command_id = ?"
        assert connection.exec_driver_sql(sql, (record.command_id,)).scalar() is None


def test_a_signature_holds_for_its_digest_only_and_for_a_while(demo_hall):
    digest = command_digest(GiveBack(command_id="x", actor=demo_hall.cashier, amount_fen=1))
    signature = demo_hall.signed_by("cashier", digest)
    now = demo_hall.clock.now_utc_ms()
    assert require_signature(signature, digest, now_utc_ms=now) == demo_hall.cashier
    for wrong, at in (
        ((signature, "0" * 64), now),
        ((replace(signature, operator_id=demo_hall.lead), digest), now),
        ((signature, digest), now + CONSENT_LIFE_MS + 1),
    ):
        assert code_of(lambda wrong=wrong, at=at: require_signature(*wrong, now_utc_ms=at)) == "approval.stale"
    assert code_of(lambda: sign(demo_hall.hall, login="1001", password="not hers", digest=digest)) == "sign_in.wrong"


def test_a_consent_shows_no_secret_when_printed(demo_hall, command):
    approved = demo_hall.approved(command, Act.REFUND)
    assert approved.consent.mac.hex() not in repr(approved)
    assert repr(approved.consent.mac) not in repr(approved)
