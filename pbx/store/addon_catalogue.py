"""Prices of add-ons, links to the form, and recordings that customers sent there."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update

from pbx.domain.addons import Catalogue, prices_in_use, unknown_prices
from pbx.domain.letters import Letter
from pbx.services.addon_ports import BookingLink, PricesInUse, Upload
from pbx.store.addon_tables import addon_links, addon_orders, addon_prices, addon_uploads
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.letter_tables import letters as letter_rows
from pbx.store.uninterrupted import uninterrupted

_FIELDS = tuple(f.name for f in fields(Catalogue))


@uninterrupted
class SqlAddonCatalogue:
    """`AddonCatalogue` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -------------------------------------------------------------- prices

    async def prices(self) -> Sequence[PricesInUse]:
        c = addon_prices.c
        count = select(func.count()).where(addon_orders.c.prices_from == c.valid_from)
        query = select(addon_prices, count.scalar_subquery().label("orders"))
        async with self._engine.read() as conn:
            rows = (await conn.execute(query.order_by(c.valid_from.desc()))).mappings()
            return [PricesInUse(Catalogue(**{n: r[n] for n in _FIELDS}), r["orders"]) for r in rows]

    async def put_prices(self, catalogue: Catalogue, by: str, at: datetime) -> None:
        day = catalogue.valid_from
        known = select(addon_prices).where(addon_prices.c.valid_from == day)
        used = select(func.count()).where(addon_orders.c.prices_from == day)
        async with self._engine.write() as conn:
            row = (await conn.execute(known.with_for_update())).mappings().first()
            before = None if row is None else Catalogue(**row)
            if before == catalogue:
                return
            if (await conn.execute(used)).scalar():
                raise prices_in_use()
            await conn.execute(self._engine.upsert(addon_prices, asdict(catalogue)))
            action = "addon-prices.changed" if before else "addon-prices.added"
            told = str(day)
            await write_change(conn, action, told, by=by, at=at, before=before, after=catalogue)

    async def remove_prices(self, valid_from: date, by: str, at: datetime) -> None:
        c = addon_prices.c
        used = select(func.count()).where(addon_orders.c.prices_from == valid_from)
        gone = delete(addon_prices).where(c.valid_from == valid_from).returning(addon_prices)
        async with self._engine.write() as conn:
            if (await conn.execute(used)).scalar():
                raise prices_in_use()
            row = (await conn.execute(gone)).mappings().first()
            if row is None:
                raise unknown_prices()
            before = Catalogue(**row)
            await write_change(
                conn, "addon-prices.removed", str(valid_from), by=by, at=at, before=before
            )

    # -------------------------------------------------------------- links

    async def add_link(self, link: BookingLink, letters: Sequence[Letter]) -> None:
        async with self._engine.write() as conn:
            await conn.execute(insert(addon_links).values(asdict(link)))
            if letters:
                await conn.execute(insert(letter_rows), [asdict(each) for each in letters])
            told = {"email": link.email, "until": link.until, "customer": link.customer_id}
            by, at = link.created_by, link.created_at
            await write_change(conn, "addon-link.added", link.id, by=by, at=at, after=told)

    async def links(self, customer_id: str) -> Sequence[BookingLink]:
        c = addon_links.c
        query = select(addon_links).where(c.customer_id == customer_id)
        async with self._engine.read() as conn:
            rows = await conn.execute(query.order_by(c.created_at.desc(), c.id))
            return [BookingLink(**row) for row in rows.mappings()]

    async def link(self, link_id: str) -> BookingLink | None:
        query = select(addon_links).where(addon_links.c.id == link_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else BookingLink(**row)

    async def revoke(
        self, customer_id: str, link_id: str, by: str, at: datetime
    ) -> BookingLink | None:
        c = addon_links.c
        this = (c.id == link_id, c.customer_id == customer_id)
        ended = update(addon_links).where(*this, c.revoked_at.is_(None)).values(revoked_at=at)
        async with self._engine.write() as conn:
            if (await conn.execute(ended)).rowcount:
                after = {"revoked_at": at}
                before = {"revoked_at": None}
                action = "addon-link.revoked"
                await write_change(conn, action, link_id, by=by, at=at, before=before, after=after)
            row = (await conn.execute(select(addon_links).where(*this))).mappings().first()
        return None if row is None else BookingLink(**row)

    # -------------------------------------------------------------- recordings

    async def add_upload(self, upload: Upload, most: int) -> bool:
        c = addon_uploads.c
        loose = select(func.count()).where(
            c.customer_id == upload.customer_id, c.order_id.is_(None)
        )
        async with self._engine.write() as conn:
            if ((await conn.execute(loose)).scalar() or 0) >= most:
                return False
            await conn.execute(insert(addon_uploads).values(asdict(upload)))
        return True

    async def upload(self, upload_id: str) -> Upload | None:
        query = select(addon_uploads).where(addon_uploads.c.id == upload_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else Upload(**row)

    async def drop_uploads(self, before: datetime) -> Sequence[str]:
        c = addon_uploads.c
        gone = delete(addon_uploads).where(c.order_id.is_(None), c.at < before).returning(c.id)
        async with self._engine.write() as conn:
            return list((await conn.execute(gone)).scalars())

    async def uploads(self) -> Sequence[str]:
        async with self._engine.read() as conn:
            return list((await conn.execute(select(addon_uploads.c.id))).scalars())
