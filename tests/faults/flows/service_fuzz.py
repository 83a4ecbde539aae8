"""The same lies through the real card service: private pcscd, virtual slot, pyscard. See `fuzz`."""

from __future__ import annotations

import time

from devices.cards.pcsc import PcscReader
from tests.contract.card_rigs import CardFamily, private_service, slot_at, wait_for
from tests.faults.flows.fuzz import ACTS, Fuzz, LyingPlastic
from tests.faults.flows.prepared import KEYS


class ServiceFuzz:
    """A run over one family. Attributes: fuzz: what it counts and finds."""

    def __init__(self, family: CardFamily, seed: int) -> None:
        service = private_service()
        self.fuzz = Fuzz(family, seed)
        self._slot = slot_at(service.ports[1])
        self._reader = PcscReader(KEYS, service.reader_names[1], matrix=lambda: family.matrix)

    def play(self, answers: int) -> int:
        """Until so many answers were given; how many."""
        fuzz, began = self.fuzz, time.monotonic()
        while fuzz.liar.answers < answers:
            act = ACTS[fuzz.sessions % len(ACTS)]
            inside = fuzz.fresh(act)
            self._put(LyingPlastic(inside, fuzz.liar))
            fuzz.one(self._reader, inside, act)
            if time.monotonic() - began > 60:
                fuzz.findings.append((f"{fuzz.family} seed {fuzz.seed}", "the service stands still"))
                break
        return fuzz.liar.answers

    def _put(self, card: LyingPlastic) -> None:
        """Cards of one family are exchanged quicker than the service notices; another family takes a second."""
        inside = self._slot.card
        if self._slot.in_contact and inside is not None and inside.atr == card.atr:
            card.power_on()
            self._slot.card = card
            return
        self._slot.insert(card)
        wait_for(lambda: self._reader.status().atr_hex == card.atr.hex().upper(), timeout_s=20)
