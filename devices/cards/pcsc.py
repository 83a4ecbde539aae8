"""Real readers through PC/SC. The only module that touches the `smartcard` package.

Uses that package's plain function layer (`smartcard.scard`) on purpose: its connection objects power the card down when
they are garbage-collected, keep dead contexts alive and hide result codes. Here every context and handle is made for
one session and given back before the next, which is also all the recovery that a restarted service needs. Card
commands, keys and files are none of its business.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from smartcard import scard

from devices.cards.families import LayoutSource, MatrixSource, open_card
from devices.cards.hall_profiles import built_in_layouts
from devices.cards.memory_chip import MEMORY_FAMILIES
from devices.cards.pcsc_service import BREAKS_MEMORY_CARDS, service_listens, service_version
from devices.cards.reader_matrix import built_in_matrix
from devices.cards.recognition import recognise
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.card import CardSession, ReaderState, ReaderStatus
from pos.ports.keys import KeyAuthority

ACCESS_REFUSED = "access_refused"
_MUTE_BY_SERVICE = "reader.mute_by_service"
_DONE = 0
_SHARING_VIOLATION = 0x8010000B
_NO_SMARTCARD = 0x8010000C
_NO_SERVICE = 0x8010001D
_SERVICE_STOPPED = 0x8010001E
_SECURITY_VIOLATION = 0x8010006A
_UNRESPONSIVE = 0x80100066
_UNPOWERED = 0x80100067
_RESET = 0x80100068
_REMOVED = 0x80100069

# Result of a failed connect -> code of the port. What is missing here means that the reader itself is gone.
_CONNECT_CODES = {
    _SHARING_VIOLATION: "reader.busy",
    _RESET: "reader.busy",  # another program has just reset the card
    _NO_SMARTCARD: "reader.no_card",
    _REMOVED: "reader.no_card",
    _UNRESPONSIVE: "reader.card_mute",
    _UNPOWERED: "reader.card_mute",
    0x8010000F: "reader.card_mute",  # protocol mismatch: no protocol in common
    _NO_SERVICE: "reader.no_service",
    _SERVICE_STOPPED: "reader.no_service",
    _SECURITY_VIOLATION: "reader.access_refused",
}
# A card that was put in this moment reads as unpowered until the service has polled it; the poll takes 0.4 s. Programs
# that look at every card (certificates, mail) hold it for as long: it is waited for in the same way.
_PASSES_BY = (_UNPOWERED, _SHARING_VIOLATION)
_SETTLE_S = 0.6
_SETTLE_STEP_S = 0.05


class PcscSlot:
    """One slot of a reader: the customer's, or that of a security module.

    The reader is picked by name, never by position: the order changes with every plug. An empty name takes the first
    reader, which is right for a counter that has one.
    """

    def __init__(self, reader_name: str = "") -> None:
        self._reader_name = reader_name
        self._settle = threading.Event()  # never set: waiting on it is a sleep that a debugger can see through

    def status(self) -> ReaderStatus:
        """What is there, see `CardReader.status`."""
        with _context() as (context, refusal):
            if context is None:
                why = _why_no_service(refusal)
                trouble = "reader.access_refused" if why == ACCESS_REFUSED else ""
                return ReaderStatus(ReaderState.NO_SERVICE, self._reader_name, service=why, trouble=trouble)
            name, others = self._found(context)
            if name is None:
                trouble = "reader.other_reader" if others else ""
                return ReaderStatus(ReaderState.NO_READER, self._reader_name, "", _service(), trouble, others)
            result, states = scard.SCardGetStatusChange(context, 0, [(name, scard.SCARD_STATE_UNAWARE)])
            if _code(result) != _DONE or not states:
                return ReaderStatus(ReaderState.NO_READER, name, service=f"{_service()} {_code(result):08X}")
            _name, flags, atr = states[0]
            state = _state_of(flags)
            trouble = _MUTE_BY_SERVICE if state is ReaderState.CARD_MUTE and _breaks_memory_cards() else ""
            return ReaderStatus(state, name, bytes(atr).hex().upper(), _service(), trouble)

    @contextmanager
    def connection(self) -> Iterator[PcscConnection]:
        """Context, exclusive connection and transaction for the length of the block; a CPU card stays powered.

        Raises: DeviceUnavailable `reader.*`, see `CardReader.session`.
        """
        with _context() as (context, refusal):
            if context is None:
                why = _why_no_service(refusal)
                raise DeviceUnavailable(
                    "reader.access_refused" if why == ACCESS_REFUSED else "reader.no_service", reason=why
                )
            name, others = self._found(context)
            if name is None and others:
                raise DeviceUnavailable("reader.other_reader", reader=self._reader_name, found=", ".join(others))
            if name is None:
                raise DeviceUnavailable("reader.no_reader", reader=self._reader_name)
            handle, protocol = self._connect(context, name)
            connection, disposition = None, scard.SCARD_LEAVE_CARD
            try:
                begun = _code(scard.SCardBeginTransaction(handle))
                if begun != _DONE:
                    raise DeviceUnavailable(_CONNECT_CODES.get(begun, "reader.no_card"), reader=name)
                connection = PcscConnection(handle, protocol, name)
                if recognise(connection.atr).family in MEMORY_FAMILIES:
                    disposition = scard.SCARD_UNPOWER_CARD  # nothing else closes a chip whose code was presented
                yield connection
            finally:
                if connection is not None:
                    connection.close()
                # Results are not looked at: the service may be gone, and there is nothing left to lose.
                scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
                scard.SCardDisconnect(handle, disposition)

    def _connect(self, context: int, name: str) -> tuple[int, int]:
        """Exclusive connection: handle and protocol. Waits at most 0.6 s for a card that is powered or looked at."""
        deadline = time.monotonic() + _SETTLE_S
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        while True:
            result, handle, protocol = scard.SCardConnect(context, name, scard.SCARD_SHARE_EXCLUSIVE, protocols)
            refused = _code(result)
            if refused == _DONE:
                return handle, protocol
            if refused not in _PASSES_BY or time.monotonic() >= deadline:
                code = _CONNECT_CODES.get(refused, "reader.no_reader")
                if code == "reader.card_mute" and _breaks_memory_cards():
                    raise DeviceUnavailable(_MUTE_BY_SERVICE, reader=name, version=BREAKS_MEMORY_CARDS)
                raise DeviceUnavailable(code, reader=name, result=f"{refused:08X}")
            self._settle.wait(_SETTLE_STEP_S)

    def _found(self, context: int) -> tuple[str | None, tuple[str, ...]]:
        """Full name of our reader, None if it is not plugged in; and what else is."""
        result, listed = scard.SCardListReaders(context, [])
        names = [str(name) for name in listed] if _code(result) == _DONE else []
        ours = chosen_reader(names, self._reader_name)
        return ours, tuple(name for name in names if name != ours)


class PcscReader(PcscSlot):
    """`pos.ports.card.CardReader` over PC/SC."""

    def __init__(
        self,
        keys: KeyAuthority,
        reader_name: str = "",
        *,
        matrix: MatrixSource = built_in_matrix,
        layouts: LayoutSource = built_in_layouts,
    ) -> None:
        super().__init__(reader_name)
        self._keys = keys
        self._matrix, self._layouts = matrix, layouts

    def session(self) -> AbstractContextManager[CardSession]:
        """See `CardReader.session`."""
        return self._hold()

    @contextmanager
    def _hold(self) -> Iterator[CardSession]:
        """A session with the customer's card, for the length of the block."""
        with self.connection() as connection:
            yield open_card(
                connection, self._keys, reader=connection.reader, matrix=self._matrix, layouts=self._layouts
            )


def chosen_reader(names: Sequence[str], wanted: str) -> str | None:
    """The reader of that name, else the first whose name contains it, else None; "" is the first that takes cards.

    The service numbers readers anew when they are plugged in (`... 00 00`), so nobody can write down a whole name. A
    slot for a security module is never taken for the customer's.
    """
    if wanted in names and wanted:
        return wanted
    fitting = [name for name in names if wanted in name and (wanted or "SAM" not in name.upper().split())]
    return fitting[0] if fitting else None


class PcscConnection:
    """`CardConnection` over a connected handle; lives as long as its session. Attributes: reader, its full name."""

    def __init__(self, handle: int, protocol: int, reader: str) -> None:
        self.reader = reader
        self._handle = handle
        self._protocol = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        self._open = True
        result, _reader, _state, _protocol, atr = scard.SCardStatus(handle)
        if _code(result) != _DONE:
            raise DeviceUnavailable(_CONNECT_CODES.get(_code(result), "reader.no_card"), result=f"{_code(result):08X}")
        self._atr = bytes(atr)

    @property
    def atr(self) -> bytes:
        """Answer to reset as the service read it."""
        return self._atr

    @property
    def is_block_protocol(self) -> bool:
        """See `CardConnection`."""
        return bool(self._protocol == scard.SCARD_PCI_T1)

    def close(self) -> None:
        """A session that somebody kept must not reach a handle that has been given back."""
        self._open = False

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """See `CardConnection.transmit`. Any failure here may have come after the card acted."""
        if not self._open:
            raise DeviceUnavailable("card.connection_lost")
        result, answer = scard.SCardTransmit(self._handle, self._protocol, list(command))
        # A card that dies inside a command is reported as success without a single byte.
        if _code(result) != _DONE or len(answer) < 2:
            self._open = False
            raise OutcomeUnknown("card.answer_lost", result=f"{_code(result):08X}")
        return bytes(byte & 0xFF for byte in answer[:-2]), (answer[-2] & 0xFF) << 8 | (answer[-1] & 0xFF)


@contextmanager
def _context() -> Iterator[tuple[int | None, int]]:
    """A fresh service context and 0, or None and the result code that says why there is none."""
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if _code(result) != _DONE:
        yield None, _code(result)
        return
    try:
        yield context, _DONE
    finally:
        scard.SCardReleaseContext(context)


def _code(result: int) -> int:
    """Result codes arrive signed or unsigned, by platform."""
    return result & 0xFFFFFFFF


def _service() -> str:
    """What answers, for the health page: memory cards, for example, need to know a certain broken version."""
    return f"pcsc-lite {service_version()}" if service_version() else "pcsc"


def _state_of(flags: int) -> ReaderState:
    if flags & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE):
        return ReaderState.NO_READER
    if not flags & scard.SCARD_STATE_PRESENT:
        return ReaderState.NO_CARD
    if flags & (scard.SCARD_STATE_EXCLUSIVE | scard.SCARD_STATE_INUSE):
        return ReaderState.CARD_BUSY  # also where it is shared: nobody gets it exclusively then
    return ReaderState.CARD_MUTE if flags & scard.SCARD_STATE_MUTE else ReaderState.CARD_PRESENT


def _why_no_service(refusal: int) -> str:
    """Stable reason for the health page: the service is not there, or it does not let us in."""
    if refusal == _SECURITY_VIOLATION or (refusal == _NO_SERVICE and service_listens()):
        return ACCESS_REFUSED
    if refusal in (_NO_SERVICE, _SERVICE_STOPPED):
        return "not_running"
    return f"pcsc {refusal:08X}"


def _breaks_memory_cards() -> bool:
    return service_version() == BREAKS_MEMORY_CARDS
