"""Put a price schedule in force from a day on, with the document that approves it and a second person (domain D6).

Earlier schedules stay; sales keep the split and the prices they were made with. The tier counter of the year goes on,
so a class keeps the day its year begins: two starts would count the same litres into one year twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.account import PriceClass
from pos.domain.approved_price import check_paper, check_vat
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.tariff import Tariff, Tier
from pos.store import tariff_queries
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTariff(Command):
    """A schedule as approved. Fields as in `pos.domain.tariff.Tariff`; `sample` marks 示例 prices."""

    price_class: PriceClass
    name: str
    effective_from: str
    tiers: tuple[Tier, ...]
    document_no: str
    year_start: str = "01-01"
    base_people: int = 4
    vat_rate_bp: int = 900
    sample: bool = False


@dataclass(frozen=True, slots=True)
class TariffSet:
    """The schedule's id."""

    tariff_id: str


def set_tariff(hall: Hall, command: SetTariff) -> TariffSet:
    """Write the schedule.

    Raises: RuleViolation `tariff.no_tiers`, `tariff.price`, `tariff.tiers`, `tariff.year_start`, `tariff.year_moved`,
        `tariff.no_day`, `tariff.day`, `tariff.document`, `tariff.name`, `tariff.tier_name`, `tariff.vat`, `role.*`,
        `approval.*`; StoreError kinds.
    """
    check_tariff(command)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        chain = hall_chain(uow.connection)
        price_class, first_day = command.price_class.value, command.effective_from
        kept = tariff_queries.other_year_start(uow.connection, price_class, command.year_start, first_day)
        if kept is not None:
            raise RuleViolation("tariff.year_moved", year_start=kept)
        tariff = _tariff(str(uow.journal.head(chain).next_key), command)
        return RecordDraft(
            chain=chain,
            kind="tariff_set",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"tariff_id": tariff.tariff_id},
            rows={
                "tariff": [
                    {
                        "tariff_id": tariff.tariff_id,
                        "price_class": tariff.price_class,
                        "name": tariff.name,
                        "effective_from": tariff.effective_from,
                        "year_start": tariff.year_start,
                        "base_people": tariff.base_people,
                        "vat_rate_bp": tariff.vat_rate_bp,
                        "document_no": tariff.document_no,
                        "sample": int(tariff.sample),
                    }
                ],
                "tariff_tier": [
                    {
                        "tariff_id": tariff.tariff_id,
                        "tier": tier.tier,
                        "name": tier.name,
                        "upper_l": tier.upper_l,
                        "per_extra_person_l": tier.per_extra_person_l,
                        "price_e4": tier.price_e4,
                    }
                    for tier in tariff.tiers
                ],
            },
        )

    return perform(hall, command, Act.SET_PRICES, decide, _result)


def check_tariff(command: SetTariff) -> None:
    """Refuse before anybody is asked to approve it; the same rules as when it is set."""
    check_paper(command.effective_from, command.document_no)
    check_vat(command.vat_rate_bp)
    if not command.name.strip():
        raise RuleViolation("tariff.name")
    for tier in command.tiers:
        if not tier.name.strip():
            raise RuleViolation("tariff.tier_name", tier=tier.tier)
    _tariff("", command)


def _tariff(tariff_id: str, command: SetTariff) -> Tariff:
    """The schedule as a value: its own checks run. Raises RuleViolation as `Tariff` does."""
    return Tariff(
        tariff_id=tariff_id,
        price_class=command.price_class,
        name=command.name.strip(),
        effective_from=command.effective_from,
        tiers=command.tiers,
        year_start=command.year_start,
        base_people=command.base_people,
        vat_rate_bp=command.vat_rate_bp,
        document_no=command.document_no.strip(),
        sample=command.sample,
    )


def _result(_uow: UnitOfWork, record: Record) -> TariffSet:
    return TariffSet(record.facts["tariff_id"])
