"""Issuing a MIFARE Classic under every single fault: no half-made card can be sold to, none is lost without need.

After a fault the card is read and issued again. It must end as a user card with exactly the first purchase, or be
refused as spoiled stock; spoiled is allowed only where the three access bytes of a trailer were torn.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.cards.mifare_access import access_word, parse_access_word
from devices.cards.mifare_profile import ISSUE_ORDER
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceRefused, DeviceUnavailable, KnownError, OutcomeUnknown, RuleViolation
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, KEYS, OTHER_IDENTITY, outcome_of, read, write
from tests.contract.mifare_rigs import OTHER_UID, UID, foreign_mifare, issue_mifare, issued_mifare

FIRST = CardPurchase(1, 20_000, 20_000, 25_000, 1_790_000_000_000)
SECTORS = len(ISSUE_ORDER)
DATA_BYTES = SECTORS * 48
TRAILER_BYTES = SECTORS * 3 * 16


def fresh() -> tuple[SimulatedReader, SimulatedMifareCard]:
    reader, card = SimulatedReader(KEYS), SimulatedMifareCard(UID)
    reader.insert(card)
    return reader, card


def cost_of_an_issue() -> tuple[int, int]:
    """Commands and lasting bytes of an undisturbed issue, the reading before it left out."""
    reader, card = fresh()
    before = read(reader)
    read_commands = card.apdu_count
    issue_mifare(reader, first=FIRST, before=before)
    return card.apdu_count - read_commands, card.memory.written


COMMANDS, BYTES = cost_of_an_issue()


def test_an_issue_takes_the_commands_and_bytes_the_page_says() -> None:
    assert (COMMANDS, BYTES) == (163, 512)
    assert BYTES == DATA_BYTES + TRAILER_BYTES + 2 * 16


def settle(reader: SimulatedReader, card: SimulatedMifareCard, outcome: CardImage | KnownError) -> str:
    """Read the card after a fault, check it, issue again; say how it ended."""
    card.clear_faults()
    reader.insert(card)
    now = read(reader)
    if now.kind is CardKind.USER:
        assert (now.identity, now.purchase) == (IDENTITY, FIRST)
        assert isinstance(outcome, CardImage | OutcomeUnknown), outcome
        return "issued"
    assert not isinstance(outcome, CardImage)
    assert now.kind in (CardKind.BLANK, CardKind.UNREADABLE)
    assert now.purchase is None
    before = card.memory.written
    again = outcome_of(lambda: issue_mifare(reader, first=FIRST))
    if isinstance(again, DeviceRefused):
        assert again.code == "card.spoiled"
        assert card.memory.written == before
        return "spoiled"
    assert isinstance(again, CardImage)
    assert (again.kind, again.identity, again.purchase) == (CardKind.USER, IDENTITY, FIRST)
    assert write(reader, CardPurchase(2, 1_000, 21_000, 25_000, 5), again).purchase is not None
    return "issued again"


@pytest.mark.parametrize("mixture", [None, 0x55, 0xF0, 0xFF])
def test_torn_at_every_byte_the_card_is_issued_again_or_spoiled_stock(mixture: int | None) -> None:
    endings = []
    for torn_at in range(BYTES):
        reader, card = fresh()
        before = read(reader)
        card.tear_after(torn_at, mixture=mixture)
        outcome = outcome_of(lambda r=reader, b=before: issue_mifare(r, first=FIRST, before=b))
        assert isinstance(outcome, DeviceUnavailable | OutcomeUnknown)
        endings.append(settle(reader, card, outcome))
        trailers = [bytes(card.chip.blocks[plan.trailer]) for plan in ISSUE_ORDER]
        assert endings[-1] == "spoiled" or [t[6:9] for t in trailers] == [access_word(p.access) for p in ISSUE_ORDER]
    # Only a tear within the three access bytes of a trailer spoils a card.
    assert SECTORS <= endings.count("spoiled") <= 3 * SECTORS
    assert "spoiled" not in endings[:DATA_BYTES]
    assert endings.count("issued") in range(16, 26)  # from the last changed byte of the main value on


@pytest.mark.parametrize("erases_to", [0x00, 0xFF])
def test_torn_on_a_chip_that_erases_first_no_half_made_card_can_be_sold_to(erases_to: int) -> None:
    endings = []
    for torn_at in range(0, 2 * BYTES, 3):
        reader, card = fresh()
        before = read(reader)
        card.chip.erases_to = erases_to
        card.tear_after(torn_at, mixture=0x55)
        outcome = outcome_of(lambda r=reader, b=before: issue_mifare(r, first=FIRST, before=b))
        assert isinstance(outcome, DeviceUnavailable | OutcomeUnknown)
        endings.append(settle(reader, card, outcome))
    assert "spoiled" not in endings[: 2 * DATA_BYTES // 3]
    assert {"spoiled", "issued again", "issued"} == set(endings)


FAULTS: dict[str, Callable[[SimulatedMifareCard, int], None]] = {
    "answer lost": lambda card, at: card.lose_next_answer(after=at),
    "contact lost before": lambda card, at: card.fail_before(after=at),
    "refused 6300": lambda card, at: card.refuse_with(0x6300, after=at),
    "refused 6581": lambda card, at: card.refuse_with(0x6581, after=at),
    "claims 9000 and does nothing": lambda card, at: card.refuse_with(0x9000, after=at),
    "done but says 6300": lambda card, at: card.garble_status(0x6300, after=at),
    "answer shortened": lambda card, at: card.shorten_answer(after=at),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_at_every_command_the_card_is_issued_again(fault: str) -> None:
    for at in range(COMMANDS):
        reader, card = fresh()
        before = read(reader)
        FAULTS[fault](card, at)
        outcome = outcome_of(lambda r=reader, b=before: issue_mifare(r, first=FIRST, before=b))
        assert settle(reader, card, outcome) in {"issued", "issued again"}, at


def test_no_trailer_with_contradicting_access_bits_is_ever_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    reader, card = fresh()
    chip_write = card.chip.write

    def listening(block: int, fresh_bytes: bytes) -> None:
        if block % 4 == 3:
            sent.append(fresh_bytes)
        chip_write(block, fresh_bytes)

    monkeypatch.setattr(card.chip, "write", listening)
    issue_mifare(reader, first=FIRST)
    assert len(sent) == 3 * SECTORS
    assert all(access_word(parse_access_word(trailer[6:9])) == trailer[6:9] for trailer in sent)


def test_unfinished_card_is_finished_for_the_same_number_only() -> None:
    reader, card = fresh()
    card.tear_after(BYTES - 30)
    outcome_of(lambda: issue_mifare(reader, first=FIRST))
    reader.insert(card)
    assert (read(reader).kind, read(reader).note) == (CardKind.UNREADABLE, "card.unfinished")
    with pytest.raises(RuleViolation, match=r"card\.unfinished_for_other"):
        issue_mifare(reader, OTHER_IDENTITY)
    assert issue_mifare(reader, first=FIRST).holds(FIRST)


def test_interrupted_card_may_be_issued_to_another_number() -> None:
    reader, card = fresh()
    card.tear_after(DATA_BYTES + 16 * 3 * 2 + 4)
    outcome_of(lambda: issue_mifare(reader, first=FIRST))
    reader.insert(card)
    assert (read(reader).kind, read(reader).note) == (CardKind.BLANK, "blank.interrupted")
    assert issue_mifare(reader, OTHER_IDENTITY).identity == OTHER_IDENTITY


def test_issued_sectors_no_longer_open_with_the_transport_key_and_every_card_has_keys_of_its_own() -> None:
    reader, card = fresh()
    issue_mifare(reader)
    trailers = [bytes(card.chip.blocks[plan.trailer]) for plan in ISSUE_ORDER]
    other = issued_mifare(OTHER_UID, OTHER_IDENTITY)
    others = [bytes(other.chip.blocks[plan.trailer]) for plan in ISSUE_ORDER]
    keys = {key for trailer in trailers for key in (trailer[:6], trailer[10:])}
    assert b"\xff" * 6 not in keys
    assert len(keys) == 4  # one reads; issuer, counter and meter write
    assert not keys & {key for trailer in others for key in (trailer[:6], trailer[10:])}


@pytest.mark.parametrize(
    ("identity", "field"),
    [
        (CardIdentity("123", "5101", "1", "M"), "card_no"),
        (CardIdentity("1000000017", "5101", "1", "气表"), "meter_no"),
        (CardIdentity("1000000017", "5101", "1", "M", 256), "issue_no"),
    ],
)
def test_identity_that_does_not_fit_is_refused_before_the_card_is_touched(identity: CardIdentity, field: str) -> None:
    reader, card = fresh()
    before = read(reader)
    commands = card.apdu_count
    with pytest.raises(RuleViolation) as refused:
        issue_mifare(reader, identity, before=before)
    assert (refused.value.code, refused.value.params["field"]) == ("card.identity_invalid", field)
    assert card.apdu_count == commands


def test_sector_that_somebody_else_uses_keeps_the_card_from_being_issued() -> None:
    reader, card = fresh()
    theirs = foreign_mifare().chip.blocks[19]
    card.chip.blocks[19][:] = theirs
    assert read(reader).kind is CardKind.BLANK
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue_mifare(reader, first=FIRST)
    assert card.memory.written == 0
    assert card.chip.blocks[19] == theirs


def test_first_purchase_may_be_on_the_card_from_the_start() -> None:
    reader, _card = fresh()
    image = issue_mifare(reader, first=FIRST_BUY)
    assert (image.unconsumed_l, image.generation) == (FIRST_BUY.volume_l, 1)


def test_leftovers_in_the_blocks_of_a_delivered_card_never_count() -> None:
    """A card in transport configuration whose blocks already claim a purchase of its own."""
    reader, card = fresh()
    forged = issued_mifare(bought=True)
    for block in (4, 5, 6, 8, 9, 10, 12, 13, 14):
        card.chip.blocks[block][:] = forged.chip.blocks[block]
    card.tear_after(BYTES - 32)
    outcome_of(lambda: issue_mifare(reader, first=FIRST))
    reader.insert(card)
    assert read(reader).note == "card.unfinished"
    assert issue_mifare(reader, first=FIRST).holds(FIRST)
