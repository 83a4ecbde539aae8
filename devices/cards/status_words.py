"""What a status word means at a counter: one table from the card's two bytes to a stable error code.

Source: ISO 7816-4 and the FMCOS manual's list. The library's own checker knows none of 93xx, 94xx, 6Cxx or 65xx.
This module must not know which command was sent: whether a refusal leaves money in doubt is the session's business.
"""

from __future__ import annotations

from enum import IntEnum

from pos.domain.errors import DeviceError, DeviceProtocolError, DeviceRefused


class StatusWord(IntEnum):
    """The words the program speaks of by name."""

    DONE = 0x9000
    DATA_DOUBTFUL = 0x6281
    CHECKSUM_BAD = 0x6283
    REFUSED_BY_READER = 0x6300
    UNCHANGED = 0x6400
    MEMORY_FAILURE = 0x6581
    WRONG_LENGTH = 0x6700
    LINE_PROTECTION_MISMATCH = 0x6900
    NOT_NOW = 0x6901
    WRONG_FILE_TYPE = 0x6981
    SECURITY_NOT_SATISFIED = 0x6982
    KEY_LOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    MAC_MISSING = 0x6987
    MAC_WRONG = 0x6988
    WRONG_DATA = 0x6A80
    NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    NO_ROOM = 0x6A84
    WRONG_P1P2 = 0x6A86
    KEY_NOT_FOUND = 0x6A88
    OFFSET_OUTSIDE = 0x6B00
    WRONG_INS = 0x6D00
    WRONG_CLA = 0x6E00
    FAILURE = 0x6F00
    PBOC_MAC_WRONG = 0x9302
    APPLICATION_DEAD = 0x9303
    BALANCE_TOO_SMALL = 0x9401
    COUNTER_EXHAUSTED = 0x9402
    KEY_INDEX_UNKNOWN = 0x9403
    NOT_EXECUTED = 0x9406


_CODES: dict[int, str] = {
    StatusWord.DATA_DOUBTFUL: "card.damaged",
    StatusWord.CHECKSUM_BAD: "card.damaged",
    StatusWord.REFUSED_BY_READER: "card.not_authenticated",  # a storage card's reader has one word for every refusal
    StatusWord.UNCHANGED: "card.damaged",
    StatusWord.MEMORY_FAILURE: "card.damaged",
    StatusWord.LINE_PROTECTION_MISMATCH: "card.profile_mismatch",
    StatusWord.NOT_NOW: "card.sequence_error",
    StatusWord.CONDITIONS_NOT_SATISFIED: "card.sequence_error",
    StatusWord.WRONG_FILE_TYPE: "card.profile_mismatch",
    StatusWord.SECURITY_NOT_SATISFIED: "card.not_authenticated",
    StatusWord.KEY_LOCKED: "card.key_locked",
    StatusWord.MAC_MISSING: "card.mac_refused",
    StatusWord.MAC_WRONG: "card.mac_refused",
    StatusWord.PBOC_MAC_WRONG: "card.mac_refused",
    StatusWord.NOT_SUPPORTED: "card.locked",
    StatusWord.FILE_NOT_FOUND: "card.not_ours",
    StatusWord.RECORD_NOT_FOUND: "card.not_ours",
    StatusWord.KEY_NOT_FOUND: "card.not_ours",
    StatusWord.NO_ROOM: "card.profile_mismatch",
    StatusWord.APPLICATION_DEAD: "card.dead",
    StatusWord.BALANCE_TOO_SMALL: "card.value_too_small",
    StatusWord.COUNTER_EXHAUSTED: "card.counter_exhausted",
    StatusWord.KEY_INDEX_UNKNOWN: "card.profile_mismatch",
    StatusWord.NOT_EXECUTED: "card.not_executed",
}

# Words that say the program sent a malformed command: nonsense between two parties, not an answer about the card.
_NONSENSE = frozenset(
    {
        StatusWord.WRONG_LENGTH,
        StatusWord.WRONG_DATA,
        StatusWord.WRONG_P1P2,
        StatusWord.OFFSET_OUTSIDE,
        StatusWord.WRONG_INS,
        StatusWord.WRONG_CLA,
        StatusWord.FAILURE,
    }
)


def tries_left(status: int) -> int | None:
    """Remaining tries told by 63Cx, None for every other word."""
    return status & 0x0F if status & 0xFFF0 == 0x63C0 else None


def error_for(status: int, command: str) -> DeviceError:
    """The known error for a status word that is not 9000.

    Args:
        status: SW1 << 8 | SW2.
        command: name of the command, for the log and the sentence; never its bytes.
    """
    shown = f"{status:04X}"
    left = tries_left(status)
    if left is not None:
        return DeviceRefused("card.authentication_refused", sw=shown, command=command, tries_left=left)
    if status in _CODES:
        return DeviceRefused(_CODES[status], sw=shown, command=command)
    if status in _NONSENSE:
        return DeviceProtocolError("card.command_not_understood", sw=shown, command=command)
    return DeviceProtocolError("card.unknown_status", sw=shown, command=command)
