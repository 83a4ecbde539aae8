"""All cases, in an order that a number repeats: single faults of every flow and family, double ones, drawn samples.

A case is one line of text, `purchase fmcos lost@17+crash-after`, and that line repeats it.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from pathlib import Path

from devices.cards.recognition import MIFARE_1K
from tests.faults.flows import verdicts
from tests.faults.flows.case import Case, Outcome, Saga
from tests.faults.flows.prepared import FAMILIES, FLOWS, Prepared, prepare
from tests.faults.flows.scripts import KINDS, Script, double_count, double_script, single_scripts
from tests.fixtures_hall import HallTemplate, make_template

DOUBLED = ("purchase", "reversal")
Line = tuple[str, str, Script]


class Doubles:
    """All double faults of some flows, in an order of their own; each is made when it is asked for."""

    def __init__(self, flows: list[tuple[str, str, int]], seed: int) -> None:
        self._flows = flows
        self._count = sum(double_count(commands) for _flow, _family, commands in flows)
        draw = random.Random(f"doubles {seed}")
        self._offset, self._stride = draw.randrange(self._count), draw.randrange(1, self._count)
        while math.gcd(self._stride, self._count) > 1:
            self._stride += 1

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: int) -> Line:
        number = (self._offset + place * self._stride) % self._count
        for flow, family, commands in self._flows:
            if number < double_count(commands):
                return flow, family, double_script(commands, number)
            number -= double_count(commands)
        raise IndexError(place)


@dataclass
class Bench:
    """Prepared mornings, made when they are first asked for, and the folder in which cases are played."""

    folder: Path
    _template: HallTemplate | None = None
    _mornings: dict[tuple[str, str], Prepared] = field(default_factory=dict)
    _sizes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    seen: verdicts.Seen = field(default_factory=dict)

    def morning(self, flow: str, family: str) -> Prepared:
        """The beginning of a flow with a family's card."""
        if self._template is None:
            self._template = make_template(self.folder / "template")
        key = (flow, family)
        if key not in self._mornings:
            own = self.folder / f"{flow}-{family}"
            own.mkdir()
            self._mornings[key] = prepare(self._template, own, flow, FAMILIES[family])
        return self._mornings[key]

    def size(self, flow: str, family: str) -> Outcome:
        """The undisturbed flow: how many commands, lasting bytes and commits it has."""
        key = (flow, family)
        if key not in self._sizes:
            self._sizes[key] = self.play((flow, family, Script()))
        return self._sizes[key]

    def play(self, line: Line, saga: Saga | None = None) -> Outcome:
        """One case."""
        flow, family, script = line
        case = Case(self.morning(flow, family), script, seen=self.seen)
        if saga is not None:
            case.saga = saga
        return case.play(self.folder)

    def singles(self) -> list[Line]:
        """Every single fault of every flow with every family."""
        return [line for flow in FLOWS for family in FAMILIES for line in self.singles_of(flow, family)]

    def doubles(self, seed: int) -> Doubles:
        """Two faults in a purchase or a reversal."""
        return Doubles([(flow, fam, self.size(flow, fam).commands) for flow in DOUBLED for fam in FAMILIES], seed)

    def singles_of(self, flow: str, family: str) -> list[Line]:
        """Every single fault of one flow with one family's card."""
        size = self.size(flow, family)
        without = frozenset(kind for kind in KINDS if not self.can_meet(kind, flow, family))
        scripts = single_scripts(size.commands, size.n_bytes, size.commits, without)
        return [(flow, family, script) for script in scripts]

    def can_meet(self, kind: str, flow: str, family: str) -> bool:
        """False where such a card has nothing that could go wrong in that way."""
        if kind in ("swapped", "twin"):
            return kind in self.morning(flow, family).others
        if kind == "jumped":
            return not FLOWS[flow].makes_card  # nobody sells to a blank
        return kind != "locked" or family != MIFARE_1K  # nothing on it counts


def shown(line: Line) -> str:
    """The text that repeats a case."""
    return f"{line[0]} {line[1]} {line[2]}"


def parsed(text: str) -> Line:
    """The inverse of `shown`. Raises ValueError, KeyError."""
    flow, family, script = text.split()
    FLOWS[flow], FAMILIES[family]
    return flow, family, Script.parse(script)


def in_order_of(lines: list[Line], seed: int) -> list[Line]:
    """The same cases in an order of their own: wherever a run stops, what it did is a fair sample."""
    order = list(lines)
    random.Random(seed).shuffle(order)
    return order
