"""What only a reader's library can do: hang, crash, be of another kind. The counter goes on and says what it knows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from devices.cards.library_reader import LibraryReader
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.card import ReaderState
from tests.contract.card_rigs import (
    CPU_CARDS,
    FIRST_BUY,
    FMCOS_CARD,
    KEYS,
    NOTHING_BOUGHT,
    CardFamily,
    all_tries_full,
    flip_index,
    read,
    write,
)
from tests.contract.library_rigs import LibraryRig, LibrarySlot, compiled_library, library_rig

SHORT_S = 0.5


@pytest.fixture(params=CPU_CARDS, ids=str)
def rig(request: pytest.FixtureRequest) -> LibraryRig:
    return library_rig(request.param)


@pytest.fixture(autouse=True)
def nothing_planted(rig: LibraryRig) -> None:
    rig.slot.hangs_at = rig.slot.dies_at = -1
    rig.slot.released.clear()


def buy(reader: LibraryReader, rig: LibraryRig, family: CardFamily, *, hangs: bool) -> str:
    """A purchase whose committing command hangs, or in which the library dies before it: the reason of the unknown."""
    rig.insert(family.issued())
    before = read(reader)
    if hangs:
        rig.slot.hangs_at = flip_index(family)
    else:
        rig.slot.dies_at = flip_index(family)
    with pytest.raises(OutcomeUnknown, match=r"card\.answer_lost") as lost:
        write(reader, FIRST_BUY, before)
    return str(lost.value.params["reason"])


def test_library_that_hangs_in_the_step_that_counts_is_ended_and_the_card_is_asked_anew(rig: LibraryRig) -> None:
    reader = rig.reader_with(KEYS, timeout_s=SHORT_S)
    began = time.monotonic()
    assert buy(reader, rig, rig.family, hangs=True) == "hangs"
    assert time.monotonic() - began < 5
    rig.slot.released.set()
    deadline = time.monotonic() + 5
    while rig.slot._holder is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    now = read(reader)  # a fresh process, the same card: it had carried the command out
    assert now.holds(FIRST_BUY)
    assert rig.slot.card is not None
    assert all_tries_full(rig.slot.card)


def test_library_that_crashes_before_the_step_that_counts_leaves_the_counter_running(rig: LibraryRig) -> None:
    reader = rig.reader_with(KEYS)
    assert buy(reader, rig, rig.family, hangs=False) == "ended"
    assert reader.status().state is ReaderState.NO_SERVICE
    now = read(reader)
    assert now.purchase == NOTHING_BOUGHT
    assert write(reader, FIRST_BUY, now).holds(FIRST_BUY)
    assert reader.status().state is ReaderState.CARD_PRESENT


def test_after_a_loss_the_lamp_rests_and_a_session_does_not(rig: LibraryRig) -> None:
    reader = rig.reader_with(KEYS)
    buy(reader, rig, rig.family, hangs=False)
    status = reader.status()
    assert (status.state, status.service) == (ReaderState.NO_SERVICE, "ended")
    assert read(reader).purchase == NOTHING_BOUGHT


def test_reader_in_use_is_busy_for_a_second_session_of_the_same_program(rig: LibraryRig) -> None:
    rig.insert(rig.family.issued())
    with rig.reader.session():
        assert rig.reader.status().state is ReaderState.CARD_BUSY
        with pytest.raises(DeviceUnavailable, match=r"reader\.busy"), rig.reader.session():
            pass


def refusal(reader: LibraryReader) -> tuple[str, str]:
    """How a session is refused: code and reason; the lamp says the same."""
    with pytest.raises(DeviceUnavailable) as refused, reader.session():
        pass
    reason = str(refused.value.params["reason"])
    assert reader.status().state is ReaderState.NO_SERVICE
    return refused.value.code, reason


@pytest.mark.parametrize(("flag", "says"), [("-DOTHER_VERSION", "interface 2"), ("-DWITHOUT_TRANSMIT", "csr_transmit")])
def test_library_of_another_interface_is_not_used(flag: str, says: str) -> None:
    code, reason = refusal(LibraryReader(KEYS, compiled_library("odd_reader_library.c", flag), "1"))
    assert (code, says in reason) == ("reader.library", True), reason


def test_file_that_is_no_library_of_this_machine_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "reader.dll"
    wrong.write_bytes(b"MZ" + bytes(200))
    code, reason = refusal(LibraryReader(KEYS, wrong))
    assert (code, "reader.dll" in reason) == ("reader.library", True), reason


def test_interpreter_that_is_not_there_is_named() -> None:
    reader = LibraryReader(KEYS, compiled_library(), "1", python="/nowhere/python-32")
    code, reason = refusal(reader)
    assert (code, "/nowhere/python-32" in reason) == ("reader.library", True)


def test_length_that_runs_past_its_room_is_a_failure_and_no_answer() -> None:
    reader = LibraryReader(KEYS, compiled_library("odd_reader_library.c"), "1")
    with pytest.raises(DeviceUnavailable) as refused, reader.session():
        pass
    assert (refused.value.code, refused.value.params["reason"]) == ("reader.library", "csr_connect 5")


def test_reader_that_was_not_there_is_found_when_it_is_plugged_in() -> None:
    slot = LibrarySlot()
    port, slot_port = "1", slot.port
    reader = LibraryReader(KEYS, compiled_library(), port)
    assert reader.status().state is ReaderState.NO_READER
    with pytest.raises(DeviceUnavailable, match=r"reader\.no_reader"), reader.session():
        pass
    reader._port = slot_port
    slot.insert(FMCOS_CARD.issued())
    assert reader.status().state is ReaderState.CARD_PRESENT
    assert read(reader).purchase == NOTHING_BOUGHT
