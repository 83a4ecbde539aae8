"""Sample view states for the gallery and the tests of the desktop; invented people, figures that add up.

Rule: screen.md "Looked at, not believed". Must not know: use cases; no state here ever reaches the books.
"""

from __future__ import annotations

from dataclasses import replace

from ui.presenters import counter_state as c
from ui.presenters.key_bars import COUNTER_KEYS
from ui.presenters.notice import FrameState, Lamp, LampState, Notice, Tone

FRAME = FrameState(
    company="示例燃气", hall="东街营业厅", till_name="1 号窗口", session_no=127, business_day="2026-11-22",
    operator_name="王晓梅", operator_role="cashier", marks=("demo",), keys=COUNTER_KEYS[c.Step.TENDER],
    lamps=(
        Lamp("reader", LampState.OK), Lamp("printer", LampState.OK),
        Lamp("drawer", LampState.OK), Lamp("display", LampState.OFF),
    ),
)  # fmt: skip
PERSON = c.CustomerPanel(
    name="单桂芳", address="平安里 12 号楼 3 单元 502", meter_no="G4-8820 3319", account_no="1000204471",
    card_no="0000452210", card_issue_no=1, phone="138****2071", price_class="residential", persons=4,
)  # fmt: skip
CARD = c.CardPanel(status_code="card.consumed", status_tone=Tone.GOOD, remaining_l=6_400, purchases=17, left_inlet=True)
RECENT = (c.RecentPurchase("2026-10-18", 30_000, 78_90), c.RecentPurchase("2026-09-02", 40_000, 105_20))
TIERS = c.TierView(used_l=335_000, buying_l=30_000, limits_l=(350_000, 500_000))
LINES = (
    c.LineView("居民用气 第一档", 15_000, 26_300, 39_45),
    c.LineView("居民用气 第二档", 15_000, 31_600, 47_40),
)
CROSSES = Notice("notice.crosses_tier", Tone.INFO, (("tier", "第二档"),))
ITEM = c.ItemPanel(typed="30", usual_l=30_000, limit_l=200_000, tiers=TIERS, lines=LINES, notices=(CROSSES,))
PAY = c.PayPanel(
    due_fen=86_85, due_words="捌拾陆元捌角伍分", typed="100", received_fen=100_00, change_fen=13_10,
    carry_fen=5, balance_after_fen=5,
    pieces=(c.ChangePiece(10_00, False, 1), c.ChangePiece(1_00, True, 3), c.ChangePiece(10, True, 1)),
    quick_fen=(90_00, 100_00), offer=c.RoundOffer(1_85, 15_00),
)  # fmt: skip
TENDER = c.CounterState(step=c.Step.TENDER, customer=PERSON, card=CARD, recent=RECENT, item=ITEM, pay=PAY)
IDLE = c.CounterState()
IDENTIFY = c.CounterState(step=c.Step.IDENTIFY, customer=PERSON, recent=RECENT, found_by_search=True)
QUANTITY = replace(TENDER, step=c.Step.QUANTITY, pay=c.PayPanel(due_fen=86_85, due_words="捌拾陆元捌角伍分"))
BOOKED = replace(
    TENDER, step=c.Step.BOOKED,
    hand_out=c.HandOutPanel(write=c.WriteState.WRITING, ticked=frozenset({"change"})),
)  # fmt: skip
DONE = replace(
    TENDER, step=c.Step.DONE,
    hand_out=c.HandOutPanel(
        write=c.WriteState.WRITTEN, ticked=frozenset({"change", "card"}), receipt_code="receipt.sent",
        receipt_no="T01-000482", card_in_reader=False,
    ),
)  # fmt: skip
IN_DOUBT = replace(
    TENDER, step=c.Step.DONE,
    notice=Notice("card.outcome_unknown", Tone.BAD, (("amount", "86.85"),)),
    hand_out=c.HandOutPanel(write=c.WriteState.IN_DOUBT, ticked=frozenset({"change"})),
)  # fmt: skip
RECEIPTS = (
    c.ReceiptView(
        "j3", "DJ-T01-000482", "2026-11-22 10:14", "单**", "1000204471", 86_85, "receipts.kind.sold", "tender.cash"
    ),
    c.ReceiptView(
        "j2",
        "DJ-T01-000481",
        "2026-11-22 10:02",
        "欧阳**",
        "1000300107",
        20_00,
        "receipts.kind.issued",
        "tender.unionpay",
    ),
    c.ReceiptView(
        "j1", "DJ-T01-000480", "2026-11-22 09:41", "王*", "1000204518", -82_20, "receipts.kind.refund", "tender.cash"
    ),
)
