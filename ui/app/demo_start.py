"""Opening a workplace for the program: a hall as it is, or the demo, made on its first start."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from ledger.errors import StoreDamaged
from pos.domain.errors import RuleViolation
from pos.ports.keys import KeyAuthority
from pos.ports.surroundings import Clock
from pos.store.people_queries import is_half_founded
from ui.app.config import Config
from ui.app.places import Places
from ui.app.workplace import Workplace, make_development_keys, open_workplace

_log = logging.getLogger(__name__)


def open_or_make(
    at: Places, config: Config, *, demo: bool, clock: Clock | None = None, keys: KeyAuthority | None = None
) -> Workplace:
    """Open the hall; for the demo make what is missing (about 4 s the first time).

    A demo hall that another version of the program has made is put aside, never a real one.

    Raises: StoreError kinds; ConfigDamaged; RuleViolation `config.simulated`, `hall.not_a_demo`, `hall.half_founded`
        (path) for a hall whose founding an earlier program did not finish: it has nobody to sell and no price.
    """
    if demo and not at.database.exists():
        make_development_keys(at)
    try:
        workplace = open_workplace(at, config=config, clock=clock, keys=keys, speak=True, demo=demo)
    except StoreDamaged as damaged:
        if not demo or damaged.code != "store.other_schema" or not _says_it_is_a_demo(at.database):
            raise
        _put_aside(at)
        workplace = open_workplace(at, config=config, clock=clock, keys=keys, speak=True, demo=demo)
    if not demo:
        _require_whole(workplace)
    elif not workplace.commissioned:
        from ui.app.demo import make_demo_hall

        make_demo_hall(workplace)
        workplace.close()
        workplace = open_workplace(at, config=config, clock=clock, keys=keys, speak=True, demo=demo)
    if demo and workplace.keys is not None:
        from ui.app.demo import make_demo_cards

        make_demo_cards(at.simulated_cards, workplace.keys)
    return workplace


def _says_it_is_a_demo(database: Path) -> bool:
    """By its own profile, asked without our tables: they are another version's."""
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as raw:
            marks = raw.execute("SELECT DISTINCT demo FROM hall_profile").fetchall()
    except sqlite3.Error:
        return False
    return marks == [(1,)]


def _put_aside(at: Places) -> None:
    """Books and plastic of an older demo into a folder beside; nothing is deleted."""
    aside = at.data / datetime.now().astimezone().strftime("older-demo-%Y%m%d-%H%M%S")
    aside.mkdir()
    for path in (*sorted(at.data.glob(f"{at.database.name}*")), at.simulated_cards):
        if path.exists():
            path.rename(aside / path.name)
    _log.warning("the demo of another version of the program was moved to %s", aside)


def _require_whole(workplace: Workplace) -> None:
    with workplace.hall.store.reading() as connection:
        half = not workplace.is_demo and is_half_founded(connection)
    if half:
        workplace.close()
        raise RuleViolation("hall.half_founded", path=str(workplace.places.data))


def demo_password(demo: bool) -> str:
    """The public password of demo people; "" in a real hall."""
    if not demo:
        return ""
    from ui.app.demo import DEMO_PASSWORD

    return DEMO_PASSWORD
