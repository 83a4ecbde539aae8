"""Figures on the screen: whole-number arithmetic, two decimals, grouped."""

import pytest

from ui.desktop.figures import cubic_metres, spaced, unit_price, yuan, yuan_short


@pytest.mark.parametrize(
    ("fen", "shown"), [(0, "0.00"), (5, "0.05"), (8685, "86.85"), (1_592_450, "15,924.50"), (-1000, "-10.00")]
)
def test_yuan(fen: int, shown: str) -> None:
    assert yuan(fen) == shown


@pytest.mark.parametrize(("fen", "shown"), [(9000, "90"), (8685, "86.85"), (1000_00, "1,000")])
def test_yuan_short_drops_empty_decimals(fen: int, shown: str) -> None:
    assert yuan_short(fen) == shown


@pytest.mark.parametrize(
    ("litres", "shown"), [(0, "0"), (30_000, "30"), (6_400, "6.4"), (1_005, "1.005"), (-250, "-0.25")]
)
def test_cubic_metres(litres: int, shown: str) -> None:
    assert cubic_metres(litres) == shown


@pytest.mark.parametrize(("price_e4", "shown"), [(26_300, "2.63"), (26_305, "2.6305"), (30_000, "3.00")])
def test_unit_price_has_two_decimals_at_least(price_e4: int, shown: str) -> None:
    assert unit_price(price_e4) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("1000204471", "10 0020 4471"), ("123456", "123456"), ("G4-88", "G4-88")]
)
def test_spaced_groups_long_numbers_from_the_right(number: str, shown: str) -> None:
    assert spaced(number) == shown
