"""A new price: from which day, by which document, and what it is; a second person consents afterwards.

Rule: domain D6, P12. Must not know: what a valid schedule is.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.desktop.centred import CentredPage
from ui.desktop.fields import AmountField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import set_role
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import TIER_FIELDS, TIERS, PriceState

HEAD = ("effective_from", "document_no", "vat")
OF_TARIFF = ("name", "base_people", "year_start")
UNSAVED = Notice("price.unsaved", Tone.WARNING)
_WRONG = {
    "tariff.no_day": "effective_from",
    "tariff.day": "effective_from",
    "tariff.document": "document_no",
    "tariff.vat": "vat",
    "tariff.name": "name",
    "tariff.people": "base_people",
    "tariff.year_start": "year_start",
    "tariff.year_moved": "year_start",
    "tariff.no_tiers": "tier_name1",
    "fee.no_amount": "amount",
    "fee.amount": "amount",
}
_WRONG_IN_TIER = {"tariff.tier_name": "tier_name", "tariff.tiers": "upper", "tariff.price": "price"}


class PricePage(CentredPage):
    """One form for schedules and fees.

    Signals:
        price_asked(values): dict of field name → text. stepped_back(): Esc in the first field.
    """

    price_asked = Signal(dict)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=960)
        self._state = PriceState()
        self._title = self.label(role="title", wrap=True)
        self.notice = NoticeBox(look)
        self.inputs: dict[str, QLineEdit] = {}
        self.body.addWidget(self._title)
        self.head.addWidget(self.notice)  # what was refused never scrolls away
        self.body.addWidget(self.label("price.lead", "quiet", wrap=True))
        self.hoarding = NoticeBox(look)
        self.body.addWidget(self.hoarding)
        self.body.addWidget(self._block(HEAD))
        self._of_tariff = QWidget()
        column = self.column(self._of_tariff)
        column.addWidget(self._block(OF_TARIFF))
        column.addWidget(self._tiers())
        self._of_fee = self._block(("amount",))
        for part in (self._of_tariff, self._of_fee):
            self.body.addWidget(part)
        self.primary = self.button("settle", primary=True, key="F9", code="price.ask")
        self.primary.clicked.connect(lambda: self.price_asked.emit(self.values()))
        self.end_with(self.primary, self.stepped_back.emit)

    def render_state(self, state: PriceState) -> None:
        """Another price comes with its values; for the same one what was typed stays."""
        fresh = (state.key, state.values) != (self._state.key, self._state.values) or not self.fields
        self._state = state
        is_tariff = state.key.startswith("tariff.")
        self._of_tariff.setVisible(is_tariff)
        self._of_fee.setVisible(not is_tariff)
        shown = [*HEAD, *OF_TARIFF, *_tier_names()] if is_tariff else [*HEAD, "amount"]
        self.fields = [self.inputs[name] for name in shown]
        if fresh:
            self.start()
        self.redraw_with(self._draw)
        self._draw()
        wrong = self.inputs.get(_wrong_field(state.notice))
        if wrong is not None and not state.busy:
            wrong.setFocus()
            wrong.selectAll()

    def start(self) -> None:
        """The values it came with, day and document empty."""
        given = dict(self._state.values)
        for name, field in self.inputs.items():
            field.setText(given.get(name, ""))

    def values(self) -> dict[str, str]:
        """What has been typed."""
        return {name: field.text().strip() for name, field in self.inputs.items()}

    def handle(self, name: str) -> bool:
        """Esc walks back through the fields, then leaves; what was typed is asked about once."""
        if name == "back":
            if not self.walk(-1) and self._may_leave():
                self.stepped_back.emit()
            return True
        return super().handle(name)

    def _may_leave(self) -> bool:
        given = dict(self._state.values)
        typed = any(field.text() != given.get(name, "") for name, field in self.inputs.items())
        if not typed or self._state.notice == UNSAVED:
            return True
        self._state = replace(self._state, notice=UNSAVED)
        self._draw()
        return False

    def _block(self, names: tuple[str, ...]) -> QWidget:
        block = QWidget()
        grid = self.grid(block, spacing=8)
        for number, name in enumerate(names):
            field = AmountField("") if name in ("vat", "amount") else TextField(60)
            self.inputs[name] = field
            field.textEdited.connect(lambda _text, name=name: self._mended(name))
            grid.addWidget(self.field_label(f"price.{name}", field), 0, number)
            grid.addWidget(field, 1, number)
            grid.setColumnStretch(number, 1)
        return block

    def _tiers(self) -> QWidget:
        block = QWidget()
        grid = self.grid(block, spacing=8)
        for side, name in enumerate(TIER_FIELDS):
            grid.addWidget(self.label(f"price.{name}", "caption"), 0, side)
            grid.setColumnStretch(side, 1)
        for number in range(1, TIERS + 1):
            for side, name in enumerate(TIER_FIELDS):
                field = TextField(20) if name == "tier_name" else AmountField("", decimals=4)
                self.say(field.setAccessibleName, f"price.{name}")
                self.inputs[f"{name}{number}"] = field
                field.textEdited.connect(lambda _text, name=f"{name}{number}": self._mended(name))
                grid.addWidget(field, number, side)
        return block

    def _mended(self, name: str) -> None:
        """The field that was refused is typed anew: what was said of it is of yesterday; so is the wish to leave."""
        if self._state.notice == UNSAVED or _wrong_field(self._state.notice) == name:
            self._state = replace(self._state, notice=None)
            self._draw()

    def _draw(self) -> None:
        text, state = self.look.text, self._state
        self._title.setText(text("price.title", what=text(f"set.{state.key}") if state.key else ""))
        self.notice.show_notice(state.notice)
        self.hoarding.show_notice(_hoarding(state.hoarding))
        wrong = _wrong_field(state.notice)
        for name, field in self.inputs.items():
            set_role(field, "wrong", "true" if name == wrong else "false")
        if self.primary is not None:
            self.primary.setEnabled(not state.busy)


def _hoarding(accounts: int | None) -> Notice | None:
    if accounts is None:
        return None
    if not accounts:
        return Notice("price.no_hoarding")
    return Notice("price.hoarding", Tone.WARNING, (("count", accounts),))


def _wrong_field(notice: Notice | None) -> str:
    """The field that a refusal is about, "" for any other."""
    if notice is None:
        return ""
    if notice.code in _WRONG_IN_TIER:
        figures = dict(notice.params)
        return f"{figures.get('part', _WRONG_IN_TIER[notice.code])}{figures['tier']}"
    return _WRONG.get(notice.code, "")


def _tier_names() -> list[str]:
    return [f"{name}{number}" for number in range(1, TIERS + 1) for name in TIER_FIELDS]
