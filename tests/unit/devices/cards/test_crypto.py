"""The vectors of the card reference for what the program computes, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards import crypto

MASTER = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
TAC_KEY = bytes.fromhex("8888888888888888")
TRANSPORT = b"\xff" * 8
HEX = bytes.fromhex


def test_load_mac1_of_the_published_trace() -> None:
    key = HEX("11FDF264E8AEEFA3")
    assert crypto.cbc_mac(key, HEX("000000000000200002001122334455"))[:4] == HEX("03976C22")


def test_load_mac2_of_the_published_trace() -> None:
    key = HEX("11FDF264E8AEEFA3")
    assert crypto.cbc_mac(key, HEX("000020000200112233445520161216105800"))[:4] == HEX("8AFA5718")


def test_load_tac_of_the_published_trace() -> None:
    message = HEX("000020000000000020000200112233445520161216105800")
    assert crypto.cbc_mac(TAC_KEY, message)[:4] == HEX("FA00066D")


@pytest.mark.parametrize(
    ("key", "message", "mac"),
    [
        pytest.param("C08346DF9F1D457A", "000000010600112233445520161216134600", "D45737C5", id="MAC1"),
        pytest.param("8888888888888888", "00000001060011223344550000000020161216134600", "8AF270DC", id="TAC"),
        pytest.param("C08346DF9F1D457A", "00000001", "66B54A6B", id="MAC2"),
    ],
)
def test_purchase_codes_of_the_published_trace(key: str, message: str, mac: str) -> None:
    assert crypto.cbc_mac(HEX(key), HEX(message))[:4] == HEX(mac)


def test_diversification_of_one_level() -> None:
    assert crypto.diversify(MASTER, HEX("1122334455667788")) == HEX("496BD7A3513644533100B54E71196528")


@pytest.mark.parametrize(
    ("key", "challenge", "cryptogram"),
    [
        pytest.param("0102030405060708", "BB83BFF300000000", "74B0047DD681D96C", id="challenge of 4"),
        pytest.param("FFFFFFFFFFFFFFFF", "53FD1F262EC4E6E2", "A0DBBFC1192FF24A", id="challenge of 8"),
    ],
)
def test_external_authentication(key: str, challenge: str, cryptogram: str) -> None:
    assert crypto.ecb_encrypt(HEX(key), HEX(challenge)) == HEX(cryptogram)


def test_internal_authentication_encrypts_and_macs() -> None:
    key, message = HEX("1122334455667788"), HEX("0102030405060708")
    assert crypto.ecb_encrypt(key, message) == HEX("178F59F8578E0D3F")
    assert crypto.cbc_mac(key, message)[:4] == HEX("A82A8CEB")


def test_secure_messaging_mac_with_a_short_key() -> None:
    field = HEX("000122000001FFFF22000000000000060001201610280000000000010001000000000000000000000000000020501231")
    line = crypto.protect_line(TRANSPORT, HEX("88BBE4E3"), HEX("04D68500"), field, encrypt=False)
    assert line == field + HEX("AE8D8774")


def test_encrypted_key_loading() -> None:
    field = HEX("F9F0F0AAFF1122334455667788")
    line = crypto.protect_line(TRANSPORT, HEX("4C45BAB9"), HEX("84D40102"), field, encrypt=True)
    assert line == HEX("7C87BC23140021B3AFEA67E6359DDCFED7C943F6")


def test_key_of_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="8 or 16"):
        crypto.ecb_encrypt(b"123", bytes(8))


@given(key=st.binary(min_size=16, max_size=16), plain=st.binary(max_size=200))
def test_encrypted_field_reads_back(key: bytes, plain: bytes) -> None:
    assert crypto.decrypt_field(key, crypto.encrypt_field(key, plain)) == plain


@given(message=st.binary(max_size=64))
def test_padding_fills_whole_blocks_and_can_be_taken_off(message: bytes) -> None:
    padded = crypto.pad80(message)
    assert len(padded) % 8 == 0
    assert padded.rstrip(b"\x00")[:-1] == message
