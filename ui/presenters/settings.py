"""The settings page: what rules the hall and this workstation, one row each, and the log of who changed what.

Every change of the hall is a record of its own, refused in the use case for whoever may not (domain P12). The look of
the workstation is nobody's rule and changes at once. Must not know: Qt, languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from ledger.money import Money
from pos.usecases.change_hall_profile import ChangeHallProfile, change_hall_profile
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.fact import Hall
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.settings_overview import RuleChange, SettingsOverview, settings_overview
from ui.presenters.counter_panels import local_time, notice_of
from ui.presenters.lane import Lane
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import ChangeRow, SettingRow, SettingsState
from ui.presenters.setting_rows import limit_text, price_text, rows_of, shown, stored
from ui.presenters.visit import Visit


class SettingsScreen(Protocol):
    """The page and the workstation it runs on."""

    def show_settings(self, state: SettingsState) -> None:
        """Draw it."""

    def station_rows(self) -> tuple[SettingRow, ...]:
        """Language, theme and scale of this workstation (`look.*`)."""

    def apply_look(self, kind: str, value: str) -> bool:
        """Change one of them at once; True if it is kept for the next start."""

    def name_hall(self, company: str, hall_name: str) -> None:
        """What the hall is called now, for the bar at the top."""


@dataclass(slots=True, weakref_slot=True)
class SettingsWork:
    """Presenter of the page. Attributes: hall; books: lane; screen; open_price(person, key, overview): the form."""

    hall: Hall
    books: Lane
    screen: SettingsScreen
    open_price: Callable[[OperatorRow, str, SettingsOverview], None]
    _person: OperatorRow | None = None
    _overview: SettingsOverview | None = None
    _state: SettingsState = field(default_factory=SettingsState)
    _visit: Visit = field(init=False)

    def __post_init__(self) -> None:
        self._visit = Visit(self.books)

    def begin(self, person: OperatorRow) -> None:
        """Open the page."""
        self._visit.begin()
        self._person = person
        self.refresh(None)

    def end(self) -> None:
        """She has left: what comes later is shown to nobody."""
        self._visit.end()

    def refresh(self, notice: Notice | None) -> None:
        """Read everything again."""

        def found(overview: SettingsOverview) -> None:
            self._overview = overview
            changes = tuple(self._change_row(change, overview) for change in overview.changes)
            rows = (*rows_of(overview), *self.screen.station_rows())
            self.screen.name_hall(overview.profile.company, overview.profile.hall_name)
            self._show(SettingsState(rows=rows, changes=changes, notice=notice))

        self._visit.ask(lambda: settings_overview(self.hall), found, self._trouble)

    def choose(self, key: str) -> None:
        """Enter on a price: its form."""
        if self._person is not None and self._overview is not None and key.startswith(("tariff.", "fee.")):
            self.open_price(self._person, key, self._overview)

    def price_set(self) -> None:
        """A new price is in the books."""
        self.refresh(Notice("set.price_saved", Tone.GOOD))

    def save(self, key: str, typed: str) -> None:
        """A row was given another value."""
        person = self._person
        if person is None or self._state.busy:
            return
        kind, _, name = key.partition(".")
        if kind == "look":
            self._show(replace(self._state, busy=True, notice=None))
            kept = self.screen.apply_look(name, typed)
            self.refresh(Notice("set.look_saved" if kept else "set.look_applied", Tone.GOOD))
            return

        def saved() -> None:
            self.refresh(Notice("set.saved", Tone.GOOD))

        command_id, actor = self.hall.ids.new_id(), person.operator_id
        self._show(replace(self._state, busy=True, notice=None))
        if kind == "profile":
            profile = ChangeHallProfile(command_id=command_id, actor=actor, name=name, text=typed)
            self._visit.ask(lambda: change_hall_profile(self.hall, profile), lambda _: saved(), self._trouble)
            return
        setting = ChangeSetting(command_id=command_id, actor=actor, name=name, text=stored(name, typed))
        self._visit.ask(lambda: change_setting(self.hall, setting), lambda _: saved(), self._trouble)

    def _change_row(self, change: RuleChange, overview: SettingsOverview) -> ChangeRow:
        old, new = change.old, change.new
        if change.subject == "setting":
            old, new = shown(change.name, old), shown(change.name, new)
        elif change.subject == "tariff":
            new = " / ".join(price_text(price) for price in change.prices)
        elif change.subject == "fee":
            new = str(Money(change.prices[0]))
        elif change.subject == "limit":
            new = limit_text(change)
        return ChangeRow(
            key=f"{change.subject}.{change.name}",
            at=local_time(change.at_utc_ms, self.hall.store.offset_min),
            who=overview.names.get(change.actor, change.actor),
            approver=overview.names.get(change.approver, change.approver),
            old=old,
            new=new,
            effective_from=" – ".join(day for day in (change.effective_from, change.valid_until) if day),
            document_no=change.document_no,
        )

    def _trouble(self, error: KnownError) -> None:
        self._show(replace(self._state, busy=False, notice=notice_of(error)))

    def _show(self, state: SettingsState) -> None:
        self._state = state
        self.screen.show_settings(state)
