"""Endpoints of webhooks, for management."""

import secrets
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pbx.domain import hooks as rules
from pbx.domain.hooks import Delivery, Endpoint
from pbx.domain.records import User
from pbx.errors import BadRequest
from pbx.services.hook_ports import (
    DeliveryFilter,
    DeliveryLog,
    EndpointCounts,
    HookEndpoints,
)
from pbx.services.hooks import about
from pbx.services.ports import Clock
from pbx.services.sign_in_ports import Seal

LONGEST_NOTE = 200


class HookOffice:
    """Args: `wake`: called where something is due at once."""

    def __init__(
        self, *, store: HookEndpoints, seal: Seal, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._seal = seal
        self._clock = clock
        self._wake = wake

    async def endpoints(self) -> Sequence[tuple[Endpoint, EndpointCounts]]:
        return await self._store.all()

    async def add(
        self, by: User, url: str, kinds: Sequence[str], note: str
    ) -> tuple[Endpoint, str]:
        """The new endpoint and its secret, which nobody sees again.

        Raises:
            BadRequest: `bad-hook-url`, `bad-hook-events`.
        """
        endpoint_id = uuid.uuid4().hex
        sealed, shown = self._secret(endpoint_id)
        endpoint = Endpoint(
            id=endpoint_id,
            url=rules.check_url(url),
            kinds=rules.check_kinds(kinds),
            active=True,
            note=note.strip()[:LONGEST_NOTE],
            secret=sealed,
            old_secret=None,
            old_until=None,
            created_at=self._clock.now().at,
        )
        await self._store.add(endpoint, by.id)
        return endpoint, shown

    async def change(
        self,
        by: User,
        endpoint_id: str,
        *,
        url: str | None,
        kinds: Sequence[str] | None,
        active: bool | None,
        note: str | None,
    ) -> Endpoint:
        """None: as it is. Raises as `add` does, and `NotFound`."""
        wish: dict[str, Any] = {}
        if url is not None:
            wish["url"] = rules.check_url(url)
        if kinds is not None:
            wish["kinds"] = rules.check_kinds(kinds)
        if active is not None:
            wish["active"] = active
            if active:
                wish["gone_at"] = None
        if note is not None:
            wish["note"] = note.strip()[:LONGEST_NOTE]
        changed = await self._store.change(endpoint_id, wish, by.id, self._clock.now().at)
        self._wake()
        return changed

    async def remove(self, by: User, endpoint_id: str) -> None:
        await self._store.remove(endpoint_id, by.id, self._clock.now().at)

    async def renew(self, by: User, endpoint_id: str) -> tuple[Endpoint, str]:
        """Another secret; for a day the former one signs as well, so that nothing is missed."""
        sealed, shown = self._secret(endpoint_id)
        now = self._clock.now().at
        until = now + timedelta(hours=rules.OVERLAP_HOURS)
        return await self._store.renew(endpoint_id, sealed, until, by.id, now), shown

    async def test(self, by: User, endpoint_id: str) -> DeliveryLog:
        data = {"message": "Hello from Vermittlung", "by": by.email}
        delivery_id = await self._store.test(endpoint_id, data, self._clock.now().at)
        self._wake()
        return await self._store.delivery(delivery_id)

    async def deliveries(
        self, which: DeliveryFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Delivery], str | None]:
        return await self._store.deliveries(which, cursor, limit)

    async def delivery(self, delivery_id: str) -> DeliveryLog:
        return await self._store.delivery(delivery_id)

    async def replay(self, by: User, delivery_id: str) -> DeliveryLog:
        await self._store.replay(delivery_id, by.id, self._clock.now().at)
        self._wake()
        return await self._store.delivery(delivery_id)

    async def replay_span(
        self, by: User, endpoint_id: str, since: datetime, until: datetime
    ) -> int:
        if until <= since:
            raise BadRequest(
                "bad-span",
                "Das Ende muss nach dem Anfang liegen.",
                "The end has to be later than the beginning.",
            )
        now = self._clock.now().at
        sent = await self._store.replay_span(endpoint_id, since, until, by.id, now)
        self._wake()
        return sent

    def _secret(self, endpoint_id: str) -> tuple[bytes, str]:
        """Sealed, and as it is shown."""
        secret = secrets.token_bytes(rules.SECRET_BYTES)
        return self._seal.close(secret, about(endpoint_id)), rules.secret_text(secret)
