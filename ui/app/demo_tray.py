"""The demo's box of cards: whoever tries the program has no plastic, so Ctrl+F1 puts simulated cards in and out.

It also does what happens to real devices now and then: a roll that ends, a card pulled while it is written. Exists only
with the simulated reader of a demo hall. A card keeps what is written on it by itself, and the customers' meters on the
wall can take what was bought.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from devices.cards.simulated_meter import SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from devices.printer.machine import PrinterMachine
from pos.domain.errors import KnownError
from pos.ports.keys import KeyAuthority
from ui.app.demo import BLANK_CARD, BLANK_MIFARE, BLANK_WALLET, FOREIGN_CARD, STORY_CARD, TOOL_CARD
from ui.app.demo_meters import HomeMeters
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.decisions import ChoiceOverlay
from ui.presenters.counter_panels import plain_volume
from ui.presenters.notice import Notice, Tone

if TYPE_CHECKING:
    from ui.app.running import Running

_KINDS = {
    BLANK_MIFARE: "demo.blank_mifare",
    BLANK_WALLET: "demo.blank_wallet",
    TOOL_CARD: "demo.tool_card",
    FOREIGN_CARD: "demo.foreign_card",
}
_HALF_WAY_BYTES = 10
"""Fewer than any write of a purchase changes."""


class DemoTray:
    """The box. `today_utc_ms()` dates what meters write; `offset_min` is the hall's; `roll` is where the papers of the
    simulated printer are, None where a real one prints; `machine` is that printer. `say(notice)`: what has become of a
    card, beside the sale.
    """

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        *,
        reader: SimulatedReader,
        box: SimulatedCardBox,
        keys: KeyAuthority,
        today_utc_ms: Callable[[], int],
        offset_min: int,
        say: Callable[[Notice], None],
        roll: Path | None = None,
        machine: PrinterMachine | None = None,
    ) -> None:
        self._window = window
        self._look = look
        self._reader = reader
        self._box = box
        self._keys = keys
        self._meters = HomeMeters(box, keys)
        self._today_utc_ms = today_utc_ms
        self._offset_min = offset_min
        self._in_reader = ""
        self._verbs: dict[str, Callable[[], None]] = {}
        self._say = say
        self._roll = roll
        self._machine = machine
        self.overlay = ChoiceOverlay(look)
        self.where_papers_are = self.overlay.label(role="quiet", wrap=True)
        self.overlay.body.addWidget(self.where_papers_are)
        self.overlay.chosen.connect(self._chosen)
        self.overlay.closed.connect(lambda: window.close_overlay(self.overlay))

    def open(self) -> None:
        """What can be done with the plastic now."""
        text = self._look.text
        self._verbs = {}
        words: list[tuple[str, str]] = []

        def offer(key: str, label: str, verb: Callable[[], None]) -> None:
            words.append((key, label))
            self._verbs[key] = verb

        if self._in_reader:
            offer("out", text("demo.take_out"), self.take_out)
            offer("meter", text("demo.to_meter"), self.to_meter)
            offer("tear", text("demo.tear"), self.tear_next_write)
            offer("lose", text("demo.lose_answer"), self.lose_next_answer)
        else:
            for name in sorted(self._box.names(), key=lambda name: (name != STORY_CARD, name)):  # customers first
                offer(name, self._label(name), partial(self.put_in, name))
        machine = self._machine
        if machine is not None and machine.is_paper_out:
            offer("paper", text("demo.paper"), machine.load_paper)
        elif machine is not None:
            offer("paper", text("demo.no_paper"), partial(machine.paper_out_after, 0))
        self.overlay.offer("demo.cards", tuple(words))
        self.where_papers_are.setText("" if self._roll is None else text("demo.roll", path=str(self._roll)))
        self.where_papers_are.setVisible(self._roll is not None)
        self._window.open_overlay(self.overlay)

    def put_in(self, name: str) -> None:
        """A card into the reader; the counter reads it by itself."""
        self._in_reader = name
        self._reader.insert(self._box.take(name))

    def take_out(self) -> None:
        """The card out of the reader and back into the box."""
        self._reader.remove()
        self._in_reader = ""

    def to_meter(self) -> None:
        """The customer goes home: her meter takes the purchase and writes back; the card returns to the box."""
        card = self._reader.card
        meter = None if card is None else self._meter()
        self._reader.remove()
        said = Notice("demo.no_meter")
        if card is not None and meter is not None:
            before_l = meter.remaining_l
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
                milliseconds=self._today_utc_ms(), minutes=self._offset_min
            )
            meter.insert(card, today=moment.date().isoformat())
            self._meters.keep(meter)
            took_l = meter.remaining_l - before_l
            figures = (("volume", plain_volume(took_l)), ("left", plain_volume(meter.remaining_l)))
            said = Notice("demo.meter_took" if took_l else "demo.meter_nothing", Tone.GOOD, figures)
        self._in_reader = ""
        self._say(said)

    def tear_next_write(self) -> None:
        """Somebody will pull the card while it is written."""
        card = self._reader.card
        if card is not None:
            card.tear_after(_HALF_WAY_BYTES)
            self._say(Notice("demo.will_tear"))

    def lose_next_answer(self) -> None:
        """The card will change what it holds and not say so: what it stored lasts, its answer does not come."""
        card = self._reader.card
        if card is None or card.kept_by is None:
            return
        keep = card.kept_by

        def stored_unsaid(changed: SimulatedPlastic) -> None:
            changed.kept_by = keep
            keep(changed)
            raise OSError("the answer is lost")

        card.kept_by = stored_unsaid
        self._say(Notice("demo.will_lose"))

    def _meter(self) -> SimulatedMeter | None:
        """The meter the card in the reader is bound to, read as the counter reads it."""
        try:
            with self._reader.session() as card_session:
                image = card_session.read()
        except KnownError:
            return None
        return self._meters.of(image)

    def _label(self, name: str) -> str:
        """What the card is now: an issued one is no blank any more."""
        text = self._look.text
        if name == STORY_CARD:
            return text("demo.story_card")
        if name in (TOOL_CARD, FOREIGN_CARD):
            return text(_KINDS[name])
        number = name.removeprefix(f"{BLANK_CARD}-")
        owner = self._owner(name)
        if owner:
            return text("demo.issued_card", name=number, account_no=owner)
        return text(_KINDS[name]) if name in _KINDS else text("demo.blank_card", name=number)

    def _owner(self, name: str) -> str:
        """The account a card of the box was issued to, "" for a blank one: read beside the counter's reader."""
        reader = SimulatedReader(self._keys)
        reader.insert(self._box.take(name))
        try:
            with reader.session() as card_session:
                identity = card_session.read().identity
        except KnownError:
            return ""
        return "" if identity is None else identity.account_no

    def _chosen(self, key: str) -> None:
        self._window.close_overlay(self.overlay)
        if key in self._verbs:
            self._verbs[key]()


def _say_beside_the_sale(running: Running, said: Notice) -> None:
    """A customer who went home with her card stands at the counter no longer; a sale that is handed out stays."""
    if running.sale.hand_out.write_id:
        running.sale.hand_out.say(said)
        return
    reader = running.workplace.devices.simulated_reader
    if running.shift is not None and reader is not None and reader.card is None:
        running.sale.forget()
    running.say(said)


def tray_of(running: Running) -> DemoTray | None:
    """The box of a running demo; None where the reader is a real one, or its keys are locked."""
    workplace, desk = running.workplace, running.desk
    if workplace.devices.simulated_reader is None or workplace.keys is None:
        return None
    return DemoTray(
        running.window,
        running.program.look,
        reader=workplace.devices.simulated_reader,
        box=SimulatedCardBox(workplace.places.simulated_cards),
        keys=workplace.keys,
        today_utc_ms=desk.hall.clock.now_utc_ms,
        offset_min=desk.offset_min,
        say=partial(_say_beside_the_sale, running),
        roll=None if workplace.devices.machine is None else workplace.places.roll,
        machine=workplace.devices.machine,
    )
