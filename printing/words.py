"""Chinese words for the stable codes that stand in papers: roles, tenders, kinds, matters, price classes.

A paper may carry a code or a finished word; a code that is not in this list is printed as it is, never dropped, so that
an old program shows a new matter rather than hiding it. Must not know: layouts.
"""

from __future__ import annotations

_WORDS = {
    # signatures
    "giver": "交出人",
    "receiver": "接收人",
    "cashier": "收费员",
    "card_clerk": "卡务员",
    "shift_lead": "班长",
    "lead": "班长复核",
    "finance_cashier": "出纳",
    "finance": "出纳收款",
    "auditor": "稽核",
    "administrator": "管理员",
    "payer": "交款人",
    "witness": "见证人",
    "bank": "银行收讫",
    "successor": "接班人",
    "predecessor": "交班人",
    # tenders
    "cash": "现金",
    "unionpay": "银联刷卡",
    "wechat": "微信",
    "alipay": "支付宝",
    "cheque": "支票",
    "transfer": "转账",
    # what a line or a sum is about
    "gas": "气款",
    "card_fee": "卡费",
    "late_fee": "违约金",
    "rounding": "抹零",
    "balance": "户内余额",
    # open matters
    "card_write": "写卡未确认",
    "charge_unbooked": "已刷卡未入账",
    "print_unconfirmed": "打印未确认",
    "slips_differ": "签购单不符",
    "cards_differ": "空白卡不符",
    # price classes
    "resident": "居民生活用气",
    "resident_heating": "居民采暖用气",
    "commercial": "商业用气",
    "public_welfare": "公益用气",
    # copies
    "customer": "客户联",
    "stub": "存根联",
}


def said(code: str) -> str:
    """The word for a code; a text that is no known code is returned unchanged."""
    return _WORDS.get(code, code)
