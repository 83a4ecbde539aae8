"""What every family promises about issuing under faults, checked against the card itself.

After a fault the card is read and issued again. It ends as a user card with exactly the first purchase, is refused as
spoiled stock, or, a memory card that lost power inside a presentation, waits for its tries; never is it half sold.
"""

from __future__ import annotations

import functools

from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardImage, CardKind, CardPurchase
from pos.domain.errors import DeviceRefused, KnownError, OutcomeUnknown
from tests.contract.card_rigs import (
    IDENTITY,
    CardFamily,
    all_tries_full,
    issue,
    outcome_of,
    presentations,
    read,
    write,
)

FIRST = CardPurchase(1, 20_000, 20_000, 25_000, 1_790_000_000_000)
NEXT = CardPurchase(2, 1_000, 21_000, 25_000, 1_790_000_000_000)
ISSUED, ISSUED_AGAIN, SPOILED, TRY_LOST = "issued", "issued again", "spoiled", "try lost"


def fresh(family: CardFamily) -> tuple[SimulatedReader, SimulatedPlastic, CardImage]:
    """Reader, a card as the maker delivers it, and its image when it was paid for."""
    card = family.blank()
    reader = family.reader(card)
    return reader, card, read(reader)


@functools.cache
def cost_of_an_issue(family: CardFamily) -> tuple[int, int]:
    """Commands and lasting bytes of an undisturbed issue, the reading before it left out."""
    reader, card, before = fresh(family)
    commands = card.apdu_count
    issue(reader, first=FIRST, before=before)
    return card.apdu_count - commands, card.memory.written


def wrong_presentations(card: SimulatedPlastic) -> int:
    """How often a memory card was given a wrong code."""
    return card.chip.wrong_presentations if isinstance(card, SimulatedMemoryCard) else 0


def settle(reader: SimulatedReader, card: SimulatedPlastic, outcome: CardImage | KnownError) -> str:
    """Read the card after a fault, check it, issue again; say how it ended."""
    card.clear_faults()
    reader.insert(card)
    now = read(reader)
    wrong = wrong_presentations(card)
    if now.kind is CardKind.USER:
        assert (now.identity, now.purchase) == (IDENTITY, FIRST)
        assert isinstance(outcome, CardImage | OutcomeUnknown), outcome
        return ISSUED
    assert not isinstance(outcome, CardImage)
    assert now.kind in (CardKind.BLANK, CardKind.UNREADABLE), now
    assert now.purchase is None
    untouched = card.memory.written, presentations(card)
    again = outcome_of(lambda: issue(reader, first=FIRST))
    assert wrong_presentations(card) == wrong
    if isinstance(again, DeviceRefused):
        assert again.code in ("card.spoiled", "card.tries_not_full")
        assert (card.memory.written, presentations(card)) == untouched
        assert (again.code == "card.tries_not_full") == (not all_tries_full(card) and now.note != "card.spoiled")
        return SPOILED if again.code == "card.spoiled" else TRY_LOST
    assert isinstance(again, CardImage), again
    assert (again.kind, again.identity, again.purchase) == (CardKind.USER, IDENTITY, FIRST)
    assert all_tries_full(card)
    assert write(reader, NEXT, again).holds(NEXT)
    return ISSUED_AGAIN
