"""Carriers, what their files were compared with, and what was found."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, or_, select, update

from pbx.domain import searching
from pbx.domain.carrier_files import Mapping
from pbx.domain.costing import ChargedCall
from pbx.domain.reconciling import Kind
from pbx.domain.records import Direction
from pbx.services.reconciliation_ports import (
    Attempt,
    Carrier,
    FindingRow,
    Reconciliation,
    Summary,
)
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.reconciliation_tables import carriers, reconciliation_findings, reconciliations
from pbx.store.tables import calls
from pbx.store.uninterrupted import uninterrupted

BATCH = 1_000
MOST = 200
_FIELDS = tuple(f.name for f in fields(FindingRow))


@uninterrupted
class SqlReconciliations:
    """`ReconciliationStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -------------------------------------------------------------- carriers

    async def carriers(self) -> Sequence[Carrier]:
        c = carriers.c
        query = select(carriers).where(c.removed_at.is_(None)).order_by(c.name, c.id)
        async with self._engine.read() as conn:
            return [_carrier(row) for row in await conn.execute(query)]

    async def put_carrier(self, carrier: Carrier, by: str, at: datetime) -> None:
        values = {**asdict(carrier), "mapping": json.dumps(asdict(carrier.mapping))}
        query = select(carriers).where(carriers.c.id == carrier.id)
        async with self._engine.write() as conn:
            row = (await conn.execute(query)).first()
            await conn.execute(self._engine.upsert(carriers, values))
            before = _told(_carrier(row)) if row else None
            verb = "changed" if row else "added"
            after = _told(carrier)
            await write_change(
                conn, f"carrier.{verb}", carrier.name, by=by, at=at, before=before, after=after
            )

    async def remove_carrier(self, carrier_id: str, by: str, at: datetime) -> bool:
        return await self._mark(carriers, carrier_id, at, by, at)

    async def restore_carrier(self, carrier_id: str, by: str, at: datetime) -> bool:
        return await self._mark(carriers, carrier_id, None, by, at)

    async def _mark(
        self, table: Table, row_id: str, removed_at: datetime | None, by: str, at: datetime
    ) -> bool:
        """Removed, or not any more; False where it is so already."""
        c = table.c
        is_so = c.removed_at.is_(None) if removed_at else c.removed_at.is_not(None)
        change = (
            update(table)
            .where(c.id == row_id, is_so)
            .values(removed_at=removed_at)
            .returning(c[_NAMES[table.name]])
        )
        async with self._engine.write() as conn:
            name = (await conn.execute(change)).scalar()
            if name is None:
                return False
            kind, verb = table.name[:-1], "removed" if removed_at else "restored"
            told = {"name": name}
            before, after = (told, None) if removed_at else (None, told)
            await write_change(
                conn, f"{kind}.{verb}", name, by=by, at=at, before=before, after=after
            )
        return True

    # -------------------------------------------------------------- calls

    async def attempts(self, since: datetime, until: datetime) -> Sequence[Attempt]:
        c = calls.c
        query = select(calls).where(
            c.direction == Direction.OUTBOUND,
            c.offered_at >= since,
            c.offered_at < until,
            c.ended_at.is_not(None),
            c.number.is_not(None),
        )
        async with self._engine.read() as conn:
            return [
                Attempt(
                    ChargedCall(
                        row.id,
                        row.user_id or "",
                        row.task or "",
                        row.number,
                        row.country or "",
                        row.number_type.value if row.number_type else "",
                        row.caller_id or "",
                        row.offered_at,
                        row.answered_at or row.offered_at,
                        row.talk_ms,
                    ),
                    row.answered_at is not None,
                    row.ended_at,
                )
                for row in await conn.execute(query)
            ]

    # -------------------------------------------------------------- results

    async def add(self, made: Reconciliation, findings: Sequence[FindingRow], name: str) -> None:
        values = {**asdict(made), "summary": json.dumps(asdict(made.summary))}
        rows = [
            {"reconciliation_id": made.id, "position": position, **asdict(finding)}
            for position, finding in enumerate(findings, 1)
        ]
        async with self._engine.write() as conn:
            await conn.execute(insert(reconciliations).values(**values))
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                await conn.execute(insert(reconciliation_findings), batch)
            after = {
                "file": made.file,
                "since": made.since,
                "until": made.until,
                "findings": len(findings),
            }
            await write_change(
                conn, "reconciliation.added", name, by=made.by, at=made.at, after=after
            )

    async def all(self) -> Sequence[Reconciliation]:
        c = reconciliations.c
        query = select(reconciliations).where(c.removed_at.is_(None))
        async with self._engine.read() as conn:
            rows = await conn.execute(query.order_by(c.at.desc(), c.id).limit(MOST))
            return [_reconciliation(row) for row in rows]

    async def remove(self, reconciliation_id: str, by: str, at: datetime) -> bool:
        return await self._mark(reconciliations, reconciliation_id, at, by, at)

    async def restore(self, reconciliation_id: str, by: str, at: datetime) -> bool:
        return await self._mark(reconciliations, reconciliation_id, None, by, at)

    async def findings(
        self, reconciliation_id: str, kind: Kind | None, query: str, after: int, limit: int
    ) -> Sequence[tuple[int, FindingRow]]:
        c = reconciliation_findings.c
        wanted = select(reconciliation_findings).where(
            c.reconciliation_id == reconciliation_id, c.position > after
        )
        if kind is not None:
            wanted = wanted.where(c.kind == kind)
        for term in searching.terms(query):
            part = searching.number_part(term) or term
            wanted = wanted.where(
                or_(
                    c.our_number.contains(part, autoescape=True),
                    c.their_number.contains(part, autoescape=True),
                )
            )
        async with self._engine.read() as conn:
            rows = (await conn.execute(wanted.order_by(c.position).limit(limit))).mappings()
            return [(row["position"], FindingRow(*(row[n] for n in _FIELDS))) for row in rows]


_NAMES = {"carriers": "name", "reconciliations": "file"}


def _carrier(row: Any) -> Carrier:
    known = {f.name for f in fields(Mapping)}
    kept = {name: value for name, value in json.loads(row.mapping).items() if name in known}
    return Carrier(row.id, row.name, row.trunk, Mapping(**kept))


def _told(carrier: Carrier) -> dict[str, Any]:
    mapping = {name: value for name, value in asdict(carrier.mapping).items() if value != ""}
    return {"name": carrier.name, "trunk": carrier.trunk, "mapping": mapping}


def _reconciliation(row: Any) -> Reconciliation:
    kept = json.loads(row.summary)
    kept["problems"] = tuple((r, de, en) for r, de, en in kept["problems"])
    return Reconciliation(
        row.id,
        row.carrier_id,
        row.file,
        row.since,
        row.until,
        row.at,
        row.by,
        Summary(**kept),
    )
