"""Tables of sales, tiers, UnionPay charges, card writes and prints (design, Money rules 7-9, 13)."""

from __future__ import annotations

from ledger.seal import SealedTable

SALE = SealedTable(
    name="sale",
    columns=(
        ("sale_id", "TEXT NOT NULL"),  # key of its record as text
        ("session_id", "TEXT NOT NULL"),
        ("account_no", "TEXT NOT NULL"),
        ("item", "TEXT NOT NULL"),  # gas, first_card, card_replacement, account_transfer, carried_gas
        ("receipt_no", "INTEGER NOT NULL"),
        ("tender", "TEXT NOT NULL"),  # cash, unionpay
        ("volume_l", "INTEGER NOT NULL"),  # negative in a reversal
        ("due_fen", "INTEGER NOT NULL"),  # sum of the lines, negative in a reversal
        ("paid_fen", "INTEGER NOT NULL"),  # what stays in the drawer or on the slip, negative in a reversal
        ("tendered_fen", "INTEGER NOT NULL"),
        ("change_fen", "INTEGER NOT NULL"),
        ("customer_money_fen", "INTEGER NOT NULL"),  # what the sale adds to (takes from, negative) 户内余额
        ("waived_fen", "INTEGER NOT NULL"),  # 抹零
        ("card_write_id", "TEXT"),
        ("reverses_sale_id", "TEXT"),
        ("sold_at_utc_ms", "INTEGER NOT NULL"),
    ),
    unique=(
        ("sale_id", ""),
        ("card_write_id", "card_write_id IS NOT NULL"),
        ("reverses_sale_id", "reverses_sale_id IS NOT NULL"),
    ),
    indexes=(
        "session_id, tender, customer_money_fen, paid_fen",
        "account_no, sold_at_utc_ms, item, volume_l",  # a habit and what was never read back come from it alone
    ),
)

SALE_LINE = SealedTable(
    name="sale_line",
    columns=(
        ("sale_id", "TEXT NOT NULL"),
        ("session_id", "TEXT NOT NULL"),
        ("account_no", "TEXT NOT NULL"),
        ("kind", "TEXT NOT NULL"),  # gas, card_fee, late_fee, service_fee, carried_gas
        ("name", "TEXT NOT NULL"),
        ("tariff_id", "TEXT"),
        ("tariff_year", "INTEGER"),
        ("tier", "INTEGER"),
        ("volume_l", "INTEGER NOT NULL"),  # negative in a reversal
        ("price_e4", "INTEGER NOT NULL"),
        ("amount_fen", "INTEGER NOT NULL"),  # negative in a reversal
        ("vat_rate_bp", "INTEGER NOT NULL"),
    ),
    indexes=("account_no, tariff_year, tier, volume_l",),  # by session: sale_line_by_tier in tables_tills
)

UNIONPAY_CHARGE = SealedTable(
    name="unionpay_charge",
    columns=(
        ("charge_id", "TEXT NOT NULL"),
        ("session_id", "TEXT NOT NULL"),
        ("terminal", "TEXT NOT NULL"),
        ("batch", "TEXT NOT NULL"),
        ("trace", "TEXT NOT NULL"),
        ("reference", "TEXT NOT NULL"),
        ("last_four", "TEXT NOT NULL"),
        ("amount_fen", "INTEGER NOT NULL"),
    ),
    unique=(("charge_id", ""), ("terminal, batch, trace", "")),
    indexes=("session_id, terminal, batch, amount_fen",),
    checks=("amount_fen > 0", "length(last_four) = 4"),
)

UNIONPAY_EVENT = SealedTable(
    name="unionpay_event",
    columns=(
        ("charge_id", "TEXT NOT NULL"),
        ("event_no", "INTEGER NOT NULL"),
        ("event", "TEXT NOT NULL"),  # used by a sale, released by its reversal, undone at the terminal (撤销)
        ("sale_id", "TEXT"),
    ),
    unique=(("charge_id, event_no", ""),),
    indexes=("sale_id, charge_id",),
    checks=("event IN ('used', 'released', 'undone')",),
    guards=(
        (
            "NEW.event_no <> 1 + coalesce((SELECT max(event_no) FROM unionpay_event"
            " WHERE charge_id = NEW.charge_id), 0)",
            "seal: unionpay_event step",
        ),
        (
            "NEW.event IN ('used', 'undone') AND coalesce((SELECT event FROM unionpay_event"
            " WHERE charge_id = NEW.charge_id AND event_no = NEW.event_no - 1), 'released') <> 'released'",
            "seal: unionpay charge is not free",
        ),
    ),
)

CARD_WRITE = SealedTable(
    name="card_write",
    columns=(
        ("write_id", "TEXT NOT NULL"),
        ("step_no", "INTEGER NOT NULL"),
        ("state", "TEXT NOT NULL"),  # paid, writing, posted, failed, reversed, in_doubt
        ("purpose", "TEXT NOT NULL"),  # purchase, first_card, replacement, reversal
        ("session_id", "TEXT NOT NULL"),
        ("sale_id", "TEXT NOT NULL"),
        ("account_no", "TEXT NOT NULL"),
        ("card_no", "TEXT NOT NULL"),
        ("amount_fen", "INTEGER NOT NULL"),
        ("detail", "TEXT NOT NULL"),  # JSON: before image, intended content, image found, reason
    ),
    unique=(("write_id, step_no", ""),),
    indexes=("card_no, write_id, step_no", "account_no, write_id, step_no", "session_id, state"),
    checks=("state IN ('paid', 'writing', 'posted', 'failed', 'reversed', 'in_doubt')",),
    guards=(
        (
            "NEW.step_no = 1 AND EXISTS (SELECT 1 FROM card_write w WHERE w.card_no = NEW.card_no"
            " AND w.state IN ('paid', 'writing', 'failed', 'in_doubt') AND w.step_no ="
            " (SELECT max(step_no) FROM card_write x WHERE x.write_id = w.write_id))",
            "seal: card_write open for this card",
        ),
        (
            "NEW.step_no <> 1 + coalesce((SELECT max(step_no) FROM card_write WHERE write_id = NEW.write_id), 0)",
            "seal: card_write step",
        ),
        (
            "EXISTS (SELECT 1 FROM card_write WHERE write_id = NEW.write_id AND state IN ('posted', 'reversed'))",
            "seal: card_write is settled",
        ),
    ),
)

CARD_REPLACEMENT = SealedTable(
    name="card_replacement",
    columns=(
        ("sale_id", "TEXT NOT NULL"),  # of the fee; its card write makes the new card
        ("session_id", "TEXT NOT NULL"),
        ("account_no", "TEXT NOT NULL"),
        ("old_card_no", "TEXT NOT NULL"),
        ("new_card_no", "TEXT NOT NULL"),
        ("issue_no", "INTEGER NOT NULL"),  # 补卡次数 of the new card
        ("reason", "TEXT NOT NULL"),
        ("old_card_returned", "INTEGER NOT NULL"),
        ("said", "TEXT NOT NULL"),  # of the last purchase, on what evidence
        ("evidence", "TEXT NOT NULL"),
        ("note", "TEXT NOT NULL"),
        ("meter_count", "INTEGER"),  # the meter's display, NULL = not read
        ("meter_remaining_l", "INTEGER"),
        ("reissues_sale_id", "TEXT"),  # purchase that is written once more under its count
        ("reissued_l", "INTEGER NOT NULL"),
    ),
    unique=(("sale_id", ""), ("new_card_no", "")),
    indexes=("account_no, issue_no",),
    checks=(
        "reason IN ('lost', 'broken', 'meter_changed')",
        "said IN ('taken', 'not_taken')",
        "issue_no >= 1",
        "old_card_returned IN (0, 1)",
        "(said = 'not_taken') = (reissues_sale_id IS NOT NULL)",
        "reissued_l >= 0",
    ),
    guards=(
        (
            "NEW.reissues_sale_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sale WHERE sale_id = NEW.reissues_sale_id"
            " AND account_no = NEW.account_no AND volume_l = NEW.reissued_l AND reverses_sale_id IS NULL)",
            "seal: card_replacement of gas that was never sold",
        ),
        (
            "EXISTS (SELECT 1 FROM sale WHERE reverses_sale_id = NEW.reissues_sale_id)",
            "seal: card_replacement of gas that was given back",
        ),
    ),
)

GAS_CARRIED = SealedTable(
    name="gas_carried",
    columns=(
        ("sale_id", "TEXT NOT NULL"),  # of the instalment; its card write puts it on the card
        ("session_id", "TEXT NOT NULL"),
        ("account_no", "TEXT NOT NULL"),
        ("carried_l", "INTEGER NOT NULL"),
    ),
    unique=(("sale_id", ""),),
    indexes=("account_no",),
    checks=("carried_l > 0",),
    guards=(
        (
            "NEW.carried_l > coalesce((SELECT sum(carried_l) FROM meter_change WHERE account_no = NEW.account_no), 0)"
            " - coalesce((SELECT sum(g.carried_l) FROM gas_carried g WHERE g.account_no = NEW.account_no AND NOT EXISTS"
            " (SELECT 1 FROM sale r WHERE r.reverses_sale_id = g.sale_id)), 0)",
            "seal: gas_carried that no meter held",
        ),
    ),
)

DRAWER_OPENING = SealedTable(
    name="drawer_opening",
    columns=(
        ("session_id", "TEXT NOT NULL"),
        ("reason", "TEXT NOT NULL"),  # sale, reversal, count, float, or why without a sale
        ("outcome", "TEXT NOT NULL"),  # opened, expired, unknown; before the pulse without a sale: asked
        ("note", "TEXT NOT NULL"),
    ),
    indexes=("session_id",),
)

PRINTED = SealedTable(
    name="printed",
    columns=(
        ("job_id", "TEXT NOT NULL"),
        ("session_id", "TEXT"),
        ("copy_no", "INTEGER NOT NULL"),  # 0 original, n-th 补打
        ("state", "TEXT NOT NULL"),  # confirmed, unknown, replaced by a numbered copy
        ("bytes_sha256", "TEXT NOT NULL"),
        ("settled_by", "TEXT"),  # operator who said whether a complete paper came out
    ),
    indexes=("job_id", "session_id"),
)

SEALED = (
    SALE,
    SALE_LINE,
    UNIONPAY_CHARGE,
    UNIONPAY_EVENT,
    CARD_WRITE,
    CARD_REPLACEMENT,
    GAS_CARRIED,
    DRAWER_OPENING,
    PRINTED,
)

PLAIN = (
    # One row per paper to print, in the same commit as its fact; the state moves, the document never does: the fact
    # names its digest. What identifies a person stands beside it and can be erased.
    """CREATE TABLE outbox (
      job_id TEXT PRIMARY KEY, session_id TEXT, till_id TEXT, fact_key TEXT NOT NULL, fact_hash TEXT NOT NULL,
      template TEXT NOT NULL, template_version INTEGER NOT NULL, copy_no INTEGER NOT NULL, original_job_id TEXT,
      reason TEXT NOT NULL, document TEXT NOT NULL, state TEXT NOT NULL, queued_at_utc_ms INTEGER NOT NULL,
      account_no TEXT, customer_name TEXT NOT NULL, customer_address TEXT NOT NULL,
      CHECK (state IN ('queued', 'sent', 'confirmed', 'unknown', 'replaced'))
    ) STRICT""",
    "CREATE INDEX outbox_account ON outbox (account_no) WHERE account_no IS NOT NULL",
    "CREATE INDEX outbox_last ON outbox (till_id, template, queued_at_utc_ms) WHERE copy_no = 0",
    "CREATE INDEX outbox_state ON outbox (state, queued_at_utc_ms)",
    "CREATE INDEX outbox_session ON outbox (session_id, queued_at_utc_ms)",
    "CREATE INDEX outbox_fact ON outbox (fact_key)",
    "CREATE INDEX outbox_reason ON outbox (reason)",
    "CREATE INDEX outbox_original ON outbox (original_job_id) WHERE original_job_id IS NOT NULL",
    # What is open now, kept by the database itself so that looking never scans history; the facts are above.
    """CREATE TABLE open_card_write (
      write_id TEXT PRIMARY KEY, card_no TEXT NOT NULL, account_no TEXT NOT NULL, session_id TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX open_card_write_account ON open_card_write (account_no)",
    """CREATE TRIGGER card_write_opened AFTER INSERT ON card_write WHEN NEW.step_no = 1 BEGIN
      INSERT INTO open_card_write VALUES (NEW.write_id, NEW.card_no, NEW.account_no, NEW.session_id); END""",
    """CREATE TRIGGER card_write_settled AFTER INSERT ON card_write WHEN NEW.state IN ('posted', 'reversed') BEGIN
      DELETE FROM open_card_write WHERE write_id = NEW.write_id; END""",
    """CREATE TABLE open_unionpay_charge (
      charge_id TEXT PRIMARY KEY, session_id TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER unionpay_charge_opened AFTER INSERT ON unionpay_charge BEGIN
      INSERT INTO open_unionpay_charge VALUES (NEW.charge_id, NEW.session_id); END""",
    """CREATE TRIGGER unionpay_event_moved AFTER INSERT ON unionpay_event BEGIN
      DELETE FROM open_unionpay_charge WHERE charge_id = NEW.charge_id;
      INSERT INTO open_unionpay_charge SELECT charge_id, session_id FROM unionpay_charge
        WHERE charge_id = NEW.charge_id AND NEW.event = 'released'; END""",
)
