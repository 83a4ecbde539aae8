"""A purchase on the wire, command by command, in both dialects: what is sent, in which order, and nothing besides."""

from __future__ import annotations

import pytest

from devices.cards.families import open_card
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, KEYS, MEMORY_CARDS, CardFamily


class Wire:
    """`CardConnection` straight to the simulated card; keeps what was sent, codes blotted out."""

    is_block_protocol = False

    def __init__(self, card: SimulatedMemoryCard) -> None:
        self._card = card
        self.atr = card.power_on()
        self.sent: list[str] = []

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        code = command[1] == 0x20 and len(command) > 5
        shown = command[:5].hex().upper() + ("·code" if code else command[5:].hex().upper())
        self.sent.append(shown)
        answer = self._card.transmit(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def purchase_on(family: CardFamily) -> list[str]:
    card = family.issued()
    assert isinstance(card, SimulatedMemoryCard)
    wire = Wire(card)
    card_session = open_card(wire, KEYS, reader="any", matrix=lambda: family.matrix)
    before = card_session.read()
    wire.sent.clear()
    card_session.write_purchase(FIRST_BUY, before=before)
    return wire.sent


def written(card_bytes: list[str], ins: str) -> list[str]:
    return [command for command in card_bytes if command[2:4] == ins]


@pytest.mark.parametrize(
    ("family", "reading", "counter", "code", "ins"),
    [
        (
            MEMORY_CARDS[0],
            ["FFA400000106", "FFB00000E0", "FFB000E020"],
            "FFB1000004",
            "FF20000003·code",
            "D0",
        ),
        (MEMORY_CARDS[1], ["FFB00000E0", "FFB000E020"], "FF20000000", "FF20000003·code", "D6"),
        (
            MEMORY_CARDS[2],
            ["FFA400000105", "FFB00000E0", "FFB000E0E0", "FFB001C0E0", "FFB002A0E0", "FFB003807D"],
            "FFB1000003",
            "FF20000002·code",
            "D0",
        ),
        (
            MEMORY_CARDS[3],
            ["FFB00000E0", "FFB000E0E0", "FFB001C0E0", "FFB002A0E0", "FFB003807D"],
            "FFB003FD01",
            "FF20000002·code",
            "D6",
        ),
    ],
    ids=str,
)
def test_purchase_sends_exactly_these_commands(
    family: CardFamily, reading: list[str], counter: str, code: str, ins: str
) -> None:
    sent = purchase_on(family)
    writes = written(sent, ins)
    copy, selector = writes[:-1], writes[-1]
    assert selector == f"FF{ins}0070015A"
    assert sent == [
        *reading,
        counter,  # may it be sold to
        counter,
        code,
        counter,
        "FFB0005020",
        *copy,
        "FFB0005020",
        selector,
        *reading,
        counter,
    ]
    assert all(0x50 <= int(command[4:8], 16) < 0x70 for command in copy)


@pytest.mark.parametrize("family", MEMORY_CARDS, ids=str)
def test_factory_area_counter_and_code_are_never_addressed_by_a_write(family: CardFamily) -> None:
    card = family.blank()
    assert isinstance(card, SimulatedMemoryCard)
    wire = Wire(card)
    card_session = open_card(wire, KEYS, reader="any", matrix=lambda: family.matrix)
    card_session.personalise(IDENTITY, FIRST_BUY, before=card_session.read())
    ins = "D0" if family.dialect == "acs" else "D6"
    places = [int(command[4:8], 16) for command in written(wire.sent, ins)]
    # Behind an ACS reader the 4428's own new code is the one write above the layout.
    above = [0x3FE] if family is MEMORY_CARDS[2] else []
    assert [place for place in places if not 0x20 <= place < 0x100] == above
