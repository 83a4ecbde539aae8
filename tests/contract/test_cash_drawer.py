"""The contract of `CashDrawer` behind the receipt printer, in this process and on a real TCP port."""

from __future__ import annotations

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


def test_a_lost_answer_is_unknown_and_the_pulse_is_not_repeated(rig: Rig) -> None:
    rig.machine.lose_next_answer()
    with pytest.raises(OutcomeUnknown, match=r"drawer\.no_confirmation"):
        rig.drawer.pulse()
    assert rig.machine.drawer.openings == 1


def test_death_during_the_pulse_is_unknown(rig: Rig) -> None:
    rig.machine.die_after_bytes(3)
    with pytest.raises(OutcomeUnknown):
        rig.drawer.pulse()
    assert rig.machine.drawer.openings == 0


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
