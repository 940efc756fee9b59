"""Invitations and forgotten passwords: mails with a link that lets their reader choose one."""

import logging
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pbx.domain.account_links import LIFETIME, PAGES, AccountLink, LinkKind, letter, link_over
from pbx.domain.letters import ABOUT_ACCOUNT, Letter
from pbx.domain.people import Account
from pbx.domain.records import User
from pbx.errors import PbxError
from pbx.services.hashing import hash_of
from pbx.services.passwords import Passwords
from pbx.services.people_ports import AccountLinkStore, LetterWriter
from pbx.services.ports import Clock, Directory
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

LETTER_KINDS = {LinkKind.INVITATION: "invitation", LinkKind.RESET: "password-reset"}
MAILS_PER_ACCOUNT = 3
WINDOW_MS = 15 * 60_000
"""So many mails about a forgotten password one account gets within this time."""
AT_ONCE = 200
"""Requests that may be under way; whoever sends more fills nobody's mailbox with them."""


@dataclass(frozen=True, slots=True)
class NewToken:
    token: str
    token_hash: str
    until: datetime


class AccountLinks:
    def __init__(
        self,
        *,
        store: AccountLinkStore,
        directory: Directory,
        post: LetterWriter,
        passwords: Passwords,
        clock: Clock,
        address: str,
    ) -> None:
        """Args: `address`: of our pages, such as `https://telefon.example.com`."""
        self._store = store
        self._directory = directory
        self._post = post
        self._passwords = passwords
        self._clock = clock
        self._address = address.rstrip("/")
        self._tasks = TaskOwner("account-links")
        self._waiting = 0
        self._asked: dict[str, deque[int]] = {}

    # -------------------------------------------------------------- sending

    def new_token(self, kind: LinkKind) -> NewToken:
        token = secrets.token_urlsafe(32)
        return NewToken(token, hash_of(token), self._clock.now().at + LIFETIME[kind])

    async def send(self, kind: LinkKind, user: User, token: str, by: str = "") -> Letter:
        """Write the mail that carries the link; `by`: name of who invites."""
        words = letter(kind, user, f"{self._address}/{PAGES[kind]}?token={token}", by)
        return await self._post.write(
            LETTER_KINDS[kind], [user.email], words.subject, words.text, reference=reference(user)
        )

    async def mail_of(self, account: Account) -> Letter | None:
        """The newest of such mails to this person, with what became of it."""
        letters = await self._post.about(reference(account.user))
        return letters[0] if letters else None

    def forgot(self, email: str) -> None:
        """Somebody says that they forgot their password. Returns at once and says nothing:
        whether there is such an account shows neither in the answer nor in its time."""
        if self._waiting >= AT_ONCE:
            log.error("forgotten passwords: too many at once")
            return
        self._waiting += 1
        self._tasks.start(self._forgot(email), "forgotten password")

    async def _forgot(self, email: str) -> None:
        try:
            user = await self._directory.user_by_email(email)
            if user is None or not user.active or not self._again(user.id):
                return
            hashed = await self._directory.password_hash(user.id)
            # Who never had a password has been invited, and needs that link.
            await self.reset(user, LinkKind.RESET if hashed else LinkKind.INVITATION)
        except PbxError as e:
            log.warning("forgotten password: no mail: %s", e)
        finally:
            self._waiting -= 1

    async def reset(self, user: User, kind: LinkKind = LinkKind.RESET) -> Letter:
        """Send a new link; older ones of its kind are over."""
        new = self.new_token(kind)
        now = self._clock.now().at
        await self._store.renew(user.id, kind, new.token_hash, now, new.until)
        return await self.send(kind, user, new.token)

    def _again(self, user_id: str) -> bool:
        """Whether this account may get one more such mail now."""
        now = self._clock.now().mono_ms
        for key in [k for k, times in self._asked.items() if times[-1] < now - WINDOW_MS]:
            del self._asked[key]
        asked = self._asked.setdefault(user_id, deque(maxlen=MAILS_PER_ACCOUNT))
        if len(asked) == MAILS_PER_ACCOUNT and asked[0] >= now - WINDOW_MS:
            return False
        asked.append(now)
        return True

    # -------------------------------------------------------------- using

    async def look(self, token: str) -> AccountLink:
        """What a link is for; that changes nothing. Raises `NotFound` (`link-over`)."""
        found = await self._store.find(hash_of(token), self._clock.now().at)
        if found is None:
            raise link_over()
        return found

    async def use(self, token: str, password: str) -> tuple[AccountLink, Sequence[str]]:
        """Set the password; the link is over, and so is every session (their hashes).

        Raises:
            NotFound: `link-over`; BadRequest: `weak-password`.
        """
        link = await self.look(token)
        hashed = await self._passwords.hashed(password, link.user)
        return await self._store.use(hash_of(token), hashed, self._clock.now().at)

    async def close(self) -> None:
        await self._tasks.close()


def reference(user: User) -> str:
    """What letters about an account have as their reference."""
    return ABOUT_ACCOUNT + user.id
