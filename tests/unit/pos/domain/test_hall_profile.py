"""Payee account and emergency phone: what every bank and hall writes is taken, what cannot be a number is not."""

from __future__ import annotations

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.hall_profile import check_profile_text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bank_account", "1302 0101 0920 0012 345"),
        ("bank_account", "62220000"),
        ("bank_account", "3-10001-00000-00012"),
        ("bank_account", ""),
        ("emergency_phone", "119"),
        ("emergency_phone", "0769-2228 8888"),
        ("emergency_phone", "(0769)22288888 / 96777"),
        ("emergency_phone", "+86 769 22288888"),
        ("emergency_phone", ""),
        ("company", "anything at all"),
    ],
)
def test_a_plausible_number_or_none_is_taken(name: str, text: str) -> None:
    check_profile_text(name, text)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("bank_account", "6222000", "hall.bank_account"),
        ("bank_account", "1" * 33, "hall.bank_account"),
        ("bank_account", "6222 O000 1111", "hall.bank_account"),
        ("bank_account", "６２２２００００", "hall.bank_account"),
        ("emergency_phone", "12", "hall.phone"),
        ("emergency_phone", "1" * 16, "hall.phone"),
        ("emergency_phone", "96777 /", "hall.phone"),
        ("emergency_phone", "抢修班", "hall.phone"),
    ],
)
def test_what_cannot_be_a_number_is_refused(name: str, text: str, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_profile_text(name, text)
    assert refusal.value.code == code
