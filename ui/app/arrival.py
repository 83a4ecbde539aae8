"""Where a person goes who has just signed in: to her open till, to her office, or to what waits for her (P5, P9).

What waits for a lead (a differing count, a till to be handed over, a bag in the safe) is said before anything else, and
one key leads there. What comes up while she stays on the counter is said there; while she sells, as a word at the top.
Everything is read on the lane of the books; an answer that comes after she left is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.roles import ALLOWED, Act, Role
from pos.domain.settings import Settings
from pos.domain.till_session import TillState
from pos.usecases.anomalies import shown_by_readings
from pos.usecases.hall_settings import OperatorRow, settings_of
from pos.usecases.sample_prices import SamplePrices, sample_prices
from pos.usecases.sign_in_page import sign_in_page
from pos.usecases.till_overview import TillOverview, last_session_of_person, own_session
from pos.usecases.till_waits import KeptFloat, Wait, WaitingTill, floats_kept_by, waiting_for_lead
from ui.app.free_till import next_to_open
from ui.app.people_wiring import CODE_OF_BACKUP
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.visit import Visit

if TYPE_CHECKING:
    from ui.app.running import Running

_Waits = tuple[
    TillOverview | None, TillOverview | None, tuple[WaitingTill, ...], tuple[KeptFloat, ...], SamplePrices, int
]
"""Her own till, the next that can be opened, and what waits for a lead, open anomalies last."""


@dataclass(frozen=True, slots=True)
class _Look:
    """settings in force; own: her unclosed session; unfinished: hers, counted or closed and not handed over; sample:
    what a real hall sells at 示例 prices; restored: passwords and recovery code are those of a backup."""

    settings: Settings
    own: TillOverview | None
    unfinished: TillOverview | None
    sample: SamplePrices
    restored: bool


class Arrival:
    """Attributes: waits: tills that wait for the one who works here, samples: what is sold at 示例 prices if it
    concerns her, both as last seen. The rest is `running`'s."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._hall = running.desk.hall
        self._coming = Visit(running.desk.lanes.books)
        self._waiting = Visit(running.desk.lanes.books)
        self.waits: tuple[WaitingTill, ...] = ()
        self.samples = SamplePrices()
        self._unfinished = False
        self._word: Notice | None = None

    @property
    def something_waits(self) -> bool:
        """True if the key that takes up what waits leads somewhere; a bag in the safe has a key of its own."""
        return any(waiting.kind is not Wait.BAG for waiting in self.waits) or self._unfinished

    def welcome(self, person: OperatorRow) -> None:
        """Take the person to where her work is."""
        self.waits, self.samples, self._unfinished = (), SamplePrices(), False

        def look() -> _Look:
            hall, who = self._hall, person.operator_id
            return _Look(
                settings_of(hall),
                own_session(hall, who),
                last_session_of_person(hall, who),
                sample_prices(hall),
                Role.ADMINISTRATOR in person.roles and sign_in_page(hall).restored,
            )

        self._coming.begin()
        self._coming.ask(look, lambda seen: self._came(person, seen), self._trouble)

    def leave(self) -> None:
        """She signed out."""
        self._coming.end()
        self._waiting.end()
        self.waits, self.samples, self._unfinished = (), SamplePrices(), False
        self._say_at_top(None)

    def _still_sample(self, found: SamplePrices) -> Notice | None:
        """The classes and fees whose price nobody approved, by name; None if there are none left."""
        text = self._running.program.look.text
        classes = (text("prices.still_sample.class", name=text(f"class.{each.value}")) for each in found.classes)
        names = text("prices.and").join((*classes, *(text(f"fee_item.{item}") for item in found.fees)))
        return Notice("prices.still_sample", Tone.WARNING, (("what", names),)) if found else None

    def look_around(self) -> None:
        """Every while, on the counter: what has come up for a lead since; nothing takes the focus."""
        person = self._running.people.person
        if person is not None and Role.SHIFT_LEAD in person.roles and self._running.window.current == "counter":
            self.look_again()

    def look_again(self) -> None:
        """The counter came to the front: say what waits for her, or that it is done."""
        person = self._running.people.person
        if person is None:
            return
        if self._running.shift is not None:
            self._look_beside_sales(person)
            return
        hall, who, leads = self._hall, person.operator_id, Role.SHIFT_LEAD in person.roles
        opens = bool(person.roles & set(ALLOWED[Act.RUN_OWN_TILL_SESSION]))
        if leads:
            self._running.program.change_frame(till_name="", session_no=0, business_day="")  # the till she looked after

        def look() -> _Waits:
            own, free = last_session_of_person(hall, who), next_to_open(hall) if opens else None
            if not leads:
                return own, free, (), (), SamplePrices(), 0
            waits, kept = waiting_for_lead(hall, who), floats_kept_by(hall, who)
            return own, free, waits, kept, sample_prices(hall), shown_by_readings(hall)

        def seen(answer: _Waits) -> None:
            own, free, self.waits, kept, self.samples, anomalies = answer
            self._say_at_top(None)
            self._unfinished = _is_hers_to_end(own)
            if self._running.shift is None:
                waits = (own_notice(own) if self._unfinished else None) or waiting_notice(self.waits) or own_notice(own)
                waits = waits or self._opening_notice(free, who)
                later = self._still_sample(self.samples) or kept_notice(kept) or anomalies_notice(anomalies)
                self._running.say_waiting(waits or later)

        self._waiting.begin()
        self._waiting.ask(look, seen, lambda error: self._running.say(notice_of(error)))

    def _opening_notice(self, free: TillOverview | None, who: str) -> Notice | None:
        """The float that she has begun to count and put aside: nothing has to be issued, one key takes it up."""
        follows = free.last.session_id if free is not None and free.last is not None else ""
        if free is None or not self._running.duties.work.opening_waits(free.till.till_id, follows, who):
            return None
        return Notice("till.opening_count_waits", Tone.WARNING, (("till", free.till.name),))

    def _look_beside_sales(self, person: OperatorRow) -> None:
        """A lead who sells herself: the counter is the customer's, so it stands at the top."""
        if Role.SHIFT_LEAD not in person.roles:
            return
        hall, who = self._hall, person.operator_id

        def seen(waits: tuple[WaitingTill, ...]) -> None:
            if self._running.shift is not None:
                self._say_at_top(waiting_notice(waits))

        self._waiting.begin()
        self._waiting.ask(lambda: waiting_for_lead(hall, who), seen, lambda _error: None)  # the next look asks again

    def _say_at_top(self, word: Notice | None) -> None:
        """Another word that stands there stays; one's own is replaced, or taken back."""
        program, before = self._running.program, self._word
        if program.frame.hint in (None, before) and program.frame.hint != word:
            program.change_frame(hint=word)
        self._word = word

    def _came(self, person: OperatorRow, seen: _Look) -> None:
        running = self._running
        running.obey(seen.settings)
        if Role.FINANCE_CASHIER in person.roles:
            running.duties.go_home()
            return
        if person.roles == {Role.ADMINISTRATOR}:
            running.staff.open(person, CODE_OF_BACKUP if seen.restored else self._still_sample(seen.sample))
            return
        running.sale.begin_shift(None)
        own = seen.own
        if own is not None:
            running.duties.take_up(own, person)
        else:
            running.program.change_frame(till_name="", session_no=0)
            self._unfinished = _is_hers_to_end(seen.unfinished)
            running.window.show_page("counter")
            if seen.unfinished is not None:  # closed and not handed over: still hers to answer for
                said = own_notice(seen.unfinished)
                if said is not None:
                    running.say(said)
        if seen.restored:
            running.say(CODE_OF_BACKUP)
        if own is None or running.shift is not None:
            running.unsettled.open_if_unsettled()

    def _trouble(self, error: KnownError) -> None:
        self._running.window.show_page("counter")
        self._running.say(notice_of(error))


def own_notice(own: TillOverview | None) -> Notice | None:
    """What her own till waits for, which nobody else can do for her: count or hand-over; or where its float is."""
    last = own.last if own is not None else None
    if own is None or last is None:
        return None
    if own.bag_no:
        return Notice("till.bag_waits", Tone.INFO, (("till", own.till.name), ("bag", own.bag_no)))
    codes = {TillState.COUNTING: "till.count_waits", TillState.CLOSED: "till.hand_over_waits"}
    code = codes.get(last.state)
    return None if code is None else Notice(code, Tone.WARNING, (("till", own.till.name),))


def _is_hers_to_end(own: TillOverview | None) -> bool:
    """A count or a hand-over that her key takes up; a bag in the safe is a lead's or finance's to open."""
    return own is not None and own.last is not None and own.last.state is not TillState.OPEN and not own.bag_no


def waiting_notice(waits: tuple[WaitingTill, ...]) -> Notice | None:
    """What waits first, whose it is, and how much waits altogether."""
    if not waits:
        return None
    first = waits[0]
    figures = (("cashier", first.cashier.display_name), ("count", len(waits)), ("till", first.till.name))
    return Notice(f"lead.{first.kind.value}_waits", Tone.WARNING, figures)


def kept_notice(kept: tuple[KeptFloat, ...]) -> Notice | None:
    """The floats in her keeping: of which tills, how much altogether."""
    if not kept:
        return None
    tills = " · ".join(entry.till.name for entry in kept)
    amount = Money(sum(entry.amount_fen for entry in kept)).grouped()
    return Notice("lead.keeps_float", Tone.INFO, (("till", tills), ("amount", amount)))


def anomalies_notice(entries: int) -> Notice | None:
    """Meters and cards that somebody should look into, when nothing else waits for her."""
    return Notice("lead.anomalies_wait", Tone.INFO, (("count", entries),)) if entries else None
