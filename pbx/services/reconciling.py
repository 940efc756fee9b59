"""A carrier's call records against our own: taking in, comparing, keeping (N13)."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pbx.domain import carrier_files, costing, reconciling
from pbx.domain.carrier_files import Mapping, Records
from pbx.domain.moments import BERLIN
from pbx.domain.reconciling import (
    NEAR_MS,
    Comparison,
    Finding,
    Kind,
    OurCall,
    TheirRecord,
    compare,
    moment_of,
    ms_of,
)
from pbx.domain.records import User
from pbx.domain.tariffs import EURO
from pbx.errors import BadRequest, NotFound
from pbx.services.ports import Clock
from pbx.services.pricing import Pricing
from pbx.services.reconciliation_ports import (
    Attempt,
    Carrier,
    FindingRow,
    Reconciliation,
    ReconciliationStore,
    Summary,
)

LONGEST = 100
MOST_DAYS = 400
ZONE_HOURS = (1, -1, 2, -2)
"""By how much times are off whose zone is the wrong one."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file before it is compared."""

    titles: Sequence[str]
    samples: Sequence[Sequence[str]]
    rows: int
    mapping: Mapping
    """The carrier's where it fits this file, otherwise a guess."""


class ReconciliationOffice:
    def __init__(self, *, store: ReconciliationStore, pricing: Pricing, clock: Clock) -> None:
        self._store = store
        self._pricing = pricing
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now().at

    # -------------------------------------------------------------- carriers

    async def carriers(self) -> Sequence[Carrier]:
        return await self._store.carriers()

    async def carrier(self, carrier_id: str) -> Carrier:
        """Raises `NotFound` (`unknown-carrier`)."""
        for each in await self._store.carriers():
            if each.id == carrier_id:
                return each
        raise NotFound(
            "unknown-carrier",
            "Diesen Netzbetreiber gibt es in der Liste nicht mehr. Bitte die Seite neu laden.",
            "This carrier is not on the list any more. Please reload the page.",
        )

    async def put_carrier(
        self, by: User, carrier_id: str | None, name: str, trunk: str, mapping: Mapping
    ) -> Carrier:
        """Add one, or with an id change it; a mapping may still be incomplete.

        Raises:
            NotFound: `unknown-carrier`; BadRequest: `bad-carrier`, `bad-mapping`.
        """
        if carrier_id is not None:
            await self.carrier(carrier_id)
        if not name.strip() or max(len(name), len(trunk)) > LONGEST:
            raise BadRequest(
                "bad-carrier",
                "Bitte einen Namen mit höchstens 100 Zeichen angeben.",
                "Please give a name with 100 characters at most.",
            )
        if mapping.number:
            carrier_files.check(mapping)
        made = Carrier(carrier_id or uuid.uuid4().hex, name.strip(), trunk.strip(), mapping)
        await self._store.put_carrier(made, by.id, self.now())
        return made

    async def remove_carrier(self, by: User, carrier_id: str) -> None:
        """Its results stay; `restore_carrier` takes it back."""
        await self._store.remove_carrier(carrier_id, by.id, self.now())

    async def restore_carrier(self, by: User, carrier_id: str) -> Carrier:
        """Raises `NotFound` (`unknown-carrier`)."""
        await self._store.restore_carrier(carrier_id, by.id, self.now())
        return await self.carrier(carrier_id)

    # -------------------------------------------------------------- files

    async def look(self, carrier_id: str, data: bytes) -> Look:
        """Raises `NotFound` (`unknown-carrier`), `BadRequest` (`bad-carrier-file`)."""
        kept = (await self.carrier(carrier_id)).mapping
        return await asyncio.to_thread(_look, kept, data)

    async def reconcile(
        self,
        by: User,
        carrier_id: str,
        data: bytes,
        file: str,
        since: date | None = None,
        until: date | None = None,
    ) -> Reconciliation:
        """Compare a file with our calls and keep what was found.

        Args:
            since, until: the first and the last day (Berlin's); None: of the file.

        Raises:
            NotFound: `unknown-carrier`; BadRequest: `bad-carrier-file`, `bad-mapping`,
                `bad-period`.
        """
        carrier = await self.carrier(carrier_id)
        read = await asyncio.to_thread(carrier_files.read, data, carrier.mapping)
        begins = [record.begins_ms[0] for record in read.records]
        since = since or _day(min(begins))
        until = until or _day(max(begins))
        if not 0 <= (until - since).days <= MOST_DAYS:
            raise BadRequest(
                "bad-period",
                "Der Zeitraum muss mit dem früheren Tag beginnen und höchstens 400 Tage lang sein.",
                "The period has to begin with the earlier day and be 400 days long at most.",
            )
        first, last = _midnight(since), _midnight(until + timedelta(days=1))
        slack = timedelta(milliseconds=NEAR_MS)
        ours = await self._ours(carrier, first - slack, last + slack)
        made, findings = await asyncio.to_thread(_compared, ours, read, ms_of(first), ms_of(last))
        kept = Reconciliation(
            uuid.uuid4().hex, carrier.id, file[:LONGEST], since, until, self.now(), by.id, made
        )
        await self._store.add(kept, [_row(each) for each in findings], carrier.name)
        return kept

    async def _ours(self, carrier: Carrier, since: datetime, until: datetime) -> list[OurCall]:
        """Begun in this time, by the moment that the carrier's times mean."""
        attempts = await self._store.attempts(since - timedelta(hours=1), until)
        tariffs = await self._pricing.tariffs()
        trunks = await self._pricing.all_trunks()
        priced = carrier.mapping.amount != "" or carrier.mapping.billed

        def made(attempt: Attempt) -> OurCall:
            call = attempt.call
            at = call.offered_at
            if attempt.answered and carrier.mapping.begin_of == "answered":
                at = call.answered_at
            cost = costing.rated(tariffs, trunks, call).cost if priced else None
            talk_ms = call.talk_ms
            if carrier.mapping.billed and cost is not None:
                talk_ms = cost.billed_seconds * 1000
            return OurCall(
                call.id,
                call.number,
                ms_of(at),
                talk_ms,
                attempt.answered and call.talk_ms > 0,
                ms_of(attempt.ended_at),
                cost.micros if cost and cost.price_list.currency == EURO else None,
                call.task,
            )

        return [
            made(each)
            for each in attempts
            if not carrier.trunk or trunks.of(each.call.caller_id) == carrier.trunk
        ]

    # -------------------------------------------------------------- results

    async def all(self) -> Sequence[Reconciliation]:
        return await self._store.all()

    async def get(self, reconciliation_id: str) -> Reconciliation:
        """Raises `NotFound` (`unknown-reconciliation`)."""
        for each in await self._store.all():
            if each.id == reconciliation_id:
                return each
        raise NotFound(
            "unknown-reconciliation",
            "Diesen Abgleich gibt es nicht mehr.",
            "This reconciliation is gone.",
        )

    async def remove(self, by: User, reconciliation_id: str) -> None:
        await self._store.remove(reconciliation_id, by.id, self.now())

    async def restore(self, by: User, reconciliation_id: str) -> Reconciliation:
        """Raises `NotFound` (`unknown-reconciliation`)."""
        await self._store.restore(reconciliation_id, by.id, self.now())
        return await self.get(reconciliation_id)

    async def findings(
        self, reconciliation_id: str, kind: Kind | None, query: str, after: int, limit: int
    ) -> Sequence[tuple[int, FindingRow]]:
        """Raises `NotFound` (`unknown-reconciliation`)."""
        await self.get(reconciliation_id)
        return await self._store.findings(reconciliation_id, kind, query, after, limit)


def _look(kept: Mapping, data: bytes) -> Look:
    header = kept.header
    table = carrier_files.sheet(data, header=header)
    needed = [getattr(kept, name) for name in carrier_files.NEEDED]
    fits = all(title and title in table.titles for title in needed)
    mapping = kept if fits else carrier_files.guess(table, header)
    samples = [line.cells for line in table.lines[: carrier_files.SAMPLES]]
    return Look(table.titles, samples, len(table.lines), mapping)


def _day(ms: int) -> date:
    return moment_of(ms).astimezone(BERLIN).date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN)


def _compared(
    ours: Sequence[OurCall], read: Records, first: int, last: int
) -> tuple[Summary, list[Finding]]:
    """Calls just outside the period may have a partner in it, but are missed by nobody."""
    within = [r for r in read.records if first <= r.begins_ms[0] < last]
    found = compare(ours, within)
    findings = [
        each
        for each in found.findings
        if each.kind is not Kind.ONLY_OURS
        or (each.ours is not None and first <= each.ours.begin_ms < last)
    ]
    counted = [call for call in ours if call.answered and first <= call.begin_ms < last]
    summary = Summary(
        records=len(within),
        calls=len(counted),
        matched=found.matched,
        our_ms=sum(call.talk_ms for call in counted),
        their_ms=found.theirs_ms,
        clock_ms=found.clock_ms,
        faulty=read.faulty,
        inbound=read.inbound,
        silent=read.silent,
        outside=len(read.records) - len(within),
        kinds=dict(Counter(each.kind.value for each in findings)),
        problems=tuple((p.row, p.de, p.en) for p in read.problems),
        tasks=_by_task(findings),
        zone_hint_hours=_zone_hint(ours, within, found),
    )
    return summary, findings


def _by_task(findings: Sequence[Finding]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for each in findings:
        if each.ours is not None and each.kind is not Kind.BEGIN:
            sums[each.ours.task] = sums.get(each.ours.task, 0) + each.seconds
    return {task: seconds for task, seconds in sorted(sums.items()) if seconds}


def _zone_hint(ours: Sequence[OurCall], theirs: Sequence[TheirRecord], found: Comparison) -> int:
    """Where hardly anything fits, whether it would with the clock some hours off."""
    if found.matched * 2 > len(theirs):
        return 0
    for hours in ZONE_HOURS:
        moved = [
            replace(r, begins_ms=tuple(ms + hours * 3_600_000 for ms in r.begins_ms))
            for r in theirs
        ]
        if reconciling.compare(ours, moved).matched * 2 > len(theirs):
            return hours
    return 0


def _row(finding: Finding) -> FindingRow:
    ours, theirs = finding.ours, finding.theirs
    return FindingRow(
        finding.kind,
        ours.id if ours else None,
        ours.task if ours else None,
        ours.number if ours else None,
        moment_of(ours.begin_ms) if ours else None,
        ours.talk_ms if ours else None,
        ours.micros if ours else None,
        theirs.row if theirs else None,
        theirs.number if theirs else None,
        moment_of(theirs.begins_ms[0]) if theirs else None,
        theirs.seconds_ms if theirs else None,
        theirs.micros if theirs else None,
        finding.seconds,
    )
