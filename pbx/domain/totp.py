"""Time-based one-time codes (RFC 6238: SHA-1, 30 s, six digits), as every app makes them."""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""So many steps before and after the present one count: clocks differ, typing takes time."""


def step_of(at: datetime) -> int:
    """The number of the time step; `at` is aware."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one time step (RFC 4226, section 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """The step that `code` belongs to; None where it is wrong, too old, or used already.

    Args:
        after: the newest step that was used; it and those before count no more.
    """
    now, found = step_of(at), None
    for step in range(now - WINDOW, now + WINDOW + 1):
        # All are compared, so that the time taken says nothing.
        same = hmac.compare_digest(code_of(secret, step).encode(), code.encode())
        if same and step > after and found is None:
            found = step
    return found


def as_text(secret: bytes) -> str:
    """The secret as people type it into an app: base32 without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def as_uri(secret: bytes, account: str, issuer: str) -> str:
    """What the QR code says (Google Authenticator's key URI format)."""
    query = urlencode({"secret": as_text(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
