"""Sessions, tokens and second factors in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pbx.domain.records import User
from pbx.domain.sign_in import ApiToken, SecondFactor, Session
from tests.fakes.stores import FakeDirectory

NEVER = datetime.min.replace(tzinfo=UTC)


class FakeSessions:
    def __init__(self, directory: FakeDirectory) -> None:
        self._directory = directory
        self.sessions: dict[str, Session] = {}
        self.tokens: dict[str, ApiToken] = {}

    def _active(self, user_id: str) -> User | None:
        user = self._directory.people.get(user_id)
        return user if user and user.active else None

    async def open(self, session: Session) -> None:
        self.sessions[session.token_hash] = session

    async def find(self, token_hash: str, now: datetime) -> tuple[User, Session] | None:
        session = self.sessions.get(token_hash)
        if session is None or session.expires_at <= now:
            return None
        user = self._active(session.user_id)
        return (user, session) if user else None

    async def of_user(self, user_id: str, now: datetime) -> Sequence[Session]:
        found = [s for s in self.sessions.values() if s.user_id == user_id and s.expires_at > now]
        return sorted(found, key=lambda s: s.used_at or NEVER, reverse=True)

    async def touch(self, token_hash: str, at: datetime) -> None:
        if token_hash in self.sessions:
            self.sessions[token_hash] = replace(self.sessions[token_hash], used_at=at)
        if token_hash in self.tokens:
            self.tokens[token_hash] = replace(self.tokens[token_hash], used_at=at)

    async def prove(self, user_id: str, token_hash: str) -> None:
        for key, session in self.sessions.items():
            if session.user_id == user_id:
                self.sessions[key] = replace(session, proven=key == token_hash)

    async def close(self, token_hash: str) -> None:
        self.sessions.pop(token_hash, None)

    async def close_all(
        self, user_id: str, *, but: str = "", by: str = "", at: datetime | None = None
    ) -> Sequence[str]:
        gone = [k for k, s in self.sessions.items() if s.user_id == user_id and k != but]
        for token_hash in gone:
            del self.sessions[token_hash]
        return gone

    async def close_for(self, session: Session, by: str, at: datetime) -> None:
        await self.close(session.token_hash)

    async def remove_expired(self, now: datetime) -> int:
        gone = [k for k, s in self.sessions.items() if s.expires_at <= now]
        for token_hash in gone:
            del self.sessions[token_hash]
        return len(gone)

    async def add_api_token(self, token: ApiToken, by: str, at: datetime) -> None:
        self.tokens[token.token_hash] = token

    async def find_api_token(self, token_hash: str, now: datetime) -> tuple[User, ApiToken] | None:
        token = self.tokens.get(token_hash)
        if token is None or (token.expires_at is not None and token.expires_at <= now):
            return None
        user = self._active(token.user_id)
        return (user, token) if user else None

    async def api_tokens_of(self, user_id: str) -> Sequence[ApiToken]:
        found = [t for t in self.tokens.values() if t.user_id == user_id]
        return sorted(found, key=lambda t: (t.name, t.token_hash))

    async def remove_api_token(self, token: ApiToken, by: str, at: datetime) -> None:
        self.tokens.pop(token.token_hash, None)


class FakeSecondFactors:
    def __init__(self) -> None:
        self.factors: dict[str, SecondFactor] = {}
        self.codes: dict[str, set[str]] = {}

    async def get(self, user_id: str) -> SecondFactor | None:
        found = self.factors.get(user_id)
        left = len(self.codes.get(user_id, ()))
        return replace(found, recovery_codes=left) if found else None

    async def secrets(self) -> Mapping[str, bytes]:
        return {user_id: each.secret for user_id, each in self.factors.items()}

    async def replace_secret(self, user_id: str, old: bytes, new: bytes) -> None:
        found = self.factors.get(user_id)
        if found and found.secret == old:
            self.factors[user_id] = replace(found, secret=new)

    async def begin(self, user_id: str, secret: bytes) -> bool:
        found = self.factors.get(user_id)
        if found and found.since:
            return False
        self.factors[user_id] = SecondFactor(secret)
        return True

    async def confirm(
        self, user: User, step: int, code_hashes: Collection[str], at: datetime
    ) -> bool:
        found = self.factors.get(user.id)
        if found is None or found.since:
            return False
        self.factors[user.id] = replace(found, last_step=step, since=at)
        self.codes[user.id] = set(code_hashes)
        return True

    async def use_step(self, user_id: str, step: int) -> bool:
        found = self.factors.get(user_id)
        if found is None or found.last_step >= step:
            return False
        self.factors[user_id] = replace(found, last_step=step)
        return True

    async def use_recovery_code(self, user_id: str, code_hash: str) -> bool:
        codes = self.codes.get(user_id, set())
        if code_hash not in codes:
            return False
        codes.discard(code_hash)
        return True

    async def put_recovery_codes(
        self, user: User, code_hashes: Collection[str], at: datetime
    ) -> None:
        self.codes[user.id] = set(code_hashes)

    async def remove(self, user: User, by: str, at: datetime) -> bool:
        self.codes.pop(user.id, None)
        return self.factors.pop(user.id, None) is not None
