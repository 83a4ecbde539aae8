"""Table of what the meters' feedback and the purchases showed that somebody should look into (异常清单).

A reading's record says what it showed; a person's answer, and a later reading that no longer shows it, are events of
their own. What is open now is kept by the database itself, so that looking never scans history.
"""

from __future__ import annotations

from ledger.seal import SealedTable

ANOMALY_EVENT = SealedTable(
    name="anomaly_event",
    columns=(
        ("account_no", "TEXT NOT NULL"),
        ("sign", "TEXT NOT NULL"),  # pos.domain.anomaly.Sign
        ("event_no", "INTEGER NOT NULL"),  # per account and sign
        ("event", "TEXT NOT NULL"),  # seen by a reading, passed by a later one, answered by a person
        ("evidence", "TEXT NOT NULL"),  # key of the reading's record or of the sale it rests on
        ("figures", "TEXT NOT NULL"),  # JSON object, as seen
        ("outcome", "TEXT NOT NULL"),  # of an answer
        ("note", "TEXT NOT NULL"),
        ("at_utc_ms", "INTEGER NOT NULL"),
    ),
    unique=(("account_no, sign, event_no", ""),),
    checks=(
        "event IN ('seen', 'passed', 'answered')",
        "(event = 'answered') = (length(note) > 0)",
        "length(evidence) > 0",
    ),
    guards=(
        (
            "NEW.event_no <> 1 + coalesce((SELECT max(event_no) FROM anomaly_event"
            " WHERE account_no = NEW.account_no AND sign = NEW.sign), 0)",
            "seal: anomaly_event number",
        ),
        (
            "NEW.event = 'answered' AND EXISTS (SELECT 1 FROM anomaly_event WHERE account_no = NEW.account_no"
            " AND sign = NEW.sign AND event = 'answered' AND evidence = NEW.evidence)",
            "seal: anomaly_event answered twice",
        ),
    ),
)

SEALED = (ANOMALY_EVENT,)

PLAIN = (
    """CREATE TABLE open_anomaly (
      account_no TEXT NOT NULL, sign TEXT NOT NULL, evidence TEXT NOT NULL, figures TEXT NOT NULL,
      at_utc_ms INTEGER NOT NULL, PRIMARY KEY (account_no, sign)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX open_anomaly_newest ON open_anomaly (sign, at_utc_ms)",
    """CREATE TRIGGER anomaly_moved AFTER INSERT ON anomaly_event BEGIN
      DELETE FROM open_anomaly WHERE account_no = NEW.account_no AND sign = NEW.sign;
      INSERT INTO open_anomaly SELECT NEW.account_no, NEW.sign, NEW.evidence, NEW.figures, NEW.at_utc_ms
        WHERE NEW.event = 'seen'; END""",
)
