"""The DES arithmetic of FMCOS / PBOC 2.0 cards: MACs, diversification, secure messaging.

Carries out the rules of PBOC 2.0 (JR/T 0025) as FMCOS cards follow them; every function is held by a published or
recomputed vector in the tests. Pure functions of bytes: this module knows no card, no file, no purpose of a key and
never keeps one. DES is what these cards speak; nothing else of the program may use it.
"""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

BLOCK = 8
MAC_LENGTH = 4
ZERO_IV = bytes(BLOCK)


def _three_keys(key: bytes) -> bytes:
    """The 24-byte form the library wants; an 8-byte key becomes single DES, a 16-byte key two-key 3DES."""
    if len(key) == 8:
        return key * 3
    if len(key) == 16:
        return key + key[:8]
    raise ValueError("a card key has 8 or 16 bytes")


def ecb_encrypt(key: bytes, blocks: bytes) -> bytes:
    """DES (8-byte key) or 3DES (16-byte key) over whole blocks, no chaining."""
    encryptor = Cipher(TripleDES(_three_keys(key)), modes.ECB()).encryptor()
    return encryptor.update(blocks) + encryptor.finalize()


def ecb_decrypt(key: bytes, blocks: bytes) -> bytes:
    """Inverse of `ecb_encrypt`."""
    decryptor = Cipher(TripleDES(_three_keys(key)), modes.ECB()).decryptor()
    return decryptor.update(blocks) + decryptor.finalize()


def check_value(key: bytes) -> str:
    """First three bytes of the key's cryptogram over a block of zeros: what an issuer's letter prints beside a key."""
    return ecb_encrypt(key, bytes(BLOCK))[:3].hex().upper()


def pad80(message: bytes) -> bytes:
    """Append 80 and zeros up to a whole block; always at least one byte."""
    return message + b"\x80" + bytes(-(len(message) + 1) % BLOCK)


def cbc_mac(key: bytes, message: bytes, iv: bytes = ZERO_IV) -> bytes:
    """Single-DES CBC over the padded message; the whole last block (take four bytes for a MAC)."""
    encryptor = Cipher(TripleDES(_three_keys(key[:8])), modes.CBC(iv)).encryptor()
    return (encryptor.update(pad80(message)) + encryptor.finalize())[-BLOCK:]


def retail_mac(key: bytes, message: bytes, iv: bytes = ZERO_IV) -> bytes:
    """CBC with the left half of a 16-byte key, the last block finished with both halves (ISO 9797-1 algorithm 3)."""
    last = cbc_mac(key[:8], message, iv)
    return ecb_encrypt(key[:8], ecb_decrypt(key[8:], last))


def line_mac(key: bytes, message: bytes, iv: bytes) -> bytes:
    """The four bytes that protect a command line; single or retail by the length of the key."""
    mac = cbc_mac(key, message, iv) if len(key) == 8 else retail_mac(key, message, iv)
    return mac[:MAC_LENGTH]


def diversify(key: bytes, factor: bytes) -> bytes:
    """The child of a 16-byte master key for one card (分散). `factor`: 8 bytes."""
    inverted = bytes(byte ^ 0xFF for byte in factor)
    return ecb_encrypt(key, factor) + ecb_encrypt(key, inverted)


def code_block(length: int, attempt: int) -> bytes:
    """The block whose cryptogram a memory card's code of `length` bytes is cut from."""
    return b"PSC" + bytes([length, attempt, 0, 0, 0])


def blocks_mac(key: bytes, blocks: bytes, iv: bytes) -> bytes:
    """`line_mac` over blocks that were padded before, as a module computes it that pads nothing itself."""
    encryptor = Cipher(TripleDES(_three_keys(key[:8])), modes.CBC(iv)).encryptor()
    last = (encryptor.update(blocks) + encryptor.finalize())[-BLOCK:]
    finished = last if len(key) == 8 else ecb_encrypt(key[:8], ecb_decrypt(key[8:], last))
    return finished[:MAC_LENGTH]


def message_iv(challenge4: bytes) -> bytes:
    """Start value of secure messaging from the card's 4-byte random number."""
    return challenge4 + bytes(BLOCK - len(challenge4))


def encrypt_field(key: bytes, plain: bytes) -> bytes:
    """Data field of an encrypted command: one length byte, the plain bytes, padded only where a block is not full."""
    counted = bytes([len(plain)]) + plain
    if len(counted) % BLOCK:
        counted = pad80(counted)
    return ecb_encrypt(key, counted)


def decrypt_field(key: bytes, cipher: bytes) -> bytes:
    """Inverse of `encrypt_field`. Raises ValueError when the length byte cannot be true."""
    counted = ecb_decrypt(key, cipher)
    length = counted[0]
    if length > len(counted) - 1:
        raise ValueError("length byte of an encrypted field is longer than the field")
    return counted[1 : 1 + length]


def protect_line(key: bytes, challenge4: bytes, header: bytes, field: bytes, *, encrypt: bool) -> bytes:
    """Data field with its MAC, ready to send.

    `header` is CLA INS P1 P2. The MAC covers the header, the Lc that already counts the MAC, and the field as sent.
    """
    sent = encrypt_field(key, field) if encrypt else field
    covered = header + bytes([len(sent) + MAC_LENGTH]) + sent
    return sent + line_mac(key, covered, message_iv(challenge4))
