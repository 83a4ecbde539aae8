from __future__ import annotations

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.settings import NAMES, FenRule, Settings, as_text, parsed, with_texts
from tests.architecture.source_tree import product_sources


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_survives_the_way_through_text(name):
    defaults = Settings()
    assert parsed(name, as_text(name, defaults)) == getattr(defaults, name)


def test_the_defaults_are_those_of_the_trade():
    defaults = Settings()
    assert (defaults.fen_rule, defaults.over_short_limit_fen, defaults.one_person_hall) == (FenRule.CARRY, 0, False)


def test_every_setting_is_obeyed_somewhere():
    """A setting that nobody reads is a lie."""
    texts = [source.text for source in product_sources() if source.path != "pos/domain/settings.py"]
    assert [name for name in NAMES if not any(f".{name}" in text for text in texts)] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fen_rule", "sometimes"),
        ("max_tender_over_due_fen", "-1"),
        ("max_tender_over_due_fen", "20.00"),
        ("max_tender_over_due_fen", "１００"),
        ("one_person_hall", "ja"),
        ("idle_lock_s", "3601"),
        ("receipt_copies", ""),
        ("receipt_copies", "客户联,客户联"),
        ("language", "de"),
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
