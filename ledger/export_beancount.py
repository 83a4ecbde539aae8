"""The books for Beancount: a third party's program recomputes every balance (`bean-check`).

Accounts `assets.cash.in_transit` become `Assets:Cash:In-Transit`; the day after the last entry, an assertion states
what we say each account stands at. Must not know: what an account means.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TextIO

from sqlalchemy import Connection

from ledger.plain_text import CURRENCY, Entry, Standing, export
from ledger.progress import Progress

BOOKS = "changshou"


def account_name(account: str) -> str:
    """Beancount's name of an account: `_` cannot stand in one, so it becomes `-`; each part begins with a capital."""
    return ":".join(_part(part) for part in account.split("."))


def export_beancount(connection: Connection, out: TextIO, progress: Progress | None = None) -> int:
    """Write the whole journal as Beancount; returns the number of entries. See `plain_text.export`."""
    return export(connection, out, _Beancount(), progress)


class _Beancount:
    """Implements `PlainTextWriter`."""

    def head(self) -> str:
        return f'option "title" "{BOOKS}"\noption "operating_currency" "{CURRENCY}"\n\n'

    def account(self, account: str, first_day: date) -> str:
        return f"{first_day} open {account_name(account)} {CURRENCY}\n"

    def entry(self, entry: Entry) -> str:
        lines = [f'\n{entry.day} * "{entry.kind}" ^{entry.key}\n  hash: "{entry.hash}"\n']
        for leg in entry.legs:
            lines.append(f"  {account_name(leg.account)}  {leg.amount} {CURRENCY}\n")
            tags = (("party", leg.party), ("matter", leg.matter))
            lines += [f"    {name}: {_quoted(value)}\n" for name, value in tags if value is not None]
        return "".join(lines)

    def standing(self, sums: tuple[Standing, ...], last_day: date) -> str:
        day = last_day + timedelta(days=1)
        lines = [f"{day} balance {account_name(line.account)} {line.amount} {CURRENCY}\n" for line in sums]
        return "\n" + "".join(lines)


def _part(part: str) -> str:
    return "-".join(word[:1].upper() + word[1:] for word in part.split("_"))


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{plain}"'
