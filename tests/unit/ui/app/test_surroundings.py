"""The voice: the hall's setting switches it while the program runs."""

from __future__ import annotations

from ui.app.surroundings import Announcer


class Spoken:
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def test_a_switched_off_voice_says_nothing_until_it_is_switched_on() -> None:
    voice = Spoken()
    announcer = Announcer(voice)
    announcer.say("收您一百元")
    announcer.aloud = False
    announcer.say("找您十三元二角")
    announcer.aloud = True
    announcer.say("请收好")
    assert voice.said == ["收您一百元", "请收好"]
