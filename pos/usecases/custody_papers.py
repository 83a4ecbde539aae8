"""Papers of custody: 交接单, 交接点款差异单, 封包入柜单, 实收交款单 with 收讫, 解款单 (P7, P9), frozen with facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger.entry import Foreseen, RecordKey
from pos.domain.count import Count, CountLine
from pos.domain.deposit import DepositTotals
from pos.domain.hand_over import HandOverOffer, ReceiverKind
from pos.domain.papers import (
    COUNT_DIFFERS,
    CashMovementPaper,
    DepositSlipPaper,
    HandOverPaper,
    MissingTakings,
    NamedCount,
    RemittanceSlipPaper,
    Signature,
)
from pos.domain.receipt_number import receipt_number, z_number
from pos.store.custody_queries import HandOverRow, SlipRow, last_offer
from pos.store.open_matters import matters_at_close
from pos.store.outbox import FrozenPaper, freeze, job, jobs_of_fact
from pos.store.people_queries import hall_profile, operator, settings, till
from pos.store.till_figures import drawer_fen
from pos.store.till_queries import TillSessionRow, require_close, require_session, split_of
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Hall
from pos.usecases.till_papers import (
    DEPOSITOR,
    FINANCE,
    GIVER,
    LEAD,
    RECEIVER,
    WITNESS,
    cash_movement_paper,
    denominations,
    matter_lines,
    name_of,
    pos_batches,
    signed,
    signed_head,
    tenders_handed_in,
    time_text,
)
from pos.usecases.till_records import record_of


def bag_papers(
    hall: Hall, uow: UnitOfWork, record: Foreseen, offer: HandOverOffer, giver: str, device_states: tuple[str, ...]
) -> list[FrozenPaper]:
    """封包入柜单 and 交接单 of a sealed bag, both signed by giver and witness. A bag holds no takings (P7)."""
    connection = uow.connection
    row = require_session(connection, offer.session_id)
    handed = last_offer(connection, offer.session_id)
    signatures = (
        signed(connection, GIVER, giver, record.at_utc_ms),
        signed(connection, WITNESS, handed.witness if handed else None, record.at_utc_ms),
    )
    note = cash_movement_paper(
        hall,
        connection,
        kind="sealed_bag",
        number=offer.bag_no,
        lines=offer.float_lines,
        till_id=row.till_id,
        row=row,
        signatures=signatures,
        operator_id=giver,
        parts=(NamedCount("float", 0, offer.float_fen),),
        note=_z_number(connection, offer.session_id),
        blank_cards=offer.blank_cards,
    )
    paper = _hand_over_paper(hall, connection, record, offer.session_id, signatures, device_states, "none")
    return [
        freeze(document, till_id=row.till_id, session_id=row.session_id, reason="bagged") for document in (note, paper)
    ]


def hand_over_papers(
    hall: Hall, uow: UnitOfWork, record: Foreseen, session_id: str, receiver: str, counted: Count
) -> list[FrozenPaper]:
    """交接单 with both signatures over the digest, and a 交接点款差异单 where the receiver counted something else."""
    connection = uow.connection
    offer = _handed(connection, session_id)
    given = record_of(uow, offer.hand_over_id)
    signatures = (
        signed(connection, GIVER, offer.given_by, given.at_utc_ms),
        signed(connection, RECEIVER, receiver, record.at_utc_ms),
    )
    row = require_session(connection, session_id)
    note = _difference_note(hall, connection, record, row, offer, receiver, counted)
    differs = bool(note.off_fen or note.cards_off)
    states = tuple(given.facts["device_states"])
    paper = _hand_over_paper(
        hall, connection, given, session_id, signatures, states, "differs" if differs else "agrees"
    )
    return [
        freeze(document, till_id=row.till_id, session_id=session_id, reason="accepted")
        for document in ((paper, note) if differs else (paper,))
    ]


def _difference_note(
    hall: Hall,
    connection: Connection,
    record: Foreseen,
    row: TillSessionRow,
    offer: HandOverRow,
    receiver: str,
    counted: Count,
) -> CashMovementPaper:
    """交接点款差异单: what was handed over, what the receiver counted, the difference that is booked. She has signed,
    the giver signs by hand, and so does the lead or, at a bag, whoever saw it opened."""
    sealed = offer.receiver_kind == ReceiverKind.SAFE
    issued_fen = 0 if sealed else drawer_fen(connection, row.till_id) - offer.float_fen
    since = (NamedCount("float_issue", 0, issued_fen),) if issued_fen else ()
    seen_by = {ReceiverKind.SAFE: (Signature(WITNESS),), ReceiverKind.CASHIER: (Signature(LEAD),)}
    return cash_movement_paper(
        hall,
        connection,
        kind=COUNT_DIFFERS,
        number=str(record.key),
        lines=counted.lines,
        till_id=row.till_id,
        row=row,
        operator_id=receiver,
        signatures=(
            signed(connection, RECEIVER, receiver, record.at_utc_ms),
            Signature(GIVER, name_of(connection, offer.given_by)),
            *seen_by.get(ReceiverKind(offer.receiver_kind), ()),
        ),
        parts=(NamedCount("handed_over", 0, offer.float_fen), *since),
        note=" / ".join(
            part for part in (offer.hand_over_id, _z_number(connection, row.session_id), offer.bag_no) if part
        ),
        blank_cards=counted.blank_cards,
        cards_off=counted.blank_cards - offer.blank_cards,
    )


def _hand_over_paper(
    hall: Hall,
    connection: Connection,
    given: Foreseen,
    session_id: str,
    signatures: tuple[Signature, ...],
    device_states: tuple[str, ...],
    receiver_count: str,
) -> HandOverPaper:
    row = require_session(connection, session_id)
    offer, close = _handed(connection, session_id), require_close(connection, session_id)
    return HandOverPaper(
        head=signed_head(hall, connection, row, offer.given_by),
        z_no=close.z_no,
        epoch=RecordKey.parse(close.slip_id).epoch,
        receiver_kind=ReceiverKind(offer.receiver_kind).value,
        float_lines=denominations(split_of(connection, session_id, "float")),
        float_fen=offer.float_fen,
        blank_cards=offer.blank_cards,
        next_receipt=receipt_number(row.chain, given.key.epoch, given.facts["next_receipt_no"]),
        bag_no=offer.bag_no,
        device_states=device_states,
        open_matters=matter_lines(connection, matters_at_close(connection, session_id)),
        digest=offer.digest,
        signatures=signatures,
        receiver_count=receiver_count,
    )


def _z_number(connection: Connection, session_id: str) -> str:
    """Of the closing record, with its epoch after a restore."""
    close = require_close(connection, session_id)
    return z_number(RecordKey.parse(close.slip_id).epoch, close.z_no)


def _handed(connection: Connection, session_id: str) -> HandOverRow:
    offer = last_offer(connection, session_id)
    if offer is None:
        raise AssertionError("a paper about an offer that was never made")
    return offer


def slip_with_receipt(
    connection: Connection, slip: SlipRow, record: Foreseen, *, received_by: str, note: str
) -> RemittanceSlipPaper:
    """The cashier's slip as it was, with finance's 收讫 on it and what she found more or less, as the record says."""
    made_out = slip_document(connection, slip.slip_id)
    one_person = made_out.head.one_person or settings(connection).one_person_hall
    stamp = signed(connection, FINANCE, received_by, record.at_utc_ms)
    return replace(
        made_out,
        head=replace(made_out.head, one_person=one_person),
        custody="received",
        over_short_fen=made_out.over_short_fen + int(record.facts["over_short_fen"]),
        slips_off_fen=int(record.facts["slips_off_fen"]),
        receipt_off_fen=int(record.facts["over_short_fen"]),
        receipt_note=note,
        signatures=(*(line for line in made_out.signatures if line.role != FINANCE), stamp),
    )


def slip_document(connection: Connection, fact_key: str) -> RemittanceSlipPaper:
    """The 实收交款单 that states a fact (the close, or the receipt), as frozen and named by it.

    Raises: StoreDamaged `print.changed`.
    """
    for queued in jobs_of_fact(connection, fact_key):
        sealed = job(connection, queued.job_id) if isinstance(queued.paper, RemittanceSlipPaper) else None
        if sealed is not None and isinstance(sealed.paper, RemittanceSlipPaper):
            return sealed.paper
    raise AssertionError(f"no slip was frozen for {fact_key}")


def deposit_paper(
    hall: Hall,
    connection: Connection,
    record: Foreseen,
    *,
    made_by: str,
    business_day: str,
    number: str,
    slips: tuple[SlipRow, ...],
    totals: DepositTotals,
    not_received: tuple[MissingTakings, ...],
) -> DepositSlipPaper:
    """解款单 of a business day with the slips it consists of and those that are missing."""
    profile = hall_profile(connection)
    head = replace(signed_head(hall, connection, None, made_by), business_day=business_day)
    lines: tuple[CountLine, ...] = totals.lines
    papers = tuple(slip_document(connection, slip.receipt_id or slip.slip_id) for slip in slips)
    return DepositSlipPaper(
        head=replace(head, printed_at=time_text(connection, record.at_utc_ms)),
        slip_no=number,
        payee=profile.payee,
        bank=profile.bank,
        account=profile.bank_account,
        slips=papers,
        cash_lines=denominations(lines),
        cash_fen=totals.cash_fen,
        pos_batches=pos_batches(totals.batches),
        kinds=tuple(NamedCount(*kind) for kind in totals.kinds),
        tenders=tenders_handed_in(totals.cash_fen, totals.batches, _bills(papers)),
        over_short_fen=totals.over_short_fen,
        not_received=not_received,
        signatures=(signed(connection, DEPOSITOR, made_by, record.at_utc_ms), Signature("bank")),
        reconciled=tuple(NamedCount(name, 0, amount_fen) for name, amount_fen in totals.reconciled),
    )


def takings_beside_cash(connection: Connection, slips: Iterable[SlipRow]) -> tuple[NamedCount, ...]:
    """What these slips hand in that is no cash: card slips, cheques, transfers; a tender with nothing is left out."""
    papers = (slip_document(connection, slip.receipt_id or slip.slip_id) for slip in slips)
    tenders = (tender for paper in papers for tender in paper.tenders if tender.name != "cash")
    return tuple(tender for tender in tenders if tender.count or tender.amount_fen)


def missing_takings(connection: Connection, row: TillSessionRow, slip_no: str) -> MissingTakings:
    """Takings that are not in a deposit, by till, session and cashier, so that they can be asked for."""
    till_row, cashier = till(connection, row.till_id), operator(connection, row.operator_id)
    return MissingTakings(
        slip_no,
        till_row.name if till_row else row.till_id,
        row.session_no,
        cashier.display_name if cashier else "",
        cashier.code if cashier else "",
    )


def _bills(papers: Iterable[RemittanceSlipPaper]) -> tuple[NamedCount, ...]:
    """Cheques and transfers of all slips together."""
    sums: dict[str, NamedCount] = {}
    for line in (line for paper in papers for line in paper.tenders if line.name not in ("cash", "unionpay")):
        before = sums.get(line.name, NamedCount(line.name, 0, 0))
        sums[line.name] = NamedCount(line.name, before.count + line.count, before.amount_fen + line.amount_fen)
    return tuple(sums.values())
