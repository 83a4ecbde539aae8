"""The books for hledger: a third party's program recomputes every balance (`hledger check --strict`).

Every account and the currency are declared; a last entry of zero amounts asserts what we say each account stands at.
Must not know: what an account means.
"""

from __future__ import annotations

from typing import TextIO

from sqlalchemy import Connection

from ledger.balances import trial_balance
from ledger.plain_text import CURRENCY, Entry, days_of, entries


def account_name(account: str) -> str:
    """hledger's name of an account."""
    return account.replace(".", ":")


def export_hledger(connection: Connection, out: TextIO) -> int:
    """Write all entries with their accounts and closing assertions; returns the number of entries.

    Args:
        connection: a reading connection; one snapshot for entries and assertions.
        out: text opened as UTF-8.
    """
    out.write(f"commodity 1000.00 {CURRENCY}\n")
    days = days_of(connection)
    if days is None:
        return 0
    sums = trial_balance(connection)
    out.writelines(f"account {account_name(line.account)}\n" for line in sums)
    number = 0
    for entry in entries(connection):
        _write(entry, out)
        number += 1
    out.write(f"\n{days[1]} * what the journal's own sums say\n")
    for line in sums:
        stands = line.debits - line.credits
        out.write(f"    {account_name(line.account)}  0.00 {CURRENCY} = {stands} {CURRENCY}\n")
    return number


def _write(entry: Entry, out: TextIO) -> None:
    out.write(f"\n{entry.day} * ({entry.key}) {entry.kind}  ; hash:{entry.hash}\n")
    for leg in entry.legs:
        tags = [f"{name}:{_tag(value)}" for name, value in (("party", leg.party), ("matter", leg.matter)) if value]
        comment = f"  ; {', '.join(tags)}" if tags else ""
        out.write(f"    {account_name(leg.account)}  {leg.amount} {CURRENCY}{comment}\n")


def _tag(text: str) -> str:
    """A comma would end a tag's value, a line feed the comment."""
    return text.replace(",", " ").replace("\n", " ")
