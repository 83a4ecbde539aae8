"""What several papers share: head, marks that cannot be overlooked, signatures, stamp space, foot with the anchor.

Rule: domain P10, P12 (一人厅), screen "Paper". Must not know: the content of a single paper, printers.
"""

from __future__ import annotations

from pos.domain.papers import Denomination, OpenMatterLine, PaperHead, Signature
from printing.anchor import Anchor
from printing.figures import face, person, yuan
from printing.layout import Align, Cell, Size, Strip
from printing.safe_text import text_width
from printing.words import Words


def marks(head: PaperHead, copy_no: int, words: Words) -> tuple[str, ...]:
    """The words that make a paper not an ordinary original: 补打 n, 练习, 演示, 测试密钥."""
    found = [words("mark.copy", n=copy_no)] if copy_no > 0 else []
    flags = (("training", head.training), ("demo", head.demo), ("test_keys", head.test_keys))
    return (*found, *(words(f"mark.{name}") for name, is_on in flags if is_on))


def put_marks(strip: Strip, found: tuple[str, ...]) -> None:
    """The marks in double size, framed; nothing for an ordinary original."""
    if not found:
        return
    strip.rule("*")
    for mark in found:
        strip.centre(mark, bold=True, size=Size.BIG)
    strip.rule("*")


def put_head(strip: Strip, head: PaperHead, words: Words, title: str, subtitle: str = "") -> None:
    """Company, hall and till, then the paper's name, and 一人厅 where one person may have signed for two."""
    strip.centre(head.company, bold=True)
    strip.centre(" ".join(part for part in (head.hall, head.till_name) if part))
    legal, _, translated = title.partition("\n")
    strip.centre(legal, bold=True, size=Size.BIG)
    for text in (translated, subtitle):
        if text:
            strip.centre(text)
    if head.one_person:
        strip.centre(f"【{words('mark.one_person')}】", bold=True)


def put_responsible(strip: Strip, head: PaperHead, words: Words, role: str = "paper.cashier") -> None:
    """Who is responsible, with code, and when the paper belongs to. `role`: message code of her part."""
    if head.business_day:
        session = f" {words('paper.session', n=head.session_no)}" if head.session_no else ""
        strip.field(words("paper.business_day"), head.business_day + session)
    strip.field(words(role), person(head, words))


def put_signatures(strip: Strip, signatures: tuple[Signature, ...], words: Words) -> None:
    """A line to sign for each person, the name printed under it."""
    for signature in signatures:
        strip.feed(1)
        head = words.said(signature.role) + strip.colon
        strip.line(head + "_" * max(strip.width - text_width(head) - 2, 8))
        under = " ".join(part for part in (signature.name, signature.at) if part)
        if under:
            strip.line(under, align=Align.RIGHT)


def put_stamp_space(strip: Strip, words: Words) -> None:
    """Room for the seal."""
    strip.feed(1)
    strip.line(words("receipt.stamp"))
    strip.feed(3)


def put_matters(strip: Strip, matters: tuple[OpenMatterLine, ...], words: Words) -> None:
    """Unsettled matters by name, or the statement that there are none."""
    strip.line(words("matters.count", n=len(matters)), bold=True)
    for matter in matters:
        strip.pair(f"- {words.said(matter.kind)}", yuan(matter.amount_fen))
        strip.field(f"  {words('matters.subject')}", matter_subject(matter, words))
        strip.field(f"  {words('matters.since')}", matter.since)


def matter_subject(matter: OpenMatterLine, words: Words) -> str:
    """What it is about and where it stands, in words: `10001 / 0000001（待核）`."""
    subject = words.said(matter.subject)
    return words("matters.subject.state", subject=subject, state=words.said(matter.state)) if matter.state else subject


def put_denominations(strip: Strip, lines: tuple[Denomination, ...], words: Words) -> None:
    """A count by face value: face, pieces, amount."""
    middle, right = strip.width // 4, strip.width * 3 // 8
    for line in lines:
        if line.pieces:
            pieces = words("paper.pieces.coins" if line.coin else "paper.pieces.notes", n=line.pieces)
            amount = yuan(line.face_fen * line.pieces)
            strip.row(
                Cell(face(line, words), strip.width - middle - right),
                Cell(pieces, middle, True),
                Cell(amount, right, True),
            )


def put_anchor(strip: Strip, anchor: Anchor | None, *, as_qr: bool = False) -> None:
    """The anchor line, on a Z also as a QR code."""
    if anchor is None:
        return
    if as_qr:
        strip.feed(1)
        strip.qr(anchor.payload)
    strip.centre(anchor.line)
