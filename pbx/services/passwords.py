"""Passwords of people: what they must be like, how old they may be, changing one's own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pbx.domain import password_rules
from pbx.domain.records import User
from pbx.errors import BadRequest
from pbx.services.hashing import hash_of
from pbx.services.people_ports import AccountLinkStore
from pbx.services.ports import Clock, PasswordHasher


@dataclass(frozen=True, slots=True)
class PasswordRules:
    level: int = 2
    days: int = 0
    """How old one may become; 0: any age."""


class Passwords:
    def __init__(
        self,
        *,
        store: AccountLinkStore,
        hasher: PasswordHasher,
        clock: Clock,
        rules: PasswordRules,
    ) -> None:
        self._store = store
        self._hasher = hasher
        self._clock = clock
        self.rules = rules

    def check(self, password: str, user: User) -> None:
        """Raises `BadRequest` (`weak-password`)."""
        password_rules.check(password, self.rules.level, (user.name, user.email))

    async def hashed(self, password: str, user: User) -> str:
        """What is kept of a new password. Raises `BadRequest` (`weak-password`)."""
        self.check(password, user)
        return await asyncio.to_thread(self._hasher.hash, password)

    def days_left(self, user: User) -> int | None:
        """Days until it must be changed, where that is soon or over (0 or less)."""
        now = self._clock.now().at
        left = password_rules.days_left(user.password_at, self.rules.days, now)
        return left if left is not None and left <= password_rules.NOTICE_DAYS else None

    def due(self, user: User) -> bool:
        left = self.days_left(user)
        return left is not None and left <= 0

    async def change(self, user: User, old: str, new: str, secret: str) -> Sequence[str]:
        """Their own, where `old` was checked; every session but that with this secret ends.
        The hashes of those that ended.

        Raises:
            BadRequest: `same-password`, `weak-password`.
        """
        if old == new:
            raise BadRequest(
                "same-password",
                "Das ist das bisherige Passwort. Bitte ein anderes wählen.",
                "This is the password that you have. Please choose another one.",
            )
        hashed = await self.hashed(new, user)
        return await self._store.change(user, hashed, hash_of(secret), self._clock.now().at)
