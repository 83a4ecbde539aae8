"""班结单, 交接单 and the notes of cash movements on A4.

Rule: domain D10, P9; what was not counted says 未点, never 0; the explanation and the two signatures belong to the
paper. Must not know: where the figures come from.
"""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from pos.domain.papers import CashMovementPaper, HandOverPaper, OpenMatterLine, ZPaper
from pos.domain.receipt_number import z_number
from printing.blocks import matter_subject
from printing.figures import cubic_metres, over_short, person, price, till_session, yuan
from printing.pdf.remittance import cash_table, kinds_table, tickets
from printing.pdf.sheet import CONTENT_WIDTH
from printing.pdf.tables import (
    Column,
    capitals_row,
    chapter,
    facts,
    grid,
    half_width,
    in_line,
    note,
    section,
    side_by_side,
    signature_block,
)
from printing.reports import cards_off, counted, counted_cards, declaration, returned_charge
from printing.slips import beside_the_sum, movement_code
from printing.words import Words


def z_story(paper: ZPaper, words: Words) -> list[Flowable]:
    """Closing report, or the look without effect when `z_no` is 0."""
    until = paper.closed_at or paper.head.printed_at
    story: list[Flowable] = [
        facts(
            [
                (words("paper.business_day"), paper.head.business_day),
                (words("paper.till_session"), till_session(paper.head, words)),
                (words("paper.cashier"), person(paper.head, words)),
                (words("z.period"), words("paper.from_to", first=paper.opened_at, last=until)),
                (words("paper.tickets"), tickets(paper.first_receipt, paper.last_receipt, words)),
                (words("z.records.range"), words("paper.from_to", first=paper.first_seq, last=paper.last_seq)),
            ]
        ),
        *chapter(words("paper.tender")),
        _tender_table(paper, words),
        *_returned(paper, words),
        _turnover(paper, words),
    ]
    if paper.z_no == 0:
        return [*story, *chapter(words("z.events")), facts(_events(paper, words))]
    story += [
        *chapter(words("z.custody")),
        *in_line(
            [
                (words("z.takings"), yuan(paper.takings_fen)),
                (words("slip.float_kept"), yuan(paper.float_kept_fen)),
                (words("z.opening_expected"), yuan(paper.opening_expected_fen)),
                (words("z.opening_counted"), yuan(paper.opening_counted_fen)),
                (words("hand_over.cards"), words("z.cards.book", n=paper.blank_cards_expected)),
                (words("hand_over.cards"), words("z.cards.counted", n=counted_cards(paper.blank_cards_counted, words))),
                *([(words("z.cards_difference"), off)] if (off := cards_off(paper, words)) else []),
                *_events(paper, words),
            ],
            [(words("z.explanation"), paper.explanation)] if paper.explanation else [],
        ),
    ]
    return [*story, *_matters(paper.open_matters, words), signature_block(paper.signatures, words)]


def _events(paper: ZPaper, words: Words) -> list[tuple[str, str]]:
    """What was done apart from selling, and the sums that never go back."""
    gross = words("z.sum_and_count", amount=yuan(paper.perpetual_gross_fen), n=f"{paper.perpetual_count:,}")
    return [
        (words("z.drawer_openings"), words("z.times", n=paper.drawer_openings)),
        (words("z.reprints"), words("z.times", n=paper.reprints)),
        (words("z.perpetual_gross"), gross),
        (words("z.perpetual_reversed"), yuan(-abs(paper.perpetual_reversed_fen))),
    ]


def _tender_table(paper: ZPaper, words: Words) -> Flowable:
    """Books, counted, verified, difference, one tender a line; no tender is set off against another."""
    columns = [
        Column(words("paper.tender"), 24),
        Column(words("z.expected"), 22, right=True),
        Column(words("z.counted"), 22, right=True),
        Column(words("z.verified"), 22, right=True),
        Column(words("z.difference"), 22, right=True),
    ]
    rows = [
        [
            words.said(tender.name),
            yuan(tender.expected_fen),
            counted(tender.counted_fen, words),
            counted(tender.verified_fen, words),
            "" if tender.counted_fen is None else over_short(tender.over_short_fen, words),
        ]
        for tender in paper.tenders
    ]
    return grid(columns, rows)


def _returned(paper: ZPaper, words: Words) -> list[Flowable]:
    """Charges of earlier sessions given back in this one, so that the terminal's own sum agrees."""
    if not paper.returned:
        return []
    columns = [Column(words("z.returned.charge"), 90), Column(words("paper.amount"), 22, right=True)]
    rows = [[returned_charge(charge), yuan(-charge.amount_fen)] for charge in paper.returned]
    sums = [words("paper.sum"), yuan(-sum(charge.amount_fen for charge in paper.returned))]
    return [*chapter(words("z.returned")), grid(columns, rows, sums=sums)]


def _turnover(paper: ZPaper, words: Words) -> Flowable:
    """Kinds at the left, tiers at the right, gross and reversed under the kinds."""
    tier_columns = [
        Column(words("z.tier"), 26),
        Column(words("receipt.volume"), 18, right=True),
        Column(words("receipt.price"), 16, right=True),
        Column(words("paper.amount"), 26, right=True),
    ]
    tiers = [
        ["\n".join(words.said(t.name).split(" ", 1)), cubic_metres(t.volume_l), price(t.price_e4), yuan(t.amount_fen)]
        for t in paper.tiers
    ]
    volume = cubic_metres(sum(t.volume_l for t in paper.tiers))
    tier_sums = [words("paper.sum"), volume, "", yuan(sum(t.amount_fen for t in paper.tiers))]
    net = paper.gross_fen - abs(paper.reversed_fen)
    totals = [
        [words("z.gross"), f"{paper.sales_count:,}", yuan(paper.gross_fen)],
        [words("z.reversed"), "", yuan(-abs(paper.reversed_fen))],
    ]
    columns = [
        Column(words("z.summary"), 34),
        Column(words("paper.count"), 20, right=True),
        Column(words("paper.amount"), 32, right=True),
    ]
    right: list[Flowable] = [
        section(words("z.tiers")),
        grid(tier_columns, tiers, sums=tier_sums, width=half_width()),
        section(words("z.turnover")),
        grid(columns, totals, sums=[words("z.net"), "", yuan(net)], width=half_width()),
    ]
    return side_by_side([section(words("slip.kinds")), kinds_table(paper.kinds, words)], right)


def _matters(matters: tuple[OpenMatterLine, ...], words: Words) -> list[Flowable]:
    """By name, or the statement that there are none."""
    if not matters:
        return [*chapter(words("matters.title")), note(words("matters.number"), words("matters.none"))]
    columns = [
        Column(words("matters.kind"), 28),
        Column(words("matters.subject"), 66),
        Column(words("matters.since"), 32),
        Column(words("matters.amount"), 22, right=True),
    ]
    rows = [
        [words.said(matter.kind), matter_subject(matter, words), matter.since, yuan(matter.amount_fen)]
        for matter in matters
    ]
    return [*chapter(words("matters.count", n=len(matters))), grid(columns, rows)]


def hand_over_story(paper: HandOverPaper, words: Words) -> list[Flowable]:
    """What is taken over, signed by both."""
    goods: list[Flowable] = [
        section(words("hand_over.goods")),
        grid(
            [Column(words("hand_over.goods.name"), 36), Column(words("hand_over.goods.state"), 50)],
            [
                [words("hand_over.cards"), words("hand_over.cards.count", n=paper.blank_cards)],
                [words("hand_over.next_receipt"), paper.next_receipt or words("paper.none")],
                [words("hand_over.bag"), paper.bag_no or words("hand_over.bag.none")],
                *([words("hand_over.device"), state] for state in paper.device_states),
            ],
            width=half_width(),
        ),
    ]
    cash: list[Flowable] = [
        section(words("hand_over.float")),
        cash_table(paper.float_lines, paper.float_fen, words),
    ]
    return [
        *in_line(
            [
                (words("paper.business_day"), paper.head.business_day),
                (words("paper.till_session"), till_session(paper.head, words)),
                (words("hand_over.giver"), person(paper.head, words)),
                (words("hand_over.to"), words(f"receiver.{paper.receiver_kind}")),
                (words("hand_over.continues"), z_number(paper.epoch, paper.z_no)),
            ],
            [(words("hand_over.digest"), paper.digest)],
        ),
        side_by_side(cash, goods),
        capitals_row(words("hand_over.float"), paper.float_fen, words),
        *_matters(paper.open_matters, words),
        Spacer(1, 3 * mm),
        note(words("hand_over.declaration.label"), declaration(paper, words)),
        signature_block(paper.signatures, words),
    ]


def cash_movement_story(paper: CashMovementPaper, words: Words) -> list[Flowable]:
    """A cash movement, signed by both sides."""
    story: list[Flowable] = [
        facts(
            [
                (words("paper.business_day"), paper.head.business_day),
                (words("paper.till_session"), till_session(paper.head, words)),
                (words(movement_code(paper, "by")), person(paper.head, words)),
                (words("paper.time"), paper.head.printed_at),
                *beside_the_sum(paper, words),
            ]
        ),
        *chapter(words("movement.lines")),
        cash_table(paper.lines, paper.amount_fen, words, CONTENT_WIDTH),
        capitals_row(words(movement_code(paper, "amount")), paper.amount_fen, words),
    ]
    if paper.note:
        story += [Spacer(1, 2 * mm), note(words(movement_code(paper, "note")), paper.note)]
    story.append(signature_block(paper.signatures, words))
    return story
