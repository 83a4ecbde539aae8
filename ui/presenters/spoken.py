"""What is said aloud at the read-back: figures as Chinese words, because a speech engine reads digits one by one."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def read_back_sentence(due_fen: int, received_fen: int, *, by_slip: bool = False) -> str:
    """`应收…，收您…，找您…`; a slip has no change (P4)."""
    if by_slip:
        return f"刷卡{yuan_words(due_fen)}"
    change = received_fen - due_fen
    tail = f"，找您{yuan_words(change)}" if change else "，不找零"
    return f"应收{yuan_words(due_fen)}，收您{yuan_words(received_fen)}{tail}"


def yuan_words(fen: int) -> str:
    """`86.80` as 八十六元八角."""
    yuan, rest = divmod(fen, 100)
    words = f"{_number(yuan)}元" if yuan or not rest else ""
    jiao, odd = divmod(rest, 10)
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif odd and yuan:
        words += "零"
    return words + (f"{_DIGITS[odd]}分" if odd else "")


def _number(value: int) -> str:
    """A whole number below 10^8 in words."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return f"{_number(high)}万{gap}{_number(low) if low else ''}"
    if value < 10:
        return _DIGITS[value]
    words, pending = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += (
                ("零" if pending else "") + ("" if digit == 1 and name == "十" and not words else _DIGITS[digit]) + name
            )
            pending = False
        elif words:
            pending = True
    return words
