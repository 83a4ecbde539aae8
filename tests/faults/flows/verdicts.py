"""What must be true after a case, seen from outside: plastic, meters and books, beside the fifteen invariants.

Seven zeros: no write to a card that is not the one paid for, no credit twice, no credit without its posting, no posting
without its credit, no doubt that is not listed, no try of a card lost by us, nothing unhandled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.card import CardImage, CardPurchase
from pos.domain.errors import DeviceError
from pos.sagas.card_purchase import read_card
from tests.faults.flows.laboratory import lock_keys, refusals, spoil_keys
from tests.faults.flows.prepared import FLOWS, Prepared
from tests.faults.flows.scripts import Script
from tests.faults.flows.wreck import KILLS
from tests.faults.invariants import INVARIANTS, World, violations_over
from tests.fixtures_counter import DAY, Counter

Finding = tuple[str, str]
Seen = dict[tuple[str, str, str], int]
"""How often the records of a flow have come in this order."""
OUTSIDE_EVERY = 50
DEAR = ("I9", "I13")
"""The outside verifier over export and database, and every column of every table."""


def as_it_lies(prepared: Prepared, card: SimulatedPlastic) -> CardImage | None:
    """What a reader of nobody's says of the plastic, None if it cannot be read. A copy is read."""
    try:
        return read_card(prepared.family.reader(prepared.plastic(card.to_json()), prepared.keys))
    except DeviceError:
        return None


@dataclass
class After:
    """The world after a case. Attributes: what was prepared, the counter after its restart, the script, the plastic."""

    prepared: Prepared
    counter: Counter
    script: Script
    fell: list[str]
    card: SimulatedPlastic
    others: dict[str, SimulatedPlastic]
    seen: Seen

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong."""
        image = as_it_lies(self.prepared, self.card)
        yield from self._other_plastic()
        yield from self._credit_and_posting(image)
        yield from self._tries()
        yield from self._books(image)
        yield from self._meters()

    def ended(self) -> str:
        """State of the flow's write."""
        row = self._write()
        return "nothing" if row is None else str(row[1])

    def _write(self) -> tuple[str, str, CardPurchase] | None:
        """The write that the flow began: its number, newest state and promise."""
        with self.counter.demo.store.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT f.write_id, (SELECT state FROM card_write n WHERE n.write_id = f.write_id"
                " ORDER BY n.step_no DESC LIMIT 1), f.detail ->> '$.intent.purchase' FROM card_write f"
                " WHERE f.step_no = 1"
            ).all()
        fresh = [row for row in rows if row[0] not in self.prepared.writes]
        return (fresh[0][0], fresh[0][1], CardPurchase(**json.loads(fresh[0][2]))) if fresh else None

    def all_writes(self) -> frozenset[str]:
        """Numbers of all card writes in the books."""
        with self.counter.demo.store.reading() as connection:
            return frozenset(str(row[0]) for row in connection.exec_driver_sql("SELECT write_id FROM card_write"))

    def _has_struck(self, *kinds: str) -> bool:
        return any(name.partition("@")[0] in kinds for name in self.fell)

    def _other_plastic(self) -> Iterator[Finding]:
        """No write to a card that was not paid for."""
        for kind, other in self.others.items():
            if other.to_json() not in self._untouched(kind) and not self._may_be_issued(kind):
                yield "wrong card", f"the {kind} card was written"

    def _untouched(self, kind: str) -> Iterator[str]:
        """What it may hold if nobody wrote to it: as it was, or with the keys that the script itself changed on it."""
        yield self.prepared.others[kind]
        for fault, change in (("locked", lock_keys), ("wrong_mac", spoil_keys)):
            if self._has_struck(fault):
                card = self.prepared.plastic(self.prepared.others[kind])
                change(card)
                yield card.to_json()

    def _may_be_issued(self, kind: str) -> bool:
        """Two blank memory cards cannot be told apart: the one that lies there is issued, and only one of them."""
        return kind == "twin" and FLOWS[self.prepared.flow].makes_card and not self.prepared.family.has_chip_number

    def _credit_and_posting(self, image: CardImage | None) -> Iterator[Finding]:
        """The card holds what was promised exactly if the books say so."""
        write = self._write()
        if write is None:
            if self.card.to_json() != self.prepared.card and not self._has_struck("wrong_mac", "locked", "jumped"):
                yield "credit without posting", "nothing was booked, and the card was written"
            return
        write_id, state, promised = write
        twin = as_it_lies(self.prepared, self.others["twin"]) if "twin" in self.others else None
        issued = FLOWS[self.prepared.flow].makes_card and twin is not None and twin.holds(promised)
        holders = int(image is not None and image.holds(promised)) + int(issued)
        if holders > 1:
            yield "double credit", f"{write_id} is on two cards"
        if holders and state != "posted":
            yield "credit without posting", f"{write_id} is {state}, and a card holds it"
        if not holders and state == "posted":
            yield "posting without credit", f"{write_id} is posted, and no card holds it"

    def _tries(self) -> Iterator[Finding]:
        """A key is never presented wrongly; of a card whose key was changed, once, and once more if nobody remembers.

        A program that dies between the refusal and its commit does not know of it, nor does the card tell.
        """
        if self._has_struck("locked"):
            return
        forgets = bool(self.script.crash) or self._has_struck(*KILLS)
        allowed = int(self._has_struck("wrong_mac")) * (2 if forgets else 1)
        lost = refusals(self.card)
        is_torn = self.script.tear is not None and not isinstance(self.card, SimulatedMemoryCard)
        if lost > allowed + is_torn:
            yield "tries", f"{lost} refused presentations, {allowed} allowed"

    def _books(self, image: CardImage | None) -> Iterator[Finding]:
        """The fifteen invariants, with the cards at hand; a card that somebody else wrote to is no witness."""
        images: list[CardImage | None] = [
            as_it_lies(self.prepared, self.prepared.plastic(t)) for t in self.prepared.earlier
        ]
        if not self._has_struck("jumped", "twin"):
            images.append(image)
        cards = {known.identity.card_no: known for known in images if known is not None and known.identity}
        with self.counter.demo.store.reading() as connection:
            for found in violations_over(
                self.counter.demo.path, connection, World(cards), only=self._asked(connection)
            ):
                yield found.code, found.text

    def _asked(self, connection: Connection) -> list[str]:
        """All invariants; the dear ones where the flow's records are of a kind they have not seen, and now and then."""
        kinds = connection.exec_driver_sql(
            "SELECT group_concat(kind) FROM (SELECT kind FROM journal ORDER BY id)"
        ).scalar()
        shape = (self.prepared.flow, self.prepared.family.driver, str(kinds))
        outside = self.seen.setdefault(shape, 0) % OUTSIDE_EVERY == 0
        self.seen[shape] += 1
        return [code for code in INVARIANTS if code not in DEAR or outside]

    def _meters(self) -> Iterator[Finding]:
        """Every card at hand goes into the meter, the new one first: as much gas as the books say, and only once."""
        if self._has_struck("jumped", "twin", "wrong_mac", "locked"):
            return
        meter = self.prepared.fresh_meter()
        had_l = meter.remaining_l + meter.used_l
        for text in (self.card.to_json(), *self.prepared.earlier):
            with suppress(DeviceError):  # a spoiled blank: it holds nothing
                meter.insert(self.prepared.plastic(text), today=DAY)
        flow, write = FLOWS[self.prepared.flow], self._write()
        done = write is not None and write[1] == "posted"
        got_l = meter.remaining_l + meter.used_l - had_l
        if got_l != (flow.after_l if done else flow.before_l):
            yield "double credit", f"the meter got {got_l} l, write {write and write[1]}"
