"""Several numbers are confirmed at once, only those where nothing wrong is found (F65)."""

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pbx.domain.going_live import FOUND, Finding, Kept, Point, PointState, Standing, standings

MOST_AT_ONCE = 2_000
"""Numbers."""
LOOKED = frozenset(Point) - FOUND - {Point.TEST_CALL}
"""What a person looks at."""


class Verdict(enum.StrEnum):
    READY = "ready"
    WRONG = "wrong"
    """Something was found that nobody has said is meant to be so: to be looked at by itself."""
    NOTHING = "nothing"
    """All that a person looks at was confirmed before."""
    CHANGED = "changed"
    """It was to be confirmed, and is not any more what was seen."""
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Row:
    """How it stands with a number that somebody wants to confirm together with others."""

    kept: Kept
    points: tuple[Standing, ...]
    """Its test call is told without looking at calls that failed since: nobody confirms it."""
    verdict: Verdict

    @property
    def open(self) -> tuple[Standing, ...]:
        """What would be confirmed."""
        return _open(self.points)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, and not meant to be so."""
        return tuple(finding for each in _wrong(self.points) for finding in each.findings)

    @property
    def seen(self) -> str:
        """Digest of what would be confirmed."""
        told = "".join(f"{each.point}:{each.seen};" for each in self.open)
        return hashlib.sha256(told.encode()).hexdigest()

    def against(self, seen: str) -> "Row":
        """Where it is ready, but not what was seen, it has changed."""
        if self.verdict is Verdict.READY and self.seen != seen:
            return replace(self, verdict=Verdict.CHANGED)
        return self


def row_of(kept: Kept, findings: Mapping[Point, tuple[Finding, ...]]) -> Row:
    points = standings(kept, findings, None)
    if _wrong(points):
        return Row(kept, points, Verdict.WRONG)
    return Row(kept, points, Verdict.READY if _open(points) else Verdict.NOTHING)


def _open(points: tuple[Standing, ...]) -> tuple[Standing, ...]:
    return tuple(e for e in points if e.point in LOOKED and e.state is not PointState.DONE)


def _wrong(points: tuple[Standing, ...]) -> tuple[Standing, ...]:
    return tuple(each for each in points if each.findings and each.state is not PointState.DONE)
