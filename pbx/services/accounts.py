"""Signing in: local accounts, browser sessions, API tokens."""

import asyncio
import hashlib
import secrets
from collections import deque
from datetime import timedelta

from pbx.domain.records import User
from pbx.errors import NotSignedIn, Refused
from pbx.services.ports import Clock, Directory, PasswordHasher, Sessions

TRIES = 8
WINDOW_SECONDS = 300
"""So many wrong passwords for one account within this time, then it is closed for a while."""


def hash_of(secret: str) -> str:
    """What is stored of a session's or a token's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Accounts:
    def __init__(
        self,
        *,
        directory: Directory,
        sessions: Sessions,
        hasher: PasswordHasher,
        clock: Clock,
        session_hours: int,
    ) -> None:
        self._directory = directory
        self._sessions = sessions
        self._hasher = hasher
        self._clock = clock
        self._lifetime = timedelta(hours=session_hours)
        self._failures: dict[str, deque[int]] = {}

    async def sign_in(self, email: str, password: str) -> tuple[User, str]:
        """Check the password and open a session; the user and the session's secret.

        An unknown account takes as long and says the same as a wrong password.

        Raises:
            NotSignedIn: `wrong-password`; Refused: `too-many-attempts`.
        """
        name = email.strip().lower()
        failures = self._recent_failures(name)
        if len(failures) >= TRIES:
            raise Refused(
                "too-many-attempts",
                "Zu viele Fehlversuche. Bitte in fünf Minuten erneut versuchen.",
                "Too many failed attempts. Please try again in five minutes.",
            )
        # Counted before it is checked: many at once must not all slip through.
        failures.append(self._clock.now().mono_ms)
        user = await self._directory.user_by_email(name)
        stored = await self._directory.password_hash(user.id) if user else ""
        right = await asyncio.to_thread(self._hasher.verify, stored, password)
        if user is None or not right or not user.active:
            raise NotSignedIn(
                "wrong-password",
                "E-Mail-Adresse oder Passwort stimmt nicht. Bitte beides prüfen; wer sein Passwort"
                " nicht mehr weiß, wendet sich ans Management.",
                "The e-mail address or the password is wrong. Please check both; if you forgot"
                " your password, ask the management.",
            )
        self._failures.pop(name, None)
        secret = secrets.token_urlsafe(32)
        now = self._clock.now().at
        await self._sessions.remove_expired(now)
        await self._sessions.open(hash_of(secret), user.id, now + self._lifetime)
        return user, secret

    def _recent_failures(self, name: str) -> deque[int]:
        """Times of failed attempts within the window; forgets accounts without any."""
        oldest = self._clock.now().mono_ms - WINDOW_SECONDS * 1000
        for key in [k for k, times in self._failures.items() if times and times[-1] < oldest]:
            del self._failures[key]
        failures = self._failures.setdefault(name, deque())
        while failures and failures[0] < oldest:
            failures.popleft()
        return failures

    async def user_of_session(self, secret: str) -> User | None:
        return await self._sessions.user_of(hash_of(secret), self._clock.now().at)

    async def user_of_token(self, token: str) -> User | None:
        return await self._sessions.user_of_api_token(hash_of(token))

    async def holds(self, secret: str, user_id: str) -> bool:
        """Whether this session or token still stands for this user."""
        user = await self.user_of_session(secret) or await self.user_of_token(secret)
        return user is not None and user.id == user_id

    async def sign_out(self, secret: str) -> None:
        await self._sessions.close(hash_of(secret))

    async def new_api_token(self, user: User, name: str) -> str:
        """A token for a machine client; shown once, only its hash is kept."""
        token = "pbx_" + secrets.token_urlsafe(32)
        await self._sessions.add_api_token(hash_of(token), user.id, name)
        return token

    async def set_password(self, user: User, password: str) -> None:
        """From now on only the new password counts: every open session ends."""
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        await self._directory.set_password(user.id, hashed)
        await self._sessions.close_all(user.id)

    async def hash_password(self, password: str) -> str:
        return await asyncio.to_thread(self._hasher.hash, password)
