"""A counter ready to sell: prices, an account with meter and card, an open till, a simulated reader.

Built on `demo_hall`; everything is real but the plastic and the metal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.simulated_card import blank_development_card
from devices.cards.simulated_meter import SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.card import CardImage
from pos.domain.count import CountLine
from pos.domain.purchase_limit import LimitSpan
from pos.domain.roles import Act
from pos.domain.sale import ReadBack, TenderKind
from pos.domain.tariff import Tier
from pos.sagas.card_purchase import Delivery, deliver, read_card
from pos.store.personal_cipher import create_data_key
from pos.usecases.begin_reversal import BeginReversal
from pos.usecases.issue_float import IssueFloat, issue_float
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.open_till_session import OpenTillSession, open_till_session
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.quote import Quote, QuoteRequest, quote
from pos.usecases.sell_first_card import SellFirstCard, quote_first_card, sell_first_card
from pos.usecases.set_fee_price import SetFeePrice, set_fee_price
from pos.usecases.set_purchase_limit import SetPurchaseLimit, set_purchase_limit
from pos.usecases.set_tariff import SetTariff, set_tariff
from pos.usecases.take_payment import TakePayment, take_payment
from tests.fixtures_hall import DemoHall

FLOAT = (CountLine(1000, False, 20), CountLine(100, False, 50), CountLine(10, True, 100))
FLOAT_FEN = 26_000
SAFE = (CountLine(10000, False, 50), *(CountLine(x.face_fen, x.coin, 4 * x.pieces) for x in FLOAT))
DAY = "2026-11-23"


@dataclass
class Counter:
    """A counter in the middle of the morning.

    Attributes: demo (the hall); session_id; account_no; reader with the customer's card in it; card; meter.
    """

    demo: DemoHall
    session_id: str
    account_no: str
    reader: SimulatedReader
    card: SimulatedPlastic
    meter: SimulatedMeter
    spare_cards: list[SimulatedPlastic] = field(default_factory=list)

    def quote(self, volume_l: int, tender: TenderKind = TenderKind.CASH) -> Quote:
        request = QuoteRequest(account_no=self.account_no, business_day=DAY, tender=tender, volume_l=volume_l)
        return quote(self.demo.hall, request)

    def reversal(self, sale_id: str) -> BeginReversal:
        """A wish to take a just-written purchase back, with the card that lies in the reader."""
        return BeginReversal(
            command_id=self.demo.new_id(),
            actor=self.demo.cashier,
            session_id=self.session_id,
            sale_id=sale_id,
            card=self.read(),
            reason="wrong_volume",
        )

    def read_back(self, due_fen: int, tendered_fen: int) -> ReadBack:
        now = self.demo.clock.now_utc_ms()
        self.demo.clock.forward(seconds=2)
        return ReadBack(due_fen, tendered_fen, tendered_fen - due_fen, now, now + 2000)

    def payment(self, volume_l: int = 33_000, tendered_fen: int = 10_000, **changes: object) -> TakePayment:
        """A cash payment as the screen would make it."""
        to_pay = self.quote(volume_l).settlement.to_pay_fen
        values: dict[str, object] = {
            "command_id": self.demo.new_id(),
            "actor": self.demo.cashier,
            "session_id": self.session_id,
            "account_no": self.account_no,
            "volume_l": volume_l,
            "card": self.read(),
            "tender": TenderKind.CASH,
            "tendered_fen": tendered_fen,
            "read_back": self.read_back(to_pay, tendered_fen),
        }
        return TakePayment(**{**values, **changes})  # type: ignore[arg-type]

    def pay(self, volume_l: int = 33_000, tendered_fen: int = 10_000) -> PaymentTaken:
        return take_payment(self.demo.hall, self.payment(volume_l, tendered_fen))

    def read(self) -> CardImage:
        return read_card(self.reader)

    def deliver(self, sale_id: str) -> Delivery:
        return deliver(
            self.demo.hall, self.reader, session_id=self.session_id, actor=self.demo.cashier, write_id=sale_id
        )

    def account_fen(self, account: str) -> int:
        """Debits minus credits of an account."""
        with self.demo.store.reading() as connection:
            sql = "SELECT sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) FROM posting WHERE account = ?"
            return int(connection.exec_driver_sql(sql, (account,)).scalar() or 0)


def set_sample_prices(demo: DemoHall) -> None:
    """The sample schedule of the sketches: 2.63, 3.16, 3.95; a first card for 20 yuan."""
    tariff = SetTariff(
        command_id=demo.new_id(),
        actor=demo.lead,
        price_class=PriceClass.RESIDENT,
        name="居民用气",
        effective_from="2026-01-01",
        tiers=(
            Tier(1, "第一档", 350_000, 26_300),
            Tier(2, "第二档", 500_000, 31_600),
            Tier(3, "第三档", None, 39_500),
        ),
        document_no="示例价〔2026〕1 号",
        sample=True,
    )
    set_tariff(demo.hall, demo.approved(tariff, Act.SET_PRICES, by="admin"))
    price_fee(demo, "first_card", 2000)


def price_fee(demo: DemoHall, item: str, amount_fen: int) -> None:
    """A service of the price list gets its price, approved by the administrator."""
    fee = SetFeePrice(
        command_id=demo.new_id(),
        actor=demo.lead,
        item=item,
        amount_fen=amount_fen,
        effective_from="2026-01-01",
        document_no="示例价〔2026〕2 号",
        sample=True,
    )
    set_fee_price(demo.hall, demo.approved(fee, Act.SET_PRICES, by="admin"))


def cap_meter(demo: DemoHall, most_m3: int) -> None:
    """What the customer's meter takes at most (充值上限)."""
    cap = SetPurchaseLimit(
        command_id=demo.new_id(),
        actor=demo.lead,
        span=LimitSpan.METER_CAP,
        applies_to="G4",
        most_m3=most_m3,
        valid_from="2026-01-01",
        document_no="表厂说明书",
    )
    set_purchase_limit(demo.hall, demo.approved(cap, Act.SET_PRICES, by="admin"))


def open_till(demo: DemoHall, till_id: str, cashier: str) -> str:
    """Float issued by the lead, counted by the cashier; returns the session id."""
    issue = IssueFloat(command_id=demo.new_id(), actor=demo.lead, till_id=till_id, issued_to=cashier, lines=FLOAT)
    issue_float(demo.hall, issue)
    opening = OpenTillSession(command_id=demo.new_id(), actor=cashier, till_id=till_id, lines=FLOAT, blank_cards=10)
    return open_till_session(demo.hall, opening).session_id


@pytest.fixture
def counter(demo_hall: DemoHall, tmp_path: Path) -> Counter:
    """A resident with a fresh card in the reader of an open till; nothing bought yet."""
    made = counter_with(demo_hall, tmp_path, blank_development_card(bytes.fromhex("A1B2C3D4")))
    issue_card(made)
    return made


def counter_with(demo: DemoHall, folder: Path, card: SimulatedPlastic, keys: KeyRing | None = None) -> Counter:
    """A resident without a card at an open till, the blank `card` in its reader. Fresh card keys if none are given."""
    set_sample_prices(demo)
    demo.begin_safe(SAFE)
    session_id = open_till(demo, "T01", demo.cashier)
    account = OpenAccount(
        command_id=demo.new_id(),
        actor=demo.card_clerk,
        name="单桂芳",
        phone="13800002071",
        address="平安里 12 号楼 3 单元 502",
        price_class=PriceClass.RESIDENT,
        people=4,
        meter=Meter("G488203319", "G4", Inlet.LEFT, "示例表厂", "2024-05-01"),
    )
    account_no = open_account(demo.hall, account, create_data_key(folder / "keys" / "data.key")).account_no
    keys = keys or KeyRing(development_key_set())
    reader = SimulatedReader(keys)
    reader.insert(card)
    return Counter(demo, session_id, account_no, reader, card, SimulatedMeter(keys, "G488203319"))


def sell_card(counter: Counter) -> PaymentTaken:
    """A first card for the counter's account, the blank that lies in the reader: paid and not yet written."""
    demo = counter.demo
    settlement = quote_first_card(demo.hall, counter.account_no, DAY, TenderKind.CASH).settlement
    command = SellFirstCard(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        account_no=counter.account_no,
        blank=counter.read(),
        tender=TenderKind.CASH,
        tendered_fen=settlement.to_pay_fen,
        read_back=counter.read_back(settlement.to_pay_fen, settlement.to_pay_fen),
    )
    return sell_first_card(demo.hall, demo.approved(command, Act.ISSUE_FIRST_CARD))


def issue_card(counter: Counter) -> None:
    """Sell and write the first card through the same saga."""
    assert counter.deliver(sell_card(counter).sale_id).state == "posted"
