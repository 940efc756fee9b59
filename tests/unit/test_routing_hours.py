"""Opening hours, holidays and absences: whole years, both changes of the clock, midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pbx.domain.routing import (
    BERLIN,
    STATES,
    Absence,
    Hours,
    Interval,
    Schedule,
    absence_at,
    holiday_on,
    hours_at,
)

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def hm(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def schedule(*intervals: tuple[int, str, str], state: str = "") -> Schedule:
    return Schedule("s", "S", state, tuple(Interval(d, hm(a), hm(b)) for d, a, b in intervals))


def wall(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


OFFICE = schedule(
    *(
        (day, start, end)
        for day in range(5)
        for start, end in (("9:00", "12:30"), ("13:30", "18:00"))
    ),
    state="NW",
)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_office_hours_on_every_day_of_a_year(year: int) -> None:
    """Against a table made the simple way: by weekday and a list of holidays."""
    closed = {
        2026: "01-01 04-03 04-06 05-01 05-14 05-25 06-04 10-03 11-01 12-25 12-26",
        2027: "01-01 03-26 03-29 05-01 05-06 05-17 05-27 10-03 11-01 12-25 12-26",
        2028: "01-01 04-14 04-17 05-01 05-25 06-05 06-15 10-03 11-01 12-25 12-26",
    }
    holidays = {date.fromisoformat(f"{year}-{day}") for day in closed[year].split()}
    day = date(year, 1, 1)
    while day.year == year:
        working = day.weekday() < 5 and day not in holidays
        for text, open_then in {
            "00:00": False, "08:59": False, "09:00": True, "12:29": True, "12:30": False,
            "13:29": False, "13:30": True, "17:59": True, "18:00": False, "23:59": False,
        }.items():  # fmt: skip
            at = wall(f"{day}T{text}").astimezone(UTC)
            otherwise = Hours.HOLIDAY if day in holidays else Hours.CLOSED
            wanted = Hours.OPEN if working and open_then else otherwise
            assert hours_at(OFFICE, at) is wanted, (day, text)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "state", "name"),
    [
        ("2026-11-01", "NW", "Allerheiligen"),
        ("2026-11-01", "BE", None),
        ("2026-10-31", "SN", "Reformationstag"),
        ("2026-10-31", "BY", None),
        ("2026-11-18", "SN", "Buß- und Bettag"),
        ("2026-01-06", "BY", "Heilige Drei Könige"),
        ("2026-03-08", "BE", "Frauentag"),
        ("2026-12-24", "NW", None),
        ("2026-12-25", "HH", "Erster Weihnachtstag"),
        ("2026-12-25", "", None),
    ],
)
def test_holidays_are_those_of_the_state(day: str, state: str, name: str | None) -> None:
    assert holiday_on(date.fromisoformat(day), state) == name


def test_every_state_has_its_holidays_in_both_languages() -> None:
    assert len(STATES) == 16
    for state in STATES:
        assert holiday_on(date(2026, 10, 3), state, "de") == "Tag der Deutschen Einheit"
        assert holiday_on(date(2026, 10, 3), state, "en") == "German Unity Day"


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        ("2026-11-27T21:59:59", Hours.CLOSED),
        ("2026-11-27T22:00", Hours.OPEN),
        ("2026-11-27T23:59:59", Hours.OPEN),
        ("2026-11-28T00:00", Hours.OPEN),
        ("2026-11-28T05:59:59", Hours.OPEN),
        ("2026-11-28T06:00", Hours.CLOSED),
        ("2026-11-28T22:30", Hours.CLOSED),
    ],
)
def test_a_night_shift_goes_over_midnight(at: str, hours: Hours) -> None:
    assert hours_at(schedule((FRI, "22:00", "6:00")), wall(at)) is hours


def test_sunday_night_goes_into_monday() -> None:
    night = schedule((SUN, "20:00", "2:00"))
    assert hours_at(night, wall("2026-11-30T01:59")) is Hours.OPEN
    assert hours_at(night, wall("2026-11-30T02:00")) is Hours.CLOSED


@pytest.mark.parametrize("end", ["24:00", "0:00"])
def test_a_whole_day_ends_at_midnight(end: str) -> None:
    whole = schedule((WED, "0:00", end))
    assert hours_at(whole, wall("2026-11-24T23:59:59")) is Hours.CLOSED
    assert hours_at(whole, wall("2026-11-25T00:00")) is Hours.OPEN
    assert hours_at(whole, wall("2026-11-25T23:59:59")) is Hours.OPEN
    assert hours_at(whole, wall("2026-11-26T00:00")) is Hours.CLOSED


def test_a_night_shift_ends_on_a_holiday_and_none_begins_there() -> None:
    """24 December is none, 25 December is."""
    night = schedule((THU, "22:00", "6:00"), (FRI, "22:00", "6:00"), state="NW")
    assert hours_at(night, wall("2026-12-25T05:59")) is Hours.OPEN
    assert hours_at(night, wall("2026-12-25T06:00")) is Hours.HOLIDAY
    assert hours_at(night, wall("2026-12-25T22:00")) is Hours.HOLIDAY
    assert hours_at(night, wall("2026-12-26T01:00")) is Hours.HOLIDAY


# 29 March 2026: the clock goes from 02:00 to 03:00. 25 October 2026: from 03:00 back to 02:00.
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes_after", "hours"),
    [
        (-31, Hours.CLOSED),
        (-30, Hours.OPEN),
        (-1, Hours.OPEN),
        (0, Hours.OPEN),
        (59, Hours.OPEN),
        (60, Hours.CLOSED),
    ],
)
def test_the_hour_that_spring_leaves_out(minutes_after: int, hours: Hours) -> None:
    """01:30 to 04:00 is an hour and a half in that night."""
    night = schedule((SUN, "1:30", "4:00"))
    assert hours_at(night, SPRING + timedelta(minutes=minutes_after)) is hours


def test_what_begins_in_the_hour_left_out_begins_after_it() -> None:
    night = schedule((SUN, "2:30", "5:00"))
    assert hours_at(night, SPRING - timedelta(seconds=1)) is Hours.CLOSED
    assert hours_at(night, SPRING) is Hours.OPEN
    whole = schedule((SUN, "2:00", "3:00"))
    night_long = (hours_at(whole, SPRING + timedelta(minutes=m)) for m in range(-120, 240))
    assert set(night_long) == {Hours.CLOSED}


@pytest.mark.parametrize(
    ("minutes_after", "hours"),
    [
        (-91, Hours.CLOSED),
        (-90, Hours.OPEN),
        (-60, Hours.OPEN),
        (-1, Hours.OPEN),
        (0, Hours.OPEN),
        (59, Hours.OPEN),
        (119, Hours.OPEN),
        (120, Hours.CLOSED),
    ],
)
def test_the_hour_that_autumn_has_twice(minutes_after: int, hours: Hours) -> None:
    """01:30 to 04:00 is three hours and a half in that night."""
    night = schedule((SUN, "1:30", "4:00"))
    assert hours_at(night, AUTUMN + timedelta(minutes=minutes_after)) is hours


def test_what_the_clock_shows_twice_counts_twice() -> None:
    half = schedule((SUN, "2:00", "2:30"))
    assert hours_at(half, wall("2026-10-25T02:10", fold=0)) is Hours.OPEN
    assert hours_at(half, wall("2026-10-25T02:40", fold=0)) is Hours.CLOSED
    assert hours_at(half, wall("2026-10-25T02:10", fold=1)) is Hours.OPEN


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_the_days_around_a_change_have_their_usual_hours(change: str) -> None:
    shop = schedule(*((day, "8:00", "20:00") for day in range(7)))
    for off in (-1, 0, 1):
        day = date.fromisoformat(change) + timedelta(days=off)
        assert hours_at(shop, wall(f"{day}T07:59")) is Hours.CLOSED
        assert hours_at(shop, wall(f"{day}T08:00")) is Hours.OPEN
        assert hours_at(shop, wall(f"{day}T19:59")) is Hours.OPEN
        assert hours_at(shop, wall(f"{day}T20:00")) is Hours.CLOSED


def absence(name: str, begins: str, ends: str | None = None, user: str = "anna") -> Absence:
    return Absence(name, user, wall(begins), wall(ends) if ends else None)


FOR_GOOD = absence("for good", "2026-01-01T00:00")
HOLIDAY = absence("holiday", "2026-10-01T00:00", "2026-10-18T00:00")
DENTIST = absence("dentist", "2026-10-05T10:00", "2026-10-05T11:00")


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2025-12-31T23:59:59", None),
        ("2026-01-01T00:00", "for good"),
        ("2026-09-30T23:59:59", "for good"),
        ("2026-10-01T00:00", "holiday"),
        ("2026-10-05T10:30", "dentist"),
        ("2026-10-05T11:00", "holiday"),
        ("2026-10-17T23:59:59", "holiday"),
        ("2026-10-18T00:00", "for good"),
    ],
)
def test_an_appointment_overrides_and_reverts_by_itself(at: str, name: str | None) -> None:
    """The example of the specification: 1 to 17 October, back on the 18th."""
    found = absence_at([HOLIDAY, FOR_GOOD, DENTIST], "anna", wall(at))
    assert (found.id if found else None) == name
    assert absence_at([HOLIDAY, FOR_GOOD, DENTIST], "ben", wall(at)) is None


def test_an_absence_over_the_change_of_the_clock_ends_by_the_wall() -> None:
    away = absence("a", "2026-10-24T18:00", "2026-10-25T08:00")
    assert absence_at([away], "anna", datetime(2026, 10, 25, 6, 59, tzinfo=UTC))
    assert not absence_at([away], "anna", datetime(2026, 10, 25, 7, 0, tzinfo=UTC))
