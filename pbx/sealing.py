"""Sealing small secrets that are kept in the database (adapter of `sign_in_ports.Seal`).

AES-256-GCM (NIST SP 800-38D) with a key that is not in the database, so that a copy of the
database alone gives nothing away. What a secret is about is authenticated with it: it cannot be
moved to somebody else's row.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"sealed1\0"
NONCE_BYTES = 12
"""Random; 2^32 secrets may be sealed with one key."""


class AesSeal:
    """Args: `key`: 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, about: str) -> bytes:
        """`plain`, readable only with the key and for the same `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return MARK + nonce + self._cipher.encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises `ValueError`: another key, another `about`, or not sealed at all."""
        if not self.is_closed(sealed):
            raise ValueError("not sealed")
        nonce, rest = sealed[len(MARK) :][:NONCE_BYTES], sealed[len(MARK) + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, about.encode())
        except InvalidTag as e:
            raise ValueError("sealed with another key, or for something else") from e

    def is_closed(self, secret: bytes) -> bool:
        return secret.startswith(MARK)
