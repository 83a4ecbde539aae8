"""Settings and prices plugged to their presenters (implements `SettingsScreen` and `PriceScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import version

from pos.domain.roles import Act
from pos.usecases.fact import Command, Hall
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.permission import Consent
from ui.app.config import Config, ScreenConfig, config_text, load_config
from ui.app.places import Places
from ui.desktop.frame import MainWindow
from ui.desktop.look import SCALES, Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.pages.price import PricePage
from ui.desktop.pages.settings import SettingsPage
from ui.desktop.tokens import THEMES
from ui.presenters.lane import Lane
from ui.presenters.office_state import PriceState, SettingRow, SettingsState
from ui.presenters.people_state import ToSign
from ui.presenters.prices import Prices
from ui.presenters.settings import SettingsWork

NameHall = Callable[[str, str], None]
AskConsent = Callable[[Command, Act, ToSign, Callable[[Consent], None]], None]


class SettingsWiring:
    """The page, the form of a price, and this workstation's own look, kept in its configuration file."""

    def __init__(
        self,
        window: MainWindow,
        look: Look,
        at: Places,
        config: Config,
        ask_approval: AskConsent,
        name_hall: NameHall,
    ) -> None:
        self._window = window
        self._look = look
        self._places = at
        self._config = config
        self._ask_approval = ask_approval
        self._name_hall = name_hall
        self._key_id = ""
        self._back_to = "counter"
        self.page, self.form = SettingsPage(look), PricePage(look)
        window.add_page("settings", self.page)
        window.add_page("price", self.form)
        self.presenter: SettingsWork | None = None
        self._prices: Prices | None = None
        self.page.stepped_back.connect(lambda: window.show_page(self._back_to))
        self.form.stepped_back.connect(partial(window.show_page, "settings"))

    def connect(self, hall: Hall, books: Lane) -> None:
        """The books are open."""
        self._key_id = hall.store.signer.key_id
        prices = self._prices = Prices(hall, books, self)
        presenter = SettingsWork(hall, books, self, prices.begin)
        self.presenter = presenter
        self.page.saved.connect(presenter.save)
        self.page.price_asked.connect(presenter.choose)
        self.form.price_asked.connect(prices.save)

    def open(self, person: OperatorRow) -> None:
        """Show the page; everybody may look, and choose how this workstation looks."""
        if self.presenter is None:
            return
        if self._window.current not in ("settings", "price"):
            self._back_to = self._window.current
        self.presenter.begin(person)
        self._window.show_page("settings")

    def leave(self) -> None:
        """Nobody is signed in any more."""
        for presenter in (self.presenter, self._prices):
            if presenter is not None:
                presenter.end()

    def show_settings(self, state: SettingsState) -> None:
        """See `SettingsScreen`."""
        self.page.render_state(state)

    def station_rows(self) -> tuple[SettingRow, ...]:
        """See `SettingsScreen`; facts of the workstation behind them."""
        chosen = {"language": self._look.text.language, "theme": self._look.theme, "scale": str(self._look.scale)}
        choices = {"language": LANGUAGES, "theme": tuple(THEMES), "scale": tuple(map(str, SCALES))}
        looks = (SettingRow(f"look.{kind}", "station", now, now, choices[kind]) for kind, now in chosen.items())
        facts = {"version": version("changshou"), "data_folder": str(self._places.data), "key": self._key_id}
        return (*looks, *(SettingRow(f"fact.{name}", "station", words) for name, words in facts.items()))

    def apply_look(self, kind: str, value: str) -> bool:
        """See `SettingsScreen`."""
        if kind == "scale":
            self._look.switch(scale=int(value))
        elif kind == "theme":
            self._look.switch(theme=value)
        else:
            self._look.switch(language=value)
        path = self._places.config
        config = load_config(path) if path.exists() else self._config  # a new demo has no file yet, but its devices
        second = config.screen.customer_screen
        screen = ScreenConfig(self._look.text.language, self._look.theme, self._look.scale, second)
        path.write_text(config_text(replace(config, screen=screen)), encoding="utf-8")
        return True

    def name_hall(self, company: str, hall_name: str) -> None:
        """See `SettingsScreen`."""
        self._name_hall(company, hall_name)

    def show_price(self, state: PriceState) -> None:
        """See `PriceScreen`; opening it shows it empty of an earlier attempt."""
        self.form.render_state(state)
        if self._window.current == "settings" and state.hoarding is None:  # a late count brings nobody back to the form
            self.form.start()
            self._window.show_page("price")

    def price_set(self) -> None:
        """See `PriceScreen`."""
        if self.presenter is not None:
            self.presenter.price_set()
        self._window.show_page("settings")

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """See `PriceScreen`."""
        self._ask_approval(command, act, asked, done)
