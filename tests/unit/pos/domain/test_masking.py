from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.masking import mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张明", "张*"), ("欧阳锋", "欧**"), ("阿依古丽·买买提", "阿**"), ("李", "*"), ("", ""), ("𠮷田", "𠮷*")],
)
def test_of_a_person_only_the_first_character_is_shown(name, shown):
    assert mask_name(name) == shown


def test_an_organisation_keeps_its_name():
    assert mask_name("东江豆制品有限公司") == "东江豆制品有限公司"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812348000", "138****8000"), ("86123456", "******56"), ("0855-86123456", "085******3456"), ("12", "**")],
)
def test_of_a_phone_number_the_middle_is_hidden(phone, shown):
    assert mask_phone(phone) == shown


@given(st.text(alphabet="0123456789X-", max_size=25))
def test_a_mask_keeps_the_length_and_hide_at_least_four_of_eleven(text):
    shown = mask_phone(text)
    assert len(shown) == len(text.strip())
    hidden = sum(letter == "*" for letter in shown)
    assert hidden * 11 >= len(shown) * 4
