"""解款单: kinds, over/short, float and card slips add up to what is handed in, to the fen, whatever the day was."""

from __future__ import annotations

from random import Random

import pytest

from pos.domain.count import CountLine, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import drop_digest
from pos.domain.papers import DepositSlipPaper
from pos.store import outbox
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.cash_drop import MoveCash, cash_drop, float_top_up
from pos.usecases.explain_difference import ExplainDifference, difference_to_explain, explain_difference
from pos.usecases.make_deposit_slip import MakeDepositSlip, make_deposit_slip
from printing.export_table import deposit_tables
from printing.pdf.document import render_pdf
from printing.render import render_receipt
from printing.roll import ROLL_80
from printing.words import words_in
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay, change_for

DAY = "2026-11-23"
APART = ("shift_over", "shift_short", "receipt_over", "receipt_short")


def move(day: TillDay, kind: str, lines: tuple[CountLine, ...]) -> None:
    """A drop into the safe, or more change from it."""
    first, second = ("cashier", "lead") if kind == "cash_drop" else ("lead", "cashier")
    names = {"cashier": day.cashier, "lead": "lead"}
    signature = day.demo.signed_by(names[second], drop_digest(day.session_id, kind, checked_lines(lines)))
    command = MoveCash(
        command_id=day.demo.new_id(),
        actor=day.demo.people[names[first]],
        session_id=day.session_id,
        lines=lines,
        second=signature,
    )
    (cash_drop if kind == "cash_drop" else float_top_up)(day.demo.hall, command)
    day.cash_fen += sum(line.face_fen * line.pieces for line in lines) * (-1 if kind == "cash_drop" else 1)


def charge_without_sale(day: TillDay, number: int, amount_fen: int) -> None:
    """A slip from the terminal that no sale has used."""
    charge = BookUnionPayCharge(
        command_id=day.demo.new_id(), actor=day.actor, session_id=day.session_id, terminal="12345678", batch="000001",
        trace=f"{number:06d}", reference=f"{number:012d}", last_four="1234", amount_fen=amount_fen,
    )  # fmt: skip
    book_unionpay_charge(day.demo.hall, charge)
    day.slips, day.slips_fen = day.slips + 1, day.slips_fen + amount_fen


def counted_with_differences(day: TillDay, off_fen: int) -> None:
    """Count, and where that differs count again, let the lead count, and explain."""
    day.begin()
    day.submit(off_fen)
    day.submit(off_fen, again=True)
    day.lead_counts(off_fen, by="lead2")
    digest = difference_to_explain(day.demo.hall, day.session_id).digest(day.session_id, "点款有差")
    command = ExplainDifference(
        command_id=day.demo.new_id(),
        actor=day.actor,
        session_id=day.session_id,
        reason="点款有差",
        sign_off=day.demo.signed_by("lead", digest),
    )
    explain_difference(day.demo.hall, command)


def lived(day: TillDay, dice: Random, number: int) -> None:
    """A till session as chance has it, as far as 收讫."""
    day.issue()
    found = day.cash_fen + dice.choice((0, 0, -200, 1000))
    day.open(change_for(found))
    for _ in range(dice.randint(0, 6)):
        tender = dice.choice(("cash", "cash", "unionpay"))
        sold = dice.randint(1, 90_000)
        sale = day.sell(sold, tender)
        if tender == "cash" and dice.random() < 0.25:
            day.sell(-sold, tender, reverses=sale)
    if dice.random() < 0.5:
        move(day, "float_top_up", (CountLine(1000, False, dice.randint(1, 5)),))
    if dice.random() < 0.5:
        day.sell(60_000)
        move(day, "cash_drop", (CountLine(10_000, False, dice.randint(1, 6)),))
    if dice.random() < 0.4:
        charge_without_sale(day, number, dice.randint(1, 9_000))
    if day.slips and dice.random() < 0.4:
        day.slips_fen += dice.choice((-1, 500))  # one slip too few, or one from elsewhere
        counted_with_differences(day, 0)
        off_fen = 0
    elif off_fen := dice.choice((0, -150, 2_000)):
        counted_with_differences(day, off_fen)
    else:
        day.begin()
        day.submit()
    slips_fen = day.slips_fen
    closed = day.close(off_fen, keep_fen=dice.choice((0, 20_000, 50_000)))
    day.to_lead()
    handed = change_for(closed.takings_fen - dice.choice((0, min(100, closed.takings_fen))))
    day.receive(handed, slips_fen - dice.choice((0, min(300, slips_fen))), note="出纳重点")


@pytest.mark.parametrize("seed", range(12))
def test_kinds_and_takings_of_a_day_agree_line_by_line(demo_hall: DemoHall, seed: int) -> None:
    dice = Random(seed)
    TillDay(demo_hall).fill_safe(100)
    for number, (till_id, cashier) in enumerate((("T01", "cashier"), ("T02", "cashier2")), start=1):
        lived(TillDay(demo_hall, till_id, cashier), dice, number)
    command = MakeDepositSlip(command_id="d", actor=demo_hall.finance, business_day=DAY, without_cash=True)
    made = make_deposit_slip(demo_hall.hall, command)
    with demo_hall.store.reading() as connection:
        paper = outbox.job(connection, f"{made.deposit_id}-1").paper
    assert isinstance(paper, DepositSlipPaper)
    lines = {line.name: line.amount_fen for line in paper.reconciled}
    assert "unexplained" not in lines
    assert sum(lines.values()) == sum(tender.amount_fen for tender in paper.tenders)
    assert lines["kinds_sum"] == sum(kind.amount_fen for kind in paper.kinds)
    assert sum(fen for name, fen in lines.items() if name in APART) == paper.over_short_fen
    assert all(fen > 0 for name, fen in lines.items() if name in ("shift_over", "receipt_over"))
    assert all(fen < 0 for name, fen in lines.items() if name in ("shift_short", "receipt_short"))
    received_fen = [slip.cash_fen + (slip.receipt_off_fen or 0) for slip in paper.slips]
    assert sum(received_fen) == paper.cash_fen == sum(line.face_fen * line.pieces for line in paper.cash_lines)
    assert_table_adds_up(paper)


def assert_table_adds_up(paper: DepositSlipPaper) -> None:
    """What the workbook and the CSV say: handed in + over + short of finance = received, each line and the sums."""
    table = deposit_tables(paper, words_in("zh_CN"))[0]
    at = {column.title: number for number, column in enumerate(table.columns)}
    for row in (*table.rows, table.sums):
        handed, received, over, short = (
            int(row[at[name]]) for name in ("交款现金", "出纳实收", "收款长款", "收款短款")
        )
        assert handed + over + short == received
        assert over >= 0 >= short
    for name in ("交款现金", "出纳实收", "班次长款", "班次短款", "收款长款", "收款短款"):
        assert table.sums[at[name]] == sum(int(row[at[name]]) for row in table.rows)
    assert table.sums[at["出纳实收"]] == paper.cash_fen


def test_an_over_of_the_shift_and_a_short_at_finance_both_stand_on_slip_and_deposit(demo_hall: DemoHall) -> None:
    day = TillDay(demo_hall)
    day.fill_safe(100)
    day.issue()
    day.open(change_for(day.cash_fen))
    counted_with_differences(day, 5_000)
    day.close(5_000)
    day.to_lead()
    day.receive((CountLine(10_000, False, 0),), note="出纳点收为零，交款人到场")
    command = MakeDepositSlip(command_id="d", actor=demo_hall.finance, business_day=DAY, without_cash=True)
    with pytest.raises(RuleViolation, match=r"deposit\.zero"):
        make_deposit_slip(demo_hall.hall, command)
    other = TillDay(demo_hall, "T02", "cashier2")
    other.start()
    other.sell(10_000)
    other.end()
    other.to_lead()
    other.receive(change_for(10_000))
    made = make_deposit_slip(demo_hall.hall, command)
    with demo_hall.store.reading() as connection:
        paper = outbox.job(connection, f"{made.deposit_id}-1").paper
    assert isinstance(paper, DepositSlipPaper)
    first, second = paper.slips
    assert (first.cash_fen, first.shift_off_fen, first.receipt_off_fen, first.received_fen) == (5_000, 5_000, -5_000, 0)
    assert (second.received_fen, paper.cash_fen) == (10_000, 10_000)
    assert_table_adds_up(paper)
    slip = render_receipt(first, roll=ROLL_80).text
    assert [name in slip for name in ("长款 50.00", "短款 50.00", "出纳实收", "无长短款")] == [True, True, True, False]
    assert render_pdf(paper).startswith(b"%PDF")
