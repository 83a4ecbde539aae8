"""Every key offered on a page's bar does something there; the counter's sample bar is the program's own."""

import pytest
from PySide6.QtTest import QTest

from ui.app.running import COUNTER_KEYS, PAGE_KEYS
from ui.desktop import gallery_scenes, keys, samples
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look

BY_THE_PROGRAM = {"lock", "sign_out", "close_till", "open_drawer", "x_report", "accept_bag"}
"""What no page answers: `Running` and its duties do, whatever page is shown."""
SCENES = {
    "counter": "counter-tender", "password": "password-own", "search": "search", "account": "open-account",
    "count": "count-closing", "close": "close-sealed", "hand_over": "hand-over", "matters": "matters", "bags": "bags",
    "staff": "staff", "price": "price-tariff", "settings": "settings", "x_report": "x-report", "finance": "finance",
}  # fmt: skip
OFFERED = [
    (page, key.partition("=")[0]) for page in SCENES for key in (COUNTER_KEYS if page == "counter" else PAGE_KEYS[page])
]


@pytest.mark.parametrize(("page", "name"), OFFERED)
def test_a_key_on_the_bar_is_answered(window: MainWindow, look: Look, page: str, name: str) -> None:
    dict(gallery_scenes.scenes(window, look))[SCENES[page]]()
    left_over: list[str] = []
    window.action.connect(left_over.append)
    key, modifiers = keys.BY_NAME[name].keys[0]
    QTest.keyClick(window.focusWidget() or window, key, modifiers)
    assert left_over == ([name] if name in BY_THE_PROGRAM else [])
    assert window.has_overlay is (name == "help")


def test_every_page_with_keys_is_driven_here() -> None:
    with_others = {"office_count", "difference", "sign_in"}  # the count page again; nothing but F1 and F12
    assert {page for page, bar in PAGE_KEYS.items() if bar} - with_others == SCENES.keys() - {"counter"}


def test_the_gallery_shows_the_bar_of_the_program() -> None:
    assert samples.KEY_BAR == COUNTER_KEYS
