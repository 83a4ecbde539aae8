"""What finance, open matters, settings and prices show.

Rule: domain P7 (收讫, 解款), P12 (settings, prices), design "Money rules" 8 (open matters). Must not know: Qt,
languages.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.presenters.count_state import FigureRow, MatterView
from ui.presenters.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipView:
    """A remittance slip. state: `made_out`, `received`, `deposited`. over_short_fen (cash, of the shift) and
    slips_off_fen: over is positive. deposit_no: of the 解款单 it is in. received_fen: as finance counted, None before.
    """

    slip_no: str
    business_day: str
    till_name: str
    cashier_name: str
    cash_fen: int
    card_slips: int = 0
    card_fen: int = 0
    over_short_fen: int = 0
    slips_off_fen: int = 0
    state: str = "made_out"
    deposit_no: str = ""
    received_fen: int | None = None

    @property
    def receipt_off_fen(self) -> int:
        """What finance counted more or less than was handed in; 0 before."""
        return 0 if self.received_fen is None else self.received_fen - self.cash_fen


@dataclass(frozen=True, slots=True)
class BagView:
    """A sealed bag in the safe: whose till, which day, who sealed it before whom. Its number is read from the bag."""

    key: str
    till_name: str
    business_day: str
    given_by: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BagsState:
    """Sealed bags that wait for the morning. missing: where the cursor belongs, `bag_no` or `password`."""

    bags: tuple[BagView, ...] = ()
    missing: str = ""
    notice: Notice | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FinanceState:
    """business_day shown; today: the day it is; slips of it; deposit_no: set once the day's 解款单 was made."""

    business_day: str = ""
    today: str = ""
    slips: tuple[SlipView, ...] = ()
    deposit_no: str = ""
    may_receive: bool = True
    notice: Notice | None = None
    busy: bool = False

    @property
    def waits(self) -> str:
        """What comes next: `receive` while a slip waits, then `deposit`, "" once all there is has been deposited."""
        states = {slip.state for slip in self.slips}
        return "receive" if "made_out" in states else ("deposit" if "received" in states else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class XState:
    """班中查询 of a till: whose, since when, as of when; figures: empty before a till was looked at."""

    till_name: str = ""
    cashier_name: str = ""
    since: str = ""
    taken_at: str = ""
    figures: tuple[FigureRow, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MattersState:
    """Everything unsettled that somebody must answer for by name."""

    matters: tuple[MatterView, ...] = ()
    notice: Notice | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One thing that can be set.

    Attributes:
        key: `profile.payee`, `setting.drawer_float_fen`, `tariff.resident`, `fee.first_card`, `look.theme`; messages
            `set.<key>` and `set_help.<key>` name and explain it.
        group: message `set_group.<group>`. value: as shown and typed. text: as stored.
        choices: stable names to choose from, message `set_choice.<name>`; () = typed, or a form for prices.
        sample: a 示例 price that nobody approved.
    """

    key: str
    group: str
    value: str
    text: str = ""
    choices: tuple[str, ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change in the log. approver: "" = none; effective_from, document_no: of prices."""

    key: str
    at: str
    who: str
    approver: str = ""
    old: str = ""
    new: str = ""
    effective_from: str = ""
    document_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsState:
    """Everything that can be set, and who changed what; newest change first."""

    rows: tuple[SettingRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    notice: Notice | None = None
    busy: bool = False


TIERS = 4
"""Rows of the form of a new price; those left empty do not exist."""

TIER_FIELDS = ("tier_name", "upper", "extra", "price")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceState:
    """The form of a new price. key: as in `SettingRow`; values: (field, text) it comes with; hoarding: accounts that
    bought far off their habit lately, None = not counted (yet).
    """

    key: str = ""
    values: tuple[tuple[str, str], ...] = ()
    notice: Notice | None = None
    busy: bool = False
    hoarding: int | None = None
