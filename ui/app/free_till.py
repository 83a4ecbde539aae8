"""Which till a person opens, and why none: said before she counts (P1, P9). Must not know: windows, figures."""

from __future__ import annotations

from pos.usecases.fact import Hall
from pos.usecases.till_overview import TillOverview, till_overview
from pos.usecases.waiting_floats import waiting_floats
from ui.presenters.notice import Notice, Tone


def till_to_open(tills: tuple[TillOverview, ...], with_float: set[str]) -> TillOverview | None:
    """The first that nobody works at; where that waits for its hand-over, the next one that has a float."""
    first = next((entry for entry in tills if not entry.unclosed), None)
    if first is None or first.may_open:
        return first
    return next((entry for entry in tills if entry.may_open and entry.till.till_id in with_float), None)


def next_to_open(hall: Hall) -> TillOverview | None:
    """The till that a person would open now. Raises StoreError kinds."""
    return till_to_open(till_overview(hall), {there.till.till_id for there in waiting_floats(hall)})


def none_free(tills: tuple[TillOverview, ...]) -> Notice:
    """Before anything is counted: what the first till that nobody works at waits for, if there is one."""
    closed = next((entry for entry in tills if not entry.unclosed), None)
    if closed is None:
        return Notice("till.none_free", Tone.WARNING)
    if closed.bag_no:
        return Notice("till.bag_first", Tone.WARNING, (("till", closed.till.name), ("bag", closed.bag_no)))
    return Notice("till.not_handed_over", Tone.WARNING)
