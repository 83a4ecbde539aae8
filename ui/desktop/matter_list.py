"""Open matters named in a few lines, beside a count or a hand-over.

Rule: design "Money rules" 8: unsettled things are listed and handed over by name. Must not know: how they are settled.
"""

from __future__ import annotations

from ui.desktop.figures import cubic_metres, spaced, yuan
from ui.desktop.look import Look
from ui.desktop.panel import Panel, clear
from ui.desktop.top_bar import PILL_OF_TONE
from ui.presenters.count_state import MatterView

PRICED = ("matter.card_write", "matter.reversal")
SLIPS = "matter.slips_differ"


class MatterList(Panel):
    """A pill with the kind and how much, who below it."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._column = self.column(self, spacing=8)

    def show_matters(self, matters: tuple[MatterView, ...]) -> None:
        """Replace the list; an empty one says so."""
        self.redraw_with(lambda: self._draw(matters))
        self._draw(matters)

    def _draw(self, matters: tuple[MatterView, ...]) -> None:
        clear(self._column)
        if not matters:
            row = self.loose_row()
            row.addWidget(self.pill(self.look.text("matters.none"), "good"))
            row.addStretch(1)
            self._column.addLayout(row)
        for matter in matters:
            row = self.loose_row()
            subject = self.label(role="text", wrap=True)
            parts = (subject_of(self.look, matter), charged_for(self.look, matter))
            subject.setText(" · ".join(part for part in parts if part))
            amount = self.label(role="text", right=True)
            amount.setText(amount_of(self.look, matter))
            row.addWidget(self.pill(self.look.text(matter.kind_code), PILL_OF_TONE[matter.tone]))
            row.addWidget(amount, 1)
            self._column.addLayout(row)
            self._column.addWidget(subject)


def amount_of(look: Look, matter: MatterView) -> str:
    """The sum; of a card write it is the price of what was bought, which 户内余额 may have met in part."""
    if not matter.amount_fen:
        return ""
    amount = yuan(matter.amount_fen)
    return look.text("matters.price", amount=amount) if matter.kind_code in PRICED else amount


def subject_of(look: Look, matter: MatterView) -> str:
    """The subject in words, with the masked name of whose it is: a paper is named by its message, everything else is an
    account or slip number."""
    made = look.text("matters.new_card", card_no=matter.new_card_no) if matter.new_card_no else ""
    return " · ".join(part for part in (_subject(look, matter), made, matter.customer) if part)


def _subject(look: Look, matter: MatterView) -> str:
    if matter.slip:
        return look.text("matters.slip", **dict(matter.slip))
    if matter.kind_code == SLIPS:  # the books name the tender
        return look.text(f"tender.{matter.subject}")
    if matter.paper_code:
        return look.text("matters.paper", paper=look.text(matter.paper_code), state=look.text(matter.state_code))
    if matter.state_code:
        return look.text("matters.paper", paper=matter.subject, state=look.text(matter.state_code))
    return matter.subject


def charged_for(look: Look, matter: MatterView) -> str:
    """Whose purchase a slip was charged for; nothing where an earlier program did not write it down."""
    if not matter.account_no:
        return ""
    account = spaced(matter.account_no)
    if not matter.volume_l:
        return look.text("matters.slip_for_card", account=account)
    return look.text("matters.slip_for", account=account, volume=cubic_metres(matter.volume_l))
