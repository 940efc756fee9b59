"""A person's app for one-time codes."""

import asyncio
import base64
import time
from datetime import UTC, datetime

from pbx.domain import totp


class Authenticator:
    """Args: `secret`: base32, as the page shows it."""

    def __init__(self, secret: str) -> None:
        text = secret.replace(" ", "")
        self._secret = base64.b32decode(text + "=" * (-len(text) % 8))
        self._used = 0

    def code(self) -> str:
        """The earliest code that counts and was not used yet; three in 30 s, then they are over."""
        now = totp.step_of(datetime.now(UTC))
        self._used = max(self._used + 1, now - totp.WINDOW)
        assert self._used <= now + totp.WINDOW, "more codes than there are now"
        return totp.code_of(self._secret, self._used)

    async def settled(self) -> None:
        """Waits until the present step has some time left, so that three codes count."""
        while time.time() % totp.STEP_SECONDS > totp.STEP_SECONDS - 8:
            await asyncio.sleep(0.2)
