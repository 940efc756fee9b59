"""Our calls against a carrier's records: which belong together, and what differs (N13). Pure.

    ours, theirs ── same number, begin within the tolerance ──> groups ── best pairs ──> Finding

A group is what hangs together by possible pairs: mostly one call and one record. In each the
most pairs are made, and of all such ways the one that moves begins and seconds least; so
several calls to one number within seconds come out right, in whatever order the rows are.
What is left over is looked at again: billed twice, never answered here, begun at another
time, sent to another number.
"""

import enum
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pbx.domain.pairing import LARGE, Pair, best, groups, in_order

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOLERANCE_MS = 2_000
SECOND = 1_000
NEAR_MS = 900_000
"""So far a begin may be off for two leftovers to be one call with a wrong time."""
BUCKET_MS = 5_000
"""Longer than the tolerance and a second."""


class Kind(enum.StrEnum):
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"
    SECONDS = "seconds"
    """They bill another time, by a second or more."""
    TWICE = "twice"
    """A record of a call that another record bills already."""
    NOT_ANSWERED = "not_answered"
    """They bill a call that nobody answered here."""
    BEGIN = "begin"
    """The same call, but it begins at another time."""
    NUMBER = "number"
    """The same call, but to another number."""
    AMOUNT = "amount"
    """Another cost than by our price list."""


@dataclass(frozen=True, slots=True)
class OurCall:
    id: str
    number: str
    begin_ms: int
    """Since 1970, of the moment that the carrier's times mean."""
    talk_ms: int
    answered: bool = True
    end_ms: int = 0
    """Of calls that were not answered: until when they were tried."""
    micros: int | None = None
    task: str = ""


@dataclass(frozen=True, slots=True)
class TheirRecord:
    row: int
    number: str
    begins_ms: tuple[int, ...]
    """More than one where the local hour occurred twice."""
    seconds_ms: int
    step_ms: int = SECOND
    """How exact their begins are: 1000 without fractions, 60000 without seconds."""
    micros: int | None = None

    @property
    def content(self) -> tuple[object, ...]:
        return self.begins_ms, self.seconds_ms, self.number, self.micros or 0


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    ours: OurCall | None
    theirs: TheirRecord | None
    seconds: int = 0
    """Theirs less ours, whole; of BEGIN: how much later theirs begins."""


@dataclass(frozen=True, slots=True)
class Comparison:
    matched: int
    """Pairs, with or without a difference."""
    findings: Sequence[Finding]
    ours_ms: int
    theirs_ms: int
    clock_ms: int
    """How much later their clock is, as half of all pairs have it at most."""


def compare(
    ours: Iterable[OurCall],
    theirs: Iterable[TheirRecord],
    tolerance_ms: int = TOLERANCE_MS,
    amount_tolerance: int = 10_000,
) -> Comparison:
    """Every call and every record is in one pair or in one finding of its own.

    Args:
        ours: those that were not answered only explain leftovers.
        amount_tolerance: micros by which a cost may differ; a cent.
    """
    calls = sorted(ours, key=lambda c: (c.number, c.begin_ms, c.talk_ms, c.id))
    records = sorted(theirs, key=lambda r: (*r.content, r.row))
    answered = [call for call in calls if call.answered]
    pairs = _pairs(answered, records, tolerance_ms)
    findings = [
        each for i, j in pairs for each in _differences(answered[i], records[j], amount_tolerance)
    ]
    paired_ours, paired_theirs = {i for i, _ in pairs}, {j for _, j in pairs}
    left_ours = [call for i, call in enumerate(answered) if i not in paired_ours]
    left_theirs = [record for j, record in enumerate(records) if j not in paired_theirs]
    findings += _explained(
        left_ours,
        left_theirs,
        [answered[i] for i, _ in pairs],
        [call for call in calls if not call.answered],
        tolerance_ms,
    )
    shifts = sorted(_shift(answered[i], records[j]) for i, j in pairs)
    findings.sort(key=_order)
    return Comparison(
        len(pairs),
        findings,
        sum(call.talk_ms for call in answered),
        sum(record.seconds_ms for record in records),
        shifts[len(shifts) // 2] if shifts else 0,
    )


def _order(finding: Finding) -> tuple[object, ...]:
    begin = finding.theirs.begins_ms[0] if finding.theirs else 0
    begin = finding.ours.begin_ms if finding.ours else begin
    return begin, finding.kind, finding.theirs.row if finding.theirs else 0


def whole_seconds(record: TheirRecord, call: OurCall) -> int:
    """Theirs less ours in whole seconds; less than a second is how they round."""
    difference = record.seconds_ms - call.talk_ms
    if abs(difference) < SECOND:
        return 0
    sign = 1 if difference > 0 else -1
    return sign * (abs(difference) // SECOND)


def _differences(call: OurCall, record: TheirRecord, amount_tolerance: int) -> list[Finding]:
    seconds = whole_seconds(record, call)
    if seconds:
        return [Finding(Kind.SECONDS, call, record, seconds)]
    if call.micros is None or record.micros is None:
        return []
    differs = abs(call.micros - record.micros) > amount_tolerance
    return [Finding(Kind.AMOUNT, call, record)] if differs else []


# ------------------------------------------------------------------ pairs


def _shift(call: OurCall, record: TheirRecord) -> int:
    """How much later theirs begins, at the step of their clock."""
    floor = call.begin_ms - call.begin_ms % record.step_ms
    return min((begin - floor for begin in record.begins_ms), key=lambda ms: (abs(ms), ms))


def _pairs(
    calls: Sequence[OurCall], records: Sequence[TheirRecord], tolerance_ms: int
) -> list[Pair]:
    edges = _edges(calls, records, tolerance_ms)
    found: list[Pair] = []
    for group in groups(edges):
        mine, other = sorted({i for i, _ in group}), sorted({j for _, j in group})
        costs = {pair: edges[pair] for pair in group}
        if len(mine) == 1 or len(other) == 1:
            found.append(min(group, key=lambda pair: (costs[pair], pair)))
        elif max(len(mine), len(other)) <= LARGE:
            found += best(mine, other, costs)
        else:
            found += in_order(mine, _by_begin(other, records), costs)
    return found


def _by_begin(other: Sequence[int], records: Sequence[TheirRecord]) -> list[int]:
    return sorted(other, key=lambda j: (records[j].begins_ms[0], records[j].seconds_ms, j))


def _edges(
    calls: Sequence[OurCall], records: Sequence[TheirRecord], tolerance_ms: int
) -> dict[Pair, int]:
    """What may belong together, and how much it would move: milliseconds of begin and time."""
    of_number: dict[str, list[int]] = {}
    for i, call in enumerate(calls):
        of_number.setdefault(call.number, []).append(i)
    edges: dict[Pair, int] = {}
    for j, record in enumerate(records):
        mine = of_number.get(record.number)
        if mine is None:
            continue
        # Who gives minutes only cannot be held to two seconds.
        most = max(tolerance_ms, record.step_ms if record.step_ms > SECOND else 0)
        for begin in record.begins_ms:
            first = bisect_left(mine, begin - most, key=lambda i: calls[i].begin_ms)
            for i in mine[first:]:
                call = calls[i]
                if call.begin_ms >= begin + most + record.step_ms:
                    break
                shift = abs(_shift(call, record))
                if shift <= most:
                    edges[i, j] = shift + abs(record.seconds_ms - call.talk_ms)
    return edges


# ------------------------------------------------------------------ leftovers


def _explained(
    ours: Sequence[OurCall],
    theirs: Sequence[TheirRecord],
    matched: Sequence[OurCall],
    unanswered: Sequence[OurCall],
    tolerance_ms: int,
) -> list[Finding]:
    findings: list[Finding] = []
    rest, calls = list(theirs), list(ours)
    for kind, known in ((Kind.TWICE, matched), (Kind.NOT_ANSWERED, unanswered)):
        of_number: dict[str, list[OurCall]] = {}
        for call in known:
            of_number.setdefault(call.number, []).append(call)
        kept = []
        for record in rest:
            fitting = [
                call
                for call in of_number.get(record.number, ())
                if _fits(kind, call, record, tolerance_ms)
            ]
            nearest = min(
                fitting, key=lambda call: (abs(_shift(call, record)), call.id), default=None
            )
            if nearest is None:
                kept.append(record)
                continue
            findings.append(Finding(kind, nearest, record, record.seconds_ms // SECOND))
            if kind is Kind.NOT_ANSWERED:
                of_number[record.number].remove(nearest)
        rest = kept
    for kind in (Kind.NUMBER, Kind.BEGIN):
        costs = {
            (i, j): cost
            for i, j in _candidates(kind, calls, rest)
            if (cost := _strangeness(kind, calls[i], rest[j], tolerance_ms)) is not None
        }
        pairs: list[Pair] = []
        for group in groups(costs):
            mine, other = sorted({i for i, _ in group}), sorted({j for _, j in group})
            if max(len(mine), len(other)) <= LARGE:
                pairs += best(mine, other, {pair: costs[pair] for pair in group})
        for i, j in pairs:
            shift = _shift(calls[i], rest[j])
            seconds = (abs(shift) // SECOND) * (1 if shift > 0 else -1)
            findings.append(Finding(kind, calls[i], rest[j], seconds if kind is Kind.BEGIN else 0))
        gone_ours, gone_theirs = {i for i, _ in pairs}, {j for _, j in pairs}
        calls = [call for i, call in enumerate(calls) if i not in gone_ours]
        rest = [record for j, record in enumerate(rest) if j not in gone_theirs]
    findings += [Finding(Kind.ONLY_OURS, c, None, -(c.talk_ms // SECOND)) for c in calls]
    findings += [Finding(Kind.ONLY_THEIRS, None, r, r.seconds_ms // SECOND) for r in rest]
    return findings


def _candidates(
    kind: Kind, calls: Sequence[OurCall], records: Sequence[TheirRecord]
) -> Iterator[Pair]:
    """Few of all pairs: a file of another month would be compared for hours otherwise."""
    known: dict[object, list[int]] = {}
    for i, call in enumerate(calls):
        key: object = call.number
        if kind is Kind.NUMBER:
            key = call.begin_ms // BUCKET_MS
        known.setdefault(key, []).append(i)
    for j, record in enumerate(records):
        keys: set[object] = {record.number}
        if kind is Kind.NUMBER:
            keys = set[object](b // BUCKET_MS + d for b in record.begins_ms for d in (-1, 0, 1))
        for key in keys:
            for i in known.get(key, ()):
                yield i, j


def _fits(kind: Kind, call: OurCall, record: TheirRecord, tolerance_ms: int) -> bool:
    most = max(tolerance_ms, record.step_ms if record.step_ms > SECOND else 0)
    if kind is Kind.TWICE:
        return abs(_shift(call, record)) <= most and not whole_seconds(record, call)
    early, late = call.begin_ms - most - record.step_ms, max(call.end_ms, call.begin_ms) + most
    return any(early <= begin <= late for begin in record.begins_ms)


def _strangeness(kind: Kind, call: OurCall, record: TheirRecord, tolerance_ms: int) -> int | None:
    """How far two leftovers are from one call; None: they are none."""
    shift = abs(_shift(call, record))
    same = call.number == record.number
    if whole_seconds(record, call):
        return None
    if kind is Kind.NUMBER:
        alike = not same and shift <= tolerance_ms
        return shift + abs(record.seconds_ms - call.talk_ms) if alike else None
    return shift if same and shift <= NEAR_MS else None


def moment_of(ms: int) -> datetime:
    """Exact, without floats."""
    return EPOCH + timedelta(milliseconds=ms)


def ms_of(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)
