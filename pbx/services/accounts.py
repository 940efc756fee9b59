"""Signing in: local accounts, browser sessions, API tokens."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from pbx.domain.audit import SYSTEM
from pbx.domain.records import User
from pbx.domain.sign_in import ApiToken, Scopes, Session
from pbx.errors import BadRequest, NotFound, NotSignedIn, PbxError
from pbx.services.brake import Brake
from pbx.services.hashing import hash_of
from pbx.services.ports import Clock, Directory, PasswordHasher
from pbx.services.second_factor import SecondFactorService
from pbx.services.sign_in_ports import Sessions

TRIES = 8
WINDOW_SECONDS = 300
"""So many wrong passwords for one account within this time, then it is closed for a while."""
TOUCH = timedelta(minutes=1)
"""How exactly the last use of a session or token is known."""
MAX_AGENT = 300
Ended = Callable[[str], Awaitable[None]]
"""Told the hash of a session or token that has ended."""


async def _nothing_to_do(token_hash: str) -> None:
    """Nobody is connected: the command line."""


class Accounts:
    def __init__(
        self,
        *,
        directory: Directory,
        sessions: Sessions,
        hasher: PasswordHasher,
        clock: Clock,
        session_hours: int,
        factors: SecondFactorService,
    ) -> None:
        self._directory = directory
        self._sessions = sessions
        self._hasher = hasher
        self._clock = clock
        self._lifetime = timedelta(hours=session_hours)
        self._brake = Brake(clock, TRIES, WINDOW_SECONDS)
        self.factors = factors
        self.on_ended: Ended = _nothing_to_do
        """Set by the web, which ends what hangs on a session: sockets, SIP account, push."""

    # ------------------------------------------------------------------ signing in

    async def sign_in(
        self, email: str, password: str, code: str = "", agent: str = ""
    ) -> tuple[User, str]:
        """Check password and second factor and open a session; the user and its secret.

        An unknown account takes as long and says the same as a wrong password. That there is
        a second factor is told only to who has the right password.

        Raises:
            NotSignedIn: `wrong-password`, `second-factor-needed`, `code-wrong`;
            Refused: `too-many-attempts`.
        """
        name = email.strip().lower()
        tried = self._brake.count(name)
        user = await self._directory.user_by_email(name)
        stored = await self._directory.password_hash(user.id) if user else ""
        right = await asyncio.to_thread(self._hasher.verify, stored, password)
        if user is None or not right or not user.active:
            raise _wrong_password()
        # Codes have a brake of their own; wrong passwords stay counted until all is right.
        self._brake.take_back(name, tried)
        factor = await self.factors.of(user.id)
        if factor and not code.strip():
            raise NotSignedIn(
                "second-factor-needed",
                "Bitte den sechsstelligen Code aus Ihrer App eingeben.",
                "Please enter the six-digit code of your app.",
            )
        if factor:
            await self.factors.check(user, code)
        self._brake.clear(name)
        return user, await self.open_session(user, agent, proven=factor is not None)

    async def open_session(self, user: User, agent: str, *, proven: bool) -> str:
        """A session of whoever proved who they are; its secret."""
        secret = secrets.token_urlsafe(32)
        now = self._now
        await self._sessions.remove_expired(now)
        end = now + self._lifetime
        await self._sessions.open(
            Session(hash_of(secret), user.id, end, now, now, agent[:MAX_AGENT], proven)
        )
        return secret

    async def check_password(self, user: User, password: str) -> None:
        """Once more, of somebody who is signed in.

        Raises:
            BadRequest: `wrong-password`; Refused: `too-many-attempts`.
        """
        name = user.email.strip().lower()
        tried = self._brake.count(name)
        stored = await self._directory.password_hash(user.id)
        if not await asyncio.to_thread(self._hasher.verify, stored, password):
            raise BadRequest(
                "wrong-password", "Das Passwort stimmt nicht.", "The password is wrong."
            )
        self._brake.take_back(name, tried)

    async def has_password(self, user: User) -> bool:
        return bool(await self._directory.password_hash(user.id))

    # ------------------------------------------------------------------ sessions

    async def session(self, secret: str) -> tuple[User, Session] | None:
        """Whose session it is, and which; the use is noted."""
        found = await self._sessions.find(hash_of(secret), self._now)
        if found:
            await self._touch(found[1])
        return found

    async def user_of_session(self, secret: str) -> User | None:
        found = await self.session(secret)
        return found[0] if found else None

    async def token(self, secret: str) -> tuple[User, ApiToken] | None:
        """Whom this token acts for, and what it may; the use is noted."""
        found = await self._sessions.find_api_token(hash_of(secret), self._now)
        if found:
            await self._touch(found[1])
        return found

    async def user_of_token(self, secret: str) -> User | None:
        found = await self.token(secret)
        return found[0] if found else None

    async def _touch(self, used: Session | ApiToken) -> None:
        now = self._now
        if used.used_at is None or now - used.used_at >= TOUCH:
            await self._sessions.touch(used.token_hash, now)

    async def holds(self, secret: str, user_id: str) -> bool:
        """Whether this session or token still stands for this user."""
        user = await self.user_of_session(secret) or await self.user_of_token(secret)
        return user is not None and user.id == user_id

    async def sign_out(self, secret: str) -> None:
        await self._sessions.close(hash_of(secret))
        await self.on_ended(hash_of(secret))

    async def sessions_of(self, user_id: str) -> Sequence[Session]:
        """Last used first."""
        return await self._sessions.of_user(user_id, self._now)

    async def end_session(self, user: User, session_id: str, by: User) -> None:
        """End one of `user`'s sessions, with its sockets, its SIP account, its push.

        Raises:
            NotFound: `unknown-session`.
        """
        for session in await self.sessions_of(user.id):
            if session.id == session_id:
                if by.id == user.id:
                    await self._sessions.close(session.token_hash)
                else:
                    await self._sessions.close_for(session, by.id, self._now)
                await self.on_ended(session.token_hash)
                return
        raise NotFound(
            "unknown-session",
            "Diese Sitzung gibt es nicht (mehr).",
            "There is no such session (any more).",
        )

    async def end_sessions(self, user: User, by: User | None = None, but: str = "") -> None:
        """End all of `user`'s sessions but the one with the secret `but`."""
        kept = hash_of(but) if but else ""
        other = by.id if by and by.id != user.id else ""
        ended = await self._sessions.close_all(user.id, but=kept, by=other, at=self._now)
        for token_hash in ended:
            await self.on_ended(token_hash)

    # ------------------------------------------------------------------ second factor

    async def turn_on_factor(self, user: User, secret: str, code: str) -> Sequence[str]:
        """Confirm the set-up; every other session ends. The recovery codes.

        Raises:
            as `SecondFactorService.confirm`.
        """
        codes = await self.factors.confirm(user, code)
        await self.end_sessions(user, but=secret)
        await self._sessions.prove(user.id, hash_of(secret))
        return codes

    async def turn_off_factor(self, user: User, password: str, code: str) -> None:
        """Raises `BadRequest` (`wrong-password`, `code-wrong`), `NotFound`, `Refused`."""
        await self.check_password(user, password)
        await self.factors.check_again(user, code)
        await self.factors.remove(user, user.id)
        await self._sessions.prove(user.id, "")

    async def reset_factor(self, user: User, by: User | None = None) -> None:
        """Somebody lost app and codes. They are signed out and sign in by password alone.

        Args:
            by: None: whoever has the command line.

        Raises:
            NotFound: `no-second-factor`.
        """
        await self.factors.remove(user, by.id if by else SYSTEM)
        await self.end_sessions(user, by)

    # ------------------------------------------------------------------ tokens

    async def new_api_token(
        self,
        user: User,
        name: str,
        *,
        scopes: Scopes | None = None,
        expires_at: datetime | None = None,
        by: str = SYSTEM,
    ) -> str:
        """A token for a machine client; shown once, only its hash is kept."""
        secret = "pbx_" + secrets.token_urlsafe(32)
        now = self._now
        token = ApiToken(hash_of(secret), user.id, name, scopes, now, expires_at)
        await self._sessions.add_api_token(token, by, now)
        return secret

    async def tokens_of(self, user_id: str) -> Sequence[ApiToken]:
        return await self._sessions.api_tokens_of(user_id)

    async def revoke_token(self, user: User, token_id: str, by: User) -> None:
        """Raises `NotFound` (`unknown-token`)."""
        for token in await self.tokens_of(user.id):
            if token.id == token_id:
                await self._sessions.remove_api_token(token, by.id, self._now)
                await self.on_ended(token.token_hash)
                return
        raise NotFound(
            "unknown-token",
            "Dieses API-Token gibt es nicht (mehr).",
            "There is no such API token (any more).",
        )

    # ------------------------------------------------------------------ passwords

    async def set_password(self, user: User, password: str) -> None:
        """From now on only the new password counts: every open session ends."""
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        await self._directory.set_password(user.id, hashed)
        await self.end_sessions(user)

    async def hash_password(self, password: str) -> str:
        return await asyncio.to_thread(self._hasher.hash, password)

    @property
    def _now(self) -> datetime:
        return self._clock.now().at


def _wrong_password() -> PbxError:
    return NotSignedIn(
        "wrong-password",
        "E-Mail-Adresse oder Passwort stimmt nicht. Bitte beides prüfen; wer sein Passwort"
        " nicht mehr weiß, kann unten ein neues anfordern.",
        "The e-mail address or the password is wrong. Please check both; if you forgot"
        " your password, you can ask for a new one below.",
    )
