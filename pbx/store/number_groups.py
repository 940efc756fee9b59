"""Groups of numbers (F41)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.inventory import NumberGroup
from pbx.errors import Conflict, NotFound
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.number_tables import number_group_members, number_groups
from pbx.store.tables import numbers
from pbx.store.uninterrupted import uninterrupted

G = number_groups.c
M = number_group_members.c


def group_exists(name: str) -> Conflict:
    return Conflict(
        "group-exists",
        f"Die Gruppe „{name}“ gibt es schon. Bitte einen anderen Namen wählen.",
        f'There is a group "{name}" already. Please choose another name.',
    )


def no_group() -> NotFound:
    return NotFound(
        "unknown-group",
        "Diese Gruppe gibt es nicht (mehr). Bitte die Seite neu laden.",
        "There is no such group (any more). Please reload the page.",
    )


@uninterrupted
class SqlNumberGroups:
    """`NumberGroupStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def all(self) -> Sequence[NumberGroup]:
        """By name, with how many numbers are in each."""
        query = (
            select(G.id, G.name, func.count(M.e164).label("numbers"))
            .outerjoin(number_group_members, M.group_id == G.id)
            .group_by(G.id, G.name, G.name_key)
            .order_by(G.name_key)
        )
        async with self._engine.read() as conn:
            return [NumberGroup(**row) for row in (await conn.execute(query)).mappings()]

    async def add(
        self, group: NumberGroup, numbers_in: Sequence[str], by: str, at: datetime
    ) -> int:
        """A new group with those of `numbers_in` that are ours; how many these are.

        Raises:
            Conflict: `group-exists`.
        """
        values = {"id": group.id, "name": group.name, "name_key": searching.fold(group.name)}
        once = self._engine.insert(number_groups).values(values).on_conflict_do_nothing()
        async with self._engine.write() as conn:
            if (await conn.execute(once.returning(G.id))).first() is None:
                raise group_exists(group.name)
            ours = select(numbers.c.e164).where(numbers.c.e164.in_(numbers_in))
            inside = sorted((await conn.execute(ours)).scalars())
            if inside:
                rows = [{"group_id": group.id, "e164": e164} for e164 in inside]
                await conn.execute(insert(number_group_members), rows)
            after = {"name": group.name, "numbers": inside}
            await write_change(conn, "number-group.added", group.id, by=by, at=at, after=after)
        return len(inside)

    async def rename(self, group_id: str, name: str, by: str, at: datetime) -> None:
        """Raises `NotFound` (`unknown-group`), `Conflict` (`group-exists`)."""
        values = {"name": name, "name_key": searching.fold(name)}
        try:
            async with self._engine.write() as conn:
                before = await _name(conn, group_id)
                await conn.execute(update(number_groups).where(G.id == group_id).values(values))
                await write_change(
                    conn,
                    "number-group.renamed",
                    group_id,
                    by=by,
                    at=at,
                    before={"name": before},
                    after={"name": name},
                )
        except IntegrityError as e:
            raise group_exists(name) from e

    async def remove(self, group_id: str, by: str, at: datetime) -> None:
        """The numbers in it stay. Raises `NotFound` (`unknown-group`)."""
        async with self._engine.write() as conn:
            name = await _name(conn, group_id)
            inside = select(M.e164).where(M.group_id == group_id).order_by(M.e164)
            told = {"name": name, "numbers": list((await conn.execute(inside)).scalars())}
            await conn.execute(delete(number_group_members).where(M.group_id == group_id))
            await conn.execute(delete(number_groups).where(G.id == group_id))
            await write_change(conn, "number-group.removed", group_id, by=by, at=at, before=told)


async def _name(conn: AsyncConnection, group_id: str) -> str:
    query = select(G.name).where(G.id == group_id).with_for_update()
    name: str | None = (await conn.execute(query)).scalar()
    if name is None:
        raise no_group()
    return name
