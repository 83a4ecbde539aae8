"""A command taken apart, and its answer, as the parts of the simulated CPU card pass them on."""

from __future__ import annotations

from typing import NamedTuple

_MACED = 0x04  # bit of the class byte that announces secure messaging


class Reply(NamedTuple):
    """Answer of the card. Attributes: status; content."""

    status: int
    content: bytes = b""


class Request(NamedTuple):
    """A command taken apart. Attributes: header; field; expected (Le, 0 = as much as there is); challenge."""

    header: bytes
    field: bytes
    expected: int
    challenge: bytes

    @property
    def protected(self) -> bool:
        """The class byte announces a MAC."""
        return self.header[0] & _MACED != 0
