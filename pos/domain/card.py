"""What a counter knows of a prepaid card, whatever its maker: identity, purchase area, the meter's return area.

Source: cards reference B1-B3, B6. Volumes are litres (1 m3 = 1000 l). No keys, no APDUs here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NOTE_UNFINISHED = "card.unfinished"  # keys are ours, no purchase area yet; issuing can be finished
NOTE_INTERRUPTED = "blank.interrupted"  # issuing stopped early; the transport key still opens the card
NOTE_DAMAGED = "card.damaged"
NOTE_CODE_SPENT = "card.code_spent"  # a memory card short of a try, or whose counter nobody can tell: never written
NOTE_SPOILED = "card.spoiled"  # stopped while the master key changed; nobody may guess which key it is


class CardKind(StrEnum):
    """What lies in the reader (B1). Only BLANK and USER are of use to a counter; the rest is refused by name."""

    BLANK = "blank"  # development card, never personalised
    USER = "user"  # 用户卡
    TOOL = "tool"  # 工具卡: check, clear, set, price ... never sold to
    FOREIGN = "foreign"  # recognised as a card, not ours
    UNREADABLE = "unreadable"  # torn beyond the A/B rule, or keys/locks refuse


@dataclass(frozen=True, slots=True)
class CardIdentity:
    """Who the card belongs to.

    Attributes:
        card_no: ten decimal digits, printed on the card.
        area_code: four decimal digits, the company's code.
        account_no: the account the card was issued to, up to 12 decimal digits.
        meter_no: the meter it is bound to, up to 12 ASCII characters.
        issue_no: 0 for the first card, counts replacements.
    """

    card_no: str
    area_code: str
    account_no: str
    meter_no: str
    issue_no: int = 0


@dataclass(frozen=True, slots=True)
class CardPurchase:
    """What the counter writes for the meter: absolute values, no arithmetic on the card.

    Attributes:
        sequence: purchase count, 0 = nothing bought yet (B3).
        volume_l: litres of this purchase.
        cumulative_l: litres bought since the card's account was opened, this purchase included.
        price_e4: yuan x 10^4 per m3 of the last line, for the meter's display.
        sold_at_utc_ms: when the money was booked.
    """

    sequence: int
    volume_l: int
    cumulative_l: int
    price_e4: int = 0
    sold_at_utc_ms: int = 0


@dataclass(frozen=True, slots=True)
class MeterFeedback:
    """What the meter wrote back at its last contact with the card (B2, return area).

    Attributes:
        taken_sequence: last purchase the meter accepted; equal to the card's sequence = consumed.
        remaining_l: litres left in the meter (may be negative: overdraft).
        used_l: litres used since installation.
        battery_pct: 0-100.
        status: bit field, 0 = normal (bit 0 valve fault, 1 magnet, 2 low battery, 3 cover).
        magnet_count, valve_faults: counters.
        read_on: ISO date of the contact, None if never.
    """

    taken_sequence: int
    remaining_l: int
    used_l: int
    battery_pct: int
    status: int
    magnet_count: int
    valve_faults: int
    read_on: str | None


@dataclass(frozen=True, slots=True)
class CardRoom:
    """What a card of a maker's profile can carry; no money is taken for more.

    Attributes: max_sequence; max_volume_l (of one purchase); max_cumulative_l; volume_unit_l, cumulative_unit_l
        (litres in one that its meter counts).
    """

    max_sequence: int
    max_volume_l: int
    max_cumulative_l: int
    volume_unit_l: int = 1
    cumulative_unit_l: int = 1


@dataclass(frozen=True, slots=True)
class CardImage:
    """One reading of a card: decoded fields plus a digest of the raw bytes.

    Attributes:
        kind: see `CardKind`.
        family: driver family, for example `fmcos`.
        atr_hex: answer to reset, upper-case hex.
        chip_uid: serial number of the chip where there is one, hex; identifies the piece of plastic.
        identity, purchase, feedback: None where the kind has none.
        generation: A/B generation of the purchase area; rises by one at every write.
        torn_copy: True if the non-current A/B copy is damaged (harmless, repaired by the next write).
        digest: SHA-256 hex over the raw files as read.
        note: for TOOL/FOREIGN/UNREADABLE a short stable reason, for example `tool.check_card`; for USER why it will not
            be written, else "".
        wallet_l: litres in the card's wallet, None where it has none; a meter that takes a purchase empties it.
        room: what a maker's card can carry, None where the house's own profiles say it.
    """

    kind: CardKind
    family: str
    atr_hex: str
    chip_uid: str
    identity: CardIdentity | None = None
    purchase: CardPurchase | None = None
    feedback: MeterFeedback | None = None
    generation: int = 0
    torn_copy: bool = False
    digest: str = ""
    note: str = ""
    wallet_l: int | None = None
    room: CardRoom | None = None

    @property
    def unconsumed_l(self) -> int:
        """Litres written but not yet taken by the meter; 0 if the meter took them or nothing was bought."""
        if self.purchase is None or self.purchase.sequence == 0:
            return 0
        taken = self.feedback.taken_sequence if self.feedback else 0
        return 0 if taken >= self.purchase.sequence else self.purchase.volume_l

    def holds(self, purchase: CardPurchase) -> bool:
        """True if the purchase area carries exactly this purchase (the proof that it was written, B5)."""
        return self.purchase == purchase
