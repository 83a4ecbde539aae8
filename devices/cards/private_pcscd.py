"""A PC/SC service of our own, with virtual readers, beside whatever runs on the machine. Tests and `make day` only.

Needs root and the Debian packages pcscd and vsmartcard-vpcd. The service gets its own mount namespace, so that its
fixed socket folder is a private one; clients of this process find it by PCSCLITE_CSOCK_NAME. It must not know cards.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_SOCKET_FOLDER = Path("/run/pcscd")
_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_START_TIMEOUT_S = 8.0
_STOP_TIMEOUT_S = 5.0
_STEP_S = 0.02


class PrivatePcscd:
    """Context manager: a running service with two virtual readers.

    Attributes:
        ports: TCP port of each reader's slot.
    """

    def __init__(self, label: str = "Changshou Virtual") -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="changshou-pcscd-"))
        self._label = label
        first = _two_free_ports()
        self.ports = (first, first + 1)
        self._service: subprocess.Popen[bytes] | None = None
        # The client library reads this once per process: make the object before the first PC/SC call.
        self._outer_socket = os.environ.get("PCSCLITE_CSOCK_NAME")
        os.environ["PCSCLITE_CSOCK_NAME"] = str(self._sockets / "pcscd.comm")
        self._wait = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._outer_socket is None:
            os.environ.pop("PCSCLITE_CSOCK_NAME", None)
        else:
            os.environ["PCSCLITE_CSOCK_NAME"] = self._outer_socket
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def reader_names(self) -> tuple[str, str]:
        """As plugged in now."""
        return f"{self._label} 00 00", f"{self._label} 00 01"

    @property
    def _sockets(self) -> Path:
        return self._folder / "run"

    def start(self) -> None:
        """Start the service and wait until it answers. Blocking: 0.1-1 s.

        Raises: RuntimeError naming what is missing; TimeoutError if it does not come up.
        """
        for needed in (*map(shutil.which, ("pcscd", "unshare", "setpriv")), _DRIVER if _DRIVER.exists() else None):
            if needed is None:
                raise RuntimeError("pcscd, unshare and the vpcd driver are needed: apt install pcscd vsmartcard-vpcd")
        _SOCKET_FOLDER.mkdir(parents=True, exist_ok=True)
        self._sockets.mkdir(exist_ok=True)
        for stale in self._sockets.iterdir():
            stale.unlink()
        self._write_configuration()
        conf = self._folder / "conf"
        recipe = f"mount --bind {self._sockets} {_SOCKET_FOLDER} && exec pcscd --foreground --config {conf}"
        with (self._folder / "pcscd.log").open("wb") as log:
            # A killed test run must not leave a service behind: it goes when the thread that started it goes.
            command = ["setpriv", "--pdeathsig", "TERM", "unshare", "-m", "sh", "-c", recipe]
            self._service = subprocess.Popen(command, stdout=log, stderr=log)
        self._await_ready()

    def stop(self) -> None:
        """Stop the service; clients see it gone. Blocking: < 1 s."""
        service, self._service = self._service, None
        if service is None:
            return
        service.terminate()
        try:
            service.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            service.kill()
            service.wait()

    def restart(self) -> None:
        """Stop and start, as an administrator or an update does."""
        self.stop()
        self.start()

    def replug(self, label: str) -> None:
        """Come back with a reader of another name in place of ours; "" = with none.

        The service never lets go of a reader that its configuration names while it runs, so a pulled plug is played
        as a service without the reader: clients see their context die and the reader gone.
        """
        self.stop()
        self._label = label
        self.start()

    def kill(self) -> None:
        """Die at once, whatever is being sent."""
        if self._service is not None:
            self._service.kill()

    def _write_configuration(self) -> None:
        conf = self._folder / "conf"
        conf.mkdir(exist_ok=True)
        port = f"{self.ports[0]:#06x}"
        (conf / "vpcd").unlink(missing_ok=True)
        if not self._label:
            return
        (conf / "vpcd").write_text(
            f'FRIENDLYNAME "{self._label}"\nDEVICENAME /dev/null:{port}\nLIBPATH {_DRIVER}\nCHANNELID {port}\n',
            encoding="ascii",
        )

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        awaited = self.ports if self._label else ()
        while not ((self._sockets / "pcscd.comm").exists() and all(_listens(port) for port in awaited)):
            if time.monotonic() > deadline or (self._service is not None and self._service.poll() is not None):
                told = (self._folder / "pcscd.log").read_text(errors="replace")[-2000:]
                self.stop()
                raise TimeoutError(f"the private pcscd did not come up:\n{told}")
            self._wait.wait(_STEP_S)


def _listens(port: int) -> bool:
    """True if somebody listens; looked up in the kernel's table, because connecting would insert a card."""
    wanted = f"{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            words = line.split()
            if words[1].rsplit(":", 1)[1] == wanted and words[3] == "0A":
                return True
    return False


def _two_free_ports() -> int:
    """A port whose successor is free as well."""
    for _attempt in range(200):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise RuntimeError("no two neighbouring free ports")
