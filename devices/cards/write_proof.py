"""What every family's session promises about a write: which error means what, and the card's own word at the end.

Carries out design, Money rules 7 and 8: up to the one step that counts nothing is written, after it the card is read
again and decides. It must not know commands, layouts or keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pos.domain.card import CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceError, DeviceProtocolError, DeviceRefused, DeviceUnavailable, OutcomeUnknown


@contextmanager
def nothing_counts_yet() -> Iterator[None]:
    """Before the step that counts: whatever is lost or nonsense, the card holds what it held, and the error says so.

    Raises: DeviceUnavailable `card.lost_before_write`; DeviceRefused `card.write_not_started`.
    """
    try:
        yield
    except OutcomeUnknown as lost:
        raise DeviceUnavailable("card.lost_before_write", **lost.params) from lost
    except DeviceProtocolError as nonsense:
        raise DeviceRefused("card.write_not_started", reason=nonsense.code) from nonsense


def commit_and_prove(
    commit: Callable[[], object], look: Callable[[], CardImage], before: CardImage, purchase: CardPurchase
) -> CardImage:
    """Take the step that counts, then read the card: whatever it answered, what it holds decides.

    `before`: the card as it was read before that step.

    Raises: DeviceUnavailable `card.lost_before_write` (never sent); DeviceRefused `card.write_refused` (the card holds
        what it held); OutcomeUnknown `card.answer_lost`, `card.write_unknown`.
    """
    refusal: DeviceError | None = None
    try:
        commit()
    except (DeviceRefused, DeviceProtocolError) as answered:
        refusal = answered
    except DeviceUnavailable as lost:
        raise DeviceUnavailable("card.lost_before_write") from lost
    try:
        after = look()
    except DeviceError as unread:
        raise OutcomeUnknown("card.write_unknown", reason=unread.code) from unread
    if after.kind is CardKind.USER and same_plastic(after, before) and after.holds(purchase):
        return after
    reason = refusal.code if refusal is not None else "card.read_back_differs"
    if same_card(after, before):
        raise DeviceRefused("card.write_refused", reason=reason) from refusal
    raise OutcomeUnknown("card.write_unknown", reason=reason) from refusal


def same_plastic(image: CardImage, other: CardImage) -> bool:
    """By family, chip number and identity. A memory card has no chip number: there its identity is all there is."""
    return (image.family, image.chip_uid, image.identity) == (other.family, other.chip_uid, other.identity)


def same_card(image: CardImage, other: CardImage) -> bool:
    """The same plastic still holding the same purchase; the meter's return area may have changed meanwhile."""
    return (
        same_plastic(image, other)
        and image.kind is other.kind
        and image.purchase == other.purchase
        and image.generation == other.generation
    )
