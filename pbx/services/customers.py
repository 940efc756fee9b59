"""Customers' files, for management: what was asked, told and agreed, with its history."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pbx.domain import customer_files
from pbx.domain.audit import Change, ChangeFilter
from pbx.domain.customers import HIGHEST_RATE, Customer, bad_rate, changed, unknown_customer
from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.errors import Refused
from pbx.services.billing_ports import (
    DEFAULT_RATE,
    CustomerFilter,
    CustomerStore,
    CustomerView,
    Merged,
)
from pbx.services.country_ports import LimitStore
from pbx.services.ports import AuditLog, Clock


class CustomerOffice:
    def __init__(
        self, *, store: CustomerStore, settings: LimitStore, audit: AuditLog, clock: Clock
    ) -> None:
        self._store = store
        self._settings = settings
        self._audit = audit
        self._clock = clock

    async def find(
        self, which: CustomerFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[CustomerView], str | None]:
        return await self._store.find(which, cursor, limit)

    async def get(self, customer_id: str) -> CustomerView:
        """Raises `NotFound` (`unknown-customer`)."""
        found = await self._store.get(customer_id)
        if found is None:
            raise unknown_customer()
        return found

    async def add(self, by: User, name: str, wish: Mapping[str, Any]) -> CustomerView:
        """Raises `Conflict` (`customer-exists`), `Refused`, and see `customers.changed`."""
        _check_rate(by, wish.get("rate_cents"))
        customer = changed(Customer(uuid.uuid4().hex, name), wish)
        await self._store.add(customer, by.id, self._clock.now().at)
        return CustomerView(customer, 0)

    async def change(self, by: User, customer_id: str, wish: Mapping[str, Any]) -> CustomerView:
        """Raises `NotFound`, `Conflict`, `Refused`, and see `customers.changed`."""
        if "rate_cents" in wish:
            now = (await self.get(customer_id)).customer.rate_cents
            _check_rate(by, wish["rate_cents"], now)
        await self._store.change(customer_id, wish, by.id, self._clock.now().at)
        return await self.get(customer_id)

    async def history(
        self, customer_id: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Change], str | None]:
        """Every change of the file, newest first."""
        which = ChangeFilter(kind="customer", subject=customer_id)
        return await self._audit.find(which, cursor, limit)

    async def import_file(self, by: User, data: bytes, *, dry_run: bool) -> Merged:
        """Take over a CSV file: all of it, or nothing where one row is wrong.

        Raises:
            BadRequest: the file cannot be read at all (`bad-file`).
            Refused: it has rates, and `by` may not set any (`rate-not-allowed`).
        """
        rows, problems = await asyncio.to_thread(customer_files.read, data)
        if problems:
            return Merged(problems=problems)
        for row in rows:
            _check_rate(by, row.wish.get("rate_cents"))
        return await self._store.merge(rows, by.id, self._clock.now().at, dry_run=dry_run)

    async def export(self, *, german: bool) -> bytes:
        return await asyncio.to_thread(customer_files.write, await self._store.all(), german=german)

    async def default_rate(self) -> int | None:
        """Cents an hour; None where nobody has set it."""
        value = await self._settings.setting(DEFAULT_RATE)
        return None if value is None else int(value)

    async def put_default_rate(self, by: User, rate: int | None) -> None:
        """Raises `BadRequest` (`bad-rate`)."""
        if rate is not None and rate > HIGHEST_RATE:
            raise bad_rate()
        await self._settings.put_setting(DEFAULT_RATE, rate, by.id, self._clock.now().at)


def _check_rate(by: User, rate: int | None, now: int | None = None) -> None:
    """What a customer pays belongs to statements, not to tasks."""
    if rate != now and not may(by, Right.STATEMENTS):
        raise Refused(
            "rate-not-allowed",
            "Stundensätze ändert nur, wer Abrechnungen bearbeiten darf. Bitte den Satz weglassen "
            "oder das Management ansprechen.",
            "Only who may work on statements changes rates. Please leave the rate out, or ask the "
            "management.",
        )
