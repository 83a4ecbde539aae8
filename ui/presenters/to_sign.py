"""What a second person is asked to sign, line by line: the figures of the very command or digest she agrees to.

Rule: domain P12, design "Money rules" 4 and 12 (a consent covers one command exactly as it was shown). Nobody agrees to
what she cannot read: whoever asks for a consent or a signature hands these lines over with it. Must not know: Qt,
languages, who may agree.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.count import CountLine
from pos.domain.tariff import Tier
from pos.usecases.open_account import OpenAccount
from pos.usecases.paid_sale import PayingCommand
from pos.usecases.set_fee_price import SetFeePrice
from pos.usecases.set_tariff import SetTariff
from pos.usecases.submit_count import Comparison
from ui.presenters.count_state import MatterView, cards_off_code
from ui.presenters.people_state import SignedLine
from ui.presenters.setting_rows import plain, price_text


def price_lines(command: SetTariff | SetFeePrice, before: str) -> tuple[SignedLine, ...]:
    """A new price: which, from when, by which document, and what it is instead of `before`."""
    head = (
        SignedLine("sign.price", _subject(command), says=True),
        SignedLine("sign.effective_from", command.effective_from),
        SignedLine("sign.document_no", command.document_no),
        SignedLine("sign.before", before),
    )
    return (*head, *_figures(command), SignedLine("price.vat", plain(command.vat_rate_bp, 2)))


def cash_lines(counted: tuple[CountLine, ...], counted_by: str) -> tuple[SignedLine, ...]:
    """Counted cash: how much, by whom, and the pieces it is made of."""
    amount_fen = sum(line.amount_fen for line in counted)
    return (
        SignedLine("sign.amount", Money(amount_fen).grouped()),
        SignedLine("sign.counted_by", counted_by),
        *(
            SignedLine("sign.coin" if line.coin else "sign.note", f"× {line.pieces}", params=_face(line.face_fen))
            for line in counted
        ),
    )


def account_lines(command: OpenAccount) -> tuple[SignedLine, ...]:
    """A new account: whose, where, at which price, for how many, with which meter. Nothing of phone and ID number."""
    return (
        SignedLine("field.name", command.name),
        SignedLine("field.address", command.address),
        SignedLine("field.price_class", f"class.{command.price_class}", says=True),
        SignedLine("field.persons", str(command.people)),
        SignedLine("field.meter_no", command.meter.meter_no),
        SignedLine("field.inlet", f"meter.{command.meter.inlet}_inlet", says=True),
    )


def sale_lines(command: PayingCommand, customer: str) -> tuple[SignedLine, ...]:
    """A sale that waits for a consent: whose, how much, how it is paid."""
    return (
        SignedLine("field.name", customer),
        SignedLine("field.account_no", command.account_no),
        SignedLine("sign.amount", Money(command.read_back.due_fen).grouped()),
        SignedLine("sign.tender", f"tender.{command.tender}", says=True),
    )


def matter_lines(matter: MatterView | None, *more: SignedLine) -> tuple[SignedLine, ...]:
    """An open matter that is settled: what it is about and its sum, then what is said of it."""
    if matter is None:
        return more
    return (
        SignedLine("sign.matter", matter.kind_code, says=True),
        SignedLine("sign.subject", matter.subject),
        SignedLine("sign.amount", Money(matter.amount_fen).grouped()),
        *more,
    )


def reason_lines(reason: str, note: str) -> tuple[SignedLine, ...]:
    """Why, by code, and the words beside it if there are any."""
    said = (SignedLine("approval.reason", f"reason.{reason}", says=True),)
    return (*said, SignedLine("reason.note", note)) if note else said


def evidence_lines(evidence: str, note: str) -> tuple[SignedLine, ...]:
    """What a decision rests on, where no card can tell any more, and the words beside it."""
    said = (SignedLine("room.field.evidence", f"reason.{evidence}", says=True),)
    return (*said, SignedLine("reason.note", note)) if note else said


def difference_lines(comparison: Comparison, reason: str) -> tuple[SignedLine, ...]:
    """A difference of the closing count, tender by tender and in blank cards, and how the cashier explains it."""
    cards = comparison.cards_counted - comparison.cards_expected
    return (
        *(_over_short(f"tender.{check.tender}", check.over_short_fen) for check in comparison.tenders),
        *((SignedLine("sign.cards", cards_off_code(cards), says=True, params=(("n", abs(cards)),)),) if cards else ()),
        SignedLine("sign.explanation", reason),
    )


def _over_short(name_code: str, over_short_fen: int) -> SignedLine:
    code = "sign.even" if over_short_fen == 0 else "sign.over" if over_short_fen > 0 else "sign.short"
    return SignedLine(name_code, code, says=True, params=(("amount", Money(abs(over_short_fen)).grouped()),))


def _face(face_fen: int) -> tuple[tuple[str, int | str], ...]:
    return (("face_fen", face_fen),)


def _subject(command: SetTariff | SetFeePrice) -> str:
    return f"set.fee.{command.item}" if isinstance(command, SetFeePrice) else f"set.tariff.{command.price_class}"


def _figures(command: SetTariff | SetFeePrice) -> tuple[SignedLine, ...]:
    if isinstance(command, SetFeePrice):
        return (SignedLine("sign.amount", Money(command.amount_fen).grouped()),)
    return (
        *(_tier(tier, alone=len(command.tiers) == 1) for tier in command.tiers),
        SignedLine("price.base_people", str(command.base_people)),
        SignedLine("price.year_start", command.year_start),
    )


def _tier(tier: Tier, *, alone: bool) -> SignedLine:
    figures: tuple[tuple[str, int | str], ...] = (("name", tier.name), ("price", price_text(tier.price_e4)))
    if tier.upper_l is None:
        return SignedLine("sign.tier", "sign.tier_only" if alone else "sign.tier_rest", says=True, params=figures)
    figures = (*figures, ("upper", plain(tier.upper_l, 3)), ("extra", plain(tier.per_extra_person_l, 3)))
    code = "sign.tier_extra" if tier.per_extra_person_l else "sign.tier_to"
    return SignedLine("sign.tier", code, says=True, params=figures)
