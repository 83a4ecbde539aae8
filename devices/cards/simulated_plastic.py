"""What every simulated chip shares: contact that can be lost, scripted faults, tears, a count; and what a card adds.

A family adds what its chip makes of a command. It is product code for the demo hall and for every test; readers, the
virtual slot and the box of cards take any family. A card that somebody keeps is kept like silicon: what a command
changed is stored before its answer goes out, and before contact is lost. It must not know commands, files or keys.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from devices.cards.simulated_faults import Fault, FaultKind, FaultScript
from devices.cards.simulated_memory import CardGone, Memory


class SimulatedChip(ABC):
    """One chip in a slot.

    Attributes: atr; uses_t0; memory (plant tears there); apdu_count (commands ever received).
    """

    def __init__(self, atr: bytes, memory: Memory | None = None) -> None:
        self._atr = atr
        self.uses_t0 = not (atr[1] >> 4) & 0x08
        self.memory = Memory() if memory is None else memory
        self.apdu_count = 0
        self._faults = FaultScript()

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self._atr

    @abstractmethod
    def power_on(self) -> bytes:
        """Reset: everything that does not last is gone. Returns the answer to reset."""

    @abstractmethod
    def _carry_out(self, raw: bytes) -> bytes:
        """What the chip makes of one command: answer and status word."""

    def transmit(self, raw: bytes) -> bytes:
        """One command, one answer with its status word. Raises CardGone where contact is lost."""
        self.apdu_count += 1
        fault = self._faults.next_fault()
        if fault is not None and fault.kind is FaultKind.FAIL_BEFORE:
            self._lose_contact(fault)
        if fault is not None and fault.kind is FaultKind.REFUSE:
            return fault.status.to_bytes(2, "big")
        try:
            reply = self._carry_out(raw)
        except CardGone:
            self.power_on()
            self.keep()
            raise
        self.keep()
        if fault is None:
            return reply
        if fault.kind is FaultKind.LOSE_ANSWER:
            self._lose_contact(fault)
        if fault.kind is FaultKind.SHORTEN:
            return reply[1:]
        return fault.status.to_bytes(2, "big")

    @abstractmethod
    def keep(self) -> None:
        """Let what the last command changed outlast the program, before its answer goes out. Raises CardGone."""

    def _lose_contact(self, fault: Fault) -> None:
        self.power_on()
        raise CardGone(pulled=fault.pulled)

    # ---- scripted faults -----------------------------------------------------------------------------------------

    def lose_next_answer(self, *, after: int = 0, pulled: bool = False) -> None:
        """Carry out the command `after` commands from now, then lose contact before the answer."""
        self._faults.plant(Fault(FaultKind.LOSE_ANSWER, pulled=pulled), after)

    def fail_before(self, *, after: int = 0, pulled: bool = False) -> None:
        """Lose contact instead of carrying out the command `after` commands from now."""
        self._faults.plant(Fault(FaultKind.FAIL_BEFORE, pulled=pulled), after)

    def refuse_with(self, status: int, *, after: int = 0) -> None:
        """Answer a status word without doing anything."""
        self._faults.plant(Fault(FaultKind.REFUSE, status), after)

    def garble_status(self, status: int, *, after: int = 0) -> None:
        """Carry the command out and answer a wrong status word."""
        self._faults.plant(Fault(FaultKind.GARBLE, status), after)

    def shorten_answer(self, *, after: int = 0) -> None:
        """Carry the command out and drop the first byte of the answer."""
        self._faults.plant(Fault(FaultKind.SHORTEN), after)

    def tear_after(self, n_bytes: int, *, mixture: int | None = None, pulled: bool = True) -> None:
        """Let the power go after `n_bytes` more lasting bytes; see `Memory.tear_after`."""
        self.memory.tear_after(n_bytes, mixture=mixture, pulled=pulled)

    def clear_faults(self) -> None:
        """Forget every fault that has not happened."""
        self._faults.clear()
        self.memory.disarm()


class SimulatedPlastic(SimulatedChip):
    """One piece of plastic that somebody owns.

    Attributes: kept_by (stores the card as it is now, None where it ends with the program; OSError if it cannot).
    """

    def __init__(self, atr: bytes, memory: Memory | None = None) -> None:
        super().__init__(atr, memory)
        self.kept_by: Callable[[SimulatedPlastic], None] | None = None

    @abstractmethod
    def tries_are_full(self) -> bool:
        """True if no key or code of the card has lost a try; what a laboratory could see."""

    @abstractmethod
    def to_json(self) -> str:
        """Everything that lasts, so that a demo hall keeps its cards. Contains the keys of a simulated card."""

    def keep(self) -> None:
        """Store what was changed. What cannot be stored is answered by nothing: the next command tries again."""
        if self.kept_by is None or not self.memory.changed:
            return
        try:
            self.kept_by(self)
        except OSError as error:
            self.power_on()
            raise CardGone(pulled=False) from error
        self.memory.changed = False
