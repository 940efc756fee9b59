"""The library of greetings."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.audit import SYSTEM
from pbx.domain.greetings import (
    LIBRARY,
    Greeting,
    GreetingEntry,
    GreetingVersion,
    reference,
    valid_version,
)
from pbx.domain.routing import Action
from pbx.domain.searching import fold
from pbx.errors import Conflict, NotFound
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.greeting_tables import greeting_versions, greetings
from pbx.store.routes import absences_of, steps_of, targets
from pbx.store.tables import numbers, users
from pbx.store.uninterrupted import uninterrupted


def unknown_greeting() -> NotFound:
    return NotFound(
        "unknown-greeting",
        "Diese Ansage gibt es nicht (mehr). Bitte die Liste neu laden.",
        "There is no such greeting (any more). Please load the list again.",
    )


def greeting_exists(name: str) -> Conflict:
    return Conflict(
        "greeting-exists",
        f"Eine Ansage „{name}“ gibt es schon. Bitte einen anderen Namen wählen.",
        f"There is a greeting “{name}” already. Please choose another name.",
    )


def in_use(name: str, by: Sequence[str]) -> Conflict:
    shown = ", ".join(by)
    return Conflict(
        "greeting-in-use",
        f"„{name}“ läuft bei {shown}. Bitte dort zuerst eine andere Ansage wählen.",
        f"“{name}” is played for {shown}. Please choose another greeting there first.",
    )


@uninterrupted
class SqlGreetings:
    """`GreetingStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -------------------------------------------------------------- reading

    async def entries(self, at: datetime) -> Sequence[GreetingEntry]:
        async with self._engine.read() as conn:
            found = await _greetings(conn, greetings.c.removed_at.is_(None))
            return await _entries(conn, found, at)

    async def entry(self, greeting_id: str, at: datetime) -> GreetingEntry:
        async with self._engine.read() as conn:
            return await _entry(conn, greeting_id, at)

    async def version(self, version_id: str) -> GreetingVersion:
        async with self._engine.read() as conn:
            return await _version(conn, version_id)

    async def playable(self, greeting_id: str) -> Sequence[GreetingVersion]:
        async with self._engine.read() as conn:
            found = await _greetings(
                conn, greetings.c.id == greeting_id, greetings.c.removed_at.is_(None)
            )
            return (await _versions(conn, [each.id for each in found])).get(greeting_id, ())

    async def version_ids(self) -> Collection[str]:
        async with self._engine.read() as conn:
            return set((await conn.execute(select(greeting_versions.c.id))).scalars())

    async def storage(self) -> int:
        async with self._engine.read() as conn:
            found = await conn.execute(select(func.sum(greeting_versions.c.size)))
            return int(found.scalar() or 0)

    # -------------------------------------------------------------- changing

    async def add(self, greeting: Greeting, version: GreetingVersion) -> None:
        try:
            async with self._engine.write() as conn:
                await conn.execute(insert(greetings).values(_values(greeting)))
                await conn.execute(insert(greeting_versions).values(asdict(version)))
                await _note(conn, "greeting.added", greeting.id, version, after=_told(greeting))
                await _note_version(conn, "greeting.version-added", version)
        except IntegrityError as e:
            raise greeting_exists(greeting.name) from e

    async def add_version(self, version: GreetingVersion) -> GreetingVersion:
        c = greeting_versions.c
        async with self._engine.write() as conn:
            await _lock(conn, version.greeting_id)
            last = select(func.max(c.number)).where(c.greeting_id == version.greeting_id)
            number = int((await conn.execute(last)).scalar() or 0) + 1
            added = replace(version, number=number)
            await conn.execute(insert(greeting_versions).values(asdict(added)))
            await _note_version(conn, "greeting.version-added", added)
        return added

    async def rename(self, greeting_id: str, name: str, by: str, at: datetime) -> None:
        try:
            async with self._engine.write() as conn:
                was = await _lock(conn, greeting_id)
                now = replace(was, name=name)
                await _write(conn, now)
                await write_change(
                    conn,
                    "greeting.renamed",
                    greeting_id,
                    by=by,
                    at=at,
                    before=_told(was),
                    after=_told(now),
                )
        except IntegrityError as e:
            raise greeting_exists(name) from e

    async def plan(
        self, version_id: str, valid_from: datetime | None, by: str, at: datetime
    ) -> None:
        async with self._engine.write() as conn:
            was = await _version(conn, version_id)
            await self._change(conn, was, replace(was, valid_from=valid_from), "planned", by, at)

    async def remove_version(self, version_id: str, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            was = await _version(conn, version_id)
            await self._change(conn, was, replace(was, removed_at=at), "version-removed", by, at)

    async def restore_version(self, version_id: str, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            was = await _version(conn, version_id, binned=True)
            now = replace(was, removed_at=None)
            await self._change(conn, was, now, "version-restored", by, at)

    async def _change(
        self,
        conn: AsyncConnection,
        was: GreetingVersion,
        now: GreetingVersion,
        verb: str,
        by: str,
        at: datetime,
    ) -> None:
        """A version's other place in time; something must be left for who plays it."""
        await _lock(conn, was.greeting_id)
        statement = update(greeting_versions).where(greeting_versions.c.id == was.id)
        await conn.execute(statement.values(valid_from=now.valid_from, removed_at=now.removed_at))
        entry = await _entry(conn, was.greeting_id, at)
        if entry.in_use and valid_version(entry.versions, at) is None:
            raise in_use(entry.greeting.name, await _users(conn, entry))
        before, after = (_told_version(v) for v in (was, now))
        await write_change(
            conn,
            f"greeting.{verb}",
            was.greeting_id,
            by=by,
            at=at,
            before={**before, "removed_at": was.removed_at},
            after={**after, "removed_at": now.removed_at},
        )

    async def remove(self, greeting_id: str, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            was = await _lock(conn, greeting_id)
            entry = await _entry(conn, greeting_id, at)
            if entry.in_use:
                raise in_use(was.name, await _users(conn, entry))
            await _write(conn, replace(was, removed_at=at))
            await write_change(
                conn, "greeting.removed", greeting_id, by=by, at=at, before=_told(was)
            )

    async def restore(self, greeting_id: str, by: str, at: datetime) -> None:
        name = ""
        try:
            async with self._engine.write() as conn:
                was = await _lock(conn, greeting_id, binned=True)
                name = was.name
                await _write(conn, replace(was, removed_at=None))
                await write_change(
                    conn, "greeting.restored", greeting_id, by=by, at=at, after=_told(was)
                )
        except IntegrityError as e:
            raise greeting_exists(name) from e

    async def purge(self, before: datetime, at: datetime) -> Sequence[str]:
        g, v = greetings.c, greeting_versions.c
        async with self._engine.write() as conn:
            old = await _greetings(conn, g.removed_at < before)
            ids = [each.id for each in old]
            gone = (v.removed_at < before) | v.greeting_id.in_(ids)
            found = (await conn.execute(select(v.id).where(gone))).scalars().all()
            await conn.execute(delete(greeting_versions).where(gone))
            await conn.execute(delete(greetings).where(g.id.in_(ids)))
            for each in old:
                await write_change(
                    conn, "greeting.purged", each.id, by=SYSTEM, at=at, before=_told(each)
                )
        return found


def _values(greeting: Greeting) -> dict[str, Any]:
    return {**asdict(greeting), "name_key": fold(greeting.name)}


def _told(greeting: Greeting) -> dict[str, Any]:
    """What the audit log says of it."""
    return {"name": greeting.name}


def _told_version(version: GreetingVersion) -> dict[str, Any]:
    return {"version": version.number, "valid_from": version.valid_from}


async def _note(
    conn: AsyncConnection,
    action: str,
    subject: str,
    version: GreetingVersion,
    *,
    after: dict[str, Any],
) -> None:
    await write_change(
        conn, action, subject, by=version.created_by, at=version.created_at, after=after
    )


async def _note_version(conn: AsyncConnection, action: str, version: GreetingVersion) -> None:
    told = {
        **_told_version(version),
        "source": version.source,
        "origin": version.origin,
        "duration_ms": version.duration_ms,
    }
    await _note(conn, action, version.greeting_id, version, after=told)


async def _write(conn: AsyncConnection, greeting: Greeting) -> None:
    await conn.execute(
        update(greetings).where(greetings.c.id == greeting.id).values(_values(greeting))
    )


async def _greetings(conn: AsyncConnection, *which: ColumnElement[bool]) -> list[Greeting]:
    query = select(greetings).where(*which).order_by(greetings.c.name_key, greetings.c.id)
    return [_greeting(row) for row in (await conn.execute(query)).mappings()]


def _greeting(row: Any) -> Greeting:
    return Greeting(**{name: row[name] for name in row if name != "name_key"})


async def _lock(conn: AsyncConnection, greeting_id: str, *, binned: bool = False) -> Greeting:
    """The greeting, which nobody else changes before this transaction is over."""
    c = greetings.c
    state = c.removed_at.is_not(None) if binned else c.removed_at.is_(None)
    query = select(greetings).where(c.id == greeting_id, state).with_for_update()
    row = (await conn.execute(query)).mappings().first()
    if row is None:
        raise unknown_greeting()
    return _greeting(row)


async def _version(
    conn: AsyncConnection, version_id: str, *, binned: bool = False
) -> GreetingVersion:
    c = greeting_versions.c
    state = c.removed_at.is_not(None) if binned else c.removed_at.is_(None)
    query = select(greeting_versions).where(c.id == version_id, state)
    row = (await conn.execute(query)).mappings().first()
    if row is None:
        raise unknown_greeting()
    return GreetingVersion(**row)


async def _entry(conn: AsyncConnection, greeting_id: str, at: datetime) -> GreetingEntry:
    found = await _greetings(conn, greetings.c.id == greeting_id, greetings.c.removed_at.is_(None))
    if not found:
        raise unknown_greeting()
    return (await _entries(conn, found, at))[0]


async def _entries(
    conn: AsyncConnection, found: Sequence[Greeting], at: datetime
) -> list[GreetingEntry]:
    """With versions and where they play, in four queries however many they are."""
    versions = await _versions(conn, [each.id for each in found])
    on, absent = await _played_on(conn), await _played_for(conn, at)
    return [
        GreetingEntry(
            each,
            versions[each.id],
            tuple(sorted(on.get(reference(each.id), ()))),
            tuple(sorted(absent.get(reference(each.id), ()))),
        )
        for each in found
    ]


async def _versions(
    conn: AsyncConnection, ids: Sequence[str]
) -> dict[str, tuple[GreetingVersion, ...]]:
    """Newest first, by greeting."""
    v = greeting_versions.c
    query = select(greeting_versions).where(v.greeting_id.in_(ids), v.removed_at.is_(None))
    versions: dict[str, list[GreetingVersion]] = {each: [] for each in ids}
    for row in (await conn.execute(query.order_by(v.number.desc()))).mappings():
        versions[row["greeting_id"]].append(GreetingVersion(**row))
    return {each: tuple(own) for each, own in versions.items()}


async def _played_on(conn: AsyncConnection) -> dict[str, set[str]]:
    """Numbers by what they play: as their greeting, or in one of their steps."""
    n, found = numbers.c, defaultdict[str, set[str]](set)
    query = select(n.e164, n.greeting).where(n.greeting.startswith(LIBRARY))
    for e164, name in await conn.execute(query):
        found[name].add(e164)
    for e164, steps in (await steps_of(conn, None)).items():
        for name in targets([steps], Action.ANNOUNCE):
            found[name].add(e164)
    return found


async def _played_for(conn: AsyncConnection, at: datetime) -> dict[str, set[str]]:
    """Users by what plays while they are away, now or later."""
    found = defaultdict[str, set[str]](set)
    for absence in await absences_of(conn, at, covering=False):
        found[absence.announcement].add(absence.user_id)
    return found


async def _users(conn: AsyncConnection, entry: GreetingEntry) -> list[str]:
    """Where it plays, in words that people know: numbers and names."""
    query = select(users.c.name).where(users.c.id.in_(entry.absent)).order_by(users.c.search)
    return [*entry.numbers, *(await conn.execute(query)).scalars()]
