"""A sample of every fault on every card flow with every family, the same one each time; `make endure` plays them all.

See docs/faults.md for what is injected, what must be true afterwards, and how a line of a report is repeated.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Generator

import pytest

from devices.cards.recognition import MIFARE_1K
from tests.contract.card_rigs import CardFamily
from tests.faults.flows.catalogue import Bench, Doubles, Line, parsed, shown
from tests.faults.flows.fuzz import Fuzz, families
from tests.faults.flows.prepared import FAMILIES, FLOWS, scratch
from tests.faults.flows.scripts import (
    CRASHES,
    KINDS,
    MIXTURES,
    STATUS_WORDS,
    Fault,
    Script,
    Tear,
    double_count,
    double_script,
)
from tests.faults.flows.service_fuzz import ServiceFuzz
from tests.faults.flows.sessions import Session

RecordProperty = Callable[[str, object], None]
PAIRS = [(flow, family) for flow in FLOWS for family in FAMILIES]
DOUBLES, SESSIONS, ANSWERS, SERVICE_ANSWERS = 2, 5, 1_000, 200


@pytest.fixture(scope="module")
def bench() -> Generator[Bench, None, None]:
    with scratch() as folder:
        yield Bench(folder)


def sampled(bench: Bench, flow: str, family: str) -> list[Line]:
    """A third of the kinds of fault, somewhere in the flow; a tear; a commit; of some flows double faults.

    Three neighbouring pairs have all the kinds.
    """
    draw = random.Random(f"{flow} {family}")
    size = bench.size(flow, family)
    third = list(KINDS)[PAIRS.index((flow, family)) % 3 :: 3]
    scripts = [
        Script((Fault(kind, draw.randrange(size.commands), draw.choice(STATUS_WORDS)),), crash=draw.choice(CRASHES))
        for kind in third
        if bench.can_meet(kind, flow, family)
    ]
    scripts.append(Script(tear=Tear(draw.randrange(size.n_bytes), draw.choice(MIXTURES))))
    scripts.append(Script(crash=draw.choice(CRASHES[1:]), commit=draw.randint(1, size.commits)))
    if flow in ("purchase", "reversal"):
        doubles = double_count(size.commands)
        scripts += [double_script(size.commands, draw.randrange(doubles)) for _ in range(DOUBLES)]
    return [(flow, family, script) for script in scripts]


@pytest.mark.parametrize(("flow", "family"), PAIRS)
def test_disturbed_flow_ends_in_one_credit_and_one_posting_or_in_neither(
    bench: Bench, flow: str, family: str, record_property: RecordProperty
) -> None:
    lines = sampled(bench, flow, family)
    ends: Counter[str] = Counter()
    wrong = []
    for line in lines:
        outcome = bench.play(line)
        ends[outcome.ended] += 1
        wrong += [f"{shown(line)}: {kind}: {text}" for kind, text in outcome.findings]
    assert not wrong, "\n".join(wrong)
    assert len(lines) >= 8
    assert set(ends) <= {"posted", "reversed", "nothing"}
    record_property("cases", len(lines))


@pytest.mark.parametrize("seed", range(SESSIONS))
def test_random_session_leaves_books_card_and_meter_agreed(
    bench: Bench, seed: int, record_property: RecordProperty
) -> None:
    session = Session(seed)
    session.play(bench)
    assert session.findings == [], session.acts
    assert session.acts
    record_property("cases", len(session.acts))


@pytest.mark.parametrize("family", families(), ids=str)
def test_invented_answers_raise_known_errors_and_cost_no_try(family: CardFamily) -> None:
    fuzz = Fuzz(family, 1)
    fuzz.play(ANSWERS)
    assert fuzz.findings == []
    assert fuzz.liar.answers >= ANSWERS


@pytest.mark.private_pcscd
@pytest.mark.parametrize("family", families(), ids=str)
def test_invented_answers_through_the_service_raise_known_errors(family: CardFamily) -> None:
    fuzz = ServiceFuzz(family, 1)
    assert fuzz.play(SERVICE_ANSWERS) >= SERVICE_ANSWERS
    assert fuzz.fuzz.findings == []


def test_two_faults_of_any_kinds_are_drawn_from_every_flow_and_family(bench: Bench) -> None:
    lines = [bench.drawn_double(1, number) for number in range(600)]
    assert {line[:2] for line in lines} == set(PAIRS)
    assert {fault.kind for line in lines for fault in line[2].faults} == set(KINDS)
    assert lines == [bench.drawn_double(1, number) for number in range(600)]
    for line in lines[:6]:
        assert bench.play(line).findings == [], shown(line)


@pytest.mark.parametrize("line", ["purchase fmcos replayed@30", "first_card fmcos stuck@30"])
def test_challenge_that_the_reader_repeats_costs_the_card_no_try(bench: Bench, line: str) -> None:
    outcome = bench.play(parsed(line))
    assert outcome.findings == []
    assert outcome.fell == [line.rsplit(maxsplit=1)[-1]]


@pytest.mark.parametrize(
    "line",
    [
        "replacement_without fmcos refused-9000@58",  # the root was not selected: its key would be tried elsewhere
        "carried_gas memory-4428 swapped@27+locked@29+crash-after",  # the script itself locks the other card
    ],
)
def test_what_the_long_run_found_stays_mended(bench: Bench, line: str) -> None:
    assert bench.play(parsed(line)).findings == []


def test_every_single_fault_is_in_the_catalogue(bench: Bench) -> None:
    lines = {shown(line) for line in bench.singles_of("purchase", MIFARE_1K)}
    size = bench.size("purchase", MIFARE_1K)
    assert {f"purchase mifare-1k lost@{at}+crash-after" for at in range(size.commands)} <= lines
    assert {f"purchase mifare-1k torn-0F@{at}" for at in range(size.n_bytes)} <= lines
    assert not any("locked@" in line for line in lines)
    assert len(lines) == len(list(bench.singles_of("purchase", MIFARE_1K)))


def test_every_double_fault_is_played_once_in_the_order_of_a_seed() -> None:
    doubles = Doubles([("purchase", "memory-4442", 3), ("reversal", "memory-4442", 2)], 5)
    lines = {shown(doubles[place]) for place in range(len(doubles))}
    assert len(lines) == len(doubles) == double_count(3) + double_count(2)
    assert {"purchase memory-4442 lost@2+refused-6A82@3", "reversal memory-4442 empty@0+lost@r0"} <= lines
