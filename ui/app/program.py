"""The running program: window first, then the books; pages, presenters, lanes and lamps plugged together.

The furnished window is painted before the database is imported (performance 5.2). What blocks runs on a lane.
Closing asks first, then stops taking work, lets the print lane finish, and gives the database back.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from ui.app.config import SIMULATED, Config, load_config
from ui.app.places import Places
from ui.app.run_mark import RunMark
from ui.app.start import show_over_screen
from ui.desktop.first_paint import FirstPaint
from ui.desktop.fonts import load_fonts
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import Messages
from ui.presenters.notice import FrameState, Lamp, LampState, Notice, Tone

if TYPE_CHECKING:
    from pos.ports.keys import KeyAuthority
    from pos.ports.surroundings import Clock
    from ui.app.running import Running
    from ui.desktop.lanes import Lane

DEVICE_LANES = {"reader": "reader", "print": "printer", "drawer": "drawer"}
"""Lanes of devices, and the lamp of each."""
NO_LAMPS = tuple(Lamp(device, LampState.UNKNOWN) for device in ("reader", "printer", "drawer", "display"))


class Program(QObject):
    """The desktop program of one workplace.

    Attributes: window; look; running (None until the books are open).
        exit_code: what `close` was told.

    Signals:
        crashed(number): a bug was written down, on whatever thread.
    """

    crashed = Signal(str)

    def __init__(
        self,
        app: QApplication,
        at: Places,
        *,
        demo: bool = False,
        customer_screen: bool = True,
        config: Config | None = None,
        clock: Clock | None = None,
        window: MainWindow | None = None,
        keys: KeyAuthority | None = None,
    ) -> None:
        super().__init__()
        self.app = app
        self.places = at
        self.demo = demo
        self.customer_screen = customer_screen
        self.clock = clock
        self.keys = keys
        self.config = config or (SIMULATED if demo and not at.config.exists() else load_config(at.config))
        load_fonts()
        screen = self.config.screen
        self.look = Look(app, Messages(screen.language), theme=screen.theme, scale=screen.scale)
        self.window = window or MainWindow()
        self.window.furnish(app, self.look)
        self.frame = FrameState(lamps=NO_LAMPS, marks=("demo",) if demo else ())
        self.running: Running | None = None
        self.lanes: dict[str, Lane] = {}
        self.mark = RunMark(at.run_mark)
        self.exit_code = 0
        self.window.render_state(self.frame)
        self.window.close_asked.connect(self.leave)
        self.crashed.connect(self.say_crash)

    def start(self) -> None:
        """Show the window, if it is not there yet; its next paint opens the books."""
        FirstPaint(self.window, self.open_books)
        if not self.window.isVisible():
            show_over_screen(self.app, self.window)
        self.window.update()

    def open_books(self) -> None:
        """The first start founds a hall; every other opens it. Blocking: 0.3 s; a new demo 4 s."""
        from ui.app.crash import version
        from ui.app.logs import say_started
        from ui.desktop.lanes import Lane

        say_started(version=version(), demo=self.demo)
        self.lanes = {name: Lane(name, refuse_when_stuck=name != "db") for name in ("db", *DEVICE_LANES)}
        if not self.demo and not self.places.database.exists():
            from ui.app.founding import Founding

            lanes = self.lanes
            Founding(self.window, self.look, self.places, lanes["db"], lanes["reader"], self.open_hall).begin()
            return
        self.open_hall()

    def open_hall(self) -> None:
        """The hall is there (or is the demo): open it and let people in; each step that takes time says its name."""
        self.window.say_opening("program")
        from ui.app.running import Running

        self.config = self.config if self.demo else load_config(self.places.config)
        self.running = Running(self)
        self.running.begin()
        self.mark.set(self.running.desk.hall.clock.now_utc_ms())
        if not gc.isenabled():  # as `changshou run` starts: modules and widgets stay, no later round looks at them
            gc.collect()
            gc.freeze()
            gc.enable()

    def change_frame(self, **values: object) -> None:
        """Replace parts of the bars' state."""
        self.frame = replace(self.frame, **values)  # type: ignore[arg-type]
        self.window.render_state(self.frame)

    def say_crash(self, number: str) -> None:
        """A bug was written down: its number stands in the bar for whoever calls support."""
        self.change_frame(hint=Notice("program.crash", Tone.BAD, (("number", number),)))

    def leave(self) -> None:
        """The window's close button or Alt+F4: what hangs in the air is asked about first."""
        if self.running is None or not self.running.is_ready:
            self.close()
        else:
            self.running.leaving.ask()

    def close(self, code: int = 0) -> None:
        """Put everything away and leave with an exit code.

        Jobs handed to the lanes are finished, so no commit is cut off and no card or printer is left in use; steps that
        would follow stay open matters. An open till session stays open and is taken up at the next start.
        """
        if self.running is not None:
            self.running.stop()
        for lane in self.lanes.values():
            lane.close(timeout_s=5.0)
        if self.running is not None:
            self.running.workplace.close()
            self.mark.lift()
        self.window.allow_close()
        self.exit_code = code
        self.app.quit()
