"""班结单 and 交接单 on the roll: every figure under a name of its own, no raw code among the words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.domain.papers import PosReturn
from pos.domain.settings import LANGUAGES
from printing.pdf.document import render_pdf
from printing.render import render_receipt
from printing.roll import ROLL_58, ROLL_80, Roll
from tests.unit.printing.sample_papers import Z


@pytest.mark.parametrize("roll", [ROLL_58, ROLL_80], ids=["58", "80"])
def test_charges_given_back_for_earlier_sessions_stand_on_the_z_with_their_slip(roll: Roll) -> None:
    paper = replace(Z, returned=(PosReturn("61002231", "000317", "000042", "6688", 8220),))
    text = render_receipt(paper, roll=roll).text
    assert "退货（以前班次的刷卡）" in text
    assert "61002231/000317/000042 *6688" in text
    assert "-82.20" in text
    assert "退货" not in render_receipt(Z, roll=roll).text
    assert len(render_pdf(paper)) > len(render_pdf(Z))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_paid_and_what_was_due_since_the_start_have_different_names(language: str) -> None:
    """The fen rule stands between the two: 应收 8679, 收款 8680."""
    lines = render_receipt(Z, language=language).text.splitlines()
    paid = next(line for line in lines if line.endswith("14,948.10")).split()[0]
    due = next(line for line in lines if line.endswith("8,123,456.70")).split()[0]
    assert (paid, due) == {
        "zh_CN": ("实际收款", "累计应收"), "zh_TW": ("實際收款", "累計應收"), "en": ("Paid", "Due")
    }[language]  # fmt: skip
