"""Sample prices of all classes and fees, marked 示例: what a new hall and the demo begin with; two people approve."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from pos.domain.account import PriceClass
from pos.domain.roles import Act
from pos.usecases.fact import Command, Hall
from pos.usecases.give_consent import give_consent
from pos.usecases.set_fee_price import SetFeePrice, set_fee_price
from pos.usecases.set_tariff import SetTariff, set_tariff
from ui.app.demo_customers import SAMPLE_DOCUMENT, SAMPLE_FEES_FEN, SAMPLE_TIERS

AnyCommand = TypeVar("AnyCommand", bound=Command)
FROM = "2026-01-01"
SAMPLE_NAMES = {
    PriceClass.RESIDENT: "居民用气",
    PriceClass.RESIDENT_HEATING: "居民采暖用气",
    PriceClass.COMMERCIAL: "商业用气",
    PriceClass.PUBLIC_WELFARE: "公福用气",
}


def set_sample_prices(hall: Hall, lead_id: str, *, approver_login: str, approver_password: str) -> None:
    """The lead enters them, the administrator approves each.

    Blocking: about 0.7 s, password checks. Raises: RuleViolation `approval.*`, `tariff.*`; StoreError kinds.
    """

    def approved(command: AnyCommand) -> AnyCommand:
        consent = give_consent(hall, command, Act.SET_PRICES, approver_login=approver_login, password=approver_password)
        return replace(command, consent=consent)

    for price_class, tiers in SAMPLE_TIERS.items():
        tariff = SetTariff(
            command_id=hall.ids.new_id(),
            actor=lead_id,
            price_class=PriceClass(price_class),
            name=SAMPLE_NAMES[PriceClass(price_class)],
            effective_from=FROM,
            tiers=tiers,
            document_no=SAMPLE_DOCUMENT,
            sample=True,
        )
        set_tariff(hall, approved(tariff))
    for item, amount_fen in SAMPLE_FEES_FEN.items():
        fee = SetFeePrice(
            command_id=hall.ids.new_id(),
            actor=lead_id,
            item=item,
            amount_fen=amount_fen,
            effective_from=FROM,
            document_no=SAMPLE_DOCUMENT,
            sample=True,
        )
        set_fee_price(hall, approved(fee))
