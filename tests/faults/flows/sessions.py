"""Random sessions: a customer who buys, goes to the meter and brings her card back, with faults and kills on the way.

Everything is drawn from one number, so that number repeats a session. The world goes on from act to act; after each
one it is looked at as after every case.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from devices.cards.simulated_meter import MeterAnswer
from pos.domain.card import CardKind
from pos.domain.errors import DeviceError
from tests.faults.flows.catalogue import Bench, shown
from tests.faults.flows.prepared import FAMILIES, Prepared
from tests.faults.flows.scripts import CRASHES, KINDS, MIXTURES, STATUS_WORDS, Fault, Script, Tear
from tests.faults.flows.verdicts import as_it_lies
from tests.fixtures_counter import DAY

# A card whose keys were changed, or that somebody else sold to, ends its customer's story; single faults cover it.
KINDS_OF_SESSIONS = tuple(sorted(set(KINDS) - {"wrong_mac", "locked", "jumped", "twin"}))


@dataclass
class Session:
    """One customer's day. Attributes: seed; acts: what was done, line by line; findings."""

    seed: int
    acts: list[str] = field(default_factory=list)
    findings: list[tuple[str, str]] = field(default_factory=list)

    def play(self, bench: Bench) -> None:
        """Two to five acts, or until the card is of no more use."""
        draw = random.Random(f"session {self.seed}")
        family = draw.choice(list(FAMILIES))
        world = bench.morning("purchase", family)
        for _act in range(draw.randint(2, 5)):
            flow = self._next(world, draw)
            if not flow:
                return
            if flow == "meter":
                world = self._to_the_meter(world)
                continue
            wanted, world = script(draw, bench, flow, family), replace(world, flow=flow)
            self.acts.append(shown((flow, family, wanted)))
            wreck = bench.left_by(world, wanted)
            ended, later = bench.goes_on(world, wanted, wreck)
            self.findings.extend(ended.findings)
            if self.findings or later is None:
                return
            world = later

    @staticmethod
    def _next(world: Prepared, draw: random.Random) -> str:
        """What such a card lets its customer do, "" if nothing."""
        image = as_it_lies(world, world.plastic(world.card))
        if image is None or image.kind is not CardKind.USER or image.note:
            return ""
        return draw.choice(("reversal", "meter")) if image.unconsumed_l else "purchase"

    def _to_the_meter(self, world: Prepared) -> Prepared:
        """The meter takes what is on the card."""
        card, meter = world.plastic(world.card), world.fresh_meter()
        self.acts.append("meter")
        try:
            answer = meter.insert(card, today=DAY)
        except DeviceError as error:
            self.findings.append(("meter", str(error)))
            return world
        if answer is not MeterAnswer.TAKEN:
            self.findings.append(("posting without credit", f"the meter says {answer}"))
        state = (meter.meter_no, meter.remaining_l, meter.used_l, meter.taken_sequence)
        return replace(world, card=card.to_json(), meter=state)


def script(draw: random.Random, bench: Bench, flow: str, family: str) -> Script:
    """None, one or two faults anywhere in the flow or right behind it, or a tear; with or without a crash."""
    size = bench.size(flow, family)
    crash = draw.choice(CRASHES)
    if draw.random() < 0.2:
        return Script(tear=Tear(draw.randrange(size.n_bytes), draw.choice(MIXTURES)), crash=crash)
    faults = tuple(
        Fault(kind, draw.randrange(size.commands + 8), draw.choice(STATUS_WORDS))
        for kind in draw.choices(KINDS_OF_SESSIONS, k=draw.choice((0, 1, 1, 2)))
    )
    return Script(faults, crash=crash if faults else "")
