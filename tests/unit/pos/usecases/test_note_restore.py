"""A restore: what the lost records gave away on plastic and paper is never given out again (Money rules 1, 2)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from devices.cards.simulated_card import blank_development_card
from ledger.backup_sqlite import copy_online
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.papers import ReceiptPaper, ZPaper
from pos.domain.roles import Act
from pos.store import outbox
from pos.store.issued_numbers import MARGIN, HighestNumbers
from pos.store.personal_cipher import load_data_key
from pos.usecases.fact import Hall
from pos.usecases.give_consent import give_consent
from pos.usecases.note_restore import NoteRestore, note_restore
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.x_report import TakeXReport, x_report
from tests.fakes import make_hall, make_store
from tests.fixtures_counter import Counter, issue_card


def backup(counter: Counter, tmp_path: Path) -> Path:
    file = tmp_path / "backup.db"
    copy_online(counter.demo.path, file)
    return file


def restored(counter: Counter, file: Path, former: HighestNumbers, *known: tuple[str, int, int]) -> Hall:
    """The hall on the backup, after the restore was noted; the counter works on in it."""
    demo = counter.demo
    demo.store.close()
    hall = make_hall(make_store(file, demo.clock, demo.key), demo.clock, demo.ids)
    asked = NoteRestore(
        command_id=demo.new_id(),
        actor=demo.admin,
        backup_sha256="0" * 64,
        known=known,
        reason="磁盘损坏",
        former_numbers=former,
    )
    consent = give_consent(hall, asked, Act.RESTORE, approver_login=demo.codes["lead"], password=demo.password("lead"))
    note_restore(hall, replace(asked, consent=consent))
    demo.hall = hall
    return hall


def new_customer(counter: Counter, tmp_path: Path, meter_no: str) -> str:
    command = OpenAccount(
        command_id=counter.demo.new_id(),
        actor=counter.demo.card_clerk,
        name="方圆",
        phone="13900002071",
        address="平安里 9 号",
        price_class=PriceClass.RESIDENT,
        people=3,
        meter=Meter(meter_no, "G4", Inlet.LEFT, "示例表厂"),
    )
    return open_account(counter.demo.hall, command, load_data_key(tmp_path / "keys" / "data.key")).account_no


def first_card(counter: Counter, account_no: str, uid: str) -> str:
    counter.reader.remove()
    counter.card = blank_development_card(bytes.fromhex(uid))
    counter.reader.insert(counter.card)
    counter.account_no = account_no
    issue_card(counter)
    identity = counter.read().identity
    assert identity is not None
    return identity.card_no


def newest_receipt(counter: Counter) -> ReceiptPaper:
    with counter.demo.store.reading() as connection:
        job = outbox.latest_job(connection, "T01", "receipt")
    assert job is not None
    assert isinstance(job.paper, ReceiptPaper)
    return job.paper


def test_lost_card_account_and_receipt_numbers_are_not_given_out_again(counter: Counter, tmp_path: Path) -> None:
    file = backup(counter, tmp_path)
    lost_account = new_customer(counter, tmp_path, "G488203320")
    lost_card = first_card(counter, lost_account, "A1B2C3D5")
    lost_receipt = newest_receipt(counter).receipt_no
    assert (lost_account, lost_card, lost_receipt) == ("1000000002", "0000000002", "DJ-T01-000002")

    hall = restored(counter, file, HighestNumbers(card=2, account=1_000_000_002), ("DJ-T01", 1, 99))
    account = new_customer(counter, tmp_path, "G488203321")
    card = first_card(counter, account, "A1B2C3D6")
    receipt = newest_receipt(counter).receipt_no
    hall.store.close()

    assert int(account) > int(lost_account)
    assert int(card) > int(lost_card)
    assert receipt == "DJ-T01-2-000002"


def test_without_the_old_books_numbers_go_on_beyond_what_the_lost_records_can_have_reached(
    counter: Counter, tmp_path: Path
) -> None:
    file = backup(counter, tmp_path)
    with counter.demo.store.reading() as connection:
        last = counter.demo.store.journal_of(connection).head("DJ-T01").seq
    hall = restored(counter, file, HighestNumbers(), ("DJ-T01", 1, last + 40))
    account = new_customer(counter, tmp_path, "G488203321")
    card = first_card(counter, account, "A1B2C3D6")
    hall.store.close()
    assert account == str(1_000_000_001 + 40 + MARGIN + 1)
    assert card == f"{1 + 40 + MARGIN + 1:010d}"


def test_receipts_of_a_session_across_a_restore_are_named_with_their_own_epochs(
    counter: Counter, tmp_path: Path
) -> None:
    hall = restored(counter, backup(counter, tmp_path), HighestNumbers())
    counter.deliver(counter.pay().sale_id)
    command = TakeXReport(command_id=counter.demo.new_id(), actor=counter.demo.lead, session_id=counter.session_id)
    paper: ZPaper = x_report(hall, command)
    hall.store.close()
    assert (paper.first_receipt, paper.last_receipt) == ("DJ-T01-000001", "DJ-T01-2-000002")
