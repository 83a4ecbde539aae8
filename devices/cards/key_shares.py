"""Card keys out of two people's shares: neither share says anything of a key.

Carries out the two-person key ceremony (trust 4.3): a key is the exclusive-or of two shares that two people typed. It
must not know files, screens or who the people are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from devices.cards.keystore import MEMORY_PURPOSES, PURPOSES, SECTOR_PURPOSES, UNDIVERSIFIED, WALLET_PURPOSES, KeySet
from pos.domain.errors import RuleViolation

SHARE_LENGTH: Final = 16
_MAKERS_KEY = b"\xff" * SHARE_LENGTH
FAMILIES: Final = {
    "cpu": PURPOSES,
    "mifare": SECTOR_PURPOSES,
    "memory": MEMORY_PURPOSES,
    "wallet": WALLET_PURPOSES,
}
"""What a hall may ask keys for. Every hall has CPU cards' keys: a key set without them is none."""


def purposes_of(families: tuple[str, ...]) -> tuple[str, ...]:
    """Which keys two people bring for these families, in the order in which they are asked.

    What makers put on every blank card is public and asked of nobody.
    """
    wanted = [purpose for family, own in FAMILIES.items() if family in {"cpu", *families} for purpose in own]
    return tuple(purpose for purpose in wanted if purpose not in UNDIVERSIFIED)


def share_from(text: str, purpose: str) -> bytes:
    """A share as typed: 32 hexadecimal digits, in groups as one likes. Raises: RuleViolation `keys.share_form`."""
    digits = "".join(text.replace("-", " ").split())
    try:
        share = bytes.fromhex(digits)
    except ValueError:
        share = b""
    if len(share) != SHARE_LENGTH:
        raise RuleViolation("keys.share_form", purpose=purpose, digits=len(digits))
    return share


def combine(first: Mapping[str, bytes], second: Mapping[str, bytes]) -> KeySet:
    """The keys of two people's shares, with the makers' public keys of blank cards.

    Raises: RuleViolation `keys.weak` (purpose): a key of zeros, of ones, or with two equal halves, which is what comes
        of one share typed twice and is no two-key cipher.
    """
    keys = {
        purpose: bytes(one ^ other for one, other in zip(share, second[purpose], strict=True))
        for purpose, share in first.items()
    }
    for purpose, key in keys.items():
        if _effective(key[:8]) == _effective(key[8:]):
            raise RuleViolation("keys.weak", purpose=purpose)
    return KeySet(is_test=False, keys=keys | dict.fromkeys(UNDIVERSIFIED, _MAKERS_KEY))


def _effective(half: bytes) -> bytes:
    """What the cipher takes of eight bytes; the lowest bit of each is parity."""
    return bytes(byte & 0xFE for byte in half)
