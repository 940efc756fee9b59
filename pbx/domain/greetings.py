"""Greetings: a library of announcements, in versions that take over at their own moment."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

LIBRARY = "library:"
"""A greeting of a number, step or absence that begins so is of the library; the rest is its id."""


class Source(enum.StrEnum):
    """Where the sound of a version came from."""

    UPLOAD = "upload"
    BROWSER = "browser"
    """Recorded in the page."""
    TELEPHONE = "telephone"
    SPEECH = "speech"
    """Made from a text."""


class VersionState(enum.StrEnum):
    DRAFT = "draft"
    """Not to be played: nobody has said yet from when on."""
    PLANNED = "planned"
    CURRENT = "current"
    """What a caller hears now."""
    PAST = "past"
    """A later one has taken over."""


@dataclass(frozen=True, slots=True)
class GreetingVersion:
    """One recording; its sound never changes."""

    id: str
    greeting_id: str
    number: int
    """1, 2, … within its greeting."""
    valid_from: datetime | None
    """None: a draft."""
    source: Source
    origin: str
    """The file's name, or the text that was spoken."""
    duration_ms: int
    loudness_lufs: float
    """Integrated loudness (EBU R 128) of what is played."""
    size: int
    """Bytes on the disk."""
    created_at: datetime
    created_by: str
    """User id."""
    removed_at: datetime | None = None
    """Since when it is in the bin, from which it can be taken back."""


@dataclass(frozen=True, slots=True)
class Greeting:
    id: str
    name: str
    created_at: datetime
    created_by: str
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GreetingEntry:
    """A greeting of the library with all that belongs to it."""

    greeting: Greeting
    versions: tuple[GreetingVersion, ...]
    """Newest first."""
    numbers: tuple[str, ...]
    """Numbers of ours that play it, as their greeting or in a step, E.164."""
    absent: tuple[str, ...] = ()
    """Ids of those in whose absence, now or to come, it plays."""

    @property
    def in_use(self) -> bool:
        return bool(self.numbers or self.absent)


def reference(greeting_id: str) -> str:
    """What stands in a number's `greeting`."""
    return LIBRARY + greeting_id


def referred(name: str | None) -> str | None:
    """The id of the greeting that a number's `greeting` names; None: no one of the library."""
    return name.removeprefix(LIBRARY) if name and name.startswith(LIBRARY) else None


def valid_version(versions: Iterable[GreetingVersion], at: datetime) -> GreetingVersion | None:
    """Which one plays at that moment: the one that took over last; None: none has yet."""
    begun = [v for v in versions if v.valid_from is not None and v.valid_from <= at]
    return max(begun, key=lambda v: (v.valid_from, v.number), default=None)


def states_of(versions: Sequence[GreetingVersion], at: datetime) -> dict[str, VersionState]:
    """By the version's id."""
    current = valid_version(versions, at)
    return {v.id: _state(v, current, at) for v in versions}


def _state(version: GreetingVersion, current: GreetingVersion | None, at: datetime) -> VersionState:
    if current is not None and version.id == current.id:
        return VersionState.CURRENT
    if version.valid_from is None:
        return VersionState.DRAFT
    return VersionState.PLANNED if version.valid_from > at else VersionState.PAST
