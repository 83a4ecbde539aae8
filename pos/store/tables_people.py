"""Tables of the hall, its people, tills and settings (design, Money rules 1, 12; domain P12).

Who may do what since when is a fact: sealed, newest row wins. What must be changeable or erasable is plain: password
hashes, the recovery code's hash, and the counters of failed sign-ins.
"""

from __future__ import annotations

from ledger.seal import SealedTable

HALL_PROFILE = SealedTable(
    name="hall_profile",
    columns=(
        ("hall_code", "TEXT NOT NULL"),
        ("company", "TEXT NOT NULL"),
        ("hall_name", "TEXT NOT NULL"),
        ("payee", "TEXT NOT NULL"),  # 收款单位 of slips
        ("bank", "TEXT NOT NULL"),
        ("bank_account", "TEXT NOT NULL"),
        ("emergency_phone", "TEXT NOT NULL"),
        ("demo", "INTEGER NOT NULL"),
        ("offset_min", "INTEGER NOT NULL"),
    ),
    checks=("demo IN (0, 1)",),
)

OPERATOR_GRANT = SealedTable(
    name="operator_grant",
    columns=(
        ("operator_id", "TEXT NOT NULL"),  # key of the record that added the person
        ("code", "TEXT NOT NULL"),  # 工号, also the login name
        ("display_name", "TEXT NOT NULL"),
        ("roles", "TEXT NOT NULL"),  # names joined by a space, sorted
        ("active", "INTEGER NOT NULL"),
    ),
    indexes=("operator_id, epoch, seq", "code, epoch, seq"),
    checks=("active IN (0, 1)", "length(roles) > 0"),
    guards=(
        (
            "EXISTS (SELECT 1 FROM operator_grant WHERE code = NEW.code AND operator_id <> NEW.operator_id)",
            "seal: operator_grant code taken",
        ),
    ),
)

TILL = SealedTable(
    name="till",
    columns=(("till_id", "TEXT NOT NULL"), ("name", "TEXT NOT NULL"), ("till_chain", "TEXT NOT NULL")),
    unique=(("till_id", ""), ("till_chain", "")),
)

SETTING = SealedTable(
    name="setting",
    columns=(("name", "TEXT NOT NULL"), ("value", "TEXT NOT NULL")),
    indexes=("name, epoch, seq",),
)

NUMBER_SKIPPED = SealedTable(
    name="number_skipped",
    columns=(
        ("series", "TEXT NOT NULL"),  # card, account
        ("up_to", "TEXT NOT NULL"),  # ten digits; a restore says that none up to here is given out any more
    ),
    indexes=("series, up_to",),
    checks=("series IN ('card', 'account')", "length(up_to) = 10"),
)

SEALED = (HALL_PROFILE, OPERATOR_GRANT, TILL, SETTING, NUMBER_SKIPPED)

PLAIN = (
    """CREATE TABLE credential (
      operator_id TEXT PRIMARY KEY, password_hash TEXT NOT NULL, must_change INTEGER NOT NULL,
      changed_at_utc_ms INTEGER NOT NULL, CHECK (must_change IN (0, 1))
    ) STRICT""",
    """CREATE TABLE recovery_code (
      slot INTEGER PRIMARY KEY CHECK (slot = 1), code_hash TEXT NOT NULL, issued_at_utc_ms INTEGER NOT NULL
    ) STRICT""",
    # subject: an operator id, `hall` for all together, or `unknown:N`: never a name as it was typed.
    """CREATE TABLE sign_in_delay (
      subject TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_failure_utc_ms INTEGER NOT NULL
    ) STRICT""",
)
