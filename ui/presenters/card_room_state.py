"""What the card room shows: who and which card, what can be done, and the form of what was chosen.

Rule: screen.md (who, then what; one primary action), cards B1-B10. Every state is frozen. Must not know: Qt, languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.presenters.notice import Notice
from ui.presenters.people_state import SignedLine


class RoomAct(StrEnum):
    """What is done in the card room, in the order of the list; the words are `room.act.<name>`."""

    REPORT_LOSS = "report_loss"
    WITHDRAW_LOSS = "withdraw_loss"
    REPLACE = "replace"
    REVERSE = "reverse"
    CHANGE_METER = "change_meter"
    CARRY_GAS = "carry_gas"
    TRANSFER = "transfer"
    CLOSE_ACCOUNT = "close_account"
    OPEN_ACCOUNT = "open_account"
    MOVE_STOCK = "move_stock"
    RECEIVE_STOCK = "receive_stock"
    SET_LIMIT = "set_limit"
    CORRECT = "correct"
    HISTORY = "history"
    REVEAL = "reveal"
    BIND_CARD = "bind_card"
    ERASE = "erase"


class Entry(StrEnum):
    """How a field is filled in."""

    WORDS = "words"
    PIECES = "pieces"  # whole numbers
    VOLUME = "volume"  # m³, up to three decimals; below 0 where the meter is in overdraft
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. name: caption `room.field.<name>`, unless another `caption` is given; choices: (value, message code or
    plain words) of a CHOICE; value: what stands there when the form opens."""

    name: str
    entry: Entry = Entry.WORDS
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ActRow:
    """A line of the list. why_not: message that says why it cannot be done now, "" if it can."""

    act: RoomAct
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class CardFact:
    """One field of a card, explained: caption, value (a message if `says`), and what it is for."""

    code: str
    value: str
    hint: str
    says: bool = False
    params: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRoomState:
    """The page.

    Attributes:
        account_no: who stands there, "" for nobody. who: the account, line by line.
        card: the card as read, field by field; card_code: message of its kind.
        acts: the list. act: the one that is open, None = the list. meaning: what it does to card, meter and money.
        lines: the figures it rests on. fields: its form; wrong: the field a refusal is about.
        verb: message on the filled button. notice: what was done, or why not; card_came: it is about a card that was
        put in meanwhile, and the cursor stays where it is.
        shown_once: a number stands in `lines` in full; Esc hides it before it does anything else.
    """

    account_no: str = ""
    who: tuple[SignedLine, ...] = ()
    card: tuple[CardFact, ...] = ()
    card_code: str = ""
    acts: tuple[ActRow, ...] = ()
    act: RoomAct | None = None
    meaning: Notice | None = None
    lines: tuple[SignedLine, ...] = ()
    fields: tuple[FormField, ...] = ()
    wrong: str = ""
    verb: str = "room.choose"
    notice: Notice | None = None
    busy: bool = False
    card_came: bool = False
    shown_once: bool = False
