"""The PC/SC service itself, looked at from outside: is it there, does it let us in, which version is it.

Source: pcsc-lite's README.polkit (a client that is not let in sees the same result as without a service; only the
socket tells them apart). Knows no reader and no card, and does not touch the `smartcard` package.
"""

from __future__ import annotations

import functools
import os
import socket
import subprocess

_SOCKET = "/run/pcscd/pcscd.comm"
_SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
_CONNECT_TIMEOUT_S = 2.0
BREAKS_MEMORY_CARDS = "1.9.1"
"""Of Debian 11: memory cards read as mute; other versions do them."""


@functools.cache
def service_version(timeout_s: float = 2.0) -> str:
    """Version of the PC/SC service, "" where it cannot be told (Windows, no pcscd in the path).

    Asked once per run. Blocking: < 0.1 s the first time.
    """
    try:
        shown = subprocess.run(["pcscd", "--version"], capture_output=True, text=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    words = shown.stdout.split("\n", 1)[0].split()
    return words[-1].rstrip(".") if words else ""


def socket_path() -> str:
    """Where the service listens on this machine."""
    return os.environ.get(_SOCKET_VARIABLE, _SOCKET)


def knock(path: str) -> None:
    """Connect to the service's socket and leave. Blocking: up to 2 s. Raises: OSError where nobody answers."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(_CONNECT_TIMEOUT_S)
        link.connect(path)


def service_listens() -> bool:
    """True if somebody answers at the socket: a service that is there and gives no context refuses this user."""
    if not hasattr(socket, "AF_UNIX"):  # Windows: its service has no socket, and no polkit
        return False
    try:
        knock(socket_path())
    except OSError:
        return False
    return True
