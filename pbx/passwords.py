"""argon2id behind `ports.PasswordHasher`."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Hasher:
    """Parameters are the library's defaults (RFC 9106, low-memory profile)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobody, password) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False
