"""Opening hours, public holidays and absences, by the clock on the wall in Germany.

What the clock on the wall shows decides: an hour that a change to summer time leaves out is
nobody's, one that the change back brings twice counts twice.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from holidays.countries.germany import Germany

from pbx.domain.routing.terms import Absence, Hours, Schedule

BERLIN = ZoneInfo("Europe/Berlin")
STATES = tuple(sorted(s for s in Germany.subdivisions if len(s) == 2))
"""Federal states, by their ISO 3166-2 codes without `DE-`."""
DAY = 24 * 60


@lru_cache(maxsize=256)
def _holidays(state: str, year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("DE", subdiv=state, years=year, language=language))


def holiday_on(day: date, state: str, language: str = "de") -> str | None:
    """The name of the public holiday that `day` is in this federal state (`NW`), or None."""
    if not state:
        return None
    return _holidays(state, day.year, "de" if language == "de" else "en_US").get(day)


def hours_at(schedule: Schedule, at: datetime) -> Hours:
    """OPEN, CLOSED or HOLIDAY at the instant `at` (aware).

    An interval belongs to the day on which it begins: on a holiday none begins, while one of
    the evening before runs to its end.
    """
    local = at.astimezone(BERLIN)
    today, minute = local.date(), local.hour * 60 + local.minute
    if _open(schedule, today, minute) or _open(schedule, today - timedelta(days=1), minute + DAY):
        return Hours.OPEN
    return Hours.HOLIDAY if holiday_on(today, schedule.state) else Hours.CLOSED


def _open(schedule: Schedule, day: date, minute: int) -> bool:
    """Whether an interval that began on `day` covers `minute`, counted from its midnight."""
    if holiday_on(day, schedule.state):
        return False
    return any(
        i.start <= minute < (i.end if i.end > i.start else i.end + DAY)
        for i in schedule.intervals
        if i.weekday == day.weekday()
    )


def holds(wanted: Hours, found: Hours) -> bool:
    """Whether a condition holds: on holidays it is closed as well."""
    return wanted is found or (wanted is Hours.CLOSED and found is Hours.HOLIDAY)


def absence_at(absences: Iterable[Absence], user_id: str, at: datetime) -> Absence | None:
    """The absence that counts for this user at `at`: an appointment before one without an end,
    then the one that began last."""
    covering = [
        a
        for a in absences
        if a.user_id == user_id and a.begins <= at and (a.ends is None or at < a.ends)
    ]
    return max(covering, key=lambda a: (a.ends is not None, a.begins, a.id), default=None)


def deputy_of(
    absences: Sequence[Absence], user_id: str, at: datetime, called_at: datetime
) -> str | None:
    """Who stands in for somebody at `at` for a call of `called_at`: the deputy of who is away
    now or was then; of a deputy who is away now, theirs. None: nobody.

    Returns:
        A user id.
    """
    away = absence_at(absences, user_id, at) or absence_at(absences, user_id, called_at)
    passed = {user_id}
    while away is not None and away.deputy_id and away.deputy_id not in passed:
        deputy = away.deputy_id
        away = absence_at(absences, deputy, at)
        if away is None:
            return deputy
        passed.add(deputy)
    return None
