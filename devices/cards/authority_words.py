"""Questions to a key authority and its answers as plain values, for a line between two machines.

One place for both sides: what a counter asks and what a service at the head office answers. Bytes are hexadecimal text;
a known refusal travels as its code. It must not know sockets, certificates or keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pos.domain.errors import DeviceError, DeviceRefused, DeviceUnavailable
from pos.ports.keys import KeyAuthority, WalletKind, WalletMove

Words = dict[str, Any]
_REFUSALS: Final[dict[str, type[DeviceError]]] = {
    "keys.unknown": DeviceRefused,
    "keys.locked": DeviceUnavailable,
    "card.keys_do_not_match": DeviceRefused,
}
"""What a service may answer besides a result; anything else of it is nonsense."""


def words_of(move: WalletMove) -> Words:
    """A wallet's transaction."""
    return {
        "kind": int(move.kind),
        "amount": move.amount,
        "terminal": move.terminal.hex(),
        "balance": move.balance,
        "counter": move.counter,
        "challenge": move.challenge.hex(),
        "moment": move.moment.hex(),
        "terminal_sn": move.terminal_sn.hex(),
    }


def move_of(words: Mapping[str, Any]) -> WalletMove:
    """Inverse of `words_of`. Raises: KeyError, TypeError, ValueError for anything else."""
    figures: Words = {name: _whole(words[name]) for name in ("amount", "balance", "counter")}
    parts: Words = {name: bytes.fromhex(words[name]) for name in ("terminal", "challenge", "moment", "terminal_sn")}
    return WalletMove(kind=WalletKind(words["kind"]), **figures, **parts)


def answer_to(authority: KeyAuthority, question: Mapping[str, Any]) -> Words:
    """What a service says to one question: `{"answer": ...}`, or the code of a known refusal.

    Raises: KeyError, TypeError, ValueError for what is no question; DeviceError that is not for the counter to know.
    """
    act = _ACTS[question["ask"]]
    try:
        answer = act(authority, question)
    except DeviceError as refused:
        if refused.code not in _REFUSALS:
            raise
        return {"refused": refused.code, "purpose": str(refused.params.get("purpose", ""))}
    return {"answer": answer.hex() if isinstance(answer, bytes) else answer}


def refusal_of(words: Mapping[str, Any]) -> DeviceError | None:
    """The refusal in an answer, None if it is none. Raises: KeyError for a code that no service gives."""
    if "refused" not in words:
        return None
    kind = _REFUSALS[words["refused"]]
    return kind(words["refused"], purpose=str(words.get("purpose", "")))


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no whole number")
    return value


def _bytes(question: Mapping[str, Any], name: str) -> bytes:
    return bytes.fromhex(question[name])


_ACTS: Final[dict[str, Callable[[KeyAuthority, Mapping[str, Any]], bytes | bool]]] = {
    "authenticate": lambda keys, q: keys.authenticate(q["purpose"], _bytes(q, "factor"), _bytes(q, "challenge")),
    "protect": lambda keys, q: keys.protect(
        q["purpose"],
        _bytes(q, "factor"),
        _bytes(q, "challenge"),
        _bytes(q, "header"),
        _bytes(q, "data"),
        encrypt=q["encrypt"] is True,
    ),
    "wrap_key": lambda keys, q: keys.wrap_key(
        q["purpose"],
        _bytes(q, "factor"),
        q["target"],
        _bytes(q, "key_header"),
        _bytes(q, "challenge"),
        _bytes(q, "header"),
    ),
    "sector_key": lambda keys, q: keys.sector_key(q["purpose"], _bytes(q, "factor")),
    "card_code": lambda keys, q: keys.card_code(q["purpose"], _bytes(q, "factor"), _whole(q["length"])),
    "wallet_mac": lambda keys, q: keys.wallet_mac(_bytes(q, "factor"), move_of(q["move"]), _bytes(q, "card_mac")),
    "wallet_proof_holds": lambda keys, q: keys.wallet_proof_holds(
        _bytes(q, "factor"), move_of(q["move"]), _bytes(q, "proof")
    ),
}
