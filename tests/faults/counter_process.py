"""A counter in a process of its own that is killed with -9 and started again: sale, prints, close, hand-over.

One script serves the first start and every restart: look at what is open first, settle it, then go on with whatever
the customer and the day still need. The cashier in it knows nothing but what the program shows her and what lies
before her.

As a command: `python -m tests.faults.counter_process FOLDER` plays one run; `... serve` forks one run per line of
standard input, so that thousands of kills cost no Python start each. Every run is a real process.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.cards.simulated_card import blank_development_card
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from devices.printer.receipt_printer import EscposReceiptPrinter
from ledger.keys import load_key
from pos.domain.card_write import SETTLED
from pos.domain.count import Count, CountLine
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import ReceiverKind
from pos.domain.sale import ReadBack, TenderKind
from pos.domain.split_takings import propose_float
from pos.domain.till_session import TillState
from pos.ports.printer import PrintState
from pos.sagas.card_purchase import Delivery, deliver, read_card
from pos.sagas.print_delivery import deliver_waiting
from pos.store import custody_queries, outbox, till_queries
from pos.usecases.accept_hand_over import AcceptHandOver, accept_hand_over
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.close_till_session import CloseTillSession, close_till_session
from pos.usecases.counter_events import RecordHandOut, record_hand_out
from pos.usecases.fact import Hall
from pos.usecases.give_consent import sign
from pos.usecases.hand_over import HandOver, hand_over, hand_over_offer
from pos.usecases.open_card_writes import open_card_writes
from pos.usecases.prints import RecordPrint, Reprint, adopt_interrupted, record_print, reprint
from pos.usecases.quote import QuoteRequest, quote
from pos.usecases.submit_count import SubmitCount, submit_count
from pos.usecases.take_payment import TakePayment, take_payment
from tests.faults import card_room_process
from tests.faults.invariants import violations
from tests.faults.surviving_world import (
    BOX,
    BOXED_CARD,
    Moments,
    Plastic,
    PrinterCable,
    WatchedReader,
    WatchedStore,
    acknowledged,
    card_keys,
    printer_as_it_stands,
    world_of,
)
from tests.fixtures_counter import DAY, FLOAT_FEN
from tests.fixtures_hall import PASSWORD
from tests.fixtures_till import change_for
from ui.app.rendering import RollRenderer

VOLUME_L, GIVEN_FEN, TO_PAY_FEN, CARD_FEE_FEN = 33_000, 10_000, 8680, 2000
DRAWER_BEFORE_FEN = FLOAT_FEN + CARD_FEE_FEN
BLANK_CARDS = 9


class TickingClock:
    """Goes on from the newest record; 7 ms a look."""

    def __init__(self) -> None:
        self.now = 0

    def now_utc_ms(self) -> int:
        self.now += 7
        return self.now


class FreshIds:
    """As in the product: made where the person acts, gone with the process."""

    def new_id(self) -> str:
        return str(uuid.uuid4())


@dataclass
class Desk:
    """The counter of one process.

    Attributes: card `same`, `other` or `none`: what the customer puts into the reader; a card in the demo's box is
    taken from there.
    """

    folder: Path
    moments: Moments
    card: str = "same"

    def __post_init__(self) -> None:
        plan: dict[str, Any] = json.loads((self.folder / "desk.json").read_text(encoding="ascii"))
        self.session_id: str = plan["session_id"]
        self.account_no: str = plan["account_no"]
        self.people: dict[str, str] = plan["people"]
        self.codes: dict[str, str] = plan["codes"]
        clock = TickingClock()
        key = load_key(self.folder / "keys" / "installation.pem")
        self.store = WatchedStore(self.folder / "data" / "hall.db", self.moments, clock=clock, signer=key)
        with self.store.reading() as connection:
            newest = connection.exec_driver_sql("SELECT max(at_utc_ms) FROM journal").scalar()
        clock.now = int(newest or 0) + 60_000
        self.clock = clock
        self.hall = Hall(store=self.store, clock=clock, ids=FreshIds())
        self.reader = SimulatedReader(card_keys(self.folder))
        if self.card == "same" and (self.folder / BOX).exists():
            self.reader = WatchedReader(card_keys(self.folder), self.moments)
            self.reader.insert(SimulatedCardBox(self.folder / BOX).take(BOXED_CARD))
        elif self.card == "same":
            self.reader.insert(Plastic.load(self.folder / "plastic.json", self.moments))
        elif self.card == "other":
            self.reader.insert(blank_development_card(bytes.fromhex("0BADCAFE")))
        cable = PrinterCable(printer_as_it_stands(self.folder), self.folder / "printer.bin", self.moments)
        self.printer = EscposReceiptPrinter(cable)

    @property
    def cashier(self) -> str:
        return self.people["cashier"]

    def new_id(self) -> str:
        return self.hall.ids.new_id()

    def say(self, command_id: str) -> None:
        """A person sees the result: from now on it must never be lost."""
        with self.store.reading() as connection:
            record = self.store.journal_of(connection).by_command(command_id)
        assert record is not None
        line = json.dumps({"kind": record.kind, "key": str(record.key), "hash": record.hash})
        with (self.folder / "said.jsonl").open("ab", buffering=0) as stream:
            stream.write(line.encode() + b"\n")


def work(desk: Desk) -> None:
    """One run from start to the handed-over till."""
    settle_what_is_open(desk)
    if desk.card == "same":
        sell(desk)
    deliver_waiting(desk.hall, desk.printer, RollRenderer(), actor=desk.cashier)
    close_the_till(desk)
    deliver_waiting(desk.hall, desk.printer, RollRenderer(), actor=desk.cashier)


def settle_what_is_open(desk: Desk) -> None:
    """First the papers somebody must look at, then the card writes: shown before anything else is possible."""
    adopt_interrupted(desk.hall)
    with desk.store.reading() as connection:
        unknown = outbox.jobs_in_state(connection, PrintState.UNKNOWN)
        session = till_queries.require_session(connection, desk.session_id)
    for job in unknown:
        anchor = f"{job.fact_key} {job.fact_hash[:10]}"
        marked = f"补打 第 {job.copy_no} 次"
        papers = [
            piece
            for piece in printer_as_it_stands(desk.folder).roll.piece_texts()
            if anchor in piece and title_of(job.template) in piece and (marked in piece) == (job.copy_no > 0)
        ]
        if papers:
            command = RecordPrint(
                command_id=desk.new_id(),
                actor=desk.cashier,
                job_id=job.job_id,
                state=PrintState.CONFIRMED,
                settled_by_person=True,
            )
            record_print(desk.hall, command)
            desk.say(command.command_id)
        elif session.state in (TillState.OPEN, TillState.COUNTING):
            with desk.store.reading() as connection:
                copies = [j for j in outbox.jobs_of_fact(connection, job.fact_key) if j.original_job_id == job.job_id]
            if not copies:
                again = Reprint(
                    command_id=desk.new_id(),
                    actor=desk.cashier,
                    session_id=desk.session_id,
                    job_id=job.job_id,
                    reason="not_printed",
                )
                reprint(desk.hall, again)
                desk.say(again.command_id)
    for write in open_card_writes(desk.hall):
        put_on_card(desk, write.write_id)


def title_of(template: str) -> str:
    """A word by which a person tells two papers of one fact apart."""
    return {"z_report": "班结单", "remittance_slip": "交款单"}.get(template, "")


def put_on_card(desk: Desk, write_id: str) -> Delivery:
    done = deliver(desk.hall, desk.reader, session_id=desk.session_id, actor=desk.cashier, write_id=write_id)
    if done.state in SETTLED:
        with desk.store.reading() as connection:
            sql = (
                "SELECT command_id FROM journal WHERE kind IN ('card_posted', 'sale_reversed')"
                " AND body ->> '$.payload.facts.write_id' = ?"
            )
            command_id = connection.exec_driver_sql(sql, (write_id,)).scalar()
        desk.say(str(command_id))
    return done


def sell(desk: Desk) -> None:
    """The customer wants 33 m3 and hands over 100 yuan; if her card shows that she has them, she has been served."""
    try:
        sale_id = take_money(desk)
    except RuleViolation as refusal:
        if refusal.code == "till.not_open" or refusal.code.startswith(("till.", "card.unconsumed")):
            return
        raise
    put_on_card(desk, sale_id)
    handed = RecordHandOut(
        command_id=desk.new_id(),
        actor=desk.cashier,
        session_id=desk.session_id,
        sale_id=sale_id,
        change=True,
        card=True,
        ticket=True,
    )
    record_hand_out(desk.hall, handed)
    desk.say(handed.command_id)


def take_money(desk: Desk) -> str:
    image = read_card(desk.reader)
    request = QuoteRequest(account_no=desk.account_no, business_day=DAY, tender=TenderKind.CASH, volume_l=VOLUME_L)
    to_pay = quote(desk.hall, request).settlement.to_pay_fen
    shown = desk.clock.now_utc_ms()
    command = TakePayment(
        command_id=desk.new_id(),
        actor=desk.cashier,
        session_id=desk.session_id,
        account_no=desk.account_no,
        volume_l=VOLUME_L,
        card=image,
        tender=TenderKind.CASH,
        tendered_fen=GIVEN_FEN,
        read_back=ReadBack(to_pay, GIVEN_FEN, GIVEN_FEN - to_pay, shown, shown + 2000),
    )
    taken = take_payment(desk.hall, command)
    desk.say(command.command_id)
    return taken.sale_id


def drawer_lines(desk: Desk) -> tuple[CountLine, ...]:
    """What lies in the drawer: the customer put in her money once, if she bought at all."""
    bought = any(line["kind"] == "sale_paid" for line in acknowledged(desk.folder)) or served(desk)
    return change_for(DRAWER_BEFORE_FEN + (TO_PAY_FEN if bought else 0))


def served(desk: Desk) -> bool:
    """Killed between commit and word: the money went over the counter, the books know it."""
    with desk.store.reading() as connection:
        return bool(connection.exec_driver_sql("SELECT count(*) FROM sale WHERE item = 'gas'").scalar())


def close_the_till(desk: Desk) -> None:
    """From whatever state the day is in to the lead's signature."""
    with desk.store.reading() as connection:
        row = till_queries.require_session(connection, desk.session_id)
        counted = bool(till_queries.attempts_of(connection, desk.session_id))
        offered = custody_queries.last_offer(connection, desk.session_id) is not None
    cash = drawer_lines(desk)
    base = {"actor": desk.cashier, "session_id": desk.session_id}
    if row.state is TillState.OPEN:
        begun = BeginCount(command_id=desk.new_id(), **base)
        begin_count(desk.hall, begun)
        desk.say(begun.command_id)
    if row.state in (TillState.OPEN, TillState.COUNTING):
        if not counted:
            count = SubmitCount(command_id=desk.new_id(), count=Count(cash, (), BLANK_CARDS), **base)
            outcome = submit_count(desk.hall, count)
            desk.say(count.command_id)
            assert outcome.agrees, "the drawer and the books differ"
        close = CloseTillSession(
            command_id=desk.new_id(), float_lines=propose_float(cash, FLOAT_FEN), card_in_reader=False, **base
        )
        close_till_session(desk.hall, close)
        desk.say(close.command_id)
    if row.state not in (TillState.ACCEPTED, TillState.RECEIVED):
        pass_on(desk, cash, offered=offered)


def pass_on(desk: Desk, cash: tuple[CountLine, ...], *, offered: bool) -> None:
    """The cashier signs the offer, the lead counts and signs."""
    digest = hand_over_offer(desk.hall, desk.session_id, ReceiverKind.LEAD).digest
    if not offered:
        offer = HandOver(
            command_id=desk.new_id(),
            actor=desk.cashier,
            session_id=desk.session_id,
            receiver_kind=ReceiverKind.LEAD,
            signature=signed(desk, "cashier", digest),
        )
        hand_over(desk.hall, offer)
        desk.say(offer.command_id)
    accept = AcceptHandOver(
        command_id=desk.new_id(),
        actor=desk.people["lead"],
        session_id=desk.session_id,
        lines=propose_float(cash, FLOAT_FEN),
        blank_cards=BLANK_CARDS,
        signature=signed(desk, "lead", digest),
    )
    accept_hand_over(desk.hall, accept)
    desk.say(accept.command_id)


def signed(desk: Desk, name: str, digest: str) -> Any:
    code = desk.codes[name]
    return sign(desk.hall, login=code, password=PASSWORD.format(code=code), digest=digest)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """One run in this process: `work` (first start or restart), or `look` (only the checks).

    `work`: an act of the card room instead of the day.
    `open_first`: what the restarted program lists before anything else. The invariants are checked before and after.
    """
    folder = Path(job["folder"])
    moments = Moments(int(job.get("die_at", 0)), tuple(job.get("kinds", Moments().kinds)))
    result: dict[str, Any] = {"before": [], "after": [], "names": []}
    if job.get("check"):
        result["before"] = [list(v) for v in violations(folder / "data" / "hall.db", world_of(folder))]
    desk = Desk(folder, moments, job.get("card", "same"))
    result["open_first"] = [write.write_id for write in open_card_writes(desk.hall)]
    act = str(job.get("work", ""))
    if act:
        card_room_process.work(desk, act)
    else:
        work(desk)
    desk.store.close()
    result["names"] = moments.names
    if job.get("check"):
        result["after"] = [list(v) for v in violations(folder / "data" / "hall.db", world_of(folder))]
    return result


def serve() -> None:
    """Fork one run per line; the answer says how the process ended and what it found."""
    importlib.import_module("printing.render")  # once here, not again in every run
    for line in sys.stdin:
        job = json.loads(line)
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                answer = {"result": run(job)}
            except BaseException:  # noqa: BLE001 - the parent must hear of anything
                answer = {"error": traceback.format_exc()}
            with os.fdopen(write_end, "w") as stream:
                stream.write(json.dumps(answer))
            os._exit(0)
        os.close(write_end)
        with os.fdopen(read_end) as stream:
            text = stream.read()
        _, status = os.waitpid(child, 0)
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        sys.stdout.write(json.dumps({"killed_by": killed, **(json.loads(text) if text else {})}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        sys.stdout.write(json.dumps(run({"folder": sys.argv[1]})) + "\n")
