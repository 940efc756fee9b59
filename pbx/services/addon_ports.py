"""What add-ons and hand-overs need from the outside; see `ports` for the rest.

Adapters: `pbx.store`. Every change is in the audit log, in the same transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pbx.domain.addon_orders import Comment, Kind, Order, State, Step, StepRow
from pbx.domain.addons import Catalogue
from pbx.domain.charges import Charge
from pbx.domain.handovers import Checklist, Handover
from pbx.domain.letters import Letter
from pbx.domain.records import Task
from pbx.domain.test_calls import TestCall


@dataclass(frozen=True, slots=True)
class BookingLink:
    """Opens the form of one customer without an account."""

    id: str
    customer_id: str
    email: str
    language: str
    created_by: str
    created_at: datetime
    until: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A recording that a customer sent; its file is named like it."""

    id: str
    customer_id: str
    duration_ms: int
    size: int
    at: datetime
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class PricesInUse:
    catalogue: Catalogue
    orders: int


class AddonCatalogue(Protocol):
    """Prices, links to the form, and recordings sent there."""

    async def prices(self) -> Sequence[PricesInUse]:
        """Newest first."""
        ...

    async def put_prices(self, catalogue: Catalogue, by: str, at: datetime) -> None:
        """Raises `Conflict` (`addon-prices-in-use`)."""
        ...

    async def remove_prices(self, valid_from: date, by: str, at: datetime) -> None:
        """Raises `NotFound` (`unknown-addon-prices`), `Conflict` (`addon-prices-in-use`)."""
        ...

    async def add_link(self, link: BookingLink, letters: Sequence[Letter]) -> None: ...

    async def links(self, customer_id: str) -> Sequence[BookingLink]:
        """Newest first."""
        ...

    async def link(self, link_id: str) -> BookingLink | None: ...

    async def revoke(
        self, customer_id: str, link_id: str, by: str, at: datetime
    ) -> BookingLink | None:
        """None: there is no such link of this customer."""
        ...

    async def add_upload(self, upload: Upload, most: int) -> bool:
        """False: this customer has `most` already that no order has taken."""
        ...

    async def upload(self, upload_id: str) -> Upload | None: ...

    async def drop_uploads(self, before: datetime) -> Sequence[str]:
        """Forget those that no order has taken; their ids."""
        ...

    async def uploads(self) -> Sequence[str]:
        """Ids of all."""
        ...


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with all that hangs on it."""

    order: Order
    steps: tuple[StepRow, ...]
    comments: tuple[Comment, ...] = ()
    """Oldest first."""
    test_calls: tuple[TestCall, ...] = ()
    """Newest first."""
    charged: bool = False


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; None or empty means any."""

    state: State | None = None
    step: Step | None = None
    kind: Kind | None = None
    customer_id: str | None = None
    owner_id: str | None = None
    unowned: bool = False
    query: str = ""
    by_link: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """What becomes of an order, in one transaction."""

    order: Order
    steps: tuple[StepRow, ...]
    action: str
    """For the audit log, such as `addon.answered`."""
    letters: tuple[Letter, ...] = ()
    comment: Comment | None = None
    charge: Charge | None = None


Decide = Callable[[OrderFile], Changed | None]
"""From the order as it is, locked, what becomes of it; None: nothing. Pure; may raise."""


class AddonOrders(Protocol):
    async def book(
        self,
        order: Order,
        steps: Sequence[StepRow],
        letters: Callable[[Order], Sequence[Letter]],
    ) -> tuple[OrderFile, bool]:
        """Durable with its letters, its audit row and its event, or not at all.

        Returns:
            The order with its number, and whether it is new: the same key of the same customer
            is the same order.
        """
        ...

    async def get(self, order_id: str) -> OrderFile | None: ...

    async def find(
        self, which: OrderFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[OrderFile], str | None]:
        """Newest first, without comments; the second value is the next page's cursor or None."""
        ...

    async def change(self, order_id: str, decide: Decide, by: str, at: datetime) -> OrderFile:
        """Raises `NotFound` (`unknown-order`), and what `decide` does."""
        ...

    async def open_ones(self) -> Sequence[OrderFile]:
        """All open orders with their steps, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class OpenHandover:
    handover: Handover
    task: Task | None
    factor: int | None
    """Thousandths, as booked."""


class HandoverStore(Protocol):
    async def find(
        self, email: str | None, task: str | None, cursor: str | None, limit: int
    ) -> tuple[Sequence[OpenHandover], str | None]:
        """Newest first.

        Args:
            email: of who receives; None: of everybody.
            task: all of this one; None: those that are open, of every task.
        """
        ...

    async def get(self, handover_id: str) -> OpenHandover | None: ...

    async def confirm(
        self, handover_id: str, said: Checklist, by: str, at: datetime, letters: Sequence[Letter]
    ) -> None:
        """With its letters, or not at all.

        Raises:
            NotFound: `unknown-handover`; and see `handovers.confirmed`.
        """
        ...
