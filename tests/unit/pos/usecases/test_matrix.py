"""Every act x role x consent x state of the actor, against the matrix of domain P12 written down here once more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from ledger.entry import RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act, Role
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.fact import Command, perform
from pos.usecases.permission import authorise, command_digest, seal_consent

ROLES = {
    "收费员": "cashier",
    "卡务员": "card_clerk",
    "班长": "lead",
    "出纳": "finance",
    "稽核": "auditor",
    "管理员": "admin",
}
"""Column heads and the person of the demo hall who stands for the role."""

P12 = """
run_own_till_session                        | ✓        | ✓        | ✓               | – | – | –
sell void_small report_loss carry_gas       | ✓        | ✓        | ✓               | – | – | –
void_large refund return_money replace_card move_card_stock | A (班长) | A (班长) | A (another 班长) | – | – | –
open_account issue_first_card change_account withdraw_loss transfer_account | A (班长) | ✓ | ✓       | – | – | –
change_priced_terms change_meter            | A (班长) | A (班长) | A (another 班长) | – | – | –
reprint open_drawer                         | ✓        | ✓        | ✓               | – | – | –
approve second_count decide_over_short settle_in_doubt | – | – | ✓                   | – | – | –
issue_float accept_bag move_safe receive_card_stock | –        | –        | ✓               | ✓ | – | –
receive_takings make_deposit export_finance | –        | –        | –               | ✓ | – | –
read_own_reports                            | ✓        | ✓        | ✓               | ✓ | ✓ | ✓
read_all_reports                            | –        | –        | ✓               | ✓ | ✓ | ✓
request_correction                          | ✓        | ✓        | ✓               | ✓ | ✓ | –
correct_own                                 | ✓        | ✓        | ✓               | ✓ | – | –
reveal_contact                              | ✓        | ✓        | ✓               | – | ✓ | –
answer_anomaly                              | –        | –        | ✓               | – | ✓ | ✓
import_customers set_prices                 | –        | –        | A (管理员)       | – | – | A (班长)
manage_operators manage_devices manage_settings backup | – | – | –                   | – | – | ✓
unlock_keys                                 | –        | –        | ✓               | – | – | ✓
manage_keys restore erase_contact           | –        | –        | –               | – | – | A (班长, another 管理员)
"""


@dataclass(frozen=True)
class Cell:
    act: Act
    actor: str
    text: str

    @property
    def approvers(self) -> frozenset[str]:
        """Persons of the demo hall who may approve, all leads and administrators being tried."""
        if not self.text.startswith("A"):
            return frozenset()
        named = self.text[2:].strip("()").replace("another ", "").split(", ")
        people = {ROLES[head] for head in named}
        return frozenset(people | ({"lead2"} if "lead" in people else set())) - {self.actor}


def cells() -> list[Cell]:
    found = []
    for line in P12.strip().splitlines():
        acts, *texts = (part.strip() for part in line.split("|"))
        assert len(texts) == len(ROLES)
        found += [
            Cell(Act(act), person, text)
            for act in acts.split()
            for person, text in zip(ROLES.values(), texts, strict=True)
        ]
    return found


CELLS = cells()


def test_the_table_names_every_act_and_every_role_once():
    assert sorted((cell.act, cell.actor) for cell in CELLS) == sorted((act, p) for act in Act for p in ROLES.values())
    assert len(Role) == len(ROLES)


def outcome(demo_hall, cell: Cell, consent=None) -> str:
    """ "" if allowed alone, the approver's name if with consent, otherwise the code of the refusal."""
    names = {operator_id: name for name, operator_id in demo_hall.people.items()}
    with demo_hall.store.reading() as connection:
        try:
            approver = authorise(connection, cell.act, demo_hall.people[cell.actor], consent, "the-command")
        except RuleViolation as refusal:
            return refusal.code
    return names[approver] if approver else ""


def consent_by(demo_hall, act: Act, name: str):
    return seal_consent(act, "the-command", "0" * 64, demo_hall.people[name], demo_hall.clock.now_utc_ms())


def expected(cell: Cell, approver: str | None) -> str:
    if cell.text == "✓":
        return ""
    if cell.text == "–":
        return "role.refused"
    if approver is None:
        return "approval.needed"
    if approver == cell.actor:
        return "approval.self"
    return approver if approver in cell.approvers else "approval.role"


def test_every_cell_without_consent_and_with_the_consent_of_everybody(demo_hall):
    wrong = []
    for cell in CELLS:
        for approver in (None, *demo_hall.people):
            consent = None if approver is None else consent_by(demo_hall, cell.act, approver)
            got = outcome(demo_hall, cell, consent)
            if got != expected(cell, approver):
                wrong.append((cell, approver, got, expected(cell, approver)))
    assert not wrong


def test_no_cell_lets_a_disabled_person_act_nor_a_stranger(demo_hall):
    disable(demo_hall, *(name for name in demo_hall.people if name != "admin"))
    for cell in CELLS:
        if cell.actor != "admin":
            assert outcome(demo_hall, cell) == "sign_in.disabled", cell
    with demo_hall.store.reading() as connection, pytest.raises(RuleViolation) as refusal:
        authorise(connection, Act.READ_OWN_REPORTS, "DJ-H-1-999", None, "the-command")
    assert refusal.value.code == "sign_in.disabled"


def test_no_cell_takes_the_consent_of_a_disabled_approver(demo_hall):
    disable(demo_hall, "lead", "lead2")
    for cell in CELLS:
        for approver in cell.approvers & {"lead", "lead2"}:
            if cell.actor not in ("lead", "lead2"):
                assert outcome(demo_hall, cell, consent_by(demo_hall, cell.act, approver)) == "approval.role", cell


def test_nobody_acts_before_changing_her_starting_password(demo_hall):
    command = ChangeOperator(
        command_id="reset",
        actor=demo_hall.admin,
        operator_id=demo_hall.cashier,
        starting_password="tin kettle forty",
    )
    change_operator(demo_hall.hall, command)
    for cell in CELLS:
        if cell.actor == "cashier":
            assert outcome(demo_hall, cell) == "sign_in.must_change", cell


def disable(demo_hall, *names: str) -> None:
    for name in names:
        command = ChangeOperator(
            command_id=demo_hall.new_id(), actor=demo_hall.admin, operator_id=demo_hall.people[name], active=False
        )
        change_operator(demo_hall.hall, command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Command):
    """A command that does nothing but be recorded."""


def run_probe(demo_hall, act: Act, command: Probe) -> tuple[str, str | None]:
    """Through the same door as every use case; actor and approver as the sealed record says."""

    def decide(uow, approver):
        return RecordDraft(
            chain="DJ-T01", kind="probe", command_id=command.command_id, actor=command.actor, approver=approver
        )

    record = perform(demo_hall.hall, command, act, decide, lambda uow, record: record)
    with demo_hall.store.reading() as connection:
        return connection.exec_driver_sql(
            "SELECT body ->> '$.actor', body ->> '$.approver' FROM journal WHERE command_id = ?", (record.command_id,)
        ).one()


@pytest.mark.parametrize("act", list(Act))
def test_a_use_case_enforces_its_row_and_books_who_approved(demo_hall, act):
    for cell in (cell for cell in CELLS if cell.act is act):
        command = Probe(command_id=demo_hall.new_id(), actor=demo_hall.people[cell.actor])
        if cell.text == "✓":
            assert run_probe(demo_hall, act, command) == (command.actor, None)
            continue
        with pytest.raises(RuleViolation) as refusal:
            run_probe(demo_hall, act, command)
        assert refusal.value.code == expected(cell, None)
        assert f'"attempted":"{command.command_id}"' in demo_hall.facts("DJ-H", "refused")[-1]
        if cell.approvers:
            name = min(cell.approvers)
            approver, now = demo_hall.people[name], demo_hall.clock.now_utc_ms()
            consent = seal_consent(act, command.command_id, command_digest(command), approver, now)
            assert run_probe(demo_hall, act, replace(command, consent=consent)) == (command.actor, approver)
