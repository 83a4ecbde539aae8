"""What a counter does with one of our MIFARE Classic cards: read it, write a purchase, issue a delivered one.

Carries out the rule of the values and the rule that nothing is written to a card that is not the one that was read.
Which profile a card has is told by the head of its identity's sector. Nothing on such a card can be read without a
key, and nothing on it counts wrong keys: reading presents our reading key once to each sector where a profile keeps
the identity, and only to a card that refuses it the public transport key, and our reading key to one more sector of
each profile. The chip is no witness, its cipher is broken: the books are the truth, the card carries their message.
This module keeps no key and knows neither reader nor books.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from devices.cards import mifare_commands as mf
from devices.cards.apdu import ApduChannel, Command
from devices.cards.mifare_personalisation import MifarePersonalisation
from devices.cards.mifare_profile import (
    BLOCK_LENGTH,
    FIRST_GENERATION,
    REFERENCE,
    VALUE,
    MifareLayout,
    RawSectors,
    SectorPlan,
    ValueArea,
    decode_value,
    encode_value,
)
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

    def __init__(
        self, channel: ApduChannel, keys: KeyAuthority, layouts: tuple[MifareLayout, ...] = (REFERENCE,)
    ) -> None:
        """`layouts`: those this hall knows; a blank card is issued by the first, an issued one is told by its head."""
        self._channel = channel
        self._sectors = MifareSectors(channel, keys)
        self._layouts = layouts
        self._layout = layouts[0]

    def read(self) -> CardImage:
        """See `CardSession.read`. Raises besides what the key authority raises: nothing is read without a key."""
        try:
            return self._image()[0]
        except OutcomeUnknown as lost:
            raise DeviceUnavailable("card.removed_while_reading", **lost.params) from lost

    def facts(self) -> CardFacts:
        """Its sectors count no tries."""
        image = self.read()
        return CardFacts(self._layout.records.profile.name if image.identity is not None else "")

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.write_purchase`.

        Everything up to the main value can be lost without harm: it names the copy that was not touched, and its
        backup names the same. Only the main value itself can leave the outcome unknown, and then the card is asked.
        """
        with nothing_counts_yet():
            image, raw = self._image()
            if image.kind is not CardKind.USER or raw is None or not same_card(image, before):
                raise RuleViolation("card.changed")
            self._write_other_copy(self._layout.area_of(raw), image.generation, purchase)
            commit = self._prepare_main_value(image.generation + 1)
        return self._commit_and_prove(commit, image.generation + 1, image, purchase)

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.personalise`. Finishes an interrupted issue where that is certain, else refuses.

        Raises besides: RuleViolation `card.identity_invalid`, `card.purchase_out_of_range`,
        `card.unfinished_for_other` (an interrupted issue of another card number); DeviceRefused `card.spoiled`.
        """
        self._issue(identity, first)
        with nothing_counts_yet():
            image = self._image()[0]
            issue = self._issue(identity, first)
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
            commit = self._prepare_main_value(FIRST_GENERATION)
        return self._commit_and_prove(commit, FIRST_GENERATION, replace(image, identity=identity), first)

    def _issue(self, identity: CardIdentity, first: CardPurchase) -> MifarePersonalisation:
        """Issuing by the layout in use; whatever does not fit is found before the card is touched."""
        return MifarePersonalisation(self._sectors, self._layout, identity, first)

    def _write_other_copy(self, area: ValueArea, generation: int, purchase: CardPurchase) -> None:
        """Mend the backup if it is behind, then write and verify the copy that does not count."""
        layout = self._layout
        encoded = layout.encode_copy(purchase, generation + 1)
        if area.backup_is_behind:
            self._write_value(layout.copy_b, generation)
        target = layout.copy_b if area.current_is_a else layout.copy_a
        self._sectors.open_to_write(target)
        for block in range(VALUE):
            part = encoded[block * BLOCK_LENGTH : (block + 1) * BLOCK_LENGTH]
            self._sectors.write(target.first_block + block, part)

    def _prepare_main_value(self, generation: int) -> Command:
        """Open the sector of the main value; the command returned is the one that counts."""
        copy_a = self._layout.copy_a
        self._sectors.open_to_write(copy_a)
        block = copy_a.first_block + VALUE
        return mf.write_block(block, encode_value(generation, block))

    def _write_value(self, plan: SectorPlan, generation: int) -> None:
        block = plan.first_block + VALUE
        self._sectors.open_to_write(plan)
        self._sectors.write(block, encode_value(generation, block))

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
                self._write_value(self._layout.copy_b, generation)
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
        identity = self._find_identity()
        image = nothing
        if identity is None:
            image = self._not_opened(nothing)
            if image.kind is CardKind.UNREADABLE:  # the card is ours: what refused may have been a bad moment
                identity = sectors.read_surely(self._layout.identity)
        if identity is None:
            sectors.check_still_there()
            return image, None
        layout = self._layout
        others = [sectors.read_surely(plan) for plan in (layout.copy_a, layout.copy_b, *layout.feedback)]
        readable = [sector for sector in others if sector is not None]
        if len(readable) != len(others):
            sectors.check_still_there()
            return replace(nothing, kind=CardKind.UNREADABLE, note=NOTE_DAMAGED), None
        copy_a, copy_b, *feedback = readable
        raw = RawSectors(identity, copy_a, copy_b, (feedback[0], feedback[1]))
        digest = hashlib.sha256(b"".join((identity, *readable))).hexdigest()
        return _decided(
            replace(nothing, kind=CardKind.UNREADABLE, digest=digest, room=layout.records.room), raw, layout
        ), raw

    def _find_identity(self) -> bytes | None:
        """The identity's sector of the first layout that begins as it does; None if our reading key opens none.

        Where a sector opens and no layout begins so, the card is damaged, by the layout whose sector it is.
        """
        opened: dict[int, bytes | None] = {}
        for layout in self._layouts:
            sector = layout.identity.sector
            if sector not in opened:
                opened[sector] = self._sectors.read(layout.identity)
            stored = opened[sector]
            if stored is not None and layout.begins(stored):
                self._layout = layout
                return stored
        return self._of_no_layout(opened)

    def _of_no_layout(self, opened: dict[int, bytes | None]) -> bytes | None:
        """Sectors that open with our key and begin as no identity; one may be another part of a broken-off issue."""
        if None in opened.values():
            return None
        self._layout = self._layouts[0]
        return opened[self._layout.identity.sector]

    def _not_opened(self, nothing: CardImage) -> CardImage:
        """Our reading key opens no identity: as delivered, broken off while issuing, or somebody else's.

        A card is blank only where every sector that a profile keeps an identity in is as delivered: a spoiled card of
        one profile must not be issued by another.
        """
        delivered = {layout: self._sectors.read(layout.identity, TRANSPORT) for layout in self._layouts}
        for layout, stored in delivered.items():
            if stored is not None and layout.records.decode_identity(stored) is not None:
                self._layout = layout
                return replace(nothing, kind=CardKind.BLANK, note=NOTE_INTERRUPTED, room=layout.records.room)
        if None not in delivered.values():
            self._layout = self._layouts[0]
            return replace(nothing, kind=CardKind.BLANK, room=self._layout.records.room)
        for layout, stored in delivered.items():
            copy_a = self._sectors.read(layout.copy_a) if stored is None else None
            if copy_a is not None:
                self._layout = layout
                sold = decode_value(copy_a[-BLOCK_LENGTH:]) is not None
                return replace(nothing, kind=CardKind.UNREADABLE, note=NOTE_DAMAGED if sold else NOTE_SPOILED)
        return replace(nothing, note=NOTE_OTHER_KEYS)


def _decided(image: CardImage, raw: RawSectors, layout: MifareLayout) -> CardImage:
    """A card whose sectors all opened with our keys: user card, tool card, unfinished or damaged."""
    known = layout.records.decode_identity(raw.identity)
    if known is None:
        return replace(image, note=NOTE_DAMAGED)
    identity, kind, note = known
    if kind is CardKind.TOOL:
        return replace(image, kind=kind, identity=identity, note=note)
    area = layout.area_of(raw)
    if area.current is None:
        return replace(image, identity=identity, note=NOTE_UNFINISHED if area.never_sold else NOTE_DAMAGED)
    return replace(
        image,
        kind=CardKind.USER,
        identity=identity,
        purchase=area.current.purchase,
        feedback=layout.feedback_of(raw).feedback,
        generation=area.current.generation,
        torn_copy=area.torn_copy,
        note="",
    )
