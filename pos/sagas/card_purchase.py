"""The card side of a paid sale: write, read back, post; after any interruption, ask the card (design Money rules 7).

Runs on the reader's lane. Each commit is a use case; each contact with the card is one exclusive card session, never
held across a dialog. Recovery is the same code as the first try: look at the card, let `judge` decide, act once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pos.domain.card import CardImage
from pos.domain.card_write import SETTLED, Verdict, WriteIntent, WriteState, judge
from pos.domain.errors import DeviceError, KnownError, OutcomeUnknown, RuleViolation
from pos.ports.card import CardReader, CardSession
from pos.store import sale_queries
from pos.usecases.card_write_steps import (
    CardWriteStep,
    StepDone,
    begin_card_write,
    fail_card_write,
    leave_in_doubt,
    post_card_write,
)
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a delivery ended.

    Attributes:
        write_id, state: where the write stands now.
        code: `""` when posted; otherwise why not (`card.other_card`, a device code ...): the sentence for the operator.
        print_job_id: paper queued by the last step, or None.
        found: the card as last seen, or None.
    """

    write_id: str
    state: WriteState
    code: str = ""
    print_job_id: str | None = None
    found: CardImage | None = None


def read_card(reader: CardReader) -> CardImage:
    """Read whatever lies in the reader, in one card session. Blocking: 0.05-0.5 s.

    Raises: DeviceError kinds.
    """
    with reader.session() as card_session:
        return card_session.read()


def deliver(hall: Hall, reader: CardReader, *, session_id: str, actor: str, write_id: str) -> Delivery:
    """Put a paid purchase on its card and prove it, or say truthfully how far it got.

    Safe to call again at any time and after any crash: it never writes without having read that the card is plainly
    as before, and a write already proven is posted, not repeated. A card that has refused our key once is only read
    from then on, or F2 would use up its tries and kill it; a lead gives the money back.

    Blocking: 0.2-3 s, or as long as the card hangs.
    Raises: RuleViolation (`card_write.*`, `till.*`), StoreError kinds. Device errors are part of the result.
    """
    with hall.store.reading() as connection:
        write = sale_queries.card_write(connection, write_id)
        refused = sale_queries.keys_were_refused(connection, write_id)
    if write is None:
        raise RuleViolation("card_write.unknown", write_id=write_id)
    if write.state in SETTLED:
        return Delivery(write_id, write.state)
    run = _Run(hall, session_id, actor, write_id)
    try:
        with reader.session() as card_session:
            found = card_session.read()
    except DeviceError as error:
        return Delivery(write_id, write.state, error.code)
    verdict = judge(write.intent, found, outcome_unknown=write.state is WriteState.WRITING)
    if verdict is Verdict.WRITE:
        if write.state is WriteState.IN_DOUBT:
            return Delivery(write_id, write.state, "card_write.in_doubt", found=found)
        if refused:
            return Delivery(write_id, write.state, sale_queries.KEYS_REFUSED, found=found)
        run.commit(begin_card_write)
        return _write(run, reader, write.intent)
    return _settle(run, verdict, found, write.state)


@dataclass(frozen=True, slots=True)
class _Run:
    """What every commit of one delivery shares."""

    hall: Hall
    session_id: str
    actor: str
    write_id: str

    def commit(
        self, step: Callable[[Hall, CardWriteStep], StepDone], *, found: CardImage | None = None, reason: str = ""
    ) -> StepDone:
        """One commit of the saga, with a command id of its own."""
        command = CardWriteStep(
            command_id=self.hall.ids.new_id(),
            actor=self.actor,
            session_id=self.session_id,
            write_id=self.write_id,
            found=found,
            reason=reason,
        )
        return step(self.hall, command)


def _write(run: _Run, reader: CardReader, intent: WriteIntent) -> Delivery:
    """One exclusive card session: re-check, write, read back. Then post, or look again and say what is true."""
    try:
        with reader.session() as card_session:
            found = _put(card_session, intent)
    except (DeviceError, RuleViolation) as trouble:
        return _look_again(run, reader, intent, trouble)
    return _settle(run, judge(intent, found), found, WriteState.WRITING)


def _put(card_session: CardSession, intent: WriteIntent) -> CardImage:
    if intent.purpose.personalises and intent.identity is not None:
        return card_session.personalise(intent.identity, intent.purchase, before=intent.before)
    return card_session.write_purchase(intent.purchase, before=intent.before)


def _look_again(run: _Run, reader: CardReader, intent: WriteIntent, trouble: KnownError) -> Delivery:
    """After a trouble the card is asked once more; if it cannot answer, the write stays open under its name."""
    try:
        found = read_card(reader)
    except DeviceError:
        return Delivery(run.write_id, WriteState.WRITING, trouble.code)
    verdict = judge(intent, found, outcome_unknown=isinstance(trouble, OutcomeUnknown))
    return _settle(run, verdict, found, WriteState.WRITING, trouble.code)


def _settle(run: _Run, verdict: Verdict, found: CardImage, state: WriteState, code: str = "") -> Delivery:
    """Turn what the card says into the next durable state."""
    if verdict is Verdict.WRITTEN:
        done = run.commit(post_card_write, found=found)
        return Delivery(run.write_id, done.state, "", done.print_job_id, found)
    if verdict is Verdict.WRITE:
        done = run.commit(fail_card_write, found=found, reason=code)
        return Delivery(run.write_id, done.state, code or "card_write.not_written", done.print_job_id, found)
    if verdict is Verdict.OTHER_CARD:
        return Delivery(run.write_id, state, "card.other_card", found=found)
    if state is WriteState.IN_DOUBT:
        return Delivery(run.write_id, state, "card_write.in_doubt", found=found)
    done = run.commit(leave_in_doubt, found=found, reason=code or "card.neither")
    return Delivery(run.write_id, done.state, "card_write.in_doubt", done.print_job_id, found)
