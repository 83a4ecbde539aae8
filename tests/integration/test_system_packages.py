"""What `installer/system-packages.sh` asks of a bare machine, with a package manager that only notes its calls."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

SCRIPT = ROOT / "installer" / "system-packages.sh"


@dataclass
class BareMachine:
    """Programs of our own in front of the machine's. Attributes: tools, their folder."""

    tools: Path

    def put(self, name: str, *lines: str) -> Path:
        """A small shell program under a name."""
        program = self.tools / name
        program.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
        program.chmod(0o755)
        return program

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.tools}:{os.environ['PATH']}"
        return subprocess.run([SCRIPT, *words], env={"PATH": path}, capture_output=True, text=True, check=False)

    def asked(self) -> str:
        """What the package manager was called with."""
        calls = self.tools / "calls"
        return calls.read_text(encoding="utf-8") if calls.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> BareMachine:
    """Root on a machine with no package installed."""
    made = BareMachine(tmp_path)
    made.put("dpkg-query", "exit 0")
    made.put("apt-get", f'echo "$@" >> {tmp_path}/calls')
    made.put("id", "echo 0")
    return made


def test_root_installs_all_that_is_missing_a_python_with_venv_included(machine: BareMachine) -> None:
    assert machine.run("run").returncode == 0
    update, install = machine.asked().splitlines()
    assert update.startswith("update")
    assert {"install", "pcscd", "libxcb-cursor0", "python3", "python3-venv", "python3-dev"} <= set(install.split())
    assert "vsmartcard-vpcd" not in install


def test_a_python_without_venv_asks_for_the_packages_of_its_own_version(machine: BareMachine) -> None:
    python = machine.put("python3.12", 'case "$2" in *version_info*) echo python3.12 ;; *) exit 1 ;; esac')
    assert machine.run("run", str(python)).returncode == 0
    wanted = set(machine.asked().split())
    assert {"python3.12-venv", "python3.12-dev"} <= wanted
    assert "python3-venv" not in wanted


def test_names_of_ubuntu_24_04_count_as_installed(machine: BareMachine) -> None:
    machine.put("dpkg-query", "echo 'installed libglib2.0-0t64'")
    assert machine.run("run").returncode == 0
    assert "libglib2.0" not in machine.asked()


def test_without_root_and_sudo_nothing_is_touched_and_the_line_is_said(machine: BareMachine) -> None:
    machine.put("id", "echo 1000")
    machine.put("sudo", "exit 1")
    done = machine.run("run")
    assert done.returncode == 1
    assert "apt-get install -y --no-install-recommends" in done.stderr
    assert machine.asked() == ""


def test_without_network_the_line_to_repeat_is_said(machine: BareMachine) -> None:
    machine.put("apt-get", "exit 100")
    done = machine.run("run")
    assert done.returncode == 1
    assert "could not be installed" in done.stderr
    assert "apt-get update && apt-get install" in done.stderr


def test_a_machine_that_lacks_nothing_asks_for_nothing(machine: BareMachine) -> None:
    machine.run("test")
    everything = machine.asked().splitlines()[-1].split()
    (machine.tools / "calls").unlink()
    machine.put("dpkg-query", *(f"echo 'installed {name}'" for name in everything if not name.startswith("-")))
    assert machine.run("test").returncode == 0
    assert machine.asked() == ""
