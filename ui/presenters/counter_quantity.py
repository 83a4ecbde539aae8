"""How much is bought: the quantity by volume or by money, and the price that follows every key (screen.md, steps 2-3).

Figures come from `quote` and `quote_first_card`; nothing is calculated here. Must not know: how it is paid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.errors import KnownError
from pos.domain.roles import Act
from pos.usecases.asks_consent import asks_consent
from pos.usecases.quote import Quote, quote
from pos.usecases.sell_first_card import FirstCardQuote, quote_first_card
from ui.presenters import counter_panels as panels
from ui.presenters.counter_sale import LITRES_PER_M3, quote_request, sale_refusal, standing_notice
from ui.presenters.counter_state import Step
from ui.presenters.fee_sale import FeeQuote, blank_warning
from ui.presenters.notice import Notice, Tone
from ui.presenters.serving import Serving

_CAP = "limit.meter_cap"
_TOO_LITTLE_YET = ("money.too_little", "volume.not_positive")
"""Refused with Enter only: the first digits of every sum are too little."""


@dataclass(slots=True, weakref_slot=True)
class Quantity:
    """The quantity field and the quote behind it."""

    serving: Serving

    def toggle_mode(self) -> None:
        """By volume or by money."""
        if self.serving.sale.step is Step.QUANTITY:
            self.serving.sale.by_money = not self.serving.sale.by_money
            self.serving.sale.typed, self.serving.sale.priced, self.serving.sale.settlement = "", None, None
            self._forget_refusal()
            self.serving.refresh()

    def edit(self, text: str) -> None:
        """Every key in the quantity field: the price follows."""
        if self.serving.sale.step is Step.QUANTITY and text != self.serving.sale.typed:
            self.serving.sale.typed = text
            self._forget_refusal()
            self.price(next_step=False)

    def submit(self, text: str) -> None:
        """Enter in the quantity field; an empty one takes the usual amount."""
        sale = self.serving.sale
        if sale.step is not Step.QUANTITY:
            return
        if sale.first_card:
            self._to_tender()
            return
        sale.typed = text.strip()
        if not sale.typed and sale.overview is not None and not sale.by_money:
            usual = panels.item_panel(sale.overview, None, typed="", by_money=False).usual_l
            sale.typed = str(usual // LITRES_PER_M3) if usual else ""
        self.price(next_step=True)

    def price(self, *, next_step: bool, slip_for: Callable[[int], None] | None = None) -> None:
        """Quote what is typed; then the tender step. `slip_for`: gets what is to pay by a UnionPay slip."""
        sale, shift = self.serving.sale, self.serving.shift
        if sale.overview is None or shift is None:
            return
        request = quote_request(sale, shift)
        if request is None:
            sale.priced, sale.settlement = None, None
            wrong = "money.not_an_amount" if sale.by_money else "volume.not_a_number"
            if next_step:
                sale.notice, sale.entry_refused = Notice(wrong, Tone.WARNING), True
            self.serving.refresh()
            return
        asked = sale.typed

        def priced(answer: Quote) -> None:
            if sale is not self.serving.sale:
                return
            sale.priced, sale.settlement, sale.most_over_fen = answer, answer.settlement, answer.most_over_fen
            if next_step and sale.step is not Step.TENDER:
                self._to_tender()
            self.serving.refresh()
            if slip_for is not None:
                slip_for(answer.settlement.to_pay_fen)

        def refused(error: KnownError) -> None:
            if sale is not self.serving.sale or sale.typed != asked:
                return
            sale.priced, sale.settlement = None, None
            if not next_step and error.code in _TOO_LITTLE_YET:
                self.serving.refresh()
                return
            sale.entry_refused = True
            self.serving.trouble(error)

        self.serving.desk.lanes.books.submit(lambda: quote(self.serving.desk.hall, request), priced, refused)

    def _forget_refusal(self) -> None:
        """What is typed is another now: what was said of the one before is not true of it."""
        sale = self.serving.sale
        if sale.entry_refused:
            sale.notice, sale.entry_refused = standing_notice(sale), False

    def price_first_card(self, *, slip_for: Callable[[int], None] | None = None) -> None:
        """A blank card becomes this account's first: its fee. `slip_for`: as for `price`."""
        sale, shift = self.serving.sale, self.serving.shift
        if sale.overview is None or shift is None:
            return
        account_no = sale.overview.terms.account_no

        def priced(answer: tuple[FirstCardQuote, bool, Notice | None]) -> None:
            if sale is not self.serving.sale:
                return
            fee, sale.lead_agrees, warning = answer
            sale.settlement, sale.most_over_fen = fee.settlement, fee.most_over_fen
            if sale.step is Step.QUANTITY:  # a card has no quantity to type
                self._to_tender(warning)
            self.serving.refresh()
            if slip_for is not None:
                slip_for(fee.settlement.to_pay_fen)

        def ask() -> tuple[FirstCardQuote, bool, Notice | None]:
            hall = self.serving.desk.hall
            fee = quote_first_card(hall, account_no, shift.business_day, sale.tender)
            consent = asks_consent(hall, Act.ISSUE_FIRST_CARD, shift.actor)
            return fee, consent, blank_warning(hall, shift.session_id)

        self.serving.desk.lanes.books.submit(ask, priced, self.serving.trouble)

    def price_fee(self, *, slip_for: Callable[[int], None] | None = None) -> None:
        """A service that the card room has prepared: its fee. `slip_for`: as for `price`."""
        sale = self.serving.sale
        fee, shift = sale.fee, self.serving.shift
        if fee is None or shift is None:
            return

        def priced(answer: tuple[FeeQuote, bool]) -> None:
            if sale is not self.serving.sale:
                return
            quoted, sale.lead_agrees = answer
            sale.settlement, sale.most_over_fen = quoted.settlement, quoted.most_over_fen
            if sale.step is not Step.TENDER:
                sale.step, sale.notice = Step.TENDER, quoted.warning
                self.serving.tell_customer("due")
            self.serving.refresh()
            if slip_for is not None:
                slip_for(quoted.settlement.to_pay_fen)

        self.serving.desk.lanes.books.submit(
            lambda: (fee.quote(sale.tender), asks_consent(self.serving.desk.hall, fee.act, shift.actor)),
            priced,
            self.serving.trouble,
        )

    def _to_tender(self, warning: Notice | None = None) -> None:
        sale = self.serving.sale
        if sale.settlement is None:
            return
        against = Notice("card.put_in", Tone.WARNING) if sale.card is None else sale_refusal(sale)
        above = cap_notice(sale.priced, agreed=sale.priced is not None and sale.cap_told_l == sale.priced.volume_l)
        if against is not None:
            sale.notice = against
        elif above is not None and above.code == _CAP:
            sale.cap_told_l = sale.priced.volume_l if sale.priced else 0
            sale.notice, sale.entry_refused = above, True
        else:
            sale.step, sale.entry_refused = Step.TENDER, False
            sale.notice = warning or above
            self.serving.tell_customer("due")
        self.serving.refresh()


def cap_notice(priced: Quote | None, *, agreed: bool) -> Notice | None:
    """The meter would refuse the card with this much on it: asked about once before money is taken, refused by nobody.
    `agreed`: she was asked about this very quantity.
    """
    warning = priced.cap_warning if priced else None
    if warning is None:
        return None
    left = "—" if warning.remaining_l is None else str(warning.remaining_l // LITRES_PER_M3)
    figures = (
        ("cap_m3", warning.cap_l // LITRES_PER_M3),
        ("over_m3", -(-warning.over_l // LITRES_PER_M3)),
        ("remaining_m3", left),
    )
    return Notice("limit.meter_cap_agreed" if agreed else _CAP, Tone.WARNING, figures)
