"""What is plugged in here, what the card in the reader tells, whose keys answer; and opening the keystore.

Rule: screen.md "Messages", docs/keys.md (who opens it). The passphrase comes from the field, goes to the use case and
is never part of a state. Must not know: Qt, devices, how keys are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.roles import ALLOWED, Act
from pos.usecases.fact import Command, Hall
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.unlock_card_keys import LockedKeys, unlock_card_keys
from ui.presenters.counter_panels import notice_of
from ui.presenters.devices_state import DevicesState, Sight, told, trouble
from ui.presenters.lane import Lane
from ui.presenters.notice import Notice, Tone
from ui.presenters.visit import Visit


class DevicesScreen(Protocol):
    """The page, and who knows what is plugged in."""

    def show_devices(self, state: DevicesState) -> None:
        """Draw it; a busy state empties the field."""

    def sight(self) -> Sight:
        """As the last looks showed it."""

    def locked_keys(self) -> LockedKeys | None:
        """The keystore that waits, None if nothing does."""

    def keys_turned(self) -> None:
        """The keystore is open: marks and lamps, whoever looks."""


@dataclass(slots=True, weakref_slot=True)
class Devices:
    """Presenter of the page. Attributes: hall; reader: lane on which keys are used; screen."""

    hall: Hall
    reader: Lane
    screen: DevicesScreen
    _person: OperatorRow | None = None
    _state: DevicesState = field(default_factory=DevicesState)
    _visit: Visit = field(init=False)

    def __post_init__(self) -> None:
        self._visit = Visit(self.reader)

    def begin(self, person: OperatorRow) -> None:
        """She comes to the page."""
        self._visit.begin()
        self._person = person
        self._state = DevicesState()
        self.draw()

    def end(self) -> None:
        """She has left."""
        self._visit.end()
        self._person = None
        self._state = DevicesState()

    def draw(self) -> None:
        """As the devices are now; what was said of the passphrase stays."""
        if self._person is None:
            return
        seen = self.screen.sight()
        may = bool(set(self._person.roles) & set(ALLOWED[Act.UNLOCK_KEYS]))
        self._show(
            replace(
                self._state,
                told=told(seen),
                lamps=seen.lamps,
                trouble=trouble(seen),
                locked=seen.locked,
                may_unlock=seen.locked and may,
            )
        )

    def unlock(self, passphrase: str) -> None:
        """Try the passphrase; the keys turn for everybody, also if she has left meanwhile."""
        keys, person = self.screen.locked_keys(), self._person
        if keys is None or person is None or self._state.busy:
            return
        if not passphrase:
            self._show(replace(self._state, notice=Notice("keys.passphrase_missing", Tone.WARNING)))
            return
        asked = Command(command_id=self.hall.ids.new_id(), actor=person.operator_id)
        self._show(replace(self._state, busy=True, notice=None))
        self._visit.ask(
            lambda: unlock_card_keys(self.hall, asked, keys, passphrase),
            self._opened,
            self._refused,
            settled=lambda _none: self.screen.keys_turned(),
        )

    def _opened(self, _none: None) -> None:
        self._state = replace(self._state, busy=False, notice=Notice("keys.unlocked", Tone.GOOD))
        self.draw()

    def _refused(self, error: KnownError) -> None:
        self._show(replace(self._state, busy=False, notice=notice_of(error)))

    def _show(self, state: DevicesState) -> None:
        self._state = state
        self.screen.show_devices(state)
