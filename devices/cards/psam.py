"""Card keys in a PSAM, in a second slot: cryptograms are computed in the module, no key ever reaches this computer.

Carries out `pos.ports.keys.KeyAuthority` as far as a module of a counter goes: cards are read, written and, where they
are storage or memory cards, issued. Keys are never wrapped for a new CPU card and wallets are not moved: those keys
stay with the issuer, and such a request is refused by name. It is asked before the step that counts, so a fault of the
module leaves the card with what it held. It must not know the customer's card or its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from devices.cards import crypto
from devices.cards import psam_profile as module
from devices.cards.apdu import ApduChannel
from devices.cards.connection import CardConnection
from devices.cards.keystore import MEMORY_PURPOSES, SECTOR_PURPOSES, UNDIVERSIFIED
from pos.domain.errors import DeviceError, DeviceProtocolError, DeviceRefused, DeviceUnavailable, OutcomeUnknown
from pos.ports.keys import WalletMove

Slot = Callable[[], AbstractContextManager[CardConnection]]
"""The module's slot, held exclusively for the block. Raises on entering: DeviceUnavailable `reader.*`."""
_LOCKED = frozenset({"card.key_locked", "card.dead", "card.locked", "card.authentication_refused"})
_NO_SUCH_KEY = frozenset({"card.not_ours", "card.profile_mismatch"})
_PSC_ATTEMPTS = 256
_SECTOR_KEY_LENGTH = 6


class PsamAuthority:
    """`KeyAuthority` over a PSAM; connected anew for each cryptogram, so that a module may be pulled and put back."""

    def __init__(self, slot: Slot, *, number: str = "", is_test_key: bool = False) -> None:
        """number: of the hall's module, 12 hexadecimal digits, "" = any. is_test_key: the module must say so itself."""
        self._slot = slot
        self._number = number.upper()
        self._is_test = is_test_key

    def __repr__(self) -> str:
        return f"PsamAuthority(number={self._number!r})"

    @property
    def is_test_key(self) -> bool:
        """See `KeyAuthority`. The configuration's word; a module that says otherwise is refused."""
        return self._is_test

    def authenticate(self, purpose: str, factor: bytes, challenge: bytes) -> bytes:
        """See `KeyAuthority.authenticate`. Raises besides (all): DeviceUnavailable `keys.psam_gone`, DeviceRefused
        `keys.psam_locked`, `keys.psam_wrong`."""
        return self._encrypted(purpose, factor, challenge)

    def protect(
        self, purpose: str, factor: bytes, challenge: bytes, header: bytes, data: bytes, *, encrypt: bool
    ) -> bytes:
        """See `KeyAuthority.protect`."""
        sent = data
        if encrypt:
            counted = bytes([len(data)]) + data
            sent = self._encrypted(purpose, factor, crypto.pad80(counted) if len(counted) % crypto.BLOCK else counted)
        covered = crypto.pad80(header + bytes([len(sent) + crypto.MAC_LENGTH]) + sent)
        start = crypto.message_iv(challenge)
        return sent + self._computed(purpose, factor, module.MAC, start + covered, crypto.MAC_LENGTH)

    def wrap_key(
        self, purpose: str, factor: bytes, target: str, key_header: bytes, challenge: bytes, header: bytes
    ) -> bytes:
        """See `KeyAuthority.wrap_key`. Always refused: a counter's module gives no key away, not even wrapped."""
        raise DeviceRefused("keys.unknown", purpose=target)

    def sector_key(self, purpose: str, factor: bytes) -> bytes:
        """See `KeyAuthority.sector_key`."""
        if purpose not in SECTOR_PURPOSES:
            raise DeviceRefused("keys.unknown", purpose=purpose)
        if purpose in UNDIVERSIFIED:
            return b"\xff" * _SECTOR_KEY_LENGTH
        return self._encrypted(purpose, factor, factor)[:_SECTOR_KEY_LENGTH]

    def card_code(self, purpose: str, factor: bytes, length: int) -> bytes:
        """See `KeyAuthority.card_code`."""
        if purpose not in MEMORY_PURPOSES:
            raise DeviceRefused("keys.unknown", purpose=purpose)
        if purpose in UNDIVERSIFIED:
            return b"\xff" * length
        for attempt in range(_PSC_ATTEMPTS):
            code = self._encrypted(purpose, factor, crypto.code_block(length, attempt))[:length]
            if code != b"\xff" * length:
                return code
        raise DeviceRefused("keys.unknown", purpose=purpose)

    def wallet_mac(self, factor: bytes, move: WalletMove, card_mac: bytes) -> bytes:
        """See `KeyAuthority.wallet_mac`. Always refused: the keys of wallets are the issuer's."""
        raise DeviceRefused("keys.unknown", purpose=move.kind.name)

    def wallet_proof_holds(self, factor: bytes, move: WalletMove, proof: bytes) -> bool:
        """See `KeyAuthority.wallet_proof_holds`. Always refused."""
        raise DeviceRefused("keys.unknown", purpose=move.kind.name)

    def look(self) -> str:
        """The number of the module in the slot, after it was found to be the hall's. Costs no try. For the self-test.

        Raises: as `authenticate`.
        """
        with _faults_by_name(), self._module() as channel:
            return channel.run(module.read_file(module.NUMBER_FILE, module.NUMBER_LENGTH)).hex().upper()

    def _encrypted(self, purpose: str, factor: bytes, blocks: bytes) -> bytes:
        return self._computed(purpose, factor, module.ENCRYPT, blocks, len(blocks))

    def _computed(self, purpose: str, factor: bytes, mode: int, data: bytes, length: int) -> bytes:
        place = module.PLACES.get(purpose)
        if place is None:
            raise DeviceRefused("keys.unknown", purpose=purpose)
        with _faults_by_name(), self._module() as channel:
            try:
                channel.run(module.choose_key(place, factor))
            except DeviceRefused as refused:
                if refused.code in _NO_SUCH_KEY:
                    raise DeviceRefused("keys.unknown", purpose=purpose) from refused
                raise
            return channel.run(module.compute(mode, data, length))

    @contextmanager
    def _module(self) -> Iterator[ApduChannel]:
        """Our module, selected and recognised. Raises besides: DeviceRefused `keys.psam_wrong`."""
        with self._slot() as connection:
            channel = ApduChannel(connection)
            channel.run(module.select())
            number = channel.run(module.read_file(module.NUMBER_FILE, module.NUMBER_LENGTH)).hex().upper()
            mark = channel.run(module.read_file(module.MARK_FILE, 1))
            if self._number not in ("", number) or (mark[0] == module.TEST_MARK) is not self._is_test:
                raise DeviceRefused("keys.psam_wrong", found=number)
            yield channel


@contextmanager
def _faults_by_name() -> Iterator[None]:
    """The module's faults under names of their own: they are told apart from those of the customer's card."""
    try:
        yield
    except (DeviceUnavailable, OutcomeUnknown) as gone:
        raise DeviceUnavailable("keys.psam_gone", reason=gone.code) from gone
    except (DeviceRefused, DeviceProtocolError) as refused:
        raise _named(refused) from refused


def _named(refused: DeviceError) -> DeviceError:
    if refused.code.startswith("keys."):
        return refused
    if refused.code in _LOCKED:
        return DeviceRefused("keys.psam_locked", reason=refused.code)
    return DeviceRefused("keys.psam_wrong", found=refused.code)
