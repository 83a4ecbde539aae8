"""Open matters as the screen lists them, and the verbs that settle each kind.

Design Money rules 8 (somebody answers for each) and 9 (a person says whether a paper came out). Never a sum of a
session: it would un-blind a count. Must not know: Qt, how a matter is settled.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pos.domain.card_write import WritePurpose, WriteState
from pos.domain.hand_over import MatterKind, OpenMatter
from pos.domain.receipt_number import receipt_number_of
from pos.ports.printer import PrintState
from pos.usecases.book_unionpay_charge import ChargedFor, charged_for
from pos.usecases.interrupted_sale import InterruptedSale
from pos.usecases.matter_customers import customers_of
from pos.usecases.open_card_writes import open_card_writes
from pos.usecases.papers_under_way import papers_under_way
from pos.usecases.till_overview import open_matters_of, owners_of
from ui.presenters.count_state import MatterView
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import local_time
from ui.presenters.notice import Tone

_STATES = {MatterKind.PRINT_UNCONFIRMED: "paper_state", MatterKind.CARD_WRITE: "write_state"}
_SLIP = re.compile(r"(?P<terminal>\d+)/(?P<batch>\d+)/(?P<trace>\d+) \*(?P<last_four>\d+)")
REVERSAL = "matter.reversal"
"""A card write that takes a purchase back: on the screen a kind of its own, for other things can be done with it."""
CARD_WRITES = (f"matter.{MatterKind.CARD_WRITE}", REVERSAL)
PRINTING = "matter.now_printing"
"""A paper that waits for its turn or is being printed; no open matter before its patience is over."""
_DOUBTFUL = (WriteState.IN_DOUBT, WriteState.WRITING)


def matter_views(desk: Desk, till_id: str | None) -> tuple[MatterView, ...]:
    """Everything unsettled of a till, or of the hall: whose it is, who answers for it, what a slip was charged for."""
    matters = open_matters_of(desk.hall, till_id)
    owners = owners_of(desk.hall, matters)
    charges = [matter.matter_id for matter in matters if matter.kind is MatterKind.CHARGE_UNBOOKED]
    bought = charged_for(desk.hall, charges)
    whose = customers_of(desk.hall, matters, {key: charge.account_no for key, charge in bought.items()})
    writes = open_card_writes(desk.hall)
    undoing = {w.write_id for w in writes if w.intent.purpose is WritePurpose.REVERSAL}
    made = {w.write_id: w.card_no for w in writes if w.intent.purpose.personalises}
    views = (
        replace(
            _bought_by(view, bought.get(view.key)),
            owner=owners.get(view.key, ""),
            customer=whose.get(view.key, ""),
            new_card_no=made.get(view.key, ""),
        )
        for view in views_of(desk, matters)
    )
    return tuple(replace(view, kind_code=REVERSAL) if view.key in undoing else view for view in views)


def papers_now_printing(desk: Desk, till_id: str) -> tuple[MatterView, ...]:
    """Papers of a till on their way to the paper: nobody is asked about them yet, and whoever counts knows of them."""
    under_way = views_of(desk, papers_under_way(desk.hall, till_id))
    return tuple(replace(view, kind_code=PRINTING, tone=Tone.INFO) for view in under_way)


def _bought_by(view: MatterView, known: ChargedFor | None) -> MatterView:
    return view if known is None else replace(view, account_no=known.account_no, volume_l=known.volume_l)


def views_of(desk: Desk, matters: tuple[OpenMatter, ...]) -> tuple[MatterView, ...]:
    """These matters, as they stood when they were read or frozen."""
    return tuple(_view(matter, desk.offset_min) for matter in matters)


def hand_out_view(desk: Desk, found: InterruptedSale) -> MatterView:
    """The last sale, whose change, card and paper nobody has ticked off as handed over (P2)."""
    sale = found.sale
    return MatterView(
        key=sale.sale_id,
        kind_code="matter.hand_out",
        subject=receipt_number_of(sale.sale_id, sale.receipt_no),
        amount_fen=sale.change_fen,
        since=local_time(sale.sold_at_utc_ms, desk.offset_min),
        tone=Tone.WARNING,
        state_code=("hand_out.open_change" if sale.change_fen else "hand_out.open")
        + ("" if found.writes_card else "_paper"),
    )


def verbs_for(matter: MatterView, *, selling: bool, leads: bool) -> tuple[str, ...]:
    """What can be done with a matter, by message code.

    `selling`: her own till session is open here; `leads`: she answers for the papers of all tills.
    """
    state = matter.state_code.rpartition(".")[2]
    if matter.kind_code == f"matter.{MatterKind.PRINT_UNCONFIRMED}":
        if state == PrintState.QUEUED:
            return ("matter_do.print_now",)
        return ("matter_do.paper_out", *(("matter_do.paper_again",) if selling or leads else ()))
    if matter.kind_code == REVERSAL:
        by_lead = ("matter_do.gas_off", "matter_do.gas_on") if state in _DOUBTFUL else ()
        return (*(("matter_do.finish_reversal", "matter_do.call_off") if selling else ()), *by_lead)
    if matter.kind_code == f"matter.{MatterKind.CARD_WRITE}":
        if state in _DOUBTFUL:
            return (*(("matter_do.card_again",) if selling else ()), "matter_do.written", "matter_do.not_written")
        return ("matter_do.card_again", "matter_do.return_money") if selling else ()
    if matter.kind_code == f"matter.{MatterKind.CHARGE_UNBOOKED}":
        return ("matter_do.use_charge", "matter_do.undo_charge") if selling else ()
    return ()


def _view(matter: OpenMatter, offset_min: int) -> MatterView:
    """In the books the subject ends with the state in brackets; the screen names it in the operator's language."""
    subject, _, state = matter.subject.rpartition(" ")
    has_state = matter.kind in _STATES and state.startswith("(")
    is_paper = matter.kind is MatterKind.PRINT_UNCONFIRMED
    return MatterView(
        key=matter.matter_id,
        kind_code=f"matter.{matter.kind}",
        subject=subject if has_state else matter.subject,
        amount_fen=matter.amount_fen,
        since=local_time(matter.since_utc_ms, offset_min),
        paper_code=f"paper.{subject}" if is_paper else "",
        state_code=f"{_STATES[matter.kind]}.{state.strip('()')}" if has_state else "",
        slip=_slip(matter),
    )


def _slip(matter: OpenMatter) -> tuple[tuple[str, str], ...]:
    """The figures of a charge, which the books keep as `61002231/000123/004567 *2071`."""
    found = _SLIP.fullmatch(matter.subject) if matter.kind is MatterKind.CHARGE_UNBOOKED else None
    return tuple(found.groupdict().items()) if found else ()
