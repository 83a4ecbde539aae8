"""The receipt printer at the counter: status before, one short connection, its own word after (trust 2.5, pitfalls 4).

A job counts as printed only when the printer answers AFTER the data; silence is `UNKNOWN`, never "failed" and never
"printed". Must not know: what is printed, the outbox, when to print again.
"""

from __future__ import annotations

from hashlib import sha256

from devices.printer.answers import Answer, ProcessId, Requested
from devices.printer.links import Link, LinkBroken, LinkMaker
from devices.printer.profile import Confirmation, PrinterProfile
from devices.printer.questions import ask_state, await_answer, state_before_work
from pos.domain.errors import DeviceRefused, DeviceUnavailable
from pos.ports.printer import PrinterState, PrintOutcome, PrintState

ASK_IN_ORDER = b"\x1dr\x01"


class EscposReceiptPrinter:
    """Implements `pos.ports.printer.ReceiptPrinter` over any link."""

    def __init__(self, links: LinkMaker, profile: PrinterProfile | None = None) -> None:
        """`profile`: what this model can do; the default is a model that confirms by process id."""
        self._links = links
        self._profile = profile or PrinterProfile()

    def status(self) -> PrinterState:
        """Real-time status. Blocking: <= 1 s for a dead or silent printer. Never raises for device conditions."""
        if not (self._links.can_answer and self._profile.answers_status):
            return PrinterState.UNKNOWN
        try:
            link = self._links.open(min(self._profile.connect_s, self._profile.status_s))
        except DeviceUnavailable:
            return PrinterState.OFFLINE
        try:
            return ask_state(link, self._profile)
        except LinkBroken:
            return PrinterState.UNKNOWN
        finally:
            link.close()

    def print_job(self, job_id: str, data: bytes) -> PrintOutcome:
        """Send one finished job and wait for the printer's own word that it came out.

        `bytes_sha256` of the outcome covers `data` without the question that follows it. Blocking: connect <= 2 s,
        status <= 1.5 s, write <= 5 s, confirmation <= 10 s. Repeat: NOT safe without asking a person.

        Raises: DeviceUnavailable (nothing sent), DeviceRefused (paper out, cover open: nothing printed).
        """
        link = self._links.open(self._profile.connect_s)
        try:
            self._refuse_when_not_ready(link)
            state, detail = self._send_and_confirm(link, job_id, data)
        finally:
            link.close()
        return PrintOutcome(state, sha256(data).hexdigest(), detail)

    def _refuse_when_not_ready(self, link: Link) -> None:
        """Paper out and cover open are answers; silence of a model that always answers is no printer."""
        state = state_before_work(link, self._profile, can_answer=self._links.can_answer)
        if state is PrinterState.PAPER_OUT:
            raise DeviceRefused("printer.paper_out")
        if state is PrinterState.COVER_OPEN:
            raise DeviceRefused("printer.cover_open")
        if state is PrinterState.OFFLINE:
            raise DeviceRefused("printer.offline")
        if state is PrinterState.UNKNOWN:
            raise DeviceUnavailable("printer.no_answer")

    def _send_and_confirm(self, link: Link, job_id: str, job: bytes) -> tuple[PrintState, str]:
        wanted = process_id(job_id, job)
        question = {
            Confirmation.PROCESS_ID: b"\x1d(H\x06\x0000" + wanted,
            Confirmation.PAPER_STATUS: ASK_IN_ORDER,
            Confirmation.NONE: b"",
        }[self._profile.confirmation]
        try:
            link.send(job + (question if self._links.can_answer else b""), self._profile.write_s)
            if not question or not self._links.can_answer:
                return PrintState.UNKNOWN, "printer.cannot_confirm"
            return self._wait_for_word(link, wanted)
        except LinkBroken:
            return PrintState.UNKNOWN, "printer.lost_during_job"

    def _wait_for_word(self, link: Link, wanted: bytes) -> tuple[PrintState, str]:
        """Only the answer to this job's own question counts."""
        by_id = self._profile.confirmation is Confirmation.PROCESS_ID

        def is_word(answer: Answer) -> bool:
            return answer == ProcessId(wanted) if by_id else isinstance(answer, Requested)

        if await_answer(link, is_word, self._profile.confirm_s) is not None:
            return PrintState.CONFIRMED, ""
        state = ask_state(link, self._profile)
        if state in (PrinterState.PAPER_OUT, PrinterState.COVER_OPEN):
            return PrintState.UNKNOWN, f"printer.{state.value}_during_job"
        return PrintState.UNKNOWN, "printer.no_confirmation"


def process_id(job_id: str, job: bytes) -> bytes:
    """Four printable characters that belong to this job (GS ( H takes 20h to 7Eh)."""
    digest = sha256(job_id.encode() + b"\0" + job).digest()
    return bytes(0x30 + byte % 0x40 for byte in digest[:4])
