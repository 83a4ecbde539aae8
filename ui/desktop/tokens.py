"""Colours of the desktop in one place, and the rule they obey: text contrast of at least 4.5 : 1.

Rule: screen.md "Language", colour tokens. Must not know: widgets, pages, languages.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One colour set; every value is `#RRGGBB`.

    Attributes:
        background, surface, field, line: grounds from back to front, the ground of an input, the one hairline colour.
        text, secondary: reading colour and the quieter one of captions and units.
        accent, good, warning, bad: meaning; the same names with `_pale` are their grounds.
        on_accent: text on a ground filled with accent.
    """

    background: str
    surface: str
    field: str
    line: str
    text: str
    secondary: str
    accent: str
    good: str
    warning: str
    bad: str
    accent_pale: str
    good_pale: str
    warning_pale: str
    bad_pale: str
    on_accent: str


LIGHT = Tokens(
    background="#F3F5F8", surface="#FFFFFF", field="#F3F5F8", line="#DCE1E8", text="#17202B", secondary="#5A6676",
    accent="#0B5CAD", good="#0B7A43", warning="#A85B00", bad="#B3261E",
    accent_pale="#E3EEFA", good_pale="#E2F4EA", warning_pale="#FFF1DE", bad_pale="#FCE8E6", on_accent="#FFFFFF",
)  # fmt: skip
DARK = Tokens(
    background="#12161B", surface="#1A2027", field="#12161B", line="#2C343E", text="#E8ECF1", secondary="#9AA6B4",
    accent="#6DB1FF", good="#4CCB86", warning="#F0A94B", bad="#FF8A80",
    accent_pale="#1B2E44", good_pale="#16301F", warning_pale="#33260F", bad_pale="#3A1B19", on_accent="#0C1620",
)  # fmt: skip
HIGH_CONTRAST = Tokens(
    background="#000000", surface="#000000", field="#000000", line="#FFFFFF", text="#FFFFFF", secondary="#F2F2F2",
    accent="#FFD800", good="#5CFF9D", warning="#FFC24D", bad="#FF9D94",
    accent_pale="#262000", good_pale="#00240F", warning_pale="#2B1D00", bad_pale="#330A07", on_accent="#000000",
)  # fmt: skip
THEMES: dict[str, Tokens] = {"light": LIGHT, "dark": DARK, "high_contrast": HIGH_CONTRAST}
MIN_CONTRAST = 4.5


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.2, 1.0 (same) to 21.0 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_pairs(tokens: Tokens) -> list[tuple[str, str, str]]:
    """Every (name, text colour, ground) the desktop really uses for reading."""
    grounds = {"background": tokens.background, "surface": tokens.surface, "field": tokens.field}
    inks = ("text", "secondary", "accent", "good", "warning", "bad")
    pairs = [(f"{ink} on {name}", getattr(tokens, ink), ground) for ink in inks for name, ground in grounds.items()]
    for tone in ("accent", "good", "warning", "bad"):
        pale = getattr(tokens, f"{tone}_pale")
        pairs += [(f"{tone} on its pale", getattr(tokens, tone), pale), (f"text on {tone}_pale", tokens.text, pale)]
        pairs.append((f"secondary on {tone}_pale", tokens.secondary, pale))
    pairs.append(("on_accent on accent", tokens.on_accent, tokens.accent))
    return pairs


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
