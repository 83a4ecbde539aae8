"""What stands on the paper that approves a price, whatever the price is: first day, number, tax (domain D6, P12).

Must not know: schedules, fees, who consents.
"""

from __future__ import annotations

from pos.domain.account import is_iso_date
from pos.domain.errors import RuleViolation

MAX_VAT_BP = 10_000


def check_paper(effective_from: str, document_no: str) -> None:
    """From which day on, by which document. Raises: RuleViolation `tariff.no_day`, `tariff.day`, `tariff.document`."""
    if not effective_from.strip():
        raise RuleViolation("tariff.no_day")
    if not is_iso_date(effective_from):
        raise RuleViolation("tariff.day", value=effective_from)
    if not document_no.strip():
        raise RuleViolation("tariff.document")


def check_vat(vat_rate_bp: int) -> None:
    """Raises: RuleViolation `tariff.vat`."""
    if not 0 <= vat_rate_bp <= MAX_VAT_BP:
        raise RuleViolation("tariff.vat", vat_rate_bp=vat_rate_bp)
