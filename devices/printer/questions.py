"""Questions to a printer and the wait for its answers, the same for papers and for the drawer.

Real-time questions (DLE EOT) overtake what lies in the buffer, so they say how the printer is now; each has a time
limit of the profile's and silence is None, never an answer (pitfalls 3.1). Must not know: jobs, the drawer's pulse.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from devices.printer.answers import Answer, AnswerReader, RealTime
from devices.printer.links import Link, LinkBroken
from devices.printer.profile import PrinterProfile
from pos.domain.errors import DeviceUnavailable
from pos.ports.printer import PrinterState

ASK_PRINTER, ASK_OFFLINE_CAUSE, ASK_PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
_OFFLINE, _COVER_OPEN, _PAPER_LOW, _PAPER_OUT = 0x08, 0x04, 0x0C, 0x60


def ask_state(link: Link, profile: PrinterProfile) -> PrinterState:
    """Three real-time questions, each with its own answer. Raises LinkBroken."""
    printer = ask_now(link, ASK_PRINTER, profile)
    if printer is None:
        return PrinterState.UNKNOWN
    paper = ask_now(link, ASK_PAPER, profile)
    cause = ask_now(link, ASK_OFFLINE_CAUSE, profile)
    if paper is None or cause is None:
        return PrinterState.UNKNOWN
    if cause & _COVER_OPEN:
        return PrinterState.COVER_OPEN
    if paper & _PAPER_OUT:
        return PrinterState.PAPER_OUT
    if printer & _OFFLINE:
        return PrinterState.OFFLINE
    return PrinterState.PAPER_LOW if paper & _PAPER_LOW else PrinterState.OK


def state_before_work(link: Link, profile: PrinterProfile, *, can_answer: bool) -> PrinterState | None:
    """How the printer is before anything is sent; None if it is one that never says.

    Raises: DeviceUnavailable `printer.not_reachable`: the line broke, nothing was sent.
    """
    if not (can_answer and profile.answers_status):
        return None
    try:
        return ask_state(link, profile)
    except LinkBroken as error:
        raise DeviceUnavailable("printer.not_reachable", reason="broken") from error


def ask_now(link: Link, question: bytes, profile: PrinterProfile) -> int | None:
    """One real-time question; None = silence. Raises LinkBroken."""
    link.send(question, profile.write_s)
    answer = await_answer(link, lambda a: isinstance(a, RealTime), profile.status_s)
    return answer.value if isinstance(answer, RealTime) else None


def await_answer(link: Link, wanted: Callable[[Answer], bool], limit_s: float) -> Answer | None:
    """The first answer that `wanted` accepts, None when the time is over. Raises LinkBroken."""
    reader = AnswerReader()
    deadline = time.monotonic() + limit_s
    while (left := deadline - time.monotonic()) > 0:
        arrived = link.receive(left)
        if not arrived:
            return None
        for answer in reader.feed(arrived):
            if wanted(answer):
                return answer
    return None
