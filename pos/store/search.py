"""One search box over all accounts: card, account, meter and phone numbers, name, pinyin initials, address.

What a term finds (the whole definition; tests compare it with a scan): letters and digits find accounts that have a
number, a pinyin key, or a run of letters and digits in name or address beginning with them; anything else finds
accounts whose name or address contains it. Several terms, separated by blanks, must all be true; digits in groups are
also tried as one number. Case, width and blanks inside names do not matter. Speed: the first 50 hits in index order;
hits are never all collected, counted or sorted. Contains personal data: erased together with the customer.
Must not know: roles, masks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import Connection

from pos.domain.pinyin_keys import name_keys

FIRST_HITS = 50
MAX_QUERY = 60
MAX_TERMS = 6
_DIGITS36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_DROPPED = re.compile(r"[\s\x00-\x1f\x7f·•・\ud800-\udfff]+")
_RUN = re.compile(r"[0-9a-z]+")
_MARKS_IN_NUMBERS = re.compile(r"[-+()]+")
_PAST = "\x7f"


@dataclass(frozen=True, slots=True)
class SearchFields:
    """What an account can be found by."""

    account_no: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    numbers: tuple[str, ...] = ()  # cards and meters


@dataclass(frozen=True, slots=True)
class Entry:
    """Fields as stored. `keys`: ` key key #run `, a blank around each, so that instr finds a beginning."""

    account_no: str
    name: str
    address: str
    keys: str
    grams: str

    def key_list(self) -> list[str]:
        """The keys one by one."""
        return self.keys.split()


def folded(text: str) -> str:
    """Text as compared: NFKC, lower case, no blanks or middle dots."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


def put(connection: Connection, fields: SearchFields) -> None:
    """Make an account findable by these fields and by nothing else. A few B-tree rows and one full-text row."""
    remove(connection, fields.account_no)
    put_new(connection, [fields])


def put_new(connection: Connection, many: Iterable[SearchFields]) -> int:
    """Add accounts that are not yet in the index; returns how many. About 20 000 a second."""
    entries = [entry_of(fields) for fields in many]
    if not entries:
        return 0
    first = int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) + 1 FROM search_entry").scalar_one())
    numbered = list(enumerate(entries, start=first))
    connection.exec_driver_sql(
        "INSERT INTO search_entry (id, account_no, name, address, keys) VALUES (?, ?, ?, ?, ?)",
        [(number, e.account_no, e.name, e.address, e.keys) for number, e in numbered],
    )
    connection.exec_driver_sql(
        "INSERT INTO search_key (key, id) VALUES (?, ?)",
        sorted((key, number) for number, e in numbered for key in e.key_list()),
    )
    connection.exec_driver_sql(
        "INSERT INTO search_gram (rowid, grams) VALUES (?, ?)", [(number, e.grams) for number, e in numbered]
    )
    return len(entries)


def add_number(connection: Connection, account_no: str, number: str) -> None:
    """Make an account findable by one more card or meter number: B-tree only, cheap enough beside a payment."""
    key = _key_form(folded(number))
    row = connection.exec_driver_sql("SELECT id, keys FROM search_entry WHERE account_no = ?", (account_no,)).first()
    if row is None or not key or f" {key} " in row[1]:
        return
    connection.exec_driver_sql("INSERT INTO search_key (key, id) VALUES (?, ?)", (key, row[0]))
    connection.exec_driver_sql("UPDATE search_entry SET keys = ? WHERE id = ?", (f"{row[1]}{key} ", row[0]))


def remove(connection: Connection, account_no: str) -> None:
    """Take an account out of the index; nothing happens if it is not in it."""
    row = connection.exec_driver_sql("SELECT id, keys FROM search_entry WHERE account_no = ?", (account_no,)).first()
    if row is None:
        return
    for key in row[1].split():
        connection.exec_driver_sql("DELETE FROM search_key WHERE key = ? AND id = ?", (key, row[0]))
    connection.exec_driver_sql("DELETE FROM search_gram WHERE rowid = ?", (row[0],))
    connection.exec_driver_sql("DELETE FROM search_entry WHERE id = ?", (row[0],))


def find(connection: Connection, query: str, limit: int = FIRST_HITS) -> tuple[str, ...]:
    """Account numbers of the first hits; numbers that equal the query come first. Empty for an empty query."""
    hits: dict[str, None] = {}
    for terms in _readings(query):
        driver = max(terms, key=lambda term: (not _is_key(term), len(term)))
        if driver.isascii() and _key_form(driver):
            others = [term for term in terms if term is not driver]
            for prefix in (_key_form(driver), f"#{_key_form(driver)}"):
                if len(hits) < limit:  # of `limit` more, those found already may be part
                    hits.update(_by_key(connection, prefix, others, limit))
        if not _is_key(driver) and len(hits) < limit:
            hits.update(_by_text(connection, driver, terms, limit))
    return tuple(hits)[:limit]


def _by_key(connection: Connection, prefix: str, others: list[str], limit: int) -> dict[str, None]:
    """Accounts with a key that begins like this and with all other terms, in key order."""
    checks, values = _checks(others)
    sql = (
        "SELECT DISTINCT e.account_no FROM search_key k CROSS JOIN search_entry e ON e.id = k.id"
        f" WHERE k.key >= ? AND k.key < ?{checks} LIMIT ?"
    )
    rows = connection.exec_driver_sql(sql, (prefix, prefix + _PAST, *values, limit))
    return dict.fromkeys(row[0] for row in rows)


def _by_text(connection: Connection, driver: str, terms: list[str], limit: int) -> dict[str, None]:
    """Accounts whose name or address has the pairs of the text terms, all terms then checked letter by letter."""
    texts = [term for term in terms if not term.isascii()] or [driver]
    checks, values = _checks(terms)
    sql = (
        "SELECT e.account_no FROM search_gram CROSS JOIN search_entry e ON e.id = search_gram.rowid"
        f" WHERE search_gram MATCH ?{checks} LIMIT ?"
    )
    rows = connection.exec_driver_sql(sql, (_match(texts), *values, limit))
    return dict.fromkeys(row[0] for row in rows)


def compact(connection: Connection) -> None:
    """Merge the full-text index into one piece after a large import (1 000 000 accounts: seconds)."""
    connection.exec_driver_sql("INSERT INTO search_gram (search_gram) VALUES ('optimize')")


def matches(entry: Entry, query: str) -> bool:
    """The definition, by looking at one account: what `find` must agree with."""
    return any(all(_term_matches(entry, term) for term in terms) for terms in _readings(query))


def _term_matches(entry: Entry, term: str) -> bool:
    key = _key_form(term) if term.isascii() else ""
    if key and any(stored.startswith((key, f"#{key}")) for stored in entry.key_list()):
        return True
    return not _is_key(term) and (term in entry.name or term in entry.address)


def _checks(terms: list[str]) -> tuple[str, list[str]]:
    """SQL conditions on an entry `e`, and their values, for terms that do not drive the query."""
    sql, values = "", []
    for term in terms:
        either = []
        if term.isascii() and _key_form(term):
            either += ["instr(e.keys, ?)", "instr(e.keys, ?)"]
            values += [f" {_key_form(term)}", f" #{_key_form(term)}"]
        if not _is_key(term):
            either += ["instr(e.name, ?)", "instr(e.address, ?)"]
            values += [term, term]
        sql += f" AND ({' OR '.join(either)})"
    return sql, values


def _terms(query: str) -> list[str]:
    parts = unicodedata.normalize("NFKC", query)[:MAX_QUERY].split()
    return [term for term in dict.fromkeys(folded(part) for part in parts) if term][:MAX_TERMS]


def _readings(query: str) -> list[list[str]]:
    """How a query may be meant: digits typed in groups are first one number (138 0000 5678), then several terms."""
    terms = _terms(query)
    joined = "".join(terms)
    if len(terms) > 1 and joined.isascii() and joined.isdigit():
        return [[joined], terms]
    return [terms] if terms else []


def _is_key(term: str) -> bool:
    """Only letters and digits: looked up in the B-tree, not in the text."""
    return _RUN.fullmatch(term) is not None


def _key_form(text: str) -> str:
    """`0571-8812` as `05718812`; "" for what cannot be a number or a pinyin key."""
    plain = _MARKS_IN_NUMBERS.sub("", text)
    return plain if _is_key(plain) else ""


def entry_of(fields: SearchFields) -> Entry:
    """The fields as they are stored."""
    name, address = folded(fields.name), folded(fields.address)
    numbers = (_key_form(folded(n)) for n in (fields.account_no, fields.phone, *fields.numbers))
    runs = (f"#{run}" for text in (name, address) for run in _RUN.findall(text))
    keys = dict.fromkeys(key for key in (*numbers, *name_keys(name), *runs) if key)
    return Entry(fields.account_no, name, address, f" {' '.join(keys)} ", " ".join(_grams(name) | _grams(address)))


def _grams(text: str) -> set[str]:
    """Tokens of a text: every pair of neighbours, and the last character alone, each character as four digits."""
    codes = [_code(char) for char in text]
    return {a + b for a, b in pairwise(codes)} | set(codes[-1:])


def _match(terms: list[str]) -> str:
    """Full-text expression: every pair of every term, or words beginning with a single character."""
    wanted: dict[str, None] = {}
    for term in terms:
        codes = [_code(char) for char in term]
        pairs = [a + b for a, b in pairwise(codes)]
        wanted.update(dict.fromkeys(f'"{pair}"' for pair in pairs) if pairs else {f'"{codes[0]}" *': None})
    return " AND ".join(wanted)


def _code(char: str) -> str:
    """A character as four base-36 digits: plain ASCII for any tokeniser, whatever Unicode version it knows."""
    point, digits = ord(char), ""
    for _ in range(4):
        point, digit = divmod(point, 36)
        digits = _DIGITS36[digit] + digits
    return digits
