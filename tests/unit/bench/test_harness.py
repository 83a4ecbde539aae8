"""The harness measures what it says: with a clock of our own, every figure is known beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.harness import Run, Series, percentile

MS = 1_000_000


class HandClock:
    """A clock that only moves when somebody works."""

    def __init__(self) -> None:
        self.now_ns = 0

    def __call__(self) -> int:
        return self.now_ns

    def work(self, ms: float) -> None:
        self.now_ns += int(ms * MS)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def test_percentiles_are_by_nearest_rank() -> None:
    assert [percentile(list(range(1, 101)), p) for p in (1, 50, 99, 100)] == [1, 50, 99, 100]
    assert percentile([7], 99) == 7


def test_a_series_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Series.of([])


def test_the_ratio_is_subject_over_reference(clock: HandClock) -> None:
    run = Run(clock=clock)
    result = run.compare("sale", lambda _: clock.work(3), lambda _: clock.work(2), n=100)
    assert (result.subject.p50_ms, result.reference.p50_ms, result.ratio_p50) == (3.0, 2.0, 1.5)
    assert (result.subject.n, result.reference.n) == (100, 100)


def test_one_slow_call_in_fifty_shows_in_the_tail_only(clock: HandClock) -> None:
    run = Run(clock=clock)
    result = run.compare("sale", lambda n: clock.work(40 if n % 50 == 0 else 2), lambda _: clock.work(2), n=100)
    assert (result.ratio_p50, result.ratio_p99) == (1.0, 20.0)


def test_calls_are_interleaved_and_take_turns_at_going_first(clock: HandClock) -> None:
    order: list[str] = []
    Run(clock=clock).compare(
        "sale", lambda _: order.append("s") or clock.work(1), lambda _: order.append("r") or clock.work(1),
        n=4, warm_up=0,
    )  # fmt: skip
    assert "".join(order) == "rssrrssr"


def test_warm_up_calls_are_not_timed(clock: HandClock) -> None:
    series = Run(clock=clock).measure("start", lambda n: clock.work(100 if n < 3 else 1), n=10, warm_up=3)
    assert (series.p99_ms, series.n) == (1.0, 10)


def test_figures_are_printed_as_name_value_unit_and_written(
    clock: HandClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(full=True, clock=clock)
    run.compare("sale", lambda _: clock.work(3), lambda _: clock.work(2), n=run.times(small=10, full=20))
    run.finish(tmp_path / "results.json")
    lines = capsys.readouterr().out.splitlines()
    assert "sale.ratio.p50 1.5 x" in lines
    assert "sale.n 20 calls" in lines
    assert all(len(line.split(" ")) == 3 for line in lines)
    document = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert document["size"] == "full"
    assert {"name": "sale.reference.p50", "value": 2.0, "unit": "ms"} in document["figures"]
    assert set(document["noise"]) == {"probe_min_ms", "probe_max_ms", "probe_ratio", "others_percent"}


def test_a_machine_that_slows_down_shows_in_the_probe() -> None:
    class TiringClock(HandClock):
        def __call__(self) -> int:
            self.now_ns += MS * (1 + self.now_ns // (10 * MS))  # every look takes longer than the last ten
            return self.now_ns

    run = Run(clock=TiringClock())
    run.measure("x", lambda _: None, n=50)
    assert run.noise().probe_ratio > 2
