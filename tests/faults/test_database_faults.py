"""The database answers busy, full or read-only, or is not what it was: a known error, nothing lost, nothing silent."""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import StoreError
from ledger.sqlite_engine import BUSY_TIMEOUT_MS, driver
from ledger.verify_journal import Anchor, Unreadable, Verifier
from pos.domain.errors import StoreBusy, StoreDamaged, StoreFull, StoreReadOnly, StoreTooNew
from pos.store.schema import SCHEMA_VERSION
from pos.store.unit_of_work import Store
from pos.store.verify_store import verify_store
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.take_payment import TakePayment, take_payment
from tests.fakes import FixedClock
from tests.faults.invariants import World, violations
from tests.fixtures_counter import Counter

LOCKER = """
import sys
from ledger.sqlite_engine import driver
connection = driver.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""
MONEY_TABLES = ("journal", "posting", "sale", "sale_line", "card_write", "till_session", "till_step", "tariff")


@pytest.fixture
def lock_holder(counter: Counter) -> Generator[subprocess.Popen[str], None, None]:
    """Another program holding the write lock until a line is sent to it."""
    command = [sys.executable, "-c", LOCKER, str(counter.demo.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        let_go(other)


def let_go(other: subprocess.Popen[str]) -> None:
    if other.stdin is not None and not other.stdin.closed:
        other.stdin.close()
    other.wait(timeout=10)


def sales(counter: Counter) -> int:
    with counter.demo.store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM sale WHERE item = 'gas'").scalar() or 0)


def test_locked_database_is_busy_within_its_bound_and_the_same_command_posts_once(
    counter: Counter, lock_holder: subprocess.Popen[str]
) -> None:
    command = counter.payment()
    begun = time.monotonic()
    with pytest.raises(StoreBusy) as refusal:
        take_payment(counter.demo.hall, command)
    waited_s = time.monotonic() - begun
    assert refusal.value.code == "store.busy"
    assert waited_s < BUSY_TIMEOUT_MS / 1000 + 2
    assert sales(counter) == 0

    let_go(lock_holder)
    first = take_payment(counter.demo.hall, command)

    assert take_payment(counter.demo.hall, command) == first
    assert sales(counter) == 1
    assert violations(counter.demo.path) == []


def test_short_lock_is_waited_for(counter: Counter, lock_holder: subprocess.Popen[str]) -> None:
    command = counter.payment()
    release = threading.Timer(0.3, let_go, (lock_holder,))
    release.start()
    assert take_payment(counter.demo.hall, command).receipt_no == 2
    release.join()


# ---- full ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path, None, None]:
    """A file system of 2 MB of its own. Fails where it cannot be mounted: it needs root on Linux."""
    folder = tmp_path / "small_disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"this test mounts a small tmpfs and needs root: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def moved(counter: Counter, folder: Path) -> None:
    """Carry the hall to another disk, as with a copied data folder."""
    demo = counter.demo
    demo.store.close()
    shutil.copyfile(demo.path, folder / "hall.db")
    demo.path = folder / "hall.db"
    demo.hall = type(demo.hall)(
        store=Store(demo.path, clock=demo.clock, signer=demo.key), clock=demo.clock, ids=demo.ids
    )


def fill(folder: Path, left_bytes: int) -> Path:
    """Leave only so much room."""
    filler = folder / "filler"
    room = shutil.disk_usage(folder).free - left_bytes
    filler.write_bytes(b"\0" * max(0, room))
    return filler


def attempt(counter: Counter, command: TakePayment) -> PaymentTaken | None:
    """The payment, or None if the disk is full; anything else goes up."""
    try:
        return take_payment(counter.demo.hall, command)
    except StoreFull:
        return None


@pytest.mark.parametrize(("left_kib", "fits"), [(0, False), (24, False), (48, False), (64, False), (512, True)])
def test_full_disk_takes_no_money_and_sells_again_when_there_is_room(
    counter: Counter, small_disk: Path, left_kib: int, fits: bool
) -> None:
    moved(counter, small_disk)
    command = counter.payment()
    filler = fill(small_disk, left_kib * 1024)
    taken = attempt(counter, command)
    assert (taken is not None) == fits
    assert sales(counter) == int(fits)
    filler.unlink()

    taken = take_payment(counter.demo.hall, command)

    assert take_payment(counter.demo.hall, command) == taken
    told = World(acknowledged=(("sale_paid", taken.sale_id, taken.short_hash),))
    assert violations(counter.demo.path, told) == []
    assert counter.deliver(taken.sale_id).state == "posted"
    counter.demo.store.close()


def test_file_size_limit_is_a_store_error_and_takes_no_money(counter: Counter) -> None:
    command = counter.payment()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(StoreError) as refusal:
            take_payment(counter.demo.hall, command)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refusal.value.code in {"store.full", "store.io"}
    assert sales(counter) == 0
    assert take_payment(counter.demo.hall, command).receipt_no == 2
    assert violations(counter.demo.path) == []


# ---- read-only -------------------------------------------------------------------------------------------------------


def reopened(counter: Counter) -> Store:
    return Store(counter.demo.path, clock=FixedClock(), signer=counter.demo.key)


def test_read_only_disk_is_told_at_opening(counter: Counter, small_disk: Path) -> None:
    moved(counter, small_disk)
    counter.demo.store.close()
    before = counter.demo.path.read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreReadOnly):
        reopened(counter)
    assert counter.demo.path.read_bytes() == before


def test_folder_instead_of_a_file_is_told_at_opening(counter: Counter) -> None:
    counter.demo.store.close()
    counter.demo.path.unlink()
    counter.demo.path.mkdir()
    with pytest.raises(StoreError):
        reopened(counter)


def test_missing_folder_is_told_at_opening(counter: Counter, tmp_path: Path) -> None:
    counter.demo.path = tmp_path / "gone" / "hall.db"
    with pytest.raises(StoreReadOnly, match=r"store\.cannot_open"):
        reopened(counter)


# ---- not what it was -------------------------------------------------------------------------------------------------


@pytest.fixture
def at_rest(counter: Counter) -> Counter:
    """A posted sale in a closed, checkpointed file."""
    counter.deliver(counter.pay().sale_id)
    counter.demo.store.close()
    return counter


def test_newer_schema_is_not_touched(at_rest: Counter) -> None:
    with closing(driver.connect(str(at_rest.demo.path))) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = at_rest.demo.path.read_bytes()
    with pytest.raises(StoreTooNew):
        reopened(at_rest)
    assert at_rest.demo.path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("ALTER TABLE bag_in_safe ADD COLUMN note TEXT", "bag_in_safe"),
        ("ALTER TABLE sale_line DROP COLUMN vat_rate_bp", "sale_line"),
        ("ALTER TABLE slip_waiting RENAME TO slips_waiting", "slip_waiting"),
    ],
)
def test_books_with_other_tables_under_the_same_number_are_not_opened(
    at_rest: Counter, change: str, table: str
) -> None:
    with closing(driver.connect(str(at_rest.demo.path))) as connection:
        for name in ("sale_line_by_tier", "sale_line_seal", "sale_line_expand"):
            connection.execute(f"DROP {'INDEX' if name.endswith('tier') else 'TRIGGER'} IF EXISTS {name}")
        connection.execute("PRAGMA legacy_alter_table=ON")
        connection.execute(change)
        connection.commit()
    with pytest.raises(StoreDamaged, match=r"store\.other_schema") as refused:
        reopened(at_rest)
    assert refused.value.params == {"table": table}


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
@pytest.mark.parametrize("version", [0, SCHEMA_VERSION])
def test_somebody_else_s_database_is_not_touched(at_rest: Counter, version: int, mode: str) -> None:
    at_rest.demo.path.unlink()
    with closing(driver.connect(str(at_rest.demo.path))) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("CREATE TABLE music (title TEXT)")
        connection.execute(f"PRAGMA user_version={version}")
        connection.commit()
    before = at_rest.demo.path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"store\.not_ours"):
        reopened(at_rest)
    assert at_rest.demo.path.read_bytes() == before
    with closing(driver.connect(str(at_rest.demo.path))) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("music",)]


@pytest.mark.parametrize("content", [b"not a database at all" * 100, bytes(8192)], ids=["text", "zeros"])
def test_file_that_is_no_database_is_told_at_opening(at_rest: Counter, content: bytes) -> None:
    at_rest.demo.path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        reopened(at_rest)
    assert at_rest.demo.path.read_bytes() == content


def complaint_of(path: Path, anchors: list[Anchor] | None = None) -> str:
    """How damage shows: the error at opening, or the first finding of the outside verifier; "" = nobody noticed."""
    key_free = FixedClock()
    try:
        Store(path, clock=key_free, signer=NoSigner()).close()
    except StoreError as told:
        return told.code
    try:
        verifier: Verifier = verify_store(path, anchors or [], set())
    except Unreadable as unreadable:
        return f"unreadable: {unreadable}"
    errors = [finding.code for finding in verifier.findings if finding.severity == "error"]
    return errors[0] if errors else ""


class NoSigner:
    """A signer for opening only."""

    key_id = "0" * 16
    public_hex = ""

    def sign(self, record_hash: str) -> str | None:
        return None


def test_undamaged_file_is_not_complained_of(at_rest: Counter) -> None:
    assert complaint_of(at_rest.demo.path) == ""


def test_truncated_file_is_noticed(at_rest: Counter) -> None:
    content = at_rest.demo.path.read_bytes()
    for kept_percent in (1, 10, 50, 75, 99):
        at_rest.demo.path.write_bytes(content[: len(content) * kept_percent // 100])
        assert complaint_of(at_rest.demo.path), kept_percent


def money_of(path: Path) -> list[object] | None:
    """Everything the money tables say; None if they cannot be read."""
    try:
        with closing(driver.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return [connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4").fetchall() for name in MONEY_TABLES]
    except (driver.Error, UnicodeDecodeError):
        return None


def unnoticed_flips(path: Path, seeds: range) -> tuple[list[int], int]:
    """Flip one bit per seed. Returns the seeds whose change of money nobody noticed, and how many changed money."""
    content, before = path.read_bytes(), money_of(path)
    unnoticed, changed = [], 0
    for seed in seeds:
        dice = random.Random(seed)
        place = dice.randrange(len(content))
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :])
        after = money_of(path)
        if after != before:
            changed += 1
            if not complaint_of(path):
                unnoticed.append(seed)
    path.write_bytes(content)
    return unnoticed, changed


def test_flipped_bit_in_money_is_noticed(at_rest: Counter) -> None:
    unnoticed, changed = unnoticed_flips(at_rest.demo.path, range(60))
    assert not unnoticed
    assert changed > 0


def test_text_that_is_none_any_more_is_told_as_damage(at_rest: Counter) -> None:
    with closing(driver.connect(str(at_rest.demo.path))) as connection:
        connection.execute("DROP TRIGGER sale_no_update")
        connection.execute("UPDATE sale SET item = CAST(x'67ff' AS TEXT)")
        connection.commit()
    store = reopened(at_rest)
    with pytest.raises(StoreDamaged, match=r"store\.damaged"), store.reading() as connection:
        connection.exec_driver_sql("SELECT item FROM sale").all()
    store.close()
    with pytest.raises(Unreadable):
        verify_store(at_rest.demo.path, [], set())


@pytest.mark.endure
@pytest.mark.timeout(1800)
def test_thousands_of_flipped_bits_in_money_are_noticed(at_rest: Counter) -> None:
    unnoticed, changed = unnoticed_flips(at_rest.demo.path, range(1000, 6000))
    print(f"{changed} of 5000 flips changed money")
    assert not unnoticed
    assert changed > 500


# ---- write-ahead log -------------------------------------------------------------------------------------------------


@pytest.fixture
def with_wal(counter: Counter, tmp_path: Path) -> tuple[Path, Anchor]:
    """A killed program's files: the sale is in the log only. Path, and the anchor on its receipt."""
    with closing(driver.connect(str(counter.demo.path))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    paid = counter.pay()
    chain, epoch, seq = paid.sale_id.rsplit("-", 2)
    path = tmp_path / "killed" / "hall.db"
    path.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(f"{counter.demo.path}{ending}", f"{path}{ending}")
    return path, Anchor(chain, int(epoch), int(seq), paid.short_hash)


def test_log_left_by_a_kill_is_read_at_opening(with_wal: tuple[Path, Anchor]) -> None:
    path, anchor = with_wal
    assert complaint_of(path, [anchor]) == ""


def test_deleted_log_is_noticed_by_the_receipt_in_the_customer_s_hand(with_wal: tuple[Path, Anchor]) -> None:
    path, anchor = with_wal
    Path(f"{path}-wal").unlink()
    assert complaint_of(path, [anchor]) == "anchor.missing"
    notes = {finding.code for finding in verify_store(path, [], set()).findings}
    assert "tail.unprovable" in notes


def test_flipped_bit_in_the_log_loses_the_sale_whole_and_the_receipt_says_so(
    with_wal: tuple[Path, Anchor], tmp_path: Path
) -> None:
    killed, anchor = with_wal
    outcomes = set()
    for seed in range(12):
        path = Path(shutil.copytree(killed.parent, tmp_path / str(seed))) / "hall.db"
        log = Path(f"{path}-wal")
        content = bytearray(log.read_bytes())
        dice = random.Random(seed)
        content[dice.randrange(32, len(content))] ^= 1 << dice.randrange(8)
        log.write_bytes(content)
        complaint = complaint_of(path, [anchor])
        with closing(driver.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            sql = "SELECT count(*) FROM journal WHERE hash LIKE ?"
            is_there = connection.execute(sql, (f"{anchor.prefix}%",)).fetchone()[0] == 1
        assert complaint == ("" if is_there else "anchor.missing")
        assert violations(path) == []
        outcomes.add(complaint)
    assert "anchor.missing" in outcomes
