"""FMCOS commands by name, byte for byte as the manual prints them; one function each, no state, no keys.

Source: FMCOS 2.0 manual, PBOC 2.0 part 1, ISO 7816-4. It must not know which files our cards have.
"""

from __future__ import annotations

from devices.cards.apdu import Command
from pos.ports.keys import WalletKind, WalletMove

MASTER_FILE = 0x3F00
FILE_CONTROL = b"\x6f"
"""How the answer of a SELECT begins that selected a directory (file control information, ISO 7816-4 table 12)."""

# File types; OR 80 = protected by a MAC on the line, OR C0 = encrypted and MAC.
TYPE_BINARY = 0x28
TYPE_FIXED_RECORDS = 0x2A
TYPE_CYCLIC = 0x2E
TYPE_WALLET = 0x2F
TYPE_DF = 0x38
TYPE_KEY_FILE = 0x3F
LINE_MAC = 0x80

# Key types. With both high bits set (F4, F6, F9) the card takes the key encrypted and MACed only.
KEY_INTERNAL = 0x34
KEY_LINE = 0x36
KEY_EXTERNAL = 0x39
KEY_UNLOAD = 0x3D
KEY_PURCHASE = 0x3E
KEY_LOAD = 0x3F
KEY_ENCRYPTED_ONLY = 0xC0

ALWAYS = 0xF0
NEVER = 0xEF


def select_id(file_id: int) -> Command:
    """SELECT by two-byte identifier."""
    return Command("SELECT", bytes([0x00, 0xA4, 0x00, 0x00]), file_id.to_bytes(2, "big"), answers=True)


def select_name(name: bytes) -> Command:
    """SELECT an application by its name of 5-16 bytes."""
    return Command("SELECT", bytes([0x00, 0xA4, 0x04, 0x00]), name, answers=True)


def read_binary(short_id: int, offset: int, length: int) -> Command:
    """READ BINARY of a file addressed by its short identifier."""
    return Command("READ BINARY", bytes([0x00, 0xB0, 0x80 | short_id, offset]), expected=length)


def update_header(short_id: int, offset: int) -> bytes:
    """CLA INS P1 P2 of an UPDATE BINARY under secure messaging; the field comes from the key authority."""
    return bytes([0x04, 0xD6, 0x80 | short_id, offset])


def get_challenge(length: int) -> Command:
    """GET CHALLENGE; the number is good for the next command only."""
    return Command("GET CHALLENGE", bytes([0x00, 0x84, 0x00, 0x00]), expected=length)


def external_authenticate(key_id: int, cryptogram: bytes) -> Command:
    """EXTERNAL AUTHENTICATE. A wrong cryptogram costs one of the key's tries: never repeat it by program."""
    return Command("EXTERNAL AUTHENTICATE", bytes([0x00, 0x82, 0x00, key_id]), cryptogram, secret=True)


def internal_authenticate(key_id: int, question: bytes) -> Command:
    """INTERNAL AUTHENTICATE: the card encrypts our eight bytes. Costs no try, whatever the answer."""
    return Command("INTERNAL AUTHENTICATE", bytes([0x00, 0x88, 0x00, key_id]), question, expected=8, secret=True)


def erase_df() -> Command:
    """ERASE DF: empties the current directory. Development cards only."""
    return Command("ERASE DF", bytes([0x80, 0x0E, 0x00, 0x00]))


def create_df(file_id: int, size: int, create_right: int, erase_right: int, app_file_id: int, name: bytes) -> Command:
    """CREATE a directory with an application name."""
    field = bytes([TYPE_DF]) + size.to_bytes(2, "big") + bytes([create_right, erase_right, app_file_id, 0xFF, 0xFF])
    return Command("CREATE DF", bytes([0x80, 0xE0]) + file_id.to_bytes(2, "big"), field + name)


def create_key_file(size: int, df_short_id: int, add_right: int) -> Command:
    """CREATE the key file; it has to be the first file of its directory."""
    field = bytes([TYPE_KEY_FILE]) + size.to_bytes(2, "big") + bytes([df_short_id, add_right, 0xFF, 0xFF])
    return Command("CREATE KEY FILE", bytes([0x80, 0xE0, 0x00, 0x00]), field)


def create_ef(file_id: int, file_type: int, size: int, read_right: int, write_right: int, access: int) -> Command:
    """CREATE an elementary file. `size` is record count << 8 | record length for cyclic and fixed records.

    `access`: bit 8 = 0 forces a MAC on reading; bits 4-3 and 2-1 are the inverted identifiers of the line keys for
    reading and writing (11 = key 00).
    """
    field = bytes([file_type]) + size.to_bytes(2, "big") + bytes([read_right, write_right, 0xFF, access])
    return Command("CREATE FILE", bytes([0x80, 0xE0]) + file_id.to_bytes(2, "big"), field)


def write_key_header(first: int, key_id: int) -> bytes:
    """CLA INS P1 P2 of an encrypted WRITE KEY; `first` is 01 to add a key, its type to change one."""
    return bytes([0x84, 0xD4, first, key_id])


def protected(name: str, header: bytes, field: bytes) -> Command:
    """A command whose field was made by the key authority."""
    return Command(name, header, field, secret=True)


def create_wallet(file_id: int, use_right: int, log_short_id: int) -> Command:
    """CREATE an ED (file 0001) or EP (file 0002); the card itself writes its transactions into the log."""
    field = bytes([TYPE_WALLET, 0x02, 0x08, use_right, 0x00, 0xFF, log_short_id])
    return Command("CREATE WALLET", bytes([0x80, 0xE0]) + file_id.to_bytes(2, "big"), field)


def initialize_wallet(kind: WalletKind, key_id: int, amount: int, terminal: bytes) -> Command:
    """INITIALIZE FOR LOAD, UNLOAD or PURCHASE on the ED: announces a transaction and changes nothing."""
    first = {WalletKind.LOAD: 0x00, WalletKind.UNLOAD: 0x05, WalletKind.PURCHASE: 0x01}[kind]
    field = bytes([key_id]) + amount.to_bytes(4, "big") + terminal
    expected = 15 if kind.is_purchase else 16
    return Command(f"INITIALIZE FOR {kind.name}", bytes([0x80, 0x50, first, 0x01]), field, expected=expected)


def carry_out_wallet(move: WalletMove, mac: bytes) -> Command:
    """CREDIT FOR LOAD, DEBIT FOR UNLOAD or PURCHASE: must follow its INITIALIZE with nothing between."""
    if move.kind is WalletKind.LOAD:
        return Command("CREDIT FOR LOAD", bytes([0x80, 0x52, 0x00, 0x00]), move.moment + mac, expected=4, secret=True)
    if move.kind is WalletKind.UNLOAD:
        return Command("DEBIT FOR UNLOAD", bytes([0x80, 0x54, 0x03, 0x00]), move.moment + mac, expected=4, secret=True)
    field = move.terminal_sn + move.moment + mac
    return Command("DEBIT FOR PURCHASE", bytes([0x80, 0x54, 0x01, 0x00]), field, expected=8, secret=True)


def get_transaction_prove(kind: WalletKind, counter: int) -> Command:
    """GET TRANSACTION PROVE: MAC and TAC of a transaction that the card has carried out, named by type and counter."""
    return Command("GET TRANSACTION PROVE", bytes([0x80, 0x5A, 0x00, kind]), counter.to_bytes(2, "big"), expected=8)
