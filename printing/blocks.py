"""What several papers share: head, marks that cannot be overlooked, signatures, stamp space, foot with the anchor.

Rule: domain P10, screen "Paper". Must not know: the content of a single paper, printers.
"""

from __future__ import annotations

from pos.domain.papers import Denomination, OpenMatterLine, PaperHead, Signature
from printing.anchor import Anchor
from printing.figures import face, yuan
from printing.layout import Align, Cell, Size, Strip
from printing.safe_text import text_width
from printing.words import said


def marks(head: PaperHead, copy_no: int) -> tuple[str, ...]:
    """The words that make a paper not an ordinary original: 补打 n, 练习, 演示, 测试密钥."""
    words = [f"补打 第 {copy_no} 次"] if copy_no > 0 else []
    words += ["练习 无效"] if head.training else []
    words += ["演示 无效"] if head.demo else []
    words += ["测试密钥"] if head.test_keys else []
    return tuple(words)


def put_marks(strip: Strip, words: tuple[str, ...]) -> None:
    """The marks in double size, framed; nothing for an ordinary original."""
    if not words:
        return
    strip.rule("*")
    for word in words:
        strip.centre(word, bold=True, size=Size.BIG)
    strip.rule("*")


def put_head(strip: Strip, head: PaperHead, title: str, subtitle: str = "") -> None:
    """Company, hall and till, then the paper's name."""
    strip.centre(head.company, bold=True)
    strip.centre(" ".join(part for part in (head.hall, head.till_name) if part))
    strip.centre(title, bold=True, size=Size.BIG)
    if subtitle:
        strip.centre(subtitle)


def put_responsible(strip: Strip, head: PaperHead, role: str = "收费员") -> None:
    """Who is responsible, with code, and when the paper belongs to."""
    if head.business_day:
        number = f" 班次 {head.session_no:04d}" if head.session_no else ""
        strip.field("营业日", head.business_day + number)
    strip.field(role, f"{head.operator_name} ({head.operator_code})" if head.operator_code else head.operator_name)


def put_signatures(strip: Strip, signatures: tuple[Signature, ...]) -> None:
    """A line to sign for each person, the name printed under it."""
    for signature in signatures:
        strip.feed(1)
        role = said(signature.role)
        strip.line(role + "：" + "_" * max(strip.width - text_width(role) - 4, 8))
        under = " ".join(part for part in (signature.name, signature.at) if part)
        if under:
            strip.line(under, align=Align.RIGHT)


def put_stamp_space(strip: Strip, label: str = "收费专用章") -> None:
    """Room for the seal."""
    strip.feed(1)
    strip.line(f"（{label}）")
    strip.feed(3)


def put_matters(strip: Strip, matters: tuple[OpenMatterLine, ...]) -> None:
    """Unsettled matters by name, or the statement that there are none."""
    strip.line(f"未结事项 {len(matters)} 件", bold=True)
    for matter in matters:
        strip.pair(f"- {said(matter.kind)}", yuan(matter.amount_fen))
        strip.field("  对象", matter.subject)
        strip.field("  发生", matter.since)


def put_denominations(strip: Strip, lines: tuple[Denomination, ...]) -> None:
    """A count by face value: face, pieces, amount."""
    middle, right = strip.width // 4, strip.width * 3 // 8
    for line in lines:
        if line.pieces:
            pieces = f"{line.pieces} {'枚' if line.coin else '张'}"
            amount = yuan(line.face_fen * line.pieces)
            strip.row(
                Cell(face(line), strip.width - middle - right), Cell(pieces, middle, True), Cell(amount, right, True)
            )


def put_anchor(strip: Strip, anchor: Anchor | None, *, as_qr: bool = False) -> None:
    """The anchor line, on a Z also as a QR code."""
    if anchor is None:
        return
    if as_qr:
        strip.feed(1)
        strip.qr(anchor.payload)
    strip.centre(f"{anchor.key}  {anchor.short_hash}")


def finish(strip: Strip) -> None:
    """Feed past the tear bar and cut: the end of one copy."""
    strip.feed(1)
    strip.cut()
