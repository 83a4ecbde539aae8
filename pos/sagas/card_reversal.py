"""The card side of a reversal that was begun: put back what was there before, prove it, then give the money back.

Card first, money second, the mirror of a sale: money that is paid out while the gas is still on the card walks out of
the door. Runs on the reader's lane. Safe to call again at any time and after any crash, by the same code as the first
try: look at the card, let `judge` decide, act once (trust 3, cards B8).
"""

from __future__ import annotations

from pos.domain.card import CardImage
from pos.domain.card_write import Verdict, WriteIntent, WriteState, judge
from pos.domain.errors import DeviceError, RuleViolation
from pos.ports.card import CardReader
from pos.sagas.card_run import Delivery, Run, read_card, reason_of, remember_refusal
from pos.store import sale_queries
from pos.store.sale_queries import CardWriteRow
from pos.usecases.card_write_steps import begin_card_write, fail_card_write, leave_in_doubt
from pos.usecases.reversal_steps import call_off_reversal, finish_reversal


def take_back(run: Run, reader: CardReader, write: CardWriteRow) -> Delivery:
    """Take the purchase off its card and give the money back, or say truthfully how far it got.

    POSTED: the gas is off and the money is booked back. REVERSED: the reversal is called off and the sale stands.
    Anything else is an open matter; nothing was paid out. A card that has refused our key once is only read.

    Blocking: 0.2-3 s, or as long as the card hangs.
    Raises: RuleViolation (`card_write.*`, `card.lost`, `till.*`), StoreError kinds.
    """
    with run.hall.store.reading() as connection:
        refused = sale_queries.key_refusal(connection, write.write_id)
        decided = sale_queries.is_decided_written(connection, write.write_id)
    if decided:
        return _finish(run, None)
    try:
        found = read_card(reader)
    except DeviceError as error:
        return Delivery(write.write_id, write.state, error.code)
    verdict = judge(write.intent, found)
    if verdict is not Verdict.WRITE:
        return _settle(run, verdict, found, write.state)
    if write.state is WriteState.IN_DOUBT:
        return Delivery(write.write_id, write.state, "card_write.in_doubt", found=found)
    if refused and write.state is WriteState.WRITING:
        return _settle(run, verdict, found, write.state, refused)
    if refused:
        return Delivery(write.write_id, write.state, refused, found=found)
    if write.state is not WriteState.WRITING:
        run.commit(begin_card_write)
    return _write(run, reader, write.intent)


def _write(run: Run, reader: CardReader, intent: WriteIntent) -> Delivery:
    """One exclusive card session: re-check, write, read back. Then finish, or look again and say what is true."""
    try:
        with reader.session() as card_session:
            found = card_session.write_purchase(intent.purchase, before=intent.before)
    except (DeviceError, RuleViolation) as trouble:
        try:
            found = read_card(reader)
        except DeviceError:
            remember_refusal(run, trouble)
            return Delivery(run.write_id, WriteState.WRITING, trouble.code)
        return _settle(run, judge(intent, found), found, WriteState.WRITING, reason_of(trouble))
    return _settle(run, judge(intent, found), found, WriteState.WRITING)


def _finish(run: Run, found: CardImage | None) -> Delivery:
    done = run.commit(finish_reversal, found=found)
    return Delivery(run.write_id, done.state, "", done.print_job_id, found)


def _settle(run: Run, verdict: Verdict, found: CardImage, state: WriteState, code: str = "") -> Delivery:
    """Turn what the card says into the next durable state."""
    if verdict is Verdict.WRITTEN:
        return _finish(run, found)
    if verdict is Verdict.TAKEN:
        done = run.commit(call_off_reversal, found=found, reason="reversal.meter_took_it")
        return Delivery(run.write_id, done.state, "reversal.meter_took_it", found=found)
    if verdict is Verdict.WRITE:
        done = run.commit(fail_card_write, found=found, reason=code)
        return Delivery(run.write_id, done.state, code or "card_write.not_written", found=found)
    if verdict is Verdict.OTHER_CARD:
        return Delivery(run.write_id, state, "card.other_card", found=found)
    if state is WriteState.IN_DOUBT:
        return Delivery(run.write_id, state, "card_write.in_doubt", found=found)
    done = run.commit(leave_in_doubt, found=found, reason=code or "card.neither")
    return Delivery(run.write_id, done.state, "card_write.in_doubt", found=found)
