"""What signing in needs from the outside: sessions, tokens, second factors, the company's
own sign-in. The stores are in `pbx.store`, the provider in `pbx.oidc`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pbx.domain.records import User
from pbx.domain.sign_in import ApiToken, SecondFactor, Session


class Sessions(Protocol):
    """Browser sessions and API tokens; only hashes of secrets are kept (SHA-256 hex)."""

    async def open(self, session: Session) -> None: ...

    async def find(self, token_hash: str, now: datetime) -> tuple[User, Session] | None:
        """The active user of a session that has not expired."""
        ...

    async def of_user(self, user_id: str, now: datetime) -> Sequence[Session]:
        """Those that have not expired, last used first."""
        ...

    async def touch(self, token_hash: str, at: datetime) -> None:
        """Note that the session or token was used."""
        ...

    async def prove(self, user_id: str, token_hash: str) -> None:
        """Only this session of theirs is proven from now on; "" means none."""
        ...

    async def close(self, token_hash: str) -> None: ...

    async def close_all(
        self, user_id: str, *, but: str = "", by: str = "", at: datetime | None = None
    ) -> Sequence[str]:
        """End every session of this user but one; API tokens stay. The hashes that ended.

        Args:
            by, at: whoever of management does it, and when: it is noted.
        """
        ...

    async def close_for(self, session: Session, by: str, at: datetime) -> None:
        """End somebody's session as management does: it is noted."""
        ...

    async def remove_expired(self, now: datetime) -> int:
        """Forget the sessions that ended by time; how many."""
        ...

    async def add_api_token(self, token: ApiToken, by: str, at: datetime) -> None: ...

    async def find_api_token(self, token_hash: str, now: datetime) -> tuple[User, ApiToken] | None:
        """The token with the active user whom it acts for; not one that has expired."""
        ...

    async def api_tokens_of(self, user_id: str) -> Sequence[ApiToken]: ...

    async def remove_api_token(self, token: ApiToken, by: str, at: datetime) -> None: ...


class Seal(Protocol):
    """Keeps secrets of people from whoever reads the database."""

    def close(self, plain: bytes, about: str) -> bytes: ...

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises `ValueError`: sealed with another key, or about something else."""
        ...

    def is_closed(self, secret: bytes) -> bool: ...


class SecondFactors(Protocol):
    """Their secrets as they are given: sealed."""

    async def get(self, user_id: str) -> SecondFactor | None: ...

    async def secrets(self) -> Mapping[str, bytes]:
        """All of them, by user id."""
        ...

    async def replace_secret(self, user_id: str, old: bytes, new: bytes) -> None:
        """Nothing where it is another one by now; the old one's bytes are overwritten."""
        ...

    async def begin(self, user_id: str, secret: bytes) -> bool:
        """Set one up, in the place of an unconfirmed one; False where there is a confirmed one."""
        ...

    async def confirm(
        self, user: User, step: int, code_hashes: Collection[str], at: datetime
    ) -> bool:
        """From now on it counts; False where another request was quicker."""
        ...

    async def use_step(self, user_id: str, step: int) -> bool:
        """Each code once: False where this step, or a later one, was used before."""
        ...

    async def use_recovery_code(self, user_id: str, code_hash: str) -> bool: ...

    async def put_recovery_codes(
        self, user: User, code_hashes: Collection[str], at: datetime
    ) -> None: ...

    async def remove(self, user: User, by: str, at: datetime) -> bool:
        """Turn it off, confirmed or not; False where there was none."""
        ...


class SingleSignOns(Protocol):
    """Who is who at the company's own sign-in."""

    async def user_of(self, issuer: str, subject: str) -> User | None:
        """Whose account that is, active or not."""
        ...

    async def link(self, issuer: str, subject: str, user: User, at: datetime) -> bool:
        """From now on this subject is this user; False where they have another one there."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """What the provider says about somebody, checked."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    token: str = ""
    """The ID token: tells the provider at the end who signs out."""


class Provider(Protocol):
    """An OpenID provider. Raises `PbxError` with an `error_id` of `pbx.services.single_sign_on`."""

    async def address(
        self, *, redirect_uri: str, state: str, nonce: str, challenge: str, language: str
    ) -> str:
        """Where the browser goes to sign in."""
        ...

    async def identity(
        self, answer: Mapping[str, str], *, redirect_uri: str, nonce: str, verifier: str
    ) -> Identity:
        """Whoever signed in there; `answer` is what the browser brought back."""
        ...

    async def leaving(self, *, token: str, back: str, language: str) -> str | None:
        """Where the browser goes to sign out there too, and then `back`; None where the
        provider has no such place."""
        ...


Claims = dict[str, Any]
