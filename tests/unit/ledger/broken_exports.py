"""The corpus: broken exports made by hand, each with the codes it must give and no others.

Grouped by section of docs/journal-format.md. Every case starts from good books and breaks one rule; where the rest of
the export has to fit again, the forger holds the real key, so that nothing else gives him away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ledger.keys import InstallationKey
from ledger.verify_journal import Anchor
from tests.unit.ledger.forgery import Body, Forgery, Line, canonical
from tests.unit.ledger.sample_books import T1, T2, H

Change = Callable[[Forgery, "Hand"], object]


@dataclass
class Hand:
    """What a forger has. key: the installation's; stranger: his own; he may leave his export in `export`."""

    key: InstallationKey
    stranger: InstallationKey
    export: bytes | None = None
    anchors: list[Anchor] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Case:
    name: str
    codes: frozenset[str]
    change: Change


CASES: list[Case] = []


def case(name: str, *codes: str) -> Callable[[Change], Change]:
    def keep(change: Change) -> Change:
        CASES.append(Case(name, frozenset(codes), change))
        return change

    return keep


def add(name: str, codes: str, change: Change) -> None:
    CASES.append(Case(name, frozenset(codes.split()), change))


def harmless(forgery: Forgery) -> Line:
    """A record without rows, postings or signature, in the middle of a chain and of a session."""
    return forgery.first("printed", 40)


def edit(name: str, codes: str, change: Callable[[Body], object], pick: Callable[[Forgery], Line] = harmless) -> None:
    """A case that changes one body; the rest is chained, hashed and signed anew."""

    def apply(forgery: Forgery, hand: Hand) -> None:
        change(pick(forgery).body)
        forgery.seal(hand.key)

    add(name, codes, apply)


def put(body: Body, value: Any, *path: Any) -> None:
    for step in path[:-1]:
        body = body[step]
    body[path[-1]] = value


def setting(value: Any, *path: Any) -> Callable[[Body], object]:
    return lambda body: put(body, value, *path)


def without(*path: Any) -> Callable[[Body], object]:
    def apply(body: Body) -> None:
        for step in path[:-1]:
            body = body[step]
        del body[path[-1]]

    return apply


def kind(name: str, number: int = 0) -> Callable[[Forgery], Line]:
    return lambda forgery: forgery.first(name, number)


# ---- 8. lines and manifest


def _lines() -> None:
    def raw(name: str, text_of: Callable[[str], str], codes: str = "file.line") -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            line = harmless(forgery)
            forgery.raw[forgery.index(line)] = text_of(line.written())

        add(f"line: {name}", codes, apply)

    def swapped(text: str) -> str:
        outer = json.loads(text)
        return json.dumps(dict(sorted(outer.items(), reverse=True)), separators=(",", ":")) + "\n"

    def shorter(name: str, digits: int) -> Callable[[str], str]:
        return lambda text: json.dumps(json.loads(text) | {name: "a" * digits}, separators=(",", ":")) + "\n"

    raw("a space after a colon", lambda t: t.replace('"hash":', '"hash": '))
    raw("a space in front", lambda t: " " + t)
    raw("a space at the end", lambda t: t[:-1] + " \n")
    raw("carriage return", lambda t: t[:-1] + "\r\n")
    raw("keys in another order", swapped)
    raw("hash in capitals", lambda t: t[:-200] + t[-200:].replace('"hash":"', '"hash":"A'))
    raw("hash too short", shorter("hash", 63))
    raw("hash too long", shorter("hash", 65))
    raw("hash empty", shorter("hash", 0))
    raw("fingerprint too short", shorter("key_id", 15))
    raw("fingerprint too long", shorter("key_id", 17))
    raw("signature too short", shorter("signature", 126))
    raw("signature too long", shorter("signature", 130))
    raw("no suite", lambda t: t.replace(',"suite":null', ""))
    raw("suite in capitals", lambda t: t.replace('"suite":null', '"suite":"STD"'))
    raw("suite true", lambda t: t.replace('"suite":null', '"suite":true'))
    raw("one key too many", lambda t: t.replace("}\n", ',"x":1}\n'))
    raw("hash twice", lambda t: t.replace(',"key_id"', ',"hash":"","key_id"'))
    raw("body is no string", lambda t: '{"body":{}' + t[t.index(',"hash"') :])
    raw("a slash escaped", lambda t: t.replace("op-1", "op\\/1"))
    raw("a letter escaped", lambda t: t.replace("op-1", "\\u006fp-1"))
    raw("a lone surrogate", lambda t: t.replace("op-1", "\\ud800"))
    raw("a quote too many", lambda t: t.replace("op-1", 'op"1'))
    raw("cut off in the middle", lambda t: t[:100] + "\n")
    raw("an empty line more", lambda t: t + "\n", "file.line file.count")
    raw("a blank line instead", lambda _: "\n")
    raw("a comment instead", lambda _: "# nothing here\n")
    raw("byte order mark", lambda t: "\ufeff" + t)
    raw("two records on one line", lambda t: t[:-1] + t)
    raw("an array", lambda t: "[" + t[:-1] + "]\n")

    @case("line: no line feed at the end of the file", "file.line", "file.head")
    def _(forgery: Forgery, hand: Hand) -> None:
        hand.export = forgery.text()[:-1]


def _manifests() -> None:
    def manifest(name: str, codes: str, change: Callable[[Body], object], *, resum: bool = True) -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            body = json.loads(forgery.text().splitlines()[0])
            change(body)
            if resum:
                body.pop("sha256", None)
                body["sha256"] = hashlib.sha256(canonical(body).encode()).hexdigest()
            forgery.manifest = body

        add(f"manifest: {name}", codes, apply)

    for name in ("chains", "exported_at_utc_ms", "format", "kind", "lines"):
        manifest(f"without {name}", "file.manifest", without(name))
    manifest("without sha256", "file.manifest", without("sha256"), resum=False)
    manifest("another sha256", "file.manifest", setting("0" * 64, "sha256"), resum=False)
    manifest("changed later", "file.manifest", setting(2, "exported_at_utc_ms"), resum=False)
    manifest("one key too many", "file.manifest", setting(1, "x"))
    manifest("format 2", "file.manifest", setting(2, "format"))
    manifest("another kind", "file.manifest", setting("cashbook", "kind"))
    manifest("chains is no list", "file.manifest", setting(5, "chains"))
    manifest("a head without hash", "file.manifest", without("chains", 0, "head_hash"))
    manifest("one line more announced", "file.count", lambda body: put(body, body["lines"] + 1, "lines"))
    manifest("one line less announced", "file.count", lambda body: put(body, body["lines"] - 1, "lines"))
    manifest("another head hash", "file.head", setting("0" * 64, "chains", 0, "head_hash"))
    manifest("another last number", "file.head", setting(9999, "chains", 1, "last_seq"))
    manifest("a chain left out", "file.head", without("chains", 0))
    manifest(
        "a chain too many", "file.head", lambda body: body["chains"].append(dict(body["chains"][0], chain="DJ-T09"))
    )
    manifest("heads in another order", "file.head", lambda body: body["chains"].reverse())

    @case("manifest: missing", "file.manifest")
    def _(forgery: Forgery, hand: Hand) -> None:
        hand.export = forgery.text().partition(b"\n")[2]

    @case("manifest: not JSON", "file.manifest")
    def _(forgery: Forgery, hand: Hand) -> None:
        hand.export = b"changshou\n" + forgery.text().partition(b"\n")[2]

    @case("manifest: spaces", "file.manifest")
    def _(forgery: Forgery, hand: Hand) -> None:
        hand.export = forgery.text().replace(b":", b": ", 1)


# ---- 2. canonical form, keys and types


def _canonical() -> None:
    def text(name: str, text_of: Callable[[str], str], codes: str = "record.canonical") -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            target = harmless(forgery).body
            forgery.seal(hand.key, text_of=lambda body: text_of(canonical(body)) if body is target else canonical(body))

        add(f"canonical: {name}", codes, apply)

    text("a space after a comma", lambda t: t.replace(",", ", ", 1))
    text("a space in front", lambda t: " " + t)
    text("a line feed at the end", lambda t: t + "\n")
    text("byte order mark", lambda t: "\ufeff" + t)
    text("keys in another order", lambda t: json.dumps(dict(reversed(json.loads(t).items())), separators=(",", ":")))
    text("a key twice, first wins", lambda t: t.replace('"actor":', '"actor":"op-9","actor":', 1))
    text("a key twice, same value", lambda t: t.replace('"seq":', '"seq":7,"seq":', 1))
    text("a fraction", lambda t: t.replace('"version":1', '"version":1.0'))
    text("an exponent", lambda t: t.replace('"version":1', '"version":1e0'))
    text("minus zero", lambda t: t.replace('"facts":{}', '"facts":{"n":-0}'))
    text("a leading zero", lambda t: t.replace('"version":1', '"version":01'))
    text("not a number", lambda t: t.replace('"version":1', '"version":NaN'))
    text("infinity", lambda t: t.replace('"version":1', '"version":Infinity'))
    text("an integer beyond 2^53", lambda t: t.replace('"facts":{}', '"facts":{"n":9007199254740992}'))
    text("an integer below -2^53", lambda t: t.replace('"facts":{}', '"facts":{"n":[-9007199254740993]}'))
    text("a letter escaped", lambda t: t.replace("op-1", "\\u006fp-1"))
    text("a slash escaped", lambda t: t.replace('"facts":{}', '"facts":{"s":"\\/"}'))
    text("a control character as upper-case hex", lambda t: t.replace('"facts":{}', '"facts":{"s":"\\u001F"}'))
    text("text not in NFC", lambda t: t.replace('"facts":{}', '"facts":{"s":"e\u0301"}'))
    text("single quotes", lambda t: t.replace('"actor"', "'actor'"))
    text("a comma too many", lambda t: t[:-1] + ",}")
    text("cut off", lambda t: t[:-5])
    text("empty", lambda _: "")
    text("nested 65 deep", lambda t: t.replace('"facts":{}', '"facts":{"s":' + "[" * 62 + "]" * 62 + "}"))
    text(
        "nested ten thousand deep", lambda t: t.replace('"facts":{}', '"facts":{"s":' + "[" * 10**4 + "]" * 10**4 + "}")
    )
    text("two values", lambda t: t + t)
    text("an array", lambda t: f"[{t}]", "record.form")
    text("a number", lambda _: "7", "record.form")
    text("null", lambda _: "null", "record.form")


_WRONG_TYPES: dict[str, Any] = {
    **dict.fromkeys(("actor", "chain", "command_id", "kind", "prev_hash", "signing"), 7),
    **dict.fromkeys(("approver", "business_day", "session"), 7),
    **dict.fromkeys(("at_utc_ms", "epoch", "format", "offset_min", "seq", "version"), "7"),
    "payload": [],
    "totals": [],
}


def _mistyped(table: str, column: str, source: str, wrong: Any) -> Change:
    def apply(forgery: Forgery, hand: Hand) -> None:
        row = forgery.first(source).body["payload"]["rows"][table][0]
        harmless(forgery).body["payload"]["rows"] = {table: [row | {column: wrong}]}
        forgery.seal(hand.key)

    return apply


def _forms() -> None:
    for name, wrong in _WRONG_TYPES.items():
        edit(f"form: without {name}", "record.form", without(name))
        if name != "prev_hash":
            edit(f"form: {name} of another type", "record.form", setting(wrong, name))
    for name in ("epoch", "seq", "version", "at_utc_ms"):
        edit(f"form: {name} true", "record.form", setting(True, name))
    for name in ("count", "gross_fen", "reversed_fen", "receipt_no", "z_no", "slip_no"):
        edit(f"form: totals without {name}", "record.form", without("totals", name))
        edit(f"form: total {name} as text", "record.form", setting("1", "totals", name))
    for name, wrong in (("facts", []), ("postings", {}), ("rows", [])):
        edit(f"form: payload without {name}", "record.form", without("payload", name))
        edit(f"form: {name} of another type", "record.form", setting(wrong, "payload", name))
    edit("form: one key too many", "record.form", setting(1, "note"))
    edit("form: one total too many", "record.form", setting(1, "totals", "tips_fen"))
    edit("form: one key too many in the payload", "record.form", setting({}, "payload", "more"))
    edit("form: unknown signing", "record.form", setting("later", "signing"))
    edit("form: epoch 0", "record.form", setting(0, "epoch"))
    edit("form: seq 0", "record.form", setting(0, "seq"))
    edit("form: version 0", "record.form", setting(0, "version"))
    edit("form: rows of a table are no list", "record.form", setting({"note": {}}, "payload", "rows"))
    edit("form: a row is no object", "record.form", setting({"note": [1]}, "payload", "rows"))
    for table in ("till_session", "till_close"):
        edit(f"form: {table} without a row", "record.form", setting({table: []}, "payload", "rows"))
        edit(f"form: {table} twice", "record.form", setting({table: [{}, {}]}, "payload", "rows"))
    for table, column, source in (
        ("sale", "reverses_sale_id", "sale_paid"),
        ("session_tender", "verified_fen", "till_session_closed"),
    ):
        for wrong in ([], {}, True, 7 if table == "sale" else "7"):
            add(f"form: {table}.{column} as {wrong!r}", "record.form", _mistyped(table, column, source, wrong))
    for table, column in (
        *(("sale", name) for name in ("sale_id", "session_id", "tender", "receipt_no", "due_fen", "volume_l")),
        *(("sale", name) for name in ("paid_fen", "customer_money_fen", "waived_fen")),
        *(("sale_line", name) for name in ("sale_id", "kind", "volume_l", "price_e4", "amount_fen")),
        *(("card_write", name) for name in ("write_id", "step_no", "state", "session_id")),
        *(("session_tender", name) for name in ("session_id", "tender", "expected_fen", "counted_fen")),
        ("till", "till_chain"),
        ("till", "till_id"),
    ):
        edit(f"form: {table} without {column}", "record.form", setting({table: [{column: None}]}, "payload", "rows"))
    edit("form: format 2", "record.format", setting(2, "format"))


# ---- 1, 3. hash, place and link


def _hashes() -> None:
    def unhashed(name: str, *path: Any, value: Any) -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            line = harmless(forgery)
            put(line.body, value, *path)
            line.text = canonical(line.body)

        add(f"hash: {name} changed afterwards", "record.hash", apply)

    unhashed("actor", "actor", value="op-9")
    unhashed("approver", "approver", value="op-9")
    unhashed("offset", "offset_min", value=0)
    unhashed("kind", "kind", value="drawer_opened")
    unhashed("version", "version", value=2)
    unhashed("command", "command_id", value="c9999")
    unhashed("facts", "payload", "facts", value={"n": 1})
    unhashed("rows", "payload", "rows", value={"note": [{"text": "paid"}]})

    def stored(forgery: Forgery, hand: Hand) -> None:
        harmless(forgery).hash = "0" * 64

    add("hash: another hash stored", "record.hash chain.link", stored)

    def swapped(forgery: Forgery, hand: Hand) -> None:
        one, two = forgery.first("printed", 40), forgery.first("printed", 50)
        one.hash, two.hash = two.hash, one.hash

    add("hash: two hashes swapped", "record.hash chain.link", swapped)


_FOUNDED, _TILL = "hall_commissioned", ("payload", "rows", "till", 1)


def _places() -> None:
    def deleted(pick: Callable[[Forgery], Line]) -> Change:
        return lambda forgery, hand: forgery.lines.remove(pick(forgery))

    add("place: a record deleted", "chain.gap", deleted(harmless))
    add("place: the second record of a chain deleted", "chain.gap", deleted(lambda f: f.at(T2, 1, 2)))
    add("place: a genesis deleted", "chain.genesis", deleted(lambda f: f.at(T2, 1, 1)))

    @case("place: the chain of a till left out", "chain.missing")
    def _(forgery: Forgery, hand: Hand) -> None:
        forgery.lines = [line for line in forgery.lines if line.chain != T2]

    edit(
        "place: a till begun without a chain", "chain.missing", setting("DJ-T03", *_TILL, "till_chain"), kind(_FOUNDED)
    )

    @case("place: ten records deleted", "chain.gap")
    def _(forgery: Forgery, hand: Hand) -> None:
        del forgery.lines[forgery.index(harmless(forgery)) :][:10]
        for number in range(10):
            forgery.lines.remove(forgery.first("printed", 30 - number))

    @case("place: numbers jump, sealed anew", "chain.gap")
    def _(forgery: Forgery, hand: Hand) -> None:
        from_seq = harmless(forgery).body["seq"]
        for line in forgery.lines:
            if line.key[:2] == (T1, 1) and line.body["seq"] >= from_seq:
                line.body["seq"] += 200
        restored = forgery.first("restored").body["payload"]["facts"]
        for name in ("last_seq", "lost_from_seq", "lost_to_seq"):
            restored[name] += 200
        forgery.seal(hand.key)


def _orders() -> None:
    @case("place: a record twice", "chain.repeat")
    def _(forgery: Forgery, hand: Hand) -> None:
        line = harmless(forgery)
        forgery.lines.insert(forgery.index(line), line)

    @case("place: an old record replayed at the end of its chain", "chain.repeat", "file.head")
    def _(forgery: Forgery, hand: Hand) -> None:
        forgery.lines.insert(forgery.index(forgery.at(T2, 1, 3)) + 1, forgery.at(T2, 1, 2))

    @case("place: two neighbours swapped", "chain.gap", "file.order")
    def _(forgery: Forgery, hand: Hand) -> None:
        number = forgery.index(harmless(forgery))
        lines = forgery.lines
        lines[number], lines[number + 1] = lines[number + 1], lines[number]

    @case("place: chains in another order", "file.order")
    def _(forgery: Forgery, hand: Hand) -> None:
        forgery.lines.sort(key=lambda line: (line.key[0] == H, line.key))

    edit("place: genesis of another kind", "chain.genesis", setting("signed_in", "kind"), lambda f: f.at(T2, 1, 1))
    edit("place: genesis inside a chain", "chain.epoch sign.mark", setting("genesis", "kind"))
    edit("place: restored inside an epoch", "chain.epoch sign.mark", setting("restored", "kind"))
    edit("place: an epoch that begins otherwise", "chain.epoch", setting("signed_in", "kind"), kind("restored"))

    @case("place: an epoch left out", "chain.epoch")
    def _(forgery: Forgery, hand: Hand) -> None:
        for line in forgery.lines:
            if line.key[:2] == (T1, 2):
                line.body["epoch"] = 3
        forgery.seal(hand.key)


def _chain_links() -> None:
    def linked(name: str, pick: Callable[[Forgery], Line], prev: object, codes: str = "chain.link") -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            target = pick(forgery).body
            forgery.seal(hand.key, prev_of=lambda body, old: prev if body is target else old)

        add(f"link: {name}", codes, apply)

    linked("another hash", harmless, "1" * 64)
    linked("zeros in the middle", harmless, "0" * 64)
    linked("a signed record", kind("till_session_closed"), "1" * 64)
    linked("the beginning of an epoch", kind("restored"), "0" * 64)
    linked("a genesis that names a predecessor", lambda f: f.at(T2, 1, 1), "1" * 64, "chain.genesis")
    linked("upper-case hex", harmless, "A" * 64, "record.form")
    linked("a number", harmless, 7, "record.form")
    linked("too short", harmless, "1" * 63, "record.form")

    @case("link: rewritten from the middle without the key", "sign.invalid")
    def _(forgery: Forgery, hand: Hand) -> None:
        line = harmless(forgery)
        line.body["actor"] = "op-9"
        forgery.seal(None, start=forgery.index(line))

    @case("link: rewritten from the middle with another key", "sign.key")
    def _(forgery: Forgery, hand: Hand) -> None:
        line = harmless(forgery)
        line.body["actor"] = "op-9"
        forgery.seal(hand.stranger, start=forgery.index(line))


# ---- 7. restore and clock


def _restores_and_clocks() -> None:
    for name in ("last_epoch", "last_seq", "lost_from_seq"):
        edit(f"restore: another {name}", "chain.restore", setting(1000, "payload", "facts", name), kind("restored"))
    for name in ("last_epoch", "last_seq", "last_hash", "lost_from_seq", "lost_to_seq"):
        edit(f"restore: without {name}", "chain.restore", without("payload", "facts", name), kind("restored"))
    hash_path = ("payload", "facts", "last_hash")
    edit("restore: another last hash", "chain.restore", setting("0" * 64, *hash_path), kind("restored"))
    lost_path = ("payload", "facts", "lost_to_seq")
    edit("restore: fewer lost than are there", "chain.restore", setting(3, *lost_path), kind("restored"))
    edit("restore: lost as text", "chain.restore", setting("110", *lost_path), kind("restored"))

    def back(name: str, by_ms: int, codes: str, pick: Callable[[Forgery], Line] = harmless) -> None:
        edit(f"clock: {name}", codes, lambda body: put(body, body["at_utc_ms"] - by_ms, "at_utc_ms"), pick)

    back("back an hour", 3_600_000, "chain.clock")
    back("back three seconds and a bit", 3_001, "chain.clock")
    back("back at the end of a chain", 3_600_000, "chain.clock", lambda f: f.at(T2, 1, 3))
    back("a signed record back", 3_600_000, "chain.clock", kind("till_session_closed"))
    edit("clock: the note names another start", "chain.clock", setting(5, *_FACT, "from_utc_ms"), kind("clock_stepped"))
    edit("clock: the note names another end", "chain.clock", setting(5, *_FACT, "to_utc_ms"), kind("clock_stepped"))
    edit("clock: the note names nothing", "chain.clock", setting({}, *_FACT), kind("clock_stepped"))
    edit("clock: the note is of another kind", "chain.clock", setting("signed_in", "kind"), kind("clock_stepped"))

    @case("clock: a note without a step", "chain.clock")
    def _(forgery: Forgery, hand: Hand) -> None:
        harmless(forgery).body |= {"kind": "clock_stepped", "signing": "due"}
        forgery.seal(hand.key)


_FACT = ("payload", "facts")


# ---- 4. signatures and keys


def _signatures() -> None:
    def signed(name: str, codes: str, change: Callable[[Line, Hand], object], kind_name: str = "clock_stepped") -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            change(forgery.first(kind_name), hand)

        add(f"signature: {name}", codes, apply)

    for name in ("genesis", "till_session_opened", "till_session_closed", "clock_stepped", "restored"):
        signed(f"taken off a {name}", "sign.missing", _strip, name)

        def unmarked(forgery: Forgery, hand: Hand, name: str = name) -> None:
            line = forgery.first(name)
            line.body["signing"] = "none"
            _strip(line, hand)
            forgery.seal(hand.key)

        add(f"signature: a {name} that says it needs none", "sign.mark", unmarked)

    @case("signature: a hundredth record that says it needs none", "sign.mark")
    def _(forgery: Forgery, hand: Hand) -> None:
        line = forgery.at(T1, 1, 100)
        line.body["signing"] = "none"
        _strip(line, hand)
        forgery.seal(hand.key)

    signed("without its key's name", "sign.missing", lambda line, _: setattr(line, "key_id", None))
    signed("only the suite left", "sign.missing", lambda line, _: setattr(line, "signature", None))
    signed("suite gm", "sign.suite", lambda line, _: setattr(line, "suite", "gm"))
    signed("no suite", "sign.suite", lambda line, _: setattr(line, "suite", None))
    signed("another key's name", "sign.key", lambda line, _: setattr(line, "key_id", "0" * 16))
    signed("all zeros", "sign.invalid", lambda line, _: setattr(line, "signature", "0" * 128))
    signed("one digit", "sign.invalid", lambda line, _: setattr(line, "signature", _bumped(line.signature)))
    signed(
        "by a stranger under the right name",
        "sign.invalid",
        lambda line, hand: setattr(line, "signature", hand.stranger.sign(line.hash)),
    )


def _signatures_out_of_place() -> None:
    @case("signature: by a stranger under his own name", "sign.key")
    def _(forgery: Forgery, hand: Hand) -> None:
        line = forgery.first("clock_stepped")
        line.key_id, line.signature = hand.stranger.key_id, hand.stranger.sign(line.hash)

    @case("signature: of another record", "sign.invalid")
    def _(forgery: Forgery, hand: Hand) -> None:
        forgery.first("clock_stepped").signature = forgery.first("restored").signature

    for name, value in (("suite", "std"), ("key_id", "0" * 16), ("signature", "0" * 128)):

        def stray(forgery: Forgery, hand: Hand, name: str = name, value: str = value) -> None:
            setattr(harmless(forgery), name, value)

        add(f"signature: a {name} where none is announced", "sign.stray", stray)

    for name, pick in (("at the end of a chain", kind("restored")), ("a whole chain", lambda f: f.at(T2, 1, 1))):

        def uncovered(forgery: Forgery, hand: Hand, pick: Callable[[Forgery], Line] = pick) -> None:
            line = pick(forgery)
            line.body["signing"] = "unsigned"
            _strip(line, hand)
            forgery.seal(hand.key)

        add(f"signature: key out of order {name}", "sign.uncovered", uncovered)

    @case("signature: unsigned, and yet signed", "sign.stray")
    def _(forgery: Forgery, hand: Hand) -> None:
        forgery.first("clock_stepped").body["signing"] = "unsigned"
        forgery.seal(hand.key)


def _strip(line: Line, hand: Hand) -> None:
    line.signature = line.key_id = line.suite = None


def _bumped(digits: str | None) -> str:
    assert digits is not None
    return ("1" if digits[0] == "0" else "0") + digits[1:]


def _keys() -> None:
    for name, change in (
        ("no key declared", without(*_FACT, "public_key")),
        ("a key with another fingerprint", setting("0" * 64, *_FACT, "public_key")),
        (
            "a key in capitals",
            lambda body: put(body, body["payload"]["facts"]["public_key"].upper(), *_FACT, "public_key"),
        ),
        ("a fingerprint of nothing", setting("0" * 16, *_FACT, "key_id")),
        ("a key as number", setting(7, *_FACT, "public_key")),
    ):
        edit(f"key: {name}", "key.declared sign.key", change, lambda f: f.at(T2, 1, 1))


def _declare(line: Line, key: InstallationKey) -> None:
    line.body["payload"]["facts"] |= {"key_id": key.key_id, "public_key": key.public_hex}


def _strangers_keys() -> None:
    @case("key: a whole chain under a stranger's key, fingerprint given", "sign.key")
    def _(forgery: Forgery, hand: Hand) -> None:
        hand.keys = {hand.key.key_id}
        _declare(forgery.at(T2, 1, 1), hand.stranger)
        forgery.seal(hand.stranger, start=forgery.index(forgery.at(T2, 1, 1)))

    @case("key: a whole chain under a stranger's key, no fingerprint given", "sign.key")
    def _(forgery: Forgery, hand: Hand) -> None:
        _declare(forgery.at(T2, 1, 1), hand.stranger)
        forgery.seal(hand.stranger, start=forgery.index(forgery.at(T2, 1, 1)))

    @case("key: everything under a stranger's key, fingerprint given", "sign.key")
    def _(forgery: Forgery, hand: Hand) -> None:
        hand.keys = {hand.key.key_id}
        for line in forgery.lines:
            if line.body["seq"] == 1:
                _declare(line, hand.stranger)
        forgery.seal(hand.stranger)

    @case("key: a restore brings a stranger's key", "sign.key")
    def _(forgery: Forgery, hand: Hand) -> None:
        line = forgery.first("restored")
        _declare(line, hand.stranger)
        forgery.seal(hand.stranger, start=forgery.index(line))

    def changed(forgery: Forgery, hand: Hand, **facts: Any) -> Line:
        line = harmless(forgery)
        line.body |= {"kind": "key_changed", "signing": "due"}
        _declare(line, hand.stranger)
        proof = hand.stranger.sign(line.body["prev_hash"])
        line.body["payload"]["facts"] |= {"proof": proof} | facts
        return line

    for name, facts in (
        ("proof of nothing", {"proof": "0" * 128}),
        ("no proof", {"proof": None}),
        ("proof too short", {"proof": "ab"}),
        ("another fingerprint", {"key_id": "0" * 16}),
        ("no key", {"public_key": None}),
    ):

        def bad(forgery: Forgery, hand: Hand, facts: dict[str, Any] = facts) -> None:
            changed(forgery, hand, **facts)
            forgery.seal(hand.key)

        add(f"key change: {name}", "key.change", bad)

    @case("key change: the old key signs on", "sign.key")
    def _(forgery: Forgery, hand: Hand) -> None:
        changed(forgery, hand)
        forgery.seal(hand.key)


# ---- 5. totals and numbers


def _totals() -> None:
    short = {"count": "count", "gross_fen": "gross", "reversed_fen": "reversed"}
    short |= {"receipt_no": "receipt", "z_no": "z", "slip_no": "slip"}
    for name, code in short.items():
        for by in (1, -1, 1_000_000):
            edit(
                f"totals: {name} {by:+}",
                f"totals.{code}",
                lambda body, name=name, by=by: put(body, body["totals"][name] + by, "totals", name),
            )
    for by in (1, -1):
        edit(
            f"number: receipt {by:+}",
            "number.receipt",
            lambda body, by=by: put(
                body, body["totals"]["receipt_no"] + by, "payload", "rows", "sale", 0, "receipt_no"
            ),
            kind("sale_paid", 1),
        )
        for name in ("z_no", "slip_no"):
            edit(
                f"number: {name} {by:+}",
                f"number.{name[:-3]}",
                lambda body, name=name, by=by: put(
                    body, body["totals"][name] + by, "payload", "rows", "till_close", 0, name
                ),
                kind("till_session_closed", 1),
            )
    edit(
        "totals: a genesis that starts with money",
        "totals.gross",
        setting(5, "totals", "gross_fen"),
        lambda f: f.at(T2, 1, 1),
    )

    @case("totals: a sale's amount left out of gross", "totals.gross")
    def _(forgery: Forgery, hand: Hand) -> None:
        seen = False
        for line in forgery.lines:
            seen = seen or line is forgery.first("sale_paid", 2)
            if seen and line.key[0] == T1:
                line.body["totals"]["gross_fen"] -= 100
        forgery.seal(hand.key)


# ---- 6. postings


def _postings() -> None:
    good = ["D", 1, "assets.bank", None, None]
    for name, posting in (
        ("unknown side", ["X", *good[1:]]),
        ("side in small letters", ["d", *good[1:]]),
        ("no amount", ["D", 0, *good[2:]]),
        ("negative amount", ["D", -5, *good[2:]]),
        ("amount as text", ["D", "5", *good[2:]]),
        ("amount true", ["D", True, *good[2:]]),
        ("unknown root", ["D", 1, "money.bank", None, None]),
        ("root alone", ["D", 1, "assets", None, None]),
        ("empty part of an account", ["D", 1, "assets..bank", None, None]),
        ("account with a space", ["D", 1, "assets.my bank", None, None]),
        ("account null", ["D", 1, None, None, None]),
        ("party as number", ["D", 1, "assets.bank", 7, None]),
        ("matter as number", ["D", 1, "assets.bank", None, 7]),
        ("four parts", good[:4]),
        ("six parts", [*good, None]),
        ("an object", {"side": "D", "amount_fen": 1}),
        ("null", None),
    ):
        edit(f"posting: {name}", "posting.form", setting([posting], "payload", "postings"))

    edit("posting: one leg alone", "posting.balance", setting([good], "payload", "postings"))
    pair = [["D", 5, "assets.bank", None, None], ["C", 4, "income.gas", None, None]]
    edit("posting: a fen short", "posting.balance", setting(pair, "payload", "postings"))
    edit("posting: two debits", "posting.balance", setting([good, good], "payload", "postings"))

    def moved(name: str, codes: str, account: str, pick: Callable[[Forgery], Line], *whose: str | None) -> None:
        legs = [["D", 900_000, account, *whose], ["C", 900_000, "assets.bank", None, None]]
        if codes:
            for leg, side in zip(legs, "CD", strict=True):
                leg[0] = side
        if account.startswith("liabilities."):
            for leg, side in zip(legs, "DC", strict=True):
                leg[0] = side
        edit(name, codes, setting(legs, "payload", "postings"), pick)

    idle = lambda f: f.at(T2, 1, 2)  # noqa: E731
    moved(
        "cash: more out of the safe than is in it", "cash.negative", "assets.cash.safe", kind("signed_in"), None, None
    )
    moved("cash: more out of a drawer than is in it", "cash.negative", "assets.cash.till.T02", idle, None, None)
    moved("money: a customer's below nothing", "money.negative", "liabilities.customer_money", idle, "00100", None)
    moved("money: a suspense below nothing", "money.negative", "liabilities.prepaid_gas", idle, "00100", "DJ-T01-1-9")
    moved("money: a charge used twice", "money.negative", "liabilities.unionpay_unbooked", idle, None, "u-1")

    @case("cash: a drawer below nothing at the close", "cash.negative", "close.takings")
    def _(forgery: Forgery, hand: Hand) -> None:
        legs = [["C", 900_000, "assets.cash.till.T01", None, None], ["D", 900_000, "assets.bank", None, None]]
        forgery.first("drawer_opened").body["payload"]["postings"] = legs
        forgery.seal(hand.key)

    @case("cash: a drawer below nothing for one record", "cash.negative")
    def _(forgery: Forgery, hand: Hand) -> None:
        for seq, sides in ((2, "CD"), (3, "DC")):
            legs = [[sides[0], 5, "assets.cash.till.T02", None, None], [sides[1], 5, "assets.bank", None, None]]
            forgery.at(T2, 1, seq).body["payload"]["postings"] = legs
        forgery.seal(hand.key)


# ---- 6. sales, reversals, card writes


def _sales() -> None:
    sale, line = ("payload", "rows", "sale", 0), ("payload", "rows", "sale_line", 0)

    @case("sale: another id than its record's", "sale.id")
    def _(forgery: Forgery, hand: Hand) -> None:
        body = forgery.first("sale_paid").body
        put(body, "DJ-T01-1-7", *sale, "sale_id")
        put(body, "DJ-T01-1-7", *line, "sale_id")
        forgery.seal(hand.key)

    def another_line(body: Body) -> None:
        rows = body["payload"]["rows"]["sale_line"]
        rows.append(rows[0] | {"kind": "card_fee", "amount_fen": 5})

    edit("sale: a line more than its due", "sale.lines", another_line, kind("sale_paid"))
    edit("sale: a line's price changed", "sale.amount", setting(26_000, *line, "price_e4"), kind("sale_paid"))
    edit("sale: a line's volume changed", "sale.amount", setting(29_000, *line, "volume_l"), kind("sale_paid"))
    edit("sale: a line's sign changed", "sale.amount", setting(-30_000, *line, "volume_l"), kind("sale_paid"))
    edit("sale: paid more than the drawer has", "sale.money", setting(9_000, *sale, "paid_fen"), kind("sale_paid"))
    edit("sale: by slip, but the drawer moved", "sale.money", setting("unionpay", *sale, "tender"), kind("sale_paid"))
    edit("sale: waived, but nobody bore it", "sale.money", setting(3, *sale, "waived_fen"), kind("sale_paid"))

    def into_another_drawer(body: Body) -> None:
        for posting in body["payload"]["postings"]:
            posting[2] = posting[2].replace("till.T01", "till.T02")

    edit("sale: its cash in another till's drawer", "sale.money", into_another_drawer, kind("sale_paid"))

    @case("sale: in a record of another kind", "sale.money")
    def _(forgery: Forgery, hand: Hand) -> None:
        forgery.first("sale_paid").body["kind"] = "sale_given"
        forgery.seal(hand.key)

    for name, original in (
        ("of nothing", "nothing"),
        ("of a sale that is not there", "DJ-T01-1-900"),
        ("of a sale of a till that is not there", "DJ-T07-1-3"),
        ("of a record that is no sale", "DJ-T01-1-1"),
        ("of itself", None),
    ):

        def reverses(body: Body, original: str | None = original) -> None:
            put(body, original or body["payload"]["rows"]["sale"][0]["sale_id"], *sale, "reverses_sale_id")

        edit(f"reversal: {name}", "reversal.missing", reverses, kind("sale_reversed"))
    edit("reversal: of another volume", "reversal.amount", setting(-9_999, *sale, "volume_l"), kind("sale_reversed"))

    @case("reversal: of another sale of another amount", "reversal.amount")
    def _(forgery: Forgery, hand: Hand) -> None:
        first = forgery.first("sale_paid").body["payload"]["rows"]["sale"][0]["sale_id"]
        put(forgery.first("sale_reversed").body, first, *sale, "reverses_sale_id")
        forgery.seal(hand.key)

    @case("reversal: twice", "reversal.twice")
    def _(forgery: Forgery, hand: Hand) -> None:
        again = forgery.first("sale_reversed").body["payload"]["rows"]["sale"][0]["reverses_sale_id"]
        put(forgery.first("sale_paid", 4).body, again, *sale, "reverses_sale_id")
        forgery.retotal().seal(hand.key)

    def gas_of_no_meter(body: Body) -> None:
        sold = body["payload"]["rows"]["sale"][0]["sale_id"]
        body["payload"]["rows"]["gas_carried"] = [{"sale_id": sold, "account_no": "1000000001", "carried_l": 1_000}]

    edit("gas: given, though no meter was changed", "gas.carried", gas_of_no_meter, kind("sale_paid", 4))
    step = ("payload", "rows", "card_write", 0)
    edit("card: a step left out", "card.step", setting(4, *step, "step_no"), kind("card_posted"))
    edit("card: a step twice", "card.step", setting(1, *step, "step_no"), kind("card_in_doubt"))
    edit("card: a step of a write that never began", "card.step", setting(3, *step, "step_no"), kind("card_in_doubt"))

    @case("card: a step after it was settled", "card.step")
    def _(forgery: Forgery, hand: Hand) -> None:
        done = dict(forgery.first("card_posted").body["payload"]["rows"]["card_write"][0])
        forgery.first("drawer_opened").body["payload"]["rows"] = {
            "card_write": [done | {"step_no": 4, "state": "failed"}]
        }
        forgery.seal(hand.key)


# ---- 7. sessions, closes, links

_SALE, _TENDER = ("payload", "rows", "sale", 0), ("payload", "rows", "session_tender", 0)


def _whose_session() -> None:
    closing = ("payload", "rows", "till_close", 0)
    z = kind("till_session_closed")
    edit(
        "session: a sale's row of another",
        "session.row",
        setting("DJ-T01-1-9", *_SALE, "session_id"),
        kind("sale_paid"),
    )
    edit("session: a Z's row of another", "session.row", setting("DJ-T02-1-9", *closing, "session_id"), z)
    edit("session: a tender's row of another", "session.row", setting("DJ-T02-1-9", *_TENDER, "session_id"), z)

    def of_none(body: Body) -> None:
        body |= {"session": None, "business_day": None}

    edit("session: a sale of none", "session.unknown close.takings", of_none, kind("sale_paid", 4))
    edit("session: an opening of none", "session.unknown", of_none, kind("till_session_opened", 1))

    @case("session: a close of none", "session.unknown", "session.overlap")
    def _(forgery: Forgery, hand: Hand) -> None:
        of_none(forgery.first("till_session_closed").body)
        forgery.seal(hand.key)

    def elsewhere(name: str, codes: str, change: Callable[[Body], object], day: str = "2026-11-22") -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            body = forgery.first("signed_out", 2).body
            assert body["chain"] == T2
            session = forgery.first("till_session_opened").body["session"]
            body |= {"session": session, "business_day": day}
            change(body)
            forgery.retotal().seal(hand.key)

        add(f"session: in another chain, {name}", codes, apply)

    def legs(account: str) -> Callable[[Body], object]:
        return setting([["D", 5, account, None, None], ["C", 5, "equity.opening", None, None]], "payload", "postings")

    def undone(name: str, charge: str, charged_in: str | None, *codes: str) -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            body = harmless(forgery).body
            facts = {"charge_id": charge} | ({} if charged_in is None else {"charged_in": charged_in})
            legs = [["C", 5, "assets.unionpay", None, None], ["D", 5, "assets.bank", None, None]]
            body["kind"], body["payload"]["facts"], body["payload"]["postings"] = "unionpay_undone", facts, legs
            forgery.seal(hand.key)

        add(f"charge: undone, {name}", " ".join(codes), apply)

    opened = "DJ-T01-1-2"
    undone("made in the session that it says", "DJ-T01-1-3", opened)
    undone("made in another session", "DJ-T01-1-1", opened, "charge.session")
    undone("that is not there", "DJ-T01-1-900", opened, "charge.session")
    undone("that is no key", "u-1", opened, "charge.session")
    undone("of its own session by silence", "DJ-T01-1-3", None, "close.takings")
    elsewhere("cash into its drawer", "session.foreign", legs("assets.cash.till.T01"))
    elsewhere("a charge", "session.foreign", legs("assets.unionpay"))
    elsewhere("on another day", "session.day", lambda _: None, "1999-01-01")
    elsewhere("on no day", "session.day", setting(None, "business_day"))
    elsewhere("its figures", "session.foreign", lambda body: put(body, tenders_of(body), "payload", "rows"))

    def tenders_of(body: Body) -> Body:
        row = {"session_id": body["session"], "tender": "cash", "verified_fen": None}
        return {"session_tender": [row | {"expected_fen": 0, "counted_fen": 0, "over_short_fen": 0}]}


def _sessions() -> None:
    edit("session: of nothing", "session.unknown", setting("nothing", "session"))
    edit("session: not opened yet", "session.unknown", setting("DJ-T01-1-900", "session"))
    edit("session: of a till that is not there", "session.unknown", setting("DJ-T07-1-2", "session"), kind("signed_in"))
    row = ("payload", "rows", "till_session", 0)
    edit(
        "session: opened under another id",
        "session.unknown",
        setting("DJ-T01-1-9", *row, "session_id"),
        kind("till_session_opened"),
    )
    edit("session: another business day", "session.day", setting("2026-11-24", "business_day"))
    edit("session: no business day", "session.day", setting(None, "business_day"))

    def in_closed(forgery: Forgery) -> Body:
        line = next(line for line in forgery.lines if line.chain == T1 and line.body["kind"] == "signed_out")
        first = forgery.first("till_session_opened").body
        line.body |= {"session": first["session"], "business_day": first["business_day"]}
        return line.body

    @case("session: cash after the close", "session.closed")
    def _(forgery: Forgery, hand: Hand) -> None:
        legs = [["D", 5, "assets.cash.till.T01", None, None], ["C", 5, "income.gas", None, None]]
        in_closed(forgery)["payload"]["postings"] = legs
        forgery.seal(hand.key)

    @case("session: a sale after the close", "session.closed", "sale.money")
    def _(forgery: Forgery, hand: Hand) -> None:
        body = in_closed(forgery)
        number = body["totals"]["receipt_no"] + 1
        own = "{chain}-{epoch}-{seq}".format(**body)
        sale = forgery.first("sale_paid").body["payload"]["rows"]["sale"][0] | {"sale_id": own, "receipt_no": number}
        body["payload"]["rows"] = {"sale": [sale]}
        later = forgery.first("sale_paid", 4).body["payload"]["rows"]["sale"][0]
        later["receipt_no"] += 1
        forgery.retotal().seal(hand.key)

    @case("session: closed twice", "session.closed")
    def _(forgery: Forgery, hand: Hand) -> None:
        body = in_closed(forgery)
        body["signing"] = "due"
        close = forgery.first("till_session_closed").body["payload"]["rows"]["till_close"][0]
        body["payload"]["rows"] = {"till_close": [close | {"z_no": 2, "slip_no": 2}]}
        later = forgery.first("till_session_closed", 1).body["payload"]["rows"]["till_close"][0]
        later |= {"z_no": 3, "slip_no": 3}
        forgery.retotal().seal(hand.key)

    @case("session: two at once", "session.overlap", "session.closed")
    def _(forgery: Forgery, hand: Hand) -> None:
        line = forgery.first("drawer_opened")
        own = "{chain}-{epoch}-{seq}".format(**line.body)
        opened = {"session_id": own, "business_day": line.body["business_day"], "float_expected_fen": 0}
        line.body |= {"session": own, "signing": "due"}
        line.body["payload"]["rows"] = {"till_session": [opened]}
        forgery.seal(hand.key)

    @case("session: a day before the last session's", "session.day_back")
    def _(forgery: Forgery, hand: Hand) -> None:
        for line in forgery.lines:
            if line.body["business_day"] == "2026-11-23":
                line.body["business_day"] = "2026-11-21"
        put(forgery.first("till_session_opened", 1).body, "2026-11-21", *row, "business_day")
        forgery.seal(hand.key)

    tender = ("payload", "rows", "session_tender", 0)

    def richer(body: Body, by: int) -> None:
        for name in ("expected_fen", "counted_fen"):
            put(body, body["payload"]["rows"]["session_tender"][0][name] + by, *tender, name)

    for by in (100, -100, 1):
        edit(
            f"close: expected {by:+} fen",
            "close.takings",
            lambda body, by=by: richer(body, by),
            kind("till_session_closed"),
        )
    z = kind("till_session_closed")
    edit("close: no figures", "close.takings", without("payload", "rows", "session_tender"), z)
    edit("close: no figure of a tender", "close.takings", without(*_TENDER[:3], 1), z)
    edit("close: a tender twice", "close.takings", setting("cash", *_TENDER[:3], 1, "tender"), z)
    edit(
        "close: over_short is not the difference",
        "close.takings",
        setting(5, *tender, "over_short_fen"),
        kind("till_session_closed"),
    )
    edit(
        "close: verified count left out of the difference",
        "close.takings",
        setting(5, *tender, "verified_fen"),
        kind("till_session_closed"),
    )
    edit(
        "close: another opening float",
        "close.takings",
        setting(5, *row, "float_expected_fen"),
        kind("till_session_opened"),
    )
    edit(
        "close: an open card write not named",
        "close.unlisted",
        setting([], "payload", "rows", "open_matter"),
        kind("till_session_closed"),
    )
    edit(
        "close: another write named",
        "close.unlisted",
        setting("DJ-T01-1-3", "payload", "rows", "open_matter", 0, "matter_id"),
        kind("till_session_closed"),
    )


def _links_and_anchors() -> None:
    def link(name: str, code: str, **facts: Any) -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            line = forgery.first("till_session_opened")
            line.body["payload"]["facts"]["hall"] |= facts
            forgery.seal(hand.key, keep=line)

        add(f"other chain: {name}", code, apply)

    link("another hash", "link.hash", hash="0" * 64)
    link("another number", "link.hash", seq=2)
    link("a number that is not there", "link.missing", seq=900)
    link("an epoch that is not there", "link.missing", epoch=2)
    link("a chain that is not there", "link.missing", chain="DJ-X")
    link("a number as text", "link.missing", seq="2")
    link("no hash", "link.hash", hash="")
    for name, wrong in (("a list", []), ("an object", {}), ("nothing", None), ("true", True)):
        for part in ("chain", "seq", "hash"):
            link(f"{name} as {part}", "link.missing", **{part: wrong})

    def anchor(name: str, code: str, change: Callable[[Anchor], Anchor]) -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            hand.anchors = [change(forgery.anchors()[1])]

        add(f"anchor: {name}", code, apply)

    anchor("another hash", "anchor.hash", lambda a: a._replace(prefix="0" * 10))
    anchor("a number after the end", "anchor.missing", lambda a: a._replace(seq=a.seq + 1))
    anchor("a chain that is not there", "anchor.missing", lambda a: a._replace(chain="DJ-T07"))
    anchor("an epoch that is not there", "anchor.missing", lambda a: a._replace(epoch=3))
    anchor("a number beyond those named as lost", "anchor.missing", lambda a: a._replace(epoch=1, seq=900))
    for number, name in enumerate((H, T1, T2)):

        def cut(forgery: Forgery, hand: Hand, number: int = number, name: str = name) -> None:
            hand.anchors = [forgery.anchors()[number]]
            last = max(line.key for line in forgery.lines if line.key[0] == name)
            forgery.lines.remove(forgery.at(*last))

        add(f"anchor: the end of {name} cut off", "anchor.missing", cut)


def _commands() -> None:
    def repeated(name: str, pick: Callable[[Forgery], Line]) -> None:
        def apply(forgery: Forgery, hand: Hand) -> None:
            pick(forgery).body["command_id"] = forgery.at(H, 1, 3).body["command_id"]
            forgery.seal(hand.key)

        add(f"command: twice {name}", "record.command", apply)

    repeated("in one chain", lambda f: f.at(H, 1, 5))
    repeated("in two chains", harmless)
    edit("approver: oneself", "record.approver", setting("op-1", "approver"))
    edit("approver: oneself in a void", "record.approver", setting("op-1", "approver"), kind("sale_reversed"))


for group in (_lines, _manifests, _canonical, _forms, _hashes, _places, _orders, _chain_links, _restores_and_clocks):
    group()
for group in (
    _signatures,
    _signatures_out_of_place,
    _keys,
    _strangers_keys,
    _totals,
    _postings,
    _sales,
    _whose_session,
    _sessions,
    _links_and_anchors,
    _commands,
):
    group()
