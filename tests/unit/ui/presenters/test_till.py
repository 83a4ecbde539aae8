"""Opening and closing as the cashier leads it, over real books that answer when the test says so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from pos.domain.count import CountLine, NextStep
from pos.domain.till_session import TillState
from pos.usecases.issue_float import IssueFloat, issue_float
from pos.usecases.till_overview import till_overview
from pos.usecases.till_waits import count_so_far
from tests.fixtures_desk import SlowDesk, result_of
from tests.fixtures_till import FLOAT, TillDay, change_for
from tests.sql_trace import traced_statements
from ui.presenters.clue_views import MOST
from ui.presenters.count_state import (
    FACES,
    CloseState,
    ClueView,
    CountResult,
    CountState,
    DifferenceState,
    FaceCount,
    MissingField,
)
from ui.presenters.count_state import BatchCount as ViewBatch
from ui.presenters.counter_desk import Shift
from ui.presenters.notice import Notice, Tone
from ui.presenters.open_matters import PRINTING, matter_views, papers_now_printing
from ui.presenters.parked_counts import ParkedCounts
from ui.presenters.people_state import SignedLine, ToSign
from ui.presenters.till import TillWork


@dataclass
class Screen:
    """Keeps typed figures as the real page does: a new count begins with what its state says, else with nothing."""

    typed: str = ""
    page: str = "counter"
    count: CountState | None = None
    difference: DifferenceState | None = None
    close: CloseState | None = None
    said: list[Notice] = field(default_factory=list)
    signed: ToSign = field(default_factory=lambda: ToSign("", ()))
    signed_digest: str = ""

    def show_count(self, state: CountState) -> None:
        before = self.count
        if before is None or (before.purpose, before.count_id) != (state.purpose, state.count_id):
            self.typed = str(state.start[0].pieces) if state.start else ""
        self.count, self.page = state, "count"

    def show_difference(self, state: DifferenceState) -> None:
        self.difference, self.page = state, "difference"

    def show_close(self, state: CloseState) -> None:
        self.close, self.page = state, "close"

    def ask_signature(self, digest: str, asked: ToSign) -> None:
        self.signed, self.signed_digest = asked, digest

    def go_counter(self) -> None:
        self.page = "counter"

    def till_opened(self, said: Notice) -> None:
        self.page = "counter"
        self.said.append(said)


@dataclass
class Till:
    slow: SlowDesk
    day: TillDay
    screen: Screen
    work: TillWork
    shifts: list[Shift | None]

    def leave(self) -> None:
        """As the wiring does when another page comes to the front."""
        if self.screen.page == "count":
            typed = tuple(
                FaceCount(face, 0 if number else int(self.screen.typed or 0)) for number, face in enumerate(FACES)
            )
            self.work.put_aside(CountResult(typed))
        self.screen.page = "matters"
        self.work.visit.end()

    def resume(self) -> None:
        self.work.resume_counting(Shift(self.day.actor, self.day.session_id, "T01", "2026-11-23"), "王晓梅")
        self.slow.books.answer_all()

    def state(self) -> TillState:
        last = till_overview(self.slow.desk.hall)[0].last
        assert last is not None
        return last.state


@pytest.fixture
def till(slow: SlowDesk, day: TillDay) -> Till:
    screen, shifts = Screen(), []
    work = TillWork(slow.desk, screen, shifts.append, slow.print_waiting)
    work.take_up(Shift(day.actor, day.session_id, "T01", "2026-11-23"))
    shifts.clear()
    return Till(slow, day, screen, work, shifts)


def test_an_opening_that_differs_is_asked_to_be_counted_again_and_then_opens(till: Till) -> None:
    other = TillDay(till.day.demo, "T02", "cashier2")
    other.fill_safe()
    other.issue()
    till.work.begin_opening("T02", other.actor, "赵丽华")
    for again in (False, True):
        till.work.submit(result_of(change_for(10_000)))
        till.slow.books.answer_all()
        assert till.screen.count is not None
        assert (till.screen.page, bool(till.shifts)) == (("counter", True) if again else ("count", False))
    assert till.screen.said[-1].code.startswith("till.")


def test_closing_count_is_drawn_once_and_typed_figures_stay(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer()
    assert till.screen.page == "counter"  # matters and terminals are not known yet: nothing to type into
    till.slow.books.answer()
    assert (till.screen.page, till.shifts) == ("count", [None])
    till.screen.typed = "12"
    till.slow.books.answer_all()
    assert till.screen.typed == "12"


def test_typed_figures_stay_when_the_count_is_refused_as_incomplete(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.screen.typed = "12"
    till.work.submit(result_of(change_for(till.day.cash_fen), cards=None))
    assert till.screen.count is not None
    assert till.screen.count.notice == Notice("count.incomplete_cards", Tone.WARNING)
    assert till.screen.typed == "12"


def test_count_that_was_left_before_it_came_up_stays_away_and_the_till_counts(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.leave()
    till.slow.books.answer_all()
    assert till.screen.page == "matters"
    assert till.shifts == [None]
    assert till.state() is TillState.COUNTING


def test_answer_to_a_count_does_not_bring_back_a_page_that_was_left(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(result_of(change_for(till.day.cash_fen)))
    till.leave()
    till.slow.books.answer_all()
    assert till.screen.page == "matters"
    assert till.screen.close is None


def test_a_close_names_z_and_slip_as_their_papers_do(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(result_of(change_for(till.day.cash_fen)))
    till.slow.books.answer_all()
    till.work.seal.close(tuple(row.kept for row in till.work.seal.split_rows))
    till.slow.books.answer_all()
    assert (till.screen.close.z_no, till.screen.close.slip_no) == ("Z 00001", "DJ-T01-J00001")
    with till.slow.desk.hall.store.reading() as connection:
        journal = till.slow.desk.hall.store.journal_of(connection)
        (record,) = journal.of_till_session(till.day.session_id, ("till_session_closed",))
    assert till.screen.close.anchor == f"{record.key}  {record.short_hash}"


def test_close_that_answers_late_is_printed_though_nobody_looks(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(result_of(change_for(till.day.cash_fen)))
    till.slow.books.answer_all()
    assert till.screen.page == "close"
    till.work.seal.close(tuple(row.kept for row in till.work.seal.split_rows))
    till.leave()
    till.slow.books.answer_all()
    assert till.screen.page == "matters"
    assert till.slow.prints == ["waiting"]
    assert till.work.seal.closed is not None
    assert till.state() is TillState.CLOSED


def test_left_count_is_taken_up_with_the_figures_typed_before(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.screen.typed = "12"
    till.leave()
    till.resume()
    assert (till.screen.page, till.screen.typed) == ("count", "12")
    assert till.screen.count is not None
    assert till.screen.count.notice == Notice("count.taken_up", Tone.INFO)


def test_count_whose_figures_went_with_the_program_says_when_it_was_begun_and_that_it_is_made_anew(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    assert till.screen.count is not None
    assert till.screen.count.notice is None  # just begun: nothing to say
    till.screen.typed = "12"
    till.leave()
    till.work._parked = ParkedCounts()  # what a kill leaves of it
    till.resume()
    assert till.screen.typed == ""
    notice = till.screen.count.notice
    assert notice is not None
    assert (notice.code, str(dict(notice.params)["since"])[:4]) == ("count.begun_before", "2026")
    till.leave()  # left empty this time: nothing is lost
    till.resume()
    assert till.screen.count.notice is None


def test_recount_and_leads_count_after_a_restart_say_that_typed_figures_are_gone(till: Till) -> None:
    """The books know of no recount that was begun: it is said as a possibility, and only after a restart."""

    def notice_of_the_count() -> Notice | None:
        assert till.screen.count is not None
        return till.screen.count.notice

    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    count_off(till, -100)
    till.work.begin_recount()
    assert notice_of_the_count() is None
    till.screen.typed = "12"
    till.leave()
    till.work._parked = ParkedCounts()  # what a kill leaves of it
    till.resume()
    till.work.begin_recount()
    assert (till.screen.typed, notice_of_the_count()) == ("", Notice("count.not_kept", Tone.INFO))
    count_off(till, -100)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    assert notice_of_the_count() is None  # counted before in this program: nothing can be lost
    till.screen.typed = "5"
    till.leave()
    till.work._parked = ParkedCounts()
    shift = Shift(till.slow.demo.lead, till.day.session_id, "T01", "2026-11-23")
    till.work.count_for(shift, "李振华", "王晓梅", "1 号窗口")
    till.slow.books.answer_all()
    assert (till.screen.typed, notice_of_the_count()) == ("", Notice("count.not_kept", Tone.INFO))


def test_left_count_waits_while_another_opens_here_and_is_shown_to_nobody_but_its_owner(till: Till) -> None:
    other = TillDay(till.day.demo, "T02", "cashier2")
    other.fill_safe()
    other.issue()
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.screen.typed = "12"
    till.leave()
    till.work.begin_opening("T02", other.actor, "赵丽华")
    assert till.screen.typed == ""
    till.work.submit(result_of(change_for(other.cash_fen)))
    till.slow.books.answer_all()
    assert till.screen.page == "counter"
    till.resume()
    assert till.screen.typed == "12"


def test_what_the_cashier_left_is_not_in_the_leads_count_nor_in_the_recount(till: Till) -> None:
    till.day.sell(100)
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.screen.typed = "12"
    till.leave()
    till.resume()
    count_off(till, -100)
    till.work.begin_recount()
    assert till.screen.typed == ""
    count_off(till, -100)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    assert till.screen.typed == ""
    till.screen.typed = "5"
    till.leave()
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    assert till.screen.typed == "5"  # the lead's own, kept for the lead


def test_opening_that_was_left_waits_until_somebody_else_has_worked_at_the_till(till: Till) -> None:
    till.work.begin_opening("T02", till.day.actor, "王晓梅", follows="HALL-T02-1-3")
    till.screen.typed = "3"
    till.leave()
    till.work.begin_opening("T02", "somebody", "赵丽华", follows="HALL-T02-1-3")
    assert till.screen.typed == ""
    till.work.begin_opening("T02", till.day.actor, "王晓梅", follows="HALL-T02-1-3")
    assert till.screen.typed == "3"
    till.work.begin_opening("T02", till.day.actor, "王晓梅", follows="HALL-T02-1-40")
    assert till.screen.typed == ""


def test_count_that_was_given_up_begins_empty(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.screen.typed = "12"
    till.work.leave_counting()
    till.leave()  # its page goes to the back, and is put aside on the way
    till.slow.books.answer_all()
    till.work.take_up(Shift(till.day.actor, till.day.session_id, "T01", "2026-11-23"))
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    assert (till.screen.page, till.screen.typed) == ("count", "")


def test_count_that_was_refused_after_she_left_is_not_lost(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(result_of((CountLine(100_00, False, 7),), cards=-1))
    till.leave()
    till.slow.books.answer_all()
    till.resume()
    assert till.screen.typed == "7"


READS_CLUES = "CAST(receipt_no AS TEXT)"  # `booked_amounts`, which nothing else asks


def count_off(till: Till, off_fen: int) -> None:
    till.work.submit(result_of(change_for(till.day.cash_fen + off_fen)))
    till.slow.books.answer_all()


def count_until_the_lead_is_needed(till: Till, off_fen: int) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    count_off(till, off_fen)
    till.work.begin_recount()
    count_off(till, off_fen)


def test_clues_are_neither_read_nor_shown_before_the_lead_has_counted(till: Till) -> None:
    till.day.sell(8690)
    with traced_statements() as asked:
        count_until_the_lead_is_needed(till, -8690)
        assert till.screen.difference is not None
        assert (till.screen.difference.lead_needed, till.screen.difference.clues) == (True, ())
        till.leave()
        till.work.resume_counting(Shift(till.day.actor, till.day.session_id, "T01", "2026-11-23"), "王晓梅")
        till.slow.books.answer_all()
        assert till.screen.difference.clues == ()
        assert [statement for statement in asked if READS_CLUES in statement] == []
        till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
        count_off(till, -8690)
        assert [statement for statement in asked if READS_CLUES in statement] != []


def test_after_the_leads_count_the_clues_stand_beside_the_explanation(till: Till) -> None:
    till.day.sell(12_000)
    till.day.sell(8690)
    count_until_the_lead_is_needed(till, -8690)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    count_off(till, -8690)
    assert till.screen.difference is not None
    assert till.screen.difference.may_explain
    assert till.screen.difference.clues[0] == ClueView("clue.same_amount", "clue.of_receipt", "3", 8690)
    assert 1 <= len(till.screen.difference.clues) <= MOST


def test_a_lead_who_signs_for_a_difference_sees_it_per_tender_with_the_explanation(till: Till) -> None:
    count_until_the_lead_is_needed(till, -8690)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    count_off(till, -8690)
    till.work.difference.explain("找错一张")
    till.slow.books.answer_all()
    assert till.screen.signed.code == "approve.over_short"
    assert till.screen.signed.lines[0] == SignedLine(
        "tender.cash", "sign.short", says=True, params=(("amount", "86.90"),)
    )
    assert till.screen.signed.lines[-1] == SignedLine("sign.explanation", "找错一张")


def test_blank_cards_that_differ_stand_where_the_reason_is_typed_and_where_it_is_signed(till: Till) -> None:
    def counts(cards: int) -> None:
        till.work.submit(result_of(change_for(till.day.cash_fen), cards=cards))
        till.slow.books.answer_all()

    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    counts(12)
    till.work.begin_recount()
    counts(12)
    assert till.screen.difference is not None
    assert (till.screen.difference.cards, till.screen.difference.cards_open) == (12, None)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    counts(11)
    assert till.screen.difference.cards_open == (12, 11, 10)
    till.work.difference.explain("开户时多领一张")
    assert till.screen.signed.lines[-2] == SignedLine(
        "sign.cards", "difference.cards_over", says=True, params=(("n", 1),)
    )


def test_slips_that_differ_stand_among_the_open_matters_before_the_seal(till: Till) -> None:
    till.day.sell(8220, "unionpay")
    count_until_the_lead_is_needed(till, 0)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    count_off(till, 0)
    assert till.screen.difference is not None
    till.work.difference.explain("签购单未找到")
    till.work.difference.signed(till.day.demo.signed_by("lead", till.screen.signed_digest))
    till.slow.books.answer_all()
    assert till.screen.close is not None
    open_now = [(matter.kind_code, matter.amount_fen) for matter in till.screen.close.matters]
    assert open_now == [("matter.slips_differ", -8220)]


def test_one_character_is_no_explanation_and_nobody_is_asked_to_sign_it(till: Till) -> None:
    count_until_the_lead_is_needed(till, -8690)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    count_off(till, -8690)
    till.work.difference.explain(" 1 ")
    till.slow.books.answer_all()
    assert till.screen.signed.code == ""
    assert till.screen.difference is not None
    assert till.screen.difference.reason_missing
    assert till.screen.difference.notice == Notice("reason.short", Tone.WARNING)


def test_a_slip_in_the_wrong_row_is_a_clue_of_the_count_and_names_the_faces(till: Till) -> None:
    count_until_the_lead_is_needed(till, -1000)
    till.work.begin_lead_count(till.slow.demo.lead, "李振华", "王晓梅", "1 号窗口")
    count_off(till, -1000)
    assert till.screen.difference is not None
    of_count = [clue for clue in till.screen.difference.clues if clue.of_code == "clue.of_count"]
    assert [(clue.what_code, clue.amount_fen) for clue in of_count][:1] == [("clue.wrong_row", 1000)]
    assert dict(of_count[0].params).keys() == {"pieces", "row", "true"}


@pytest.mark.parametrize(("missing_fen", "code"), [(0, "till.opened"), (1000, "till.opened_off")])
def test_opening_says_what_was_booked(slow: SlowDesk, missing_fen: int, code: str) -> None:
    day = TillDay(slow.demo)
    day.fill_safe()
    day.issue()
    screen, shifts = Screen(), []
    work = TillWork(slow.desk, screen, shifts.append, slow.print_waiting)
    work.begin_opening("T01", day.actor, "王晓梅")
    work.submit(result_of(change_for(day.cash_fen - missing_fen)))
    assert (screen.page, screen.said) == ("count", [])
    slow.books.answer_all()
    if missing_fen:  # asked to count once more
        work.submit(result_of(change_for(day.cash_fen - missing_fen)))
        slow.books.answer_all()
    assert screen.page == "counter"
    assert [(said.code, dict(said.params)["off"]) for said in screen.said] == [
        (code, "-10.00" if missing_fen else "0.00")
    ]
    assert [shift.till_id for shift in shifts if shift is not None] == ["T01"]


def test_opening_that_answers_after_she_left_opens_without_showing_anything(slow: SlowDesk) -> None:
    day = TillDay(slow.demo)
    day.fill_safe()
    day.issue()
    screen, shifts = Screen(), []
    work = TillWork(slow.desk, screen, shifts.append, slow.print_waiting)
    work.begin_opening("T01", day.actor, "王晓梅")
    work.submit(result_of(FLOAT))
    screen.page = "sign_in"
    work.visit.end()
    slow.books.answer_all()
    assert (screen.page, screen.said, len(shifts)) == ("sign_in", [], 1)


def test_opening_with_the_blank_cards_left_empty_is_refused_and_opens_nothing(slow: SlowDesk) -> None:
    day = TillDay(slow.demo)
    day.fill_safe()
    day.issue()
    screen, shifts = Screen(), []
    work = TillWork(slow.desk, screen, shifts.append, slow.print_waiting)
    work.begin_opening("T01", day.actor, "王晓梅")
    work.submit(result_of(FLOAT, cards=None))
    slow.books.answer_all()
    assert screen.count is not None
    assert screen.count.notice is not None
    assert (screen.count.notice.code, screen.count.missing, shifts) == (
        "count.incomplete_cards", MissingField("cards"), []
    )  # fmt: skip
    work.submit(result_of(FLOAT, cards=0))
    slow.books.answer_all()
    assert len(shifts) == 1


def counted_up_to_the_seal(till: Till) -> CloseState:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(result_of(change_for(till.day.cash_fen)))
    till.slow.books.answer_all()
    assert till.screen.close is not None
    return till.screen.close


def kept_fen(state: CloseState) -> int:
    return sum(row.kept * row.face.face_fen for row in state.split)


def test_float_proposed_at_the_close_is_what_the_session_was_given_not_the_setting(slow: SlowDesk) -> None:
    day, screen = TillDay(slow.demo), Screen()
    day.fill_safe()
    lines = (CountLine(1000, False, 42),)
    command = IssueFloat(
        command_id=day.demo.new_id(), actor=day.demo.lead, till_id="T01", issued_to=day.actor, lines=lines
    )
    day.cash_fen += issue_float(day.demo.hall, command).amount_fen
    day.open(lines)
    day.sell(1_00)
    work = TillWork(slow.desk, screen, lambda _shift: None, slow.print_waiting)
    work.take_up(Shift(day.actor, day.session_id, "T01", "2026-11-23"))
    made = Till(slow, day, screen, work, [])
    assert kept_fen(counted_up_to_the_seal(made)) == 42_000


def test_split_with_too_little_change_names_what_the_float_lacks(slow: SlowDesk) -> None:
    day, screen = TillDay(slow.demo), Screen()
    day.open(())
    for _ in range(6):
        day.sell(100_00)
    work = TillWork(slow.desk, screen, lambda _shift: None, slow.print_waiting)
    work.take_up(Shift(day.actor, day.session_id, "T01", "2026-11-23"))
    state = counted_up_to_the_seal(Till(slow, day, screen, work, []))  # six hundreds
    assert state.missing == ((2000, 5, 0), (1000, 10, 0), (500, 20, 0), (100, 50, 0), (50, 20, 0), (10, 30, 0))


def test_float_proposed_where_nothing_was_issued_is_the_halls_setting(slow: SlowDesk) -> None:
    day, screen = TillDay(slow.demo), Screen()
    day.open(())
    for _ in range(6):
        day.sell(100_00)
    work = TillWork(slow.desk, screen, lambda _shift: None, slow.print_waiting)
    work.take_up(Shift(day.actor, day.session_id, "T01", "2026-11-23"))
    made = Till(slow, day, screen, work, [])
    assert kept_fen(counted_up_to_the_seal(made)) == 50_000


def test_what_is_sealed_stands_on_the_page_before_the_seal(till: Till) -> None:
    state = counted_up_to_the_seal(till)
    cash, unionpay = state.checks
    assert not state.closed
    assert (cash.name_code, cash.expected_fen, cash.counted_fen, cash.verified_fen, cash.over_short_fen) == (
        "tender.cash", 52_000, 52_000, None, 0
    )  # fmt: skip
    assert (unionpay.name_code, unionpay.expected_fen, unionpay.counted_fen) == ("tender.unionpay", 0, 0)
    assert (state.cards, state.handed_fen) == ((10, 10), 52_000 - kept_fen(state))
    faces = [row.face.face_fen for row in state.split]
    assert faces == sorted(faces, reverse=True)


def test_paper_that_waits_since_the_count_began_is_listed_before_the_seal_as_on_the_page_of_matters(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    began = [matter.key for matter in till.screen.count.matters if matter.kind_code != PRINTING]  # type: ignore[union-attr]
    till.slow.demo.clock.forward(seconds=61)
    till.work.submit(replace(result_of(change_for(till.day.cash_fen))))
    till.slow.books.answer_all()
    assert till.screen.close is not None
    listed = [matter.key for matter in till.screen.close.matters]
    assert listed == [matter.key for matter in matter_views(till.slow.desk, "T01")]
    assert len(listed) > len(began)


def test_paper_that_is_just_printing_is_named_as_such_when_the_count_begins(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    assert till.screen.count is not None
    printing = [matter for matter in till.screen.count.matters if matter.kind_code == PRINTING]
    assert printing
    assert {matter.state_code for matter in printing} == {"paper_state.queued"}
    assert all(matter.paper_code.startswith("paper.") and matter.tone is Tone.INFO for matter in printing)
    till.slow.demo.clock.forward(seconds=61)
    late = {matter.key: matter.kind_code for matter in matter_views(till.slow.desk, "T01")}
    assert {late[matter.key] for matter in printing} == {"matter.print_unconfirmed"}
    assert papers_now_printing(till.slow.desk, "T01") == ()


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        (ViewBatch("T9"), MissingField("terminal", "T9")),
        (ViewBatch("T9", "", 1), MissingField("batch", "T9")),
        (ViewBatch("T9", "", 0), MissingField("amount", "T9")),
        (ViewBatch("T9", "000001"), MissingField("slips", "T9")),
        (ViewBatch("T9", "000001", 1), MissingField("amount", "T9")),
        (ViewBatch("T9", "", 1, 2626), MissingField("batch", "T9")),
    ],
)
def test_closing_count_with_an_empty_slip_field_is_not_submitted_and_names_it(
    till: Till, typed: ViewBatch, missing: MissingField
) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(replace(result_of(change_for(till.day.cash_fen)), batches=(typed,)))
    till.slow.books.answer_all()
    assert (till.screen.page, till.screen.count.missing) == ("count", missing)  # type: ignore[union-attr]
    assert count_so_far(till.slow.desk.hall, till.day.session_id).next_step is NextStep.FIRST_COUNT


def test_no_slips_typed_as_nought_is_a_count_without_a_batch(till: Till) -> None:
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(replace(result_of(change_for(till.day.cash_fen)), batches=(ViewBatch("T9", "", 0, 0),)))
    till.slow.books.answer_all()
    assert till.screen.page == "close"


@pytest.mark.parametrize(("cash_off_fen", "slips_off_fen"), [(-100, 0), (0, -100), (-100, 100)])
def test_page_after_a_differing_count_names_what_she_counted_and_not_where_it_differs(
    till: Till, cash_off_fen: int, slips_off_fen: int
) -> None:
    till.day.sell(8220, "unionpay")
    counted = result_of(change_for(till.day.cash_fen + cash_off_fen))
    slips = (ViewBatch("POS1", "000001", 1, 8220 + slips_off_fen),)
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(replace(counted, batches=slips))
    till.slow.books.answer_all()
    assert till.screen.difference is not None
    assert [(row.name_code, row.counted_fen) for row in till.screen.difference.rows] == [
        ("tender.cash", counted.cash_fen),
        ("tender.unionpay", 8220 + slips_off_fen),
    ]
    told = {(row.agrees, row.expected_fen, row.over_short_fen, row.verified_fen) for row in till.screen.difference.rows}
    assert told == {(None, None, None, None)}


def test_page_after_a_differing_count_repeats_slips_and_cards_as_she_typed_them(till: Till) -> None:
    till.day.sell(8220, "unionpay")
    typed = replace(result_of(change_for(till.day.cash_fen), cards=7), batches=(ViewBatch("POS1", "000001", 3, 8100),))
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(typed)
    till.slow.books.answer_all()
    told = till.screen.difference
    assert told is not None
    assert ([(row.slips, row.counted_fen) for row in told.rows][1:], told.cards) == ([(3, 8100)], 7)
    till.leave()
    till.resume()  # from what the books hold of her count
    again = till.screen.difference
    assert again is not told
    assert again == told


def test_split_after_a_count_that_agrees_repeats_its_slips_as_typed(till: Till) -> None:
    till.day.sell(8220, "unionpay")
    typed = (ViewBatch("POS1", "000001", 1, 8220),)
    till.work.begin_closing("王晓梅")
    till.slow.books.answer_all()
    till.work.submit(replace(result_of(change_for(till.day.cash_fen)), batches=typed))
    till.slow.books.answer_all()
    assert till.screen.close is not None
    assert (till.screen.close.slips, till.screen.close.cards) == ((1, 8220), (10, 10))


@pytest.mark.parametrize(("follows", "is_first"), [("", True), ("HALL-T01-1-3", False)])
def test_opening_count_says_what_it_is_compared_with(till: Till, follows: str, is_first: bool) -> None:
    till.work.begin_opening("T02", till.day.actor, "王晓梅", follows=follows)
    assert till.screen.count is not None
    assert till.screen.count.is_first is is_first


def test_leads_count_says_whose_till_it_is_and_who_counts(till: Till) -> None:
    shift = Shift(till.slow.demo.lead, till.day.session_id, "T01", "2026-11-23")
    till.work.count_for(shift, "李振华", "王晓梅", "1 号窗口")
    till.slow.books.answer_all()
    count = till.screen.count
    assert count is not None
    assert (count.counter_name, count.cashier_name, count.till_name) == ("李振华", "王晓梅", "1 号窗口")
