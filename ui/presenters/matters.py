"""The page of open matters: what is unsettled, and the verb that settles it (design Money rules 7-9, domain P2, P4).

Card writes are tried again at the counter, where the card goes; what no card can tell any more is a lead's decision
with its evidence; money goes back, and a charge is undone, with a lead's consent. Must not know: Qt, passwords.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from ledger.errors import KnownError
from pos.domain.hand_over import MatterKind
from pos.domain.reasons import Evidence, ReprintReason, ReturnReason
from pos.domain.roles import Act
from pos.ports.printer import PrintState
from pos.usecases.book_unionpay_charge import UnionPayChargeRow, free_charge
from pos.usecases.fact import Command
from pos.usecases.permission import Consent, Signature
from pos.usecases.prints import RecordPrint, Reprint, record_print, reprint
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.settle_in_doubt import SettleInDoubt, decision_digest, settle_in_doubt
from pos.usecases.undo_unionpay_charge import UndoUnionPayCharge, undo_unionpay_charge
from ui.presenters.count_state import MatterView
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import MattersState
from ui.presenters.open_matters import REVERSAL, matter_views, verbs_for
from ui.presenters.people_state import SignedLine, ToSign
from ui.presenters.reversal_matters import ReversalMatters
from ui.presenters.to_sign import matter_lines, reason_lines
from ui.presenters.visit import Visit

T = TypeVar("T")
C = TypeVar("C", bound=Command)
_URGENT = {f"matter.{MatterKind.CARD_WRITE}", f"matter.{MatterKind.CHARGE_UNBOOKED}", REVERSAL}


class MattersScreen(Protocol):
    """The page, and what it asks people."""

    def show_matters(self, state: MattersState) -> None:
        """Draw the list."""

    def open_matters(self) -> None:
        """Bring the page to the front."""

    def offer_verbs(self, codes: tuple[str, ...]) -> None:
        """What may be done with the selected matter; it answers with `do`."""

    def ask_reason(self, title: str, kind: type[StrEnum], done: Callable[[str, str], None], *, noted: bool) -> None:
        """A code of a kind, and a note (`noted`: asked for with every code); answers with (code, note)."""

    def ask_reference(self, done: Callable[[str], None]) -> None:
        """The reference number on the terminal's 撤销 slip."""

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """A second person approves exactly this command."""

    def ask_lead(self, digest: str, asked: ToSign, done: Callable[[Signature], None]) -> None:
        """A lead signs her decision with her own password."""

    def go_counter(self) -> None:
        """To the card."""

    def leads(self) -> bool:
        """True if a lead works here."""


@dataclass(slots=True, weakref_slot=True)
class Matters:
    """Presenter of the page.

    Attributes: desk; screen; actor(), shift(): who works here; print_waiting: told when a paper was queued.
        take_charge: the counter leads a sale with this slip. open_drawer(reason, note): for money that goes back.
        known: told what is open each time it was read.
    """

    desk: Desk
    screen: MattersScreen
    actor: Callable[[], str]
    shift: Callable[[], Shift | None]
    print_waiting: Callable[[], None]
    take_charge: Callable[[UnionPayChargeRow], None]
    open_drawer: Callable[[str, str], None]
    known: Callable[[tuple[MatterView, ...]], None]
    visit: Visit = field(init=False)
    reversals: ReversalMatters = field(init=False)
    _matters: tuple[MatterView, ...] = ()
    _chosen: MatterView | None = None

    def __post_init__(self) -> None:
        self.visit = Visit(self.desk.lanes.books)
        self.reversals = ReversalMatters(
            self.desk, self.shift, self._settled, self._trouble, self.print_waiting, self.open_drawer
        )

    def open(self) -> None:
        """Show what is open in the hall now."""
        self.visit.begin()
        self._read(self.screen.open_matters)

    def open_if_unsettled(self) -> None:
        """After a sign-in: money of a customer that hangs in the air is shown before anything else."""

        def urgent_first() -> None:
            if any(matter.kind_code in _URGENT for matter in self._matters):
                self.screen.open_matters()

        self.visit.begin()
        self._read(urgent_first)

    def choose(self, key: str) -> None:
        """A row was chosen: what can be done with it."""
        self._chosen = next((matter for matter in self._matters if matter.key == key), None)
        if self._chosen is None:
            return
        codes = verbs_for(self._chosen, selling=self.shift() is not None, leads=self.screen.leads())
        if not codes:
            at_finance = self._chosen.kind_code == f"matter.{MatterKind.SLIPS_DIFFER}"
            self._draw(Notice("matter.slips_at_finance" if at_finance else "matter.not_here", Tone.INFO))
            return
        self.screen.offer_verbs((*codes, "matter_do.later"))

    def do(self, code: str) -> None:
        """One verb for the chosen matter."""
        matter = self._chosen
        if matter is None:
            return
        verbs: dict[str, Callable[[str], None]] = {
            "matter_do.print_now": self._print_now,
            "matter_do.paper_out": self._paper_came,
            "matter_do.paper_again": self._paper_again,
            "matter_do.card_again": lambda _key: self.screen.go_counter(),
            "matter_do.return_money": self._return_money,
            "matter_do.written": lambda key: self._decide(key, "written"),
            "matter_do.not_written": lambda key: self._decide(key, "not_written"),
            "matter_do.finish_reversal": self.reversals.finish,
            "matter_do.call_off": self.reversals.call_off,
            "matter_do.gas_off": lambda key: self._decide(key, "written", as_code="gas_off"),
            "matter_do.gas_on": lambda key: self._decide(key, "not_written", as_code="gas_on"),
            "matter_do.use_charge": self._use_charge,
            "matter_do.undo_charge": self._undo_charge,
        }
        if code in verbs:
            verbs[code](matter.key)

    # the verbs --------------------------------------------------------------------------------------------------------

    def _print_now(self, _job_id: str) -> None:
        self.print_waiting()
        self._draw(Notice("matter.printing", Tone.INFO))

    def _paper_came(self, job_id: str) -> None:
        command = RecordPrint(
            command_id=self._id(),
            actor=self.actor(),
            job_id=job_id,
            state=PrintState.CONFIRMED,
            settled_by_person=True,
        )
        self._run(lambda: record_print(self.desk.hall, command), "matter.paper_settled")

    def _paper_again(self, job_id: str) -> None:
        """In her own session; a lead without one reprints for the hall."""

        def given(reason: str, note: str) -> None:
            shift = self.shift()
            asked = Reprint(
                command_id=self._id(),
                actor=self.actor() if shift is None else shift.actor,
                session_id=None if shift is None else shift.session_id,
                job_id=job_id,
                reason=reason,
                note=note,
            )
            self._run(lambda: reprint(self.desk.hall, asked), self.desk.paper_code("matter.reprinted"), prints=True)

        self.screen.ask_reason("reason.title.reprint", ReprintReason, given, noted=False)

    def _return_money(self, write_id: str) -> None:
        """The same money straight back; refused once the card may have been written."""

        def command(shift: Shift, reason: str, note: str) -> ReturnMoney:
            return ReturnMoney(
                command_id=self._id(),
                actor=shift.actor,
                session_id=shift.session_id,
                write_id=write_id,
                reason=reason,
                note=note,
            )

        def approved(agreed: ReturnMoney) -> None:
            self._run(lambda: return_money(self.desk.hall, agreed), "matter.money_returned", prints=True)

        self._because(
            "reason.title.return",
            ReturnReason,
            command,
            lambda asked: self._consented(
                asked, "approve.return_money", approved, *reason_lines(asked.reason, asked.note)
            ),
        )

    def _decide(self, write_id: str, decision: str, *, as_code: str = "") -> None:
        """No card can tell any more: a lead says what is taken as true, and what that rests on. `as_code`: how it is
        called, of a reversal.
        """
        named = as_code or decision

        def because(evidence: str, note: str) -> None:
            def signed(signature: Signature) -> None:
                command = SettleInDoubt(
                    command_id=self._id(),
                    actor=signature.operator_id,
                    write_id=write_id,
                    decision=decision,
                    evidence=evidence,
                    signature=signature,
                    note=note,
                )
                self._run(lambda: settle_in_doubt(self.desk.hall, command), f"matter.decided_{named}", prints=True)

            digest = decision_digest(write_id, decision, evidence, note)
            said = matter_lines(self._chosen, *reason_lines(evidence, note))
            self.screen.ask_lead(digest, ToSign(f"approve.{named}", said), signed)

        self.screen.ask_reason("reason.title.evidence", Evidence, because, noted=True)

    def _use_charge(self, charge_id: str) -> None:
        """继续本笔: the sale is led again at the counter, with this slip as its tender."""
        shift = self.shift()
        if shift is None:
            return

        def free(charge: UnionPayChargeRow) -> None:
            self.screen.go_counter()
            self.take_charge(charge)

        self.visit.ask(lambda: free_charge(self.desk.hall, shift.session_id, charge_id), free, self._trouble)

    def _undo_charge(self, charge_id: str) -> None:
        """The terminal gave the money back to the card."""

        def undone(reference: str) -> None:
            shift = self.shift()
            if shift is None:
                return
            command = UndoUnionPayCharge(
                command_id=self._id(),
                actor=shift.actor,
                session_id=shift.session_id,
                charge_id=charge_id,
                reference=reference,
            )

            self._consented(
                command,
                "approve.undo_charge",
                lambda agreed: self._run(lambda: undo_unionpay_charge(self.desk.hall, agreed), "matter.charge_undone"),
                SignedLine("unionpay.undo_reference", reference),
            )

        self.screen.ask_reference(undone)

    # inside -----------------------------------------------------------------------------------------------------------

    def _because(
        self, title: str, kind: type[StrEnum], command: Callable[[Shift, str, str], C], then: Callable[[C], None]
    ) -> None:
        """In her open session, for a reason of a kind: the command made of it goes on with `then`."""

        def given(reason: str, note: str) -> None:
            shift = self.shift()
            if shift is not None:
                then(command(shift, reason, note))

        self.screen.ask_reason(title, kind, given, noted=False)

    def _consented(self, command: C, what_code: str, then: Callable[[C], None], *lines: SignedLine) -> None:
        """A second person agrees to exactly this giving back of money."""
        asked = ToSign(what_code, matter_lines(self._chosen, *lines))
        self.screen.ask_approval(
            command, Act.RETURN_MONEY, asked, lambda consent: then(replace(command, consent=consent))
        )

    def _run(self, job: Callable[[], T], said: str, *, prints: bool = False) -> None:
        """Settle one matter and say what was booked."""
        self.visit.ask(
            job,
            lambda _answer: self._read(lambda: self._draw(Notice(said, Tone.GOOD))),
            self._trouble,
            settled=lambda _answer: self.print_waiting() if prints else None,
        )

    def _read(self, then: Callable[[], None]) -> None:
        def found(matters: tuple[MatterView, ...]) -> None:
            self._matters = matters
            self.known(matters)
            self._draw(None)
            then()

        self.visit.ask(lambda: matter_views(self.desk, None), found, self._trouble)

    def _settled(self, said: Notice) -> None:
        """Settled with the card: the list anew, and what was done."""
        self._read(lambda: self._draw(said))

    def _trouble(self, error: KnownError) -> None:
        self._draw(notice_of(error))

    def _draw(self, notice: Notice | None) -> None:
        self.screen.show_matters(MattersState(matters=self._matters, notice=notice))

    def _id(self) -> str:
        return self.desk.hall.ids.new_id()
