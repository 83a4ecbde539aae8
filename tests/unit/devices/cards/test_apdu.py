"""The middle layer: chained answers, one resend, and an error for every word but 9000."""

from __future__ import annotations

import logging

import pytest

from devices.cards import fmcos_commands as fm
from devices.cards.apdu import TRAFFIC, ApduChannel, Command
from devices.cards.status_words import StatusWord, error_for, tries_left
from pos.domain.errors import DeviceProtocolError, DeviceRefused


class PlayedConnection:
    """Plays a recorded dialogue and checks that it is followed."""

    def __init__(self, *dialogue: tuple[str, str], is_block_protocol: bool = False) -> None:
        self.is_block_protocol = is_block_protocol
        self._dialogue = [(bytes.fromhex(sent), bytes.fromhex(answer)) for sent, answer in dialogue]

    @property
    def atr(self) -> bytes:
        return b"\x3b\x00"

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        sent, answer = self._dialogue.pop(0)
        assert command == sent
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def test_waiting_answer_is_fetched() -> None:
    channel = ApduChannel(PlayedConnection(("00A40000023F00", "6105"), ("00C0000005", "6F0384013F9000")))
    assert channel.run(fm.select_id(fm.MASTER_FILE)) == bytes.fromhex("6F0384013F")
    assert channel.sent == 2


@pytest.mark.parametrize(
    ("command", "sent", "answer"),
    [
        (fm.select_id(fm.MASTER_FILE), "00A40000023F0000", "6F009000"),
        (fm.internal_authenticate(0, bytes(8)), "0088000008000000000000000008", "01020304050607089000"),
        (fm.external_authenticate(0, bytes(8)), "00820000080000000000000000", "9000"),
    ],
    ids=["length not known", "length known", "nothing to give back"],
)
def test_on_t1_a_command_that_wants_an_answer_says_so_after_its_field(command: Command, sent: str, answer: str) -> None:
    channel = ApduChannel(PlayedConnection((sent, answer), is_block_protocol=True))
    assert channel.run(command) == bytes.fromhex(answer)[:-2]


def test_answer_in_pieces_is_put_together() -> None:
    channel = ApduChannel(
        PlayedConnection(("00A40000023F00", "6102"), ("00C0000002", "01026101"), ("00C0000001", "039000"))
    )
    assert channel.run(fm.select_id(fm.MASTER_FILE)) == b"\x01\x02\x03"


def test_wrong_length_is_asked_again_once() -> None:
    channel = ApduChannel(PlayedConnection(("00B0950008", "6C04"), ("00B0950004", "010203049000")))
    assert channel.exchange(fm.read_binary(0x15, 0, 8)) == (b"\x01\x02\x03\x04", 0x9000)


def test_command_with_data_is_never_sent_twice() -> None:
    channel = ApduChannel(PlayedConnection(("008200000801020304050607086C04"[:26], "6C04")))
    with pytest.raises(DeviceProtocolError, match=r"card\.unknown_status"):
        channel.run(fm.external_authenticate(0, bytes.fromhex("0102030405060708")))


def test_endless_answer_is_nonsense() -> None:
    dialogue = [("00A40000023F00", "6101")] + [("00C0000001", "FF6101")] * 20
    with pytest.raises(DeviceProtocolError, match=r"card\.endless_answer"):
        ApduChannel(PlayedConnection(*dialogue)).run(fm.select_id(fm.MASTER_FILE))


def test_short_answer_is_nonsense() -> None:
    with pytest.raises(DeviceProtocolError, match=r"card\.wrong_answer_length"):
        ApduChannel(PlayedConnection(("0084000008", "01029000"))).run(fm.get_challenge(8))


def test_long_fields_are_refused_before_sending() -> None:
    with pytest.raises(ValueError, match="239"):
        Command("UPDATE BINARY", bytes(4), bytes(240))


@pytest.mark.parametrize(
    ("status", "family", "code"),
    [
        (0x63C2, DeviceRefused, "card.authentication_refused"),
        (0x6283, DeviceRefused, "card.damaged"),
        (0x6581, DeviceRefused, "card.damaged"),
        (0x6982, DeviceRefused, "card.not_authenticated"),
        (0x6300, DeviceRefused, "card.not_authenticated"),
        (0x6983, DeviceRefused, "card.key_locked"),
        (0x6988, DeviceRefused, "card.mac_refused"),
        (0x9302, DeviceRefused, "card.mac_refused"),
        (0x9303, DeviceRefused, "card.dead"),
        (0x6A81, DeviceRefused, "card.locked"),
        (0x6A82, DeviceRefused, "card.not_ours"),
        (0x6A84, DeviceRefused, "card.profile_mismatch"),
        (0x6700, DeviceProtocolError, "card.command_not_understood"),
        (0x6E00, DeviceProtocolError, "card.command_not_understood"),
        (0x1234, DeviceProtocolError, "card.unknown_status"),
    ],
)
def test_every_word_has_its_error(status: int, family: type[Exception], code: str) -> None:
    error = error_for(status, "READ BINARY")
    assert (type(error), error.code, error.params["sw"]) == (family, code, f"{status:04X}")


def test_every_named_word_but_done_is_mapped() -> None:
    named = [word for word in StatusWord if word is not StatusWord.DONE]
    assert [word for word in named if error_for(word, "X").code == "card.unknown_status"] == []


def test_remaining_tries_are_told() -> None:
    assert (tries_left(0x63C0), tries_left(0x63CF), tries_left(0x6300)) == (0, 15, None)


def test_secret_commands_are_not_logged_even_at_the_lowest_level(caplog: pytest.LogCaptureFixture) -> None:
    connection = PlayedConnection(("00820000080102030405060708", "9000"), ("0084000004", "AABBCCDD9000"))
    with caplog.at_level(TRAFFIC):
        channel = ApduChannel(connection)
        channel.run(fm.external_authenticate(0, bytes.fromhex("0102030405060708")))
        channel.run(fm.get_challenge(4))
    assert "0102030405060708" not in caplog.text
    assert "aabbccdd" in caplog.text


def test_nothing_is_logged_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ApduChannel(PlayedConnection(("0084000004", "AABBCCDD9000"))).run(fm.get_challenge(4))
    assert caplog.text == ""


def test_a_traceback_shows_the_name_of_a_command_and_none_of_its_bytes() -> None:
    shown = repr(Command("PRESENT CODE", bytes.fromhex("FF200000"), b"\xab\xcd\xef", secret=True))
    assert shown == "Command('PRESENT CODE')"
