"""Hand-overs of tasks, in the transaction that changes who has them (F18)."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.handovers import SETTING, Handover, receivers
from pbx.domain.records import Task
from pbx.store.addon_tables import task_handovers
from pbx.store.audit import change_row, write_changes
from pbx.store.country_tables import policy_settings
from pbx.store.people import email_key


async def note_handovers(
    conn: AsyncConnection, changes: Iterable[tuple[Task | None, Task]], *, by: str, at: datetime
) -> None:
    """Write down who receives tasks that somebody had before.

    Args:
        changes: tasks before and after; None: it is new.
    """
    new = [
        Handover(uuid.uuid4().hex, after.external_id, email, by, at)
        for before, after in changes
        if before is not None
        for email in receivers(before.assignees, after.assignees)
    ]
    if not new or not await _check_is_on(conn):
        return
    rows = [{**asdict(each), "email_key": email_key(each.email)} for each in new]
    await conn.execute(insert(task_handovers), rows)
    told = [
        change_row(
            "handover.added", each.id, by=by, at=at, after={"task": each.task, "email": each.email}
        )
        for each in new
    ]
    await write_changes(conn, told)


async def handover_open(conn: AsyncConnection, task: str, email: str) -> bool:
    """Whether this person has to confirm first; where the check is off, nobody has."""
    c = task_handovers.c
    mine = (c.task == task, c.email_key == email_key(email), c.confirmed_at.is_(None))
    waiting = (await conn.execute(select(c.id).where(*mine).limit(1))).first()
    return waiting is not None and await _check_is_on(conn)


async def _check_is_on(conn: AsyncConnection) -> bool:
    query = select(policy_settings.c.value).where(policy_settings.c.name == SETTING)
    value = (await conn.execute(query)).scalar()
    return value is not None and json.loads(value) is True
