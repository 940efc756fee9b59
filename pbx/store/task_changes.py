"""Changes of tasks in the audit log, and the frozen factors that taking one back brings again."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import Task
from pbx.errors import Conflict
from pbx.store.audit import change_row
from pbx.store.audit_tables import audit
from pbx.store.task_hooks import Rebooked

_FROZEN = "factors_valid_from"


def nothing_to_undo() -> Conflict:
    return Conflict(
        "nothing-to-undo",
        "Der Bereich dieser Aufgabe wurde seitdem noch einmal geändert."
        " Bitte die Seite neu laden und den Bereich neu wählen.",
        "The area of this task was changed again since then."
        " Please reload the page and choose the area anew.",
    )


def task_change(of: Rebooked, *, by: str, at: datetime) -> dict[str, Any] | None:
    """The row of the audit log, with the day of the factors that were and are frozen."""
    task, before = of.after, of.before
    return change_row(
        "task.changed" if before else "task.added",
        task.external_id,
        by=by,
        at=at,
        before={**asdict(before), _FROZEN: of.was} if before else None,
        after={**asdict(task), _FROZEN: of.now},
    )


async def frozen_before(conn: AsyncConnection, task: Task, now: date | None) -> date | None:
    """The day of the factors that were frozen on `task` before the last change of its area.

    Args:
        task: as it is to be: with the area from before.
        now: what is frozen on it.

    Raises:
        Conflict: `nothing-to-undo`.
    """
    c = audit.c
    mine = c.kind == "task", c.subject == task.external_id, c.action == "task.changed"
    day = now.isoformat() if now else None
    # Back in time: a row names only what it changed.
    for text in (await conn.execute(select(c.before).where(*mine).order_by(c.id.desc()))).scalars():
        was = json.loads(text)
        day = was.get(_FROZEN, day)
        if was.get("area") == task.area.value:
            return date.fromisoformat(day) if day else None
        if "area" in was:
            break
    raise nothing_to_undo()
