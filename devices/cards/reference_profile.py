"""The layout of a CPU card by a profile: where every byte lies and when a card counts as written.

The records and their places are in a profile file. The rule carried out here is the A/B rule: two copies of the
purchase, each with its own generation and checksum, and one selector byte written last, or a wallet whose counter names
the copy. Torn at any byte, the card is plainly before or after. The page for meter makers is
docs/card-reference-profile.md. It must not know APDUs, keys or readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from devices.cards.card_profile import CardProfile, built_in
from devices.cards.card_records import CardRecords, FeedbackState, factor_of
from devices.cards.profile_kinds import WALLET_PLACES
from devices.cards.two_copies import NOTHING_SOLD, PurchaseArea, decide_by_counter, decide_by_selector
from pos.domain.card import CardIdentity

PUBLIC_LENGTH: Final = 30
CONTROL_LENGTH: Final = 2
FACTOR_LENGTH: Final = 8

SELECT_NONE: Final = 0x00

# Stages of personalisation, second byte of the control file. The values are chosen so that a byte torn on the way
# from BUILDING to KEY_CHANGING to FINISHED never reads as an earlier or a later stage; FF is memory never written.
STAGE_BUILDING: Final = 0x00
STAGE_KEY_CHANGING: Final = 0x0F
STAGE_FINISHED: Final = 0x3F
STAGES_BEFORE_KEY_CHANGE: Final = frozenset({STAGE_BUILDING, 0xFF})

_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class WalletPlaces:
    """Where a card's wallet lies. Attributes: wallet, log (file identifiers); load_key, unload_key, purchase_key."""

    wallet: int
    log: int
    load_key: int
    unload_key: int
    purchase_key: int


class CpuLayout:
    """One profile's layout: names and numbers, and what the copies say together.

    Attributes:
        records: of the profile.
        name: application name the card is selected by.
        df_file_id: two-byte identifier of the application directory.
        public_file, identity_file, copy_a, copy_b, control_file, feedback_file: short file identifiers.
        external_auth_key, meter_auth_key, internal_auth_key, line_key, meter_line_key: key identifiers on the card.
        wallet: where the credit lies in a wallet; None where the selector says which copy counts.
    """

    def __init__(self, profile: CardProfile) -> None:
        self.records = CardRecords(profile)
        at = profile.places
        self.name, self.df_file_id = profile.application, at["directory"]
        self.public_file, self.identity_file, self.control_file = at["public"], at["identity"], at["control"]
        self.copy_a, self.copy_b, self.feedback_file = at["copy_a"], at["copy_b"], at["feedback"]
        self.external_auth_key, self.meter_auth_key = at["external_auth_key"], at["meter_auth_key"]
        self.internal_auth_key = at["internal_auth_key"]
        self.line_key, self.meter_line_key = at["line_key"], at["meter_line_key"]
        self.wallet = WalletPlaces(**{place: at[place] for place in WALLET_PLACES}) if "wallet" in at else None

    @property
    def feedback_slot(self) -> int:
        """Bytes of one report; the file has room for two."""
        return self.records.feedback.length

    def decode_feedback(self, stored: bytes) -> FeedbackState:
        """The newest whole slot of the feedback file."""
        return self.records.newest_feedback(stored[: self.feedback_slot], stored[self.feedback_slot :])

    def decide_area(self, copy_a: bytes, copy_b: bytes, selector: int, counter: int | None = None) -> PurchaseArea:
        """Apply the rule; meters apply the same one. `counter`: loads and unloads of the wallet, None without one.

        A selector never written means that no purchase is on the card yet; where it stands at 00 beside a copy that is
        not the first, it was torn on its way over the erased state of its cell. Beside a wallet it is written once, as
        the last byte of issuing; whatever it was torn to, it is not *none*.
        """
        stored = copy_a, copy_b
        copies = self.records.decode_purchase(copy_a), self.records.decode_purchase(copy_b)
        if counter is not None:
            return NOTHING_SOLD if selector == SELECT_NONE else decide_by_counter(copies, stored, counter)
        sold_before = any(copy is not None and copy.generation > 1 for copy in copies)
        if selector == SELECT_NONE and not sold_before:
            return NOTHING_SOLD
        return decide_by_selector(copies, stored, selector, is_newer=self.records.is_newer_purchase)


REFERENCE: Final = CpuLayout(built_in("reference-fmcos"))
encode_identity = REFERENCE.records.encode_identity


def encode_public(identity: CardIdentity, issued_on: date, valid_until: date) -> bytes:
    """File 0015: issuer 8, application type, version, application serial number 10, two BCD dates, two free bytes."""
    factor = factor_of(identity)
    issuer = b"CHSHOU" + factor[:2]
    dates = bytes.fromhex(issued_on.strftime("%Y%m%d") + valid_until.strftime("%Y%m%d"))
    return issuer + bytes([0x01, _LAYOUT]) + bytes(2) + factor + dates + bytes(2)
