"""How the code of a memory card is derived: the built-in way, and makers' ways that an installed package brings.

A maker's way is a small class behind an entry point of the group `changshou.card_codes`, named in the rules of a
profile. It gets the key authority and never a key. It must not know chips, readers or when a code may be presented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from pos.domain.card import CardIdentity
from pos.domain.errors import DeviceRefused
from pos.ports.keys import KeyAuthority

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

GROUP: Final = "changshou.card_codes"
BUILT_IN: Final = "cryptogram"
PURPOSE: Final = "memory_code"
_FACTORY = 0xFF


class CodeDerivation(Protocol):
    """One way. Made without arguments."""

    def code(self, keys: KeyAuthority, identity: CardIdentity, factor: bytes, length: int) -> bytes:
        """The code of one card, `length` bytes; the same whenever it is asked. Raises what the authority raises."""


class Cryptogram:
    """Cut from a cryptogram of the card's own key, as docs/card-memory-profile.md says."""

    def code(self, keys: KeyAuthority, identity: CardIdentity, factor: bytes, length: int) -> bytes:
        """See `CodeDerivation.code`."""
        return keys.card_code(PURPOSE, factor, length)


def known_ways() -> tuple[str, ...]:
    """Names that a profile may use: the built-in way first."""
    return (BUILT_IN, *sorted(installed().names - {BUILT_IN}))


def installed() -> EntryPoints:
    """Ways of makers whose packages are installed."""
    from importlib.metadata import entry_points  # only a profile that names a maker's way pays for the search

    return entry_points(group=GROUP)


def way(name: str) -> CodeDerivation:
    """The way of this name. Raises: DeviceRefused `profiles.invalid` where its package cannot be used."""
    if name == BUILT_IN:
        return Cryptogram()
    for entry in installed():
        if entry.name == name:
            try:
                made: CodeDerivation = entry.load()()
            except (ImportError, AttributeError, TypeError) as unusable:
                raise DeviceRefused("profiles.invalid", found=f"{GROUP} {name}: {unusable}") from unusable
            return made
    raise DeviceRefused("profiles.invalid", found=f"{GROUP} {name}")


def checked(code: bytes, length: int, name: str) -> bytes:
    """A code as long as the chip's and not the one that blank cards have. Raises: DeviceRefused `profiles.invalid`."""
    if len(code) != length or set(code) == {_FACTORY}:
        raise DeviceRefused("profiles.invalid", found=f"{GROUP} {name}")
    return code
