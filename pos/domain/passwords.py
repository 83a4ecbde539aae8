"""Passwords: what is accepted, how they are kept, how long a wrong one makes everybody wait (ASVS 5.0 6.2, 6.3, 11.4).

Length counts, composition does not; what a guesser puts together quickly is refused, also from words of the hall.
argon2id costs about 60 ms and 46 MiB: never inside a unit of work. Must not know where hashes are stored.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import TYPE_CHECKING

from pos.domain.errors import RuleViolation
from pos.domain.guessing_effort import LEAST_EFFORT, guessing_effort

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LENGTH = 8
MAX_LENGTH = 128
FREE_FAILURES = 2
"""Wrong attempts without any wait."""

FIRST_DELAY_MS = 5_000
LONGEST_DELAY_MS = 5 * 60_000
HALL_FREE_FAILURES = 20
HALL_DELAY_MS = 2_000
HALL_LONGEST_DELAY_MS = 15_000
FORGOTTEN_AFTER_MS = 12 * 3_600_000
HALL_FORGOTTEN_AFTER_MS = 10 * 60_000
"""A wrong password here and there over a week is no attack."""

ARGON2_TIME_COST = 2
ARGON2_MEMORY_KIB = 47_104  # 46 MiB, the least that ASVS asks for
_EASY_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def check_password(password: str, *, context: tuple[str, ...]) -> None:
    """Refuse a password that is easy to guess.

    Args:
        password: as typed; spaces and every script are welcome.
        context: words a guesser knows here: 工号, name, hall, company.

    Raises: RuleViolation `password.too_short` (least), `password.too_long` (most), `password.common`,
        `password.context`.
    """
    text = _normal(password)
    if len(text) < MIN_LENGTH:
        raise RuleViolation("password.too_short", least=MIN_LENGTH)
    if len(text) > MAX_LENGTH:
        raise RuleViolation("password.too_long", most=MAX_LENGTH)
    folded = text.casefold()
    if guessing_effort(folded) < LEAST_EFFORT:
        raise RuleViolation("password.common")
    if guessing_effort(folded, tuple(_normal(word).casefold() for word in context)) < LEAST_EFFORT:
        raise RuleViolation("password.context")


def hash_secret(secret: str) -> str:
    """argon2id hash of a password or recovery code. Blocks about 60 ms."""
    return _hasher().hash(_normal(secret))


def matches(secret_hash: str | None, secret: str) -> bool:
    """True if the secret belongs to the hash. Blocks about 60 ms, also without a hash: unknown names look alike."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if secret_hash is None:
        hash_secret(secret)
        return False
    try:
        return _hasher().verify(secret_hash, _normal(secret))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(secret_hash: str) -> bool:
    """True if the hash was made with other costs than today's: renew it while the password is at hand."""
    return _hasher().check_needs_rehash(secret_hash)


def new_recovery_code() -> str:
    """Five groups of five, about 124 bits, without letters that look alike: printed once, at commissioning."""
    return "-".join("".join(secrets.choice(_EASY_LETTERS) for _ in range(5)) for _ in range(5))


def new_starting_password(context: tuple[str, ...]) -> str:
    """For a new or forgetful colleague; she must change it when she first signs in.

    By chance one in some hundreds holds the initials of the hall or of a name: it is drawn again.
    """
    while True:
        made = "".join(secrets.choice(_EASY_LETTERS) for _ in range(10))
        try:
            check_password(made, context=context)
        except RuleViolation:
            continue
        return made


def normal_recovery_code(typed: str) -> str:
    """As printed, however it was typed: capitals, without spaces and dashes."""
    return "".join(letter for letter in _normal(typed).upper() if letter.isalnum())


def delay_ms(failures: int) -> int:
    """How long one person waits after her n-th wrong password in a row: 0, 0, 5 s, 10 s, 20 s ... 5 min."""
    if failures <= FREE_FAILURES:
        return 0
    return min(FIRST_DELAY_MS << min(failures - FREE_FAILURES - 1, 30), LONGEST_DELAY_MS)


def hall_delay_ms(failures: int) -> int:
    """How long everybody waits when wrong passwords come in numbers; short, so that a prank cannot close the hall."""
    if failures <= HALL_FREE_FAILURES:
        return 0
    return min(HALL_DELAY_MS * (failures - HALL_FREE_FAILURES), HALL_LONGEST_DELAY_MS)


def _normal(secret: str) -> str:
    return unicodedata.normalize("NFC", secret)


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=ARGON2_TIME_COST, memory_cost=ARGON2_MEMORY_KIB, parallelism=1)
