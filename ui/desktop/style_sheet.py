"""The one style sheet, made from colour tokens and the scale.

Rule: screen.md "Language": sizes 15/16/17-18/30/34-44/64+, radius 8 and 6, pills 24, hairlines of one colour, no
shadows. Widgets name their part in a `role` property; no page writes style of its own.
Must not know: pages, languages.
"""

from __future__ import annotations

from collections.abc import Callable

from ui.desktop.tokens import Tokens

# role: (pixels, bold, colour token); text sizes of labels
LABELS: dict[str, tuple[int, bool, str]] = {
    "caption": (15, False, "secondary"),
    "text": (16, False, "text"),
    "strong": (16, True, "text"),
    "quiet": (16, False, "secondary"),
    "value": (17, False, "text"),
    "section": (18, True, "text"),
    "row": (18, False, "text"),
    "row_caption": (15, False, "secondary"),
    "row_sum": (18, True, "text"),
    "spoken": (20, False, "text"),
    "address": (22, True, "text"),
    "name": (30, True, "text"),
    "title": (24, True, "text"),
    "product": (20, True, "accent"),
    "code": (13, False, "secondary"),
    "unit": (22, False, "secondary"),
    "total": (44, True, "text"),
    "amount": (64, True, "text"),
    "change": (66, True, "good"),
    "readback_caption": (30, False, "secondary"),
    "readback_amount": (72, True, "text"),
    "readback_change": (120, True, "good"),
    "tick": (24, True, "text"),
    "good": (16, True, "good"),
    "warning": (16, True, "warning"),
    "bad": (16, True, "bad"),
    "accent": (16, True, "accent"),
}
# fixed line heights: figures have no descenders, so the font's tall line is cut to the digits
CELL_MARGIN = 3
"""Pixels Qt puts around the words of a cell, and not around those of a heading."""
TIGHT: dict[str, int] = {
    "amount": 76,
    "change": 78,
    "total": 52,
    "readback_amount": 84,
    "readback_change": 132,
}
# the customer's window: by its own size, whatever the operator's scale; pixels at 1366 x 768
CUSTOMER: dict[str, tuple[int, bool, str]] = {
    "customer_head": (34, False, "secondary"),
    "customer_caption": (48, False, "secondary"),
    "customer_amount": (96, True, "text"),
    "customer_change": (150, True, "good"),
    "customer_notice": (34, False, "text"),
}
CUSTOMER_TIGHT = {"customer_amount": 112, "customer_change": 172}
PILLS = ("good", "warning", "bad", "info")


GROWS_LESS_FROM = 36  # figures of this size can be read anyway; at 200 % they grow by a third only


def grown(size: int, px: Callable[[int], int]) -> int:
    """Pixels of a text size at the present scale; big figures leave room for the rest of the screen."""
    if size < GROWS_LESS_FROM:
        return px(size)
    return size + (px(size) - size) // 3


def style_sheet(tokens: Tokens, px: Callable[[int], int], eased: Callable[[int], int], family: str) -> str:
    """The complete QSS text for these colours at this scale; the bars grow eased, everything else by px."""
    parts = [_base(tokens, px, family), _buttons(tokens, px), _fields(tokens, px), _tables(tokens, px, eased)]
    parts += [_label(role, tokens, px) for role in LABELS]
    parts += [_pill(tone, tokens, px) for tone in PILLS]
    parts.append(_bars(tokens, eased))
    return "\n".join(parts)


def customer_sheet(tokens: Tokens, px: Callable[[int], int]) -> str:
    """The QSS text of the customer's window, where `px` follows the size of that window."""
    return "\n".join(
        f'QLabel[role="{role}"] {{ font-size: {px(size)}px; font-weight: {700 if bold else 400};'
        f" color: {getattr(tokens, ink)}; {_tight(CUSTOMER_TIGHT, role, px)} }}"
        for role, (size, bold, ink) in CUSTOMER.items()
    )


def _base(t: Tokens, px: Callable[[int], int], family: str) -> str:
    return f"""
* {{ font-family: "{family}"; }}
QWidget#page, QMainWindow, QWidget#ground {{ background: {t.background}; }}
QFrame[role="card"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: {px(8)}px; }}
QFrame[role="bar_top"] {{ background: {t.surface}; border: 0; border-bottom: 1px solid {t.line}; }}
QFrame[role="bar_keys"] {{ background: {t.surface}; border: 0; border-top: 1px solid {t.line}; }}
QFrame[role="rule"] {{ background: {t.line}; border: 0; max-height: 1px; min-height: 1px; }}
QFrame[role="veil"] {{ background: {t.background}; border: 0; }}
QFrame[role="customer"] {{ background: {t.surface}; border: 0; }}
QLabel {{ background: transparent; border: 0; padding: 0; }}
QScrollArea, QScrollArea > QWidget > QWidget#scrolled {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: {px(8) + 6}px; margin: 0 0 0 6px; }}
QScrollBar:horizontal {{ background: transparent; height: {px(8)}px; margin: 0; }}
QScrollBar::handle {{ background: {t.secondary}; border-radius: {px(4)}px; min-height: {px(32)}px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: transparent; border: 0; width: 0; height: 0; }}
QFrame[notice="info"] {{ background: {t.accent_pale}; border: 0; border-radius: {px(8)}px; }}
QFrame[notice="good"] {{ background: {t.good_pale}; border: 0; border-radius: {px(8)}px; }}
QFrame[notice="warning"] {{ background: {t.warning_pale}; border: 0; border-radius: {px(8)}px; }}
QFrame[notice="bad"] {{ background: {t.bad_pale}; border: 0; border-radius: {px(8)}px; }}
QLabel[role="refusal"] {{ background: {t.warning_pale}; color: {t.warning}; border: 1px solid {t.warning};
  border-radius: {px(6)}px; font-size: {px(15)}px; padding: {px(2)}px {px(8)}px; }}
QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; font-size: {px(15)}px; }}
QProgressBar {{ background: {t.accent_pale}; border: 0; border-radius: {px(3)}px; min-height: {px(6)}px;
  max-height: {px(6)}px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: {px(3)}px; }}"""


def _buttons(t: Tokens, px: Callable[[int], int]) -> str:
    return f"""
QPushButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; border-radius: {px(6)}px;
  font-size: {px(16)}px; min-height: {px(34)}px; padding: 0 {px(10)}px; text-align: left; }}
QPushButton:hover {{ border-color: {t.secondary}; }}
QPushButton:focus {{ border: {px(2)}px solid {t.accent}; outline: 0; }}
QPushButton:pressed {{ background: {t.accent_pale}; }}
QPushButton:disabled {{ color: {t.secondary}; background: {t.background}; border-color: {t.line}; }}
QPushButton[primary="true"] {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent};
  font-weight: 700; min-height: {px(42)}px; }}
QPushButton[primary="true"]:focus {{ border: {px(2)}px solid {t.text}; }}
QPushButton[primary="true"]:disabled {{ background: {t.background}; color: {t.secondary}; border-color: {t.line}; }}
QLabel[role="key_name"] {{ font-size: {px(13)}px; font-weight: 700; color: {t.secondary}; }}
QLabel[role="key_label"] {{ font-size: {px(16)}px; color: {t.text}; }}
QLabel[role="key_label"]:disabled {{ color: {t.secondary}; }}
QPushButton[primary="true"] QLabel {{ color: {t.on_accent}; font-weight: 700; }}
QPushButton[primary="true"] QLabel:disabled {{ color: {t.secondary}; }}
QPushButton[chip="true"] {{ border: 0; background: transparent; color: {t.secondary}; min-height: {px(28)}px;
  padding: 0 {px(6)}px; }}
QPushButton[chip="true"]:checked {{ color: {t.accent}; font-weight: 700; }}
QPushButton[chip="true"]:focus {{ border: {px(2)}px solid {t.accent}; }}
QCheckBox {{ font-size: {px(17)}px; color: {t.text}; spacing: {px(10)}px; min-height: {px(32)}px; border: {px(2)}px
  solid transparent; border-radius: {px(6)}px; }}
QCheckBox::indicator {{ width: {px(20)}px; height: {px(20)}px; border: {px(2)}px solid {t.secondary};
  border-radius: {px(4)}px; background: {t.field}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; }}
QCheckBox:focus {{ border-color: {t.accent}; }}"""


def _fields(t: Tokens, px: Callable[[int], int]) -> str:
    return f"""
QLineEdit, QComboBox, QPlainTextEdit {{ background: {t.field}; color: {t.text}; border: 1px solid {t.line};
  border-radius: {px(8)}px; font-size: {px(17)}px; padding: 0 {px(12)}px; min-height: {px(36)}px;
  selection-background-color: {t.accent}; selection-color: {t.on_accent};
  placeholder-text-color: {t.secondary}; }}
QLineEdit[entry="search"] {{ font-size: {px(15)}px; }}
QLineEdit[wrong="true"], QLineEdit[doubt="true"] {{ background: {t.bad_pale}; border-color: {t.bad}; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{ border: {px(2)}px solid {t.accent};
  padding: 0 {px(11)}px; }}
QLineEdit:disabled, QLineEdit:read-only {{ color: {t.secondary}; background: {t.background}; }}
QLineEdit[entry="count"] {{ font-size: {px(18)}px; min-height: {px(32)}px; max-height: {px(32)}px; }}
QLineEdit[entry="big"] {{ font-size: {grown(36, px)}px; font-weight: 700;
  min-height: {grown(60, px)}px; max-height: {grown(60, px)}px; }}
QLineEdit[entry="pay"] {{ font-size: {grown(44, px)}px; font-weight: 700;
  min-height: {grown(66, px)}px; max-height: {grown(66, px)}px; }}
QLineEdit[wrong="true"] {{ background: {t.bad_pale}; border: 1px solid {t.bad}; }}
QLineEdit[wrong="true"]:focus {{ border: {px(2)}px solid {t.bad}; }}
QComboBox::drop-down {{ border: 0; width: {px(28)}px; }}
QComboBox QAbstractItemView {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
  selection-background-color: {t.accent_pale}; selection-color: {t.text}; outline: 0; }}"""


def _tables(t: Tokens, px: Callable[[int], int], eased: Callable[[int], int]) -> str:
    return f"""
QTableView {{ background: {t.surface}; color: {t.text}; border: {px(2)}px solid transparent; font-size: {px(17)}px;
  gridline-color: {t.line}; selection-background-color: {t.accent_pale}; selection-color: {t.text}; outline: 0; }}
QTableView:focus {{ border: {px(2)}px solid {t.accent}; border-radius: {px(6)}px; }}
QScrollArea:focus {{ border: {px(2)}px solid {t.accent}; border-radius: {px(6)}px; }}
QTableView::item {{ border: 0; border-bottom: 1px solid {t.line}; padding: 0 {eased(8)}px; }}
QTableView::item:selected {{ background: {t.accent_pale}; color: {t.text}; }}
QHeaderView {{ background: {t.surface}; border: 0; }}
QHeaderView::section {{ background: {t.surface}; color: {t.secondary}; border: 0; border-bottom: 1px solid {t.line};
  font-size: {px(15)}px; padding: {px(4)}px {eased(8) + CELL_MARGIN}px; }}"""


def _label(role: str, t: Tokens, px: Callable[[int], int]) -> str:
    size, bold, ink = LABELS[role]
    height = _tight(TIGHT, role, lambda size: grown(size, px))
    weight = 700 if bold else 400
    colour = getattr(t, ink)
    return (
        f'QLabel[role="{role}"] {{ font-size: {grown(size, px)}px; font-weight: {weight}; color: {colour}; {height} }}'
    )


def _bars(t: Tokens, eased: Callable[[int], int]) -> str:
    """Last, and more specific than the roles: what stands in a bar is smaller than on the page from 125 % on."""
    pills = "".join(_pill(tone, t, eased, 'QFrame[role="bar_top"] ') for tone in PILLS)
    return f"""
QFrame[role="bar_top"] QLabel {{ font-size: {eased(16)}px; }}
QFrame[role="bar_top"] QLabel[role="product"] {{ font-size: {eased(20)}px; }}
{pills}
QPushButton[bar="high"] {{ min-height: {eased(38)}px; }}
QPushButton[bar="low"] {{ min-height: {eased(30)}px; }}
QPushButton[bar] QLabel[role="key_name"] {{ font-size: {eased(13)}px; }}
QPushButton[bar] QLabel[role="key_label"] {{ font-size: {eased(16)}px; }}"""


def _tight(heights: dict[str, int], role: str, px: Callable[[int], int]) -> str:
    return f"min-height: {px(heights[role])}px; max-height: {px(heights[role])}px;" if role in heights else ""


def _pill(tone: str, t: Tokens, px: Callable[[int], int], inside: str = "") -> str:
    name = "accent" if tone == "info" else tone
    ink, ground = getattr(t, name), getattr(t, f"{name}_pale")
    return (
        f'{inside}QLabel[pill="{tone}"] {{ background: {ground}; color: {ink}; border-radius: {px(12)}px;'
        f" font-size: {px(15)}px; font-weight: 700; padding: 0 {px(12)}px; min-height: {px(24)}px;"
        f" max-height: {px(24)}px; }}"
    )
