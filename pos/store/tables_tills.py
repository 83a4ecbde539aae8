"""Tables of tills: floats, sessions, counts, closes, cash movements (design, Money rules 10, 11, 13).

The life of a till session is a list of steps; the newest wins and the guards below let it go forward only, so that
not even the plain SQLite shell can sell into, close twice or reopen a session. Session numbers of a till have no gap
and each session names its predecessor: one open session per till and one successor per session follow.
"""

from __future__ import annotations

from ledger.seal import SealedTable
from pos.store import tables_custody

STEPS = (
    "opening>open",
    "open>counting",
    "counting>open",
    "counting>closed",
    "closed>accepted",
    "accepted>received",
)
"""Allowed moves of a till session; `counting>open` only while no count has been submitted."""

_MOVES = ", ".join(f"'{move}'" for move in STEPS)
_LAST_STATE = "(SELECT state FROM till_step WHERE session_id = {id} ORDER BY step_no DESC LIMIT 1)"

FLOAT_ISSUE = SealedTable(
    name="float_issue",
    columns=(
        ("issue_id", "TEXT NOT NULL"),  # key of its record as text
        ("till_id", "TEXT NOT NULL"),
        ("amount_fen", "INTEGER NOT NULL"),
        ("issued_by", "TEXT NOT NULL"),
        ("issued_to", "TEXT NOT NULL"),
    ),
    unique=(("issue_id", ""),),
    indexes=("till_id, epoch, seq",),
    checks=("amount_fen > 0",),
)

TILL_SESSION = SealedTable(
    name="till_session",
    columns=(
        ("session_id", "TEXT NOT NULL"),  # key of its opening record as text
        ("till_id", "TEXT NOT NULL"),
        ("session_no", "INTEGER NOT NULL"),  # running number of the till, no gap
        ("predecessor", "TEXT"),
        ("business_day", "TEXT NOT NULL"),
        ("operator_id", "TEXT NOT NULL"),
        ("float_expected_fen", "INTEGER NOT NULL"),  # the drawer by the books before the opening count
        ("float_counted_fen", "INTEGER NOT NULL"),
        ("blank_cards", "INTEGER NOT NULL"),  # counted at the opening
        ("float_issue_id", "TEXT"),  # newest float issued to the till when it opened
        ("opened_at_utc_ms", "INTEGER NOT NULL"),
    ),
    unique=(("session_id", ""), ("till_id, session_no", ""), ("predecessor", "predecessor IS NOT NULL")),
    indexes=("business_day, till_id, session_no",),
    checks=("session_no > 0", "(session_no = 1) = (predecessor IS NULL)", "float_counted_fen >= 0"),
    guards=(
        (
            "NEW.session_no <> 1 + coalesce((SELECT max(session_no) FROM till_session WHERE till_id = NEW.till_id), 0)",
            "seal: till_session number",
        ),
        (
            "NEW.predecessor IS NOT NULL AND NOT EXISTS (SELECT 1 FROM till_session p WHERE p.session_id ="
            " NEW.predecessor AND p.till_id = NEW.till_id AND p.session_no = NEW.session_no - 1"
            " AND p.business_day <= NEW.business_day)",
            "seal: till_session predecessor",
        ),
        (
            "NEW.predecessor IS NOT NULL AND NOT EXISTS (SELECT 1 FROM till_step WHERE session_id = NEW.predecessor"
            " AND state = 'closed')",
            "seal: till_session open at this till",
        ),
    ),
)

TILL_STEP = SealedTable(
    name="till_step",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("step_no", "INTEGER NOT NULL"),
        ("state", "TEXT NOT NULL"),  # open, counting, closed, accepted, received
        ("operator_id", "TEXT NOT NULL"),
    ),
    unique=(("session_id, step_no", ""),),
    indexes=("session_id, state",),
    checks=("state IN ('open', 'counting', 'closed', 'accepted', 'received')",),
    guards=(
        (
            "NEW.step_no <> 1 + coalesce((SELECT max(step_no) FROM till_step WHERE session_id = NEW.session_id), 0)",
            "seal: till_step number",
        ),
        (
            f"coalesce({_LAST_STATE.format(id='NEW.session_id')}, 'opening') || '>' || NEW.state NOT IN ({_MOVES})",
            "seal: till_step order",
        ),
        (
            "NEW.step_no > 1 AND NEW.state = 'open' AND EXISTS (SELECT 1 FROM cash_count"
            " WHERE session_id = NEW.session_id AND attempt_no > 0)",
            "seal: till_step after a count",
        ),
    ),
)

CASH_COUNT = SealedTable(
    name="cash_count",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("attempt_no", "INTEGER NOT NULL"),  # 0 opening, 1 first, 2 recount, 3 the lead's
        ("stage", "TEXT NOT NULL"),  # opening, first, recount, lead
        ("operator_id", "TEXT NOT NULL"),
        ("cash_fen", "INTEGER NOT NULL"),
        ("unionpay_fen", "INTEGER NOT NULL"),
        ("slip_count", "INTEGER NOT NULL"),
        ("blank_cards", "INTEGER NOT NULL"),
    ),
    unique=(("session_id, attempt_no", ""), ("session_id, stage", "")),
    checks=(
        "cash_fen >= 0 AND unionpay_fen >= 0 AND slip_count >= 0 AND blank_cards >= 0",
        "attempt_no || stage IN ('0opening', '1first', '2recount', '3lead')",
    ),
    guards=(
        (
            "NEW.attempt_no > 0 AND coalesce(" + _LAST_STATE.format(id="NEW.session_id") + ", '') <> 'counting'",
            "seal: cash_count outside counting",
        ),
        (
            "NEW.attempt_no <> 3 AND NEW.attempt_no <> coalesce((SELECT max(attempt_no) + 1 FROM cash_count"
            " WHERE session_id = NEW.session_id), 0)",
            "seal: cash_count order",
        ),
        (
            "NEW.attempt_no = 3 AND NOT EXISTS (SELECT 1 FROM cash_count WHERE session_id = NEW.session_id"
            " AND attempt_no = 1)",
            "seal: cash_count before the first",
        ),
    ),
)

COUNT_LINE = SealedTable(
    name="count_line",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("attempt_no", "INTEGER NOT NULL"),
        ("face_fen", "INTEGER NOT NULL"),
        ("coin", "INTEGER NOT NULL"),
        ("pieces", "INTEGER NOT NULL"),
    ),
    unique=(("session_id, attempt_no, face_fen, coin", ""),),
    checks=("face_fen > 0 AND coin IN (0, 1) AND pieces > 0",),
)

COUNT_BATCH = SealedTable(
    name="count_batch",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("attempt_no", "INTEGER NOT NULL"),
        ("terminal", "TEXT NOT NULL"),
        ("batch", "TEXT NOT NULL"),
        ("slip_count", "INTEGER NOT NULL"),
        ("amount_fen", "INTEGER NOT NULL"),
    ),
    unique=(("session_id, attempt_no, terminal, batch", ""),),
    checks=("slip_count >= 0 AND amount_fen >= 0",),
)

OVER_SHORT_NOTE = SealedTable(
    name="over_short_note",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("reason", "TEXT NOT NULL"),
        ("explained_by", "TEXT NOT NULL"),
        ("signed_off_by", "TEXT"),
    ),
    unique=(("session_id", ""),),
)

TILL_CLOSE = SealedTable(
    name="till_close",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("till_id", "TEXT NOT NULL"),
        ("business_day", "TEXT NOT NULL"),
        ("z_no", "INTEGER NOT NULL"),
        ("slip_id", "TEXT NOT NULL"),  # key of the closing record: the matter of the takings
        ("slip_no", "INTEGER NOT NULL"),
        ("attempt_no", "INTEGER NOT NULL"),  # the count that holds
        ("float_kept_fen", "INTEGER NOT NULL"),
        ("takings_fen", "INTEGER NOT NULL"),  # drawer takings and drops: what the slip hands in
        ("cards_expected", "INTEGER NOT NULL"),
        ("cards_counted", "INTEGER NOT NULL"),
        ("closed_at_utc_ms", "INTEGER NOT NULL"),
    ),
    unique=(("session_id", ""), ("till_id, z_no", ""), ("till_id, slip_no", ""), ("slip_id", "")),
    indexes=("business_day, till_id",),
    checks=("float_kept_fen >= 0 AND takings_fen >= 0",),
)

SESSION_TENDER = SealedTable(
    name="session_tender",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("tender", "TEXT NOT NULL"),
        ("expected_fen", "INTEGER NOT NULL"),
        ("counted_fen", "INTEGER NOT NULL"),
        ("verified_fen", "INTEGER"),  # what the lead counted
        ("over_short_fen", "INTEGER NOT NULL"),
    ),
    unique=(("session_id, tender", ""),),
    checks=("over_short_fen = coalesce(verified_fen, counted_fen) - expected_fen",),
)

SPLIT_LINE = SealedTable(
    name="split_line",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("part", "TEXT NOT NULL"),  # float, takings
        ("face_fen", "INTEGER NOT NULL"),
        ("coin", "INTEGER NOT NULL"),
        ("pieces", "INTEGER NOT NULL"),
    ),
    unique=(("session_id, part, face_fen, coin", ""),),
    checks=("part IN ('float', 'takings')", "face_fen > 0 AND coin IN (0, 1) AND pieces > 0"),
)

OPEN_MATTER = SealedTable(
    name="open_matter",
    columns=(
        ("session_id", "TEXT NOT NULL"),  # the session at whose close it was still open
        ("kind", "TEXT NOT NULL"),  # card_write, charge_unbooked, print_unconfirmed, slips_differ
        ("matter_id", "TEXT NOT NULL"),
        ("subject", "TEXT NOT NULL"),
        ("amount_fen", "INTEGER NOT NULL"),
        ("since_utc_ms", "INTEGER NOT NULL"),
    ),
    unique=(("session_id, kind, matter_id", ""),),
)

CASH_MOVEMENT = SealedTable(
    name="cash_movement",
    columns=(
        ("movement_id", "TEXT NOT NULL"),
        ("session_id", "TEXT NOT NULL"),
        ("kind", "TEXT NOT NULL"),  # cash_drop, float_top_up
        ("amount_fen", "INTEGER NOT NULL"),
        ("witness", "TEXT NOT NULL"),
    ),
    unique=(("movement_id", ""),),
    indexes=("session_id, kind, amount_fen",),
    checks=("amount_fen > 0", "kind IN ('cash_drop', 'float_top_up')"),
)

MOVEMENT_LINE = SealedTable(
    name="movement_line",
    columns=(
        ("movement_id", "TEXT NOT NULL"),
        ("face_fen", "INTEGER NOT NULL"),
        ("coin", "INTEGER NOT NULL"),
        ("pieces", "INTEGER NOT NULL"),
    ),
    unique=(("movement_id, face_fen, coin", ""),),
    checks=("face_fen > 0 AND coin IN (0, 1) AND pieces > 0",),
)

SEALED = (
    FLOAT_ISSUE,
    TILL_SESSION,
    TILL_STEP,
    CASH_COUNT,
    COUNT_LINE,
    COUNT_BATCH,
    OVER_SHORT_NOTE,
    TILL_CLOSE,
    SESSION_TENDER,
    SPLIT_LINE,
    OPEN_MATTER,
    CASH_MOVEMENT,
    MOVEMENT_LINE,
    *tables_custody.SEALED,
)

PLAIN = (
    # Kinds and tiers of a session come from this index alone, whatever the number of sales.
    "CREATE INDEX sale_line_by_tier ON sale_line (session_id, kind, name, price_e4, tier, volume_l, amount_fen)",
    # What was given back in a session, which is little: what was taken in is summed without looking at each.
    "CREATE INDEX sale_reversed ON sale (session_id, tender, paid_fen, reverses_sale_id)"
    " WHERE reverses_sale_id IS NOT NULL",
    # What a hall waives of the fen (抹零), which most halls never do: no entry for a sale that waives nothing.
    "CREATE INDEX sale_waived ON sale (session_id, waived_fen) WHERE waived_fen <> 0",
    # The cut-off of counting, held by the database: no sale and no reversal enters a session that is not open.
    f"""CREATE TRIGGER sale_in_open_session BEFORE INSERT ON sale
      WHEN coalesce({_LAST_STATE.format(id="NEW.session_id")}, '') <> 'open'
      BEGIN SELECT RAISE(ABORT, 'seal: sale outside an open till session'); END""",
    *tables_custody.PLAIN,
)
