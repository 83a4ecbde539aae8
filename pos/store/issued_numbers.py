"""Numbers that leave the hall on plastic and in letters, cards and accounts: none is ever given twice (Money rules 2).

The next number follows the highest one promised, bound or opened, and the highest one that a restore has skipped: what
the lost records gave away is not in the books, but it is in the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from ledger.backup_sqlite import first_row

MARGIN = 1000
"""Skipped beyond everything known: records may be lost of which no paper tells. Numbers are cheap."""
_LAST = 9_999_999_998
_SKIPPED = "SELECT max(up_to) FROM number_skipped WHERE series = "
_CARD = (
    "max(coalesce((SELECT max(card_no) FROM card_binding), ''), coalesce((SELECT max(card_no) FROM card_write), ''),"
    f" coalesce(({_SKIPPED}'card'), ''))"
)
_ACCOUNT = (
    "max(coalesce((SELECT account_no FROM account_terms WHERE account_no BETWEEN '1000000000' AND '9999999998'"
    " AND length(account_no) = 10 ORDER BY account_no DESC LIMIT 1), '1000000000'),"
    f" coalesce(({_SKIPPED}'account'), ''))"
)


@dataclass(frozen=True, slots=True)
class HighestNumbers:
    """The highest card and account number of some books; 0 if there is none."""

    card: int = 0
    account: int = 0

    def skipped(self, former: HighestNumbers, lost_records: int) -> dict[str, str]:
        """Per series the number up to which a restore skips, these being the backup's.

        Args:
            former: of the books that are replaced, as far as they can be read.
            lost_records: how many numbers of chains are lost; each may have given away one of either kind.
        """
        cards, accounts = max(self.card, former.card), max(self.account, former.account)
        beyond = lost_records + MARGIN
        return {"card": f"{min(cards + beyond, _LAST):010d}", "account": f"{min(accounts + beyond, _LAST):010d}"}


def next_card_no(connection: Connection) -> str:
    """The number for the next card: one above every number ever promised, ten digits."""
    return f"{int(connection.exec_driver_sql(f'SELECT {_CARD}').scalar() or 0) + 1:010d}"


def next_account_no(connection: Connection) -> str:
    """The number after the highest ten-digit one; the first is 1000000001."""
    return str(int(connection.exec_driver_sql(f"SELECT {_ACCOUNT}").scalar_one()) + 1)


def highest_numbers(connection: Connection) -> HighestNumbers:
    """Of the books in use."""
    return _numbers(connection.exec_driver_sql(f"SELECT {_CARD}, {_ACCOUNT}").one())


def highest_numbers_in(file: Path) -> HighestNumbers:
    """Of books that nobody has open. Raises StoreError kinds."""
    return _numbers(first_row(file, f"SELECT {_CARD}, {_ACCOUNT}"))


def _numbers(row: tuple[str, str]) -> HighestNumbers:
    return HighestNumbers(int(row[0] or 0), int(row[1] or 0))
