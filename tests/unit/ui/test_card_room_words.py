"""Every code the card room can say has its sentence: what happened, what it means for the money, what to do now."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from ui.desktop.messages import LANGUAGES, Messages
from ui.presenters import card_room_forms
from ui.presenters.card_room_state import RoomAct

ROOT = Path(__file__).resolve().parents[3]
REFUSING = (card_room_forms.why_not, card_room_forms._why_not_account, card_room_forms._why_not_record)


def refusals() -> set[str]:
    """Why a line of the list cannot be done, as the rules of the list write it out."""
    nodes = [node for rule in REFUSING for node in ast.walk(ast.parse(inspect.getsource(rule)))]
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {word for word in words if re.fullmatch(r"[a-z_]+\.[a-z_]+", word)}


def notices() -> set[str]:
    """Whatever else the page says, written out where the notice is made."""
    found = set()
    for source in (ROOT / "ui" / "presenters").glob("card_room*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Notice" and node.args:
                codes = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                found |= {
                    code for code in codes if isinstance(code, str) and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", code)
                }
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_cannot_be_done_says_why_in_three_parts_and_in_one_word_in_the_list(language: str) -> None:
    text = Messages(language)
    assert len(refusals()) > 10
    wrong = [code for code in refusals() if not all(text.has(f"{code}.{part}") for part in ("what", "money", "do"))]
    assert [*wrong, *(code for code in refusals() if not text.has(code))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_the_card_room_says_is_the_sentence_of_an_unknown_state(language: str) -> None:
    text = Messages(language)
    alarm = text.parts("no.such_code")
    assert len(notices()) > 20
    assert [code for code in sorted(notices()) if text.parts(code) == alarm] == []


def test_every_refusal_of_the_list_is_on_the_page_of_error_codes() -> None:
    page = (ROOT / "docs" / "error-codes.md").read_text(encoding="utf-8")
    assert [code for code in sorted(refusals()) if f"| `{code}` |" not in page] == []


def test_every_act_has_its_name_and_its_button_in_every_language() -> None:
    stems = [f"room.{kind}.{act}" for act in RoomAct for kind in ("act", "verb")]
    assert [(language, code) for language in LANGUAGES for code in stems if not Messages(language).has(code)] == []
