"""Papers of one morning at window 1 of the sample hall: the 33 m3 story and the close after it."""

from __future__ import annotations

from dataclasses import replace

from pos.domain.papers import (
    COUNT_DIFFERS,
    CashMovementPaper,
    DaybookLine,
    DaybookPaper,
    Denomination,
    DepositSlipPaper,
    HandOverPaper,
    MissingTakings,
    NamedCount,
    OpenMatterLine,
    PaperHead,
    PaperLine,
    PosBatch,
    ReceiptPaper,
    RemittanceSlipPaper,
    Signature,
    TenderFigures,
    ZPaper,
)
from printing.anchor import Anchor

HEAD = PaperHead(
    company="平安城市燃气有限公司",
    hall="平安里营业厅",
    till_name="1 号窗口",
    session_no=127,
    business_day="2026-11-22",
    printed_at="2026-11-22 17:08",
    operator_name="王晓梅",
    operator_code="0103",
    emergency_phone="0555-96777",
)
ANCHOR = Anchor.of("HALL-T01", 1, 128, "9f86d081884c7d659a2feaa0c55ad015")

RECEIPT = ReceiptPaper(
    head=HEAD,
    receipt_no="T01-0000128",
    customer_name="单桂芳",
    address="平安里 12 号楼 3 单元 502",
    account_no="100010482",
    card_no="0100000482",
    meter_no="G2403110482",
    price_class="resident",
    lines=(PaperLine("第一档", 33_000, 26_300, 8679),),
    due_fen=8679,
    tendered_fen=10_000,
    change_fen=1320,
    to_pay_fen=8680,
    balance_before_fen=0,
    balance_after_fen=1,
    tender="cash",
    count_before=7,
    count_after=8,
    volume_l=33_000,
    year_used_l=301_000,
    tier_left_l=59_000,
    card_result="written",
    sold_at="2026-11-22 09:31",
)

HANDED_IN = (
    Denomination(10_000, False, 112),
    Denomination(5_000, False, 41),
    Denomination(2_000, False, 36),
    Denomination(1_000, False, 31),
    Denomination(500, False, 2),
    Denomination(100, False, 7),
    Denomination(100, True, 19),
    Denomination(50, False, 4),
    Denomination(10, True, 7),
)
HANDED_IN_FEN = sum(line.face_fen * line.pieces for line in HANDED_IN)
FLOAT = (Denomination(1_000, False, 20), Denomination(500, False, 20), Denomination(100, False, 40))
KINDS = (
    NamedCount("gas", 171, 1_478_438),
    NamedCount("card_fee", 3, 6_000),
    NamedCount("late_fee", 4, 1_240),
    NamedCount("balance", 62, 452),
)
TENDERS = (NamedCount("cash", 0, HANDED_IN_FEN), NamedCount("unionpay", 4, 54_210))
MATTER = OpenMatterLine("card_write", "户号 100310092 已通知持原卡来厅", 8685, "2026-11-22 15:40")
SIGNED = (
    Signature("payer", "王晓梅 0103", "2026-11-22 17:10"),
    Signature("lead", "赵立群 0101", "2026-11-22 17:14"),
    Signature("finance", "", ""),
)

Z = ZPaper(
    head=HEAD,
    z_no=127,
    opened_at="2026-11-22 08:20",
    closed_at="2026-11-22 17:06",
    first_seq=9021,
    last_seq=9604,
    opening_expected_fen=34_000,
    opening_counted_fen=34_000,
    sales_count=178,
    gross_fen=1_494_810,
    reversed_fen=8_680,
    tenders=(
        TenderFigures("cash", 1_465_920, 1_465_870, 1_465_870, -50),
        TenderFigures("unionpay", 54_210, 54_210, None, 0),
        TenderFigures("cheque", 0, None, None, 0),
    ),
    kinds=KINDS,
    tiers=(
        PaperLine("第一档", 4_802_000, 26_300, 1_262_926),
        PaperLine("第二档", 682_000, 31_600, 215_512),
    ),
    drawer_openings=176,
    reprints=2,
    float_kept_fen=34_000,
    takings_fen=HANDED_IN_FEN,
    explanation="找零多付 0.50 元，已当面说明",
    perpetual_gross_fen=812_345_670,
    perpetual_reversed_fen=1_234_560,
    perpetual_count=94_210,
    open_matters=(MATTER,),
    signatures=(Signature("cashier", "王晓梅 0103", "2026-11-22 17:06"), Signature("shift_lead", "赵立群 0101", "")),
    first_receipt="T01-0000097",
    last_receipt="T01-0000274",
    blank_cards_expected=40,
    blank_cards_counted=40,
)

HAND_OVER = HandOverPaper(
    head=HEAD,
    z_no=127,
    receiver_kind="cashier",
    float_lines=FLOAT,
    float_fen=34_000,
    blank_cards=40,
    next_receipt="T01-0000275",
    bag_no="",
    device_states=("读卡器 正常", "打印机 正常", "钱箱 正常"),
    open_matters=(MATTER,),
    digest="4be1c09d77aa",
    signatures=(Signature("predecessor", "王晓梅 0103", "2026-11-22 17:12"), Signature("successor", "李雪 0107", "")),
)

SLIP = RemittanceSlipPaper(
    head=HEAD,
    slip_no="JK-T01-00127",
    payee="平安城市燃气有限公司",
    bank="中国工商银行平安支行",
    account="1302 0101 0920 0012 345",
    cash_lines=HANDED_IN,
    cash_fen=HANDED_IN_FEN,
    pos_batches=(PosBatch("61002231", "000318", 4, 54_210),),
    kinds=KINDS,
    tenders=TENDERS,
    over_short_fen=-50,
    explanation="找零多付 0.50 元，已当面说明",
    float_kept_fen=34_000,
    first_receipt="T01-0000097",
    last_receipt="T01-0000274",
    session_key="HALL-T01-1-9021",
    signatures=SIGNED,
    receipt_count=178,
    void_count=1,
)

DEPOSIT = DepositSlipPaper(
    head=HEAD,
    slip_no="JD-20261122",
    payee=SLIP.payee,
    bank=SLIP.bank,
    account=SLIP.account,
    slips=(SLIP,),
    cash_lines=HANDED_IN,
    cash_fen=HANDED_IN_FEN,
    pos_batches=SLIP.pos_batches,
    kinds=KINDS,
    tenders=TENDERS,
    over_short_fen=-50,
    not_received=(
        MissingTakings("JK-T03-00088", "3 号窗口", 88, "李雪", "0107"),
        MissingTakings("", "1 号窗口", 128, "赵丽华", "0104"),
    ),
    signatures=(
        Signature("finance_cashier", "周敏 0201", "2026-11-22 17:40"),
        Signature("bank", "", ""),
    ),
    reconciled=(
        NamedCount("kinds_sum", 0, 1_486_130),
        NamedCount("over_short", 0, -50),
    ),
)

DAYBOOK = DaybookPaper(
    head=HEAD,
    session_key="HALL-T01-1-9021",
    lines=tuple(
        DaybookLine(
            9021 + 3 * n,
            f"2026-11-22 {8 + n // 10:02d}:{n * 7 % 60:02d}",
            f"T01-{97 + n:07d}",
            f"1000{10_000 + n * 37}",
            "gas",
            (n % 9 + 1) * 5_000,
            (n % 9 + 1) * 1_315,
            "cash" if n % 11 else "unionpay",
            "reversed" if n == 17 else "normal",
        )
        for n in range(88)
    ),
    totals=(NamedCount("gas", 85, 561_060), NamedCount("card_fee", 3, 6_000)),
    signatures=(Signature("cashier", "王晓梅 0103", ""), Signature("auditor", "", "")),
)

DIFFERENCE = CashMovementPaper(
    head=replace(HEAD, operator_name="李雪", operator_code="0107"),
    kind=COUNT_DIFFERS,
    number="HALL-T01-1-129",
    lines=FLOAT,
    amount_fen=34_000,
    parts=(NamedCount("handed_over", 0, 35_000),),
    note="HALL-T01-1-128 / Z 00127",
    signatures=(
        Signature("successor", "李雪 0107", "2026-11-22 17:12"),
        Signature("predecessor", "王晓梅 0103"),
        Signature("lead"),
    ),
    blank_cards=39,
    cards_off=-1,
)

MOVEMENT = CashMovementPaper(
    head=HEAD,
    kind="float_issue",
    number="BY-20261122-1",
    lines=FLOAT,
    amount_fen=34_000,
    note="开班备用金",
    signatures=(
        Signature("taker", "王晓梅 0103", "2026-11-22 08:15"),
        Signature("issuer", "周敏 0201", "2026-11-22 08:15"),
    ),
)
