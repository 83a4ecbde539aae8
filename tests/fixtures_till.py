"""A till's day in a few verbs, for tests: float, opening, sales straight into the books, counts, close."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger import chart
from ledger.entry import RecordDraft, credit, debit
from ledger.money import Money
from pos.domain.count import BatchCount, Count, CountLine, checked_lines
from pos.domain.hand_over import ReceiverKind, float_return_digest
from pos.domain.split_takings import nearest_sum
from pos.store.till_figures import drawer_fen, has_postings
from pos.store.till_queries import require_session, split_of
from pos.usecases.accept_hand_over import Accepted, AcceptHandOver, accept_hand_over
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.close_till_session import CloseTillSession, TillClosed, close_till_session
from pos.usecases.fill_safe import FillSafe, fill_safe
from pos.usecases.hand_over import BagToSafe, HandedOver, HandOver, bag_to_safe, hand_over, hand_over_offer
from pos.usecases.issue_float import FloatIssued, IssueFloat, issue_float
from pos.usecases.open_till_session import OpenTillSession, TillOpened, open_till_session
from pos.usecases.receive_takings import ReceiveTakings, TakingsReceived, receive_takings
from pos.usecases.return_float import FloatReturned, ReturnFloat, return_float
from pos.usecases.submit_count import CountOutcome, LeadOutcome, SubmitCount, lead_count, recount, submit_count
from tests.fixtures_hall import DemoHall

FLOAT = (CountLine(1000, False, 20), CountLine(500, False, 40), CountLine(100, True, 100))
FLOAT_FEN = 50_000


def change_for(amount_fen: int) -> tuple[CountLine, ...]:
    """Any amount as few pieces: what a drawer may look like."""
    lines = []
    for face, coin in ((10_000, False), (1_000, False), (100, True), (10, True), (1, True)):
        if amount_fen >= face:
            lines.append(CountLine(face, coin, amount_fen // face))
            amount_fen %= face
    return tuple(lines)


@dataclass
class TillDay:
    """One till of a hall during a test. `cash_fen`, `slips_fen`, `slips`: what really lies in the drawer."""

    demo: DemoHall
    till_id: str = "T01"
    cashier: str = "cashier"
    session_id: str = ""
    cash_fen: int = 0
    slips_fen: int = 0
    slips: int = 0
    cards: int = 10
    closes: list[TillClosed] = field(default_factory=list)

    @property
    def actor(self) -> str:
        return self.demo.people[self.cashier]

    def fill_safe(self, pieces: int = 20) -> int:
        """`pieces` hundreds into the safe: found there at first, from the bank later."""
        lines = (CountLine(10_000, False, pieces),)
        with self.demo.store.reading() as connection:
            filled = has_postings(connection, chart.CASH_SAFE)
        if not filled:
            return self.demo.begin_safe(lines)
        return fill_safe(
            self.demo.hall, FillSafe(command_id=self.demo.new_id(), actor=self.demo.lead, lines=lines, from_bank=True)
        )

    def issue(self, by: str = "lead") -> FloatIssued:
        """The usual float; what the till has already was seen and is meant."""
        with self.demo.store.reading() as connection:
            beside_fen = drawer_fen(connection, self.till_id)
        command = IssueFloat(
            command_id=self.demo.new_id(),
            actor=self.demo.people[by],
            till_id=self.till_id,
            issued_to=self.actor,
            lines=FLOAT,
            beside_fen=beside_fen,
        )
        issued = issue_float(self.demo.hall, command)
        self.cash_fen += issued.amount_fen
        return issued

    def put_back(self, amount_fen: int, by: str = "lead", witness: str = "finance") -> FloatReturned:
        """Change money back into the safe."""
        lines = change_for(amount_fen)
        command = ReturnFloat(
            command_id=self.demo.new_id(),
            actor=self.demo.people[by],
            till_id=self.till_id,
            lines=lines,
            witness=self.demo.signed_by(witness, float_return_digest(self.till_id, lines)),
        )
        returned = return_float(self.demo.hall, command)
        self.cash_fen -= returned.amount_fen
        return returned

    def open(self, lines: tuple[CountLine, ...] | None = None) -> TillOpened:
        """Open with what is there, or with what is said to be there."""
        counted = change_for(self.cash_fen) if lines is None else lines
        opened = open_till_session(
            self.demo.hall,
            OpenTillSession(
                command_id=self.demo.new_id(),
                actor=self.actor,
                till_id=self.till_id,
                lines=counted,
                blank_cards=self.cards,
            ),
        )
        self.session_id, self.cash_fen = opened.session_id, opened.float_fen
        return opened

    def start(self) -> TillOpened:
        """Safe filled, float issued, till open."""
        self.fill_safe()
        self.issue()
        return self.open()

    def sell(self, amount_fen: int, tender: str = "cash", reverses: str | None = None) -> str:
        """A finished sale (or, negative, the reversal of one) written straight into the books, as tills see it."""
        with self.demo.store.unit_of_work() as uow:
            row = require_session(uow.connection, self.session_id)
            head = uow.journal.head(row.chain)
            sale_id = str(head.next_key)
            amount = Money(abs(amount_fen))
            money_in, money_out = (debit, credit) if amount_fen > 0 else (credit, debit)
            drawer = chart.cash_till(self.till_id) if tender == "cash" else chart.UNIONPAY_UNBOOKED
            moved = {"matter": sale_id} if tender != "cash" else {}
            uow.journal.append(
                RecordDraft(
                    chain=row.chain,
                    kind="sale_paid",
                    command_id=self.demo.new_id(),
                    actor=self.actor,
                    business_day=row.business_day,
                    till_session=self.session_id,
                    facts={"sale_id": sale_id},
                    postings=(money_in(drawer, amount, **moved), money_out(chart.INCOME_GAS, amount)),
                    rows={
                        "sale": [
                            _sale_row(self.session_id, sale_id, head.totals.receipt_no + 1, amount_fen, tender)
                            | {"reverses_sale_id": reverses}
                        ],
                        "sale_line": [_line_row(self.session_id, sale_id, amount_fen)],
                    },
                )
            )
            if tender != "cash":  # what lies among the slips is a fact of its own
                legs = (money_in(chart.UNIONPAY_CLEARING, amount), money_out(chart.UNIONPAY_UNBOOKED, amount, **moved))
                uow.journal.append(
                    RecordDraft(
                        chain=row.chain,
                        kind="unionpay_charged",
                        command_id=self.demo.new_id(),
                        actor=self.actor,
                        business_day=row.business_day,
                        till_session=self.session_id,
                        postings=legs,
                    )
                )
            uow.commit()
        if tender == "cash":
            self.cash_fen += amount_fen
        else:
            self.slips_fen, self.slips = self.slips_fen + amount_fen, self.slips + 1
        return sale_id

    def begin(self, by: str | None = None) -> None:
        """The cut-off."""
        actor = self.demo.people[by or self.cashier]
        begin_count(self.demo.hall, BeginCount(command_id=self.demo.new_id(), actor=actor, session_id=self.session_id))

    def counted(self, off_fen: int = 0) -> Count:
        """A count of what is really there, wrong by `off_fen`."""
        batches = (BatchCount("POS1", "000001", self.slips, self.slips_fen),) if self.slips else ()
        return Count(change_for(self.cash_fen + off_fen), batches, self.cards)

    def submit(self, off_fen: int = 0, *, again: bool = False, by: str | None = None) -> CountOutcome:
        """The first count or the recount."""
        command = SubmitCount(
            command_id=self.demo.new_id(),
            actor=self.demo.people[by or self.cashier],
            session_id=self.session_id,
            count=self.counted(off_fen),
        )
        return (recount if again else submit_count)(self.demo.hall, command)

    def lead_counts(self, off_fen: int = 0, by: str = "lead") -> LeadOutcome:
        """The lead's own count."""
        command = SubmitCount(
            command_id=self.demo.new_id(),
            actor=self.demo.people[by],
            session_id=self.session_id,
            count=self.counted(off_fen),
        )
        return lead_count(self.demo.hall, command)

    def close_command(self, off_fen: int = 0, keep_fen: int = FLOAT_FEN, **changes: object) -> CloseTillSession:
        """A close that keeps about the usual float."""
        fields: dict[str, object] = {
            "command_id": self.demo.new_id(),
            "actor": self.actor,
            "session_id": self.session_id,
            "float_lines": nearest_sum(checked_lines(self.counted(off_fen).lines), keep_fen),
            "card_in_reader": False,
        }
        return CloseTillSession(**(fields | changes))  # type: ignore[arg-type]

    def close(self, off_fen: int = 0, keep_fen: int = FLOAT_FEN) -> TillClosed:
        """Close with what was counted; afterwards the drawer holds the float."""
        closed = close_till_session(self.demo.hall, self.close_command(off_fen, keep_fen))
        self.cash_fen, self.slips, self.slips_fen = closed.float_kept_fen, 0, 0
        self.closes.append(closed)
        return closed

    def offer(self, kind: ReceiverKind = ReceiverKind.CASHIER, by: str | None = None) -> HandedOver:
        """Offer the closed till, signed by the giver."""
        giver = by or self.cashier
        digest = hand_over_offer(self.demo.hall, self.session_id, kind).digest
        command = HandOver(
            command_id=self.demo.new_id(),
            actor=self.demo.people[giver],
            session_id=self.session_id,
            receiver_kind=kind,
            signature=self.demo.signed_by(giver, digest),
            device_states=("打印机 正常",),
        )
        return hand_over(self.demo.hall, command)

    def accept_command(self, by: str, digest: str, lines: tuple[CountLine, ...] | None = None) -> AcceptHandOver:
        """What a receiver enters."""
        return AcceptHandOver(
            command_id=self.demo.new_id(),
            actor=self.demo.people[by],
            session_id=self.session_id,
            lines=change_for(self.cash_fen) if lines is None else lines,
            blank_cards=self.cards,
            signature=self.demo.signed_by(by, digest),
            bag_no="B-1",
        )

    def bag(self, witness: str = "lead") -> HandedOver:
        """Float and blank cards into the safe."""
        digest = hand_over_offer(self.demo.hall, self.session_id, ReceiverKind.SAFE, "B-1").digest
        command = BagToSafe(
            command_id=self.demo.new_id(),
            actor=self.actor,
            session_id=self.session_id,
            bag_no="B-1",
            signature=self.demo.signed_by(self.cashier, digest),
            witness=self.demo.signed_by(witness, digest),
        )
        return bag_to_safe(self.demo.hall, command)

    def to_lead(self, by: str = "lead") -> Accepted:
        """The lead takes the closed drawer."""
        offered = self.offer(ReceiverKind.LEAD)
        return accept_hand_over(self.demo.hall, self.accept_command(by, offered.digest))

    def receive(
        self, lines: tuple[CountLine, ...] | None = None, slips_fen: int = 0, note: str = ""
    ) -> TakingsReceived:
        """Finance counts what the last close handed in, or says something else."""
        with self.demo.store.reading() as connection:
            handed = split_of(connection, self.session_id, "takings")
        command = ReceiveTakings(
            command_id=self.demo.new_id(),
            actor=self.demo.finance,
            session_id=self.session_id,
            lines=handed if lines is None else lines,
            slips_fen=slips_fen,
            note=note,
        )
        return receive_takings(self.demo.hall, command)

    def end(self) -> TillClosed:
        """Count right and close."""
        self.begin()
        self.submit()
        return self.close()


def _sale_row(session_id: str, sale_id: str, receipt_no: int, amount_fen: int, tender: str) -> dict[str, object]:
    return {
        "sale_id": sale_id,
        "session_id": session_id,
        "account_no": "10001",
        "item": "gas",
        "receipt_no": receipt_no,
        "tender": tender,
        "volume_l": 33_000,
        "due_fen": amount_fen,
        "paid_fen": amount_fen,
        "tendered_fen": amount_fen,
        "change_fen": 0,
        "customer_money_fen": 0,
        "waived_fen": 0,
        "card_write_id": None,
        "reverses_sale_id": None,
        "sold_at_utc_ms": 0,
    }


def _line_row(session_id: str, sale_id: str, amount_fen: int) -> dict[str, object]:
    return {
        "sale_id": sale_id,
        "session_id": session_id,
        "account_no": "10001",
        "kind": "gas",
        "name": "第一档",
        "tariff_id": None,
        "tariff_year": 2026,
        "tier": 1,
        "volume_l": 33_000,
        "price_e4": 26_300,
        "amount_fen": amount_fen,
        "vat_rate_bp": 900,
    }
