"""When a print is somebody's matter: an unknown outcome at once, a waiting one after its patience."""

import pytest

from pos.domain.hand_over import MatterKind
from pos.ports.printer import PrintState
from pos.store import outbox
from pos.store.open_matters import PRINT_PATIENCE_MS, open_matters
from pos.usecases.till_overview import open_matters_of
from tests.fixtures_counter import Counter


def prints(counter: Counter) -> list[str]:
    return [m.subject for m in open_matters_of(counter.demo.hall) if m.kind is MatterKind.PRINT_UNCONFIRMED]


def all_in(counter: Counter, state: PrintState) -> None:
    with counter.demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET state = ?", (state.value,))
        uow.commit()


@pytest.fixture
def sold(counter: Counter) -> Counter:
    """Everything printed so far came out; one receipt was queued this moment."""
    all_in(counter, PrintState.CONFIRMED)
    counter.demo.clock.forward(seconds=600)
    counter.deliver(counter.pay().sale_id)
    return counter


@pytest.mark.parametrize("state", [PrintState.QUEUED, PrintState.SENT])
def test_a_paper_on_its_way_is_no_matter_until_its_patience_is_over(sold: Counter, state: PrintState) -> None:
    with sold.demo.store.unit_of_work() as uow:
        for job in outbox.jobs_in_state(uow.connection, PrintState.QUEUED):
            outbox.move(uow, job.job_id, state)
        uow.commit()
    assert prints(sold) == []
    sold.demo.clock.forward(ms=PRINT_PATIENCE_MS - 1)
    assert prints(sold) == []
    sold.demo.clock.forward(ms=1)
    assert prints(sold) == [f"receipt ({state.value})"]


def test_an_unknown_outcome_is_a_matter_at_once_and_a_confirmed_one_never(sold: Counter) -> None:
    with sold.demo.store.unit_of_work() as uow:
        (job,) = outbox.jobs_in_state(uow.connection, PrintState.QUEUED)
        outbox.move(uow, job.job_id, PrintState.UNKNOWN)
        uow.commit()
    assert prints(sold) == ["receipt (unknown)"]
    all_in(sold, PrintState.CONFIRMED)
    sold.demo.clock.forward(ms=PRINT_PATIENCE_MS)
    assert prints(sold) == []


def test_matters_of_another_till_are_left_out(sold: Counter) -> None:
    sold.demo.clock.forward(ms=PRINT_PATIENCE_MS)
    now = sold.demo.clock.now_utc_ms()
    with sold.demo.store.reading() as connection:
        assert open_matters(connection, "T02", now_utc_ms=now) == ()
        assert len(open_matters(connection, "T01", now_utc_ms=now)) == 1
