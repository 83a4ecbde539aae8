"""Float, hand-over, bags, finance and X over real books: what is said, what stays blind, what a late answer may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ledger.money import Money
from pos.domain.count import BatchCount as HeldBatch
from pos.domain.count import Count, CountLine
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import MatterKind, OpenMatter, ReceiverKind
from pos.domain.roles import Role
from pos.store.open_matters import PRINT_PATIENCE_MS
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.hall_settings import OperatorRow, operators_of
from pos.usecases.hand_over import hand_over_offer
from pos.usecases.permission import Signature
from pos.usecases.submit_count import SubmitCount, submit_count
from pos.usecases.till_overview import TillOverview, open_matters_of, owners_of, till_overview
from pos.usecases.waiting_floats import waiting_floats
from tests.fixtures_desk import SlowDesk, result_of
from tests.fixtures_till import FLOAT, FLOAT_FEN, TillDay, change_for
from ui.app.office_wiring import OfficePresenters
from ui.desktop.messages import LANGUAGES, Messages
from ui.presenters.count_state import BatchCount, CountState, HandOverState, MissingField
from ui.presenters.finance import day_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import BagsState, FinanceState, XState
from ui.presenters.people_state import SignedLine, ToSign


@dataclass
class Screen:
    page: str = "counter"
    count: CountState = field(default_factory=CountState)
    over: HandOverState = field(default_factory=HandOverState)
    finance: FinanceState = field(default_factory=FinanceState)
    bags: BagsState = field(default_factory=BagsState)
    x: XState = field(default_factory=XState)
    said: list[Notice] = field(default_factory=list)
    tills: tuple[tuple[str, str], ...] = ()
    on_top: list[tuple[Notice, Callable[[], None]]] = field(default_factory=list)
    pieces: list[tuple[Notice, Callable[[], None]]] = field(default_factory=list)
    sums: list[tuple[Notice, Callable[[], None]]] = field(default_factory=list)
    notes: list[Callable[[str], None]] = field(default_factory=list)
    differs: str = ""
    questions: list[tuple[Notice, Callable[[], None]]] = field(default_factory=list)
    signed: ToSign = field(default_factory=lambda: ToSign("", ()))
    witnesses: list[tuple[str, bool, Callable[[Signature], None]]] = field(default_factory=list)
    asked: list[tuple[str, Role, Callable[[Signature], None]]] = field(default_factory=list)

    def show_office_count(self, state: CountState) -> None:
        self.page, self.count = "count", state

    def show_hand_over(self, state: HandOverState) -> None:
        self.page, self.over = "hand_over", state

    def show_finance(self, state: FinanceState) -> None:
        self.page, self.finance = "finance", state

    def ask_note(self, differs: str, done: Callable[[str], None]) -> None:
        self.differs = differs
        self.notes.append(done)

    def ask_deposit(self, title: str, question: Notice, done: Callable[[], None]) -> None:
        self.questions.append((question, done))

    def show_bags(self, state: BagsState) -> None:
        self.page, self.bags = "bags", state

    def show_x(self, state: XState) -> None:
        self.page, self.x = "x_report", state

    def handed_over(self, said: Notice) -> None:
        self.said.append(said)

    def float_issued(self, said: Notice) -> None:
        self.said.append(said)

    def ask_sum(self, question: Notice, done: Callable[[], None]) -> None:
        self.sums.append((question, done))

    def ask_pieces(self, question: Notice, done: Callable[[], None]) -> None:
        self.pieces.append((question, done))

    def ask_on_top(self, question: Notice, done: Callable[[], None]) -> None:
        self.on_top.append((question, done))

    def ask_second(self, digest: str, role: Role, asked: ToSign, done: Callable[[Signature], None]) -> None:
        self.asked.append((digest, role, done))
        self.signed = asked

    def ask_witness(self, digest: str, asked: ToSign, done: Callable[[Signature], None], *, also_her: bool) -> None:
        self.witnesses.append((digest, also_her, done))
        self.signed = asked

    def cash_moved(self, said: Notice) -> None:
        self.page = "counter"
        self.said.append(said)

    def ask_till(self, tills: tuple[tuple[str, str], ...], done: Callable[[str], None]) -> None:
        self.tills = tills


@dataclass
class Office:
    slow: SlowDesk
    screen: Screen
    presenters: OfficePresenters

    def answer(self) -> None:
        self.slow.books.answer_all()

    def leave(self) -> None:
        self.screen.page = "counter"
        self.presenters.visit.end()

    def person(self, name: str) -> OperatorRow:
        wanted = self.slow.demo.people[name]
        return next(person for person in operators_of(self.slow.desk.hall) if person.operator_id == wanted)

    def till(self, number: int = 0) -> TillOverview:
        return till_overview(self.slow.desk.hall)[number]

    def begin_safe(self, person: OperatorRow, *, witness: str = "finance") -> None:
        """800.00 found in the safe, counted and witnessed."""
        self.presenters.safe.fill(person, from_bank=False)
        self.presenters.count.counted(result_of(change_for(80_000)))
        self.answer()
        (digest, _also_her, done) = self.screen.witnesses[-1]
        done(self.slow.demo.signed_by(witness, digest))
        self.answer()

    def facts(self, kind: str) -> list[dict[str, object]]:
        with self.slow.demo.store.reading() as connection:
            sql = "SELECT json_extract(body, '$.payload.facts') FROM journal WHERE kind = ? ORDER BY id"
            return [json.loads(row[0]) for row in connection.exec_driver_sql(sql, (kind,))]


def no_disk(_day: str) -> tuple[Path, ...]:
    raise RuleViolation("export.not_written", folder="/full", why="No space left on device")


@pytest.fixture
def office(slow: SlowDesk) -> Office:
    screen = Screen()
    export: Callable[[str], tuple[Path, ...]] = lambda day: (Path("/out") / f"{day}.pdf", Path("/out") / f"{day}.csv")  # noqa: E731
    return Office(slow, screen, OfficePresenters(slow.desk, screen, slow.print_waiting, export))  # type: ignore[arg-type]


def test_float_says_amount_till_and_cashier_and_prints(office: Office) -> None:
    TillDay(office.slow.demo).fill_safe()
    office.presenters.floats.begin(office.person("lead"), office.till(), office.person("cashier"))
    office.presenters.count.counted(result_of(change_for(50_000)))
    office.answer()
    (said,) = office.screen.said
    assert (said.code, dict(said.params)["amount"]) == ("float.issued", "500.00")
    assert office.slow.prints == ["waiting"]


def test_float_counted_out_has_the_sum_the_hall_has_set_beside_it(office: Office) -> None:
    office.presenters.floats.begin(office.person("lead"), office.till(), office.person("cashier"), None, 60_000)
    assert office.screen.count.hall_float_fen == 60_000


def test_without_a_printer_a_float_says_that_its_note_is_kept_and_not_that_it_is_printing(office: Office) -> None:
    TillDay(office.slow.demo).fill_safe()
    floats = office.presenters.floats
    floats.desk = replace(floats.desk, has_printer=False)
    floats.begin(office.person("lead"), office.till(), office.person("cashier"))
    office.presenters.count.counted(result_of(change_for(50_000)))
    office.answer()
    (said,) = office.screen.said
    assert said.code == "float.issued_kept"
    for language in LANGUAGES:
        what, money, do = Messages(language).parts(said.code, said.params)
        assert all((what, money, do))
        assert not any(word in do for word in ("正在打印", "正在列印", "printing"))


def test_refused_float_keeps_the_count_open_and_says_why(office: Office) -> None:
    office.presenters.floats.begin(office.person("lead"), office.till(), office.person("cashier"))
    count_id = office.screen.count.count_id
    office.presenters.count.counted(result_of(FLOAT))
    assert office.screen.count.busy
    office.presenters.count.counted(result_of(FLOAT))  # pressed twice: asked once
    assert len(office.slow.books.waiting) == 1
    office.answer()
    state = office.screen.count
    assert state.notice is not None
    assert (state.notice.code, state.busy, state.count_id) == ("safe.short", False, count_id)


def test_second_float_is_asked_about_with_the_sums_and_put_on_top_by_a_second_key_only(office: Office) -> None:
    day = TillDay(office.slow.demo)
    day.fill_safe()
    day.issue()
    (waiting,) = waiting_floats(office.slow.desk.hall)
    office.presenters.floats.begin(office.person("lead"), office.till(), office.person("cashier2"), waiting)
    notice = office.screen.count.notice
    assert notice is not None
    assert (notice.code, dict(notice.params)["amount"], dict(notice.params)["names"]) == (
        "float.has_already",
        "500.00",
        office.person("cashier").display_name,
    )
    office.presenters.count.counted(result_of((CountLine(10_000, False, 4),)))
    office.answer()
    ((question, meant),) = office.screen.on_top
    assert question.code == "float.waiting"
    for language in LANGUAGES:
        what, money, _do = Messages(language).parts(question.code, question.params)
        assert all(sum_ in what + money for sum_ in ("500.00", "400.00", "900.00"))
    assert (len(office.facts("float_issued")), office.screen.count.busy) == (1, False)
    meant()
    office.answer()
    assert [fact["beside_fen"] for fact in office.facts("float_issued")] == [0, 50_000]
    assert office.screen.said[-1].code == "float.issued"


def test_float_of_another_sum_than_the_hall_has_set_is_asked_about_once_and_a_set_one_is_not(office: Office) -> None:
    TillDay(office.slow.demo).fill_safe()
    floats = office.presenters.floats
    entry = till_overview(office.slow.desk.hall)[0]
    floats.begin(office.person("lead"), entry, office.person("cashier"), None, FLOAT_FEN)
    office.presenters.count.counted(result_of(change_for(FLOAT_FEN + 70_000)))
    office.answer()
    ((question, meant),) = office.screen.sums
    assert (question.code, dict(question.params)) == ("float.another_sum", {"amount": "1,200.00", "set": "500.00"})
    assert (office.facts("float_issued"), office.screen.count.busy) == ([], False)
    meant()
    office.answer()
    assert [fact["amount_fen"] for fact in office.facts("float_issued")] == [120_000]
    assert len(office.screen.sums) == 1
    other = till_overview(office.slow.desk.hall)[1]
    floats.begin(office.person("lead"), other, office.person("cashier2"), None, FLOAT_FEN)
    office.presenters.count.counted(result_of(change_for(FLOAT_FEN)))
    office.answer()
    assert (len(office.screen.sums), len(office.facts("float_issued"))) == (1, 2)


def test_float_of_more_pieces_than_the_safe_holds_is_asked_about_once_before_anything_is_booked(office: Office) -> None:
    TillDay(office.slow.demo).fill_safe()  # hundreds only
    floats = office.presenters.floats
    floats.begin(office.person("lead"), till_overview(office.slow.desk.hall)[0], office.person("cashier"))
    office.presenters.count.counted(result_of((CountLine(500, False, 100),)))
    office.answer()
    ((question, meant),) = office.screen.pieces
    figures = {"faces": 1, "face_fen": 500, "wanted": 100, "in_safe": 0}
    assert (question.code, dict(question.params)) == ("float.pieces_short", figures)
    assert (office.facts("float_issued"), office.screen.count.busy) == ([], False)
    meant()
    office.answer()
    assert [fact["amount_fen"] for fact in office.facts("float_issued")] == [50_000]
    assert (len(office.screen.pieces), office.screen.said[-1].code) == (1, "float.issued")


def test_count_of_finance_without_any_cash_is_no_count_of_a_slip_with_cash(office: Office, day: TillDay) -> None:
    day.sell(5_000)
    day.end()
    day.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    (slip,) = office.screen.finance.slips
    assert slip.cash_fen > 0
    finance.receive(slip.slip_no)
    office.presenters.count.counted(result_of(()))
    office.answer()
    assert office.screen.count.notice == Notice("takings.nothing_counted", Tone.WARNING)
    assert (office.screen.count.busy, office.screen.notes, office.facts("takings_received")) == (False, [], [])
    office.presenters.count.counted(result_of(change_for(slip.cash_fen)))
    office.answer()
    assert len(office.facts("takings_received")) == 1


def test_without_a_printer_nobody_is_asked_to_sign_a_printed_slip_or_note(office: Office, day: TillDay) -> None:
    without = replace(office.slow.desk, has_printer=False)
    bags, finance = office.presenters.bags, office.presenters.finance
    bags.desk = finance.desk = without
    day.sell(5_000)
    day.end()
    day.bag()
    bags.begin(office.person("lead2"))
    office.answer()
    bags.open_bag(office.screen.bags.bags[0].key, "B-1", office.slow.demo.password("lead2"), seal_intact=True)
    office.answer()
    office.presenters.count.counted(result_of(change_for(day.cash_fen)))
    office.answer()
    assert office.screen.bags.notice is not None
    assert office.screen.bags.notice.code == "bag.accepted_kept"
    finance.begin(office.slow.demo.finance)
    office.answer()
    (slip,) = office.screen.finance.slips
    finance.receive(slip.slip_no)
    office.presenters.count.counted(result_of(change_for(slip.cash_fen)))
    office.answer()
    assert office.screen.finance.notice is not None
    assert office.screen.finance.notice.code == "finance.received_kept"


def test_float_goes_back_before_a_witness_and_what_is_left_is_said(office: Office) -> None:
    demo = office.slow.demo
    day = TillDay(demo)
    day.fill_safe()
    day.issue()
    (waiting,) = waiting_floats(office.slow.desk.hall)
    office.presenters.safe.put_back(office.person("lead"), waiting)
    assert (office.screen.count.purpose, office.screen.count.till_name) == ("float_return", waiting.till.name)
    office.presenters.count.counted(result_of(change_for(42_000)))
    office.answer()
    ((digest, also_her, done),) = office.screen.witnesses
    assert (office.facts("float_returned"), also_her) == ([], False)
    done(demo.signed_by("cashier2", digest))
    office.answer()
    said = office.screen.said[-1]
    assert (said.code, dict(said.params)["amount"], dict(said.params)["left"]) == (
        "float_return.done",
        "420.00",
        "80.00",
    )
    assert office.slow.prints == ["waiting"]


@pytest.mark.parametrize(("amount_fen", "code"), [(FLOAT_FEN + 10, "float.above_till"), (0, "cash.nothing")])
def test_sum_that_cannot_go_back_is_refused_before_a_witness_is_asked(
    office: Office, amount_fen: int, code: str
) -> None:
    day = TillDay(office.slow.demo)
    day.fill_safe()
    day.issue()
    (waiting,) = waiting_floats(office.slow.desk.hall)
    office.presenters.safe.put_back(office.person("lead"), waiting)
    office.presenters.count.counted(result_of(change_for(amount_fen)))
    office.answer()
    notice = office.screen.count.notice
    assert notice is not None
    assert (notice.code, office.screen.witnesses, office.screen.count.busy) == (code, [], False)
    assert office.facts("float_returned") == []


@pytest.mark.parametrize(
    ("way", "amount_fen", "code"),
    [("drop", 0, "cash.nothing"), ("top_up", 0, "cash.nothing"), ("top_up", 150_010, "safe.short")],
)
def test_sum_that_cannot_move_is_refused_before_the_second_person_signs(
    office: Office, day: TillDay, way: str, amount_fen: int, code: str
) -> None:
    safe = office.presenters.safe
    if way == "drop":
        safe.drop(office.person("cashier"), day.session_id)
    else:
        safe.top_up(office.person("lead"), day.session_id, Role.CASHIER)
    office.presenters.count.counted(result_of(change_for(amount_fen)))
    office.answer()
    notice = office.screen.count.notice
    assert notice is not None
    assert (notice.code, office.screen.asked, office.screen.count.busy) == (code, [], False)


def test_opening_balance_of_nothing_is_refused_before_a_witness_is_asked(office: Office) -> None:
    office.presenters.safe.fill(office.person("lead"), from_bank=False)
    office.presenters.count.counted(result_of(()))
    office.answer()
    notice = office.screen.count.notice
    assert notice is not None
    assert (notice.code, office.screen.witnesses) == ("cash.nothing", [])


def test_receiver_with_a_till_of_her_own_is_refused_before_anybody_signs(office: Office, day: TillDay) -> None:
    other = TillDay(office.slow.demo, till_id="T02", cashier="cashier2")
    other.fill_safe()
    other.issue()
    other.open()
    day.end()
    hand_over, receiver = office.presenters.hand_over, office.person("cashier2")
    hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    hand_over.signed("not her password", receiver.code, "nor hers", "")
    office.answer()
    notice = office.screen.over.notice
    assert notice is not None
    assert (notice.code, dict(notice.params)["name"]) == (
        "hand_over.has_till",
        f"{receiver.display_name}（{receiver.code}）",
    )


@pytest.mark.parametrize("whose", ["cashier", "cashier2"])
def test_hand_over_says_whose_sign_in_waits_after_wrong_passwords(office: Office, day: TillDay, whose: str) -> None:
    day.end()
    demo, hand_over, receiver = office.slow.demo, office.presenters.hand_over, office.person("cashier2")
    hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    given = {name: "wrong" if name == whose else demo.password(name) for name in ("cashier", "cashier2")}
    for _ in range(4):
        hand_over.signed(given["cashier"], receiver.code, given["cashier2"], "")
        office.answer()
    notice = office.screen.over.notice
    assert notice is not None
    assert (notice.code, dict(notice.params)["name"]) == ("sign_in.wait_of", office.person(whose).display_name)
    assert int(dict(notice.params)["wait_s"]) > 0


def test_count_of_finance_says_which_slip_of_which_till_and_cashier_is_received(office: Office, day: TillDay) -> None:
    day.end()
    day.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    (slip,) = office.screen.finance.slips
    finance.receive(slip.slip_no)
    shown = office.screen.count
    assert (shown.purpose, shown.slip_no, shown.till_name) == ("receive", slip.slip_no, slip.till_name)
    assert shown.cashier_name == office.person("cashier").display_name
    for language in LANGUAGES:
        title = Messages(language)(
            "count.title.receive", slip=shown.slip_no, till=shown.till_name, cashier=shown.cashier_name
        )
        assert all(word in title for word in (slip.slip_no, shown.till_name, shown.cashier_name))


def test_matter_of_a_till_belongs_to_the_lead_who_has_taken_it_over(office: Office, day: TillDay) -> None:
    matter = OpenMatter(MatterKind.CARD_WRITE, day.session_id, "10 0020 4471", 100, 0)
    hall = office.slow.desk.hall
    assert owners_of(hall, (matter,)) == {matter.matter_id: office.person("cashier").display_name}
    day.end()
    day.to_lead()
    assert owners_of(hall, (matter,)) == {matter.matter_id: office.person("lead").display_name}


def test_late_float_is_printed_but_shows_nothing(office: Office) -> None:
    TillDay(office.slow.demo).fill_safe()
    office.presenters.floats.begin(office.person("lead"), office.till(), office.person("cashier"))
    office.presenters.count.counted(result_of(change_for(50_000)))
    office.leave()
    office.answer()
    assert (office.screen.said, office.screen.page) == ([], "counter")
    assert office.slow.prints == ["waiting"]
    assert len(office.facts("float_issued")) == 1


def test_hand_over_page_that_was_left_does_not_come_back(office: Office, day: TillDay) -> None:
    day.end()
    office.presenters.hand_over.begin(day.session_id, office.person("cashier"))
    office.leave()
    office.answer()
    assert office.screen.page == "counter"


def test_page_lists_the_matters_that_are_signed_and_not_what_came_up_since_the_close(
    office: Office, day: TillDay
) -> None:
    day.end()
    hall = office.slow.desk.hall
    office.slow.demo.clock.forward(ms=PRINT_PATIENCE_MS)  # the papers of the close wait for a printer
    frozen = hand_over_offer(hall, day.session_id, ReceiverKind.CASHIER)
    assert len(open_matters_of(hall, "T01")) > len(frozen.matters)
    office.presenters.hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    assert office.screen.over.till_name == office.till().till.name
    assert [matter.key for matter in office.screen.over.matters] == [matter.matter_id for matter in frozen.matters]
    assert frozen.digest.startswith(office.screen.over.digest)


def test_receivers_signature_and_count_open_her_session(office: Office, day: TillDay) -> None:
    day.end()
    office.presenters.hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    demo = office.slow.demo
    receiver = office.person("cashier2")
    office.presenters.hand_over.signed(demo.password("cashier"), receiver.code, demo.password("cashier2"), "")
    office.answer()
    assert (office.screen.page, office.screen.count.purpose) == ("count", "take_over")
    assert office.screen.count.notice is not None
    assert dict(office.screen.count.notice.params)["receiver"] == receiver.display_name
    office.presenters.count.counted(result_of(change_for(day.cash_fen), cards=None))
    office.answer()
    assert (office.screen.count.missing, office.screen.said) == (
        MissingField("cards"),
        [],
    )  # empty is not taken for none
    office.presenters.count.counted(result_of(change_for(day.cash_fen)))
    office.answer()
    assert [said.code for said in office.screen.said] == ["hand_over.accepted"]
    last = office.till().last
    assert last is not None
    assert last.operator_id == receiver.operator_id


@pytest.mark.parametrize("off_fen", [-1000, 500])
def test_drawer_that_the_receiver_counts_differently_is_counted_once_more_before_it_is_booked(
    office: Office, day: TillDay, off_fen: int
) -> None:
    day.end()
    hand_over, demo, receiver = office.presenters.hand_over, office.slow.demo, office.person("cashier2")
    hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    hand_over.signed(demo.password("cashier"), receiver.code, demo.password("cashier2"), "")
    office.answer()
    first = office.screen.count.count_id
    office.presenters.count.counted(result_of(change_for(day.cash_fen + off_fen)))
    office.answer()
    again = office.screen.count
    assert (office.screen.page, again.purpose, again.notice) == (
        "count",
        "take_over",
        Notice("hand_over.differs", Tone.WARNING),
    )
    assert again.count_id != first  # from empty fields
    assert (office.facts("hand_over_accepted"), office.screen.said) == ([], [])
    office.presenters.count.counted(result_of(change_for(day.cash_fen + off_fen)))
    office.answer()
    assert [said.code for said in office.screen.said] == ["hand_over.accepted_off"]
    (fact,) = office.facts("hand_over_accepted")
    assert fact["variance_fen"] == off_fen


def test_lead_who_takes_over_is_said_to_keep_the_float_and_not_to_sell_with_it(office: Office, day: TillDay) -> None:
    day.end()
    hand_over, demo, lead = office.presenters.hand_over, office.slow.demo, office.person("lead")
    hand_over.begin(day.session_id, office.person("cashier"))
    hand_over.choose_receiver(ReceiverKind.LEAD)
    office.answer()
    hand_over.signed(demo.password("cashier"), lead.code, demo.password("lead"), "")
    office.answer()
    office.presenters.count.counted(result_of(change_for(day.cash_fen)))
    office.answer()
    (said,) = office.screen.said
    assert (said.code, dict(said.params)["receiver"]) == ("hand_over.lead_holds", lead.display_name)


def test_a_bag_for_the_safe_proposes_the_lead_as_witness_and_then_finance(office: Office, day: TillDay) -> None:
    day.end()
    hand_over = office.presenters.hand_over
    hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    assert (office.screen.over.takings, office.screen.over.slip_no) == ("20.00", "DJ-T01-J00001")
    hand_over.choose_receiver(ReceiverKind.SAFE)
    office.answer()
    codes = [code for code, _name in office.screen.over.people]
    leads = [office.person(name).code for name in ("lead", "lead2")]
    assert (sorted(codes[:2]), codes[2]) == (sorted(leads), office.person("finance").code)
    assert office.person("cashier2").code in codes[3:]


def test_wrong_password_in_a_hand_over_is_said_and_nothing_is_handed_over(office: Office, day: TillDay) -> None:
    day.end()
    office.presenters.hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    receiver = office.person("cashier2")
    demo = office.slow.demo
    for own, other, whose, name in (
        ("wrong horse", demo.password("cashier2"), "giver", office.person("cashier").display_name),
        (demo.password("cashier"), "wrong horse", "receiver", receiver.display_name),
    ):
        office.presenters.hand_over.signed(own, receiver.code, other, "")
        office.answer()
        notice = office.screen.over.notice
        assert notice is not None
        assert (notice.code, notice.params) == (f"hand_over.{whose}_wrong", (("name", name),))
        assert office.screen.over.missing == "giver"  # both fields are empty again
    assert office.facts("handed_over") == []


def test_wrong_password_of_a_witness_is_said_to_be_hers(office: Office, day: TillDay) -> None:
    day.end()
    hand_over, lead = office.presenters.hand_over, office.person("lead")
    hand_over.begin(day.session_id, office.person("cashier"))
    hand_over.choose_receiver(ReceiverKind.SAFE)
    office.answer()
    hand_over.signed(office.slow.demo.password("cashier"), lead.code, "wrong horse", "FB001")
    office.answer()
    assert office.screen.over.notice == Notice("hand_over.witness_wrong", Tone.BAD, (("name", lead.display_name),))


def test_cashier_who_runs_another_till_is_refused_as_receiver_before_she_counts(office: Office, day: TillDay) -> None:
    TillDay(office.slow.demo, "T02", "cashier2").open(())
    day.end()
    demo, receiver = office.slow.demo, office.person("cashier2")
    hand_over = office.presenters.hand_over
    hand_over.begin(day.session_id, office.person("cashier"))
    office.answer()
    hand_over.signed(demo.password("cashier"), receiver.code, demo.password("cashier2"), "")
    office.answer()
    notice = office.screen.over.notice
    assert notice is not None
    assert (notice.code, dict(notice.params)["till"]) == ("hand_over.has_till", "2 号窗口")
    assert (office.screen.page, office.facts("handed_over")) == ("hand_over", [])


@pytest.fixture
def bagged(office: Office, day: TillDay) -> TillDay:
    day.end()
    day.bag()
    return day


@pytest.mark.parametrize(
    ("off_fen", "code"), [(0, "bag.accepted"), (-1000, "bag.accepted_short"), (500, "bag.accepted_over")]
)
def test_bag_is_counted_before_it_is_said_whether_it_agrees(
    office: Office, bagged: TillDay, off_fen: int, code: str
) -> None:
    bags = office.presenters.bags
    bags.begin(office.person("lead2"))
    office.answer()
    (bag,) = office.screen.bags.bags
    bags.open_bag(bag.key, "B-1", office.slow.demo.password("lead2"), seal_intact=False)
    office.answer()
    assert (office.screen.page, office.screen.count.purpose) == ("count", "bag")
    if off_fen:  # counted once more, from empty fields, before anything is booked
        first = office.screen.count.count_id
        office.presenters.count.counted(result_of(change_for(bagged.cash_fen + off_fen)))
        office.answer()
        again = office.screen.count
        assert (office.screen.page, again.notice, again.count_id == first) == (
            "count",
            Notice("bag.differs", Tone.WARNING),
            False,
        )
        assert office.facts("bag_accepted") == []
    office.presenters.count.counted(result_of(change_for(bagged.cash_fen + off_fen)))
    office.answer()
    assert office.screen.bags.notice is not None
    assert dict(office.screen.bags.notice.params)["off"] == Money(abs(off_fen)).grouped()
    assert (office.screen.page, office.screen.bags.notice.code, office.screen.bags.bags) == ("bags", code, ())
    (fact,) = office.facts("bag_accepted")
    assert (fact["variance_fen"], fact["seal_intact"]) == (off_fen, False)
    assert office.slow.prints == ["waiting"]


@pytest.mark.parametrize("typed", ["b-1", "Ｂ－１", " B-1 "])
def test_bag_number_is_the_same_in_other_case_and_width(office: Office, bagged: TillDay, typed: str) -> None:
    bags = office.presenters.bags
    bags.begin(office.person("lead2"))
    office.answer()
    bags.open_bag(office.screen.bags.bags[0].key, typed, office.slow.demo.password("lead2"), seal_intact=True)
    office.answer()
    assert (office.screen.page, office.screen.count.purpose) == ("count", "bag")


def test_bag_with_another_number_is_not_opened(office: Office, bagged: TillDay) -> None:
    bags = office.presenters.bags
    bags.begin(office.person("lead2"))
    office.answer()
    bags.open_bag(office.screen.bags.bags[0].key, "B-2", office.slow.demo.password("lead2"), seal_intact=True)
    office.answer()
    assert (office.screen.page, office.screen.bags.missing) == ("bags", "bag_no")
    assert office.screen.bags.notice is not None
    assert office.screen.bags.notice.code == "bag.number"
    bags.open_bag(office.screen.bags.bags[0].key, "B-1", "wrong horse", seal_intact=True)
    office.answer()
    assert (office.screen.page, office.screen.bags.missing) == ("bags", "password")


def test_what_a_bag_holds_is_nowhere_in_what_the_page_knows(office: Office, bagged: TillDay) -> None:
    office.presenters.bags.begin(office.person("lead2"))
    office.answer()
    assert str(FLOAT_FEN) not in repr(office.screen.bags)
    assert "B-1" not in repr(office.screen.bags)


def test_a_slip_of_an_earlier_day_that_nobody_received_is_said_on_every_later_page(
    office: Office, day: TillDay
) -> None:
    day.sell(10_000)
    day.end()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    assert (len(office.screen.finance.slips), office.screen.finance.notice) == (1, None)  # its own day shows it
    office.slow.demo.clock.forward(seconds=86_400)
    finance.begin(office.slow.demo.finance)
    office.answer()
    notice = office.screen.finance.notice
    assert notice == Notice("finance.earlier_wait", Tone.WARNING, (("count", 1), ("day", "2026-11-23")))
    assert "2026-11-23" in Messages().parts(notice.code, notice.params)[2]
    day.to_lead()
    day.receive()
    finance.begin(office.slow.demo.finance)
    office.answer()
    assert office.screen.finance.notice is None


def test_finance_walks_through_days_but_not_into_tomorrow(office: Office) -> None:
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    assert office.screen.finance.business_day == "2026-11-23"
    finance.move_day(1)
    assert office.screen.finance.notice is not None
    assert office.screen.finance.notice.code == "finance.day_to_come"
    finance.move_day(-1)
    finance.choose_day("20")
    office.answer()
    assert (office.screen.finance.business_day, office.screen.finance.notice) == ("2026-11-20", None)
    finance.choose_day("2026-02-30")
    assert office.screen.finance.notice is not None
    assert (office.screen.finance.business_day, office.screen.finance.notice.code) == (
        "2026-11-20",
        "finance.not_a_day",
    )


def test_slips_of_a_day_that_was_left_do_not_land_on_the_next_one(office: Office, day: TillDay) -> None:
    day.end()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    finance.move_day(-1)
    office.answer()
    assert (office.screen.finance.business_day, office.screen.finance.slips) == ("2026-11-22", ())


def test_takings_of_a_till_that_is_not_handed_over_are_refused_before_they_are_counted(
    office: Office, day: TillDay
) -> None:
    day.end()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    (slip,) = office.screen.finance.slips
    finance.receive(slip.slip_no)
    office.answer()
    assert office.screen.finance.notice is not None
    assert (office.screen.page, office.screen.finance.notice.code) == ("finance", "till.closed")
    day.to_lead()
    finance.receive(slip.slip_no)
    office.answer()
    finance.receive(slip.slip_no)
    assert office.screen.page == "count"


@pytest.mark.parametrize(
    ("off_fen", "code"), [(0, "finance.received"), (-100, "finance.received_short"), (100, "finance.received_over")]
)
def test_receipt_of_takings_says_whether_they_agree(office: Office, day: TillDay, off_fen: int, code: str) -> None:
    day.end()
    day.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    (slip,) = office.screen.finance.slips
    finance.receive(slip.slip_no)
    office.presenters.count.counted(result_of(change_for(slip.cash_fen + off_fen)))
    office.answer()
    if off_fen:  # what she reads once she left the note by Esc: count again, not Esc again
        said = office.screen.count.notice
        assert said is not None
        assert (said.code, said.params) == ("takings.count_again", (("differs_word", "takings.cash_differs.what"),))
    for done in office.screen.notes:  # asked for only where the count differs
        done("少一枚硬币")
        office.answer()
    assert len(office.screen.notes) == (1 if off_fen else 0)
    assert office.screen.differs == ("takings.cash_differs" if off_fen else "")
    assert office.screen.finance.notice is not None
    assert office.screen.finance.notice.code == code
    assert office.screen.finance.slips[0].state == "received"


def test_one_character_is_no_reason_for_finance_and_she_is_asked_again(office: Office, day: TillDay) -> None:
    day.end()
    day.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    (slip,) = office.screen.finance.slips
    finance.receive(slip.slip_no)
    office.presenters.count.counted(result_of(change_for(slip.cash_fen + 100)))
    office.answer()
    office.screen.notes[-1]("1")
    office.answer()
    assert (office.screen.differs, len(office.screen.notes)) == ("reason.short", 2)
    assert office.facts("takings_received") == []
    office.screen.notes[-1]("多一元")
    office.answer()
    assert len(office.facts("takings_received")) == 1


@pytest.mark.parametrize(
    ("slips_fen", "code"), [(8220, "finance.received"), (8200, "finance.received_slips_off"), (0, "")]
)
def test_finance_counts_the_card_slips_of_each_terminal_herself(
    office: Office, day: TillDay, slips_fen: int, code: str
) -> None:
    charge = BookUnionPayCharge(
        command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, terminal="12345678", batch="000001",
        trace="000001", reference="000000000001", last_four="1234", amount_fen=8220,
    )  # fmt: skip
    book_unionpay_charge(day.demo.hall, charge)
    day.begin()
    count = Count(change_for(day.cash_fen), (HeldBatch("12345678", "000001", 1, 8220),), day.cards)
    submit_count(
        day.demo.hall,
        SubmitCount(command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, count=count),
    )
    day.close()
    day.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    (slip,) = office.screen.finance.slips
    finance.receive(slip.slip_no)
    assert (office.screen.count.batches, office.screen.count.sums_only) == ((BatchCount("12345678"),), True)
    empty = replace(result_of(change_for(slip.cash_fen)), batches=(BatchCount("12345678"),))
    office.presenters.count.counted(empty)
    office.answer()
    assert office.screen.count.missing == MissingField("amount", "12345678")
    assert (office.screen.notes, office.facts("takings_received")) == ([], [])
    found = (BatchCount("12345678", "000001", 1, slips_fen),)
    office.presenters.count.counted(replace(result_of(change_for(slip.cash_fen)), batches=found))
    office.answer()
    assert len(office.screen.notes) == (0 if slips_fen == 8220 else 1)
    assert office.screen.differs == ("" if slips_fen == 8220 else "takings.cards_differ")
    if not code:
        return
    for done in office.screen.notes:
        done("少一张签购单")
        office.answer()
    assert office.screen.finance.notice is not None
    assert office.screen.finance.notice.code == code
    assert [slip.slips_off_fen for slip in office.screen.finance.slips] == [slips_fen - 8220]


@pytest.fixture
def idle(slow: SlowDesk) -> TillDay:
    """An open till with its float and no sale."""
    made = TillDay(slow.demo)
    made.start()
    return made


def test_a_deposit_slip_without_cash_is_sealed_by_a_second_word_only(office: Office, idle: TillDay) -> None:
    idle.sell(8220, "unionpay")
    idle.end()
    idle.to_lead()
    idle.receive(slips_fen=8220)
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    finance.make_deposit()
    office.answer()
    ((question, meant),) = office.screen.questions
    assert (question.code, dict(question.params)["other_fen"]) == ("deposit.no_cash", 8220)
    assert (office.facts("deposit_made"), office.screen.finance.deposit_no) == ([], "")
    meant()
    office.answer()
    assert office.screen.finance.deposit_no == "DJ-H-D00001"
    assert [slip.slip_no for slip in office.screen.finance.slips] == ["DJ-T01-J00001"]
    assert [fact["cash_fen"] for fact in office.facts("deposit_made")] == [0]


def test_slip_without_cash_says_that_nothing_is_to_be_counted_and_that_card_slips_were_checked(
    office: Office, idle: TillDay
) -> None:
    idle.sell(8220, "unionpay")
    idle.end()
    idle.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    finance.receive(office.screen.finance.slips[0].slip_no)
    before = office.screen.count.notice
    assert before is not None
    assert before.code == "finance.no_cash"
    batches = tuple(replace(batch, amount_fen=8220) for batch in office.screen.count.batches or (BatchCount("POS1"),))
    office.presenters.count.counted(replace(result_of(()), batches=batches))
    office.answer()
    notice = office.screen.finance.notice
    assert notice is not None
    assert (notice.code, dict(notice.params)["card"]) == ("finance.received_cards", "82.20")


def test_slip_that_is_received_already_is_said_to_be_so(office: Office, day: TillDay) -> None:
    day.end()
    day.to_lead()
    day.receive()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    finance.receive(office.screen.finance.slips[0].slip_no)
    assert office.screen.finance.notice is not None
    assert (office.screen.finance.notice.code, office.screen.page) == ("till.received", "finance")


def test_deposit_key_before_any_receipt_says_why_and_asks_nothing(office: Office, day: TillDay) -> None:
    day.end()
    day.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    finance.make_deposit()
    office.answer()
    assert office.screen.finance.notice is not None
    assert (office.screen.finance.notice.code, office.screen.questions) == ("deposit.nothing", [])


def test_deposit_slip_is_sealed_after_its_sum_was_asked_about_and_its_day_says_that_it_is_done(
    office: Office, day: TillDay
) -> None:
    day.end()
    day.to_lead()
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    office.answer()
    assert office.screen.finance.waits == "receive"
    day.receive()
    finance.begin(office.slow.demo.finance)
    office.answer()
    assert (office.screen.finance.waits, office.screen.finance.notice) == ("deposit", None)
    finance.make_deposit()
    office.answer()
    ((question, meant),) = office.screen.questions
    slip_fen = office.screen.finance.slips[0].cash_fen
    assert question.code == "finance.deposit_sure"
    assert dict(question.params) == {"slips": 1, "cash": Money(slip_fen).grouped()}
    assert office.facts("deposit_made") == []
    meant()
    office.answer()
    office.screen.questions.clear()
    finance.begin(office.slow.demo.finance)  # another look at the same day
    office.answer()
    notice = office.screen.finance.notice
    assert notice is not None
    assert (office.screen.finance.waits, notice.code, dict(notice.params)["no"]) == (
        "",
        "finance.day_done",
        "DJ-H-D00001",
    )
    finance.make_deposit()
    office.answer()
    assert (office.screen.finance.notice, office.screen.questions) == (notice, [])


def test_a_deposit_slip_names_the_windows_and_slips_that_stay_out_and_is_made_on_a_second_word(
    office: Office, day: TillDay
) -> None:
    day.end()
    day.to_lead()
    day.receive()
    other = TillDay(office.slow.demo, till_id="T02")
    other.start()
    other.sell(2000)
    finance = office.presenters.finance
    finance.begin(office.slow.demo.finance)
    finance.make_deposit()
    office.answer()
    ((question, meant),) = office.screen.questions
    assert (question.code, dict(question.params)["count"]) == ("deposit.left_out", 1)
    assert office.till(1).till.name in str(dict(question.params)["windows"])
    assert office.facts("deposit_made") == []
    meant()
    office.answer()
    assert [fact["not_received"] for fact in office.facts("deposit_made")] == [[other.session_id]]


def test_a_day_without_takings_says_that_no_deposit_slip_is_needed(office: Office, idle: TillDay) -> None:
    idle.end()
    idle.to_lead()
    idle.receive()
    office.presenters.finance.begin(office.slow.demo.finance)
    office.presenters.finance.make_deposit()
    office.answer()
    assert office.screen.finance.notice is not None
    assert (office.screen.finance.notice.code, office.screen.questions) == ("deposit.zero", [])


def test_export_names_folder_and_files(office: Office) -> None:
    office.presenters.finance.begin(office.slow.demo.finance)
    office.presenters.finance.write_files()
    office.answer()
    notice = office.screen.finance.notice
    assert notice is not None
    assert dict(notice.params) == {"folder": "/out", "files": "PDF × 1、CSV × 1", "count": 2}


@pytest.mark.parametrize("name", ["cashier", "lead", "auditor", "admin"])
def test_files_for_finance_are_written_for_nobody_else_and_the_attempt_is_on_record(office: Office, name: str) -> None:
    asked: list[str] = []
    office.presenters.finance.export = lambda day: (asked.append(day), ())[1]
    office.presenters.finance.begin(office.slow.demo.people[name])
    office.presenters.finance.write_files()
    office.answer()
    notice = office.screen.finance.notice
    assert notice is not None
    assert (notice.code, asked, office.slow.demo.kinds("DJ-H")[-1]) == ("role.refused", [], "refused")


def test_export_that_failed_says_that_nothing_was_written(office: Office) -> None:
    office.presenters.finance.export = no_disk
    office.presenters.finance.begin(office.slow.demo.finance)
    office.presenters.finance.write_files()
    office.answer()
    assert office.screen.finance.notice is not None
    assert office.screen.finance.notice.code == "export.not_written"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23", "2026-11-23"),
        ("3", "2026-11-03"),
        ("10-1", "2026-10-01"),
        ("2025/12/31", "2025-12-31"),
        ("31", None),
        ("", None),
        ("今天", None),
        ("1-2-3-4", None),
    ],
)
def test_a_typed_day_is_completed_from_today(text: str, day: str | None) -> None:
    assert day_of(text, "2026-11-23") == day


def test_x_of_the_only_other_till_is_shown_at_once_and_recorded(office: Office, day: TillDay) -> None:
    office.presenters.x_look.begin(office.slow.demo.lead)
    office.answer()
    figures = {row.name_code: row.amount_fen for row in office.screen.x.figures}
    assert figures["tender.cash"] == day.cash_fen
    assert [(taken["reader"], taken["printed"]) for taken in office.facts("x_taken")] == [
        (office.slow.demo.lead, False)
    ]
    office.presenters.x_look.print_it()
    office.answer()
    assert [taken["printed"] for taken in office.facts("x_taken")] == [False, True]
    assert office.slow.prints == ["waiting"]


def test_x_of_ones_own_till_and_of_one_that_counts_shows_no_figure(office: Office, slow: SlowDesk) -> None:
    day = TillDay(slow.demo, cashier="lead")
    day.fill_safe()
    day.issue(by="lead2")
    day.open()
    office.presenters.x_look.begin(slow.demo.lead)
    office.answer()
    assert office.screen.x.notice is not None
    assert (office.screen.x.notice.code, office.screen.x.figures) == ("till.blind", ())
    day.begin()
    office.presenters.x_look.begin(slow.demo.lead2)
    office.answer()
    assert office.screen.x.notice is not None
    assert (office.screen.x.notice.code, office.screen.x.figures) == ("x.none_open", ())
    assert office.facts("x_taken") == []


def test_cashier_gets_no_x_of_a_colleagues_till(office: Office, day: TillDay) -> None:
    office.presenters.x_look.begin(office.slow.demo.cashier2)
    office.answer()
    assert office.screen.x.notice is not None
    assert (office.screen.x.notice.code, office.screen.x.figures) == ("role.refused", ())


def test_safe_is_one_of_the_receivers(office: Office, day: TillDay) -> None:
    day.end()
    office.presenters.hand_over.begin(day.session_id, office.person("cashier"))
    office.presenters.hand_over.choose_receiver("safe")
    office.answer()
    assert office.presenters.hand_over.receiver_kind == ReceiverKind.SAFE


# safe -----------------------------------------------------------------------------------------------------------------


def test_lead_of_a_new_hall_counts_the_safe_once_and_then_issues_change(office: Office) -> None:
    lead = office.person("lead")
    office.begin_safe(lead)
    assert [(said.code, dict(said.params)["amount"]) for said in office.screen.said] == [("safe.filled", "800.00")]
    office.presenters.safe.fill(lead, from_bank=False)
    office.presenters.count.counted(result_of(change_for(80_000)))
    office.answer()
    assert office.screen.count.notice is not None
    assert (office.screen.count.notice.code, len(office.screen.witnesses)) == ("safe.already_counted", 1)
    office.presenters.floats.begin(lead, office.till(), office.person("cashier"))
    office.presenters.count.counted(result_of(change_for(50_000)))
    office.answer()
    assert office.screen.said[-1].code == "float.issued"


def test_opening_balance_of_the_safe_is_not_booked_before_somebody_else_has_signed(office: Office) -> None:
    lead = office.person("lead")
    office.presenters.safe.fill(lead, from_bank=False)
    office.presenters.count.counted(result_of(change_for(80_000)))
    office.answer()
    ((digest, also_her, done),) = office.screen.witnesses
    assert (office.facts("safe_filled"), also_her, office.screen.count.busy) == ([], False, False)
    done(office.slow.demo.signed_by("lead", digest))
    office.answer()
    assert office.screen.count.notice is not None
    assert (office.screen.count.notice.code, office.facts("safe_filled")) == ("hand_over.same_person", [])


def test_the_witness_of_the_safe_sees_sum_pieces_and_who_counted(office: Office) -> None:
    lead = office.person("lead")
    office.presenters.safe.fill(lead, from_bank=False)
    office.presenters.count.counted(result_of(change_for(80_010)))
    office.answer()
    signed = office.screen.signed
    assert signed.code == "approve.safe_start"
    assert signed.lines[:2] == (
        SignedLine("sign.amount", "800.10"),
        SignedLine("sign.counted_by", lead.display_name),
    )
    pieces = [(line.code, dict(line.params)["face_fen"], line.value) for line in signed.lines[2:]]
    assert ("sign.coin", 10, "× 1") in pieces
    assert sum(int(face) * int(value[2:]) for _code, face, value in pieces) == 80_010


def test_in_a_hall_of_one_she_may_witness_the_safe_herself(office: Office) -> None:
    demo = office.slow.demo
    demo.set("one_person_hall", "yes")
    office.begin_safe(office.person("lead"), witness="lead")
    ((_digest, also_her, _done),) = office.screen.witnesses
    assert also_her
    (fact,) = office.facts("safe_filled")
    assert (fact["witness"], fact["one_person"]) == (demo.lead, True)


def test_takings_are_handed_in_over_the_lead_s_signature_only(office: Office, day: TillDay) -> None:
    demo = office.slow.demo
    office.presenters.safe.drop(office.person("cashier"), day.session_id)
    office.presenters.count.counted(result_of(change_for(10_000)))
    office.answer()
    (digest, role, done) = office.screen.asked[-1]
    assert (role, office.screen.count.busy, office.slow.books.waiting) == (Role.SHIFT_LEAD, False, [])
    done(demo.signed_by("cashier", digest))
    office.answer()
    assert office.screen.count.notice is not None
    done(demo.signed_by("lead", digest))
    office.answer()
    assert (office.screen.said[-1].code, office.slow.prints) == ("cash_drop.done", ["waiting"])


def test_more_change_is_signed_for_by_the_cashier_of_the_till(office: Office, day: TillDay) -> None:
    demo = office.slow.demo
    office.presenters.safe.top_up(office.person("lead"), day.session_id, Role.CASHIER)
    office.presenters.count.counted(result_of(change_for(10_000)))
    office.answer()
    (digest, role, done) = office.screen.asked[-1]
    assert role is Role.CASHIER
    done(demo.signed_by("cashier", digest))
    office.answer()
    assert office.screen.said[-1].code == "float_top_up.done"
