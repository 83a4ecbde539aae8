"""A card of the wallet profile at the counter: what proves a load, what does not, and what an unload takes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.cards.keystore import PURPOSES, KeyRing, KeySet
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_wallet import WalletState, state_of
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown, RuleViolation
from pos.ports.keys import WalletMove
from tests.contract.card_rigs import (
    FIRST_BUY,
    IDENTITY,
    KEYS,
    NOTHING_BOUGHT,
    SECOND_BUY,
    WALLET_CARD,
    all_tries_full,
    flip_index,
    issue,
    outcome_of,
    read,
    write,
)

TODAY = "2026-11-22"
CREDIT, PROVE = 0x52, 0x5A


def wallet_of(card: SimulatedCpuCard) -> WalletState:
    """What lies in the card's wallet."""
    return state_of(card.files.directories[0x3F01].files[0x01])


def issued(*, bought: bool = False) -> tuple[SimulatedReader, SimulatedCpuCard]:
    card = WALLET_CARD.issued(bought=bought)
    assert isinstance(card, SimulatedCpuCard)
    return WALLET_CARD.reader(card), card


def newest_log(card: SimulatedCpuCard) -> bytes:
    """The newest record of the wallet's log."""
    log = card.files.directories[0x3F01].files[0x18]
    slot = log.slot_of(1)
    assert slot is not None
    return bytes(log.body[slot * 23 : slot * 23 + 23])


def test_a_purchase_is_a_load_of_its_litres_and_the_meter_takes_them() -> None:
    reader, card = issued(bought=True)
    assert (wallet_of(card).balance, wallet_of(card).online) == (FIRST_BUY.volume_l, 1)
    meter = SimulatedMeter(KEYS, IDENTITY.meter_no)
    assert meter.insert(card, today=TODAY) is MeterAnswer.TAKEN
    assert (wallet_of(card).balance, wallet_of(card).offline) == (0, 1)
    after = write(reader, SECOND_BUY, read(reader))
    assert (wallet_of(card).balance, wallet_of(card).online, after.generation) == (SECOND_BUY.volume_l, 2, 2)


def test_issue_with_a_first_purchase_loads_it_and_an_empty_one_moves_nothing() -> None:
    card = WALLET_CARD.blank()
    assert isinstance(card, SimulatedCpuCard)
    image = issue(WALLET_CARD.reader(card), first=FIRST_BUY)
    assert (wallet_of(card).balance, wallet_of(card).online, image.generation) == (FIRST_BUY.volume_l, 1, 1)
    assert wallet_of(issued()[1]).online == 0


def test_reversal_is_an_unload_of_exactly_what_was_loaded() -> None:
    reader, card = issued(bought=True)
    now = read(reader)
    back = write(reader, NOTHING_BOUGHT, now)
    assert (back.purchase, back.generation, back.unconsumed_l) == (NOTHING_BOUGHT, now.generation + 1, 0)
    assert (wallet_of(card).balance, wallet_of(card).online) == (0, 2)
    assert newest_log(card)[5:10] == FIRST_BUY.volume_l.to_bytes(4, "big") + b"\x03"
    assert write(reader, FIRST_BUY, back).holds(FIRST_BUY)


def test_what_a_meter_has_taken_is_not_taken_back_though_its_report_was_torn() -> None:
    reader, card = issued(bought=True)
    before = read(reader)
    card.tear_after(19 + 1 + 25)  # the wallet and its log; not the report
    with pytest.raises(OutcomeUnknown):
        SimulatedMeter(KEYS, IDENTITY.meter_no).insert(card, today=TODAY)
    reader.insert(card)
    now = read(reader)
    assert (now.purchase, now.feedback) == (before.purchase, before.feedback)
    assert (before.wallet_l, now.wallet_l, now.unconsumed_l) == (FIRST_BUY.volume_l, 0, FIRST_BUY.volume_l)
    assert now.digest != before.digest  # a reversal asks for the very digest that was proven
    with pytest.raises(RuleViolation, match=r"reversal\.card_changed"):
        write(reader, NOTHING_BOUGHT, now)
    assert (wallet_of(card).online, all_tries_full(card)) == (1, True)


def test_debit_whose_answer_was_lost_in_the_meter_is_given_once_by_its_proof() -> None:
    meter = SimulatedMeter(KEYS, IDENTITY.meter_no)
    for at in range(24):
        card = issued(bought=True)[1]
        meter.taken_sequence = meter.remaining_l = 0
        card.lose_next_answer(after=at)
        try:
            meter.insert(card, today=TODAY)
        except OutcomeUnknown:
            card.clear_faults()
            meter.insert(card, today="2026-11-23")
        card.clear_faults()
        assert meter.remaining_l == FIRST_BUY.volume_l, at
        assert wallet_of(card).balance == 0
        assert meter.insert(card, today="2026-11-24") is MeterAnswer.ALREADY_TAKEN


def test_an_emptied_wallet_is_not_believed_without_the_meters_own_proof() -> None:
    _reader, card = issued(bought=True)
    SimulatedMeter(KEYS, IDENTITY.meter_no).insert(card, today=TODAY)
    card.files.directories[0x3F01].files[0x01].body[8:19] = bytes(11)
    card.files.directories[0x3F01].files[0x01].body[27:38] = bytes(11)
    other = SimulatedMeter(KEYS, IDENTITY.meter_no)
    assert other.insert(card, today=TODAY) is MeterAnswer.ALREADY_TAKEN
    assert other.remaining_l == 0


def test_lost_answer_of_the_load_is_recovered_by_counter_and_proof() -> None:
    reader, card = issued()
    before = read(reader)
    card.lose_next_answer(after=flip_index(WALLET_CARD))
    with pytest.raises(OutcomeUnknown, match=r"card\.answer_lost"):
        write(reader, FIRST_BUY, before)
    reader.insert(card)
    now = read(reader)
    assert (now.holds(FIRST_BUY), now.generation) == (True, before.generation + 1)
    proof = wallet_of(card).proof
    card.files.directories[0x3F01].files[0x01].body[-2] ^= 0xFF  # the second state's TAC
    assert wallet_of(card).proof != proof
    assert read(reader).digest != now.digest  # the card's proof is part of what was read


def test_prepared_purchase_without_its_load_does_not_count() -> None:
    reader, card = issued()
    before = read(reader)
    card.fail_before(after=flip_index(WALLET_CARD))
    with pytest.raises(OutcomeUnknown):
        write(reader, FIRST_BUY, before)
    reader.insert(card)
    now = read(reader)
    assert (now.purchase, now.generation, now.torn_copy) == (NOTHING_BOUGHT, before.generation, False)
    prepared = card.files.directories[0x3F01].files[0x07].body
    assert prepared[2:6] == (before.generation + 1).to_bytes(4, "big")
    assert SimulatedMeter(KEYS, IDENTITY.meter_no).insert(card, today=TODAY) is MeterAnswer.NOTHING_TO_TAKE


class Deaf(SimulatedCpuCard):
    """A card whose contact spoils the answers of some instructions, with 90 00 behind them."""

    spoils: tuple[int, ...] = ()

    def transmit(self, raw: bytes) -> bytes:
        answer = super().transmit(raw)
        if raw[1] in self.spoils and answer[-2:] == b"\x90\x00":
            self.asked = (*getattr(self, "asked", ()), raw[1])
            return bytes(byte ^ 0xFF for byte in answer[:-2]) + answer[-2:]
        return answer


@pytest.mark.parametrize("spoils", [(CREDIT,), (CREDIT, PROVE)])
def test_spoilt_tac_is_asked_for_again_and_the_card_decides_in_the_end(spoils: tuple[int, ...]) -> None:
    plain = issued()[1]
    card = Deaf(plain.atr, plain.files)
    reader = WALLET_CARD.reader(card)
    before = read(reader)
    card.spoils = spoils
    assert write(reader, FIRST_BUY, before).holds(FIRST_BUY)
    assert card.asked[0] == CREDIT
    assert wallet_of(card).balance == FIRST_BUY.volume_l


class Locking(KeyRing):
    """An authority that is locked while a load is on its way."""

    def wallet_proof_holds(self, factor: bytes, move: WalletMove, proof: bytes) -> bool:
        raise DeviceUnavailable("keys.locked")


def test_authority_that_is_locked_after_the_load_does_not_make_it_undone() -> None:
    card = issued()[1]
    locking = SimulatedReader(Locking(KEYS._key_set))
    locking.insert(card)
    outcome = outcome_of(lambda: write(locking, FIRST_BUY, read(locking)))
    assert isinstance(outcome, CardImage)
    assert outcome.holds(FIRST_BUY)


def test_hall_without_wallet_keys_reads_the_card_and_moves_nothing() -> None:
    card = issued()[1]
    hall = SimulatedReader(KeyRing(KeySet(is_test=True, keys={name: KEYS._key_set.keys[name] for name in PURPOSES})))
    hall.insert(card)
    before = read(hall)
    assert before.kind is CardKind.USER
    with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
        write(hall, FIRST_BUY, before)
    assert read(hall).purchase == NOTHING_BOUGHT
    assert (wallet_of(card).online, all_tries_full(card)) == (0, True)


def test_wallet_that_holds_no_whole_purchase_is_neither_added_to_nor_lost() -> None:
    reader, card = issued(bought=True)
    body = card.files.directories[0x3F01].files[0x01].body
    body[19 + 2 : 19 + 4] = (5_000).to_bytes(2, "big")
    assert wallet_of(card).balance == 5_000
    with pytest.raises(DeviceRefused, match=r"card\.write_not_started") as refused:
        write(reader, SECOND_BUY, read(reader))
    assert (refused.value.params["reason"], wallet_of(card).balance) == ("card.unconsumed", 5_000)


def test_more_than_the_wallets_cap_is_refused_before_the_card_is_written() -> None:
    reader, card = issued()
    written = card.memory.written
    with pytest.raises(RuleViolation, match=r"card\.purchase_out_of_range"):
        write(reader, replace(FIRST_BUY, volume_l=2**31), read(reader))
    assert card.memory.written == written
    blank = WALLET_CARD.blank()
    with pytest.raises(RuleViolation, match=r"card\.purchase_out_of_range"):
        issue(WALLET_CARD.reader(blank), first=replace(FIRST_BUY, volume_l=2**31))
    assert blank.memory.written == 0
