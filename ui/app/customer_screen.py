"""The customer's own screen: a second screen if there is one, else half of the only one, and then only when wanted.

Must not know: what is sold.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from pos.ports.surroundings import CustomerView
from ui.desktop.pages.customer import CustomerWindow
from ui.presenters.notice import Lamp, LampState


class CustomerScreen:
    """`CustomerDisplay` over the customer's window; without one, nothing is shown.

    Attributes: window: set by `place`. light: told, as a lamp, whether the customer sees something.
    """

    def __init__(self, light: Callable[[Lamp], None]) -> None:
        self.window: CustomerWindow | None = None
        self._light = light
        self._alone = True

    def show(self, view: CustomerView) -> None:
        """See `CustomerDisplay.show`."""
        if self.window is not None:
            self.window.show_view(view)

    def name_hall(self, name: str) -> None:
        """The name at its head."""
        if self.window is not None:
            self.window.name_hall(name)

    def place(self, window: CustomerWindow | None) -> None:
        """Onto the second screen, or ready to be turned on over the first; None: this workstation wants none."""
        if window is None:
            self._light(Lamp("display", LampState.ABSENT))
            return
        screens = QGuiApplication.screens()
        self.window, self._alone = window, len(screens) == 1
        if not self._alone:
            window.setGeometry(screens[1].geometry())
            window.showFullScreen()
            self._light(Lamp("display", LampState.OK))
            return
        half = screens[0].availableGeometry()
        window.setGeometry(half.center().x(), half.top(), half.width() // 2, half.height() * 2 // 3)
        self._light(Lamp("display", LampState.OFF, "display.hidden"))

    def turn(self) -> None:
        """Shift+F11: with one screen the customer's window is half of it, and only when it is wanted."""
        if self.window is not None and self._alone:
            self.window.setVisible(not self.window.isVisible())
            state = LampState.OK if self.window.isVisible() else LampState.OFF
            self._light(Lamp("display", state, "display.hidden"))

    def close(self) -> None:
        """The window goes away."""
        if self.window is not None:
            self.window.close()
