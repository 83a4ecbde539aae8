"""Amounts in capitals, 大写金额, for papers.

Rule: 正确填写票据和结算凭证的基本规定 (annex 1 of 支付结算办法), domain D1. Output is the variant with 零 at 元 where
the rule leaves the choice. Whole fen only.
Must not know: papers, printers, screens.
"""

from __future__ import annotations

from ledger.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_LIMIT_FEN = 10_000 ** len(_GROUPS) * 100


class CapitalsError(ValueError):
    """The amount is beyond what the words can name."""


def in_capitals(amount: Money, *, whole_after_jiao: bool = False) -> str:
    """`86.79` as `捌拾陆元柒角玖分`; a negative amount begins with 负.

    `whole_after_jiao` adds 整 after 角, the style of 会计基础工作规范; the rule leaves it to the company.

    Raises:
        CapitalsError: 一万亿元 or more, which the words below 万亿 cannot name.
    """
    sign = "负" if amount.fen < 0 else ""
    return sign + _spell(abs(amount.fen), whole_after_jiao=whole_after_jiao)


def rmb_capitals(amount: Money, *, whole_after_jiao: bool = False) -> str:
    """The amount in capitals with 人民币 directly before it, as papers carry it. Raises like `in_capitals`."""
    return "人民币" + in_capitals(amount, whole_after_jiao=whole_after_jiao)


def _spell(fen: int, *, whole_after_jiao: bool) -> str:
    """Words for fen >= 0."""
    if fen >= _LIMIT_FEN:
        raise CapitalsError(f"{fen} fen is beyond what capitals are defined for here")
    yuan, cents = divmod(fen, 100)
    if fen == 0:
        return "零元整"
    words = _spell_yuan(yuan) + "元" if yuan else ""
    jiao, odd_fen = divmod(cents, 10)
    if jiao:
        gap = "零" if yuan and yuan % 10 == 0 else ""
        words += gap + _DIGITS[jiao] + "角"
    if odd_fen:
        words += ("零" if yuan and not jiao else "") + _DIGITS[odd_fen] + "分"
    if cents == 0 or (whole_after_jiao and not odd_fen):
        words += "整"
    return words


def _spell_yuan(yuan: int) -> str:
    """Whole yuan > 0 without the word 元, by groups of four digits."""
    words = ""
    pending_zero = False
    for power in reversed(range(len(_GROUPS))):
        group = yuan // 10_000**power % 10_000
        if group == 0:
            pending_zero = bool(words)
            continue
        if words and (pending_zero or group < 1000):
            words += "零"
        words += _spell_group(group) + _GROUPS[power]
        pending_zero = False
    return words


def _spell_group(group: int) -> str:
    """1 to 9999 without leading zeros; zeros in a row give one 零, zeros at the end none."""
    words = ""
    pending_zero = False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            pending_zero = bool(words)
            continue
        words += ("零" if pending_zero else "") + _DIGITS[digit] + _PLACES[place]
        pending_zero = False
    return words
