"""What happens on the day (domain P): float, sale, first card, slip, blind count, hand-over, finance; keys only.

Each scene reads like a paragraph of the story; the stage knows how keys and pictures work. A drawer is kept as pieces
of money, so that what is counted is what lies in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from devices.cards.simulated_plastic import SimulatedPlastic
from ui.app.day import Parts, StoryClock
from ui.app.day_hands import BLANK_CARDS, FLOAT, Drawer, Hands
from ui.app.demo import DEMO_PASSWORD, PEOPLE, STORY_CARD, load_demo_card
from ui.app.stage import Stage
from ui.presenters.counter_state import Step

DEMO_PEOPLE = {person.name: (person.code, DEMO_PASSWORD) for person in PEOPLE}
SLIP = ("61002231", "000123", "004567", "123456789012", "2071")
NIGHT_MS = 15 * 3600 * 1000


class Story(Hands):
    """The day."""

    def __init__(
        self,
        stage: Stage,
        parts: Parts,
        clock: StoryClock,
        people: Mapping[str, tuple[str, str]] = DEMO_PEOPLE,
    ) -> None:
        super().__init__(stage, parts, people)
        self._clock = clock
        self._bagged: Drawer = {}
        self._new_card: SimulatedPlastic | None = None

    def play(self) -> None:
        """The whole day."""
        self.stage.program.start()
        self.stage.until(self._books_open, "the books to open", 60)
        self.machine.kept_bytes = bytearray()
        self.floats()
        first = self.morning()
        self.sale(first)
        self.count_while_the_clerk_serves(first)
        self.explain_and_close(first)
        self.hand_over_to_the_next_cashier()
        self.evening()
        self.finance()
        self.next_morning()

    # scenes -----------------------------------------------------------------------------------------------------------

    def floats(self) -> None:
        """The lead issues change money from the safe for both windows."""
        stage = self.stage
        stage.shot("sign-in")
        self._sign_in("lead")
        self._choose("Ctrl+F5", 0, shot="float-to-whom")
        stage.page("office_count")
        self._count(FLOAT)
        stage.shot("float-issued")
        stage.press("F9")
        stage.page("counter")
        self._choose("Ctrl+F5", 6)
        stage.page("office_count")
        self._count(FLOAT)
        stage.press("F9")
        stage.page("counter")
        self._sign_out()

    def morning(self) -> Drawer:
        """The cashier signs in, counts the float blind and opens her till."""
        self._sign_in("cashier")
        self._open_till("opening-count")
        self.stage.shot("counter-open")
        return dict(FLOAT)

    def sale(self, drawer: Drawer) -> None:
        """33 m3 for 86.79, paid with 100 yuan."""
        stage = self.stage
        card = load_demo_card(stage.program.places.simulated_cards, STORY_CARD)
        self._insert(card)
        stage.until(lambda: self.counter.step is Step.QUANTITY, "the customer to appear")
        stage.shot("card-read")
        stage.type("33")
        stage.press("Enter")
        stage.until(lambda: self.counter.step is Step.TENDER, "the price")
        stage.type("100")
        stage.shot("received")
        stage.press("+")
        self._confirm_read_back()
        self._hand_out("sale")
        drawer[(10000, False)] = 1
        drawer[(1000, False)] -= 1
        drawer[(100, False)] -= 3
        drawer[(10, True)] -= 2
        drawer[(1000, False)] -= 1  # one note too many was given back: the difference that the count will find

    def count_while_the_clerk_serves(self, drawer: Drawer) -> None:
        """The cashier counts; the card clerk serves a new customer on the same workstation with her own till."""
        stage = self.stage
        stage.press("Ctrl+F7")
        stage.page("count")
        stage.shot("blind-count")
        stage.press("F6")
        stage.page("sign_in")
        self._sign_in("clerk")
        self._open_till("clerk-opens")
        self._new_customer()
        self._slip_sale()
        self._sign_out()
        self._sign_in("cashier", page="count")
        self._count(drawer, cards=BLANK_CARDS)
        stage.shot("count-typed")
        stage.press("F9")
        stage.page("difference")
        stage.shot("count-differs")

    def explain_and_close(self, drawer: Drawer) -> None:
        """One recount, the lead's own count, the explanation, her sign-off, the split and the Z."""
        stage = self.stage
        stage.press("F6")
        stage.page("count")
        self._count(drawer, cards=BLANK_CARDS)
        stage.press("F9")
        stage.page("difference")
        stage.press("F9")
        self._approve("lead-identifies")
        stage.page("count")
        self._count(drawer, cards=BLANK_CARDS)
        stage.press("F9")
        stage.page("difference")
        stage.type("找零时多付一张拾元")
        stage.shot("difference-open")
        stage.press("F9")
        self._approve("lead-signs")
        self._close("z-report")

    def hand_over_to_the_next_cashier(self) -> None:
        """Two signatures over one digest; the receiver's count is her opening count."""
        stage = self.stage
        self._take_kept_apart()
        self._hand_over("cashier", "cashier2", to_lead=False)
        self._sign_in("cashier2")
        stage.until(lambda: self.running.shift is not None, "the next session")
        stage.shot("next-session")
        self._sign_out()

    def evening(self) -> None:
        """The clerk closes without a difference and puts a sealed bag into the safe before a witness."""
        stage = self.stage
        self._sign_in("clerk")
        stage.until(lambda: self.running.shift is not None, "the clerk's session")
        stage.press("Ctrl+F7")
        stage.page("count")
        drawer = dict(FLOAT)
        drawer[(2000, False)] += 1
        self._count(drawer, slips=("000123", "1", "26.30"), cards=BLANK_CARDS - 1)
        stage.press("F9")
        self._close("clerk-z")
        rows = self.running.duties.work.seal.split_rows
        self._bagged = {(row.face.face_fen, row.face.coin): row.kept for row in rows if row.kept}
        self._bag_to_safe("clerk", "lead", "FB-0001")

    def finance(self) -> None:
        """Finance counts the takings, signs 收讫 and makes the deposit slip."""
        stage = self.stage
        office = self._office.finance
        self._sign_in("finance", page="finance")
        stage.until(lambda: bool(office.slips), "the day's slips")
        stage.shot("finance")
        stage.press("Enter")
        stage.page("office_count")
        self._count(self._handed_in)
        stage.shot("finance-counts")
        stage.press("F9")
        stage.page("finance")
        stage.until(lambda: office.slips[0].state == "received", "收讫")
        stage.press("F9")
        window = stage.program.window
        stage.until(
            lambda: window.has_overlay or office.slips[0].state == "deposited", "the deposit slip, or a question"
        )
        if window.has_overlay:  # what it holds, and what stays out of it
            stage.shot("deposit-left-out")
            self._answer_yes(self.running.duties.office.question)
        stage.until(lambda: office.slips[0].state == "deposited", "the deposit slip")
        stage.shot("deposit-slip")
        self._sign_out()

    def next_morning(self) -> None:
        """The sealed bag is opened and its float counted back into the safe."""
        self._clock.ahead_ms += NIGHT_MS
        stage = self.stage
        self._sign_in("lead")
        stage.press("Ctrl+F10")
        stage.page("bags")
        stage.fill("FB-0001")
        stage.type(self.people["lead"][1])
        stage.shot("sealed-bag")
        stage.press("F9")
        stage.page("office_count")
        self._count(self._bagged, cards=BLANK_CARDS - 1)
        stage.press("F9")
        stage.page("bags")
        stage.shot("bag-accepted")
        stage.pause(400)
        self._sign_out()

    # hands ------------------------------------------------------------------------------------------------------------

    def _new_customer(self) -> None:
        """An account is opened and its first card issued for 20 yuan."""
        stage = self.stage
        stage.press("Ctrl+2")
        stage.page("account")
        stage.fill("欧阳春晓", "和平小区 3 号楼 1 单元 301", "13900001234", "", "G488209901", "G4")
        stage.type("3")
        stage.shot("open-account")
        card = load_demo_card(stage.program.places.simulated_cards, "blank-1")
        self._insert(card)
        stage.press("F9")
        stage.until(self.running.counter.account_page.notice.isVisible, "what is going to be opened")
        stage.press("F9")
        stage.page("counter")
        stage.until(lambda: self.counter.step is Step.IDENTIFY, "the new account")
        stage.shot("identify")
        stage.press("Enter")
        stage.until(lambda: self.counter.item.item_code == "card_fee" and bool(self.counter.item.lines), "the card fee")
        stage.press("Enter")
        stage.until(lambda: self.counter.step is Step.TENDER, "the fee to pay")
        stage.press("Enter", "+")
        self._confirm_read_back(shot=False)
        self._hand_out("first-card")
        self._new_card = card

    def _slip_sale(self) -> None:
        """She comes back, is found by the initials of her name and pays by UnionPay slip."""
        stage = self.stage
        card = self._new_card
        if card is None:
            raise RuntimeError("no first card was issued")
        self._insert(card)
        stage.until(lambda: self.counter.step is Step.QUANTITY, "her card")
        stage.type("10")
        stage.press("Enter")
        stage.until(lambda: self.counter.step is Step.TENDER, "the price")
        stage.press("*")
        stage.until(lambda: stage.program.window.has_overlay, "the slip form")
        stage.fill(*SLIP)
        stage.shot("unionpay-slip")
        stage.press("F9")
        self._confirm_read_back(shot=False)
        self._hand_out("unionpay-sale")
