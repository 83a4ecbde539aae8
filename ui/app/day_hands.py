"""The hands of a story: signing in, counting, selling and handing over by keys, whoever the people are.

Shared by the demo's day (`day_story`) and by the first day of a real hall in the tests. Must not know: what is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from devices.cards.simulated_plastic import SimulatedPlastic
from devices.printer.machine import PrinterMachine
from ui.app.day import Parts, Slot
from ui.app.office_wiring import OfficePresenters
from ui.app.running import Running
from ui.app.stage import Stage
from ui.desktop.pages.decisions import QuestionOverlay
from ui.presenters.count_state import FACES
from ui.presenters.counter_state import CounterState, Step, WriteState

FLOAT = {
    (5000, False): 2,
    (2000, False): 5,
    (1000, False): 15,
    (500, False): 20,
    (100, False): 40,
    (50, True): 10,
    (10, True): 50,
}
"""500.00 of change money."""
BLANK_CARDS = 10
Drawer = dict[tuple[int, bool], int]


class Hands:
    """Attributes: stage: the window and its keys. people: 工号 and password by the story's name for a person."""

    def __init__(self, stage: Stage, parts: Parts, people: Mapping[str, tuple[str, str]]) -> None:
        self.stage = stage
        self.people = people
        self._parts = parts
        self._machine = parts.machine
        self._kept: Drawer = {}
        self._handed_in: Drawer = {}

    @property
    def machine(self) -> PrinterMachine:
        """The simulated printer, whichever way it is connected."""
        machine = self._machine or self.running.workplace.devices.machine
        if machine is None:
            raise RuntimeError("the story needs a simulated printer")
        return machine

    @property
    def running(self) -> Running:
        """The program with its books open."""
        running = self.stage.program.running
        if running is None:
            raise RuntimeError("the program has not opened its books")
        return running

    @property
    def slot(self) -> Slot:
        """Where cards go."""
        slot = self._parts.slot or self.running.workplace.devices.simulated_reader
        if slot is None:
            raise RuntimeError("the story needs a slot for cards")
        return slot

    @property
    def counter(self) -> CounterState:
        """What the counter shows."""
        return self.running.counter.page_state

    def _hand_out(self, name: str) -> None:
        """Card written, paper out, card taken back, all three ticked."""
        stage = self.stage

        def written() -> bool:
            panel = self.counter.hand_out
            return panel is not None and panel.write is WriteState.WRITTEN and panel.receipt_code == "receipt.confirmed"

        stage.until(written, "card and paper")
        stage.shot(f"{name}-done")
        if self.running.customer.window is not None and name == "sale":
            stage.shot("customer-screen", self.running.customer.window)
        self.slot.remove()
        stage.until(lambda: self.counter.hand_out is not None and not self.counter.hand_out.card_in_reader, "the card")
        panel = self.counter.hand_out
        for _ in range(len(panel.needed) if panel else 0):
            stage.press("Enter")
        stage.press("Enter")
        stage.until(lambda: self.counter.step is Step.IDLE, "the next customer")

    def _confirm_read_back(self, *, shot: bool = True) -> None:
        stage = self.stage
        stage.until(lambda: stage.program.window.has_overlay, "the read-back")
        stage.until(self.running.counter.read_back.is_armed, "the read-back to listen")
        stage.pause(150)
        if shot:
            stage.shot("read-back")
            if self.running.customer.window is not None:
                stage.shot("customer-read-back", self.running.customer.window)
        stage.press("+")
        stage.until(lambda: self.counter.hand_out is not None, "the booking")

    def _insert(self, card: SimulatedPlastic) -> None:
        self.slot.insert(card)

    def _sign_in(self, name: str, *, page: str = "counter") -> None:
        stage = self.stage
        stage.page("sign_in")
        stage.program.window.pages["sign_in"].focus_first()
        code, password = self.people[name]
        stage.fill(code, password)
        people = self.running.people
        stage.until(lambda: people.person is not None and people.person.code == code, f"{name} to sign in")
        stage.page(page)

    def _choose(self, key: str, number: int, *, shot: str = "") -> None:
        """A key that offers a list, then its n-th line (from 0)."""
        stage = self.stage
        stage.press(key)
        stage.until(lambda: stage.program.window.has_overlay, "a list to choose from")
        if shot:
            stage.shot(shot)
        stage.press(*["Tab"] * number, "Enter")

    def _answer_yes(self, question: QuestionOverlay) -> None:
        """F9, once the question has stood there long enough to be read."""
        self.stage.until(lambda: question.is_armed, "the question to listen")
        self.stage.press("F9")

    def _sign_out(self) -> None:
        self.stage.press("Ctrl+F12")
        self.stage.page("sign_in")

    def _open_till(self, shot: str) -> None:
        stage = self.stage
        stage.press("Ctrl+F6")
        stage.page("count")
        self._count(FLOAT, cards=BLANK_CARDS)
        stage.shot(shot)
        stage.press("F9")
        stage.until(lambda: self.running.shift is not None, "the till to open")
        stage.page("counter")

    def _close(self, shot: str) -> None:
        stage = self.stage
        stage.page("close")
        stage.shot(f"{shot}-split")
        stage.press("F9")
        seal = self.running.duties.work.seal
        stage.until(lambda: seal.closed is not None, "the close")
        stage.pause(300)
        stage.shot(shot)

    def _approve(self, shot: str, who: str = "lead") -> None:
        stage = self.stage
        stage.until(lambda: stage.program.window.has_overlay, "the approval")
        stage.type(self.people[who][1])
        stage.shot(shot)
        stage.press("F9")
        stage.until(lambda: not stage.program.window.has_overlay, "the signature")

    def _count(self, drawer: Drawer, *, slips: tuple[str, ...] = (), cards: int | None = None) -> None:
        """Type a count field by field: pieces, slips, blank cards."""
        fields = [str(drawer.get((face.face_fen, face.coin), 0) or "") for face in FACES]
        if cards is not None:
            fields += [*slips, str(cards)]
        self.stage.fill(*fields[:-1])
        self.stage.type(fields[-1])

    def _take_kept_apart(self) -> None:
        """After the Z: what stays as float, and what goes to finance."""
        rows = self.running.duties.work.seal.split_rows
        self._kept = {(row.face.face_fen, row.face.coin): row.kept for row in rows if row.kept}
        self._handed_in = {(row.face.face_fen, row.face.coin): row.counted - row.kept for row in rows}

    def _hand_over(self, giver: str, receiver: str, *, to_lead: bool) -> None:
        """Two signatures over one digest; the receiver counts what she takes over."""
        stage = self.stage
        stage.press("F9")
        stage.page("hand_over")
        if to_lead:
            stage.press("Shift+F4")
            stage.until(lambda: self._office.hand_over.receiver_kind == "lead", "the lead as receiver")
            stage.program.window.pages["hand_over"].focus_first()
        stage.shot("hand-over")
        stage.fill(self.people[giver][1])
        stage.type(self.people[receiver][1])
        stage.press("F9")
        stage.page("office_count")
        self._count(self._kept, cards=BLANK_CARDS)
        stage.shot("successor-counts")
        stage.press("F9")
        stage.page("sign_in")

    def _bag_to_safe(self, giver: str, witness: str, bag_no: str) -> None:
        """After the Z: the float goes into the safe in a sealed bag, before a witness."""
        stage = self.stage
        stage.press("F9")
        stage.page("hand_over")
        stage.press("Shift+F4")
        stage.until(lambda: self._office.hand_over.receiver_kind == "lead", "the lead as receiver")
        stage.press("Shift+F4")
        stage.until(lambda: self._office.hand_over.receiver_kind == "safe", "the safe as receiver")
        stage.program.window.pages["hand_over"].focus_first()
        stage.fill(bag_no, self.people[giver][1])
        stage.type(self.people[witness][1])
        stage.shot("bag-to-safe")
        stage.press("F9")
        stage.page("sign_in")

    @property
    def _office(self) -> OfficePresenters:
        return self.running.duties.presenters

    def _books_open(self) -> bool:
        program = self.stage.program
        return program.running is not None and program.window.current == "sign_in" and program.running.is_ready
