"""Texts for customers, and sending one: to the task app by webhook, and into the task's history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.hook_events import customer_informed
from pbx.domain.hooks import HookKind
from pbx.domain.message_templates import (
    LANGUAGES,
    NAMES,
    SHIPPED,
    Language,
    Message,
    Template,
    nobody_listens,
)
from pbx.domain.records import Area, FactorRow, Task
from pbx.services.billing_ports import Today
from pbx.store.audit import write_change
from pbx.store.billing_tables import customers
from pbx.store.engine import Engine
from pbx.store.hook_tables import hook_endpoints, message_templates
from pbx.store.hooks import write_event
from pbx.store.tables import factors, tasks
from pbx.store.tasks import locked_task, no_factors, unknown_task, valid_from, write_task
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlMessageTemplates:
    """`TemplateStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, today: Today) -> None:
        self._engine = engine
        self._today = today

    async def all(self) -> Sequence[Template]:
        async with self._engine.read() as conn:
            rows = await conn.execute(select(message_templates))
            own = {(row.name, row.language): row for row in rows}
        found = []
        for name in NAMES:
            for language in LANGUAGES:
                row = own.get((name, language))
                found.append(
                    Template(name, language, row.text, shipped=False, at=row.at, by=row.by)
                    if row
                    else Template(name, language, SHIPPED[name, language], shipped=True)
                )
        return found

    async def put(
        self, name: str, language: Language, text: str | None, by: str, at: datetime
    ) -> None:
        c = message_templates.c
        here = (c.name == name) & (c.language == language)
        async with self._engine.write() as conn:
            query = select(c.text).where(here).with_for_update()
            before = (await conn.execute(query)).scalar() or SHIPPED[name, language]
            if text is None or text == SHIPPED[name, language]:
                await conn.execute(delete(message_templates).where(here))
            else:
                values = {"name": name, "language": language, "text": text, "at": at, "by": by}
                await conn.execute(self._engine.upsert(message_templates, values))
            await write_change(
                conn,
                "template.reset" if text is None else "template.changed",
                f"{name} {language}",
                by=by,
                at=at,
                before={"text": before},
                after={"text": text or SHIPPED[name, language]},
            )

    async def factors_for(self, task: str, area: Area) -> FactorRow:
        c = tasks.c
        query = select(c.area, c.factors_valid_from).where(c.external_id == task)
        async with self._engine.read() as conn:
            booked = (await conn.execute(query)).first()
            kept = booked.factors_valid_from if booked and booked.area is area else None
            day = kept or await valid_from(conn, self._today())
            rows = await conn.execute(select(factors).where(factors.c.valid_from == day))
            row = rows.mappings().first()
        if row is None:
            raise no_factors()
        return FactorRow(**row)

    async def language_of(self, task: str) -> Language | None:
        query = select(customers.c.language).join(tasks, tasks.c.customer_id == customers.c.id)
        async with self._engine.read() as conn:
            found = (await conn.execute(query.where(tasks.c.external_id == task))).scalar()
        return None if found is None else "de" if found == "de" else "en"

    async def inform(self, task: str, area: Area, message: Message, by: str, at: datetime) -> Task:
        async with self._engine.write() as conn:
            before = await locked_task(conn, task)
            if before is None:
                raise unknown_task()
            after = replace(before, area=area)
            if after != before:
                today: date = self._today()
                await write_task(self._engine, conn, before, after, today=today, by=by, at=at)
            await send_message(conn, after, message, by=by, at=at)
        return after


async def send_message(
    conn: AsyncConnection, task: Task, message: Message, *, by: str, at: datetime
) -> None:
    """Give a text to the task app, and note it with the task.

    Raises:
        Conflict: `nobody-listens`; nothing is changed then.
    """
    c = hook_endpoints.c
    rows = (await conn.execute(select(c.kinds).where(c.active))).scalars()
    if not any(HookKind.CUSTOMER_INFORMED in kinds for kinds in rows):
        raise nobody_listens()
    data = customer_informed(
        task,
        template=message.template,
        language=message.language,
        text=message.text,
        by=message.by,
    )
    await write_event(conn, HookKind.CUSTOMER_INFORMED, task.external_id, data, at=at)
    told = {
        "template": message.template,
        "language": message.language,
        "area": task.area,
        "text": message.text,
    }
    await write_change(conn, "task.informed", task.external_id, by=by, at=at, after=told)
