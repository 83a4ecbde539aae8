"""The program once the books are open: who works where, what the lamps say, which page comes next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from pos.domain.paper_versions import PAPER_TOO_NEW
from pos.domain.roles import Act, Role
from pos.domain.settings import Settings
from pos.ports.printer import PrinterState, PrintState
from pos.sagas.print_delivery import PrintReport, deliver_waiting
from pos.usecases.fact import Command
from pos.usecases.hall_settings import OperatorRow, profile_of
from pos.usecases.paid_sale import PayingCommand
from pos.usecases.permission import Consent
from pos.usecases.till_overview import TillOverview, till_overview
from ui.app.anomaly_wiring import AnomaliesWiring
from ui.app.arrival import Arrival
from ui.app.books_watch import BooksWatch
from ui.app.card_room_wiring import CardRoomWiring
from ui.app.counter_wiring import CounterWiring
from ui.app.customer_screen import CustomerScreen
from ui.app.demo_start import demo_password, open_or_make
from ui.app.devices_wiring import DevicesWiring
from ui.app.duties import Duties
from ui.app.lamps import PRINTS, absent_devices, printer_lamps, with_lamp
from ui.app.leaving import Leaving
from ui.app.logs import say_device
from ui.app.matters_wiring import MattersWiring
from ui.app.people_wiring import PeopleWiring
from ui.app.program import DEVICE_LANES
from ui.app.reader_watch import LOOK_AT_READER_MS, ReaderWatch
from ui.app.reason_wiring import ReasonWiring
from ui.app.refused_keys import RefusedKeys
from ui.app.settings_wiring import SettingsWiring
from ui.app.staff_wiring import StaffWiring
from ui.app.surroundings import Announcer
from ui.desktop.pages.customer import CustomerWindow
from ui.presenters.counter import Counter
from ui.presenters.counter_desk import Desk, Lanes, Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.key_bars import counter_keys, idle_keys, page_keys
from ui.presenters.matters import Matters
from ui.presenters.notice import Lamp, LampState, Notice, Tone
from ui.presenters.people_state import ToSign

if TYPE_CHECKING:
    from ui.app.demo_tray import DemoTray
    from ui.app.program import Program

LOOK_AT_PRINTER_MS = 5000
LOOK_AROUND_MS = 15_000


class Running(QObject):
    """Wires presenters to pages over an open workplace.

    Attributes: workplace; desk; people, counter, duties: the wirings; shift: the selling session, or None.
    """

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.program = program
        self.window = program.window
        program.window.say_opening("books" if program.places.database.exists() else "demo")
        self.workplace = open_or_make(
            program.places, program.config, demo=program.demo, clock=program.clock, keys=program.keys
        )
        program.window.say_opening("pages")
        hall = self.workplace.hall
        program.lanes["db"].when_idle = hall.store.rest
        lanes = program.lanes
        self.customer = CustomerScreen(self.light, program.window.put_beside)
        self._announcer = Announcer(self.workplace.voice)
        self.desk = Desk(
            hall=hall,
            lanes=Lanes(books=lanes["db"], reader=lanes["reader"], printer=lanes["print"], drawer=lanes["drawer"]),
            reader=self.workplace.devices.reader,
            printer=self.workplace.devices.printer,
            drawer=self.workplace.devices.drawer,
            renderer=self.workplace.renderer,
            display=self.customer,
            voice=self._announcer,
            offset_min=hall.store.offset_min,
            demo=program.demo,
            has_printer="printer" not in absent_devices(self.workplace.config),
        )
        self.people = PeopleWiring(self.window, program.look, self._signed_in)
        self.reasons = ReasonWiring(self.window, program.look)
        self.counter = CounterWiring(self.window, program.look, self._ask_approval, self.reasons, self._counter_changed)
        self.matters = MattersWiring(self.window, program.look, self.people, self.reasons)
        self.card_room = CardRoomWiring(self)
        self.anomalies = AnomaliesWiring(self)
        self.devices = DevicesWiring(self)
        self.duties = Duties(self)
        self.refused_keys = RefusedKeys(self)
        self.arrival = Arrival(self)
        self.leaving = Leaving(self, program.close)
        self.staff = StaffWiring(self.window, program.look, self.people)
        self.settings = SettingsWiring(
            self.window, program.look, program.places, program.config, self.people.ask_approval, self.name_hall
        )
        self.shift: Shift | None = None
        self.reader_watch = ReaderWatch(self)
        self.books_watch = BooksWatch(self)
        self._papers_wait = True
        self._idle_s = 0
        self.is_ready = self._is_demo = False
        self._tray: DemoTray | None = None
        self._timers: list[QTimer] = []

    @property
    def sale(self) -> Counter:
        """The counter's presenter."""
        if self.counter.presenter is None:
            raise RuntimeError("the counter is wired in begin()")
        return self.counter.presenter

    @property
    def is_sealed(self) -> bool:
        """True if the till on the closing page is closed already."""
        return self.duties.work.seal.closed is not None

    @property
    def unsettled(self) -> Matters:
        """The presenter of open matters."""
        if self.matters.presenter is None:
            raise RuntimeError("open matters are wired in begin()")
        return self.matters.presenter

    def begin(self) -> None:
        """Let people in and start looking at the devices."""
        self._tray = self._lay_out_cards()
        self.counter.connect(self.desk, self.workplace.cipher, self.actor)
        self.duties.connect()
        self.staff.connect(self.desk.hall, self.desk.lanes.books)
        self.settings.connect(self.desk.hall, self.desk.lanes.books)
        take_charge = self.sale.payment.take_up
        self.matters.connect(
            Matters(
                self.desk,
                self.matters,
                self.actor,
                lambda: self.shift,
                self.print_waiting,
                take_charge,
                self.sale.open_drawer,
                self.sale.know_matters,
            )
        )
        self.card_room.connect()
        self.anomalies.connect()
        self.devices.connect()
        self.people.connect(self.desk.hall, self.desk.lanes.books, demo_password(self.program.demo))
        profile = profile_of(self.desk.hall)
        self._is_demo = profile.demo
        self.show_marks()
        self.customer.place(CustomerWindow(self.program.look) if self.program.customer_screen else None)
        self.name_hall(profile.company, profile.hall_name)
        self.window.action.connect(self._act)
        self.window.page_shown.connect(self._page_shown)
        for name, lane in self.program.lanes.items():
            lane.bug.connect(self._bug)
            lane.stuck_changed.connect(partial(self._stuck, name))
        self.window.show_page("sign_in")
        if self.program.config.damaged_key is not None:
            key = self.program.config.damaged_key
            self.program.change_frame(hint=Notice("config.last_good", Tone.WARNING, (("key", key),)))
        self._every(LOOK_AT_READER_MS, self.reader_watch.look)
        self._every(LOOK_AT_PRINTER_MS, self._look_at_printer)
        self._every(LOOK_AROUND_MS, self.arrival.look_around)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(lambda: self.people.lock(idle=True))
        self._timers.append(self._idle)
        self.window.activity.connect(self._restart_idle)
        self.reader_watch.look()
        self._look_at_printer()
        self.books_watch.begin()
        self.is_ready = True

    def show_marks(self) -> None:
        """What kind of hall this is, and whether its keys wait for their passphrase."""
        kind = (*(("demo",) if self._is_demo else ()), *(("test_keys",) if self.desk.hall.test_keys else ()))
        self.program.change_frame(marks=(*self.books_watch.marks, *kind, *self.devices.marks()))

    def name_hall(self, company: str, hall: str) -> None:
        """What the hall is called, on both screens."""
        self.program.change_frame(company=company, hall=hall)
        self.customer.name_hall(f"{company} {hall}")

    def _lay_out_cards(self) -> DemoTray | None:
        """The demo's box of cards, where the reader is simulated."""
        if not self.program.demo or self.workplace.devices.simulated_reader is None:
            return None
        from ui.app.demo_tray import tray_of

        return tray_of(self)

    def _show_keys(self, page: str) -> None:
        """The key bar follows the page, and on the counter the step of the sale."""
        person = self.people.person
        roles = None if person is None else person.roles
        if page != "counter":
            bar = page_keys(page, roles or frozenset(), demo=self._tray is not None)
        elif self.shift is None:
            bar = idle_keys(roles, waits=self.arrival.something_waits, samples=bool(self.arrival.samples))
        else:
            bar = counter_keys(self.counter.page_state, demo=self._tray is not None)
        if bar != self.program.frame.keys:
            self.program.change_frame(keys=bar)

    def _page_shown(self, page: str) -> None:
        self._show_keys(page)
        if page == "counter":
            self.reader_watch.counter_shown()
            self.arrival.look_again()

    def _counter_changed(self) -> None:
        if self.window.current == "counter":
            self._show_keys("counter")

    def _bug(self, bug: Exception) -> None:
        """A job met something nobody foresaw: a crash file, and a calm word. What is committed stays."""
        self.program.change_frame(hint=Notice("program.bug", Tone.BAD))
        sys.excepthook(type(bug), bug, bug.__traceback__)  # tells its number, which stands there then

    def stop(self) -> None:
        """No more looking at devices; the customer's window goes away."""
        for timer in self._timers:
            timer.stop()
        self.refused_keys.stop()
        self.books_watch.stop()
        self.customer.close()

    def _signed_in(self, person: OperatorRow) -> None:
        role = next((role for role in Role if role in person.roles), None)
        self.program.change_frame(operator_name=person.display_name, operator_role=role.value if role else "")
        self.arrival.welcome(person)

    def obey(self, hall_settings: Settings) -> None:
        """What the hall's settings rule at a workstation: how soon it locks, whether it speaks."""
        self._idle_s, self._announcer.aloud = hall_settings.idle_lock_s, hall_settings.announce_aloud
        self._restart_idle()

    def sign_out(self) -> None:
        """Back to the sign-in page; an open till session stays open."""
        self.people.leave()
        self.arrival.leave()
        self.staff.leave()
        self.settings.leave()
        self.shift = None
        self.sale.begin_shift(None)
        self.program.change_frame(operator_name="", operator_role="", till_name="", session_no=0)
        self.window.show_page("sign_in")

    def print_waiting(self) -> None:
        """Carry queued papers to the printer, in the name of who works here."""
        if self.people.person is not None:
            self.print_as(self.people.person.operator_id)

    def print_as(self, operator_id: str) -> None:
        """Carry queued papers to the printer; what it cannot take now goes when it is ready again."""

        def run() -> tuple[PrintReport, ...]:
            return deliver_waiting(self.desk.hall, self.desk.printer, self.desk.renderer, actor=operator_id)

        def printed(reports: tuple[PrintReport, ...]) -> None:
            self._papers_wait = any(r.state is PrintState.QUEUED and r.code != PAPER_TOO_NEW for r in reports)

        self.desk.lanes.printer.submit(run, printed, lambda _error: None)

    def say(self, said: Notice) -> None:
        """What was booked, or why nothing was, on the counter page."""
        self.sale.say(said)

    def say_waiting(self, said: Notice | None) -> None:
        """What waits for the one who works here, unless something was said that she has not read yet."""
        self.sale.say_waiting(said)
        self._counter_changed()

    def on_shift(self, shift: Shift | None) -> None:
        """A till session sells here from now on, or no longer; not for somebody who has gone meanwhile."""
        if shift is not None and shift.actor != self.actor():
            return
        self.shift = shift
        self.sale.begin_shift(shift)
        if shift is None:
            return
        self._show_keys(self.window.current)

        def named(tills: tuple[TillOverview, ...]) -> None:
            entry = next(e for e in tills if e.till.till_id == shift.till_id)
            if self.shift is shift:
                self.program.change_frame(
                    till_name=entry.till.name,
                    session_no=entry.last.session_no if entry.last else 0,
                    business_day=shift.business_day,
                )

        self.desk.lanes.books.submit(
            lambda: till_overview(self.desk.hall), named, lambda error: self.say(notice_of(error))
        )

    def _act(self, name: str) -> None:
        person = self.people.person
        if self.people.handle(name) or self.refused_keys.answer(name, person) or self.duties.holds_back(name):
            return
        if self.duties.handle(name, person) or self._act_on_rules(name, person):
            return
        if name == "demo_cards" and self._tray is not None:
            self._tray.open()
        elif name == "go_matters" and person is not None:
            self.unsettled.open()
        elif name in ("go_card_room", "go_anomalies") and person is not None:
            (self.card_room if name == "go_card_room" else self.anomalies).open()
        elif name == "go_devices" and person is not None:
            self.devices.open(person)
        elif name == "customer_window":
            self.customer.turn()
        elif name == "go_counter" and person is not None:
            self.window.show_page("counter")
        elif name == "go_account" and self.shift is not None:
            self.counter.open_account()
        elif name == "sign_out":
            self.sign_out()

    def _act_on_rules(self, name: str, person: OperatorRow | None) -> bool:
        """Settings are everybody's to look at; people are the administrator's."""
        if person is None or name not in ("go_settings", "go_staff"):
            return False
        if name == "go_settings":
            self.settings.open(person)
        else:
            self.staff.open(person)
        return True

    def actor(self) -> str:
        """Who works here, "" for nobody."""
        return self.people.person.operator_id if self.people.person else ""

    def _ask_approval(self, command: Command, act: Act, asked: ToSign) -> None:
        def agreed(consent: Consent) -> None:
            if self.counter.account is not None:
                self.counter.account.approved(command, consent)
            if isinstance(command, PayingCommand):
                self.sale.payment.approved(command, consent)

        self.people.ask_approval(command, act, asked, agreed)

    def _look_at_printer(self) -> None:
        def seen(state: PrinterState) -> None:
            for lamp in printer_lamps(state):
                self.light(lamp)
            if state not in PRINTS:
                self._papers_wait = True
            elif self._papers_wait:
                self.print_waiting()

        self.desk.lanes.printer.submit(self.desk.printer.status, seen, lambda _error: None)

    def light(self, lamp: Lamp) -> None:
        """A device's lamp as it is now."""
        lamps = with_lamp(self.program.frame.lamps, lamp, absent_devices(self.workplace.config))
        for lit in set(lamps) - set(self.program.frame.lamps):
            say_device(lit.device, lit.state, lit.detail_code)
        if lamps != self.program.frame.lamps:
            self.program.change_frame(lamps=lamps)
            self.devices.lamps_changed()

    def _stuck(self, lane: str, stuck: bool) -> None:
        """A device does not answer: its lamp says so, and the queue does not wait for it (design section 6)."""
        if lane in DEVICE_LANES and stuck:
            self.light(Lamp(DEVICE_LANES[lane], LampState.UNKNOWN, "lane.stuck"))
        if lane == "reader" and stuck:
            self.reader_watch.stuck()

    def _restart_idle(self) -> None:
        if self._idle_s and self.people.person is not None:
            self._idle.start(self._idle_s * 1000)

    def _every(self, interval_ms: int, look: Callable[[], None]) -> None:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.timeout.connect(look)
        timer.start()
        self._timers.append(timer)
