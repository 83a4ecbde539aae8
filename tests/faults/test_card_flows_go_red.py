"""The harness of the card flows finds what is wrong on purpose, and nothing where nothing is wrong."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from devices.cards import families
from pos.store import sale_queries
from tests.faults.flows import planted
from tests.faults.flows.case import Begin, Case, Outcome, Saga
from tests.faults.flows.catalogue import Bench, parsed
from tests.faults.flows.prepared import scratch
from tests.faults.flows.scripts import Script

# Commands of a purchase on a CPU card: 0-7 read for the payment, 8-15 looked at, 16-39 written; 31 flips the selector.
AFTER_THE_FLIP = ("lost@31", "empty@31", "reader_gone@31", "killed_after@31")
LINES = (
    "undisturbed",
    *AFTER_THE_FLIP,
    "killed_before@20",
    "lost@25",
    "crash-before@1",
    "refused-9000@31",
    "garbled-6581@31",
    "swapped@8",
    "torn-0F@20",
    "torn---@34",
)


@pytest.fixture(scope="module")
def bench() -> Generator[Bench, None, None]:
    with scratch() as folder:
        yield Bench(folder)


def found(bench: Bench, *scripts: str, saga: Saga | None = None, begin: Begin | None = None) -> dict[str, set[str]]:
    """Findings by script: the names of what is broken."""
    broken = {}
    for text in scripts:
        case = Case(bench.morning("purchase", "fmcos"), Script.parse(text), seen=bench.seen, begin=begin)
        if saga is not None:
            case.saga = saga
        outcome: Outcome = case.play(bench.folder)
        if outcome.findings:
            broken[text] = {name for name, _text in outcome.findings}
    return broken


def test_flip_stands_where_these_tests_think(bench: Bench) -> None:
    assert bench.size("purchase", "fmcos").commands == 40


def test_without_a_planted_fault_nothing_is_found(bench: Bench) -> None:
    assert found(bench, *LINES) == {}


def test_card_first_is_found(bench: Bench) -> None:
    broken = found(bench, "undisturbed", "crash-before@1", begin=planted.card_first)
    assert "credit without posting" in broken.pop("crash-before@1")
    assert broken == {}


def test_books_first_is_found(bench: Bench) -> None:
    broken = found(bench, "undisturbed", "lost@20", "reader_gone@9", "swapped@10", saga=planted.books_first)
    assert "undisturbed" not in broken
    assert {"posting without credit", "I10"} <= broken["reader_gone@9"]


def test_blind_retry_is_found(bench: Bench) -> None:
    broken = found(
        bench, "undisturbed", *AFTER_THE_FLIP, "lost@40", "lost@39", "garbled-6581@31", saga=planted.blind_retry
    )
    assert "undisturbed" not in broken
    assert any("double credit" in names or "I10" in names for names in broken.values()), broken


def test_skipped_look_at_the_card_is_found(bench: Bench) -> None:
    broken = found(bench, "undisturbed", "swapped@8", "swapped@7", "killed_before@9", saga=planted.skipped_reread)
    assert "undisturbed" not in broken
    assert any("wrong card" in names for names in broken.values()), broken


def test_write_that_is_no_longer_listed_is_found(bench: Bench) -> None:
    broken = found(bench, "undisturbed", "reader_gone@20", saga=planted.forgotten_write)
    assert set(broken) == {"reader_gone@20"}
    assert "I2" in broken["reader_gone@20"]


def test_exception_of_no_known_kind_is_found(bench: Bench) -> None:
    broken = found(bench, "undisturbed", "reader_gone@20", saga=planted.careless)
    assert broken == {"reader_gone@20": {"unhandled"}}


def test_driver_that_believes_the_answer_is_found(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.morning("purchase", "fmcos")
    monkeypatch.setattr(families, "FmcosCardSession", planted.BelievesTheAnswer)
    broken = {at: found(bench, f"refused-9000@{at}") for at in range(16, 40)}
    assert any("posting without credit" in names for at in broken for names in broken[at].values()), broken


def test_refused_key_that_is_presented_again_is_found(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(bench, "wrong_mac@8") == {}
    monkeypatch.setattr(sale_queries, "key_refusal", lambda _connection, _write_id: "")
    assert "tries" in found(bench, "wrong_mac@8")["wrong_mac@8"]


def test_line_of_a_report_repeats_its_case() -> None:
    for text in (
        "undisturbed",
        "lost@17+crash-after",
        "garbled-6581@31+lost@33",
        "torn-0F@20+crash-before",
        "crash-after@2",
    ):
        assert str(parsed(f"purchase fmcos {text}")[2]) == text
