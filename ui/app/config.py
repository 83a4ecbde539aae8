"""Which devices this workstation has: a small TOML file, read into frozen values (no money rule lives here).

A missing file means simulated devices are NOT assumed: a real hall without configuration has no reader and no printer
and says so; only the demo simulates. A damaged file falls back to the last good copy beside it, with a warning.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

from devices.printer.profile import Confirmation
from pos.domain.catalogue import LANGUAGES
from pos.domain.errors import KnownError
from printing.roll import LEAST_DOTS, MOST_DOTS, MOST_FEED_LINES, Characters, Cutter

Section = TypeVar("Section", "ReaderConfig", "PrinterConfig", "ScreenConfig", "KeysConfig")
READERS = ("none", "pcsc", "library", "simulated")
KEY_AUTHORITIES = ("keystore", "psam", "head_office")
_NEEDED_OF_KEYS = {"psam": ("slot",), "head_office": ("host", "authority", "certificate", "private_key")}
PRINTERS = ("none", "network", "usb", "serial", "file", "spooler", "simulated")
BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
USUAL_DOTS = {58: LEAST_DOTS, 80: MOST_DOTS}
"""Printable dots at 8 a millimetre: 32 and 48 columns."""


_TYPE_WORDS: dict[type, str] = {str: '"..."', int: "0, 1, 2 ...", bool: "true, false"}


class ConfigDamaged(KnownError):
    """The device configuration cannot be read; the last good copy is used, or nothing."""


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """How cards are reached (docs/card-profiles.md for `library`).

    Attributes:
        kind: one of READERS.
        name: part of the PC/SC reader's name, "" = the first that is no SAM slot; of a library, its name in the table.
        library: the file of a reader maker's library; port: what it is opened with; python: the interpreter that
            loads it, "" = the program's own.
    """

    kind: str = "none"
    name: str = ""
    library: str = ""
    port: str = ""
    python: str = ""


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """Where the printer is and what its model can do (docs/printers.md).

    Attributes:
        kind: one of PRINTERS; host, port for `network`; path for `file` and `serial`; name for `spooler`; vendor_id,
            product_id for `usb`; baud for `serial`.
        paper_mm: 58 or 80; dots: printable width where it is not the usual one (0 = 384 or 576).
        characters: of its own font; what that lacks is printed as a picture. cutter; feed_top, feed_bottom: lines.
        confirmation: how it says that a job came out; answers_status: it answers DLE EOT.
        drawer_pin: 2 or 5; drawer_on_ms, drawer_off_ms: the pulse; drawer_sensor, drawer_open_is_high: its sensor.
    """

    kind: str = "none"
    host: str = "127.0.0.1"
    port: int = 9100
    path: str = ""
    name: str = ""
    vendor_id: int = 0
    product_id: int = 0
    baud: int = 19200
    paper_mm: int = 80
    dots: int = 0
    characters: str = "gb18030"
    cutter: str = "partial"
    feed_top: int = 0
    feed_bottom: int = 1
    confirmation: str = "process_id"
    answers_status: bool = True
    drawer_pin: int = 2
    drawer_on_ms: int = 100
    drawer_off_ms: int = 100
    drawer_sensor: bool = True
    drawer_open_is_high: bool = True

    @property
    def width_dots(self) -> int:
        """Printable dots of a line."""
        return self.dots or USUAL_DOTS[self.paper_mm]


@dataclass(frozen=True, slots=True)
class ScreenConfig:
    """language, theme (light, dark, high_contrast), scale in percent; customer_screen: second window or half of one."""

    language: str = "zh_CN"
    theme: str = "light"
    scale: int = 100
    customer_screen: bool = True


@dataclass(frozen=True, slots=True)
class KeysConfig:
    """Who answers for the card keys (docs/keys.md).

    Attributes:
        kind: one of KEY_AUTHORITIES.
        slot: of a security module, part of the PC/SC name of its slot; module: its number, "" = any.
        host, port: of the head office's service; authority: the PEM file of who signs its certificate; certificate,
            private_key: of this hall, PEM files.
        test: it holds development keys; what says otherwise of itself is refused.
    """

    kind: str = "keystore"
    slot: str = ""
    module: str = ""
    host: str = ""
    port: int = 8443
    authority: str = ""
    certificate: str = ""
    private_key: str = ""
    test: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """The workstation. damaged_key: the file is wrong there ("" = as a whole) and this is the last good copy."""

    reader: ReaderConfig = field(default_factory=ReaderConfig)
    printer: PrinterConfig = field(default_factory=PrinterConfig)
    screen: ScreenConfig = field(default_factory=ScreenConfig)
    keys: KeysConfig = field(default_factory=KeysConfig)
    damaged_key: str | None = field(default=None, compare=False)

    @property
    def simulates(self) -> bool:
        """True if cards or papers are not real here."""
        return "simulated" in (self.reader.kind, self.printer.kind)


SIMULATED = Config(ReaderConfig("simulated"), PrinterConfig("simulated"))
"""What the demo has."""


def load_config(path: Path) -> Config:
    """Read the file; a missing one gives the defaults.

    Raises: ConfigDamaged as `parse_config`, if there is no last good copy either.
    """
    if not path.exists():
        return Config()
    last_good = path.with_suffix(".last-good.toml")
    try:
        text = path.read_text(encoding="utf-8")
        config = parse_config(text)
    except (ConfigDamaged, OSError, UnicodeDecodeError) as damaged:
        known = damaged if isinstance(damaged, ConfigDamaged) else ConfigDamaged("config.damaged", key="")
        if last_good.exists():
            key = str(known.params.get("key", ""))
            return replace(parse_config(last_good.read_text(encoding="utf-8")), damaged_key=key)
        raise ConfigDamaged(known.code, path=path.name, **known.params) from damaged
    _keep(last_good, text)
    return config


def _keep(last_good: Path, text: str) -> None:
    """The last good copy, whole or not at all."""
    if last_good.exists() and last_good.read_bytes() == text.encode():
        return
    partial = last_good.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(last_good)


def parse_config(text: str) -> Config:
    """Values from TOML text, each checked.

    Raises: ConfigDamaged `config.damaged` (no TOML), `config.unknown` (no such key), `config.value` (key, value, what
        is allowed), `config.missing` (a key this connection needs).
    """
    import tomllib  # only a hall that has a file pays for it before its window

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigDamaged("config.damaged", key=str(error)) from error
    unknown = set(document) - {"reader", "printer", "screen", "keys"}
    if unknown:
        raise ConfigDamaged("config.unknown", key=min(unknown))
    config = Config(
        _section(ReaderConfig, document.get("reader", {}), "reader"),
        _section(PrinterConfig, document.get("printer", {}), "printer"),
        _section(ScreenConfig, document.get("screen", {}), "screen"),
        _section(KeysConfig, document.get("keys", {}), "keys"),
    )
    _check_keys(config.keys)
    _one_of("reader.kind", config.reader.kind, READERS)
    if config.reader.kind == "library" and not config.reader.library:
        raise ConfigDamaged("config.value", key="reader.library", value="", allowed="C:/reader/reader.dll")
    _check_printer(config.printer)
    _between("screen.scale", config.screen.scale, 100, 200)
    _one_of("screen.theme", config.screen.theme, ("light", "dark", "high_contrast"))
    _one_of("screen.language", config.screen.language, LANGUAGES)
    return config


def _check_keys(keys: KeysConfig) -> None:
    """What the chosen authority cannot do without."""
    _one_of("keys.kind", keys.kind, KEY_AUTHORITIES)
    _between("keys.port", keys.port, 1, 65535)
    for needed in _NEEDED_OF_KEYS.get(keys.kind, ()):
        if not getattr(keys, needed):
            raise ConfigDamaged("config.missing", key=f"keys.{needed}", kind=keys.kind)
    if keys.kind == "head_office" and not _is_host(keys.host):
        raise ConfigDamaged("config.value", key="keys.host", value=keys.host, allowed="keys.example.com, 10.0.0.5")


def _check_printer(printer: PrinterConfig) -> None:
    """Every value in its range, and the address that this kind of connection cannot do without."""
    _one_of("printer.kind", printer.kind, PRINTERS)
    _between("printer.port", printer.port, 1, 65535)
    _one_of("printer.baud", printer.baud, BAUD_RATES)
    _one_of("printer.paper_mm", printer.paper_mm, tuple(USUAL_DOTS))
    if printer.dots:
        _between("printer.dots", printer.dots, LEAST_DOTS, MOST_DOTS)
    _one_of("printer.characters", printer.characters, tuple(Characters))
    _one_of("printer.cutter", printer.cutter, tuple(Cutter))
    _between("printer.feed_top", printer.feed_top, 0, MOST_FEED_LINES)
    _between("printer.feed_bottom", printer.feed_bottom, 0, MOST_FEED_LINES)
    _one_of("printer.confirmation", printer.confirmation, tuple(Confirmation))
    _one_of("printer.drawer_pin", printer.drawer_pin, (2, 5))
    _between("printer.drawer_on_ms", printer.drawer_on_ms, 2, 510)
    _between("printer.drawer_off_ms", printer.drawer_off_ms, 2, 510)
    address = {"network": "host", "file": "path", "serial": "path", "spooler": "name", "usb": "vendor_id"}
    needed = address.get(printer.kind)
    if needed and not getattr(printer, needed):
        raise ConfigDamaged("config.missing", key=f"printer.{needed}", kind=printer.kind)
    if printer.kind == "network" and not _is_host(printer.host):
        raise ConfigDamaged("config.value", key="printer.host", value=printer.host, allowed="192.168.1.50, printer.lan")


def _is_host(text: str) -> bool:
    """True for what the system's resolver can be asked: it refuses empty and overlong labels as no error of its own."""
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return not any(character.isspace() for character in text)


def config_text(config: Config) -> str:
    """The file's text; `parse_config` gives the same values back."""
    lines: list[str] = []
    for name in ("reader", "printer", "screen", "keys"):
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
    known = {item.name: type(getattr(defaults, item.name)) for item in fields(kind)}
    for key, value in values.items():
        if key not in known:
            raise ConfigDamaged("config.unknown", key=f"{name}.{key}")
        if type(value) is not known[key]:
            raise ConfigDamaged("config.value", key=f"{name}.{key}", value=str(value), allowed=_TYPE_WORDS[known[key]])
    return kind(**values)


def _one_of(key: str, value: str | int, allowed: tuple[str, ...] | tuple[int, ...]) -> None:
    if value not in allowed:
        raise ConfigDamaged("config.value", key=key, value=value, allowed=", ".join(map(str, allowed)))


def _between(key: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ConfigDamaged("config.value", key=key, value=value, allowed=f"{least}-{most}")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
