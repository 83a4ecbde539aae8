"""The main window: top bar, page stack, key bar, overlays; the key router is plugged in here.

It is on the screen, with the product's name, before it is furnished: what the furniture needs costs more to import than
a bare window takes to paint (performance 5.2), so nothing of it is imported at the top of this file.

Rule: screen.md "Frame", design section 7. The frame moves keys and pages, it decides nothing about money.
Must not know: use cases, devices.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QWidget

from ui.desktop.fonts import FAMILY

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QResizeEvent
    from PySide6.QtWidgets import QApplication

    from ui.desktop.look import Look
    from ui.desktop.overlay import Overlay
    from ui.desktop.page import Page
    from ui.desktop.pages.help import HelpOverlay
    from ui.presenters.notice import FrameState, Lamp

NAME = "唱收  Changshou"
"""Painted and titled before a language is known."""
NARROWEST = 683
"""Pixels of the 100 % grid that every page is drawn for: the usual counter screen at 200 %."""


class MainWindow(QMainWindow):
    """The operator's window.

    Attributes:
        pages: by name, in the stack. current: name of the page shown.

    Signals:
        action(name): an action nobody on the page answered (go_counter, lock, open_till ...).
        page_shown(name): a page came to the front.
        activity(): a key was pressed anywhere. help_shown(): the sheet of F1 was opened.
        close_asked(): the window's close button; the composition root decides.
    """

    action = Signal(str)
    page_shown = Signal(str)
    activity = Signal()
    help_shown = Signal()
    close_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._may_close = False
        self.pages: dict[str, Page] = {}
        self.current = ""
        self._overlays: list[Overlay] = []
        self._beside: QWidget | None = None
        self.setWindowTitle(NAME)
        self.setCentralWidget(_name_alone())
        self.setMinimumSize(1024, 600)

    def furnish(self, app: QApplication, look: Look) -> None:
        """Bars, stack and keys take the place of the bare name. Called once, before anything else is asked of it."""
        from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

        from ui.desktop.key_bar import KeyBar
        from ui.desktop.key_router import KeyRouter
        from ui.desktop.opening import Opening
        from ui.desktop.refusal_hint import RefusalHint
        from ui.desktop.top_bar import TopBar

        self._look = look
        ground = QWidget()
        ground.setObjectName("ground")
        self._ground = ground
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.top_bar = TopBar(look)
        self.stack = QStackedWidget()
        self._is_demo = False
        self._lamps: tuple[Lamp, ...] = ()
        self._marks: tuple[str, ...] = ()
        self._opening = Opening(look)
        self.stack.addWidget(self._opening)
        self.key_bar = KeyBar(look)
        column.addWidget(self.top_bar)
        column.addWidget(self.stack, 1)
        column.addWidget(self.key_bar)
        self.setCentralWidget(ground)
        self.refusals = RefusalHint(app, self, look)
        self.router = KeyRouter(app, self, self._wants)
        self.router.triggered.connect(self.dispatch)
        self.router.activity.connect(self.activity)
        self.key_bar.action.connect(self.dispatch)
        look.changed.connect(self._title)
        look.changed.connect(self._share_room)
        self._title()

    def put_beside(self, side: QWidget) -> None:
        """While it is shown it has a strip at the right, as high as the window; page, bars and overlays make room."""
        self._beside = side
        side.setParent(self)
        side.hide()
        side.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What stands beside the page came or went."""
        if watched is self._beside and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._share_room()
        return super().eventFilter(watched, event)

    def _share_room(self) -> None:
        """A third for what stands beside, less where the page would be narrower than it is drawn for."""
        side, strip = self._beside, 0
        if side is not None and not side.isHidden():
            strip = max(self.width() // 4, min(self.width() // 3, self.width() - self._look.px(NARROWEST)))
            side.setGeometry(self.width() - strip, 0, strip, self.height())
            side.raise_()
        self.setContentsMargins(0, 0, strip, 0)
        for overlay in self._overlays:
            overlay.setGeometry(self.contentsRect())

    @cached_property
    def help(self) -> HelpOverlay:
        """The sheet of all keys, made when it is asked for: its hundred labels need not stand before the window."""
        from ui.desktop.pages.help import HelpOverlay

        sheet = HelpOverlay(self._look, demo=self._is_demo)
        sheet.show_devices(self._lamps)
        sheet.show_marks(self._marks)
        sheet.closed.connect(lambda: self.close_overlay(sheet))
        return sheet

    def say_opening(self, step: str) -> None:
        """Say what is done now, and paint it at once: opening holds the event loop. Steps: message codes."""
        self._opening.show_step(step)
        if not self.current:
            self._opening.repaint()

    def add_page(self, name: str, page: Page) -> None:
        """Put a page into the stack; its buttons reach `action` like its keys."""
        self.pages[name] = page
        self.stack.addWidget(page)

    def show_page(self, name: str) -> None:
        """Bring a page to the front and put the focus where its work begins."""
        self.current = name
        page = self.pages[name]
        self.stack.setCurrentWidget(page)
        self.page_shown.emit(name)
        if not self._overlays:
            page.focus_first()
        self.router.begin()

    def render_state(self, state: FrameState) -> None:
        """Draw both bars."""
        self._is_demo = "demo" in state.marks
        self.top_bar.render_state(state)
        self.key_bar.render_state(state)
        self._lamps, self._marks = state.lamps, state.marks
        if "help" in self.__dict__:  # made already
            self.help.show_devices(state.lamps)
            self.help.show_marks(state.marks)

    def open_overlay(self, overlay: Overlay) -> None:
        """Lay something over bars and page; until it closes, nothing below can take the focus.

        What lay there waits beneath and comes back. A lock stays above whatever is opened later.
        """
        if overlay in self._overlays:
            self._overlays.remove(overlay)
        if not self._overlays and self.current:
            self.pages[self.current].lie_beneath()
        locked = bool(self._overlays) and self._overlays[-1].stays_on_top
        below_lock = len(self._overlays) - (1 if locked and not overlay.stays_on_top else 0)
        self._overlays.insert(below_lock, overlay)
        overlay.setParent(self)
        overlay.setGeometry(self.contentsRect())
        self._show_top()
        self.router.begin()

    @property
    def overlay(self) -> Overlay | None:
        """What lies on top and takes the keys."""
        return self._overlays[-1] if self._overlays else None

    @property
    def shows_help(self) -> bool:
        """The sheet of F1 lies on top."""
        return "help" in self.__dict__ and self.overlay is self.help

    @property
    def has_overlay(self) -> bool:
        """True while something lies over the page."""
        return bool(self._overlays)

    def close_overlay(self, overlay: Overlay) -> None:
        """Take this one away, wherever it lies, and no other: a late answer must not open somebody's lock."""
        if overlay in self._overlays:
            self._overlays.remove(overlay)
            overlay.hide()
            self._show_top()

    def close_overlays(self) -> None:
        """Take all away: somebody else works here now."""
        for overlay in tuple(self._overlays):
            self.close_overlay(overlay)

    def _show_top(self) -> None:
        """Only the topmost is seen; without one, the page has its focus back."""
        top = self.overlay
        for beneath in self._overlays[:-1]:
            beneath.hide()
        self._ground.setEnabled(top is None)
        if top is not None:
            top.show()
            top.raise_()
            top.focus_first()
        elif self.current:
            self.pages[self.current].come_back()

    def dispatch(self, name: str) -> None:
        """Give an action to the overlay, then the page, then whoever listens; the customer's window answers always."""
        if name == "customer_window":
            self.action.emit(name)
            return
        on_top = self.overlay or self.pages.get(self.current)
        if on_top is not None and not on_top.agrees(name):
            return
        if self.overlay is not None:
            self.overlay.handle(name)
            return
        if name == "help":
            self.open_overlay(self.help)
            self.help_shown.emit()
        elif name == "fullscreen":
            self.showNormal() if self.isFullScreen() else self.showFullScreen()
        elif not (self.current and self.pages[self.current].handle(name)):
            self.action.emit(name)

    def _wants(self, name: str) -> bool:
        """True if `+`, `-`, `/` or `*` typed into a number field means its action on what takes the keys now."""
        on_top = self.overlay or self.pages.get(self.current)
        return on_top is not None and on_top.wants(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """An overlay always covers everything but what stands beside the page."""
        super().resizeEvent(event)
        if self._overlays or self._beside is not None:
            self._share_room()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Never just vanish: an open till session or a running card write must be asked about first."""
        if not self._may_close:
            self.close_asked.emit()
        event.setAccepted(self._may_close)

    def allow_close(self) -> None:
        """The composition root has put everything away."""
        self._may_close = True
        self.close()

    def _title(self) -> None:
        self.setWindowTitle(self._look.text("product"))


def _name_alone() -> QWidget:
    """The product's name in the middle; by stretches, because asking Qt for an alignment costs 13 ms at the start."""
    ground = QWidget()
    row = QHBoxLayout(ground)
    row.addStretch()
    said = QLabel(NAME)
    said.setFont(QFont(FAMILY, 24))
    row.addWidget(said)
    row.addStretch()
    return ground
