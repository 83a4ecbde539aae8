"""A demo hall for measuring: real store, real use cases, no device in the way; tills open, count, close, hand over.

The hall is the one of `changshou run --demo` (500 invented customers, sample prices). Only what surrounds the timed
call is here; card images are made up, because a card's own time is not what the books cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from pos.domain.account import PriceClass
from pos.domain.business_day import business_day_at
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase, MeterFeedback
from pos.domain.count import Count, CountLine
from pos.domain.hand_over import ReceiverKind
from pos.domain.purchase_limit import LimitSpan
from pos.domain.roles import Act
from pos.domain.sale import ReadBack, TenderKind
from pos.store import sale_queries
from pos.store.till_figures import expected_of
from pos.store.till_queries import require_session
from pos.usecases.accept_hand_over import AcceptHandOver, accept_hand_over
from pos.usecases.add_till import AddTill, add_till
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.card_write_steps import CardWriteStep, begin_card_write, post_card_write
from pos.usecases.close_till_session import CloseTillSession
from pos.usecases.fact import Hall
from pos.usecases.fill_safe import FillSafe, fill_safe
from pos.usecases.give_consent import sign
from pos.usecases.hand_over import HandOver, hand_over, hand_over_offer
from pos.usecases.issue_float import IssueFloat, issue_float
from pos.usecases.open_till_session import OpenTillSession, open_till_session
from pos.usecases.quote import QuoteRequest, quote
from pos.usecases.set_purchase_limit import SetPurchaseLimit, set_purchase_limit
from pos.usecases.submit_count import SubmitCount, submit_count
from pos.usecases.take_payment import TakePayment
from ui.app.config import SIMULATED
from ui.app.demo import DEMO_PASSWORD, PEOPLE, approved, make_demo_hall
from ui.app.demo_customers import DEMO_COUNT, SAMPLE_DOCUMENT, demo_customers
from ui.app.places import Places
from ui.app.workplace import make_development_keys, open_workplace

FLOAT = (CountLine(10_000, False, 5),)
BLANK_CARDS = 10
VOLUME_L = 33_000
NOTE_FEN = 10_000
CODES = {person.name: person.code for person in PEOPLE}


@dataclass
class HallRig:
    """A hall that sells.

    Attributes: hall; people (operator ids by story name); buyers (account to the card as it will lie in the reader,
    the next first); sessions (till id to its newest session id).
    """

    hall: Hall
    people: dict[str, str]
    buyers: dict[str, CardImage]
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The database file."""
        return self.hall.store.path

    def close(self) -> None:
        """Give the database back."""
        self.hall.store.close()

    def add_tills(self, total: int) -> list[str]:
        """Tills up to `total`, and enough money in the safe to float them."""
        with self.hall.store.reading() as connection:
            there = int(connection.exec_driver_sql("SELECT count(*) FROM till").scalar() or 0)
        for number in range(there + 1, total + 1):
            add_till(self.hall, AddTill(command_id=self._id(), actor=self.people["admin"], name=f"{number} 号窗口"))
        money = (CountLine(10_000, False, 5 * total),)
        fill_safe(self.hall, FillSafe(command_id=self._id(), actor=self.people["lead"], lines=money, from_bank=True))
        with self.hall.store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT till_id FROM till ORDER BY till_id LIMIT ?", (total,)).all()
        return [str(row[0]) for row in rows]

    def lift_limit(self) -> None:
        """A long bench sells more in a month than the demo hall lets a household buy."""
        lifted = SetPurchaseLimit(
            command_id=self._id(),
            actor=self.people["lead"],
            span=LimitSpan.MONTH,
            applies_to=PriceClass.RESIDENT,
            most_m3=100_000,
            valid_from=business_day_at(self.hall.clock.now_utc_ms(), self.hall.store.offset_min),
            document_no=SAMPLE_DOCUMENT,
        )
        set_purchase_limit(self.hall, approved(self.hall, lifted, Act.SET_PRICES))

    def open(self, till_id: str) -> str:
        """Open a till with its float; the first time the lead issues it."""
        cashier = self.people["cashier"]
        if till_id not in self.sessions:
            command = IssueFloat(
                command_id=self._id(), actor=self.people["lead"], till_id=till_id, issued_to=cashier, lines=FLOAT
            )
            issue_float(self.hall, command)
        opening = OpenTillSession(
            command_id=self._id(), actor=cashier, till_id=till_id, lines=FLOAT, blank_cards=BLANK_CARDS
        )
        self.sessions[till_id] = open_till_session(self.hall, opening).session_id
        return self.sessions[till_id]

    def count(self, till_id: str) -> None:
        """Cut-off and a right first count; afterwards only the close is missing."""
        session_id, cashier = self.sessions[till_id], self.people["cashier"]
        begin_count(self.hall, BeginCount(command_id=self._id(), actor=cashier, session_id=session_id))
        with self.hall.store.reading() as connection:
            cash_fen = expected_of(connection, require_session(connection, session_id)).cash_fen
        count = Count(_pieces(cash_fen), (), BLANK_CARDS)
        submitted = submit_count(
            self.hall, SubmitCount(command_id=self._id(), actor=cashier, session_id=session_id, count=count)
        )
        if not submitted.agrees:
            raise AssertionError("the drawer of a bench does not agree with its books")

    def close_command(self, till_id: str) -> CloseTillSession:
        """The close that is to be timed."""
        return CloseTillSession(
            command_id=self._id(),
            actor=self.people["cashier"],
            session_id=self.sessions[till_id],
            float_lines=FLOAT,
            card_in_reader=False,
        )

    def hand_over(self, till_id: str) -> None:
        """The lead takes the closed drawer, so that it can be opened again."""
        session_id = self.sessions[till_id]
        digest = hand_over_offer(self.hall, session_id, ReceiverKind.LEAD).digest
        offer = HandOver(
            command_id=self._id(),
            actor=self.people["cashier"],
            session_id=session_id,
            receiver_kind=ReceiverKind.LEAD,
            signature=sign(self.hall, login=CODES["cashier"], password=DEMO_PASSWORD, digest=digest),
        )
        accept = AcceptHandOver(
            command_id=self._id(),
            actor=self.people["lead"],
            session_id=session_id,
            lines=FLOAT,
            blank_cards=BLANK_CARDS,
            signature=sign(
                self.hall, login=CODES["lead"], password=DEMO_PASSWORD, digest=hand_over(self.hall, offer).digest
            ),
        )
        accept_hand_over(self.hall, accept)

    def next_payment(self, till_id: str) -> TakePayment:
        """A cash purchase of 33 m3 by the next customer, read back as the counter reads it back."""
        account_no, card = next(iter(self.buyers.items()))
        self.buyers[account_no] = self.buyers.pop(account_no)  # whoever has bought goes to the end of the queue
        session_id = self.sessions[till_id]
        with self.hall.store.reading() as connection:
            day = require_session(connection, session_id).business_day
        request = QuoteRequest(account_no=account_no, business_day=day, volume_l=VOLUME_L)
        to_pay_fen = quote(self.hall, request).settlement.to_pay_fen
        tendered_fen = -(-to_pay_fen // NOTE_FEN) * NOTE_FEN  # a customer of a long bench reaches the dearer tiers
        now = self.hall.clock.now_utc_ms()
        return TakePayment(
            command_id=self._id(),
            actor=self.people["cashier"],
            session_id=session_id,
            account_no=account_no,
            volume_l=VOLUME_L,
            card=card,
            tender=TenderKind.CASH,
            tendered_fen=tendered_fen,
            read_back=ReadBack(to_pay_fen, tendered_fen, tendered_fen - to_pay_fen, now - 2000, now),
        )

    def begin_write(self, command: TakePayment, write_id: str) -> None:
        """The second commit."""
        begin_card_write(self.hall, self._step(command, write_id, found=None))

    def post_write(self, command: TakePayment, write_id: str) -> str:
        """The third commit; returns the id of the queued receipt. Her meter has taken the gas when she comes again."""
        with self.hall.store.reading() as connection:
            write = sale_queries.card_write(connection, write_id)
        assert write is not None
        bought = write.intent.purchase
        taken = MeterFeedback(bought.sequence, command.volume_l, bought.cumulative_l, 90, 0, 0, 0, None)
        found = replace(command.card, purchase=bought)
        self.buyers[command.account_no] = replace(found, feedback=taken)
        return post_card_write(self.hall, self._step(command, write_id, found=found)).print_job_id or ""

    def _step(self, command: TakePayment, write_id: str, found: CardImage | None) -> CardWriteStep:
        return CardWriteStep(
            command_id=self._id(),
            actor=command.actor,
            session_id=command.session_id,
            write_id=write_id,
            found=found,
        )

    def _id(self) -> str:
        return self.hall.ids.new_id()


def make_rig(folder: Path) -> HallRig:
    """Commission a demo hall in an empty folder. Blocking: about 4 s."""
    at = Places(folder / "data", folder / "keys")
    make_development_keys(at)
    workplace = open_workplace(at, config=SIMULATED)
    people = make_demo_hall(workplace)
    buyers = {
        person.account_no: _card(person.account_no, person.card_no, person.meter_no)
        for person in demo_customers(DEMO_COUNT)
        if person.card_no and person.price_class == "居民"
    }
    rig = HallRig(workplace.hall, people, buyers)
    rig.lift_limit()
    return rig


def _card(account_no: str, card_no: str, meter_no: str) -> CardImage:
    """A card on which nothing has been bought yet, as a reader shows it."""
    return CardImage(
        kind=CardKind.USER,
        family="fmcos",
        atr_hex="3B6C00004D47FD1F",
        chip_uid=f"{int(card_no):08X}"[-8:],
        identity=CardIdentity(card_no, "0001", account_no, meter_no),
        purchase=CardPurchase(0, 0, 0),
        generation=1,
        digest="5a" * 32,
    )


def _pieces(amount_fen: int) -> tuple[CountLine, ...]:
    """An amount as few pieces."""
    lines = []
    for face_fen, coin in ((10_000, False), (1_000, False), (100, True), (10, True), (1, True)):
        pieces, amount_fen = divmod(amount_fen, face_fen)
        if pieces:
            lines.append(CountLine(face_fen, coin, pieces))
    return tuple(lines)
