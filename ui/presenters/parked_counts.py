"""Counts that were begun and not submitted: what was typed waits for the one who typed it (P5).

Somebody else may work at the workstation meanwhile and sees nothing of it. Kept in memory only: a blind count is in no
file before it is submitted, so after a restart it is counted anew. Must not know: pages, what is expected.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ui.presenters.count_state import BatchCount, CountResult, CountState
from ui.presenters.notice import Notice, Tone


@dataclass(frozen=True, slots=True)
class CountOf:
    """Which count. Attributes: purpose; where: the session, before an opening the till and its last one; who counts."""

    purpose: str
    where: str
    who: str


@dataclass(slots=True)
class ParkedCounts:
    """Typed figures by count."""

    _typed: dict[CountOf, CountResult] = field(default_factory=dict)
    _counted_here: set[str] = field(default_factory=set)

    def keep(self, count: CountOf, typed: CountResult) -> None:
        """What stands in the fields now, in place of what was kept before; empty fields were left empty."""
        self._typed[count] = typed

    def forget(self, count: CountOf) -> None:
        """Given up."""
        self._typed.pop(count, None)

    def waits(self, count: CountOf) -> bool:
        """True if figures of this very count are kept."""
        typed = self._typed.get(count)
        return typed is not None and not _is_empty(typed)

    def booked(self, count: CountOf) -> None:
        """Submitted; of what follows it nothing was typed before this program began."""
        self.forget(count)
        self._counted_here.add(count.where)

    def taken_up(self, count: CountOf, state: CountState, *, begun_at: str = "") -> CountState:
        """The page with what was typed before, and a word about it unless something weightier is said there.

        `begun_at`: local time at which this count was begun by the books; what nobody here has kept is gone then.
        The books do not know whether a recount or the lead's count was begun: after a restart that is left open.
        """
        typed = self._typed.get(count)
        if typed is None:
            return replace(state, notice=state.notice or self._lost(count, begun_at))
        if _is_empty(typed):
            return state
        slips = {row.terminal: row for row in typed.batches}
        return replace(
            state,
            start=typed.faces,
            batches=tuple(slips.get(row.terminal, BatchCount(row.terminal)) for row in state.batches),
            blank_cards=typed.blank_cards,
            notice=state.notice or Notice("count.taken_up", Tone.INFO),
        )

    def _lost(self, count: CountOf, begun_at: str) -> Notice | None:
        if begun_at:
            return Notice("count.begun_before", Tone.WARNING, (("since", begun_at),))
        follows = count.purpose in ("recount", "verify")
        return Notice("count.not_kept", Tone.INFO) if follows and count.where not in self._counted_here else None


def _is_empty(typed: CountResult) -> bool:
    slips = any((row.batch, row.slips, row.amount_fen) != ("", None, None) for row in typed.batches)
    return not slips and typed.blank_cards is None and not any(row.total_pieces for row in typed.faces)
