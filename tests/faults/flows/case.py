"""One case: a flow under a script, the program started again over the same file, recovery, and what must be true then.

Recovery is what the program offers: the card back in the reader, money back by rule, or a lead's decision about a write
that is listed by name. The lead in it looks at the plastic itself, as she would with another reader.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.card import CardImage
from pos.domain.card_write import SETTLED, WritePurpose, WriteState
from pos.domain.errors import KnownError
from pos.domain.roles import Act
from pos.sagas.card_purchase import Delivery, deliver
from pos.store.sale_queries import CardWriteRow
from pos.usecases.open_card_writes import open_card_writes
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.reversal_steps import CardWriteStep, call_off_reversal
from pos.usecases.settle_in_doubt import SettleInDoubt, decision_digest, settle_in_doubt
from tests.fakes import FixedClock
from tests.faults.flows import verdicts
from tests.faults.flows.open_books import OpenBooks
from tests.faults.flows.prepared import FLOWS, Prepared
from tests.faults.flows.scripted_reader import ProgramKilled, ScriptedReader, Surroundings
from tests.faults.flows.scripts import RECOVERY, Script
from tests.faults.flows.wreck import Wreck, log_of
from tests.fixtures_counter import Counter

Saga = Callable[..., Delivery]
Begin = Callable[[Counter], str]
ROUNDS = 8
"""Visits of the customer after which a write that is still open is a finding."""


@dataclass
class Outcome:
    """How a case ended.

    Attributes:
        findings: (invariant, text), empty if all is well.
        ended: `posted`, `reversed` or `nothing`. decisions: of a lead. fell: faults that really happened.
        commits, commands, n_bytes: of the flow; behind: commits that came after the first fault.
        recovery_s: from the program's new start to the last settled write; asked: commands to the card in it.
    """

    findings: list[tuple[str, str]] = field(default_factory=list)
    ended: str = "nothing"
    decisions: int = 0
    fell: list[str] = field(default_factory=list)
    commits: int = 0
    behind: int = 0
    commands: int = 0
    n_bytes: int = 0
    recovery_s: float = 0.0
    asked: int = 0


@dataclass
class Moments:
    """Counts the commits of the first run and kills the program around the one that the script names.

    Attributes: wreck: the world as a kill would leave it now. beheld: what a kill around each commit would have left,
    by name of the crash and number of the commit; under 0 those of the first commit behind a fault.
    """

    script: Script
    has_struck: Callable[[], bool]
    commits: int = 0
    behind: int = 0
    wreck: Callable[[], Wreck] | None = None
    beheld: dict[tuple[str, int], Wreck] = field(default_factory=dict)

    def __call__(self, name: str) -> None:
        if not name.startswith("commit"):
            return
        before = name.endswith("before")
        if before:
            self.commits += 1
            self.behind += self.has_struck()
        crash = "crash-before" if before else "crash-after"
        if self.wreck is not None and not self.script.crash:
            self.beheld[crash, self.commits] = self.wreck()
            if self.behind == 1:
                self.beheld[crash, 0] = self.beheld[crash, self.commits]
        wanted = self.commits == self.script.commit if self.script.commit else self.behind == 1
        if wanted and self.script.crash == crash:
            raise ProgramKilled


@dataclass
class Case:
    """A flow and a script.

    Attributes: prepared; script; saga, begin: the program's own, or one that is wrong; with_stranger: another
    customer's card is put in first after the restart; seen: see `verdicts`; later: the world afterwards, frozen.
    """

    prepared: Prepared
    script: Script
    saga: Saga = deliver
    begin: Begin | None = None
    with_stranger: bool = True
    seen: verdicts.Seen = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)
    later: Prepared | None = None
    moments: Moments | None = None

    def play(self, folder: Path) -> Outcome:
        """Run the case in this folder, whose books are overwritten."""
        return self.aftermath(folder, self.first_run(folder))

    def first_run(self, folder: Path, books: OpenBooks | None = None) -> Wreck:
        """From the customer's coming until all is done, an error is on the screen, or the program is killed.

        `books`: of this morning, open already; else they are opened in the folder.
        """
        prepared = self.prepared
        own = books is None
        books = books or OpenBooks(prepared, folder / "first.db")
        clock = books.clock
        clock.set_to(prepared.now_utc_ms)
        card = prepared.plastic(prepared.card)
        others = {kind: prepared.plastic(text) for kind, text in prepared.others.items()}
        reader = ScriptedReader(prepared.keys, self.script, Surroundings(clock, prepared.sell_elsewhere, others))
        if self.script.tear is not None:
            card.tear_after(self.script.tear.at, mixture=self.script.tear.mixture)
        reader.insert(card)
        moments = self.moments = Moments(self.script, lambda: reader.struck)

        def wreck() -> Wreck:
            return Wreck(
                log_of(books.path).read_bytes(),
                card.to_json(),
                {kind: other.to_json() for kind, other in others.items()},
                card.chip.wrong_presentations if isinstance(card, SimulatedMemoryCard) else 0,
                clock.now_utc_ms(),
                tuple(reader.fell),
                tuple(self.outcome.findings),
                moments.commits,
                moments.behind,
                reader.commands,
                card.memory.written,
            )

        moments.wreck = wreck
        books.hear(moments)
        try:
            self._live(prepared.counter_over(books.store, books.path, reader, card, clock, 1))
            return wreck()
        finally:
            books.put_back()
            if own:
                books.close()

    def aftermath(self, folder: Path, wreck: Wreck) -> Outcome:
        """The program started again over what the first run left, recovery, and what is true then."""
        prepared, outcome = self.prepared, self.outcome
        path = folder / "hall.db"
        prepared.thaw(path, wreck.log)
        clock = FixedClock(wreck.now_utc_ms)
        card = prepared.plastic(wreck.card)
        if isinstance(card, SimulatedMemoryCard):
            card.chip.wrong_presentations = wreck.refused
        others = {kind: prepared.plastic(text) for kind, text in wreck.others.items()}
        reader = ScriptedReader(prepared.keys, self.script, Surroundings(clock, prepared.sell_elsewhere, others))
        reader.goes_on(wreck.commands, wreck.fell)
        outcome.commits, outcome.behind, outcome.commands = wreck.commits, wreck.behind, wreck.commands
        outcome.n_bytes, outcome.findings = wreck.n_bytes, list(wreck.findings)
        began = time.perf_counter()
        counter = self._recovered(path, reader, card, clock, others["swapped"])
        outcome.recovery_s = time.perf_counter() - began
        outcome.fell, outcome.asked = reader.fell, reader.commands - RECOVERY
        try:
            after = verdicts.After(prepared, counter, self.script, reader.fell, card, others, self.seen)
            self._guarded(lambda: outcome.findings.extend(after.findings()))
            outcome.ended = after.ended()
            writes = after.all_writes()
        finally:
            counter.demo.store.close()
        self.later = replace(
            prepared, database=path.read_bytes(), card=card.to_json(), now_utc_ms=clock.now_utc_ms(), writes=writes
        )
        return outcome

    def _live(self, counter: Counter) -> None:
        """The customer at the counter, until all is done, an error is on the screen, or the program is killed."""
        begin = self.begin or FLOWS[self.prepared.flow].begin

        def live() -> None:
            try:
                self._deliver(counter, begin(counter))
            except (KnownError, ProgramKilled):
                """The operator reads why; or nobody reads anything any more."""

        self._guarded(live)

    def _deliver(self, counter: Counter, write_id: str) -> Delivery:
        demo = counter.demo
        return self.saga(
            demo.hall, counter.reader, session_id=counter.session_id, actor=demo.cashier, write_id=write_id
        )

    def _guarded(self, act: Callable[[], None]) -> None:
        """Whatever is no known error is a finding."""
        try:
            act()
        except Exception:  # noqa: BLE001 - this harness is a lane's job wrapper: it must see everything
            self.outcome.findings.append(("unhandled", traceback.format_exc()))

    # ---- what the program offers after it was started again -----------------------------------------------------

    def _recovered(
        self, path: Path, reader: ScriptedReader, card: SimulatedPlastic, clock: FixedClock, stranger: SimulatedPlastic
    ) -> Counter:
        """Started again, and once more where the program dies while it recovers. The counter, its store open."""
        for run in range(2, ROUNDS):
            counter = self.prepared.start(path, reader, card, clock, run)
            try:
                self._guarded(lambda c=counter: self._recover(c, reader, stranger))
            except ProgramKilled:
                counter.demo.store.close()
                continue
            return counter
        raise AssertionError("a script kills a program at most twice")

    def _recover(self, counter: Counter, reader: ScriptedReader, stranger: SimulatedPlastic) -> None:
        reader.repair(stranger)
        if self.with_stranger:
            for write in open_card_writes(counter.demo.hall):
                self._deliver(counter, write.write_id)
        reader.repair(counter.card, count_from=RECOVERY)
        for visit in range(ROUNDS):
            waiting = open_card_writes(counter.demo.hall)
            if not waiting:
                return
            for write in waiting:
                with suppress(KnownError):  # the operator reads why, and the customer comes again
                    self._settle(counter, write, visit)
            if reader.struck_again():
                reader.repair(counter.card, count_from=reader.commands)
        self.outcome.findings.append(("never settled", str([w.state for w in open_card_writes(counter.demo.hall)])))

    def _settle(self, counter: Counter, write: CardWriteRow, visit: int) -> None:
        """First the card is asked twice; what it cannot settle is settled by rule, or by a lead."""
        done = self._deliver(counter, write.write_id)
        if done.state in SETTLED or visit == 0:
            return
        if done.state in (WriteState.IN_DOUBT, WriteState.WRITING):
            self._decide(counter, write)
        elif _is_reversal(write):
            call_off_reversal(counter.demo.hall, self._step(counter, write, counter.read()))
        else:
            give_back(counter, write.write_id)

    def _decide(self, counter: Counter, write: CardWriteRow) -> None:
        """A lead, who looks at the plastic with another reader. A reversal's own content is what was there before."""
        self.outcome.decisions += 1
        demo = counter.demo
        image = verdicts.as_it_lies(self.prepared, counter.card)
        decision = "written" if image is not None and image.holds(write.intent.purchase) else "not_written"
        digest = decision_digest(write.write_id, decision, "other_reader", "")
        command = SettleInDoubt(
            command_id=demo.new_id(),
            actor=demo.lead,
            write_id=write.write_id,
            decision=decision,
            evidence="other_reader",
            signature=demo.signed_by("lead", digest),
        )
        settle_in_doubt(demo.hall, command)
        if self.outcome.decisions > 1 and decision == "not_written" and not _is_reversal(write):
            give_back(counter, write.write_id)  # asked again, such a card is in doubt again

    @staticmethod
    def _step(counter: Counter, write: CardWriteRow, found: CardImage) -> CardWriteStep:
        demo = counter.demo
        fields: dict[str, Any] = {"actor": demo.cashier, "session_id": counter.session_id, "write_id": write.write_id}
        return CardWriteStep(command_id=demo.new_id(), found=found, reason="reversal.called_off", **fields)


def _is_reversal(write: CardWriteRow) -> bool:
    return write.intent.purpose is WritePurpose.REVERSAL


def give_back(counter: Counter, write_id: str) -> None:
    """The money goes back with a lead's consent."""
    demo = counter.demo
    wish = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        write_id=write_id,
        reason="card_damaged",
    )
    return_money(demo.hall, demo.approved(wish, Act.RETURN_MONEY))
