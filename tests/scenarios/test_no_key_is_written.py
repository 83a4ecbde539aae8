"""A whole day, a backup, the exports, a log and crashes in the middle of key work: no byte of a card key in any file.

The simulated cards are left out of the second search alone: a card holds its own keys, as plastic does. No master key
is on a card either.
"""

from __future__ import annotations

import base64
import secrets
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from devices.cards.keystore import KeyRing, KeySet, SoftwareKeystore, development_key_set
from tests.scenarios.key_traces import contents, parts, spellings, traces
from ui.app.workplace import DEVELOPMENT_PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {"issue_transport", "sector_transport", "memory_transport"}
_DAY = """
import sys
from pathlib import Path
from devices.cards.keystore import SoftwareKeystore
from ui.app.crash import CrashHandler
from ui.app.logs import start_log
from ui.app.places import Places
from ui.app.workplace import DEVELOPMENT_PASSPHRASE
from ui.cli.main import main

out = Path(sys.argv[1])
log = Places(out.parent / "log hall", out.parent / "log keys")
log.log.parent.mkdir(parents=True)
start_log(log)
code = main(["day", "--out", str(out)])
data = str(out / "work" / "data")
for words in (["backup", "--to", str(out / "usb")], *(
    ["export", "journal", "--format", form, "--out", str(out / form)] for form in ("jsonl", "beancount", "hledger")
)):
    code = code or main([*words, "--data", data])
keystore = SoftwareKeystore(out / "work" / "keys" / "cards.keystore")
keystore.unlock(DEVELOPMENT_PASSPHRASE)
crashes = CrashHandler(log.crashes)
for act in (
    lambda: keystore.authenticate("meter_auth", bytes(3), bytes(8)),
    lambda: keystore.protect("line_protection", bytes(8), None, b"", b"", encrypt=True),
    lambda: keystore.wallet_mac(bytes(8), None, b""),
):
    try:
        act()
    except Exception as bug:
        crashes.take(bug)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that a day leaves, in one folder."""
    folder = tmp_path_factory.mktemp("a whole day")
    played = subprocess.run(
        [sys.executable, "-c", _DAY, str(folder / "day")],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "QT_QPA_PLATFORM": "offscreen", "CHANGSHOU_LOG": "DEBUG"},
    )  # fmt: skip
    (folder / "said.txt").write_text(played.stdout + played.stderr, encoding="utf-8")
    assert played.returncode == 0, played.stderr
    assert "独立核对程序：账本完好" in played.stdout
    return folder


@pytest.fixture(scope="module")
def masters(day: Path) -> dict[str, bytes]:
    """The hall's master keys, but for those that makers publish."""
    keystore = SoftwareKeystore(day / "day" / "work" / "keys" / "cards.keystore")
    keystore.unlock(DEVELOPMENT_PASSPHRASE)
    ring = keystore._keys
    assert ring is not None
    return {purpose: key for purpose, key in ring._key_set.keys.items() if purpose not in PUBLIC}


def test_a_whole_day_writes_no_byte_of_a_master_key(day: Path, masters: dict[str, bytes]) -> None:
    kinds = {path.suffix for path in day.rglob("*") if path.is_file()}
    assert kinds >= {".db", ".json", ".keystore", ".txt", ".pdf", ".xlsx", ".csv", ".png", ".log"}
    assert len(list((day / "log hall" / "crash").glob("*.txt"))) == 3
    assert len(masters) == 15
    assert traces(day, masters) == []


def test_a_whole_day_writes_no_key_of_a_card_but_on_the_card(day: Path, masters: dict[str, bytes]) -> None:
    ring = KeyRing(KeySet(is_test=True, keys=masters | dict.fromkeys(PUBLIC, b"\xff" * 16)))
    cards = day / "day" / "work" / "data" / "simulated-cards"
    plastic = b"".join(path.read_bytes() for path in cards.iterdir())
    factors = {
        factor for factor in factors_of(day) if ring._card_key("line_protection", factor).hex().encode() in plastic
    }
    assert factors
    keys = {
        f"{purpose} of {factor.hex()}": ring._card_key(purpose, factor) for purpose in masters for factor in factors
    }
    found = traces(day, keys)
    assert [trace for trace in found if "simulated-cards" not in trace] == []
    assert found


def factors_of(day: Path) -> set[bytes]:
    """The diversification factors of all CPU cards that the day's plastic may be: the end of each serial number."""
    texts = [path.read_text(encoding="utf-8") for path in day.rglob("*.card.json")]
    runs = "".join(texts)
    return {bytes.fromhex(runs[at : at + 16]) for at in range(len(runs) - 16) if _is_factor(runs[at : at + 16])}


def _is_factor(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)


@pytest.mark.parametrize("form", range(len(list(spellings(bytes(range(16)))))))
def test_a_key_that_is_written_down_is_found_in_every_spelling(tmp_path: Path, form: int) -> None:
    key = bytes.fromhex("8F3A51C7097E2DB46AD1905CE8B7132F")
    (tmp_path / "planted.bin").write_bytes(b"before " + list(spellings(key))[form] + b" after")
    assert traces(tmp_path, {"meter_auth": key}) == ["planted.bin: meter_auth"]


@pytest.mark.parametrize("before", range(4))
def test_a_key_inside_a_longer_base64_text_is_found(tmp_path: Path, before: int) -> None:
    key = secrets.token_bytes(16)
    (tmp_path / "planted.txt").write_bytes(base64.b64encode(secrets.token_bytes(before) + key + secrets.token_bytes(7)))
    assert traces(tmp_path, {"meter_auth": key}) == ["planted.txt: meter_auth"]


def test_a_half_of_a_key_and_a_key_packed_into_a_workbook_are_found(tmp_path: Path) -> None:
    keys = development_key_set().keys
    (tmp_path / "half.bin").write_bytes(keys["meter_line"][8:])
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", keys["meter_auth"].hex())
    wanted = {name: keys[name] for name in ("meter_line", "meter_auth")}
    assert traces(tmp_path, wanted) == ["book.xlsx: meter_auth", "half.bin: meter_line"]
    assert parts([b"\xff" * 16]) == set()


def test_what_lies_packed_in_a_paper_is_looked_into(day: Path) -> None:
    (paper, *_) = day.rglob("deposit_slip-*.pdf")
    assert any(b" Tf " in content for content in list(contents(paper.read_bytes()))[1:])
