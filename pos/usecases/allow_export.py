"""May she take a business day out of the hall as files? Asked before they are written (domain P12, finance exports).

What is exported is what the deposit slips sealed, so an export that is allowed is no fact; one that is refused is.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.roles import Act
from pos.usecases.fact import Command, Hall, require_may


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDay(Command):
    """The business day whose deposit slips are wanted, as an ISO date."""

    business_day: str


def allow_export(hall: Hall, command: ExportDay) -> None:
    """Let finance write the files. Raises: RuleViolation `role.*`, `sign_in.*`, recorded; StoreError kinds."""
    require_may(hall, command, Act.EXPORT_FINANCE)
