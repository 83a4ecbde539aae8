"""Pinyin keys of a name for the search box: initials and full spelling, with surname readings (单 shan, 曾 zeng ...).

A surname is often read differently from the same character in prose, and the cashier may type either: where that is
so (the table below) every reading becomes a key. Of any other first character the dictionary's further readings are
old ones that nobody says (方 pang, wang, feng): with them `wang` finds people called 方. Of the characters after it
the first letters of all readings. Computed once when a name is stored. Source: pitfalls 1.4.
Must not know: where keys are stored.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby, islice, product

MAX_INITIALS = 8
MAX_SPELLINGS = 4
MAX_MIXED = 4
_SYLLABLE = re.compile(
    "(?:[zcs]h|[b-df-hj-np-tw-z])?(?:i?ang|i?ong|uang|i?ao|uai|ian|uan|ing|eng|ai|ei|ou|an|en|er|ia|ie|iu|in|ua|uo|ui"
    "|un|ue|ve|[aeiouv])"
)
_MIXED = re.compile("[a-z]{4,16}")
_INITIALS = re.compile("[a-hj-tw-z]{1,3}")

_SURNAMES = {
    "柏": "bai", "秘": "bi", "卜": "bu", "岑": "cen", "种": "chong", "重": "chong", "褚": "chu", "晁": "chao",
    "谌": "chen shen", "盖": "ge", "呙": "guo", "哈": "ha", "黑": "he", "华": "hua", "纪": "ji", "贾": "jia",
    "翦": "jian", "解": "xie", "靳": "jin", "阚": "kan", "冼": "xian", "洗": "xian", "乐": "yue le", "缪": "miao",
    "牟": "mu mou", "乜": "nie", "宓": "mi fu", "那": "na", "能": "nai", "区": "ou", "欧": "ou", "番": "pan",
    "逄": "pang", "朴": "piao", "繁": "po", "仇": "qiu", "覃": "qin tan", "瞿": "qu", "曲": "qu", "阙": "que",
    "任": "ren", "芮": "rui", "撒": "sa", "单": "shan", "折": "she", "佘": "she", "召": "shao", "邵": "shao",
    "沈": "shen", "盛": "sheng", "石": "shi", "莘": "shen xin", "隗": "wei kui", "鲜": "xian", "相": "xiang",
    "行": "xing", "郇": "xun", "燕": "yan", "幺": "yao", "应": "ying", "於": "yu", "尉": "wei", "员": "yun",
    "恽": "yun", "曾": "zeng", "查": "zha", "祭": "zhai", "翟": "zhai di", "仉": "zhang", "粘": "nian", "訾": "zi",
    "句": "gou", "俱": "ju", "亓": "qi", "戚": "qi", "强": "qiang", "尧": "yao", "炅": "gui", "车": "che",
    "厍": "she", "郄": "qie xi", "都": "du", "过": "guo", "万": "wan", "藏": "zang", "会": "kuai gui",
}  # fmt: skip

_COMPOUND_SURNAMES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"),
    "令狐": ("ling", "hu"),
    "单于": ("chan", "yu"),
    "宰父": ("zai", "fu"),
    "夏侯": ("xia", "hou"),
    "皇甫": ("huang", "fu"),
    "亓官": ("qi", "guan"),
    "濮阳": ("pu", "yang"),
    "淳于": ("chun", "yu"),
    "鲜于": ("xian", "yu"),
    "呼延": ("hu", "yan"),
    "拓跋": ("tuo", "ba"),
    "轩辕": ("xuan", "yuan"),
}


@lru_cache(maxsize=32_768)
def readings(char: str) -> tuple[str, ...]:
    """All toneless readings of a character, the usual one first; an ASCII letter or digit reads as itself.

    A character no dictionary knows has no reading: it is found by itself, not by pinyin.
    """
    if char.isascii():
        return (char.lower(),) if char.isalnum() else ()
    from pypinyin import Style, pinyin  # 0.15 s: not before the first paint

    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else ()


@lru_cache(maxsize=65_536)
def spelled(text: str) -> tuple[str, ...]:
    """The reading of each character in the context of its neighbours; "" where there is none."""
    parts: list[str] = []
    for is_ascii, run in groupby(text, key=str.isascii):
        parts += _spelled_run("".join(run), is_ascii=is_ascii)
    return tuple(parts)


def _spelled_run(run: str, *, is_ascii: bool) -> list[str]:
    alone = [(readings(char) or ("",))[0] for char in run]
    if is_ascii:
        return alone
    from pypinyin import Style, lazy_pinyin

    in_context = lazy_pinyin(run, style=Style.NORMAL, errors="ignore")
    return in_context if len(in_context) == len(run) else alone


def name_keys(name: str) -> tuple[str, ...]:
    """Lower-case ASCII keys of a name: initials first, then full spellings; no key twice, none empty.

    `单田芳` gives stf, dtf, ctf, shantianfang, dantianfang ...
    """
    base = spelled(name)
    per_char = [
        tuple(dict.fromkeys((*_surname_readings(name, place), base[place], *_said(char, place))))
        for place, char in enumerate(name)
    ]
    initials = [tuple(dict.fromkeys(r[:1] for r in choices if r)) or ("",) for choices in per_char]
    surname = per_char[:1] if name[:2] not in _COMPOUND_SURNAMES else [(s,) for s in _COMPOUND_SURNAMES[name[:2]]]
    rest = [(part,) for part in base[len(surname) :]]
    keys = [
        *("".join(letters) for letters in islice(product(*initials), MAX_INITIALS)),
        *("".join(parts) for parts in islice(product(*surname, *rest), MAX_SPELLINGS)),
        "".join(base),
    ]
    return tuple(key for key in dict.fromkeys(keys) if key)


def mixed(text: str) -> tuple[tuple[str, str], ...]:
    """How `chenxy` may be meant: a surname spelled out, then initials, as (`chen`, `cxy`); the longest surname first.

    Both are beginnings of keys that the name has: of its spelling, and of its initials.
    """
    found = []
    for end in range(len(text) - 1, 1, -1) if _MIXED.fullmatch(text) else ():
        if not _INITIALS.fullmatch(text[end:]):
            continue
        for first in (end, *range(1, end)):  # one syllable, or the two of a compound surname
            syllables = [part for part in (text[:first], text[first:end]) if part]
            if all(_SYLLABLE.fullmatch(part) for part in syllables):
                found.append((text[:end], "".join(part[0] for part in syllables) + text[end:]))
    return tuple(dict.fromkeys(found))[:MAX_MIXED]


def _said(char: str, place: int) -> tuple[str, ...]:
    """Readings somebody may have in mind; of a first character that is no surname of two readings the usual one."""
    return readings(char) if place or char in _SURNAMES else readings(char)[:1]


def _surname_readings(name: str, place: int) -> tuple[str, ...]:
    """Readings a character has only as (part of) a surname."""
    compound = _COMPOUND_SURNAMES.get(name[:2])
    if compound is not None and place < 2:
        return (compound[place],)
    return tuple(_SURNAMES.get(name[:1], "").split()) if place == 0 else ()
