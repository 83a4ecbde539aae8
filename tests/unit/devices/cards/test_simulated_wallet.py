"""The wallet of the simulated card, byte for byte: commands, MACs, what a tear leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.cards import crypto, wallet_crypto
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, blank_wallet_card
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_wallet import state_of
from pos.ports.keys import WalletKind, WalletMove

K = "00112233445566778899AABBCCDDEEFF"
TERMINAL = "001122334455"
LOAD_CHALLENGE, PURCHASE_CHALLENGE = "C903814D", "584633C9"
MOMENT = "20161216105800"
INIT_LOAD = f"805000020B 00 00002000 {TERMINAL} 10"
CREDIT = f"805200000B {MOMENT} 8AFA5718 04"


def send(card: SimulatedCpuCard, text: str) -> str:
    """One command in hex, the answer in hex."""
    return card.transmit(bytes.fromhex(text.replace(" ", ""))).hex().upper()


def made(ed_right: str = "F0") -> SimulatedCpuCard:
    """A card by the issuance script of the manual, with K for every key and the challenges of the published traces."""
    blank = blank_development_card(bytes.fromhex("01020304"))
    challenge = bytes.fromhex(send(blank, "0084000008"))[:8]
    assert send(blank, "0082000008" + crypto.ecb_encrypt(b"\xff" * 16, challenge).hex()) == "9000"
    for command in (
        "80E03F0111 38036F F0F095FFFF A00000000386980701",
        "00A40000023F01",
        "80E0000007 3F018F95F0FFFF",
        f"80D4010015 3FF0F00100 {K}",
        f"80D4010015 3EF0F00100 {K}",
        f"80D4010015 3DF0F00100 {K}",
        f"80D4010015 34F0F00100 {K}",
        "80D401000B 3AF0EF1133 123456FFFFFF",
        "80E0001807 2E0A17F0EFFFFF",
        f"80E0000107 2F0208{ed_right}00FF18",
        "80E0000207 2F0208F000FF18",
    ):
        assert send(blank, command)[-4:] == "9000", command
    script = [bytes.fromhex(LOAD_CHALLENGE), bytes.fromhex(PURCHASE_CHALLENGE)]
    card = SimulatedCpuCard(blank.atr, blank.files, challenge_source=lambda _n: script.pop(0) if script else bytes(4))
    send(card, "00A40000023F01")
    return card


def online(card: SimulatedCpuCard, number: int = 2) -> tuple[int, int]:
    """Balance and counter of loads and unloads."""
    state = state_of(card.files.directories[0x3F01].files[number])
    return state.balance, state.online


def begin(card: SimulatedCpuCard, kind: WalletKind, amount: int, *, first: str, number: str = "01") -> WalletMove:
    """INITIALIZE, and what it announced."""
    answer = bytes.fromhex(send(card, f"8050{first}{number}0B 00 {amount:08X} {TERMINAL} 10"))
    assert answer[-2:] == b"\x90\x00"
    head = int.from_bytes(answer[:4], "big"), int.from_bytes(answer[4:6], "big")
    return WalletMove(kind, amount, bytes.fromhex(TERMINAL), *head, answer[8:12], bytes.fromhex(MOMENT))


def finish(move: WalletMove) -> str:
    """Date, time and MAC2, in hex."""
    session = wallet_crypto.session_key(bytes.fromhex(K), move)
    return (move.moment + wallet_crypto.terminal_mac(session, move)).hex()


def loaded(amount: int = 0x2000) -> SimulatedCpuCard:
    """A card whose ED was loaded once."""
    card = made()
    move = begin(card, WalletKind.LOAD, amount, first="00")
    assert send(card, f"805200000B {finish(move)} 04")[-4:] == "9000"
    return card


def test_the_published_load_gives_its_mac1_and_its_tac() -> None:
    card = made()
    assert send(card, INIT_LOAD) == f"00000000 0000 01 00 {LOAD_CHALLENGE} 03976C22 9000".replace(" ", "")
    assert send(card, CREDIT) == "FA00066D9000"
    assert (send(card, "805C000204"), online(card)) == ("000020009000", (0x2000, 1))


def test_the_published_purchase_gives_its_tac_and_mac2() -> None:
    card = made()
    send(card, INIT_LOAD)
    send(card, CREDIT)
    announced = send(card, f"805001020B 00 00000001 {TERMINAL} 0F")
    assert announced == f"00002000 0000 000000 01 00 {PURCHASE_CHALLENGE} 9000".replace(" ", "")
    assert send(card, "805401000F 00000000 20161216134600 D45737C5 08") == "8AF270DC66B54A6B9000"
    assert online(card) == (0x1FFF, 1)


def test_announcing_changes_nothing_and_serves_the_next_command_only() -> None:
    card = made()
    written = card.memory.written
    send(card, INIT_LOAD)
    send(card, "805C000204")
    assert send(card, CREDIT) == "6901"
    assert (card.memory.written, online(card)) == (written, (0, 0))


def test_an_announced_load_is_forgotten_by_a_reset() -> None:
    card = made()
    send(card, INIT_LOAD)
    card.power_on()
    send(card, "00A40000023F01")
    assert send(card, CREDIT) == "6901"


def test_wrong_mac2_moves_nothing_and_the_announcement_is_gone() -> None:
    card = made()
    send(card, INIT_LOAD)
    assert send(card, CREDIT.replace("8AFA5718", "8AFA5719")) == "9302"
    assert send(card, CREDIT) == "6901"
    assert online(card) == (0, 0)


def test_unload_takes_back_answers_mac3_and_is_for_the_ed_only() -> None:
    card = loaded()
    move = begin(card, WalletKind.UNLOAD, 0x1800, first="05")
    session = wallet_crypto.session_key(bytes.fromhex(K), move)
    mac3 = wallet_crypto.answer_mac(session, move).hex().upper()
    assert send(card, f"805403000B {finish(move)} 04") == mac3 + "9000"
    assert online(card, 1) == (0x800, 2)
    assert send(card, f"805005020B 00 00000001 {TERMINAL} 10") == "6A86"


def test_a_load_is_not_finished_by_a_debit_nor_an_unload_by_a_credit() -> None:
    card = loaded()
    load = begin(card, WalletKind.LOAD, 1, first="00")
    assert send(card, f"805403000B {finish(load)} 04") == "6901"
    unload = begin(card, WalletKind.UNLOAD, 1, first="05")
    assert send(card, f"805200000B {finish(unload)} 04") == "6901"
    assert online(card, 1) == (0x2000, 1)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        pytest.param(f"805005010B 00 00002001 {TERMINAL} 10", "9401", id="more than there is"),
        pytest.param(f"805001010B 00 00002001 {TERMINAL} 0F", "9401", id="purchase beyond the balance"),
        pytest.param(f"805000010B 01 00000001 {TERMINAL} 10", "9403", id="unknown key"),
        pytest.param(f"805000010B 00 FFFFFFFF {TERMINAL} 10", "6A80", id="no room"),
        pytest.param(f"805000030B 00 00000001 {TERMINAL} 10", "6A82", id="no such wallet"),
        pytest.param("8050000104 00000001", "6700", id="length"),
    ],
)
def test_what_cannot_be_announced_is_refused_by_its_word(command: str, status: str) -> None:
    assert send(loaded(), command) == status


def test_counter_at_its_end_takes_no_more() -> None:
    card = loaded()
    body = card.files.directories[0x3F01].files[1].body
    start = 19 if body[-1] else 0
    body[start + 4 : start + 6] = b"\xff\xff"
    assert send(card, f"805000010B 00 00000001 {TERMINAL} 10") == "9402"


def test_proof_is_given_for_the_last_transaction_by_type_and_counter_only() -> None:
    card = loaded()
    proof = send(card, "805A000102 0000 08")
    assert (len(proof), proof[-4:]) == (20, "9000")
    assert {send(card, f"805A00{other} 08") for other in ("0102 0001", "0302 0000", "0502 0000", "0202 0000")} == {
        "9406"
    }
    card.power_on()
    send(card, "00A40000023F01")
    assert send(card, "805A000102 0000 08") == proof  # it outlives the reset: that is what it is for


def test_proof_of_a_load_is_gone_once_a_terminal_has_taken_from_it() -> None:
    card = loaded()
    answer = bytes.fromhex(send(card, f"805001010B 00 00000001 {TERMINAL} 0F"))
    move = WalletMove(
        WalletKind.PURCHASE, 1, bytes.fromhex(TERMINAL), 0x2000, 0, answer[11:15], bytes.fromhex(MOMENT), bytes(4)
    )
    assert send(card, f"805401000F 00000000 {finish(move)} 08")[-4:] == "9000"
    assert (send(card, "805A000102 0000 08"), send(card, "805A000502 0000 08")[-4:]) == ("9406", "9000")


def test_log_keeps_the_newest_transaction_first() -> None:
    card = loaded()
    move = begin(card, WalletKind.UNLOAD, 0x10, first="05")
    send(card, f"805403000B {finish(move)} 04")
    assert send(card, "00B201C417") == f"0001 000000 00000010 03 {TERMINAL} {MOMENT} 9000".replace(" ", "")
    assert send(card, "00B202C417") == f"0000 000000 00002000 01 {TERMINAL} {MOMENT} 9000".replace(" ", "")


def test_wallet_that_asks_for_the_pin_gives_nothing_before_it_and_counts_wrong_ones() -> None:
    card = made("F1")
    init = f"805000010B 00 00002000 {TERMINAL} 10"
    assert (send(card, "805C000104"), send(card, init)) == ("6982", "6982")
    assert send(card, "0020000003 123457") == "63C2"
    assert send(card, "0020000003 123456") == "9000"
    assert send(card, "805C000104") == "000000009000"
    assert send(card, init)[-4:] == "9000"


@pytest.mark.parametrize("mixture", [None, 0x0F, 0xF0, 0x55, 0xFF])
def test_torn_at_every_byte_balance_counter_and_proof_are_all_old_or_all_new(mixture: int | None) -> None:
    seen = []
    for torn_at in range(19 + 1 + 23 + 2):
        card = loaded(0x100)
        move = begin(card, WalletKind.LOAD, 0x2000, first="00")
        card.memory.tear_after(torn_at, mixture=mixture)
        with pytest.raises(CardGone):
            send(card, f"805200000B {finish(move)} 04")
        send(card, "00A40000023F01")
        is_new = online(card, 1) == (0x2100, 2)
        assert is_new or online(card, 1) == (0x100, 1), torn_at
        assert (send(card, "805A000102 0001 08") != "9406") == is_new
        assert (send(card, "805A000102 0000 08") != "9406") == (not is_new)
        seen.append(is_new)
    assert seen == sorted(seen)
    assert seen[0] is False
    assert seen[-1] is True


def test_card_with_a_wallet_is_kept_as_it_is() -> None:
    card = loaded()
    again = SimulatedCpuCard.from_json(card.to_json())
    send(again, "00A40000023F01")
    assert online(again, 1) == (0x2000, 1)
    assert send(again, "805A000102 0000 08") == send(card, "805A000102 0000 08")


def test_the_command_of_the_page_makes_the_blank_card_that_becomes_one_with_a_wallet() -> None:
    chip = bytes.fromhex("01020304")
    page = Path(__file__).parents[4] / "docs" / "card-wallet-profile.md"
    (command,) = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("80E03F01")]
    card = blank_development_card(chip)
    challenge = bytes.fromhex(send(card, "0084000008"))[:8]
    send(card, "0082000008" + crypto.ecb_encrypt(b"\xff" * 16, challenge).hex())
    assert send(card, command.split("  ")[0]) == "9000"
    assert card.to_json() == blank_wallet_card(chip).to_json()
