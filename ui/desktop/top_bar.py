"""The bar above every page: product, hall, marks, till, session, business day, device lamps, operator.

Where one row does not hold it all, the company's name goes first, then working devices share one lamp; whatever is
wrong is always named. While a word of some seconds stands there the hall's name and the product's give way to it: the
page below would jump. What still does not fit wraps.

Rule: design section 7 (always in sight), screen.md "Frame" and "Language" (a lamp has a shape and a word).
Must not know: devices, use cases.
"""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.desktop.flow import FlowLayout
from ui.desktop.look import Look
from ui.desktop.messages import Messages
from ui.desktop.panel import Panel
from ui.presenters.notice import FrameState, Lamp, LampState, Tone

SHAPES = {
    LampState.OK: "●",
    LampState.FAULT: "▲",
    LampState.UNKNOWN: "○",
    LampState.OFF: "◇",
    LampState.ABSENT: "□",
}
PILL_OF_LAMP = {
    LampState.OK: "good",
    LampState.FAULT: "bad",
    LampState.UNKNOWN: "warning",
    LampState.ABSENT: "info",
    LampState.OFF: "info",
}
PILL_OF_TONE = {Tone.INFO: "info", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "bad"}


def why_of(text: Messages, lamp: Lamp) -> str:
    """What is wrong with a device and what to do, or what a working one is; "" where nobody knows."""
    if lamp.detail_code and text.has(f"{lamp.detail_code}.what"):
        what, _money, do = text.parts(lamp.detail_code, lamp.params)
        return "\n".join(part for part in (what, do) if part)
    return text(lamp.detail_code, **dict(lamp.params)) if lamp.detail_code and text.has(lamp.detail_code) else ""


WITHOUT_COMPANY, ONE_LAMP, WITHOUT_HALL, WITHOUT_PRODUCT = 1, 2, 3, 4
"""How tight the bar is; 0: everything stands there."""


class TopBar(Panel):
    """48 pixels high at 100 %; wraps instead of cutting where even its short form does not fit."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, role="bar_top")
        self._flow = self.keep(FlowLayout(self, push=True, row_gap=6), 8, 12)
        self._state = FrameState()
        self.redraw_with(self._draw)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def render_state(self, state: FrameState) -> None:
        """Draw the bar anew if it says something else: a bar of new widgets costs tens of milliseconds."""
        if state != self._state:
            self._state = state
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may have room for more, or for less."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._draw()

    def _draw(self) -> None:
        side, edge = self.look.eased(16), self.look.eased(8)
        self.setMinimumHeight(self.look.eased(48))
        self._flow.setContentsMargins(side, edge, side, edge)
        tightest = ONE_LAMP if self._state.hint is None else WITHOUT_PRODUCT
        for tightness in range(tightest + 1):
            self._fill(self._state, tightness)
            if self._flow.sizeHint().width() <= self.width():
                break

    def _fill(self, state: FrameState, tightness: int) -> None:
        text = self.look.text
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if tightness < WITHOUT_PRODUCT:
            self._add(self._word(text("product"), "product"))
        company = state.company if tightness < WITHOUT_COMPANY else ""
        hall = state.hall if tightness < WITHOUT_HALL else ""
        place = " · ".join(part for part in (company, hall) if part)
        if place:
            self._add(self._word(place, "text"))
        for mark in state.marks:
            self._add(self._mark(mark))
        if state.hint is not None:
            what, _, _ = text.parts(state.hint.code, state.hint.params)
            self._add(self._pill(what, PILL_OF_TONE[state.hint.tone]))
        self._flow.pushed_from = self._flow.count()
        if state.till_name:
            self._add(self._word(state.till_name, "quiet"))
        if state.session_no:
            self._add(self._word(text("frame.till_session", no=f"{state.session_no:04d}"), "quiet"))
        if state.business_day:
            self._add(self._word(text("frame.business_day", day=state.business_day), "quiet"))
        self._add_lamps(state.lamps, together=tightness >= ONE_LAMP)
        if state.operator_name:
            role = text(f"role.{state.operator_role}") if state.operator_role else ""
            known = state.operator_name.startswith(role)  # a name such as 收费员甲 says the post itself
            self._add(self._word(state.operator_name if known else f"{role} {state.operator_name}", "strong"))

    def _add_lamps(self, lamps: tuple[Lamp, ...], *, together: bool) -> None:
        working = [lamp for lamp in lamps if lamp.state is LampState.OK]
        if together and len(working) > 1:
            names = ", ".join(self.look.text(f"device.{lamp.device}") for lamp in working)
            made = self._pill(f"{SHAPES[LampState.OK]} {self.look.text('frame.devices_ok')}", "good")
            made.setAccessibleName(f"{names} {self.look.text('lamp.ok')}")
            made.setToolTip("\n".join([names, *(why for lamp in working if (why := why_of(self.look.text, lamp)))]))
            self._add(made)
            lamps = tuple(lamp for lamp in lamps if lamp.state is not LampState.OK)
        for lamp in lamps:
            self._add(self._lamp(lamp))

    def _lamp(self, lamp: Lamp) -> QLabel:
        text = self.look.text
        name = text(f"device.{lamp.device}")
        word = text(f"lamp.{lamp.state.value}")
        said = name if lamp.state is LampState.OK else f"{name} {word}"  # a working device needs no second word
        made = self._pill(f"{SHAPES[lamp.state]} {said}", PILL_OF_LAMP[lamp.state])
        made.setAccessibleName(f"{name} {word}")
        made.setAccessibleDescription(why_of(text, lamp) or text(f"lamp.about.{lamp.state.value}"))
        made.setToolTip(f"{name} {word}\n{made.accessibleDescription()}")
        return made

    def _mark(self, mark: str) -> QLabel:
        """What kind of hall this is; what that means stands in its tooltip and, for the keyboard, on the F1 sheet."""
        text = self.look.text
        made = self._pill(text(f"mark.{mark}"), "warning")
        if text.has(f"mark.about.{mark}"):
            made.setToolTip(text(f"mark.about.{mark}"))
            made.setAccessibleDescription(text(f"mark.about.{mark}"))
        return made

    def _word(self, text: str, role: str) -> QLabel:
        made = self.label(role=role)
        made.setText(text)
        return made

    def _pill(self, text: str, tone: str) -> QLabel:
        made = self.label()
        made.setProperty("pill", tone)
        made.setProperty("role", "")
        made.setText(text)
        return made

    def _add(self, widget: QWidget) -> None:
        self._flow.addWidget(widget)
        widget.show()
