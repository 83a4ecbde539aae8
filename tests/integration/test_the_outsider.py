"""The outsider reads a day that real use cases wrote: nothing to find, every kind known, every anchor proved."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ledger import verify_journal
from ledger.balances import open_matters, trial_balance
from ledger.chart import INCOME_CARD_FEE, INCOME_GAS, PREPAID_GAS, cash_till
from ledger.export_beancount import export_beancount
from ledger.export_hledger import export_hledger
from ledger.export_jsonl import export_jsonl
from ledger.verify_journal import Anchor, Verifier
from pos.domain.roles import Act
from pos.store.verify_store import verify_store
from pos.usecases.return_money import ReturnMoney, return_money
from tests.architecture.source_tree import ROOT, product_sources
from tests.fixtures_counter import DAY, Counter
from tests.fixtures_till import TillDay
from tests.integration.test_plain_text_accounting import bean_check, hledger

OUTSIDER = ROOT / "ledger/verify_journal.py"


@pytest.fixture
def day(counter: Counter) -> TillDay:
    """Good sales, money given back, a write left in doubt, two closes, a bag in the safe."""
    demo = counter.demo
    counter.deliver(counter.pay(33_000, 10_000).sale_id)
    counter.meter.insert(counter.card, today=DAY)
    returned = counter.pay(20_000, 10_000)
    command = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        write_id=returned.sale_id,
        reason="card_damaged",
    )
    return_money(demo.hall, demo.approved(command, Act.RETURN_MONEY))
    doubtful = counter.pay(10_000, 10_000)
    counter.card.tear_after(1)
    counter.deliver(doubtful.sale_id)
    with demo.store.reading() as connection:
        drawer = next(line for line in trial_balance(connection) if line.account == cash_till("T01")).balance.fen
    day = TillDay(demo, session_id=counter.session_id, cash_fen=drawer, cards=9)
    day.end()
    day.bag()
    return day


def exported(day: TillDay, path: Path) -> Path:
    with day.demo.store.reading() as connection, path.open("w", encoding="utf-8", newline="") as out:
        export_jsonl(connection, out, exported_at_utc_ms=day.demo.clock.now_utc_ms())
    return path


def anchors_of(day: TillDay) -> list[Anchor]:
    """What the last papers of all chains would carry."""
    with day.demo.store.reading() as connection:
        chains = connection.exec_driver_sql("SELECT DISTINCT chain FROM journal").scalars().all()
        heads = [day.demo.store.journal_of(connection).head(chain) for chain in chains]
    return [Anchor(head.chain, head.epoch, head.seq, head.hash[:10]) for head in heads]


def said(verifier: Verifier) -> list[str]:
    return [f"{finding.code} {finding.where}: {finding.text}" for finding in verifier.findings]


def test_the_export_of_a_day_is_without_fault(day: TillDay, tmp_path: Path) -> None:
    export = exported(day, tmp_path / "day.jsonl")
    verifier = verify_journal.verify(export, anchors_of(day), {day.demo.store.signer.key_id})
    assert said(verifier) == []
    assert verifier.records > 20


def test_the_database_of_a_day_is_without_fault(day: TillDay) -> None:
    assert said(verify_store(day.demo.path, anchors_of(day), {day.demo.store.signer.key_id})) == []


def test_the_outsider_runs_alone_without_our_packages(day: TillDay, tmp_path: Path) -> None:
    export = exported(day, tmp_path / "day.jsonl")
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "verify.py").write_bytes(OUTSIDER.read_bytes())
    blocked = "import sys; sys.modules.update(ledger=None, pos=None); import runpy; sys.argv = sys.argv[1:];"
    command = [sys.executable, "-c", blocked + "runpy.run_path('verify.py', run_name='__main__')", "verify.py", export]
    done = subprocess.run(command, cwd=alone, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 errors" in done.stdout


def test_a_changed_fen_in_a_real_sale_is_found(day: TillDay, tmp_path: Path) -> None:
    export = exported(day, tmp_path / "day.jsonl")
    text = export.read_text(encoding="utf-8")
    assert "8679" in text
    export.write_text(text.replace("8679", "8678"), encoding="utf-8")
    codes = {f.code for f in verify_journal.verify(export, [], set()).findings if f.severity == "error"}
    assert "record.hash" in codes


def test_third_parties_accept_a_real_day(day: TillDay, tmp_path: Path) -> None:
    for name, export in (("day.beancount", export_beancount), ("day.journal", export_hledger)):
        with day.demo.store.reading() as connection, (tmp_path / name).open("w", encoding="utf-8") as out:
            assert export(connection, out) > 5
    assert bean_check(tmp_path / "day.beancount").stderr == ""
    assert hledger(tmp_path / "day.journal", "check", "--strict").stderr == ""


def test_sums_of_a_day_are_what_was_done(day: TillDay) -> None:
    with day.demo.store.reading() as connection:
        lines = trial_balance(connection)
        doubtful = open_matters(connection, PREPAID_GAS)
        assert sum(line.debits.fen for line in lines) == sum(line.credits.fen for line in lines)
        stands = {line.account: line.balance.fen for line in lines}
        assert [matter.amount.fen for matter in doubtful] == [2630]
        assert [stands[account] for account in (INCOME_CARD_FEE, INCOME_GAS, PREPAID_GAS)] == [2000, 8679, 2630]


_DRAFTING = {"RecordDraft", "till_draft", "note_presence", "presence_record"}


def kinds_written_out() -> set[str]:
    """Kinds that the product's sources name where they make a record."""
    kinds = set()
    for source in product_sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _DRAFTING:
                values = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
                branches = [
                    v
                    for value in values
                    for v in ([value.body, value.orelse] if isinstance(value, ast.IfExp) else [value])
                ]
                kinds |= {v.value for v in branches if isinstance(v, ast.Constant)}
    return kinds


def test_every_kind_is_known_to_the_outsider_and_on_the_page() -> None:
    page = (ROOT / "docs/journal-format.md").read_text(encoding="utf-8")
    listed = set(page.partition("Known kinds")[2].partition("## 8")[0].split("`")[1::2])
    assert kinds_written_out() > {"sale_paid", "till_session_closed", "refused", "signed_in", "password_changed"}
    assert kinds_written_out() <= verify_journal.KINDS
    assert listed == verify_journal.KINDS
