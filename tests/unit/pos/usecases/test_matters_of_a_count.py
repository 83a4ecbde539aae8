"""What a count that differs leaves open: the page before the seal, Z, hand-over and list of matters say one thing."""

from __future__ import annotations

import pytest

from pos.domain.hand_over import MatterKind, OpenMatter, ReceiverKind
from pos.domain.papers import ZPaper
from pos.store import outbox
from pos.usecases.explain_difference import ExplainDifference, difference_to_explain, explain_difference
from pos.usecases.hand_over import hand_over_offer
from pos.usecases.split_proposal import split_proposal
from pos.usecases.till_overview import open_matters_of
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay

Named = list[tuple[MatterKind, int]]


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    return till_day


def explained(day: TillDay) -> None:
    """Counted by both as it is, explained, signed by a lead."""
    day.begin()
    day.submit()
    day.lead_counts()
    reason = "少一件，正在找"
    digest = difference_to_explain(day.demo.hall, day.session_id).digest(day.session_id, reason)
    explain_difference(
        day.demo.hall,
        ExplainDifference(
            command_id=day.demo.new_id(),
            actor=day.actor,
            session_id=day.session_id,
            reason=reason,
            sign_off=day.demo.signed_by("lead", digest),
        ),
    )


def differing(matters: tuple[OpenMatter, ...]) -> Named:
    return [
        (matter.kind, matter.amount_fen)
        for matter in matters
        if matter.kind in (MatterKind.SLIPS_DIFFER, MatterKind.CARDS_DIFFER)
    ]


def named_everywhere(day: TillDay) -> list[Named]:
    """Before the seal, in the hand-over, in the list of the hall, and of its till; close in between."""
    hall = day.demo.hall
    before = differing(split_proposal(hall, day.session_id).differing)
    day.close()
    offer = hand_over_offer(hall, day.session_id, ReceiverKind.LEAD)
    return [before, *(differing(m) for m in (offer.matters, open_matters_of(hall), open_matters_of(hall, "T01")))]


def z_of(day: TillDay) -> ZPaper:
    with day.demo.store.reading() as connection:
        papers = [job.paper for job in outbox.jobs_of_fact(connection, day.closes[-1].slip_id)]
    (z,) = [paper for paper in papers if isinstance(paper, ZPaper)]
    return z


@pytest.mark.parametrize("off", [1, -2])
def test_blank_cards_that_differ_are_settled_by_the_leads_signature_and_nowhere_called_open(
    day: TillDay, off: int
) -> None:
    day.cards += off
    explained(day)
    assert named_everywhere(day) == [[], [], [], []]
    z = z_of(day)
    assert [line.kind for line in z.open_matters if line.kind == "cards_differ"] == []
    assert (z.blank_cards_counted or 0) - z.blank_cards_expected == off
    assert z.explanation == "少一件，正在找"
    assert "李" in next(line.name for line in z.signatures if line.role == "lead")


def test_slips_that_differ_are_named_the_same_everywhere_until_finance_has_received_the_slip(day: TillDay) -> None:
    day.sell(8220, "unionpay")
    day.slips_fen, day.slips = 0, 0
    explained(day)
    missing: Named = [(MatterKind.SLIPS_DIFFER, -8220)]
    assert named_everywhere(day) == [missing] * 4
    assert [line.kind for line in z_of(day).open_matters if line.kind == "slips_differ"] == ["slips_differ"]
    assert differing(open_matters_of(day.demo.hall, "T02")) == []
    day.to_lead()
    assert differing(open_matters_of(day.demo.hall)) == missing
    day.receive()
    assert differing(open_matters_of(day.demo.hall)) == []
