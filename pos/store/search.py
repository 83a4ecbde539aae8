"""One search box over all accounts: card, account, meter and phone numbers, name, pinyin initials, address.

What a term finds (the whole definition; tests compare it with a scan): letters and digits find accounts that have a
number, a pinyin key, or a run of letters and digits in name or address beginning with them; four digits also those
whose phone ends in them, which is what lists show of it (mask_phone); anything else finds accounts whose name or
address contains it. A query with blanks is first taken as one term without them; if that finds nothing, all its words
must be true. One word of letters that finds nothing may be a surname spelled out with initials behind it (`chenxy`):
then spelling and initials must both be true, which needs no key of its own. Case and width do not matter. Speed: the
first 50 hits in index order; hits are never all collected, counted or sorted. Contains personal data: erased together
with the customer.
Must not know: roles, masks.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from sqlalchemy import Connection

from ledger.sqlite_engine import first_row
from pos.domain.pinyin_keys import mixed, name_keys

FIRST_HITS = 50
MAX_QUERY = 60
MAX_TERMS = 8
FEW = 300
"""Candidates that are quickly looked at one by one."""
MANY = 20_000
"""Candidates beyond this are not counted."""
STEPS_PER_ENTRY = 30
"""Keys stepped over in the time of one entry read and looked at."""
MOST_PIECES = 4
"""Pieces of a long text that are looked for; the rest is checked on what they find."""
SAMPLE = 5_000
COMMON_BP = 50
_DIGITS36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_DROPPED = re.compile(r"[\s\x00-\x1f\x7f·•・\ud800-\udfff]+")
_RUN = re.compile(r"[0-9a-z]+")
_MARKS_IN_NUMBERS = re.compile(r"[-+()]+")
_PAST = "\x7f"
_TAIL = "~"
"""Stands before the last digits of a phone among the keys."""
_TAIL_DIGITS = re.compile(r"[0-9]{4}")


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
    """Fields as stored. `keys`: ` key key ~tail #run `, a blank around each, so that instr finds a beginning."""

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
    for terms in readings(query):
        hits = _find(connection, terms, limit)
        if hits:
            return hits
    return ()


def readings(query: str) -> tuple[tuple[str, ...], ...]:
    """How a query may be meant, in the order it is tried: blanks left out (138 0000 5678), then term by term; a single
    word of letters as a surname spelled out with initials behind it. Beside another word that would take 20 ms.
    """
    parts = unicodedata.normalize("NFKC", query)[:MAX_QUERY].split()
    terms = tuple(dict.fromkeys(term for term in map(folded, parts) if term))[:MAX_TERMS]
    if len(terms) < 2:
        return (terms, *mixed(terms[0])) if terms else ()
    return ((folded(query[:MAX_QUERY]),), terms)


def _find(connection: Connection, terms: tuple[str, ...], limit: int) -> tuple[str, ...]:
    """The first accounts for which all terms are true, by way of the term with the fewest candidates."""
    numbers = {term: _candidates(connection, term) if len(terms) > 1 else 0 for term in terms if _is_key(term)}
    texts = [term for term in terms if not _key_form(term)]
    hits: dict[str, None] = {}
    fewest = min(numbers, key=numbers.__getitem__, default="")
    if texts and (not fewest or (numbers[fewest] >= FEW and _is_rare(connection, texts))):
        return tuple(_by_text(connection, texts, terms, limit))
    driver = fewest or max(terms, key=len)  # the latter has a key form and marks: 0571-8812, 12-3-502
    sets: list[str] = []
    if fewest and FEW <= numbers[fewest] < MANY:
        *sets, driver = _walk(connection, numbers, limit)
    others = [term for term in terms if term is not driver and term not in sets]
    hits.update(_by_key(connection, _ways(_key_form(driver)), others, limit, sets))
    if not _is_key(driver) and len(hits) < limit:
        hits.update(_by_text(connection, [driver], terms, limit))
    return tuple(hits)[:limit]


def _walk(connection: Connection, numbers: dict[str, int], limit: int) -> list[str]:
    """Keys that are sets to look into, and last the largest one, which is walked through.

    Of the keys beyond counting none takes part, unless `limit` hits are likely to be met in it sooner than so many
    entries are read and looked at: a step of the walk costs a small part of that.
    """
    counted = sorted((term for term in numbers if numbers[term] < MANY), key=numbers.__getitem__)
    beyond = [term for term in numbers if numbers[term] >= MANY]
    few = numbers[counted[0]]
    needed = limit * int(first_row(connection, "SELECT coalesce(max(id), 0) FROM search_entry")[0])
    if beyond and needed // few < STEPS_PER_ENTRY * min(few, needed // MANY):
        counted.append(beyond[0])
    return counted


def _is_rare(connection: Connection, texts: list[str]) -> bool:
    """True if some piece of the texts is not shared by many accounts, so that the text is a way to few of them."""
    pieces = [piece.strip('"* ') for text in texts if len(text) > 1 for piece in _pieces(text)]
    sql = "SELECT count(*) FROM search_common JOIN json_each(?) ON value = gram"
    return int(connection.exec_driver_sql(sql, (json.dumps(pieces),)).scalar_one()) < len(pieces)


def _prefixes(key: str) -> list[str]:
    """What a stored key begins with when this one finds it; four digits are a phone's last ones too."""
    return [key, f"#{key}", *([f"{_TAIL}{key}"] if _TAIL_DIGITS.fullmatch(key) else [])]


def _ways(key: str) -> list[tuple[str, str]]:
    """The stretches of the B-tree in which a key finds accounts, the likeliest first.

    Thousands of numbers begin with the same four digits, about a hundred phones of a million end in them: these come
    before those, behind a number that equals the query.
    """
    number, run, *tail = _prefixes(key)
    first = [(number, number + " ")] if tail else []
    return first + [(prefix, prefix + _PAST) for prefix in (*tail, number, run)]


def _bounds(key: str) -> list[str]:
    """The same stretches, each once, as values of an SQL statement."""
    return [value for prefix in _prefixes(key) for value in (prefix, prefix + _PAST)]


def _candidates(connection: Connection, term: str) -> int:
    """How many keys a term finds, counted up to MANY in each way."""
    one = "(SELECT count(*) FROM (SELECT 1 FROM search_key WHERE key >= ? AND key < ? LIMIT ?))"
    values = [value for prefix in _prefixes(term) for value in (prefix, prefix + _PAST, MANY)]
    sql = "SELECT " + " + ".join([one] * len(_prefixes(term)))
    return int(connection.exec_driver_sql(sql, tuple(values)).scalar_one())


def _by_key(
    connection: Connection,
    ways: list[tuple[str, str]],
    others: Iterable[str],
    limit: int,
    sets: Iterable[str],
) -> dict[str, None]:
    """Accounts with a key in these stretches of the B-tree, one after the other, and with all other terms.

    sets: further terms that are keys of not too many accounts: the B-tree gives their accounts, once for all
    stretches, so that thousands of candidates are not looked at one by one.
    """
    checks, values = _checks(others)
    within, inner = "", []
    for term in sets:
        ids = " UNION ALL ".join(["SELECT id FROM search_key WHERE key >= ? AND key < ?"] * len(_prefixes(term)))
        within += f" AND k.id IN ({ids})"
        inner += _bounds(term)
    stretches = " UNION ALL ".join(["SELECT id FROM search_key WHERE key >= ? AND key < ?"] * len(ways))
    sql = (
        f"SELECT DISTINCT e.account_no FROM ({stretches}) k CROSS JOIN search_entry e ON e.id = k.id"
        f" WHERE true{within}{checks} LIMIT ?"
    )
    bounds = [bound for way in ways for bound in way]
    rows = connection.exec_driver_sql(sql, (*bounds, *inner, *values, limit))
    return dict.fromkeys(row[0] for row in rows)


def _by_text(connection: Connection, texts: list[str], terms: Iterable[str], limit: int) -> dict[str, None]:
    """Accounts whose name or address has the rarest pieces of the texts; then every term is checked in full."""
    checks, values = _checks(terms)
    sql = (
        "SELECT e.account_no FROM search_gram CROSS JOIN search_entry e ON e.id = search_gram.rowid"
        f" WHERE search_gram MATCH ?{checks} LIMIT ?"
    )
    rows = connection.exec_driver_sql(sql, (_match(connection, texts), *values, limit))
    return dict.fromkeys(row[0] for row in rows)


def compact(connection: Connection) -> None:
    """After a large import: merge the text index into one piece and learn which pieces many accounts share.

    1 000 000 accounts: seconds.
    """
    connection.exec_driver_sql("INSERT INTO search_gram (search_gram) VALUES ('optimize')")
    last = int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM search_entry").scalar_one())
    step = max(1, last // SAMPLE)
    rows = connection.exec_driver_sql(
        "WITH RECURSIVE pick(id) AS (SELECT ?1 UNION ALL SELECT id - ?2 FROM pick WHERE id > ?2)"
        " SELECT e.name, e.address FROM pick CROSS JOIN search_entry e ON e.id = pick.id",
        (last, step),
    ).all()
    counts = Counter(gram for name, address in rows for gram in _grams(name) | _grams(address))
    shares = [(gram, count * 10_000 // len(rows)) for gram, count in counts.items()]
    connection.exec_driver_sql("DELETE FROM search_common")
    common = sorted((gram, share_bp) for gram, share_bp in shares if share_bp >= COMMON_BP)
    if common:
        connection.exec_driver_sql("INSERT INTO search_common (gram, share_bp) VALUES (?, ?)", common)


def matches(entry: Entry, terms: Iterable[str]) -> bool:
    """The definition, by looking at one account: what `find` must agree with for each of the `readings`."""
    return all(_term_matches(entry, term) for term in terms)


def _term_matches(entry: Entry, term: str) -> bool:
    key = _key_form(term)
    if key and any(stored.startswith(tuple(_prefixes(key))) for stored in entry.key_list()):
        return True
    return not _is_key(term) and (term in entry.name or term in entry.address)


def _checks(terms: Iterable[str]) -> tuple[str, list[str]]:
    """SQL conditions on an entry `e`, and their values, for terms that do not drive the query."""
    sql, values = "", []
    for term in terms:
        either = []
        if _key_form(term):
            prefixes = _prefixes(_key_form(term))
            either += ["instr(e.keys, ?)"] * len(prefixes)
            values += [f" {prefix}" for prefix in prefixes]
        if not _is_key(term):
            either += ["instr(e.name, ?)", "instr(e.address, ?)"]
            values += [term, term]
        sql += f" AND ({' OR '.join(either)})"
    return sql, values


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
    keys = dict.fromkeys(key for key in (*numbers, _tail_key(fields.phone), *name_keys(name), *runs) if key)
    return Entry(fields.account_no, name, address, f" {' '.join(keys)} ", " ".join(_grams(name) | _grams(address)))


def _tail_key(phone: str) -> str:
    """`~5678` for 138-0000-5678; "" for what has no more than those four digits, or does not end in digits."""
    number = _key_form(folded(phone))
    return f"{_TAIL}{number[-4:]}" if len(number) > 4 and _TAIL_DIGITS.fullmatch(number[-4:]) else ""


def _grams(text: str) -> set[str]:
    """Tokens of a text: all pieces of two and three characters, and the last character alone."""
    codes = [_code(char) for char in text]
    pairs = [a + b for a, b in pairwise(codes)]
    return set(pairs) | {pair + code for pair, code in zip(pairs, codes[2:], strict=False)} | set(codes[-1:])


def _match(connection: Connection, texts: list[str]) -> str:
    """Full-text expression: the rarest pieces of the texts, or words beginning with a single character."""
    wanted: dict[str, None] = {}
    for text in texts:
        wanted.update(dict.fromkeys(_pieces(text)))
    grams = json.dumps([piece.strip('"* ') for piece in wanted])
    rows = connection.exec_driver_sql(
        "SELECT gram, share_bp FROM search_common JOIN json_each(?) ON value = gram", (grams,)
    )
    common = {row[0]: row[1] for row in rows}
    rarest = sorted(wanted, key=lambda piece: common.get(piece.strip('"* '), 0))
    return " AND ".join(rarest[:MOST_PIECES])


def _pieces(text: str) -> list[str]:
    """The full-text words that a text looks for; a single character looks for words that begin with it."""
    codes = [_code(char) for char in text]
    size = min(3, len(codes))
    pieces = ("".join(codes[start : start + size]) for start in range(len(codes) - size + 1))
    return [f'"{piece}"' if size > 1 else f'"{piece}" *' for piece in pieces]


@lru_cache(maxsize=32_768)
def _code(char: str) -> str:
    """A character as four base-36 digits: plain ASCII for any tokeniser, whatever Unicode version it knows."""
    point, digits = ord(char), ""
    for _ in range(4):
        point, digit = divmod(point, 36)
        digits = _DIGITS36[digit] + digits
    return digits
