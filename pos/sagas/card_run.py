"""What the sagas over a card share: how one ended, its commits, and a look at the card.

Each commit has a command id of its own; each contact with the card is one exclusive card session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pos.domain.card import CardImage
from pos.domain.card_write import WriteState
from pos.domain.errors import KnownError
from pos.ports.card import CardReader
from pos.store.sale_queries import KEY_REFUSALS
from pos.usecases.card_write_steps import CardWriteStep, StepDone, begin_card_write
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a delivery ended.

    Attributes:
        write_id, state: where the write stands now.
        code: `""` when it ended as wished; otherwise why not (`card.other_card`, a device code ...): the sentence for
            the operator.
        print_job_id: paper queued by the last step, or None.
        found: the card as last seen, or None.
    """

    write_id: str
    state: WriteState
    code: str = ""
    print_job_id: str | None = None
    found: CardImage | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What every commit of one saga shares."""

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


def reason_of(trouble: KnownError) -> str:
    """What goes on record: the code, or that of the refused key behind it, which must be found again before a repeat.

    A MAC that is refused in the one step that counts arrives as *not written* or *unknown*, with it as the reason.
    """
    behind = str(trouble.params.get("reason", ""))
    return behind if behind in KEY_REFUSALS else trouble.code


def remember_refusal(run: Run, trouble: KnownError) -> None:
    """Put a refused key on record also where the card cannot be read behind it: the write stays open as it was.

    Without it the next F2 would present the key again, and a card bears that three times.
    """
    if reason_of(trouble) in KEY_REFUSALS:
        run.commit(begin_card_write, reason=reason_of(trouble))


def read_card(reader: CardReader) -> CardImage:
    """Read whatever lies in the reader, in one card session. Blocking: 0.05-0.5 s.

    Raises: DeviceError kinds.
    """
    with reader.session() as card_session:
        return card_session.read()
