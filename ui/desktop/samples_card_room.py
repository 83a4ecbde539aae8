"""Sample view states of the card room, for the gallery and the tests of the desktop.

Must not know: use cases; no state here ever reaches the books.
"""

from __future__ import annotations

from ui.presenters.card_room_state import ActRow, CardFact, CardRoomState, Entry, FormField, RoomAct
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine

WHO = (
    SignedLine("field.name", "欧阳慕容清扬"),
    SignedLine("field.address", "平安里小区 12 号楼 3 单元 502"),
    SignedLine("field.account_no", "100310092"),
    SignedLine("field.meter_no", "G488203319 · G4"),
    SignedLine("room.who.card_status", "card.state.active", says=True),
    SignedLine("field.account_balance", "3.21"),
    SignedLine("room.who.last", "room.who.last_open", says=True, params=(("sequence", 17), ("volume", "33"))),
)
CARD = (
    CardFact("room.card.kind", "card.user", "room.hint.kind", says=True),
    CardFact("field.card_no", "0000100310", "room.hint.card_no"),
    CardFact("room.card.sequence", "17", "room.hint.sequence"),
    CardFact("room.card.unconsumed", "33 m³", "room.hint.unconsumed"),
    CardFact("room.card.remaining", "12.5 m³", "room.hint.remaining"),
    CardFact("room.card.status", "meter.normal", "room.hint.status", says=True),
)
TOOL = (
    CardFact("room.card.kind", "card.tool", "room.hint.kind", says=True),
    CardFact("room.card.note", "card.note.tool.clear_card", "room.hint.note", says=True),
)
_WHY = {
    RoomAct.WITHDRAW_LOSS: "room.not_lost",
    RoomAct.CARRY_GAS: "room.nothing_to_carry",
    RoomAct.RECEIVE_STOCK: "room.not_hers",
}
ACTS = tuple(ActRow(act, _WHY.get(act, "")) for act in RoomAct)
_LOST = (("card_no", "0000100310"), ("at_risk", "33"))
_CLASSES_MOVED = (("old_word", "class.resident"), ("new_word", "class.commercial"))
_YES_NO = (("no", "answer.no"), ("yes", "answer.yes"))
_REASONS = (("lost", "reason.lost"), ("stolen", "reason.stolen"), ("other", "reason.other"))
_SAID = (("taken", "room.said.taken"), ("not_taken", "room.said.not_taken"))
ROOM = {
    "card-room": CardRoomState(who=WHO, card=CARD, card_code="card.user", acts=ACTS),
    "card-room-nobody": CardRoomState(
        acts=tuple(ActRow(act, "room.needs_account") for act in RoomAct),
    ),
    "card-room-tool": CardRoomState(
        card=TOOL, card_code="card.tool", acts=ACTS, notice=Notice("card.tool.clear_card", Tone.WARNING)
    ),
    "card-room-done": CardRoomState(who=WHO, acts=ACTS, notice=Notice("room.done.report_loss", Tone.GOOD, _LOST)),
    "card-room-loss": CardRoomState(
        who=WHO,
        acts=ACTS,
        act=RoomAct.REPORT_LOSS,
        meaning=Notice("room.meaning.report_loss", Tone.WARNING, _LOST),
        fields=(
            FormField("reason", Entry.CHOICE, _REASONS, "lost"),
            FormField("note"),
            FormField("told", Entry.CHOICE, _YES_NO, "no"),
        ),
        verb="room.verb.report_loss",
        wrong="told",
        notice=Notice("loss.not_told", Tone.BAD),
    ),
    "card-room-meter": CardRoomState(
        who=WHO,
        acts=ACTS,
        act=RoomAct.CHANGE_METER,
        meaning=Notice("room.meaning.change_meter", Tone.WARNING, (("meter_no", "G488203319"),)),
        lines=(
            SignedLine("room.who.last", "room.who.last_taken", says=True, params=(("sequence", 17), ("volume", "33"))),
        ),
        fields=(
            FormField("new_meter_no"),
            FormField("meter_model", value="G4"),
            FormField("base_reading", Entry.VOLUME, value="0"),
            FormField("final_reading", Entry.VOLUME),
            FormField("old_remaining", Entry.VOLUME, value="12.5"),
            FormField("said", Entry.CHOICE, _SAID, "taken"),
            FormField("document_no"),
        ),
        verb="room.verb.change_meter",
    ),
    "card-room-correct": CardRoomState(
        who=WHO,
        acts=ACTS,
        act=RoomAct.CORRECT,
        lines=(
            SignedLine("field.phone", "138****5678 → 139****1234"),
            SignedLine("field.price_class", "room.moved", says=True, params=_CLASSES_MOVED),
            SignedLine("sign.document_no", "变更单 2026-117"),
        ),
        fields=(
            FormField("name", value="欧阳慕容清扬", caption="field.name"),
            FormField("phone", value="13900001234", caption="room.field.phone_anew"),
            FormField("address", value="平安里小区 12 号楼 3 单元 502", caption="field.address"),
            FormField("people", Entry.PIECES, value="4", caption="field.persons"),
            FormField("document_no", value="变更单 2026-117"),
        ),
        verb="room.verb.correct",
        notice=Notice("room.check.correct", Tone.WARNING),
    ),
    "card-room-history": CardRoomState(
        who=WHO,
        acts=ACTS,
        act=RoomAct.HISTORY,
        meaning=Notice("room.meaning.history"),
        lines=(
            SignedLine(
                "field.price_class",
                "room.history.words",
                says=True,
                params=(*_CLASSES_MOVED, ("rest", "2026-11-23 16:00 · 王晓梅 + 李振华 · 变更单 2026-117")),
            ),
            SignedLine("field.phone", "2026-11-20 09:12 · 钱芳 · 变更单 2026-98"),
        ),
        verb="room.verb.history",
    ),
    "card-room-carry": CardRoomState(
        who=WHO,
        acts=ACTS,
        act=RoomAct.CARRY_GAS,
        meaning=Notice("room.meaning.carry_gas"),
        lines=(SignedLine("room.who.to_carry", "30 m³"),),
        verb="room.verb.carry_gas",
    ),
}
