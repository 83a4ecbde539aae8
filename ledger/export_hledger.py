"""The books for hledger: a third party's program recomputes every balance (`hledger check --strict`).

Every account and the currency are declared; a last entry of zero amounts asserts what we say each account stands at.
Must not know: what an account means.
"""

from __future__ import annotations

from datetime import date
from typing import TextIO

from sqlalchemy import Connection

from ledger.plain_text import CURRENCY, Entry, Standing, export
from ledger.progress import Progress


def account_name(account: str) -> str:
    """hledger's name of an account."""
    return account.replace(".", ":")


def export_hledger(connection: Connection, out: TextIO, progress: Progress | None = None) -> int:
    """Write the whole journal for hledger; returns the number of entries. See `plain_text.export`."""
    return export(connection, out, _Hledger(), progress)


class _Hledger:
    """Implements `PlainTextWriter`."""

    def head(self) -> str:
        return f"commodity 1000.00 {CURRENCY}\n"

    def account(self, account: str, first_day: date) -> str:
        return f"account {account_name(account)}\n"

    def entry(self, entry: Entry) -> str:
        lines = [f"\n{entry.day} * ({entry.key}) {entry.kind}  ; hash:{entry.hash}\n"]
        for leg in entry.legs:
            tags = [f"{name}:{_tag(value)}" for name, value in (("party", leg.party), ("matter", leg.matter)) if value]
            comment = f"  ; {', '.join(tags)}" if tags else ""
            lines.append(f"    {account_name(leg.account)}  {leg.amount} {CURRENCY}{comment}\n")
        return "".join(lines)

    def standing(self, sums: tuple[Standing, ...], last_day: date) -> str:
        lines = [f"    {account_name(line.account)}  0.00 {CURRENCY} = {line.amount} {CURRENCY}\n" for line in sums]
        return f"\n{last_day} * what the journal's own sums say\n" + "".join(lines)


def _tag(text: str) -> str:
    """A comma would end a tag's value, a line feed the comment."""
    return text.replace(",", " ").replace("\n", " ")
