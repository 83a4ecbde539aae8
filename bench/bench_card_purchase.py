"""A card purchase without the card's own time: three commits (take the money, begin the write, post it) and a receipt.

Reference: the first of the three commits alone, of another customer, interleaved. Goal: p50 <= 3.3 x. Measured
beside it: the rows of all three through bare SQLAlchemy Core in three commits.
"""

from __future__ import annotations

from bench.bare_core import BareCore, Rows, rows_of, till_beside_core
from bench.hall_rig import HallRig
from bench.harness import Run
from pos.usecases.take_payment import take_payment

GOAL_P50 = 3.3


def run(run: Run) -> None:
    """Purchases of many customers at one till."""
    with till_beside_core() as (rig, core):
        _against_one_payment(run, rig, run.times(300, 1500))
        _against_core(run, rig, core, run.times(300, 1500))
    run.record("card_purchase.goal.p50", GOAL_P50, "x")


def _against_one_payment(run: Run, rig: HallRig, n: int) -> None:
    def prepare(_number: int) -> None:
        commands[:] = [rig.next_payment("T01"), rig.next_payment("T01")]

    def purchase(_number: int) -> None:
        sale_id = take_payment(rig.hall, commands[0]).sale_id
        rig.begin_write(commands[0], sale_id)
        rig.post_write(commands[0], sale_id)

    def payment(_number: int) -> None:
        paid[:] = [take_payment(rig.hall, commands[1]).sale_id]

    def round_off(_number: int) -> None:
        rig.begin_write(commands[1], paid[0])
        rig.post_write(commands[1], paid[0])

    commands = [rig.next_payment("T01")]
    paid: list[str] = []
    run.compare("card_purchase", purchase, payment, n=n, prepare=prepare, round_off=round_off)


def _against_core(run: Run, rig: HallRig, core: BareCore, n: int) -> None:
    def prepare(_number: int) -> None:
        commands[:] = [rig.next_payment("T01")]

    def purchase(_number: int) -> None:
        sale_id = take_payment(rig.hall, commands[0]).sale_id
        rig.begin_write(commands[0], sale_id)
        rig.post_write(commands[0], sale_id)
        sales[:] = [sale_id]

    def keep_rows(_number: int) -> None:
        chain, epoch, seq = sales[0].rsplit("-", 2)
        with rig.hall.store.reading() as connection:
            rows[:] = [rows_of(connection, f"{chain}-{epoch}-{int(seq) + step}") for step in range(3)]

    commands = [rig.next_payment("T01")]
    sales: list[str] = []
    rows: list[Rows] = []
    purchase(0)
    keep_rows(0)
    run.compare(
        "card_purchase.over_core", purchase, lambda _: core.write(*rows), n=n, prepare=prepare, round_off=keep_rows
    )
