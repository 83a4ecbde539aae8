"""Sample view states of bad days: long names, large sums, refusals, broken devices; to see what a page can bear.

Must not know: use cases; no state here ever reaches the books.
"""

from __future__ import annotations

from dataclasses import replace

from pos.ports.surroundings import CustomerView
from ui.desktop import samples, samples_office
from ui.presenters import count_state as k
from ui.presenters import counter_state as c
from ui.presenters import office_state as o
from ui.presenters import people_state as p
from ui.presenters.notice import Lamp, LampState, Notice, Tone

FRAME = replace(
    samples.FRAME, company="东方城市燃气（集团）股份有限公司", hall="经济技术开发区第二营业厅", till_name="12 号窗口",
    operator_name="欧阳慕容清扬", operator_role="shift_lead", marks=("training", "test_keys"),
    hint=Notice("program.bug", Tone.BAD),
    lamps=(
        Lamp("reader", LampState.FAULT), Lamp("printer", LampState.FAULT),
        Lamp("drawer", LampState.UNKNOWN), Lamp("display", LampState.UNKNOWN),
    ),
)  # fmt: skip
LONG_PERSON = replace(
    samples.PERSON, name="阿不都热依木·买买提江（代办：欧阳慕容清扬）", persons=12, balance_fen=-1_234_56,
    arrears_fen=1_234_56,
    address="经济技术开发区人民东路 1288 号金色家园二期 A 区 112 号楼 3 单元 2502 室（地下室东侧）",
)  # fmt: skip
LONG_LINES = (
    c.LineView("居民用气 第一档", 350_000, 26_305, 920_68),
    c.LineView("居民用气 第二档", 150_000, 31_600, 474_00),
    c.LineView("居民用气 第三档", 1_234_000, 39_450, 4_868_13),
    c.LineView("补卡工本费", 0, 0, 20_00),
    c.LineView("户内安检服务费（两年一次，含软管更换）", 0, 0, 120_00),
)
WARNINGS = (
    samples.CROSSES,
    Notice("notice.arrears", Tone.WARNING, (("amount_fen", 123_456),)),
    Notice("card.unconsumed", Tone.WARNING, (("volume", "30"),)),
)
LONG_ITEM = c.ItemPanel(
    typed="1734", usual_l=30_000, limit_l=2_000_000, lines=LONG_LINES, notices=WARNINGS,
    tiers=c.TierView(used_l=0, buying_l=1_734_000, limits_l=(350_000, 500_000)),
)  # fmt: skip
LARGE_PAY = c.PayPanel(
    due_fen=12_345_65, due_words="壹万贰仟叁佰肆拾伍元陆角伍分", typed="13000.00", received_fen=13_000_00,
    change_fen=654_30, carry_fen=5, quick_fen=(12_350_00, 12_400_00, 13_000_00), offer=c.RoundOffer(45_65, 700_00),
    pieces=tuple(
        c.ChangePiece(face, coin, n)
        for face, coin, n in ((100_00, False, 6), (50_00, False, 1), (1_00, True, 4), (10, True, 3))
    ),
)  # fmt: skip
BALANCE_PAY = replace(
    samples.PAY, due_fen=1_852_30, due_words="壹仟捌佰伍拾贰元叁角整", typed="2000", received_fen=2000_00,
    change_fen=147_70, carry_fen=0, used_fen=1_234_56, balance_after_fen=12_345_67, waived_fen=9,
)  # fmt: skip
CARD_OF_ANOTHER = Notice("card.of_another", Tone.WARNING, (("card_no", "0000452210"), ("account_no", "1000204518")))
COUNTER = {
    "counter-no-till": c.CounterState(can_sell=False, notice=Notice("counter.open_first")),
    "counter-refused": replace(samples.IDLE, notice=CARD_OF_ANOTHER),
    "counter-code-spent": replace(samples.QUANTITY, notice=Notice("card.code_spent", Tone.WARNING)),
    "counter-long": replace(samples.TENDER, customer=LONG_PERSON, item=LONG_ITEM, pay=LARGE_PAY),
    "counter-limit": replace(
        samples.QUANTITY, customer=LONG_PERSON, notice=Notice("limit.purchase", Tone.WARNING, (("most_m3", 2000),))
    ),
    "counter-cap": replace(
        samples.TENDER,
        notice=Notice("limit.meter_cap_agreed", Tone.WARNING, (("cap_m3", 30), ("over_m3", 7), ("remaining_m3", "6"))),
    ),
    "counter-short": replace(samples.TENDER, pay=replace(samples.PAY, typed="50", change_fen=None, pieces=())),
    "counter-by-money": replace(samples.QUANTITY, item=replace(samples.ITEM, by_money=True, typed="86.85")),
    "counter-unionpay": replace(
        samples.TENDER,
        pay=replace(samples.PAY, tender="unionpay", reference="120045678901", typed="", change_fen=0, pieces=()),
    ),
    "counter-balance": replace(samples.TENDER, pay=BALANCE_PAY),
    "counter-balance-done": replace(samples.DONE, pay=BALANCE_PAY),
    "counter-unionpay-done": replace(
        samples.DONE,
        pay=replace(samples.PAY, tender="unionpay", received_fen=86_85, change_fen=0, carry_fen=0, pieces=()),
        notice=Notice("sale.taken_up_card", Tone.WARNING, (("tendered", "86.85"),)),
        hand_out=c.HandOutPanel(
            write=c.WriteState.WRITTEN,
            needed=("card", "paper"),
            receipt_code="receipt.confirmed",
            receipt_no="T01-000482",
            card_in_reader=False,
        ),
    ),
    "counter-failed": replace(
        samples.BOOKED,
        notice=Notice("card.write_refused", Tone.BAD),
        hand_out=c.HandOutPanel(write=c.WriteState.FAILED, ticked=frozenset({"change"})),
    ),
    "counter-taken-up": replace(
        samples.DONE,
        pay=replace(samples.PAY, carry_fen=4, balance_after_fen=4),
        notice=Notice("sale.taken_up_unwritten", Tone.WARNING),
        hand_out=c.HandOutPanel(write=c.WriteState.UNWRITTEN, receipt_no="DJ-T01-000482", card_in_reader=False),
    ),
    "counter-given-back": replace(
        samples.BOOKED,
        step=c.Step.DONE,
        notice=Notice("reversal.give_cash", Tone.WARNING, (("amount", "1,234.50"),)),
        hand_out=c.HandOutPanel(write=c.WriteState.WRITTEN, undo=True, return_fen=1_234_50, needed=()),
    ),
    "counter-service": replace(
        samples.TENDER,
        item=c.ItemPanel(item_code="card_replacement", measured=False, lines=(c.LineView("IC 卡补卡费", 0, 0, 20_00),)),
    ),
}
COUNT = replace(
    samples_office.COUNT, matters=samples_office.MATTERS * 2, with_cards=True,
    notice=Notice("count.incomplete_slips", Tone.WARNING, (("terminal", "6100 2231"),)),
    batches=(k.BatchCount("6100 2231"), k.BatchCount("6100 2232")),
)  # fmt: skip
_NO_CHANGE = ((2000, 5, 0), (1000, 10, 1), (500, 20, 4), (100, 50, 11), (50, 20, 9), (10, 30, 21))
CLOSING = replace(samples_office.CLOSING, missing=_NO_CHANGE, notice=Notice("close.card_in_reader", Tone.WARNING))
AGREES = k.DifferenceState(rows=(k.DifferenceRow("tender.cash", 1592450, agrees=True),))
HAND_OVER = replace(
    samples_office.HAND_OVER, receiver_kind="safe", matters=samples_office.MATTERS * 2,
    notice=Notice("hand_over.signature", Tone.WARNING),
)  # fmt: skip
SEARCH = replace(samples_office.SEARCH, notice=Notice("store.busy", Tone.WARNING), more=True)
COUNT_AFTER_SALE = replace(
    samples_office.COUNT,
    notice=Notice("count.change_waits", Tone.WARNING, (("receipt", "T01-000482"), ("change", "13.15"))),
    matters=(
        k.MatterView(
            "H-T01-1-482", "matter.hand_out", "T01-000482", 13_15, tone=Tone.WARNING, state_code="hand_out.open_change"
        ),
    ),
)
ACCOUNT = replace(
    samples_office.OPEN_ACCOUNT, notice=Notice("account.phone", Tone.WARNING), wrong=frozenset({"phone"}), values=()
)
SIGN_IN_PLAIN = p.SignInState()
LOCK = replace(samples_office.LOCKED, notice=Notice("sign_in.wrong", Tone.WARNING))
APPROVAL = replace(samples_office.APPROVAL, notice=Notice("approval.self", Tone.WARNING))
SLIP = Notice("unionpay.slip_known", Tone.WARNING)
BY_CARD = Notice("slip_entry.why_both", Tone.INFO, (("used_fen", 6), ("cash_fen", 5260), ("card_fen", 5254)))
FINANCE_NONE = o.FinanceState(business_day="2026-11-22")
FINANCE_DONE = replace(samples_office.FINANCE, deposit_no="D-20261122")
FINANCE_REFUSED = replace(
    samples_office.FINANCE,
    notice=Notice("deposit.none_that_day", Tone.WARNING, (("business_day", "2026-11-22"),)),
)
BAGS_NONE = o.BagsState()
BAG_WRONG = replace(samples_office.BAGS, notice=Notice("bag.number", Tone.WARNING))
X_REFUSED = o.XState(notice=Notice("role.refused", Tone.WARNING))
SETTINGS = replace(
    samples_office.SETTINGS, notice=Notice("setting.value", Tone.WARNING, (("name", "idle_lock_s"), ("text", "abc")))
)
CUSTOMER = {
    "confirm": CustomerView("confirm", "阿*江  经济技术开发区 **2502"),
    "due": CustomerView("due", samples_office.WHO, "居民用气 1,734 m³", 12_345_65),
    "large": CustomerView("readback", samples_office.WHO, "居民用气 1,734 m³", 12_345_65, 13_000_00, 654_30),
    "used": CustomerView("due", samples_office.WHO, "居民用气 10 m³", 26_24, used_fen=6),
    "kept": CustomerView("due", samples_office.WHO, "居民用气 38 m³", 100_00, kept_fen=6),
    "writing": CustomerView("writing", samples_office.WHO, "居民用气 30 m³", 86_85, 100_00, 13_10),
}
RECEIPTS = tuple(
    c.ReceiptView(
        f"j{n}",
        f"DONGCHENG-T12-2-{n:06}",
        "2026-11-22 10:14",
        "阿不都热**",
        "1000204471",
        12_345_65,
        "receipts.kind.unwritten",
    )
    for n in range(40, 0, -1)
)
