"""Faults of a security module: each by its own name, and nothing said to the customer's card."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.cards.psam import PsamAuthority
from devices.cards.simulated_psam import SimulatedPsam
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.errors import DeviceError, DeviceRefused, DeviceUnavailable
from tests.contract.authority_rigs import KEY_SET, RING, ModuleSlot
from tests.contract.card_rigs import FIRST_BUY, FMCOS_CARD, IDENTITY, NOTHING_BOUGHT

FACTOR = bytes.fromhex("5101100000001700")
COMMANDS = 5  # select, number, mark, key, computation; two of them fetch their answer


@pytest.fixture
def module() -> SimulatedPsam:
    return SimulatedPsam(KEY_SET.keys)


def authority(slot: ModuleSlot, **settings: str) -> PsamAuthority:
    return PsamAuthority(slot, is_test_key=True, **settings)


def code_of(act: Callable[[], object]) -> str:
    """The code by which a device refused, "" if it did not."""
    try:
        act()
    except DeviceError as error:
        return error.code
    return ""


def asked(psam: PsamAuthority) -> bytes:
    return psam.authenticate("external_auth", FACTOR, bytes(8))


def test_a_module_that_is_pulled_is_gone_and_serves_again_when_it_is_back(module: SimulatedPsam) -> None:
    slot = ModuleSlot(module)
    psam = authority(slot)
    slot.module = None
    with pytest.raises(DeviceUnavailable, match=r"keys\.psam_gone"):
        asked(psam)
    slot.module = module
    assert asked(psam) == RING.authenticate("external_auth", FACTOR, bytes(8))


@pytest.mark.parametrize("after", range(COMMANDS + 1))
@pytest.mark.parametrize("fault", ["lose_next_answer", "fail_before"])
def test_a_module_that_loses_contact_at_any_command_is_gone(module: SimulatedPsam, after: int, fault: str) -> None:
    getattr(module, fault)(after=after)
    psam = authority(ModuleSlot(module))
    with pytest.raises(DeviceUnavailable, match=r"keys\.psam_gone"):
        asked(psam)
    assert asked(psam) == RING.authenticate("external_auth", FACTOR, bytes(8))


@pytest.mark.parametrize("after", range(COMMANDS))
@pytest.mark.parametrize("status", [0x6300, 0x6700, 0x6A80, 0x6D00, 0x1234, 0x9000])
def test_nonsense_of_a_module_is_a_known_error(module: SimulatedPsam, after: int, status: int) -> None:
    module.refuse_with(status, after=after)
    psam = authority(ModuleSlot(module))
    with pytest.raises(DeviceRefused, match=r"keys\.(psam_wrong|unknown)"):
        asked(psam)
    assert asked(psam) == RING.authenticate("external_auth", FACTOR, bytes(8))


@pytest.mark.parametrize("status", [0x6983, 0x9303, 0x6A81, 0x63C2])
def test_a_locked_module_says_so(module: SimulatedPsam, status: int) -> None:
    module.refuse_with(status, after=3)
    with pytest.raises(DeviceRefused, match=r"keys\.psam_locked"):
        asked(authority(ModuleSlot(module)))


def test_a_module_whose_application_is_dead_is_locked(module: SimulatedPsam) -> None:
    module.is_locked = True
    with pytest.raises(DeviceRefused, match=r"keys\.psam_locked"):
        asked(authority(ModuleSlot(module)))


def test_another_halls_module_and_a_customers_card_are_the_wrong_module(module: SimulatedPsam) -> None:
    with pytest.raises(DeviceRefused, match=r"keys\.psam_wrong") as refused:
        asked(authority(ModuleSlot(module), number="000000005102"))
    assert refused.value.params["found"] == "000000005101"
    assert asked(authority(ModuleSlot(module), number="000000005101"))
    module.refuse_with(0x6A82)
    with pytest.raises(DeviceRefused, match=r"keys\.psam_wrong"):
        asked(authority(ModuleSlot(module)))


@pytest.mark.parametrize(("claimed", "real"), [(True, False), (False, True)])
def test_a_module_of_the_other_kind_of_keys_is_refused_so_that_the_mark_is_true(claimed: bool, real: bool) -> None:
    psam = PsamAuthority(ModuleSlot(SimulatedPsam(KEY_SET.keys, test=real)), is_test_key=claimed)
    assert psam.is_test_key is claimed
    with pytest.raises(DeviceRefused, match=r"keys\.psam_wrong"):
        asked(psam)


def test_a_module_without_a_key_says_which_one() -> None:
    some = {purpose: key for purpose, key in KEY_SET.keys.items() if purpose != "external_auth"}
    with pytest.raises(DeviceRefused) as refused:
        asked(authority(ModuleSlot(SimulatedPsam(some))))
    assert (refused.value.code, refused.value.params["purpose"]) == ("keys.unknown", "external_auth")


def test_the_self_test_names_the_module(module: SimulatedPsam) -> None:
    assert authority(ModuleSlot(module)).look() == "000000005101"


def test_a_purchase_is_written_through_a_module(module: SimulatedPsam) -> None:
    card, slot = FMCOS_CARD.new_blank(b"\x01\x02\x03\x04"), ModuleSlot(module)
    issuing = SimulatedReader(RING)
    issuing.insert(card)
    with issuing.session() as session:
        session.personalise(IDENTITY, NOTHING_BOUGHT, before=session.read())
    reader = SimulatedReader(authority(slot))
    reader.insert(card)
    with reader.session() as session:
        assert session.write_purchase(FIRST_BUY, before=session.read()).holds(FIRST_BUY)


def test_a_module_pulled_at_any_moment_of_a_purchase_leaves_the_card_as_it_was(module: SimulatedPsam) -> None:
    slot, codes = ModuleSlot(module), set()
    for after in range(0, 60, 3):
        card = FMCOS_CARD.new_blank(b"\x01\x02\x03\x04")
        issuing = SimulatedReader(RING)
        issuing.insert(card)
        with issuing.session() as session:
            session.personalise(IDENTITY, NOTHING_BOUGHT, before=session.read())
        reader = SimulatedReader(authority(slot))
        reader.insert(card)
        module.clear_faults()
        module.fail_before(after=after)
        with reader.session() as session:
            before = session.read()
            gone = code_of(lambda before=before, session=session: session.write_purchase(FIRST_BUY, before=before))
            assert session.read().purchase == (before.purchase if gone else FIRST_BUY)
        codes.add(gone)
        assert card.tries_are_full()
    assert codes == {"", "keys.psam_gone"}
