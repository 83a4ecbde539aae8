"""What every family promises about a purchase under faults, checked against the card itself; and the faults.

*Refused* and *unavailable* mean that the card holds what it held, an image that holds the purchase means it is there,
*unknown* means one of the two and never a third thing.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardImage, CardPurchase
from pos.domain.errors import DeviceRefused, DeviceUnavailable, KnownError, OutcomeUnknown, RuleViolation
from tests.contract.card_laboratory import Deed
from tests.contract.card_rigs import (
    FIRST_BUY,
    SECOND_BUY,
    CardFamily,
    all_tries_full,
    outcome_of,
    presentations,
    read,
    write,
)

MIXTURES = [None, 0x0F, 0xF0, 0x55, 0xAA, 0xFF, 0x81]
THIRD_BUY = CardPurchase(3, 5_000, 47_000, 25_000, 1_790_000_300_000)

FAULTS: dict[str, Callable[[SimulatedPlastic, int], None]] = {
    "answer lost": lambda card, at: card.lose_next_answer(after=at),
    "answer lost and pulled": lambda card, at: card.lose_next_answer(after=at, pulled=True),
    "contact lost before": lambda card, at: card.fail_before(after=at),
    "refused 6982": lambda card, at: card.refuse_with(0x6982, after=at),
    "refused 6300": lambda card, at: card.refuse_with(0x6300, after=at),
    "refused 63C2": lambda card, at: card.refuse_with(0x63C2, after=at),
    "refused 9303": lambda card, at: card.refuse_with(0x9303, after=at),
    "refused 6581": lambda card, at: card.refuse_with(0x6581, after=at),
    "refused 1234": lambda card, at: card.refuse_with(0x1234, after=at),
    "claims 9000 and does nothing": lambda card, at: card.refuse_with(0x9000, after=at),
    "done but says 6300": lambda card, at: card.garble_status(0x6300, after=at),
    "done but says 6581": lambda card, at: card.garble_status(0x6581, after=at),
    "done but says 9302": lambda card, at: card.garble_status(0x9302, after=at),
    "done but says 6A82": lambda card, at: card.garble_status(0x6A82, after=at),
    "answer shortened": lambda card, at: card.shorten_answer(after=at),
}


Prepared = tuple[SimulatedReader, SimulatedPlastic, CardImage, CardPurchase]


def prepared(family: CardFamily, *, second: bool = False) -> Prepared:
    """Reader, card, image before, and the purchase to try; `second` writes copy A instead of copy B."""
    card = family.issued(bought=second)
    reader = family.reader(card)
    return reader, card, read(reader), SECOND_BUY if second else FIRST_BUY


def prepared_with_tear(family: CardFamily, tear: Deed) -> Prepared:
    """The last purchase left the part that says which copy counts torn; the customer buys again."""
    reader, card, before, buy = prepared(family, second=True)
    tear(card)
    torn = read(reader)
    assert torn.torn_copy
    assert (torn.purchase, torn.generation) == (before.purchase, before.generation)
    return reader, card, torn, buy


def try_to_buy(case: Prepared) -> bool:
    """Buy and hold the outcome against the card; True if the purchase is there."""
    reader, card, before, buy = case
    return check_promise(outcome_of(lambda: write(reader, buy, before)), reader, card, before, buy)


def holds_before(image: CardImage, before: CardImage) -> bool:
    """Exactly the old card, apart from a damaged copy that does not count."""
    return (image.kind, image.identity, image.purchase, image.generation, image.feedback) == (
        before.kind,
        before.identity,
        before.purchase,
        before.generation,
        before.feedback,
    )


def check_promise(
    outcome: CardImage | KnownError,
    reader: SimulatedReader,
    card: SimulatedPlastic,
    before: CardImage,
    buy: CardPurchase,
) -> bool:
    """Compare what was promised with what the card holds, then sell once more. True if the purchase is there."""
    card.clear_faults()
    reader.insert(card)
    now = read(reader)
    is_after = now.holds(buy) and now.generation == before.generation + 1 and now.identity == before.identity
    assert is_after or holds_before(now, before), now
    assert now.holds(buy) == is_after
    if isinstance(outcome, CardImage):
        assert outcome.holds(buy) == is_after
    elif isinstance(outcome, DeviceUnavailable | DeviceRefused | RuleViolation):
        assert not is_after
    else:
        assert isinstance(outcome, OutcomeUnknown)
    if isinstance(card, SimulatedMemoryCard) and not all_tries_full(card):
        # Torn between the try taken and the try given back: the guard presents no code to such a card.
        presented = presentations(card)
        refused = outcome_of(lambda: write(reader, THIRD_BUY, now))
        assert isinstance(refused, DeviceRefused)
        assert (refused.code, presentations(card)) == ("card.tries_not_full", presented)
        return is_after
    repaired = write(reader, THIRD_BUY, now)
    assert repaired.holds(THIRD_BUY)
    assert not repaired.torn_copy
    return is_after
