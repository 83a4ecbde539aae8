"""What people write in their own words goes into the journal for good, so it must not hold a person's numbers.

Rule: design, Money rules 14: personal data stay out of payloads. Numbers can be recognised and are refused: identity
cards, telephones, bank cards, also in groups and in full-width digits. A name cannot be told from a word; the field
asks to leave it out. Must not know: which commands carry such words.
"""

from __future__ import annotations

import re
import unicodedata

from pos.domain.errors import RuleViolation

FREE_TEXT_FIELDS = frozenset({"reason", "note", "evidence", "stop_reason", "explanation"})
"""Fields of commands that hold a person's own words; `pos.usecases.fact.perform` looks at them."""

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−·.", "-"))
_PERSONAL = re.compile(
    r"""(?<!\d)(?:
      \d{13,}                                     # bank card, identity card of 15 or 18 digits (also with an X behind)
    | [3-6]\d{3}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{1,7}(?:(?P=gap)\d{1,7})?  # bank card in groups
    | \d{6}[ -](?:\d{8}|\d{4}[ -]\d{4}|\d{6})[ -]\d{3}[\dXx]?  # identity card in groups
    | 1[3-9]\d{9} | 1[3-9]\d[ -]\d{4}[ -]\d{4}    # mobile telephone
    | 0\d{2,3}-\d{7,8}                            # telephone with its area
    )(?!\d)""",
    re.VERBOSE,
)


def check_free_text(text: str) -> None:
    """Refuse a person's numbers in somebody's own words.

    Raises: RuleViolation `text.personal_number`; it never repeats what was found.
    """
    if _PERSONAL.search(unicodedata.normalize("NFKC", text).translate(_DASHES)):
        raise RuleViolation("text.personal_number")
