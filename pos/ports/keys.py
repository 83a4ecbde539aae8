"""Card keys behind one port: it returns cryptograms, never keys (design 4.7, cards A1.11); `sector_key` alone must."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


class WalletKind(IntEnum):
    """Transaction types of PBOC wallets: ED = 电子存折, EP = 电子钱包."""

    LOAD = 0x01
    EP_LOAD = 0x02
    UNLOAD = 0x03
    PURCHASE = 0x05
    EP_PURCHASE = 0x06

    @property
    def is_purchase(self) -> bool:
        """A terminal without the load key takes from the wallet; it counts in the offline counter."""
        return self in (WalletKind.PURCHASE, WalletKind.EP_PURCHASE)

    @property
    def is_load(self) -> bool:
        """The balance rises."""
        return self in (WalletKind.LOAD, WalletKind.EP_LOAD)


@dataclass(frozen=True, slots=True)
class WalletMove:
    """One transaction of a card's wallet, as the card announced it and the terminal means it.

    Attributes:
        kind: of transaction; amount: in the wallet's smallest unit.
        terminal: its number, 6 bytes; terminal_sn: of a purchase, the terminal's own count, 4 bytes.
        balance, counter: before it, as the card says; challenge: the card's 4-byte random number.
        moment: date and time, BCD, 7 bytes.
    """

    kind: WalletKind
    amount: int
    terminal: bytes
    balance: int
    counter: int
    challenge: bytes
    moment: bytes = b""
    terminal_sn: bytes = b""

    @property
    def balance_after(self) -> int:
        """What the wallet holds once it is carried out."""
        return self.balance + (self.amount if self.kind.is_load else -self.amount)


class KeyAuthority(Protocol):
    """PSAM, head-office service or the encrypted software keystore.

    `purpose` names a key of the card profile (`external_auth`, `internal_auth`, `line_protection`, `issue_transport`,
    `issuer_master`, `meter_auth`, `meter_line`; of storage cards `sector_transport`, `sector_read`, `sector_issue`,
    `sector_write`, `sector_meter`; of memory cards `memory_code`, `memory_mark`, `memory_transport`; of
    wallets `wallet_load`, `wallet_unload`, `wallet_purchase`); `factor` is the
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

    def wallet_mac(self, factor: bytes, move: WalletMove, card_mac: bytes) -> bytes:
        """The four bytes by which a wallet lets itself be moved: MAC2 of a load or an unload, MAC1 of a purchase.

        `card_mac`: MAC1 of the card, empty for a purchase; nothing is answered to a card that does not know the key.
        Raises besides: DeviceRefused `card.keys_do_not_match`.
        """

    def wallet_proof_holds(self, factor: bytes, move: WalletMove, proof: bytes) -> bool:
        """Whether these four bytes (TAC, of an unload MAC3) are the card's own word that it carried out just this."""
