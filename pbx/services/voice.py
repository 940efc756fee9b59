"""The SIP accounts of browsers: random secrets that live as long as a session.

They are made from the session's own secret, so nothing has to be stored and a page gets
the same account after a reload or a restart. They can dial nothing: the dialplan admits
them only to calls that the server has authorised for their owner.
"""

import asyncio
import hashlib
import hmac
import logging
from collections import Counter
from dataclasses import dataclass

from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.hashing import hash_of
from pbx.services.ports import Switch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    password: str


def account_of(secret: str) -> Account:
    """The account that belongs to a session's secret (cookie or API token)."""
    username = "v" + hashlib.sha256(b"voice-name:" + secret.encode()).hexdigest()[:24]
    password = hmac.new(secret.encode(), b"voice-password", hashlib.sha256).hexdigest()
    return Account(username, password)


class VoiceAccounts:
    """Pushes accounts into Asterisk's memory and knows whose they are."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._owners: dict[str, tuple[str, Account]] = {}
        self._of_session: dict[str, str] = {}
        self._pushed: set[str] = set()
        self._connections: Counter[str] = Counter()
        self._lock = asyncio.Lock()

    async def ensure(self, user_id: str, secret: str) -> Account:
        """The account of this session, known to Asterisk.

        Raises:
            SwitchUnreachable, SwitchRefused
        """
        account = account_of(secret)
        async with self._lock:
            self._owners[account.username] = user_id, account
            self._of_session[hash_of(secret)] = account.username
            if account.username not in self._pushed:
                await self._switch.add_endpoint(account.username, account.password)
                self._pushed.add(account.username)
        return account

    def connected(self, username: str) -> None:
        """A page opened its SIP connection."""
        self._connections[username] += 1

    def disconnected(self, username: str) -> bool:
        """One was closed; True where it was the account's last: no browser holds a leg.

        After a reload, or with two tabs, the old connection may close after the new one
        was opened, and must not take the new leg with it.
        """
        self._connections[username] -= 1
        if self._connections[username] > 0:
            return False
        del self._connections[username]
        return True

    def owner(self, username: str) -> str | None:
        """Id of the user whose browser this is."""
        found = self._owners.get(username)
        return found[0] if found else None

    async def forget(self, token_hash: str) -> None:
        """The session ended whose secret has this hash."""
        async with self._lock:
            username = self._of_session.pop(token_hash, "")
            self._owners.pop(username, None)
            if username in self._pushed:
                self._pushed.discard(username)
                try:
                    await self._switch.remove_endpoint(username)
                except (SwitchRefused, SwitchUnreachable) as e:
                    log.warning("voice account not removed: %s", e.reason)

    async def push_again(self) -> None:
        """Asterisk may have been restarted, which empties its memory. Those whose browser is
        not connected follow when it is."""
        async with self._lock:
            self._pushed.clear()
            for username, (_, account) in self._owners.items():
                if self._connections[username] > 0:
                    await self._switch.add_endpoint(username, account.password)
                    self._pushed.add(username)
