"""The bar above every page: product, hall, marks, till, session, business day, device lamps, operator.

Rule: design section 7 (always in sight), screen.md "Frame" and "Language" (a lamp has a shape and a word).
Must not know: devices, use cases.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.desktop.flow import FlowLayout
from ui.desktop.look import Look
from ui.desktop.panel import Panel
from ui.presenters.notice import FrameState, Lamp, LampState, Tone

SHAPES = {LampState.OK: "●", LampState.FAULT: "▲", LampState.UNKNOWN: "○"}
PILL_OF_LAMP = {LampState.OK: "good", LampState.FAULT: "bad", LampState.UNKNOWN: "warning"}
PILL_OF_TONE = {Tone.INFO: "info", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "bad"}


class TopBar(Panel):
    """48 pixels high where everything fits; wraps instead of cutting at large scales."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, role="bar_top")
        self._flow = self.keep(FlowLayout(self, push=True, row_gap=6), 8, 12)
        self.sized(self._set_height, 48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def render_state(self, state: FrameState) -> None:
        """Draw the bar anew; it changes seldom and is small."""
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def _draw(self, state: FrameState) -> None:
        text = self.look.text
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._add(self._word(text("product"), "product"))
        place = " · ".join(part for part in (state.company, state.hall) if part)
        if place:
            self._add(self._word(place, "text"))
        for mark in state.marks:
            self._add(self._pill(text(f"mark.{mark}"), "warning"))
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
        for lamp in state.lamps:
            self._add(self._lamp(lamp))
        if state.operator_name:
            role = text(f"role.{state.operator_role}") if state.operator_role else ""
            self._add(self._word(f"{role} {state.operator_name}".strip(), "strong"))

    def _set_height(self, pixels: int) -> None:
        self.setMinimumHeight(pixels)
        side, edge = self.look.px(16), self.look.px(8)
        self._flow.setContentsMargins(side, edge, side, edge)

    def _lamp(self, lamp: Lamp) -> QLabel:
        text = self.look.text
        name = text(f"device.{lamp.device}")
        word = text(f"lamp.{lamp.state.value}")
        said = name if lamp.state is LampState.OK else f"{name} {word}"  # a working device needs no second word
        made = self._pill(f"{SHAPES[lamp.state]} {said}", PILL_OF_LAMP[lamp.state])
        made.setAccessibleName(f"{name} {word}")
        made.setToolTip(f"{name} {word}")
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
