"""Where a hall's files live: data in one folder, keys in another that no backup of the first contains.

Linux and Windows standard folders by platformdirs; `--data DIR` names another hall. Source: design, Money rules 4.
The window waits for the data folder only, so the folder of keys is worked out when it is asked for (performance 5.2).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

APP = "changshou"


class Places(NamedTuple):
    """Folders of one hall.

    Attributes:
        data: database, configuration, logs, simulated cards.
        own_keys: a folder for the keys other than the standard one (tests, the day's story).
    """

    data: Path
    own_keys: Path | None = None

    @property
    def keys(self) -> Path:
        """Signing key, data key, card keystore; one folder per data folder, never inside it."""
        if self.own_keys is not None:
            return self.own_keys
        import hashlib

        from platformdirs import user_config_path

        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return user_config_path(APP) / "keys" / name

    @property
    def database(self) -> Path:
        """The books."""
        return self.data / "hall.db"

    @property
    def config(self) -> Path:
        """Which devices this workstation has."""
        return self.data / "changshou.toml"

    @property
    def log(self) -> Path:
        """The program's log; never money, names or keys."""
        return self.data / "log" / "changshou.log"

    @property
    def crashes(self) -> Path:
        """Crash reports, one file each."""
        return self.data / "crash"

    @property
    def lock(self) -> Path:
        """One program per data folder."""
        return self.data / "changshou.lock"

    @property
    def run_mark(self) -> Path:
        """There while the program runs; left behind by a run that was killed."""
        return self.data / "changshou.running"

    @property
    def simulated_cards(self) -> Path:
        """The demo's plastic, one JSON file a card."""
        return self.data / "simulated-cards"

    @property
    def roll(self) -> Path:
        """What came out of a simulated printer, a text and a picture of each paper."""
        return self.data / "roll"

    @property
    def signing_key(self) -> Path:
        """Ed25519, made at commissioning."""
        return self.keys / "installation.pem"

    @property
    def data_key(self) -> Path:
        """AES key of the ID numbers."""
        return self.keys / "personal.key"

    @property
    def keystore(self) -> Path:
        """Encrypted card keys."""
        return self.keys / "cards.keystore"


def places(data: Path | None = None, *, demo: bool = False) -> Places:
    """The folders of a hall: the standard ones, the demo's, or those of a named data folder."""
    if data is None:
        from platformdirs import user_data_path

        data = user_data_path(APP) / ("demo" if demo else "hall")
    return Places(data.expanduser().resolve())
