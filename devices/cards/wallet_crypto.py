"""The arithmetic of a PBOC wallet (电子存折): session keys, the MACs of a load, an unload and a purchase, the TAC.

Source: PBOC 2.0 part 1 as FMCOS cards follow it; the published traces hold every function in the tests. Pure functions
of bytes, in the order of the wire. It must not know commands, files, or who holds which key.
"""

from __future__ import annotations

from devices.cards import crypto
from pos.ports.keys import WalletMove


def session_key(key: bytes, move: WalletMove) -> bytes:
    """Eight bytes for one transaction: random, counter, and the end of the terminal's own number for a purchase."""
    tail = move.terminal_sn[-2:] if move.kind.is_purchase else b"\x80\x00"
    return crypto.ecb_encrypt(key, move.challenge + _counter(move) + tail)


def tac_key(key: bytes) -> bytes:
    """The left half of the card's internal key XOR its right half; a short key as it is."""
    return bytes(one ^ other for one, other in zip(key[:8], key[8:], strict=True)) if len(key) == 16 else key


def card_mac(session: bytes, move: WalletMove) -> bytes:
    """MAC1 of a load or an unload, by which the card proves that it knows the key."""
    return _mac(session, _amount(move.balance) + _what(move))


def terminal_mac(session: bytes, move: WalletMove) -> bytes:
    """What the card wants to see: MAC2 of a load or an unload, MAC1 of a purchase."""
    return _mac(session, _what(move) + move.moment)


def answer_mac(session: bytes, move: WalletMove) -> bytes:
    """What the card answers under the session key: MAC3 of an unload, MAC2 of a purchase."""
    if move.kind.is_purchase:
        return _mac(session, _amount(move.amount))
    return _mac(session, _amount(move.balance_after) + _counter(move) + _what(move) + move.moment)


def tac(key: bytes, move: WalletMove) -> bytes:
    """The card's proof of what it has done; `key` is the one of `tac_key`."""
    if move.kind.is_purchase:
        return _mac(key, _what(move) + move.terminal_sn + move.moment)
    return _mac(key, _amount(move.balance_after) + _counter(move) + _what(move) + move.moment)


def _what(move: WalletMove) -> bytes:
    return _amount(move.amount) + bytes([move.kind]) + move.terminal


def _amount(amount: int) -> bytes:
    return amount.to_bytes(4, "big")


def _counter(move: WalletMove) -> bytes:
    return move.counter.to_bytes(2, "big")


def _mac(key: bytes, message: bytes) -> bytes:
    return crypto.cbc_mac(key, message)[: crypto.MAC_LENGTH]
