"""The layout of memory cards (4442, 4428) by a profile: where every byte lies, when a card counts as written.

The records and their addresses are in a profile file. The rule carried out here is the two-copy rule on a chip that
stores single bytes: two copies of the purchase, each with generation and checksum, and one selector byte written last.
The page for meter makers is docs/card-memory-profile.md. It must not know readers, nor when a code is presented.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from devices.cards.card_code import checked, way
from devices.cards.card_profile import CardProfile, built_in
from devices.cards.card_records import USER_CARD_TYPE, CardRecords, factor_of
from devices.cards.two_copies import NOTHING_SOLD, PurchaseArea, PurchaseCopy, decide_by_selector
from pos.domain.card import CardIdentity, CardKind, CardPurchase, MeterFeedback
from pos.ports.keys import KeyAuthority

OPEN_AREA: Final = 0x20
UNWRITTEN: Final = 0xFF
MARKED: Final = 0x0F  # of both stage bytes; each is written once, from FF, so no erased state can be mistaken
MARK_LENGTH: Final = 4
_NOT_INSERTED = 0x00


class Stage(StrEnum):
    """How far issuing has come; decides which code the card holds."""

    EMPTY = "empty"  # never written above the maker's area
    BUILDING = "building"  # an attempt broke off; the transport code still opens the card
    KEY_CHANGING = "key_changing"  # nobody may guess which code it is
    FINISHED = "finished"
    FOREIGN = "foreign"  # somebody else's


@dataclass(frozen=True, slots=True)
class IssuePlan:
    """What issuing stores, in this order: address and bytes. The feedback state is cleared so that a meter sees it."""

    steps: tuple[tuple[int, bytes], ...]
    copy_a: bytes


class MemoryLayout:
    """One profile's layout.

    Attributes:
        records: of the profile.
        identity, copy_a, copy_b, selector, feedback, holder, key_changing, finished: addresses.
        head: the constants that the identity begins with; what tells the profile's cards from all others.
    """

    def __init__(self, profile: CardProfile) -> None:
        self.records = CardRecords(profile)
        at = profile.places
        self.identity, self.holder = at["identity"], at["holder"]
        self.copy_a, self.copy_b, self.selector = at["copy_a"], at["copy_b"], at["selector"]
        self.feedback = at["feedback"]
        self.key_changing, self.finished = at["key_changing"], at["finished"]
        self.head = self.records.identity.head

    def code(self, keys: KeyAuthority, identity: CardIdentity, length: int) -> bytes:
        """The code of one card, derived as the profile says.

        Raises: DeviceRefused `profiles.invalid` where a maker's way answers no code; what the authority raises.
        """
        name = self.records.profile.code
        return checked(way(name).code(keys, identity, factor_of(identity), length), length, name)

    def encode_identity(self, identity: CardIdentity, card_type: int = USER_CARD_TYPE) -> bytes:
        """See `CardRecords.encode_identity`."""
        return self.records.encode_identity(identity, card_type)

    def decode_identity(self, stored: bytes) -> tuple[CardIdentity, CardKind, str] | None:
        """Identity, kind of card and note from a whole memory; None if a part is not ours or torn."""
        return self.records.decode_identity(stored[self.identity :], stored[self.holder :])

    def decode_mark(self, stored: bytes) -> bytes:
        """The issuer's mark from a whole memory, empty if it is not whole."""
        return self.records.decode_mark(stored[self.holder :])

    def encode_purchase(self, purchase: CardPurchase, generation: int) -> bytes:
        """See `CardRecords.encode_purchase`."""
        return self.records.encode_purchase(purchase, generation)

    def decode_purchase(self, stored: bytes) -> PurchaseCopy | None:
        """See `CardRecords.decode_purchase`."""
        return self.records.decode_purchase(stored)

    def encode_feedback(self, feedback: MeterFeedback) -> bytes:
        """The return area as the meter writes it."""
        return self.records.encode_feedback(feedback)

    def decode_feedback(self, stored: bytes) -> MeterFeedback | None:
        """The return area from a whole memory; None if the card was never in a meter or the report is torn."""
        report = self.records.decode_feedback(stored[self.feedback :])
        return None if report is None else report[1]

    def decide_area(self, stored: bytes) -> PurchaseArea:
        """Apply the two-copy rule to a whole memory; meters apply the same one.

        FF beside a copy B that was never written means that no purchase is on the card yet; later FF is the erased
        state on the way from one value to the other.
        """
        length = self.records.purchase.length
        raw_a, raw_b = (stored[start : start + length] for start in (self.copy_a, self.copy_b))
        copies = self.decode_purchase(raw_a), self.decode_purchase(raw_b)
        selector = stored[self.selector]
        if selector == UNWRITTEN and set(raw_b) == {UNWRITTEN}:
            return NOTHING_SOLD
        return decide_by_selector(copies, (raw_a, raw_b), selector, is_newer=self.records.is_newer_purchase)

    def stage_of(self, stored: bytes) -> Stage:
        """How far issuing has come, from the bytes alone.

        Both stage bytes are written once and only away from FF: the second counts as soon as it is anything else, the
        first only when it is whole, because the code is changed after it was verified.
        """
        if set(stored[OPEN_AREA:]) == {UNWRITTEN}:
            return Stage.EMPTY
        if stored[self.identity : self.identity + len(self.head)] == self.head:
            if stored[self.finished] != UNWRITTEN:
                return Stage.FINISHED
            if stored[self.key_changing] == MARKED:
                return Stage.KEY_CHANGING
            return Stage.BUILDING if self._is_unsold(stored) else Stage.FOREIGN
        return Stage.BUILDING if self._is_torn_beginning(stored) else Stage.FOREIGN

    def plan_issue(self, identity: CardIdentity, first: CardPurchase, mark: bytes) -> IssuePlan:
        """Everything checked before the card is touched. Raises as `CardRecords` does."""
        steps = (
            (self.identity, self.encode_identity(identity)),
            (self.holder, self.records.encode_holder(identity, mark)),
            (self.feedback, bytes([_NOT_INSERTED])),
        )
        return IssuePlan(steps, self.encode_purchase(first, 1))

    def _is_unsold(self, stored: bytes) -> bool:
        """No purchase area yet, and nothing where building writes nothing."""
        holder = self.records.holder
        written = {*range(self.identity, self.identity + self.records.identity.length)}
        written |= {*range(self.holder, self.holder + (0 if holder is None else holder.length))}
        written |= {self.feedback, self.key_changing, self.finished}
        return all(stored[address] == UNWRITTEN for address in range(OPEN_AREA, len(stored)) if address not in written)

    def _is_torn_beginning(self, stored: bytes) -> bool:
        """The head is written in order; the byte in flight still has all the one-bits of its new value."""
        end = self.identity + len(self.head)
        rest = stored[OPEN_AREA : self.identity] + stored[end:]
        pairs = zip(stored[self.identity : end], self.head, strict=True)
        return set(rest) == {UNWRITTEN} and all(byte & new == new for byte, new in pairs)


REFERENCE: Final = MemoryLayout(built_in("reference-memory"))
