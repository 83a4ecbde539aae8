"""The fifteen invariants of the counter, checked from outside over any hall at any moment.

Takes the database file and what the world holds (plastic, paper, cash, what was acknowledged) and lists everything that
does not agree. It uses no use case: SQL of its own, the outside verifier, and a card read through the ordinary reader.
That it goes red is shown in test_invariants_go_red.py and test_planted_faults.py.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ledger.export_jsonl import export_jsonl
from ledger.sqlite_engine import make_engine
from ledger.verify_journal import Anchor, verify
from pos.domain.card import CardImage, CardPurchase
from pos.store.verify_store import verify_store

ANCHOR_LINE = re.compile(r"([A-Z0-9]+(?:-[A-Z0-9]+)+)-(\d+)-(\d+) +([0-9a-f]{10})")
SETTLED = ("posted", "reversed")
SIGNED_FEN = "CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END"


class Violation(NamedTuple):
    """One broken invariant. Attributes: code I1..I15; text with the figures."""

    code: str
    text: str


@dataclass(frozen=True)
class World:
    """What exists outside the database.

    Attributes:
        cards: images of the cards at hand by card number.
        pieces: finished pieces of paper, as text; paper None = nobody looked.
        acknowledged: (record kind, record key, first digits of its hash) of everything a person was told.
        cash_fen: what lies in the drawers by till id, where somebody counted.
    """

    cards: dict[str, CardImage] = field(default_factory=dict)
    pieces: tuple[str, ...] | None = None
    acknowledged: tuple[tuple[str, str, str], ...] = ()
    cash_fen: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Write:
    """A card write with all its steps.

    Attributes: states in order; purchase as promised; purpose; taken_back: off its card again; undoing: a reversal
    of it is open and listed, so that the card may hold it or not.
    """

    write_id: str
    card_no: str
    amount_fen: int
    step_numbers: list[int]
    states: list[str]
    purchase: dict[str, int]
    purpose: str
    taken_back: bool
    undoing: bool

    @property
    def settled(self) -> bool:
        return self.states[-1] in SETTLED


class Books:
    """The database as the checks see it."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self.connection = connection

    def rows(self, sql: str, *values: object) -> list[Any]:
        return list(self.connection.exec_driver_sql(sql, values))

    def one(self, sql: str, *values: object) -> int:
        return int(self.connection.exec_driver_sql(sql, values).scalar() or 0)

    def writes(self) -> Iterator[_Write]:
        reversed_on_card = "SELECT sale_id FROM card_write WHERE purpose = 'reversal' AND state = 'posted'"
        taken_back = {row[0] for row in self.rows(reversed_on_card)}
        listed = "SELECT w.sale_id FROM card_write w JOIN open_card_write o ON o.write_id = w.write_id"
        undoing = {row[0] for row in self.rows(f"{listed} WHERE w.purpose = 'reversal'")}
        steps = self.rows(
            "SELECT write_id, card_no, amount_fen, step_no, state, purpose, detail FROM card_write"
            " ORDER BY write_id, step_no"
        )
        for write_id in dict.fromkeys(row[0] for row in steps):
            own = [row for row in steps if row[0] == write_id]
            intent = json.loads(own[0][6]).get("intent", {})
            yield _Write(
                write_id, own[0][1], own[0][2], [row[3] for row in own], [row[4] for row in own],
                intent.get("purchase", {}), own[0][5], write_id in taken_back,
                write_id in undoing,
            )  # fmt: skip


Finding = Iterator[str]


def debits_equal_credits(books: Books, _world: World) -> Finding:
    """I1: per record and in total."""
    for chain, epoch, seq, off in books.rows(
        f"SELECT chain, epoch, seq, sum({SIGNED_FEN}) FROM posting GROUP BY 1, 2, 3 HAVING sum({SIGNED_FEN}) <> 0"
    ):
        yield f"{chain}-{epoch}-{seq} is out of balance by {off} fen"
    if total := books.one(f"SELECT sum({SIGNED_FEN}) FROM posting"):
        yield f"the whole ledger is out of balance by {total} fen"


def stored_totals_equal_recomputed(books: Books, _world: World) -> Finding:
    """I2: perpetual totals, and the little tables of what is open."""
    names = ("count", "gross_fen", "reversed_fen", "receipt_no", "z_no", "slip_no")
    running: dict[str, Counter[str]] = {}
    for chain, epoch, seq, text in books.rows("SELECT chain, epoch, seq, body FROM journal ORDER BY 1, 2, 3"):
        body = json.loads(text)
        sums = running.setdefault(chain, Counter())
        rows = body["payload"]["rows"]
        for sale in rows.get("sale", ()):
            sums["receipt_no"] += 1
            issued = sale["reverses_sale_id"] is None
            sums["count"] += issued
            sums["gross_fen" if issued else "reversed_fen"] += sale["due_fen"] if issued else -sale["due_fen"]
        sums["z_no"] += len(rows.get("till_close", ()))
        sums["slip_no"] += len(rows.get("till_close", ()))
        if {name: sums[name] for name in names} != body["totals"]:
            yield f"{chain}-{epoch}-{seq} states {body['totals']}, recomputed {dict(sums)}"
    listed = {row[0] for row in books.rows("SELECT write_id FROM open_card_write")}
    really = {write.write_id for write in books.writes() if not write.settled}
    if listed != really:
        yield f"open card writes listed {sorted(listed)}, really open {sorted(really)}"


def each_intention_posts_once(books: Books, _world: World) -> Finding:
    """I3: a command id once; and no purchase number of a card is sold twice, whatever the command ids were."""
    for command_id, count in books.rows("SELECT command_id, count(*) FROM journal GROUP BY 1 HAVING count(*) > 1"):
        yield f"command {command_id} posted {count} times"
    sold = Counter(
        (write.card_no, write.purchase.get("sequence"))
        for write in books.writes()
        if write.states[-1] != "reversed" and write.purpose == "purchase" and not write.taken_back
    )
    for (card_no, sequence), count in sold.items():
        if count > 1:
            yield f"purchase {sequence} of card {card_no} is sold {count} times"


def each_bill_has_one_live_payment(books: Books, _world: World) -> Finding:
    """I4: a UnionPay charge serves one sale, a card write belongs to one."""
    for charge_id, live in books.rows(
        "SELECT charge_id, sum(CASE event WHEN 'used' THEN 1 WHEN 'released' THEN -1 ELSE 0 END) AS live"
        " FROM unionpay_event GROUP BY 1 HAVING live > 1 OR live < 0"
    ):
        yield f"charge {charge_id} serves {live} sales"
    for write_id, count in books.rows(
        "SELECT card_write_id, count(*) FROM sale WHERE card_write_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    ):
        yield f"card write {write_id} belongs to {count} sales"


def each_write_ends_once(books: Books, _world: World) -> Finding:
    """I5: steps without gap, at most one end, and the suspense says the same."""
    for write in books.writes():
        begins = "writing" if write.purpose == "reversal" else "paid"
        if write.step_numbers != list(range(1, len(write.step_numbers) + 1)) or write.states[0] != begins:
            yield f"{write.write_id}: steps {write.step_numbers} {write.states}"
        ends = [state for state in write.states if state in SETTLED]
        if len(ends) > 1 or (ends and not write.settled):
            yield f"{write.write_id}: ends in {ends}, newest {write.states[-1]}"
        held = -books.one(
            f"SELECT sum({SIGNED_FEN}) FROM posting WHERE account = 'liabilities.prepaid_gas' AND matter = ?",
            write.write_id,
        )
        if held != (0 if write.settled or write.purpose == "reversal" else write.amount_fen):
            yield f"{write.write_id}: {write.states[-1]}, but {held} of {write.amount_fen} fen wait in suspense"


def drawer_equals_its_movements(books: Books, world: World) -> Finding:
    """I6: each cash sale moved the drawer by what it says, and the cash that was counted is what the books expect."""
    for sale_id, paid_fen, moved in books.rows(
        f"SELECT s.sale_id, s.paid_fen, coalesce((SELECT sum({SIGNED_FEN}) FROM posting p WHERE p.chain = s.chain"
        " AND p.epoch = s.epoch AND p.seq = s.seq AND p.account LIKE 'assets.cash.till.%'), 0) AS moved"
        " FROM sale s WHERE s.tender = 'cash' AND moved <> s.paid_fen"
    ):
        yield f"sale {sale_id} says {paid_fen} fen, its drawer moved by {moved}"
    for till_id, counted in world.cash_fen.items():
        expected = books.one(f"SELECT sum({SIGNED_FEN}) FROM posting WHERE account = ?", f"assets.cash.till.{till_id}")
        if expected != counted:
            yield f"till {till_id}: books {expected} fen, drawer {counted}"


def numbers_have_no_gap(books: Books, _world: World) -> Finding:
    """I7: records, receipts, Z, slips, reprints."""
    for chain, epoch, count, low, high in books.rows(
        "SELECT chain, epoch, count(*), min(seq), max(seq) FROM journal GROUP BY 1, 2"
    ):
        if (low, high) != (1, count):
            yield f"chain {chain} epoch {epoch}: {count} records numbered {low} to {high}"
    for table, column in (("sale", "receipt_no"), ("till_close", "z_no"), ("till_close", "slip_no")):
        for chain in {row[0] for row in books.rows(f"SELECT chain FROM {table}")}:
            found = [row[0] for row in books.rows(f"SELECT {column} FROM {table} WHERE chain = ? ORDER BY seq", chain)]
            if found != list(range(1, len(found) + 1)):
                yield f"{column} of {chain}: {found}"
    for original in {row[0] for row in books.rows("SELECT original_job_id FROM outbox WHERE copy_no > 0")}:
        copies = sorted(row[0] for row in books.rows("SELECT copy_no FROM outbox WHERE original_job_id = ?", original))
        if copies != list(range(1, len(copies) + 1)):
            yield f"reprints of {original}: {copies}"


def acknowledged_is_durable(books: Books, world: World) -> Finding:
    """I8: whatever a person was told is in the books, under the same hash."""
    for kind, key, digits in world.acknowledged:
        chain, epoch, seq = key.rsplit("-", 2)
        found = books.rows(
            "SELECT kind, hash FROM journal WHERE chain = ? AND epoch = ? AND seq = ?", chain, int(epoch), int(seq)
        )
        if not found or found[0][0] != kind or not found[0][1].startswith(digits):
            yield f"acknowledged {kind} {key} {digits}, found {found}"


def outsider_finds_nothing(books: Books, world: World) -> Finding:
    """I9: chain, signatures and expansion by the outside verifier, with every anchor that stands on paper."""
    anchors = [Anchor.parse(payload) for payload in anchors_on_paper(world)]
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.jsonl"
        with export.open("w", encoding="utf-8", newline="") as out:
            export_jsonl(books.connection, out, exported_at_utc_ms=0)
        for source, verifier in (
            ("export", verify(export, anchors, set())),
            ("database", verify_store(books.path, anchors, set())),
        ):
            for finding in verifier.findings:
                if finding.severity != "note":
                    yield f"{source}: {finding.code} {finding.where}: {finding.text}"


def _is_that(purchase: CardPurchase, write: _Write) -> bool:
    """The card holds this very purchase, not a newer one under the same count."""
    return (purchase.sequence, purchase.sold_at_utc_ms) == (
        write.purchase["sequence"], write.purchase["sold_at_utc_ms"],
    )  # fmt: skip


def _all_that_is_on_the_cards(books: Books, world: World) -> Finding:
    """Cumulative litres on each card: its purchases that stand, and what a replacement began with."""
    for card_no, image in world.cards.items():
        if image.purchase is None:
            continue
        promised = [
            write
            for write in books.writes()
            if write.card_no == card_no and write.states[-1] != "reversed" and not write.taken_back
        ]
        bought = [w.purchase for w in promised if w.purpose == "purchase"]
        on_card = sum(purchase["volume_l"] for purchase in bought if purchase["sequence"] <= image.purchase.sequence)
        on_card += sum(w.purchase["cumulative_l"] for w in promised if w.purpose == "replacement")
        if image.purchase.cumulative_l != on_card:
            yield f"card {card_no} holds {image.purchase.cumulative_l} l in all, the books know {on_card}"


def card_credited_means_posted(books: Books, world: World) -> Finding:
    """I10: a card at hand holds exactly what is posted; more only as an open, listed write."""
    listed = {row[0] for row in books.rows("SELECT write_id FROM open_card_write")}
    decided = {row[0] for row in books.rows("SELECT body ->> '$.payload.facts.write_id' FROM journal"
                                            " WHERE kind = 'card_decided'")}  # fmt: skip
    for write in books.writes():
        image = world.cards.get(write.card_no)
        if image is None or write.write_id in decided:
            continue
        if write.purpose == "reversal" or write.taken_back:
            if write.taken_back and image.purchase and _is_that(image.purchase, write):
                yield f"{write.write_id}: the money went back, the card holds the gas"
            continue
        credited = image.purchase is not None and image.purchase.sequence >= write.purchase.get("sequence", 1 << 30)
        if credited and write.states[-1] == "reversed":
            yield f"{write.write_id}: the money went back, the card holds the gas"
        if credited and write.states[-1] != "posted" and write.write_id not in listed:
            yield f"{write.write_id}: on the card, {write.states[-1]} and not listed"
        if not credited and write.states[-1] == "posted" and not write.undoing:
            yield f"{write.write_id}: posted, not on the card"
    yield from _all_that_is_on_the_cards(books, world)
    for session_id, closing_seq, chain in books.rows("SELECT session_id, seq, chain FROM till_close"):
        for write in books.writes():
            end = books.rows(
                "SELECT seq FROM card_write WHERE write_id = ? AND state IN ('posted', 'reversed')", write.write_id
            )
            paid_here = books.one(
                "SELECT count(*) FROM card_write WHERE write_id = ? AND step_no = 1 AND session_id = ? AND chain = ?",
                write.write_id, session_id, chain,
            )  # fmt: skip
            named = books.one(
                "SELECT count(*) FROM open_matter WHERE session_id = ? AND matter_id = ?", session_id, write.write_id
            )
            if paid_here and (not end or end[0][0] > closing_seq) and not named:
                yield f"{write.write_id} was open at the close of {session_id} and is not named there"


def closed_session_never_changes(books: Books, _world: World) -> Finding:
    """I11: nothing of money enters a session after its close, and a session has one close.

    One thing leaves the drawer afterwards: the float that was kept, once, in a sealed bag.
    """
    for session_id, count in books.rows("SELECT session_id, count(*) FROM till_close GROUP BY 1 HAVING count(*) > 1"):
        yield f"{session_id} is closed {count} times"
    for session_id, chain, seq in books.rows(
        "SELECT DISTINCT p.session, p.chain, p.seq FROM posting p JOIN till_close c ON c.session_id = p.session"
        " WHERE p.chain = c.chain AND (p.epoch, p.seq) > (c.epoch, c.seq) AND (p.account LIKE 'assets.cash.till.%'"
        " OR p.account LIKE 'income.%' OR p.account = 'liabilities.prepaid_gas') AND NOT EXISTS (SELECT 1"
        " FROM hand_over h WHERE (h.chain, h.epoch, h.seq) = (p.chain, p.epoch, p.seq) AND h.receiver_kind = 'safe'"
        " AND h.session_id = c.session_id AND p.account LIKE 'assets.cash.till.%' AND p.side = 'C'"
        " AND p.amount_fen = c.float_kept_fen)"
    ):
        yield f"{chain}-{seq} moves money in the closed {session_id}"
    for session_id, bags in books.rows(
        "SELECT session_id, count(*) FROM hand_over WHERE receiver_kind = 'safe' GROUP BY 1 HAVING count(*) > 1"
    ):
        yield f"the float of {session_id} left in {bags} bags"
    for sale_id, session_id in books.rows(
        "SELECT s.sale_id, s.session_id FROM sale s JOIN till_close c ON c.session_id = s.session_id"
        " WHERE s.chain = c.chain AND (s.epoch, s.seq) > (c.epoch, c.seq)"
    ):
        yield f"sale {sale_id} entered the closed {session_id}"


def originals_come_out_once(books: Books, world: World) -> Finding:
    """I12: at most one original without the 补打 mark, and nothing is called printed that lies on no paper."""
    if world.pieces is None:
        return
    jobs = books.rows("SELECT job_id, fact_key, fact_hash, copy_no, state FROM outbox")
    for key, digest in sorted({(row[1], row[2]) for row in jobs}):
        anchor = f"{key} {digest[:10]}"
        papers = [piece for piece in world.pieces if anchor in piece]
        plain = [piece for piece in papers if "补打 第" not in piece]
        own = [row for row in jobs if row[1] == key]
        originals = sum(row[3] == 0 for row in own)
        if len(plain) > originals:
            yield f"{key}: {len(plain)} unmarked papers of {originals} originals"
        confirmed = sum(row[4] == "confirmed" for row in own)
        if confirmed > len(papers):
            yield f"{key}: {confirmed} jobs confirmed, {len(papers)} papers came out"


def nothing_negative_no_fraction(books: Books, world: World) -> Finding:
    """I13: no floating point in any table, no negative money of a customer, no negative credit on a card."""
    for (table,) in books.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"):
        columns = [row[1] for row in books.rows(f"PRAGMA table_info({table})")]
        test = " OR ".join(f"typeof({column}) = 'real'" for column in columns)
        if books.one(f"SELECT count(*) FROM {table} WHERE {test}"):
            yield f"{table} holds a fraction"
    for account, party, owed in books.rows(
        f"SELECT account, party, -sum({SIGNED_FEN}) AS owed FROM posting WHERE account IN"
        " ('liabilities.customer_money', 'liabilities.prepaid_gas') GROUP BY 1, 2 HAVING owed < 0"
    ):
        yield f"{account} of {party} is {owed} fen"
    for card_no, image in world.cards.items():
        if image.purchase is not None and min(image.purchase.volume_l, image.purchase.cumulative_l) < 0:
            yield f"card {card_no} holds a negative volume"


def tills_sum_to_the_hall(books: Books, _world: World) -> Finding:
    """I14: what the tills sold is what the hall owes or has earned, and what the chains' totals say."""
    sold = books.one("SELECT sum(due_fen) FROM sale")
    held = -books.one(
        f"SELECT sum({SIGNED_FEN}) FROM posting WHERE account = 'liabilities.prepaid_gas' OR account LIKE 'income.%'"
    )
    stated = books.one(
        "SELECT sum((body ->> '$.totals.gross_fen') - (body ->> '$.totals.reversed_fen')) FROM journal j WHERE id ="
        " (SELECT max(id) FROM journal k WHERE k.chain = j.chain)"
    )
    if not sold == held == stated:
        yield f"tills sold {sold} fen, hall holds {held}, chains state {stated}"


def each_reversal_has_one_original(books: Books, _world: World) -> Finding:
    """I15: the original exists, is none itself, is reversed once and mirrored to the fen."""
    for sale_id, original, due, volume in books.rows(
        "SELECT sale_id, reverses_sale_id, due_fen, volume_l FROM sale WHERE reverses_sale_id IS NOT NULL"
    ):
        found = books.rows("SELECT due_fen, volume_l, reverses_sale_id FROM sale WHERE sale_id = ?", original)
        if [tuple(row) for row in found] != [(-due, -volume, None)]:
            yield f"{sale_id} reverses {original}: {due} fen, {volume} l, found {found}"
        if books.one("SELECT count(*) FROM sale WHERE reverses_sale_id = ?", original) > 1:
            yield f"{original} is reversed twice"


INVARIANTS: dict[str, Callable[[Books, World], Finding]] = {
    "I1": debits_equal_credits,
    "I2": stored_totals_equal_recomputed,
    "I3": each_intention_posts_once,
    "I4": each_bill_has_one_live_payment,
    "I5": each_write_ends_once,
    "I6": drawer_equals_its_movements,
    "I7": numbers_have_no_gap,
    "I8": acknowledged_is_durable,
    "I9": outsider_finds_nothing,
    "I10": card_credited_means_posted,
    "I11": closed_session_never_changes,
    "I12": originals_come_out_once,
    "I13": nothing_negative_no_fraction,
    "I14": tills_sum_to_the_hall,
    "I15": each_reversal_has_one_original,
}


def violations(path: Path, world: World | None = None, *, only: tuple[str, ...] = ()) -> list[Violation]:
    """Everything that does not agree. `only`: codes to look at, all if empty."""
    engine = make_engine(path, read_only=True)
    try:
        with engine.connect() as connection:
            return violations_over(path, connection, world or World(), only=only or tuple(INVARIANTS))
    finally:
        engine.dispose()


def violations_over(path: Path, connection: Connection, world: World, *, only: Iterable[str]) -> list[Violation]:
    """The same over a connection that is open already."""
    books = Books(path, connection)
    return [Violation(code, text) for code in only for text in INVARIANTS[code](books, world)]


def anchors_on_paper(world: World) -> list[str]:
    """`DJ-T01:1:42:09af31c2d4` of the anchor line of every finished paper."""
    return sorted({":".join(found) for piece in world.pieces or () for found in ANCHOR_LINE.findall(piece)})
