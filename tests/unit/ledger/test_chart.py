"""The chart: every account of the code is on the page, and knows the side on which it grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger import chart
from ledger.entry import RecordKey, Side

PAGE = (Path(__file__).parents[3] / "docs/chart-of-accounts.md").read_text(encoding="utf-8")
ACCOUNTS = {value for value in vars(chart).values() if isinstance(value, str) and value.startswith(chart.ROOTS)}


def test_the_page_lists_exactly_the_accounts_of_the_code() -> None:
    rows = [line for line in PAGE.partition("## What a day posts")[0].splitlines() if line.startswith("| `")]
    assert {row.split("`")[1] for row in rows} == ACCOUNTS | {"assets.cash.till.<till>"}
    assert len(ACCOUNTS) > 10


@pytest.mark.parametrize(
    ("account", "side"),
    [
        (chart.cash_till("T01"), Side.DEBIT),
        (chart.ROUNDING_WAIVED, Side.DEBIT),
        (chart.PREPAID_GAS, Side.CREDIT),
        (chart.INCOME_GAS, Side.CREDIT),
        (chart.EQUITY_OPENING, Side.CREDIT),
    ],
)
def test_an_account_grows_on_the_side_of_its_root(account: str, side: Side) -> None:
    assert chart.normal_side(account) is side


@pytest.mark.parametrize("name", ["money.bank", "", "asset.bank"])
def test_a_name_outside_the_chart_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not an account"):
        chart.normal_side(name)


def test_a_key_is_read_back_from_its_text() -> None:
    key = RecordKey("DJ-T01", 2, 42)
    assert RecordKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["DJ-T01", "DJ-T01-1-x", ""])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        RecordKey.parse(text)
