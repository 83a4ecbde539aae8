"""Tables of accounts, meters, cards, prices and meter feedback, and of the people behind the accounts.

Facts are sealed and the newest revision wins (design, Money rules 3). What identifies a person (name, phone, address,
ID number) lives in the plain table `customer` only, beside the salt of its digest, and can be erased without touching
the chain (Money rules 14). The search tables are plain too: they repeat personal data and are erased with it.
"""

from __future__ import annotations

from ledger.seal import SealedTable


def _next_revision(table: str, key: str) -> tuple[str, str]:
    """Guard: revisions of one key are 1, 2, 3 ... over all chains, so that `newest` never depends on a clock."""
    return (
        f"NEW.revision <> 1 + coalesce((SELECT max(revision) FROM {table} WHERE {key} = NEW.{key}), 0)",
        f"seal: {table} revision",
    )


ACCOUNT_TERMS = SealedTable(
    name="account_terms",
    columns=(
        ("account_no", "TEXT NOT NULL"),
        ("revision", "INTEGER NOT NULL"),  # 1 = opened; the highest is in force
        ("price_class", "TEXT NOT NULL"),  # resident, resident_heating, commercial, public_welfare
        ("people", "INTEGER NOT NULL"),  # household size for the allowance
        ("status", "TEXT NOT NULL"),
        ("stop_reason", "TEXT NOT NULL"),
        ("arrears_fen", "INTEGER NOT NULL"),  # told before anything is sold; not a posting
        ("contract_no", "TEXT NOT NULL"),
        ("district", "TEXT NOT NULL"),
        ("document_no", "TEXT NOT NULL"),  # the paper the change rests on
        ("contact_digest", "TEXT NOT NULL"),  # salted, of the person's row at that time; "" = unchanged
    ),
    unique=(("account_no, revision", ""),),
    checks=(
        "status IN ('applied', 'active', 'stopped', 'closed')",
        "people BETWEEN 1 AND 99",
        "arrears_fen >= 0",
    ),
    guards=(_next_revision("account_terms", "account_no"),),
)

METER_FITTED = SealedTable(
    name="meter_fitted",
    columns=(
        ("account_no", "TEXT NOT NULL"),
        ("revision", "INTEGER NOT NULL"),  # per account; the highest is on the wall
        ("meter_no", "TEXT NOT NULL"),
        ("meter_type", "TEXT NOT NULL"),  # G2.5, G4 ...
        ("inlet", "TEXT NOT NULL"),  # side of the gas inlet
        ("maker", "TEXT NOT NULL"),
        ("installed_on", "TEXT"),  # ISO date, NULL = not known
        ("base_reading_l", "INTEGER NOT NULL"),  # reading when it was fitted
        ("unit", "TEXT NOT NULL"),
    ),
    unique=(("account_no, revision", ""),),
    indexes=("meter_no",),
    checks=("inlet IN ('left', 'right')", "unit = 'm3'"),
    guards=(
        _next_revision("meter_fitted", "account_no"),
        (
            "EXISTS (SELECT 1 FROM meter_fitted m WHERE m.meter_no = NEW.meter_no AND m.account_no <> NEW.account_no"
            " AND m.revision = (SELECT max(revision) FROM meter_fitted WHERE account_no = m.account_no))",
            "seal: meter_fitted hangs on another wall",
        ),
    ),
)

METER_CHANGE = SealedTable(
    name="meter_change",
    columns=(
        ("change_id", "TEXT NOT NULL"),
        ("account_no", "TEXT NOT NULL"),
        ("old_meter_no", "TEXT NOT NULL"),
        ("new_meter_no", "TEXT NOT NULL"),
        ("final_reading_l", "INTEGER NOT NULL"),  # of the old meter
        ("remaining_l", "INTEGER NOT NULL"),  # on its display; below 0 = overdraft
        ("untaken_l", "INTEGER NOT NULL"),  # of the last purchase, if it did not take that
        ("carried_l", "INTEGER NOT NULL"),  # to be given to the new meter, in one or more instalments
        ("said", "TEXT NOT NULL"),  # of the last purchase, on what evidence
        ("evidence", "TEXT NOT NULL"),
        ("note", "TEXT NOT NULL"),
        ("document_no", "TEXT NOT NULL"),
    ),
    unique=(("change_id", ""),),
    indexes=("account_no",),
    checks=(
        "said IN ('taken', 'not_taken')",
        "(said = 'not_taken') = (untaken_l > 0)",
        "carried_l = max(0, remaining_l) + untaken_l",
        "old_meter_no <> new_meter_no",
        "length(document_no) > 0",
    ),
)

CARD_BINDING = SealedTable(
    name="card_binding",
    columns=(
        ("card_no", "TEXT NOT NULL"),
        ("revision", "INTEGER NOT NULL"),  # per card; the highest is in force
        ("account_no", "TEXT NOT NULL"),
        ("chip_uid", "TEXT NOT NULL"),  # "" until the card has been in a reader
        ("issue_no", "INTEGER NOT NULL"),  # 0 = first card, counts replacements
        ("status", "TEXT NOT NULL"),
        ("reason", "TEXT NOT NULL"),
    ),
    unique=(("card_no, revision", ""),),
    indexes=("account_no, issue_no, card_no",),
    checks=("status IN ('active', 'lost', 'spoiled', 'replaced')", "issue_no >= 0"),
    guards=(
        _next_revision("card_binding", "card_no"),
        (
            "EXISTS (SELECT 1 FROM card_binding WHERE card_no = NEW.card_no AND account_no <> NEW.account_no)",
            "seal: card_binding of another account",
        ),
        (
            "EXISTS (SELECT 1 FROM card_binding WHERE account_no = NEW.account_no AND issue_no = NEW.issue_no"
            " AND card_no <> NEW.card_no)",
            "seal: card_binding issue number taken",
        ),
    ),
)

TARIFF = SealedTable(
    name="tariff",
    columns=(
        ("tariff_id", "TEXT NOT NULL"),  # key of its record as text
        ("price_class", "TEXT NOT NULL"),
        ("name", "TEXT NOT NULL"),
        ("effective_from", "TEXT NOT NULL"),  # ISO date
        ("year_start", "TEXT NOT NULL"),  # MM-DD on which the tier counter starts anew
        ("base_people", "INTEGER NOT NULL"),  # persons beyond these widen the tiers
        ("vat_rate_bp", "INTEGER NOT NULL"),
        ("document_no", "TEXT NOT NULL"),  # approving document
        ("sample", "INTEGER NOT NULL"),  # 1 = 示例, not an approved price
    ),
    unique=(("tariff_id", ""),),
    indexes=("price_class, effective_from",),
    checks=("sample IN (0, 1)", "length(document_no) > 0", "vat_rate_bp BETWEEN 0 AND 10000"),
)

TARIFF_TIER = SealedTable(
    name="tariff_tier",
    columns=(
        ("tariff_id", "TEXT NOT NULL"),
        ("tier", "INTEGER NOT NULL"),
        ("name", "TEXT NOT NULL"),
        ("upper_l", "INTEGER"),  # litres a year up to and including, NULL = no limit
        ("per_extra_person_l", "INTEGER NOT NULL"),  # added to upper_l for each person beyond base_people
        ("price_e4", "INTEGER NOT NULL"),  # yuan x 10^4 per m3
    ),
    unique=(("tariff_id, tier", ""),),
    checks=("tier >= 1", "price_e4 > 0", "per_extra_person_l >= 0", "upper_l IS NULL OR upper_l > 0"),
)

FEE_PRICE = SealedTable(
    name="fee_price",
    columns=(
        ("item", "TEXT NOT NULL"),  # first_card, card_replacement ...
        ("amount_fen", "INTEGER NOT NULL"),
        ("effective_from", "TEXT NOT NULL"),
        ("vat_rate_bp", "INTEGER NOT NULL"),
        ("document_no", "TEXT NOT NULL"),
        ("sample", "INTEGER NOT NULL"),
    ),
    indexes=("item, effective_from",),
    checks=("amount_fen >= 0", "sample IN (0, 1)", "length(document_no) > 0"),
)

PURCHASE_LIMIT = SealedTable(
    name="purchase_limit",
    columns=(
        ("span", "TEXT NOT NULL"),  # purchase, month, period, validity, meter_cap
        ("applies_to", "TEXT NOT NULL"),  # price class, of a cap the type of meter
        ("most_l", "INTEGER"),  # NULL = lifted
        ("valid_from", "TEXT NOT NULL"),
        ("valid_until", "TEXT"),  # ISO date included, NULL = until another begins
        ("months", "INTEGER NOT NULL"),  # of a period
        ("document_no", "TEXT NOT NULL"),
    ),
    indexes=("applies_to, valid_from",),
    checks=(
        "span IN ('purchase', 'month', 'period', 'validity', 'meter_cap')",
        "most_l IS NULL OR most_l >= 0",
        "months BETWEEN 1 AND 24",
        "length(document_no) > 0",
    ),
)

CARD_READING = SealedTable(
    name="card_reading",
    columns=(
        ("account_no", "TEXT NOT NULL"),
        ("card_no", "TEXT NOT NULL"),
        ("meter_no", "TEXT NOT NULL"),
        ("session_id", "TEXT"),
        ("sequence", "INTEGER NOT NULL"),  # purchase count on the card
        ("taken_sequence", "INTEGER NOT NULL"),  # last purchase the meter took
        ("remaining_l", "INTEGER NOT NULL"),
        ("used_l", "INTEGER NOT NULL"),
        ("battery_pct", "INTEGER NOT NULL"),
        ("status", "INTEGER NOT NULL"),
        ("magnet_count", "INTEGER NOT NULL"),
        ("valve_faults", "INTEGER NOT NULL"),
        ("read_on", "TEXT"),  # ISO date of the meter's last contact with the card
        ("read_at_utc_ms", "INTEGER NOT NULL"),
    ),
    indexes=("account_no, read_at_utc_ms",),
)

SEALED = (
    ACCOUNT_TERMS,
    METER_FITTED,
    METER_CHANGE,
    CARD_BINDING,
    TARIFF,
    TARIFF_TIER,
    FEE_PRICE,
    PURCHASE_LIMIT,
    CARD_READING,
)

PLAIN = (
    """CREATE TABLE customer (
      account_no TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, address TEXT NOT NULL,
      id_number BLOB, salt BLOB NOT NULL, erased_at_utc_ms INTEGER,
      CHECK (length(salt) = 16)
    ) STRICT""",
    # One row per account, what it can be found by: normalised name and address, and its keys in the B-tree below.
    """CREATE TABLE search_entry (
      id INTEGER PRIMARY KEY, account_no TEXT NOT NULL UNIQUE, name TEXT NOT NULL, address TEXT NOT NULL,
      keys TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE search_key (key TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID",
    # Own tokens of two and three neighbouring characters: built-in tokenisers drop rare hanzi and miss two-character
    # searches. Written when a name or an address changes, never by a sale: merges stay out of payments.
    """CREATE VIRTUAL TABLE search_gram USING fts5(
      grams, content='', contentless_delete=1, detail=none, prefix='4', tokenize='ascii'
    )""",
    # Tokens that many accounts share, with their share in 1/10000: a long query looks for its rarest pieces.
    "CREATE TABLE search_common (gram TEXT PRIMARY KEY, share_bp INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)
