"""The self-test on this machine: with no hall, a real hall, no pcscd, a silent one, a private one, odd printers."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from devices.cards import pcsc_service
from devices.cards.pcsc_service import service_version
from devices.cards.private_pcscd import PrivatePcscd
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_reader import SimulatedReader
from devices.printer.machine import PrinterMachine
from devices.printer.tcp_printer import TcpPrinter
from pos.ports.card import ReaderState, ReaderStatus
from tests.contract.authority_rigs import RING, psam_behind_pcscd
from tests.contract.card_rigs import (
    FAMILIES,
    FMCOS_CARD,
    MEMORY_CARDS,
    MIFARE_CARD,
    CardFamily,
    all_tries_full,
    presentations,
)
from tests.contract.head_office_server import KeyService, Office, service_of
from tests.contract.library_rigs import LibrarySlot, compiled_library
from tests.integration.cli_desk import Desk
from ui.app.check_result import CheckResult, Outcome
from ui.app.config import Config, KeysConfig, PrinterConfig, ReaderConfig, config_text, load_config
from ui.app.doctor import _clock, _pages, examine, worst
from ui.app.doctor_devices import (
    _no_keys,
    _reader_and_card,
    _service_version,
    card_facts,
    device_checks,
)
from ui.app.places import Places
from ui.app.workplace import make_development_keys

ORDER = ["database", "sqlite", "pages", "key", "disk", "fonts", "configuration"]
ROOT = Path(__file__).resolve().parents[2]
PROFILES = {
    "fmcos": ("reference-fmcos", "reference-wallet"),
    "mifare-1k": ("reference-mifare",),
    "memory-4442": ("reference-memory",),
    "memory-4428": ("reference-memory",),
}
PCSC = Config(reader=ReaderConfig("pcsc"))
WRONG_MODULE = "psam · keys.psam_wrong"


def by_name(results: Iterator[CheckResult]) -> dict[str, CheckResult]:
    return {result.name: result for result in results}


def test_parts_come_in_order_and_a_sound_hall_has_no_failure(desk: Desk) -> None:
    results = list(examine(desk.at))
    assert [result.name for result in results][: len(ORDER)] == ORDER
    assert [result.name for result in results][-4:] == ["printer", "drawer", "display", "clock"]
    found = by_name(iter(results))
    assert found["database"] == CheckResult("database", Outcome.OK, "doctor.database_sound", "WAL · FULL")
    assert found["sqlite"].outcome is Outcome.OK
    assert found["key"].detail == f"{desk.demo.key.key_id} · {desk.at.keys}"
    assert found["fonts"].outcome is Outcome.OK
    assert desk("doctor") == 0


def overwrite_pages(database: Path) -> None:
    """As a bad disk or a wrong copy does: 6,000 bytes somewhere behind the first pages; header and tables stay."""
    raw = sqlite3.connect(database)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    with database.open("r+b") as file:
        file.seek(200_000)
        file.write(bytes(range(1, 251)) * 24)


def test_books_with_overwritten_pages_fail_by_name_and_say_what_to_do(desk: Desk) -> None:
    assert by_name(examine(desk.at))["pages"].finding == "doctor.pages_whole"
    overwrite_pages(desk.at.database)
    found = by_name(examine(desk.at))
    assert found["database"].finding == "doctor.database_sound"
    assert (found["pages"].outcome, found["pages"].finding) == (Outcome.FAIL, "store.damaged")
    assert str(desk.at.database) in found["pages"].detail
    assert desk("doctor") == 1
    assert "用 changshou restore 恢复备份" in desk.said


def test_books_that_take_longer_than_the_limit_are_not_called_whole(desk: Desk) -> None:
    seconds: list[tuple[int, int]] = []
    found = _pages(desk.at.database, lambda gone, limit: seconds.append((gone, limit)), limit_s=0.0)
    assert (found.outcome, found.finding) == (Outcome.WARN, "doctor.pages_partly")
    assert seconds[-1] == (0, 0)


def test_ctrl_c_while_the_pages_are_looked_at_stops_the_command(desk: Desk) -> None:
    told: list[int] = []

    def pressed_once(gone: int, _limit: int) -> None:
        told.append(gone)
        if len(told) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _pages(desk.at.database, pressed_once)
    assert len(told) == 2, "the look ends there, and the line of the figures is wiped"


def test_english_on_request_and_an_advice_under_every_warning(desk: Desk) -> None:
    assert desk("doctor", "--lang", "en") == 0
    lines = desk.said.splitlines()
    for line, following in pairwise(lines):
        if line.startswith(("[warn]", "[FAIL]")):
            assert following.strip().startswith("→ ")
    assert any(line.startswith("[warn] device configuration") for line in lines)


def test_a_folder_without_books_is_a_warning_and_stays_empty(tmp_path: Path) -> None:
    at = Places(tmp_path / "nothing", tmp_path / "keys")
    found = by_name(examine(at))
    assert (found["database"].outcome, found["database"].finding) == (Outcome.WARN, "doctor.no_books")
    assert (found["key"].finding, found["key"].detail) == ("doctor.no_key_yet", str(at.keys))
    assert not at.data.exists()


def test_card_keys_are_missing_for_development_or_damaged(desk: Desk) -> None:
    assert by_name(examine(desk.at))["card_keys"].finding == "doctor.no_card_keys"
    make_development_keys(desk.at)
    found = by_name(examine(desk.at))["card_keys"]
    assert (found.outcome, found.finding) == (Outcome.WARN, "doctor.test_keys")
    desk.at.keystore.write_text("nonsense", encoding="ascii")
    found = by_name(examine(desk.at))["card_keys"]
    assert (found.outcome, found.finding) == (Outcome.FAIL, "keys.damaged")


@pytest.mark.parametrize(
    ("mode", "finding"), [(0o644, "doctor.key_readable"), (None, "doctor.key_lost"), (0, "key.damaged")]
)
def test_a_key_that_others_read_or_that_is_lost_or_damaged_fails(desk: Desk, mode: int | None, finding: str) -> None:
    if mode is None:
        desk.at.signing_key.unlink()
    elif mode:
        desk.at.signing_key.chmod(mode)
    else:
        desk.at.signing_key.write_text("nonsense", encoding="ascii")
    found = by_name(examine(desk.at))["key"]
    assert (found.outcome, found.finding) == (Outcome.FAIL, finding)
    assert desk("doctor") == 1


def test_a_newer_schema_and_a_damaged_configuration_fail_by_name(desk: Desk) -> None:
    raw = sqlite3.connect(desk.at.database)
    raw.execute("PRAGMA user_version=99")
    raw.close()
    desk.at.config.write_text("[reader\n", encoding="utf-8")
    found = by_name(examine(desk.at))
    assert found["database"].finding == "store.too_new"
    assert found["configuration"].finding == "config.damaged"
    assert worst(list(found.values())) is Outcome.FAIL
    assert desk("doctor") == 1
    assert "更新版本" in desk.said


def test_a_wrong_value_is_named_although_the_last_good_copy_still_works(desk: Desk) -> None:
    desk.at.config.write_text(config_text(Config(printer=PrinterConfig("network"))), encoding="utf-8")
    load_config(desk.at.config)
    desk.at.config.write_text("[printer]\npaper_mm = 76\n", encoding="utf-8")
    assert load_config(desk.at.config).printer.kind == "network"
    found = by_name(examine(desk.at))["configuration"]
    assert (found.outcome, found.finding) == (Outcome.FAIL, "config.value")
    assert "printer.paper_mm · 76 · 58, 80" in found.detail


def test_a_clock_before_the_newest_record_fails(desk: Desk) -> None:
    assert _clock(desk.at, lambda: 1_600_000_000_000).finding == "doctor.clock_behind"
    assert _clock(desk.at, lambda: 1_900_000_000_000).outcome is not Outcome.FAIL


def test_card_profiles_in_use_are_named_and_one_that_cannot_be_used_too(desk: Desk) -> None:
    built_in = by_name(examine(desk.at))["card_profiles"]
    assert (built_in.outcome, built_in.detail) == (
        Outcome.OK,
        "reference-fmcos · reference-wallet · reference-mifare · reference-memory",
    )
    folder = desk.at.config.parent / "card-profiles"
    folder.mkdir()
    (folder / "maker.toml").write_text("profile = 1\n", encoding="utf-8")
    found = by_name(examine(desk.at))["card_profiles"]
    assert (found.outcome, found.finding) == (Outcome.FAIL, "profiles.invalid")
    assert "maker.toml" in found.detail


def test_wrong_row_of_the_reader_table_is_named_and_a_right_one_is_counted(desk: Desk) -> None:
    built_in = by_name(examine(desk.at))["reader_table"]
    assert (built_in.outcome, built_in.finding) == (Outcome.OK, "doctor.reader_table_read")
    own = desk.at.config.parent / "readers.toml"
    own.write_text('[[reader]]\nname = "Own make*"\nmemory-4442 = "acs"\n', encoding="utf-8")
    assert by_name(examine(desk.at))["reader_table"].detail == f"{own} · {int(built_in.detail) + 1}"
    own.write_text('[[reader]]\nname = "Own make*"\nmemory-4442 = "acr"\n', encoding="utf-8")
    found = by_name(examine(desk.at))["reader_table"]
    assert (found.outcome, found.finding) == (Outcome.FAIL, "readers.invalid")
    assert "Own make*: memory-4442 = acr" in found.detail


@pytest.mark.parametrize(
    ("version", "outcome", "finding"),
    [
        ("1.9.1", Outcome.WARN, "doctor.pcscd_breaks_memory_cards"),
        ("1.9.9", Outcome.OK, "doctor.pcscd_version"),
    ],
)
def test_the_one_pcscd_that_cannot_do_memory_cards_is_warned_about(
    version: str, outcome: Outcome, finding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "pcscd"
    fake.write_text(f"#!/bin/sh\necho 'pcsc-lite version {version}.'\n", encoding="ascii")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    service_version.cache_clear()
    try:
        assert _service_version() == CheckResult("pcscd_version", outcome, finding, version)
    finally:
        service_version.cache_clear()


@pytest.mark.parametrize(
    ("reader", "atr", "rows", "outcome", "finding", "detail"),
    [
        ("ACS ACR38U 0", "3B04A2131091", "", Outcome.OK, "doctor.card_answers", "memory-4442 · acs · 3B04A2131091"),
        ("Own make 0", "3B04A2131091", "", Outcome.WARN, "reader.no_dialect", "Own make 0 · memory-4442"),
        (
            "Own make 0",
            "3B0492231091",
            '[[reader]]\nname = "Own*"\nmemory-4428 = "omnikey"\n',
            Outcome.OK,
            "doctor.card_answers",
            "memory-4428 · omnikey · 3B0492231091",
        ),
        ("Own make 0", "3B00", "wrong", Outcome.OK, "doctor.card_answers", "unknown · 3B00"),
        (
            "ACS ACR38U 0",
            "3B04A2131091",
            "wrong",
            Outcome.OK,
            "doctor.card_answers",
            "memory-4442 · acs · 3B04A2131091",
        ),
    ],
)
def test_card_in_the_reader_is_named_with_what_the_reader_speaks_to_it(
    reader: str, atr: str, rows: str, outcome: Outcome, finding: str, detail: str, tmp_path: Path
) -> None:
    (tmp_path / "readers.toml").write_text(rows, encoding="utf-8")
    status = ReaderStatus(ReaderState.CARD_PRESENT, reader, atr)
    found = by_name(_reader_and_card(status, Outcome.FAIL, tmp_path))["card"]
    assert found == CheckResult("card", outcome, finding, detail)


def test_no_service_fails_only_where_a_reader_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc_service, "socket_path", lambda: str(tmp_path / "none.comm"))
    wanted, unwanted = by_name(device_checks(PCSC)), by_name(device_checks(Config()))
    assert wanted["pcscd_socket"].outcome is Outcome.FAIL
    assert unwanted["pcscd_socket"].outcome is Outcome.WARN
    assert "reader" not in wanted, "what rests on the service is not asked any more"


def test_a_socket_that_nobody_serves_is_told_from_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stale.comm"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    monkeypatch.setattr(pcsc_service, "socket_path", lambda: str(path))  # the library keeps a socket's name for good
    assert by_name(device_checks(PCSC))["pcscd_socket"].finding == "doctor.pcscd_silent"


def test_a_readers_library_is_loaded_and_its_reader_and_card_are_named() -> None:
    slot = LibrarySlot()
    there = ReaderConfig("library", library=str(compiled_library()), port=slot.port)
    found = by_name(device_checks(Config(reader=there)))
    assert (found["reader"].outcome, found["reader"].detail) == (Outcome.OK, "libfakereader")
    assert found["card"] == CheckResult("card", Outcome.WARN, "doctor.no_card")
    slot.insert(FMCOS_CARD.issued())
    assert by_name(device_checks(Config(reader=there)))["card"].detail.startswith("fmcos")
    wrong = by_name(device_checks(Config(reader=ReaderConfig("library", library="/nowhere/reader.so"))))["reader"]
    assert (wrong.outcome, wrong.finding) == (Outcome.FAIL, "reader.library")
    assert "/nowhere/reader.so" in wrong.detail


@pytest.mark.private_pcscd
def test_a_running_service_is_followed_down_to_the_empty_reader(desk: Desk) -> None:
    desk.at.config.write_text(config_text(PCSC), encoding="utf-8")
    with PrivatePcscd("Doctor Test") as service:  # its clients read the socket's name once per process
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli.main", "doctor", "--lang", "en", "--data", str(desk.at.data)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert "[ ok ] pcscd socket" in done.stdout
    assert "[ ok ] pcscd version" in done.stdout
    assert "[ ok ] polkit" in done.stdout
    assert f"[ ok ] reader: there  ({service.reader_names[0]})" in done.stdout
    assert "[warn] card: no card, not tried" in done.stdout
    assert done.returncode == 0


def test_simulated_devices_are_called_simulated_and_the_printer_is_asked(tmp_path: Path) -> None:
    found = by_name(device_checks(Config(ReaderConfig("simulated"), PrinterConfig("simulated"))))
    assert found["reader"].finding == "doctor.simulated"
    assert found["printer"].finding == "doctor.printer_ready"
    assert found["drawer"].finding in {"doctor.drawer_closed", "doctor.drawer_mute"}


def test_the_proof_page_is_printed_once_and_only_if_asked_for(desk: Desk) -> None:
    machine = PrinterMachine()
    with TcpPrinter(machine) as printer:
        networked = Config(printer=PrinterConfig("network", port=printer.port))
        desk.at.config.write_text(config_text(networked), encoding="utf-8")
        assert desk("doctor") == 0
        assert machine.roll.text() == ""
        assert desk("doctor", "--print-proof") == 0
    assert "已打出，请逐行核对" in desk.said
    assert machine.roll.text().count("打印机校样") == 1


def test_a_printer_without_paper_prints_no_proof_page_and_says_so() -> None:
    machine = PrinterMachine()
    machine.paper_out_after(0)
    with TcpPrinter(machine) as printer:
        config = Config(ReaderConfig("simulated"), PrinterConfig("network", port=printer.port))
        found = by_name(device_checks(config, proof=True))
    assert (found["proof_page"].outcome, found["proof_page"].finding) == (Outcome.FAIL, "doctor.proof_failed")


def test_a_printer_that_cannot_be_reached_fails(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, never listening: refuses
        port = taken.getsockname()[1]
        desk.at.config.write_text(config_text(Config(printer=PrinterConfig("network", port=port))), encoding="utf-8")
        assert desk("doctor") == 1
    assert "连不上" in desk.said


def test_a_security_module_is_asked_who_it_is_and_one_that_is_gone_is_a_failure(desk: Desk) -> None:
    with psam_behind_pcscd() as slot:
        there = Config(keys=KeysConfig("psam", slot=slot, module="000000005101", test=True))
        found = by_name(examine(desk.at, there))["card_keys"]
        assert found == CheckResult("card_keys", Outcome.WARN, "doctor.test_keys")
        assert _refused_keys(desk, KeysConfig("psam", slot="no such slot", test=True)) == "psam · keys.psam_gone"
        assert _refused_keys(desk, KeysConfig("psam", slot=slot, module="000000005102", test=True)) == WRONG_MODULE
        assert _refused_keys(desk, KeysConfig("psam", slot=slot, test=False)) == WRONG_MODULE
    assert _refused_keys(desk, KeysConfig("psam", slot=slot, test=True)) == "psam · keys.psam_gone"


def _refused_keys(desk: Desk, keys: KeysConfig) -> str:
    found = by_name(examine(desk.at, Config(keys=keys)))["card_keys"]
    assert (found.outcome, found.finding) == (Outcome.FAIL, "doctor.keys_not_answering")
    return found.detail


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_profile_and_tries_of_the_card_are_told_and_cost_none(family: CardFamily) -> None:
    card = family.issued(bought=True)
    presented = presentations(card)
    found = by_name(card_facts(family.reader(card)))
    counts = card.chip.family.tries if isinstance(card, SimulatedMemoryCard) else 0
    tries = ("doctor.tries_full", f"{counts}/{counts}") if counts else ("doctor.tries_untold", "")
    assert found["card_profile"].finding == "doctor.card_profile"
    assert found["card_profile"].detail in PROFILES[family.driver]
    assert (found["card_tries"].finding, found["card_tries"].detail) == tries
    assert presentations(card) == presented
    assert all_tries_full(card)


def test_memory_card_that_lost_a_try_is_a_warning_with_what_is_left() -> None:
    family = MEMORY_CARDS[0]
    card = family.issued()
    reader = family.reader(card)
    assert isinstance(card, SimulatedMemoryCard)
    card.chip.power_on()
    assert not card.chip.present(bytes(3))
    found = by_name(card_facts(reader))["card_tries"]
    assert (found.outcome, found.finding, found.detail) == (Outcome.WARN, "doctor.tries_spent", "2/3")


def test_card_that_goes_while_it_is_looked_at_is_told_and_an_empty_reader_says_nothing() -> None:
    card = FMCOS_CARD.issued()
    reader = FMCOS_CARD.reader(card)
    card.fail_before(after=1, pulled=True)
    assert by_name(card_facts(reader))["card_profile"].detail == "card.removed_while_reading"
    assert by_name(card_facts(reader)) == {}


def test_card_that_is_not_read_without_keys_is_not_called_blank_or_foreign_for_want_of_them() -> None:
    reader = SimulatedReader(_no_keys())
    reader.insert(MIFARE_CARD.issued())
    found = by_name(card_facts(reader))
    assert {name: (each.outcome, each.finding) for name, each in found.items()} == {
        "card_profile": (Outcome.OK, "doctor.card_needs_keys")
    }
    reader.insert(FMCOS_CARD.issued())
    assert by_name(card_facts(reader))["card_profile"].detail == "reference-fmcos"


def test_blank_card_has_no_profile() -> None:
    blank = by_name(card_facts(FMCOS_CARD.reader(FMCOS_CARD.blank())))
    assert (blank["card_profile"].outcome, blank["card_profile"].finding) == (Outcome.OK, "doctor.no_card_profile")


def test_the_head_office_is_asked_whether_it_knows_the_hall(desk: Desk, tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    with KeyService(office, RING).running() as service:
        there = service_of(office, service.port)
        files = {
            "authority": str(there.authority),
            "certificate": str(there.certificate),
            "private_key": str(there.private_key),
        }
        keys = KeysConfig("head_office", host=there.host, port=there.port, test=True, **files)
        found = by_name(examine(desk.at, Config(keys=keys)))["card_keys"]
        assert found == CheckResult("card_keys", Outcome.WARN, "doctor.test_keys")
        service.misbehave = "stranger"
        found = by_name(examine(desk.at, Config(keys=keys)))["card_keys"]
        assert (found.outcome, found.detail) == (Outcome.FAIL, "head_office · keys.office_refused")
