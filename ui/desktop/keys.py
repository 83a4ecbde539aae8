"""The one table of actions, keys and labels: shortcuts, key bar, buttons and the F1 overlay are all made from it.

Rule: design section 7, screen.md "Language" (every button shows its key), anchors U1, U2, U4. Keypad and main keys
are bound alike; single letters never are, they belong to the input method. Must not know: pages, presenters.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
K = Qt.Key


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does.

    Attributes:
        name: stable name; the label is the message `action.<name>`.
        keys: (key, modifiers) pairs that trigger it; the keypad modifier is ignored when matching.
        shown: the key's name on buttons, the same in every language.
        group: heading in the F1 overlay, message `keys.<group>`.
        printable: True if the key is a character; it is then left alone in fields where text is typed.
        in_numbers: True if it is an action in number fields only; lists and tables keep the key elsewhere.
    """

    name: str
    keys: tuple[tuple[Qt.Key, Qt.KeyboardModifier], ...]
    shown: str
    group: str
    printable: bool = False
    in_numbers: bool = False


ACTIONS: tuple[Action, ...] = (
    Action("help", ((K.Key_F1, NONE),), "F1", "screen"),
    Action("read_card", ((K.Key_F2, NONE),), "F2", "sale"),
    Action("search", ((K.Key_F3, NONE), (K.Key_F, CTRL)), "F3", "sale"),
    Action("mode", ((K.Key_F4, SHIFT),), "Shift+F4", "sale"),
    Action("refresh", ((K.Key_F5, NONE),), "F5", "screen"),
    Action("hold", ((K.Key_F6, NONE),), "F6", "sale"),
    Action("recall", ((K.Key_F6, SHIFT),), "Shift+F6", "sale"),
    Action("reprint", ((K.Key_F7, NONE),), "F7", "sale"),
    Action("tender", ((K.Key_F8, NONE),), "F8", "pay"),
    Action("settle", ((K.Key_F9, NONE), (K.Key_Plus, NONE)), "F9 / +", "pay", printable=True),
    Action("cash", ((K.Key_Slash, NONE),), "/", "pay", printable=True),
    Action("card_pay", ((K.Key_Asterisk, NONE),), "*", "pay", printable=True),
    Action("round_up", ((K.Key_Minus, NONE), (K.Key_F8, SHIFT)), "-", "pay", printable=True),
    Action("quick_1", ((K.Key_1, ALT),), "Alt+1", "pay"),
    Action("quick_2", ((K.Key_2, ALT),), "Alt+2", "pay"),
    Action("quick_3", ((K.Key_3, ALT),), "Alt+3", "pay"),
    Action("next", ((K.Key_Return, NONE), (K.Key_Enter, NONE)), "Enter", "pay"),
    Action("up", ((K.Key_Up, NONE),), "↑", "till", in_numbers=True),
    Action("down", ((K.Key_Down, NONE),), "↓", "till", in_numbers=True),
    Action("back", ((K.Key_Escape, NONE),), "Esc", "screen"),
    Action("cancel_sale", ((K.Key_Delete, CTRL),), "Ctrl+Del", "sale"),
    Action("demo_cards", ((K.Key_F1, CTRL),), "Ctrl+F1", "screen"),
    Action("customer_window", ((K.Key_F11, SHIFT),), "Shift+F11", "screen"),
    Action("fullscreen", ((K.Key_F11, NONE),), "F11", "screen"),
    Action("lock", ((K.Key_F12, NONE),), "F12", "screen"),
    Action("change_password", ((K.Key_F12, SHIFT),), "Shift+F12", "screen"),
    Action("recover", ((K.Key_F2, CTRL),), "Ctrl+F2", "screen"),
    Action("issue_float", ((K.Key_F5, CTRL),), "Ctrl+F5", "till"),
    Action("sign_out", ((K.Key_F12, CTRL),), "Ctrl+F12", "screen"),
    Action("open_till", ((K.Key_F6, CTRL),), "Ctrl+F6", "till"),
    Action("close_till", ((K.Key_F7, CTRL),), "Ctrl+F7", "till"),
    Action("x_report", ((K.Key_F8, CTRL),), "Ctrl+F8", "till"),
    Action("open_drawer", ((K.Key_F9, CTRL),), "Ctrl+F9", "till"),
    Action("accept_bag", ((K.Key_F10, CTRL),), "Ctrl+F10", "till"),
    Action("move_cash", ((K.Key_F11, CTRL),), "Ctrl+F11", "till"),
    Action("export", ((K.Key_F4, NONE),), "F4", "pages"),
    Action("go_counter", ((K.Key_1, CTRL),), "Ctrl+1", "pages"),
    Action("go_account", ((K.Key_2, CTRL),), "Ctrl+2", "pages"),
    Action("go_matters", ((K.Key_3, CTRL),), "Ctrl+3", "pages"),
    Action("go_finance", ((K.Key_4, CTRL),), "Ctrl+4", "pages"),
    Action("go_settings", ((K.Key_5, CTRL),), "Ctrl+5", "pages"),
    Action("go_staff", ((K.Key_6, CTRL),), "Ctrl+6", "pages"),
    Action("go_card_room", ((K.Key_7, CTRL),), "Ctrl+7", "pages"),
    Action("go_devices", ((K.Key_8, CTRL),), "Ctrl+8", "pages"),
    Action("go_anomalies", ((K.Key_9, CTRL),), "Ctrl+9", "pages"),
)
BY_NAME: dict[str, Action] = {action.name: action for action in ACTIONS}
DEMO_ONLY = ("demo_cards",)
"""Keys that do nothing in a real hall."""
GROUPS = ("sale", "pay", "till", "screen", "pages")
_BY_KEY = {(key, modifiers): action for action in ACTIONS for key, modifiers in action.keys}
_PRINTABLE_KEYS = (K.Key_Plus, K.Key_Minus, K.Key_Slash, K.Key_Asterisk)


def find(key: int, modifiers: Qt.KeyboardModifier, *, typing_text: bool, in_number: bool = False) -> Action | None:
    """The action of a key press, or None if the key belongs to the field.

    Args:
        key: Qt key code. modifiers: as in the event; keypad, and Shift of a printable key, are ignored.
        typing_text: the focus is in a field where `+`, `-`, `/` and `*` are characters.
        in_number: the focus is in a number field.
    """
    held = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    try:
        pressed = Qt.Key(key)
    except ValueError:  # keys Qt has no name for: media keys of some keyboards
        return None
    if pressed in _PRINTABLE_KEYS:
        if typing_text:
            return None
        held &= ~SHIFT
    action = _BY_KEY.get((pressed, held))
    return None if action is not None and action.in_numbers and not in_number else action


def shown(name: str) -> str:
    """The key's name for a button, "" for an action without a key."""
    return BY_NAME[name].shown if name in BY_NAME else ""
