"""The keystore opened at the counter: by whom, with which waits, and what of it is kept."""

from __future__ import annotations

import json

import pytest

from pos.domain.errors import DeviceRefused, RuleViolation
from pos.usecases.fact import Command
from pos.usecases.unlock_card_keys import unlock_card_keys

PASSPHRASE = "十一月的气表 correct horse"


class Keystore:
    """Opens with one passphrase. Attributes: opened, tried."""

    def __init__(self) -> None:
        self.opened, self.tried = False, 0

    def unlock(self, passphrase: str) -> None:
        self.tried += 1
        if passphrase != PASSPHRASE:
            raise DeviceRefused("keys.wrong_passphrase")
        self.opened = True


@pytest.fixture
def keystore() -> Keystore:
    return Keystore()


def attempt(demo_hall, keystore, passphrase, who="lead") -> str:
    asked = Command(command_id=demo_hall.new_id(), actor=demo_hall.people[who])
    try:
        unlock_card_keys(demo_hall.hall, asked, keystore, passphrase)
    except (RuleViolation, DeviceRefused) as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("who", ["lead", "admin"])
def test_who_opens_the_counter_or_administers_it_opens_the_keystore_and_the_books_hold_nothing_of_it(
    demo_hall, keystore, who
):
    before = demo_hall.kinds("DJ-H")
    assert (attempt(demo_hall, keystore, PASSPHRASE, who), keystore.opened) == ("", True)
    assert demo_hall.kinds("DJ-H") == before


@pytest.mark.parametrize("who", ["cashier", "card_clerk", "finance", "auditor"])
def test_another_post_is_refused_on_record_before_the_passphrase_is_tried(demo_hall, keystore, who):
    assert (attempt(demo_hall, keystore, PASSPHRASE, who), keystore.tried) == ("role.refused", 0)
    assert "refused" in demo_hall.kinds("DJ-H")


def test_wrong_passphrases_wait_ever_longer_and_the_right_one_ends_it(demo_hall, keystore):
    wrong = "keys.wrong_passphrase"
    assert [attempt(demo_hall, keystore, "guess") for _ in range(4)] == [wrong, wrong, wrong, "keys.wait"]
    demo_hall.clock.forward(seconds=5)
    assert attempt(demo_hall, keystore, "guess") == wrong
    demo_hall.clock.forward(seconds=5)
    assert (attempt(demo_hall, keystore, PASSPHRASE), keystore.opened) == ("keys.wait", False)
    demo_hall.clock.forward(seconds=5)
    assert attempt(demo_hall, keystore, PASSPHRASE) == ""
    assert [attempt(demo_hall, keystore, "guess") for _ in range(3)] == [wrong] * 3


def test_no_passphrase_stands_in_the_books(demo_hall, keystore):
    attempt(demo_hall, keystore, "a guess that is somebody's password")
    attempt(demo_hall, keystore, PASSPHRASE)
    with demo_hall.store.reading() as connection:
        bodies = [row[0] for row in connection.exec_driver_sql("SELECT body FROM journal")]
        delays = list(connection.exec_driver_sql("SELECT * FROM sign_in_delay"))
    kept = "".join(bodies) + json.dumps([tuple(row) for row in delays])
    assert "guess that is" not in kept
    assert "correct horse" not in kept
    assert '"purpose":"keys"' in kept
