"""Where a hall's files live: data in one folder, keys in another that no backup of the first contains.

Linux and Windows standard folders by platformdirs; `--data DIR` names another hall. Source: design, Money rules 4.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path, user_data_path

APP = "changshou"


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one hall.

    Attributes:
        data: database, configuration, logs, simulated cards. keys: signing key, data key, card keystore.
    """

    data: Path
    keys: Path

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
    def simulated_cards(self) -> Path:
        """The demo's plastic, one JSON file a card."""
        return self.data / "simulated-cards"

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
    folder = (data or user_data_path(APP) / ("demo" if demo else "hall")).expanduser().resolve()
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Places(folder, user_config_path(APP) / "keys" / name)
