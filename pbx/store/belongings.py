"""What depends on a person: looked up, and handed over or removed when they leave."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import leaving
from pbx.domain.leaving import Belongings
from pbx.domain.records import User
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.people import email_key
from pbx.store.planned_changes import planned_for, write_cancelled, write_replanned
from pbx.store.route_tables import absences, ring_groups, routes
from pbx.store.routes import absences_of, all_groups, steps_of, write_steps
from pbx.store.tables import numbers, users, voicemails

COPIED = ("recipients", "cc")


async def belongings_of(conn: AsyncConnection, user: User, at: datetime) -> Belongings:
    own = select(numbers.c.e164).where(numbers.c.user_id == user.id).order_by(numbers.c.e164)
    routed = await steps_of(conn, None)
    waiting = await absences_of(conn, at, covering=False)
    helped = {each.user_id for each in waiting if each.deputy_id == user.id}
    names = select(users.c.name).where(users.c.id.in_(sorted(helped))).order_by(users.c.search)
    mine = select(func.count()).where(voicemails.c.user_id == user.id)
    return Belongings(
        numbers=tuple((await conn.execute(own)).scalars()),
        recipients_of=tuple(sorted(await mailed_to(conn, user))),
        steps_of=tuple(
            sorted(
                e164
                for e164, steps in routed.items()
                if any(leaving.concerns(step, user.id) for step in steps)
            )
        ),
        planned=tuple(dict.fromkeys(each.e164 for each in await planned_for(conn, user.id))),
        groups=tuple(each.name for each in await all_groups(conn) if user.id in each.members),
        absences=sum(each.user_id == user.id for each in waiting),
        deputy_for=tuple((await conn.execute(names)).scalars()),
        messages=int((await conn.execute(mine)).scalar() or 0),
    )


async def mailed_to(
    conn: AsyncConnection, user: User, *, lock: bool = False
) -> dict[str, dict[str, list[str]]]:
    """Recipients and copies of the numbers whose messages this person gets, by number."""
    c = numbers.c
    query = select(c.e164, c.recipients, c.cc).order_by(c.e164)
    if lock:
        query = query.with_for_update()
    key = email_key(user.email)
    return {
        row["e164"]: {name: list(row[name]) for name in COPIED}
        for row in (await conn.execute(query)).mappings()
        if any(email_key(each) == key for name in COPIED for each in row[name])
    }


async def hand_over(
    engine: Engine,
    conn: AsyncConnection,
    user: User,
    successor: User | None,
    by: str,
    at: datetime,
) -> None:
    """Where calls and their mails go, and will go; each change with its own audit row."""
    await _recipients(conn, user, successor, by, at)
    successor_id = successor.id if successor else None
    await conn.execute(select(routes.c.e164).with_for_update())
    for e164, steps in (await steps_of(conn, None)).items():
        if any(leaving.concerns(step, user.id) for step in steps):
            after = leaving.steps_without(steps, user.id, successor_id)
            await write_steps(engine, conn, e164, after, by, at)
    for change in await planned_for(conn, user.id):
        if successor_id is None:
            await write_cancelled(conn, change, by, at)
        else:
            await write_replanned(conn, change, successor_id, by, at)
    await _groups(conn, user.id, successor_id, by, at)
    await _absences(conn, user.id, successor_id, by, at)


async def _recipients(
    conn: AsyncConnection, user: User, successor: User | None, by: str, at: datetime
) -> None:
    """Who gets the mails of somebody who has left: the successor, once."""
    for e164, before in (await mailed_to(conn, user, lock=True)).items():
        after = {name: _instead(before[name], user, successor) for name in COPIED}
        await conn.execute(update(numbers).where(numbers.c.e164 == e164).values(after))
        await write_change(conn, "number.changed", e164, by=by, at=at, before=before, after=after)


def _instead(addresses: list[str], user: User, successor: User | None) -> list[str]:
    kept = [each for each in addresses if email_key(each) != email_key(user.email)]
    gone = len(kept) < len(addresses)
    if gone and successor and email_key(successor.email) not in map(email_key, kept):
        kept.append(successor.email)
    return kept


async def _groups(
    conn: AsyncConnection, user_id: str, successor_id: str | None, by: str, at: datetime
) -> None:
    await conn.execute(select(ring_groups.c.id).with_for_update())
    for group in await all_groups(conn):
        if user_id not in group.members:
            continue
        after = leaving.group_without(group, user_id, successor_id)
        here = ring_groups.c.id == group.id
        await conn.execute(update(ring_groups).where(here).values(members=after.members))
        await write_change(conn, "group.changed", group.id, by=by, at=at, before=group, after=after)


async def _absences(
    conn: AsyncConnection, user_id: str, successor_id: str | None, by: str, at: datetime
) -> None:
    for absence in await absences_of(conn, at, covering=False):
        after = leaving.absence_without(absence, user_id, successor_id)
        if after == absence:
            continue
        here = absences.c.id == absence.id
        if after is None:
            await conn.execute(delete(absences).where(here))
        else:
            await conn.execute(update(absences).where(here).values(deputy_id=after.deputy_id))
        action = "absence.removed" if after is None else "absence.changed"
        await write_change(conn, action, absence.id, by=by, at=at, before=absence, after=after)
