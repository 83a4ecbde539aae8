"""What only the sectors, trailers and keys of a MIFARE Classic can suffer while it is issued."""

from __future__ import annotations

import pytest

from devices.cards.mifare_access import access_word, parse_access_word
from devices.cards.mifare_profile import REFERENCE
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardKind
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown, RuleViolation
from tests.contract.card_rigs import KEYS, OTHER_IDENTITY, issue, outcome_of, read
from tests.contract.issue_promises import FIRST, ISSUED, ISSUED_AGAIN, SPOILED, settle
from tests.contract.mifare_rigs import OTHER_UID, UID, foreign_mifare, issued_mifare

SECTORS = len(REFERENCE.issue_order)
DATA_BYTES = SECTORS * 48
TRAILER_BYTES = SECTORS * 3 * 16
BYTES = DATA_BYTES + TRAILER_BYTES + 2 * 16


def fresh() -> tuple[SimulatedReader, SimulatedMifareCard]:
    reader, card = SimulatedReader(KEYS), SimulatedMifareCard(UID)
    reader.insert(card)
    return reader, card


@pytest.mark.parametrize("erases_to", [0x00, 0xFF])
def test_torn_on_a_chip_that_erases_first_no_half_made_card_can_be_sold_to(erases_to: int) -> None:
    endings = []
    for torn_at in range(0, 2 * BYTES, 3):
        reader, card = fresh()
        before = read(reader)
        card.chip.erases_to = erases_to
        card.tear_after(torn_at, mixture=0x55)
        outcome = outcome_of(lambda r=reader, b=before: issue(r, first=FIRST, before=b))
        assert isinstance(outcome, DeviceUnavailable | OutcomeUnknown)
        endings.append(settle(reader, card, outcome))
    assert SPOILED not in endings[: 2 * DATA_BYTES // 3]
    assert {ISSUED, ISSUED_AGAIN, SPOILED} == set(endings)


def test_no_trailer_with_contradicting_access_bits_is_ever_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    reader, card = fresh()
    chip_write = card.chip.write

    def listening(block: int, fresh_bytes: bytes) -> None:
        if block % 4 == 3:
            sent.append(fresh_bytes)
        chip_write(block, fresh_bytes)

    monkeypatch.setattr(card.chip, "write", listening)
    issue(reader, first=FIRST)
    assert len(sent) == 3 * SECTORS
    assert all(access_word(parse_access_word(trailer[6:9])) == trailer[6:9] for trailer in sent)


def test_issued_sectors_no_longer_open_with_the_transport_key_and_every_card_has_keys_of_its_own() -> None:
    reader, card = fresh()
    issue(reader)
    trailers = [bytes(card.chip.blocks[plan.trailer]) for plan in REFERENCE.issue_order]
    other = issued_mifare(OTHER_UID, OTHER_IDENTITY)
    others = [bytes(other.chip.blocks[plan.trailer]) for plan in REFERENCE.issue_order]
    keys = {key for trailer in trailers for key in (trailer[:6], trailer[10:])}
    assert b"\xff" * 6 not in keys
    assert len(keys) == 4  # one reads; issuer, counter and meter write
    assert not keys & {key for trailer in others for key in (trailer[:6], trailer[10:])}


def test_sector_that_somebody_else_uses_keeps_the_card_from_being_issued() -> None:
    reader, card = fresh()
    theirs = foreign_mifare().chip.blocks[19]
    card.chip.blocks[19][:] = theirs
    assert read(reader).kind is CardKind.BLANK
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(reader, first=FIRST)
    assert card.memory.written == 0
    assert card.chip.blocks[19] == theirs


def test_leftovers_in_the_blocks_of_a_delivered_card_never_count() -> None:
    """A card in transport configuration whose blocks already claim a purchase of its own."""
    reader, card = fresh()
    forged = issued_mifare(bought=True)
    for block in (4, 5, 6, 8, 9, 10, 12, 13, 14):
        card.chip.blocks[block][:] = forged.chip.blocks[block]
    card.tear_after(BYTES - 32)
    outcome_of(lambda: issue(reader, first=FIRST))
    reader.insert(card)
    assert read(reader).note == "card.unfinished"
    assert issue(reader, first=FIRST).holds(FIRST)
