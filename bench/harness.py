"""The measuring harness: subject and reference interleaved in one run, medians and tails, and an honest word on noise.

Rule: a disk does not repeat itself, so a time alone says nothing; what is quoted is the ratio to a reference that was
measured call by call beside the subject. Nothing is thrown away and no run is refused: the CPU probe and the time
stolen by neighbours are reported, and the reader judges.
Must not know: what is being measured. Benchmarks are the modules bench/bench_*.py.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

Clock = Callable[[], int]
"""Nanoseconds that only grow."""

Act = Callable[[int], object]
"""One timed call; the argument is its number, beginning with 0 (warm-up calls count on from there)."""

_PROBE_ROUNDS = 200_000
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Series:
    """The times of one act.

    Attributes:
        n: how many timed calls.
        p50_ms, p99_ms: nearest-rank percentiles, milliseconds.
        per_s: calls per second of time spent in the act.
    """

    n: int
    p50_ms: float
    p99_ms: float
    per_s: float

    @staticmethod
    def of(times_ns: list[int]) -> Series:
        """Summarise raw times. Raises: ValueError for no times at all."""
        if not times_ns:
            raise ValueError("a series needs at least one timed call")
        ordered = sorted(times_ns)
        per_s = len(ordered) * 1e9 / max(1, sum(ordered))
        return Series(len(ordered), percentile(ordered, 50) / _NS_PER_MS, percentile(ordered, 99) / _NS_PER_MS, per_s)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Subject and reference of one interleaved run. Attributes: subject, reference."""

    subject: Series
    reference: Series

    @property
    def ratio_p50(self) -> float:
        """How many times the reference's median the subject's median is."""
        return self.subject.p50_ms / self.reference.p50_ms

    @property
    def ratio_p99(self) -> float:
        """The same for the 99th percentile."""
        return self.subject.p99_ms / self.reference.p99_ms


@dataclass(frozen=True, slots=True)
class Noise:
    """How quiet the machine was.

    Attributes:
        probe_min_ms, probe_max_ms: the fixed piece of arithmetic, quickest and slowest of the run.
        probe_ratio: slowest / quickest; above 1.15 the CPU figures of this run should not be quoted.
        others_percent: share of all cores' time that went to other processes or was stolen; -1 where unknown.
    """

    probe_min_ms: float
    probe_max_ms: float
    probe_ratio: float
    others_percent: float


def percentile(ordered: list[int], percent: int) -> int:
    """Nearest-rank percentile of sorted values: the smallest value that `percent` % of them do not exceed."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(1, rank) - 1]


def _nothing(_number: int) -> None:
    """No preparation."""


def cpu_probe(clock: Clock = time.perf_counter_ns) -> int:
    """Nanoseconds that a fixed piece of integer arithmetic takes now."""
    start = clock()
    value = 1
    for number in range(_PROBE_ROUNDS):
        value = (value * 31 + number) & 0xFFFFFFFF
    return clock() - start


def _system_ticks() -> tuple[int, int] | None:
    """(busy, stolen) clock ticks of the whole machine since boot; None where /proc does not tell."""
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal = (int(field) for field in fields[:8])
    return user + nice + system + irq + softirq, steal


def _own_cpu_s() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system


class Run:
    """One run of the benchmarks: measures, prints `name value unit` lines, keeps everything for the result file.

    Attributes:
        lines: every figure so far, (name, value, unit).
    """

    def __init__(self, *, full: bool = False, clock: Clock = time.perf_counter_ns) -> None:
        self.full = full
        self.lines: list[tuple[str, float, str]] = []
        self._clock = clock
        self._probes = [cpu_probe(clock)]
        self._ticks = _system_ticks()
        self._own_start_s = _own_cpu_s()
        self._wall_start_s = time.monotonic()

    def times(self, small: int, full: int) -> int:
        """How many calls: `small` in a quick run, `full` where figures are to be quoted."""
        return full if self.full else small

    def record(self, name: str, value: float, unit: str) -> None:
        """Note and print one figure. Names are dotted lower case, the unit is one word."""
        self.lines.append((name, value, unit))
        shown = f"{value:.0f}" if value == int(value) else f"{value:.4g}"
        print(f"{name} {shown} {unit}", flush=True)

    def measure(self, name: str, act: Act, *, n: int, warm_up: int = 5) -> Series:
        """Time `act` alone. For what has no reference: a size, a start-up; never quoted as a speed goal."""
        for number in range(warm_up):
            act(number)
        gc.collect()
        series = Series.of([self._timed(act, warm_up + number) for number in range(n)])
        self._report(name, series)
        self._probes.append(cpu_probe(self._clock))
        return series

    def compare(
        self,
        name: str,
        subject: Act,
        reference: Act,
        *,
        n: int,
        warm_up: int = 5,
        prepare: Act | None = None,
        round_off: Act | None = None,
    ) -> Comparison:
        """Time both acts call by call, changing who goes first, so that both meet the same disk and neighbours.

        Args:
            name: prefix of the figures.
            subject, reference: what is timed; both get the pair's number.
            n: timed pairs after `warm_up` untimed ones.
            prepare, round_off: untimed, before and after each pair.
        """
        prepare = prepare or _nothing
        round_off = round_off or _nothing
        for number in range(warm_up):
            prepare(number)
            reference(number)
            subject(number)
            round_off(number)
        gc.collect()
        subject_ns: list[int] = []
        reference_ns: list[int] = []
        for number in range(warm_up, warm_up + n):
            pair = [(subject_ns, subject), (reference_ns, reference)]
            prepare(number)
            for times_ns, act in pair if number % 2 else reversed(pair):
                times_ns.append(self._timed(act, number))
            round_off(number)
        result = Comparison(Series.of(subject_ns), Series.of(reference_ns))
        self._report(name, result.subject)
        self._report(f"{name}.reference", result.reference)
        self.record(f"{name}.ratio.p50", result.ratio_p50, "x")
        self.record(f"{name}.ratio.p99", result.ratio_p99, "x")
        self._probes.append(cpu_probe(self._clock))
        return result

    def noise(self) -> Noise:
        """How quiet the machine has been since the run began."""
        quickest, slowest = min(self._probes), max(self._probes)
        return Noise(
            quickest / _NS_PER_MS, slowest / _NS_PER_MS, slowest / max(1, quickest), self._others_percent()
        )  # fmt: skip

    def finish(self, results: Path) -> None:
        """Report the noise and write every figure to `results` (JSON)."""
        noise = self.noise()
        for key, unit in (
            ("probe_min_ms", "ms"), ("probe_max_ms", "ms"), ("probe_ratio", "x"), ("others_percent", "%"),
        ):  # fmt: skip
            self.record(f"noise.{key.removesuffix('_ms').removesuffix('_percent')}", getattr(noise, key), unit)
        document = {
            "size": "full" if self.full else "small",
            "machine": {
                "system": platform.platform(),
                "python": platform.python_version(),
                "cores": os.cpu_count(),
            },
            "noise": asdict(noise),
            "figures": [{"name": name, "value": value, "unit": unit} for name, value, unit in self.lines],
        }
        results.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def _timed(self, act: Act, number: int) -> int:
        start = self._clock()
        act(number)
        return self._clock() - start

    def _report(self, name: str, series: Series) -> None:
        self.record(f"{name}.p50", series.p50_ms, "ms")
        self.record(f"{name}.p99", series.p99_ms, "ms")
        self.record(f"{name}.rate", series.per_s, "1/s")
        self.record(f"{name}.n", series.n, "calls")

    def _others_percent(self) -> float:
        now = _system_ticks()
        wall_s = time.monotonic() - self._wall_start_s
        if now is None or self._ticks is None or wall_s <= 0:
            return -1.0
        ticks_per_s = os.sysconf("SC_CLK_TCK")
        busy_s = (now[0] - self._ticks[0]) / ticks_per_s
        stolen_s = (now[1] - self._ticks[1]) / ticks_per_s
        others_s = max(0.0, busy_s - (_own_cpu_s() - self._own_start_s)) + stolen_s
        return 100 * others_s / (wall_s * (os.cpu_count() or 1))
