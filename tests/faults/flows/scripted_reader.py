"""A reader that carries a script out: what happens on the wire at each command of a flow, and where the program dies.

Stands in the place of the simulated reader, so that the driver, the saga and the use cases above it are the program's
own. Counts commands over all card sessions of a flow, because that is how a fault finds its place in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.ports.card import ReaderState
from pos.ports.keys import KeyAuthority
from tests.fakes import FixedClock
from tests.faults.flows.laboratory import lock_keys, spoil_keys
from tests.faults.flows.scripts import RECOVERY, Fault, Script

DONE = bytes.fromhex("9000")
MUCH = bytes(300)


class ProgramKilled(BaseException):
    """The program is no more; nothing above may catch it."""


@dataclass
class Surroundings:
    """What a script may put into the reader or turn back.

    Attributes: clock; sell_elsewhere: puts another counter's purchase on a card; others: plastic by kind of fault.
    """

    clock: FixedClock
    sell_elsewhere: Callable[[SimulatedPlastic], None]
    others: dict[str, SimulatedPlastic] = field(default_factory=dict)


class ScriptedReader(SimulatedReader):
    """Attributes: commands so far; struck: a fault of the script has happened; fell: names of those that did."""

    def __init__(self, keys: KeyAuthority, script: Script, around: Surroundings) -> None:
        super().__init__(keys)
        self.commands = 0
        self.struck = False
        self.fell: list[str] = []
        self._script = {fault.at: fault for fault in script.faults}
        self._around = around
        self._kept = b""
        self._endless = False
        self._is_stuck = False
        self._given: dict[bytes, bytes] = {}

    def exchange(self, card: SimulatedPlastic, insertion: int, command: bytes) -> bytes:
        """One command, disturbed where the script says so."""
        fault = self._script.get(self.commands)
        self.commands += 1
        if self._endless:
            return b"\x61\x10"
        if self._kept and command[:2] == b"\x00\xc0":
            kept, self._kept = self._kept, b""
            return kept
        try:
            if fault is None:
                answer = super().exchange(card, insertion, command)
                return self._given.setdefault(command, answer) if self._is_stuck else self._heard(command, answer)
            self.struck = True
            self.fell.append(str(fault))
            return self._disturbed(fault, card, insertion, command)
        except CardGone:
            self.struck = True
            raise

    def _disturbed(self, fault: Fault, card: SimulatedPlastic, insertion: int, command: bytes) -> bytes:
        early = self._before_the_card(fault, card, command)
        if early is not None:
            return early
        answer = super().exchange(card, insertion, command)
        if fault.kind in ("replayed", "stuck"):
            self._is_stuck = fault.kind == "stuck"
            return self._given.get(command, answer)
        return self._after_the_card(fault, card, self._heard(command, answer))

    def _heard(self, command: bytes, answer: bytes) -> bytes:
        self._given[command] = answer
        return answer

    def _before_the_card(self, fault: Fault, card: SimulatedPlastic, command: bytes) -> bytes | None:
        """What keeps the command from the card, or changes the world before it; None lets it through."""
        match fault.kind:
            case "killed_before":
                raise ProgramKilled
            case "before" | "before_pulled":
                self._lose(card, pulled=fault.kind == "before_pulled")
            case "refused":
                return fault.status.to_bytes(2, "big")
            case "wrong_le":
                return bytes([0x6C, command[4] if len(command) > 4 else 0])
            case "swapped" | "twin":
                self._exchange_for(self._around.others[fault.kind])
            case "jumped":
                self._around.sell_elsewhere(card)
                self._lose(card, pulled=False)
            case "reader_gone" | "service_gone":
                self.break_with(ReaderState.NO_READER if fault.kind == "reader_gone" else ReaderState.NO_SERVICE)
                self._lose(card, pulled=False)
            case "wrong_mac":
                spoil_keys(card)
            case "locked":
                lock_keys(card)
        return None

    def _after_the_card(self, fault: Fault, card: SimulatedPlastic, answer: bytes) -> bytes:
        """What becomes of the answer of a command that was carried out."""
        changed: dict[str, Callable[[], bytes]] = {
            "garbled": lambda: fault.status.to_bytes(2, "big"),
            "short": lambda: answer[1:],
            "long": lambda: answer[:-2] + MUCH + answer[-2:],
            "bare": lambda: answer[-2:],
            "empty": lambda: b"",
            "one_byte": lambda: answer[:1],
        }
        match fault.kind:
            case "lost" | "lost_pulled":
                self._lose(card, pulled=fault.kind == "lost_pulled")
            case "killed_after":
                raise ProgramKilled
            case "chained":
                self._kept = answer
                return bytes([0x61, min(255, len(answer) - 2)])
            case "endless":
                self._endless = True
                return b"\x61\x10"
            case "slow":
                self._around.clock.forward(seconds=600)
            case "clock_back":
                self._around.clock.forward(seconds=-3600)
        return changed[fault.kind]() if fault.kind in changed else answer

    def struck_again(self) -> bool:
        """A fault of the recovery has happened: whoever stands at the counter puts it right."""
        return self.commands >= RECOVERY and any("@r" in name for name in self.fell)

    def _lose(self, card: SimulatedPlastic, *, pulled: bool) -> None:
        card.power_on()
        if pulled:
            self.remove()
        raise CardGone(pulled=pulled)

    def _exchange_for(self, other: SimulatedPlastic) -> None:
        self.remove()
        self.insert(other)
        raise CardGone(pulled=True)

    def goes_on(self, commands: int, fell: Iterable[str]) -> None:
        """The same script, another run of the program."""
        self.commands, self.fell = commands, list(fell)

    def repair(self, card: SimulatedPlastic, *, count_from: int = 0) -> None:
        """The reader works, and this card is put in; what goes wrong from there on is counted from another index."""
        self._script = {at: fault for at, fault in self._script.items() if at >= max(count_from, RECOVERY)}
        self.commands = max(count_from, self.commands)
        self._endless, self._is_stuck, self._kept = False, False, b""
        self.break_with(None)
        card.clear_faults()
        self.insert(card)
