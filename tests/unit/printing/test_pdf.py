"""A4 documents, read back with pypdf: what they say, how many pages, which fonts, and that the same paper gives the
same bytes."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader

from pos.domain.papers import DepositSlipPaper, NamedCount, PosBatch, Signature
from printing.pdf.document import SheetPaper, render_pdf
from printing.render import render_receipt
from printing.words import words_in
from tests.unit.printing.sample_papers import (
    ANCHOR,
    DAYBOOK,
    DEPOSIT,
    HAND_OVER,
    HEAD,
    MOVEMENT,
    SLIP,
    TENDERS,
    Z,
)

TITLES = {
    "remittance_slip": "slip.title",
    "deposit_slip": "deposit.title",
    "daybook": "daybook.title",
    "z_report": "z.title",
    "hand_over": "hand_over.title",
    "cash_movement": "movement.float_issue",
}
ALL = [SLIP, DEPOSIT, DAYBOOK, Z, HAND_OVER, MOVEMENT]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(pdf).pages)


@pytest.mark.parametrize("paper", [SLIP, DEPOSIT, Z, HAND_OVER, MOVEMENT], ids=lambda p: p.TEMPLATE)
def test_document_fits_on_one_page_with_chain_head_and_page_number(paper: SheetPaper) -> None:
    pdf = render_pdf(paper, anchor=ANCHOR)
    assert len(read(pdf).pages) == 1
    text = text_of(pdf)
    assert "第 1 页 共 1 页" in text
    assert "HALL-T01-1-128" in text
    assert "9f86d08188" in text
    assert "平安城市燃气有限公司" in text


@pytest.mark.parametrize("paper", ALL, ids=lambda p: p.TEMPLATE)
def test_fonts_are_embedded_and_no_other_is_named(paper: SheetPaper) -> None:
    fonts = {}
    for page in read(render_pdf(paper, anchor=ANCHOR, viewer="吴敏")).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()
            fonts[described["/BaseFont"]] = "/FontFile2" in described.get("/FontDescriptor", {})
    assert fonts
    assert all(fonts.values()), fonts
    assert all("NotoSansSC" in name for name in fonts), fonts


@pytest.mark.parametrize("paper", ALL, ids=lambda p: p.TEMPLATE)
def test_the_same_paper_gives_the_same_bytes(paper: SheetPaper) -> None:
    assert render_pdf(paper, anchor=ANCHOR) == render_pdf(paper, anchor=ANCHOR)


def test_remittance_slip_shows_counted_cash_capitals_tickets_and_three_signatures() -> None:
    text = text_of(render_pdf(SLIP, anchor=ANCHOR))
    for expected in (
        "实收交款单", "JK-T01-00127", "1302 0101 0920 0012 345", "100 元", "11,200.00", "14,318.70",
        "人民币壹万肆仟叁佰壹拾捌元柒角", "¥14,318.70", "61002231", "542.10", "短款 0.50", "交款人",
        "班长复核", "出纳收款", "王晓梅 0103", "T01-0000097 至 T01-0000274", "14,860.80",
        "178 张 其中冲正 1 张",
    ):  # fmt: skip
        assert expected in text, expected
    assert "账面" not in text


def test_deposit_slip_names_what_is_not_received() -> None:
    text = text_of(render_pdf(DEPOSIT, anchor=ANCHOR))
    for expected in (
        "解款单", "JK-T01-00127", "1 号窗口 第 127 班 王晓梅", "未收讫", "3 号窗口 第 88 班 李雪（0107）",
        "JK-T03-00088",        "1 号窗口 第 128 班 赵丽华（0104）", "未结班", "银行收讫", "共 1 张",
        "14,860.80 = 现金 14,318.70 + 银联刷卡 4 张 542.10",
        "14,860.80 = 收款项目合计 14,861.30 − 长短款 0.50",
    ):  # fmt: skip
        assert expected in text, expected
    assert "#" not in text
    before = text_of(render_pdf(replace(DEPOSIT, reconciled=()), anchor=ANCHOR))
    assert "收款项目合计" not in before


def many_slips(number: int) -> DepositSlipPaper:
    """A day of many windows, received by finance, with a reason now and then."""
    slips = tuple(
        replace(
            SLIP,
            slip_no=f"DJ-T{at % 9:02d}-J{at:05d}",
            first_receipt=f"DJ-T{at % 9:02d}-{at * 180:06d}",
            last_receipt=f"DJ-T{at % 9:02d}-{at * 180 + 179:06d}",
            receipt_off_fen=-5_000 if at % 20 == 7 else 0,
            receipt_note="百元少一张，交款人到场" if at % 20 == 7 else "",
        )
        for at in range(number)
    )
    return replace(DEPOSIT, slips=slips, not_received=())


@pytest.mark.parametrize(("slips", "pages"), [(1, 1), (6, 1), (25, 2), (80, 4)])
def test_a_day_of_many_slips_takes_few_pages_and_is_signed_beside_its_sums(slips: int, pages: int) -> None:
    paper = many_slips(slips)
    texts = [page.extract_text() for page in read(render_pdf(paper, anchor=ANCHOR)).pages]
    assert len(texts) <= pages
    text = "\n".join(texts)
    listed_twice = sum(bool(slip.receipt_note) for slip in paper.slips)  # once more beside finance's reason
    assert text.count("1 号窗口 第 127 班 王晓梅") == slips + listed_twice
    for at, page in enumerate(texts, 1):
        assert f"第 {at} 页 共 {len(texts)} 页" in page
        listed = [slip.slip_no for slip in paper.slips if f"{slip.slip_no}\n" in page]
        assert ("窗口 班次 收费员" in page) == bool(listed)
    assert f"{paper.slips[-1].first_receipt}\N{EN DASH}{paper.slips[-1].last_receipt[7:]}" in text
    for said in ("人民币", "周敏 0201", "银行收讫", "14,860.80 = 现金"):
        assert said in texts[-1], said
    (sums,) = (page for page in texts if f"共 {slips} 张" in page)
    assert paper.slips[-1].slip_no in sums


def test_finances_reason_stands_on_both_slips_and_the_shifts_own_beside_it() -> None:
    slip = replace(SLIP, receipt_off_fen=-5_000, slips_off_fen=0, receipt_note="百元少一张，交款人到场")
    quiet = replace(SLIP, slip_no="JK-T01-00128", receipt_off_fen=0, receipt_note="")
    for text in (text_of(render_pdf(slip)), render_receipt(slip).text):
        assert [said in text for said in ("找零多付 0.50 元，已当面说明", "百元少一张，交款人到场")] == [True, True]
    text = text_of(render_pdf(replace(DEPOSIT, slips=(quiet, slip)), anchor=ANCHOR))
    notes = text.partition("收款差异说明")[2]
    assert ("百元少一张，交款人到场" in notes, "短款 50.00" in notes, "JK-T01-00127" in notes) == (True, True, True)
    assert "收款差异说明" not in text_of(render_pdf(replace(DEPOSIT, slips=(quiet, quiet))))


def left_edge_of(page: PageObject, text: str) -> float:
    """Where a text begins, in points from the left."""
    found: list[float] = []

    def visit(part: str, cell: list[float], within: list[float], _font: object, _size: object) -> None:
        if part.startswith(text):
            found.append(round(cell[4] + within[4], 1))

    page.extract_text(visitor_text=visit)
    return found[0]


def test_values_under_one_another_stand_in_line_whatever_their_labels() -> None:
    slip = replace(SLIP, receipt_off_fen=-5_000, slips_off_fen=-20, receipt_note="百元少一张")
    (page,) = read(render_pdf(slip, anchor=ANCHOR)).pages
    places = {left_edge_of(page, said) for said in ("14,860.80 = 现金", "短款 50.00", "找零多付 0.50 元", "百元少一张")}
    assert len(places) == 1


def test_deposit_slip_names_the_float_that_changed_and_what_finance_found_in_card_slips() -> None:
    slips = tuple(replace(SLIP, slips_off_fen=off_fen) for off_fen in (-300, 100, None))
    parts = (NamedCount("kinds_sum", 0, 1_485_000), NamedCount("float_change", 0, 1_080))
    text = text_of(render_pdf(replace(DEPOSIT, slips=slips, reconciled=parts), anchor=ANCHOR))
    assert "14,860.80 = 收款项目合计 14,850.00 + 备用金变动（开班实点加补领，减留存） 10.80" in text
    assert "出纳点收刷卡单差额合计" in text
    assert "-2.00" in text
    assert "出纳点收刷卡单差额合计" not in text_of(render_pdf(DEPOSIT, anchor=ANCHOR))
    assert "支票" not in text


def test_cheque_is_named_on_both_slips_with_its_own_column_for_the_bank() -> None:
    tenders = (*TENDERS, NamedCount("cheque", 2, 500_000))
    slip = replace(SLIP, tenders=tenders)
    for paper in (slip, replace(DEPOSIT, slips=(slip,), tenders=tenders)):
        text = text_of(render_pdf(paper, anchor=ANCHOR))
        assert "支票 2 张 5,000.00" in text
        assert "19,860.80 = " in text
    assert "支票转账" in text


def test_paper_that_one_person_may_sign_twice_says_so_and_no_watermark_covers_it() -> None:
    for paper in ALL:
        marked = replace(paper, head=replace(HEAD, one_person=True))
        assert text_of(render_pdf(marked, anchor=ANCHOR)).count("一人厅") == len(read(render_pdf(marked)).pages)
        assert "一人厅" not in text_of(render_pdf(paper, anchor=ANCHOR))


@pytest.mark.parametrize("paper", ALL, ids=lambda p: p.TEMPLATE)
def test_english_document_carries_the_legal_chinese_name_capitals_and_english_words(paper: SheetPaper) -> None:
    text = text_of(render_pdf(paper, anchor=ANCHOR, language="en"))
    assert "Ledger anchor HALL-T01-1-128" in text
    assert words_in("zh_CN").one_line(TITLES[paper.TEMPLATE]) in text
    assert words_in("en")(TITLES[paper.TEMPLATE]).partition("\n")[2] in text
    assert "⟨" not in text


def test_daybook_repeats_its_head_on_every_page_and_keeps_every_line() -> None:
    pages = [page.extract_text() for page in read(render_pdf(DAYBOOK, anchor=ANCHOR)).pages]
    assert len(pages) == 3
    assert all("凭证号" in page for page in pages[:2])
    assert all(f"第 {n} 页 共 3 页" in page for n, page in enumerate(pages, 1))
    whole = "\n".join(pages)
    for line in DAYBOOK.lines:
        assert line.receipt_no in whole
    assert "88 笔" in whole


def test_closing_report_says_not_counted_instead_of_nought() -> None:
    text = text_of(render_pdf(Z, anchor=ANCHOR))
    for expected in ("班结单", "Z 00127", "未点", "短款 0.50", "写卡未确认", "5,484", "找零多付"):
        assert expected in text, expected


def test_the_name_of_a_tier_is_broken_after_its_class_and_never_within() -> None:
    tiers = tuple(replace(tier, name=f"居民用气 {tier.name}") for tier in Z.tiers)
    text = text_of(render_pdf(replace(Z, tiers=tiers), anchor=ANCHOR))
    assert all(f"居民用气\n{tier}" in text for tier in ("第一档", "第二档"))


def test_a_look_in_the_middle_has_no_number_and_no_signatures() -> None:
    look = replace(Z, z_no=0, signatures=(Signature("reader", "赵立群 0101"),))
    text = text_of(render_pdf(look))
    assert "应上缴款" not in text
    assert "班中查询" in text
    assert "查看人 赵立群 0101" in text
    assert "尚未入账" in text
    assert "王晓梅 0103 2026-11-22 17:06" not in text


def test_marks_of_a_reprint_in_training_are_on_the_page_twice() -> None:
    text = text_of(render_pdf(replace(SLIP, head=replace(HEAD, training=True, test_keys=True)), copy_no=2))
    for mark in ("补打 第 2 次", "练习 无效", "测试密钥"):
        assert text.count(mark) == 2, mark
    assert "补打" not in text_of(render_pdf(SLIP, anchor=ANCHOR))


def test_markup_in_a_text_is_shown_and_not_obeyed() -> None:
    text = text_of(render_pdf(replace(SLIP, explanation="<b>少</b> & <img src='x'/> \x1bp"), anchor=ANCHOR))
    assert "<b>少</b> & <img src='x'/> p" in text


def test_rare_name_is_readable_and_a_missing_glyph_is_visible() -> None:
    paper = replace(MOVEMENT, note="㛃䶮 한")
    text = text_of(render_pdf(paper, anchor=ANCHOR))
    assert "㛃䶮 〓" in text


def test_very_long_slip_flows_to_a_second_page_without_losing_signatures() -> None:
    many = replace(SLIP, explanation="说明" * 400, cash_lines=SLIP.cash_lines * 3)
    pdf = render_pdf(many, anchor=ANCHOR)
    assert len(read(pdf).pages) == 2
    assert "出纳收款" in text_of(pdf)


@pytest.mark.parametrize("paper", [DEPOSIT, SLIP], ids=["deposit", "slip"])
@pytest.mark.parametrize("batches", [25, 30, 31, 40, 90])
def test_card_batches_of_many_terminals_flow_over_pages_and_none_is_lost(paper: SheetPaper, batches: int) -> None:
    many = tuple(PosBatch(f"6100{at:04d}", f"{at:06d}", 4, 54_210) for at in range(batches))
    text = text_of(render_pdf(replace(paper, pos_batches=many)))  # type: ignore[type-var, call-arg]
    assert [text.count(f"6100{at:04d}") for at in range(batches)] == [1] * batches
    assert "周敏 0201" in text or "赵立群 0101" in text


@pytest.mark.parametrize(("off_fen", "shown"), [(None, ""), (0, "相符"), (-20, "-0.20"), (20, "+0.20")])
def test_stamped_slip_says_what_finance_found_in_card_slips(off_fen: int | None, shown: str) -> None:
    paper = replace(SLIP, slips_off_fen=off_fen)
    for text in (text_of(render_pdf(paper)), render_receipt(paper).text):
        assert ("出纳点数差" in text) == (off_fen is not None)
        assert shown in text
