"""The key ceremony at the command line: two people, shares that nobody sees, check values in the books."""

from __future__ import annotations

import getpass
import io
import json
import secrets
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import pos.usecases.note_card_keys
import ui.app.key_ceremony
import ui.app.start
from devices.cards.crypto import check_value
from devices.cards.key_shares import purposes_of
from devices.cards.keystore import SoftwareKeystore
from pos.domain.errors import DeviceRefused, DeviceUnavailable
from pos.ports.keys import KeyAuthority
from tests.fixtures_hall import PASSWORD
from tests.integration.cli_desk import ADMIN, CASHIER, LEAD, TWO_PEOPLE, Desk
from ui.app.config import Config
from ui.app.demo_start import open_or_make
from ui.app.key_ceremony import unlocked_keys
from ui.app.places import Places
from ui.app.start import HallLock
from ui.app.workplace import DEVELOPMENT_PASSPHRASE, make_development_keys, open_workplace
from ui.cli.key_texts import KEY_TEXTS
from ui.cli.main import main

PASSPHRASE = "十一月的气表 correct horse"
CPU = purposes_of(())


class Holders:
    """Two people's shares and what they type."""

    def __init__(self, purposes: tuple[str, ...] = CPU) -> None:
        self.first = {purpose: secrets.token_bytes(16) for purpose in purposes}
        self.second = {purpose: secrets.token_bytes(16) for purpose in purposes}

    @property
    def keys(self) -> dict[str, bytes]:
        return {
            name: bytes(a ^ b for a, b in zip(self.first[name], self.second[name], strict=True)) for name in self.first
        }

    def typed(self, passphrase: str = PASSPHRASE, again: str | None = None) -> list[str]:
        shares = [share.hex(" ", 4).upper() for own in (self.first, self.second) for share in own.values()]
        return [word_of(ADMIN), *shares, passphrase, passphrase if again is None else again, word_of(LEAD)]


def word_of(code: str) -> str:
    return PASSWORD.format(code=code)


def run(desk: Desk, *words: str, typed: list[str]) -> int:
    desk.monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
    code = main([*words, "--data", str(desk.at.data)])
    desk.said, desk.complained = desk.capsys.readouterr()
    return code


def ceremony(desk: Desk, holders: Holders, *words: str, typed: list[str] | None = None) -> int:
    return run(desk, "keys", "ceremony", *TWO_PEOPLE, *words, typed=holders.typed() if typed is None else typed)


@contextmanager
def opened(desk: Desk, keys: KeyAuthority | None = None) -> Iterator[KeyAuthority]:
    """The program's own card keys, with the hall open."""
    desk.demo.store.close()
    workplace = open_workplace(desk.at, keys=keys)
    try:
        assert workplace.keys is not None
        yield workplace.keys
    finally:
        workplace.close()


@pytest.fixture
def holders() -> Holders:
    return Holders()


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "sm4-gcm"])
def test_two_people_load_keys_that_neither_has_and_the_books_name_their_check_values(
    desk: Desk, holders: Holders, cipher: str
) -> None:
    assert ceremony(desk, holders, "--cipher", cipher) == 0
    keystore = SoftwareKeystore(desk.at.keystore)
    assert (keystore.is_test_key, keystore.cipher) == (False, cipher)
    keystore.unlock(PASSPHRASE)
    wanted = {purpose: check_value(key) for purpose, key in holders.keys.items()}
    assert keystore.check_values() == wanted
    (facts,) = desk.demo.facts("DJ-H", "card_keys_loaded")
    told = json.loads(facts)
    assert {key["purpose"]: key["check_value"] for key in told["keys"]} == wanted
    assert (told["authority"], told["cipher"]) == ("keystore", cipher)
    assert stat.S_IMODE(desk.at.keystore.stat().st_mode) == 0o600
    assert desk("verify") == 0


def test_no_share_and_no_key_is_shown_or_recorded(desk: Desk, holders: Holders) -> None:
    assert ceremony(desk, holders) == 0
    seen = desk.said + desk.complained + "".join(desk.demo.facts("DJ-H", "card_keys_loaded"))
    for secret in (*holders.first.values(), *holders.second.values(), *holders.keys.values()):
        assert secret.hex() not in seen.replace(" ", "").lower()
    for share in (*holders.first.values(), *holders.second.values()):
        assert check_value(share) in desk.said


def test_development_keys_are_moved_aside_and_never_deleted(desk: Desk, holders: Holders) -> None:
    make_development_keys(desk.at)
    former = desk.at.keystore.read_bytes()
    assert ceremony(desk, holders) == 0
    (aside,) = desk.at.keys.glob("cards.before-*.keystore")
    assert aside.read_bytes() == former
    assert str(aside) in desk.said
    assert not list(desk.at.keys.glob("*.new"))


def test_other_families_are_asked_for_and_makers_public_keys_of_nobody(desk: Desk) -> None:
    every = Holders(purposes_of(("mifare", "memory", "wallet")))
    assert ceremony(desk, every, "--family", "mifare", "--family", "memory", "--family", "wallet") == 0
    keystore = SoftwareKeystore(desk.at.keystore)
    keystore.unlock(PASSPHRASE)
    assert len(keystore.check_values()) == 15
    assert keystore.sector_key("sector_transport", bytes(8)) == b"\xff" * 6


def refusals(holders: Holders) -> dict[str, list[str]]:
    good = holders.typed()
    twice = Holders()
    twice.second = dict(twice.first)
    return {
        "keys.share_form": [good[0], "12 34", *good[2:]],
        "keys.weak": twice.typed(),
        "keys.passphrase_short": holders.typed("short"),
        "keys.passphrases_differ": holders.typed(again=PASSPHRASE + "!"),
        "sign_in.wrong": [*good[:-1], word_of(CASHIER)],
        "ask.no_more": good[:5],
    }


@pytest.mark.parametrize("code", sorted(refusals(Holders())))
def test_a_refused_ceremony_leaves_the_former_keys_and_no_file(desk: Desk, holders: Holders, code: str) -> None:
    make_development_keys(desk.at)
    before = {path.name: path.read_bytes() for path in desk.at.keys.iterdir()}
    assert ceremony(desk, holders, typed=refusals(holders)[code]) == 3
    assert f"[{code}]" in desk.complained
    assert {path.name: path.read_bytes() for path in desk.at.keys.iterdir()} == before
    assert desk.demo.facts("DJ-H", "card_keys_loaded") == []


def test_the_public_passphrase_of_development_keys_is_none(desk: Desk, holders: Holders) -> None:
    assert ceremony(desk, holders, typed=holders.typed(DEVELOPMENT_PASSPHRASE)) == 3
    assert "[keys.passphrase_short]" in desk.complained


def test_a_cashier_and_a_person_alone_load_no_keys(desk: Desk, holders: Holders) -> None:
    words = ("keys", "ceremony", "--passwords-from-stdin", "--login")
    assert run(desk, *words, CASHIER, "--approver", LEAD, typed=[word_of(CASHIER)]) == 3
    assert "[role.refused]" in desk.complained
    assert run(desk, *words, ADMIN, "--approver", ADMIN, typed=holders.typed()) == 3
    assert "[approval.self]" in desk.complained
    assert not desk.at.keystore.exists()


def test_no_keys_change_under_a_counter_that_is_open(desk: Desk, holders: Holders) -> None:
    with HallLock(desk.at.lock):
        assert ceremony(desk, holders) == 6
    assert not desk.at.keystore.exists()


def test_a_copy_is_told_from_another_keystore_by_the_books(desk: Desk, holders: Holders, tmp_path: Path) -> None:
    assert ceremony(desk, holders) == 0
    copy = tmp_path / "usb.keystore"
    copy.write_bytes(desk.at.keystore.read_bytes())
    look = ("keys", "check", "--passwords-from-stdin", "--file", str(copy))
    assert run(desk, *look, typed=[PASSPHRASE]) == 0
    assert "一致" in desk.said
    assert ceremony(desk, Holders()) == 0
    assert run(desk, *look, typed=[PASSPHRASE]) == 1
    assert "meter_auth" in desk.said
    assert run(desk, *look, typed=["wrong passphrase"]) == 4
    assert "[keys.wrong_passphrase]" in desk.complained


def test_a_look_at_keys_before_the_first_ceremony_says_that_the_books_name_none(desk: Desk) -> None:
    make_development_keys(desk.at)
    assert run(desk, "--lang", "en", "keys", "check", "--passwords-from-stdin", typed=[DEVELOPMENT_PASSPHRASE]) == 0
    assert "development keys" in desk.said
    assert "The books name no keys yet." in desk.said


@pytest.mark.parametrize("words", [("--cipher", "rot13"), ("--family", "desfire")])
def test_an_unknown_word_is_a_wrong_command_line(desk: Desk, holders: Holders, words: tuple[str, str]) -> None:
    assert ceremony(desk, holders, *words) == 2


def test_an_opened_keystore_answers_the_program_and_a_locked_one_says_how(desk: Desk, holders: Holders) -> None:
    assert ceremony(desk, holders) == 0
    words = ("issuer_master", bytes(8), bytes(8))
    with opened(desk) as closed, pytest.raises(DeviceUnavailable, match=r"keys\.locked"):
        assert closed.authenticate(*words)
    keys = unlocked_keys(desk.at, lambda: PASSPHRASE)
    with opened(desk, keys) as held:
        assert held is keys
        assert held.authenticate(*words)
        assert not held.is_test_key
    with pytest.raises(DeviceRefused, match=r"keys\.wrong_passphrase"):
        unlocked_keys(desk.at, lambda: PASSPHRASE + "?")


def pressed_in(desk: Desk, owner: Any, name: str) -> None:
    """Ctrl+C comes as this function begins."""
    real = getattr(owner, name)

    def and_then(*args: Any, **kwargs: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return real(*args, **kwargs)

    desk.monkeypatch.setattr(owner, name, and_then)


def test_a_stopped_ceremony_says_so_and_leaves_no_file(desk: Desk, holders: Holders) -> None:
    pressed_in(desk, ui.app.key_ceremony, "save_keystore")
    assert ceremony(desk, holders) == 130
    assert KEY_TEXTS["stopped.keys"][0] in desk.complained
    assert not list(desk.at.keys.glob("*.keystore"))
    assert not list(desk.at.keys.glob("*.new"))
    assert desk.demo.facts("DJ-H", "card_keys_loaded") == []


def test_keys_that_the_books_name_are_put_in_their_place_whatever_is_pressed(desk: Desk, holders: Holders) -> None:
    pressed_in(desk, pos.usecases.note_card_keys, "note_card_keys")
    assert ceremony(desk, holders) == 0
    assert KEY_TEXTS["stopped.keys"][0] not in desk.complained
    assert len(desk.demo.facts("DJ-H", "card_keys_loaded")) == 1
    assert SoftwareKeystore(desk.at.keystore).is_locked


def test_the_counter_is_opened_with_the_keys_that_the_passphrase_opened(desk: Desk, holders: Holders) -> None:
    assert ceremony(desk, holders) == 0
    given: list[KeyAuthority | None] = []

    def open_counter(_at: Places, *, keys: KeyAuthority | None, **_: Any) -> int:
        given.append(keys)
        return 0

    desk.monkeypatch.setattr(ui.app.start, "run_program", open_counter)
    desk.monkeypatch.setattr(getpass, "getpass", lambda _prompt: PASSPHRASE)
    assert main(["run", "--unlock-keys", "--data", str(desk.at.data)]) == 0
    assert main(["run", "--data", str(desk.at.data)]) == 0
    opened_keys, none = given
    assert none is None
    assert isinstance(opened_keys, SoftwareKeystore)
    assert not opened_keys.is_locked
    desk.demo.store.close()
    workplace = open_or_make(desk.at, Config(), demo=False, keys=opened_keys)
    try:
        assert workplace.keys is opened_keys
        assert not workplace.hall.test_keys
    finally:
        workplace.close()
