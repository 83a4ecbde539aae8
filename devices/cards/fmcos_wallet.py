"""The wallet of a CPU card as a counter uses it: look without a key, announce a move, carry it out, prove it.

Source: PBOC 2.0 part 1 as the FMCOS manual prints it. INITIALIZE announces and changes nothing, the command after it
moves balance and counter together; GET TRANSACTION PROVE gives the card's proof back where its answer was lost. The key
authority makes every cryptogram. It must not know purchases, the rule of the copies, readers or books.
"""

from __future__ import annotations

from typing import Final

from devices.cards import fmcos_commands as fm
from devices.cards.apdu import ApduChannel
from devices.cards.reference_profile import WalletPlaces
from devices.cards.status_words import StatusWord, error_for
from devices.cards.wallet_profile import TERMINAL, WalletReading
from pos.domain.errors import DeviceError, DeviceProtocolError, RuleViolation
from pos.ports.keys import KeyAuthority, WalletKind, WalletMove

_LOOK: Final = 1  # litres of the load that is announced only to see balance and counter, and never carried out
_PROOF_LENGTH: Final = 8


class FmcosWallet:
    """The wallet of the selected application. Raises what `ApduChannel.run` raises unless a method says more."""

    def __init__(self, channel: ApduChannel, keys: KeyAuthority, places: WalletPlaces) -> None:
        self._channel, self._keys, self._places = channel, keys, places

    def read(self) -> WalletReading:
        """Balance, counter and the proof of the last move. Presents no key and changes nothing."""
        balance, counter, _challenge, _mac = self._announce(WalletKind.LOAD, _LOOK)
        return WalletReading(balance, counter, self._proof(counter) if counter else b"")

    def announce(self, factor: bytes, seen: WalletReading, target_l: int, moment: bytes) -> tuple[WalletMove, bytes]:
        """Announce the load or unload that leads to `target_l`; `carry_out` must be the very next command.

        Raises: RuleViolation `card.changed`: the wallet is not as it was read; DeviceRefused `card.keys_do_not_match`:
            the card does not know the key, nothing was moved and no try lost.
        """
        kind = WalletKind.LOAD if target_l > seen.balance_l else WalletKind.UNLOAD
        amount = abs(target_l - seen.balance_l)
        balance, counter, challenge, card_mac = self._announce(kind, amount)
        if (balance, counter) != (seen.balance_l, seen.counter):
            raise RuleViolation("card.changed")
        move = WalletMove(kind, amount, TERMINAL, balance, counter, challenge, moment)
        return move, self._keys.wallet_mac(factor, move, card_mac)

    def carry_out(self, factor: bytes, move: WalletMove, mac: bytes) -> None:
        """Move the wallet, once. What this raises says nothing about the card: it has to be read.

        Raises besides: DeviceProtocolError `card.wrong_proof`: neither the answer nor a second asking gave the proof.
        """
        answer = self._channel.run(fm.carry_out_wallet(move, mac))
        try:
            if self._keys.wallet_proof_holds(factor, move, answer):
                return
            again = self._channel.run(fm.get_transaction_prove(move.kind, move.counter))
            proof = again[:4] if move.kind is WalletKind.UNLOAD else again[4:]
            if self._keys.wallet_proof_holds(factor, move, proof):
                return
        except DeviceError as unproven:
            raise DeviceProtocolError("card.wrong_proof", reason=unproven.code) from unproven
        raise DeviceProtocolError("card.wrong_proof", reason="")

    def _announce(self, kind: WalletKind, amount: int) -> tuple[int, int, bytes, bytes]:
        """Balance, counter, random number and MAC1."""
        key = self._places.load_key if kind is WalletKind.LOAD else self._places.unload_key
        answer = self._channel.run(fm.initialize_wallet(kind, key, amount, TERMINAL))
        return int.from_bytes(answer[:4], "big"), int.from_bytes(answer[4:6], "big"), answer[8:12], answer[12:]

    def _proof(self, counter: int) -> bytes:
        """Of the last load or unload: 94 06 says that it was not the last transaction, not that it never happened."""
        for kind in (WalletKind.LOAD, WalletKind.UNLOAD):
            command = fm.get_transaction_prove(kind, counter - 1)
            answer, status = self._channel.exchange(command)
            if status == StatusWord.DONE and len(answer) == _PROOF_LENGTH:
                return bytes([kind]) + answer
            if status != StatusWord.NOT_EXECUTED:
                raise error_for(status, command.name)
        return b""
