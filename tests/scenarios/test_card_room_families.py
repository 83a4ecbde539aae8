"""The card room with a card of every family: taken back, lost and found again, replaced, the answer lost on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ledger import chart
from pos.domain.card import NOTE_CODE_SPENT, CardImage
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.card_write import WriteState, check_cumulative
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.usecases.begin_reversal import BeginReversal, begin_reversal
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.withdraw_loss import WithdrawLoss, withdraw_loss
from tests.contract.card_rigs import CPU_CARDS, MEMORY_CARDS, MIFARE_CARD, CardFamily, all_tries_full
from tests.fixtures_counter import DAY, Counter, price_fee, sell_card
from tests.scenarios.test_card_purchase import second_account, write_state
from tests.scenarios.test_card_replacement import pay as pay_replacement

FAMILIES = [*CPU_CARDS, MIFARE_CARD, MEMORY_CARDS[0], MEMORY_CARDS[2]]
GAS_FEN = 8679
PAID_FEN = 8680
METER_NO = "G488203320"
UID, NEW_UID = bytes.fromhex("04A1B2C3"), bytes.fromhex("04A1B2C4")


@pytest.fixture
def owner(counter: Counter, tmp_path: Path, family: CardFamily) -> Counter:
    """A customer whose card of this family holds 33 m³ that her meter has not taken."""
    demo = counter.demo
    price_fee(demo, "card_replacement", 2000)
    counter.account_no = second_account(counter, tmp_path)
    counter.meter.meter_no = METER_NO
    counter.card = family.blank(UID)
    counter.reader.insert(counter.card)
    assert counter.deliver(sell_card(counter).sale_id).state is WriteState.POSTED
    return counter


def buy(owner: Counter) -> str:
    sale_id = owner.pay().sale_id
    assert owner.deliver(sale_id).state is WriteState.POSTED
    return sale_id


def put_back(owner: Counter) -> None:
    owner.card.clear_faults()
    owner.reader.insert(owner.card)


def begin(owner: Counter, sale_id: str, card: CardImage | None = None) -> str:
    demo = owner.demo
    wish = BeginReversal(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=owner.session_id,
        sale_id=sale_id,
        card=card or owner.read(),
        reason="wrong_volume",
    )
    return begin_reversal(demo.hall, demo.approved(wish, Act.VOID_LARGE)).write_id


def lose(owner: Counter) -> None:
    demo = owner.demo
    lost = ReportLoss(
        command_id=demo.new_id(), actor=demo.cashier, account_no=owner.account_no, reason="lost", told=True
    )
    report_loss(demo.hall, lost)


def holds(owner: Counter) -> tuple[int, int, int]:
    purchase = owner.read().purchase
    assert purchase is not None
    return purchase.sequence, purchase.volume_l, purchase.cumulative_l


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_purchase_is_taken_back_and_bought_anew(owner: Counter) -> None:
    cash_fen = owner.account_fen(chart.cash_till("T01"))
    write_id = begin(owner, buy(owner))
    assert owner.account_fen(chart.cash_till("T01")) == cash_fen + PAID_FEN

    assert owner.deliver(write_id).state is WriteState.POSTED

    assert (holds(owner), owner.read().unconsumed_l) == ((0, 0, 0), 0)
    assert owner.account_fen(chart.cash_till("T01")) == cash_fen
    assert owner.account_fen(chart.INCOME_GAS) == 0
    buy(owner)
    owner.meter.insert(owner.card, today=DAY)
    assert owner.meter.remaining_l == 33_000
    assert all_tries_full(owner.card)


@pytest.mark.parametrize("command_index", range(0, 120, 5))
@pytest.mark.parametrize("family", [MIFARE_CARD, MEMORY_CARDS[0]], ids=str)
def test_reversal_whose_answer_is_lost_ends_with_gas_off_and_money_back_or_not_at_all(
    owner: Counter, command_index: int
) -> None:
    write_id = begin(owner, buy(owner))
    owner.card.lose_next_answer(after=command_index)
    owner.deliver(write_id)
    put_back(owner)
    if write_state(owner, write_id) is not WriteState.POSTED:
        owner.deliver(write_id)

    assert write_state(owner, write_id) is WriteState.POSTED
    assert holds(owner) == (0, 0, 0)
    assert owner.account_fen(chart.INCOME_GAS) == 0


@pytest.mark.parametrize("family", MEMORY_CARDS[:1], ids=str)
def test_memory_card_short_of_a_try_is_not_reversed(owner: Counter) -> None:
    sale_id = buy(owner)
    with pytest.raises(RuleViolation, match=r"reversal\.code_spent"):
        begin(owner, sale_id, card=replace(owner.read(), note=NOTE_CODE_SPENT))


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_meter_that_was_quicker_lets_the_sale_stand(owner: Counter) -> None:
    write_id = begin(owner, buy(owner))
    owner.meter.insert(owner.card, today=DAY)
    put_back(owner)

    assert owner.deliver(write_id).code == "reversal.meter_took_it"

    assert write_state(owner, write_id) is WriteState.REVERSED
    assert owner.account_fen(chart.INCOME_GAS) == -GAS_FEN


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_lost_card_that_is_back_in_the_reader_is_in_use_again(owner: Counter) -> None:
    demo = owner.demo
    lose(owner)
    found = WithdrawLoss(
        command_id=demo.new_id(), actor=demo.card_clerk, account_no=owner.account_no, shown=owner.read()
    )
    withdraw_loss(demo.hall, found)
    buy(owner)
    assert holds(owner) == (1, 33_000, 33_000)


@pytest.mark.parametrize("new_family", FAMILIES, ids=lambda family: f"new-{family}")
@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_lost_card_is_replaced_by_one_of_any_family_and_the_meter_takes_its_gas_once(
    owner: Counter, new_family: CardFamily
) -> None:
    buy(owner)
    old = owner.card
    lose(owner)
    owner.card = new_family.blank(NEW_UID)
    owner.reader.insert(owner.card)
    sold = pay_replacement(owner, LastPurchaseWas.NOT_TAKEN)

    assert owner.deliver(sold.sale_id).state is WriteState.POSTED

    identity = owner.read().identity
    assert identity is not None
    assert (holds(owner), identity.issue_no) == ((1, 33_000, 33_000), 1)
    owner.meter.insert(owner.card, today=DAY)
    owner.meter.insert(old, today=DAY)
    assert owner.meter.remaining_l == 33_000
    put_back(owner)
    buy(owner)
    assert holds(owner) == (2, 33_000, 66_000)
    assert all_tries_full(owner.card)


def test_blank_without_room_for_all_that_was_bought_is_refused_by_name() -> None:
    check_cumulative(2**32, "mifare-1k")
    with pytest.raises(RuleViolation, match=r"card\.purchase_out_of_range"):
        check_cumulative(2**32, MEMORY_CARDS[0].driver)


@pytest.mark.parametrize("command_index", range(0, 120, 5))
@pytest.mark.parametrize("family", [MIFARE_CARD, MEMORY_CARDS[0]], ids=str)
def test_new_card_whose_answer_is_lost_ends_as_one_card_with_its_gas_or_waits_for_a_lead(
    owner: Counter, family: CardFamily, command_index: int
) -> None:
    buy(owner)
    owner.card = family.blank(NEW_UID)
    owner.reader.insert(owner.card)
    sold = pay_replacement(owner, LastPurchaseWas.NOT_TAKEN, reason=ReplacementReason.BROKEN)
    owner.card.lose_next_answer(after=command_index)
    owner.deliver(sold.sale_id)
    put_back(owner)
    if write_state(owner, sold.sale_id) is not WriteState.POSTED:
        owner.deliver(sold.sale_id)

    if write_state(owner, sold.sale_id) is WriteState.POSTED:
        assert holds(owner) == (1, 33_000, 33_000)
    else:
        assert write_state(owner, sold.sale_id) is WriteState.IN_DOUBT
        assert owner.read().purchase is None
