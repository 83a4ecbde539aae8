"""Passwords that every guesser tries first: refused however long (ASVS 5.0 6.2.4).

The list is made of rules, not copied: runs on the keyboard and of digits, repeats, dates, and a few dozen words with
the usual endings. It covers the shapes of the published lists for Chinese and English users from eight characters on.
"""

from __future__ import annotations

import re

_RUNS = (
    "0123456789012345678901234567890",
    "9876543210987654321098765432109",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
    "mnbvcxzlkjhgfdsapoiuytrewq",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "147258369",
    "741852963",
    "159357",
    "1a2b3c4d5e6f7g8h",
    "a1b2c3d4e5f6g7h8",
    "零一二三四五六七八九",
    "一二三四五六七八九十",
)
_WORD_LIST = """
    password passwort passw0rd p@ssword p@ssw0rd pass admin administrator root user guest test demo default login
    welcome letmein master monkey dragon iloveyou sunshine princess football baseball superman batman trustno secret
    hello freedom whatever michael jordan shadow qwerty qwer asdf asdfgh zxcv zxcvbn abc abcd abcde woaini woaiwojia
    woaini1314 caonima mima nihao wobuzhidao zhongguo beijing shanghai laoban kefu shoufei yingyeting ranqi cashier
    finance changeme computer internet windows system manager operator gongsi woshishui aini iloveu love baobei
    xiaoming wangwei zhangwei lili 密码 管理员 收费员 我爱你 中国 燃气 changshou
"""
_WORDS = frozenset(_WORD_LIST.split())
_LUCKY = frozenset({"1314", "520", "521", "5201314", "1314520", "888", "666", "168", "518", "8888", "6666", "007"})
_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d")
_TAIL = re.compile(r"[0-9!@#$%^&*._\-+=?~ ！。]*")
_REPEAT = re.compile(r"(.{1,4}?)\1+")


def is_common(folded: str) -> bool:
    """True for a case-folded password of a shape that is guessed first."""
    if not folded or _DATE.fullmatch(folded) or len(set(folded)) <= 2:
        return True
    if any(_is_run(folded, run) for run in _RUNS):
        return True
    unit = _REPEAT.fullmatch(folded)
    if unit:
        return True
    head = folded.strip("0123456789!@#$%^&*._-+=?~ ！。")
    tail = folded.removeprefix(head)
    if head in _WORDS and _is_usual_ending(tail):
        return True
    return _split_into_words(folded)


def _is_run(text: str, run: str) -> bool:
    """The text is a piece of the run, possibly said twice (12341234, qwerqwer) or with a usual ending (123456abc)."""
    if len(text) >= 4 and text in run + run:
        return True
    longest = next((size for size in range(len(text), 3, -1) if text[:size] in run), 0)
    return longest >= 4 and _is_usual_ending(text[longest:])


def _is_usual_ending(text: str) -> bool:
    """Digits and marks that people append: up to four of them, a year, a run, a lucky number, abc."""
    if len(text) <= 4 and _TAIL.fullmatch(text):
        return True
    digits = text.strip("!@#$%^&*._-+=?~ ！。")
    return digits in _LUCKY or digits in ("abc", "abcd") or any(len(digits) >= 3 and digits in run for run in _RUNS)


def _split_into_words(text: str) -> bool:
    """Two listed words or numbers joined: woaini1314, admin123456, abc123456, passwordadmin."""
    parts = _WORDS | _LUCKY
    for cut in range(3, len(text) - 2):
        left, right = text[:cut], text[cut:]
        if (left in parts or _digits_run(left)) and (right in parts or _digits_run(right)):
            return True
    return False


def _digits_run(text: str) -> bool:
    return text.isdigit() and any(text in run for run in _RUNS)
