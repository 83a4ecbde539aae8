"""What makes the long run quick is no shortcut past a fault, and its figures add up over processes, days and stops."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.faults.flows import planted
from tests.faults.flows.case import Case
from tests.faults.flows.catalogue import Bench
from tests.faults.flows.endure import median_and_tail
from tests.faults.flows.parts import Parts, Tally
from tests.faults.flows.prepared import scratch
from tests.faults.flows.progress import Progress, source_digest
from tests.faults.flows.scripts import Script
from tests.faults.flows.sessions import Session
from tests.faults.flows.shifts import SHARES, Shifts

PAIRS = (("purchase", "fmcos"), ("reversal", "mifare-1k"), ("first_card", "memory-4442"))
SIZES = {"singles": 40, "singles.of": 400, **{part: 2 for part in SHARES if part != "singles"}}


@pytest.fixture(scope="module")
def bench() -> Generator[Bench, None, None]:
    with scratch() as folder:
        yield Bench(folder)


def drawn(bench: Bench, flow: str, family: str, count: int) -> list[Script]:
    """Some of its single faults without a crash."""
    every = [line[2] for line in bench.singles_of(flow, family) if not line[2].crash]
    return random.Random(f"{flow} {family}").sample(every, count)


@pytest.mark.parametrize(("flow", "family"), PAIRS)
def test_wreck_beheld_in_passing_over_open_books_is_the_one_that_a_kill_leaves(
    bench: Bench, flow: str, family: str
) -> None:
    morning = bench.morning(flow, family)
    compared = 0
    for script in (Script(), *drawn(bench, flow, family, 5)):
        for case, beheld in bench.first_run(morning, script):
            alone = Case(morning, case).first_run(bench.folder)
            assert beheld.digest(morning.digest) == alone.digest(morning.digest), str(case)
            compared += 1
    assert compared >= 12


@pytest.mark.parametrize(("flow", "family"), PAIRS)
def test_case_over_bytes_that_were_judged_ends_as_the_case_alone(bench: Bench, flow: str, family: str) -> None:
    morning = bench.morning(flow, family)
    known = 0
    for script in drawn(bench, flow, family, 6):
        for case, wreck in bench.first_run(morning, script):
            ended, alone = bench.aftermath(morning, case, wreck), bench.play((flow, family, case))
            assert (ended.ended, ended.decisions, list(ended.findings)) == (
                alone.ended, alone.decisions, alone.findings,
            ), str(case)  # fmt: skip
            known += not ended.is_fresh
    assert known


@pytest.mark.parametrize(("flow", "family"), PAIRS)
def test_first_runs_show_every_single_fault_once(bench: Bench, flow: str, family: str) -> None:
    shown = Counter[str]()
    for _flow, _family, script in bench.first_runs_of(flow, family):
        if script == Script():
            shown.update(str(case) for case, _wreck in bench.first_run(bench.morning(flow, family), script)[1:])
        else:
            shown.update(str(case) for case in bench.cases_of(script))
    assert shown == Counter(str(line[2]) for line in bench.singles_of(flow, family))


def test_wreck_that_differs_in_one_byte_is_another_and_what_was_not_committed_is_nothing(bench: Bench) -> None:
    morning = bench.morning("purchase", "fmcos")
    (_script, whole), *_kills = bench.first_run(morning, Script())
    other_page = bytearray(whole.log)
    other_page[-1] ^= 1
    others = [
        replace(whole, log=bytes(other_page)),
        replace(whole, card=whole.card.replace("0", "1", 1)),
        replace(whole, now_utc_ms=whole.now_utc_ms + 1),
        replace(whole, refused=1),
        replace(whole, fell=("wrong_mac@3",)),
    ]
    digests = {wreck.digest(morning.digest) for wreck in (whole, *others)}
    assert len(digests) == 6
    begun = bytearray(whole.log[: 32 + 24 + 4096][32:])
    begun[4:8] = bytes(4)  # a frame that ends no transaction
    assert replace(whole, log=whole.log + bytes(begun)).digest(morning.digest) == whole.digest(morning.digest)


def test_fault_behind_the_end_of_a_recovery_is_the_case_without_it(bench: Bench) -> None:
    morning = bench.morning("purchase", "fmcos")
    for text in ("lost@20+lost@r3", "lost@20+lost@r40", "lost@20+lost@r39", "killed_after@31+refused-6A82@r5"):
        script = Script.parse(text)
        ended = bench.aftermath(morning, script, bench.left_by(morning, script))
        alone = bench.play(("purchase", "fmcos", script))
        assert (ended.ended, ended.decisions, ended.asked) == (alone.ended, alone.decisions, alone.asked), text


def test_wrong_saga_is_found_over_open_books_too(bench: Bench) -> None:
    with scratch() as folder:
        red = Bench(folder, saga=planted.books_first)
        morning = red.morning("purchase", "fmcos")
        script = Script.parse("reader_gone@9")
        names = {
            name
            for case, wreck in red.first_run(morning, script)
            for name, _text in red.aftermath(morning, case, wreck).findings
        }
    assert "posting without credit" in names


def test_block_and_session_repeat_by_their_number(bench: Bench) -> None:
    parts = Parts(bench.folder, 3)
    assert parts.play("fuzz", 4) == parts.play("fuzz", 4)
    first, again = Session(3_000_004), Session(3_000_004)
    first.play(bench)
    again.play(bench)
    assert first.acts
    assert (first.acts, first.findings) == (again.acts, [])


def test_block_that_breaks_the_harness_is_a_finding(bench: Bench) -> None:
    (finding,) = Parts(bench.folder, 3).play("no such part", 4).findings
    assert finding.startswith("harness: no such part block 4: Traceback")


# ---- processes, days, stops ----------------------------------------------------------------------------------------


def counting(line: Connection, _seed: int) -> None:
    """A worker whose blocks take no time and count one."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    line.send(SIZES)
    while (asked := line.recv()) is not None:
        part, block = asked
        line.send((part, block, Tally(Counter({part: 1}), Counter({f"{part} {block}": 1})), 1.0))


def stopped_soon(line: Connection, seed: int) -> None:
    """The same, and somebody asks the run to stop behind the seventh block."""
    line.send(SIZES)
    for number in range(10_000):
        asked = line.recv()
        if asked is None:
            return
        if number == 7:
            os.kill(os.getppid(), signal.SIGTERM)
            time.sleep(0.2)
        line.send((*asked, Tally(Counter({asked[0]: 1}), Counter({f"{asked[0]} {asked[1]}": 1})), 1.0))
    assert seed


def begun(seed: int, source: str = "0123") -> Progress:
    progress = Progress(seed)
    progress.begins(source, "abcd")
    return progress


def test_blocks_of_two_processes_are_played_once_each(tmp_path: Path) -> None:
    place = tmp_path / "out" / "endure.json"
    Shifts(begun(7), place, 2, work=counting).work(60, print)
    kept = Progress.of(place, 7)
    assert {part: kept.tally.counts[part] for part in SHARES} == {part: SIZES[part] for part in SHARES}
    assert set(kept.tally.ends.values()) == {1}


def test_stopped_run_goes_on_with_the_blocks_that_are_left(tmp_path: Path) -> None:
    place = tmp_path / "out" / "endure.json"
    Shifts(begun(7), place, 1, work=stopped_soon).work(60, print)
    stopped = Progress.of(place, 7)
    assert 7 <= stopped.tally.counts.total() < sum(SIZES[part] for part in SHARES)
    stopped.begins("0123", "abcd")
    Shifts(stopped, place, 2, work=counting).work(60, print)
    kept = Progress.of(place, 7)
    assert {part: kept.tally.counts[part] for part in SHARES} == {part: SIZES[part] for part in SHARES}
    assert set(kept.tally.ends.values()) == {1}


def test_nothing_is_begun_while_a_measurement_goes_on(tmp_path: Path) -> None:
    quiet = tmp_path / "quiet"
    quiet.touch()
    progress = begun(7)
    Shifts(progress, tmp_path / "endure.json", 1, quiet, work=counting).work(1.5, print)
    assert progress.tally.counts.total() == 0


def test_another_seed_begins_anew(tmp_path: Path) -> None:
    place = tmp_path / "endure.json"
    begun(7).keep(place)
    assert Progress.of(place, 8) == Progress(8)


def test_figures_of_a_changed_program_are_kept_apart(tmp_path: Path) -> None:
    place = tmp_path / "endure.json"
    progress = begun(7)
    progress.sized(SIZES)
    progress.played("fuzz", 0, Tally(Counter(fuzz=5)), 1.0)
    progress.begins("4567", "ef01")
    progress.played("fuzz", 1, Tally(Counter(fuzz=6)), 1.0)
    progress.keep(place)
    kept = Progress.of(place, 7)
    assert [(played.source, played.counts["fuzz"]) for played in kept.programs] == [("0123", 5), ("4567", 6)]
    assert kept.tally.counts["fuzz"] == 11
    assert kept.reached["fuzz"].frontier == 2


def test_part_that_has_become_another_one_begins_anew(tmp_path: Path) -> None:
    progress = begun(7)
    progress.sized(SIZES)
    ends, spread = Counter({"singles.posted": 2, "doubles.posted": 1}), Counter({"singles.50": 2, "doubles.60": 1})
    progress.played("singles", 0, Tally(Counter({"singles": 3, "fuzz": 1}), ends, spread), 1.0)
    progress.sized(SIZES | {"singles": 41})
    assert (progress.reached["singles"].frontier, progress.tally.counts) == (0, Counter(fuzz=1))
    assert progress.spent_s["singles"] == 0
    assert (progress.tally.ends, median_and_tail(progress.tally.recovery_ms)) == (
        Counter({"doubles.posted": 1}),
        (60, 60),
    )


def test_source_digest_is_that_of_the_code_as_it_lies_here() -> None:
    assert source_digest() == source_digest()
    assert len(source_digest()) == 12
