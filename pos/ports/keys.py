"""Card keys behind one port: it returns cryptograms, never keys (design 4.7, cards A1.11)."""

from __future__ import annotations

from typing import Protocol


class KeyAuthority(Protocol):
    """PSAM, head-office service or the encrypted software keystore.

    `purpose` names a key of the card profile (`external_auth`, `internal_auth`, `line_protection`, `issue_transport`,
    `issuer_master`, `meter_auth`, `meter_line`); `factor` is the 8-byte diversification factor, the last 8 bytes of
    the card's application serial number.
    Raises (all): DeviceUnavailable `keys.locked` (keystore not unlocked), DeviceRefused `keys.unknown`.
    """

    @property
    def is_test_key(self) -> bool:
        """True if development keys are held: screen and paper must say 测试密钥."""

    def authenticate(self, purpose: str, factor: bytes, challenge: bytes) -> bytes:
        """Cryptogram for EXTERNAL AUTHENTICATE over the card's 8-byte challenge."""

    def protect(
        self, purpose: str, factor: bytes, challenge: bytes, header: bytes, data: bytes, *, encrypt: bool
    ) -> bytes:
        """Secure messaging: the (encrypted) data field and its 4-byte MAC. `header` = CLA INS P1 P2."""

    def wrap_key(
        self, purpose: str, factor: bytes, target: str, key_header: bytes, challenge: bytes, header: bytes
    ) -> bytes:
        """Data field of an encrypted WRITE KEY carrying the diversified key `target` under `purpose`."""
