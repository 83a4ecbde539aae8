"""The database seals itself: through Core, raw SQL, the plain shell and a foreign library, whatever their settings.

Every table of the product is tried, so that a table declared tomorrow is tried tomorrow.
"""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from ledger import sqlite_engine
from ledger.errors import KnownError, SealBroken, StoreDamaged
from ledger.journal import Journal
from ledger.keys import MissingKey, Signer
from ledger.seal import SealedTable
from ledger.seal_sqlite import POSTING, journal_ddl, sealed_table_ddl
from ledger.sqlite_engine import apply_settings, driver, is_sound, make_engine
from ledger.verify_database import verify_database
from ledger.verify_journal import Unreadable
from pos.store.schema import PLAIN, SEALED
from tests.unit.ledger.sample_books import T1, TABLES, H, books_ddl, empty_books, write_two_days

SHELL = shutil.which("sqlite3")


@pytest.fixture(scope="module")
def sealed_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good books; every test works on a copy of its own."""
    folder = tmp_path_factory.mktemp("books")
    with empty_books(folder) as hall:
        write_two_days(hall)
    return folder / "books.db"


@pytest.fixture
def books(sealed_books: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sealed_books, tmp_path / "books.db"))


def through_core(path: Path, sql: str) -> str:
    engine = make_engine(path)
    try:
        with engine.connect() as connection:
            connection.execute(text(sql.replace(":", "\\:")))
            connection.commit()
    except KnownError as error:
        return str(error)
    finally:
        engine.dispose()
    return ""


def through_raw_driver(path: Path, sql: str) -> str:
    return _through(driver, path, sql)


def through_foreign_library(path: Path, sql: str) -> str:
    """Python's own sqlite3, no pragma set: foreign keys and recursive triggers are off."""
    return _through(sqlite3, path, sql)


def through_shell(path: Path, sql: str) -> str:
    assert SHELL is not None, "the sqlite3 shell is missing: installer/system-packages.sh test installs it"
    done = subprocess.run([SHELL, "-batch", path, sql], capture_output=True, text=True, timeout=30, check=False)
    return done.stderr if done.returncode else ""


def _through(library: object, path: Path, sql: str) -> str:
    with closing(library.connect(path)) as connection:  # type: ignore[attr-defined]
        try:
            connection.execute(sql)
            connection.commit()
        except library.Error as error:  # type: ignore[attr-defined]
            return str(error)
    return ""


WAYS = [
    pytest.param(through_core, id="core"),
    pytest.param(through_raw_driver, id="raw driver"),
    pytest.param(through_foreign_library, id="foreign library"),
    pytest.param(through_shell, id="shell"),
]
NAMES = ("journal", "posting", *(table.name for table in TABLES))
VERBS = {
    "delete everything": "DELETE FROM {t}",
    "delete one": "DELETE FROM {t} WHERE chain < 'DJ-T02' AND seq > 1",
    "update a key": "UPDATE {t} SET seq = seq + 1000",
    "update or replace": "UPDATE OR REPLACE {t} SET seq = 3",
    "update or ignore": "UPDATE OR IGNORE {t} SET chain = 'X'",
    "replace by itself": "REPLACE INTO {t} SELECT * FROM {t}",
    "insert or replace": "INSERT OR REPLACE INTO {t} SELECT * FROM {t} LIMIT 1",
    "insert or ignore": "INSERT OR IGNORE INTO {t} SELECT * FROM {t} LIMIT 1",
    "insert again": "INSERT INTO {t} SELECT * FROM {t} LIMIT 1",
    "upsert": "INSERT INTO {t} SELECT * FROM {t} WHERE true ON CONFLICT DO UPDATE SET seq = 9",
}


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in NAMES}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("table", NAMES)
def test_no_verb_changes_a_sealed_table(books: Path, way: Callable[[Path, str], str], table: str) -> None:
    before = content(books)
    assert before[table], "a table without rows proves nothing"
    for name, sql in VERBS.items():
        answer = way(books, sql.format(t=table))
        assert "seal" in answer, (name, answer)
    assert content(books) == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "column", ["body", "hash", "signature", "kind", "session", "at_utc_ms", "command_id", "key_id"]
)
def test_no_column_of_the_journal_can_be_updated(books: Path, way: Callable[[Path, str], str], column: str) -> None:
    assert "seal: journal is sealed" in way(books, f"UPDATE journal SET {column} = NULL WHERE id = 5")


@pytest.mark.parametrize("way", WAYS)
def test_a_posting_that_no_record_holds_is_refused(books: Path, way: Callable[[Path, str], str]) -> None:
    sql = (
        "INSERT INTO posting (chain, epoch, seq, line, session, kind, side, amount_fen, account, party, matter)"
        " SELECT chain, epoch, seq, 99, session, kind, side, amount_fen, account, party, matter FROM posting LIMIT 1"
    )
    assert "seal: posting not in its record" in way(books, sql)


@pytest.mark.parametrize("way", WAYS)
def test_a_row_that_no_record_holds_is_refused(books: Path, way: Callable[[Path, str], str]) -> None:
    sql = "INSERT INTO open_matter (chain, epoch, seq, line, session_id, matter_id) VALUES ('DJ-H', 1, 1, 0, 's', 'm')"
    assert "seal: open_matter not in its record" in way(books, sql)


@pytest.mark.parametrize("way", WAYS[1:])
@pytest.mark.parametrize("place", ["'#-1'", "'0][0'", "-1", "NULL", "0.5"])
def test_a_posting_at_no_place_of_its_record_is_refused(
    books: Path, way: Callable[[Path, str], str], place: str
) -> None:
    """The place goes into a JSON path: whatever is written there names no second place of a posting."""
    before = content(books)
    sql = (
        f"INSERT INTO posting SELECT chain, epoch, seq, {place}, session, kind, side, amount_fen, account, party,"
        " matter FROM posting ORDER BY chain DESC, seq DESC, line DESC LIMIT 1"
    )
    assert way(books, sql)
    assert content(books) == before


@pytest.mark.parametrize("way", WAYS)
def test_the_way_from_records_to_tables_is_no_way_past_them(books: Path, way: Callable[[Path, str], str]) -> None:
    sql = 'INSERT INTO sealed_rows SELECT \'DJ-H\', 1, 1, \'open_matter\', \'[{"session_id":"s","matter_id":"m"}]\''
    assert "seal: open_matter not in its record" in way(books, sql)
    again = "INSERT OR REPLACE INTO sealed_rows SELECT * FROM sealed_rows"
    assert "exists" in way(books, again)


@pytest.mark.parametrize(
    "row", ['{"session_id":"s"}', '{"matter_id":"m","session_id":"s","x":1}', '{"session_id":"s","matter_id":"m"}']
)
def test_a_record_whose_rows_are_not_exactly_its_tables_columns_is_refused(books: Path, row: str) -> None:
    """A column left out, one too many, keys out of order: the row in the table would not be the row under the hash."""
    sql = _NEXT.format(**_GOOD).replace(
        "'$.payload.postings'", f"'$.payload.rows.open_matter', json('[{row}]'), '$.payload.postings'"
    )
    assert "seal: open_matter not in its record" in through_foreign_library(books, sql)


_NEXT = (
    "INSERT INTO journal (chain, epoch, seq, command_id, kind, session, at_utc_ms, body, hash)"
    " SELECT {chain}, {epoch}, {seq}, {command}, {kind}, {session}, at_utc_ms,"
    " json_set(body, '$.chain', {chain}, '$.epoch', {epoch}, '$.seq', {seq}, '$.command_id', {command},"
    " '$.kind', {kind}, '$.session', {session}, '$.prev_hash', {prev}, '$.payload.postings', json({postings})),"
    " {hash} FROM journal WHERE chain = 'DJ-T02' AND seq = 3"
)
_GOOD = {
    "chain": "'DJ-T02'",
    "epoch": "1",
    "seq": "4",
    "command": "'new'",
    "kind": "'signed_in'",
    "session": "NULL",
    "prev": "hash",
    "postings": "'[]'",
    "hash": "hash",
}
FORGED = {
    "gap": ({"seq": "5"}, "seal: gap"),
    "number zero": ({"seq": "0"}, "seal: gap"),
    "existing number": ({"seq": "3"}, "seal: record exists"),
    "existing command": ({"command": "'c0001'"}, "seal: record exists"),
    "another chain's predecessor": ({"prev": "(SELECT hash FROM journal WHERE id = 1)"}, "seal: chain"),
    "no predecessor": ({"prev": "NULL"}, "seal: chain"),
    "new chain without genesis": ({"chain": "'DJ-T03'", "seq": "1"}, "seal: epoch"),
    "new chain that names a predecessor": ({"chain": "'DJ-T03'", "seq": "1", "kind": "'genesis'"}, "seal: chain"),
    "new epoch without restore": ({"epoch": "2", "seq": "1"}, "seal: epoch"),
    "an epoch skipped": ({"epoch": "3", "seq": "1", "kind": "'restored'"}, "seal: epoch"),
    "back into an old epoch": ({"chain": "'DJ-T01'", "epoch": "0", "seq": "1"}, "seal: epoch"),
    "short hash": ({"hash": "'ab'"}, "seal: form"),
    "one leg": ({"postings": """'[["D",5,"assets.bank",null,null]]'"""}, "seal: unbalanced"),
    "a fen short": (
        {"postings": """'[["D",5,"assets.bank",null,null],["C",4,"income.gas",null,null]]'"""},
        "seal: unbalanced",
    ),
    "no amount": (
        {"postings": """'[["D",null,"assets.bank",null,null],["C",null,"income.gas",null,null]]'"""},
        "seal: posting form",
    ),
    "amount as text": ({"postings": """'[["D","5","assets.bank",null,null]]'"""}, "seal: posting form"),
    "a fraction": ({"postings": """'[["D",0.5,"a.b",null,null],["C",0.5,"a.b",null,null]]'"""}, "seal: posting form"),
    "negative legs": ({"postings": """'[["D",-5,"a.b",null,null],["C",-5,"a.b",null,null]]'"""}, "seal: posting form"),
    "unknown side": ({"postings": """'[["X",5,"assets.bank",null,null]]'"""}, "seal: posting form"),
    "no account": ({"postings": """'[["D",5,null,null,null],["C",5,null,null,null]]'"""}, "seal: posting form"),
}


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"])
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_record_is_refused(books: Path, name: str, verb: str) -> None:
    change, refusal = FORGED[name]
    sql = _NEXT.format(**_GOOD | change).replace("INSERT", verb, 1)
    assert refusal in through_foreign_library(books, sql)


def test_the_forgers_statement_itself_is_sound(books: Path) -> None:
    assert through_foreign_library(books, _NEXT.format(**_GOOD)) == ""


def test_columns_that_differ_from_the_body_are_refused(books: Path) -> None:
    sql = _NEXT.format(**_GOOD).replace(
        "SELECT 'DJ-T02', 1, 4, 'new', 'signed_in'", "SELECT 'DJ-T02', 1, 4, 'new', 'x'"
    )
    assert "seal: columns differ from body" in through_foreign_library(books, sql)


def test_the_journal_itself_answers_with_a_known_error(books: Path) -> None:
    engine = make_engine(books)
    with engine.connect() as connection, pytest.raises(SealBroken, match=r"store\.seal"):
        connection.exec_driver_sql("DELETE FROM journal")
    engine.dispose()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = make_engine(tmp_path_factory.mktemp("product") / "product.db")
    with engine.connect() as connection:
        for statement in [*journal_ddl(), *(s for table in SEALED for s in sealed_table_ddl(table)), *PLAIN]:
            connection.exec_driver_sql(statement)
        yield connection
    engine.dispose()


class TestProductTables:
    """What holds for the tables above holds for every declared one: the same statements make them."""

    @pytest.mark.parametrize("table", [POSTING, *SEALED], ids=lambda table: table.name)
    def test_every_declared_table_has_its_seals(self, connection: Connection, table: SealedTable) -> None:
        triggers = dict(
            connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                " AND tbl_name IN (?, 'journal', 'sealed_rows')",
                (table.name,),
            ).all()
        )
        for what in ("seal", "no_update", "no_delete"):
            assert "RAISE(ABORT" in triggers[f"{table.name}_{what}"]
        assert f"INSERT INTO {table.name} " in triggers.get(f"{table.name}_expand", triggers["journal_expand"])

    @pytest.mark.parametrize("table", [POSTING, *SEALED], ids=lambda table: table.name)
    def test_every_declared_table_refuses_a_row_without_a_record(
        self, connection: Connection, table: SealedTable
    ) -> None:
        values = ", ".join("1" if kind.startswith("INTEGER") else "'x'" for _, kind in table.columns)
        with pytest.raises(SealBroken):
            connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ('DJ-T01', 1, 1, 0, {values})")

    def test_every_column_of_money_or_price_is_in_the_chain(self, connection: Connection) -> None:
        sealed = {"journal", "posting", *(table.name for table in SEALED)}
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        loose = {
            f"{name}.{column[1]}"
            for name in set(names) - sealed
            for column in connection.exec_driver_sql(f"PRAGMA table_info({name})").all()
            if re.search(r"(_fen|_e4|rate_bp|_l|price|amount)$", column[1])
        }
        assert loose == set()

    def test_every_table_is_strict(self, connection: Connection) -> None:
        rows = connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND type = 'table'"
            " AND name NOT LIKE 'sqlite_%'"
        )
        assert [name for (name,) in rows if not re.match(r".*_(data|idx|content|docsize|config)$", name)] == []

    def test_unique_values_of_sealed_rows_cannot_be_replaced_away(self) -> None:
        for table in SEALED:
            seal = next(s for s in sealed_table_ddl(table) if f"TRIGGER {table.name}_seal" in s)
            for columns, _ in table.unique:
                assert f"FROM {table.name} WHERE {columns.split(',')[0].strip()} = NEW." in seal, (table.name, columns)


class TestWhatNoTriggerStops:
    """DROP TRIGGER, a changed file: the verifier of databases shows it."""

    def codes(self, path: Path) -> set[str]:
        return {f.code for f in verify_database(path, [], set()).findings if f.severity == "error"}

    def tampered(self, path: Path, *statements: str) -> set[str]:
        with closing(sqlite3.connect(path)) as connection:
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            for _, sql in triggers:
                connection.execute(sql)
            connection.commit()
        return self.codes(path)

    def test_good_books_show_nothing(self, books: Path) -> None:
        assert self.codes(books) == set()

    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            ("UPDATE posting SET amount_fen = 1 WHERE seq = 4 AND line = 0", "db.posting"),
            ("UPDATE posting SET account = 'assets.bank' WHERE line = 1", "db.posting"),
            ("UPDATE posting SET party = '00200' WHERE party = '00100'", "db.posting"),
            ("DELETE FROM posting WHERE chain = 'DJ-T01' AND seq = 3", "db.posting"),
            ("INSERT INTO posting SELECT 'DJ-T09', epoch, seq, line, session, kind, side, amount_fen, account, party,"
             " matter FROM posting", "db.stray"),
            ("UPDATE sale SET due_fen = 1 WHERE receipt_no = 1", "db.row"),
            ("UPDATE sale SET tender = 'unionpay'", "db.row"),
            ("DELETE FROM sale_line WHERE amount_fen = 8100", "db.row"),
            ("UPDATE card_write SET state = 'posted' WHERE state = 'in_doubt'", "db.row"),
            ("INSERT INTO sale SELECT 'DJ-T09', epoch, seq, line, sale_id || 'x', session_id, receipt_no, tender,"
             " volume_l, due_fen, paid_fen, 0, 0, NULL FROM sale", "db.stray"),
            ("DROP TABLE open_matter", "db.row"),
            ("UPDATE journal SET kind = 'x' WHERE id = 9", "db.column"),
            ("UPDATE journal SET at_utc_ms = 5 WHERE id = 9", "db.column"),
            ("UPDATE journal SET session = 'x' WHERE id = 9", "db.column"),
            ("UPDATE journal SET command_id = 'x' WHERE id = 9", "db.column"),
            ("UPDATE journal SET hash = replace(hash, 'a', 'b') WHERE id = 9", "record.hash"),
            ("UPDATE journal SET body = replace(body, 'op-1', 'op-2') WHERE id = 9", "record.hash"),
            ("DELETE FROM journal WHERE chain = 'DJ-T01' AND seq = 9", "chain.gap"),
        ],
    )  # fmt: skip
    def test_a_change_behind_dropped_triggers_is_shown(self, books: Path, statement: str, code: str) -> None:
        if statement.startswith("DROP TABLE"):
            with closing(sqlite3.connect(books)) as connection:
                connection.execute(statement)
            assert code in self.codes(books)
            return
        assert code in self.tampered(books, statement)

    @pytest.mark.parametrize(
        ("statement", "found"),
        [
            ("DROP INDEX sale_unique_0", "db.schema sale_unique_0: index: missing"),
            ("DROP INDEX journal_command", "db.schema journal_command: index: missing"),
            ("CREATE TABLE slush (fen INTEGER)", "db.schema slush: table: another than the program's"),
            ("CREATE INDEX of_mine ON sale (due_fen)", "db.schema of_mine: index: another than the program's"),
            ("DROP TRIGGER journal_seal", "db.trigger journal_seal: trigger: missing"),
            (
                "CREATE TRIGGER quiet BEFORE UPDATE ON journal BEGIN SELECT RAISE(IGNORE); END",
                "db.trigger quiet: trigger: another than the program's",
            ),
            (
                "DROP TRIGGER sale_no_update; CREATE TRIGGER sale_no_update BEFORE UPDATE ON sale WHEN 0"
                " BEGIN SELECT RAISE(ABORT, 'seal: sale is sealed'); END",
                "db.trigger sale_no_update: trigger: another than the program's",
            ),
        ],
    )
    def test_a_schema_that_is_not_to_the_letter_the_programs_is_shown(
        self, books: Path, statement: str, found: str
    ) -> None:
        with closing(sqlite3.connect(books)) as connection:
            connection.executescript(statement)
        verifier = verify_database(books, [], set(), schema=books_ddl())
        assert [str(f"{f.code} {f.where}: {f.text}") for f in verifier.findings if f.severity == "error"] == [found]

    def test_the_programs_own_schema_shows_nothing(self, books: Path) -> None:
        verifier = verify_database(books, [], set(), schema=books_ddl())
        assert [f.code for f in verifier.findings if f.severity == "error"] == []

    @pytest.mark.parametrize("column", ["body", "hash"])
    @pytest.mark.parametrize("value", ["NULL", "7", "x'00'"])
    def test_a_record_that_is_no_text_is_shown_and_does_not_stop_the_look(
        self, books: Path, column: str, value: str
    ) -> None:
        """A journal made again without its types takes anything."""
        columns = "id, chain, epoch, seq, command_id, kind, session, at_utc_ms, body, hash, suite, key_id, signature"
        with closing(sqlite3.connect(books)) as connection:
            connection.executescript(
                f"PRAGMA legacy_alter_table=ON; CREATE TABLE loose ({columns});"
                f" INSERT INTO loose SELECT {columns} FROM journal;"
                f" DROP TABLE journal; ALTER TABLE loose RENAME TO journal;"
                f" UPDATE journal SET {column} = {value} WHERE id = 9"
            )
        assert {"db.column", "db.trigger"} <= self.codes(books)

    @pytest.mark.parametrize("trigger", ["journal_no_delete", "journal_seal", "posting_no_update", "sale_expand"])
    def test_a_missing_seal_is_shown(self, books: Path, trigger: str) -> None:
        with closing(sqlite3.connect(books)) as connection:
            connection.execute(f"DROP TRIGGER {trigger}")
        assert self.codes(books) == {"db.trigger"}

    def test_a_toothless_seal_is_shown(self, books: Path) -> None:
        with closing(sqlite3.connect(books)) as connection:
            connection.execute("DROP TRIGGER journal_no_update")
            connection.execute("CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT 1; END")
        assert self.codes(books) == {"db.trigger"}

    def test_a_file_out_of_wal_mode_is_shown(self, books: Path) -> None:
        with closing(sqlite3.connect(books)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        assert self.codes(books) == {"db.setting"}

    def test_bits_that_flip_in_the_file_are_shown(self, books: Path) -> None:
        """Every flip that changes what a table of money says, wherever it falls (F26)."""
        with closing(sqlite3.connect(books)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before, good = content(books), books.read_bytes()
        dice, unseen, changed = random.Random(7), [], 0
        for _ in range(120):
            place = dice.randrange(100, len(good))
            damaged = bytearray(good)
            damaged[place] ^= 1 << dice.randrange(8)
            books.write_bytes(damaged)
            try:
                if content(books) == before:
                    continue
                changed += 1
                if not self.codes(books):
                    unseen.append(place)
            except (sqlite3.Error, OverflowError, UnicodeError, Unreadable):
                changed += 1  # it cannot even be read
        assert changed > 30
        assert unseen == []


class TestSettings:
    """Trust rules 2.3: settings are read back, and a wrong one refuses to sell."""

    class Stubborn:
        """A connection that answers one pragma as if the setting had been refused."""

        def __init__(self, real: object, name: str, answer: object) -> None:
            self._real, self._name, self._answer = real, name, answer

        def execute(self, sql: str) -> object:
            if sql == f"PRAGMA {self._name}":
                return self._real.execute("SELECT ?", (self._answer,))  # type: ignore[attr-defined]
            return self._real.execute(sql)  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        ("setting", "answer"),
        [
            ("journal_mode", "delete"),
            ("journal_mode", "memory"),
            ("synchronous", 1),
            ("synchronous", 0),
            ("foreign_keys", 0),
            ("recursive_triggers", 0),
            ("trusted_schema", 1),
            ("cell_size_check", 0),
            ("mmap_size", 268435456),
            ("busy_timeout", 0),
            ("wal_autocheckpoint", 1000),
        ],
    )
    def test_a_refused_setting_refuses_to_sell(self, books: Path, setting: str, answer: object) -> None:
        with closing(driver.connect(books)) as real, pytest.raises(StoreDamaged) as refusal:
            apply_settings(self.Stubborn(real, setting, answer))
        assert refusal.value.code == "store.settings_refused"
        assert refusal.value.params == {"setting": setting, "found": str(answer)}

    def test_a_header_out_of_wal_mode_is_refused(self, books: Path) -> None:
        with closing(sqlite3.connect(books)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        with pytest.raises(StoreDamaged, match="header"):
            sqlite_engine.confirm_wal(books)

    def test_the_header_of_an_open_database_says_wal(self, books: Path) -> None:
        engine = make_engine(books)
        with engine.connect():
            assert books.read_bytes()[18:20] == b"\x02\x02"
        engine.dispose()

    def test_a_reader_cannot_write(self, books: Path) -> None:
        engine = make_engine(books, read_only=True)
        with engine.connect() as connection, pytest.raises(KnownError):
            connection.exec_driver_sql("CREATE TABLE x (y INTEGER)")
        engine.dispose()

    def test_an_unsound_library_is_refused(self, books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite_engine, "is_sound", lambda version: False)
        with pytest.raises(StoreDamaged, match="unsound_engine"):
            make_engine(books)

    @pytest.mark.parametrize(
        ("version", "sound"),
        [
            ((3, 40, 1), False),
            ((3, 44, 5), False),
            ((3, 44, 6), True),
            ((3, 45, 0), False),
            ((3, 50, 7), True),
            ((3, 51, 2), False),
            ((3, 51, 3), True),
            ((3, 53, 4), True),
            ((4, 0, 0), True),
        ],
    )
    def test_versions_with_the_wal_reset_defect_are_known(self, version: tuple[int, ...], sound: bool) -> None:
        assert is_sound(version) is sound

    def test_a_damaged_file_is_a_known_error(self, tmp_path: Path) -> None:
        path = tmp_path / "books.db"
        path.write_bytes(b"not a database at all, only some text" * 50)
        engine = make_engine(path)
        with pytest.raises(StoreDamaged, match="damaged"):
            engine.connect()
        engine.dispose()


def test_a_signer_out_of_order_is_marked_under_the_hash_and_covered_later(tmp_path: Path) -> None:
    """F38: the counter sells on; the gap is visible and the next signature covers it."""
    with empty_books(tmp_path) as hall:
        hall.fact(H, "genesis")
        hall.fact(T1, "genesis")

        def signed_by(signer: Signer) -> Journal:
            return Journal(hall.connection, now_utc_ms=lambda: hall.now_ms, offset_min=480, signer=signer)

        hall.journal = signed_by(MissingKey(hall.key.key_id, hall.key.public_hex))
        hall.open()
        marks = hall.connection.exec_driver_sql("SELECT body ->> '$.signing', signature FROM journal ORDER BY id DESC")
        assert tuple(marks.first() or ()) == ("unsigned", None)
        hall.connection.commit()
        assert _errors(tmp_path / "books.db") == {"sign.uncovered"}
        hall.journal = signed_by(hall.key)
        hall.close()
        hall.connection.commit()
        assert _errors(tmp_path / "books.db") == set()


def _errors(path: Path) -> set[str]:
    return {f.code for f in verify_database(path, [], set()).findings if f.severity == "error"}
