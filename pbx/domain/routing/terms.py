"""The nouns of routing: steps and their conditions, groups, hours, absences, caller rules."""

import enum
from dataclasses import dataclass
from datetime import datetime

MOST_CALLS = 2
"""That one person may have at the same time: one to talk, one that waits."""
MOST_HOPS = 5
"""How often a call may go on to another number of ours."""
MOST_STEPS = 20
"""Of one number."""


class Action(enum.StrEnum):
    PERSON = "person"
    """Ring a person."""
    GROUP = "group"
    """Ring a group of people."""
    NUMBER = "number"
    """Go on with the steps of another number of ours; nothing comes after it."""
    OUTSIDE = "outside"
    """Ring a number that is not ours; if nobody answers there, go on."""
    ANNOUNCE = "announce"
    """Answer and play a sound, then go on."""
    VOICEMAIL = "voicemail"
    """The voicemail of the number that was called; nothing comes after it."""
    REJECT = "reject"
    """End the call; nothing comes after it."""


FINAL = frozenset({Action.NUMBER, Action.VOICEMAIL, Action.REJECT})


class Hours(enum.StrEnum):
    """What a schedule says of an instant; as a condition, `ANY` asks no schedule and `CLOSED`
    holds on holidays too."""

    ANY = "any"
    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


class CallerIs(enum.StrEnum):
    """Who calls, as far as a step cares."""

    ANY = "any"
    VIP = "vip"
    ALLOWED = "allowed"
    """On the allow list."""
    HIDDEN = "hidden"
    """Withholds the number."""
    OTHER = "other"
    """None of these."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a number's list: what is done where all conditions hold."""

    action: Action
    target: str = ""
    """User id, group id, number (E.164; of ours, or outside) or sound, as the action needs it."""
    seconds: int = 20
    """How long it rings."""
    hours: Hours = Hours.ANY
    schedule_id: str = ""
    """Whose hours."""
    caller: CallerIs = CallerIs.ANY
    absent_id: str = ""
    """Only while this user is away; empty: always."""


class Strategy(enum.StrEnum):
    """In which order the people of a group ring."""

    ALL = "all"
    """All at once."""
    TURN = "turn"
    """One after the other, in the group's order."""
    IDLE = "idle"
    """One after the other; whose last call is longest ago comes first."""


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str
    strategy: Strategy = Strategy.ALL
    members: tuple[str, ...] = ()
    """User ids, in order."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Open from `start` to `end` (minutes after local midnight, 0 to 1440) on a weekday.

    Where `end` is not after `start` it is on the next day; equal ones are 24 hours.
    """

    weekday: int
    """Of the day on which it begins; 0 is Monday."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours by the clock on the wall in Europe/Berlin."""

    id: str
    name: str
    state: str = ""
    """Federal state (`NW`) whose public holidays are closed; empty: none are."""
    intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is not rung from `begins` to `ends` (exclusive).

    With an end it is an appointment, which overrides one without an end for its time and
    ends by itself; of two appointments the one that began last counts (F77).
    """

    id: str
    user_id: str
    begins: datetime
    ends: datetime | None = None
    note: str = ""
    deputy_id: str = ""
    """Who rings instead."""
    announcement: str = ""
    """Sound that takes the place of the greeting of the person's numbers."""


class ListKind(enum.StrEnum):
    """ALLOW wins over BLOCK, so that one number of a blocked prefix can be let in."""

    BLOCK = "block"
    ALLOW = "allow"
    VIP = "vip"


@dataclass(frozen=True, slots=True)
class CallerRule:
    """One entry of a caller list."""

    id: str
    kind: ListKind
    pattern: str = ""
    """A number or its beginning, E.164; empty for a hidden caller."""
    prefix: bool = False
    hidden: str = ""
    """Keyed hash of a hidden caller's number (F43)."""
    until: datetime | None = None
    note: str = ""
    hits: int = 0
    last_hit: datetime | None = None
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the number in E.164, or the keyed hash of a hidden one; both may be missing."""

    number: str = ""
    hidden: str = ""
    test: bool = False
    """The exchange calls itself: nobody rings for that, here or outside."""


class Reason(enum.StrEnum):
    """Why somebody rings, is skipped, or nobody rings; words in `pbx.domain.routing.words`."""

    ASSIGNED = "assigned"
    RING_LIST = "ring-list"
    STEP = "step"
    GROUP = "group"
    DEPUTY = "deputy"
    NOT_LIVE = "not-live"
    STATUS = "status"
    ON_A_CALL = "on-a-call"
    WAITING = "waiting"
    AWAY = "away"
    UNASSIGNED = "unassigned"
    EMPTY_RING_LIST = "empty-ring-list"
    UNKNOWN_DID = "unknown-did"
    COOLING_DOWN = "cooling-down"
    OPEN_ONLY = "open-only"
    CLOSED_ONLY = "closed-only"
    HOLIDAY_ONLY = "holiday-only"
    CALLER_ONLY = "caller-only"
    PRESENT = "present"
    NO_GROUP = "no-group"
    NO_NUMBER = "no-number"
    NO_SCHEDULE = "no-schedule"
    HOP = "hop"
    TOO_MANY_HOPS = "too-many-hops"
    ANNOUNCED = "announced"
    STEP_VOICEMAIL = "step-voicemail"
    STEP_REJECT = "step-reject"
    STEPS_DONE = "steps-done"
    BLOCKED = "blocked"
    OUTSIDE = "outside"
    OUTSIDE_COUNTRY = "outside-country"
    OUTSIDE_NUMBER = "outside-number"
    OUTSIDE_OURS = "outside-ours"
    OUTSIDE_BACK = "outside-back"
    OUTSIDE_LIMIT = "outside-limit"
    OUTSIDE_LOCKED = "outside-locked"
    TEST_CALL = "test-call"
