"""The product's clock, ids and voice."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
import uuid
from queue import Empty, Queue

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
    """Speaks through espeak-ng on a thread of its own; only the newest sentence waits, a missing engine is silence.

    The voice is `cmn-latn-pinyin`: espeak-ng's plain Mandarin voice spells some characters in English.
    """

    def __init__(self) -> None:
        self._waiting: Queue[str] = Queue()
        self._engine = shutil.which("espeak-ng")
        threading.Thread(target=self._speak, name="voice", daemon=True).start()

    def say(self, text: str) -> None:
        """Queue a sentence in place of older ones that were not spoken yet."""
        try:
            while True:
                self._waiting.get_nowait()
        except Empty:
            self._waiting.put(text)

    def _speak(self) -> None:
        while True:
            text = self._waiting.get()
            if self._engine is None:
                continue
            command = [self._engine, "-v", "cmn-latn-pinyin", "-s", "150", text]
            try:
                subprocess.run(command, timeout=15, check=False, capture_output=True)
            except (OSError, subprocess.TimeoutExpired):
                continue
