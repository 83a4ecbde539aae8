"""Opening, changing, revealing, erasing accounts and binding cards: one record each, nothing personal in the books."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pos.domain.account import AccountStatus, CardStatus, Inlet, Meter, Person, PriceClass, contact_digest
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase, MeterFeedback
from pos.domain.card_replacement import LastPurchaseWas
from pos.domain.errors import RuleViolation, SealBroken
from pos.domain.papers import ReceiptPaper
from pos.domain.roles import Act
from pos.store import card_queries, customer_rows, search
from pos.store.personal_cipher import DataKey, create_data_key, load_data_key
from pos.usecases.account_history import account_history
from pos.usecases.account_overview import account_overview
from pos.usecases.bind_card import BindCard, bind_card
from pos.usecases.change_meter import ChangeMeter, change_meter
from pos.usecases.change_terms import ChangeTerms, change_terms
from pos.usecases.erase_contact import EraseContact, erase_contact
from pos.usecases.find_accounts import find_accounts
from pos.usecases.hall_settings import operators_of
from pos.usecases.open_account import AccountOpened, OpenAccount, open_account
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.reveal_contact import ContactField, RevealContact, reveal_contact
from tests.fixtures_counter import Counter
from tests.fixtures_hall import DemoHall, jobs_of_session

ID_NUMBER = "11010519491231002X"
PERSONAL = ("单桂芳", "桂芳", "13800005678", "12 号楼", ID_NUMBER, "shanguifang")


@pytest.fixture
def cipher(tmp_path: Path) -> DataKey:
    return create_data_key(tmp_path / "keys" / "data.key")


@pytest.fixture
def cipher_of_counter(tmp_path: Path) -> DataKey:
    """The key that the counter's customer was stored with."""
    return load_data_key(tmp_path / "keys" / "data.key")


def command(demo: DemoHall, **changes: object) -> OpenAccount:
    values: dict[str, object] = {
        "command_id": demo.new_id(),
        "actor": demo.card_clerk,
        "name": "单桂芳",
        "phone": "13800005678",
        "address": "平安里 12 号楼 3 单元 502",
        "id_number": ID_NUMBER,
        "price_class": PriceClass.RESIDENT,
        "people": 4,
        "meter": Meter("M2019000471", "G4", Inlet.LEFT, "示例仪表厂", "2019-05-20"),
        "account_no": "1000204471",
    }
    return OpenAccount(**{**values, **changes})  # type: ignore[arg-type]


def opened(demo: DemoHall, cipher: DataKey, **changes: object) -> AccountOpened:
    return open_account(demo.hall, command(demo, **changes), cipher)


def change(demo: DemoHall, cipher: DataKey, revision: int = 1, **changes: object) -> None:
    values: dict[str, object] = {
        "command_id": demo.new_id(),
        "actor": demo.card_clerk,
        "account_no": "1000204471",
        "from_revision": revision,
        "document_no": "变更单 7",
    }
    wish = ChangeTerms(**{**values, **changes})  # type: ignore[arg-type]
    change_terms(demo.hall, demo.approved(wish, Act.CHANGE_PRICED_TERMS) if wish.touches_price() else wish, cipher)


def erase(demo: DemoHall, account_no: str) -> None:
    wish = EraseContact(command_id=demo.new_id(), actor=demo.admin, account_no=account_no, document_no="申请 3")
    erase_contact(demo.hall, demo.approved(wish, Act.ERASE_CONTACT))


def journal_text(demo: DemoHall) -> str:
    with demo.store.reading() as connection:
        return "\n".join(row[0] for row in connection.exec_driver_sql("SELECT body FROM journal"))


def test_opened_account_is_there_with_terms_meter_and_masks(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    page = account_overview(demo_hall.hall, "1000204471", "2026-11-23")
    assert (page.terms.revision, page.terms.people, page.terms.status) == (1, 4, AccountStatus.ACTIVE)
    assert page.meter is not None
    assert (page.meter.meter_no, page.meter.inlet, page.meter.unit) == ("M2019000471", Inlet.LEFT, "m3")
    assert page.contact is not None
    assert (page.contact.name, page.contact.name_masked) == ("单桂芳", "单**")
    assert page.contact.phone_masked == "138****5678"
    assert page.card is None
    assert page.tariff is None


def test_nothing_personal_is_in_the_journal_nor_in_a_repr(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    change(demo_hall, cipher, phone="13900001234", name="单桂香")
    text = journal_text(demo_hall) + repr(command(demo_hall)) + repr(find_accounts(demo_hall.hall, "1000204471"))
    for secret in (*PERSONAL, "13900001234", "桂香"):
        assert secret not in text


def test_id_number_is_nowhere_in_the_database_file(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    demo_hall.store.close()
    files = demo_hall.path.parent.glob("hall.db*")
    assert all(ID_NUMBER.encode() not in file.read_bytes() for file in files)


def test_digest_in_the_journal_belongs_to_the_stored_person(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    with demo_hall.store.reading() as connection:
        entry = customer_rows.stored(connection, "1000204471")
        digest = connection.exec_driver_sql("SELECT contact_digest FROM account_terms").scalar()
    assert entry is not None
    assert digest == contact_digest(replace(entry.person, id_number=ID_NUMBER), entry.salt)


def test_repeat_of_the_command_opens_nothing_twice(demo_hall: DemoHall, cipher: DataKey) -> None:
    wish = command(demo_hall, account_no=None)
    first = open_account(demo_hall.hall, wish, cipher)
    assert open_account(demo_hall.hall, wish, cipher) == first
    with demo_hall.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM customer").scalar_one() == 1


def test_numbers_are_given_in_order_after_the_highest(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    next_one = opened(demo_hall, cipher, account_no=None, meter=Meter("M0002", "G4", Inlet.RIGHT, ""))
    assert next_one.account_no == "1000204472"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account_no": "12345"}, "account.number"),
        ({"name": " "}, "account.name"),
        ({"name": "单\n芳"}, "account.name"),
        ({"phone": "x"}, "account.phone"),
        ({"address": ""}, "account.address"),
        ({"id_number": "110105194912310021"}, "account.id_number"),
        ({"people": 0}, "account.people"),
        ({"status": AccountStatus.CLOSED}, "account.status"),
        ({"meter": Meter("m", "G4", Inlet.LEFT, "")}, "meter.number"),
        ({"meter": Meter("M0001", "", Inlet.LEFT, "")}, "meter.type"),
        ({"meter": Meter("M0001", "G4", Inlet.LEFT, "", "2019-2-3")}, "meter.installed_on"),
        ({"meter": Meter("M0001", "G4", Inlet.LEFT, "", None, -1)}, "meter.base_reading"),
    ],
)
def test_bad_field_is_refused_and_nothing_is_written(
    demo_hall: DemoHall, cipher: DataKey, changes: dict[str, object], code: str
) -> None:
    before = len(demo_hall.kinds("DJ-H"))
    with pytest.raises(RuleViolation) as refusal:
        opened(demo_hall, cipher, **changes)
    assert refusal.value.code == code
    assert len(demo_hall.kinds("DJ-H")) == before


def test_account_and_meter_numbers_are_given_once(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    with pytest.raises(RuleViolation, match=r"account\.exists"):
        opened(demo_hall, cipher, meter=Meter("M0002", "G4", Inlet.LEFT, ""))
    with pytest.raises(RuleViolation, match=r"meter\.in_use"):
        opened(demo_hall, cipher, account_no="1000204499")


def test_cashier_needs_the_lead_to_open_an_account(demo_hall: DemoHall, cipher: DataKey) -> None:
    wish = command(demo_hall, actor=demo_hall.cashier)
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        open_account(demo_hall.hall, wish, cipher)
    again = replace(wish, command_id=demo_hall.new_id())
    approved = demo_hall.approved(again, Act.OPEN_ACCOUNT)
    assert open_account(demo_hall.hall, approved, cipher).account_no == "1000204471"


def test_consent_does_not_cover_another_name(demo_hall: DemoHall, cipher: DataKey) -> None:
    approved = demo_hall.approved(command(demo_hall, actor=demo_hall.cashier), Act.OPEN_ACCOUNT)
    with pytest.raises(RuleViolation, match=r"approval\.stale"):
        open_account(demo_hall.hall, replace(approved, name="别人"), cipher)


def test_change_makes_a_new_revision_and_keeps_the_old_one(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    change(demo_hall, cipher, people=6, arrears_fen=8_000)
    page = account_overview(demo_hall.hall, "1000204471", "2026-11-23")
    assert (page.terms.people, page.terms.arrears_fen, page.terms.document_no) == (6, 8_000, "变更单 7")
    assert [(terms.revision, terms.people) for terms in page.terms_history] == [(1, 4), (2, 6)]


def test_second_form_made_from_the_same_revision_is_refused(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    change(demo_hall, cipher, people=6)
    with pytest.raises(RuleViolation, match=r"account\.changed_meanwhile"):
        change(demo_hall, cipher, people=5)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([{"status": AccountStatus.STOPPED}], "account.stop_reason"),
        ([{"status": AccountStatus.APPLIED}], "account.status_step"),
        ([{"status": AccountStatus.CLOSED}, {"status": AccountStatus.ACTIVE}], "account.status_step"),
        ([{"document_no": " "}], "account.document"),
        ([{"people": 100}], "account.people"),
        ([{"arrears_fen": -1}], "account.arrears"),
        ([{"account_no": "9999999999"}], "account.unknown"),
    ],
)
def test_change_that_is_not_allowed_is_refused(
    demo_hall: DemoHall, cipher: DataKey, steps: list[dict[str, object]], code: str
) -> None:
    opened(demo_hall, cipher)
    *first, last = steps
    for revision, step in enumerate(first, start=1):
        change(demo_hall, cipher, revision, **step)
    with pytest.raises(RuleViolation) as refusal:
        change(demo_hall, cipher, len(steps), **last)
    assert refusal.value.code == code


def test_stop_has_a_reason_that_goes_when_supply_resumes(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    change(demo_hall, cipher, 1, status=AccountStatus.STOPPED, stop_reason="欠费停供")
    change(demo_hall, cipher, 2, people=5)
    change(demo_hall, cipher, 3, status=AccountStatus.ACTIVE)
    history = account_overview(demo_hall.hall, "1000204471", "2026-11-23").terms_history
    assert [terms.stop_reason for terms in history] == ["", "欠费停供", "欠费停供", ""]


def test_new_name_and_meter_are_found_and_the_old_name_is_not(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    change(demo_hall, cipher, 1, name="曾国华")
    fitted = ChangeMeter(
        command_id="m-1",
        actor=demo_hall.card_clerk,
        account_no="1000204471",
        old_meter_no="M2019000471",
        meter=Meter("M2026000001", "G4", Inlet.RIGHT, "示例仪表厂"),
        document_no="换表单 7",
        final_reading_l=0,
        remaining_l=0,
        said=LastPurchaseWas.TAKEN,
        evidence="meter_display",
    )
    change_meter(demo_hall.hall, demo_hall.approved(fitted, Act.CHANGE_METER))

    def found(query: str) -> list[str]:
        return [line.account_no for line in find_accounts(demo_hall.hall, query).lines]

    assert found("桂芳") == []
    assert found("zgh") == found("M2026000001") == found("M2019000471") == ["1000204471"]
    page = account_overview(demo_hall.hall, "1000204471", "2026-11-23")
    assert [meter.meter_no for meter in page.meter_history] == ["M2019000471", "M2026000001"]
    opened(demo_hall, cipher, account_no="1000204499")  # the old meter may hang on another wall now


def test_a_corrected_inlet_is_the_same_meter_and_its_card_still_buys(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    card(demo_hall, "8000204471", 0)
    demo_hall.clock.forward(seconds=60)
    change(demo_hall, cipher, inlet=Inlet.RIGHT)
    page = account_overview(demo_hall.hall, "1000204471", "2026-11-23")
    assert page.meter is not None
    assert (page.meter.meter_no, page.meter.inlet, page.meter.base_reading_l) == ("M2019000471", Inlet.RIGHT, 0)
    with demo_hall.store.reading() as connection:
        assert not card_queries.is_card_older_than_meter(connection, "1000204471")


def test_the_record_names_what_changed_and_the_history_who_and_when(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    demo_hall.clock.forward(seconds=60)
    change(demo_hall, cipher, 1, phone="13900001234", people=5)
    demo_hall.clock.forward(seconds=60)
    change(demo_hall, cipher, 2, inlet=Inlet.RIGHT)
    assert [json.loads(facts)["fields"] for facts in demo_hall.facts("DJ-H", "account_changed")] == [
        ["phone", "people"],
        ["inlet"],
    ]
    found = [
        (one.change.field, one.change.old, one.change.new, one.by, one.agreed)
        for one in account_history(demo_hall.hall, "1000204471")
    ]
    names = {person.operator_id: person.display_name for person in operators_of(demo_hall.hall)}
    by, lead = names[demo_hall.card_clerk], names[demo_hall.lead]
    assert sorted(found) == [
        ("inlet", "left", "right", by, ""),
        ("people", "4", "5", by, lead),
        ("phone", "", "", by, lead),
    ]
    assert found[0][0] == "inlet"


def test_a_correction_that_changes_nothing_is_refused(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    with pytest.raises(RuleViolation, match=r"account\.nothing_changed"):
        change(demo_hall, cipher)


def test_change_of_the_phone_keeps_the_id_number(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    change(demo_hall, cipher, phone="13900001234")
    look = RevealContact(
        command_id="look-1", actor=demo_hall.cashier, account_no="1000204471", what=ContactField.ID_NUMBER,
        reason="核对身份",
    )  # fmt: skip
    assert reveal_contact(demo_hall.hall, look, cipher).value == ID_NUMBER


def test_reveal_shows_the_phone_and_records_who_and_why_but_not_the_number(
    demo_hall: DemoHall, cipher: DataKey
) -> None:
    opened(demo_hall, cipher)
    look = RevealContact(
        command_id="look-1", actor=demo_hall.cashier, account_no="1000204471", what=ContactField.PHONE,
        reason="电话通知换表",
    )  # fmt: skip
    revealed = reveal_contact(demo_hall.hall, look, cipher)
    assert revealed.value == "13800005678"
    assert "13800005678" not in repr(revealed)
    (facts,) = demo_hall.facts("DJ-H", "contact_revealed")
    assert json.loads(facts) == {"account_no": "1000204471", "what": "phone", "reason": "电话通知换表"}


def test_reveal_is_refused_without_a_reason_and_to_finance(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    look = RevealContact(
        command_id="look-1", actor=demo_hall.cashier, account_no="1000204471", what=ContactField.PHONE, reason=" "
    )
    with pytest.raises(RuleViolation, match=r"reveal\.reason"):
        reveal_contact(demo_hall.hall, look, cipher)
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        reveal_contact(demo_hall.hall, replace(look, actor=demo_hall.finance, reason="好奇"), cipher)


def test_erased_person_is_gone_from_rows_and_search_while_the_account_stays(
    demo_hall: DemoHall, cipher: DataKey
) -> None:
    opened(demo_hall, cipher)
    with pytest.raises(RuleViolation, match=r"account\.not_closed"):
        erase(demo_hall, "1000204471")
    change(demo_hall, cipher, status=AccountStatus.CLOSED)
    erase(demo_hall, "1000204471")

    page = account_overview(demo_hall.hall, "1000204471", "2026-11-23")
    assert page.contact is not None
    assert (page.contact.name, page.contact.address, page.contact.erased) == ("", "", True)
    assert len(page.terms_history) == 2
    with demo_hall.store.reading() as connection:
        for query in ("1000204471", "桂芳", "sgf", "平安"):
            assert search.find(connection, query) == ()
        salt = connection.exec_driver_sql("SELECT salt FROM customer").scalar()
        row = connection.exec_driver_sql("SELECT contact_digest FROM account_terms WHERE revision = 1").scalar()
    person = Person("单桂芳", "13800005678", "平安里 12 号楼 3 单元 502", ID_NUMBER)
    assert salt is not None
    assert row != contact_digest(person, salt)


@pytest.mark.parametrize(
    "changes", [{"people": 99}, {"arrears_fen": 0}, {"price_class": PriceClass.COMMERCIAL}, {"status": "stopped"}]
)
def test_what_decides_the_price_needs_a_second_person(
    demo_hall: DemoHall, cipher: DataKey, changes: dict[str, object]
) -> None:
    opened(demo_hall, cipher)
    for actor in (demo_hall.card_clerk, demo_hall.lead):
        wish = ChangeTerms(
            command_id=demo_hall.new_id(), actor=actor, account_no="1000204471", from_revision=1, document_no="D1",
            **changes,
        )  # type: ignore[arg-type]  # fmt: skip
        with pytest.raises(RuleViolation, match=r"approval\.needed"):
            change_terms(demo_hall.hall, wish, cipher)


def test_the_card_clerk_corrects_a_phone_alone(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    wish = ChangeTerms(
        command_id="p", actor=demo_hall.card_clerk, account_no="1000204471", from_revision=1, document_no="D1",
        phone="13900000000",
    )  # fmt: skip
    assert change_terms(demo_hall.hall, wish, cipher).revision == 2


def test_an_administrator_erases_nobody_alone(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    change(demo_hall, cipher, status=AccountStatus.CLOSED)
    wish = EraseContact(command_id="e", actor=demo_hall.admin, account_no="1000204471", document_no="D1")
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        erase_contact(demo_hall.hall, wish)


def test_an_account_whose_paid_gas_is_not_written_is_not_closed(counter: Counter, cipher_of_counter: DataKey) -> None:
    demo = counter.demo
    paid = counter.pay(10_000, 3_000)  # 26.30: nothing goes to 户内余额

    def close(revision: int) -> None:
        wish = ChangeTerms(
            command_id=demo.new_id(), actor=demo.card_clerk, account_no=counter.account_no, from_revision=revision,
            document_no="D1", status=AccountStatus.CLOSED,
        )  # fmt: skip
        change_terms(demo.hall, demo.approved(wish, Act.CHANGE_PRICED_TERMS), cipher_of_counter)

    with pytest.raises(RuleViolation, match=r"account\.open_write"):
        close(1)
    counter.deliver(paid.sale_id)
    close(1)
    erase(demo, counter.account_no)
    with demo.store.reading() as connection:
        papers = [job.paper for job in jobs_of_session(connection, counter.session_id)]
    receipts = [paper for paper in papers if isinstance(paper, ReceiptPaper)]
    assert {(paper.customer_name, paper.address) for paper in receipts} == {("", "")}
    assert {paper.account_no for paper in receipts} == {counter.account_no}


def card(demo: DemoHall, card_no: str, issue_no: int) -> None:
    wish = BindCard(
        command_id=demo.new_id(), actor=demo.card_clerk, account_no="1000204471", card_no=card_no, issue_no=issue_no
    )  # fmt: skip
    bind_card(demo.hall, wish)


def lose(demo: DemoHall) -> None:
    loss = ReportLoss(
        command_id=demo.new_id(), actor=demo.cashier, account_no="1000204471", reason="lost", told=True
    )  # fmt: skip
    report_loss(demo.hall, loss)


def test_lost_card_is_replaced_by_the_next_issue(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    card(demo_hall, "8000204471", 0)
    with pytest.raises(RuleViolation, match=r"card\.still_active"):
        card(demo_hall, "8000300000", 1)
    lose(demo_hall)
    card(demo_hall, "8000300000", 1)
    page = account_overview(demo_hall.hall, "1000204471", "2026-11-23")
    assert page.card is not None
    assert (page.card.card_no, page.card.status) == ("8000300000", CardStatus.ACTIVE)
    assert [(c.card_no, c.status) for c in page.card_history] == [
        ("8000204471", "active"),
        ("8000204471", "lost"),
        ("8000300000", "active"),
    ]
    for number in ("8000204471", "8000300000"):
        assert [line.card_no for line in find_accounts(demo_hall.hall, number).lines] == ["8000300000"]


def test_a_card_that_is_not_in_use_is_not_bound_again_in_silence(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    card(demo_hall, "8000204471", 0)
    lose(demo_hall)
    with pytest.raises(RuleViolation, match=r"card\.not_active"):
        card(demo_hall, "8000204471", 0)


def test_old_card_never_comes_back_beside_a_newer_one(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    card(demo_hall, "8000204471", 0)
    lose(demo_hall)
    card(demo_hall, "8000300000", 1)
    with pytest.raises(RuleViolation, match=r"card\.issue_no"):
        card(demo_hall, "8000204471", 0)


def test_card_of_another_account_is_refused(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    opened(demo_hall, cipher, account_no="1000204499", meter=Meter("M0002", "G4", Inlet.LEFT, ""))
    card(demo_hall, "8000204471", 0)
    wish = BindCard(
        command_id="c-1", actor=demo_hall.card_clerk, account_no="1000204499", card_no="8000204471"
    )  # fmt: skip
    with pytest.raises(RuleViolation, match=r"card\.of_another"):
        bind_card(demo_hall.hall, wish)


IMAGE = CardImage(
    CardKind.USER,
    "fmcos",
    "3B",
    "A1B2",
    CardIdentity("8000204471", "0576", "1000204471", "M2019000471"),
    CardPurchase(3, 30_000, 90_000),
    MeterFeedback(3, 12_345, 77_655, 81, 4, 0, 1, "2026-11-20"),
    digest="d" * 64,
)


def test_reading_is_kept_with_what_the_meter_said(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    card(demo_hall, "8000204471", 0)
    record_card_reading(demo_hall.hall, RecordCardReading(command_id="r-1", actor=demo_hall.cashier, image=IMAGE))
    reading = account_overview(demo_hall.hall, "1000204471", "2026-11-23").reading
    assert reading is not None
    assert (reading.taken_sequence, reading.remaining_l, reading.battery_pct) == (3, 12_345, 81)
    assert (reading.read_on, reading.status, reading.valve_faults) == ("2026-11-20", 4, 1)


def test_unbound_or_foreign_card_gives_no_reading(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    wish = RecordCardReading(command_id="r-1", actor=demo_hall.cashier, image=IMAGE)
    with pytest.raises(RuleViolation, match=r"card\.unknown"):
        record_card_reading(demo_hall.hall, wish)
    with pytest.raises(RuleViolation, match=r"card\.not_a_user_card"):
        record_card_reading(demo_hall.hall, replace(wish, image=CardImage(CardKind.TOOL, "fmcos", "3B", "A1")))


def test_facts_of_an_account_cannot_be_written_past_the_journal(demo_hall: DemoHall, cipher: DataKey) -> None:
    opened(demo_hall, cipher)
    for statement in (
        "UPDATE account_terms SET people = 9",
        "DELETE FROM meter_fitted",
        "INSERT INTO card_binding VALUES ('DJ-H', 1, 99, 0, '8000204471', 1, '1000204471', '', 0, 'active', '')",
    ):
        with pytest.raises(SealBroken), demo_hall.store.unit_of_work() as uow:
            uow.connection.exec_driver_sql(statement)
