"""What a screen shows of a person before somebody gives a reason to see more (PIPL; trust 4.3; domain P12).

Masked by default; revealing is a use case of its own and leaves a record. Pure text in, pure text out.
"""

from __future__ import annotations

STAR = "*"
_COMPANY_MARKS = (
    "公司",
    "厂",
    "店",
    "学校",
    "医院",
    "中心",
    "委员会",
    "局",
    "所",
    "站",
    "酒店",
    "宾馆",
    "银行",
    "集团",
)


def mask_name(name: str) -> str:
    """张* for 张明, 欧** for 欧阳锋. Organisations are no persons: their names stay."""
    text = name.strip()
    if len(text) >= 4 and text.endswith(_COMPANY_MARKS):
        return text
    if len(text) <= 1:
        return STAR * len(text)
    return text[0] + STAR * min(len(text) - 1, 2)


def mask_phone(phone: str) -> str:
    """138****8000; of shorter numbers only the last digits, never more than a third."""
    text = phone.strip()
    digits = sum(letter.isdigit() for letter in text)
    if digits >= 11:
        return text[:3] + STAR * (len(text) - 7) + text[-4:]
    shown = len(text) // 3
    return STAR * (len(text) - shown) + (text[-shown:] if shown else "")
