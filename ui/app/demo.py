"""The demo hall: invented people, sample prices, 500 customers, simulated cards; nothing in it is real and all says so.

Made once per data folder through the very use cases the wizard uses; deterministic but for its keys. Passwords of the
demo people are public on purpose and shown on the sign-in page of a demo hall only.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from devices.cards.memory_chip import SLE4442
from devices.cards.reference_profile import REFERENCE
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, blank_wallet_card, foreign_cpu_card
from devices.cards.simulated_memory_card import AcsDialect, SimulatedMemoryCard
from devices.cards.simulated_memory_chip import blank_chip
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from pos.domain.account import PriceClass
from pos.domain.card import CardIdentity, CardPurchase
from pos.domain.count import CountLine
from pos.domain.hand_over import safe_digest
from pos.domain.passwords import new_recovery_code
from pos.domain.purchase_limit import LimitSpan
from pos.domain.roles import Act, Role
from pos.ports.keys import KeyAuthority
from pos.usecases.add_operator import AddOperator, add_operator
from pos.usecases.add_till import AddTill, add_till
from pos.usecases.commission_hall import CommissionHall, commission_hall
from pos.usecases.fact import Command, Hall
from pos.usecases.fill_safe import FillSafe, fill_safe
from pos.usecases.give_consent import give_consent, sign
from pos.usecases.import_customers import ImportCustomers, import_customers
from pos.usecases.receive_blank_cards import ReceiveBlankCards, receive_blank_cards
from pos.usecases.set_purchase_limit import SetPurchaseLimit, set_purchase_limit
from ui.app.demo_customers import SAMPLE_DOCUMENT, STORY_CUSTOMER, demo_customers_csv
from ui.app.demo_feedback import record_sample_readings
from ui.app.prices import FROM, set_sample_prices
from ui.app.workplace import Workplace

AnyCommand = TypeVar("AnyCommand", bound=Command)
DEMO_PASSWORD = "qingfeng-mingyue"
"""Everybody's password in a demo hall; shown on its sign-in page."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Attributes: name used by the story; code to sign in with; display name; role."""

    name: str
    code: str
    display_name: str
    role: Role


ADMIN = DemoPerson("admin", "9001", "郑建国", Role.ADMINISTRATOR)
PEOPLE = (
    DemoPerson("cashier", "1001", "王晓梅", Role.CASHIER),
    DemoPerson("cashier2", "1002", "赵丽华", Role.CASHIER),
    DemoPerson("clerk", "1003", "钱芳", Role.CARD_CLERK),
    DemoPerson("lead", "2001", "李振华", Role.SHIFT_LEAD),
    DemoPerson("lead2", "2002", "周正", Role.SHIFT_LEAD),
    DemoPerson("finance", "3001", "孙敏", Role.FINANCE_CASHIER),
    DemoPerson("auditor", "4001", "吴稽", Role.AUDITOR),
)
SAFE_AT_START = (
    CountLine(10_000, False, 20),
    CountLine(5_000, False, 40),
    CountLine(2_000, False, 60),
    CountLine(1_000, False, 100),
    CountLine(500, False, 100),
    CountLine(100, False, 200),
    CountLine(100, True, 100),
    CountLine(50, True, 60),
    CountLine(10, False, 100),
    CountLine(10, True, 100),
)
STORY_CARD_UID = bytes.fromhex("5A10E2C7")
STORY_CARD = "story"
BLANK_CARD = "blank"
BLANK_MIFARE = f"{BLANK_CARD}-M1"
BLANK_MEMORY_CARD = f"{BLANK_CARD}-4442"
BLANK_WALLET = f"{BLANK_CARD}-W"
TOOL_CARD, FOREIGN_CARD = "tool", "foreign"
_CLEAR_CARD = 0x12
_STORY_IDENTITY = CardIdentity(
    card_no=STORY_CUSTOMER.card_no,
    area_code="0001",
    account_no=STORY_CUSTOMER.account_no,
    meter_no=STORY_CUSTOMER.meter_no,
)
BLANKS_IN_STORE = 200
SAMPLE_LIMITS = ((LimitSpan.MONTH, PriceClass.RESIDENT, 500), (LimitSpan.METER_CAP, "G4", 300))


def make_demo_hall(workplace: Workplace) -> dict[str, str]:
    """Commission the demo and fill it; returns operator ids by the people's story names.

    Blocking: about 3 s, most of it password hashes and 500 customers.
    Raises: RuleViolation `hall.commissioned` if the folder holds a hall already; StoreError kinds.
    """
    hall = workplace.hall
    admin_id = commission_hall(hall, _commissioning(hall)).administrator_id
    people = {ADMIN.name: admin_id}
    for name in ("1 号窗口", "2 号窗口"):
        add_till(hall, AddTill(command_id=hall.ids.new_id(), actor=admin_id, name=name))
    for person in PEOPLE:
        people[person.name] = add_operator(
            hall,
            AddOperator(
                command_id=hall.ids.new_id(),
                actor=admin_id,
                code=person.code,
                display_name=person.display_name,
                roles=frozenset({person.role}),
                password=DEMO_PASSWORD,
                must_change=False,
            ),
        )
    set_sample_prices(hall, people["lead"], approver_login=ADMIN.code, approver_password=DEMO_PASSWORD)
    customers = ImportCustomers(
        command_id=hall.ids.new_id(),
        actor=people["lead"],
        content=demo_customers_csv(),
        document_no="演示数据",
    )
    import_customers(hall, approved(hall, customers, Act.IMPORT_CUSTOMERS), workplace.cipher)
    _begin_safe(hall, people)
    _begin_card_room(hall, people)
    record_sample_readings(hall, people["clerk"])
    return people


def _begin_card_room(hall: Hall, people: dict[str, str]) -> None:
    """Blank cards in the store, a limit of each month, and the cap of a type of meter."""
    lead = people["lead"]
    receive_blank_cards(
        hall,
        ReceiveBlankCards(
            command_id=hall.ids.new_id(), actor=lead, pieces=BLANKS_IN_STORE, document_no=SAMPLE_DOCUMENT
        ),
    )
    for span, applies_to, most_m3 in SAMPLE_LIMITS:
        limit = SetPurchaseLimit(
            command_id=hall.ids.new_id(),
            actor=lead,
            span=span,
            applies_to=applies_to,
            most_m3=most_m3,
            valid_from=FROM,
            document_no=SAMPLE_DOCUMENT,
        )
        set_purchase_limit(hall, approved(hall, limit, Act.SET_PRICES))


def _begin_safe(hall: Hall, people: dict[str, str]) -> None:
    """The lead counts what lies in the safe before the finance cashier."""
    finance = next(person for person in PEOPLE if person.name == "finance")
    witness = sign(hall, login=finance.code, password=DEMO_PASSWORD, digest=safe_digest(SAFE_AT_START))
    lead = people["lead"]
    fill_safe(
        hall,
        FillSafe(command_id=hall.ids.new_id(), actor=lead, lines=SAFE_AT_START, from_bank=False, witness=witness),
    )


def make_demo_cards(folder: Path, keys: KeyAuthority) -> None:
    """The demo's plastic: the story customer's card, three blank ones, and one each with a wallet, MIFARE and memory, a
    tool card and another company's.

    What is in the box already stays. A box from before gets only plain CPU cards: its keystore has no keys for others.
    """
    box = SimulatedCardBox(folder)
    known = box.names()
    if STORY_CARD not in known:
        box.put(STORY_CARD, story_card(keys))
        box.put(BLANK_WALLET, blank_wallet_card(secrets.token_bytes(4)))
        box.put(BLANK_MIFARE, SimulatedMifareCard(secrets.token_bytes(4)))
        box.put(BLANK_MEMORY_CARD, SimulatedMemoryCard(blank_chip(SLE4442), AcsDialect()))
    if TOOL_CARD not in known:
        box.put(TOOL_CARD, _clear_card(keys))
    if FOREIGN_CARD not in known:
        box.put(FOREIGN_CARD, foreign_cpu_card(secrets.token_bytes(4)))
    for number in range(1, 4):
        if f"{BLANK_CARD}-{number}" not in known:
            box.new_blank(f"{BLANK_CARD}-{number}")


def _clear_card(keys: KeyAuthority) -> SimulatedCpuCard:
    """A tool card (清零卡) of this hall: a counter names it and never sells to it."""
    card = story_card(keys, secrets.token_bytes(4))
    clearing = REFERENCE.records.encode_identity(_STORY_IDENTITY, _CLEAR_CARD)
    card.files.directories[REFERENCE.df_file_id].files[REFERENCE.identity_file].body[:] = clearing
    return card


def load_demo_card(folder: Path, name: str) -> SimulatedPlastic:
    """A card of the demo as it was left; it keeps what is written on it. Raises FileNotFoundError, ValueError."""
    return SimulatedCardBox(folder).take(name)


def story_card(keys: KeyAuthority, uid: bytes = STORY_CARD_UID) -> SimulatedCpuCard:
    """Her card, issued and empty."""
    card = blank_development_card(uid)
    reader = SimulatedReader(keys)
    reader.insert(card)
    with reader.session() as card_session:
        nothing = CardPurchase(sequence=0, volume_l=0, cumulative_l=0)
        card_session.personalise(_STORY_IDENTITY, nothing, before=card_session.read())
    return card


def _commissioning(hall: Hall) -> CommissionHall:
    return CommissionHall(
        command_id=hall.ids.new_id(),
        hall_code="DJ",
        company="示例燃气有限公司",
        hall_name="东街营业厅",
        payee="示例燃气有限公司",
        bank="示例银行东街支行",
        bank_account="0000 1111 2222 3333",
        emergency_phone="0000-119119",
        demo=True,
        admin_code=ADMIN.code,
        admin_name=ADMIN.display_name,
        admin_password=DEMO_PASSWORD,
        recovery_code=new_recovery_code(),
    )


def approved(hall: Hall, command: AnyCommand, act: Act) -> AnyCommand:
    """The lead's command with the demo administrator's consent."""
    consent = give_consent(hall, command, act, approver_login=ADMIN.code, password=DEMO_PASSWORD)
    return replace(command, consent=consent)
