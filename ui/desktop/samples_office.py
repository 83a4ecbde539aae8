"""Sample view states of the pages around the counter: people, counts, closing, finance, settings.

Must not know: use cases; no state here ever reaches the books.
"""

from __future__ import annotations

from dataclasses import replace

from pos.ports.surroundings import CustomerView
from ui.presenters import count_state as k
from ui.presenters import office_state as o
from ui.presenters import people_state as p
from ui.presenters.notice import Notice, Tone

PEOPLE = (
    p.PersonChoice("c01", "王晓梅", "cashier", "demo-c01"),
    p.PersonChoice("k01", "李建国", "card_clerk", "demo-k01"),
    p.PersonChoice("l01", "陈志强", "shift_lead", "demo-l01"),
    p.PersonChoice("f01", "赵敏", "finance", "demo-f01"),
    p.PersonChoice("a01", "周立", "administrator", "demo-a01"),
)
SIGN_IN = p.SignInState(people=PEOPLE, login="c01")
SIGN_IN_WRONG = p.SignInState(notice=Notice("sign_in.wrong", Tone.WARNING), login="c01")
SIGN_IN_CROWD = p.SignInState(
    people=tuple(replace(person, demo_password="demo-hall-2026") for person in (*PEOPLE, *PEOPLE[:3])),
    notice=Notice("sign_in.wrong", Tone.BAD),
)
LOCKED = p.SignInState(locked_name="王晓梅 · 1 号窗口")
PASSWORD_FIRST = p.PasswordState(name="王晓梅", forced=True, verdict=Notice("password.hint", params=(("least", 8),)))
PASSWORD_OWN = p.PasswordState(
    name="王晓梅", verdict=Notice("password.good", Tone.GOOD), notice=Notice("sign_in.wrong", Tone.BAD)
)
RECOVERY = p.RecoveryState(verdict=Notice("password.hint", params=(("least", 8),)))
RECOVERY_WRONG = p.RecoveryState(notice=Notice("recovery.wrong", Tone.BAD), blame_code=True)
RECOVERY_CODE = p.RecoveryState(new_code="K7M2Q-9TX4W-RCH8P-DJ3NF-6VB5Z")
RECOVERY_RENEWED = replace(RECOVERY_CODE, renewed=True)
RECOVERY_UNWRITTEN = replace(RECOVERY_CODE, notice=Notice("recovery.not_written", Tone.WARNING))
STAFF = p.StaffState(
    rows=(
        p.StaffRow(operator_id="1", code="1001", name="王晓梅", roles=("cashier",), last_sign_in="2026-11-22 08:21"),
        p.StaffRow(operator_id="2", code="1002", name="收费员乙", roles=("cashier",), must_change=True),
        p.StaffRow(
            operator_id="3", code="1003", name="钱芳", roles=("card_clerk",), active=False,
            last_sign_in="2026-08-31 17:40",
        ),
        p.StaffRow(
            operator_id="4", code="2001", name="陈志强", roles=("shift_lead", "finance_cashier"),
            last_sign_in="2026-11-22 08:02",
        ),
    ),
    notice=Notice("staff.added", Tone.GOOD, (("name", "收费员乙"),)),
)  # fmt: skip
STAFF_FORM = p.StaffFormState(
    code="1001", name="冯新", most_roles=2,
    notice=Notice("operator.code_taken", Tone.BAD, (("operator_code", "1001"),)),
)  # fmt: skip
WIZARD_SAYS = {
    "hall": Notice("hall.bank_account", Tone.WARNING, (("least", 8), ("most", 32))),
    "people": Notice("password.differs", Tone.WARNING),
    "devices": Notice("wizard.no_reader", Tone.WARNING),
    "done": Notice("wizard.not_written", Tone.WARNING),
}
PLAN = p.HallPlan(
    hall="东街营业厅", hall_code="H", tills=("1 号窗口", "2 号窗口"),
    staff=(("1001", "cashier"), ("1002", "cashier"), ("1003", "card_clerk"), ("3001", "finance_cashier")),
)  # fmt: skip
WIZARD = tuple(
    p.WizardState(
        step=step,
        values=(("company", "示例燃气有限公司"), ("hall", "东街营业厅"), ("hall_code", "H"), ("till_name", "1 号窗口")),
        device_rows=(("reader", "reader.no_reader", Tone.WARNING), ("printer", "lamp.absent", Tone.INFO)),
        wrong={"hall": "bank_account", "people": "admin_again"}.get(step, ""),
        plan=PLAN if step == "people" else None,
        notice=WIZARD_SAYS.get(step),
        founded=step in ("devices", "done"),
        recovery_code="K7M2-Q9TX-4WRC-H8PD",
        starting_passwords=(("1001", "收费员甲", "tin-kettle-forty"), ("3001", "出纳", "slow-river-seven")),
        written=frozenset({"recovery_code"}),
        key_fingerprint="9f3c 71aa 0be4 55d2 1c88 e0f7 2a6b 94d1",
    )
    for step in ("look", "hall", "people", "devices", "done")
)
HITS = (
    p.HitView("1000204471", "单桂芳", "平安里 12 号楼 3 单元 502", "G4-8820 3319", "138****2071"),
    p.HitView("1000204518", "单桂芳", "新华路 88 号院 1 单元 101", "G4-8820 4410", "139****5502"),
    p.HitView("1000310092", "单贵方", "平安里 2 号楼 1 单元 301", "G4-8817 0091", ""),
)
SEARCH = p.SearchState(query="sgf", hits=HITS)
SEARCH_NONE = p.SearchState(query="zzz")
OPEN_ACCOUNT = p.OpenAccountState(
    values=(("name", "欧阳若𬀩"), ("address", "平安里 12 号楼 3 单元 503"), ("phone", "13800002071")),
)
MATTERS = (
    k.MatterView(
        "H-T01-1-480", "matter.card_unconfirmed", "户号 10 0031 0092", 86_85, "2026-11-22 10:41", "王晓梅", Tone.BAD,
        customer="单**",
    ),
    k.MatterView(
        "H-T01-1-455", "matter.slip_unbooked", "终端 6100 2231 参考号 120045", 82_20, "2026-11-22 09:12", "王晓梅",
        Tone.WARNING,
        slip=(("terminal", "61002231"), ("batch", "000123"), ("trace", "004567"), ("last_four", "2071")),
        account_no="1000204471", volume_l=33_000, customer="单**",
    ),
)  # fmt: skip
PIECES = (23, 41, 36, 58, 22, 47, 16, 3, 0, 0, 0)
BUNDLES = (1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0)
COUNTED = tuple(k.FaceCount(*row) for row in zip(k.FACES, PIECES, BUNDLES, strict=True))
COUNT = k.CountState(
    purpose="closing", start=COUNTED, batches=(k.BatchCount("6100 2231"),), matters=MATTERS[:1], counter_name="王晓梅"
)
FLOAT = k.CountState(
    purpose="float", with_cards=False, counter_name="王晓梅", till_name="1 号窗口", hall_float_fen=500_00
)
_HAS = (("till", "1 号窗口"), ("amount", "420.00"), ("names", "王晓梅"))
FLOAT_AGAIN = replace(FLOAT, notice=Notice("float.has_already", Tone.WARNING, _HAS))
FLOAT_BACK = k.CountState(purpose="float_return", with_cards=False, counter_name="周敏", till_name="1 号窗口")
RECEIVE = k.CountState(
    purpose="receive",
    batches=(k.BatchCount("6100 2231"),),
    sums_only=True,
    with_cards=False,
    cashier_name="王晓梅",
    till_name="1 号窗口",
    slip_no="DJ-T01-J00127",
    notice=Notice("count.incomplete_amount", Tone.WARNING, (("terminal", "6100 2231"),)),
    missing=k.MissingField("amount", "6100 2231"),
)
OPENING = k.CountState(purpose="opening", with_cards=True)
VERIFY = k.CountState(
    purpose="verify",
    batches=(k.BatchCount("6100 2231"),),
    counter_name="陈志强",
    cashier_name="王晓梅",
    till_name="1 号窗口",
)
DIFFERS = k.DifferenceState(
    rows=(
        k.DifferenceRow("tender.cash", 1592450, agrees=None),
        k.DifferenceRow("tender.unionpay", 8220, agrees=None, slips=1),
    ),
    cards=38,
    recount_left=True,
    lead_needed=True,
)
EXPLAIN = k.DifferenceState(
    rows=(
        k.DifferenceRow("tender.cash", 1592450, 1592450, 1593450, -1000, agrees=False),
        k.DifferenceRow("tender.unionpay", 8220, 8220, 8220, 0),
    ),
    cards_open=(39, 39, 38),
    may_explain=True,
    lead_name="陈志强",
)
CLUES = replace(
    EXPLAIN,
    clues=(
        k.ClueView("clue.same_amount", "clue.of_receipt", "31", 1000),
        k.ClueView("clue.wrong_row", "clue.of_count", "", 1000, (("pieces", 1), ("row", "20.00"), ("true", "10.00"))),
        k.ClueView("clue.double", "clue.of_movement", "DJ-T01-1-482", 500),
        k.ClueView("clue.wrong_tender", "clue.of_receipt", "17", 1000),
    ),
)
SPLIT = tuple(
    k.SplitRow(count.face, count.total_pieces, min(count.total_pieces, kept))
    for count, kept in zip(COUNTED, (0, 4, 10, 20, 20, 40, 60, 3, 0, 0, 0), strict=True)
)
FIGURES = (
    k.FigureRow("close.sales", 46, 4_210_35),
    k.FigureRow("close.reversed", 1, 86_85),
    k.FigureRow("close.net", 45, 4_123_50),
    k.FigureRow("tender.cash", 41, 3_790_10),
    k.FigureRow("tender.unionpay", 4, 333_40),
)
CHECKS = (
    k.DifferenceRow("tender.cash", 1592450, 1592450, 1593450, -1000, agrees=False),
    k.DifferenceRow("tender.unionpay", 8220, 8220, 8220, 0),
)
CLOSING = k.CloseState(
    split=SPLIT, wanted_fen=800_00, hall_float_fen=500_00, checks=CHECKS, cards=(38, 38), slips=(1, 8220),
    matters=MATTERS[:1], missing=((50, 32, 3), (10, 48, 0)),
)  # fmt: skip
CLOSED = k.CloseState(
    split=SPLIT, checks=CHECKS, cards=(38, 38), slips=(1, 8220), matters=MATTERS[:1], closed=True, z_no="Z 00127",
    slip_no="DJ-T01-J00127", anchor="HALL-T01-1-482  9f86d08188",
)  # fmt: skip
HAND_OVER = k.HandOverState(
    till_name="1 号窗口",
    z_no=127,
    rows=(
        ("hand_over.float", "1,000.00"), ("hand_over.cards", "38"), ("hand_over.next_receipt", "T01-000483"),
        ("hand_over.takings", "14,924.50 · DJ-T01-J00127"),
    ),
    takings="12,924.50", slip_no="DJ-T01-J00127",
    matters=MATTERS[:1], digest="9f3c 71aa 0be4", giver_name="王晓梅", people=(("c02", "刘芳"), ("l01", "陈志强")),
)  # fmt: skip
SLIPS = (
    o.SlipView(
        slip_no="DJ-T01-J00127", business_day="2026-11-22", till_name="1 号窗口", cashier_name="王晓梅",
        cash_fen=14_924_50, card_slips=1, card_fen=82_20, over_short_fen=-10_00,
    ),
    o.SlipView(
        slip_no="DJ-T02-J00098", business_day="2026-11-22", till_name="2 号窗口", cashier_name="刘芳",
        cash_fen=8_310_00, card_slips=6, card_fen=741_60, slips_off_fen=-26_30, state="received",
        received_fen=8_300_00,
    ),
)  # fmt: skip
FINANCE = o.FinanceState(business_day="2026-11-22", slips=SLIPS)
FINANCE_RECEIVED = replace(
    FINANCE, slips=tuple(replace(slip, state="received", received_fen=slip.cash_fen) for slip in SLIPS)
)
FINANCE_DONE = replace(
    FINANCE,
    slips=tuple(
        replace(slip, state="deposited", deposit_no="DJ-H-D00012", received_fen=slip.cash_fen) for slip in SLIPS
    ),
    deposit_no="DJ-H-D00012",
    notice=Notice("finance.day_done", Tone.GOOD, (("count", 2), ("no", "DJ-H-D00012"))),
)
BAGS = o.BagsState(
    bags=(
        o.BagView("H-T02-1-30", "2 号窗口", "2026-11-21", "刘芳", "陈志强"),
        o.BagView("H-T03-1-12", "3 号窗口", "2026-11-21", "李建国", "王晓梅"),
    ),
    notice=Notice("bag.number", Tone.WARNING),
)
BAGS_NONE = o.BagsState(
    notice=Notice("bag.accepted", Tone.GOOD, (("bag", "FB-0001"), ("counted", "500.00"), ("off", "0.00")))
)
X_LOOK = o.XState(
    till_name="1 号窗口", cashier_name="王晓梅", since="2026-11-22 08:31", taken_at="2026-11-22 11:02",
    figures=(
        *FIGURES[:2], k.FigureRow("x.opening", None, 1_000_00), *FIGURES[3:], k.FigureRow("kind.gas", 44, 4_103_50),
        k.FigureRow("kind.card_fee", 1, 20_00), k.FigureRow("x.drawer_openings", 43, None),
        k.FigureRow("x.reprints", 2, None),
    ),
)  # fmt: skip
MATTERS_PAGE = o.MattersState(matters=MATTERS)
MATTERS_NONE = o.MattersState()
SETTINGS = o.SettingsState(
    rows=(
        o.SettingRow("setting.fen_rule", "money", "carry", "carry", ("carry", "waive", "exact")),
        o.SettingRow("profile.payee", "hall", "示例燃气有限公司", "示例燃气有限公司"),
        o.SettingRow("profile.bank_account", "hall", "0000 1111 2222 3333", "0000 1111 2222 3333"),
        o.SettingRow("setting.max_tender_over_due_fen", "money", "100.00", "10000"),
        o.SettingRow("setting.drawer_float_fen", "money", "500.00", "50000"),
        o.SettingRow("setting.one_person_hall", "people", "no", "no", ("yes", "no")),
        o.SettingRow("tariff.resident", "prices", "2.63 / 3.16 / 3.95"),
        o.SettingRow("tariff.resident_heating", "prices", "2.63 / 2.91 / 3.16 / 3.95", sample=True),
        o.SettingRow("fee.first_card", "prices", "20.00"),
        o.SettingRow("look.theme", "station", "light", "light", ("light", "dark", "high_contrast")),
        o.SettingRow("fact.version", "station", "0.1.0"),
    ),
    changes=(
        o.ChangeRow(key="setting.fen_rule", at="2026-11-20 16:02", who="郑建国", old="waive", new="carry"),
        o.ChangeRow(key="setting.fen_rule", at="2026-11-01 09:15", who="郑建国", old="carry", new="waive"),
    ),
    notice=Notice("set.saved", Tone.GOOD),
)
PRICE_TARIFF = o.PriceState(
    key="tariff.resident",
    values=(
        ("name", "居民用气"), ("vat", "9"), ("base_people", "4"), ("year_start", "01-01"),
        ("tier_name1", "第一档"), ("upper1", "400"), ("extra1", "100"), ("price1", "2.63"),
        ("tier_name2", "第二档"), ("upper2", "600"), ("extra2", "150"), ("price2", "3.16"),
        ("tier_name3", "第三档"), ("price3", "3.95"),
    ),
    notice=Notice("tariff.document", Tone.BAD), hoarding=27,
)  # fmt: skip
PRICE_FEE = o.PriceState(key="fee.first_card", values=(("vat", "6"),))
APPROVAL = p.ApprovalState(
    what_code="approve.set_prices", people=PEOPLE[2:3],
    lines=(
        p.SignedLine("sign.price", "set.tariff.resident", says=True),
        p.SignedLine("sign.effective_from", "2027-01-01"),
        p.SignedLine("sign.document_no", "东发改价〔2026〕18 号"),
        p.SignedLine("sign.before", "2.63 / 3.16 / 3.95"),
        p.SignedLine("sign.tier", "sign.tier_extra", says=True,
                     params=(("name", "第一档"), ("upper", "360"), ("extra", "90"), ("price", "2.78"))),
        p.SignedLine("sign.tier", "sign.tier_to", says=True,
                     params=(("name", "第二档"), ("upper", "600"), ("price", "3.34"))),
        p.SignedLine("sign.tier", "sign.tier_rest", says=True, params=(("name", "第三档"), ("price", "4.17"))),
    ),
    with_reason=True,
)  # fmt: skip
WHO = "单*芳  平安里 **502"
CUSTOMER = {
    "idle": CustomerView("idle"),
    "readback": CustomerView("readback", WHO, "居民用气 30 m³", 86_85, 100_00, 13_10),
    "done": CustomerView("done", WHO, "居民用气 30 m³", 86_85, 100_00, 13_10, "零头 0.05 元已存入您的户内余额。"),
    "paused": CustomerView("paused"),
}
