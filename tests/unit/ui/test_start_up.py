"""The first window is painted before anything heavy is imported."""

import subprocess
import sys

HEAVY = ("sqlalchemy", "reportlab", "escpos", "smartcard", "typer", "cryptography", "argon2", "openpyxl")


def printed(program: str) -> str:
    """What a new interpreter prints."""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return answer.stdout.strip()


def test_importing_the_desktop_imports_nothing_heavy() -> None:
    program = (
        "import sys, ui.desktop.frame, ui.desktop.gallery_scenes, ui.desktop.lanes;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert printed(program) == "[]"


def test_bare_window_is_there_before_its_furniture_is_imported() -> None:
    program = (
        "import sys, ui.app.start, ui.desktop.frame, ui.desktop.fonts, ui.desktop.first_paint\n"
        "late = ('ui.app.program', 'ui.app.config', 'ui.desktop.look', 'ui.desktop.keys', 'ui.desktop.fields')\n"
        "print([name for name in late if name in sys.modules])"
    )
    assert printed(program) == "[]"


def test_presenter_states_know_no_qt() -> None:
    program = (
        "import sys, ui.presenters.counter_state, ui.presenters.count_state, ui.presenters.office_state,"
        " ui.presenters.people_state, ui.presenters.notice, ui.presenters.lane, ui.desktop.messages;"
        "print([name for name in sys.modules if name.startswith('PySide6')])"
    )
    assert printed(program) == "[]"


def test_pyside_wheel_keeps_the_reference_count_of_none() -> None:
    program = (
        "import sys; from PySide6.QtCore import QObject; o = QObject(); before = sys.getrefcount(None)\n"
        "for _ in range(1000): o.setObjectName('x')\n"
        "print(before - sys.getrefcount(None) < 100)"
    )
    assert printed(program) == "True"
