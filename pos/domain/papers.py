"""What each paper says, frozen at the commit that causes it (domain P6-P10); how it looks belongs to printing.

A paper is stored in the outbox as JSON (`paper_json`), so that a reprint years later says the same. The anchor line
(chain-epoch-seq and short hash) is added when printing. Amounts are fen, volumes litres, prices yuan x 10^4 per m3,
times are local text `YYYY-MM-DD HH:MM` already in the hall's offset. Roles, tenders, kinds and states are codes: their
words are printing's, in the hall's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHead:
    """Head and marks of every paper.

    Attributes:
        company, hall: payee company and hall name. till_name: `1 号窗口`. session_no: running number of the till.
        business_day: ISO date. printed_at: local time. operator_name, operator_code: who is responsible.
        demo, training, test_keys: marks that cannot be overlooked. emergency_phone: printed on receipts.
        one_person: two signatures on this paper may be one person's (一人厅, a logged setting).
    """

    company: str
    hall: str
    till_name: str = ""
    session_no: int = 0
    business_day: str = ""
    printed_at: str = ""
    operator_name: str = ""
    operator_code: str = ""
    demo: bool = False
    training: bool = False
    test_keys: bool = False
    emergency_phone: str = ""
    one_person: bool = False


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of a sale: tier name, litres, price, amount. `kind`: gas, card_fee, late_fee, service_fee ..."""

    name: str
    volume_l: int
    price_e4: int
    amount_fen: int
    kind: str = "gas"


@dataclass(frozen=True, slots=True)
class Denomination:
    """One row of a count. face_fen; coin (True for coins); pieces."""

    face_fen: int
    coin: bool
    pieces: int


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A kind or tender by its code, with its number of items (0 = nobody counts them) and sum."""

    name: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PosBatch:
    """UnionPay slips of one terminal and batch. counted_*: what the cashier counted."""

    terminal: str
    batch: str
    slip_count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PosReturn:
    """A UnionPay charge of an earlier session given back in this one: with it the terminal's own sum agrees."""

    terminal: str
    batch: str
    trace: str
    last_four: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: code of the role (`payer`), printed name ("" = anybody), time ("" = to be signed by hand)."""

    role: str
    name: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """Receipt of a sale, or 已收款未写卡凭单 when `card_result` is `unwritten`, or 退款凭证 when `reversal_of` is set.

    due_fen: price of everything sold; to_pay_fen: asked for after 户内余额 and the fen rule (negative in a refund).
    card_result: `written`, `unwritten`, `in_doubt`, `none` (no card in this sale), `issued` (first card), `withdrawn`
    (a purchase taken back off the card: 退气凭证, with the lines of `signatures`).
    count_before/after: purchase count on the card. year_used_l: bought in the tariff year after this sale;
    tier_left_l: litres left in the current tier (None = last tier). copies: `customer`, `stub` or a hall's own word.
    reason, reason_note: why money went back, a code and free words, empty on every other receipt.
    old_card_no, reissued_l: of a replacement: the card before, and the litres paid for earlier that are on the new one.
    tender: code; pay_reference, pay_last_four: of the merchant's slip, where there is one.
    sample_price: something of it was priced by a 示例 schedule or fee that nobody approved; a mark says so.
    offsets: a refund whose words in capitals are those of its figures, and that offsets its original; False of one that
        was frozen before, which prints 负 and 作废 as it did.
    """

    TEMPLATE: ClassVar[str] = "receipt"
    head: PaperHead
    receipt_no: str
    customer_name: str
    address: str
    account_no: str
    card_no: str
    meter_no: str
    price_class: str
    lines: tuple[PaperLine, ...]
    due_fen: int
    tendered_fen: int
    change_fen: int
    to_pay_fen: int
    balance_before_fen: int
    balance_after_fen: int
    tender: str
    pay_reference: str = ""
    pay_last_four: str = ""
    count_before: int = 0
    count_after: int = 0
    volume_l: int = 0
    year_used_l: int = 0
    tier_left_l: int | None = None
    card_result: str = "none"
    reversal_of: str = ""
    approver_name: str = ""
    sold_at: str = ""
    reason: str = ""
    reason_note: str = ""
    sample_price: bool = False
    offsets: bool = False
    copies: tuple[str, ...] = ("customer",)
    old_card_no: str = ""
    reissued_l: int = 0
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class TenderFigures:
    """Per tender: what the books say, what was counted, what the second person counted (None = not counted)."""

    name: str
    expected_fen: int
    counted_fen: int | None
    verified_fen: int | None
    over_short_fen: int


@dataclass(frozen=True, slots=True)
class OpenMatterLine:
    """An unsettled matter handed over by name. subject: account, slip or template; state: code of where it stands."""

    kind: str
    subject: str
    amount_fen: int
    since: str
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZPaper:
    """班结单: numbered, closes. epoch: of the closing record, part of the printed number after a restore."""

    TEMPLATE: ClassVar[str] = "z_report"
    head: PaperHead
    z_no: int
    opened_at: str
    closed_at: str
    first_seq: int
    last_seq: int
    opening_expected_fen: int
    opening_counted_fen: int
    sales_count: int
    gross_fen: int
    reversed_fen: int
    tenders: tuple[TenderFigures, ...]
    kinds: tuple[NamedCount, ...]
    tiers: tuple[PaperLine, ...]
    drawer_openings: int
    reprints: int
    float_kept_fen: int
    takings_fen: int
    explanation: str
    perpetual_gross_fen: int
    perpetual_reversed_fen: int
    perpetual_count: int
    open_matters: tuple[OpenMatterLine, ...] = ()
    signatures: tuple[Signature, ...] = ()
    first_receipt: str = ""
    last_receipt: str = ""
    blank_cards_expected: int = 0
    blank_cards_counted: int | None = None
    returned: tuple[PosReturn, ...] = ()
    epoch: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class XPaper(ZPaper):
    """班中查询: figures of a running till for the one who may look; `z_no` 0, nobody's paper to print again."""

    TEMPLATE: ClassVar[str] = "x_report"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverPaper:
    """交接单: what the successor (or the safe) takes over, signed by two people over `digest`. epoch: of the Z.

    receiver_count: how the receiver's own count stands to it when this is frozen: `none` (sealed, not opened yet),
    `agrees`, `differs`; "" on papers of before, which declare what they did.
    """

    TEMPLATE: ClassVar[str] = "hand_over"
    head: PaperHead
    z_no: int
    receiver_kind: str
    float_lines: tuple[Denomination, ...]
    float_fen: int
    blank_cards: int
    next_receipt: str
    bag_no: str
    device_states: tuple[str, ...]
    open_matters: tuple[OpenMatterLine, ...]
    digest: str
    signatures: tuple[Signature, ...]
    epoch: int = 1
    receiver_count: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceSlipPaper:
    """实收交款单 of one till session (P7): made out by the cashier, counted takings, never expected ones.

    custody: `made_out`, `checked` once a lead has signed it off, `received`.
    tenders: what is handed in, one line for each tender the books know: cash, card slips, and the bills (支票, 转账) as
    soon as a session took any. receipt_count, void_count: numbers used between first and last, and how many of them
    are reversals. slips_off_fen: finance's own sum of the card slips minus the cashier's, None before she has counted.
    receipt_off_fen: the part of over_short_fen that finance found in cash against this slip, None before she has
    counted and on papers of before, which show the sum only. explanation: of the shift's own difference.
    receipt_note: why finance counted something else, in her words; None before she has counted and on papers of
    before, whose explanation has both in one text.
    """

    TEMPLATE: ClassVar[str] = "remittance_slip"
    head: PaperHead
    slip_no: str
    payee: str
    bank: str
    account: str
    cash_lines: tuple[Denomination, ...]
    cash_fen: int
    pos_batches: tuple[PosBatch, ...]
    kinds: tuple[NamedCount, ...]
    tenders: tuple[NamedCount, ...]
    over_short_fen: int
    explanation: str
    float_kept_fen: int
    first_receipt: str
    last_receipt: str
    session_key: str
    signatures: tuple[Signature, ...] = ()
    custody: str = "made_out"
    receipt_count: int = 0
    void_count: int = 0
    slips_off_fen: int | None = None
    receipt_off_fen: int | None = None
    receipt_note: str | None = None

    @property
    def received_fen(self) -> int:
        """Cash as finance counted it; as handed in, where she has not."""
        return self.cash_fen + (self.receipt_off_fen or 0)

    @property
    def shift_off_fen(self) -> int:
        """What the shift's own count was off, without finance's."""
        return self.over_short_fen - (self.receipt_off_fen or 0)


@dataclass(frozen=True, slots=True)
class MissingTakings:
    """Takings of the day that finance has not received: whose, and the slip's number ("" = the till is not closed)."""

    slip_no: str
    till_name: str = ""
    session_no: int = 0
    operator_name: str = ""
    operator_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositSlipPaper:
    """解款单 of one business day: only slips that finance has received (收讫).

    reconciled: from the kinds to what is handed in, codes with signed sums (`pos.domain.deposit`); their sum is that of
    the tenders. Empty on papers of before, which print without it. over_short_fen is a check sum, never printed where
    the slips know both differences: over and short are not set off against each other.
    """

    TEMPLATE: ClassVar[str] = "deposit_slip"
    head: PaperHead
    slip_no: str
    payee: str
    bank: str
    account: str
    slips: tuple[RemittanceSlipPaper, ...]
    cash_lines: tuple[Denomination, ...]
    cash_fen: int
    pos_batches: tuple[PosBatch, ...]
    kinds: tuple[NamedCount, ...]
    tenders: tuple[NamedCount, ...]
    over_short_fen: int
    not_received: tuple[MissingTakings, ...] = ()
    signatures: tuple[Signature, ...] = ()
    reconciled: tuple[NamedCount, ...] = ()


@dataclass(frozen=True, slots=True)
class DaybookLine:
    """One sale in the 收费日记, in codes. state: `normal`, `reversed`, `unwritten`, `in_doubt`."""

    seq: int
    at: str
    receipt_no: str
    account_no: str
    what: str
    volume_l: int
    due_fen: int
    tender: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaybookPaper:
    """收费日记 of one session (P8), in order, for the auditor's comparison."""

    TEMPLATE: ClassVar[str] = "daybook"
    head: PaperHead
    session_key: str
    lines: tuple[DaybookLine, ...]
    totals: tuple[NamedCount, ...]
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMovementPaper:
    """Signed note of a cash movement: 找零备用金领用单, 上缴入柜单, 封包入柜单. kind is a stable code.

    parts: what the sum consists of (`float` in a sealed bag; papers of before had `takings` beside it). Of
    `COUNT_DIFFERS` (交接点款差异单) lines and sum are what the receiver counted, the parts what there should have been.
    blank_cards: that lie in the bag, or were counted; 0 on papers of before. cards_off: more or less than handed over.
    """

    TEMPLATE: ClassVar[str] = "cash_movement"
    head: PaperHead
    kind: str
    number: str
    lines: tuple[Denomination, ...]
    amount_fen: int
    parts: tuple[NamedCount, ...] = ()
    note: str = ""
    signatures: tuple[Signature, ...] = ()
    blank_cards: int = 0
    cards_off: int = 0

    @property
    def off_fen(self) -> int:
        """What was counted more or less than there should have been."""
        return self.amount_fen - sum(part.amount_fen for part in self.parts)


COUNT_DIFFERS = "count_differs"  # kind of the note of a receiver's count that is another than what was handed over
Paper = (
    ReceiptPaper
    | ZPaper
    | XPaper
    | HandOverPaper
    | RemittanceSlipPaper
    | DepositSlipPaper
    | DaybookPaper
    | CashMovementPaper
)
