"""Encryption of what identifies a person beyond doubt (design, Money rules 14): the port the composition root fills."""

from __future__ import annotations

from typing import Protocol


class PersonalCipher(Protocol):
    """Holds the data key; the key is never in the database.

    Raises (decrypt): StoreDamaged `personal.damaged` for another key, another account, or changed bytes.
    """

    def encrypt(self, account_no: str, text: str) -> bytes:
        """Ciphertext bound to the account: it cannot be moved to another one."""

    def decrypt(self, account_no: str, sealed: bytes) -> str:
        """The text again."""
