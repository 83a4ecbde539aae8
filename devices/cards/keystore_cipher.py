"""Ciphers a keystore file may lie under: AES-256-GCM, or SM4-GCM for a hall that must use the state's algorithms.

Both authenticate what is bound to the keys (trust 1.2, clause 37 names no algorithm). It must not know what is sealed.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_256_GCM: Final = "aes-256-gcm"
SM4_GCM: Final = "sm4-gcm"
CIPHERS: Final = {AES_256_GCM: 32, SM4_GCM: 16}
"""Length of the key by name."""
_TAG_LENGTH = 16


def seal(cipher: str, key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    """Cipher text with its tag."""
    if cipher == AES_256_GCM:
        return AESGCM(key).encrypt(nonce, plain, bound)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def unseal(cipher: str, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Inverse of `seal`. Raises: InvalidTag, also for fewer bytes than a tag has; ValueError for a wrong nonce."""
    if cipher == AES_256_GCM:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    if len(sealed) < _TAG_LENGTH:
        raise InvalidTag
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, sealed[-_TAG_LENGTH:])).decryptor()
    decryptor.authenticate_additional_data(bound)
    return decryptor.update(sealed[:-_TAG_LENGTH]) + decryptor.finalize()
