"""The real PC/SC service: restarted, absent, unplugged, shared; and how fast a purchase is behind it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.cards.pcsc import PcscReader
from devices.cards.pcsc_service import service_version
from devices.cards.private_pcscd import PrivatePcscd
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.vpcd import VirtualSlot
from pos.domain.card import CardKind
from pos.domain.errors import DeviceUnavailable, KnownError, OutcomeUnknown
from pos.ports.card import ReaderState
from tests.contract.card_rigs import (
    FIRST_BUY,
    KEYS,
    OTHER_CHIP,
    OTHER_IDENTITY,
    PcscdRig,
    issued_card,
    outcome_of,
    private_service,
    read,
    rig_of,
    slot_at,
    wait_for,
    write,
)

pytestmark = pytest.mark.private_pcscd

FLIP = 15


@pytest.fixture
def rig() -> PcscdRig:
    opened = rig_of("pcscd")
    assert isinstance(opened, PcscdRig)
    return opened


@pytest.fixture
def second_slot() -> Iterator[VirtualSlot]:
    slot = slot_at(private_service().ports[1])
    yield slot
    slot.remove()


def test_service_version_is_told() -> None:
    assert service_version().split(".")[0] in {"1", "2"}


def test_readers_are_told_apart_by_name(rig: PcscdRig, second_slot: VirtualSlot) -> None:
    here, there = issued_card(), issued_card(OTHER_CHIP, OTHER_IDENTITY)
    rig.insert(here)
    second_slot.insert(there)
    other_reader = PcscReader(KEYS, private_service().reader_names[1])
    wait_for(lambda: other_reader.status().state is ReaderState.CARD_PRESENT)
    assert read(rig.reader).chip_uid == "01020304"
    assert read(other_reader).identity == OTHER_IDENTITY
    assert PcscReader(KEYS).status().reader == private_service().reader_names[0]


def test_reader_that_is_not_plugged_in_is_named(rig: PcscdRig) -> None:
    absent = PcscReader(KEYS, "Reader of another hall 00 00")
    status = absent.status()
    assert (status.state, status.reader) == (ReaderState.NO_READER, "Reader of another hall 00 00")
    assert (status.trouble, status.others) == ("reader.other_reader", private_service().reader_names)
    with pytest.raises(DeviceUnavailable, match=r"reader\.other_reader") as refused, absent.session():
        pass
    assert refused.value.params["found"] == ", ".join(private_service().reader_names)


def test_restarted_service_is_found_again_without_restarting_the_program(rig: PcscdRig) -> None:
    card = issued_card()
    rig.insert(card)
    before = read(rig.reader)
    private_service().stop()
    status = rig.reader.status()
    assert (status.state, status.service) == (ReaderState.NO_SERVICE, "not_running")
    with pytest.raises(DeviceUnavailable, match=r"reader\.no_service"), rig.reader.session():
        pass
    private_service().start()
    rig.slot.insert(card)
    wait_for(lambda: rig.reader.status().state is ReaderState.CARD_PRESENT)
    assert write(rig.reader, FIRST_BUY, before).holds(FIRST_BUY)


def test_service_that_stops_in_the_middle_of_a_session_is_a_known_error(rig: PcscdRig) -> None:
    card = issued_card()
    rig.insert(card)
    with rig.reader.session() as card_session:
        before = card_session.read()
        private_service().stop()
        with pytest.raises(DeviceUnavailable, match=r"card\.lost_before_write"):
            card_session.write_purchase(FIRST_BUY, before=before)
    assert card.memory.written == 0
    private_service().start()
    rig.insert(card)
    assert read(rig.reader) == before


def test_card_that_was_just_put_in_is_waited_for(rig: PcscdRig) -> None:
    rig.remove()
    rig.slot.insert(issued_card())
    codes: list[str] = []

    def readable() -> bool:
        outcome = outcome_of(lambda: read(rig.reader))
        codes.append(outcome.code if isinstance(outcome, KnownError) else outcome.kind)
        return codes[-1] == CardKind.USER

    wait_for(readable)
    assert set(codes) <= {"reader.no_card", "user"}


def test_card_pulled_and_swapped_inside_a_session_cannot_be_written(rig: PcscdRig) -> None:
    card, other = issued_card(), issued_card(OTHER_CHIP, OTHER_IDENTITY)
    rig.insert(card)
    with rig.reader.session() as card_session:
        before = card_session.read()
        rig.slot.insert(other)
        with pytest.raises(DeviceUnavailable, match=r"card\.lost_before_write"):
            card_session.write_purchase(FIRST_BUY, before=before)
    assert (card.memory.written, other.memory.written) == (0, 0)


def test_dead_connection_stays_dead_even_when_the_card_is_back(rig: PcscdRig) -> None:
    card = issued_card()
    rig.insert(card)
    with rig.reader.session() as card_session:
        before = card_session.read()
        card.lose_next_answer(after=FLIP)
        with pytest.raises(OutcomeUnknown):
            card_session.write_purchase(FIRST_BUY, before=before)
        rig.slot.insert(card)
        with pytest.raises(DeviceUnavailable):
            card_session.read()
    wait_for(lambda: rig.reader.status().state is ReaderState.CARD_PRESENT)
    assert read(rig.reader).holds(FIRST_BUY)


class HangingCard(SimulatedCpuCard):
    """Answers only when it is let go."""

    released = threading.Event()

    def transmit(self, raw: bytes) -> bytes:
        self.released.wait(10)
        return super().transmit(raw)


def test_hanging_card_blocks_only_the_thread_that_asked(rig: PcscdRig) -> None:
    plain = issued_card()
    hanging = HangingCard(plain.atr, plain.files)
    rig.insert(hanging)
    kinds: list[CardKind] = []
    asker = threading.Thread(target=lambda: kinds.append(read(rig.reader).kind))
    asker.start()
    asker.join(0.3)
    assert asker.is_alive()
    HangingCard.released.set()
    asker.join(5)
    assert kinds == [CardKind.USER]


def test_second_private_service_does_not_disturb_the_first(rig: PcscdRig) -> None:
    rig.insert(issued_card())
    script = (
        "from devices.cards.private_pcscd import PrivatePcscd\n"
        "from devices.cards.pcsc import PcscReader\n"
        "from devices.cards.keystore import KeyRing, development_key_set\n"
        "with PrivatePcscd('Changshou Beside') as service:\n"
        "    print(PcscReader(KeyRing(development_key_set())).status().reader)\n"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert shown.stdout.strip() == "Changshou Beside 00 00"
    assert read(rig.reader).kind is CardKind.USER


def test_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    service = PrivatePcscd.__new__(PrivatePcscd)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RuntimeError, match="vsmartcard-vpcd"):
        service.start()


def test_a_whole_purchase_behind_the_service_takes_less_than_a_blink(rig: PcscdRig) -> None:
    card = issued_card()
    rig.insert(card)
    began, commands = time.perf_counter(), card.apdu_count
    image = write(rig.reader, FIRST_BUY, read(rig.reader))
    took_s = time.perf_counter() - began
    assert image.holds(FIRST_BUY)
    assert card.apdu_count - commands == 32
    assert took_s < 0.5


def test_commands_are_not_delayed_by_the_virtual_reader(rig: PcscdRig) -> None:
    rig.insert(issued_card())
    with rig.reader.session() as card_session:
        card_session.read()
        began = time.perf_counter()
        for _turn in range(20):
            card_session.read()
        per_command_s = (time.perf_counter() - began) / 160
    assert per_command_s < 0.010  # 44 ms would mean that acknowledgements are delayed


def test_service_goes_when_its_program_is_killed() -> None:
    script = (
        "import time\n"
        "from devices.cards.private_pcscd import PrivatePcscd\n"
        "service = PrivatePcscd('Changshou Orphan')\n"
        "service.start()\n"
        "print(service._service.pid, service._folder, flush=True)\n"
        "time.sleep(30)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        service_pid, folder = program.stdout.readline().split()
        assert Path(f"/proc/{service_pid}/comm").read_text(encoding="ascii").strip() == "pcscd"
        program.kill()
    wait_for(lambda: not _is_running(service_pid))
    shutil.rmtree(folder)


def _is_running(pid: str) -> bool:
    """True unless the process is gone or only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
