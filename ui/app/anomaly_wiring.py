"""The anomaly list with its presenter, plugged together (implements `AnomaliesScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pos.domain.errors import RuleViolation
from pos.domain.roles import ALLOWED, Act
from ui.desktop.pages.anomalies import AnomaliesPage
from ui.presenters.anomalies import Anomalies
from ui.presenters.anomaly_state import AnomaliesState, AnomalyRow
from ui.presenters.counter_panels import local_time

if TYPE_CHECKING:
    from ui.app.running import Running

_COLUMNS = ("anomaly.day", "anomaly.rule", "anomaly.seen", "field.account_no", "field.meter_no")


class AnomaliesWiring:
    """Connects the page to the presenter. Attributes: page; presenter (after `connect`)."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._window = running.window
        self._back_to = "counter"
        self.page = AnomaliesPage(running.program.look)
        self._window.add_page("anomalies", self.page)
        self.presenter: Anomalies | None = None

    def connect(self) -> None:
        """The books are open: make the presenter and wire it."""
        running = self._running
        presenter = self.presenter = Anomalies(running.desk, self, running.actor, self._may_answer)
        page = self.page
        page.chosen.connect(presenter.choose)
        page.answered.connect(presenter.answer)
        page.rule_asked.connect(presenter.next_rule)
        page.export_asked.connect(presenter.export)
        page.stepped_back.connect(presenter.step_back)
        self._window.page_shown.connect(self._left)

    def open(self) -> None:
        """Ctrl+9, from wherever she is; a price that is being typed stays as it is."""
        if self.presenter is None:
            return
        if self._window.current != "anomalies":
            self._back_to = self._window.current
        self.presenter.open()

    def show_anomalies(self, state: AnomaliesState) -> None:
        """See `AnomaliesScreen`."""
        self.page.render_state(state)

    def open_anomalies(self) -> None:
        """See `AnomaliesScreen`."""
        if self._window.current != "anomalies":
            self._window.show_page("anomalies")

    def go_back(self) -> None:
        """See `AnomaliesScreen`."""
        self._window.show_page(self._back_to)

    def file_of(self, rows: tuple[AnomalyRow, ...]) -> Callable[[], Path]:
        """See `AnomaliesScreen`; account and meter, no name and no address."""
        text = self._running.program.look.text
        desk = self._running.desk
        lines = tuple(
            (
                row.day,
                text(f"anomaly.rule.{row.rule}"),
                text(row.seen[0], **dict(row.seen[1])),
                row.account_no,
                row.meter_no,
            )
            for row in rows
        )
        stamp = local_time(desk.hall.clock.now_utc_ms(), desk.offset_min)
        name = f"{text('anomaly.title')}-{stamp[:10]}-{''.join(stamp[11:].split(':'))}.csv"
        titles = tuple(text(code) for code in _COLUMNS)
        return partial(_write, self._running.workplace.places.data / "exports", name, titles, lines)

    def _may_answer(self) -> bool:
        person = self._running.people.person
        return person is not None and bool(set(person.roles) & set(ALLOWED[Act.ANSWER_ANOMALY]))

    def _left(self, page: str) -> None:
        """An answer that comes after she left draws nothing."""
        if self.presenter is not None and page != "anomalies":
            self.presenter.visit.end()


def _write(folder: Path, name: str, titles: tuple[str, ...], lines: tuple[tuple[str, ...], ...]) -> Path:
    """UTF-8 with BOM, formula-safe as every export. Raises: RuleViolation `export.not_written` (folder, why)."""
    from printing.csv_export import to_csv
    from printing.export_table import ExportColumn, ExportTable

    table = ExportTable("anomalies", tuple(ExportColumn(title) for title in titles), lines)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(to_csv(table))
    except OSError as error:
        raise RuleViolation("export.not_written", folder=str(folder), why=error.strerror or "") from error
    return folder / name
