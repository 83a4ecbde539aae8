"""The bytes of the reference profile: exact, reversible, and decided the same way by everyone."""

from __future__ import annotations

import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards import reference_profile as layout
from devices.cards.card_records import factor_of
from devices.cards.two_copies import SELECT_A, SELECT_B, PurchaseCopy
from pos.domain.card import CardIdentity, CardKind, CardPurchase, MeterFeedback
from pos.domain.errors import RuleViolation

RECORDS = layout.REFERENCE.records
IDENTITY = CardIdentity("1000000017", "5101", "200001", "M-778899", 3)
PURCHASE = CardPurchase(2, 30_000, 42_000, 25_000, 1_790_000_200_000)
EMPTY = bytes(RECORDS.purchase.length)

identities = st.builds(
    CardIdentity,
    card_no=st.from_regex(r"[0-9]{10}", fullmatch=True),
    area_code=st.from_regex(r"[0-9]{4}", fullmatch=True),
    account_no=st.from_regex(r"[0-9]{1,12}", fullmatch=True),
    meter_no=st.from_regex(r"[A-Z0-9-]{0,12}", fullmatch=True),
    issue_no=st.integers(0, 255),
)
purchases = st.builds(
    CardPurchase,
    sequence=st.integers(0, 0xFFFF),
    volume_l=st.integers(0, 2**32 - 1),
    cumulative_l=st.integers(0, 2**48 - 1),
    price_e4=st.integers(0, 2**32 - 1),
    sold_at_utc_ms=st.integers(0, 2**48 - 1),
)
reports = st.builds(
    MeterFeedback,
    taken_sequence=st.integers(0, 0xFFFF),
    remaining_l=st.integers(-(2**31), 2**31 - 1),
    used_l=st.integers(0, 2**48 - 1),
    battery_pct=st.integers(0, 100),
    status=st.integers(0, 0xFFFF),
    magnet_count=st.integers(0, 0xFFFF),
    valve_faults=st.integers(0, 0xFFFF),
    read_on=st.one_of(st.none(), st.dates(min_value=date(2000, 1, 1)).map(date.isoformat)),
)


def test_purchase_copy_has_the_documented_bytes() -> None:
    stored = RECORDS.encode_purchase(PURCHASE, 7)
    body = "0101" + "00000007" + "0002" + "00007530" + "00000000a410" + "000061a8" + f"{1_790_000_200_000:012x}"
    assert stored[:28].hex() == body
    assert stored[28:] == zlib.crc32(bytes.fromhex(body)).to_bytes(4, "big")


def test_public_file_carries_the_factor_in_its_serial_number() -> None:
    stored = layout.encode_public(IDENTITY, date(2026, 11, 22), date(2036, 11, 22))
    assert len(stored) == layout.PUBLIC_LENGTH
    assert stored[12:20] == factor_of(IDENTITY) == bytes.fromhex("5101100000001703")


@given(identity=identities)
def test_identity_reads_back(identity: CardIdentity) -> None:
    stored = RECORDS.encode_identity(identity)
    assert len(stored) == RECORDS.identity.length
    assert RECORDS.decode_identity(stored) == (identity, CardKind.USER, "")


@given(purchase=purchases, generation=st.integers(0, 2**32 - 1))
def test_purchase_reads_back(purchase: CardPurchase, generation: int) -> None:
    stored = RECORDS.encode_purchase(purchase, generation)
    assert RECORDS.decode_purchase(stored) == PurchaseCopy(generation, purchase)


@given(report=reports, generation=st.integers(1, 0xFFFF))
def test_feedback_reads_back_from_either_slot(report: MeterFeedback, generation: int) -> None:
    slot = RECORDS.encode_feedback(report, generation)
    empty = bytes(layout.REFERENCE.feedback_slot)
    assert layout.REFERENCE.decode_feedback(slot + empty) == layout.FeedbackState(generation, report, next_slot=1)
    assert layout.REFERENCE.decode_feedback(empty + slot) == layout.FeedbackState(generation, report, next_slot=0)


@given(older=reports, newer=reports, generation=st.integers(0, 0xFFFF))
def test_newer_feedback_counts_even_when_the_generation_wraps(
    older: MeterFeedback, newer: MeterFeedback, generation: int
) -> None:
    slots = RECORDS.encode_feedback(older, generation), RECORDS.encode_feedback(newer, generation + 1)
    assert layout.REFERENCE.decode_feedback(slots[0] + slots[1]).feedback == newer
    assert layout.REFERENCE.decode_feedback(slots[1] + slots[0]).feedback == newer


@given(purchase=purchases, position=st.integers(0, RECORDS.purchase.length - 1), change=st.integers(1, 255))
def test_a_copy_with_one_changed_byte_does_not_count(purchase: CardPurchase, position: int, change: int) -> None:
    stored = bytearray(RECORDS.encode_purchase(purchase, 1))
    stored[position] ^= change
    assert RECORDS.decode_purchase(bytes(stored)) is None


OLD, NEW = RECORDS.encode_purchase(CardPurchase(1, 1, 1), 4), RECORDS.encode_purchase(PURCHASE, 5)
FIRST = RECORDS.encode_purchase(CardPurchase(0, 0, 0), 1)
TORN = NEW[:9] + OLD[9:]


@pytest.mark.parametrize(
    ("copy_a", "copy_b", "selector", "generation", "is_a", "torn"),
    [
        pytest.param(OLD, EMPTY, SELECT_A, 4, True, False, id="first purchase"),
        pytest.param(OLD, TORN, SELECT_A, 4, True, True, id="torn while B was written"),
        pytest.param(OLD, NEW, SELECT_A, 4, True, False, id="B complete, selector not yet"),
        pytest.param(OLD, NEW, SELECT_B, 5, False, False, id="B is current"),
        pytest.param(TORN, NEW, SELECT_B, 5, False, True, id="torn while A was written"),
        pytest.param(OLD, NEW, 0xAA, 5, False, True, id="selector torn: the higher generation"),
        pytest.param(NEW, OLD, 0x0A, 5, True, True, id="selector torn the other way"),
        pytest.param(OLD, TORN, 0x77, 4, True, True, id="selector torn, one good copy"),
        pytest.param(OLD, NEW, layout.SELECT_NONE, 5, False, True, id="selector torn over an erased cell"),
    ],
)
def test_the_ab_rule(copy_a: bytes, copy_b: bytes, selector: int, generation: int, is_a: bool, torn: bool) -> None:
    area = layout.REFERENCE.decide_area(copy_a, copy_b, selector)
    assert area.current is not None
    assert (area.current.generation, area.current_is_a, area.torn_copy) == (generation, is_a, torn)


@pytest.mark.parametrize(
    ("copy_a", "copy_b", "selector"),
    [
        pytest.param(FIRST, EMPTY, layout.SELECT_NONE, id="never finished"),
        pytest.param(TORN, NEW, SELECT_A, id="the chosen copy is damaged"),
        pytest.param(TORN, TORN, 0x33, id="nothing is whole"),
    ],
)
def test_no_current_copy_rather_than_a_guess(copy_a: bytes, copy_b: bytes, selector: int) -> None:
    assert layout.REFERENCE.decide_area(copy_a, copy_b, selector).current is None


@pytest.mark.parametrize(
    ("purchase", "field"),
    [
        (CardPurchase(0x10000, 1, 1), "sequence"),
        (CardPurchase(1, -1, 1), "volume_l"),
        (CardPurchase(1, 2**32, 1), "volume_l"),
        (CardPurchase(1, 1, 2**48), "cumulative_l"),
    ],
)
def test_purchase_that_does_not_fit_is_refused_by_name(purchase: CardPurchase, field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        RECORDS.encode_purchase(purchase, 1)
    assert (refused.value.code, refused.value.params["field"]) == ("card.purchase_out_of_range", field)


@pytest.mark.parametrize(
    ("card_type", "note"), [(0x11, "tool.check_card"), (0x14, "tool.price_card"), (0x7F, "tool.unknown_card")]
)
def test_tool_cards_are_told_by_name(card_type: int, note: str) -> None:
    decoded = RECORDS.decode_identity(RECORDS.encode_identity(IDENTITY, card_type))
    assert decoded == (IDENTITY, CardKind.TOOL, note)


def test_stages_of_an_issue_cannot_be_torn_backwards_or_forwards() -> None:
    def mixtures(old: int, new: int) -> set[int]:
        return {(old & ~mask & 0xFF) | (new & mask) for mask in range(256)} - {old, new}

    changing = mixtures(layout.STAGE_BUILDING, layout.STAGE_KEY_CHANGING)
    finishing = mixtures(layout.STAGE_KEY_CHANGING, layout.STAGE_FINISHED)
    known = {layout.STAGE_BUILDING, layout.STAGE_KEY_CHANGING, layout.STAGE_FINISHED, 0xFF}
    assert not (changing | finishing) & known
