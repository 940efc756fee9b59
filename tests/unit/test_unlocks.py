"""Who may call a locked country, for what, until when; no database, no clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pbx.domain.policy import country_not_allowed
from pbx.domain.records import Country, Zone
from pbx.domain.unlocks import Unlock, UnlockState, Used, explained, opened, opening

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COUNTRIES = {"ES": Country("ES", Zone.EU, False), "DE": Country("DE", Zone.DE, True)}
SPAIN = Unlock("u", "ES", NOW, "boss", NOW)
NAMES = {"de": "Spanien", "en": "Spain"}


def may_call(*unlocks: Used, user: str = "anna", task: str = "T-1", at: datetime = NOW) -> bool:
    """Both views of it: which countries are open, and which unlock opens this one."""
    countries = opened(COUNTRIES, unlocks, user_id=user, task=task, at=at)
    used = opening("ES", unlocks, user_id=user, task=task, at=at)
    assert countries["ES"].allowed == (used is not None)
    assert countries["DE"] == COUNTRIES["DE"]
    return used is not None


@pytest.mark.parametrize(
    ("unlock", "anna_t1", "anna_t2", "ben_t1"),
    [
        (SPAIN, True, True, True),
        (replace(SPAIN, user_id="anna"), True, True, False),
        (replace(SPAIN, task="T-1"), True, False, True),
        (replace(SPAIN, task="T-1", user_id="anna"), True, False, False),
        (replace(SPAIN, country="PT"), False, False, False),
    ],
)
def test_for_whom_and_for_what(unlock: Unlock, anna_t1: bool, anna_t2: bool, ben_t1: bool) -> None:
    used = Used(unlock)
    assert may_call(used) is anna_t1
    assert may_call(used, task="T-2") is anna_t2
    assert may_call(used, user="ben") is ben_t1


def test_to_the_second() -> None:
    used = Used(replace(SPAIN, since=NOW + SECOND, until=NOW + 10 * SECOND))
    told = {s: may_call(used, at=NOW + s * SECOND) for s in (0, 1, 9, 10)}
    assert told == {0: False, 1: True, 9: True, 10: False}
    assert used.state(NOW) is UnlockState.PLANNED
    assert used.state(NOW + 10 * SECOND) is UnlockState.OVER
    assert not may_call(Used(replace(SPAIN, revoked_at=NOW)))


def test_a_cap_ends_it_and_warns_before() -> None:
    capped = replace(SPAIN, cap_minutes=10)
    assert [Used(capped, ms).nearly_used_up for ms in (479_999, 480_000)] == [False, True]
    assert may_call(Used(capped, 599_999))
    assert not may_call(Used(capped, 600_000))
    assert Used(capped, 900_000).left_ms == 0
    assert Used(SPAIN, 10**9).left_ms is None


def test_the_narrowest_is_used_first() -> None:
    wide = Used(replace(SPAIN, id="wide"))
    person = Used(replace(SPAIN, id="person", user_id="anna"))
    task = Used(replace(SPAIN, id="task", task="T-1", cap_minutes=5))
    spent = Used(replace(SPAIN, id="spent", task="T-1", cap_minutes=5), 300_000)
    found = [
        opening("ES", unlocks, user_id="anna", task="T-1", at=NOW)
        for unlocks in ([wide], [wide, person], [wide, person, task, spent], [spent, wide])
    ]
    assert [used.unlock.id for used in found if used] == ["wide", "person", "task", "wide"]


def test_a_list_to_choose_from_knows_all_tasks() -> None:
    used = [Used(replace(SPAIN, task="T-9"))]
    assert opened(COUNTRIES, used, user_id="anna", task=None, at=NOW)["ES"].allowed
    assert not opened(COUNTRIES, used, user_id="anna", task="T-1", at=NOW)["ES"].allowed


@pytest.mark.parametrize(
    ("used", "de", "en"),
    [
        (Used(replace(SPAIN, cap_minutes=3), 180_000), "die 3 Minuten", "3 minutes"),
        (Used(replace(SPAIN, since=NOW + SECOND)), "ab 27.11.2026, 16:00:01", "from 2026-11-27"),
        (Used(replace(SPAIN, until=NOW)), "bis 27.11.2026, 16:00", "until 2026-11-27 16:00"),
        (Used(replace(SPAIN, task="T-{9}")), "andere Aufgaben", "other tasks only (T-{9})"),
        (Used(replace(SPAIN, user_id="ben")), "Nicht freigeschaltet", "Not unlocked"),
    ],
)
def test_why_not(used: Used, de: str, en: str) -> None:
    plain = country_not_allowed("ES", {"ES": NAMES})
    told = explained(plain, [used], user_id="anna", task="T-1", at=NOW, names=NAMES)
    assert told.error_id == "country-not-allowed"
    assert told.extra["country"] == "ES"
    assert de in told.de
    assert "Spanien" in told.de
    assert en in told.en
