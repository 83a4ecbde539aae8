"""Amounts in capitals, 大写金额, for papers and for comparing a customer's cheque.

Rule: 正确填写票据和结算凭证的基本规定 (annex 1 of 支付结算办法), domain D1. Output is the variant with 零 at 元 where
the rule leaves the choice; reading accepts every variant the rule allows and nothing else. Whole fen only.
Must not know: papers, printers, screens.
"""

from __future__ import annotations

import re
from itertools import product

from ledger.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_LIMIT_FEN = 10_000 ** len(_GROUPS) * 100
_SAME_MEANING = str.maketrans("圆正萬億貳參叄陸〇", "元整万亿贰叁叁陆零")
_GROUP = r"(?:[零壹贰叁肆伍陆柒捌玖][仟佰拾]?|[仟佰拾])*"
_SHAPE = re.compile(
    rf"(?:(?P<g2>{_GROUP})亿)?(?:(?P<g1>{_GROUP})万)?(?:(?P<g0>{_GROUP})元)?"
    r"零?(?:(?P<jiao>[壹贰叁肆伍陆柒捌玖])角)?零?(?:(?P<fen>[壹贰叁肆伍陆柒捌玖])分)?整?"
)


class CapitalsError(ValueError):
    """The text is not an amount in capitals as the rule allows it to be written."""


def in_capitals(amount: Money, *, whole_after_jiao: bool = False) -> str:
    """`86.79` as `捌拾陆元柒角玖分`; a negative amount begins with 负.

    `whole_after_jiao` adds 整 after 角, the style of 会计基础工作规范; the rule leaves it to the company.

    Raises:
        CapitalsError: 一万亿元 or more, which the words below 万亿 cannot name.
    """
    sign = "负" if amount.fen < 0 else ""
    return sign + _spell(abs(amount.fen), zero_at_group=False, zero_at_yuan=True, jiao_whole=whole_after_jiao)


def rmb_capitals(amount: Money, *, whole_after_jiao: bool = False) -> str:
    """The amount in capitals with 人民币 directly before it, as papers carry it. Raises like `in_capitals`."""
    return "人民币" + in_capitals(amount, whole_after_jiao=whole_after_jiao)


def parse_capitals(text: str) -> Money:
    """Read an amount in capitals, with or without 人民币, in every variant the rule allows.

    Raises:
        CapitalsError: not an amount, or written in a way the rule does not allow (拾元 for 壹拾元, a missing 零).
    """
    plain = text.strip().translate(_SAME_MEANING).removeprefix("人民币")
    negative = plain.startswith("负")
    plain = plain.removeprefix("负")
    shape = _SHAPE.fullmatch(plain)
    if shape is None or not plain:
        raise CapitalsError(text)
    fen = 0
    for name in ("g2", "g1", "g0"):
        fen = fen * 10_000 + _group_value(shape[name] or "")
    fen = fen * 100 + _DIGITS.index(shape["jiao"] or "零") * 10 + _DIGITS.index(shape["fen"] or "零")
    if plain not in _variants(fen):
        raise CapitalsError(text)
    return Money(-fen if negative else fen)


def _variants(fen: int) -> set[str]:
    """Every way the rule allows an amount to be written."""
    return {
        _spell(fen, zero_at_group=at_group, zero_at_yuan=at_yuan, jiao_whole=whole)
        for at_group, at_yuan, whole in product((False, True), repeat=3)
    }


def _spell(fen: int, *, zero_at_group: bool, zero_at_yuan: bool, jiao_whole: bool) -> str:
    """Words for fen >= 0; the three switches are the places where the rule leaves a choice."""
    if fen >= _LIMIT_FEN:
        raise CapitalsError(f"{fen} fen is beyond what capitals are defined for here")
    yuan, cents = divmod(fen, 100)
    if fen == 0:
        return "零元整"
    words = _spell_yuan(yuan, zero_at_group) + "元" if yuan else ""
    jiao, odd_fen = divmod(cents, 10)
    if jiao:
        gap = "零" if zero_at_yuan and yuan and yuan % 10 == 0 else ""
        words += gap + _DIGITS[jiao] + "角"
    if odd_fen:
        words += ("零" if yuan and not jiao else "") + _DIGITS[odd_fen] + "分"
    if cents == 0 or (jiao_whole and not odd_fen):
        words += "整"
    return words


def _spell_yuan(yuan: int, zero_at_group: bool) -> str:
    """Whole yuan > 0 without the word 元, by groups of four digits."""
    words = ""
    pending_zero = False
    for power in reversed(range(len(_GROUPS))):
        group = yuan // 10_000**power % 10_000
        if group == 0:
            pending_zero = bool(words)
            continue
        optional = zero_at_group and yuan // 10_000 ** (power + 1) % 10 == 0
        if words and (pending_zero or group < 1000 or optional):
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


def _group_value(words: str) -> int:
    """The number a group says; the exact writing is judged afterwards against the allowed variants."""
    value = 0
    digit = 0
    for word in words:
        if word in _DIGITS:
            value, digit = value + digit, _DIGITS.index(word)
        else:
            value, digit = value + digit * 10 ** _PLACES.index(word), 0
    return value + digit
