"""Posting one payment: look-ups, tariff, four legs, chain record, receipt number, card intent, one durable commit.

Subject: `take_payment`, and with it the third commit of a purchase, `post_card_write`, which turns the suspense into
income and queues the receipt in the outbox. Reference: the very rows that the call before has written, through bare
SQLAlchemy Core (`bench.bare_core`). Goal: p50 <= 1.5 x, p99 <= 2 x.
"""

from __future__ import annotations

from bench.bare_core import BareCore, Rows, rows_of, till_beside_core
from bench.hall_rig import HallRig
from bench.harness import Run
from pos.usecases.take_payment import TakePayment, take_payment

GOAL_P50 = 1.5
GOAL_P99 = 2.0


def run(run: Run) -> None:
    """Payments of many customers at one till."""
    with till_beside_core() as (rig, core):
        _measure(run, rig, core, run.times(600, 3000))
    run.record("posting.goal.p50", GOAL_P50, "x")
    run.record("posting.goal.p99", GOAL_P99, "x")


class _Sale:
    """One payment on its way, and the rows of the one before as the reference writes them."""

    def __init__(self, rig: HallRig, core: BareCore) -> None:
        self._rig = rig
        self._core = core
        self._rows: Rows = {}
        self.shift()

    def shift(self) -> None:
        """The next customer."""
        self.command: TakePayment = self._rig.next_payment("T01")
        self.sale_id = ""

    def take(self, _number: int) -> None:
        """The first commit."""
        self.sale_id = take_payment(self._rig.hall, self.command).sale_id

    def begin(self, _number: int = 0) -> None:
        """The second commit."""
        self._rig.begin_write(self.command, self.sale_id)

    def post(self, _number: int = 0) -> None:
        """The third commit."""
        self._posted = self._rig.post_write(self.command, self.sale_id)

    def keep_payment(self) -> None:
        """Remember what the first commit wrote."""
        with self._rig.hall.store.reading() as connection:
            self._rows = rows_of(connection, self.sale_id)

    def keep_posting(self) -> None:
        """Remember what the third commit wrote."""
        with self._rig.hall.store.reading() as connection:
            self._rows = rows_of(connection, self._posted.rsplit("-", 1)[0])

    def write_rows(self, _number: int) -> None:
        """The reference."""
        self._core.write(self._rows)


def _measure(run: Run, rig: HallRig, core: BareCore, n: int) -> None:
    sale = _Sale(rig, core)
    sale.take(0)
    sale.keep_payment()

    def finish(_number: int) -> None:
        sale.begin()
        sale.post()

    def next_sale(_number: int) -> None:
        sale.shift()

    def after_payment(number: int) -> None:
        sale.keep_payment()
        finish(number)

    finish(0)
    run.compare("posting", sale.take, sale.write_rows, n=n, prepare=next_sale, round_off=after_payment, warm_up=20)

    def next_written(number: int) -> None:
        sale.shift()
        sale.take(number)
        sale.begin()

    def after_posting(_number: int) -> None:
        sale.keep_posting()

    sale.keep_posting()
    run.compare(
        "posting.with_receipt", sale.post, sale.write_rows,
        n=n // 2, prepare=next_written, round_off=after_posting, warm_up=20,
    )  # fmt: skip
