"""Webhooks on their way: signed, tried until they are taken, every attempt in the log.

One endpoint's deliveries go one after the other, different endpoints' side by side, so that a
slow one delays nobody else. The order is that of the events as long as nothing fails; what is
tried again comes later than what happened after it. Receivers go by the time in the body.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pbx.domain import hook_letters
from pbx.domain import hooks as rules
from pbx.domain.hooks import Attempt, DeliveryState, Endpoint
from pbx.errors import Unavailable
from pbx.services.alarms import Alarms
from pbx.services.hook_ports import Due, HookOutbox, HookSender, Sent
from pbx.services.links import Links
from pbx.services.ports import Clock
from pbx.services.sign_in_ports import Seal
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Events are written by whoever causes them, also by other processes: we look."""
AT_ONCE = 100
SWEEP_SECONDS = 6 * 3600
FAILED_KEPT_TIMES = 3
"""What was never taken is kept longer than what was."""
PAGE = "/manage/integration"


@dataclass(frozen=True, slots=True)
class HookRules:
    retry_seconds: tuple[int, ...]
    """Waits before the further attempts; after the last one a delivery has failed."""
    alarm_minutes: int
    """An endpoint that fails for so long is told to the administrators."""
    keep_days: int


def about(endpoint_id: str) -> str:
    """What an endpoint's secrets are sealed for."""
    return f"hook:{endpoint_id}"


class HookPost:
    def __init__(
        self,
        *,
        store: HookOutbox,
        sender: HookSender,
        seal: Seal,
        alarms: Alarms,
        links: Links,
        clock: Clock,
        rules: HookRules,
    ) -> None:
        self._store = store
        self._sender = sender
        self._seal = seal
        self._alarms = alarms
        self._links = links
        self._clock = clock
        self.rules = rules
        self._busy: set[str] = set()
        self._tasks = TaskOwner("hooks")
        self._wake = asyncio.Event()
        self._unwritten: dict[str, tuple[Attempt, DeliveryState, datetime]] = {}
        """What became of attempts where the database could not be told yet."""
        self._swept: datetime | None = None

    def wake(self) -> None:
        """Something may be due at once."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        try:
            while True:
                self._wake.clear()
                try:
                    await self.look()
                    await self._sweep()
                except Unavailable as e:
                    log.warning("hooks: %s", e)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wake.wait()
        finally:
            await self.close()

    async def close(self) -> None:
        """End what is being sent; it stays in the outbox."""
        await self._tasks.close()
        self._busy.clear()

    async def look(self) -> None:
        """Begin to send what is due at endpoints that are not busy."""
        while due := await self._store.due(self._clock.now().at, self._busy, AT_ONCE):
            by_endpoint: dict[str, list[Due]] = {}
            for each in due:
                by_endpoint.setdefault(each.endpoint.id, []).append(each)
            for endpoint_id, some in by_endpoint.items():
                self._busy.add(endpoint_id)
                self._tasks.start(self._serve(endpoint_id, some), endpoint_id)

    async def _serve(self, endpoint_id: str, some: Sequence[Due]) -> None:
        """One after the other; where there is no answer, the others wait for the next look."""
        try:
            for due in some:
                if not await self._deliver(due):
                    break
        except Unavailable as e:
            log.warning("hooks: %s", e)
        finally:
            self._busy.discard(endpoint_id)
            self.wake()

    async def _deliver(self, due: Due) -> bool:
        """False where the endpoint did not answer, or is gone."""
        known = self._unwritten.get(due.delivery.id)
        attempt, state, next_at = known or await self._try(due)
        self._unwritten[due.delivery.id] = attempt, state, next_at
        endpoint = await self._store.put_attempt(due.delivery, attempt, state, next_at)
        del self._unwritten[due.delivery.id]
        if endpoint is not None and attempt.gone:
            await self._tell_gone(endpoint, attempt)
        elif endpoint is not None and not attempt.accepted:
            await self._tell_failing(endpoint, attempt, state)
        return attempt.status is not None and not attempt.gone

    async def _try(self, due: Due) -> tuple[Attempt, DeliveryState, datetime]:
        began = self._clock.now().at
        sent = await self._send(due, began)
        attempt = Attempt(began, sent.status, sent.ms, sent.error, sent.reply)
        tries = due.delivery.attempts + 1
        ended = self._clock.now().at
        state, next_at = rules.after_attempt(tries, attempt, self.rules.retry_seconds, ended)
        log.info("hook %s %s attempt %d: %s", due.event.id, state, tries, sent.status or sent.error)
        return attempt, state, next_at

    async def _send(self, due: Due, now: datetime) -> Sent:
        try:
            secrets = self._secrets(due.endpoint, now)
        except ValueError:
            log.error("hooks: the secret of %s cannot be opened: renew it", due.endpoint.url)
            return Sent(None, 0, "no-secret", "")
        body, timestamp = due.event.body.encode(), int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "vermittlung",
            "webhook-id": due.event.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": rules.signature(secrets, due.event.id, timestamp, body),
        }
        return await self._sender.send(due.endpoint.url, headers, body)

    def _secrets(self, endpoint: Endpoint, now: datetime) -> list[bytes]:
        found = [self._seal.open(endpoint.secret, about(endpoint.id))]
        if endpoint.old_secret and endpoint.old_until and now < endpoint.old_until:
            found.append(self._seal.open(endpoint.old_secret, about(endpoint.id)))
        return found

    async def _tell_failing(
        self, endpoint: Endpoint, attempt: Attempt, state: DeliveryState
    ) -> None:
        since, now = endpoint.failing_since, self._clock.now().at
        if since is None or endpoint.alarmed_at is not None:
            return
        long = now - since >= timedelta(minutes=self.rules.alarm_minutes)
        if (long or state is DeliveryState.FAILED) and await self._store.alarm_once(
            endpoint.id, now
        ):
            why = str(attempt.status or attempt.error)
            page = self._links.url(PAGE)
            await self._alarms.tell(
                lambda language: hook_letters.failing(endpoint.url, since, why, page, language),
                reference=f"hook:{endpoint.id}",
            )

    async def _tell_gone(self, endpoint: Endpoint, attempt: Attempt) -> None:
        """Once: a test of what is switched off already says nothing new."""
        if endpoint.gone_at != attempt.at:
            return
        log.warning("hook endpoint %s is gone (410): switched off", endpoint.url)
        page = self._links.url(PAGE)
        await self._alarms.tell(
            lambda language: hook_letters.gone(endpoint.url, page, language),
            reference=f"hook:{endpoint.id}",
        )

    async def _sweep(self) -> None:
        now = self._clock.now().at
        if self._swept and now - self._swept < timedelta(seconds=SWEEP_SECONDS):
            return
        self._swept = now
        keep = timedelta(days=self.rules.keep_days)
        if gone := await self._store.sweep(now - keep, now - keep * FAILED_KEPT_TIMES):
            log.info("hooks: %d old deliveries and events removed", gone)
