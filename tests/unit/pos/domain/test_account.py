"""Masks of an address: a neighbour is told apart, never more than half is shown, blanks change nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.account import mask_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("平安里 12 号楼 3 单元 502", "平安里 **502"),
        ("平安里12号楼3单元502室 东门", "平安里 **室东门"),
        ("平安里9号", "平 **号"),
        ("某地", "某 **"),
        ("家", "**"),
    ],
)
def test_an_address_shows_its_two_ends(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@given(st.text(alphabet="平安里楼单元室0123456789 　", max_size=40))
def test_never_more_than_half_of_an_address_is_shown_wherever_its_blanks_are(address: str) -> None:
    letters = "".join(address.split())
    shown = mask_address(address).replace(" ", "").replace("**", "")
    assert len(shown) * 2 <= len(letters)
    assert mask_address(letters) == mask_address(address)
