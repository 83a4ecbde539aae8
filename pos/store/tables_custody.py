"""Tables of custody: hand-overs, sealed bags, received takings, deposits, blank cards (design, Money rules 11).

A hand-over is accepted over its own digest only; a deposit holds slips that finance has received, each once.
"""

from __future__ import annotations

from ledger.seal import SealedTable

_LAST_STATE = "(SELECT state FROM till_step WHERE session_id = NEW.session_id ORDER BY step_no DESC LIMIT 1)"

HAND_OVER = SealedTable(
    name="hand_over",
    columns=(
        ("hand_over_id", "TEXT NOT NULL"),
        ("session_id", "TEXT NOT NULL"),
        ("offer_no", "INTEGER NOT NULL"),  # an offer that nobody took may be made again; the newest holds
        ("receiver_kind", "TEXT NOT NULL"),  # cashier, lead, safe
        ("bag_no", "TEXT NOT NULL"),
        ("given_by", "TEXT NOT NULL"),
        ("witness", "TEXT"),
        ("digest", "TEXT NOT NULL"),
        ("float_fen", "INTEGER NOT NULL"),
        ("blank_cards", "INTEGER NOT NULL"),
    ),
    unique=(("hand_over_id", ""), ("session_id, offer_no", "")),
    checks=("receiver_kind IN ('cashier', 'lead', 'safe')",),
    guards=(
        (
            "NEW.offer_no <> 1 + coalesce((SELECT max(offer_no) FROM hand_over WHERE session_id = NEW.session_id), 0)",
            "seal: hand_over number",
        ),
        (
            "coalesce(" + _LAST_STATE + ", '') <> 'closed'",
            "seal: hand_over of a session that is not closed",
        ),
        (
            "EXISTS (SELECT 1 FROM hand_over WHERE session_id = NEW.session_id AND receiver_kind = 'safe')",
            "seal: hand_over of a sealed bag",
        ),
    ),
)

HAND_OVER_ACCEPTED = SealedTable(
    name="hand_over_accepted",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("hand_over_id", "TEXT NOT NULL"),
        ("digest", "TEXT NOT NULL"),
        ("accepted_by", "TEXT NOT NULL"),
        ("counted_fen", "INTEGER NOT NULL"),
    ),
    unique=(("session_id", ""), ("hand_over_id", "")),
    guards=(
        (
            "NOT EXISTS (SELECT 1 FROM hand_over h WHERE h.hand_over_id = NEW.hand_over_id AND h.session_id ="
            " NEW.session_id AND h.digest = NEW.digest)",
            "seal: hand_over_accepted over another digest",
        ),
    ),
)

TAKINGS_RECEIVED = SealedTable(
    name="takings_received",
    columns=(
        ("slip_id", "TEXT NOT NULL"),
        ("session_id", "TEXT NOT NULL"),
        ("received_by", "TEXT NOT NULL"),
        ("counted_fen", "INTEGER NOT NULL"),
        ("over_short_fen", "INTEGER NOT NULL"),
        ("note", "TEXT NOT NULL"),
    ),
    unique=(("slip_id", ""), ("session_id", "")),
    checks=("counted_fen >= 0",),
)

RECEIVED_LINE = SealedTable(
    name="received_line",
    columns=(
        ("slip_id", "TEXT NOT NULL"),
        ("face_fen", "INTEGER NOT NULL"),
        ("coin", "INTEGER NOT NULL"),
        ("pieces", "INTEGER NOT NULL"),
    ),
    unique=(("slip_id, face_fen, coin", ""),),
    checks=("face_fen > 0 AND coin IN (0, 1) AND pieces > 0",),
)

DEPOSIT = SealedTable(
    name="deposit",
    columns=(
        ("deposit_id", "TEXT NOT NULL"),
        ("deposit_no", "INTEGER NOT NULL"),
        ("business_day", "TEXT NOT NULL"),
        ("cash_fen", "INTEGER NOT NULL"),
        ("made_by", "TEXT NOT NULL"),
    ),
    unique=(("deposit_id", ""), ("deposit_no", "")),
    indexes=("business_day",),
    guards=(
        (
            "NEW.deposit_no <> 1 + coalesce((SELECT max(deposit_no) FROM deposit), 0)",
            "seal: deposit number",
        ),
    ),
)

DEPOSIT_SLIP = SealedTable(
    name="deposit_slip",
    columns=(("deposit_id", "TEXT NOT NULL"), ("slip_id", "TEXT NOT NULL"), ("amount_fen", "INTEGER NOT NULL")),
    unique=(("slip_id", ""),),
    indexes=("deposit_id",),
    guards=(
        (
            "NOT EXISTS (SELECT 1 FROM takings_received r WHERE r.slip_id = NEW.slip_id"
            " AND r.counted_fen = NEW.amount_fen)",
            "seal: deposit_slip not received",
        ),
    ),
)

BLANK_CARD_MOVEMENT = SealedTable(
    name="blank_card_movement",
    columns=(
        ("movement_id", "TEXT NOT NULL"),
        ("kind", "TEXT NOT NULL"),  # received into the store, issued to a till, returned from it, spoiled at it
        ("pieces", "INTEGER NOT NULL"),
        ("session_id", "TEXT"),  # NULL for what the store receives
        ("reason", "TEXT NOT NULL"),  # of spoiled ones
        ("document_no", "TEXT NOT NULL"),  # the delivery's
    ),
    unique=(("movement_id", ""),),
    indexes=("session_id",),
    checks=(
        "kind IN ('received', 'issued', 'returned', 'spoiled')",
        "pieces > 0",
        "(kind = 'received') = (session_id IS NULL)",
    ),
    guards=(
        (
            "NEW.kind = 'issued' AND NEW.pieces > coalesce((SELECT sum(CASE kind WHEN 'issued' THEN -pieces"
            " WHEN 'spoiled' THEN 0 ELSE pieces END) FROM blank_card_movement), 0)",
            "seal: blank_card_movement of cards that the store does not have",
        ),
    ),
)

SEALED = (BLANK_CARD_MOVEMENT, HAND_OVER, HAND_OVER_ACCEPTED, TAKINGS_RECEIVED, RECEIVED_LINE, DEPOSIT, DEPOSIT_SLIP)

PLAIN = (
    # What waits now, kept by the database itself so that looking never scans history; the facts are above.
    "CREATE TABLE bag_in_safe (session_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    """CREATE TRIGGER bag_put_in AFTER INSERT ON hand_over WHEN NEW.receiver_kind = 'safe' BEGIN
      INSERT INTO bag_in_safe VALUES (NEW.session_id); END""",
    """CREATE TRIGGER bag_taken_out AFTER INSERT ON hand_over_accepted BEGIN
      DELETE FROM bag_in_safe WHERE session_id = NEW.session_id; END""",
    "CREATE TABLE slip_waiting (slip_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    """CREATE TRIGGER slip_made_out AFTER INSERT ON till_close BEGIN
      INSERT INTO slip_waiting VALUES (NEW.slip_id); END""",
    """CREATE TRIGGER slip_received AFTER INSERT ON takings_received BEGIN
      DELETE FROM slip_waiting WHERE slip_id = NEW.slip_id; END""",
)
