"""Which page is shown with which sample state in the gallery and in the tests of the desktop.

Must not know: use cases, devices.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.desktop import samples
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.counter import CounterPage
from ui.presenters.counter_state import CounterState

Show = Callable[[], QWidget]
COUNTER = {
    "counter-idle": samples.IDLE,
    "counter-identify": samples.IDENTIFY,
    "counter-quantity": samples.QUANTITY,
    "counter-tender": samples.TENDER,
    "counter-booked": samples.BOOKED,
    "counter-in-doubt": samples.IN_DOUBT,
    "counter-done": samples.DONE,
}


def scenes(window: MainWindow, look: Look) -> list[tuple[str, Show]]:
    """(name, function that brings the scene to the front and returns the widget to look at)."""
    window.render_state(samples.FRAME)
    counter = CounterPage(look)
    window.add_page("counter", counter)

    def at_counter(state: CounterState) -> Show:
        def show() -> QWidget:
            window.show_page("counter")
            counter.render_state(state)
            return window

        return show

    found = [(name, at_counter(state)) for name, state in COUNTER.items()]

    def help_sheet() -> QWidget:
        window.open_overlay(window.help)
        return window

    return [*found, ("help", help_sheet)]
