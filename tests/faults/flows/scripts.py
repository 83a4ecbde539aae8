"""What is done to a card flow: faults by command index, a tear by byte, a crash around a commit; as values with names.

A script's text names it completely and is read back, so that one line of a report repeats one case:
`lost@17+crash-after`. Who carries it out is `scripted_reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

STATUS_WORDS: Final = (0x6300, 0x63C2, 0x6581, 0x6982, 0x6983, 0x6985, 0x6A82, 0x6F00, 0x9302, 0x9303, 0x9000, 0x1234)

# What happens to the command at an index. Names with a status word carry it behind the dash: `refused-6982`.
KINDS: Final[dict[str, str]] = {
    "lost": "carried out, contact lost before the answer",
    "lost_pulled": "the same, and the card has left the reader",
    "before": "contact lost, not carried out",
    "before_pulled": "the same, and the card has left the reader",
    "refused": "not carried out, answered with this status word",
    "garbled": "carried out, answered with this status word",
    "chained": "carried out, its answer announced with 61xx and given to GET RESPONSE",
    "endless": "carried out, then 61xx to everything that follows",
    "wrong_le": "answered with 6Cxx first, carried out when sent again",
    "short": "carried out, the first byte of the answer missing",
    "long": "carried out, 300 bytes behind the answer",
    "bare": "carried out, the answer's data missing, its status word there",
    "empty": "carried out, not a single byte comes back",
    "one_byte": "carried out, one byte comes back",
    "replayed": "carried out; what comes back is the answer that this card gave to the same command before, if it did",
    "stuck": "the same for every command from here on",
    "slow": "carried out; meanwhile the clock goes on by ten minutes",
    "clock_back": "carried out; meanwhile the clock steps back by an hour",
    "swapped": "another customer's card lies there",
    "twin": "a card of the same number on another chip lies there; of a blank, another blank",
    "jumped": "the card comes back with a purchase that somebody else put on it",
    "wrong_mac": "from here on the card's own key or code is another one",
    "locked": "from here on the card's key or code is locked",
    "reader_gone": "the reader is unplugged",
    "service_gone": "the card service ends",
    "killed_before": "the program is killed before the command",
    "killed_after": "the program is killed behind the command, its answer unread",
}
WITH_STATUS: Final = ("refused", "garbled")
CRASHES: Final = ("", "crash-before", "crash-after")
"""No crash; killed right before or right after the first commit behind the fault."""
MIXTURES: Final = (None, 0x0F, 0xAA, 0xFF)


RECOVERY: Final = 10_000
"""From this index on commands are counted anew: 0 is the first to the customer's card after the restart."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Attributes: kind, one of KINDS; at: index of the command within the flow; status, if it has one."""

    kind: str
    at: int
    status: int = 0

    def __str__(self) -> str:
        word = f"-{self.status:04X}" if self.kind in WITH_STATUS else ""
        place = f"r{self.at - RECOVERY}" if self.at >= RECOVERY else str(self.at)
        return f"{self.kind}{word}@{place}"


@dataclass(frozen=True, slots=True)
class Tear:
    """The power goes after so many lasting bytes of the flow. Attributes: at; mixture of the byte in flight."""

    at: int
    mixture: int | None = None

    def __str__(self) -> str:
        return f"torn-{'--' if self.mixture is None else f'{self.mixture:02X}'}@{self.at}"


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that goes wrong in one run.

    Attributes:
        faults; tear.
        crash: one of CRASHES. commit: around this commit of the flow (1 = the first) instead of the first one behind
            the fault; 0 for the latter.
    """

    faults: tuple[Fault, ...] = ()
    tear: Tear | None = None
    crash: str = ""
    commit: int = 0

    def __str__(self) -> str:
        parts = [str(fault) for fault in self.faults]
        parts += [str(self.tear)] if self.tear else []
        parts += [self.crash + (f"@{self.commit}" if self.commit else "")] if self.crash else []
        return "+".join(parts) or "undisturbed"

    @classmethod
    def parse(cls, text: str) -> Script:
        """The inverse of `str`. Raises ValueError, KeyError for anything else."""
        faults: list[Fault] = []
        tear, crash, commit = None, "", 0
        for part in () if text == "undisturbed" else text.split("+"):
            name, _, place = part.partition("@")
            kind, _, word = name.partition("-")
            if kind == "crash":
                crash, commit = name, int(place or 0)
            elif kind == "torn":
                tear = Tear(int(place), None if word == "--" else int(word, 16))
            else:
                KINDS[kind]
                at = RECOVERY + int(place[1:]) if place.startswith("r") else int(place)
                faults.append(Fault(kind, at, int(word, 16) if word else 0))
        return cls(tuple(faults), tear, crash, commit)


def every_fault(at: int, without: frozenset[str]) -> Iterator[Fault]:
    """Each kind of fault at one command, except those that this card cannot meet."""
    for kind in KINDS:
        if kind in without:
            continue
        for status in STATUS_WORDS if kind in WITH_STATUS else (0,):
            yield Fault(kind, at, status)


def single_scripts(commands: int, n_bytes: int, commits: int, without: frozenset[str]) -> Iterator[Script]:
    """Every single fault of a flow of that size, each without and with a crash around the commit that follows it."""
    for commit in range(1, commits + 1):
        yield from (Script(crash=crash, commit=commit) for crash in CRASHES[1:])
    for at in range(commands):
        for fault in every_fault(at, without):
            crashes = CRASHES[:1] if fault.kind.startswith("killed") else CRASHES
            yield from (Script((fault,), crash=crash) for crash in crashes)
    for at in range(n_bytes):
        for mixture in MIXTURES:
            yield from (Script(tear=Tear(at, mixture), crash=crash) for crash in CRASHES)


def first_run_scripts(commands: int, n_bytes: int, without: frozenset[str]) -> Iterator[Script]:
    """Those of `single_scripts` without a crash: on its way each shows what the crashes around a commit leave."""
    yield Script()
    for at in range(commands):
        yield from (Script((fault,)) for fault in every_fault(at, without))
    for at in range(n_bytes):
        yield from (Script(tear=Tear(at, mixture)) for mixture in MIXTURES)


DOUBLE_KINDS: Final = ("lost", "before", "refused", "garbled", "empty", "swapped", "killed_after", "reader_gone")


GAPS: Final = (1, 2, 3, 5, 8, 13, 21, 34)
RECOVERY_STEP: Final = 4


def double_count(commands: int) -> int:
    """How many double faults a flow of that many commands has."""
    return commands * (len(GAPS) + -(-commands // RECOVERY_STEP)) * len(DOUBLE_KINDS) ** 2


def double_script(commands: int, number: int) -> Script:
    """Two faults: the second soon behind the first, where the card is looked at again, or while it is recovered."""
    number, first = divmod(number, len(DOUBLE_KINDS))
    number, second = divmod(number, len(DOUBLE_KINDS))
    place, first_at = divmod(number, commands)
    second_at = first_at + GAPS[place] if place < len(GAPS) else RECOVERY + RECOVERY_STEP * (place - len(GAPS))
    return Script((Fault(DOUBLE_KINDS[first], first_at, 0x6581), Fault(DOUBLE_KINDS[second], second_at, 0x6A82)))
