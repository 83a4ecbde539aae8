"""The verbs around the counter (P1, P5-P9, P12): open and close a till, float, hand-over, bags, finance, X, drawer.

Plugs the till's and the office's pages together and answers their keys. Who may do what is refused by the use cases;
a key that is not for her, or not now, does not come this far (`refused_keys`). What a key asks the books is read on
their lane; an answer that comes after she went elsewhere is nobody's. Must not know: figures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ledger.money import Money
from pos.domain.errors import RuleViolation
from pos.domain.reasons import DrawerReason
from pos.domain.roles import ALLOWED, Act, Role
from pos.domain.till_session import TillState
from pos.usecases.fill_safe import safe_was_counted
from pos.usecases.hall_settings import OperatorRow, operators_of, settings_of
from pos.usecases.permission import Signature
from pos.usecases.till_overview import TillOverview, last_session_of_person, till_overview
from pos.usecases.till_waits import Wait, WaitingTill, waiting_for_lead
from pos.usecases.waiting_floats import WaitingFloat, waiting_floats
from ui.app.arrival import own_notice, waiting_notice
from ui.app.free_till import none_free, till_to_open
from ui.app.office_wiring import OfficePresenters, OfficeWiring
from ui.app.till_wiring import TillWiring
from ui.presenters.counter_desk import Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine, ToSign
from ui.presenters.till import TillWork
from ui.presenters.visit import Visit

if TYPE_CHECKING:
    from ui.app.running import Running

T = TypeVar("T")
_LEADS_AWAY = {
    "go_counter", "go_account", "go_card_room", "go_devices", "go_anomalies", "go_matters", "go_finance", "go_settings",
    "go_staff", "open_till", "close_till", "x_report", "accept_bag", "sign_out",
}  # fmt: skip
_COUNTER_ROLES = {Role.CASHIER, Role.CARD_CLERK, Role.SHIFT_LEAD}


class Duties:
    """Attributes: till, office: the wirings. The rest belongs to `running`: people, counter, desk, window."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._desk = running.desk
        self._visit = Visit(running.desk.lanes.books)
        window, look = running.window, running.program.look
        self.till = TillWiring(
            window,
            look,
            running.reasons,
            ask_signature=self._ask_signature,
            lead_counts=self._lead_counts,
            hand_over=self._hand_over,
            count_set_aside=self._set_aside,
            opened=running.say,
            sells_again=self._sells_again,
        )
        self.office = OfficeWiring(
            window,
            look,
            running.reasons,
            handed=self._handed,
            floated=self._floated,
            home=self.go_home,
            ask_signature=running.people.ask_signature,
            ask_witness=running.people.ask_witness,
        )

    def connect(self) -> None:
        """The books are open: make the presenters."""
        running = self._running
        running.window.page_shown.connect(self._page_shown)
        self.till.connect(TillWork(self._desk, self.till, running.on_shift, running.print_waiting))
        self.office.connect(OfficePresenters(self._desk, self.office, running.print_waiting, self._export))

    @property
    def presenters(self) -> OfficePresenters:
        """The office's presenters."""
        if self.office.presenters is None:
            raise RuntimeError("the office is wired in connect()")
        return self.office.presenters

    @property
    def work(self) -> TillWork:
        """The till's presenter."""
        if self.till.presenter is None:
            raise RuntimeError("the till is wired in connect()")
        return self.till.presenter

    def handle(self, name: str, person: OperatorRow | None) -> bool:
        """Answer a key of the duties; False if it is none."""
        verbs = {
            "open_till": self.open_till,
            "close_till": self.close_till,
            "issue_float": self._issue_float,
            "move_cash": self._move_cash,
            "accept_bag": self._accept_bag,
            "x_report": self._look,
            "open_drawer": self._open_drawer,
            "go_finance": self._finance,
        }
        if name not in verbs:
            return False
        if person is not None:
            self._running.sale.forget_said()
            if self._running.window.current == "counter":
                self._running.arrival.look_again()  # what waits is said again, also if she begins nothing after all
            verbs[name](person)
        return True

    def _page_shown(self, page: str) -> None:
        """She went elsewhere: what she asked here, and what was said here of something booked, is over."""
        self._visit.end()
        if page != "counter":
            self._running.sale.forget_said()

    def holds_back(self, name: str) -> bool:
        """True if a key would lead away from a count whose figures would be lost: she is asked first."""
        if name not in _LEADS_AWAY:
            return False
        page, counts = self._running.window.current, self.office.count
        if page == "office_count" and (counts.purpose == "take_over" or not counts.is_empty):
            self.office.ask_to_leave()
            return True
        opening = self.till.count
        if page == "count" and opening.purpose == "opening" and not opening.is_empty:
            self.till.ask_to_leave()
            return True
        return False

    def go_home(self) -> None:
        """The page of who works here."""
        person = self._running.people.person
        if person is not None and Role.FINANCE_CASHIER in person.roles:
            self._finance(person)
        elif person is not None:
            self._running.window.show_page("counter")

    # till -------------------------------------------------------------------------------------------------------------

    def take_up(self, own: TillOverview, person: OperatorRow) -> None:
        """An unclosed session of hers: sell on, or count on."""
        last = own.last
        if last is None:
            return
        shift = Shift(person.operator_id, last.session_id, own.till.till_id, last.business_day)
        if last.state is TillState.COUNTING:
            self._running.program.change_frame(till_name=own.till.name, session_no=last.session_no)
            self.work.resume_counting(shift, person.display_name)
            return
        self.work.take_up(shift)
        self._running.window.show_page("counter")
        killed = self._running.program.mark.is_to_tell(last.session_id, last.opened_at)
        self._running.sale.take_up_last_sale(after_kill=killed)

    def open_till(self, person: OperatorRow) -> None:
        """Ctrl+F6: count the float of the first free till and open it; why none can be is said before she counts."""
        if self._running.shift is not None:
            return

        def found(answer: tuple[tuple[TillOverview, ...], tuple[WaitingFloat, ...]]) -> None:
            tills, floats = answer
            free = till_to_open(tills, {there.till.till_id for there in floats})
            if free is None:
                self._running.say(none_free(tills))
                return
            if self._running.window.current == "count":
                self.go_home()  # a count that is begun there waits for her
            self._running.program.change_frame(till_name=free.till.name)
            follows = free.last.session_id if free.last is not None else ""
            self.work.begin_opening(free.till.till_id, person.operator_id, person.display_name, follows=follows)

        hall = self._desk.hall
        self._read(lambda: (till_overview(hall), waiting_floats(hall)), found)

    def close_till(self, person: OperatorRow) -> None:
        """Ctrl+F7: stop selling and count; a count or a hand-over that was left is taken up where it is.

        For a lead with nothing of her own: what waits for her, but for bags in the safe, which Ctrl+F10 opens.
        """
        if self._running.shift is not None:
            self._running.sale.hand_out.put_away_if_ticked()
            self.work.begin_closing(person.display_name)
            return
        hall, who, leads = self._desk.hall, person.operator_id, Role.SHIFT_LEAD in person.roles

        def look() -> tuple[TillOverview | None, tuple[WaitingTill, ...]]:
            return last_session_of_person(hall, who), waiting_for_lead(hall, who) if leads else ()

        def found(answer: tuple[TillOverview | None, tuple[WaitingTill, ...]]) -> None:
            own, all_waits = answer
            waits = tuple(waiting for waiting in all_waits if waiting.kind is not Wait.BAG)
            last = own.last if own is not None else None
            if own is not None and last is not None and last.state is TillState.COUNTING:
                self.take_up(own, person)
            elif own is not None and last is not None and own.not_handed_over:
                self.presenters.hand_over.begin(last.session_id, person)
            elif len(waits) > 1:
                self._offer_waits(waits, person)
            elif waits:
                self._settle(waits[0], person)
            else:
                nothing = Notice("till.nothing_to_close", Tone.INFO)
                self._running.say(own_notice(own) or waiting_notice(all_waits) or nothing)

        self._read(look, found)

    def _offer_waits(self, waits: tuple[WaitingTill, ...], person: OperatorRow) -> None:
        text = self._running.program.look.text
        offered: dict[str, Callable[[], None]] = {
            text(f"lead.do_{w.kind.value}", till=w.till.name, cashier=w.cashier.display_name): partial(
                self._settle, w, person
            )
            for w in waits
        }
        self.office.offer("lead.settle", offered)

    def _settle(self, waiting: WaitingTill, lead: OperatorRow) -> None:
        """What waits for a lead: she counts, or the cashier signs at her desk."""
        last = waiting.last
        if waiting.kind is Wait.LEAD_COUNT:
            self._running.program.change_frame(till_name=waiting.till.name, session_no=last.session_no)
            shift = Shift(lead.operator_id, last.session_id, last.till_id, last.business_day)
            self.work.count_for(shift, lead.display_name, waiting.cashier.display_name, waiting.till.name)
        else:
            self.presenters.hand_over.begin(last.session_id, waiting.cashier)

    def _read(self, look: Callable[[], T], found: Callable[[T], None]) -> None:
        """Ask the books; the answer counts while she is still where she asked."""
        self._visit.begin()
        self._visit.ask(look, found, lambda error: self._running.say(notice_of(error)))

    def _ask_signature(self, digest: str, asked: ToSign) -> None:
        self._running.people.ask_signature(digest, Role.SHIFT_LEAD, asked, self.work.difference.signed)

    def _lead_counts(self) -> None:
        """The lead identifies herself, then counts."""

        hall, session_id = self._desk.hall, self.work.session_id

        def found(people: dict[str, str], tills: tuple[TillOverview, ...], lead_id: str) -> None:
            entry = next(e for e in tills if e.last is not None and e.last.session_id == session_id)
            cashier = people[entry.last.operator_id] if entry.last is not None else ""
            self.work.begin_lead_count(lead_id, people[lead_id], cashier, entry.till.name)

        def look() -> tuple[dict[str, str], tuple[TillOverview, ...]]:
            return {person.operator_id: person.display_name for person in operators_of(hall)}, till_overview(hall)

        def came(signature: Signature) -> None:
            self._read(look, lambda seen: found(*seen, signature.operator_id))

        frame = self._running.program.frame  # no figure of the drawer: the lead counts as blindly as the cashier
        whose = SignedLine("sign.till", f"{frame.till_name} · {frame.operator_name}")
        self._running.people.ask_signature("lead-count", Role.SHIFT_LEAD, ToSign("approve.lead_count", (whose,)), came)

    def _set_aside(self) -> None:
        """F6 in a count: the workstation is free, and the sign-in page says how long the figures wait."""
        self._running.sign_out()
        self._running.people.say(Notice("count.is_set_aside", Tone.GOOD))

    def _open_drawer(self, _person: OperatorRow) -> None:
        """Ctrl+F9, with a till session open here: why, then the pulse."""
        self._running.reasons.ask("reason.title.drawer", DrawerReason, self._running.sale.open_drawer)

    # office -----------------------------------------------------------------------------------------------------------

    def _sells_again(self) -> None:
        """A count was left: a sale that was not handed out yet is shown before anything is sold."""
        self._running.sale.take_up_last_sale()

    def _hand_over(self) -> None:
        """After the seal: offer the till to the next one."""
        person = self._running.people.person
        if person is not None:
            self.presenters.hand_over.begin(self.work.session_id, person)

    def _handed(self, said: Notice) -> None:
        """The till has a new owner, or lies in the safe: she signs in herself."""
        self._running.sign_out()
        self._running.people.say(said)

    def _floated(self, said: Notice) -> None:
        self.go_home()
        self._running.say(said)

    def _issue_float(self, person: OperatorRow) -> None:
        """Ctrl+F5, for the lead."""

        def found(
            answer: tuple[tuple[OperatorRow, ...], tuple[TillOverview, ...], tuple[WaitingFloat, ...], int],
        ) -> None:
            people, all_tills, waiting, hall_float_fen = answer
            cashiers = tuple(
                other for other in people if other.roles & _COUNTER_ROLES and other.operator_id != person.operator_id
            )
            tills = tuple(entry for entry in all_tills if not entry.unclosed)
            if tills and cashiers:
                self.office.ask_float(person, tills, cashiers, waiting, hall_float_fen)
            else:
                self._running.say(Notice("till.none_free", Tone.WARNING))

        hall = self._desk.hall
        self._read(
            lambda: (
                operators_of(hall), till_overview(hall), waiting_floats(hall), settings_of(hall).drawer_float_fen,
            ),
            found,
        )  # fmt: skip

    def _move_cash(self, person: OperatorRow) -> None:
        """Ctrl+F11: a cashier hands takings in early; who keeps the safe fills it, gives change or takes it back."""
        text, safe = self._running.program.look.text, self.presenters.safe
        offered: dict[str, Callable[[], None]] = {}
        shift = self._running.shift
        if shift is not None:
            offered[text("cash.way.drop")] = partial(safe.drop, person, shift.session_id)
        if not person.roles & set(ALLOWED[Act.MOVE_SAFE]):
            self.office.offer("cash.which_way", offered)
            return

        def found(
            answer: tuple[bool, tuple[OperatorRow, ...], tuple[TillOverview, ...], tuple[WaitingFloat, ...]],
        ) -> None:
            begun, people, tills, waiting = answer
            if not begun:
                offered[text("cash.way.safe_start")] = partial(safe.fill, person, from_bank=False)
            offered.update(self._tops(person, people, tills))
            for there in waiting:
                if there.returnable:
                    figures = {"till": there.till.name, "amount": Money(there.amount_fen).grouped()}
                    offered[text("cash.way.float_return", **figures)] = partial(safe.put_back, person, there)
            offered[text("cash.way.safe_bank")] = partial(safe.fill, person, from_bank=True)
            self.office.offer("cash.which_way", offered)

        hall = self._desk.hall
        self._read(
            lambda: (safe_was_counted(hall), operators_of(hall), till_overview(hall), waiting_floats(hall)), found
        )

    def _tops(
        self, person: OperatorRow, people: tuple[OperatorRow, ...], tills: tuple[TillOverview, ...]
    ) -> dict[str, Callable[[], None]]:
        """More change for each open till but one's own."""
        owners = {other.operator_id: other for other in people}
        tops: dict[str, Callable[[], None]] = {}
        for entry in tills:
            last = entry.last
            if last is None or last.state is not TillState.OPEN or last.operator_id == person.operator_id:
                continue
            owner = owners[last.operator_id]
            role = next(role for role in Role if role in owner.roles)
            name = self._running.program.look.text("cash.way.top_up", till=entry.till.name, cashier=owner.display_name)
            tops[name] = partial(self.presenters.safe.top_up, person, last.session_id, role)
        return tops

    def _accept_bag(self, person: OperatorRow) -> None:
        """Ctrl+F10, for the lead and finance."""
        self.presenters.bags.begin(person)

    def _look(self, person: OperatorRow) -> None:
        """Ctrl+F8, for those who may read all tills."""
        self.presenters.x_look.begin(person.operator_id)

    def _finance(self, person: OperatorRow) -> None:
        self.presenters.finance.begin(person.operator_id)

    def _export(self, business_day: str) -> tuple[Path, ...]:
        """The day's deposit slips as PDF, workbook and CSV, beside the data. Runs on the lane."""
        from ui.app.finance_export import export_deposit

        places = self._running.workplace.places
        folder = places.data / "exports"
        try:
            return export_deposit(places.database, business_day, folder)
        except OSError as error:
            raise RuleViolation("export.not_written", folder=str(folder), why=error.strerror or "") from error
