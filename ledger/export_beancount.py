"""The books for Beancount: a third party's program recomputes every balance (`bean-check`).

Accounts `assets.cash.in_transit` become `Assets:Cash:In-Transit`; the day after the last entry, an assertion states
what we say each account stands at. Must not know: what an account means.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TextIO

from sqlalchemy import Connection

from ledger.balances import trial_balance
from ledger.plain_text import CURRENCY, Entry, days_of, entries

BOOKS = "changshou"


def account_name(account: str) -> str:
    """Beancount's name of an account: `_` cannot stand in one, so it becomes `-`; each part begins with a capital."""
    return ":".join(_part(part) for part in account.split("."))


def export_beancount(connection: Connection, out: TextIO) -> int:
    """Write all entries with their accounts and closing assertions; returns the number of entries.

    Args:
        connection: a reading connection; one snapshot for entries and assertions.
        out: text opened as UTF-8.
    """
    days = days_of(connection)
    out.write(f'option "title" "{BOOKS}"\noption "operating_currency" "{CURRENCY}"\n\n')
    if days is None:
        return 0
    sums = trial_balance(connection)
    out.writelines(f"{days[0]} open {account_name(line.account)} {CURRENCY}\n" for line in sums)
    number = 0
    for entry in entries(connection):
        _write(entry, out)
        number += 1
    out.write("\n")
    for line in sums:
        stands = line.debits - line.credits
        out.write(f"{days[1] + timedelta(days=1)} balance {account_name(line.account)} {stands} {CURRENCY}\n")
    return number


def _write(entry: Entry, out: TextIO) -> None:
    out.write(f'\n{entry.day} * "{entry.kind}" ^{entry.key}\n  hash: "{entry.hash}"\n')
    for leg in entry.legs:
        out.write(f"  {account_name(leg.account)}  {leg.amount} {CURRENCY}\n")
        for name, value in (("party", leg.party), ("matter", leg.matter)):
            if value is not None:
                out.write(f"    {name}: {_quoted(value)}\n")


def _part(part: str) -> str:
    return "-".join(word[:1].upper() + word[1:] for word in part.split("_"))


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{plain}"'
