"""What a counter does with one of our MIFARE Classic cards: read it, write a purchase, issue a delivered one.

Carries out the rule of the values of its reference profile and the rule that nothing is written to a card that is not
the one that was read. Nothing on such a card can be read without a key, and nothing on it counts wrong keys: reading
presents our reading key once, and only to a card that refuses it the public transport key, and our reading key to one
more sector. The chip is no witness, its cipher is broken: the books are the truth, the card carries their message.
This module keeps no key and knows neither reader nor books.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from devices.cards import mifare_commands as mf
from devices.cards import mifare_profile as layout
from devices.cards.apdu import ApduChannel, Command
from devices.cards.mifare_personalisation import MifarePersonalisation
from devices.cards.mifare_profile import RawSectors, SectorPlan, ValueArea
from devices.cards.mifare_sectors import TRANSPORT, MifareSectors
from devices.cards.recognition import MIFARE_1K
from devices.cards.write_proof import commit_and_prove, nothing_counts_yet, same_card
from pos.domain.card import (
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

NOTE_OTHER_KEYS = "foreign.other_keys"
NOTE_NO_KEYS = "foreign.storage_card"  # this hall has no keys for such cards, so none of them can be its own


class MifareCardSession:
    """`pos.ports.card.CardSession` for MIFARE Classic 1K cards; lives inside one exclusive transaction."""

    def __init__(self, channel: ApduChannel, keys: KeyAuthority) -> None:
        self._channel = channel
        self._sectors = MifareSectors(channel, keys)

    def read(self) -> CardImage:
        """See `CardSession.read`. Raises besides what the key authority raises: nothing is read without a key."""
        try:
            return self._image()[0]
        except OutcomeUnknown as lost:
            raise DeviceUnavailable("card.removed_while_reading", **lost.params) from lost

    def facts(self) -> CardFacts:
        """The one profile of this family; its sectors count no tries."""
        return CardFacts("mifare-reference")

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.write_purchase`.

        Everything up to the main value can be lost without harm: it names the copy that was not touched, and its
        backup names the same. Only the main value itself can leave the outcome unknown, and then the card is asked.
        """
        with nothing_counts_yet():
            image, raw = self._image()
            if image.kind is not CardKind.USER or raw is None or not same_card(image, before):
                raise RuleViolation("card.changed")
            self._write_other_copy(raw.area, image.generation, purchase)
            commit = self._prepare_main_value(image.generation + 1)
        return self._commit_and_prove(commit, image.generation + 1, image, purchase)

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.personalise`. Finishes an interrupted issue where that is certain, else refuses.

        Raises besides: RuleViolation `card.identity_invalid`, `card.purchase_out_of_range`,
        `card.unfinished_for_other` (an interrupted issue of another card number); DeviceRefused `card.spoiled`.
        """
        issue = MifarePersonalisation(self._sectors, identity, first)
        with nothing_counts_yet():
            image = self._image()[0]
            if image.chip_uid != before.chip_uid:
                raise RuleViolation("card.changed")
            if image.kind is not CardKind.BLANK and image.note not in {NOTE_UNFINISHED, NOTE_SPOILED}:
                raise RuleViolation("card.not_blank")
            if image.note == NOTE_UNFINISHED and image.identity != identity:
                raise RuleViolation("card.unfinished_for_other")
            stages = issue.survey()
            if stages is None:
                if image.kind is CardKind.BLANK and image.note != NOTE_INTERRUPTED:
                    raise RuleViolation("card.not_blank")  # somebody else keeps something in one of our sectors
                raise DeviceRefused("card.spoiled")
            issue.build(stages)
            commit = self._prepare_main_value(layout.FIRST_GENERATION)
        return self._commit_and_prove(commit, layout.FIRST_GENERATION, replace(image, identity=identity), first)

    def _write_other_copy(self, area: ValueArea, generation: int, purchase: CardPurchase) -> None:
        """Mend the backup if it is behind, then write and verify the copy that does not count."""
        encoded = layout.encode_copy(purchase, generation + 1)
        if area.backup_is_behind:
            self._write_value(layout.COPY_B, generation)
        target = layout.COPY_B if area.current_is_a else layout.COPY_A
        self._sectors.open_to_write(target)
        for block in range(layout.VALUE):
            part = encoded[block * layout.BLOCK_LENGTH : (block + 1) * layout.BLOCK_LENGTH]
            self._sectors.write(target.first_block + block, part)

    def _prepare_main_value(self, generation: int) -> Command:
        """Open the sector of the main value; the command returned is the one that counts."""
        self._sectors.open_to_write(layout.COPY_A)
        block = layout.COPY_A.first_block + layout.VALUE
        return mf.write_block(block, layout.encode_value(generation, block))

    def _write_value(self, plan: SectorPlan, generation: int) -> None:
        block = plan.first_block + layout.VALUE
        self._sectors.open_to_write(plan)
        self._sectors.write(block, layout.encode_value(generation, block))

    def _commit_and_prove(self, commit: Command, generation: int, before: CardImage, bought: CardPurchase) -> CardImage:
        """Send the block that counts, then its backup; whatever the answers, the card itself says what it holds."""

        def commit_with_backup() -> None:
            self._channel.run(commit)
            self._follow_with_backup(commit, generation)

        return commit_and_prove(commit_with_backup, lambda: self._image()[0], before, bought)

    def _follow_with_backup(self, commit: Command, generation: int) -> None:
        """The backup is never ahead of the main value; a backup that is behind is mended by the next write."""
        try:
            if self._channel.run(mf.read_block(commit.header[3])) == commit.field:
                self._write_value(layout.COPY_B, generation)
        except OutcomeUnknown:
            raise
        except DeviceUnavailable as locked:
            raise DeviceRefused("card.copy_differs", reason=locked.code) from locked

    def _image(self) -> tuple[CardImage, RawSectors | None]:
        """Read everything and decide what lies there."""
        sectors = self._sectors
        uid = sectors.uid()
        nothing = CardImage(CardKind.FOREIGN, MIFARE_1K, self._channel.atr.hex().upper(), uid.hex().upper())
        if not sectors.has_keys():
            return replace(nothing, note=NOTE_NO_KEYS), None
        identity = sectors.read(layout.IDENTITY)
        image = nothing
        if identity is None:
            image = self._not_opened(nothing)
            if image.kind is CardKind.UNREADABLE:  # the card is ours: what refused may have been a bad moment
                identity = sectors.read_surely(layout.IDENTITY)
        if identity is None:
            sectors.check_still_there()
            return image, None
        others = [sectors.read_surely(plan) for plan in (layout.COPY_A, layout.COPY_B, *layout.FEEDBACK)]
        readable = [sector for sector in others if sector is not None]
        if len(readable) != len(others):
            sectors.check_still_there()
            return replace(nothing, kind=CardKind.UNREADABLE, note=NOTE_DAMAGED), None
        copy_a, copy_b, *feedback = readable
        raw = RawSectors(identity, copy_a, copy_b, (feedback[0], feedback[1]))
        digest = hashlib.sha256(b"".join((identity, *readable))).hexdigest()
        return _decided(replace(nothing, kind=CardKind.UNREADABLE, digest=digest), raw), raw

    def _not_opened(self, nothing: CardImage) -> CardImage:
        """Our reading key does not open the identity: as delivered, broken off while issuing, or somebody else's."""
        delivered = self._sectors.read(layout.IDENTITY, TRANSPORT)
        if delivered is not None:
            ours = layout.RECORDS.decode_identity(delivered) is not None
            return replace(nothing, kind=CardKind.BLANK, note=NOTE_INTERRUPTED if ours else "")
        copy_a = self._sectors.read(layout.COPY_A)
        if copy_a is None:
            return replace(nothing, note=NOTE_OTHER_KEYS)
        sold = layout.decode_value(copy_a[-layout.BLOCK_LENGTH :]) is not None
        return replace(nothing, kind=CardKind.UNREADABLE, note=NOTE_DAMAGED if sold else NOTE_SPOILED)


def _decided(image: CardImage, raw: RawSectors) -> CardImage:
    """A card whose sectors all opened with our keys: user card, tool card, unfinished or damaged."""
    known = layout.RECORDS.decode_identity(raw.identity)
    if known is None:
        return replace(image, note=NOTE_DAMAGED)
    identity, kind, note = known
    if kind is CardKind.TOOL:
        return replace(image, kind=kind, identity=identity, note=note)
    area = raw.area
    if area.current is None:
        return replace(image, identity=identity, note=NOTE_UNFINISHED if area.never_sold else NOTE_DAMAGED)
    return replace(
        image,
        kind=CardKind.USER,
        identity=identity,
        purchase=area.current.purchase,
        feedback=raw.feedback_state.feedback,
        generation=area.current.generation,
        torn_copy=area.torn_copy,
        note="",
    )
