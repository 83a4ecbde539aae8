"""Settings by keys only: a row is chosen, its value changed, its log seen; a price with a second person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from pos.usecases.hall_settings import operators_of, settings_of
from pos.usecases.settings_overview import settings_overview
from tests.fixtures_hall import DemoHall
from tests.fixtures_window import press
from ui.app.config import SIMULATED, config_text, load_config, parse_config
from ui.app.people_wiring import PeopleWiring
from ui.app.places import Places
from ui.app.prices import set_sample_prices
from ui.app.settings_wiring import SettingsWiring
from ui.desktop.buttons import KeyButton
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.tokens import THEMES
from ui.presenters.lane import SameThreadLane
from ui.presenters.notice import FrameState, Notice, Tone
from ui.presenters.office_state import SettingRow, SettingsState

K = Qt.Key


def type_over(*texts: str) -> None:
    for text in texts:
        QTest.keyClick(QApplication.focusWidget(), K.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(QApplication.focusWidget(), text)
        press(K.Key_Return)


@pytest.fixture
def wiring(demo_hall: DemoHall, window: MainWindow, look: Look, tmp_path: Path) -> SettingsWiring:
    window.add_page("counter", Page(look))
    window.current = "counter"
    people = PeopleWiring(window, look, lambda _person: None)
    people.connect(demo_hall.hall, SameThreadLane(), "")
    people.person = next(person for person in operators_of(demo_hall.hall) if person.code == "9001")
    at = Places(tmp_path, tmp_path / "keys")
    at.config.write_text(config_text(parse_config("")), encoding="utf-8")
    made = SettingsWiring(
        window,
        look,
        at,
        SIMULATED,
        people.ask_approval,
        lambda company, hall: window.render_state(FrameState(company=company, hall=hall)),
    )
    made.connect(demo_hall.hall, SameThreadLane())
    made.open(people.person)
    return made


def overlay_of(window: MainWindow) -> QWidget:
    assert window.overlay is not None
    return window.overlay


def go_to(wiring: SettingsWiring, key: str) -> None:
    rows = wiring.page.table.rows_model.rows
    for _ in range(next(number for number, row in enumerate(rows) if row.key == key)):
        press(K.Key_Down)
    current = wiring.page.table.current()
    assert current is not None
    assert current.key == key


def test_a_limit_is_changed_with_enter_and_the_list_has_the_focus_again(
    wiring: SettingsWiring, demo_hall: DemoHall
) -> None:
    go_to(wiring, "setting.max_tender_over_due_fen")
    press(K.Key_Return)
    type_over("viel")
    assert (wiring.page.notice.isVisible(), wiring.page.value.text(), wiring.page.value.hasFocus()) == (
        True,
        "viel",
        True,
    )
    assert "多收提醒（元）" in wiring.page.notice.accessibleName()
    type_over("350")
    assert settings_of(demo_hall.hall).max_tender_over_due_fen == 35_000
    assert QApplication.focusWidget() is wiring.page.table
    assert [change.new for change in wiring.page.log.rows_model.rows] == ["350.00"]


def test_esc_in_the_field_restores_the_value_and_esc_in_the_list_leaves(
    wiring: SettingsWiring, window: MainWindow, demo_hall: DemoHall
) -> None:
    go_to(wiring, "profile.payee")
    press(K.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "x")
    press(K.Key_Escape)
    assert wiring.page.value.text() == "东江燃气有限公司（示例）"
    press(K.Key_Escape)
    assert (window.current, "hall_profile_changed" in demo_hall.kinds("DJ-H")) == ("counter", False)


def test_a_choice_is_made_with_arrows(wiring: SettingsWiring, demo_hall: DemoHall) -> None:
    go_to(wiring, "setting.fen_rule")
    press(K.Key_Return, K.Key_Down, K.Key_Return)
    assert settings_of(demo_hall.hall).fen_rule == "waive"


@pytest.mark.parametrize("theme", list(THEMES))
def test_every_look_is_kept_for_the_next_start(wiring: SettingsWiring, look: Look, tmp_path: Path, theme: str) -> None:
    wiring.apply_look("theme", theme)
    wiring.apply_look("scale", "125")
    assert (look.theme, look.scale) == (theme, 125)
    screen = load_config(tmp_path / "changshou.toml").screen
    assert (screen.theme, screen.scale) == (theme, 125)


def test_the_look_of_a_demo_without_a_file_is_kept_and_its_devices_stay_simulated(
    wiring: SettingsWiring, tmp_path: Path
) -> None:
    (tmp_path / "changshou.toml").unlink()
    wiring.apply_look("language", "en")
    kept = load_config(tmp_path / "changshou.toml")
    assert (kept.screen.language, kept.reader.kind, kept.printer.kind) == ("en", "simulated", "simulated")


def test_a_fee_is_set_with_day_document_and_the_leads_password(
    wiring: SettingsWiring, window: MainWindow, demo_hall: DemoHall
) -> None:
    go_to(wiring, "fee.first_card")
    press(K.Key_Return)
    assert window.current == "price"
    type_over("2026-11-01", "", "6", "25")
    assert (window.has_overlay, wiring.form.notice.isVisible()) == (False, True)
    assert QApplication.focusWidget() is wiring.form.inputs["document_no"]
    QTest.keyClicks(QApplication.focusWidget(), "P")
    assert (wiring.form.notice.isVisible(), wiring.form.inputs["document_no"].property("wrong")) == (False, "false")
    type_over("PF-1", "6", "25")
    assert not window.has_overlay  # the day is past: asked about once
    said = wiring.form.notice.accessibleName()
    assert [part for part in ("2026-11-01", "早于今天", "不重算") if part not in said] == []
    press(K.Key_F9)
    assert window.has_overlay
    shown = [label.text() for label in overlay_of(window).findChildren(QLabel)]
    assert {"首张卡费（元）", "2026-11-01", "PF-1", "25.00"} <= set(shown)
    type_over(demo_hall.password("lead"))
    assert (window.has_overlay, window.current) == (False, "settings")
    assert settings_overview(demo_hall.hall).fees == (("first_card", 2_500),)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (("", "PF-1", "6", "25"), "effective_from", ("没有填写执行日期", "2026-12-01")),
        (("1.12.2026", "PF-1", "6", "25"), "effective_from", ("“1.12.2026”", "2026-12-01")),
        (("2026-12-01", "", "6", "25"), "document_no", ("没有填写批准文号",)),
        (("2026-12-01", "PF-1", "600", "25"), "vat", ("100%",)),
        (("2026-12-01", "PF-1", "6", ""), "amount", ("没有填写金额", "20.00")),
        (("2026-12-01", "PF-1", "6", "200000"), "amount", ("100,000 元",)),
    ],
)
def test_a_field_of_a_fee_that_is_empty_or_wrong_gets_the_cursor_and_its_form_is_said(
    wiring: SettingsWiring, window: MainWindow, typed: tuple[str, ...], field: str, said: tuple[str, ...]
) -> None:
    go_to(wiring, "fee.first_card")
    press(K.Key_Return)
    type_over(*typed)
    spoken = wiring.form.notice.accessibleName()
    assert [part for part in (*said, "原价格继续执行") if part not in spoken] == []
    assert QApplication.focusWidget() is wiring.form.inputs[field]
    assert (window.has_overlay, wiring.form.notice.isVisible()) == (False, True)


def test_a_tier_without_its_price_is_named_and_the_cursor_stands_there(wiring: SettingsWiring) -> None:
    go_to(wiring, "tariff.commercial")
    press(K.Key_Return)
    type_over("2026-12-01", "PF-1", "9", "Shops", "4", "01-01", "One")
    press(K.Key_F9)
    assert "第 1 档的单价没有填写" in wiring.form.notice.accessibleName()
    assert QApplication.focusWidget() is wiring.form.inputs["price1"]


@pytest.mark.parametrize(("part", "name"), [("upper", "upper1"), ("extra", "extra1")])
def test_a_tier_that_is_refused_has_the_cursor_in_the_figure_it_is_about(
    wiring: SettingsWiring, part: str, name: str
) -> None:
    page = wiring.form
    figures = (("tier", 1), ("part", part))
    go_to(wiring, "tariff.resident")
    press(Qt.Key.Key_Return)
    page.render_state(replace(page._state, notice=Notice("tariff.tiers", Tone.WARNING, figures)))
    assert QApplication.focusWidget() is page.inputs[name]


def test_cancel_stands_beside_save_and_is_open_only_while_a_value_is_typed(wiring: SettingsWiring) -> None:
    go_to(wiring, "profile.payee")
    cancel = wiring.page.cancel
    assert (cancel.isVisible(), cancel.isEnabled()) == (True, False)
    press(K.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "x")
    assert cancel.isEnabled()
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert (wiring.page.value.text(), cancel.isEnabled()) == ("东江燃气有限公司（示例）", False)
    assert QApplication.focusWidget() is wiring.page.table


def test_cancel_in_the_form_of_a_price_leaves_from_any_field(wiring: SettingsWiring, window: MainWindow) -> None:
    go_to(wiring, "fee.first_card")
    press(K.Key_Return)
    type_over("2026-12-01")
    (cancel,) = [button for button in wiring.form.findChildren(KeyButton) if button.action_name == "back"]
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert window.current == "settings"


def test_esc_in_a_half_typed_price_asks_once_and_an_untouched_form_is_left_at_once(
    wiring: SettingsWiring, window: MainWindow
) -> None:
    go_to(wiring, "fee.first_card")
    press(K.Key_Return, K.Key_Escape)
    assert window.current == "settings"
    press(K.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "2026-12-01")
    press(K.Key_Escape)
    assert (window.current, "还没有提交" in wiring.form.notice.accessibleName()) == ("price", True)
    QTest.keyClicks(QApplication.focusWidget(), "x")
    assert not wiring.form.notice.isVisible()
    press(K.Key_Escape, K.Key_Escape)
    assert window.current == "settings"


def test_a_long_schedule_is_agreed_to_from_its_first_line_and_page_keys_move_it(
    wiring: SettingsWiring, window: MainWindow
) -> None:
    window.resize(1366, 700)
    go_to(wiring, "tariff.commercial")
    press(K.Key_Return)
    tiers = {f"tier_name{n}": f"T{n}" for n in (1, 2, 3, 4)} | {f"price{n}": "3" for n in (1, 2, 3, 4)}
    tiers |= {"upper1": "10", "upper2": "20", "upper3": "30"}
    head = {"effective_from": "2026-12-01", "document_no": "PF-1", "name": "Shops", "year_start": "01-01"}
    for name, text in (head | tiers).items():
        wiring.form.inputs[name].setText(text)
    press(K.Key_F9)
    overlay = overlay_of(window)
    area = overlay.findChildren(QScrollArea)[0]
    bar = area.verticalScrollBar()
    QApplication.processEvents()
    assert (bar.maximum() > 0, bar.value()) == (True, 0)
    press(K.Key_PageDown)
    assert bar.value() > 0
    press(K.Key_PageUp)
    assert bar.value() == 0
    press(K.Key_F9)
    assert any("还没有输入密码" in box.accessibleName() for box in overlay.findChildren(NoticeBox) if box.isVisible())


def test_end_home_and_page_keys_go_through_the_rows_of_a_list(wiring: SettingsWiring) -> None:
    table = wiring.page.table
    last = len(table.rows_model.rows) - 1

    def after(key: Qt.Key) -> int:
        press(key)
        return table.currentIndex().row()

    assert after(K.Key_End) == last
    assert wiring.page._name.text() == wiring.page.look.text(f"set.{table.rows_model.rows[last].key}")
    assert after(K.Key_Home) == 0
    page = after(K.Key_PageDown)
    assert 3 < page < last
    assert after(K.Key_PageDown) > page
    press(K.Key_PageUp)
    assert after(K.Key_PageUp) == 0


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_sample_price_of_four_tiers_stands_whole_in_the_list_up_to_150_per_cent(
    wiring: SettingsWiring, window: MainWindow, look: Look, language: str
) -> None:
    row = SettingRow("tariff.resident", "prices", "2.63 / 2.91 / 3.16 / 3.95", sample=True)
    look.switch(language=language, scale=150)
    window.resize(1366, 768)
    wiring.page.render_state(SettingsState(rows=(row,)))
    window.grab()
    table = wiring.page.table
    shown = table.rows_model.index(0, 2)
    assert wiring.page._value(row) == look.text("set.sample", value=row.value)
    assert table.sizeHintForIndex(shown).width() <= table.columnWidth(2)


def test_what_was_said_of_one_row_goes_when_another_is_chosen(wiring: SettingsWiring) -> None:
    go_to(wiring, "setting.max_tender_over_due_fen")
    press(K.Key_Return)
    type_over("321.00")
    assert wiring.page.notice.isVisible()
    press(K.Key_Down)
    assert not wiring.page.notice.isVisible()


@pytest.mark.parametrize("name", ["key", "data_folder"])
def test_a_fact_that_cannot_be_changed_stands_whole_beside_the_list(wiring: SettingsWiring, name: str) -> None:
    go_to(wiring, f"fact.{name}")
    row = wiring.page.table.current()
    assert row is not None
    assert wiring.page.whole.isVisible()
    assert wiring.page.whole.text().replace("\u200b", "") == row.value
    if name == "key":
        assert wiring.page._value(row) == row.value


@pytest.mark.parametrize(("key", "steps"), [("look.theme", 1), ("look.language", 2)])
def test_after_a_new_look_the_row_stays_chosen_and_it_is_said_that_it_is_kept(
    wiring: SettingsWiring, look: Look, key: str, steps: int
) -> None:
    go_to(wiring, key)
    press(K.Key_Return, *[K.Key_Down] * steps, K.Key_Return)
    current = wiring.page.table.current()
    assert current is not None
    assert (current.key, wiring.page.notice._what.text()) == (key, look.text("set.look_saved.what"))
    assert QApplication.focusWidget() is wiring.page.table


def test_a_price_that_nobody_approved_is_marked_until_one_is(wiring: SettingsWiring, demo_hall: DemoHall) -> None:
    set_sample_prices(
        demo_hall.hall, demo_hall.lead, approver_login=demo_hall.codes["admin"],
        approver_password=demo_hall.password("admin"),
    )  # fmt: skip
    assert wiring.presenter is not None
    wiring.presenter.refresh(None)
    for key in ("tariff.commercial", "fee.first_card"):
        row = next(row for row in wiring.page.table.rows_model.rows if row.key == key)
        assert wiring.page._value(row) == f"{row.value}（示例）"
