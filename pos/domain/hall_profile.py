"""What a hall prints of itself that can be mistyped so that money or a call for help goes astray.

A payee account is digits in groups, as banks write it; a telephone is one or two numbers,
short ones (119, 96777) and with an area code. Empty is allowed here: who must fill what in is the asker's rule.
Must not know: where a hall is kept.
"""

from __future__ import annotations

import re

from pos.domain.errors import RuleViolation

BANK_ACCOUNT_DIGITS = (8, 32)
PHONE_DIGITS = (3, 15)
_BANK_ACCOUNT = re.compile(r"[0-9][0-9 -]*[0-9]")
_PHONE = re.compile(r"[+(（]?[0-9][0-9 ()（）-]*[0-9]")
_BETWEEN_PHONES = re.compile(r"[/、,，]")


def check_profile_text(name: str, text: str) -> None:
    """Refuse what cannot be an account or a telephone number; other fields are free.

    Raises: RuleViolation `hall.bank_account` (least, most: digits), `hall.phone` (least, most: digits).
    """
    if not text:
        return
    if name == "bank_account":
        least, most = BANK_ACCOUNT_DIGITS
        if not _BANK_ACCOUNT.fullmatch(text) or not least <= _digits(text) <= most:
            raise RuleViolation("hall.bank_account", least=least, most=most)
    elif name == "emergency_phone":
        least, most = PHONE_DIGITS
        for number in _BETWEEN_PHONES.split(text):
            if not _PHONE.fullmatch(number.strip()) or not least <= _digits(number) <= most:
                raise RuleViolation("hall.phone", least=least, most=most)


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
