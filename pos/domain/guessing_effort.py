"""How hard a password is to guess: the cheapest way to put it together from what guessers try first (ASVS 6.2.4).

Effort is in tenths of powers of ten of guesses: 20 = a hundred. A word of the list costs as much as its place in the
list, a stranger's letter as much as the alphabet is long; the cheapest sum over all ways of cutting the text counts, so
a word with a year, two keyboard lines or a birthday behind a surname stay cheap however long they look.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pos.domain.common_passwords import LINES, LUCKY, SURNAMES, WORDS

LEAST_EFFORT = 90
"""A thousand million guesses: far beyond what the growing waits at sign-in allow."""

_DIGIT, _LETTER, _MARK, _OTHER = 10, 14, 15, 30
_WORD, _LOOK_ALIKES, _LUCKY, _LINE, _SURNAME, _SYLLABLE, _KNOWN, _AGAIN = 22, 5, 15, 20, 20, 26, 8, 5
_LONGEST_PIECE = 26
_PATTERNS = (
    (re.compile(r"(19|20)\d\d"), 20),
    (re.compile(r"(0?[1-9]|1[0-2])[-./月]?(0?[1-9]|[12]\d|3[01])日?"), 25),
    (re.compile(r"(19|20)?\d\d[-./年]?(0?[1-9]|1[0-2])[-./月]?(0?[1-9]|[12]\d|3[01])日?"), 40),
    (re.compile(r"((0?[1-9]|[12]\d|3[01])[-./]?(0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-./]?[0-3]\d)[-./]?(19|20)\d\d"), 40),
    (re.compile(r"1[3-9]\d{9}"), 50),  # a mobile phone: colleagues know it
)
_NUMBERISH = re.compile(r"[\d\-./年月日]{3,}")
_SYLLABLES = re.compile(
    r"([zcs]h?|[bpmfdtnlgkhjqxrwy])?"
    r"(a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|ian|in|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue|v|ve)"
)
_TWICE = re.compile(r"(.+?)\1+", re.DOTALL)
_LEET_I = str.maketrans("@4031!$57+69", "aaoeiisst" + "tbg")
_LEET_L = str.maketrans("@4031!$57+69", "aaoelissttbg")


def guessing_effort(folded: str, known: tuple[str, ...] = ()) -> int:
    """The effort of a case-folded password for somebody who knows these words too."""
    return _effort(folded, tuple(word for word in known if len(word) >= 2))


@lru_cache(maxsize=256)
def _effort(text: str, known: tuple[str, ...]) -> int:
    best = [0]
    for end in range(1, len(text) + 1):
        costs = [best[end - 1] + _single(text[end - 1])]
        for start in range(max(0, end - _LONGEST_PIECE), end - 1):
            if best[start] < costs[0]:
                piece = _piece(text[start:end], known)
                if piece is not None:
                    costs.append(best[start] + piece)
        best.append(min(costs))
    said = _TWICE.fullmatch(text)
    if said is not None and len(text) > 1:
        return min(best[-1], _effort(said[1], known) + _AGAIN)
    return best[-1]


def _single(character: str) -> int:
    if not character.isascii():
        return _OTHER
    return _DIGIT if character.isdigit() else _LETTER if character.isalpha() else _MARK


def _piece(text: str, known: tuple[str, ...]) -> int | None:
    """The cost of a piece taken as one thing, None if nobody would."""
    costs = []
    if text in WORDS:
        costs.append(_WORD)
    elif text.translate(_LEET_I) in WORDS or text.translate(_LEET_L) in WORDS:
        costs.append(_WORD + _LOOK_ALIKES)
    if text in LUCKY:
        costs.append(_LUCKY)
    if text in _pieces_of_lines():
        costs.append(_LINE)
    if text.isascii() and text.isalpha() and len(text) <= 6:
        if text in SURNAMES:
            costs.append(_SURNAME)
        elif _SYLLABLES.fullmatch(text):
            costs.append(_SYLLABLE)
    if _NUMBERISH.fullmatch(text):
        costs += [cost for pattern, cost in _PATTERNS if pattern.fullmatch(text)]
    if len(text) >= (3 if text.isascii() else 2) and any(text in word for word in known):
        costs.append(_KNOWN)
    said = _TWICE.fullmatch(text) if len(text) >= 3 else None
    if said is not None and len(said[1]) <= 4:
        costs.append(sum(map(_single, said[1])) + _AGAIN)
    return min(costs, default=None)


@lru_cache(maxsize=1)
def _pieces_of_lines() -> frozenset[str]:
    """Every way along a line, three steps or more, forwards and backwards."""
    return frozenset(
        line[start:end]
        for way in LINES
        for line in (way, way[::-1])
        for start in range(len(line) - 2)
        for end in range(start + 3, min(len(line), start + _LONGEST_PIECE) + 1)
    )
