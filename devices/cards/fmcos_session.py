"""What a counter does with one of our CPU cards: read it, write a purchase, issue a blank one.

Carries out the A/B rule of the reference profile and the rule that nothing is written to a card that is not the one
that was read. Reading presents no key. A purchase first lets the card prove that it carries the keys of our key
authority (no try is lost if not), then presents one counted key exactly once. This module never sees a key, never
repeats a command that was refused, and knows neither reader nor books.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from devices.cards import fmcos_commands as fm
from devices.cards import reference_profile as layout
from devices.cards.apdu import ApduChannel
from devices.cards.card_records import factor_of
from devices.cards.fmcos_application import FmcosApplication, Found, RawFiles
from devices.cards.fmcos_personalisation import Personalisation
from devices.cards.recognition import FMCOS, chip_uid
from devices.cards.reference_profile import REFERENCE, CpuLayout
from devices.cards.two_copies import SELECT_A, SELECT_B, PurchaseArea
from devices.cards.wallet_profile import WALLET, WalletReading, moment_of
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

# Applications of other companies on the same kind of chip. Their presence is learnt by selecting, without any key.
_FOREIGN_NAMES = (bytes.fromhex("A00000000386980701"), bytes.fromhex("A000000632010105"))
_FOREIGN_FILES = (0xDF01, 0xDF04)  # 3F01 without our name is somebody else's too


class FmcosCardSession:
    """`pos.ports.card.CardSession` for CPU cards, with a wallet or without; lives inside one exclusive transaction."""

    def __init__(
        self, channel: ApduChannel, keys: KeyAuthority, layouts: tuple[CpuLayout, ...] = (REFERENCE, WALLET)
    ) -> None:
        """`layouts`: those this hall knows; an issued card is told by its application's name."""
        self._channel = channel
        self._application = FmcosApplication(channel, keys, layouts)

    def read(self) -> CardImage:
        """See `CardSession.read`. Starts with a fresh SELECT, so every security state on the card is gone."""
        try:
            return self._image()[0]
        except OutcomeUnknown as lost:
            raise DeviceUnavailable("card.removed_while_reading", **lost.params) from lost

    def facts(self) -> CardFacts:
        """Its keys count tries and tell them only to whoever fails one, so nobody asks."""
        image = self.read()
        return CardFacts(self._application.profile.records.profile.name if image.identity is not None else "")

    def write_purchase(self, purchase: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.write_purchase`.

        Everything up to the selector byte can be lost without harm: the current copy is untouched, so such errors
        say *nothing written*. Only the selector itself can leave the outcome unknown, and then the card is asked.
        """
        with nothing_counts_yet():
            image, files = self._image()
            if image.kind is not CardKind.USER or image.identity is None or not same_card(image, before):
                raise RuleViolation("card.changed")
            commit = self._prepare(files, image, purchase)
        return self._commit_and_prove(commit, image, purchase)

    def personalise(self, identity: CardIdentity, first: CardPurchase, *, before: CardImage) -> CardImage:
        """See `CardSession.personalise`. Finishes an interrupted issue where that is certain, else refuses.

        Raises besides: RuleViolation `card.identity_invalid`, `card.purchase_out_of_range`,
        `card.unfinished_for_other` (an interrupted issue of another card number); DeviceRefused `card.spoiled`.
        """
        Personalisation(self._application, identity, first)  # whatever fits no blank is found without a command
        with nothing_counts_yet():
            image = self._image()[0]
            issue = Personalisation(self._application, identity, first)
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
        return self._commit_and_prove(partial(self._channel.run, flip), replace(image, identity=identity), first)

    def _prepare(self, files: RawFiles, image: CardImage, purchase: CardPurchase) -> Callable[[], object]:
        """Write and verify the non-current copy; return the step that makes it current."""
        if image.identity is None:
            raise RuleViolation("card.changed")
        application, profile, area = self._application, self._application.profile, self._application.area(files)
        encoded = profile.records.encode_purchase(purchase, image.generation + 1)
        factor = factor_of(image.identity)
        if application.wallet is not None and files.wallet is not None:
            target_l = wallet_target(image, files.wallet, purchase)
            prepare_copy(application, factor, area, encoded)
            move, mac = application.wallet.announce(factor, files.wallet, target_l, moment_of(purchase.sold_at_utc_ms))
            return partial(application.wallet.carry_out, factor, move, mac)
        prepare_copy(application, factor, area, encoded)
        selector = bytes([SELECT_B if area.current_is_a else SELECT_A])
        flip = application.prepare_update("line_protection", profile.control_file, 0, selector, factor)
        return partial(self._channel.run, flip)

    def _commit_and_prove(self, commit: Callable[[], object], before: CardImage, purchase: CardPurchase) -> CardImage:
        """Take the step that counts; whatever the answer, the card itself says what it holds."""
        return commit_and_prove(commit, lambda: self._image()[0], before, purchase)

    def _image(self) -> tuple[CardImage, RawFiles]:
        """Read everything and decide what lies there."""
        application = self._application
        if not application.select_master_file():
            return self._nothing(CardKind.FOREIGN, "foreign.no_master_file"), RawFiles()
        found = application.find()
        if found is not Found.OURS:
            if found is Found.OTHER or self._has_other_application():
                return self._nothing(CardKind.FOREIGN, "foreign.other_application"), RawFiles()
            return self._nothing(CardKind.BLANK, ""), RawFiles()
        files = application.read_files()
        image = replace(self._nothing(CardKind.UNREADABLE, NOTE_SPOILED), digest=files.digest())
        if files.is_doubtful or (
            not files.control and application.profile.records.decode_identity(files.identity) is not None
        ):
            return replace(image, note=NOTE_DAMAGED), files
        if files.stage == layout.STAGE_FINISHED:
            return _finished_image(image, files, application), files
        if files.stage in layout.STAGES_BEFORE_KEY_CHANGE:
            is_new = application.profile.wallet is not None and files.is_empty
            image = replace(image, kind=CardKind.BLANK, note="" if is_new else NOTE_INTERRUPTED)
        return image, files

    def _has_other_application(self) -> bool:
        commands = [fm.select_name(name) for name in _FOREIGN_NAMES]
        commands += [fm.select_id(file_id) for file_id in _FOREIGN_FILES]
        return any(self._application.select(command) for command in commands)

    def _nothing(self, kind: CardKind, note: str) -> CardImage:
        atr = self._channel.atr
        return CardImage(
            kind, FMCOS, atr.hex().upper(), chip_uid(atr), note=note, room=self._application.profile.records.room
        )


def _finished_image(image: CardImage, files: RawFiles, application: FmcosApplication) -> CardImage:
    """A card whose keys are ours: user card, tool card, unfinished or damaged."""
    profile = application.profile
    known = profile.records.decode_identity(files.identity)
    if known is None:
        return replace(image, note=NOTE_DAMAGED)
    identity, kind, note = known
    if kind is CardKind.TOOL:
        return replace(image, kind=kind, identity=identity, note=note)
    area = application.area(files)
    if area.current is None:
        unfinished = files.control[0] == layout.SELECT_NONE
        return replace(image, identity=identity, note=NOTE_UNFINISHED if unfinished else NOTE_DAMAGED)
    return replace(
        image,
        kind=CardKind.USER,
        identity=identity,
        purchase=area.current.purchase,
        feedback=profile.decode_feedback(files.feedback).feedback,
        generation=area.current.generation,
        torn_copy=area.torn_copy,
        note="",
        wallet_l=None if files.wallet is None else files.wallet.balance_l,
    )


def prepare_copy(application: FmcosApplication, factor: bytes, area: PurchaseArea, encoded: bytes) -> None:
    """Let card and counter prove themselves once, mend a torn selector, write the copy that is not current."""
    profile = application.profile
    application.prove_keys(factor)
    application.authenticate("external_auth", profile.external_auth_key, factor)
    if area.torn_selector:
        application.update(profile.control_file, bytes([area.selector]), factor)
    application.update(profile.copy_b if area.current_is_a else profile.copy_a, encoded, factor)


def wallet_target(image: CardImage, wallet: WalletReading, purchase: CardPurchase) -> int:
    """Litres that the wallet must hold with this purchase: all of it, or nothing where the meter has taken it before.

    Raises: DeviceRefused `card.write_not_started`: the wallet holds what is no whole purchase; RuleViolation
        `reversal.card_changed`: nothing is left to take back, a meter was quicker than its report.
    """
    if wallet.balance_l not in (0, image.unconsumed_l):
        raise DeviceRefused("card.write_not_started", reason="card.unconsumed")
    target_l = replace(image, purchase=purchase).unconsumed_l
    if target_l == wallet.balance_l:
        raise RuleViolation("reversal.card_changed", card_no="" if image.identity is None else image.identity.card_no)
    return target_l
