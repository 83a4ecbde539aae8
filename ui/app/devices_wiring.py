"""The page of devices (Ctrl+8) plugged to its presenter, and closer looks at reader, card and keys.

Rule: design section 6: a look runs on the reader's lane, where card sessions are too; it only reads, and it waits for
nobody's write: while one is under way nothing is looked at. Must not know: words.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ledger.errors import KnownError
from ledger.keys import MissingKey
from pos.ports.card import CardReader, ReaderState
from pos.ports.keys import KeyAuthority
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.unlock_card_keys import LockedKeys
from ui.app.card_look import CardLook, KeyLook, look_at_card, look_at_keys
from ui.app.key_standing import KeyStanding, locked_keystore, standing_of
from ui.desktop.pages.devices import DevicesPage
from ui.presenters.devices import Devices
from ui.presenters.devices_state import DevicesState, Sight

if TYPE_CHECKING:
    from ui.app.running import Running

Closer = tuple[CardLook | None, KeyLook]


class DevicesWiring:
    """Connects the page to the presenter.

    Attributes: page; presenter (after `connect`); card, keys: what the last closer look showed, None and empty where
        nobody looked since the card came.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._window = running.window
        self._back_to = "counter"
        self._looking = False
        self._coming = 0
        self.card: CardLook | None = None
        self.keys = KeyLook()
        self.page = DevicesPage(running.program.look)
        self._window.add_page("devices", self.page)
        self.presenter: Devices | None = None

    def connect(self) -> None:
        """The books are open."""
        desk = self._running.desk
        presenter = self.presenter = Devices(desk.hall, desk.lanes.reader, self)
        self.page.unlock_asked.connect(presenter.unlock)
        self.page.look_asked.connect(self.look_closer)
        self.page.stepped_back.connect(self._leave)
        self._window.page_shown.connect(self._left)
        self._window.help_shown.connect(self.look_closer)

    def open(self, person: OperatorRow) -> None:
        """Ctrl+8, from wherever she is."""
        if self.presenter is None or self._window.current == "devices":
            return
        self._back_to = self._window.current
        self._window.show_page("devices")
        self.presenter.begin(person)
        self.page.focus_first()
        self.look_closer()

    @property
    def standing(self) -> KeyStanding:
        """Whose keys, and whether they can be used now."""
        place = self._running.workplace
        return standing_of(place.keys, place.config.keys.kind)

    def marks(self) -> tuple[str, ...]:
        """What the bar says besides what kind of hall it is: no signatures, devices for training, locked keys."""
        place = self._running.workplace
        out_of_order = {
            "unsigned": isinstance(place.hall.store.signer, MissingKey),
            "simulated": place.config.simulates and not place.is_demo,
            "keys_locked": self.standing.is_locked,
        }
        return tuple(mark for mark, holds in out_of_order.items() if holds)

    def card_changed(self, *, came: bool) -> None:
        """Another card, or none: what was told of the last one is not told of this one."""
        self._coming += 1
        self.card = None
        if came and self._is_watched:
            self.look_closer()

    def look_closer(self) -> None:
        """Profile and tries of the card, and who answers for the keys; not beside a write."""
        running = self._running
        if self._looking or running.sale.hand_out.write_id:
            return
        self._looking = True
        look = partial(_look, running.desk.reader, running.workplace.keys)
        running.desk.lanes.reader.submit(look, partial(self._seen, self._coming), self._failed)

    def lamps_changed(self) -> None:
        """A lamp turned."""
        if self.presenter is not None and self._window.current == "devices":
            self.presenter.draw()

    # the screen of the presenter ---------------------------------------------------------------------------------

    def show_devices(self, state: DevicesState) -> None:
        """See `DevicesScreen`."""
        self.page.render_state(state)

    def sight(self) -> Sight:
        """See `DevicesScreen`."""
        from devices.cards.recognition import recognise

        running, standing, card = self._running, self.standing, self.card
        status = running.reader_watch.status
        atr = "" if status is None else status.atr_hex
        places, devices = running.workplace.places, running.workplace.devices
        names_file = places.config.exists() or not running.program.demo
        return Sight(
            lamps=running.program.frame.lamps,
            reader="" if status is None else status.reader,
            service="" if status is None or status.state is ReaderState.NO_SERVICE else status.service,
            atr=atr,
            family=recognise(bytes.fromhex(atr)).family if atr else "",
            looked=card is not None,
            profile="" if card is None else card.profile,
            left=None if card is None else card.tries_left,
            tries=None if card is None else card.tries,
            refused="" if card is None else card.refused,
            key_word=standing.word,
            key_place=standing.place,
            key_name=self.keys.named,
            key_refused=self.keys.refused,
            locked=standing.is_locked,
            config_file=str(places.config) if names_file else "",
            config_there=places.config.exists(),
            roll="" if devices.machine is None else str(places.roll),
        )

    def locked_keys(self) -> LockedKeys | None:
        """See `DevicesScreen`."""
        return locked_keystore(self._running.workplace.keys)

    def keys_turned(self) -> None:
        """See `DevicesScreen`; the reader's lamp turns with its next look."""
        self._running.show_marks()
        self.look_closer()

    @property
    def _is_watched(self) -> bool:
        """Somebody looks at the page, or at the sheet of F1."""
        return self._window.current == "devices" or self._window.shows_help

    def _seen(self, coming: int, closer: Closer) -> None:
        self._looking = False
        if coming != self._coming:  # the card has changed meanwhile
            if self._is_watched:
                self.look_closer()
            return
        self.card, self.keys = closer
        self._running.reader_watch.light()
        self.lamps_changed()

    def _failed(self, error: KnownError) -> None:
        """The lane hangs: the lamp says so already."""
        self._looking = False

    def _leave(self) -> None:
        self._window.show_page(self._back_to)

    def _left(self, page: str) -> None:
        if page != "devices":
            self.page.empty()
            if self.presenter is not None:
                self.presenter.end()


def _look(reader: CardReader, keys: KeyAuthority | None) -> Closer:
    return look_at_card(reader), look_at_keys(keys)
