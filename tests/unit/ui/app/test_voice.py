"""The spoken read-back: the newest sentence is spoken, and no thread outlives what it had to say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ui.app.surroundings import EspeakVoice

ENGINE = '#!/bin/sh\nfor word; do :; done\necho "$word" >>"{spoken}"\nwhile [ ! -e "{go}" ]; do sleep 0.01; done\n'


def until(come_true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not come_true() and time.monotonic() < end:
        time.sleep(0.01)
    return come_true()


def voices() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "voice"]


def test_only_the_newest_sentence_waits_and_the_thread_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken, go, engine = tmp_path / "spoken", tmp_path / "go", tmp_path / "espeak-ng"
    engine.write_text(ENGINE.format(spoken=spoken, go=go))
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    voice = EspeakVoice()
    assert voices() == []
    voice.say("收您一百元")
    assert until(spoken.exists)
    voice.say("应收八十六元八角")
    voice.say("找您十三元二角")
    assert len(voices()) == 1
    go.touch()
    assert until(lambda: voices() == [])
    assert spoken.read_text().split() == ["收您一百元", "找您十三元二角"]
    voice.say("谢谢")
    assert until(lambda: spoken.read_text().endswith("谢谢\n") and voices() == [])


def test_without_an_engine_there_is_silence_and_no_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    EspeakVoice().say("收您一百元")
    assert voices() == []
