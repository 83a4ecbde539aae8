"""kill -9 between any two commits, card commands and card bytes of a reversal, a replacement, a carried instalment.

The same process, plastic and paper as for the purchase (`test_kill_points`). After the kill and again after the
restart's work all invariants are checked, and the act has happened exactly once: on the card, in money, on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from devices.cards.simulated_meter import MeterAnswer
from ledger.sqlite_engine import driver
from pos.domain.card import CardPurchase
from pos.usecases.report_loss import ReportLoss, report_loss
from tests.faults.conftest import CounterServer, serving
from tests.faults.surviving_world import card_as_it_lies, pack
from tests.fixtures_counter import DAY, Counter, price_fee
from tests.fixtures_meter import changed_meter, new_card_for_the_meter, put_blank

SHORT = ("commit after", "apdu after")
EVERY = ("append", "commit", "apdu", "byte", "paper")


def bought(counter: Counter) -> None:
    """33 m³ on the card that lies in the reader."""
    assert counter.deliver(counter.pay().sale_id).state == "posted"


def lost(counter: Counter) -> None:
    """The same, then the card was reported lost and a blank one lies in the reader."""
    bought(counter)
    demo = counter.demo
    price_fee(demo, "card_replacement", 1500)
    loss = ReportLoss(
        command_id=demo.new_id(), actor=demo.cashier, account_no=counter.account_no, reason="lost", told=True
    )
    report_loss(demo.hall, loss)
    put_blank(counter)


def changed(counter: Counter) -> None:
    """The meter has taken the gas and was changed; its free new card lies in the reader."""
    bought(counter)
    assert counter.meter.insert(counter.card, today=DAY) is MeterAnswer.TAKEN
    changed_meter(counter)
    new_card_for_the_meter(counter)


_DRAWER = (
    "SELECT sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) FROM posting"
    " WHERE account = 'assets.cash.till.T01'"
)
FLOAT_AND_FIRST_CARD = 26_000 + 2_000
PURCHASE_FEN, FEE_FEN = 8_680, 1_500
ENDS: dict[str, tuple[Callable[[Counter], None], dict[str, int], Callable[[CardPurchase], bool]]] = {
    "take_back": (
        bought,
        {
            "SELECT count(*) FROM sale WHERE reverses_sale_id IS NOT NULL": 1,
            "SELECT count(*) FROM journal WHERE kind = 'reversal_begun'": 1,
            "SELECT -sum(amount_fen) FROM sale_line WHERE kind = 'gas'": 0,
            _DRAWER: FLOAT_AND_FIRST_CARD,
        },
        lambda held: (held.sequence, held.cumulative_l) == (0, 0),
    ),
    "new_card": (
        lost,
        {
            "SELECT sum(due_fen) FROM sale WHERE item = 'card_replacement'": FEE_FEN,
            "SELECT count(*) FROM card_binding WHERE status = 'replaced'": 1,
            "SELECT count(*) FROM card_binding WHERE status = 'active' AND issue_no = 1": 1,
            _DRAWER: FLOAT_AND_FIRST_CARD + PURCHASE_FEN + FEE_FEN,
        },
        lambda held: (held.sequence, held.volume_l) == (1, 33_000),
    ),
    "instalment": (
        changed,
        {
            "SELECT count(*) FROM sale WHERE item = 'carried_gas'": 1,
            "SELECT sum(carried_l) FROM gas_carried": 30_000,
            _DRAWER: FLOAT_AND_FIRST_CARD + PURCHASE_FEN,
        },
        lambda held: (held.sequence, held.volume_l, held.cumulative_l) == (2, 30_000, 63_000),
    ),
}
SETTLED = {
    "SELECT count(*) FROM open_card_write": 0,
    "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sent')": 0,
}


@pytest.fixture
def room_server(
    request: pytest.FixtureRequest, counter: Counter, hall_template: Any, tmp_path: Path, memory_folder: Path
) -> Generator[tuple[str, CounterServer], None, None]:
    """The counter in the middle of the act's morning, and the process that plays it."""
    act = str(request.param)
    ENDS[act][0](counter)
    key_file = hall_template.path.parent.parent / "keys" / "installation.pem"
    packed = pack(counter, key_file, tmp_path / "packed")
    with serving(packed, memory_folder) as server:
        yield act, server


def faults_of(folder: Path, act: str) -> list[str]:
    """What differs from an undisturbed act, by plain SQL and by the card."""
    _before, expected, is_held = ENDS[act]
    connection = driver.connect(f"file:{folder / 'data' / 'hall.db'}?mode=ro", uri=True)
    try:
        faults = [
            f"{sql}: {found}, should be {wanted}"
            for sql, wanted in (expected | SETTLED).items()
            if (found := connection.execute(sql).fetchone()[0] or 0) != wanted
        ]
    finally:
        connection.close()
    held = card_as_it_lies(folder).purchase
    return faults if held is not None and is_held(held) else [*faults, f"card holds {held}"]


def moments_of(act: str, server: CounterServer, kinds: tuple[str, ...]) -> list[str]:
    folder = server.fresh()
    answer = server.play(folder, work=act, kinds=kinds, check=True)
    assert answer["killed_by"] == 0
    assert answer["result"]["before"] == answer["result"]["after"] == []
    assert faults_of(folder, act) == []
    server.drop(folder)
    names: list[str] = answer["result"]["names"]
    return names


def killed_at(act: str, server: CounterServer, moment: int, kinds: tuple[str, ...]) -> list[str]:
    """Kill at one moment, look, restart, look again."""
    folder = server.fresh()
    assert server.play(folder, work=act, die_at=moment, kinds=kinds)["killed_by"] == 9
    result = server.play(folder, work=act, check=True)["result"]
    found = [f"after the kill: {v}" for v in result["before"]] + [f"after the restart: {v}" for v in result["after"]]
    found += faults_of(folder, act)
    if not found:
        server.drop(folder)
    return found


@pytest.mark.parametrize("room_server", list(ENDS), indirect=True)
def test_killed_after_any_commit_or_card_command_the_act_happens_once(
    room_server: tuple[str, CounterServer],
) -> None:
    act, server = room_server
    names = moments_of(act, server, SHORT)
    assert {name.partition(" ")[0] for name in names} == {"commit", "apdu"}
    chosen = [m for m, name in enumerate(names, 1) if name.startswith("commit") or m % 3 == 0]
    wrong = {f"{m} {names[m - 1]}": found for m in chosen if (found := killed_at(act, server, m, SHORT))}
    assert not wrong, "\n".join(f"{m}: {found}" for m, found in wrong.items())


@pytest.mark.endure
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("room_server", list(ENDS), indirect=True)
def test_killed_at_every_moment_the_act_happens_once(room_server: tuple[str, CounterServer], kind: str) -> None:
    act, server = room_server
    count = len(moments_of(act, server, (kind,)))
    wrong = {m: found for m in range(1, count + 1) if (found := killed_at(act, server, m, (kind,)))}
    assert not wrong, "\n".join(f"{m}: {found}" for m, found in wrong.items())


@pytest.mark.parametrize("room_server", ["take_back"], indirect=True)
def test_a_customer_who_left_during_a_reversal_is_listed_first_and_paid_nothing(
    room_server: tuple[str, CounterServer],
) -> None:
    act, server = room_server
    folder = server.fresh()
    assert server.play(folder, work=act, die_at=1, kinds=("append sale_reversed",))["killed_by"] == 9
    restarted = server.play(folder, work=act, check=True, card="none")["result"]
    assert restarted["before"] == restarted["after"] == []
    assert len(restarted["open_first"]) == 1
    connection = driver.connect(f"file:{folder / 'data' / 'hall.db'}?mode=ro", uri=True)
    try:
        assert connection.execute(_DRAWER).fetchone()[0] == FLOAT_AND_FIRST_CARD + PURCHASE_FEN
    finally:
        connection.close()
