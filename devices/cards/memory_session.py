"""What a counter does with one of our memory cards: read it, write a purchase, issue a blank one.

Carries out the two-copy rule of docs/card-memory-profile.md. Reading and classifying present no code. A write first
checks the issuer's mark on the card, so that a keystore of another hall is found without costing a try, and then goes
through `GuardedChip`, which presents the code exactly once. It must not know the maker of the reader, nor books.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from hmac import compare_digest

from devices.cards.card_records import factor_of
from devices.cards.memory_chip import MemoryChip
from devices.cards.memory_guard import GuardedChip
from devices.cards.memory_profile import MARK_LENGTH, MARKED, REFERENCE, UNWRITTEN, IssuePlan, MemoryLayout, Stage
from devices.cards.two_copies import SELECT_A, SELECT_B
from devices.cards.write_proof import commit_and_prove, nothing_counts_yet, same_card
from pos.domain.card import (
    NOTE_CODE_SPENT,
    NOTE_DAMAGED,
    NOTE_INTERRUPTED,
    NOTE_SPOILED,
    NOTE_UNFINISHED,
    CardIdentity,
    CardImage,
    CardKind,
    CardPurchase,
)
from pos.domain.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown, RuleViolation
from pos.ports.card import CardFacts
from pos.ports.keys import KeyAuthority

MARK = "memory_mark"
TRANSPORT = "memory_transport"
_NO_FACTOR = bytes(8)  # the transport code is the maker's, the same on every blank card


class MemoryCardSession:
    """`pos.ports.card.CardSession` for memory cards of the reference profile; lives in one exclusive transaction."""

    def __init__(self, chip: MemoryChip, keys: KeyAuthority, layouts: tuple[MemoryLayout, ...] = (REFERENCE,)) -> None:
        """`layouts`: those this hall knows; a blank card is issued by the first, an issued one is told by its head."""
        self._chip = GuardedChip(chip)
        self._keys = keys
        self._layouts = layouts
        self._layout = layouts[0]

    def read(self) -> CardImage:
        """See `CardSession.read`. Reads are free and no code is presented."""
        try:
            return self._image()[0]
        except OutcomeUnknown as lost:
            raise DeviceUnavailable("card.removed_while_reading", **lost.params) from lost

    def facts(self) -> CardFacts:
        """The counter of presentations lies open to be read."""
        image = self.read()
        profile = self._layout.records.profile.name if image.identity is not None else ""
        return CardFacts(profile, self._chip.tries_left(), self._chip.family.tries)

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.write_purchase`. Everything up to the selector byte can be lost without harm."""
        with nothing_counts_yet():
            image, stored = self._image()
            if image.kind is not CardKind.USER or image.identity is None or not same_card(image, before):
                raise RuleViolation("card.changed")
            area = self._layout.decide_area(stored)
            target, selector = (self._layout.copy_b, SELECT_B) if area.current_is_a else (self._layout.copy_a, SELECT_A)
            encoded = self._layout.encode_purchase(purchase, image.generation + 1)
            self._prove_mark(stored)
            self._chip.open(self._code(image.identity))
            if area.torn_selector:
                self._chip.store(self._layout.selector, bytes([area.selector]))
            self._chip.store(target, encoded)
        return self._commit(selector, image, purchase)

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.personalise`. Finishes an interrupted issue where that is certain, else refuses.

        A blank memory card has no number: another blank of the same family cannot be told from the one paid for.
        Raises besides: RuleViolation `card.identity_invalid`, `card.purchase_out_of_range`,
        `card.unfinished_for_other`; DeviceRefused `card.spoiled`.
        """
        self._plan(identity, first)
        with nothing_counts_yet():
            image, stored = self._image()
            plan = self._plan(identity, first)
            if (image.family, image.chip_uid) != (before.family, before.chip_uid):
                raise RuleViolation("card.changed")
            if image.kind is CardKind.BLANK:
                self._build(plan, identity)
            elif image.note == NOTE_UNFINISHED:
                if image.identity != identity:
                    raise RuleViolation("card.unfinished_for_other")
                self._prove_mark(stored)
                self._chip.open(self._code(identity))
            elif image.note == NOTE_SPOILED:
                raise DeviceRefused("card.spoiled")
            else:
                raise RuleViolation("card.not_blank")
            self._chip.store(self._layout.copy_a, plan.copy_a)
        return self._commit(SELECT_A, replace(image, identity=identity), first)

    def _plan(self, identity: CardIdentity, first: CardPurchase) -> IssuePlan:
        """What issuing by the layout in use would store; whatever does not fit is found before the card is touched."""
        return self._layout.plan_issue(identity, first, self._mark_of(identity))

    def _build(self, plan: IssuePlan, identity: CardIdentity) -> None:
        """Who the card belongs to, then its own code in place of the maker's, each stage marked before the next."""
        chip = self._chip
        transport, own = self._keys.card_code(TRANSPORT, _NO_FACTOR, chip.family.code_length), self._code(identity)
        chip.open(transport)
        for address, fresh in plan.steps:
            chip.store(address, fresh)
        chip.store(self._layout.key_changing, bytes([MARKED]))
        chip.change_code(transport, own)
        chip.store(self._layout.finished, bytes([MARKED]))

    def _commit(self, selector: int, before: CardImage, purchase: CardPurchase) -> CardImage:
        """Flip the one byte that counts; whatever the answer, the card itself says what it holds."""
        return commit_and_prove(
            lambda: self._chip.flip(self._layout.selector, selector), lambda: self._image()[0], before, purchase
        )

    def _code(self, identity: CardIdentity) -> bytes:
        return self._layout.code(self._keys, identity, self._chip.family.code_length)

    def _mark_of(self, identity: CardIdentity) -> bytes:
        """Four bytes that only our key authority can make for this identity."""
        text = f"{identity.account_no}|{identity.meter_no}"
        question = hashlib.sha256(self._layout.encode_identity(identity) + text.encode()).digest()[:8]
        return self._keys.authenticate(MARK, factor_of(identity), question)[:MARK_LENGTH]

    def _prove_mark(self, stored: bytes) -> None:
        """The card was issued under our keys. Raises: DeviceRefused `card.keys_do_not_match`; no try was used."""
        known = self._layout.decode_identity(stored)
        if known is None or not compare_digest(self._layout.decode_mark(stored), self._mark_of(known[0])):
            raise DeviceRefused("card.keys_do_not_match")

    def _image(self) -> tuple[CardImage, bytes]:
        """Read everything and decide what lies there."""
        stored = self._chip.read_all()
        family = self._chip.family
        not_its_own = (Stage.EMPTY, Stage.FOREIGN)
        self._layout = next(
            (layout for layout in self._layouts if layout.stage_of(stored) not in not_its_own), self._layouts[0]
        )
        image = CardImage(
            CardKind.UNREADABLE, family.name, family.atr.hex().upper(), "", digest=hashlib.sha256(stored).hexdigest()
        )
        image = replace(image, room=self._layout.records.room)
        match self._layout.stage_of(stored):
            case Stage.EMPTY:
                return replace(image, kind=CardKind.BLANK), stored
            case Stage.BUILDING:
                return replace(image, kind=CardKind.BLANK, note=NOTE_INTERRUPTED), stored
            case Stage.KEY_CHANGING:
                return replace(image, note=NOTE_SPOILED), stored
            case Stage.FOREIGN:
                return replace(image, kind=CardKind.FOREIGN, note="foreign.memory_card"), stored
            case Stage.FINISHED:
                image = self._finished_image(image, stored)
                if image.kind is CardKind.USER and self._chip.is_spent():
                    image = replace(image, note=NOTE_CODE_SPENT)
                return image, stored

    def _finished_image(self, image: CardImage, stored: bytes) -> CardImage:
        """A card whose code is ours: user card, tool card, unfinished or damaged."""
        known = self._layout.decode_identity(stored)
        if known is None:
            return replace(image, note=NOTE_DAMAGED)
        identity, kind, note = known
        if kind is CardKind.TOOL:
            return replace(image, kind=kind, identity=identity, note=note)
        area = self._layout.decide_area(stored)
        if area.current is None:
            unfinished = stored[self._layout.selector] == UNWRITTEN and not area.torn_copy
            return replace(image, identity=identity, note=NOTE_UNFINISHED if unfinished else NOTE_DAMAGED)
        return replace(
            image,
            kind=CardKind.USER,
            identity=identity,
            purchase=area.current.purchase,
            feedback=self._layout.decode_feedback(stored),
            generation=area.current.generation,
            torn_copy=area.torn_copy,
        )
