"""Which version of a greeting plays when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pbx.domain.greetings import (
    GreetingVersion,
    Source,
    VersionState,
    reference,
    referred,
    states_of,
    valid_version,
)

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def version(number: int, valid_from: datetime | None) -> GreetingVersion:
    first = GreetingVersion("", "g", 1, None, Source.UPLOAD, "", 1, -18.0, 1, NOON, "boss")
    return replace(first, id=f"v{number}", number=number, valid_from=valid_from)


def test_the_version_that_took_over_last_plays() -> None:
    versions = [version(1, NOON - DAY), version(2, NOON + DAY), version(3, None)]

    def playing(at: datetime) -> str | None:
        found = valid_version(versions, at)
        return found.id if found else None

    assert playing(NOON - 2 * DAY) is None
    assert playing(NOON - DAY) == "v1"
    assert playing(NOON + DAY - timedelta(microseconds=1)) == "v1"
    assert playing(NOON + DAY) == "v2"
    # Going back to an old one: it takes over anew.
    versions[0] = version(1, NOON + 2 * DAY)
    assert playing(NOON + 3 * DAY) == "v1"
    versions.append(version(4, NOON + 2 * DAY))
    assert playing(NOON + 3 * DAY) == "v4", "of two with the same moment the newer"


def test_the_states_of_versions() -> None:
    versions = [
        version(1, NOON - 2 * DAY),
        version(2, NOON - DAY),
        version(3, NOON + DAY),
        version(4, None),
    ]
    assert states_of(versions, NOON) == {
        "v1": VersionState.PAST,
        "v2": VersionState.CURRENT,
        "v3": VersionState.PLANNED,
        "v4": VersionState.DRAFT,
    }
    assert states_of([], NOON) == {}


def test_what_a_number_says() -> None:
    assert referred(reference("abc")) == "abc"
    assert referred("abc.wav") is None
    assert referred(None) is None
