"""A meter is changed and its card made, for every test that begins behind that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card
from pos.domain.account import Inlet, Meter
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.card_write import WriteState
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.usecases.change_meter import ChangeMeter, MeterChanged, change_meter
from pos.usecases.replace_card import ReplaceCard, replace_card
from tests.fixtures_counter import Counter

NEW_METER = "G488209901"
NEW_UID = bytes.fromhex("A1B2C3D6")


def put_blank(hall: Counter) -> None:
    """The card in the reader makes room for a new one."""
    hall.card = blank_development_card(NEW_UID)
    hall.reader.remove()
    hall.reader.insert(hall.card)


def changed_meter(hall: Counter, **changes: Any) -> MeterChanged:
    """Its meter comes off the wall and another hangs there; by default it had taken all and 30 m³ were left."""
    demo = hall.demo
    wish = ChangeMeter(
        command_id=demo.new_id(),
        actor=demo.cashier,
        account_no=hall.account_no,
        old_meter_no=hall.meter.meter_no,
        meter=Meter(NEW_METER, "G4", Inlet.RIGHT, "示例表具"),
        document_no="换表单 12 号",
        final_reading_l=3_000,
        remaining_l=30_000,
        said=LastPurchaseWas.TAKEN,
        evidence="meter_display",
    )
    return change_meter(demo.hall, demo.approved(replace(wish, **changes), Act.CHANGE_METER))


def new_card_for_the_meter(hall: Counter, said: LastPurchaseWas = LastPurchaseWas.TAKEN) -> SimulatedCpuCard:
    """The free card for it, written and read back."""
    demo = hall.demo
    put_blank(hall)
    wish = ReplaceCard(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=hall.session_id,
        account_no=hall.account_no,
        tender=TenderKind.CASH,
        tendered_fen=0,
        read_back=hall.read_back(0, 0),
        blank=hall.read(),
        reason=ReplacementReason.METER_CHANGED,
        said=said,
        evidence="other",
        note="换表单 12 号",
        old_card_returned=True,
    )
    sold = replace_card(demo.hall, demo.approved(wish, Act.REPLACE_CARD))
    assert hall.deliver(sold.sale_id).state == WriteState.POSTED
    return hall.card
