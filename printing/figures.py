"""How figures look on papers: money grouped with two decimals, litres as m3, prices as yuan per m3, faces, whose it is.

Integer arithmetic only (design "Money rules"). Must not know: any paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.money import Money
from pos.domain.papers import Denomination, MissingTakings, PaperHead
from printing.words import Words


def yuan(amount_fen: int) -> str:
    """8679 as `86.79`, with commas for thousands."""
    return Money(amount_fen).grouped()


def cubic_metres(volume_l: int) -> str:
    """33000 litres as `33`, 33500 as `33.5`."""
    sign = "-" if volume_l < 0 else ""
    whole, rest = divmod(abs(volume_l), 1000)
    return f"{sign}{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "")


def price(price_e4: int) -> str:
    """26300 as `2.63`; at least two, at most four decimals."""
    text = f"{price_e4 // 10_000}.{price_e4 % 10_000:04d}"
    return text[:-2] + text[-2:].rstrip("0")


def face(line: Denomination, words: Words) -> str:
    """A denomination by its trade name: `100 元`, `1 元硬币`, `5 角纸币`, `1 分硬币`."""
    unit, of_unit = ("yuan", 100) if line.face_fen >= 100 else ("jiao", 10) if line.face_fen >= 10 else ("fen", 1)
    name = words(f"face.{unit}", n=line.face_fen // of_unit)
    if line.face_fen > 100:
        return name
    return words("face.coin" if line.coin else "face.note", face=name)


def over_short(difference_fen: int, words: Words) -> str:
    """`长款 1.20`, `短款 0.30` or `无长短款`."""
    if difference_fen == 0:
        return words("figure.exact")
    return words("figure.over" if difference_fen > 0 else "figure.short", amount=yuan(abs(difference_fen)))


def cards_over_short(difference: int, words: Words) -> str:
    """`多 2 张`, `少 1 张`; "" where they agree."""
    return words("z.cards_over" if difference > 0 else "z.cards_short", n=abs(difference)) if difference else ""


def apart(differences_fen: Sequence[int], words: Words) -> str:
    """`长款 1.20 短款 0.30`: over and short of several, never set off against each other."""
    sums = (sum(fen for fen in differences_fen if (fen > 0) is up) for up in (True, False))
    return " ".join(over_short(fen, words) for fen in sums if fen) or words("figure.exact")


def till_session(head: PaperHead | MissingTakings, words: Words) -> str:
    """`1 号窗口 第 2 班`."""
    session = words("paper.session", n=head.session_no) if head.session_no else ""
    return " ".join(part for part in (head.till_name, session) if part)


def person(head: PaperHead | MissingTakings, words: Words) -> str:
    """Name and code of the responsible one: `王晓梅（1001）`."""
    if not head.operator_code:
        return head.operator_name
    return words("paper.operator", name=head.operator_name, code=head.operator_code)
