"""The form behind a customer's link: what can be booked, a recording, the booking, how far it is.

Nobody signs in: the link is the right. So everything here is limited by link, and whatever is
acknowledged is durable.
"""

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pbx.domain import addons
from pbx.domain.addon_orders import LINK, Kind, Order
from pbx.domain.addons import Catalogue, GreetingKind, Quote
from pbx.domain.cents import euros
from pbx.domain.customers import Customer
from pbx.domain.records import FactorRow
from pbx.errors import BadRequest, NotFound, Refused
from pbx.services.addon_office import AddonOffice, address
from pbx.services.addon_orders import AddonBoard, upload_name
from pbx.services.addon_ports import (
    AddonCatalogue,
    AddonOrders,
    BookingLink,
    OrderFile,
    OrderFilter,
    Upload,
)
from pbx.services.brake import Brake
from pbx.services.greeting_library import GreetingLibrary, too_large
from pbx.services.message_ports import Archive
from pbx.services.ports import Clock

log = logging.getLogger(__name__)

UPLOADS, BOOKINGS, WINDOW_SECONDS = 10, 20, 600
"""So many of a link within so many seconds; recordings take ffmpeg's time."""
MOST_LOOSE = 30
"""Recordings of a customer that no order has taken."""
MOST_SHOWN = 100
KEEP_LOOSE = timedelta(days=7)
SWEEP_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class FormView:
    link: BookingLink
    customer: Customer
    catalogue: Catalogue
    factors: FactorRow | None
    orders: int


class AddonFormService:
    def __init__(
        self,
        *,
        office: AddonOffice,
        board: AddonBoard,
        catalogue: AddonCatalogue,
        store: AddonOrders,
        library: GreetingLibrary,
        archive: Archive,
        clock: Clock,
    ) -> None:
        self.rules = library.rules
        self._office = office
        self._board = board
        self._catalogue = catalogue
        self._store = store
        self._library = library
        self._archive = archive
        self._clock = clock
        self._uploads = Brake(clock, UPLOADS, WINDOW_SECONDS)
        self._bookings = Brake(clock, BOOKINGS, WINDOW_SECONDS)

    async def look(self, token: str) -> FormView:
        """What the link opens; looking changes nothing.

        Raises:
            BadRequest: `bad-link`, `link-expired`, `link-revoked`.
        """
        link, customer = await self._office.opened(token)
        _, catalogue = await self._office.prices()
        orders = await self._of(customer)
        return FormView(link, customer, catalogue, await self._office.factors(), len(orders))

    async def quote(self, token: str, option: addons.Option, greeting: GreetingKind) -> Quote:
        """Raises as `look`, and see `addons.quote`."""
        await self._office.opened(token)
        return await self._office.quote(option, greeting)

    async def booked(self, token: str) -> Sequence[OrderFile]:
        """What was booked with this customer's links, newest first. Raises as `look`."""
        _, customer = await self._office.opened(token)
        return await self._of(customer)

    async def _of(self, customer: Customer) -> Sequence[OrderFile]:
        which = OrderFilter(customer_id=customer.id, by_link=True)
        return (await self._store.find(which, None, MOST_SHOWN))[0]

    # -------------------------------------------------------------- a recording

    async def check_upload(self, token: str) -> BookingLink:
        """Whether a recording may be sent now: before its bytes are read.

        Raises:
            BadRequest: as `look`; Refused: `too-many-requests`.
        """
        link, _ = await self._office.opened(token)
        _count(self._uploads, link)
        return link

    async def upload(self, link: BookingLink, data: bytes) -> Upload:
        """Keep a recording: checked, levelled and on the disk before it is acknowledged.

        Raises:
            BadRequest: what `GreetingSound.prepare` finds; Refused: `too-many-requests`.
        """
        if len(data) > self.rules.max_bytes:
            raise too_large(self.rules.max_bytes)
        upload_id = uuid.uuid4().hex
        file = self._archive.path(upload_name(upload_id))
        prepared = await self._library.prepared(data, file)
        now = self._clock.now().at
        upload = Upload(upload_id, link.customer_id, prepared.duration_ms, prepared.size, now)
        kept = False
        try:
            kept = await self._catalogue.add_upload(upload, MOST_LOOSE)
        finally:
            if not kept:
                await self._archive.remove(upload_name(upload_id))
        if not kept:
            raise _too_many()
        return upload

    async def recording(self, token: str, upload_id: str) -> Path:
        """Raises as `look`; `NotFound` (`unknown-upload`)."""
        _, customer = await self._office.opened(token)
        await self._own_upload(customer, upload_id)
        return self._archive.path(upload_name(upload_id))

    async def _own_upload(self, customer: Customer, upload_id: str) -> Upload:
        found = await self._catalogue.upload(upload_id)
        if found is None or found.customer_id != customer.id:
            raise NotFound(
                "unknown-upload",
                "Diese Aufnahme gibt es hier nicht mehr. Bitte noch einmal hochladen.",
                "There is no such recording here any more. Please upload it again.",
            )
        return found

    # -------------------------------------------------------------- booking

    async def book(
        self, token: str, quote: Quote, seen: int, key: str, wish: Mapping[str, Any]
    ) -> tuple[OrderFile, bool]:
        """Book; also: whether it is new. The same key again is the same order.

        Args:
            seen: the total in cents that the customer agreed with.

        Raises:
            BadRequest: as `look`; `bad-recipient`, `recording-needed`, ...; Conflict:
                `price-changed`; NotFound: `unknown-upload`; Refused: `too-many-requests`.
        """
        link, customer = await self._office.opened(token)
        _count(self._bookings, link)
        if seen != quote.total:
            raise addons.price_changed(euros(quote.total))
        if quote.greeting is not GreetingKind.SUPPLIED:
            wish = {**wish, "upload_id": None}
        if wish.get("upload_id"):
            await self._own_upload(customer, wish["upload_id"])
        order = Order(
            id=uuid.uuid4().hex,
            kind=Kind.BOOKING,
            customer_id=customer.id,
            customer=customer.name,
            option=quote.option,
            greeting=quote.greeting,
            items=quote.items,
            prices_from=quote.valid_from,
            key=key,
            booked_at=self._clock.now().at,
            booked_by=LINK + link.id,
            owner_id=await self._office.first_owner(customer),
            **{**wish, "email": address(wish["email"]), "contact": _name(wish["contact"])},
        )
        return await self._board.book(order)

    # -------------------------------------------------------------- tidying

    async def run_sweeps(self) -> None:
        """Delete recordings that no order has taken in time, until cancelled."""
        while True:
            for upload_id in await self._catalogue.drop_uploads(self._clock.now().at - KEEP_LOOSE):
                await self._archive.remove(upload_name(upload_id))
            await asyncio.sleep(SWEEP_SECONDS)


def _count(brake: Brake, link: BookingLink) -> None:
    try:
        brake.count(link.id)
    except Refused as e:
        raise _too_many() from e


def _too_many() -> Refused:
    return Refused(
        "too-many-requests",
        "Das waren gerade sehr viele Anfragen. Bitte in zehn Minuten erneut versuchen.",
        "That were very many requests just now. Please try again in ten minutes.",
    )


def _name(text: str) -> str:
    """Raises `BadRequest` (`no-contact`)."""
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not name:
        raise BadRequest("no-contact", "Bitte Ihren Namen angeben.", "Please give your name.")
    return name
