"""A card and its account in words: every field a counter can read, and what it is for (cards B1, B2, B11).

A tool card is recognised and refused by its name; nothing of it is changed. Must not know: Qt, languages, drivers.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.anomaly import RULE_OF
from pos.domain.card import CardImage, CardKind
from pos.usecases.account_history import NamedChange
from pos.usecases.card_room_overview import RoomAccount, RoomStock
from ui.presenters.card_room_state import CardFact
from ui.presenters.counter_panels import local_time, meter_code
from ui.presenters.counter_panels import plain_volume as m3
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine
from ui.presenters.setting_rows import price_text

NONE = "—"
_WORDS = {"price_class": "class.", "inlet": "meter.{}_inlet", "status": "account.state."}
CAPTIONS = {
    "name": "field.name",
    "phone": "field.phone",
    "address": "field.address",
    "id_number": "field.id_number",
    "price_class": "field.price_class",
    "people": "field.persons",
    "inlet": "field.inlet",
    "meter_no": "field.meter_no",
    "card_status": "field.card_no",
    "arrears_fen": "field.arrears",
    "status": "room.who.status",
}
"""How the fields of an account's record are called; what is not here has a word of its own in its history."""


def refused_kind(image: CardImage) -> Notice | None:
    """Why nothing can be sold to this card, by its name; None for a customer's or a blank card."""
    if image.kind in (CardKind.USER, CardKind.BLANK):
        return None
    if image.kind is CardKind.TOOL:
        return Notice(f"card.{image.note or 'tool'}", Tone.WARNING)
    return Notice(f"card.{image.kind.value}", Tone.WARNING, (("note", image.note),))


def card_in_form(image: CardImage, known: RoomAccount | None) -> Notice:
    """What was put in while a form is being filled in, and that the form is still there."""
    refused, who = refused_kind(image), image.identity
    if refused is not None:
        return refused
    if who is None:
        return Notice("room.in_form.blank", Tone.GOOD)
    own = known.account.terms.account_no if known else ""
    if own and who.account_no != own:
        figures = (("card_no", who.card_no), ("account_no", own))
        return Notice("room.in_form.of_another", Tone.WARNING, figures)
    return Notice("room.in_form.own", Tone.GOOD, (("card_no", who.card_no),))


def card_facts(image: CardImage, offset_min: int) -> tuple[CardFact, ...]:
    """Every field, in the order it lies on the card."""
    facts = [
        CardFact("room.card.kind", f"card.{image.kind.value}", "room.hint.kind", says=True),
        CardFact("room.card.family", image.family, "room.hint.family"),
        CardFact("room.card.chip", image.chip_uid or NONE, "room.hint.chip"),
    ]
    if image.note:
        facts.append(CardFact("room.card.note", f"card.note.{image.note}", "room.hint.note", says=True))
    who = image.identity
    if who is not None:
        facts += [
            CardFact("field.card_no", who.card_no, "room.hint.card_no"),
            CardFact("room.card.area", who.area_code, "room.hint.area"),
            CardFact("field.account_no", who.account_no, "room.hint.account_no"),
            CardFact("field.meter_no", who.meter_no, "room.hint.meter_no"),
            CardFact("room.card.issue_no", str(who.issue_no), "room.hint.issue_no"),
        ]
    return (*facts, *_purchase(image, offset_min), *_feedback(image))


def _purchase(image: CardImage, offset_min: int) -> tuple[CardFact, ...]:
    bought = image.purchase
    if bought is None:
        return ()
    sold = local_time(bought.sold_at_utc_ms, offset_min) if bought.sold_at_utc_ms else NONE
    price = price_text(bought.price_e4) if bought.price_e4 else NONE
    wallet = image.wallet_l
    return (
        CardFact("room.card.sequence", str(bought.sequence), "room.hint.sequence"),
        CardFact("room.card.volume", f"{m3(bought.volume_l)} m³", "room.hint.volume"),
        CardFact("room.card.unconsumed", f"{m3(image.unconsumed_l)} m³", "room.hint.unconsumed"),
        *(() if wallet is None else (CardFact("room.card.wallet", f"{m3(wallet)} m³", "room.hint.wallet"),)),
        CardFact("room.card.cumulative", f"{m3(bought.cumulative_l)} m³", "room.hint.cumulative"),
        CardFact("room.card.price", price, "room.hint.price"),
        CardFact("room.card.sold_at", sold, "room.hint.sold_at"),
        CardFact("room.card.generation", str(image.generation), "room.hint.generation"),
        CardFact(
            "room.card.copies", f"room.copies.{'torn' if image.torn_copy else 'whole'}", "room.hint.copies", says=True
        ),
    )


def _feedback(image: CardImage) -> tuple[CardFact, ...]:
    said = image.feedback
    if said is None or said.read_on is None:
        return (
            (CardFact("room.card.meter", "room.meter.never", "room.hint.never", says=True),) if image.purchase else ()
        )
    return (
        CardFact("room.card.read_on", said.read_on, "room.hint.read_on"),
        CardFact("room.card.taken", str(said.taken_sequence), "room.hint.taken"),
        CardFact("room.card.remaining", f"{m3(said.remaining_l)} m³", "room.hint.remaining"),
        CardFact("room.card.used", f"{m3(said.used_l)} m³", "room.hint.used"),
        CardFact("room.card.status", meter_code(said.status), "room.hint.status", says=True),
        CardFact("room.card.battery", f"{said.battery_pct} %", "room.hint.battery"),
        CardFact("room.card.magnet", str(said.magnet_count), "room.hint.magnet"),
        CardFact("room.card.valve", str(said.valve_faults), "room.hint.valve"),
    )


def who_lines(room: RoomAccount) -> tuple[SignedLine, ...]:
    """The account as the card room needs it: read aloud first, then what hangs in between."""
    account = room.account
    contact, meter, card = account.contact, account.meter, account.card
    lines = [
        SignedLine("field.name", contact.name if contact else NONE),
        SignedLine("field.address", contact.address if contact else NONE),
        SignedLine("field.account_no", account.terms.account_no),
        SignedLine("field.meter_no", f"{meter.meter_no} · {meter.meter_type}" if meter else NONE),
        SignedLine("field.phone", contact.phone_masked if contact else NONE),
        SignedLine("field.price_class", f"class.{account.terms.price_class}", says=True),
        SignedLine("field.persons", str(account.terms.people)),
        SignedLine("room.who.status", f"account.state.{account.terms.status}", says=True),
    ]
    if meter is not None:
        lines.append(SignedLine("field.inlet", f"meter.{meter.inlet}_inlet", says=True))
    if card is not None:
        lines += [
            SignedLine("field.card_no", card.card_no),
            SignedLine("room.who.card_status", f"card.state.{card.status}", says=True),
            SignedLine("room.card.issue_no", str(card.issue_no)),
        ]
    lines.append(SignedLine("field.account_balance", Money(account.customer_money_fen).grouped()))
    if account.terms.arrears_fen:
        lines.append(SignedLine("field.arrears", Money(account.terms.arrears_fen).grouped()))
    if room.last is not None:
        figures = (("sequence", room.last.purchase.sequence), ("volume", m3(room.last.purchase.volume_l)))
        code = "room.who.last_taken" if room.is_taken else "room.who.last_open"
        lines.append(SignedLine("room.who.last", code, says=True, params=figures))
    if account.left_to_carry_l:
        lines.append(SignedLine("room.who.to_carry", f"{m3(account.left_to_carry_l)} m³"))
    rules = dict.fromkeys(RULE_OF[sign] for sign in account.anomalies)
    lines += [SignedLine("room.who.anomaly", f"anomaly.rule.{rule}", says=True) for rule in rules]
    return tuple(lines)


def limit_lines(stock: RoomStock) -> tuple[SignedLine, ...]:
    """The newest limits: of whom, how much, for which days."""
    lines = []
    for limit in stock.limits:
        most = NONE if limit.most_l is None else f"{limit.most_l // 1000} m³"
        days = " – ".join(day for day in (limit.valid_from, limit.valid_until) if day)
        is_cap = limit.span == "meter_cap"
        code = "set.limit.meter_cap" if is_cap else f"set.limit.{limit.span}.{limit.applies_to}"
        kind = f"{limit.applies_to} " if is_cap else ""
        lines.append(SignedLine(code, f"{kind}{most} · {days} · {limit.document_no}"))
    return tuple(lines)


def history_lines(known: RoomAccount, offset_min: int) -> tuple[SignedLine, ...]:
    """Every change, newest first: which field, what it became, when, by whom and with whose consent."""
    return tuple(_history(one, offset_min) for one in known.history)


def _history(one: NamedChange, offset_min: int) -> SignedLine:
    change = one.change
    people = " + ".join(name for name in (one.by, one.agreed) if name)
    rest = " · ".join(part for part in (local_time(change.at_utc_ms, offset_min), people, change.document_no) if part)
    if change.field == "card_status":
        figures = (("card_no", change.old), ("new_word", f"card.state.{change.new}"), ("rest", rest))
        return SignedLine(CAPTIONS["card_status"], "room.history.card", says=True, params=figures)
    if not change.old and not change.new:
        return SignedLine(_caption(change.field), rest)
    old, new = change.old, change.new
    if change.field == "arrears_fen":
        old, new = Money(int(old)).grouped(), Money(int(new)).grouped()
    line = moved_line(change.field, old, new)
    if line.says:
        return SignedLine(line.code, "room.history.words", says=True, params=(*line.params, ("rest", rest)))
    return SignedLine(line.code, f"{line.value} · {rest}")


def moved_line(name: str, old: str, new: str) -> SignedLine:
    """A field of the account, what it was and what it becomes."""
    if name in _WORDS and old and new:
        code = _WORDS[name]
        words = tuple(code.format(value) if "{}" in code else f"{code}{value}" for value in (old, new))
        figures = (("old_word", words[0]), ("new_word", words[1]))
        return SignedLine(_caption(name), "room.moved", says=True, params=figures)
    return SignedLine(_caption(name), f"{old or NONE} → {new or NONE}")


def _caption(name: str) -> str:
    return CAPTIONS.get(name, f"room.history.{name}")
