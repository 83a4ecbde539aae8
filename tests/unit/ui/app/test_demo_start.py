"""A real hall is never opened as a demo, and sells on real devices once its card keys are real."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from devices.cards.keystore import KeyRing, development_key_set, save_keystore
from devices.cards.simulated_reader import SimulatedReader
from ledger.errors import StoreDamaged
from pos.domain.card import CardKind
from pos.domain.errors import RuleViolation
from pos.sagas.card_purchase import read_card
from tests.conftest import LogWatch
from tests.unit.ui.app.test_founding import ANSWERS
from ui.app import founding
from ui.app.check_result import CheckResult, Outcome
from ui.app.config import SIMULATED, Config, config_text
from ui.app.demo import BLANK_MEMORY_CARD, load_demo_card, make_demo_cards
from ui.app.demo_start import open_or_make
from ui.app.doctor import examine
from ui.app.founding import found_hall
from ui.app.places import Places
from ui.app.workplace import open_workplace


class ProductionKeys(KeyRing):
    """Keys that are not marked as test keys."""

    @property
    def is_test_key(self) -> bool:
        return False


@pytest.fixture
def real_hall(tmp_path: Path) -> Places:
    at = Places(tmp_path / "data", tmp_path / "keys")
    workplace = open_workplace(at, config=Config())
    found_hall(workplace, ANSWERS)
    workplace.close()
    return at


def test_demo_of_a_real_hall_is_refused_and_leaves_no_key_and_no_card_behind(real_hall: Places) -> None:
    before = sorted(path.name for folder in (real_hall.data, real_hall.keys) for path in folder.iterdir())
    with pytest.raises(RuleViolation, match=r"hall\.not_a_demo"):
        open_or_make(real_hall, SIMULATED, demo=True)
    after = sorted(path.name for folder in (real_hall.data, real_hall.keys) for path in folder.iterdir())
    assert [name for name in after if not name.startswith("hall.db")] == [
        name for name in before if not name.startswith("hall.db")
    ]


def test_simulated_devices_in_a_hall_with_production_keys_are_refused(real_hall: Places) -> None:
    with pytest.raises(RuleViolation, match=r"config\.simulated"):
        open_workplace(real_hall, config=SIMULATED, keys=ProductionKeys(development_key_set()))


def test_hall_with_test_keys_may_be_tried_on_simulated_devices_and_says_so(real_hall: Places) -> None:
    workplace = open_workplace(real_hall, config=SIMULATED, keys=KeyRing(development_key_set()))
    assert (workplace.hall.test_keys, workplace.is_demo) == (True, False)
    workplace.close()


def test_doctor_refuses_simulated_devices_beside_the_issuers_keys_as_the_program_does(real_hall: Places) -> None:
    def configuration() -> CheckResult:
        return next(result for result in examine(real_hall) if result.name == "configuration")

    real_hall.config.write_text(config_text(SIMULATED), encoding="utf-8")
    save_keystore(real_hall.keystore, development_key_set(), "training")
    assert configuration().finding == "doctor.config_read"
    real_hall.keystore.unlink()
    save_keystore(real_hall.keystore, replace(development_key_set(), is_test=False), "of two people")
    assert configuration() == CheckResult("configuration", Outcome.FAIL, "config.simulated", str(real_hall.config))
    with pytest.raises(RuleViolation, match=r"config\.simulated") as refused:
        open_workplace(real_hall)
    assert refused.value.params == {"path": str(real_hall.config)}


def test_box_of_the_demo_holds_a_blank_memory_card_that_its_reader_reads(tmp_path: Path) -> None:
    keys = KeyRing(development_key_set())
    make_demo_cards(tmp_path, keys)
    reader = SimulatedReader(keys)
    reader.insert(load_demo_card(tmp_path, BLANK_MEMORY_CARD))
    image = read_card(reader)
    assert (image.kind, image.family) == (CardKind.BLANK, "memory-4442")


def test_demo_hall_is_made_once_and_opened_again(tmp_path: Path) -> None:
    at = Places(tmp_path / "data", tmp_path / "keys")
    for _time in range(2):
        workplace = open_or_make(at, SIMULATED, demo=True)
        assert workplace.is_demo
        workplace.close()


def as_another_version_made_it(at: Places) -> None:
    with closing(sqlite3.connect(at.database)) as raw:
        raw.execute("ALTER TABLE till ADD COLUMN another TEXT")
        raw.commit()


def test_a_demo_of_another_version_is_put_aside_whole_and_a_fresh_one_opens(
    tmp_path: Path, expected_log: LogWatch
) -> None:
    at = Places(tmp_path / "data", tmp_path / "keys")
    open_or_make(at, SIMULATED, demo=True).close()
    as_another_version_made_it(at)
    before = at.database.read_bytes()
    expected_log("ui.app.demo_start", "older-demo-")
    workplace = open_or_make(at, SIMULATED, demo=True)
    assert workplace.is_demo
    workplace.close()
    (aside,) = at.data.glob("older-demo-*")
    assert (aside / "hall.db").read_bytes() == before
    assert (aside / "simulated-cards").is_dir()


def test_a_real_hall_of_another_version_is_refused_and_stays_where_it_is(real_hall: Places) -> None:
    as_another_version_made_it(real_hall)
    before = real_hall.database.read_bytes()
    for demo in (True, False):
        with pytest.raises(StoreDamaged, match=r"store\.other_schema"):
            open_or_make(real_hall, SIMULATED, demo=demo)
    assert real_hall.database.read_bytes() == before


class Stopped(Exception):
    """The power goes."""


@pytest.mark.parametrize("stopped_at", ["commission_hall", "add_till", "set_sample_prices"])
def test_a_hall_that_an_earlier_program_founded_by_half_is_named_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise Stopped

    at = Places(tmp_path / "data", tmp_path / "keys")
    workplace = open_workplace(at, config=Config())  # as before the staged founding: straight into the books
    monkeypatch.setattr(founding, stopped_at, stop)
    with pytest.raises(Stopped):
        found_hall(workplace, ANSWERS)
    workplace.close()
    before = at.database.read_bytes()
    with pytest.raises(RuleViolation) as refused:
        open_or_make(at, Config(), demo=False)
    assert (refused.value.code, refused.value.params["path"]) == ("hall.half_founded", str(at.data))
    assert at.database.read_bytes() == before


def test_a_whole_hall_that_has_sold_nothing_yet_opens(real_hall: Places) -> None:
    workplace = open_or_make(real_hall, Config(), demo=False)
    assert (workplace.commissioned, workplace.is_demo) == (True, False)
    workplace.close()


def test_lost_key_of_the_id_numbers_is_said_and_not_replaced(real_hall: Places) -> None:
    real_hall.data_key.unlink()
    workplace = open_workplace(real_hall, config=Config())
    with pytest.raises(StoreDamaged, match=r"personal\.key_missing"):
        workplace.cipher.encrypt("1000000001", "510101199001011234")
    assert not real_hall.data_key.exists()
    workplace.close()
