"""The card room in the process that is killed: take a purchase back, replace a lost card, give a removed meter's gas.

Played by `counter_process`, which forks it: what is open is settled first, then the act is done if it is not in the
books yet. The clerk in it knows nothing but what the program shows her and which card lies before her.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from devices.cards.simulated_card import blank_development_card
from pos.domain.card import NOTE_SPOILED
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.roles import Act
from pos.domain.sale import ReadBack, TenderKind
from pos.sagas.card_purchase import read_card
from pos.sagas.print_delivery import deliver_waiting
from pos.usecases.begin_reversal import BeginReversal, begin_reversal
from pos.usecases.carry_gas import CarryGas, carry_gas, quote_instalment
from pos.usecases.fact import Command
from pos.usecases.give_consent import give_consent
from pos.usecases.open_card_writes import open_card_writes
from pos.usecases.replace_card import ReplaceCard, quote_replacement, replace_card
from pos.usecases.return_money import ReturnMoney, return_money
from tests.faults.surviving_world import Plastic
from tests.fixtures_counter import DAY
from tests.fixtures_hall import PASSWORD
from ui.app.rendering import RollRenderer

if TYPE_CHECKING:
    from tests.faults.counter_process import Desk

C = TypeVar("C", bound=Command)


def approved(desk: Desk, command: C, act: Act) -> C:
    code = desk.codes["lead"]
    consent = give_consent(desk.hall, command, act, approver_login=code, password=PASSWORD.format(code=code))
    return replace(command, consent=consent)


def is_done(desk: Desk, sql: str) -> bool:
    with desk.store.reading() as connection:
        return bool(connection.exec_driver_sql(sql).scalar())


def paying(desk: Desk, to_pay_fen: int) -> dict[str, object]:
    shown = desk.clock.now_utc_ms()
    return {
        "command_id": desk.new_id(),
        "actor": desk.cashier,
        "session_id": desk.session_id,
        "account_no": desk.account_no,
        "tender": TenderKind.CASH,
        "tendered_fen": to_pay_fen,
        "read_back": ReadBack(to_pay_fen, to_pay_fen, 0, shown, shown + 2000),
    }


def take_back(desk: Desk) -> str:
    """The purchase of the morning goes back; returns the write, "" if that is in the books already."""
    if is_done(desk, "SELECT count(*) FROM sale WHERE reverses_sale_id IS NOT NULL"):
        return ""
    with desk.store.reading() as connection:
        sale_id = str(connection.exec_driver_sql("SELECT sale_id FROM sale WHERE item = 'gas'").scalar())
    wish = BeginReversal(
        command_id=desk.new_id(),
        actor=desk.cashier,
        session_id=desk.session_id,
        sale_id=sale_id,
        card=read_card(desk.reader),
        reason="wrong_volume",
    )
    begun = begin_reversal(desk.hall, approved(desk, wish, Act.VOID_LARGE))
    desk.say(wish.command_id)
    return begun.write_id


def new_card(desk: Desk) -> str:
    """The lost card's gas goes onto a blank one; a chip that was spoiled half way is given up for another."""
    give_up_a_spoiled_chip(desk)
    if is_done(desk, "SELECT sum(due_fen) FROM sale WHERE item = 'card_replacement'"):
        return ""
    reason = ReplacementReason.LOST
    quoted = quote_replacement(desk.hall, desk.account_no, DAY, TenderKind.CASH, reason)
    wish = ReplaceCard(
        **paying(desk, quoted.settlement.to_pay_fen),  # type: ignore[arg-type]
        blank=read_card(desk.reader),
        reason=reason,
        said=LastPurchaseWas.NOT_TAKEN,
        evidence="customer_letter",
    )
    sold = replace_card(desk.hall, approved(desk, wish, Act.REPLACE_CARD))
    desk.say(wish.command_id)
    return sold.sale_id


def give_up_a_spoiled_chip(desk: Desk) -> None:
    """Nobody knows the key of a chip that was stopped while its master key changed: the fee goes back."""
    for write in open_card_writes(desk.hall):
        if read_card(desk.reader).note != NOTE_SPOILED:
            return
        wish = ReturnMoney(
            command_id=desk.new_id(),
            actor=desk.cashier,
            session_id=desk.session_id,
            write_id=write.write_id,
            reason="card_damaged",
        )
        return_money(desk.hall, approved(desk, wish, Act.RETURN_MONEY))
        desk.say(wish.command_id)
        file = desk.folder / "plastic.json"
        file.write_text(blank_development_card(bytes.fromhex("A1B2C3D7")).to_json(), encoding="ascii")
        desk.reader.remove()
        desk.reader.insert(Plastic.load(file, desk.moments))


def instalment(desk: Desk) -> str:
    """All that the removed meter held goes onto the new card."""
    if is_done(desk, "SELECT count(*) FROM gas_carried"):
        return ""
    card = read_card(desk.reader)
    quoted = quote_instalment(desk.hall, desk.account_no, DAY, card)
    wish = CarryGas(**paying(desk, 0), card=card, volume_l=quoted.volume_l)  # type: ignore[arg-type]
    sold = carry_gas(desk.hall, wish)
    desk.say(wish.command_id)
    return sold.sale_id


ACTS: dict[str, Callable[[Desk], str]] = {"take_back": take_back, "new_card": new_card, "instalment": instalment}


def work(desk: Desk, act: str) -> None:
    """One run: what is open, then the act, then the papers."""
    from tests.faults.counter_process import put_on_card, settle_what_is_open

    settle_what_is_open(desk)
    if desk.card == "same":
        write_id = ACTS[act](desk)
        if write_id:
            put_on_card(desk, write_id)
    deliver_waiting(desk.hall, desk.printer, RollRenderer(), actor=desk.cashier)
