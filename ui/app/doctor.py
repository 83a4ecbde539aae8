"""The self-test: every part a counter needs, in the order in which one rests on the other.

Each look is a small function from the hall's folders to a CheckResult; none of them writes or opens the drawer, and a
page is printed only if asked for. Parts that this workstation is not configured to have are never a failure. Devices
are in `doctor_devices`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from ledger.errors import KnownError, StoreError
from ledger.progress import Progress
from pos.ports.keys import KeyAuthority
from ui.app.check_result import CheckResult, Outcome
from ui.app.config import Config, ConfigDamaged, parse_config
from ui.app.doctor_devices import device_checks
from ui.app.places import Places
from ui.app.reading import BooksMissing, reading_books
from ui.app.start import require_display

FONTS = Path(__file__).resolve().parents[2] / "printing" / "fonts"
_NEEDED_FREE_BYTES = 500_000_000
_CLOCK_TOLERANCE_MS = 2000
PAGES_LIMIT_S = 60.0
"""For the look at every page of the books: a technician waits for it, and 10 GB are read in that time."""
_PRIVATE_MODE = 0o077
_SYNCHRONISED = Path("/run/systemd/timesync/synchronized")


def examine(
    at: Places, config: Config | None = None, *, proof: bool = False, progress: Progress | None = None
) -> Iterator[CheckResult]:
    """Look at everything in order; each result comes as soon as it is known.

    Blocking: up to 5 s without a printer, up to PAGES_LIMIT_S for books of many gigabytes.

    Args:
        at: the hall's folders. config: instead of the file's (the demo has none). proof: print the proof page.
        progress: told the seconds while the books are looked at.
    """
    database = _database(at)
    yield database
    yield _sqlite()
    if database.outcome is Outcome.OK:
        yield _pages(at.database, progress)
    yield _signing_key(at)
    yield _disk(at)
    yield _fonts()
    configuration, found = _configuration(at, config)
    yield _refused_as_simulated(at, found) or configuration
    yield _card_keys(at, found)
    yield _reader_table(at)
    yield _card_profiles(at)
    yield from device_checks(found, at.config.parent, proof=proof, keys=_hall_keys(at))
    yield _display()
    yield _clock(at)


def worst(results: list[CheckResult]) -> Outcome:
    """FAIL if any failed."""
    outcomes = {result.outcome for result in results}
    return next((outcome for outcome in (Outcome.FAIL, Outcome.WARN) if outcome in outcomes), Outcome.OK)


def _database(at: Places) -> CheckResult:
    """The settings that keep acknowledged money, read back from a connection of the program's own kind."""
    from ledger.sqlite_engine import read_back

    result = partial(CheckResult, "database")
    try:
        with reading_books(at.database) as connection:
            settings = read_back(connection)
    except BooksMissing:
        return result(Outcome.WARN, "doctor.no_books", str(at.database))
    except StoreError as error:
        return result(Outcome.FAIL, error.code, str(at.database))
    levels = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
    said = f"{str(settings['journal_mode']).upper()} · {levels.get(int(settings['synchronous']), '?')}"
    return result(Outcome.OK, "doctor.database_sound", said)


def _sqlite() -> CheckResult:
    from ledger.sqlite_engine import driver, is_sound, sqlite_version

    sound = is_sound(driver.sqlite_version_info)
    outcome, finding = (Outcome.OK, "doctor.sqlite_sound") if sound else (Outcome.FAIL, "store.unsound_engine")
    return CheckResult("sqlite", outcome, finding, sqlite_version())


def _pages(database: Path, progress: Progress | None, *, limit_s: float = PAGES_LIMIT_S) -> CheckResult:
    """The file itself: the settings of a database are fine although half of its pages were overwritten."""
    from ledger.soundness_sqlite import Soundness, look_at_pages

    result, size = partial(CheckResult, "pages"), f"{database.stat().st_size / 1_000_000:,.1f} MB"
    try:
        soundness = look_at_pages(database, limit_s=limit_s, progress=progress)
    except StoreError as error:
        said = (str(database), *str(error.params.get("detail", "")).splitlines()[-1:])
        return result(Outcome.FAIL, error.code, " · ".join(said))
    if soundness is Soundness.PARTLY:
        return result(Outcome.WARN, "doctor.pages_partly", f"{size} · {limit_s:.0f} s")
    return result(Outcome.OK, "doctor.pages_whole", size)


def _signing_key(at: Places) -> CheckResult:
    from ledger.keys import load_key

    result = partial(CheckResult, "key")
    if not at.signing_key.exists():
        if not at.database.exists():
            return result(Outcome.WARN, "doctor.no_key_yet", str(at.keys))
        return result(Outcome.FAIL, "doctor.key_lost", str(at.signing_key))
    try:
        key = load_key(at.signing_key)
    except (KnownError, OSError):
        return result(Outcome.FAIL, "key.damaged", str(at.signing_key))
    if os.name == "posix" and at.signing_key.stat().st_mode & _PRIVATE_MODE:
        return result(Outcome.FAIL, "doctor.key_readable", str(at.signing_key))
    return result(Outcome.OK, "doctor.key_there", f"{key.key_id} · {at.keys}")


def _disk(at: Places) -> CheckResult:
    folder = next(path for path in (at.data, *at.data.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    outcome, finding = (Outcome.OK, "doctor.disk_room") if free >= _NEEDED_FREE_BYTES else (Outcome.FAIL, "store.full")
    return CheckResult("disk", outcome, finding, f"{free // 1_000_000} MB")


def _fonts() -> CheckResult:
    """Both font files, by the checksums they were delivered with: papers and screen use no others."""
    result = partial(CheckResult, "fonts")
    try:
        lines = (FONTS / "SHA256SUMS").read_text(encoding="ascii").split("\n")
        wanted = [line.split(maxsplit=1) for line in lines if line.strip().endswith(".ttf")]
        wrong = [name for digest, name in wanted if _sha256(FONTS / name.lstrip("*")) != digest]
    except OSError as missing:
        return result(Outcome.FAIL, "doctor.fonts_wrong", Path(missing.filename or "").name)
    if wrong or not wanted:
        return result(Outcome.FAIL, "doctor.fonts_wrong", ", ".join(wrong))
    return result(Outcome.OK, "doctor.fonts_there", f"{len(wanted)}")


def _configuration(at: Places, config: Config | None) -> tuple[CheckResult, Config]:
    result = partial(CheckResult, "configuration")
    if config is not None:
        return result(Outcome.OK, "doctor.config_given"), config
    if not at.config.exists():
        return result(Outcome.WARN, "doctor.config_none", str(at.config)), Config()
    try:
        return result(Outcome.OK, "doctor.config_read", str(at.config)), parse_config(at.config.read_text("utf-8"))
    except ConfigDamaged as damaged:
        wrong = " · ".join(str(value) for value in damaged.params.values())
        return result(Outcome.FAIL, damaged.code, f"{at.config}: {wrong}"), Config()
    except (OSError, UnicodeDecodeError):
        return result(Outcome.FAIL, "config.damaged", str(at.config)), Config()


def _refused_as_simulated(at: Places, config: Config) -> CheckResult | None:
    """What `changshou run` would answer to this configuration: a hall with real card keys sells on real devices."""
    from pos.store.people_queries import hall_profile, is_commissioned
    from ui.app.workplace import card_keys, must_be_real

    if not config.simulates:
        return None
    try:
        with reading_books(at.database) as connection:
            is_real = is_commissioned(connection) and not hall_profile(connection).demo
        refused = is_real and must_be_real(config, card_keys(at, config.keys))
    except (KnownError, OSError):  # said of the books or of the keys
        return None
    return CheckResult("configuration", Outcome.FAIL, "config.simulated", str(at.config)) if refused else None


def _card_keys(at: Places, config: Config) -> CheckResult:
    """Whose keys go on the cards; development keys are marked 测试密钥 on screen and paper."""
    from devices.cards.keystore import SoftwareKeystore

    result = partial(CheckResult, "card_keys")
    if config.keys.kind != "keystore":
        return _key_authority(at, config)
    if not at.keystore.exists():
        return result(Outcome.WARN, "doctor.no_card_keys", str(at.keystore))
    try:
        keystore = SoftwareKeystore(at.keystore)
    except (KnownError, OSError):
        return result(Outcome.FAIL, "keys.damaged", str(at.keystore))
    if keystore.is_test_key:
        return result(Outcome.WARN, "doctor.test_keys")
    return result(Outcome.OK, "doctor.card_keys_there")


def _key_authority(at: Places, config: Config) -> CheckResult:
    """A security module or the head office, asked who it is; that costs no try and uses no key."""
    from ui.app.card_look import look_at_keys
    from ui.app.workplace import card_keys

    result = partial(CheckResult, "card_keys")
    seen = look_at_keys(card_keys(at, config.keys))
    if seen.refused:
        return result(Outcome.FAIL, "doctor.keys_not_answering", f"{config.keys.kind} · {seen.refused}")
    if config.keys.test:
        return result(Outcome.WARN, "doctor.test_keys")
    return result(Outcome.OK, "doctor.card_keys_there", f"{config.keys.kind} · {seen.named}")


def _hall_keys(at: Places) -> KeyAuthority | None:
    """The hall's card keys; what is wrong with them `_card_keys` has said."""
    from devices.cards.keystore import SoftwareKeystore

    try:
        return SoftwareKeystore(at.keystore) if at.keystore.exists() else None
    except (KnownError, OSError):
        return None


def _reader_table(at: Places) -> CheckResult:
    """A hall's own rows of readers for memory cards, beside the device configuration."""
    from devices.cards.reader_matrix import FILE_NAME, matrix_of_hall

    result, own = partial(CheckResult, "reader_table"), at.config.parent / FILE_NAME
    try:
        matrix = matrix_of_hall(own.parent)
    except KnownError as error:
        return result(Outcome.FAIL, "readers.invalid", f"{own} · {error.params.get('found', '')}")
    said = (str(own), str(len(matrix.rows))) if own.exists() else (str(len(matrix.rows)),)
    return result(Outcome.OK, "doctor.reader_table_read", " · ".join(said))


def _card_profiles(at: Places) -> CheckResult:
    """A hall's own card profiles, beside the device configuration."""
    from devices.cards.hall_profiles import layouts_of_hall

    result = partial(CheckResult, "card_profiles")
    layouts = layouts_of_hall(at.config.parent)
    if layouts.wrong:
        return result(Outcome.FAIL, "profiles.invalid", " · ".join(dict.fromkeys(layouts.wrong.values())))
    return result(Outcome.OK, "doctor.card_profiles_read", " · ".join(layouts.names))


def _display() -> CheckResult:
    shown = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM", "")
    try:
        require_display()
    except KnownError as error:
        return CheckResult("display", Outcome.WARN, error.code, shown)
    return CheckResult("display", Outcome.OK, "doctor.display_there", shown or sys.platform)


def _clock(at: Places, now_utc_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> CheckResult:
    """The clock against the newest record: order is the number's, but a wrong time puts sales on a wrong day."""
    result = partial(CheckResult, "clock")
    now = now_utc_ms()
    said = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(now // 1000))
    newest = 0
    if at.database.exists():
        try:
            with reading_books(at.database) as connection:
                newest = int(connection.exec_driver_sql("SELECT max(at_utc_ms) FROM journal").scalar() or 0)
        except StoreError:
            newest = 0
    if now < newest - _CLOCK_TOLERANCE_MS:
        return result(Outcome.FAIL, "doctor.clock_behind", said)
    if sys.platform.startswith("linux") and not _SYNCHRONISED.exists():
        return result(Outcome.WARN, "doctor.clock_alone", said)
    return result(Outcome.OK, "doctor.clock_right", said)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
