"""Our application on a CPU card, file by file and key by key: the steps that reading, selling and issuing share.

Carries out two rules: a key with a try counter is presented once and never again by program, and a challenge is
fetched directly before the command it protects. It must not know purchases' meaning, readers or books.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import Enum, auto
from hmac import compare_digest

from devices.cards import fmcos_commands as fm
from devices.cards import reference_profile as layout
from devices.cards.apdu import ApduChannel, Command
from devices.cards.fmcos_wallet import FmcosWallet
from devices.cards.reference_profile import REFERENCE, CpuLayout
from devices.cards.status_words import StatusWord
from devices.cards.two_copies import PurchaseArea
from devices.cards.wallet_profile import WALLET, WalletReading
from pos.domain.errors import DeviceProtocolError, DeviceRefused
from pos.ports.keys import KeyAuthority

_ABSENT = frozenset({StatusWord.FILE_NOT_FOUND, StatusWord.RECORD_NOT_FOUND, StatusWord.NOT_SUPPORTED})
_DAMAGED = frozenset({StatusWord.DATA_DOUBTFUL, StatusWord.CHECKSUM_BAD, StatusWord.MEMORY_FAILURE})


class Found(Enum):
    """What a card holds where our application would be."""

    OURS = auto()
    OTHER = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class RawFiles:
    """The files of the application as read; a file that is absent or doubted by the card itself is empty.

    Attributes:
        is_doubtful: the card itself doubts a file that has no second copy.
        wallet: what the wallet says, None on a card without one or one that is not finished.
    """

    public: bytes = b""
    identity: bytes = b""
    control: bytes = b""
    copy_a: bytes = b""
    copy_b: bytes = b""
    feedback: bytes = b""
    is_doubtful: bool = False
    wallet: WalletReading | None = None

    @property
    def is_empty(self) -> bool:
        """The directory is there and nothing in it: as a maker delivers a card for a profile."""
        return not any((self.public, self.identity, self.control, self.copy_a, self.copy_b, self.feedback))

    @property
    def stage(self) -> int:
        """Stage of personalisation; BUILDING where the control file is not there yet."""
        return self.control[1] if self.control else layout.STAGE_BUILDING

    def digest(self) -> str:
        """SHA-256 over all files, each preceded by its length."""
        digest = hashlib.sha256()
        for stored in (self.public, self.identity, self.control, self.copy_a, self.copy_b, self.feedback):
            digest.update(len(stored).to_bytes(2, "big") + stored)
        if self.wallet is not None:
            digest.update(self.wallet.packed())
        return digest.hexdigest()


class FmcosApplication:
    """Steps on one connected card. Raises what `ApduChannel.run` raises unless a method says more.

    Attributes: channel; keys; profile (of the application that `find` met; before, and on a card without any, the one
        that blank cards are issued by).
    """

    def __init__(
        self, channel: ApduChannel, keys: KeyAuthority, layouts: tuple[CpuLayout, ...] = (REFERENCE, WALLET)
    ) -> None:
        """`layouts`: those this hall knows; one at least has no wallet, and the first of those issues blank cards."""
        self.channel = channel
        self.keys = keys
        self._layouts = layouts
        self.profile = self._for_blanks
        self._challenges: set[bytes] = set()

    @property
    def _for_blanks(self) -> CpuLayout:
        return next((layout for layout in self._layouts if layout.wallet is None), self._layouts[0])

    @property
    def wallet(self) -> FmcosWallet | None:
        """The card's wallet, None where its profile has none."""
        places = self.profile.wallet
        return None if places is None else FmcosWallet(self.channel, self.keys, places)

    def select(self, command: Command) -> bool:
        """True if selected, False if it does not exist on this card."""
        _answer, status = self.channel.exchange(command)
        if status == StatusWord.DONE:
            return True
        if status in _ABSENT:
            return False
        raise DeviceProtocolError("card.select_failed", sw=f"{status:04X}")

    def select_master_file(self) -> bool:
        """Back to the root; every security state on the card is gone afterwards."""
        return self.select(fm.select_id(fm.MASTER_FILE))

    def enter_master_file(self) -> bool:
        """Back to the root, by the card's own word: it names what it selected, so an empty *done* is not believed."""
        answer, status = self.channel.exchange(fm.select_id(fm.MASTER_FILE))
        return status == StatusWord.DONE and answer[:1] == fm.FILE_CONTROL

    def area(self, files: RawFiles) -> PurchaseArea:
        """The purchase area by the A/B rule, or by the wallet's counter."""
        selector = files.control[0] if files.control else layout.SELECT_NONE
        counter = None if files.wallet is None else files.wallet.counter
        return self.profile.decide_area(files.copy_a, files.copy_b, selector, counter)

    def find(self) -> Found:
        """Select our application, whichever profile it has; a card that was just reset or is in its master file.

        The first profile of each directory is asked for by name. Then the directories themselves are looked at: they
        tell their own names, which finds the others and keeps somebody else's from being taken for an empty place.

        Raises: DeviceProtocolError `card.select_failed`.
        """
        directories: dict[int, list[CpuLayout]] = {}
        for known in self._layouts:
            directories.setdefault(known.df_file_id, []).append(known)
        for first, *_others in directories.values():
            self.profile = first
            if self.select_application():
                return Found.OURS
        self.profile = self._for_blanks
        for file_id, layouts in directories.items():
            answer, status = self.channel.exchange(fm.select_id(file_id))
            if status in _ABSENT:
                continue
            if status != StatusWord.DONE:
                raise DeviceProtocolError("card.select_failed", sw=f"{status:04X}")
            named = next((each for each in layouts if each.name in answer), None)
            if named is None:
                return Found.OTHER
            self.profile = named
            return Found.OURS
        return Found.NOTHING

    def select_application(self) -> bool:
        """Our directory by its name. Raises DeviceProtocolError if the card selected something else."""
        answer, status = self.channel.exchange(fm.select_name(self.profile.name))
        if status in _ABSENT:
            return False
        if status != StatusWord.DONE or self.profile.name not in answer:
            raise DeviceProtocolError("card.select_failed", sw=f"{status:04X}")
        return True

    def read_files(self) -> RawFiles:
        """All files of the selected application and its wallet, none of which needs a key."""
        profile, wallet = self.profile, self.wallet
        public, public_ok = self._file(profile.public_file, layout.PUBLIC_LENGTH)
        identity, identity_ok = self._file(profile.identity_file, profile.records.identity.length)
        control, control_ok = self._file(profile.control_file, layout.CONTROL_LENGTH)
        is_finished = len(control) > 1 and control[1] == layout.STAGE_FINISHED
        return RawFiles(
            public=public,
            identity=identity,
            control=control,
            copy_a=self._file(profile.copy_a, profile.records.purchase.length)[0],
            copy_b=self._file(profile.copy_b, profile.records.purchase.length)[0],
            feedback=self._file(profile.feedback_file, 2 * profile.feedback_slot)[0],
            is_doubtful=not (public_ok and identity_ok and control_ok),
            wallet=wallet.read() if wallet is not None and is_finished else None,
        )

    def _file(self, short_id: int, length: int) -> tuple[bytes, bool]:
        """Bytes (empty if absent or doubted) and whether the card stands by them."""
        stored, status = self.channel.exchange(fm.read_binary(short_id, 0, length))
        if status in _ABSENT or status in _DAMAGED:
            return b"", status in _ABSENT
        if status != StatusWord.DONE or len(stored) != length:
            raise DeviceProtocolError("card.unreadable_file", sw=f"{status:04X}", file=f"{short_id:02X}")
        return stored, True

    def prove_keys(self, factor: bytes) -> None:
        """Let the card prove that it holds our keys before a key with a try counter is presented.

        Raises: DeviceRefused `card.keys_do_not_match`; no try was used.
        """
        question = secrets.token_bytes(8)
        answer = self.channel.run(fm.internal_authenticate(self.profile.internal_auth_key, question))
        if not compare_digest(answer, self.keys.authenticate("internal_auth", factor, question)):
            raise DeviceRefused("card.keys_do_not_match")

    def authenticate(self, purpose: str, key_id: int, factor: bytes) -> None:
        """One EXTERNAL AUTHENTICATE, never repeated: a refusal costs a try and is the caller's end."""
        challenge = self._fresh_challenge(8)
        self.channel.run(fm.external_authenticate(key_id, self.keys.authenticate(purpose, factor, challenge)))

    def _fresh_challenge(self, length: int) -> bytes:
        """A reader that repeats an answer gives one that the card has forgotten; a cryptogram over it costs a try.

        Raises: DeviceProtocolError `card.old_answer`; nothing was presented.
        """
        challenge = self.channel.run(fm.get_challenge(length))
        if challenge in self._challenges:
            raise DeviceProtocolError("card.old_answer")
        self._challenges.add(challenge)
        return challenge

    def prepare_update(self, purpose: str, short_id: int, offset: int, stored: bytes, factor: bytes) -> Command:
        """Fetch a challenge and build the MACed UPDATE BINARY; it must be the very next command sent."""
        header = fm.update_header(short_id, offset)
        challenge = self._fresh_challenge(4)
        field = self.keys.protect(purpose, factor, challenge, header, stored, encrypt=False)
        return fm.protected("UPDATE BINARY", header, field)

    def update(self, short_id: int, stored: bytes, factor: bytes, *, offset: int = 0) -> None:
        """Write under the counter's line protection and verify. Raises DeviceProtocolError `card.copy_differs`."""
        self.channel.run(self.prepare_update("line_protection", short_id, offset, stored, factor))
        if self.channel.run(fm.read_binary(short_id, offset, len(stored))) != stored:
            raise DeviceProtocolError("card.copy_differs", file=f"{short_id:02X}")

    def write_key(self, first: int, key_id: int, key_header: bytes, target: str, factor: bytes) -> None:
        """Add (`first` = 01) or change (`first` = key type) a key, encrypted under the transport key."""
        header = fm.write_key_header(first, key_id)
        challenge = self._fresh_challenge(4)
        field = self.keys.wrap_key("issue_transport", factor, target, key_header, challenge, header)
        self.channel.run(fm.protected("WRITE KEY", header, field))
