"""Third parties recompute our books: bean-check and hledger accept the exports, and their balances are ours."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.balances import trial_balance
from ledger.export_beancount import account_name as beancount_name
from ledger.export_beancount import export_beancount
from ledger.export_hledger import account_name as hledger_name
from ledger.export_hledger import export_hledger
from ledger.sqlite_engine import make_engine
from tests.unit.ledger.sample_books import empty_books, write_two_days

HLEDGER = shutil.which("hledger")
BEAN_CHECK = shutil.which("bean-check", path=str(Path(sys.executable).parent))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books with several days, an odd customer number and both exports beside them."""
    folder = tmp_path_factory.mktemp("books")
    with empty_books(folder) as hall:
        write_two_days(hall)
    engine = make_engine(folder / "books.db", read_only=True)
    with engine.connect() as connection:
        for name, export in (("books.beancount", export_beancount), ("books.journal", export_hledger)):
            with (folder / name).open("w", encoding="utf-8") as out:
                assert export(connection, out) > 10
    engine.dispose()
    return folder


@pytest.fixture(scope="module")
def ours(folder: Path) -> dict[str, Decimal]:
    """What our own sums say: debits minus credits in yuan."""
    engine = make_engine(folder / "books.db", read_only=True)
    with engine.connect() as connection:
        sums = {line.account: Decimal(str(line.debits - line.credits)) for line in trial_balance(connection)}
    engine.dispose()
    return sums


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)


def bean_check(path: Path) -> subprocess.CompletedProcess[str]:
    assert BEAN_CHECK, "beancount belongs to the development lock"
    return run(BEAN_CHECK, "--no-cache", path)


def hledger(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert HLEDGER, "hledger is one of the test's system packages (installer/system-packages.sh)"
    return run(HLEDGER, "-f", path, *arguments)


def test_bean_check_passes(folder: Path) -> None:
    done = bean_check(folder / "books.beancount")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_bean_check_refuses_a_changed_fen(folder: Path, tmp_path: Path) -> None:
    text = (folder / "books.beancount").read_text(encoding="utf-8")
    changed = tmp_path / "changed.beancount"
    changed.write_text(text.replace(" 81.00 CNY", " 81.01 CNY", 1), encoding="utf-8")
    assert bean_check(changed).returncode == 1


def test_beancount_computes_our_balances(folder: Path, ours: dict[str, Decimal]) -> None:
    from beancount import loader
    from beancount.core.data import Transaction

    listed, errors, _ = loader.load_file(str(folder / "books.beancount"))
    theirs: dict[str, Decimal] = {}
    for entry in listed:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            theirs[posting.account] = theirs.get(posting.account, Decimal(0)) + posting.units.number
    assert errors == []
    assert theirs == {beancount_name(account): amount for account, amount in ours.items()}


def test_hledger_check_passes_strictly(folder: Path) -> None:
    done = hledger(folder / "books.journal", "check", "--strict")
    assert (done.returncode, done.stderr) == (0, "")


def test_hledger_refuses_a_changed_fen(folder: Path, tmp_path: Path) -> None:
    text = (folder / "books.journal").read_text(encoding="utf-8")
    changed = tmp_path / "changed.journal"
    changed.write_text(text.replace(" 81.00 CNY", " 81.01 CNY", 1), encoding="utf-8")
    assert hledger(changed, "check").returncode != 0


def test_hledger_computes_our_balances(folder: Path, ours: dict[str, Decimal]) -> None:
    done = hledger(folder / "books.journal", "balance", "--flat", "--no-total", "--empty", "-O", "csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))[1:]
    theirs = {account: Decimal(amount.removesuffix(" CNY") or 0) for account, amount in rows}
    assert theirs == {hledger_name(account): amount for account, amount in ours.items()}


def test_hledger_finds_a_customers_postings_by_tag(folder: Path) -> None:
    done = hledger(folder / "books.journal", "balance", "tag:party=^00100$", "--flat", "--no-total", "--empty")
    assert "liabilities:prepaid_gas" in done.stdout


@pytest.mark.parametrize(
    ("account", "beancount"),
    [
        ("assets.cash.till.T01", "Assets:Cash:Till:T01"),
        ("assets.cash.in_transit", "Assets:Cash:In-Transit"),
        ("liabilities.unionpay_unbooked", "Liabilities:Unionpay-Unbooked"),
    ],
)
def test_account_names_are_translated(account: str, beancount: str) -> None:
    assert beancount_name(account) == beancount


def test_names_with_quotes_commas_and_line_feeds_pass_both_tools(tmp_path: Path) -> None:
    from ledger.entry import credit, debit
    from ledger.money import Money
    from tests.unit.ledger.sample_books import H

    awkward = 'a "b", c\\d; e:f\ng 户'
    with empty_books(tmp_path) as hall:
        hall.fact(H, "genesis")
        hall.fact(
            H,
            "moved",
            debit("assets.bank", Money(5), matter=awkward),
            credit("liabilities.customer_money", Money(5), party=awkward),
        )
        with (tmp_path / "a.beancount").open("w", encoding="utf-8") as out:
            export_beancount(hall.connection, out)
        with (tmp_path / "a.journal").open("w", encoding="utf-8") as out:
            export_hledger(hall.connection, out)
    assert bean_check(tmp_path / "a.beancount").stderr == ""
    assert hledger(tmp_path / "a.journal", "check", "--strict").stderr == ""


def test_empty_books_pass_both_tools(tmp_path: Path) -> None:
    with empty_books(tmp_path) as hall:
        for name, export in (("a.beancount", export_beancount), ("a.journal", export_hledger)):
            with (tmp_path / name).open("w", encoding="utf-8") as out:
                assert export(hall.connection, out) == 0
    assert bean_check(tmp_path / "a.beancount").returncode == 0
    assert hledger(tmp_path / "a.journal", "check", "--strict").returncode == 0
