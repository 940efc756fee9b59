"""The factor guard (N4): months of tasks whose calls do not fit the factor that was booked.

    zone    booked for Germany, and somebody called another country
    share   booked without a zone, and more than the included quarter was telephoned

A dearer factor than needed is no finding: within it what is booked may stay, and one EU call
would need it. Amounts are exact; only what is shown is rounded to cents.
"""

import enum
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from pbx.domain import cents, metering
from pbx.domain.metering import PhoneShareFigures
from pbx.domain.months import Month
from pbx.domain.records import Area, FactorRow, Zone
from pbx.domain.statements import TaskMonth
from pbx.errors import BadRequest, Conflict

MS_PER_HOUR = 3_600_000


class Mismatch(enum.StrEnum):
    ZONE = "zone"
    SHARE = "share"


class Closing(enum.StrEnum):
    """
    CORRECTED  the task has the right area now, and with it the right factor
    INFORMED   the customer was told of the factor; it is in their file
    ACCEPTED   the company bears the loss, with a reason, up to the amount that was seen
    """

    CORRECTED = "corrected"
    INFORMED = "informed"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Finding:
    """One task and month that do not fit."""

    task: str
    title: str
    customer_id: str | None
    month: Month
    mismatch: Mismatch
    booked_area: Area
    right_area: Area
    booked_factor: int
    """Thousandths, as the next one."""
    right_factor: int
    calls: int
    talk_ms: int
    wrong_ms: int
    """Talked to the wrong zone, or beyond the included quarter."""
    work_minutes: int
    risk_cents: int | None
    """What the customer would be billed too little; None: no rate is known."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What somebody said to a finding."""

    task: str
    month: Month
    right_area: Area
    how: Closing
    reason: str
    risk_cents: int | None
    """At that time."""
    by: str
    at: datetime


def finding(
    month: Month, task: TaskMonth, factors: FactorRow, rate_cents: int | None
) -> Finding | None:
    """What does not fit; None where all does.

    Args:
        factors: valid for the task.
        rate_cents: of its customer, for an hour of budget.
    """
    if not task.billed:
        return None
    eu_ms = task.by_zone_ms.get(Zone.EU, 0)
    zone = metering.zone_of(task.area)
    if zone is Zone.DE and eu_ms:
        mismatch, wrong_ms = Mismatch.ZONE, eu_ms
        right = metering.area_in(task.area, Zone.EU)
    elif zone is None and task.over:
        mismatch, wrong_ms = Mismatch.SHARE, task.talk_ms - task.included_ms
        share = metering.phone_share(
            task.talk_ms, task.work_minutes * 60, task.area, task.by_zone_ms
        )
        right = share.suggested_area
    else:
        return None
    booked_factor = metering.factors(task.area, factors).customer
    right_factor = metering.factors(right, factors).customer
    return Finding(
        task=task.task,
        title=task.title,
        customer_id=task.customer_id,
        month=month,
        mismatch=mismatch,
        booked_area=task.area,
        right_area=right,
        booked_factor=booked_factor,
        right_factor=right_factor,
        calls=task.calls,
        talk_ms=task.talk_ms,
        wrong_ms=wrong_ms,
        work_minutes=task.work_minutes,
        risk_cents=_risk(task, right_factor - booked_factor, rate_cents),
    )


def unfit(share: PhoneShareFigures) -> tuple[Mismatch, Area] | None:
    """What does not fit while somebody talks, and the area that would; None where all does.

    The month's finding in advance: it looks at all calls of the task, also those under way.
    """
    if not share.billed:
        return None
    zone = metering.zone_of(share.booked_area)
    if zone is Zone.DE and Zone.EU in share.zones:
        return Mismatch.ZONE, metering.area_in(share.booked_area, Zone.EU)
    if zone is None and share.over and share.work_seconds > 0:
        return Mismatch.SHARE, share.suggested_area
    return None


def _risk(task: TaskMonth, thousandths: int, rate_cents: int | None) -> int | None:
    """What the missing part of the factor comes to. Whoever telephones works: where less work
    time is known than was talked, the talk time counts."""
    if rate_cents is None:
        return None
    worked_ms = max(task.work_minutes * 60_000, task.talk_ms)
    return cents.rounded(Fraction(worked_ms * thousandths * rate_cents, MS_PER_HOUR * 1000))


def covers(closed: Closed, found: Finding) -> bool:
    """Whether what was said still holds: for the same area, and for no greater loss than was
    accepted."""
    if (closed.task, closed.month, closed.right_area) != (
        found.task,
        found.month,
        found.right_area,
    ):
        return False
    if closed.how is Closing.INFORMED:
        return True
    return closed.how is Closing.ACCEPTED and (found.risk_cents or 0) <= (closed.risk_cents or 0)


def nothing_to_close() -> Conflict:
    return Conflict(
        "nothing-to-close",
        "Hier passt der Faktor inzwischen, oder es ist etwas anderes falsch. Bitte die Liste neu "
        "laden.",
        "The factor fits by now, or something else is wrong. Please reload the list.",
    )


def reason_missing() -> BadRequest:
    return BadRequest(
        "reason-missing",
        "Wer einen falschen Faktor hinnimmt, muss den Grund nennen.",
        "Whoever accepts a wrong factor has to give the reason.",
    )
