"""What is kept of secrets that are random enough: their SHA-256."""

import hashlib


def hash_of(secret: str) -> str:
    """What is stored of the secret of a session, a token, a recovery code."""
    return hashlib.sha256(secret.encode()).hexdigest()
