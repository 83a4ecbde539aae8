"""The product's clock, ids and voice."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
import time
import uuid

from pos.ports.surroundings import Voice


class SystemClock:
    """The machine's wall clock in UTC; the hall's offset is a setting, never the machine's zone."""

    def now_utc_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000


class UuidIds:
    """Random ids, made where the person acts."""

    def new_id(self) -> str:
        """A fresh UUID4."""
        return str(uuid.uuid4())


class Silence:
    """No loudspeaker, or announcing is switched off."""

    def say(self, text: str) -> None:
        """Nothing."""


class Announcer:
    """A voice that the hall can switch off while the program runs (setting `announce_aloud`).

    Attributes: aloud: what the setting says, kept by whoever signs people in.
    """

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self.aloud = True

    def say(self, text: str) -> None:
        """Speak it, or keep quiet."""
        if self.aloud:
            self._voice.say(text)


class EspeakVoice:
    """Speaks through espeak-ng on a thread that lives while it speaks; only the newest sentence waits.

    A missing engine is silence. The voice is `cmn-latn-pinyin`: espeak-ng's plain Mandarin voice spells some
    characters in English.
    """

    def __init__(self) -> None:
        self._engine = shutil.which("espeak-ng")
        self._lock = threading.Lock()
        self._next: str | None = None
        self._speaking = False

    def say(self, text: str) -> None:
        """Speak a sentence next, in place of an older one that was not spoken yet."""
        if self._engine is None:
            return
        with self._lock:
            self._next = text
            if self._speaking:
                return
            self._speaking = True
        threading.Thread(target=self._speak, args=(self._engine,), name="voice", daemon=True).start()

    def _speak(self, engine: str) -> None:
        while (text := self._taken()) is not None:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                command = [engine, "-v", "cmn-latn-pinyin", "-s", "150", text]
                subprocess.run(command, timeout=15, check=False, capture_output=True)

    def _taken(self) -> str | None:
        """What is to be spoken now; None ends the thread, and the next sentence starts another."""
        with self._lock:
            text, self._next = self._next, None
            self._speaking = text is not None
            return text
