"""What the meter reported is stored at every read of a card, also when nothing is sold (cards B2)."""

from __future__ import annotations

from collections.abc import Callable

from ledger.errors import KnownError
from pos.domain.card import CardImage, CardKind
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from ui.presenters.counter_desk import Desk, Shift


def remember_reading(
    desk: Desk, shift: Shift | None, image: CardImage, failed: Callable[[KnownError], None], *, actor: str = ""
) -> None:
    """Store the reading of a customer's card on the lane of the books; nothing waits for it.

    `actor`: who read it where nobody sells, if her role lets her.
    """
    reader = shift.actor if shift else actor
    if not reader or image.kind is not CardKind.USER:
        return
    command = RecordCardReading(
        command_id=desk.hall.ids.new_id(),
        actor=reader,
        image=image,
        session_id=shift.session_id if shift else None,
    )
    desk.lanes.books.submit(lambda: record_card_reading(desk.hall, command), lambda _done: None, failed)
