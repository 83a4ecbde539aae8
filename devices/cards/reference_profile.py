"""The documented reference profile of our CPU card: where every byte lies and when a card counts as written.

The records and their places are in profiles/reference-fmcos.toml. The rule carried out here is the A/B rule: two copies
of the purchase, each with its own generation and checksum, and one selector byte written last. Torn at any byte, the
card is plainly before or after. The page for meter makers is docs/card-reference-profile.md. It must not know APDUs,
keys or readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from devices.cards.card_profile import CardProfile, built_in
from devices.cards.card_records import CardRecords, FeedbackState, factor_of
from devices.cards.profile_kinds import WALLET_PLACES
from devices.cards.two_copies import NOTHING_SOLD, PurchaseArea, decide_by_selector
from pos.domain.card import CardIdentity

RECORDS: Final = CardRecords(built_in("reference-fmcos"))
encode_identity = RECORDS.encode_identity
decode_identity = RECORDS.decode_identity
encode_purchase = RECORDS.encode_purchase
decode_purchase = RECORDS.decode_purchase
encode_feedback = RECORDS.encode_feedback
PURCHASE_LENGTH: Final = RECORDS.purchase.length
FEEDBACK_SLOT: Final = RECORDS.feedback.length
IDENTITY_LENGTH: Final = RECORDS.identity.length
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


@dataclass(frozen=True, slots=True)
class ReferenceProfile:
    """Names and numbers of one card profile, as its file places them.

    Attributes:
        name: application name the card is selected by (F0 = proprietary, unregistered).
        df_file_id: two-byte identifier of the application directory.
        public_file, identity_file, copy_a, copy_b, control_file, feedback_file: short file identifiers.
        external_auth_key, meter_auth_key, internal_auth_key, line_key, meter_line_key: key identifiers on the card.
        wallet: where the credit lies in a wallet; None where the selector says which copy counts.
    """

    name: bytes
    df_file_id: int
    public_file: int
    identity_file: int
    copy_a: int
    copy_b: int
    control_file: int
    feedback_file: int
    external_auth_key: int
    meter_auth_key: int
    internal_auth_key: int
    line_key: int
    meter_line_key: int
    wallet: WalletPlaces | None = None

    @classmethod
    def of(cls, profile: CardProfile) -> ReferenceProfile:
        """The places of a profile for CPU cards."""
        at = profile.places
        return cls(
            name=profile.application,
            df_file_id=at["directory"],
            public_file=at["public"],
            identity_file=at["identity"],
            copy_a=at["copy_a"],
            copy_b=at["copy_b"],
            control_file=at["control"],
            feedback_file=at["feedback"],
            external_auth_key=at["external_auth_key"],
            meter_auth_key=at["meter_auth_key"],
            internal_auth_key=at["internal_auth_key"],
            line_key=at["line_key"],
            meter_line_key=at["meter_line_key"],
            wallet=WalletPlaces(**{place: at[place] for place in WALLET_PLACES}) if "wallet" in at else None,
        )


REFERENCE: Final = ReferenceProfile.of(RECORDS.profile)


def encode_public(identity: CardIdentity, issued_on: date, valid_until: date) -> bytes:
    """File 0015: issuer 8, application type, version, application serial number 10, two BCD dates, two free bytes."""
    factor = factor_of(identity)
    issuer = b"CHSHOU" + factor[:2]
    dates = bytes.fromhex(issued_on.strftime("%Y%m%d") + valid_until.strftime("%Y%m%d"))
    return issuer + bytes([0x01, _LAYOUT]) + bytes(2) + factor + dates + bytes(2)


def decide_area(copy_a: bytes, copy_b: bytes, selector: int) -> PurchaseArea:
    """Apply the A/B rule; meters apply the same one.

    A selector never written means that no purchase is on the card yet; where it stands at 00 beside a copy that is not
    the first, it was torn on its way over the erased state of its cell.
    """
    first, second = decode_purchase(copy_a), decode_purchase(copy_b)
    sold_before = any(copy is not None and copy.generation > 1 for copy in (first, second))
    if selector == SELECT_NONE and not sold_before:
        return NOTHING_SOLD
    return decide_by_selector((first, second), (copy_a, copy_b), selector, is_newer=RECORDS.is_newer_purchase)


def decode_feedback(stored: bytes) -> FeedbackState:
    """The newest whole slot of the feedback file."""
    return RECORDS.newest_feedback(stored[:FEEDBACK_SLOT], stored[FEEDBACK_SLOT:])
