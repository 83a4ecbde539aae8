"""One contract for keystore, PSAM and head office: the same keys, the same cryptograms, the same refusals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devices.cards import wallet_crypto
from devices.cards.keystore import MEMORY_PURPOSES, PURPOSES, SECTOR_PURPOSES
from pos.domain.errors import DeviceRefused
from pos.ports.keys import WalletKind, WalletMove
from tests.contract.authority_rigs import KEY_SET, RIGS, RING, AuthorityRig

FACTOR = bytes.fromhex("5101100000001700")
OTHER = bytes.fromhex("5101100000002500")
ON_CARDS = [purpose for purpose in PURPOSES if purpose != "issue_transport"]
LOAD = WalletMove(WalletKind.LOAD, 12_000, bytes(6), 0, 3, b"\x01\x02\x03\x04", bytes.fromhex("20261123091500"))


@pytest.fixture(scope="module", params=sorted(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorityRig]:
    with RIGS[request.param](tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.mark.parametrize("purpose", ON_CARDS)
def test_authenticates_as_the_keys_do(rig: AuthorityRig, purpose: str) -> None:
    answer = rig.authority.authenticate(purpose, FACTOR, b"\x53\xfd\x1f\x26\x2e\xc4\xe6\xe2")
    assert answer == RING.authenticate(purpose, FACTOR, b"\x53\xfd\x1f\x26\x2e\xc4\xe6\xe2")
    assert answer != rig.authority.authenticate(purpose, OTHER, b"\x53\xfd\x1f\x26\x2e\xc4\xe6\xe2")


@pytest.mark.parametrize("length", [0, 1, 7, 8, 15, 16, 48, 120])
@pytest.mark.parametrize("encrypt", [False, True])
def test_protects_a_line_as_the_keys_do(rig: AuthorityRig, length: int, encrypt: bool) -> None:
    arguments = ("line_protection", FACTOR, b"\x88\xbb\xe4\xe3", b"\x04\xd6\x85\x00", bytes(range(length)))
    assert rig.authority.protect(*arguments, encrypt=encrypt) == RING.protect(*arguments, encrypt=encrypt)


@pytest.mark.parametrize("purpose", SECTOR_PURPOSES)
def test_answers_the_sector_keys_of_one_card(rig: AuthorityRig, purpose: str) -> None:
    assert rig.authority.sector_key(purpose, FACTOR) == RING.sector_key(purpose, FACTOR)


@pytest.mark.parametrize("purpose", ["memory_code", "memory_transport"])
@pytest.mark.parametrize("length", [2, 3])
def test_answers_the_code_of_one_memory_card(rig: AuthorityRig, purpose: str, length: int) -> None:
    assert rig.authority.card_code(purpose, FACTOR, length) == RING.card_code(purpose, FACTOR, length)


@pytest.mark.parametrize("purpose", ["nothing", *ON_CARDS, *MEMORY_PURPOSES])
def test_no_other_key_is_ever_answered(rig: AuthorityRig, purpose: str) -> None:
    with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
        rig.authority.sector_key(purpose, FACTOR)
    if purpose not in MEMORY_PURPOSES:
        with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
            rig.authority.card_code(purpose, FACTOR, 3)


def test_an_unknown_purpose_is_refused_by_its_name(rig: AuthorityRig) -> None:
    with pytest.raises(DeviceRefused) as refused:
        rig.authority.authenticate("load", FACTOR, bytes(8))
    assert (refused.value.code, refused.value.params["purpose"]) == ("keys.unknown", "load")


def test_wraps_a_new_cards_key_or_refuses_it_by_name(rig: AuthorityRig) -> None:
    arguments = ("issue_transport", FACTOR, "meter_auth", b"\xf9\xf0\xef\xbb\x33", b"abcd", b"\x84\xd4\x01\x01")
    if rig.wraps:
        assert rig.authority.wrap_key(*arguments) == RING.wrap_key(*arguments)
        return
    with pytest.raises(DeviceRefused) as refused:
        rig.authority.wrap_key(*arguments)
    assert (refused.value.code, refused.value.params["purpose"]) == ("keys.unknown", "meter_auth")


def test_moves_a_wallet_that_knows_the_key_or_refuses_it_by_name(rig: AuthorityRig) -> None:
    session = wallet_crypto.session_key(RING._card_key("wallet_load", FACTOR), LOAD)
    asked = wallet_crypto.card_mac(session, LOAD)
    if not rig.moves_wallets:
        for act in (
            lambda: rig.authority.wallet_mac(FACTOR, LOAD, asked),
            lambda: rig.authority.wallet_proof_holds(FACTOR, LOAD, bytes(4)),
        ):
            with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
                act()
        return
    assert rig.authority.wallet_mac(FACTOR, LOAD, asked) == RING.wallet_mac(FACTOR, LOAD, asked)
    with pytest.raises(DeviceRefused, match=r"card\.keys_do_not_match"):
        rig.authority.wallet_mac(FACTOR, LOAD, bytes(4))
    proof = wallet_crypto.tac(wallet_crypto.tac_key(RING._card_key("internal_auth", FACTOR)), LOAD)
    assert rig.authority.wallet_proof_holds(FACTOR, LOAD, proof)
    assert not rig.authority.wallet_proof_holds(FACTOR, LOAD, bytes(4))


def test_says_that_it_holds_development_keys(rig: AuthorityRig) -> None:
    assert rig.authority.is_test_key


def test_shows_no_key(rig: AuthorityRig) -> None:
    shown = (
        repr(rig.authority) + str(vars(rig.authority)) if hasattr(rig.authority, "__dict__") else repr(rig.authority)
    )
    assert not [purpose for purpose, key in KEY_SET.keys.items() if purpose in ON_CARDS and key.hex() in shown.lower()]
