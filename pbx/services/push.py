"""Ringing calls reach browsers whose page is closed: Web Push (RFC 8030).

Nothing here waits for a push service: a call rings and goes on whether or not one answers.
"""

import asyncio
import base64
import binascii
import enum
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from pbx.domain import numbers
from pbx.domain.records import PushSubscription
from pbx.errors import BadRequest, PbxError, Refused
from pbx.services.ports import CallView, Clock, Directory
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

KEEP = 8
"""So many browsers of one user are pushed to: the newest."""
RETRY_SECONDS = (1.0, 3.0)
"""Waits before the further attempts, while the call can still be ringing."""
AT_ONCE = 20
WAITING = 500
"""Pushes that may wait their turn; more would come too late anyway."""
POINT_BYTES, AUTH_BYTES = 65, 16
HOST = re.compile(r"[a-z0-9.-]+")
"""Nothing that other programs may read as another host: `%`, `\\`, addresses with a zone."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Sent(enum.Enum):
    DONE = "done"
    GONE = "gone"
    """The subscription is over for good (404, 410), or its keys are none."""
    LATER = "later"
    """Another attempt may succeed (429, 5xx, no answer)."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PushMessage:
    content: dict[str, str | None]
    """Encrypted for the browser; the push service cannot read it."""
    topic: str
    """A later message of the same topic takes the place of one not delivered yet."""
    ttl_seconds: int


class PushSender(Protocol):
    @property
    def public_key(self) -> str:
        """Ours (VAPID): uncompressed P-256 point, base64url without padding."""
        ...

    async def send(self, to: PushSubscription, message: PushMessage) -> Sent:
        """Never raises for what a push service or the network may do."""
        ...


class PushStore(Protocol):
    async def put(self, subscription: PushSubscription, keep: int) -> None: ...

    async def of_user(self, user_id: str) -> Sequence[PushSubscription]: ...

    async def users(self) -> Sequence[str]: ...

    async def remove(self, endpoint: str, user_id: str | None = None) -> None: ...

    async def remove_session(self, session: str) -> None: ...


@dataclass(frozen=True, slots=True)
class PushRules:
    allowed_hosts: tuple[str, ...]
    """Push services that may be written to, with all hosts below them."""
    loopback: bool = False
    """Also services on this machine, without TLS."""
    ttl_seconds: int = 20
    """A push that comes later than that is not delivered: nothing rings any more."""


class PushService:
    def __init__(
        self,
        *,
        store: PushStore,
        sender: PushSender,
        directory: Directory,
        clock: Clock,
        rules: PushRules,
    ) -> None:
        self._store = store
        self._sender = sender
        self._directory = directory
        self._clock = clock
        self._rules = rules
        self._users: set[str] = set()
        self._tasks = TaskOwner("push")
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @property
    def public_key(self) -> str:
        return self._sender.public_key

    async def restore(self) -> None:
        """Who has subscriptions, after a start."""
        self._users = set(await self._store.users())

    def reaches(self, user_id: str) -> bool:
        """Whether a browser of theirs may be woken although its page is closed."""
        return user_id in self._users

    # -------------------------------------------------------------- subscriptions

    async def subscribe(
        self, user_id: str, session: str, endpoint: str, p256dh: str, auth: str
    ) -> None:
        """Push to this browser, as long as this session is not signed out.

        Args:
            session: hash of the session's secret.
            p256dh, auth: base64url, as browsers give them.

        Raises:
            Refused: `push-service-unknown`; BadRequest: `bad-push-keys`.
        """
        check_endpoint(endpoint, self._rules)
        key, secret = _decoded(p256dh), _decoded(auth)
        if len(key) != POINT_BYTES or key[0] != 4 or len(secret) != AUTH_BYTES:
            raise _bad_keys()
        now = self._clock.now().at
        await self._store.put(PushSubscription(endpoint, user_id, key, secret, session, now), KEEP)
        self._users.add(user_id)

    async def unsubscribe(self, user_id: str, endpoint: str) -> None:
        await self._store.remove(endpoint, user_id)
        await self.restore()

    async def signed_out(self, session: str) -> None:
        """What this session subscribed ends with it."""
        await self._store.remove_session(session)
        await self.restore()

    # -------------------------------------------------------------- pushing

    def ring(self, user_id: str, view: CallView) -> None:
        """Tell this user's browsers that a call rings; returns at once."""
        if not self.reaches(user_id):
            return
        if self._waiting >= WAITING:
            log.error("push: too many at once, none for call=%s", view.record.id)
            return
        self._waiting += 1
        self._tasks.start(self._ring(user_id, view), f"call={view.record.id}")

    async def _ring(self, user_id: str, view: CallView) -> None:
        try:
            began = self._clock.now()
            user = await self._directory.user(user_id)
            message = PushMessage(
                _content(view, user.language if user else "de"),
                view.record.id,
                self._rules.ttl_seconds,
            )
            async with self._slots:
                late = began.ms_until(self._clock.now()) > self._rules.ttl_seconds * 1000
                targets = [] if late else await self._store.of_user(user_id)
                await asyncio.gather(*(self._deliver(each, message) for each in targets))
        except PbxError as e:
            log.warning("push: call=%s not pushed: %s", view.record.id, e)
        finally:
            self._waiting -= 1

    async def _deliver(self, to: PushSubscription, message: PushMessage) -> None:
        try:
            check_endpoint(to.endpoint, self._rules)
        except Refused:
            return  # it was allowed when it subscribed, and may be so again
        for wait in (*RETRY_SECONDS, None):
            sent = await self._sender.send(to, message)
            if sent is Sent.GONE:
                log.info("push: a subscription of %s is over", to.user_id)
                await self._store.remove(to.endpoint)
                await self.restore()
            if sent is not Sent.LATER or wait is None:
                return
            await self._clock.sleep(wait)

    async def close(self) -> None:
        await self._tasks.close()


def check_endpoint(endpoint: str, rules: PushRules) -> None:
    """The server writes to what browsers name, so not everything may be named.

    Raises:
        Refused: `push-service-unknown`.
    """
    try:
        address = urlsplit(endpoint)
        host, port = (address.hostname or "").rstrip("."), address.port
    except ValueError:
        host, port, address = "", None, urlsplit("")
    known = HOST.fullmatch(host) and any(
        host == each or host.endswith(f".{each}") for each in rules.allowed_hosts
    )
    plain = address.username is None and address.password is None
    if address.scheme == "https" and known and port in (None, 443) and plain:
        return
    if rules.loopback and address.scheme in ("http", "https") and host in LOOPBACK and plain:
        return
    raise Refused(
        "push-service-unknown",
        "Der Benachrichtigungsdienst dieses Browsers ist hier nicht freigegeben. Bitte die"
        " Systemverwaltung ansprechen (Einstellung push.allowed_hosts).",
        "This browser's push service is not allowed here. Please ask the administration"
        " (setting push.allowed_hosts).",
    )


def _content(view: CallView, language: str) -> dict[str, str | None]:
    number = view.record.number
    return {
        "type": "ring",
        "call_id": view.record.id,
        "number": number,
        "national": numbers.show(number, "DE") if number else None,
        "label": view.label,
        "task": view.task_title,
        "language": language,
    }


def _decoded(text: str) -> bytes:
    try:
        # Browsers leave the padding out, and Python ignores too much of it.
        return base64.b64decode(text.encode() + b"==", altchars=b"-_", validate=False)
    except (binascii.Error, ValueError) as e:
        raise _bad_keys() from e


def _bad_keys() -> BadRequest:
    return BadRequest(
        "bad-push-keys",
        "Der Browser hat unbrauchbare Schlüssel für Benachrichtigungen geschickt. Bitte"
        " Benachrichtigungen aus- und wieder einschalten.",
        "The browser sent unusable keys for notifications. Please switch notifications off and"
        " on again.",
    )
