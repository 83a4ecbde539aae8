"""Close an account and give back what it has with the company (销户退费, cards B10): nothing is deleted.

户内余额 is paid out in cash at this till, in whole jiao in the customer's favour unless the hall pays every fen. Gas
that is on the card is taken back before, as a reversal of its purchase; gas in a meter is only recorded here, for no
rule gives it a price. What the card still held, whether it came back and what the meter showed stays in the books.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.entry import Foreseen, Record, RecordDraft, Row
from pos.domain import posting_rules
from pos.domain.account import ALLOWED_STEPS, AccountStatus, CardStatus
from pos.domain.errors import RuleViolation
from pos.domain.papers import CashMovementPaper, Signature
from pos.domain.reasons import require_document
from pos.domain.roles import Act
from pos.domain.sale import paid_out_fen
from pos.store import account_queries, card_queries, meter_queries, people_queries, till_queries
from pos.store.account_queries import AccountTerms
from pos.store.outbox import FrozenPaper, freeze
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.card_binding import binding_row
from pos.usecases.change_terms import terms_row
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.known_account import require_no_open_write, terms_as_seen
from pos.usecases.till_papers import name_of, signed_head
from pos.usecases.till_records import till_draft

SIGNERS = ("slip_clerk", "slip_customer", "slip_manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAccount(Command):
    """What ends, and what was found.

    Attributes:
        session_id: the open till session that pays out. account_no, from_revision: as the form showed them.
        document_no: the request it rests on, not empty.
        final_reading_l, meter_remaining_l: of the meter that is taken down, None if it was not read.
        card_returned: the card came back.
    """

    session_id: str
    account_no: str
    from_revision: int
    document_no: str
    card_returned: bool
    final_reading_l: int | None = None
    meter_remaining_l: int | None = None


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """Attributes: account_no; paid_out_fen in cash; waived_fen the company adds to pay in whole jiao."""

    account_no: str
    paid_out_fen: int
    waived_fen: int


def close_account(hall: Hall, command: CloseAccount) -> AccountClosed:
    """End the account and pay its balance out.

    Raises: RuleViolation `account.unknown`, `account.changed_meanwhile`, `account.status_step`, `account.document`,
        `account.arrears_left`, `account.open_write`, `till.*`, `role.*`, `approval.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        old = _closable(uow.connection, command)
        balance_fen = account_queries.customer_money_fen(uow.connection, command.account_no)
        out_fen = paid_out_fen(balance_fen, people_queries.settings(uow.connection).fen_rule)
        closed = replace(
            old,
            revision=old.revision + 1,
            status=AccountStatus.CLOSED,
            stop_reason="",
            document_no=command.document_no.strip(),
        )
        return till_draft(
            till_session,
            command,
            approver,
            kind="account_closed",
            facts={
                "account_no": command.account_no,
                "revision": closed.revision,
                "balance_fen": balance_fen,
                "paid_out_fen": out_fen,
                "unconsumed_l": card_queries.at_risk_l(uow.connection, command.account_no),
                "left_to_carry_l": meter_queries.left_to_carry_l(uow.connection, command.account_no),
                "final_reading_l": command.final_reading_l,
                "meter_remaining_l": command.meter_remaining_l,
                "card_returned": command.card_returned,
                "approved_by": approver,
            },
            postings=posting_rules.balance_paid_out(till_session.till_id, command.account_no, balance_fen, out_fen),
            rows={"account_terms": [terms_row(closed, "")], **_card_ends(uow.connection, command.account_no)},
        )

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        return [_slip(hall, uow, command, record)]

    return perform(hall, command, Act.REFUND, decide, _result, papers=papers)


def _closable(connection: Connection, command: CloseAccount) -> AccountTerms:
    old = terms_as_seen(connection, command.account_no, command.from_revision)
    if AccountStatus.CLOSED not in ALLOWED_STEPS[old.status]:
        raise RuleViolation("account.status_step", old=old.status, new=AccountStatus.CLOSED)
    require_document(command.document_no)
    if old.arrears_fen:
        raise RuleViolation("account.arrears_left", arrears_fen=old.arrears_fen)
    require_no_open_write(connection, command.account_no)
    return old


def _card_ends(connection: Connection, account_no: str) -> dict[str, list[Row]]:
    """The card in use is of no use any more; a lost one stays lost."""
    card = account_queries.card_of(connection, account_no)
    if card is None or card.status is not CardStatus.ACTIVE:
        return {}
    row = binding_row(
        connection,
        account_no=account_no,
        card_no=card.card_no,
        issue_no=card.issue_no,
        status=CardStatus.SPOILED,
        reason="account_closed",
    )
    return {"card_binding": [row]}


def _slip(hall: Hall, uow: UnitOfWork, command: CloseAccount, record: Foreseen) -> FrozenPaper:
    """销户退款单: what was paid out, three lines to sign and the one who approved it; no name, no address."""
    row = till_queries.require_open(uow.connection, command.session_id, command.actor)
    clerk = name_of(uow.connection, command.actor)
    approver = name_of(uow.connection, record.facts["approved_by"])
    paper = CashMovementPaper(
        head=signed_head(hall, uow.connection, row, command.actor),
        kind="account_closed",
        number=str(record.key),
        lines=(),
        amount_fen=record.facts["paid_out_fen"],
        note=command.account_no,
        signatures=(
            Signature(SIGNERS[0], clerk),
            Signature(SIGNERS[1]),
            Signature(SIGNERS[2], approver),
        ),
    )
    return freeze(paper, till_id=row.till_id, session_id=row.session_id, reason=f"account_closed:{command.account_no}")


def _result(_uow: UnitOfWork, record: Record) -> AccountClosed:
    facts = record.facts
    waived_fen = facts["paid_out_fen"] - facts["balance_fen"]
    return AccountClosed(facts["account_no"], facts["paid_out_fen"], waived_fen)
