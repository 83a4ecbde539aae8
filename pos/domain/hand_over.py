"""Hand-over: counted change of responsibility, signed by two different people over the same digest (domain P9).

What is handed over is a value; its digest is what both see, sign and find on paper. Open matters are handed over by
name: each has somebody who must answer for it, none of them blocks a close.
Must not know: storage, passwords.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.canonical import canonical, sha256_hex
from pos.domain.count import CountLine
from pos.domain.errors import RuleViolation

_STATE = re.compile(r"(.+) \(([a-z_]+)\)")


def state_apart(subject: str) -> tuple[str, str]:
    """The subject of an open matter without the state in brackets behind it, and that state, "" if there is none."""
    found = _STATE.fullmatch(subject)
    return (found[1], found[2]) if found else (subject, "")


class ReceiverKind(StrEnum):
    """Who takes over: the next cashier, the shift lead, or the safe (a sealed bag, accepted next morning)."""

    CASHIER = "cashier"
    LEAD = "lead"
    SAFE = "safe"


class MatterKind(StrEnum):
    """Unsettled things somebody must answer for."""

    CARD_WRITE = "card_write"  # the customer has paid, the card is not proven
    CHARGE_UNBOOKED = "charge_unbooked"  # 已刷卡未入账
    PRINT_UNCONFIRMED = "print_unconfirmed"
    SLIPS_DIFFER = "slips_differ"  # UnionPay slips counted are not those booked; open until finance's 收讫
    CARDS_DIFFER = "cards_differ"  # blank cards; in old books only: a lead signs for them, which settles it


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """One unsettled matter. matter_id: what to look up; subject: by account or slip, never a person's name."""

    kind: MatterKind
    matter_id: str
    subject: str
    amount_fen: int
    since_utc_ms: int

    def subject_and_state(self) -> tuple[str, str]:
        """In the books the state stands in brackets behind the subject; here it is a code, or empty."""
        return state_apart(self.subject)


@dataclass(frozen=True, slots=True)
class HandOverOffer:
    """What is handed over.

    Attributes:
        session_id, z_no, close_hash: the closed session and the hash of its closing record.
        receiver_kind, bag_no: to whom; the bag's number for the safe.
        float_lines, float_fen, blank_cards: the float kept and the cards.
        next_receipt_no: first number the successor will use.
        matters: open at this moment.
    """

    session_id: str
    z_no: int
    close_hash: str
    receiver_kind: ReceiverKind
    bag_no: str
    float_lines: tuple[CountLine, ...]
    float_fen: int
    blank_cards: int
    next_receipt_no: int
    matters: tuple[OpenMatter, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the whole offer in canonical form: what both people sign."""
        return content_digest(
            "hand_over",
            {
                "session": self.session_id,
                "z_no": self.z_no,
                "close_hash": self.close_hash,
                "receiver": self.receiver_kind.value,
                "bag_no": self.bag_no,
                "float": [[line.face_fen, line.coin, line.pieces] for line in self.float_lines],
                "blank_cards": self.blank_cards,
                "next_receipt_no": self.next_receipt_no,
                "matters": [[m.kind.value, m.matter_id, m.amount_fen] for m in self.matters],
            },
        )


def same_bag_no(typed: str, booked: str) -> bool:
    """True if both name the same bag: fb001 is FB001, in whatever width it was typed."""
    return _folded(typed) == _folded(booked)


def _folded(bag_no: str) -> str:
    return "".join(unicodedata.normalize("NFKC", bag_no).casefold().split())


def content_digest(kind: str, content: object) -> str:
    """Digest of something a person signs; the kind keeps one paper from passing for another."""
    return sha256_hex(canonical({"kind": kind, "content": content}))


def difference_digest(session_id: str, reason: str, over_short_fen: Sequence[int]) -> str:
    """What the lead signs when she decides a difference: the session, the words, the sums per tender."""
    return content_digest("over_short", {"session": session_id, "reason": reason, "sums": list(over_short_fen)})


def drop_digest(session_id: str, kind: str, lines: Sequence[CountLine]) -> str:
    """What the second person signs when cash leaves or enters a running drawer."""
    return content_digest(kind, {"session": session_id, "lines": _pieces(lines)})


def float_return_digest(till_id: str, lines: Sequence[CountLine]) -> str:
    """What the witness signs when a till's change money goes back into the safe."""
    return content_digest("float_return", {"till": till_id, "lines": _pieces(lines)})


def safe_digest(lines: Sequence[CountLine]) -> str:
    """What the witness signs when the cash found in the safe begins the books."""
    return content_digest("safe_start", {"lines": _pieces(lines)})


def _pieces(lines: Sequence[CountLine]) -> list[list[int]]:
    return [[line.face_fen, line.coin, line.pieces] for line in lines]


def require_two_people(giver: str, receiver: str, *, one_person_hall: bool) -> bool:
    """True if the same person acts twice, which only a hall of one may.

    Raises: RuleViolation `hand_over.same_person`.
    """
    if giver == receiver and not one_person_hall:
        raise RuleViolation("hand_over.same_person")
    return giver == receiver
