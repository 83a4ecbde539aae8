"""A restore: what the lost records gave away on plastic and paper is never given out again (Money rules 1, 2)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from devices.cards.simulated_card import blank_development_card
from ledger.backup_sqlite import copy_online
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.hand_over import ReceiverKind
from pos.domain.papers import DepositSlipPaper, ReceiptPaper, RemittanceSlipPaper, ZPaper
from pos.domain.roles import Act
from pos.store import outbox
from pos.store.issued_numbers import MARGIN, HighestNumbers
from pos.store.personal_cipher import load_data_key
from pos.usecases.accept_hand_over import accept_bag
from pos.usecases.fact import Hall
from pos.usecases.finance_day import finance_day
from pos.usecases.give_consent import give_consent
from pos.usecases.hand_over import hand_over_offer, next_receipt_of
from pos.usecases.make_deposit_slip import MakeDepositSlip, make_deposit_slip
from pos.usecases.note_restore import NoteRestore, note_restore
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.x_report import TakeXReport, x_report
from printing.render import render_receipt
from tests.fakes import make_hall, make_store
from tests.fixtures_counter import Counter, issue_card
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import FLOAT_FEN, TillDay


def backup(counter: Counter | TillDay, tmp_path: Path) -> Path:
    file = tmp_path / "backup.db"
    copy_online(counter.demo.path, file)
    return file


def restored(counter: Counter | TillDay, file: Path, former: HighestNumbers, *known: tuple[str, int, int]) -> Hall:
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


def test_no_paper_of_a_close_carries_the_number_of_a_lost_one(demo_hall: DemoHall, tmp_path: Path) -> None:
    day = TillDay(demo_hall)
    day.start()
    day.sell(8679)
    file = backup(day, tmp_path)
    lost = numbers_of_a_finished_day(day)
    day.cash_fen = FLOAT_FEN + 8679
    hall = restored(day, file, HighestNumbers())
    anew = numbers_of_a_finished_day(day)
    hall.store.close()
    assert lost == ["Z 00001", "DJ-T01-J00001", "承 Z 00001", "Z 00001", "DJ-H-D00001"]
    assert anew == ["Z 2-00001", "DJ-T01-2-J00001", "承 Z 2-00001", "Z 2-00001", "DJ-H-2-D00001"]


def test_screens_of_finance_and_hand_over_name_the_numbers_that_stand_on_paper(
    demo_hall: DemoHall, tmp_path: Path
) -> None:
    day = TillDay(demo_hall)
    day.start()
    hall = restored(day, backup(day, tmp_path), HighestNumbers())
    day.end()
    offer = hand_over_offer(hall, day.session_id, ReceiverKind.CASHIER)
    seen = [slip.number for slip in finance_day(hall, "2026-11-23")], next_receipt_of(hall, offer)
    hall.store.close()
    assert seen == (["DJ-T01-2-J00001"], "DJ-T01-2-000001")


def numbers_of_a_finished_day(day: TillDay) -> list[str]:
    """What stands on Z, 交款单, 交接单, 封包入柜单 and 解款单."""
    day.end()
    bagged = day.bag()
    demo = day.demo
    accept_bag(demo.hall, day.accept_command("lead", bagged.digest))
    day.receive()
    made = make_deposit_slip(
        demo.hall, MakeDepositSlip(command_id=demo.new_id(), actor=demo.finance, business_day="2026-11-23")
    )
    with demo.store.reading() as connection:
        z, slip = (job.paper for job in outbox.jobs_of_fact(connection, day.closes[-1].slip_id))
        hand_over = outbox.latest_job(connection, "T01", "hand_over")
        note = outbox.latest_job(connection, "T01", "cash_movement")
        (deposit,) = (job.paper for job in outbox.jobs_of_fact(connection, made.deposit_id))
    assert isinstance(z, ZPaper)
    assert isinstance(slip, RemittanceSlipPaper)
    assert isinstance(deposit, DepositSlipPaper)
    assert hand_over is not None
    assert note is not None
    shown = [render_receipt(paper).text.splitlines() for paper in (z, hand_over.paper)]  # type: ignore[arg-type]
    z_line, hand_over_line = (next(line.strip() for line in lines if "Z " in line) for lines in shown)
    return [z_line, slip.slip_no, hand_over_line, note.paper.note, deposit.slip_no]  # type: ignore[union-attr]
