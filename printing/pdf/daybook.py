"""收费日记 on A4: every sale of a session in order, ticket numbers beside it, for the auditor's comparison (P8).

Account numbers only; names stay out of a list that leaves the counter. Must not know: where the lines come from.
"""

from __future__ import annotations

from reportlab.platypus import Flowable

from pos.domain.papers import DaybookPaper
from printing.figures import cubic_metres, person, till_session, yuan
from printing.pdf.remittance import kinds_table
from printing.pdf.tables import Column, chapter, facts, grid, signature_block
from printing.words import Words


def daybook_story(paper: DaybookPaper, words: Words) -> list[Flowable]:
    """The list with its sum, the sums by kind, and the signatures."""
    columns = [
        Column(words("daybook.sequence"), 14, right=True),
        Column(words("daybook.at"), 15),
        Column(words("daybook.number"), 26),
        Column(words("daybook.account"), 24),
        Column(words("daybook.item"), 26),
        Column(words("daybook.volume"), 14, right=True),
        Column(words("daybook.amount"), 20, right=True),
        Column(words("daybook.tender"), 19),
        Column(words("daybook.state"), 17),
    ]
    rows = [
        [
            str(line.seq),
            line.at.removeprefix(paper.head.business_day).strip(),
            line.receipt_no,
            line.account_no,
            words.said(line.what),
            cubic_metres(line.volume_l) if line.volume_l else "",
            yuan(line.due_fen),
            words.said(line.tender),
            words.said(line.state),
        ]
        for line in paper.lines
    ]
    volume = cubic_metres(sum(line.volume_l for line in paper.lines))
    count = words("daybook.count", n=len(rows))
    due = yuan(sum(line.due_fen for line in paper.lines))
    return [
        facts(
            [
                (words("paper.business_day"), paper.head.business_day),
                (words("paper.till_session"), till_session(paper.head, words)),
                (words("paper.cashier"), person(paper.head, words)),
                (words("slip.session_record"), paper.session_key),
                (words("paper.time"), words("daybook.day_meant")),
            ]
        ),
        *chapter(words("daybook.lines")),
        grid(columns, rows, sums=[words("paper.sum"), count, "", "", "", volume, due, "", ""], size=8, padding=1.3),
        *chapter(words("daybook.kinds")),
        kinds_table(paper.totals, words),
        signature_block(paper.signatures, words),
    ]
