"""One exclusive card transaction per step of a saga: nothing is asked, committed or waited for while a card is held.

Windows resets a card whose transaction rests for five seconds, and another program starves meanwhile (pos/ports/card).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from pos.domain.card_write import WriteState
from pos.ports.card import CardSession
from pos.store.unit_of_work import Store, UnitOfWork
from tests.architecture.source_tree import Source, parse, product_sources
from tests.contract.card_rigs import FMCOS_CARD, flip_index
from tests.fixtures_counter import Counter

HOLDERS = {
    "pos/sagas/card_purchase.py",
    "pos/sagas/card_reversal.py",
    "pos/sagas/card_run.py",
    "ui/app/card_look.py",
    "ui/app/demo.py",
    "ui/app/demo_meters.py",
    "ui/app/demo_tray.py",
}
ADAPTERS = ("devices/",)


def card_sessions(source: Source) -> Iterator[ast.With | ast.Call]:
    """Every block that holds a card; a `session()` that is no block's own head is given as the bare call."""
    heads: dict[ast.expr, ast.With] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.With):
            heads.update({item.context_expr: node for item in node.items})
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "session" and not node.args:
            yield heads.get(node, node)


def strangers(held: ast.With | ast.Call) -> list[str]:
    """Calls inside the block that do not concern the card, and a session that is kept instead of being a block."""
    if isinstance(held, ast.Call):
        return [ast.unparse(held)]
    name = ast.unparse(held.items[0].optional_vars) if held.items[0].optional_vars else ""
    calls = [node for line in held.body for node in ast.walk(line) if isinstance(node, ast.Call)]
    acts = [call for call in calls if not ast.unparse(call.func).rsplit(".", 1)[-1][0].isupper()]  # not: values made
    return [ast.unparse(act) for act in acts if name not in {n.id for n in ast.walk(act) if isinstance(n, ast.Name)}]


def sources() -> list[Source]:
    return [source for source in product_sources() if not source.path.startswith(ADAPTERS)]


def test_only_the_sagas_the_demo_and_the_doctor_hold_a_card() -> None:
    assert {source.path for source in sources() if list(card_sessions(source))} == HOLDERS


def test_nothing_but_the_card_is_spoken_to_while_it_is_held() -> None:
    found = {source.path: [strangers(held) for held in card_sessions(source)] for source in sources()}
    assert {path: calls for path, calls in found.items() if any(calls)} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "kept = reader.session()",
        "with reader.session() as card:\n    card.read()\n    run.commit(begin)",
        "with reader.session() as card:\n    answer = ask_lead()",
    ],
)
def test_a_session_that_is_kept_or_holds_up_the_card_is_seen(planted: str) -> None:
    (held,) = card_sessions(parse("pos/planted.py", planted))
    assert strangers(held)


def test_no_commit_of_a_purchase_is_made_while_the_card_is_held(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the answer is lost and the card is asked again; each step is a session of its own."""
    sale_id = counter.pay().sale_id
    held: list[CardSession] = []
    steps: list[str] = []
    take, commit = counter.reader._hold, Store.unit_of_work

    def hold() -> object:
        block = take()

        class Watched:
            def __enter__(self) -> CardSession:
                assert not held, "one session at a time"
                held.append(block.__enter__())
                steps.append("card")
                return held[0]

            def __exit__(self, *error: object) -> bool | None:
                held.clear()
                return block.__exit__(*error)  # type: ignore[arg-type]

        return Watched()

    def watched_commit(store: Store) -> AbstractContextManager[UnitOfWork]:
        assert not held, "no commit while the card is held"
        steps.append("commit")
        return commit(store)

    monkeypatch.setattr(counter.reader, "session", hold)
    monkeypatch.setattr(Store, "unit_of_work", watched_commit)
    counter.card.lose_next_answer(after=8 + flip_index(FMCOS_CARD))
    assert counter.deliver(sale_id).state is WriteState.POSTED
    assert steps == ["card", "commit", "card", "card", "commit"], "read, begin, write, look again, post"
