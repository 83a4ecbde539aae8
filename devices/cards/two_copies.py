"""The two-copy rule of every profile with a selector byte or a wallet: which copy of the purchase counts, torn or not.

Two copies, each with its own generation and checksum, and one selector byte written last: torn at any byte, the card is
plainly before or after. On a card with a wallet its counter takes the selector's place. Meters apply the same rule. It
must not know where the bytes lie nor how a copy is encoded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pos.domain.card import CardPurchase

SELECT_A: Final = 0xA5
SELECT_B: Final = 0x5A


@dataclass(frozen=True, slots=True)
class PurchaseCopy:
    """One valid copy of the purchase area. Attributes: generation (rises by one at every write); purchase."""

    generation: int
    purchase: CardPurchase


@dataclass(frozen=True, slots=True)
class PurchaseArea:
    """What the two copies and the selector say together.

    Attributes:
        current: the valid copy, None if none can be trusted.
        current_is_a: which place holds it.
        torn_copy: the other copy or the selector is damaged; the next write repairs it.
        torn_selector: the copies themselves had to say which one counts. The selector must be mended before the other
            copy is touched: a whole newer copy beside a torn selector counts, sold or not.
    """

    current: PurchaseCopy | None
    current_is_a: bool
    torn_copy: bool
    torn_selector: bool = False

    @property
    def selector(self) -> int:
        """The byte that names the current copy."""
        return SELECT_A if self.current_is_a else SELECT_B


NOTHING_SOLD: Final = PurchaseArea(None, current_is_a=False, torn_copy=False)


def decide_by_selector(
    copies: tuple[PurchaseCopy | None, PurchaseCopy | None],
    stored: tuple[bytes, bytes],
    selector: int,
    *,
    is_newer: Callable[[int, int], bool],
) -> PurchaseArea:
    """The rule, for a card that was sold to.

    The selector names the current copy. A selector torn in flight is neither value: it is only ever written after
    the new copy was verified, so the valid copy with the newer generation is meant.

    Args:
        copies, stored: A and B, decoded and as they lie on the card.
        is_newer: the first of two generations came after the second; where they wrap, the profile says how.
    """
    first, second = copies
    if selector in (SELECT_A, SELECT_B):
        is_a = selector == SELECT_A
        current, other, other_bytes = (first, second, stored[1]) if is_a else (second, first, stored[0])
        never_written = len(set(other_bytes)) == 1
        return PurchaseArea(current, is_a, torn_copy=other is None and not never_written)
    newer_is_a = first is not None and (second is None or is_newer(first.generation, second.generation))
    return PurchaseArea(first if newer_is_a else second, newer_is_a, torn_copy=True, torn_selector=True)


def decide_by_counter(
    copies: tuple[PurchaseCopy | None, PurchaseCopy | None], stored: tuple[bytes, bytes], counter: int
) -> PurchaseArea:
    """The rule of a card whose wallet counts its moves: the copy whose generation is the counter is current.

    A copy of a later generation was prepared and never paid into the wallet: it does not count.
    """
    first, second = copies
    is_a = first is not None and first.generation == counter
    current, other, other_bytes = (first, second, stored[1]) if is_a else (second, first, stored[0])
    never_written = len(set(other_bytes)) == 1
    if current is not None and current.generation != counter:
        current = None
    return PurchaseArea(current, is_a, torn_copy=other is None and not never_written)
