"""What the page of devices shows: reader, service, card and keys line by line, and what stands in the way of a write.

Rule: screen.md "Messages"; a word is a message code. Must not know: Qt, devices, use cases.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.presenters.notice import Lamp, LampState, Notice, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the last looks showed.

    Attributes:
        lamps: of the bar. reader, service, atr, family: "" where not known or nothing lies there.
        looked: somebody looked closer at the card: profile ("" = none of ours), left and tries (None = not told
            without a try), refused (code, where it could not be read).
        config_file: of the devices, with its path, "" = not asked for (the demo); config_there: it exists.
        roll: where a simulated printer keeps its papers, "" = the printer is real, or there is none.
        key_word, key_place: codes: whose keys, who answers for them; key_name: a module's number; key_refused: code.
    """

    lamps: tuple[Lamp, ...] = ()
    reader: str = ""
    service: str = ""
    atr: str = ""
    family: str = ""
    looked: bool = False
    profile: str = ""
    left: int | None = None
    tries: int | None = None
    refused: str = ""
    key_word: str = "key.none"
    key_place: str = "key.place_keystore"
    key_name: str = ""
    key_refused: str = ""
    locked: bool = False
    config_file: str = ""
    config_there: bool = True
    roll: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One line: label and word are codes; `word` "" shows `text` as it is (figures, names)."""

    label: str
    word: str = ""
    text: str = ""
    params: tuple[tuple[str, int | str], ...] = ()
    tone: Tone = Tone.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesState:
    """Attributes: told: reader, card and keys. lamps: every device. trouble: what is wrong with reader or keys.
    locked: the keystore waits for its passphrase; may_unlock: she may type it. busy: it is being tried. notice: of it.
    """

    told: tuple[Told, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    trouble: Notice | None = None
    locked: bool = False
    may_unlock: bool = False
    busy: bool = False
    notice: Notice | None = None


def told(seen: Sight) -> tuple[Told, ...]:
    """Reader, service, card and keys, in the order in which one rests on the other."""
    unasked = _why_unasked(_reader_lamp(seen))
    lines = [Told("device.reader", "" if seen.reader else unasked or "dev.not_there", text=seen.reader)]
    if not unasked:
        lines.append(Told("dev.service", "" if seen.service else "dev.not_told", text=seen.service))
    if seen.reader:
        lines += _card(seen) if seen.atr else (Told("dev.card", "dev.no_card"),)
    place = (("place_word", seen.key_place), ("word_word", seen.key_word))
    tone = Tone.GOOD if seen.key_word == "reader.own_keys" and not seen.key_refused else Tone.WARNING
    lines.append(Told("dev.keys", "dev.keys_of", params=place, tone=tone))
    if seen.key_name:
        lines.append(Told("dev.key_name", text=seen.key_name))
    if seen.config_file:
        word = "dev.config_file" if seen.config_there else "dev.config_missing"
        lines.append(Told("dev.config", word, params=(("path", seen.config_file),)))
    if seen.roll:
        lines.append(Told("dev.printed", "dev.printed_kept", params=(("path", seen.roll),)))
    return tuple(lines)


def _reader_lamp(seen: Sight) -> Lamp:
    return next((lamp for lamp in seen.lamps if lamp.device == "reader"), Lamp("reader", LampState.UNKNOWN))


def _why_unasked(lamp: Lamp) -> str:
    """Why nobody looked for a reader, "" where one was looked for."""
    if lamp.state is LampState.ABSENT:
        return "dev.not_configured"
    return "dev.not_asked" if lamp.detail_code == "keys.missing" else ""


def _card(seen: Sight) -> tuple[Told, ...]:
    lines = (
        Told("dev.family", text=seen.family),
        Told("dev.atr", text=" ".join(seen.atr[at : at + 8] for at in range(0, len(seen.atr), 8))),
    )
    if not seen.looked:
        return lines
    if seen.refused:
        return (*lines, Told("dev.profile", "dev.not_read", params=(("code", seen.refused),), tone=Tone.WARNING))
    profile = Told("dev.profile", text=seen.profile) if seen.profile else Told("dev.profile", "dev.no_profile")
    if seen.left is None:
        return (*lines, profile, Told("dev.tries", "dev.tries_untold"))
    figures = (("left", seen.left), ("tries", seen.tries or seen.left))
    full = seen.left == seen.tries
    word, tone = ("dev.tries_full", Tone.GOOD) if full else ("dev.tries_spent", Tone.WARNING)
    return (*lines, profile, Told("dev.tries", word, params=figures, tone=tone))


def trouble(seen: Sight) -> Notice | None:
    """What stands in the way of a card write: the reader first, then who answers for the keys."""
    lamp = _reader_lamp(seen)
    if lamp.state is LampState.ABSENT:
        return Notice("reader.not_configured", Tone.WARNING)
    if lamp.state in (LampState.FAULT, LampState.UNKNOWN) and lamp.detail_code:
        return Notice(lamp.detail_code, Tone.BAD, lamp.params)
    if seen.key_refused:
        return Notice(seen.key_refused, Tone.BAD)
    return Notice("keys.locked", Tone.WARNING) if seen.locked else None
