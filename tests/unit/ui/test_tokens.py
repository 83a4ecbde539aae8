"""Colours can be read: every pair the desktop uses has a contrast of at least 4.5 : 1."""

import pytest

from ui.desktop.tokens import MIN_CONTRAST, THEMES, contrast, text_pairs


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_every_text_pair_is_readable(theme: str) -> None:
    weak = [(name, round(contrast(ink, ground), 2)) for name, ink, ground in text_pairs(THEMES[theme])
            if contrast(ink, ground) < MIN_CONTRAST]  # fmt: skip
    assert weak == []


def test_contrast_agrees_with_known_values() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21.0
    assert round(contrast("#767676", "#FFFFFF"), 2) == 4.54
    assert contrast("#123456", "#123456") == 1.0
