"""Webhooks: what other programs are told, how it is signed, and when it is tried again.

The form is that of Standard Webhooks (https://www.standardwebhooks.com): a JSON body
`{type, timestamp, data}` and the headers `webhook-id`, `webhook-timestamp` and
`webhook-signature`. The id of an event stays the same over all attempts and replays, so a
receiver that remembers ids sees each event once.
"""

import base64
import binascii
import enum
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pbx.errors import BadRequest, Conflict, NotFound

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
GONE = 410
"""By Standard Webhooks: the receiver wants nothing more. The endpoint is switched off."""
OVERLAP_HOURS = 24
"""So long the former secret still signs beside the new one."""
REPLY_CHARACTERS = 500
"""What is kept of a receiver's answer."""
REPLAY_MOST = 10_000
"""Events that one replay may send again."""
LONGEST_URL = 2000


class HookKind(enum.StrEnum):
    """What happened.

    CALL_ENDED         a call is over, with its seconds
    SHARE_OVER_LIMIT   a task has used up the included quarter of its work time
    FACTOR_CHANGED     a task has another area, and with it another factor
    STATEMENT_READY    a statement is final
    CUSTOMER_INFORMED  the customer is to be told something: the text is in it
    ADDON_BOOKED       a customer has booked an add-on
    ADDON_CHANGED      an add-on's order went on
    TEST               somebody pressed the button
    """

    CALL_ENDED = "call.ended"
    SHARE_OVER_LIMIT = "share.over_limit"
    FACTOR_CHANGED = "factor.changed"
    STATEMENT_READY = "statement.ready"
    CUSTOMER_INFORMED = "customer.informed"
    ADDON_BOOKED = "addon.booked"
    ADDON_CHANGED = "addon.changed"
    TEST = "test"


SUBSCRIBABLE = tuple(kind for kind in HookKind if kind is not HookKind.TEST)


class DeliveryState(enum.StrEnum):
    """
    WAITING   not taken yet; tried again at `next_attempt_at`
    DELIVERED the endpoint answered with 2xx
    FAILED    all attempts are used up, or the endpoint is gone; a replay begins anew
    """

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class HookEvent:
    """Something that happened, as it is sent."""

    id: str
    kind: HookKind
    subject: str
    """What it is about: a task, a call, a document."""
    body: str
    """JSON; exactly these bytes are signed and sent, each time."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go."""

    id: str
    url: str
    kinds: frozenset[HookKind]
    active: bool
    note: str
    secret: bytes
    """Sealed, as the next one."""
    old_secret: bytes | None
    old_until: datetime | None
    """So long both secrets sign."""
    created_at: datetime
    failures: int = 0
    """Attempts in a row that failed."""
    failing_since: datetime | None = None
    alarmed_at: datetime | None = None
    """When the administrators were told that it fails."""
    last_success_at: datetime | None = None
    gone_at: datetime | None = None
    """When it said that it is gone (410) and was switched off; None: since it was last switched
    on it has not."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    id: str
    event_id: str
    endpoint_id: str
    kind: HookKind
    subject: str
    happened_at: datetime
    state: DeliveryState
    attempts: int
    """Since it was queued or replayed; the log has all of them."""
    next_attempt_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, as the log keeps it."""

    at: datetime
    status: int | None
    """HTTP status; None: there was no answer."""
    ms: int
    error: str
    """Empty, or why there was no answer."""
    reply: str
    """The beginning of the answer's body."""

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The receiver wants nothing more, ever."""
        return self.status == GONE


# ------------------------------------------------------------------ events


def body_of(kind: HookKind, at: datetime, data: Mapping[str, Any]) -> str:
    """The JSON that is sent; `data` is JSON already."""
    told = {"type": kind.value, "timestamp": time_text(at), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def time_text(at: datetime) -> str:
    """`2026-11-27T21:05:00.250000Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def signature(secrets: Sequence[bytes], event_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature a secret, the newest first.

    Args:
        secrets: the bytes behind `whsec_`, decoded.
        timestamp: seconds since 1970, of this attempt.
    """
    signed = f"{event_id}.{timestamp}.".encode() + body
    macs = (hmac.digest(secret, signed, hashlib.sha256) for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs)


def secret_text(secret: bytes) -> str:
    """As it is shown once: `whsec_` and base64."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_bytes(text: str) -> bytes:
    """The inverse of `secret_text`. Raises `ValueError`: it is none."""
    try:
        return base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as e:
        raise ValueError("not a webhook secret") from e


# ------------------------------------------------------------------ attempts


def after_attempt(
    attempts: int, attempt: Attempt, waits: Sequence[int], ended: datetime
) -> tuple[DeliveryState, datetime]:
    """What becomes of a delivery whose `attempts`-th attempt this was.

    Args:
        waits: seconds before the further attempts.
        ended: when the attempt was over.
    """
    if attempt.accepted:
        return DeliveryState.DELIVERED, ended
    if attempt.gone or attempts > len(waits):
        return DeliveryState.FAILED, ended
    return DeliveryState.WAITING, ended + timedelta(seconds=waits[attempts - 1])


# ------------------------------------------------------------------ endpoints


def check_url(url: str) -> str:
    """The address of an endpoint.

    https, so that nobody on the way reads or changes it; http only to this machine itself.
    Which networks may be reached is checked when it connects (`pbx.hook_sender`), because a
    name may stand for another address by then.

    Raises:
        BadRequest: `bad-hook-url`.
    """
    url = url.strip()
    try:
        address = urlsplit(url)
        host, _ = address.hostname or "", address.port
    except ValueError as e:
        raise _bad_url() from e
    secure = address.scheme == "https" or (address.scheme == "http" and is_loopback(host))
    plain = address.username is None and address.password is None and not address.fragment
    clean = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not (host and secure and plain and clean) or len(url) > LONGEST_URL:
        raise _bad_url()
    return url


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_kinds(names: Sequence[str]) -> frozenset[HookKind]:
    """Raises `BadRequest`: `bad-hook-events`, where one is unknown or there is none."""
    known = {kind.value: kind for kind in SUBSCRIBABLE}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        listed = ", ".join(known)
        wrong = f" ({', '.join(unknown)})" if unknown else ""
        raise BadRequest(
            "bad-hook-events",
            f"Bitte mindestens ein Ereignis wählen, und nur diese: {listed}{wrong}.",
            f"Please choose at least one event, and only of these: {listed}{wrong}.",
        )
    return frozenset(known[name] for name in names)


def _bad_url() -> BadRequest:
    return BadRequest(
        "bad-hook-url",
        "Die Adresse muss mit https:// beginnen und darf weder Benutzernamen noch # enthalten."
        " http:// geht nur auf diesem Rechner selbst (127.0.0.1, localhost).",
        "The address must begin with https:// and contain neither a user name nor a #."
        " http:// works only on this machine itself (127.0.0.1, localhost).",
    )


def unknown_endpoint() -> NotFound:
    return NotFound(
        "unknown-hook-endpoint",
        "Diese Anbindung gibt es nicht (mehr). Bitte die Liste neu laden.",
        "There is no such endpoint (any more). Please reload the list.",
    )


def unknown_delivery() -> NotFound:
    return NotFound(
        "unknown-hook-delivery",
        "Diese Zustellung gibt es nicht mehr: alte werden nach einiger Zeit gelöscht.",
        "There is no such delivery any more: old ones are removed after some time.",
    )


def span_too_large() -> Conflict:
    return Conflict(
        "replay-too-large",
        f"In diesem Zeitraum liegen mehr als {REPLAY_MOST} Ereignisse. Bitte einen kürzeren"
        " wählen.",
        f"There are more than {REPLAY_MOST} events in this span. Please choose a shorter one.",
    )
