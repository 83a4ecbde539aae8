"""A service that the card room has prepared: the counter takes its money, writes its card and hands out as ever.

Rule: screen.md "Steps of a sale" 3-7, domain E2/44 (fees from the price list). One way for money, whatever is sold.
Must not know: Qt, how the counter leads a sale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pos.domain.roles import Act
from pos.domain.sale import Settlement, TenderKind
from pos.usecases.fact import Hall
from pos.usecases.paid_sale import PayingCommand, PaymentTaken
from pos.usecases.till_has_blank import till_has_blank
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine

SERVICE_LINES = {
    "first_card": "IC 卡工本费",
    "card_replacement": "IC 卡补卡费",
    "account_transfer": "过户手续费",
    "carried_gas": "换表补气",
}
"""Names of their lines as the papers print them, by item of the sale."""


@dataclass(frozen=True, slots=True)
class FeeQuote:
    """Attributes: settlement: what to pay; most_over_fen: more than this beyond it is a slip of the hand; warning: said
    once, before the money."""

    settlement: Settlement
    most_over_fen: int
    warning: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSale:
    """What is sold, and how it becomes a command.

    Attributes:
        item: of the sale. volume_l: put on the card without a price, 0 for a plain fee.
        act, approve_code, signed: what a second person signs, where the roles ask for one.
        writes_card: a card is written after the booking. told: what else comes of it, read over with the money.
        new_owner: who the account goes to, "" where it stays with whom it is.
        quote(tender); command(fields of `PayingCommand`); book(command): run on the lane of the books.
    """

    item: str
    act: Act
    approve_code: str
    signed: tuple[SignedLine, ...]
    writes_card: bool
    quote: Callable[[TenderKind], FeeQuote]
    command: Callable[[dict[str, Any]], PayingCommand]
    book: Callable[[PayingCommand], PaymentTaken]
    volume_l: int = 0
    told: Notice | None = None
    new_owner: str = field(default="", repr=False)


def blank_warning(hall: Hall, session_id: str) -> Notice | None:
    """By the books the till has no blank card: told before one is sold, refused by nobody, for it is in her hand.

    Raises as `till_has_blank`.
    """
    return None if till_has_blank(hall, session_id) else Notice("card_stock.till_empty", Tone.WARNING)
