"""Which devices this workstation has: a small TOML file, read into frozen values (no money rule lives here).

A missing file means simulated devices are NOT assumed: a real hall without configuration has no reader and no printer
and says so; only the demo simulates. A damaged file falls back to the last good copy beside it, with a warning.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from pos.domain.errors import KnownError

Section = TypeVar("Section", "ReaderConfig", "PrinterConfig", "ScreenConfig")
READERS = ("none", "pcsc", "simulated")
PRINTERS = ("none", "network", "usb", "serial", "file", "spooler", "simulated")


class ConfigDamaged(KnownError):
    """The device configuration cannot be read; the last good copy is used, or nothing."""


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """kind: one of READERS; name: part of the PC/SC reader's name, "" = the first that is no SAM slot."""

    kind: str = "none"
    name: str = ""


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """kind: one of PRINTERS; host, port for `network`; path for `file` and `serial`; name for `spooler`;
    vendor_id, product_id for `usb`; baud for `serial`."""

    kind: str = "none"
    host: str = "127.0.0.1"
    port: int = 9100
    path: str = ""
    name: str = ""
    vendor_id: int = 0
    product_id: int = 0
    baud: int = 19200


@dataclass(frozen=True, slots=True)
class ScreenConfig:
    """language, theme (light, dark, high_contrast), scale in percent; customer_screen: second window or half of one."""

    language: str = "zh_CN"
    theme: str = "light"
    scale: int = 100
    customer_screen: bool = True


@dataclass(frozen=True, slots=True)
class Config:
    """The workstation."""

    reader: ReaderConfig = field(default_factory=ReaderConfig)
    printer: PrinterConfig = field(default_factory=PrinterConfig)
    screen: ScreenConfig = field(default_factory=ScreenConfig)

    @property
    def simulates(self) -> bool:
        """True if cards or papers are not real here."""
        return "simulated" in (self.reader.kind, self.printer.kind)


SIMULATED = Config(ReaderConfig("simulated"), PrinterConfig("simulated"))
"""What the demo has."""


def load_config(path: Path) -> Config:
    """Read the file; a missing one gives the defaults.

    Raises: ConfigDamaged `config.damaged` (key) if neither the file nor its last good copy can be read.
    """
    if not path.exists():
        return Config()
    try:
        config = parse_config(path.read_text(encoding="utf-8"))
    except (ConfigDamaged, OSError, UnicodeDecodeError) as damaged:
        last_good = path.with_suffix(".last-good.toml")
        if last_good.exists():
            return parse_config(last_good.read_text(encoding="utf-8"))
        key = damaged.params.get("key", "") if isinstance(damaged, ConfigDamaged) else ""
        raise ConfigDamaged("config.damaged", path=path.name, key=key) from damaged
    path.with_suffix(".last-good.toml").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return config


def parse_config(text: str) -> Config:
    """Values from TOML text, each checked. Raises ConfigDamaged `config.damaged` naming the key."""
    import tomllib  # only a hall that has a file pays for it before its window

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigDamaged("config.damaged", key=str(error)) from error
    unknown = set(document) - {"reader", "printer", "screen"}
    if unknown:
        raise ConfigDamaged("config.damaged", key=min(unknown))
    config = Config(
        _section(ReaderConfig, document.get("reader", {}), "reader"),
        _section(PrinterConfig, document.get("printer", {}), "printer"),
        _section(ScreenConfig, document.get("screen", {}), "screen"),
    )
    _require(config.reader.kind in READERS, "reader.kind")
    _require(config.printer.kind in PRINTERS, "printer.kind")
    _require(0 < config.printer.port < 65536, "printer.port")
    _require(100 <= config.screen.scale <= 200, "screen.scale")
    _require(config.screen.theme in ("light", "dark", "high_contrast"), "screen.theme")
    _require(config.screen.language in ("zh_CN", "zh_TW", "en"), "screen.language")
    return config


def config_text(config: Config) -> str:
    """The file's text; `parse_config` gives the same values back."""
    lines: list[str] = []
    for name in ("reader", "printer", "screen"):
        section = getattr(config, name)
        lines.append(f"[{name}]")
        lines += [f"{item.name} = {_toml(getattr(section, item.name))}" for item in fields(section)]
        lines.append("")
    return "\n".join(lines)


def _section(kind: type[Section], values: object, name: str) -> Section:
    """A section's values, each of the type of its default."""
    if not isinstance(values, dict):
        raise ConfigDamaged("config.damaged", key=name)
    defaults = kind()
    for key, value in values.items():
        if not hasattr(defaults, key) or type(value) is not type(getattr(defaults, key)):
            raise ConfigDamaged("config.damaged", key=f"{name}.{key}")
    return kind(**values)


def _require(holds: bool, key: str) -> None:
    if not holds:
        raise ConfigDamaged("config.damaged", key=key)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
