"""The wallet (电子存折, 电子钱包) of the simulated CPU card: load, unload, purchase, balance, proof, and its log.

Source: FMCOS 2.0 manual, PBOC 2.0 part 1. Balance, counters and the proof of the last transaction change together or
not at all, as PBOC demands: the new state is written beside the old one and a single byte turns over. The log follows
after that byte and may miss a record, the worst case. It must not know our profile or any session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from typing import Final

from devices.cards import fmcos_commands as fm
from devices.cards import wallet_crypto
from devices.cards.simulated_authority import SecurityState
from devices.cards.simulated_filesystem import WALLET_BODY, SimulatedFile
from devices.cards.simulated_memory import Memory
from devices.cards.simulated_request import Reply, Request
from devices.cards.status_words import StatusWord
from pos.ports.keys import WalletKind, WalletMove

_SLOT: Final = WALLET_BODY // 2
_LIMIT: Final = 0xFFFFFFFF
_LAST_COUNT: Final = 0xFFFF
_KEY_VERSION: Final = b"\x01\x00"  # version and algorithm as the keys were loaded
_KEY_OF: Final = {
    WalletKind.LOAD: fm.KEY_LOAD,
    WalletKind.EP_LOAD: fm.KEY_LOAD,
    WalletKind.UNLOAD: fm.KEY_UNLOAD,
    WalletKind.PURCHASE: fm.KEY_PURCHASE,
    WalletKind.EP_PURCHASE: fm.KEY_PURCHASE,
}


@dataclass(frozen=True, slots=True)
class WalletState:
    """What lasts. Attributes: balance; online, offline (counters); proof (type, counter, MAC, TAC of the last one)."""

    balance: int
    online: int
    offline: int
    proof: bytes

    def packed(self) -> bytes:
        """As it lies in the memory."""
        return (
            self.balance.to_bytes(4, "big")
            + self.online.to_bytes(2, "big")
            + self.offline.to_bytes(2, "big")
            + self.proof
        )


def state_of(stored: SimulatedFile) -> WalletState:
    """The state that is true now."""
    start = _SLOT if stored.body[-1] else 0
    raw = bytes(stored.body[start : start + _SLOT])
    balance, online, offline = (int.from_bytes(raw[at:end], "big") for at, end in ((0, 4), (4, 6), (6, 8)))
    return WalletState(balance, online, offline, raw[8:])


@dataclass(frozen=True, slots=True)
class _Begun:
    """A transaction that INITIALIZE announced. Attributes: wallet; move (moment still empty); key (its secret)."""

    wallet: SimulatedFile
    move: WalletMove
    key: bytes = field(repr=False)


class WalletCommands:
    """The wallet's instructions between two resets. Attributes: handlers (by instruction byte)."""

    def __init__(self, security: SecurityState, memory: Memory, challenge_source: Callable[[int], bytes]) -> None:
        self._security, self._memory, self._challenge_source = security, memory, challenge_source
        self._begun: _Begun | None = None
        self._due: _Begun | None = None
        self.handlers: dict[int, Callable[[Request], Reply]] = {
            0x50: self._initialize,
            0x52: self._credit,
            0x54: self._debit,
            0x5C: self._get_balance,
            0x5A: self._get_proof,
        }

    def begin_command(self) -> None:
        """Between INITIALIZE and what it announced nothing may come."""
        self._due, self._begun = self._begun, None

    def _wallet(self, number: int) -> SimulatedFile | int:
        """The ED (1) or EP (2) of the current directory, or the status word that says why not."""
        directory = self._security.current
        stored = directory.files.get(number) if directory is not None and number in (1, 2) else None
        if stored is None or stored.kind != fm.TYPE_WALLET:
            return StatusWord.FILE_NOT_FOUND
        return stored if self._security.satisfies(stored.read_right) else StatusWord.SECURITY_NOT_SATISFIED

    def _get_balance(self, request: Request) -> Reply:
        wallet = self._wallet(request.header[3])
        if isinstance(wallet, int):
            return Reply(wallet)
        return Reply(StatusWord.DONE, state_of(wallet).balance.to_bytes(4, "big"))

    def _initialize(self, request: Request) -> Reply:
        """INITIALIZE FOR LOAD (00), PURCHASE (01), UNLOAD (05): announces, changes nothing."""
        wallet = self._wallet(request.header[3])
        if isinstance(wallet, int):
            return Reply(wallet)
        kind = _kind_of(request.header[2], request.header[3])
        if kind is None:
            return Reply(StatusWord.WRONG_P1P2)
        if len(request.field) != 11:
            return Reply(StatusWord.WRONG_LENGTH)
        directory = self._security.current
        key = directory.key(_KEY_OF[kind], request.field[0]) if directory is not None else None
        if key is None:
            return Reply(StatusWord.KEY_INDEX_UNKNOWN)
        if not self._security.satisfies(key.use_right):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        state, amount = state_of(wallet), int.from_bytes(request.field[1:5], "big")
        counter = state.offline if kind.is_purchase else state.online
        if counter == _LAST_COUNT:
            return Reply(StatusWord.COUNTER_EXHAUSTED)
        move = WalletMove(kind, amount, request.field[5:], state.balance, counter, self._challenge_source(4))
        if move.balance_after < 0:
            return Reply(StatusWord.BALANCE_TOO_SMALL)
        if move.balance_after > _LIMIT:
            return Reply(StatusWord.WRONG_DATA)
        head = state.balance.to_bytes(4, "big") + counter.to_bytes(2, "big")
        self._begun = _Begun(wallet, move, bytes(key.secret))
        if kind.is_purchase:
            return Reply(StatusWord.DONE, head + bytes(3) + _KEY_VERSION + move.challenge)
        session = wallet_crypto.session_key(bytes(key.secret), move)
        return Reply(StatusWord.DONE, head + _KEY_VERSION + move.challenge + wallet_crypto.card_mac(session, move))

    def _credit(self, request: Request) -> Reply:
        """CREDIT FOR LOAD: date 4, time 3, MAC2."""
        due = self._due
        if due is None or due.move.kind not in (WalletKind.LOAD, WalletKind.EP_LOAD):
            return Reply(StatusWord.NOT_NOW)
        if len(request.field) != 11:
            return Reply(StatusWord.WRONG_LENGTH)
        move = replace(due.move, moment=request.field[:7])
        return self._carry_out(due, move, request.field[7:])

    def _debit(self, request: Request) -> Reply:
        """DEBIT FOR PURCHASE (01): terminal's number 4, date 4, time 3, MAC1. DEBIT FOR UNLOAD (03): as a load."""
        due, unloads = self._due, request.header[2] == 0x03
        if due is None or unloads != (due.move.kind is WalletKind.UNLOAD) or due.move.kind.is_load:
            return Reply(StatusWord.NOT_NOW)
        if len(request.field) != (11 if unloads else 15):
            return Reply(StatusWord.WRONG_LENGTH)
        moment, mac = request.field[-11:-4], request.field[-4:]
        move = replace(due.move, moment=moment, terminal_sn=b"" if unloads else request.field[:4])
        return self._carry_out(due, move, mac)

    def _carry_out(self, due: _Begun, move: WalletMove, mac: bytes) -> Reply:
        session = wallet_crypto.session_key(due.key, move)
        directory = self._security.current
        internal = directory.key(fm.KEY_INTERNAL, 0x00) if directory is not None else None
        if internal is None:
            return Reply(StatusWord.KEY_NOT_FOUND)
        if not compare_digest(wallet_crypto.terminal_mac(session, move), mac):
            return Reply(StatusWord.PBOC_MAC_WRONG)
        tac = wallet_crypto.tac(wallet_crypto.tac_key(bytes(internal.secret)), move)
        answered = mac if move.kind.is_load else wallet_crypto.answer_mac(session, move)
        self._turn_over(due.wallet, move, answered, tac)
        self._log(due.wallet, move)
        if move.kind is WalletKind.UNLOAD:
            return Reply(StatusWord.DONE, answered)
        return Reply(StatusWord.DONE, tac if move.kind.is_load else tac + answered)

    def _turn_over(self, wallet: SimulatedFile, move: WalletMove, mac: bytes, tac: bytes) -> None:
        """Write the new state beside the old one, then the one byte; whatever it is torn to, it names a whole state."""
        old = state_of(wallet)
        fresh = WalletState(
            move.balance_after,
            old.online + (not move.kind.is_purchase),
            old.offline + move.kind.is_purchase,
            bytes([move.kind]) + move.counter.to_bytes(2, "big") + mac + tac,
        )
        is_second = bool(wallet.body[-1])
        self._memory.store(wallet.body, 0 if is_second else _SLOT, fresh.packed())
        self._memory.store(wallet.body, len(wallet.body) - 1, b"\x00" if is_second else b"\xff")

    def _log(self, wallet: SimulatedFile, move: WalletMove) -> None:
        """The newest record of the wallet's log file; the file's identifier stands where others keep line keys."""
        directory = self._security.current
        log = directory.file_by_short_id(wallet.access & 0x1F) if directory is not None else None
        if log is None or log.kind != fm.TYPE_CYCLIC:
            return
        head = move.counter.to_bytes(2, "big") + bytes(3) + move.amount.to_bytes(4, "big")
        record = head + bytes([move.kind]) + move.terminal + move.moment
        count = int.from_bytes(log.newest, "big")
        self._memory.store(log.body, count % log.capacity * log.record_length, record)
        self._memory.store(log.newest, 0, ((count + 1) & 0xFFFF).to_bytes(2, "big"))

    def _get_proof(self, request: Request) -> Reply:
        """GET TRANSACTION PROVE: MAC and TAC of the last transaction, if it is the one that is asked about."""
        if len(request.field) != 2:
            return Reply(StatusWord.WRONG_LENGTH)
        kind = request.header[3]
        wallet = self._wallet(2 if kind in (WalletKind.EP_LOAD, WalletKind.EP_PURCHASE) else 1)
        if isinstance(wallet, int):
            return Reply(wallet)
        proof = state_of(wallet).proof
        if proof[:3] != bytes([kind]) + request.field:
            return Reply(StatusWord.NOT_EXECUTED)
        return Reply(StatusWord.DONE, proof[3:])


def _kind_of(first: int, wallet: int) -> WalletKind | None:
    """What INITIALIZE announces, by its two parameters."""
    return {
        (0x00, 0x01): WalletKind.LOAD,
        (0x00, 0x02): WalletKind.EP_LOAD,
        (0x01, 0x01): WalletKind.PURCHASE,
        (0x01, 0x02): WalletKind.EP_PURCHASE,
        (0x05, 0x01): WalletKind.UNLOAD,
    }.get((first, wallet))
