"""What a counter does with one of our CPU cards: read it, write a purchase, issue a blank one.

Carries out the A/B rule of the reference profile and the rule that nothing is written to a card that is not the one
that was read. Reading presents no key. A purchase first lets the card prove that it carries the keys of our key
authority (no try is lost if not), then presents one counted key exactly once. This module never sees a key, never
repeats a command that was refused, and knows neither reader nor books.
"""

from __future__ import annotations

from dataclasses import replace

from devices.cards import fmcos_commands as fm
from devices.cards import reference_profile as layout
from devices.cards.apdu import ApduChannel, Command
from devices.cards.card_records import factor_of
from devices.cards.fmcos_application import FmcosApplication, RawFiles
from devices.cards.fmcos_personalisation import Personalisation
from devices.cards.recognition import FMCOS, chip_uid
from devices.cards.reference_profile import REFERENCE, ReferenceProfile
from devices.cards.two_copies import SELECT_A, SELECT_B, PurchaseArea
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
from pos.ports.keys import KeyAuthority

# Applications of other companies on the same kind of chip. Their presence is learnt by selecting, without any key.
_FOREIGN_NAMES = (bytes.fromhex("A00000000386980701"), bytes.fromhex("A000000632010105"))
_FOREIGN_FILES = (0x3F01, 0xDF01, 0xDF04)  # 3F01 without our name is somebody else's


class FmcosCardSession:
    """`pos.ports.card.CardSession` for CPU cards of the reference profile; lives inside one exclusive transaction."""

    def __init__(self, channel: ApduChannel, keys: KeyAuthority, profile: ReferenceProfile = REFERENCE) -> None:
        self._channel = channel
        self._profile = profile
        self._application = FmcosApplication(channel, keys, profile)

    def read(self) -> CardImage:
        """See `CardSession.read`. Starts with a fresh SELECT, so every security state on the card is gone."""
        try:
            return self._image()[0]
        except OutcomeUnknown as lost:
            raise DeviceUnavailable("card.removed_while_reading", **lost.params) from lost

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.write_purchase`.

        Everything up to the selector byte can be lost without harm: the current copy is untouched, so such errors
        say *nothing written*. Only the selector itself can leave the outcome unknown, and then the card is asked.
        """
        with nothing_counts_yet():
            image, files = self._image()
            if image.kind is not CardKind.USER or image.identity is None or not same_card(image, before):
                raise RuleViolation("card.changed")
            flip = self._prepare_flip(files.area, image, purchase)
        return self._flip_and_prove(flip, image, purchase)

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.personalise`. Finishes an interrupted issue where that is certain, else refuses.

        Raises besides: RuleViolation `card.identity_invalid`, `card.purchase_out_of_range`,
        `card.unfinished_for_other` (an interrupted issue of another card number); DeviceRefused `card.spoiled`.
        """
        issue = Personalisation(self._application, identity, first)
        with nothing_counts_yet():
            image = self._image()[0]
            if image.chip_uid != before.chip_uid:
                raise RuleViolation("card.changed")
            if image.kind is CardKind.BLANK:
                flip = issue.build()
            elif image.note == NOTE_UNFINISHED:
                if image.identity != identity:
                    raise RuleViolation("card.unfinished_for_other")
                flip = issue.finish()
            elif image.note == NOTE_SPOILED:
                raise DeviceRefused("card.spoiled")
            else:
                raise RuleViolation("card.not_blank")
        return self._flip_and_prove(flip, replace(image, identity=identity), first)

    def _prepare_flip(self, area: PurchaseArea, image: CardImage, purchase: CardPurchase) -> Command:
        """Write and verify the non-current copy; return the command that makes it current."""
        if image.identity is None:
            raise RuleViolation("card.changed")
        application, profile = self._application, self._profile
        encoded = layout.encode_purchase(purchase, image.generation + 1)
        factor = factor_of(image.identity)
        target, selector = (profile.copy_b, SELECT_B) if area.current_is_a else (profile.copy_a, SELECT_A)
        application.prove_keys(factor)
        application.authenticate("external_auth", profile.external_auth_key, factor)
        if area.torn_selector:
            application.update(profile.control_file, bytes([area.selector]), factor)
        application.update(target, encoded, factor)
        return application.prepare_update("line_protection", profile.control_file, 0, bytes([selector]), factor)

    def _flip_and_prove(self, flip: Command, before: CardImage, purchase: CardPurchase) -> CardImage:
        """Send the one byte that counts; whatever the answer, the card itself says what it holds."""
        return commit_and_prove(lambda: self._channel.run(flip), lambda: self._image()[0], before, purchase)

    def _image(self) -> tuple[CardImage, RawFiles]:
        """Read everything and decide what lies there."""
        application = self._application
        if not application.select_master_file():
            return self._nothing(CardKind.FOREIGN, "foreign.no_master_file"), RawFiles()
        if not application.select_application():
            if self._has_other_application():
                return self._nothing(CardKind.FOREIGN, "foreign.other_application"), RawFiles()
            return self._nothing(CardKind.BLANK, ""), RawFiles()
        files = application.read_files()
        image = replace(self._nothing(CardKind.UNREADABLE, NOTE_SPOILED), digest=files.digest())
        if files.is_doubtful or (not files.control and layout.decode_identity(files.identity) is not None):
            return replace(image, note=NOTE_DAMAGED), files
        if files.stage == layout.STAGE_FINISHED:
            return _finished_image(image, files), files
        if files.stage in layout.STAGES_BEFORE_KEY_CHANGE:
            image = replace(image, kind=CardKind.BLANK, note=NOTE_INTERRUPTED)
        return image, files

    def _has_other_application(self) -> bool:
        commands = [fm.select_name(name) for name in _FOREIGN_NAMES]
        commands += [fm.select_id(file_id) for file_id in _FOREIGN_FILES]
        return any(self._application.select(command) for command in commands)

    def _nothing(self, kind: CardKind, note: str) -> CardImage:
        atr = self._channel.atr
        return CardImage(kind, FMCOS, atr.hex().upper(), chip_uid(atr), note=note)


def _finished_image(image: CardImage, files: RawFiles) -> CardImage:
    """A card whose keys are ours: user card, tool card, unfinished or damaged."""
    known = layout.decode_identity(files.identity)
    if known is None:
        return replace(image, note=NOTE_DAMAGED)
    identity, kind, note = known
    if kind is CardKind.TOOL:
        return replace(image, kind=kind, identity=identity, note=note)
    area = files.area
    if area.current is None:
        unfinished = files.control[0] == layout.SELECT_NONE
        return replace(image, identity=identity, note=NOTE_UNFINISHED if unfinished else NOTE_DAMAGED)
    return replace(
        image,
        kind=CardKind.USER,
        identity=identity,
        purchase=area.current.purchase,
        feedback=layout.decode_feedback(files.feedback).feedback,
        generation=area.current.generation,
        torn_copy=area.torn_copy,
        note="",
    )
