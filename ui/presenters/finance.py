"""Finance's day (P7): the slips of a chosen day, 收讫 after its own count, the 解款单, and its files.

Finance counts before it is shown whether that agrees. Must not know: how files are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from ledger.entry import RecordKey
from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.receipt_number import deposit_number
from pos.usecases.allow_export import ExportDay, allow_export
from pos.usecases.finance_day import FinanceSlip, business_day_now, finance_day, waiting_before
from pos.usecases.make_deposit_slip import DepositAhead, DepositMade, MakeDepositSlip, deposit_ahead, make_deposit_slip
from pos.usecases.receive_takings import ReceiveTakings, TakingsReceived, receive_takings
from ui.presenters.asked_count import AskedCount, lines_of
from ui.presenters.count_state import BatchCount, CountResult, CountState
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import FinanceState, SlipView
from ui.presenters.visit import Visit

DIFFERS = ("takings.differ", "takings.cash_differs", "takings.cards_differ", "reason.short")
"""Refusals that words of hers answer."""
WriteFiles = Callable[[str], tuple[Path, ...]]


class FinanceScreen(Protocol):
    """The page of slips."""

    def show_finance(self, state: FinanceState) -> None:
        """Draw it and bring it to the front."""

    def ask_note(self, differs: str, done: Callable[[str], None]) -> None:
        """What is known of a difference; answers with words. `differs`: code of what differs."""

    def ask_deposit(self, title: str, question: Notice, done: Callable[[], None]) -> None:
        """Whether a 解款单 like this is meant; answers on a second key only. `title`: message code."""


@dataclass(slots=True, weakref_slot=True)
class Finance:
    """Presenter of the page.

    Attributes: desk; screen; count; visit: of the office; print_waiting; export: writes a day's files, on the lane.
    """

    desk: Desk
    screen: FinanceScreen
    count: AskedCount
    visit: Visit
    print_waiting: Callable[[], None]
    export: WriteFiles
    _state: FinanceState = field(default_factory=FinanceState)
    _slips: tuple[FinanceSlip, ...] = ()
    _day_read: str = ""
    _actor: str = ""

    @property
    def slips(self) -> tuple[FinanceSlip, ...]:
        """The slips on the page."""
        return self._slips

    def begin(self, actor: str) -> None:
        """Today's slips."""
        self._actor = actor
        today = business_day_now(self.desk.hall)
        self._state = FinanceState(business_day=today, today=today)
        self._enter(None)

    def choose_day(self, text: str) -> None:
        """Another day, typed as 2026-11-23, 11-23 or 23; a day that does not exist changes nothing."""
        day = day_of(text, self._state.today)
        if day is None:
            self._show(notice=Notice("finance.not_a_day", Tone.WARNING))
            return
        self._go_to(day)

    def move_day(self, days: int) -> None:
        """One day back or on; never beyond today."""
        there = date.fromisoformat(self._state.business_day) + timedelta(days=days)
        self._go_to(there.isoformat())

    def receive(self, slip_no: str) -> None:
        """收讫: count the takings of one slip."""
        pairs = zip(self._slips, self._state.slips, strict=True)
        chosen = next((slip for slip, view in pairs if view.slip_no == slip_no), None)
        if chosen is None:
            return
        if chosen.state != "made_out":  # another one waits: which is said by its row
            self._show(notice=Notice("till.received", Tone.WARNING))
            return
        if not chosen.receivable:  # said before she counts; what she saw may be old, so it is read again
            self._read(Notice("till.closed", Tone.WARNING))
            return

        def take(result: CountResult, note: str = "") -> None:
            command = ReceiveTakings(
                command_id=self.desk.hall.ids.new_id(),
                actor=self._actor,
                session_id=chosen.session_id,
                lines=lines_of(result),
                slips_fen=sum(batch.amount_fen for batch in result.batches if batch.amount_fen is not None),
                note=note,
            )

            def refused(error: KnownError) -> None:
                """A difference is received with a note; which way it goes is said afterwards."""
                if error.code == "takings.nothing_counted":  # what is left empty is not taken for nothing
                    self.count.remind(notice_of(error, Tone.WARNING))
                    return
                if error.code not in DIFFERS:
                    self.count.trouble(error)
                else:  # what stands on the page once the note was left by Esc
                    which = (("differs_word", f"{error.code}.what"),)
                    self.count.remind(Notice("takings.count_again", Tone.WARNING, which))
                    self.screen.ask_note(error.code, lambda words: take(result, words))

            self.visit.ask(
                lambda: receive_takings(self.desk.hall, command),
                lambda done: self._read(self._received(done, chosen)),
                refused,
                settled=lambda _done: self.print_waiting(),
            )

        to_count = CountState(
            purpose="receive",
            with_cards=False,
            cashier_name=chosen.cashier_name,
            till_name=chosen.till_name,
            slip_no=chosen.number,
            batches=tuple(BatchCount(terminal) for terminal in chosen.terminals),
            sums_only=True,
            notice=Notice("finance.no_cash", Tone.INFO) if chosen.takings_fen == 0 else None,
        )
        self.count.ask(to_count, take)

    def _received(self, done: TakingsReceived, slip: FinanceSlip) -> Notice:
        """After the count it may be said whether it agrees with the slip."""
        off, slips_off = done.over_short_fen, done.slips_off_fen
        figures = (
            ("cashier", slip.cashier_name),
            ("counted", Money(done.counted_fen).grouped()),
            ("off", Money(off).grouped()),
            ("by", Money(abs(off)).grouped()),
            ("slips_off", Money(slips_off).grouped()),
        )
        if not (off or slips_off or done.counted_fen):
            card = Money(slip.slips_fen).grouped()
            cards = (("cashier", slip.cashier_name), ("slips", slip.slip_count), ("card", card))
            code = "finance.received_cards" if slip.slip_count else "finance.received_nothing"
            return Notice(self.desk.paper_code(code), Tone.GOOD, cards)
        if slips_off:
            return Notice("finance.received_slips_off", Tone.WARNING, figures)
        if off:
            return Notice("finance.received_over" if off > 0 else "finance.received_short", Tone.WARNING, figures)
        return Notice(self.desk.paper_code("finance.received"), Tone.GOOD, figures)

    def make_deposit(self) -> None:
        """The day's 解款单 from what was received. F9 is the key that submitted the count a moment ago and a sealed
        paper has no way back: sum, slips and what stays out are said first, and asked once."""

        def known(ahead: DepositAhead) -> None:
            if not any(slip.state == "received" for slip in self._slips):  # nobody is asked about what cannot be made
                self._show(notice=self._day_done() or Notice("deposit.nothing", Tone.WARNING))
            elif ahead.missing:
                self.screen.ask_deposit("finance.left_out_title", _left_out(ahead), self._make_deposit)
            elif ahead.cash_fen:
                figures = (("slips", ahead.slip_count), ("cash", Money(ahead.cash_fen).grouped()))
                question = Notice("finance.deposit_sure", Tone.WARNING, figures)
                self.screen.ask_deposit("finance.deposit_title", question, self._make_deposit)
            else:
                self._make_deposit()  # which asks about a paper without cash, or refuses it

        day = self._state.business_day
        self.visit.ask(lambda: deposit_ahead(self.desk.hall, day), known, self._trouble)

    def _make_deposit(self, *, without_cash: bool = False) -> None:
        """Over 0.00 of cash only after she has read that and said yes."""
        command = MakeDepositSlip(
            command_id=self.desk.hall.ids.new_id(),
            actor=self._actor,
            business_day=self._state.business_day,
            without_cash=without_cash,
        )

        def made(done: DepositMade) -> None:
            self._state = replace(
                self._state, deposit_no=deposit_number(RecordKey.parse(done.deposit_id), done.deposit_no)
            )
            self._read(None)

        def refused(error: KnownError) -> None:
            if error.code == "deposit.no_cash":
                question = notice_of(error, Tone.WARNING)
                again = partial(self._make_deposit, without_cash=True)
                self.screen.ask_deposit("finance.no_cash_title", question, again)
            else:
                self._trouble(error)

        self.visit.ask(lambda: make_deposit_slip(self.desk.hall, command), made, refused)

    def _day_done(self) -> Notice | None:
        """Everything on the page is deposited: in which slips, and how one gets them; None while something waits."""
        if not self._slips or any(slip.state != "deposited" for slip in self._slips):
            return None
        numbers = "、".join(dict.fromkeys(slip.deposit_no for slip in self._slips))
        return Notice("finance.day_done", Tone.GOOD, (("count", len(self._slips)), ("no", numbers)))

    def write_files(self) -> None:
        """The day's 解款单 as files; the notice names folder, number and kinds, or says that there is none yet."""
        day = self._state.business_day
        if self._day_read == day and not any(slip.state == "deposited" for slip in self._slips):
            self._show(notice=Notice("finance.nothing_to_export", Tone.WARNING, (("day", day),)))
            return
        command = ExportDay(command_id=self.desk.hall.ids.new_id(), actor=self._actor, business_day=day)

        def written(files: tuple[Path, ...]) -> None:
            kinds = Counter(file.suffix.lstrip(".").upper() for file in files)
            named = "、".join(f"{kind} × {number}" for kind, number in kinds.items())
            figures = (("folder", str(files[0].parent)), ("files", named), ("count", len(files)))
            self._show(notice=Notice("finance.exported", Tone.GOOD, figures))

        def write() -> tuple[Path, ...]:
            allow_export(self.desk.hall, command)
            return self.export(day)

        self.visit.ask(write, written, self._trouble)

    def say_nothing_to_reprint(self) -> None:
        """F7 prints a receipt again at the counter; finance has none (P12)."""
        self._show(notice=Notice("finance.nothing_to_reprint", Tone.WARNING))

    def _go_to(self, day: str) -> None:
        if day > self._state.today:
            self._show(notice=Notice("finance.day_to_come", Tone.WARNING))
            return
        self._state = FinanceState(business_day=day, today=self._state.today)
        self._enter(None)

    def _enter(self, notice: Notice | None) -> None:
        """Answers about another day are nobody's any more."""
        self.visit.begin()
        self._read(notice)

    def _read(self, notice: Notice | None) -> None:
        day, hall = self._state.business_day, self.desk.hall

        def found(known: tuple[tuple[FinanceSlip, ...], tuple[int, str]]) -> None:
            (self._slips, earlier), self._day_read = known, day
            views = tuple(_view(slip, day) for slip in self._slips)
            self._show(slips=views, notice=notice or _of_before(*earlier) or self._day_done())

        self.visit.ask(lambda: (finance_day(hall, day), waiting_before(hall, day)), found, self._trouble)

    def _trouble(self, error: KnownError) -> None:
        self._show(notice=notice_of(error, Tone.WARNING))

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.screen.show_finance(self._state)


def day_of(text: str, today: str) -> str | None:
    """A typed day, what is missing taken from today; None if there is no such day."""
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    known = today.split("-")
    year, month, day = (int(part) for part in known[: 3 - len(parts)] + parts)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _of_before(count: int, oldest: str) -> Notice | None:
    """Slips of days before this one that wait: the page of a day shows none of another."""
    return Notice("finance.earlier_wait", Tone.WARNING, (("count", count), ("day", oldest))) if count else None


def _view(slip: FinanceSlip, day: str) -> SlipView:
    return SlipView(
        slip_no=slip.number,
        business_day=day,
        till_name=slip.till_name,
        cashier_name=slip.cashier_name,
        cash_fen=slip.takings_fen,
        card_slips=slip.slip_count,
        card_fen=slip.slips_fen,
        over_short_fen=slip.over_short_fen,
        slips_off_fen=slip.slips_off_fen,
        state=slip.state,
        deposit_no=slip.deposit_no,
        received_fen=slip.received_fen,
    )


def _left_out(ahead: DepositAhead) -> Notice:
    """What it holds; windows by name and cashier, slips by their printed number that it does not."""
    windows = [f"{each.till_name} {each.operator_name}" for each in ahead.missing if not each.slip_no]
    slips = [each.slip_no for each in ahead.missing if each.slip_no]
    figures = (
        ("count", ahead.slip_count),
        ("cash", Money(ahead.cash_fen).grouped()),
        ("windows", "、".join(windows) or "–"),
        ("slips", "、".join(slips) or "–"),
    )
    return Notice("deposit.left_out", Tone.WARNING, figures)
