"""Initials and spellings under which a name is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.pinyin_keys import name_keys


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("单桂芳", {"sgf", "dgf", "shanguifang", "danguifang"}),
        ("曾国藩", {"zgf", "cgf", "zengguofan"}),
        ("仇明", {"qm", "cm", "qiuming"}),
        ("解小龙", {"xxl", "jxl", "xiexiaolong"}),
        ("查丽", {"zl", "cl", "zhali"}),
        ("朴英兰", {"pyl", "piaoyinglan"}),
        ("区建国", {"ojg", "oujianguo"}),
        ("尉迟恭", {"ycg", "yuchigong"}),
        ("长孙无忌", {"zswj", "zhangsunwuji"}),
        ("万俟雪", {"mqx", "moqixue"}),
        ("欧阳娜娜", {"oynn", "ouyangnana"}),
        ("李乐", {"ll", "ly"}),
        ("吕布", {"lb", "lvbu"}),
        ("重庆小面馆", {"cqxmg", "chongqingxiaomianguan"}),
        ("龚䶮", {"gy", "gongyan"}),
        ("abc公司", {"abcgs", "abcgongsi"}),
        ("5号店", {"5hd"}),
    ],
)
def test_name_has_the_keys_a_cashier_would_type(name: str, keys: set[str]) -> None:
    assert keys <= set(name_keys(name))


@pytest.mark.parametrize(
    ("name", "nobody_says"), [("方小明", "wang"), ("夏雨", "jia"), ("叶青", "xie"), ("汤和", "shang")]
)
def test_surname_is_not_found_by_an_old_reading_that_nobody_says(name: str, nobody_says: str) -> None:
    assert [key for key in name_keys(name) if key.startswith(nobody_says)] == []
    assert [key for key in name_keys(name) if key[0] == nobody_says[0] and len(key) == len(name)] == []


def test_character_without_a_reading_is_skipped_not_guessed() -> None:
    assert {"wm", "wangming"} <= set(name_keys("王\U0003ffff明"))


@given(st.text(max_size=30))
def test_any_text_gives_ascii_keys_without_repetition(name: str) -> None:
    keys = name_keys(name)
    assert len(keys) == len(set(keys))
    assert all(key.isascii() and key.isalnum() for key in keys)
