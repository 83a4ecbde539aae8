"""The page of devices (Ctrl+8) in the whole program: what a card tells, keys that wait for their passphrase."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from pos.ports.card import ReaderState
from printing.render import render_proof_page
from tests.fixtures_running import HallFolder, RunningHall, program_over
from tests.unit.ui.app.test_founding import ANSWERS
from ui.app.config import SIMULATED, Config, ReaderConfig, config_text
from ui.app.demo import STORY_CARD, load_demo_card
from ui.app.founding import found_hall
from ui.app.places import Places
from ui.app.workplace import make_development_keys, open_workplace
from ui.presenters.counter_state import Step
from ui.presenters.notice import LampState

PASSPHRASE = "a sentence out of the envelope"


def insert(hall: RunningHall) -> Any:
    card = load_demo_card(hall.program.places.simulated_cards, STORY_CARD)
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.insert(card)
    return card


def words(hall: RunningHall) -> str:
    page = hall.program.window.overlay or hall.program.window.pages["devices"]
    said = "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))
    return said.replace("\u200b", "")  # where a path may break


def test_page_tells_reader_service_family_atr_profile_tries_and_keys_of_the_card_that_comes(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    hall.sign_in("lead")
    hall.go("Ctrl+8", "devices")
    assert "没有放卡" in words(hall)
    card = insert(hall)
    hall.stage.until(lambda: "reference-fmcos" in words(hall), "the card's profile", 5)
    atr = card.atr.hex().upper()
    assert " ".join(atr[at : at + 8] for at in range(0, len(atr), 8)) in words(hall)
    for told in ("Simulated Reader 0", "simulated", "fmcos", "不试密码就不告诉", "测试密钥"):
        assert told in words(hall)
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.remove()
    hall.stage.until(lambda: "没有放卡" in words(hall), "the empty reader", 5)
    assert "reference-fmcos" not in words(hall)
    reader.break_with(ReaderState.NO_SERVICE)
    hall.stage.until(lambda: "读卡服务没有运行" in words(hall), "the stopped service", 5)
    hall.go("Esc", "counter")


def test_sheet_of_f1_tells_profile_and_tries_of_the_card_that_lies_there(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("lead")
    insert(hall)
    hall.stage.until(lambda: hall.running.reader_watch.status is not None, "a look at the reader", 5)
    hall.stage.press("F1")
    hall.stage.until(lambda: "卡型 reference-fmcos" in words(hall), "the card's profile on the sheet", 5)


def test_nothing_is_looked_at_while_a_sale_is_handed_out(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("lead")
    card = insert(hall)
    hall.settle()
    hall.running.sale.hand_out.write_id = "a write under way"
    commands = card.apdu_count
    hall.running.devices.look_closer()
    hall.settle()
    assert card.apdu_count == commands
    hall.running.sale.hand_out.write_id = ""
    hall.running.devices.look_closer()
    hall.settle()
    assert card.apdu_count > commands


@pytest.fixture
def locked_hall(hall_folder: HallFolder, tmp_path: Path, qapp: Any) -> Generator[RunningHall, None, None]:
    """The program on a hall whose keystore has a passphrase of its own; the keys are those of its cards."""
    with program_over(hall_folder, tmp_path, qapp, locked_with=PASSPHRASE) as made:
        yield made


def marks(hall: RunningHall) -> tuple[str, ...]:
    return hall.program.frame.marks


def test_locked_keys_are_opened_by_the_lead_without_a_new_start_and_the_mark_turns(locked_hall: RunningHall) -> None:
    hall = locked_hall
    assert "keys_locked" in marks(hall)
    hall.sign_in("lead")
    hall.go("Ctrl+8", "devices")
    page = hall.running.devices.page
    hall.stage.press("F9")
    assert page.notice._code.text() == "keys.passphrase_missing"
    hall.stage.type("something else")
    hall.stage.press("Enter")
    hall.settle()
    assert (page.notice._code.text(), page.passphrase.text()) == ("keys.wrong_passphrase", "")
    assert "keys_locked" in marks(hall)
    hall.stage.type(PASSPHRASE)
    hall.stage.press("F9")
    hall.settle()
    assert "密钥库已解锁" in words(hall)
    assert ("keys_locked" in marks(hall), page.passphrase.isVisible()) == (False, False)
    insert(hall)
    hall.stage.until(lambda: "reference-fmcos" in words(hall), "a card to be read with the open keys", 5)
    lamp = next(lamp for lamp in hall.program.frame.lamps if lamp.device == "reader")
    assert (lamp.state, dict(lamp.params)["keys_word"]) == (LampState.OK, "mark.test_keys")


def test_cashier_sees_who_unlocks_and_has_no_field_for_it(locked_hall: RunningHall) -> None:
    hall = locked_hall
    hall.sign_in("cashier")
    hall.go("Ctrl+8", "devices")
    assert "请班长或管理员按 Ctrl+8" in words(hall)
    assert not hall.running.devices.page.passphrase.isVisible()


def test_what_was_typed_of_a_passphrase_goes_when_she_leaves(locked_hall: RunningHall) -> None:
    hall = locked_hall
    hall.sign_in("lead")
    hall.go("Ctrl+8", "devices")
    hall.stage.type("half a sen")
    hall.go("Esc", "counter")
    assert hall.running.devices.page.passphrase.text() == ""


def test_paid_card_that_waits_for_the_keys_is_written_after_they_are_opened(locked_hall: RunningHall) -> None:
    hall, stage = locked_hall, locked_hall.stage
    hall.sign_in("cashier")
    insert(hall)
    stage.until(lambda: hall.running.counter.page_state.customer is not None, "the customer", 5)
    stage.fill("10")
    stage.until(lambda: hall.running.counter.page_state.step is Step.TENDER, "the due", 5)
    stage.type("100")
    stage.press("Enter", "F9")
    stage.until(hall.running.counter.read_back.isVisible, "the read-back", 5)
    stage.until(hall.running.counter.read_back.is_armed, "the read-back to listen", 5)
    stage.pause(150)
    stage.press("F9")
    hall.settle()
    stage.until(lambda: "keys.locked" in str(hall.running.counter.page_state), "the refusal of the write", 5)
    keystore: Any = hall.running.workplace.keys
    keystore.unlock(PASSPHRASE)
    hall.running.devices.keys_turned()
    stage.press("F2")
    stage.until(lambda: hall.rows("SELECT * FROM open_card_write") == [], "the card to be written", 5)
    assert hall.rows("SELECT count(*) FROM card_write WHERE state = 'posted'") == [(1,)]


def test_missing_signing_key_is_marked_in_the_bar_and_explained_on_the_sheet_of_f1(
    hall_folder: HallFolder, tmp_path: Path, qapp: Any
) -> None:
    shutil.copytree(hall_folder.folder, tmp_path / "moved")
    (tmp_path / "moved" / "keys" / "installation.pem").unlink()
    with program_over(replace(hall_folder, folder=tmp_path / "moved"), tmp_path, qapp) as hall:
        assert marks(hall) == ("demo", "test_keys", "unsigned")
        hall.sign_in("lead")
        hall.stage.press("F1")
        assert "签名密钥不在原处，新记录没有签名" in words(hall)


def test_hall_whose_keys_are_in_order_has_no_mark_and_no_word_of_missing_signatures(running_hall: RunningHall) -> None:
    assert marks(running_hall) == ("demo", "test_keys")
    running_hall.sign_in("lead")
    running_hall.stage.press("F1")
    assert "没有签名" not in words(running_hall)


def test_real_hall_tried_with_simulated_devices_says_so_and_keeps_and_names_its_papers(
    tmp_path: Path, qapp: Any
) -> None:
    at = Places(tmp_path / "made" / "data", tmp_path / "made" / "keys")
    make_development_keys(at)
    workplace = open_workplace(at, config=Config())
    found_hall(workplace, ANSWERS)
    workplace.close()
    at.config.write_text(config_text(SIMULATED), encoding="utf-8")
    real = HallFolder(tmp_path / "made", {}, "")
    with program_over(real, tmp_path, qapp, SIMULATED, demo=False) as hall:
        assert marks(hall) == ("test_keys", "simulated")
        hall.stage.page("sign_in")
        hall.program.window.pages["sign_in"].focus_first()
        hall.stage.fill("9001", ANSWERS["admin_password"])
        hall.stage.until(lambda: hall.running.people.person is not None, "the administrator", 5)
        hall.settle()
        hall.go("Ctrl+8", "devices")
        assert str(hall.program.places.roll) in words(hall)
        hall.stage.press("F1")
        assert "只供培训" in words(hall)
        proof = render_proof_page(hall="training", printed_at="2026-11-23 09:00")
        hall.running.desk.printer.print_job("proof", proof.job_bytes)
        assert "training" in (hall.program.places.roll / "0001.txt").read_text(encoding="utf-8")


def test_workstation_without_reader_is_told_which_file_names_one_and_not_to_plug_it_in(
    hall_folder: HallFolder, tmp_path: Path, qapp: Any
) -> None:
    with program_over(hall_folder, tmp_path, qapp, Config()) as hall:
        hall.program.places.config.write_text("[screen]\n", encoding="utf-8")
        hall.sign_in("lead")
        hall.go("Ctrl+8", "devices")
        said = words(hall)
    for told in ("本机没有配置读卡器", str(hall.program.places.config), "写法见说明书 docs/printers.md"):
        assert told in said
    for wrong in ("not configured", "找不到读卡器", "插好读卡器的线", "设备配置文件（docs/printers.md）"):
        assert wrong not in said


def test_workstation_whose_card_keys_are_gone_is_told_so_and_not_to_plug_the_reader_in(
    hall_folder: HallFolder, tmp_path: Path, qapp: Any
) -> None:
    shutil.copytree(hall_folder.folder, tmp_path / "keyless")
    (tmp_path / "keyless" / "keys" / "cards.keystore").unlink()
    keyless = replace(hall_folder, folder=tmp_path / "keyless")
    with program_over(keyless, tmp_path, qapp, Config(reader=ReaderConfig("pcsc"))) as hall:
        hall.sign_in("lead")
        hall.go("Ctrl+8", "devices")
        hall.stage.until(lambda: "找不到密钥库文件" in words(hall), "the missing keys", 5)
        assert "没有密钥，没有去找" in words(hall)
        assert "找不到读卡器" not in words(hall)
