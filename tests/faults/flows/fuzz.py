"""Answers that no card would give: invented, flipped, cut and stretched ones, to every command of every family.

The card under the lies is a simulated one that carries out what it is asked, so that what a misled program did to it
can be seen. Over the simulated reader, or over the real service with the virtual slot; every run repeats by its seed.
"""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.status_words import StatusWord
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import DeviceError, KnownError
from pos.ports.card import CardReader
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, NOTHING_BOUGHT, SECOND_BUY, CardFamily, issue, read, write
from tests.faults.flows.laboratory import refusals
from tests.faults.flows.prepared import FAMILIES, KEYS

WORDS: Final = (*(int(word) for word in StatusWord), 0x6110, 0x6100, 0x6C00, 0x6C10, 0x90FF, 0x9007, 0x63C0)
ACTS: Final = ("read", "write", "write", "personalise")


class Liar:
    """Draws what becomes of an answer. Attributes: answers so far; rate: how many of a thousand are lies."""

    def __init__(self, seed: int) -> None:
        self.answers = 0
        self.rate = 0
        self._draw = random.Random(f"fuzz {seed}")

    def change_mood(self) -> None:
        """Some sessions hear nothing but lies, most hear one now and then and go deep."""
        self.rate = self._draw.choice((1000, 300, 60, 20))

    def __call__(self, real: Callable[[], bytes]) -> bytes:
        """The answer that is given; the card may not even have been asked."""
        self.answers += 1
        draw = self._draw
        if draw.randrange(1000) >= self.rate:
            return real()
        match draw.randrange(6):
            case 0:
                return draw.randbytes(draw.choice((0, 1, 2, 3, 18, 34, 130, 258, 400)))
            case 1:
                return draw.randbytes(draw.randrange(40)) + draw.choice(WORDS).to_bytes(2, "big")
            case 2:
                return real()[:-2] + draw.choice(WORDS).to_bytes(2, "big")
            case 3:
                flipped = bytearray(real())
                for _bit in range(draw.choice((1, 1, 2, 8))):
                    flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
                return bytes(flipped)
            case 4:
                answer = real()
                return answer[draw.randrange(len(answer)) :]
            case _:
                answer = real()
                return answer[:-2] + draw.randbytes(draw.randrange(1, 300)) + answer[-2:]


class LyingReader(SimulatedReader):
    """A simulated reader on whose wire a liar sits."""

    liar: Liar

    def exchange(self, card: SimulatedPlastic, insertion: int, command: bytes) -> bytes:
        return self.liar(lambda: super(LyingReader, self).exchange(card, insertion, command))


class LyingPlastic(SimulatedPlastic):
    """A card that lies by itself, for the slot behind the real service."""

    def __init__(self, inside: SimulatedPlastic, liar: Liar) -> None:
        super().__init__(inside.atr, inside.memory)
        self.inside, self.liar = inside, liar

    def tries_are_full(self) -> bool:
        return self.inside.tries_are_full()

    def power_on(self) -> bytes:
        return self.inside.power_on()

    def to_json(self) -> str:
        return self.inside.to_json()

    def _carry_out(self, raw: bytes) -> bytes:
        answer = self.liar(lambda: self.inside.transmit(raw))
        return answer if len(answer) >= 2 else StatusWord.FAILURE.to_bytes(2, "big")  # vpcd knows no shorter answer


@dataclass
class Fuzz:
    """A run over one family.

    Attributes:
        sessions; findings: (seed and session, text).
        damaged: cards that a lie let the program harm: readable no more, and never credited.
    """

    family: CardFamily
    seed: int
    sessions: int = 0
    damaged: int = 0
    findings: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.liar = Liar(self.seed)
        self._draw = random.Random(f"acts {self.seed}")
        card = self.family.blank()
        self._blank = card.to_json()
        self._empty = read(self.family.reader(card, KEYS))
        write(self.family.reader(card, KEYS), FIRST_BUY, issue(self.family.reader(card, KEYS)))
        self._user = card.to_json()
        self._before = read(self.family.reader(self.family.again(self._user), KEYS))

    def play(self, answers: int) -> None:
        """In this process."""
        card = None
        while self.liar.answers < answers:
            act = self._draw.choice(ACTS)
            if card is None or card.memory.written or act == "personalise":
                card = self.family.again(self._blank if act == "personalise" else self._user)
            reader = LyingReader(KEYS, matrix=lambda: self.family.matrix)
            reader.liar = self.liar
            reader.insert(card)
            self.one(reader, card, act)
            if act == "personalise":
                card = None

    def fresh(self, act: str) -> SimulatedPlastic:
        """A card for an act."""
        return self.family.again(self._blank if act == "personalise" else self._user)

    def one(self, reader: CardReader, card: SimulatedPlastic, act: str) -> None:
        """One card session under lies, then the truth about the card."""
        self.sessions += 1
        self.liar.change_mood()
        name = f"{self.family} seed {self.seed} session {self.sessions} {act}"
        try:
            outcome: CardImage | KnownError = self._act(reader, act)
        except KnownError as error:
            outcome = error
        except Exception:  # noqa: BLE001 - whatever is no known error is what is looked for
            self.findings.append((name, traceback.format_exc()))
            return
        self._check(name, card, act, outcome)

    def _act(self, reader: CardReader, act: str) -> CardImage:
        with reader.session() as card_session:
            if act == "write":
                return card_session.write_purchase(SECOND_BUY, before=self._before)
            if act == "personalise":
                return card_session.personalise(IDENTITY, NOTHING_BOUGHT, before=self._empty)
            return card_session.read()

    def _check(self, name: str, card: SimulatedPlastic, act: str, outcome: CardImage | KnownError) -> None:
        """No try was lost, the code was presented once, and no third purchase came to be."""
        if isinstance(card, SimulatedMemoryCard) and (card.chip.wrong_presentations or card.chip.presentations > 1):
            self.findings.append((name, f"the code was presented {card.chip.presentations} times"))
        if refusals(card) > 1:
            self.findings.append((name, f"{refusals(card)} tries lost"))
        if act == "read":
            if card.memory.written:
                self.findings.append((name, "reading wrote"))
            return
        try:
            truth = read(self.family.reader(self.family.again(card.to_json()), KEYS))
        except DeviceError:
            self.damaged += 1
            return
        if truth.kind is CardKind.USER and truth.purchase not in (FIRST_BUY, SECOND_BUY, NOTHING_BOUGHT):
            self.findings.append((name, f"the card holds {truth.purchase}"))
        self.damaged += act == "write" and truth.kind is not CardKind.USER
        if (
            act == "write"
            and isinstance(outcome, CardImage)
            and outcome.holds(SECOND_BUY)
            and not truth.holds(SECOND_BUY)
        ):
            self.findings.append((name, "a purchase is called proven that is not on the card"))


def families() -> list[CardFamily]:
    """Those of the flows."""
    return list(FAMILIES.values())
