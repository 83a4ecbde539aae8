"""What an account or a matter stands at: always a SUM over postings (design, Money rules 2). One SQL each.

There are no stored balances, so nothing here can be out of date. Must not know: what an account means.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.chart import normal_side
from ledger.entry import Side
from ledger.money import Money

_DEBITS = "coalesce(sum(CASE side WHEN 'D' THEN amount_fen END), 0)"
_CREDITS = "coalesce(sum(CASE side WHEN 'C' THEN amount_fen END), 0)"


@dataclass(frozen=True, slots=True)
class AccountSum:
    """Both sides of an account. debits, credits: sums, never negative."""

    account: str
    debits: Money
    credits: Money

    @property
    def balance(self) -> Money:
        """On the account's normal side: positive means it stands where such an account should."""
        net = self.debits - self.credits
        return net if normal_side(self.account) is Side.DEBIT else -net


@dataclass(frozen=True, slots=True)
class MatterSum:
    """A matter that is not settled. amount: on the account's normal side; party: whose money, or None."""

    account: str
    matter: str
    party: str | None
    amount: Money


def trial_balance(connection: Connection) -> tuple[AccountSum, ...]:
    """Every account with both sides, by name; the debits of all add up to the credits of all."""
    rows = connection.exec_driver_sql(
        f"SELECT account, {_DEBITS}, {_CREDITS} FROM posting GROUP BY account ORDER BY account"
    )
    return tuple(AccountSum(account, Money(debits), Money(credits)) for account, debits, credits in rows)


def open_matters(connection: Connection, account: str) -> tuple[MatterSum, ...]:
    """The matters of an account whose sum is not 0, by name."""
    rows = connection.exec_driver_sql(
        f"SELECT matter, max(party), {_DEBITS}, {_CREDITS} FROM posting WHERE account = ? AND matter IS NOT NULL"
        f" GROUP BY matter HAVING {_DEBITS} <> {_CREDITS} ORDER BY matter",
        (account,),
    )
    return tuple(
        MatterSum(account, matter, party, AccountSum(account, Money(debits), Money(credits)).balance)
        for matter, party, debits, credits in rows
    )
