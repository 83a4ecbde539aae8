"""The workstation's file: every value checked by name, the last good copy behind a damaged one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ui.app.config import (
    Config,
    ConfigDamaged,
    KeysConfig,
    PrinterConfig,
    ReaderConfig,
    config_text,
    load_config,
    parse_config,
)

PROFILE = PrinterConfig(
    kind="network",
    host="192.168.1.50",
    paper_mm=58,
    dots=420,
    characters="gb2312",
    cutter="none",
    feed_top=1,
    feed_bottom=3,
    confirmation="paper_status",
    answers_status=False,
    drawer_pin=5,
    drawer_on_ms=60,
    drawer_off_ms=240,
    drawer_sensor=False,
    drawer_open_is_high=False,
)


def test_what_is_written_is_read_back() -> None:
    assert parse_config(config_text(Config(printer=PROFILE))).printer == PROFILE


def test_the_paper_decides_the_dots_unless_they_are_given() -> None:
    assert [PrinterConfig(paper_mm=mm).width_dots for mm in (58, 80)] == [384, 576]
    assert PROFILE.width_dots == 420


@pytest.mark.parametrize(
    ("line", "code", "key"),
    [
        ('kind = "carrier_pigeon"', "config.value", "printer.kind"),
        ("paper_mm = 76", "config.value", "printer.paper_mm"),
        ('paper_mm = "80"', "config.value", "printer.paper_mm"),
        ("dots = 100", "config.value", "printer.dots"),
        ("dots = 577", "config.value", "printer.dots"),
        ('characters = "big5"', "config.value", "printer.characters"),
        ('cutter = "yes"', "config.value", "printer.cutter"),
        ("feed_top = -1", "config.value", "printer.feed_top"),
        ("feed_bottom = 11", "config.value", "printer.feed_bottom"),
        ('confirmation = "maybe"', "config.value", "printer.confirmation"),
        ("answers_status = 1", "config.value", "printer.answers_status"),
        ("drawer_pin = 3", "config.value", "printer.drawer_pin"),
        ("drawer_on_ms = 1", "config.value", "printer.drawer_on_ms"),
        ("drawer_off_ms = 511", "config.value", "printer.drawer_off_ms"),
        ("port = 0", "config.value", "printer.port"),
        ("width_dots = 576", "config.unknown", "printer.width_dots"),
        ("papermm = 58", "config.unknown", "printer.papermm"),
        ('kind = "network"\nhost = "192.168.1..50"', "config.value", "printer.host"),
        ('kind = "network"\nhost = ".printer"', "config.value", "printer.host"),
        ('kind = "network"\nhost = "192.168.1. 50"', "config.value", "printer.host"),
        (f'kind = "network"\nhost = "{"a" * 70}.local"', "config.value", "printer.host"),
        ("baud = 0", "config.value", "printer.baud"),
        ("baud = -9600", "config.value", "printer.baud"),
        ("baud = 19201", "config.value", "printer.baud"),
        ('kind = "network"\nhost = ""', "config.missing", "printer.host"),
        ('kind = "serial"', "config.missing", "printer.path"),
        ('kind = "usb"', "config.missing", "printer.vendor_id"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(line: str, code: str, key: str) -> None:
    with pytest.raises(ConfigDamaged) as refused:
        parse_config(f"[printer]\n{line}\n")
    assert (refused.value.code, refused.value.params["key"]) == (code, key)


@pytest.mark.parametrize("host", ["192.168.1.50", "fe80::1", "printer-3.hall.local", "打印机"])
def test_addresses_and_names_are_taken(host: str) -> None:
    assert parse_config(f'[printer]\nkind = "network"\nhost = "{host}"\n').printer.host == host


def test_a_damaged_file_falls_back_to_its_last_good_copy_and_alone_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(config_text(Config(printer=PROFILE)), encoding="utf-8")
    assert load_config(path).printer == PROFILE
    path.write_text("[printer]\npaper_mm = 76\n", encoding="utf-8")
    assert load_config(path).printer == PROFILE
    path.with_suffix(".last-good.toml").unlink()
    with pytest.raises(ConfigDamaged, match=r"config\.value") as refused:
        load_config(path)
    assert refused.value.params == {
        "path": "config.toml", "key": "printer.paper_mm", "value": 76, "allowed": "58, 80",
    }  # fmt: skip


def test_whoever_runs_on_the_last_good_copy_is_told_which_key_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "changshou.toml"
    path.write_text(config_text(Config(printer=PROFILE)), encoding="utf-8")
    assert load_config(path).damaged_key is None
    path.write_text("[printer]\npaper_mm = 76\n", encoding="utf-8")
    assert load_config(path).damaged_key == "printer.paper_mm"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["changshou.last-good.toml", "changshou.toml"]


def test_reader_behind_a_library_needs_its_file_and_keeps_what_it_is_opened_with(tmp_path: Path) -> None:
    with pytest.raises(ConfigDamaged) as refused:
        parse_config('[reader]\nkind = "library"\n')
    assert (refused.value.code, refused.value.params["key"]) == ("config.value", "reader.library")
    reader = ReaderConfig("library", "Decard*", "C:\\reader\\reader.dll", "COM3", "C:/python-32/python.exe")
    assert parse_config(config_text(Config(reader=reader))).reader == reader


def test_a_security_module_is_configured_by_its_slot_and_cannot_do_without() -> None:
    keys = KeysConfig("psam", slot="SAM 0", module="000000005101", test=True)
    assert parse_config(config_text(Config(keys=keys))).keys == keys
    with pytest.raises(ConfigDamaged) as missing:
        parse_config('[keys]\nkind = "psam"\n')
    assert (missing.value.code, missing.value.params["key"]) == ("config.missing", "keys.slot")
    with pytest.raises(ConfigDamaged) as unknown:
        parse_config('[keys]\nkind = "drawer"\n')
    assert unknown.value.code == "config.value"


@pytest.mark.parametrize("needed", ["host", "authority", "certificate", "private_key"])
def test_a_head_office_is_configured_with_its_address_and_certificates(needed: str) -> None:
    keys = KeysConfig("head_office", host="10.0.0.5", authority="a.pem", certificate="h.pem", private_key="h.key")
    assert parse_config(config_text(Config(keys=keys))).keys == keys
    with pytest.raises(ConfigDamaged) as missing:
        parse_config(config_text(Config(keys=replace(keys, **{needed: ""}))))
    assert (missing.value.code, missing.value.params["key"]) == ("config.missing", f"keys.{needed}")
    with pytest.raises(ConfigDamaged) as wrong:
        parse_config(config_text(Config(keys=replace(keys, host="head office"))))
    assert wrong.value.code == "config.value"
