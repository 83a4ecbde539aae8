"""No sector key reaches a log, whatever its level, nor the text of a command that a crash file could hold."""

from __future__ import annotations

import pytest

from devices.cards import mifare_commands as mf
from devices.cards.apdu import TRAFFIC
from devices.cards.mifare_access import TRANSPORT, access_word
from devices.cards.mifare_sectors import factor_of
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_reader import SimulatedReader
from tests.contract.card_rigs import FIRST_BUY, KEYS, issue, write
from tests.contract.mifare_rigs import UID

OURS = ("sector_read", "sector_issue", "sector_write", "sector_meter")


def test_life_of_a_card_logged_byte_by_byte_shows_no_sector_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(TRAFFIC, logger="devices.cards.apdu")
    reader, card = SimulatedReader(KEYS), SimulatedMifareCard(UID)
    reader.insert(card)
    write(reader, FIRST_BUY, issue(reader))
    said = "\n".join(record.getMessage() for record in caplog.records).lower()
    assert "ffb0000410" in said  # the bytes of other commands are there
    for purpose in OURS:
        assert KEYS.sector_key(purpose, factor_of(UID)).hex() not in said


def test_text_of_a_command_shows_no_key() -> None:
    key = bytes.fromhex("D00D1E5ECA7E")
    for shown in (repr(mf.load_key(0, key)), repr(mf.write_block(7, key + access_word(TRANSPORT) + bytes(7)))):
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown.lower()
