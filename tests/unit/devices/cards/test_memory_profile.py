"""The bytes of the memory cards' profile: exact, reversible, and decided the same way by everyone."""

from __future__ import annotations

import binascii
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards.card_records import factor_of
from devices.cards.memory_profile import REFERENCE, Stage
from pos.domain.card import CardIdentity, CardKind, CardPurchase, MeterFeedback
from pos.domain.errors import RuleViolation

IDENTITY = CardIdentity("1000000017", "5101", "200001", "M-778899", 3)
PURCHASE = CardPurchase(2, 30_000, 42_000, 25_000, 1_790_000_200_000)
EPOCH_MS = 1_577_836_800_000
BLANK = b"\xff" * 0x100
HOLDER = REFERENCE.records.profile.records["holder"]

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
    cumulative_l=st.integers(0, 2**32 - 1),
    price_e4=st.integers(0, 2**32 - 1),
    sold_at_utc_ms=st.one_of(st.just(0), st.integers(EPOCH_MS + 1, EPOCH_MS + 2**40 - 1)),
)
reports = st.builds(
    MeterFeedback,
    taken_sequence=st.integers(0, 0xFFFF),
    remaining_l=st.integers(-(2**31), 2**31 - 1),
    used_l=st.integers(0, 2**32 - 1),
    battery_pct=st.integers(0, 100),
    status=st.integers(0, 0xFFFF),
    magnet_count=st.integers(0, 0xFF),
    valve_faults=st.integers(0, 0xFF),
    read_on=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)),
)


def with_parts(*parts: tuple[int, bytes]) -> bytes:
    stored = bytearray(BLANK)
    for address, fresh in parts:
        stored[address : address + len(fresh)] = fresh
    return bytes(stored)


def sold(generation_a: int | None, generation_b: int | None, selector: int) -> bytes:
    parts = [(REFERENCE.selector, bytes([selector]))]
    for address, generation in ((REFERENCE.copy_a, generation_a), (REFERENCE.copy_b, generation_b)):
        if generation is not None:
            volume = PURCHASE.volume_l + generation
            purchase = CardPurchase(PURCHASE.sequence, volume, PURCHASE.cumulative_l)
            parts.append((address, REFERENCE.encode_purchase(purchase, generation)))
    return with_parts(*parts)


def test_identity_has_the_documented_bytes() -> None:
    stored = REFERENCE.encode_identity(IDENTITY)
    body = bytes.fromhex("4353" + "01" + "02" + "5101" + "1000000017" + "03" + "00" + "00")
    assert stored == body + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "big")
    assert factor_of(IDENTITY) == bytes.fromhex("5101100000001703")


def test_purchase_has_the_documented_bytes() -> None:
    stored = REFERENCE.encode_purchase(PURCHASE, 7)
    body = "07" + "0002" + "01" + "00007530" + "0000a410" + "0000" * 3 + "000061a8" + "000000"
    body += f"{PURCHASE.sold_at_utc_ms - EPOCH_MS:010x}"
    assert stored[:30].hex() == body
    assert stored[30:] == binascii.crc_hqx(bytes.fromhex(body), 0xFFFF).to_bytes(2, "big")


def test_areas_lie_where_the_page_says_and_do_not_meet() -> None:
    ends = [
        (REFERENCE.identity, REFERENCE.records.identity.length),
        (REFERENCE.copy_a, REFERENCE.records.purchase.length),
        (REFERENCE.copy_b, REFERENCE.records.purchase.length),
        (REFERENCE.selector, 1),
        (REFERENCE.feedback, REFERENCE.records.feedback.length),
        (REFERENCE.holder, HOLDER.length),
        (REFERENCE.key_changing, 1),
        (REFERENCE.finished, 1),
    ]
    assert [address for address, _length in ends] == [0x20, 0x30, 0x50, 0x70, 0x80, 0xC0, 0xD8, 0xD9]
    assert all(address + length <= later for (address, length), (later, _) in pairwise(ends))


@given(identities, st.binary(min_size=4, max_size=4))
def test_identity_comes_back(identity: CardIdentity, mark: bytes) -> None:
    stored = with_parts(
        (REFERENCE.identity, REFERENCE.encode_identity(identity)),
        (REFERENCE.holder, REFERENCE.records.encode_holder(identity, mark)),
    )
    assert REFERENCE.decode_identity(stored) == (identity, CardKind.USER, "")
    assert REFERENCE.decode_mark(stored) == mark


@given(purchases, st.integers(0, 1000))
def test_purchase_comes_back_with_its_generation_modulo_256(purchase: CardPurchase, generation: int) -> None:
    copy = REFERENCE.decode_purchase(REFERENCE.encode_purchase(purchase, generation))
    assert copy is not None
    assert (copy.purchase, copy.generation) == (purchase, generation % 256)


@given(reports)
def test_feedback_comes_back(feedback: MeterFeedback) -> None:
    assert REFERENCE.decode_feedback(with_parts((REFERENCE.feedback, REFERENCE.encode_feedback(feedback)))) == feedback


@given(purchases, st.integers(0, 31), st.integers(1, 255))
def test_one_changed_byte_is_never_taken_for_a_purchase(purchase: CardPurchase, at: int, change: int) -> None:
    stored = bytearray(REFERENCE.encode_purchase(purchase, 9))
    stored[at] ^= change
    assert REFERENCE.decode_purchase(bytes(stored)) is None


@pytest.mark.parametrize(
    ("purchase", "field"),
    [
        (CardPurchase(0x10000, 0, 0), "sequence"),
        (CardPurchase(0, 2**32, 0), "volume_l"),
        (CardPurchase(0, 0, 2**32), "cumulative_l"),
        (CardPurchase(0, 0, 0, 2**32), "price_e4"),
        (CardPurchase(0, 0, 0, 0, EPOCH_MS), "sold_at_utc_ms"),
        (CardPurchase(0, 0, 0, 0, EPOCH_MS + 2**40), "sold_at_utc_ms"),
        (CardPurchase(-1, 0, 0), "sequence"),
    ],
)
def test_figure_the_card_cannot_hold_is_refused_by_name(purchase: CardPurchase, field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        REFERENCE.encode_purchase(purchase, 1)
    assert (refused.value.code, refused.value.params["field"]) == ("card.purchase_out_of_range", field)


@pytest.mark.parametrize(
    ("stored", "current", "torn"),
    [
        (sold(None, None, 0xFF), None, False),
        (sold(1, None, 0xFF), None, False),  # the copy of a first card, its selector not yet written
        (sold(1, None, 0xA5), 1, False),
        (sold(1, None, 0xBF), 1, True),  # the first selector torn on its way from FF
        (sold(1, 2, 0xA5), 1, False),
        (sold(1, 2, 0x5A), 2, False),
        (sold(1, 2, 0xFF), 2, True),  # erased on the way from A to B
        (sold(3, 2, 0xFF), 3, True),
        (sold(255, 0, 0xFF), 0, True),
        (sold(1, 0, 0xFF), 1, True),
        (sold(0, 255, 0x00), 0, True),
        (sold(None, 2, 0xA5), None, False),  # the named copy is not there: nobody guesses
    ],
)
def test_selector_and_generations_decide(stored: bytes, current: int | None, torn: bool) -> None:
    area = REFERENCE.decide_area(stored)
    assert (None if area.current is None else area.current.generation, area.torn_copy) == (current, torn)


@pytest.mark.parametrize(
    ("stored", "stage"),
    [
        (BLANK, Stage.EMPTY),
        (with_parts((0x20, b"\x43")), Stage.BUILDING),
        (with_parts((0x20, b"\x63")), Stage.BUILDING),  # the first byte in flight
        (with_parts((0x20, b"CS\x01\x02")), Stage.BUILDING),
        (with_parts((0x20, b"CS\x01"), (0xD8, b"\x4f")), Stage.BUILDING),
        (with_parts((0x20, b"CS\x01"), (0xD8, b"\x0f")), Stage.KEY_CHANGING),
        (with_parts((0x20, b"CS\x01"), (0xD8, b"\x0f\xdf")), Stage.FINISHED),
        (with_parts((0x20, b"CS\x02")), Stage.FOREIGN),
        (with_parts((0x20, b"\x00")), Stage.FOREIGN),
        (with_parts((0xFF, b"\x00")), Stage.FOREIGN),
        (with_parts((0x20, b"CS\x01"), (0x30, b"\x00")), Stage.FOREIGN),
        (with_parts((0xD9, b"\x0f")), Stage.FOREIGN),
    ],
)
def test_stage_is_read_from_the_bytes_alone(stored: bytes, stage: Stage) -> None:
    assert REFERENCE.stage_of(stored) is stage
