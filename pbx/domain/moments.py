"""Times as people in the business read them: Europe/Berlin."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(at: datetime, language: str) -> str:
    """`28.11.2026, 18:00` or `2026-11-28 18:00`; with seconds where there are any."""
    local = at.astimezone(BERLIN)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return (
        f"{local:%d.%m.%Y}, {clock}" if language.startswith("de") else f"{local:%Y-%m-%d} {clock}"
    )


def hour_of(at: datetime) -> tuple[datetime, datetime]:
    """Begin and end (exclusive) of the clock hour in which `at` is."""
    begin = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return begin, begin + timedelta(hours=1)


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """Begin and end (exclusive) of Berlin's day in which `at` is; 23 to 25 hours long."""
    local = at.astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return local.astimezone(UTC), (local + timedelta(days=1)).astimezone(UTC)
