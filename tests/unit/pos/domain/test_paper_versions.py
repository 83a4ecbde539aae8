"""Papers queued by every program there ever was are read and printed; what only a newer one knows is refused whole."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from pypdf import PdfReader

from pos.domain.paper_json import from_json, to_json
from pos.domain.paper_versions import PAPER_VERSION, PaperTooNew
from pos.domain.papers import (
    DaybookPaper,
    DepositSlipPaper,
    HandOverPaper,
    MissingTakings,
    NamedCount,
    Paper,
    ReceiptPaper,
    RemittanceSlipPaper,
    ZPaper,
)
from printing.export_table import deposit_tables
from printing.pdf.document import render_pdf
from printing.render import render_receipt
from printing.roll import ROLL_58
from printing.words import words_in

SAMPLES = Path(__file__).parent / "papers"
FROZEN = sorted(SAMPLES.glob("v*/*.json"))


def frozen(name: str) -> Paper:
    return from_json((SAMPLES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("sample", FROZEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_frozen_paper_of_every_version_is_read_and_printed(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    assert json.loads(text)["version"] == int(sample.parent.name[1:])
    paper = from_json(text)
    assert from_json(to_json(paper)) == paper
    if not isinstance(paper, DepositSlipPaper | DaybookPaper):
        assert paper.head.company in render_receipt(paper, roll=ROLL_58).text
    if not isinstance(paper, ReceiptPaper):
        assert render_pdf(paper).startswith(b"%PDF")


def test_every_paper_has_a_frozen_sample_of_the_version_written_today() -> None:
    wanted = {paper.TEMPLATE for paper in get_args(Paper)}
    assert {path.stem for path in (SAMPLES / f"v{PAPER_VERSION}").glob("*.json")} == wanted


def test_words_of_version_1_become_codes() -> None:
    receipt, z, book = frozen("v1/receipt.json"), frozen("v1/z_report.json"), frozen("v1/daybook.json")
    assert isinstance(receipt, ReceiptPaper)
    assert isinstance(z, ZPaper)
    assert isinstance(book, DaybookPaper)
    assert (receipt.tender, receipt.copies, receipt.customer_name) == ("cash", ("customer",), "单桂芳")
    assert [tender.name for tender in z.tenders] == ["cash", "unionpay", "cheque"]
    assert [matter.kind for matter in z.open_matters] == ["card_write"]
    assert {line.state for line in book.lines} == {"normal", "reversed"}


def test_slips_of_version_1_say_what_was_handed_in_and_whose_takings_were_missing() -> None:
    slip, deposit = frozen("v1/remittance_slip.json"), frozen("v1/deposit_slip.json")
    assert isinstance(slip, RemittanceSlipPaper)
    assert isinstance(deposit, DepositSlipPaper)
    assert slip.tenders == (NamedCount("cash", 0, slip.cash_fen), NamedCount("unionpay", 4, 54_210))
    assert deposit.tenders == slip.tenders == deposit.slips[0].tenders
    assert deposit.not_received == (MissingTakings("DJ-T02-J00001"), MissingTakings("", "T01", 2))


def test_card_payment_of_version_1_keeps_reference_and_last_digits() -> None:
    document = json.loads((SAMPLES / "v1/receipt.json").read_text(encoding="utf-8"))
    document["content"] |= {"tender_name": "银联刷卡", "tender_detail": "参考号 123456789012 尾号 6688"}
    paper = from_json(json.dumps(document))
    assert isinstance(paper, ReceiptPaper)
    assert (paper.tender, paper.pay_reference, paper.pay_last_four) == ("unionpay", "123456789012", "6688")


def test_received_slip_that_has_both_reasons_in_one_text_prints_them_as_it_did() -> None:
    document = json.loads((SAMPLES / "v3/deposit_slip.json").read_text(encoding="utf-8"))
    received = {
        "custody": "received",
        "receipt_off_fen": -5000,
        "slips_off_fen": 0,
        "explanation": "找零多付；百元少一张",
    }
    document["content"]["slips"] = [slip | received for slip in document["content"]["slips"]]
    deposit = from_json(json.dumps(document))
    assert isinstance(deposit, DepositSlipPaper)
    (slip,) = deposit.slips
    assert (slip.receipt_note, slip.explanation) == (None, "找零多付；百元少一张")
    text = render_receipt(slip, roll=ROLL_58).text
    assert ("找零多付；百元少一张" in text.replace("\n", ""), "收款差异说明" in text) == (True, False)
    assert "收款差异说明" not in {column.title for column in deposit_tables(deposit, words_in("zh_CN"))[0].columns}
    assert "收款差异说明" not in PdfReader(BytesIO(render_pdf(deposit))).pages[0].extract_text()


@pytest.mark.parametrize("name", ["z_report", "x_report", "hand_over"])
def test_state_in_brackets_of_version_2_becomes_a_code_and_other_brackets_stay(name: str) -> None:
    document = json.loads((SAMPLES / f"v2/{name}.json").read_text(encoding="utf-8"))
    matter = {"kind": "card_write", "amount_fen": 8685, "since": "2026-11-22 15:40"}
    subjects = ("10001 / 0000001 (in_doubt)", "z_report (unknown)", "POS1/1/2 *6688", "已通知 (客户)")
    document["content"]["open_matters"] = [matter | {"subject": subject} for subject in subjects]
    paper = from_json(json.dumps(document))
    assert isinstance(paper, ZPaper | HandOverPaper)
    assert [(m.subject, m.state) for m in paper.open_matters] == [
        ("10001 / 0000001", "in_doubt"), ("z_report", "unknown"), ("POS1/1/2 *6688", ""), ("已通知 (客户)", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"version": PAPER_VERSION + 1},
        {"version": 0},
        {"template": "gas_certificate"},
        {"content": {"no_such_field": 1}},
    ],
)
def test_what_only_a_newer_program_knows_is_refused_whole(change: dict[str, object]) -> None:
    document = json.loads((SAMPLES / f"v{PAPER_VERSION}/receipt.json").read_text(encoding="utf-8"))
    if isinstance(more := change.get("content"), dict):
        change = {"content": document["content"] | more}
    with pytest.raises(PaperTooNew, match=r"print\.paper_too_new"):
        from_json(json.dumps(document | change))
