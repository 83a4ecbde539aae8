"""Colours can be read: every pair the desktop uses has a contrast of at least 4.5 : 1."""

import re

import pytest

from ui.desktop.style_sheet import style_sheet
from ui.desktop.tokens import MIN_CONTRAST, THEMES, contrast, text_pairs


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_every_text_pair_is_readable(theme: str) -> None:
    weak = [(name, round(contrast(ink, ground), 2)) for name, ink, ground in text_pairs(THEMES[theme])
            if contrast(ink, ground) < MIN_CONTRAST]  # fmt: skip
    assert weak == []


def test_high_contrast_text_has_seven_to_one() -> None:
    weak = [(name, round(contrast(ink, ground), 2)) for name, ink, ground in text_pairs(THEMES["high_contrast"])
            if contrast(ink, ground) < 7]  # fmt: skip
    assert weak == []


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_every_ink_of_the_style_sheet_is_a_checked_pair(theme: str) -> None:
    """No rule pairs an ink with a ground that `text_pairs` does not list (a disabled button was white on white)."""
    sheet = style_sheet(THEMES[theme], lambda size: size, lambda size: size, "Noto Sans SC")
    checked = {(ink, ground) for _, ink, ground in text_pairs(THEMES[theme])}
    colours = re.compile(r"(?<![-\w])(background|color): (#\w{6})")
    rules = [dict(colours.findall(body)) for body in re.findall(r"{([^}]*)}", sheet)]
    both = {(rule["color"], rule["background"]) for rule in rules if len(rule) == 2}
    assert len(both) >= 8
    assert both - checked == set()


def test_contrast_agrees_with_known_values() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21.0
    assert round(contrast("#767676", "#FFFFFF"), 2) == 4.54
    assert contrast("#123456", "#123456") == 1.0
