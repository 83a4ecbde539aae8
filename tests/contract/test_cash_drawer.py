"""The contract of `CashDrawer` behind the receipt printer, in this process and on a real TCP port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.printer import DrawerState
from tests.contract.printer_rigs import RIGS, Rig, open_rig


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with open_rig(request.param) as opened:
        yield opened


def test_a_pulse_opens_the_drawer_once_and_the_sensor_sees_it(rig: Rig) -> None:
    assert rig.drawer.state() is DrawerState.CLOSED
    rig.drawer.pulse()
    assert rig.drawer.state() is DrawerState.OPEN
    assert rig.machine.drawer.openings == 1
    rig.machine.drawer.close()
    assert rig.drawer.state() is DrawerState.CLOSED


def test_a_jammed_drawer_is_seen_shut_after_the_pulse(rig: Rig) -> None:
    rig.machine.drawer.is_jammed = True
    rig.drawer.pulse()
    assert rig.drawer.state() is DrawerState.CLOSED


def test_no_printer_means_no_pulse(rig: Rig) -> None:
    rig.machine.die_after_bytes(0)
    with pytest.raises((DeviceUnavailable, OutcomeUnknown)):
        rig.drawer.pulse()
    assert rig.machine.drawer.openings == 0
    assert rig.drawer.state() is DrawerState.UNKNOWN


@pytest.mark.parametrize("kind", RIGS)
def test_a_pulse_nobody_acknowledges_is_unknown_and_not_repeated(kind: str) -> None:
    with open_rig(kind) as rig:
        rig.machine.knows_paper_status = False
        with pytest.raises(OutcomeUnknown, match=r"drawer\.no_confirmation"):
            rig.drawer.pulse()
        assert rig.machine.drawer.openings == 1


def test_a_printer_without_paper_gets_no_pulse_and_new_paper_opens_nothing(rig: Rig) -> None:
    rig.machine.paper_out_after(0)
    with pytest.raises(DeviceUnavailable, match=r"drawer\.printer_not_ready"):
        rig.drawer.pulse()
    rig.machine.load_paper()
    assert rig.machine.drawer.openings == 0


def test_an_open_cover_or_a_mute_printer_gets_no_pulse(rig: Rig) -> None:
    rig.machine.open_cover()
    with pytest.raises(DeviceUnavailable, match=r"drawer\.printer_not_ready"):
        rig.drawer.pulse()
    rig.machine.close_cover()
    rig.machine.lose_next_answer()
    with pytest.raises(DeviceUnavailable, match=r"drawer\.printer_not_ready"):
        rig.drawer.pulse()
    assert rig.machine.drawer.openings == 0


def test_a_pulse_whose_life_is_over_is_not_sent(rig: Rig) -> None:
    with pytest.raises(DeviceUnavailable, match=r"drawer\.too_late"):
        rig.drawer.pulse(life_s=0.0)
    assert rig.machine.drawer.openings == 0


@pytest.mark.parametrize("cut_at", [10, 11, 13])
def test_death_during_the_pulse_is_unknown(cut_at: int) -> None:
    with open_rig("in_process") as rig:
        rig.machine.die_after_bytes(cut_at)
        with pytest.raises(OutcomeUnknown, match=r"drawer\.lost_during_pulse"):
            rig.drawer.pulse()
        assert rig.machine.drawer.openings == 0


def test_death_before_the_pulse_means_that_nothing_was_sent(rig: Rig) -> None:
    rig.machine.die_after_bytes(3)
    with pytest.raises(DeviceUnavailable):
        rig.drawer.pulse()
    assert rig.machine.drawer.openings == 0


@pytest.mark.parametrize("kind", RIGS)
def test_a_pulse_waits_for_the_paper_that_is_being_printed(kind: str) -> None:
    with open_rig(kind, confirm_s=0.6) as rig:
        rig.machine.knows_process_id = False  # the job waits the whole time for a word
        order: list[str] = []
        job = threading.Thread(target=lambda: (rig.printer.print_job("job", b"A\n"), order.append("paper")))
        job.start()
        while not rig.machine.roll.printed:
            time.sleep(0.005)
        rig.drawer.pulse()
        order.append("drawer")
        job.join()
        assert order == ["paper", "drawer"]
        assert rig.machine.drawer.openings == 1


@pytest.mark.parametrize("kind", RIGS)
def test_drawer_without_a_sensor_is_unknown_not_closed(kind: str) -> None:
    with open_rig(kind, drawer_sensor=False) as rig:
        rig.drawer.pulse()
        assert rig.drawer.state() is DrawerState.UNKNOWN


@pytest.mark.parametrize("kind", RIGS)
def test_a_sensor_wired_the_other_way_round_is_read_by_the_profile(kind: str) -> None:
    with open_rig(kind, open_is_high=False) as rig:
        assert rig.drawer.state() is DrawerState.OPEN
        rig.drawer.pulse()
        assert rig.drawer.state() is DrawerState.CLOSED


@pytest.mark.parametrize(("pin", "argument"), [(2, 0), (5, 1)])
def test_the_pulse_goes_to_the_pin_of_the_profile(pin: int, argument: int) -> None:
    with open_rig("in_process", drawer_pin=pin, pulse_on_ms=200, pulse_off_ms=300) as rig:
        assert rig.drawer._pulse_command() == b"\x1bp" + bytes([argument, 100, 150])
