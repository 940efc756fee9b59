"""What is kept of the desk around the calls: contacts, notes, requests, quality.

Times are aware UTC datetimes, numbers E.164.
"""

import enum
from dataclasses import dataclass
from datetime import datetime

from pbx.domain.records import Task


@dataclass(frozen=True, slots=True)
class Contact:
    id: str
    owner_id: str
    """Who made it; only they see it unless it is public."""
    public: bool
    name: str
    number: str
    company: str = ""
    email: str = ""
    note: str = ""
    task: str = ""
    """For what one usually talks to them; an external id, perhaps of no task any more."""


@dataclass(frozen=True, slots=True)
class CallNote:
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskNote:
    text: str
    by: str
    """User id of who wrote it last."""
    at: datetime


@dataclass(frozen=True, slots=True)
class UsersTask:
    """A task as one user has it."""

    task: Task
    favourite: bool = False
    last_used_at: datetime | None = None
    """When their last call on it began."""


class RequestState(enum.StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CountryRequest:
    """Somebody asks to be allowed to call a country (N6)."""

    id: str
    country: str
    task: str
    reason: str
    user_id: str
    created_at: datetime
    state: RequestState = RequestState.OPEN
    answer: str = ""
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """What one browser measured over one call; means unless the name says otherwise."""

    call_id: str
    user_id: str
    at: datetime
    """When the call began."""
    seconds: float
    mos: float
    worst_mos: float
    jitter_ms: float
    rtt_ms: float | None = None
    loss_percent: float = 0.0
    relay: bool = False
    """Whether the sound went over a TURN relay."""
    network: str = ""
    """`ethernet`, `wifi`, `cellular`, `vpn`, `unknown`, or empty."""
    microphone: str = ""
    silent_seconds: float = 0.0
    """For how long the microphone gave nothing although it was not muted."""
    rejoins: int = 0
