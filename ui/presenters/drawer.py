"""The drawer opens: for a booked payment, for money that goes back, or because somebody gave a reason (domain P2).

One pulse on the drawer's own lane, and a fact whatever became of it. It must not know sales or screens.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.errors import KnownError
from pos.domain.errors import DeviceError, DeviceUnavailable
from pos.domain.reasons import DRAWER_OCCASIONS
from pos.ports.printer import PULSE_LIFE_S
from pos.usecases.counter_events import ASKED, RecordDrawerOpening, record_drawer_opening
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.notice import Notice, Tone

NOT_OPENED = Notice("drawer.not_opened", Tone.WARNING)


def open_drawer(
    desk: Desk,
    shift: Shift,
    reason: str,
    note: str,
    said: Callable[[Notice], None],
    failed: Callable[[KnownError], None],
) -> None:
    """A pulse lives five seconds from here, is never resent, and is a fact whether it worked or not.

    Without a sale the wish is in the books before anything opens.
    """
    dies_at_s = desk.steady_s() + PULSE_LIFE_S

    def pulse() -> str:
        life_s = dies_at_s - desk.steady_s()
        if life_s <= 0:
            return "expired"
        try:
            desk.drawer.pulse(life_s)
        except DeviceUnavailable:
            return "expired"
        except DeviceError:
            return "unknown"
        return "opened"

    def record(outcome: str, done: Callable[[str], None]) -> None:
        command = RecordDrawerOpening(
            command_id=desk.hall.ids.new_id(),
            actor=shift.actor,
            session_id=shift.session_id,
            reason=reason,
            outcome=outcome,
            note=note,
        )
        desk.lanes.books.submit(lambda: record_drawer_opening(desk.hall, command), done, failed)

    def opened(outcome: str) -> None:
        notice = Notice("drawer.opened", Tone.GOOD) if outcome == "opened" else NOT_OPENED
        record(outcome, lambda _key: said(notice))

    def not_started(error: KnownError) -> None:
        if not isinstance(error, DeviceUnavailable):
            failed(error)
            return
        opened("expired")  # a dead lane took no pulse

    def open_now(_key: str = "") -> None:
        desk.lanes.drawer.submit(pulse, opened, not_started)

    if reason in DRAWER_OCCASIONS:
        open_now()
    else:
        record(ASKED, open_now)
