"""`changshou import customers`: a file, two people, all rows or none (docs/customer-import.md, domain P12).

Takes the data folder's lock: an import keeps the only writer busy and belongs before the doors open. A check only
reads, so it asks for no order and no people and runs beside the program.
"""

from __future__ import annotations

import platform
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ui.cli import exit_codes
from ui.cli.people import People
from ui.cli.texts import Texts
from ui.cli.waiting import Waiting

if TYPE_CHECKING:
    from pos.domain.customer_import import RowProblem
    from pos.usecases.import_customers import ImportCheck
    from ui.app.workplace import Workplace

_MOST_PROBLEMS = 200
_MOST_SAMPLES = 10


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What was asked. only_check: look at the file and say what is wrong with it."""

    file: Path
    document_no: str
    login: str = ""
    approver: str = ""
    skip_bad: bool = False
    only_check: bool = False
    from_stdin: bool = False
    data: Path | None = None
    demo: bool = False


def import_file(say: Texts, options: ImportOptions) -> int:
    """Import; returns the exit code.

    Raises: RuleViolation `import.*`, `account.document`, `sign_in.*`, `approval.*`, `role.*`; ProgramRunning;
        StoreError kinds; OSError if the file cannot be read.
    """
    from pos.domain.errors import RuleViolation
    from pos.usecases.import_customers import check_against, check_import
    from ui.app.places import places
    from ui.app.reading import reading_books
    from ui.app.start import HallLock
    from ui.app.workplace import open_workplace

    content = options.file.read_bytes()
    at = places(options.data, demo=options.demo)
    with reading_books(at.database) as connection:  # a hall, and of this version, before a lock or a key is made
        if options.only_check:
            try:
                found = check_against(connection, content)
            except RuleViolation as wrong:  # the file as a whole
                print(say.error(wrong), file=sys.stderr)
                return exit_codes.FOUND
            _say_found(say, found)
            return exit_codes.FOUND if found.problems else exit_codes.GOOD
    if not options.document_no.strip():
        raise RuleViolation("account.document")
    with ExitStack() as rest, HallLock(at.lock, "program.close_first"):
        workplace = open_workplace(at)
        waiting = Waiting(say)
        try:
            waiting.stage("import.reading")
            found = check_import(workplace.hall, content)
            _say_found(say, found)
            if found.problems and not options.skip_bad:
                print(say("error.head", code="import.bad_rows") + say("import.refused"), file=sys.stderr)
                return exit_codes.REFUSED
            return _with_two_people(say, options, workplace, content, found, waiting, rest)
        finally:
            workplace.close()


def write_template(say: Texts, file: Path) -> int:
    """The template as a new file; returns the exit code. Raises OSError, also for a file that is there already."""
    from pos.domain.customer_import import template_csv

    content = template_csv()
    with file.open("xb") as new:
        new.write(content)
    print(say("import.template", path=str(file)))
    return exit_codes.GOOD


def _say_found(say: Texts, found: ImportCheck) -> None:
    print(say("import.check", good=found.good, rows=found.bad_rows, problems=len(found.problems)))
    if found.samples:
        print(say("import.samples", rows=_row_numbers(say, found.samples)))
    for problem in found.problems[:_MOST_PROBLEMS]:
        reason = _reason(say, problem)
        print(say("import.problem", row=problem.row_no, column=problem.column, reason=reason))
    if len(found.problems) > _MOST_PROBLEMS:
        print(say("import.more", number=len(found.problems) - _MOST_PROBLEMS))


def _row_numbers(say: Texts, rows: tuple[int, ...]) -> str:
    """The first few of them; the template brings two, a file may have been pasted together of many."""
    named = say("list.comma").join(str(row) for row in rows[:_MOST_SAMPLES])
    return named + ("……" if len(rows) > _MOST_SAMPLES else "")


def _reason(say: Texts, problem: RowProblem) -> str:
    """What is wrong; of a cell whose form or value is, also what may stand there."""
    from pos.domain.customer_import import HEADING_OF

    reason = say.what(problem.code)
    if problem.code not in ("import.format", "import.not_in_list"):
        return reason
    name = next(name for name, heading in HEADING_OF.items() if heading == problem.column)
    return say("import.right", reason=reason, right=say(f"import.right.{name}"))


def _with_two_people(
    say: Texts,
    options: ImportOptions,
    workplace: Workplace,
    content: bytes,
    found: ImportCheck,
    waiting: Waiting,
    rest: ExitStack,
) -> int:
    from pos.domain.roles import Act
    from pos.usecases.fact import require_may
    from pos.usecases.give_consent import give_consent
    from pos.usecases.import_customers import ImportCustomers, import_customers
    from pos.usecases.sign_in import SignIn, sign_in
    from ui.app.interrupt import interrupt_held

    hall = workplace.hall
    people = People(say, from_stdin=options.from_stdin)
    login = people.login(options.login, "actor")
    asked = SignIn(
        command_id=hall.ids.new_id(),
        login=login,
        password=people.password(login, "actor"),
        workstation=platform.node(),
    )
    with people.meaning(login, "actor"):
        actor = sign_in(hall, asked).person
    command = ImportCustomers(
        command_id=hall.ids.new_id(),
        actor=actor.operator_id,
        content=content,
        document_no=options.document_no,
        skip_bad=options.skip_bad,
    )
    approver = people.login(options.approver, "approver")
    with people.meaning(login, "actor"):
        require_may(hall, command, Act.IMPORT_CUSTOMERS)
    print(
        say(
            "sign.import",
            actor=actor.display_name,
            document=options.document_no,
            file=options.file.name,
            good=found.good,
            digest=sha256(content).hexdigest()[:16],
        ),
        flush=True,
    )
    if found.problems:
        print(say("sign.import_skips", rows=found.bad_rows, problems=len(found.problems)), flush=True)
    password = people.password(approver, "approver")
    with people.meaning(approver, "approver"):
        consent = give_consent(hall, command, Act.IMPORT_CUSTOMERS, approver_login=approver, password=password)
    waiting.stage("import.writing")
    look = rest.enter_context(interrupt_held())  # until the last row; then the commit is made, said and put away

    def progress(rows: int, total: int) -> None:
        look()
        waiting(rows, total)

    done = import_customers(hall, replace(command, consent=consent), workplace.cipher, progress)
    print(say("import.done", imported=done.imported, skipped=done.skipped))
    return exit_codes.GOOD
