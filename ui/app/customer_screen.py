"""The customer's own screen: a second screen if there is one, else beside the page on the only one, when wanted.

Must not know: what is sold.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pos.ports.surroundings import CustomerView
from ui.desktop.pages.customer import CustomerWindow
from ui.presenters.notice import Lamp, LampState


class CustomerScreen:
    """`CustomerDisplay` over the customer's window; without one, nothing is shown.

    Attributes: window: set by `place`. light: told, as a lamp, whether the customer sees something. beside: gives a
    widget a strip of the operator's window, which then covers nothing of the page or of the read-back.
    """

    def __init__(self, light: Callable[[Lamp], None], beside: Callable[[QWidget], None]) -> None:
        self.window: CustomerWindow | None = None
        self._light = light
        self._beside = beside
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
        self._beside(window)
        self._light(Lamp("display", LampState.OFF, "display.hidden"))

    def turn(self) -> None:
        """Shift+F11: with one screen the customer's figures stand beside the page, and only when they are wanted."""
        if self.window is not None and self._alone:
            self.window.setVisible(self.window.isHidden())
            state = LampState.OFF if self.window.isHidden() else LampState.OK
            self._light(Lamp("display", state, "display.hidden"))

    def close(self) -> None:
        """The window goes away."""
        if self.window is not None:
            self.window.close()
