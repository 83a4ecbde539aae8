"""The line to the head office: whose certificate, what a lost answer means, and that nothing asked is written down."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.cards import wallet_crypto
from devices.cards.authority_words import move_of, words_of
from devices.cards.head_office import HeadOffice, Service
from devices.cards.keystore import KeyRing, KeySet, SoftwareKeystore, save_keystore
from devices.cards.simulated_card import blank_wallet_card
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.errors import DeviceError, DeviceRefused, DeviceUnavailable, OutcomeUnknown
from pos.ports.keys import WalletKind, WalletMove
from tests.contract.authority_rigs import KEY_SET, RING
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, NOTHING_BOUGHT
from tests.contract.head_office_server import HOST, KeyService, Office, service_of

FACTOR = bytes.fromhex("5101100000001700")
LOAD = WalletMove(WalletKind.LOAD, 12_000, bytes(6), 0, 3, b"\x01\x02\x03\x04", bytes.fromhex("20261123091500"))
CARD_MAC = wallet_crypto.card_mac(wallet_crypto.session_key(RING._card_key("wallet_load", FACTOR), LOAD), LOAD)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def service(office: Office) -> Iterator[KeyService]:
    with KeyService(office, RING).running() as running:
        yield running


def counter(office: Office, service: KeyService, *, timeout_s: float = 5.0, test: bool = True) -> HeadOffice:
    return HeadOffice(service_of(office, service.port), is_test_key=test, timeout_s=timeout_s)


def authenticated(keys: HeadOffice) -> bytes:
    return keys.authenticate("external_auth", FACTOR, bytes(8))


QUESTIONS: dict[str, Callable[[HeadOffice], object]] = {
    "authenticate": authenticated,
    "wallet_mac": lambda keys: keys.wallet_mac(FACTOR, LOAD, CARD_MAC),
    "wallet_proof_holds": lambda keys: keys.wallet_proof_holds(FACTOR, LOAD, bytes(4)),
}
COUNTED = {"wallet_mac", "wallet_proof_holds"}


@pytest.mark.parametrize("ask", sorted(QUESTIONS))
@pytest.mark.parametrize("how", ["silent", "broken"])
def test_a_lost_answer_is_unknown_where_it_may_have_been_used_and_asked_once(
    office: Office, service: KeyService, ask: str, how: str
) -> None:
    service.misbehave = how
    with pytest.raises(DeviceError) as lost:
        QUESTIONS[ask](counter(office, service, timeout_s=0.5))
    kind, code = (OutcomeUnknown, "keys.office_silent") if ask in COUNTED else (DeviceUnavailable, "keys.office_gone")
    assert (type(lost.value), lost.value.code) == (kind, code)
    assert service.asked == [ask]


@pytest.mark.parametrize("ask", sorted(QUESTIONS))
def test_a_service_that_is_not_there_was_asked_nothing(office: Office, ask: str) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        keys = HeadOffice(service_of(office, taken.getsockname()[1]), is_test_key=True)
        with pytest.raises(DeviceUnavailable, match=r"keys\.office_gone"):
            QUESTIONS[ask](keys)


@pytest.mark.parametrize("how", ["garbage", "empty", "error", "list", "odd"])
def test_nonsense_of_a_service_is_a_known_error(office: Office, service: KeyService, how: str) -> None:
    service.misbehave = how
    for ask in QUESTIONS.values():
        with pytest.raises(DeviceRefused, match=r"keys\.office_wrong"):
            ask(counter(office, service))


def test_a_hall_that_the_service_does_not_serve_is_refused(office: Office, service: KeyService) -> None:
    for how in ("forbidden", "stranger"):
        service.misbehave = how
        with pytest.raises(DeviceRefused, match=r"keys\.office_refused"):
            authenticated(counter(office, service))
    assert service.asked == []


def test_a_counter_with_another_authoritys_certificate_is_refused_and_was_asked_nothing(
    office: Office, service: KeyService, tmp_path: Path
) -> None:
    stranger = Office(tmp_path / "stranger", "somebody else").issue("hall")
    keys = HeadOffice(service_of(office, service.port, stranger), is_test_key=True)
    with pytest.raises(DeviceRefused, match=r"keys\.office_refused"):
        keys.wallet_mac(FACTOR, LOAD, CARD_MAC)
    assert service.asked == []


def test_a_counter_whose_certificate_ran_out_is_refused(office: Office, service: KeyService) -> None:
    keys = HeadOffice(service_of(office, service.port, office.issue("late hall", days=-1)), is_test_key=True)
    with pytest.raises(DeviceRefused, match=r"keys\.office_refused"):
        authenticated(keys)
    assert service.asked == []


def test_a_service_with_another_authoritys_certificate_hears_no_question(office: Office, tmp_path: Path) -> None:
    impostor = Office(tmp_path / "stranger", "somebody else").issue("service")
    with KeyService(office, RING, impostor).running() as service:
        with pytest.raises(DeviceRefused) as refused:
            authenticated(counter(office, service))
        assert refused.value.code == "keys.office_refused"
        assert "certificate" in str(refused.value.params["reason"])
        assert service.asked == []


def test_a_service_under_another_name_hears_no_question(office: Office, service: KeyService) -> None:
    there = service_of(office, service.port)
    other = Service("localhost", there.port, there.authority, there.certificate, there.private_key)
    with pytest.raises(DeviceRefused, match=r"keys\.office_refused"):
        authenticated(HeadOffice(other, is_test_key=True))
    assert service.asked == []


def test_a_missing_certificate_file_is_a_known_error_without_its_path(
    office: Office, service: KeyService, tmp_path: Path
) -> None:
    there = service_of(office, service.port)
    for files in (
        (tmp_path / "none.pem", there.certificate, there.private_key),
        (there.authority, tmp_path / "none.pem", there.private_key),
        (there.authority, there.certificate, there.authority),
    ):
        with pytest.raises(DeviceRefused, match=r"keys\.office_refused") as refused:
            authenticated(HeadOffice(Service(there.host, there.port, *files), is_test_key=True))
        assert str(tmp_path) not in str(refused.value.params)


def test_development_keys_at_the_office_are_refused_where_the_issuers_are_expected(
    office: Office, service: KeyService
) -> None:
    keys = counter(office, service, test=False)
    assert not keys.is_test_key
    with pytest.raises(DeviceRefused) as refused:
        authenticated(keys)
    assert (refused.value.code, refused.value.params["reason"]) == ("keys.office_wrong", "test keys")


def test_a_locked_keystore_at_the_office_says_so_at_the_counter(office: Office, tmp_path: Path) -> None:
    save_keystore(tmp_path / "k", KeySet(is_test=True, keys=KEY_SET.keys), "a long passphrase")
    locked = SoftwareKeystore(tmp_path / "k")
    with KeyService(office, locked).running() as service, pytest.raises(DeviceUnavailable, match=r"keys\.locked"):
        authenticated(counter(office, service))


def test_the_self_test_uses_no_key(office: Office, service: KeyService) -> None:
    assert counter(office, service).look() == f"{HOST}:{service.port}"


def test_nothing_that_was_asked_or_answered_is_logged(
    office: Office, service: KeyService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1, logging.getLogger().name)
    keys = counter(office, service)
    secrets = [keys.sector_key("sector_write", FACTOR), keys.card_code("memory_code", FACTOR, 3), authenticated(keys)]
    service.misbehave = "garbage"
    with pytest.raises(DeviceRefused) as refused:
        authenticated(keys)
    written = caplog.text + str(refused.value.params) + repr(keys)
    assert not [secret for secret in (*secrets, FACTOR) if secret.hex() in written.lower()]


def test_a_wallets_move_comes_back_as_it_was() -> None:
    assert move_of(words_of(LOAD)) == LOAD
    for wrong in ({"amount": -1}, {"amount": True}, {"kind": 9}, {"challenge": "zz"}):
        with pytest.raises((ValueError, TypeError)):
            move_of(words_of(LOAD) | wrong)


@pytest.mark.parametrize("ask", ["wallet_mac", "wallet_proof_holds"])
def test_a_wallet_purchase_whose_answer_was_lost_is_decided_by_the_card(
    office: Office, service: KeyService, ask: str
) -> None:
    card = blank_wallet_card(b"\x01\x02\x03\x04")
    issuing = SimulatedReader(RING)
    issuing.insert(card)
    with issuing.session() as session:
        session.personalise(IDENTITY, NOTHING_BOUGHT, before=session.read())
    losing = Losing(counter(office, service, timeout_s=0.5), service, ask)
    reader = SimulatedReader(losing)
    reader.insert(card)
    with reader.session() as session:
        before = session.read()
        if ask == "wallet_mac":
            with pytest.raises(DeviceUnavailable, match=r"card\.lost_before_write"):
                session.write_purchase(FIRST_BUY, before=before)
            assert session.read().purchase == before.purchase
        else:
            assert session.write_purchase(FIRST_BUY, before=before).holds(FIRST_BUY)
    assert card.tries_are_full()


class Losing(KeyRing):
    """The counter's line, on which the answers to one question are lost."""

    def __init__(self, line: HeadOffice, service: KeyService, ask: str) -> None:
        super().__init__(KEY_SET)
        self._line, self._service, self._ask = line, service, ask

    def wallet_mac(self, factor: bytes, move: WalletMove, card_mac: bytes) -> bytes:
        self._service.misbehave = "broken" if self._ask == "wallet_mac" else ""
        return self._line.wallet_mac(factor, move, card_mac)

    def wallet_proof_holds(self, factor: bytes, move: WalletMove, proof: bytes) -> bool:
        self._service.misbehave = "broken" if self._ask == "wallet_proof_holds" else ""
        return self._line.wallet_proof_holds(factor, move, proof)
