"""Cards through the real PC/SC service: commands per second, card in the slot to account on screen, a whole purchase.

The card is simulated behind the virtual reader driver, so needs root, pcscd and vsmartcard-vpcd as `make day` does.
References: a command to the same card in this process; the moment the service itself reports a card that was put in
(it looks every 0.4 s, the program every 0.4 s after it); the very commands of the purchase sent over the plain function
layer. A virtual card answers in no time, so what the program adds is measured twice: against that card, and against
one that takes 10 ms for a command, as a quick real one does; the goal, 1.3 x, is for the latter.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.bare_card import TapedCard, bare_connection, play, watched_slot
from bench.hall_rig import CODES, HallRig
from bench.harness import Run, Series
from devices.cards.pcsc import PcscReader
from devices.cards.private_pcscd import PrivatePcscd
from devices.cards.simulated_meter import SimulatedMeter
from devices.cards.vpcd import VirtualSlot
from pos.domain.card_write import WriteState
from pos.domain.sale import ReadBack, TenderKind
from pos.ports.keys import KeyAuthority
from pos.sagas.card_purchase import deliver, read_card
from pos.store.till_queries import require_session
from pos.usecases.quote import QuoteRequest, quote
from pos.usecases.take_payment import TakePayment, take_payment
from ui.app.config import Config, PrinterConfig, ReaderConfig
from ui.app.demo import DEMO_PASSWORD, make_demo_hall, story_card
from ui.app.demo_customers import STORY_CUSTOMER
from ui.app.places import Places
from ui.app.workplace import make_development_keys, open_workplace

GOAL_P50 = 1.3
PACE_S = 0.010
VOLUME_L = 10_000
CONFIG = Config(ReaderConfig("pcsc"), PrinterConfig("simulated"))
GET_CHALLENGE = bytes.fromhex("0084000008")


def run(run: Run) -> None:
    """One hall, one till, one card, one service."""
    with PrivatePcscd("Changshou Bench") as service, tempfile.TemporaryDirectory() as folder:
        at = Places(Path(folder) / "data", Path(folder) / "keys")
        make_development_keys(at)
        workplace = open_workplace(at, config=CONFIG)
        keys = workplace.keys
        if keys is None:
            raise AssertionError("a bench has its keys")
        people = make_demo_hall(workplace)
        session_id = HallRig(workplace.hall, people, {}).open("T01")
        workplace.close()
        issued = story_card(keys)
        card = TapedCard(issued.atr, issued.files)
        slot = VirtualSlot(service.ports[0])
        _to_account(run, at, slot, card, service.reader_names[0])
        _commands(run, slot, card, service.reader_names[0])
        workplace = open_workplace(at, config=CONFIG)
        rig = HallRig(workplace.hall, people, {}, {"T01": session_id})
        buyer = _Buyer(rig, keys, slot, card, service.reader_names[0])
        _purchases(run, "card_reader.purchase", buyer, run.times(20, 100))
        card.pace_s = PACE_S
        _purchases(run, "card_reader.purchase_paced", buyer, run.times(6, 40))
        run.record("card_reader.purchase_paced.goal.p50", GOAL_P50, "x")
        slot.remove()
        workplace.close()


def _insert(slot: VirtualSlot, card: TapedCard, reader_name: str) -> None:
    slot.insert(card)
    with watched_slot(reader_name) as has_card:
        while not has_card():
            time.sleep(0.005)


def _commands(run: Run, slot: VirtualSlot, card: TapedCard, reader_name: str) -> None:
    """The shortest command there is, through service and driver; the same to the card in this process."""
    from smartcard import scard

    _insert(slot, card, reader_name)
    order = list(GET_CHALLENGE)
    with bare_connection(reader_name) as (handle, protocol):
        run.compare(
            "card_reader.apdu",
            lambda _: scard.SCardTransmit(handle, protocol, order),
            lambda _: card.transmit(GET_CHALLENGE),
            n=run.times(2000, 10_000),
        )


class _Buyer:
    """Buys again and again with one card; between two purchases her meter takes the gas."""

    def __init__(self, rig: HallRig, keys: KeyAuthority, slot: VirtualSlot, card: TapedCard, reader_name: str) -> None:
        self._rig, self._slot, self._card = rig, slot, card
        self.reader_name = reader_name
        self._reader = PcscReader(keys, reader_name)
        self._meter = SimulatedMeter(keys, STORY_CUSTOMER.meter_no)
        self._copy = card

    def go_home(self) -> None:
        """The meter takes what is on the card; the copy of the last purchase's beginning is laid out."""
        if self._card.tape is not None:
            self._copy = self._card.as_before()
        self._slot.card = self._card
        self._meter.insert(self._card, today=date(2026, 11, 23).isoformat())
        self._card.power_on()

    def buy(self) -> None:
        """From the first look at the card to the write that was read back and posted."""
        self._slot.card = self._card
        self._card.record()
        hall, session_id = self._rig.hall, self._rig.sessions["T01"]
        image = read_card(self._reader)
        assert image.identity is not None
        account_no = image.identity.account_no
        with hall.store.reading() as connection:
            day = require_session(connection, session_id).business_day
        due = quote(hall, QuoteRequest(account_no=account_no, business_day=day, volume_l=VOLUME_L)).settlement
        now, to_pay = hall.clock.now_utc_ms(), due.to_pay_fen
        paid = TakePayment(
            command_id=hall.ids.new_id(),
            actor=self._rig.people["cashier"],
            session_id=session_id,
            account_no=account_no,
            volume_l=VOLUME_L,
            card=image,
            tender=TenderKind.CASH,
            tendered_fen=to_pay,
            read_back=ReadBack(to_pay, to_pay, 0, now - 2000, now),
        )
        sale_id = take_payment(hall, paid).sale_id
        done = deliver(hall, self._reader, session_id=session_id, actor=paid.actor, write_id=sale_id)
        if done.state is not WriteState.POSTED:
            raise AssertionError(f"not written: {done}")

    def send_again(self) -> None:
        """The commands of the purchase before, and nothing else."""
        self._slot.card = self._copy
        assert self._card.tape is not None
        play(self.reader_name, self._played)

    def keep(self) -> None:
        """What `send_again` sends next."""
        assert self._card.tape is not None
        self._played = list(self._card.tape.exchanges)


def _purchases(run: Run, name: str, buyer: _Buyer, n: int) -> None:
    def prepare(_number: int) -> None:
        buyer.keep()
        buyer.go_home()

    buyer.go_home()
    buyer.buy()
    run.compare(name, lambda _: buyer.buy(), lambda _: buyer.send_again(), n=n, warm_up=2, prepare=prepare)


def _to_account(run: Run, at: Places, slot: VirtualSlot, card: TapedCard, reader_name: str) -> None:
    """The whole program, offscreen: the card goes into the slot, the customer's name stands on the counter, painted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from ui.app.program import Program
    from ui.app.stage import Stage

    app = QApplication.instance() or QApplication(["bench"])
    assert isinstance(app, QApplication)
    program = Program(app, at, demo=True, customer_screen=False, config=CONFIG)
    stage = Stage(program, at.data.parent / "screens")
    program.start()
    stage.until(lambda: program.running is not None and program.running.is_ready, "the books to open")
    running = program.running
    assert running is not None
    stage.page("sign_in")
    program.window.pages["sign_in"].focus_first()
    stage.fill(CODES["cashier"], DEMO_PASSWORD)
    stage.until(lambda: running.shift is not None, "the cashier at her till")

    def is_shown() -> bool:
        return running.counter.page_state.customer is not None

    service_ns: list[int] = []
    account_ns: list[int] = []
    with watched_slot(reader_name) as has_card:
        for _number in range(run.times(8, 30)):
            start, reported = time.perf_counter_ns(), 0
            slot.insert(card)
            while not is_shown():
                app.processEvents()
                reported = reported or (has_card() and time.perf_counter_ns()) or 0
                time.sleep(0.001)
            program.window.repaint()
            account_ns.append(time.perf_counter_ns() - start)
            service_ns.append(reported - start)
            slot.remove()
            running.sale.cancel_sale()
            stage.until(lambda: not is_shown() and not running.desk.reader_seen.has_card, "an empty counter")
    seen, shown = Series.of(service_ns), Series.of(account_ns)
    after = Series.of([later - before for later, before in zip(account_ns, service_ns, strict=True)])
    for name, series in (("to_account", shown), ("to_service", seen), ("service_to_account", after)):
        run.record(f"card_reader.{name}.p50", series.p50_ms, "ms")
        run.record(f"card_reader.{name}.p99", series.p99_ms, "ms")
    run.record("card_reader.to_account.n", shown.n, "calls")
    running.stop()
    for lane in program.lanes.values():
        lane.close(timeout_s=5)
    running.workplace.close()
    program.window.allow_close()
    program.window.close()
