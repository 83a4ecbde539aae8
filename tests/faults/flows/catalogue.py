"""All cases, in an order that a number repeats: single faults of every flow and family, double ones, drawn samples.

A case is one line of text, `purchase fmcos lost@17+crash-after`, and that line repeats it.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

from devices.cards.recognition import MIFARE_1K
from pos.sagas.card_purchase import deliver
from tests.faults.flows import verdicts
from tests.faults.flows.case import Case, Outcome, Saga
from tests.faults.flows.open_books import OpenBooks
from tests.faults.flows.prepared import FAMILIES, FLOWS, Prepared, prepare
from tests.faults.flows.scripts import (
    CRASHES,
    KINDS,
    RECOVERY,
    STATUS_WORDS,
    Fault,
    Script,
    double_count,
    double_script,
    first_run_scripts,
    single_scripts,
)
from tests.faults.flows.wreck import Wreck
from tests.fixtures_hall import HallTemplate, make_template

DOUBLED = ("purchase", "reversal")
"""Every two faults, of some kinds and distances, are played in these; any two of all flows are drawn."""
BOOKS_OPEN, LATER_KEPT = 60, 120
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


@dataclass(frozen=True)
class Ended:
    """What became of one wreck. Attributes: see `case.Outcome`; is_fresh: played now, not over these bytes before."""

    ended: str
    findings: tuple[tuple[str, str], ...]
    decisions: int
    recovery_s: float
    asked: int
    is_fresh: bool = True


@dataclass
class Bench:
    """Prepared mornings, made when they are first asked for, and the folder in which cases are played.

    Attributes: folder; saga: the program's own, or one that is wrong; seen: see `verdicts`.
    """

    folder: Path
    saga: Saga = deliver
    _template: HallTemplate | None = None
    _mornings: dict[tuple[str, str], Prepared] = field(default_factory=dict)
    _sizes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    _books: dict[str, OpenBooks] = field(default_factory=dict)
    _ended: dict[str, Ended] = field(default_factory=dict)
    _later: dict[str, Prepared] = field(default_factory=dict)
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

    def play(self, line: Line) -> Outcome:
        """One case, alone: books of its own, nothing taken from another."""
        flow, family, script = line
        return Case(self.morning(flow, family), script, self.saga, seen=self.seen).play(self.folder)

    # ---- many cases: books kept open, kills beheld in passing, the same bytes judged once ------------------------

    def first_run(self, prepared: Prepared, script: Script) -> list[tuple[Script, Wreck]]:
        """What a script without a crash leaves, and what the two kills around the next commit would have left.

        The undisturbed script: what kills on either side of every commit leave.
        """
        case = Case(prepared, script, self.saga)
        whole = case.first_run(self.folder, self._open(prepared))
        assert case.moments is not None
        beheld = case.moments.beheld
        if not script.faults and script.tear is None:
            return [(script, whole)] + [
                (Script(crash=crash, commit=number), wreck) for (crash, number), wreck in beheld.items()
            ]
        return [(case, beheld.get((case.crash, 0), whole)) for case in self.cases_of(script)]

    @staticmethod
    def cases_of(script: Script) -> list[Script]:
        """A fault without a crash and with both; where no commit comes behind it, the three are one."""
        is_killed = any(fault.kind.startswith("killed") for fault in script.faults)
        return [replace(script, crash=crash) for crash in (CRASHES[:1] if is_killed else CRASHES)]

    def left_by(self, prepared: Prepared, script: Script) -> Wreck:
        """What one script leaves."""
        return Case(prepared, script, self.saga).first_run(self.folder, self._open(prepared))

    def aftermath(self, prepared: Prepared, script: Script, wreck: Wreck) -> Ended:
        """How it ends; played unless a wreck of the same bytes was."""
        return self.goes_on(prepared, script, wreck, wants_later=False)[0]

    def goes_on(
        self, prepared: Prepared, script: Script, wreck: Wreck, *, wants_later: bool = True
    ) -> tuple[Ended, Prepared | None]:
        """The same, and the world afterwards."""
        again = tuple(str(fault) for fault in script.faults if fault.at >= RECOVERY)
        if again:
            alone = replace(script, faults=tuple(fault for fault in script.faults if fault.at < RECOVERY))
            ended, later = self.goes_on(prepared, alone, wreck, wants_later=wants_later)
            if all(fault.at - RECOVERY >= ended.asked for fault in script.faults if fault.at >= RECOVERY):
                return ended, later  # the recovery ends before its fault
        forgets = bool(script.crash) and any(name.startswith("wrong_mac") for name in wreck.fell)
        digest = wreck.digest(prepared.digest, forgets, script.tear is not None, again)
        known, later = self._ended.get(digest), self._later.pop(digest, None)
        if known is None or (wants_later and later is None):
            case = Case(prepared, script, self.saga, seen=self.seen)
            outcome = case.aftermath(self.folder, replace(wreck, findings=()))
            later = case.later
            known = Ended(outcome.ended, tuple(outcome.findings), outcome.decisions, outcome.recovery_s, outcome.asked)
            self._ended[digest] = replace(known, is_fresh=False)
        if wants_later and later is not None:
            self._later[digest] = later
            if len(self._later) > LATER_KEPT:
                del self._later[next(iter(self._later))]
        return replace(known, findings=(*wreck.findings, *known.findings)), later

    def _open(self, prepared: Prepared) -> OpenBooks:
        key = prepared.books_digest
        books = self._books.pop(key, None) or OpenBooks(prepared, self.folder / f"{key}.db")
        self._books[key] = books
        if len(self._books) > BOOKS_OPEN:
            self._books.pop(next(iter(self._books))).close()
        return books

    # ---- what there is to play ---------------------------------------------------------------------------------

    def singles(self) -> list[Line]:
        """The first runs from which every single fault of every flow with every family is known."""
        return [line for flow in FLOWS for family in FAMILIES for line in self.first_runs_of(flow, family)]

    def first_runs_of(self, flow: str, family: str) -> list[Line]:
        """The same of one flow with one family's card."""
        return [(flow, family, script) for script in first_run_scripts(*self._extent(flow, family))]

    def count_of_singles(self) -> int:
        """How many single faults there are."""
        return sum(len(self.singles_of(flow, family)) for flow in FLOWS for family in FAMILIES)

    def doubles(self, seed: int) -> Doubles:
        """Two faults in a purchase or a reversal."""
        return Doubles([(flow, fam, self.size(flow, fam).commands) for flow in DOUBLED for fam in FAMILIES], seed)

    def drawn_double(self, seed: int, number: int) -> Line:
        """Two faults of any kinds at any two places of any flow; the second behind the first or in the recovery."""
        draw = random.Random(f"drawn {seed} {number}")
        flow, family = draw.choice(list(FLOWS)), draw.choice(list(FAMILIES))
        commands = self.size(flow, family).commands
        kinds = [kind for kind in KINDS if self.can_meet(kind, flow, family)]
        first_at = draw.randrange(commands)
        second_at = draw.choice((first_at + 1 + draw.randrange(commands), RECOVERY + draw.randrange(commands)))
        faults = tuple(Fault(draw.choice(kinds), at, draw.choice(STATUS_WORDS)) for at in (first_at, second_at))
        return flow, family, Script(faults, crash=draw.choice(CRASHES))

    def singles_of(self, flow: str, family: str) -> list[Line]:
        """Every single fault of one flow with one family's card."""
        commands, n_bytes, without = self._extent(flow, family)
        commits = self.size(flow, family).commits
        return [(flow, family, script) for script in single_scripts(commands, n_bytes, commits, without)]

    def _extent(self, flow: str, family: str) -> tuple[int, int, frozenset[str]]:
        size = self.size(flow, family)
        without = frozenset(kind for kind in KINDS if not self.can_meet(kind, flow, family))
        return size.commands, size.n_bytes, without

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
