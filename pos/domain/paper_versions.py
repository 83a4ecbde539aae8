"""How papers queued by an older program are read: one step from each version to the next, none ever removed.

Rule: design Money rules 9: a frozen document keeps its version; an update must still print what was queued before it.
A new field with a default keeps the version (older programs refuse what they do not know). Anything else, a field
renamed, removed or with another meaning, raises `PAPER_VERSION` and adds a step here and a frozen sample to the tests.
Must not know: the papers' classes, layouts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pos.domain.errors import RuleViolation
from pos.domain.hand_over import state_apart

PAPER_VERSION = 3
PAPER_TOO_NEW = "print.paper_too_new"
Content = dict[str, Any]


class PaperTooNew(RuleViolation):
    """A newer program queued this paper; it stays as it is until that program prints it."""

    def __init__(self, template: str, version: int) -> None:
        super().__init__(PAPER_TOO_NEW, template=template, version=version)


def upgraded(template: str, version: int, content: Content) -> Content:
    """The content of a stored document in the form of `PAPER_VERSION`. Raises PaperTooNew."""
    if not 1 <= version <= PAPER_VERSION:
        raise PaperTooNew(template, version)
    for step in _STEPS[version - 1 :]:
        content = step(template, content)
    return content


_CODES = {
    "交款人": "payer",
    "班长复核": "lead",
    "出纳收款": "finance",
    "银行收讫": "bank",
    "查看人": "reader",
    "交班人": "predecessor",
    "接班人": "successor",
    "见证人": "witness",
    "发放人": "issuer",
    "领用人": "taker",
    "收费员": "cashier",
    "班长": "shift_lead",
    "出纳": "finance_cashier",
    "稽核": "auditor",
    "现金": "cash",
    "银联刷卡": "unionpay",
    "支票": "cheque",
    "气款": "gas",
    "卡费": "card_fee",
    "违约金": "late_fee",
    "户内余额": "balance",
    "抹零": "rounding",
    "写卡未确认": "card_write",
    "已刷卡未入账": "charge_unbooked",
    "打印未确认": "print_unconfirmed",
    "刷卡单与账不符": "slips_differ",
    "空白卡与账不符": "cards_differ",
    "首张卡": "first_card",
    "冲正": "reversed",
    "未写卡": "unwritten",
    "待核": "in_doubt",
    "正常": "normal",
    "客户联": "customer",
    "存根联": "stub",
}
_CODED_FIELDS = frozenset({"role", "name", "kind", "what", "tender", "tender_name", "state", "copies"})
_CHARGE = re.compile("参考号 (.*) 尾号 (.*)")
_OPEN_TILL = re.compile("(.*) #([0-9]+)")


def _words_to_codes(template: str, content: Content) -> Content:
    """1 to 2: Chinese words become codes; slips say what is handed in by tender; missing takings say whose they are."""
    content = _coded(content)
    if template == "receipt":
        content["tender"] = content.pop("tender_name")
        detail = content.pop("tender_detail", "")
        charge = _CHARGE.fullmatch(detail)
        content["pay_reference"], content["pay_last_four"] = charge.groups() if charge else (detail, "")
    if template == "remittance_slip":
        content["tenders"] = _handed_in(content)
    if template == "deposit_slip":
        content["tenders"] = _handed_in(content)
        content["slips"] = [{**slip, "tenders": _handed_in(slip)} for slip in content["slips"]]
        content["not_received"] = [_missing(text) for text in content.get("not_received", ())]
    return content


def _coded(value: Any, field: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _coded(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_coded(part, field) for part in value]
    return _CODES.get(value, value) if field in _CODED_FIELDS else value


def _handed_in(content: Content) -> list[Content]:
    batches = content["pos_batches"]
    slips, slips_fen = sum(b["slip_count"] for b in batches), sum(b["amount_fen"] for b in batches)
    return [
        {"name": "cash", "count": 0, "amount_fen": content["cash_fen"]},
        {"name": "unionpay", "count": slips, "amount_fen": slips_fen},
    ]


def _missing(text: str) -> Content:
    """`T01 #2` was a till not yet closed, everything else the number of a slip."""
    still_open = _OPEN_TILL.fullmatch(text)
    if still_open:
        return {"slip_no": "", "till_name": still_open[1], "session_no": int(still_open[2])}
    return {"slip_no": text}


def _states_apart(_template: str, content: Content) -> Content:
    """2 to 3: the state of an open matter is a code of its own, no longer in brackets behind the subject."""
    for matter in content.get("open_matters", ()):
        subject, state = state_apart(matter["subject"])
        if state:
            matter["subject"], matter["state"] = subject, state
    return content


_STEPS: tuple[Callable[[str, Content], Content], ...] = (_words_to_codes, _states_apart)
