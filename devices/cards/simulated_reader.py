"""`pos.ports.card.CardReader` over a simulated card in the same process: headless play, the demo and most tests.

Behaves like a reader behind PC/SC: a connection belongs to one insertion, a second program finds the card busy, and a
card that lost contact has to be connected anew. It must not know card files or keys beyond passing the authority on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from devices.cards.families import LayoutSource, MatrixSource, open_card
from devices.cards.hall_profiles import built_in_layouts
from devices.cards.memory_chip import MEMORY_FAMILIES
from devices.cards.reader_matrix import built_in_matrix
from devices.cards.recognition import recognise
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.card import CardSession, ReaderState, ReaderStatus
from pos.ports.keys import KeyAuthority

_REFUSALS = {
    ReaderState.NO_SERVICE: "reader.no_service",
    ReaderState.NO_READER: "reader.no_reader",
    ReaderState.CARD_MUTE: "reader.card_mute",
    ReaderState.CARD_BUSY: "reader.busy",
}


class SimulatedReader:
    """One reader with a slot. Attributes: name; card (what lies in it, None if empty)."""

    def __init__(
        self,
        keys: KeyAuthority,
        *,
        name: str = "Simulated Reader 0",
        matrix: MatrixSource = built_in_matrix,
        layouts: LayoutSource = built_in_layouts,
    ) -> None:
        self.name = name
        self.card: SimulatedPlastic | None = None
        self._keys = keys
        self._matrix, self._layouts = matrix, layouts
        self._insertion = 0
        self._swap_plan: tuple[int, SimulatedPlastic | None] | None = None
        self._claimed = threading.Lock()
        self._fault_state: ReaderState | None = None

    def insert(self, card: SimulatedPlastic) -> None:
        """Put a card in; whatever lay there is gone."""
        self._insertion += 1
        self.card = card
        card.power_on()

    def remove(self) -> None:
        """Pull the card out."""
        self._insertion += 1
        self.card = None

    def swap_after(self, n_commands: int, card: SimulatedPlastic | None) -> None:
        """Exchange the card (None: pull it) once `n_commands` more commands have been answered."""
        self._swap_plan = (n_commands, card)

    def break_with(self, state: ReaderState | None) -> None:
        """Script a fault of the reader itself, for example NO_SERVICE; None repairs it."""
        self._fault_state = state

    def status(self) -> ReaderStatus:
        """See `CardReader.status`."""
        if self._fault_state is not None:
            return ReaderStatus(self._fault_state, self.name, service="simulated")
        if self.card is None:
            return ReaderStatus(ReaderState.NO_CARD, self.name, service="simulated")
        state = ReaderState.CARD_BUSY if self._claimed.locked() else ReaderState.CARD_PRESENT
        return ReaderStatus(state, self.name, self.card.atr.hex().upper(), "simulated")

    def session(self) -> AbstractContextManager[CardSession]:
        """See `CardReader.session`."""
        return self._hold()

    @contextmanager
    def _hold(self) -> Iterator[CardSession]:
        if self._fault_state is not None:
            raise DeviceUnavailable(_REFUSALS.get(self._fault_state, "reader.no_card"), reader=self.name)
        if self.card is None:
            raise DeviceUnavailable("reader.no_card", reader=self.name)
        if not self._claimed.acquire(blocking=False):
            raise DeviceUnavailable("reader.busy", reader=self.name)
        connection = _SlotConnection(self, self.card, self._insertion)
        try:
            yield open_card(connection, self._keys, reader=self.name, matrix=self._matrix, layouts=self._layouts)
        finally:
            connection.close()
            if recognise(connection.atr).family in MEMORY_FAMILIES and self.card is connection.card:
                connection.card.power_on()  # as `PcscReader` does: nothing else closes a chip whose code was presented
            self._claimed.release()

    def exchange(self, card: SimulatedPlastic, insertion: int, command: bytes) -> bytes:
        """One command for the connection of an insertion. Raises CardGone if that card is no longer there."""
        if insertion != self._insertion:
            raise CardGone(pulled=True)
        self._carry_out_swap()
        if insertion != self._insertion:
            raise CardGone(pulled=True)
        try:
            return card.transmit(command)
        except CardGone as gone:
            if gone.pulled:
                self.remove()
            raise

    def _carry_out_swap(self) -> None:
        if self._swap_plan is None:
            return
        left, card = self._swap_plan
        if left > 0:
            self._swap_plan = (left - 1, card)
            return
        self._swap_plan = None
        self.remove()
        if card is not None:
            self.insert(card)


class _SlotConnection:
    """`CardConnection` of one insertion."""

    def __init__(self, reader: SimulatedReader, card: SimulatedPlastic, insertion: int) -> None:
        self._reader = reader
        self.card = card
        self._insertion = insertion
        self._dead = False
        self._atr = card.power_on()

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self._atr

    @property
    def is_block_protocol(self) -> bool:
        """See `CardConnection`."""
        return not self.card.uses_t0

    def close(self) -> None:
        """A session that somebody kept must not reach the card once it was given back."""
        self._dead = True

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """See `CardConnection.transmit`."""
        if self._dead:
            raise DeviceUnavailable("card.connection_lost")
        try:
            answer = self._reader.exchange(self.card, self._insertion, command)
        except CardGone as gone:
            self._dead = True
            raise OutcomeUnknown("card.answer_lost") from gone
        if len(answer) < 2:
            self._dead = True
            raise OutcomeUnknown("card.answer_lost")
        return answer[:-2], int.from_bytes(answer[-2:], "big")
