"""Accounts from a file: all rows in one transaction, or none."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.csv_lines import RowProblem
from pbx.domain.people import Account, check_change, check_superadmins
from pbx.domain.people_files import Row
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.errors import PbxError
from pbx.store.accounts import account_of, add_account, write_account
from pbx.store.engine import Engine
from pbx.store.people import email_key, user_of
from pbx.store.tables import users
from pbx.store.uninterrupted import uninterrupted

PART = 500


@dataclass
class Plan:
    """What an import is going to write."""

    created: list[Account] = field(default_factory=list)
    changed: list[tuple[Account, Account]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)


@uninterrupted
class SqlAccountImports:
    """`AccountImportStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def merge(
        self, rows: Sequence[Row], by: str, at: datetime, *, dry_run: bool
    ) -> tuple[Sequence[Account], Sequence[Account], int, Sequence[RowProblem]]:
        async with self._engine.read() if dry_run else self._engine.write() as conn:
            actor, known = await _known(conn, rows, by)
            plan = _plan(rows, actor, known, at)
            if not (dry_run or plan.problems):
                for account in plan.created:
                    await add_account(self._engine, conn, account, by, at)
                for before, after in plan.changed:
                    await write_account(conn, before, after, by, at)
        return plan.created, [after for _, after in plan.changed], plan.unchanged, plan.problems


async def _known(
    conn: AsyncConnection, rows: Sequence[Row], by: str
) -> tuple[User | None, dict[str, Account]]:
    """Who asks, and by the key of their address the accounts of the file and all superadmins."""
    keys = sorted(email_key(row.email) for row in rows)
    c = users.c
    always = or_(c.id == by, c.role == Role.SUPERADMIN)
    query = select(users).where(always).order_by(c.id).with_for_update()
    found = list((await conn.execute(query)).mappings())
    for begin in range(0, len(keys), PART):
        some = c.email_key.in_(keys[begin : begin + PART])
        query = select(users).where(some, ~always).order_by(c.id).with_for_update()
        found += (await conn.execute(query)).mappings()
    actor = next((user_of(row) for row in found if row["id"] == by), None)
    return actor, {row["email_key"]: account_of(row) for row in found}


def _plan(rows: Sequence[Row], actor: User | None, known: dict[str, Account], at: datetime) -> Plan:
    plan = Plan()
    for row in rows:
        key = email_key(row.email)
        before = known.get(key)
        blank = Account(User(uuid.uuid4().hex, row.email, "", Role.VPA), invited_at=at)
        after = row.wish.applied(before or blank)
        try:
            if before is None:
                check_change(actor, None, after)
                plan.created.append(after)
            elif after == before:
                plan.unchanged += 1
            else:
                check_change(actor, before, after)
                others = [each for each in known.values() if each.user.id != after.user.id]
                check_superadmins(before, after, others)
                plan.changed.append((before, after))
        except PbxError as e:
            plan.problems.append(RowProblem(row.line, e.de, e.en))
            continue
        known[key] = after
    return plan
