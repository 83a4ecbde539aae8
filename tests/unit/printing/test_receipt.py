"""Receipts on 58 and 80 mm: the 33 m3 story word for word, and what the other kinds of receipt must say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pos.domain.papers import PaperLine, ReceiptPaper, Signature
from printing.layout import Size, TextLine
from printing.render import render_receipt
from printing.roll import ROLL_80, Roll
from printing.safe_text import text_width
from tests.unit.printing.sample_papers import ANCHOR, HEAD, RECEIPT

GOLDEN = Path(__file__).parent / "golden"


def text_of(paper: ReceiptPaper, *, width: int = 48, copy_no: int = 0) -> str:
    return render_receipt(paper, roll=Roll(width * 12), anchor=ANCHOR, copy_no=copy_no).text


@pytest.mark.parametrize("width", [32, 48])
def test_the_sale_of_33_cubic_metres_reads_as_agreed(width: int) -> None:
    golden = (GOLDEN / f"receipt_33_m3_{width}.txt").read_text(encoding="utf-8")
    assert text_of(RECEIPT, width=width) == golden


@pytest.mark.parametrize("width", [32, 48])
def test_store_copy_follows_the_customers_copy_and_both_are_cut(width: int) -> None:
    job = render_receipt(replace(RECEIPT, copies=("customer", "stub")), roll=Roll(width * 12), anchor=ANCHOR)
    first, second, rest = job.text.split("✂" * (width // 2) + "\n")
    assert "客户联" in first
    assert "客户签名" not in first
    assert "存根联" in second
    assert "客户签名" in second
    assert rest == ""
    assert job.layout.copies == 2


def test_due_received_and_change_are_double_height() -> None:
    job = render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR)
    tall = [e.text.split()[0] for e in job.layout.elements if isinstance(e, TextLine) and e.size is Size.TALL]
    assert tall == ["应收", "实收", "找零"]


def test_card_payment_shows_its_reference_and_no_change() -> None:
    paper = replace(
        RECEIPT,
        tender="unionpay",
        pay_reference="123456789012",
        pay_last_four="6688",
        tendered_fen=8680,
        change_fen=0,
    )
    text = text_of(paper)
    assert "找零" not in text.replace("点清找零", "")
    assert "实收 银联刷卡" in text
    assert "参考号 123456789012 尾号 6688" in text


def test_unwritten_receipt_says_that_money_was_taken_and_gas_was_not_written() -> None:
    text = text_of(replace(RECEIPT, card_result="unwritten"))
    assert "已收款未写卡凭单" in text
    assert "勿重复交费" in text
    assert "7 → 8" not in text
    assert "插入气表" not in text


def test_receipt_in_doubt_forbids_putting_the_card_into_the_meter() -> None:
    text = text_of(replace(RECEIPT, card_result="in_doubt"))
    assert "写卡待核凭单" in text
    assert "请勿插表" in text
    assert "7 → 8 待核" in text


def test_a_refund_says_one_sum_in_figures_and_words_and_that_it_offsets_its_original() -> None:
    paper = replace(RECEIPT, reversal_of="T01-0000128", card_result="withdrawn", to_pay_fen=-5260, offsets=True)
    text = text_of(paper)
    assert "52.60" in text
    assert "人民币伍拾贰元陆角" in text
    assert "原单由本单冲抵" in text
    for absent in ("负", "作废"):
        assert absent not in text
    before = text_of(replace(paper, offsets=False))  # frozen by an earlier version: prints as it did
    assert "人民币负伍拾贰元陆角" in before
    assert "原凭证同时作废" in before


def test_refund_names_the_original_the_approver_and_is_negative_in_capitals() -> None:
    paper = replace(
        RECEIPT,
        reversal_of="T01-0000128",
        receipt_no="T01-0000131",
        approver_name="赵立群 0101",
        card_result="unwritten",
        lines=(PaperLine("第一档", -33_000, 26_300, -8679),),
        due_fen=-8679,
        to_pay_fen=-8680,
        tendered_fen=0,
        change_fen=0,
        balance_before_fen=1,
        balance_after_fen=0,
        reason="customer_withdrew",
    )
    text = text_of(paper)
    assert "退款原因：客户不买了\n" in text
    assert "退款原因：客户不买了：改日再来\n" in text_of(replace(paper, reason_note="改日再来"))
    for expected in ("退款凭证", "原凭证号：T01-0000128", "批准：赵立群 0101", "人民币负捌拾陆元捌角", "客户签名"):
        assert expected in text
    for absent in ("应收", "勿重复交费", "收好卡和票据", "款已收"):
        assert absent not in text


@pytest.mark.parametrize("width", [32, 48])
def test_marks_stand_at_both_ends_in_double_size(width: int) -> None:
    paper = replace(RECEIPT, head=replace(HEAD, training=True, demo=True, test_keys=True))
    job = render_receipt(paper, roll=Roll(width * 12), anchor=ANCHOR, copy_no=3)
    big = [e.text for e in job.layout.elements if isinstance(e, TextLine) and e.size is Size.BIG]
    marks = ["补打 第 3 次", "练习 无效", "演示 无效", "测试密钥"]
    assert big[:4] == marks
    assert big[-4:] == marks


def test_receipt_at_a_price_nobody_approved_says_so_at_both_ends_in_a_real_hall() -> None:
    paper = replace(RECEIPT, sample_price=True, copies=("customer",))
    job = render_receipt(paper, roll=Roll(48 * 12), anchor=ANCHOR)
    big = [e.text for e in job.layout.elements if isinstance(e, TextLine) and e.size is Size.BIG]
    assert (big[0], big[-1]) == ("示例价 未经批准", "示例价 未经批准")


def test_ordinary_original_carries_no_mark() -> None:
    text = text_of(RECEIPT)
    for mark in ("补打", "练习", "演示", "测试密钥", "示例价", "*"):
        assert mark not in text


def test_gas_taken_back_is_signed_by_three_and_names_who_agreed() -> None:
    paper = replace(
        RECEIPT,
        card_result="withdrawn",
        reversal_of="T01-0000127",
        to_pay_fen=-8680,
        volume_l=-33_000,
        approver_name="陈志强",
        signatures=tuple(Signature(role) for role in ("slip_clerk", "slip_customer", "slip_manager")),
    )
    text = text_of(paper)
    assert "退气凭证" in text
    assert "T01-0000127" in text
    assert "陈志强" in text
    assert text.count("____") >= 3


def test_gas_of_a_removed_meter_is_not_called_a_purchase() -> None:
    paper = replace(RECEIPT, lines=(PaperLine("换表补气", 0, 0, 0, "carried_gas"),), volume_l=30_000)
    text = text_of(paper)
    assert "本次补气" in text
    assert "本次购气" not in text


def test_a_replacement_names_the_old_card_and_the_gas_that_was_paid_before() -> None:
    text = text_of(replace(RECEIPT, old_card_no="0000100310", reissued_l=33_000))
    assert "0000100310" in text
    assert "33 立方米" in text


def test_codes_of_the_books_are_printed_as_words() -> None:
    text = text_of(replace(RECEIPT, price_class="resident", copies=("customer",)))
    assert "类别：居民生活用气" in text
    assert "实收 现金" in text
    assert "客户联" in text


def test_two_tiers_are_printed_with_quantity_and_price_each() -> None:
    lines = (PaperLine("第一档", 20_000, 26_300, 5260), PaperLine("第二档", 13_000, 31_600, 4108))
    text = text_of(replace(RECEIPT, lines=lines))
    assert "第一档                  20     2.63        52.60" in text
    assert "第二档                  13     3.16        41.08" in text
    assert "合计                                       93.68" in text


@pytest.mark.parametrize("width", [32, 48])
@pytest.mark.parametrize("name", ["阿卜杜热合曼·" * 12, "A" * 300, "单", "1,234,567.89 元" * 9])
def test_no_line_is_ever_wider_than_the_paper(width: int, name: str) -> None:
    lines = (PaperLine(name, 33_000, 26_300, 8679),)
    paper = replace(RECEIPT, customer_name=name, address=name, pay_reference=name, lines=lines, approver_name=name)
    job = render_receipt(paper, roll=Roll(width * 12), anchor=ANCHOR)
    for element in job.layout.elements:
        if isinstance(element, TextLine):
            factor = 2 if element.size is Size.BIG else 1
            assert text_width(element.text) * factor <= width, element


def test_a_customers_text_cannot_look_like_a_line_of_the_template() -> None:
    text = text_of(replace(RECEIPT, address="平安里 " * 7 + "应收 ￥0.00 " * 4))
    assert not [line for line in text.splitlines() if line.startswith("应收") and "86.80" not in line]


def test_receipt_on_paper_of_unknown_width_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="25"):
        render_receipt(RECEIPT, roll=Roll(300))


@pytest.mark.parametrize(("count_after", "advice"), [(0, "新卡内还没有气量"), (1, "请将卡插入气表")])
def test_new_card_without_gas_is_not_sent_to_the_meter(count_after: int, advice: str) -> None:
    said = text_of(replace(RECEIPT, card_result="issued", count_before=0, count_after=count_after))
    assert advice in said


def test_template_version_and_hash_of_the_bytes_are_given_for_the_record() -> None:
    job = render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR)
    again = render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR)
    assert (job.template, job.template_version) == ("receipt", 6)
    assert job.sha256 == again.sha256
    assert job.sha256 != render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR, copy_no=1).sha256
