"""Puts a simulated chip behind the real PC/SC service, through the virtual reader driver vpcd.

The card is a TCP client of the driver: two bytes of length, then a command; one-byte messages switch power, reset and
ask for the answer to reset. For tests and `make day` only: the driver listens on all interfaces and is never part of
an installation. It must not know what commands mean.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_plastic import SimulatedChip

_POWER_OFF, _POWER_ON, _RESET, _GET_ATR = 0, 1, 2, 4
# A card that comes back within one poll of the service (0.4 s) is never noticed; it has to stay out longer.
REINSERT_PAUSE_S = 0.55
_CONNECT_TIMEOUT_S = 5.0


class VirtualSlot:
    """One slot of the virtual reader; insert and remove cards like a hand does.

    Attributes:
        port: TCP port of the driver's slot.
        card: what lies in the slot, None if empty. Assigning another card while one is in is a swap too quick for the
            service to notice; only cards with the same answer to reset can be exchanged like that.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.port = port
        self.card: SimulatedChip | None = None
        self._host = host
        self._link: socket.socket | None = None
        self._worker: threading.Thread | None = None
        self._pause = threading.Event()
        self._answering = False

    def insert(self, card: SimulatedChip) -> None:
        """Put the card in. The service notices within 0.4 s. Raises OSError if the driver does not listen."""
        self.remove()
        link = socket.create_connection((self._host, self.port), timeout=_CONNECT_TIMEOUT_S)
        link.settimeout(None)
        self.card, self._link, self._answering = card, link, True
        self._worker = threading.Thread(target=self._serve, args=(link,), name="vpcd-card", daemon=True)
        self._worker.start()

    def remove(self) -> None:
        """Pull the card; returns after the pause that the service needs to notice. Blocking: 0.55 s if one was in."""
        link, self._link, self._answering = self._link, None, False
        had_card, self.card = self.card is not None, None
        if link is not None:
            _close(link)
        if self._worker is not None:
            self._worker.join(_CONNECT_TIMEOUT_S)
            self._worker = None
        if had_card:
            self._pause.wait(REINSERT_PAUSE_S)

    @property
    def in_contact(self) -> bool:
        """True while the card answers; a torn or removed one has to be inserted again."""
        return self._answering

    def _serve(self, link: socket.socket) -> None:
        """Answer the driver until the card is pulled or loses contact."""
        try:
            while True:
                message = _receive(link)
                card = self.card
                if card is None:
                    break
                if len(message) == 1:
                    self._control(card, link, message[0])
                else:
                    _send(link, card.transmit(message))
        except (CardGone, OSError, EOFError):
            self._answering = False  # before the driver can notice, so that nobody trusts a dying contact
            _close(link)

    @staticmethod
    def _control(card: SimulatedChip, link: socket.socket, order: int) -> None:
        if order == _GET_ATR:
            _send(link, card.atr)
        elif order in (_POWER_ON, _RESET, _POWER_OFF):
            card.power_on()


def _receive(link: socket.socket) -> bytes:
    length = int.from_bytes(_receive_exactly(link, 2), "big")
    return _receive_exactly(link, length)


def _receive_exactly(link: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        # The driver sends length and command separately; without this each command waits 44 ms for an acknowledgement.
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        chunk = link.recv(length - len(received))
        if not chunk:
            raise EOFError
        received += chunk
    return received


def _send(link: socket.socket, message: bytes) -> None:
    link.sendall(len(message).to_bytes(2, "big") + message)


def _close(link: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other end may have been faster
        link.shutdown(socket.SHUT_RDWR)
    link.close()
