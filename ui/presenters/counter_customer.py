"""Who stands at the counter: a card that is read, or a search and a confirmation by name, house and meter number (P2).

screen.md "Steps of a sale", 1. Must not know: prices (they follow from the quantity), money.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.errors import KnownError
from pos.domain.card import CardIdentity, CardImage, CardKind
from pos.domain.errors import DeviceError
from pos.sagas.card_purchase import read_card
from pos.usecases.account_overview import AccountOverview, account_overview
from pos.usecases.find_accounts import FoundAccounts, find_accounts
from pos.usecases.open_card_writes import CardWriteRow, open_write_of_account
from ui.presenters import counter_panels as panels
from ui.presenters.card_memory import remember_reading
from ui.presenters.card_room_facts import refused_kind
from ui.presenters.counter_quantity import Quantity
from ui.presenters.counter_sale import Sale, standing_notice
from ui.presenters.counter_state import Step
from ui.presenters.hand_out import HandOut
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SearchState
from ui.presenters.serving import Serving

_NO_READER = {"reader.no_reader": "counter.no_reader", "reader.no_service": "counter.no_reader_service"}
"""Before a sale no money is held anywhere: what goes on without a reader is said instead."""
BEFORE_MONEY = (Step.IDLE, Step.IDENTIFY, Step.QUANTITY)


@dataclass(slots=True, weakref_slot=True)
class Customer:
    """Finds the customer. `quantity` prices a first card at once; `hand_out` takes an unsettled write up again."""

    serving: Serving
    quantity: Quantity
    hand_out: HandOut
    _asked: int = 0

    def read_card(self) -> None:
        """F2, or a card was put into the reader."""
        if self.serving.shift is None or self.serving.sale.step not in BEFORE_MONEY:
            return
        sale = self.serving.sale

        def came(image: CardImage) -> None:
            """An image that comes when the sale has gone on, or is another's, belongs to nobody."""
            if sale is self.serving.sale and sale.step in BEFORE_MONEY:
                self._card_read(image)

        def failed(error: KnownError) -> None:
            if sale is self.serving.sale and sale.step in BEFORE_MONEY:
                self._device_trouble(error)

        self.serving.desk.lanes.reader.submit(lambda: read_card(self.serving.desk.reader), came, failed)

    def card_taken(self) -> None:
        """The reader is empty: a card that was not hers is said to be there no longer, and her own is asked for."""
        sale = self.serving.sale
        another = sale.notice is not None and sale.notice.code in panels.ANOTHERS_CARD
        if self.serving.shift is None or sale.step not in BEFORE_MONEY or not (another or _is_strange(sale)):
            return
        sale.card, sale.first_card = None, False
        if sale.overview is None:
            sale.notice = self.serving.after_kill
        else:
            awaited = sale.step is Step.QUANTITY or sale.identity_at is not None
            sale.notice = standing_notice(sale, _asked_for(sale) if awaited else None)
        self.serving.refresh()

    def search(self, text: str) -> None:
        """F3, Enter: one box for card, account, meter, phone, name, initials, address. The only hit is opened."""
        if text.strip():
            self._find(text, opens=True)

    def look_up(self, text: str) -> None:
        """Every key in the box of the list: it lists and opens nobody, however few are left."""
        if text.strip():
            self._find(text, opens=False)
        elif self.serving.shift is not None:
            self.forget_search()
            self.serving.screen.show_hits(SearchState())

    def forget_search(self) -> None:
        """The text that was searched for stands there no longer: its answer is nobody's."""
        self._asked += 1

    def _find(self, text: str, *, opens: bool) -> None:
        if self.serving.shift is None or self._hands_out():
            return
        sale = self.serving.sale
        self.forget_search()
        asked = self._asked

        def found(result: FoundAccounts) -> None:
            if sale is not self.serving.sale or asked != self._asked:
                return
            hits = panels.hits_of(result)
            if opens and len(hits) == 1:
                self.choose_account(hits[0].account_no)
                return
            self.serving.screen.show_hits(SearchState(query=text, hits=hits, more=result.more))

        self.serving.desk.lanes.books.submit(
            lambda: find_accounts(self.serving.desk.hall, text), found, self.serving.trouble
        )

    def choose_account(self, account_no: str, said: Notice | None = None) -> None:
        """A customer was picked from the list: name, house and meter number are confirmed next (P2). `said`: what was
        just done for her, and what follows.
        """
        self.serving.screen.close_hits()
        if self._hands_out(said):
            return
        self.serving.sale = Sale(found_by_search=True, step=Step.IDENTIFY)
        self._load(account_no, said)

    def _hands_out(self, said: Notice | None = None) -> bool:
        """True while the last sale is handed out: her name stays beside her change, and that is said."""
        if not self.hand_out.write_id:
            return False
        self.serving.screen.close_hits()
        self.hand_out.say(said or Notice("counter.hand_out_first", Tone.WARNING))
        return True

    def confirm_identity(self) -> None:
        """Name, house and meter number were read out and agreed to."""
        if self.serving.sale.step is Step.IDENTIFY:
            self.serving.sale.identity_at = self.serving.desk.hall.clock.now_utc_ms()
            self.read_card()

    def _card_read(self, image: CardImage) -> None:
        sale = self.serving.sale
        awaited = sale.overview is not None and (sale.found_by_search or sale.card is None)
        is_tool = image.kind is CardKind.TOOL  # whatever account stands on it, it is nobody's
        if awaited and not is_tool and image.identity is not None and self._is_anothers(image.identity):
            return
        if sale.step is Step.IDENTIFY and sale.identity_at is None:
            return
        confirmed = sale.found_by_search and sale.identity_at is not None
        if sale.overview is not None and (confirmed or sale.card is None):  # her own card is awaited
            sale.card = image
            remember_reading(self.serving.desk, self.serving.shift, image, self.serving.trouble)
            self._load(sale.overview.terms.account_no)
            return
        if image.identity is None or image.kind is CardKind.TOOL:
            blank = Notice(f"card.{image.kind}", Tone.WARNING, (("note", image.note),))
            sale.notice = refused_kind(image) or blank
            sale.card = image
            self.serving.refresh()
            return
        self.serving.sale = Sale(card=image, step=Step.QUANTITY)
        remember_reading(self.serving.desk, self.serving.shift, image, self.serving.trouble)
        self._load(image.identity.account_no)

    def _is_anothers(self, found: CardIdentity) -> bool:
        """A card of somebody else than the customer who was chosen: said at once, and nothing of it stands under her
        name. True if it is one.
        """
        sale, shift = self.serving.sale, self.serving.shift
        own, hall = sale.overview, self.serving.desk.hall
        if own is None or shift is None or found.account_no == own.terms.account_no:
            return False
        sale.card = None

        def owner_known(owner: AccountOverview) -> None:
            if sale is self.serving.sale and sale.card is None:
                sale.notice = panels.anothers_card(own, owner, found.card_no)
                self.serving.refresh()

        def unknown(error: KnownError) -> None:
            if sale is self.serving.sale and sale.card is None:
                self.serving.trouble(error)

        self.serving.desk.lanes.books.submit(
            lambda: account_overview(hall, found.account_no, shift.business_day), owner_known, unknown
        )
        self.serving.refresh()
        return True

    def _load(self, account_no: str, said: Notice | None = None) -> None:
        shift, sale = self.serving.shift, self.serving.sale
        if shift is None:
            return

        def load() -> tuple[AccountOverview, CardWriteRow | None]:
            overview = account_overview(self.serving.desk.hall, account_no, shift.business_day)
            return overview, open_write_of_account(self.serving.desk.hall, account_no)

        def loaded(answer: tuple[AccountOverview, CardWriteRow | None]) -> None:
            if sale is self.serving.sale:  # put away meanwhile: the next customer must not get this one's name
                self._loaded(answer, said)

        self.serving.desk.lanes.books.submit(load, loaded, self.serving.trouble)

    def _loaded(self, answer: tuple[AccountOverview, CardWriteRow | None], said: Notice | None) -> None:
        sale = self.serving.sale
        sale.overview, sale.open_write = answer
        card = sale.card
        if sale.step is Step.IDENTIFY and sale.identity_at is not None and card is not None:
            sale.step = Step.QUANTITY
        sale.first_card = sale.overview.card is None and card is not None and card.kind is CardKind.BLANK
        sale.notice = standing_notice(sale, said or self.serving.after_kill)
        self.serving.tell_customer("confirm")
        if sale.open_write is not None and card is not None and self.serving.shift is not None:
            sale.step = Step.BOOKED
            self.hand_out.resume(self.serving.shift, sale.open_write)
        elif sale.first_card and sale.step is Step.QUANTITY:
            self.quantity.price_first_card()
        elif sale.typed and card is not None and sale.step is Step.QUANTITY:
            self.quantity.price(next_step=False)  # taken back from hold: prices as they are now
        else:
            self.serving.refresh()

    def _device_trouble(self, error: KnownError) -> None:
        """A card that is not there is no fault while nobody asked for it."""
        if isinstance(error, DeviceError) and error.code == "reader.no_card":
            self.card_taken()
            self.serving.sale.notice = _asked_for(self.serving.sale)
            self.serving.refresh()
            return
        if error.code in _NO_READER:
            self.serving.sale.notice = replace(panels.notice_of(error), code=_NO_READER[error.code])
            self.serving.refresh()
            return
        self.serving.trouble(error)


def _is_strange(sale: Sale) -> bool:
    """True of a card that was read and is no card of who stands here: blank, a tool, another company's, another's."""
    card, overview = sale.card, sale.overview
    if card is None or sale.fee is not None:
        return False
    if card.kind is not CardKind.USER or card.identity is None:
        return True
    return overview is not None and card.identity.account_no != overview.terms.account_no


def _asked_for(sale: Sale) -> Notice:
    """The card that is to be put in: hers, or a blank one for who has none."""
    has_none = sale.overview is not None and sale.overview.card is None
    return Notice("card.put_in_blank" if has_none else "card.put_in", Tone.INFO)
