"""What readers and services live through in a shop: pulled, replaced, refused, shared, reset; behind the real pcscd."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.cards.pcsc import PcscReader
from devices.cards.pcsc_service import service_version
from devices.cards.simulated_card import SimulatedCpuCard
from pos.domain.card_write import WriteState
from pos.domain.errors import DeviceUnavailable
from pos.ports.card import ReaderState
from pos.sagas.card_purchase import deliver
from tests.contract.card_rigs import (
    FIRST_BUY,
    KEYS,
    SECOND_BUY,
    PcscdRig,
    flip_index,
    issued_card,
    outcome_of,
    private_service,
    read,
    rig_of,
    slot_at,
    wait_for,
    write,
)
from tests.fixtures_counter import Counter

pytestmark = pytest.mark.private_pcscd

SHARED, EXCLUSIVE = "SCARD_SHARE_SHARED", "SCARD_SHARE_EXCLUSIVE"


@pytest.fixture
def rig() -> PcscdRig:
    opened = rig_of("pcscd")
    assert isinstance(opened, PcscdRig)
    return opened


@pytest.fixture
def our_reader_again(rig: PcscdRig) -> Iterator[None]:
    """Whatever a test plugged in: afterwards the usual reader is there, empty."""
    usual = private_service().reader_names[0].removesuffix(" 00 00")
    yield
    rig.slot.remove()
    private_service().replug(usual)


@contextmanager
def another_program(share: str, *orders: str) -> Iterator[subprocess.Popen[str]]:
    """A process of somebody else that asks for the card, says `result` and carries out an order per line it gets."""
    script = f"""
        import sys
        from smartcard import scard
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        got, card, protocol = scard.SCardConnect(context, {private_service().reader_names[0]!r}, scard.{share}, 3)
        print(f"{{got & 0xFFFFFFFF:08X}}", flush=True)
        for order in {orders!r}:
            sys.stdin.readline()
            if order == "reset":
                done, protocol = scard.SCardReconnect(card, scard.{share}, 3, scard.SCARD_RESET_CARD)
            else:
                done = scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
            print(f"{{done & 0xFFFFFFFF:08X}}", flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        yield program
        program.kill()


def said(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def order(program: subprocess.Popen[str]) -> str:
    assert program.stdin is not None
    program.stdin.write("go\n")
    program.stdin.flush()
    return said(program)


@pytest.mark.parametrize("share", [SHARED, EXCLUSIVE])
def test_card_that_another_program_holds_is_busy_until_it_lets_go(rig: PcscdRig, share: str) -> None:
    rig.insert(issued_card())
    with another_program(share, "leave") as other:
        assert said(other) == "00000000"
        assert rig.reader.status().state is ReaderState.CARD_BUSY
        with pytest.raises(DeviceUnavailable, match=r"reader\.busy"), rig.reader.session():
            pass
        assert order(other) == "00000000"
        assert rig.reader.status().state is ReaderState.CARD_PRESENT
        before = read(rig.reader)
        assert write(rig.reader, FIRST_BUY, before).holds(FIRST_BUY)


def test_program_that_only_looks_at_the_card_is_waited_for(rig: PcscdRig) -> None:
    card = issued_card()
    rig.insert(card)
    with another_program(SHARED, "leave") as other:
        assert said(other) == "00000000"
        assert other.stdin is not None
        other.stdin.write("go\n")
        other.stdin.flush()
        assert outcome_of(lambda: read(rig.reader)) == read(rig.reader)


def test_no_other_program_gets_or_resets_the_card_inside_a_session(rig: PcscdRig) -> None:
    card = issued_card()
    rig.insert(card)
    with rig.reader.session() as card_session:
        before = card_session.read()
        with another_program(SHARED) as other:
            assert said(other) == "8010000B"
        assert card_session.write_purchase(FIRST_BUY, before=before).holds(FIRST_BUY)


def test_card_that_another_program_reset_between_two_sessions_is_written_as_ever(rig: PcscdRig) -> None:
    rig.insert(issued_card())
    before = read(rig.reader)
    with another_program(SHARED, "reset", "leave") as other:
        assert said(other) == "00000000"
        assert [order(other), order(other)] == ["00000000", "00000000"]
    assert write(rig.reader, FIRST_BUY, before).holds(FIRST_BUY)


@pytest.mark.usefixtures("our_reader_again")
def test_reader_replaced_by_another_is_taken_without_a_name_and_refused_by_name_with_one(rig: PcscdRig) -> None:
    usual = private_service().reader_names[0]
    card = issued_card()
    rig.insert(card)
    anyone, named = PcscReader(KEYS), PcscReader(KEYS, usual)
    before = read(anyone)
    private_service().replug("")
    for reader in (anyone, named):
        assert (reader.status().state, reader.status().trouble) == (ReaderState.NO_READER, "")
        with pytest.raises(DeviceUnavailable, match=r"reader\.no_reader"), reader.session():
            pass
    private_service().replug("Changshou Other")
    rig.slot.insert(card)
    wait_for(lambda: anyone.status().state is ReaderState.CARD_PRESENT)
    assert write(anyone, FIRST_BUY, before).holds(FIRST_BUY)
    assert named.status().trouble == "reader.other_reader"
    with pytest.raises(DeviceUnavailable, match=r"reader\.other_reader") as refused, named.session():
        pass
    assert refused.value.params == {"reader": usual, "found": "Changshou Other 00 00, Changshou Other 00 01"}


class PlugPuller(SimulatedCpuCard):
    """At its n-th command the service dies with its reader: `applies` says whether the card still carries it out."""

    left = -1
    applies = False

    def transmit(self, raw: bytes) -> bytes:
        self.left -= 1
        if self.left != 0:
            return super().transmit(raw)
        answer = super().transmit(raw) if self.applies else b""
        private_service().kill()
        return answer


@pytest.mark.usefixtures("our_reader_again")
@pytest.mark.parametrize("applies", [False, True])
def test_reader_pulled_in_the_step_that_counts_and_replaced_leaves_one_credit_and_one_posting(
    rig: PcscdRig, counter: Counter, *, applies: bool
) -> None:
    """The books, the saga and the driver are the program's own; the reader that comes back has another name."""
    sale_id = counter.pay(33_000).sale_id
    assert isinstance(counter.card, SimulatedCpuCard)
    card = PlugPuller(counter.card.atr, counter.card.files)
    card.applies = applies
    reader = PcscReader(counter.reader._keys)
    hand = {"session_id": counter.session_id, "actor": counter.demo.cashier, "write_id": sale_id}
    rig.slot.insert(card)
    wait_for(lambda: reader.status().state is ReaderState.CARD_PRESENT)
    read_first = 8
    card.left = read_first + flip_index(rig.family) + 1
    torn = deliver(counter.demo.hall, reader, **hand)
    assert (torn.state, reader.status().state) == (WriteState.WRITING, ReaderState.NO_SERVICE)
    private_service().replug("")
    assert deliver(counter.demo.hall, reader, **hand).code == "reader.no_reader"
    private_service().replug("Changshou Other")
    rig.slot.insert(card)
    wait_for(lambda: reader.status().state is ReaderState.CARD_PRESENT)
    settled = deliver(counter.demo.hall, reader, **hand)
    assert settled.state is WriteState.POSTED
    assert settled.found is not None
    assert settled.found.purchase is not None
    assert (settled.found.purchase.sequence, settled.found.purchase.volume_l) == (1, 33_000)
    with counter.demo.store.reading() as connection:
        posted = connection.exec_driver_sql("SELECT count(*) FROM journal WHERE kind = 'card_posted'").scalar()
    assert posted == 2, "the first card and this purchase"


def test_refusal_by_the_service_is_told_from_a_service_that_is_not_there(tmp_path: Path) -> None:
    """As with polkit: the socket answers and hangs up. In a process of its own, whose library finds that socket."""
    script = """
        import socket, sys, threading
        from devices.cards.keystore import KeyRing, development_key_set
        from devices.cards.pcsc import PcscReader
        from pos.domain.errors import DeviceUnavailable
        reader = PcscReader(KeyRing(development_key_set()))
        def told():
            status = reader.status()
            try:
                with reader.session():
                    pass
            except DeviceUnavailable as refused:
                print(status.state, status.service, status.trouble or "-", refused.code)
        told()
        with socket.socket(socket.AF_UNIX) as service:
            service.bind(sys.argv[1])
            service.listen()
            def hang_up():
                while True:
                    link, _ = service.accept()
                    link.close()
            threading.Thread(target=hang_up, daemon=True).start()
            told()
    """
    path = str(tmp_path / "pcscd.comm")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), path],
        env={"PCSCLITE_CSOCK_NAME": path, "PATH": "/usr/sbin:/usr/bin:/bin"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "no_service not_running - reader.no_service",
        "no_service access_refused reader.access_refused reader.access_refused",
    ]


@pytest.mark.parametrize(("version", "refused"), [("1.9.1", "reader.mute_by_service"), ("1.9.9", "reader.card_mute")])
def test_mute_card_is_blamed_on_the_one_service_that_cannot_read_memory_cards(
    version: str, refused: str, rig: PcscdRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute = SimulatedCpuCard(bytes(2), issued_card().files)
    rig.slot.insert(mute)
    wait_for(lambda: rig.reader.status().atr_hex == "0000")
    fake = tmp_path / "pcscd"
    fake.write_text(f"#!/bin/sh\necho 'pcsc-lite version {version}.'\n", encoding="ascii")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    service_version.cache_clear()
    try:
        with pytest.raises(DeviceUnavailable, match=rf"^{refused}"), rig.reader.session():
            pass
    finally:
        service_version.cache_clear()
        rig.slot.remove()


def test_second_slot_of_the_reader_is_left_to_whoever_asks_for_it(rig: PcscdRig) -> None:
    slot = slot_at(private_service().ports[1])
    here, there = issued_card(), issued_card(bytes.fromhex("0A0B0C0D"))
    rig.insert(here)
    slot.insert(there)
    try:
        wait_for(lambda: PcscReader(KEYS, private_service().reader_names[1]).status().atr_hex != "")
        before = read(rig.reader)
        assert write(rig.reader, FIRST_BUY, before).holds(FIRST_BUY)
        assert write(rig.reader, SECOND_BUY, read(rig.reader)).holds(SECOND_BUY)
    finally:
        slot.remove()
    assert there.memory.written == 0
