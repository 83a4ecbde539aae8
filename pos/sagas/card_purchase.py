"""The card side of a paid sale: write, read back, post; after any interruption, ask the card (design Money rules 7).

Runs on the reader's lane. Each commit is a use case; each contact with the card is one exclusive card session, never
held across a dialog. Recovery is the same code as the first try: look at the card, let `judge` decide, act once.
"""

from __future__ import annotations

from pos.domain.card import CardImage
from pos.domain.card_write import SETTLED, Verdict, WriteIntent, WritePurpose, WriteState, judge
from pos.domain.errors import DeviceError, KnownError, OutcomeUnknown, RuleViolation
from pos.ports.card import CardReader, CardSession
from pos.sagas.card_reversal import take_back
from pos.sagas.card_run import Delivery, Run, read_card, reason_of, remember_refusal
from pos.store import sale_queries
from pos.usecases.card_write_steps import begin_card_write, fail_card_write, leave_in_doubt, post_card_write
from pos.usecases.fact import Hall

__all__ = ["Delivery", "deliver", "read_card"]


def deliver(hall: Hall, reader: CardReader, *, session_id: str, actor: str, write_id: str) -> Delivery:
    """Put a paid purchase on its card and prove it, or say truthfully how far it got; a reversal is taken back.

    Safe to call again at any time and after any crash: it never writes without having read that the card is plainly
    as before, and a write already proven is posted, not repeated. A card that has refused our key once is only read
    from then on, or F2 would use up its tries and kill it; a lead gives the money back.

    Blocking: 0.2-3 s, or as long as the card hangs.
    Raises: RuleViolation (`card_write.*`, `till.*`), StoreError kinds. Device errors are part of the result.
    """
    with hall.store.reading() as connection:
        write = sale_queries.card_write(connection, write_id)
        refused = sale_queries.key_refusal(connection, write_id)
    if write is None:
        raise RuleViolation("card_write.unknown", write_id=write_id)
    if write.state in SETTLED:
        return Delivery(write_id, write.state)
    run = Run(hall, session_id, actor, write_id)
    if write.intent.purpose is WritePurpose.REVERSAL:
        return take_back(run, reader, write)
    try:
        found = read_card(reader)
    except DeviceError as error:
        return Delivery(write_id, write.state, error.code)
    verdict = judge(write.intent, found, outcome_unknown=write.state is WriteState.WRITING)
    if verdict is Verdict.WRITE:
        if write.state is WriteState.IN_DOUBT:
            return Delivery(write_id, write.state, "card_write.in_doubt", found=found)
        if refused and write.state is WriteState.WRITING:
            return _settle(run, verdict, found, write.state, refused)
        if refused:
            return Delivery(write_id, write.state, refused, found=found)
        run.commit(begin_card_write)
        return _write(run, reader, write.intent)
    return _settle(run, verdict, found, write.state)


def _write(run: Run, reader: CardReader, intent: WriteIntent) -> Delivery:
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


def _look_again(run: Run, reader: CardReader, intent: WriteIntent, trouble: KnownError) -> Delivery:
    """After a trouble the card is asked once more; if it cannot answer, the write stays open under its name."""
    try:
        found = read_card(reader)
    except DeviceError:
        remember_refusal(run, trouble)
        return Delivery(run.write_id, WriteState.WRITING, trouble.code)
    verdict = judge(intent, found, outcome_unknown=isinstance(trouble, OutcomeUnknown))
    return _settle(run, verdict, found, WriteState.WRITING, reason_of(trouble))


def _settle(run: Run, verdict: Verdict, found: CardImage, state: WriteState, code: str = "") -> Delivery:
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
