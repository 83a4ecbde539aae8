"""What is said of a new password while it is typed twice: the same words on every page that asks for one.

Rule: domain P12, ASVS 6.2. Must not know: Qt, whose password it is, how passwords are kept.
"""

from __future__ import annotations

from pos.domain.errors import RuleViolation
from pos.domain.passwords import MIN_LENGTH, check_password
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone

HINT = Notice("password.hint", params=(("least", MIN_LENGTH),))


def while_typed(new: str, again: str, *, words: tuple[str, ...], old: str = "") -> Notice:
    """What would be refused, or that it will do. `words`: what a guesser knows; `old`: the one replaced."""
    if not new:
        return HINT
    try:
        check_password(new, context=words)
    except RuleViolation as refusal:
        return notice_of(refusal, Tone.WARNING)
    if new == old:
        return Notice("password.same", Tone.WARNING)
    if not new.startswith(again):
        return Notice("password.differs", Tone.WARNING)
    return Notice("password.good", Tone.GOOD)


def when_done(new: str, again: str, *, words: tuple[str, ...], old: str = "") -> Notice:
    """The same once she says that it is typed: both must be whole. Anything but Tone.GOOD need not be tried."""
    if new != again:
        return Notice("password.differs", Tone.WARNING)
    return while_typed(new, again, words=words, old=old)
