"""The first day of a real hall, told with the hands of the demo's story: nobody has a password or a card."""

from __future__ import annotations

from ui.app.config import Config, config_text
from ui.app.day import Parts, StoryClock
from ui.app.day_hands import BLANK_CARDS, FLOAT, Drawer
from ui.app.day_story import Story
from ui.app.demo import story_card
from ui.app.demo_customers import STORY_CUSTOMER
from ui.app.stage import Stage
from ui.desktop.pages.wizard import WizardPage

HALL = ("东江燃气有限公司", "东江营业厅", "DJ", "0769-96777", "示例银行东江支行", "0000 1111 2222 3333", "", "2 号窗口")
ADMIN_PASSWORD = "seven quiet lanterns"
LEAD_PASSWORD = "nine quiet rivers"
SAFE: Drawer = {(10000, False): 20, (5000, False): 20, (2000, False): 40, (1000, False): 60, (500, False): 60} | {
    (100, False): 100, (50, True): 40, (10, True): 100,
}  # fmt: skip
OWN = {"lead": "kettles under nine bridges", "cashier": "slow river of lamps", "finance": "forty paper sparrows"}
CODES = {"admin": "9001", "lead": "2001", "cashier": "1001", "finance": "3001"}


class FirstDay(Story):
    """Attributes: config: what the technician writes for this workstation."""

    def __init__(self, stage: Stage, parts: Parts, clock: StoryClock) -> None:
        self.known = {"admin": (CODES["admin"], ADMIN_PASSWORD), "lead": (CODES["lead"], LEAD_PASSWORD)}
        super().__init__(stage, parts, clock, self.known)

    def found(self, config: Config) -> None:
        """The wizard; the technician writes the device file while it shows the last page."""
        stage = self.stage
        stage.program.start()
        stage.page("wizard")
        page = stage.program.window.pages["wizard"]
        assert isinstance(page, WizardPage)
        stage.press("F9")
        stage.fill(*HALL[:-1])
        stage.type(HALL[-1])
        stage.press("F9")
        stage.fill(CODES["admin"], "郑管", ADMIN_PASSWORD, ADMIN_PASSWORD, CODES["lead"], "李班", LEAD_PASSWORD)
        stage.type(LEAD_PASSWORD)
        stage.press("F9")
        stage.until(lambda: page.once["recovery_code"].text() != "", "the hall to be founded", 30)
        stage.press("F9")
        for line in page.once["starting_passwords"].text().splitlines():
            code, *_name, password = line.split()
            self.known |= {who: (code, password) for who, known in CODES.items() if known == code}
        stage.program.places.config.write_text(config_text(config), encoding="utf-8")
        stage.press("Enter", "Enter", "F9")
        stage.until(self._books_open, "the books to open", 30)

    def administrator_looks_round(self) -> None:
        """She keeps the password she chose and finds her people."""
        self._sign_in("admin", page="staff")
        self._sign_out()

    def passwords_of_their_own(self) -> None:
        """Each replaces what she was given before anything else opens."""
        for who, own in OWN.items():
            stage = self.stage
            stage.page("sign_in")
            stage.program.window.pages["sign_in"].focus_first()
            stage.fill(*self.known[who])
            stage.page("password")
            stage.fill(own)
            stage.type(own)
            stage.press("F9")
            self.known[who] = (CODES[who], own)
            stage.page("finance" if who == "finance" else "counter")
            self._sign_out()

    def _counter_says(self) -> str:
        said = self.running.sale.serving.state().notice
        return said.code if said is not None else ""

    def safe_and_float(self) -> None:
        """The lead counts the safe in and issues the first change money."""
        stage = self.stage
        self._sign_in("lead")
        stage.until(lambda: self._counter_says() == "prices.still_sample", "that nobody approved the prices yet")
        stage.press("Ctrl+F11")
        stage.until(lambda: stage.program.window.has_overlay, "which way the cash goes")
        stage.press("Enter")
        stage.page("office_count")
        self._count(SAFE)
        stage.press("F9")
        stage.until(lambda: stage.program.window.has_overlay, "who witnesses the safe")
        stage.until(self.running.people.approval.primary.isEnabled, "the approval to be answered")
        stage.type(self.known["finance"][1])  # Enter signs already: F9 behind it would count again
        stage.press("F9")
        stage.page("counter")
        stage.press("Ctrl+F5")
        stage.until(lambda: stage.program.window.has_overlay, "whom the float is for")
        stage.press("Enter")
        stage.page("office_count")
        self._count(FLOAT)
        stage.press("F9")
        stage.page("counter")
        self._sign_out()

    def card_of_the_customer(self) -> None:
        """The plastic the customer brings: issued by the hall's own keys."""
        from devices.cards.simulated_stock import SimulatedCardBox

        keys = self.running.workplace.keys
        assert keys is not None
        SimulatedCardBox(self.stage.program.places.simulated_cards).put("story", story_card(keys))

    def sell_and_count(self) -> Drawer:
        """One sale in cash with a note too many given back; the blind count finds it."""
        drawer = self.morning()
        self.card_of_the_customer()
        self.sale(drawer)
        stage = self.stage
        stage.press("Ctrl+F7")
        stage.page("count")
        self._count(drawer, cards=BLANK_CARDS)
        stage.press("F9")
        stage.page("difference")
        return drawer

    def to_the_lead(self) -> None:
        """Float and blank cards to the lead, who counts them; the takings wait for finance."""
        self._take_kept_apart()
        self._hand_over("cashier", "lead", to_lead=True)

    def files_for_the_bank(self) -> None:
        """The deposit slip as files."""
        stage = self.stage
        self._sign_in("finance", page="finance")
        folder = stage.program.places.data / "exports"
        stage.until(lambda: bool(self._office.finance.slips), "the day's slips")
        stage.press("F4")
        stage.until(lambda: {path.suffix for path in folder.glob("*")} >= {".pdf", ".xlsx", ".csv"}, "the files")
        self._sign_out()


CUSTOMER = STORY_CUSTOMER
