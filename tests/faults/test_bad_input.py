"""Hostile, mistyped and half-typed input at every door: a code from the page of codes, and the books do not move."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from devices.cards.keystore import PURPOSES, KeyRing, KeySet, SoftwareKeystore, save_keystore
from devices.cards.reference_profile import encode_identity
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, foreign_cpu_card
from devices.cards.simulated_reader import SimulatedReader
from ledger.money import Money, MoneyFormatError
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.card import MeterFeedback
from pos.domain.card_write import WriteState
from pos.domain.count import BatchCount, Count, CountLine
from pos.domain.errors import DeviceError, KnownError, RuleViolation
from pos.domain.hand_over import ReceiverKind
from pos.domain.roles import Act, Role
from pos.domain.sale import ReadBack, TenderKind
from pos.domain.tariff import Tier
from pos.sagas.card_purchase import deliver
from pos.store.personal_cipher import DataKey, create_data_key
from pos.usecases.add_operator import AddOperator, add_operator
from pos.usecases.add_till import AddTill, add_till
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.counter_events import RecordDrawerOpening, record_drawer_opening
from pos.usecases.give_consent import give_consent
from pos.usecases.hand_over import HandOver, hand_over
from pos.usecases.issue_float import IssueFloat, issue_float
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.prints import RecordPrint, record_print
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.set_fee_price import SetFeePrice, set_fee_price
from pos.usecases.set_tariff import SetTariff, set_tariff
from pos.usecases.settle_in_doubt import SettleInDoubt, decision_digest, settle_in_doubt
from pos.usecases.submit_count import SubmitCount, submit_count
from pos.usecases.take_payment import take_payment
from tests.architecture.source_tree import ROOT
from tests.faults.invariants import violations
from tests.fixtures_counter import Counter
from ui.app.config import SIMULATED, Config, ConfigDamaged, config_text, load_config, parse_config

CONTROL = "王\x1bp\x00\x19小"
DOCUMENTED = set(
    re.findall(r"^\|? ?`?([a-z_]+\.[a-z_]+)`? ?\|", (ROOT / "docs/error-codes.md").read_text(), re.MULTILINE)
)


@dataclass
class Doors:
    """Every door with a good value in each field, to be spoilt one at a time."""

    counter: Counter
    cipher: DataKey

    def base(self, who: str = "cashier", *, session: bool = False) -> dict[str, object]:
        made: dict[str, object] = {"command_id": self.counter.demo.new_id(), "actor": self.counter.demo.people[who]}
        return made | ({"session_id": self.counter.session_id} if session else {})

    def pay(self, **wrong: object) -> object:
        return take_payment(self.counter.demo.hall, self.counter.payment(**wrong))

    def volume(self, volume_l: int) -> object:
        command = replace(self.counter.payment(), volume_l=volume_l)
        return take_payment(self.counter.demo.hall, command)

    def worth(self, volume_l: int) -> object:
        return take_payment(self.counter.demo.hall, self.counter.payment(volume_l, 10**13))

    def worn_out(self) -> object:
        image = self.counter.read()
        assert image.purchase is not None
        used = replace(image.purchase, sequence=0xFFFF)
        feedback = MeterFeedback(0xFFFF, 0, 0, 100, 0, 0, 0, "2026-11-01")
        return self.pay(card=replace(image, purchase=used, feedback=feedback))

    def slip(self, **wrong: object) -> object:
        good = {
            "terminal": "10000001", "batch": "000012", "trace": "000345", "reference": "123456789012",
            "last_four": "6789", "amount_fen": 8679,
        }  # fmt: skip
        return book_unionpay_charge(
            self.counter.demo.hall, BookUnionPayCharge(**{**self.base(session=True), **good, **wrong})
        )

    def account(self, **wrong: object) -> object:
        meter = wrong.pop("meter", Meter("M2019000471", "G4", Inlet.LEFT, "示例仪表厂", "2019-05-20"))
        good = {
            "name": "赵六", "phone": "13800005678", "address": "平安里 1 号", "price_class": PriceClass.RESIDENT,
            "people": 3, "meter": meter,
        }  # fmt: skip
        command = OpenAccount(**{**self.base("card_clerk"), **good, **wrong})
        return open_account(self.counter.demo.hall, command, self.cipher)

    def meter(self, **wrong: object) -> object:
        return self.account(meter=replace(Meter("M2019000471", "G4", Inlet.LEFT, "示例", "2019-05-20"), **wrong))

    def tariff(self, **wrong: object) -> object:
        good = {
            "price_class": PriceClass.RESIDENT, "name": "居民", "effective_from": "2027-01-01",
            "tiers": (Tier(1, "第一档", 350_000, 26_300), Tier(2, "第二档", None, 31_600)), "document_no": "文号",
        }  # fmt: skip
        command = SetTariff(**{**self.base("lead"), **good, **wrong})
        return set_tariff(self.counter.demo.hall, self.counter.demo.approved(command, Act.SET_PRICES, by="admin"))

    def fee(self, **wrong: object) -> object:
        good = {"item": "late", "amount_fen": 100, "effective_from": "2027-01-01", "document_no": "文号"}
        command = SetFeePrice(**{**self.base("lead"), **good, **wrong})
        return set_fee_price(self.counter.demo.hall, self.counter.demo.approved(command, Act.SET_PRICES, by="admin"))

    def float_of(self, *lines: CountLine, to: str | None = None, till_id: str = "T02") -> object:
        receiver = self.counter.demo.cashier2 if to is None else to
        command = IssueFloat(**self.base("lead"), till_id=till_id, issued_to=receiver, lines=lines)
        return issue_float(self.counter.demo.hall, command)

    def count(self, count: Count) -> object:
        return submit_count(self.counter.demo.hall, SubmitCount(**self.base(session=True), count=count))

    def person(self, **wrong: object) -> object:
        good = {
            "code": "1009", "display_name": "冯新", "roles": frozenset({Role.CASHIER}), "password": "nine quiet rivers",
        }  # fmt: skip
        return add_operator(self.counter.demo.hall, AddOperator(**{**self.base("admin"), **good, **wrong}))

    def till(self, name: str) -> object:
        return add_till(self.counter.demo.hall, AddTill(**self.base("admin"), name=name))

    def setting(self, name: str, text: str) -> object:
        return change_setting(self.counter.demo.hall, ChangeSetting(**self.base("admin"), name=name, text=text))

    def back(self, **wrong: object) -> object:
        good = {"write_id": "DJ-T01-1-999", "reason": "customer_withdrew"}
        command = ReturnMoney(**{**self.base(session=True), **good, **wrong})
        return return_money(self.counter.demo.hall, self.counter.demo.approved(command, Act.RETURN_MONEY))

    def decide(self, **wrong: object) -> object:
        good = {"write_id": "DJ-T01-1-999", "decision": "written", "evidence": "meter_display"}
        said = {**good, "note": "", **wrong}
        signature = self.counter.demo.signed_by("lead", decision_digest(**said))  # type: ignore[arg-type]
        command = SettleInDoubt(**self.base("lead"), **said, signature=signature)
        return settle_in_doubt(self.counter.demo.hall, command)

    def drawer(self, **wrong: object) -> object:
        good = {"reason": "other", "outcome": "opened", "note": ""}
        command = RecordDrawerOpening(**{**self.base(session=True), **good, **wrong})
        return record_drawer_opening(self.counter.demo.hall, command)

    def printed(self) -> object:
        return record_print(self.counter.demo.hall, RecordPrint(**self.base(), job_id="nobody", state="confirmed"))

    def sold_to(self, card: SimulatedCpuCard) -> object:
        self.counter.reader.insert(card)
        return self.pay()

    def torn(self) -> object:
        """The identity file no longer has its sum."""
        self.counter.card.files.directories[0x3F01].files[0x16].body[3] ^= 0x55
        return self.sold_to(self.counter.card)

    def tool(self) -> object:
        identity = self.counter.read().identity
        assert identity is not None
        self.counter.card.files.directories[0x3F01].files[0x16].body[:] = encode_identity(identity, 0x12)
        return self.sold_to(self.counter.card)

    def other_account(self) -> object:
        image = self.counter.read()
        assert image.identity is not None
        return self.pay(card=replace(image, identity=replace(image.identity, account_no="10077")))

    def replaced(self) -> object:
        image = self.counter.read()
        assert image.identity is not None
        return self.pay(card=replace(image, identity=replace(image.identity, card_no="0000000777")))

    def offer(self, digest: str) -> object:
        demo = self.counter.demo
        command = HandOver(
            **self.base(session=True),
            receiver_kind=ReceiverKind.LEAD,
            signature=demo.signed_by("cashier", digest),
        )
        return hand_over(demo.hall, command)

    def count_early(self) -> object:
        return self.count(Count((CountLine(10_000, False, 1),)))

    def wrong_password(self) -> object:
        command = ReturnMoney(**self.base(session=True), write_id="x", reason="card_damaged")
        hall = self.counter.demo.hall
        return give_consent(hall, command, Act.RETURN_MONEY, approver_login="2001", password="wrong horse")

    def counted(self, **wrong: object) -> object:
        good = {"lines": (NOTE,), "batches": (), "blank_cards": 9}
        return self.count(Count(**{**good, **wrong}))


NOTE = CountLine(10_000, False, 1)
GOOD_TIERS = (Tier(1, "第一档", 350_000, 26_300), Tier(2, "第二档", None, 31_600))
BAD: dict[str, tuple[str, Callable[[Doors], object]]] = {
    # what is bought
    "no volume": ("volume.not_positive", lambda d: d.volume(0)),
    "negative volume": ("volume.not_positive", lambda d: d.volume(-33_000)),
    "half a cubic metre": ("volume.not_whole", lambda d: d.volume(33_500)),
    "one litre more": ("volume.not_whole", lambda d: d.volume(33_001)),
    "more than anybody burns": ("limit.purchase", lambda d: d.volume(10**15)),
    "more than a card holds": ("limit.purchase", lambda d: d.worth(4_294_968_000)),
    "unknown account": ("card.not_active", lambda d: d.pay(account_no="999999")),
    "account as SQL": ("card.not_active", lambda d: d.pay(account_no="1' OR '1'='1")),
    "unknown session": ("till.not_open", lambda d: d.pay(session_id="DJ-T09-1-1")),
    "somebody else's session": ("till.not_yours", lambda d: d.pay(actor=d.counter.demo.cashier2)),
    "nobody": ("sign_in.disabled", lambda d: d.pay(actor="nobody")),
    "a worn-out card": ("card.purchase_out_of_range", Doors.worn_out),
    # what is paid
    "too little": ("sale.too_little", lambda d: d.pay(tendered_fen=8679)),
    "nothing": ("sale.too_little", lambda d: d.pay(tendered_fen=0)),
    "negative cash": ("sale.too_little", lambda d: d.pay(tendered_fen=-10_000)),
    "another sum than read back": (
        "sale.read_back_differs",
        lambda d: d.pay(read_back=ReadBack(8680, 10_000, 1319, 0, 2000)),
    ),
    "confirmed by reflex": ("sale.read_back_too_fast", lambda d: d.pay(read_back=ReadBack(8680, 10_000, 1320, 0, 400))),
    "confirmed before shown": (
        "sale.read_back_too_fast",
        lambda d: d.pay(read_back=ReadBack(8680, 10_000, 1320, 9000, 400)),
    ),
    "searched, not identified": ("sale.identity_not_confirmed", lambda d: d.pay(found_by_search=True)),
    "slip nobody typed": (
        "unionpay.charge_missing",
        lambda d: d.pay(
            tender=TenderKind.UNIONPAY, tendered_fen=8679, charge_id="no", read_back=ReadBack(8679, 8679, 0, 0, 2000)
        ),
    ),
    "slip with cash": ("unionpay.charge_with_cash", lambda d: d.pay(charge_id="DJ-T01-1-3")),
    # the slip
    "terminal too short": ("unionpay.field", lambda d: d.slip(terminal="1000000")),
    "terminal in full width": ("unionpay.field", lambda d: d.slip(terminal="１０００００００"[:8])),
    "whole card number": ("unionpay.field", lambda d: d.slip(last_four="6225880137706789")),
    "reference with letters": ("unionpay.field", lambda d: d.slip(reference="12345678901O")),
    "line end in trace": ("unionpay.field", lambda d: d.slip(trace="000345\n")),
    "slip of nothing": ("unionpay.field", lambda d: d.slip(amount_fen=0)),
    "slip of less": ("unionpay.field", lambda d: d.slip(amount_fen=-1)),
    # the card
    "foreign card": ("card.foreign", lambda d: d.sold_to(foreign_cpu_card(b"\x01\x02\x03\x04"))),
    "blank card": ("card.blank", lambda d: d.sold_to(blank_development_card(b"\x01\x02\x03\x04"))),
    "tool card": ("card.tool", Doors.tool),
    "torn card": ("card.unreadable", Doors.torn),
    "card of another account": ("card.other_account", Doors.other_account),
    "replaced card": ("card.replaced", Doors.replaced),
    # people
    "account without name": ("account.name", lambda d: d.account(name="  ")),
    "control codes in a name": ("account.name", lambda d: d.account(name=CONTROL)),
    "text turned around": ("account.name", lambda d: d.account(name="王\u202e小")),
    "name without end": ("account.name", lambda d: d.account(name="王" * 5000)),
    "letters as phone": ("account.phone", lambda d: d.account(phone="call me")),
    "phone of three digits": ("account.phone_length", lambda d: d.account(phone="138")),
    "phone in full width": ("account.phone", lambda d: d.account(phone="１３８０００００００")),
    "control codes in an address": ("account.address", lambda d: d.account(address="平安里\x07")),
    "nobody lives there": ("account.people", lambda d: d.account(people=0)),
    "a crowd": ("account.people", lambda d: d.account(people=100)),
    "wrong check digit": ("account.id_number", lambda d: d.account(id_number="110105194912310021")),
    "number of letters": ("account.number", lambda d: d.account(account_no="12A456")),
    "number taken": ("account.exists", lambda d: d.account(account_no=d.counter.account_no)),
    "meter number": ("meter.number", lambda d: d.meter(meter_no="no")),
    "meter of another": ("meter.in_use", lambda d: d.meter(meter_no="G488203319")),
    "half-typed date": ("meter.installed_on", lambda d: d.meter(installed_on="2026-1-1")),
    "30 February": ("meter.installed_on", lambda d: d.meter(installed_on="2026-02-30")),
    "date without dashes": ("meter.installed_on", lambda d: d.meter(installed_on="20260101")),
    "date with a time": ("meter.installed_on", lambda d: d.meter(installed_on="2026-01-01T00:00")),
    "empty date": ("meter.installed_on", lambda d: d.meter(installed_on="")),
    "meter that ran backwards": ("meter.base_reading", lambda d: d.meter(base_reading_l=-1)),
    # prices
    "price from a half-typed day": ("tariff.day", lambda d: d.tariff(effective_from="2027-1-1")),
    "price from 30 February": ("tariff.day", lambda d: d.tariff(effective_from="2027-02-30")),
    "price without document": ("tariff.document", lambda d: d.tariff(document_no=" ")),
    "price of nothing": ("tariff.price", lambda d: d.tariff(tiers=(Tier(1, "一", None, 0),))),
    "negative price": ("tariff.price", lambda d: d.tariff(tiers=(Tier(1, "一", None, -26_300),))),
    "no tier": ("tariff.no_tiers", lambda d: d.tariff(tiers=())),
    "tiers that never end": ("tariff.tiers", lambda d: d.tariff(tiers=GOOD_TIERS[:1])),
    "tiers upside down": ("tariff.tiers", lambda d: d.tariff(tiers=GOOD_TIERS[::-1])),
    "more than all tax": ("tariff.vat", lambda d: d.tariff(vat_rate_bp=10_001)),
    "fee of nothing": ("fee.amount", lambda d: d.fee(amount_fen=-1)),
    "fee of a stranger": ("fee.item", lambda d: d.fee(item="late fee; DROP TABLE sale")),
    # cash
    "unknown note": ("count.denomination", lambda d: d.float_of(CountLine(300, False, 1))),
    "fraction of a note": ("count.pieces", lambda d: d.float_of(CountLine(10_000, False, -1))),
    "same note twice": ("count.repeated", lambda d: d.float_of(NOTE, NOTE)),
    "float of nothing": ("cash.nothing", lambda d: d.float_of()),
    "more than the safe": ("safe.short", lambda d: d.float_of(CountLine(10_000, False, 5000))),
    "float to nobody": ("float.nobody", lambda d: d.float_of(NOTE, to="nobody")),
    "float to no till": ("till.unknown", lambda d: d.float_of(NOTE, till_id="T77")),
    "counted too early": ("till.not_counting", Doors.count_early),
    "offered before the close": ("till.not_closed", lambda d: d.offer("0" * 64)),
    # people of the hall
    "login with a blank": ("operator.code", lambda d: d.person(code="10 09")),
    "login in full width": ("operator.code", lambda d: d.person(code="１００９")),
    "login taken": ("operator.code_taken", lambda d: d.person(code="1001")),
    "colleague without name": ("operator.name", lambda d: d.person(display_name="　")),
    "control codes in a colleague": ("operator.name", lambda d: d.person(display_name=CONTROL)),
    "colleague without role": ("operator.no_role", lambda d: d.person(roles=frozenset())),
    "password 123456": ("password.too_short", lambda d: d.person(password="123456")),
    "till without name": ("till.name", lambda d: d.till(" ")),
    "control codes in a till": ("till.name", lambda d: d.till(CONTROL)),
    "till named twice": ("till.name_taken", lambda d: d.till("1 号窗口")),
    "unknown setting": ("setting.unknown", lambda d: d.setting("root", "yes")),
    "setting of words": ("setting.value", lambda d: d.setting("max_tender_over_due_fen", "many")),
    "negative limit": ("setting.value", lambda d: d.setting("max_tender_over_due_fen", "-1")),
    "papers in no language": ("setting.value", lambda d: d.setting("language", "tlh")),
    # corrections and papers
    "money back for nothing": ("card_write.unknown", lambda d: d.back()),
    "money back without reason": ("reason.missing", lambda d: d.back(reason=" ")),
    "other reason without words": ("reason.missing", lambda d: d.back(reason="other", note=" ")),
    "a novel as a reason": ("reason.long", lambda d: d.back(note="卡" * 101)),
    "decided without evidence": ("reason.missing", lambda d: d.decide(evidence="\t")),
    "decided about nothing": ("card_write.unknown", lambda d: d.decide()),
    "drawer without reason": ("reason.missing", lambda d: d.drawer()),
    "paper nobody queued": ("print.unknown_job", Doors.printed),
    "consent with another password": ("sign_in.wrong", Doors.wrong_password),
}
NOTED = ("role.", "approval.", "limit.", "sign_in.")
"""Refusals of these families are facts themselves (`refused`, `sign_in_failed`)."""


@pytest.fixture
def doors(counter: Counter, tmp_path: Path) -> Doors:
    return Doors(counter, create_data_key(tmp_path / "more" / "data.key"))


def books_of(counter: Counter) -> list[tuple[object, ...]]:
    """Every record but notes of refusals, every queued paper, every customer."""
    with counter.demo.store.reading() as connection:
        return [
            tuple(row)
            for sql in (
                "SELECT chain, epoch, seq, hash FROM journal WHERE kind NOT IN ('refused', 'sign_in_failed')",
                "SELECT job_id, state FROM outbox",
                "SELECT count(*) FROM posting",
                "SELECT count(*) FROM sale",
            )
            for row in connection.exec_driver_sql(sql)
        ]


def refused_code(act: Callable[[], object]) -> str:
    try:
        act()
    except KnownError as refusal:
        return refusal.code
    return "accepted"


@pytest.mark.parametrize(("code", "act"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_its_own_code_and_nothing_moves(
    doors: Doors, code: str, act: Callable[[Doors], object]
) -> None:
    before = books_of(doors.counter)
    assert refused_code(lambda: act(doors)) == code
    assert books_of(doors.counter) == before
    assert code in DOCUMENTED


BAD_COUNTS: dict[str, tuple[str, dict[str, object]]] = {
    "unknown note": ("count.denomination", {"lines": (CountLine(700, False, 1),)}),
    "coin of a hundred": ("count.denomination", {"lines": (CountLine(10_000, True, 1),)}),
    "less than nothing": ("count.pieces", {"lines": (CountLine(10_000, False, -1),)}),
    "more than there are": ("count.pieces", {"lines": (CountLine(10_000, False, 10**9),)}),
    "same note twice": ("count.repeated", {"lines": (NOTE, NOTE)}),
    "slips without terminal": ("count.batch", {"batches": (BatchCount("", "", 1, 100),)}),
    "slips less than none": ("count.batch", {"batches": (BatchCount("10000001", "000012", -1, 100),)}),
    "cards less than none": ("count.cards", {"blank_cards": -1}),
}


@pytest.mark.parametrize(("code", "wrong"), BAD_COUNTS.values(), ids=BAD_COUNTS)
def test_bad_count_is_refused_and_nothing_is_kept(doors: Doors, code: str, wrong: dict[str, object]) -> None:
    begin_count(doors.counter.demo.hall, BeginCount(**doors.base(session=True)))
    before = books_of(doors.counter)
    assert refused_code(lambda: doors.counted(**wrong)) == code
    assert books_of(doors.counter) == before
    assert code in DOCUMENTED


HOSTILE_AMOUNTS = (
    "", " ", "-", ".", "1.", "1.234", "86,79", "1,00", "1,0000", "1000,", ",100", "1,,000", "86，79", "1e5", "0x10",
    "1_000", "½", "²", "٣", "--5", "+5", "5-", "NaN", "inf", "12 34", "1000000000000000", "1.-5", "¥", "¥¥5", "5元",
    "\x00", "1\n2", "1;DROP TABLE sale", "=1+1", "８６．７９０",
)  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE_AMOUNTS)
def test_half_typed_amount_is_no_amount(typed: str) -> None:
    with pytest.raises(MoneyFormatError):
        Money.parse(typed)


# ---- devices ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keystore") / "cards.keystore"
    masters = {purpose: bytes(range(16)) for purpose in PURPOSES}
    save_keystore(path, KeySet(is_test=True, keys=masters), "nine quiet rivers")
    return path


def test_locked_keystore_takes_the_money_into_suspense_and_writes_nothing(counter: Counter, locked: Path) -> None:
    paid = counter.pay()
    plastic = counter.card.to_json()
    reader = SimulatedReader(SoftwareKeystore(locked))
    reader.insert(counter.card)
    own = {"session_id": counter.session_id, "actor": counter.demo.cashier, "write_id": paid.sale_id}

    told = deliver(counter.demo.hall, reader, **own)

    assert (told.state, told.code) == (WriteState.FAILED, "keys.locked")
    assert told.code in DOCUMENTED
    assert counter.card.to_json() == plastic
    counter.reader.insert(counter.card)
    assert deliver(counter.demo.hall, counter.reader, **own).state is WriteState.POSTED
    assert violations(counter.demo.path) == []


def test_keys_of_another_hall_write_nothing_and_cost_no_try(counter: Counter) -> None:
    paid = counter.pay()
    tries = counter.card.tries_left()
    reader = SimulatedReader(KeyRing(KeySet(is_test=True, keys=dict.fromkeys(PURPOSES, b"Z" * 16))))
    reader.insert(counter.card)
    told = deliver(
        counter.demo.hall, reader, session_id=counter.session_id, actor=counter.demo.cashier, write_id=paid.sale_id
    )
    assert (told.state, told.code) == (WriteState.FAILED, "card.keys_do_not_match")
    assert counter.card.tries_left() == tries
    assert violations(counter.demo.path) == []


@pytest.mark.parametrize(
    ("passphrase", "code"), [("", "keys.wrong_passphrase"), ("nine quiet river", "keys.wrong_passphrase")]
)
def test_wrong_passphrase_is_told(locked: Path, passphrase: str, code: str) -> None:
    with pytest.raises(DeviceError, match=re.escape(code)):
        SoftwareKeystore(locked).unlock(passphrase)


def test_keystore_cut_anywhere_is_told(locked: Path, tmp_path: Path) -> None:
    content = locked.read_bytes()
    for length in range(0, len(content) - 1, 23):
        cut = tmp_path / "cut.keystore"
        cut.write_bytes(content[:length])
        with pytest.raises(DeviceError, match=r"keys\.damaged"):
            SoftwareKeystore(cut)


# ---- configuration ---------------------------------------------------------------------------------------------------


def config_or_code(text: str) -> Config | str:
    try:
        return parse_config(text)
    except ConfigDamaged as damaged:
        return damaged.code


def test_configuration_cut_at_any_byte_is_read_or_told() -> None:
    text = config_text(SIMULATED)
    outcomes = {config_or_code(text[:length]) for length in range(len(text))}
    assert "config.damaged" in outcomes
    known = {"config.damaged", "config.unknown", "config.value", "config.missing"}
    assert all(isinstance(outcome, Config) or outcome in known for outcome in outcomes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[reader]\nkind = 5", "config.value"),
        ("[reader]\nkind = 'fax'", "config.value"),
        ("[printer]\nport = 0", "config.value"),
        ("[printer]\nport = 99999", "config.value"),
        ("[printer]\nport = '9100'", "config.value"),
        ("[screen]\nscale = 10000", "config.value"),
        ("[screen]\nlanguage = 'xx'", "config.value"),
        ("reader = 1", "config.damaged"),
        ("[safe]\nopen = true", "config.unknown"),
        ("\x00\x01", "config.damaged"),
        ("[reader]\n__class__ = 'x'", "config.unknown"),
    ],
)
def test_nonsense_in_the_configuration_is_told(text: str, code: str) -> None:
    assert config_or_code(text) == code


@pytest.mark.parametrize("garbage", [b"", b"\xff\xfe\x00", b"[reader", b"[reader]\nkind = 7\n"])
def test_damaged_configuration_falls_back_to_the_last_good_copy(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "changshou.toml"
    path.write_text(config_text(SIMULATED), encoding="utf-8")
    assert load_config(path) == SIMULATED
    path.write_bytes(garbage)
    assert load_config(path) == (SIMULATED if garbage else Config())
    path.with_suffix(".last-good.toml").unlink()
    path.write_bytes(b"[reader")
    with pytest.raises(ConfigDamaged):
        load_config(path)


def test_refusal_by_role_is_noted_and_moves_no_money(counter: Counter) -> None:
    command = replace(counter.payment(), actor=counter.demo.auditor)
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        take_payment(counter.demo.hall, command)
    assert counter.demo.kinds("DJ-H")[-1] == "refused"
    assert violations(counter.demo.path) == []
