"""Which pieces the safe holds by the books, and which of a float would be more than that."""

from __future__ import annotations

from pos.domain.count import CountLine
from pos.domain.hand_over import float_return_digest
from pos.store.safe_queries import SafePieces, safe_pieces
from pos.usecases.accept_hand_over import accept_bag
from pos.usecases.fill_safe import FillSafe, fill_safe
from pos.usecases.issue_float import IssueFloat, issue_float
from pos.usecases.return_float import ReturnFloat, return_float
from pos.usecases.safe_pieces import PiecesShort, pieces_short
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay

HUNDREDS, FIVES, COINS = (10_000, False), (500, False), (100, True)


def lines(hundreds: int = 0, fives: int = 0, coins: int = 0) -> tuple[CountLine, ...]:
    heap = ((HUNDREDS, hundreds), (FIVES, fives), (COINS, coins))
    return tuple(CountLine(*face, pieces) for face, pieces in heap if pieces)


def issue(demo: DemoHall, given: tuple[CountLine, ...], beside_fen: int = 0) -> None:
    command = IssueFloat(
        command_id=demo.new_id(), actor=demo.lead, till_id="T01", issued_to=demo.cashier, lines=given,
        beside_fen=beside_fen,
    )  # fmt: skip
    issue_float(demo.hall, command)


def held(demo: DemoHall) -> SafePieces:
    with demo.store.reading() as connection:
        return safe_pieces(connection)


def test_a_float_of_more_pieces_than_the_safe_holds_is_told_face_by_face(demo_hall: DemoHall) -> None:
    demo_hall.begin_safe(lines(hundreds=20, fives=10))
    assert pieces_short(demo_hall.hall, lines(hundreds=20, fives=10)) == ()
    assert pieces_short(demo_hall.hall, lines(hundreds=4, fives=12, coins=1)) == (
        PiecesShort(*FIVES, in_safe=10, wanted=12),
        PiecesShort(*COINS, in_safe=0, wanted=1),
    )


def test_every_movement_of_the_safe_moves_its_pieces(demo_hall: DemoHall) -> None:
    demo_hall.begin_safe(lines(hundreds=20, fives=10))
    bank = FillSafe(command_id="b", actor=demo_hall.lead, lines=lines(coins=50), from_bank=True)
    fill_safe(demo_hall.hall, bank)
    issue(demo_hall, lines(hundreds=4, fives=6, coins=20))
    assert held(demo_hall) == SafePieces({HUNDREDS: 16, FIVES: 4, COINS: 30}, 0)
    back = lines(fives=2)
    digest = float_return_digest("T01", back)
    witness = demo_hall.signed_by("finance", digest)
    command = ReturnFloat(command_id="r", actor=demo_hall.lead, till_id="T01", lines=back, witness=witness)
    return_float(demo_hall.hall, command)
    assert held(demo_hall).known[FIVES] == 6


def test_the_pieces_of_an_opened_bag_are_those_that_were_counted_out_of_it(demo_hall: DemoHall) -> None:
    day = TillDay(demo_hall)
    day.start()
    before = held(demo_hall).known
    day.end()
    bagged = day.bag()
    assert held(demo_hall).known == before
    accept_bag(demo_hall.hall, day.accept_command("lead2", bagged.digest, lines=lines(hundreds=4, fives=20)))
    now = held(demo_hall)
    gained = {face: pieces - before.get(face, 0) for face, pieces in now.known.items()}
    assert {face: pieces for face, pieces in gained.items() if pieces} == {HUNDREDS: 4, FIVES: 20}
    assert now.unknown_fen == 0


def test_a_sum_of_unknown_pieces_may_be_any_of_them() -> None:
    safe = SafePieces({FIVES: 3, HUNDREDS: -2}, unknown_fen=1_300)
    assert [safe.at_most(*face) for face in (FIVES, HUNDREDS, COINS)] == [3 + 2, 0, 13]
