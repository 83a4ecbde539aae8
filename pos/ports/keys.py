"""Card keys behind one port: it returns cryptograms, never keys (design 4.7, cards A1.11); `sector_key` alone must."""

from __future__ import annotations

from typing import Protocol


class KeyAuthority(Protocol):
    """PSAM, head-office service or the encrypted software keystore.

    `purpose` names a key of the card profile (`external_auth`, `internal_auth`, `line_protection`, `issue_transport`,
    `issuer_master`, `meter_auth`, `meter_line`; of storage cards `sector_transport`, `sector_read`, `sector_issue`,
    `sector_write`, `sector_meter`; of memory cards `memory_code`, `memory_mark`, `memory_transport`); `factor` is the
    8-byte diversification factor that the card's profile names: the last 8 bytes of a CPU card's application serial
    number, the chip number of a storage card, area, card and issue number of a memory card.
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

    def sector_key(self, purpose: str, factor: bytes) -> bytes:
        """The 6-byte key of a storage card's sectors, diversified for this card.

        With `card_code` the only method that answers a secret: such a card computes nothing that we could ask for, the
        key itself has to travel into the reader. The caller hands it to the reader and keeps, logs and shows it
        nowhere; because it is diversified, a key that was overheard opens this one card. Refused for every other
        purpose.
        """

    def card_code(self, purpose: str, factor: bytes, length: int) -> bytes:
        """The code (PSC) of one memory card; never the factory's value unless `purpose` is `memory_transport`.

        Such a card compares a code that travels to it in the clear, so it is a secret on the wire anyway. It opens this
        one card; the master it comes from stays inside. The caller hands it to the reader and keeps it nowhere.
        Refused for every other purpose.
        """
