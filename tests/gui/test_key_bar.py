"""Every key offered on a page's bar does something there, on the counter in every step of a sale."""

import pytest
from PySide6.QtTest import QTest

from tests.fixtures_window import Scenes
from ui.desktop import keys
from ui.desktop.buttons import KeyButton
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import LANGUAGES
from ui.presenters.counter_state import Step
from ui.presenters.key_bars import ADMIN_KEYS, COUNTER_KEYS, IDLE_KEYS, LEAD_KEYS, PAGE_KEYS, READER_KEYS
from ui.presenters.notice import FrameState

BY_THE_PROGRAM = {
    "lock", "sign_out", "close_till", "open_drawer", "x_report", "accept_bag", "go_settings", "go_staff", "go_account",
    "go_card_room", "go_anomalies", "go_devices",
}  # fmt: skip
"""What no page answers: `Running` and its duties do, whatever page is shown."""
SCENES = {
    "sign_in": "sign-in", "recovery": "recovery", "password": "password-own",
    "search": "search", "account": "open-account",
    "count": "count-closing", "close": "close-sealed", "hand_over": "hand-over", "matters": "matters", "bags": "bags",
    "staff": "staff", "price": "price-tariff", "settings": "settings", "x_report": "x-report", "finance": "finance",
    "card_room": "card-room", "anomalies": "anomalies", "devices": "devices",
}  # fmt: skip
STEPS = {
    Step.IDLE: "counter-idle", Step.IDENTIFY: "counter-identify", Step.QUANTITY: "counter-quantity",
    Step.TENDER: "counter-tender", Step.DONE: "counter-in-doubt",
}  # fmt: skip
OFFERED = [
    *((SCENES[page], key.partition("=")[0]) for page in SCENES for key in PAGE_KEYS[page]),
    *((scene, key.partition("=")[0]) for step, scene in STEPS.items() for key in COUNTER_KEYS[step]),
]


@pytest.mark.parametrize(("scene", "name"), OFFERED)
def test_a_key_on_the_bar_is_answered(scenes: Scenes, window: MainWindow, scene: str, name: str) -> None:
    scenes[scene]()
    left_over: list[str] = []
    window.action.connect(left_over.append)
    key, modifiers = keys.BY_NAME[name].keys[0]
    QTest.keyClick(window.focusWidget() or window, key, modifiers)
    assert left_over == ([name] if name in BY_THE_PROGRAM else [])
    assert window.has_overlay is (name == "help")


def test_every_page_with_keys_is_driven_here() -> None:
    with_others = {"office_count", "room_search", "difference"}  # count and search again; nothing but F1 and F12
    assert {page for page, bar in PAGE_KEYS.items() if bar} - with_others == SCENES.keys()


BARS = {
    **PAGE_KEYS, "lead": (*LEAD_KEYS, "go_settings"), "idle_own": IDLE_KEYS, "admin": ADMIN_KEYS, "reader": READER_KEYS,
    **{f"counter_{step}": ("demo_cards", "recall", *bar) for step, bar in COUNTER_KEYS.items()},
}  # fmt: skip


@pytest.mark.parametrize("scale", [100, 125, 150])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_every_bar_is_seen_whole_up_to_150_per_cent(
    window: MainWindow, look: Look, language: str, scale: int
) -> None:
    look.switch(language=language, scale=scale)
    lost = {}
    for name, bar in BARS.items():
        keys_of = tuple(dict.fromkeys(bar))
        window.render_state(FrameState(keys=keys_of))
        window.grab()
        buttons = [button for button in window.key_bar.findChildren(KeyButton) if button.isVisible()]
        whole = [
            button.action_name for button in buttons
            if window.key_bar.rect().contains(button.geometry()) and button.width() >= button.sizeHint().width()
            and not any(button.geometry().intersects(o.geometry()) for o in buttons if o is not button)
        ]  # fmt: skip
        if whole != [key.partition("=")[0] for key in keys_of]:
            lost[name] = whole
    assert lost == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "bar", [PAGE_KEYS["finance"], LEAD_KEYS, COUNTER_KEYS[Step.IDLE]], ids=["finance", "lead", "idle"]
)
def test_bar_of_the_usual_counter_screen_always_names_the_way_out(
    window: MainWindow, look: Look, language: str, bar: tuple[str, ...]
) -> None:
    look.switch(language=language)
    window.render_state(FrameState(keys=bar))
    shown = {button.action_name for button in window.key_bar.findChildren(KeyButton) if button.isVisible()}
    assert {"help", "lock", "sign_out"} & {key.partition("=")[0] for key in bar} <= shown
    if bar is PAGE_KEYS["finance"]:
        assert shown == {key.partition("=")[0] for key in bar}
