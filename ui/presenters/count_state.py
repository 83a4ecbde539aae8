"""What the counting pages show: opening count, blind closing count, the lead's count, splitting, hand-over.

Rule: design "Money rules" 10 (nothing expected is shown before the first count), domain P5-P9. Amounts are fen.
Must not know: Qt, languages, what the books expect.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.presenters.notice import Notice, Tone


@dataclass(frozen=True, slots=True)
class Face:
    """One kind of money to count. per_bundle: pieces in one 把 or 卷 (100 notes, 50 coins)."""

    face_fen: int
    coin: bool
    per_bundle: int


FACES: tuple[Face, ...] = (
    Face(100_00, False, 100),
    Face(50_00, False, 100),
    Face(20_00, False, 100),
    Face(10_00, False, 100),
    Face(5_00, False, 100),
    Face(1_00, False, 100),
    Face(1_00, True, 50),
    Face(50, False, 100),
    Face(50, True, 50),
    Face(10, False, 100),
    Face(10, True, 50),
)


@dataclass(frozen=True, slots=True)
class FaceCount:
    """Counted: single pieces and full bundles of one face."""

    face: Face
    pieces: int = 0
    bundles: int = 0

    @property
    def total_pieces(self) -> int:
        """All pieces, bundles included."""
        return self.pieces + self.bundles * self.face.per_bundle

    @property
    def amount_fen(self) -> int:
        """What they are worth."""
        return self.total_pieces * self.face.face_fen


@dataclass(frozen=True, slots=True)
class BatchCount:
    """UnionPay slips counted for one terminal and batch; batch is "" until it is typed."""

    terminal: str
    batch: str = ""
    slips: int | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class CountResult:
    """What the page hands over: cash by face, slips per terminal, blank cards; cash_typed: a row of the cash was filled
    in, were it with 0."""

    faces: tuple[FaceCount, ...]
    batches: tuple[BatchCount, ...] = ()
    blank_cards: int | None = None
    cash_typed: bool = True

    @property
    def cash_fen(self) -> int:
        """Sum of the counted cash."""
        return sum(face.amount_fen for face in self.faces)


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that was left empty. part: `batch`, `slips` or `amount` of a terminal, all three of it as
    `terminal`, `cards`, or `cash` for every row of it."""

    part: str
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class MatterView:
    """An open matter in a list. kind_code: message of its kind; since: local time; owner: who answers for it.

    paper_code: for a print, the paper as a message instead of the subject.
    state_code: how far a print or a card write got. slip: figures of a card slip, named on the screen; account_no,
    volume_l: whose purchase it was charged for, "" = not known, 0 litres for a first card. customer: masked name.
    new_card_no: of a write that makes a card, its number."""

    key: str
    kind_code: str
    subject: str
    amount_fen: int
    since: str = ""
    owner: str = ""
    tone: Tone = Tone.BAD
    paper_code: str = ""
    state_code: str = ""
    slip: tuple[tuple[str, str], ...] = ()
    account_no: str = ""
    volume_l: int = 0
    customer: str = ""
    new_card_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountState:
    """A counting page.

    Attributes:
        purpose: `opening`, `take_over` (of a drawer both have signed for), `closing`, `recount`, `verify` (the
            lead's own count), `drop`.
        is_first: of an opening, nobody has worked at this till before.
        faces: rows to count. start, batches, blank_cards: figures already typed (暂存), empty at the beginning.
        batches: terminals to count slips for; sums_only: just the sum of each, no batch and number. with_cards: blank
            cards are counted too.
        matters: open matters named beside the count. notice: result of a submission or a refusal.
        missing: what was left out of the submission, or None.
        counter_name: who counts; of a float, who gets it. till_name: of a float, for which window; of the lead's
            count and of a receipt, whose: cashier_name ran it. slip_no: of a receipt, as printed on what is received.
        hall_float_fen: of a float, what the hall has set for one.
        busy: submitted, no answer yet.
        count_id: changes with every new count; the page then begins with empty fields (or with `start`).
    """

    purpose: str = "closing"
    count_id: str = ""
    is_first: bool = False
    faces: tuple[Face, ...] = FACES
    start: tuple[FaceCount, ...] = ()
    batches: tuple[BatchCount, ...] = ()
    sums_only: bool = False
    with_cards: bool = True
    blank_cards: int | None = None
    matters: tuple[MatterView, ...] = ()
    notice: Notice | None = None
    missing: MissingField | None = None
    counter_name: str = ""
    till_name: str = ""
    cashier_name: str = ""
    slip_no: str = ""
    hall_float_fen: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One line of the comparison; None = not to be shown yet.

    agrees: None while only the count as a whole may be judged: which tender differs is told after the lead's count.
    slips: of card payments, how many slips were counted; None = not said.
    """

    name_code: str
    counted_fen: int
    verified_fen: int | None = None
    expected_fen: int | None = None
    over_short_fen: int | None = None
    agrees: bool | None = True
    slips: int | None = None


def cards_off_code(off: int) -> str:
    """The words for blank cards over, short or as the books say."""
    return "difference.cards_even" if off == 0 else f"difference.cards_{'over' if off > 0 else 'short'}"


@dataclass(frozen=True, slots=True)
class ClueView:
    """What may explain the cash difference. what_code with params; of_code with no: which sale or movement."""

    what_code: str
    of_code: str
    no: str
    amount_fen: int
    params: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceState:
    """After a count.

    Attributes:
        work_id: session and person; for another one the page begins without an explanation.
        rows: per tender. cards: blank cards as counted, None = not said. cards_open: (counted, verified, expected) of
            them once the figures are open.
        recount_left: a recount may be offered. lead_needed: the lead counts next.
        may_explain: expected figures are open now and an explanation is asked for.
        lead_name: who verified, "" before. clues: beside the explanation only.
        reason_missing: it was confirmed without an explanation.
    """

    work_id: str = ""
    rows: tuple[DifferenceRow, ...] = ()
    cards: int | None = None
    cards_open: tuple[int, int, int] | None = None
    recount_left: bool = False
    lead_needed: bool = False
    may_explain: bool = False
    lead_name: str = ""
    clues: tuple[ClueView, ...] = ()
    reason_missing: bool = False
    notice: Notice | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class SplitRow:
    """Of one face: pieces counted, pieces proposed to stay as float."""

    face: Face
    counted: int
    kept: int


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line of a report: message code, number of items (None = no number), fen (None = no sum)."""

    name_code: str
    count: int | None
    amount_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseState:
    """Splitting the counted cash and closing.

    Attributes:
        session_id: whose cash it is; for another session the page begins with that session's proposal.
        split: the proposal, row by row. checks: books and counts per tender; cards: blank cards (expected, counted);
            slips: card slips as counted, number and fen.
        wanted_fen, hall_float_fen: what the proposal keeps, as near as the pieces allow, and what the hall has set.
        missing: (face_fen, pieces wanted, counted) of small money that the float lacks, greatest face first.
        wrong_row: of the split, where more was to stay than was counted; None for nothing.
        z_no, slip_no: as printed, set once closed. closed: the seal is set.
        anchor: `HALL-T01-1-482  9f86d08188` as it is printed on Z and slip.
    """

    session_id: str = ""
    split: tuple[SplitRow, ...] = ()
    wanted_fen: int = 0
    hall_float_fen: int = 0
    missing: tuple[tuple[int, int, int], ...] = ()
    wrong_row: int | None = None
    checks: tuple[DifferenceRow, ...] = ()
    cards: tuple[int, int] | None = None
    slips: tuple[int, int] | None = None
    matters: tuple[MatterView, ...] = ()
    closed: bool = False
    z_no: str = ""
    slip_no: str = ""
    anchor: str = ""
    notice: Notice | None = None
    busy: bool = False

    @property
    def handed_fen(self) -> int:
        """Takings handed in."""
        return sum((row.counted - row.kept) * row.face.face_fen for row in self.split)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverState:
    """交接班: what goes to the successor, the lead or the safe; two people sign over one digest.

    Attributes:
        session_id: what is handed over; for another one the page begins with empty fields. till_name: of which till.
        receivers: kinds offered (`cashier`, `lead`, `safe`); receiver_kind: chosen one.
        rows: what is handed over, (message code, text). digest: short text both sign over, "" for a bag without number.
        takings, slip_no: what is no part of it and goes to finance, and on which slip.
        giver, receiver: (login, name) pairs; giver is fixed. bag_no: sealed bag, for the safe.
        signed: who has signed already, of `giver`, `receiver`.
        missing: where the cursor belongs: the password of `giver` or `receiver`, the number of the `bag`.
    """

    session_id: str = ""
    till_name: str = ""
    z_no: int = 0
    receivers: tuple[str, ...] = ("cashier", "lead", "safe")
    receiver_kind: str = "cashier"
    rows: tuple[tuple[str, str], ...] = ()
    takings: str = ""
    slip_no: str = ""
    matters: tuple[MatterView, ...] = ()
    digest: str = ""
    giver_name: str = ""
    people: tuple[tuple[str, str], ...] = ()
    bag_no: str = ""
    signed: frozenset[str] = frozenset()
    done: bool = False
    missing: str = ""
    notice: Notice | None = None
    busy: bool = False
