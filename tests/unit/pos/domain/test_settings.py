from __future__ import annotations

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.settings import NAMES, FenRule, Settings, as_text, parsed, with_texts


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_survives_the_way_through_text(name):
    defaults = Settings()
    assert parsed(name, as_text(name, defaults)) == getattr(defaults, name)


def test_the_defaults_are_those_of_the_trade():
    defaults = Settings()
    assert (defaults.fen_rule, defaults.void_limit_fen, defaults.over_short_limit_fen) == (FenRule.CARRY, 20_000, 0)
    assert defaults.day_due_time == "17:00"
    assert not defaults.one_person_hall
    assert sum(face * pieces for face, pieces in defaults.drawer_float_denominations) == defaults.drawer_float_fen


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fen_rule", "sometimes"),
        ("void_limit_fen", "-1"),
        ("void_limit_fen", "20.00"),
        ("void_limit_fen", "１００"),
        ("one_person_hall", "ja"),
        ("idle_lock_s", "3601"),
        ("day_due_time", "24:00"),
        ("day_due_time", "5 pm"),
        ("receipt_width_chars", "10"),
        ("receipt_copies", ""),
        ("receipt_copies", "客户联,客户联"),
        ("drawer_float_denominations", "300x2"),
        ("drawer_float_denominations", "100x2,100x3"),
        ("drawer_float_denominations", "100"),
        ("language", "de"),
        ("retention_years", "1"),
    ],
)
def test_a_value_out_of_its_range_is_refused(name, text):
    with pytest.raises(RuleViolation) as refusal:
        parsed(name, text)
    assert refusal.value.code == "setting.value"
    assert refusal.value.params["name"] == name


def test_an_unknown_name_is_refused_when_set_but_left_alone_when_stored_by_a_newer_program():
    with pytest.raises(RuleViolation) as refusal:
        parsed("colour", "red")
    assert refusal.value.code == "setting.unknown"
    assert with_texts({"colour": "red", "fen_rule": "waive"}) == Settings(fen_rule=FenRule.WAIVE)
