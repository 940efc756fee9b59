"""What the services of webhooks need from the outside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pbx.domain.hooks import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    HookEvent,
    HookKind,
)


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery with all that sending it takes."""

    delivery: Delivery
    event: HookEvent
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one POST."""

    status: int | None
    ms: int
    error: str
    """`timeout`, `unreachable`, `tls`, `not-allowed`, `no-secret`; empty where there was an
    answer."""
    reply: str


class HookSender(Protocol):
    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
        """Never raises for what a receiver or the network may do."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """None means any."""

    endpoint_id: str | None = None
    state: DeliveryState | None = None
    kind: HookKind | None = None


@dataclass(frozen=True, slots=True)
class EndpointCounts:
    """Deliveries of an endpoint by what became of them."""

    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryLog:
    """One delivery with its event and every attempt, oldest first."""

    delivery: Delivery
    event: HookEvent
    attempts: Sequence[Attempt]


class HookOutbox(Protocol):
    """What is on its way."""

    async def due(self, now: datetime, besides: Iterable[str], limit: int) -> Sequence[Due]:
        """What is due at endpoints that are on, but for the endpoints `besides`; the oldest
        event first."""
        ...

    async def put_attempt(
        self, delivery: Delivery, attempt: Attempt, state: DeliveryState, next_at: datetime
    ) -> Endpoint | None:
        """Note an attempt and what became of the delivery; the endpoint as it is now.

        An endpoint that is gone is switched off with it, audited.

        None where the endpoint or the delivery is gone, or was replayed meanwhile.
        """
        ...

    async def alarm_once(self, endpoint_id: str, at: datetime) -> bool:
        """False where the administrators were told of this failing already."""
        ...

    async def sweep(self, delivered_before: datetime, failed_before: datetime) -> int:
        """Remove what was delivered, or failed, before a time; how much that was."""
        ...


class HookEndpoints(Protocol):
    """Endpoints and the log of their deliveries; every change is audited."""

    async def all(self) -> Sequence[tuple[Endpoint, EndpointCounts]]:
        """By when they were added."""
        ...

    async def get(self, endpoint_id: str) -> Endpoint:
        """Raises `NotFound` (`unknown-hook-endpoint`), as do the others."""
        ...

    async def add(self, endpoint: Endpoint, by: str) -> None: ...

    async def change(
        self, endpoint_id: str, wish: Mapping[str, Any], by: str, at: datetime
    ) -> Endpoint: ...

    async def remove(self, endpoint_id: str, by: str, at: datetime) -> None:
        """With its deliveries."""
        ...

    async def renew(
        self, endpoint_id: str, secret: bytes, old_until: datetime, by: str, at: datetime
    ) -> Endpoint:
        """Sign with another secret; with the former one as well until `old_until`."""
        ...

    async def test(self, endpoint_id: str, data: Mapping[str, Any], at: datetime) -> str:
        """Queue an event for this endpoint alone; the delivery's id."""
        ...

    async def deliveries(
        self, which: DeliveryFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Delivery], str | None]:
        """Newest first."""
        ...

    async def delivery(self, delivery_id: str) -> DeliveryLog:
        """Raises `NotFound` (`unknown-hook-delivery`)."""
        ...

    async def replay(self, delivery_id: str, by: str, at: datetime) -> None:
        """Send it again with the same id, whatever became of it."""
        ...

    async def replay_span(
        self, endpoint_id: str, since: datetime, until: datetime, by: str, at: datetime
    ) -> int:
        """Send all events of a time again that the endpoint wants, also those that it never
        got; how many.

        Raises:
            Conflict: `replay-too-large`.
        """
        ...
