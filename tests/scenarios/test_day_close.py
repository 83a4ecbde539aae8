"""The day of a till from the issued float to the bank's slip, with real sales and what they leave open."""

from __future__ import annotations

import pytest

from ledger import chart
from ledger.verify_journal import Anchor
from pos.domain.count import BatchCount, Count, CountLine, NextStep, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import MatterKind, ReceiverKind
from pos.domain.papers import (
    CashMovementPaper,
    DepositSlipPaper,
    HandOverPaper,
    Paper,
    RemittanceSlipPaper,
    ZPaper,
)
from pos.domain.split_takings import nearest_sum
from pos.store import outbox
from pos.store.open_matters import matters_at_close
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.verify_store import verify_store
from pos.usecases.accept_hand_over import accept_bag, accept_hand_over
from pos.usecases.bags_in_safe import bags_in_safe
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.close_till_session import CloseTillSession, close_till_session
from pos.usecases.daybook import TakeDaybook, daybook
from pos.usecases.explain_difference import ExplainDifference, difference_to_explain, explain_difference
from pos.usecases.hand_over import HandOver, hand_over, hand_over_offer
from pos.usecases.make_deposit_slip import MakeDepositSlip, make_deposit_slip
from pos.usecases.receive_takings import ReceiveTakings, receive_takings
from pos.usecases.submit_count import SubmitCount, lead_count, recount, submit_count
from pos.usecases.till_waits import count_so_far
from printing.render import layout_paper
from printing.text import to_text
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter
from tests.fixtures_hall import jobs_of_session
from tests.fixtures_till import TillDay, change_for

TEN_YUAN_SHORT = 1000
POS = "10000001"


def papers_of(counter: Counter, session_id: str | None = None) -> list[Paper]:
    with counter.demo.store.reading() as connection:
        return [job.paper for job in jobs_of_session(connection, session_id or counter.session_id)]


def sell_in_the_morning(counter: Counter) -> None:
    """One good purchase, one paid and not written, one charge nobody has booked a sale for."""
    demo = counter.demo
    counter.deliver(counter.pay(33_000, 10_000).sale_id)
    counter.meter.insert(counter.card, today=DAY)
    counter.pay(10_000, 2630)
    charge = BookUnionPayCharge(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        terminal=POS,
        batch="000012",
        trace="000345",
        reference="123456789012",
        last_four="6789",
        amount_fen=8220,
    )
    book_unionpay_charge(demo.hall, charge)


def count_of(cash_fen: int) -> Count:
    return Count(change_for(cash_fen), (BatchCount(POS, "000012", 1, 8220),), 9)


def cash_in_drawer(counter: Counter) -> int:
    with counter.demo.store.reading() as connection:
        return drawer_fen(connection, "T01")


def count_with_a_ten_missing(counter: Counter) -> None:
    """First count, recount, the lead's count, the explanation, the lead's sign-off."""
    demo, session_id = counter.demo, counter.session_id
    short = count_of(cash_in_drawer(counter) - TEN_YUAN_SHORT)
    begin_count(demo.hall, BeginCount(command_id=demo.new_id(), actor=demo.cashier, session_id=session_id))

    def by(actor: str) -> SubmitCount:
        return SubmitCount(command_id=demo.new_id(), actor=actor, session_id=session_id, count=short)

    assert submit_count(demo.hall, by(demo.cashier)).next_step is NextStep.RECOUNT
    assert recount(demo.hall, by(demo.cashier)).next_step is NextStep.LEAD_COUNT
    found = lead_count(demo.hall, by(demo.lead))
    assert found.comparison.differences == (-TEN_YUAN_SHORT, 0, 0)
    difference = difference_to_explain(demo.hall, session_id)
    assert difference.needs_sign_off
    reason = "找零时多付一张十元"
    explain_difference(
        demo.hall,
        ExplainDifference(
            command_id=demo.new_id(),
            actor=demo.cashier,
            session_id=session_id,
            reason=reason,
            sign_off=demo.signed_by("lead", difference.digest(session_id, reason)),
        ),
    )


def kept_float(counter: Counter) -> tuple[CountLine, ...]:
    """What stays in the drawer: the usual float to the fen, of the count that holds."""
    held = count_so_far(counter.demo.hall, counter.session_id).held
    assert held is not None
    return nearest_sum(checked_lines(held.lines), FLOAT_FEN)


def close(counter: Counter) -> str:
    """Close with the usual float kept; returns the slip's id."""
    demo = counter.demo
    command = CloseTillSession(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        float_lines=kept_float(counter),
        card_in_reader=False,
    )
    closed = close_till_session(demo.hall, command)
    assert (closed.z_no, closed.float_kept_fen, closed.over_short_fen) == (1, FLOAT_FEN, -TEN_YUAN_SHORT)
    return closed.slip_id


def test_morning_shift_closes_short_hands_over_and_the_evening_goes_to_the_safe(counter: Counter) -> None:
    demo = counter.demo
    sell_in_the_morning(counter)
    count_with_a_ten_missing(counter)
    slip_id = close(counter)

    with demo.store.reading() as connection:
        kinds = [matter.kind for matter in matters_at_close(connection, counter.session_id)]
    assert {MatterKind.CARD_WRITE, MatterKind.CHARGE_UNBOOKED} <= set(kinds)

    offer = hand_over_offer(demo.hall, counter.session_id, ReceiverKind.CASHIER)
    hand_over(
        demo.hall,
        HandOver(
            command_id=demo.new_id(),
            actor=demo.cashier,
            session_id=counter.session_id,
            receiver_kind=ReceiverKind.CASHIER,
            signature=demo.signed_by("cashier", offer.digest),
        ),
    )
    morning = TillDay(demo, session_id=counter.session_id, cash_fen=FLOAT_FEN, cards=9)
    accepted = accept_hand_over(demo.hall, morning.accept_command("cashier2", offer.digest))
    assert accepted.opened is not None
    assert accepted.opened.variance_fen == 0

    evening = TillDay(demo, "T01", "cashier2", accepted.opened.session_id, FLOAT_FEN, cards=9)
    evening.sell(50_000)
    evening.begin()
    evening.submit()
    assert evening.close(keep_fen=FLOAT_FEN).z_no == 2
    bag = evening.bag("lead")
    assert [waiting.bag_no for waiting in bags_in_safe(demo.hall)] == ["B-1"]
    assert accept_bag(demo.hall, evening.accept_command("lead2", bag.digest)).variance_fen == 0
    assert bags_in_safe(demo.hall) == ()

    with demo.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM slip_waiting").scalar() == 2
    receive(counter, counter.session_id, slips_fen=8220)
    receive(counter, evening.session_id)
    made = make_deposit_slip(demo.hall, MakeDepositSlip(command_id=demo.new_id(), actor=demo.finance, business_day=DAY))
    assert made.slip_count == 2

    with demo.store.reading() as connection:
        bank_fen = account_fen(connection, chart.BANK)
        assert drawer_fen(connection, "T01") == 0
        assert account_fen(connection, chart.CASH_IN_TRANSIT) == 0
        assert account_fen(connection, chart.CASH_AT_FINANCE) == 0
        assert account_fen(connection, chart.OVER_SHORT, counter.session_id) == TEN_YUAN_SHORT
        (job,) = outbox.jobs_of_fact(connection, made.deposit_id)
    assert isinstance(job.paper, DepositSlipPaper)
    assert bank_fen == made.cash_fen == 2000 + 8680 + 2630 - TEN_YUAN_SHORT + 50_000
    assert [slip.custody for slip in job.paper.slips] == ["received", "received"]
    assert slip_id.startswith("DJ-T01-")


def receive(counter: Counter, session_id: str, slips_fen: int = 0) -> None:
    """Finance counts exactly what the slip says."""
    demo = counter.demo
    made_out = next(p for p in papers_of(counter, session_id) if isinstance(p, RemittanceSlipPaper))
    lines = tuple(CountLine(line.face_fen, line.coin, line.pieces) for line in made_out.cash_lines)
    command = ReceiveTakings(
        command_id=demo.new_id(), actor=demo.finance, session_id=session_id, lines=lines, slips_fen=slips_fen
    )
    assert receive_takings(demo.hall, command).over_short_fen == 0


def test_papers_of_the_close_say_the_same_as_the_books_and_print(counter: Counter) -> None:
    sell_in_the_morning(counter)
    count_with_a_ten_missing(counter)
    close(counter)
    papers = papers_of(counter)
    z = next(paper for paper in papers if isinstance(paper, ZPaper))
    slip = next(paper for paper in papers if isinstance(paper, RemittanceSlipPaper))
    cash, unionpay = z.tenders
    assert (cash.counted_fen, cash.verified_fen, cash.over_short_fen) == (
        cash.expected_fen - TEN_YUAN_SHORT,
        cash.expected_fen - TEN_YUAN_SHORT,
        -TEN_YUAN_SHORT,
    )
    assert (unionpay.expected_fen, unionpay.over_short_fen) == (8220, 0)
    assert slip.cash_fen == z.takings_fen == sum(line.face_fen * line.pieces for line in slip.cash_lines)
    assert [(kind.name, kind.amount_fen) for kind in slip.kinds] == [
        ("card_fee", 2000),
        ("gas", 8679 + 2630),
        ("balance", 1),  # 86.80 was asked for 86.79: kinds and money add up
    ]
    assert (z.blank_cards_expected, z.blank_cards_counted) == (9, 9)
    assert {matter.kind for matter in z.open_matters} >= {"card_write", "charge_unbooked"}
    printed = to_text(layout_paper(z, width_chars=48)) + to_text(layout_paper(slip, width_chars=48))
    for text in ("班结单", "短款", "找零时多付一张十元", "实收交款单", "王小燕", "李班", POS):
        assert text in printed
    assert "单桂芳" not in printed


def test_every_paper_of_custody_prints_in_both_widths(counter: Counter) -> None:
    day = TillDay(counter.demo, "T02", "cashier2", cards=3)
    day.fill_safe(100)
    day.issue()
    day.open()
    day.sell(20_000)
    day.end()
    bagged = day.bag("cashier")
    accept_bag(day.demo.hall, day.accept_command("lead", bagged.digest))
    papers = papers_of(counter, day.session_id)
    assert {type(paper) for paper in papers} == {ZPaper, RemittanceSlipPaper, CashMovementPaper, HandOverPaper}
    for paper in papers:
        for width in (32, 48):
            assert not isinstance(paper, DepositSlipPaper)
            assert day.demo.tills[1].name in to_text(layout_paper(paper, width_chars=width))  # type: ignore[arg-type]


def test_daybook_shows_the_unwritten_sale_to_the_auditor(counter: Counter) -> None:
    sell_in_the_morning(counter)
    count_with_a_ten_missing(counter)
    close(counter)
    demo = counter.demo
    book = daybook(demo.hall, TakeDaybook(command_id=demo.new_id(), actor=demo.auditor, session_id=counter.session_id))
    assert [(line.what, line.due_fen, line.state) for line in book.lines] == [
        ("first_card", 2000, "normal"),
        ("gas", 8679, "normal"),
        ("gas", 2630, "unwritten"),
    ]
    assert sum(line.amount_fen for line in book.totals) == 2000 + 8680 + 2630  # the fen went to 户内余额


def test_card_in_the_reader_blocks_the_close_and_an_open_write_does_not(counter: Counter) -> None:
    sell_in_the_morning(counter)
    count_with_a_ten_missing(counter)
    demo = counter.demo
    command = CloseTillSession(
        command_id="blocked",
        actor=demo.cashier,
        session_id=counter.session_id,
        float_lines=kept_float(counter),
        card_in_reader=True,
    )
    with pytest.raises(RuleViolation, match=r"close\.card_in_reader"):
        close_till_session(demo.hall, command)
    close(counter)


def test_outsiders_verifier_finds_nothing_wrong_with_a_whole_day(counter: Counter) -> None:
    sell_in_the_morning(counter)
    count_with_a_ten_missing(counter)
    close(counter)
    day = TillDay(counter.demo, session_id=counter.session_id, cash_fen=FLOAT_FEN, cards=9)
    bagged = day.bag()
    accept_bag(counter.demo.hall, day.accept_command("lead2", bagged.digest))
    receive(counter, counter.session_id, slips_fen=8220)
    deposit = MakeDepositSlip(command_id=counter.demo.new_id(), actor=counter.demo.finance, business_day=DAY)
    make_deposit_slip(counter.demo.hall, deposit)
    with counter.demo.store.reading() as connection:
        journal = counter.demo.store.journal_of(connection)
        heads = [journal.head(chain) for chain in ("DJ-H", "DJ-T01", "DJ-T02")]
    anchors = [Anchor.parse(f"{head.chain}:{head.epoch}:{head.seq}:{head.hash}") for head in heads]
    report = verify_store(counter.demo.path, anchors, {counter.demo.key.key_id})
    assert [str(finding) for finding in report.findings] == []
