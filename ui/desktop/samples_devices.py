"""Sample states of the page of devices: a card, none, no service, no reader at all, keys that wait to be unlocked.

Must not know: use cases; no state here ever reaches the books.
"""

from __future__ import annotations

from dataclasses import replace

from ui.desktop import samples
from ui.presenters.devices_state import DevicesState, Sight, told
from ui.presenters.notice import Lamp, LampState, Notice, Tone

_WORKING = samples.FRAME.lamps
_SEEN = Sight(
    lamps=_WORKING, reader="ACS ACR39U ICC Reader 00 00", service="pcsc-lite 1.9.9", family="sle4442",
    atr="3B04A2131091",  looked=True, profile="memory-reference", left=3, tries=3, key_word="mark.test_keys",
)  # fmt: skip
_GONE = (Lamp("reader", LampState.FAULT, "reader.no_service"), *_WORKING[1:])
_LOCKED = replace(_SEEN, key_word="key.locked", locked=True)
_NONE = tuple(Lamp(lamp.device, LampState.ABSENT) for lamp in _WORKING)
_FILE = "/var/lib/changshou/east-street/hall/changshou.toml"
_WAITS = Notice("keys.locked", Tone.WARNING)

DEVICES: dict[str, DevicesState] = {
    "devices": DevicesState(told=told(_SEEN), lamps=_WORKING),
    "devices-no-card": DevicesState(told=told(replace(_SEEN, atr="", looked=False)), lamps=_WORKING),
    "devices-no-service": DevicesState(
        told=told(Sight(lamps=_GONE, key_word="reader.own_keys", key_place="key.place_psam", key_name="000000005101")),
        lamps=_GONE,
        trouble=Notice("reader.no_service", Tone.BAD),
    ),
    "devices-not-configured": DevicesState(
        told=told(Sight(lamps=_NONE, key_word="reader.own_keys", config_file=_FILE, config_there=False)),
        lamps=_NONE,
        trouble=Notice("reader.not_configured", Tone.WARNING),
    ),
    "devices-simulated": DevicesState(
        told=told(replace(_SEEN, service="simulated", config_file=_FILE, roll=_FILE.replace("changshou.toml", "roll"))),
        lamps=_WORKING,
    ),
    "devices-locked": DevicesState(
        told=told(replace(_LOCKED, left=2)), lamps=_WORKING, trouble=_WAITS, locked=True, may_unlock=True,
        notice=Notice("keys.wrong_passphrase", Tone.BAD),
    ),
    "devices-unlocking": DevicesState(
        told=told(_LOCKED), lamps=_WORKING, trouble=_WAITS, locked=True, may_unlock=True, busy=True
    ),
    "devices-locked-cashier": DevicesState(told=told(_LOCKED), lamps=_WORKING, trouble=_WAITS, locked=True),
}  # fmt: skip
