"""The search box against its own definition, looked at account by account: no hit missed, none too many."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from ledger.sqlite_engine import make_engine
from pos.store import search, tables_accounts
from pos.store.search import SearchFields
from ui.app.demo_customers import demo_customers

COUNT = 2000


@pytest.fixture(scope="module")
def people() -> list[SearchFields]:
    return [
        SearchFields(c.account_no, c.name, c.phone, c.address, tuple(n for n in (c.meter_no, c.card_no) if n))
        for c in demo_customers(COUNT)
    ]


@pytest.fixture(scope="module")
def filled(people: list[SearchFields], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with _index(tmp_path_factory.mktemp("search") / "index.db") as connection:
        search.put_new(connection, people)
        search.compact(connection)
        yield connection


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Connection]:
    with _index(tmp_path / "index.db") as connection:
        yield connection


def _index(path: Path) -> Connection:
    connection = make_engine(path).connect()
    for statement in tables_accounts.PLAIN:
        connection.exec_driver_sql(statement)
    return connection


def queries(people: list[SearchFields], source: random.Random, count: int) -> Iterator[str]:
    """Pieces of what is there: beginnings of numbers, middles of texts, initials, and mixtures of two terms."""

    def one(person: SearchFields) -> str:
        text = source.choice((person.name, person.address))
        start = source.randrange(len(text))
        number = source.choice((person.account_no, person.phone or "138", *person.numbers))
        return source.choice(
            (
                text[start : start + source.randint(1, 6)],
                text[start : start + 2],
                number[: source.randint(1, len(number))],
                number[-4:],
                source.choice(search.name_keys(person.name))[: source.randint(1, 6)],
            )
        )

    for _ in range(count):
        person = source.choice(people)
        terms = [one(person) for _ in range(source.choice((1, 1, 1, 2, 3)))]
        yield " ".join(terms)


def scanned(entries: list[search.Entry], query: str) -> set[str]:
    """The definition, carried out by looking at everybody."""
    for terms in search.readings(query):
        found = {entry.account_no for entry in entries if search.matches(entry, terms)}
        if found:
            return found
    return set()


def test_hits_are_exactly_the_accounts_that_match(filled: Connection, people: list[SearchFields]) -> None:
    entries = [search.entry_of(person) for person in people]
    found_some = 0
    for query in queries(people, random.Random(11), 150):
        wanted = scanned(entries, query)
        hits = search.find(filled, query, limit=COUNT)
        assert len(hits) == len(set(hits))
        assert set(hits) == wanted, query
        found_some += bool(wanted)
    assert found_some > 120


def test_terms_that_many_accounts_share_find_exactly_the_accounts_that_match(
    filled: Connection, people: list[SearchFields], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 1)  # two thousand accounts are asked as a million are
    entries = [search.entry_of(person) for person in people]
    source = random.Random(11)
    asked = [
        f"{search.entry_of(person).key_list()[-3][:length]} {last}"
        for person in source.sample(people, 60)
        for length in (1, 2, 9)
        for last in (person.address.split()[-1], "号", person.phone[:3] or "1", person.address.split()[0])
    ]
    wrong = {q for q in asked if set(search.find(filled, q, limit=COUNT)) != scanned(entries, q)}
    assert wrong == set()


def test_first_hits_are_hits_and_as_many_as_asked_for(filled: Connection, people: list[SearchFields]) -> None:
    by_no = {person.account_no: search.entry_of(person) for person in people}
    for query in queries(people, random.Random(12), 150):
        every = search.find(filled, query, limit=COUNT)
        hits = search.find(filled, query, limit=50)
        assert len(hits) == min(50, len(every))
        assert not hits or any(all(search.matches(by_no[h], terms) for h in hits) for terms in search.readings(query))


@pytest.mark.parametrize(
    "query",
    ["1000204471", "8000204471", "m1000204471", "13800005678", "138 0000 5678", "单桂芳", "桂芳", "sgf", "dgf",
     "shanguifang", "平安里12号楼3单元502", "安里 桂", "ｓｇｆ", "１０００２０４４７１", "单桂芳 502",
     "平安里 12 号楼 3 单元 502", "5678", "５６７８", "5678 单桂芳", "502 5678"],
)  # fmt: skip
def test_story_customer_is_found_by_every_key(filled: Connection, query: str) -> None:
    assert "1000204471" in search.find(filled, query, limit=COUNT)


@pytest.mark.parametrize(
    ("query", "name"),
    [("chenxy", "陈晓燕"), ("ouyangxy", "欧阳晓燕"), ("shantf", "单田芳"), ("zhangf", "张峰"),
     ("zhangfeng", "张峰"), ("zengxw", "曾晓伟")],
)  # fmt: skip
def test_a_surname_spelled_out_with_initials_finds_its_customer(empty: Connection, query: str, name: str) -> None:
    names = ("陈晓燕", "陈小芳", "欧阳晓燕", "单田芳", "张峰", "张小凤", "曾晓伟", "程轩")
    search.put_new(empty, [SearchFields(f"1000{n:06}", each, "", "平安里 502") for n, each in enumerate(names)])
    assert [names[int(no[-1])] for no in search.find(empty, query)][:1] == [name]


def test_letters_that_begin_a_spelling_are_not_taken_for_initials(empty: Connection) -> None:
    search.put_new(empty, [SearchFields("1", "林旭", "", "平安里"), SearchFields("2", "李宁欣", "", "平安里")])
    assert search.find(empty, "linx") == ("1",)
    assert search.find(empty, "lnx") == ("2",)


@pytest.mark.parametrize("query", ["1000204471", "8000204471", "13800005678", "M1000204471"])
def test_number_in_full_comes_first(filled: Connection, query: str) -> None:
    assert search.find(filled, query)[0] == "1000204471"


def test_last_four_digits_of_a_phone_find_it_before_the_many_numbers_that_begin_so(empty: Connection) -> None:
    search.put_new(empty, [SearchFields(f"5678{n:06}", "王芳", "", "平安里") for n in range(80)])
    search.put_new(
        empty, [SearchFields("9", "单桂芳", "138-0000-5678", "平安里"), SearchFields("8", "李乐", "", "", ("5678",))]
    )
    assert search.find(empty, "5678")[:2] == ("8", "9")
    assert len(search.find(empty, "5678")) == search.FIRST_HITS
    assert search.find(empty, "5678 单") == ("9",)
    assert search.find(empty, "~5678") == ()
    for other in ("678", "05678", "00005678"):
        assert "9" not in search.find(empty, other), other


def test_last_four_digits_are_looked_up_in_the_index(filled: Connection) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_c: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        asked.append((statement, values))

    event.listen(filled, "before_cursor_execute", note)
    try:
        assert search.find(filled, "5678 单桂芳")
        assert search.find(filled, "5678")
    finally:
        event.remove(filled, "before_cursor_execute", note)
    plans = [row[3] for sql, values in asked for row in filled.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert {"CO-ROUTINE k", "SEARCH search_key USING PRIMARY KEY (key>? AND key<?)"} <= set(plans)  # k: as far as asked
    assert [plan for plan in plans if re.match(r"SCAN (search_key|search_entry|e)\b", plan)] == []


@pytest.mark.parametrize(
    "query",
    ["", "  ", "\t", "'", '"', '" OR 1=1 --', "*", "%", "a*b", "NEAR(", "\x00", "\ud800", "🙂", "-" * 500, "（）"],
)
def test_strange_text_finds_nothing_and_breaks_nothing(filled: Connection, query: str) -> None:
    assert search.find(filled, query) == ()


NAMES = ("龚䶮", "李㛃", "赵𬱖", "王\U00030edd王", "﨑本", "买买提·吐尔逊", "O'Brien Seán", "𠮷野家")


@pytest.mark.parametrize("name", NAMES)
def test_name_with_rare_characters_is_found_by_any_piece_of_it(empty: Connection, name: str) -> None:
    search.put_new(empty, [SearchFields(str(n), other, "", "平安里") for n, other in enumerate(NAMES)])
    wanted = str(NAMES.index(name))
    pieces = [name, search.folded(name)[:1], search.folded(name)[-1:], search.folded(name)[1:3]]
    for piece in pieces[: 4 if not search.folded(name).isascii() else 2]:
        assert wanted in search.find(empty, piece), piece


def test_changed_account_is_found_by_the_new_fields_only(empty: Connection) -> None:
    search.put_new(
        empty, [SearchFields("1", "单桂芳", "138", "平安里", ("M1",)), SearchFields("2", "王芳", "", "和平路")]
    )
    search.put(empty, SearchFields("1", "曾国华", "139", "新华里", ("M1", "M2")))
    for old in ("单桂", "138", "平安", "sgf", "单"):
        assert search.find(empty, old) == ()
    for new in ("国华", "139", "新华", "zgh", "M2", "M1", "曾"):
        assert search.find(empty, new) == ("1",)
    assert search.find(empty, "王芳") == ("2",)


def test_removed_account_leaves_nothing_in_any_table(empty: Connection) -> None:
    search.put_new(empty, [SearchFields("1", "单桂芳", "13800005678", "平安里 12", ("M1",))])
    search.remove(empty, "1")
    assert empty.exec_driver_sql("SELECT count(*) FROM search_key").scalar() == 0
    assert empty.exec_driver_sql("SELECT count(*) FROM search_entry").scalar() == 0
    assert search.find(empty, "桂芳") == ()


def test_number_added_later_finds_the_account(empty: Connection) -> None:
    search.put_new(empty, [SearchFields("1", "单桂芳", "", "平安里")])
    search.add_number(empty, "1", "8000204471")
    search.add_number(empty, "1", "8000204471")
    assert search.find(empty, "80002") == ("1",)
    assert search.find(empty, "桂芳 8000204471") == ("1",)
    search.remove(empty, "1")
    assert search.find(empty, "80002") == ()


def test_compacting_changes_no_answer(empty: Connection, people: list[SearchFields]) -> None:
    for start in range(0, 600, 20):
        search.put_new(empty, people[start : start + 20])
        search.put(empty, people[start])
    before = {query: set(search.find(empty, query, 1000)) for query in ("平安", "芳", "12号楼", "sgf", "1")}
    search.compact(empty)
    assert {query: set(search.find(empty, query, 1000)) for query in before} == before
    assert before["平安"]
