"""The wallet's arithmetic against the published traces, command by command (PBOC 2.0 part 1, 圈存 and 消费).

K is both the load key and the key 34 of those traces; what is asked for is asked of the functions that card and key
authority use.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.cards import crypto, wallet_crypto
from devices.cards.keystore import PURPOSES, KeyRing, KeySet, development_key_set
from pos.domain.errors import DeviceRefused
from pos.ports.keys import WalletKind, WalletMove

HEX = bytes.fromhex
K = HEX("00112233445566778899AABBCCDDEEFF")
TERMINAL = HEX("001122334455")
LOAD = WalletMove(
    WalletKind.EP_LOAD, 0x2000, TERMINAL, balance=0, counter=0, challenge=HEX("C903814D"), moment=HEX("20161216105800")
)
PURCHASE = WalletMove(
    WalletKind.EP_PURCHASE,
    1,
    TERMINAL,
    balance=0x2000,
    counter=0,
    challenge=HEX("584633C9"),
    moment=HEX("20161216134600"),
    terminal_sn=bytes(4),
)
FACTOR = HEX("1122334455667788")


def test_initialize_for_load_session_key_and_mac1() -> None:
    session = wallet_crypto.session_key(K, LOAD)
    assert session == HEX("11FDF264E8AEEFA3")
    assert wallet_crypto.card_mac(session, LOAD) == HEX("03976C22")


def test_credit_for_load_mac2_and_tac() -> None:
    assert wallet_crypto.terminal_mac(wallet_crypto.session_key(K, LOAD), LOAD) == HEX("8AFA5718")
    assert wallet_crypto.tac_key(K) == HEX("88" * 8)
    assert wallet_crypto.tac(wallet_crypto.tac_key(K), LOAD) == HEX("FA00066D")


def test_initialize_for_purchase_session_key_and_mac1() -> None:
    session = wallet_crypto.session_key(K, PURCHASE)
    assert session == HEX("C08346DF9F1D457A")
    assert wallet_crypto.terminal_mac(session, PURCHASE) == HEX("D45737C5")


def test_debit_for_purchase_tac_and_mac2() -> None:
    session = wallet_crypto.session_key(K, PURCHASE)
    assert wallet_crypto.tac(wallet_crypto.tac_key(K), PURCHASE) == HEX("8AF270DC")
    assert wallet_crypto.answer_mac(session, PURCHASE) == HEX("66B54A6B")


def test_a_short_internal_key_is_the_tac_key_itself() -> None:
    assert wallet_crypto.tac_key(HEX("1122334455667788")) == HEX("1122334455667788")


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing(development_key_set())


def card_side(ring: KeyRing, move: WalletMove) -> tuple[bytes, bytes]:
    """MAC1 and TAC or MAC3 of a card that was issued by this authority, computed from its own keys."""
    keys = ring._key_set.keys  # the card's half of the secret, which no port gives
    purpose = {WalletKind.LOAD: "wallet_load", WalletKind.UNLOAD: "wallet_unload"}[move.kind]
    session = wallet_crypto.session_key(crypto.diversify(keys[purpose], FACTOR), move)
    tac_key = wallet_crypto.tac_key(crypto.diversify(keys["internal_auth"], FACTOR))
    is_unload = move.kind is WalletKind.UNLOAD
    proof = wallet_crypto.answer_mac(session, move) if is_unload else wallet_crypto.tac(tac_key, move)
    return wallet_crypto.card_mac(session, move), proof


@pytest.mark.parametrize("kind", [WalletKind.LOAD, WalletKind.UNLOAD])
def test_authority_answers_a_card_that_knows_the_key_and_believes_its_proof(ring: KeyRing, kind: WalletKind) -> None:
    move = replace(LOAD, kind=kind, balance=0x3000)
    mac1, proof = card_side(ring, move)
    assert len(ring.wallet_mac(FACTOR, move, mac1)) == 4
    assert ring.wallet_proof_holds(FACTOR, move, proof)
    for other in (replace(move, amount=0x2001), replace(move, counter=1), replace(move, balance=0x3001)):
        assert not ring.wallet_proof_holds(FACTOR, other, proof)


@pytest.mark.parametrize("kind", [WalletKind.LOAD, WalletKind.UNLOAD])
def test_authority_answers_nothing_to_a_card_with_a_wrong_mac1(ring: KeyRing, kind: WalletKind) -> None:
    with pytest.raises(DeviceRefused, match=r"card\.keys_do_not_match"):
        ring.wallet_mac(FACTOR, replace(LOAD, kind=kind, balance=0x3000), bytes(4))


def test_authority_without_wallet_keys_says_so() -> None:
    ring = KeyRing(KeySet(is_test=True, keys=dict.fromkeys(PURPOSES, K)))
    for kind in (WalletKind.LOAD, WalletKind.UNLOAD, WalletKind.EP_LOAD):
        with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
            ring.wallet_mac(FACTOR, replace(LOAD, kind=kind), bytes(4))
