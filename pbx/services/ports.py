"""What the services need from the outside: small protocols, each with just what is called.

Adapters: `pbx.switch` (Switch), `pbx.store` (the stores), `pbx.web.live` (Notifier),
`pbx.clock` (Clock). The fakes in `tests/fakes` pass the same contract tests. What belongs
to messages is in `message_ports`, to the desk in `desk_ports`, to signing in in
`sign_in_ports`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pbx.domain.audit import SYSTEM, Change, ChangeFilter, Fields
from pbx.domain.messages import Command, Event, LinkedAs
from pbx.domain.records import (
    CallRecord,
    Country,
    Direction,
    FactorRow,
    LedgerEntry,
    Moment,
    Number,
    NumberType,
    Outcome,
    Status,
    Task,
    TaskSeconds,
    User,
)
from pbx.domain.rights import Role


class Clock(Protocol):
    def now(self) -> Moment: ...

    async def sleep(self, seconds: float) -> None: ...


# ------------------------------------------------------------------ switch


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """A leg that Asterisk has right now, found when taking stock."""

    channel: str
    call_id: str
    role: str
    """`agent` or `far`."""
    endpoint: str
    up: bool
    bridged: bool
    answered_at: datetime | None = None
    """When it was answered, by Asterisk's own record; None where that is unknown."""
    did: str = ""
    caller: str = ""
    """What a caller's leg dialled, and who it says it is; empty for legs of other kinds."""
    bridge: str = ""
    """The call in whose bridge it is; empty where it is in none (or that is unknown)."""


@dataclass(frozen=True, slots=True)
class StoredRecording:
    name: str
    call_id: str


class SwitchListener(Protocol):
    """Who is told what Asterisk reports. Called by the reader: must return at once."""

    def event(self, call_id: str, event: Event) -> None: ...

    def call_arrived(
        self, call_id: str, channel: str, did: str, caller: str, at: Moment
    ) -> None: ...

    def agent_joined(self, call_id: str, endpoint: str, channel: str, at: Moment) -> None:
        """A browser's leg came in for this call; whether it may is the listener's to say."""
        ...

    def connected(self) -> None:
        """Asterisk can be talked to (again); events may have been missed before."""
        ...


class Switch(Protocol):
    """Asterisk. Raises `SwitchUnreachable` (could not talk) or `SwitchRefused` (was told no)."""

    async def execute(self, call_id: str, command: Command) -> None: ...

    async def channels(self) -> Sequence[LiveChannel]: ...

    async def recording_live(self, call_id: str) -> bool: ...

    async def playing(self, call_id: str, name: str) -> bool:
        """Whether the playback that `Play` began is still under way."""
        ...

    async def ended_at(self, call_id: str) -> datetime | None:
        """When the call's last leg ended, by Asterisk's own record; None where unknown."""
        ...

    async def asserted_number(self, channel: str) -> str:
        """The number that the network asserts for a caller who withholds it; empty where it
        passes none. Nobody may see it, and it is not to be kept."""
        ...

    async def received_packets(self, channel: str) -> int | None:
        """RTP packets that this leg has sent us so far; None where there is no sound to count."""
        ...

    async def add_endpoint(self, username: str, password: str) -> None: ...

    async def remove_endpoint(self, username: str) -> None: ...

    async def stored_recordings(self) -> Sequence[StoredRecording]: ...

    async def fetch_recording(self, name: str) -> bytes: ...

    async def drop_recording(self, name: str) -> None: ...

    async def state(self) -> dict[str, str]:
        """`{"asterisk": "ok" | reason, "trunk": "ok" | reason}`; never raises."""
        ...


# ------------------------------------------------------------------ stores


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls; None or empty means any. Times are UTC, `until` exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    user_id: str | None = None
    """Whose call it is, or who took part in it."""
    task: str | None = None
    number: str | None = None
    open_only: bool = False
    direction: Direction | None = None
    outcomes: tuple[Outcome, ...] = ()
    customer: str | None = None
    """Whose tasks: the customer as the tasks name it."""
    country: str | None = None
    number_type: NumberType | None = None
    ours: tuple[str, ...] | None = None
    """Numbers of ours: called by a call in, shown by a call out."""
    ended_only: bool = False
    query: str = ""
    """Parts, each of number, contact's name, task, or note."""
    reader_id: str = ""
    """Whose contacts and notes `query` looks at."""


class CallLog(Protocol):
    async def append(self, entry: LedgerEntry) -> bool:
        """Durably add `entry`; False where this one-time entry was there already."""
        ...

    async def get(self, call_id: str) -> CallRecord | None: ...

    async def by_key(self, user_id: str, key: str) -> CallRecord | None: ...

    async def entries(self, call_id: str) -> Sequence[LedgerEntry]: ...

    async def took_part(self, user_id: str, call_id: str) -> bool:
        """Whether this user's browser was in the call, or they were the colleague called."""
        ...

    async def participants(self, call_ids: Collection[str]) -> Mapping[str, Collection[str]]:
        """User ids of all who took part, by call; calls without any are missing."""
        ...

    async def find(
        self, which: CallFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallRecord], str | None]:
        """Newest first; the second value is the next page's cursor or None.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        ...

    async def count(self, which: CallFilter, most: int) -> int:
        """How many there are; stops counting behind `most`, then it is `most` + 1."""
        ...

    async def beat(self, call_ids: Sequence[str], moment: Moment) -> None:
        """Note that these calls were seen alive at `moment` (not part of the ledger)."""
        ...

    async def last_beat(self, call_id: str) -> Moment | None: ...

    async def task_seconds(
        self, task: str | None, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[TaskSeconds]:
        """Sums of ended calls; of one task, or of all."""
        ...


class Directory(Protocol):
    """People, tasks, numbers, countries, factors."""

    async def user(self, user_id: str) -> User | None: ...

    async def user_by_email(self, email: str) -> User | None: ...

    async def users(self) -> Sequence[User]: ...

    async def add_user(
        self, email: str, name: str, role: Role, language: str, password_hash: str
    ) -> User: ...

    async def set_password(self, user_id: str, password_hash: str) -> None: ...

    async def set_language(self, user_id: str, language: str) -> None: ...

    async def set_status(self, user_id: str, status: Status) -> None: ...

    async def password_hash(self, user_id: str) -> str: ...

    async def tasks(self, query: str, email: str | None, limit: int = 50) -> Sequence[Task]:
        """Tasks whose id, title or customer contains `query` (case-insensitive), usable by `email`.

        `email` None: all of them. Own tasks and tasks without assignees are usable by everybody,
        closed ones by nobody.
        """
        ...

    async def task(self, external_id: str) -> Task | None: ...

    async def task_titles(self, external_ids: Collection[str]) -> Mapping[str, str]:
        """Those that there are, with one look-up."""
        ...

    async def put_task(
        self, task: Task, by: str = SYSTEM, at: datetime | None = None, *, undo: bool = False
    ) -> bool:
        """Create or replace; True where it is new.

        Args:
            undo: an area that is another one now is the one from before the last change, and the
                factors that were frozen then come back with it.

        Raises:
            Conflict: `nothing-to-undo`, where the area before the last change was another one.
        """
        ...

    async def check_open(self, task: str) -> str | None:
        """The task's customer where nobody has answered the new-customer check yet (F15)."""
        ...

    async def handover_open(self, task: str, email: str) -> bool:
        """Whether this person has to confirm first that the task was handed to them (F18)."""
        ...

    async def put_work_time(
        self,
        task: str,
        user_id: str,
        day: date,
        minutes: int,
        by: str = SYSTEM,
        at: datetime | None = None,
    ) -> None: ...

    async def work_seconds(self, task: str) -> int: ...

    async def numbers(self) -> Sequence[Number]: ...

    async def number(self, e164: str) -> Number | None: ...

    async def put_number(self, number: Number, by: str, at: datetime) -> bool:
        """Create or replace its settings; True where it is new."""
        ...

    async def assign(self, e164: str, user_id: str | None, by: str, at: datetime) -> Number:
        """Give the number to a user or to nobody; history is kept.

        Raises:
            NotFound: `unknown-number`, `unknown-user`; Conflict: `user-inactive`.
        """
        ...

    async def countries(self) -> Sequence[Country]: ...

    async def country(self, code: str) -> Country | None: ...

    async def put_country(self, country: Country, by: str, at: datetime) -> None: ...

    async def add_countries(self, new: Collection[Country], by: str, at: datetime) -> None:
        """Those that are there already stay as they are; the audit log tells nothing."""
        ...

    async def factors(self, day: date) -> FactorRow:
        """The row valid on `day`.

        Raises:
            NotFound: `no-factors`.
        """
        ...

    async def put_factors(self, row: FactorRow) -> None:
        """Add a row, or correct it while no task has frozen it.

        Raises:
            Conflict: `factors-in-use`.
        """
        ...


class AuditLog(Protocol):
    """Every change that management makes; nothing in it is ever changed.

    Stores write their own changes here, in the same transaction; `note` is for those that
    no store of ours makes.
    """

    async def note(
        self,
        action: str,
        subject: str,
        *,
        by: str,
        at: datetime,
        before: Fields | None = None,
        after: Fields | None = None,
    ) -> None:
        """Durably add a change; where `before` and `after` do not differ, nothing is added."""
        ...

    async def find(
        self, which: ChangeFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Change], str | None]:
        """Newest first; the second value is the next page's cursor or None.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        ...

    async def kinds(self) -> Sequence[str]:
        """Of what there are changes."""
        ...


class PasswordHasher(Protocol):
    """Slow on purpose: call it in a worker thread."""

    def hash(self, password: str) -> str: ...

    def verify(self, stored: str, password: str) -> bool:
        """Takes as long where `stored` is empty, so that nobody learns who has an account."""
        ...


@dataclass(frozen=True, slots=True)
class CallView:
    """A call as people see it: what the ledger says and what is going on right now."""

    record: CallRecord
    state: str
    """A `CallState`, `ended` where the call is not under way."""
    task_title: str | None = None
    label: str | None = None
    """Label of our number that was called."""
    colleague_id: str | None = None
    """Whom an internal call is for, or to whom the call is being handed over."""
    linked: str | None = None
    linked_as: LinkedAs | None = None
    """The call that this one belongs to, and how."""
    notice: str | None = None
    """Cause id of what went wrong with a call that goes on: why a transfer came back."""
    revision: int = 0
    """Grows with each change of a call under way; 0 where it is not."""


class Notifier(Protocol):
    """Pushes to browsers. Never blocks and never raises."""

    def call_changed(self, user_id: str, view: CallView) -> None: ...

    def board_changed(self, call_id: str) -> None:
        """Something about a call under way changed; for those who watch all of them."""
        ...

    def ring(self, user_id: str, view: CallView) -> None: ...

    def wake(self, user_id: str, view: CallView) -> None:
        """A call would ring for somebody without a live browser: a closed page may be opened
        by a push. `ring` does that too."""
        ...

    def ring_stopped(self, user_id: str, call_id: str, reason: str) -> None: ...

    def voicemail_changed(self, voicemail_id: str) -> None: ...

    def country_request_changed(self, request_id: str, user_id: str) -> None:
        """`user_id` asked for a country, or was answered."""
        ...

    def number_request_changed(self, request_id: str, user_id: str) -> None:
        """`user_id` asked for a number of their own, or was answered."""
        ...

    def presence_changed(self, user_id: str, live: bool) -> None: ...

    def phone_share_changed(self, user_id: str, task: str) -> None: ...
