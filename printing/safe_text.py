"""The one sink through which text from people reaches paper: no control byte can come out of it.

Rule: trust 4.2. C0, C1, DEL, bidi controls, private use, surrogates and unassigned code points are dropped; what
remains is one line of visible characters. Also the house's idea of width: a Hanzi cell is two columns, as printers do.
Must not know: papers, commands of printers.
"""

from __future__ import annotations

import unicodedata

_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "Mn", "Me"})
_REPLACED = str.maketrans({"¥": "￥", "³": "3", "²": "2"} | dict.fromkeys("\u00a0\u3000\t\n\r", " "))


def safe_text(text: str, limit: int = 200) -> str:
    """One printable line: control, bidi and private characters gone, spaces single, cut at `limit` columns.

    Args:
        text: anything, also hostile.
        limit: greatest width in columns; what is longer ends with `…`.
    """
    folded = unicodedata.normalize("NFC", text.translate(_REPLACED))
    kept = "".join(" " if unicodedata.category(c) == "Zs" else c for c in folded if _is_visible(c))
    line = " ".join(kept.split())
    return line if text_width(line) <= limit else clip(line, max(limit - 2, 0)) + "…"


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED


def text_width(text: str) -> int:
    """Columns on paper: ASCII is one, everything else two (the printer's own rule for GBK cells)."""
    return sum(1 if character < "\x7f" else 2 for character in text)


def clip(text: str, width: int) -> str:
    """The beginning of `text` that fits into `width` columns."""
    used = 0
    for index, character in enumerate(text):
        used += text_width(character)
        if used > width:
            return text[:index]
    return text


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns; breaks anywhere, as Chinese does, but not inside a short number."""
    lines: list[str] = []
    rest = text
    while text_width(rest) > width:
        head = clip(rest, width) or rest[0]
        head = head[: _kind_break(head, rest)]
        lines.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    lines.append(rest)
    return lines


_BEGINS_NO_LINE = frozenset("，。、；：！？）】》」』”…％")


def _kind_break(head: str, whole: str) -> int:
    """Move a break before a short run of letters or digits that would be torn, and before what a sign closes."""
    first = cut = _word_break(len(head), whole)
    while 1 < cut < len(whole) and whole[cut] in _BEGINS_NO_LINE:
        cut = _word_break(cut - 1, whole)
    return cut if cut > 1 else first


def _word_break(cut: int, whole: str) -> int:
    if cut >= len(whole) or not (_is_word(whole[cut]) and _is_word(whole[cut - 1])):
        return cut
    start = cut
    while start > 0 and _is_word(whole[start - 1]):
        start -= 1
    return start if start > 0 and cut - start <= 12 else cut


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in ".,-")


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled with spaces to `width` columns, text at the left or, with `right`, at the right."""
    room = " " * max(width - text_width(text), 0)
    return room + text if right else text + room
