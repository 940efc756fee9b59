"""The tables, as SQLAlchemy sees them. What creates them is `migrations/`; a test compares both.

    users ─< sessions, api_tokens            people and what proves who they are
    users ── second_factors ─< recovery_codes, users ─< single_sign_ons     (sign_in_tables)
    users ─< push_subscriptions              browsers that take a push for them
    tasks ─< task_assignees, work_times      written by the task app
    customers ─< tasks ...                   what is billed to whom           (billing_tables)
    numbers ─< number_assignments            who has which number, and who had it
    countries ─< country_changes             allowed destinations, and who changed them
    factors                                  versioned by date
    ledger ─> calls                          facts, append-only; their projection
    call_beats                               when a living call was last seen
    voicemails ─< outbox                     messages and the mails that carry them

The ledger and the calls refer to nothing: money must be written down whatever became
of a user or a task.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    false,
    text,
)

from pbx.domain.records import (
    Area,
    CoolDown,
    Direction,
    LedgerKind,
    MailKind,
    NumberState,
    NumberType,
    OutboxState,
    Outcome,
    Status,
    TaskState,
    VoicemailState,
    Zone,
)
from pbx.domain.rights import Right, Role
from pbx.store.types import BigId, Named, NameSet, Str, Strings, Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ONCE = "kind IN ('offered', 'ringing', 'answered', 'ended')"
"""Entries that occur at most once a call."""

_FILTERED = (
    "direction",
    "outcome",
    "user_id",
    "task",
    "country",
    "number_type",
    "did",
    "caller_id",
)
SEARCHED = ("offered_at", "id", *_FILTERED, "number")
SUMMED = ("day", "hour", *_FILTERED, "talk_ms")


def _moment(prefix: str, *, nullable: bool) -> list[Column[object]]:
    """Three columns for a `Moment`: the wall's time, the monotonic one and its boot."""
    return [
        Column(f"{prefix}at", Utc, nullable=nullable),
        Column(f"{prefix}mono_ms", BigInteger, nullable=nullable),
        Column(f"{prefix}boot_id", Str, nullable=nullable),
    ]


def _facts() -> list[Column[object]]:
    """What entries and calls both say about a call."""
    return [
        Column("user_id", Str),
        Column("task", Str),
        Column("number", Str),
        Column("did", Str),
        Column("caller_id", Str),
        Column("country", Str),
        Column("number_type", Named(NumberType)),
        Column("zone", Named(Zone)),
        Column("key", Str),
    ]


def _ending() -> list[Column[object]]:
    return [
        Column("outcome", Named(Outcome)),
        Column("cause", Str),
        Column("cause_code", Integer),
        Column("sip_status", Integer),
    ]


# ------------------------------------------------------------------ people

users = Table(
    "users",
    metadata,
    Column("id", Str, primary_key=True),
    Column("email", Str, nullable=False),
    Column("email_key", Str, nullable=False, unique=True),
    Column("name", Str, nullable=False),
    Column("role", Named(Role), nullable=False),
    Column("language", Str, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("password_hash", Str, nullable=False),
    Column("status", Named(Status), nullable=False, server_default=Status.AVAILABLE.value),
    Column("granted", NameSet(Right), nullable=False, server_default="[]"),
    Column("denied", NameSet(Right), nullable=False, server_default="[]"),
    Column("position", Str, nullable=False, server_default=""),
    Column("responsibility", Str, nullable=False, server_default=""),
    Column("search", Str, nullable=False, server_default=""),
    Column("invited_at", Utc),
    Column("left_at", Utc),
    Column("password_at", Utc),
    Index(None, "search", "id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Str, primary_key=True),
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
    Column("opened_at", Utc),
    Column("used_at", Utc),
    Column("agent", Str, nullable=False, server_default=""),
    Column("proven", Boolean, nullable=False, server_default=false()),
    Index(None, "user_id"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("token_hash", Str, primary_key=True),
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", Str, nullable=False),
    Column("scopes", Str),
    Column("created_at", Utc),
    Column("expires_at", Utc),
    Column("used_at", Utc),
    Index(None, "user_id"),
)

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("endpoint", Str, primary_key=True),
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("p256dh", LargeBinary, nullable=False),
    Column("auth", LargeBinary, nullable=False),
    Column("session", Str, nullable=False, index=True),
    Column("created_at", Utc, nullable=False),
)

# ------------------------------------------------------------------ tasks and factors

factors = Table(
    "factors",
    metadata,
    Column("valid_from", Date, primary_key=True),
    Column("base_backoffice", Integer, nullable=False),
    Column("base_sales", Integer, nullable=False),
    Column("surcharge_de", Integer, nullable=False),
    Column("surcharge_eu", Integer, nullable=False),
    Column("pay_backoffice", Integer, nullable=False),
    Column("pay_sales", Integer, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("external_id", Str, primary_key=True),
    Column("title", Str, nullable=False),
    Column("customer", Str, nullable=False),
    Column("area", Named(Area), nullable=False),
    Column("budget_minutes", Integer, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("search", Str, nullable=False),
    Column("factors_valid_from", Date, ForeignKey("factors.valid_from")),
    Column("customer_id", Str, index=True),
    Column("state", Named(TaskState), nullable=False, server_default=TaskState.OPEN.value),
)

task_assignees = Table(
    "task_assignees",
    metadata,
    Column("task", Str, ForeignKey("tasks.external_id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("email", Str, nullable=False),
    Column("email_key", Str, nullable=False, index=True),
)

work_times = Table(
    "work_times",
    metadata,
    Column("task", Str, ForeignKey("tasks.external_id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Str, ForeignKey("users.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("minutes", Integer, nullable=False),
)

# ------------------------------------------------------------------ numbers and countries

numbers = Table(
    "numbers",
    metadata,
    Column("e164", Str, primary_key=True),
    Column("label", Str, nullable=False),
    Column("user_id", Str, ForeignKey("users.id")),
    Column("ring_seconds", Integer, nullable=False),
    Column("language", Str, nullable=False),
    Column("greeting", Str),
    Column("recipients", Strings, nullable=False),
    Column("show_as_caller_id", Boolean, nullable=False),
    Column("head_office", Boolean, nullable=False),
    Column("at_head_office", Boolean, nullable=False, server_default=false()),
    Column("cc", Strings, nullable=False, server_default="[]"),
    Column("state", Named(NumberState), nullable=False, server_default=NumberState.OURS.value),
    Column("street", Str, nullable=False, server_default=""),
    Column("postcode", Str, nullable=False, server_default=""),
    Column("city", Str, nullable=False, server_default=""),
    Column("address_country", Str, nullable=False, server_default=""),
    Column("trunk", Str, nullable=False, server_default=""),
    Column("cool_down_days", Integer, nullable=False, server_default="0"),
    Column("cool_down", Named(CoolDown), nullable=False, server_default=CoolDown.RING.value),
    Column("cool_until", Utc),
    Column("search", Str, nullable=False, server_default=""),
)

number_assignments = Table(
    "number_assignments",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("e164", Str, ForeignKey("numbers.e164"), nullable=False),
    Column("user_id", Str),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Column("at_head_office", Boolean, nullable=False, server_default=false()),
    Index(None, "e164", "at"),
)

countries = Table(
    "countries",
    metadata,
    Column("code", Str, primary_key=True),
    Column("zone", Named(Zone), nullable=False),
    Column("allowed", Boolean, nullable=False),
)

country_changes = Table(
    "country_changes",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("code", Str, ForeignKey("countries.code"), nullable=False),
    Column("zone", Named(Zone), nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "code", "at"),
)

# ------------------------------------------------------------------ calls

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("call_id", Str, nullable=False),
    Column("kind", Named(LedgerKind), nullable=False),
    *_moment("", nullable=False),
    Column("direction", Named(Direction)),
    *_facts(),
    Column("leg", Str),
    Column("channel", Str),
    *_ending(),
    Column("talk_ms", BigInteger),
    Column("platform_ms", BigInteger),
    Column("digits", Str),
    Index(None, "call_id", "id"),
    Index(
        "uq_ledger_once",
        "call_id",
        "kind",
        unique=True,
        sqlite_where=text(ONCE),
        postgresql_where=text(ONCE),
    ),
    Index(
        "uq_ledger_key",
        "user_id",
        "key",
        unique=True,
        sqlite_where=text("kind = 'offered' AND key IS NOT NULL"),
        postgresql_where=text("kind = 'offered' AND key IS NOT NULL"),
    ),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Str, primary_key=True),
    Column("direction", Named(Direction), nullable=False),
    *_moment("offered_", nullable=False),
    *_facts(),
    Column("far_channel", Str),
    *_moment("ringing_", nullable=True),
    *_moment("answered_", nullable=True),
    *_moment("ended_", nullable=True),
    *_ending(),
    Column("talk_ms", BigInteger, nullable=False),
    Column("platform_ms", BigInteger, nullable=False),
    # Of `offered_at` by Berlin's clocks, see `domain.statistics.slot`.
    Column("day", Integer, nullable=False, server_default="0"),
    Column("hour", Integer, nullable=False, server_default="0"),
    # Lists and sums read these two instead of the calls: all that they filter by is in them.
    Index("ix_calls_search", *SEARCHED),
    Index(
        "ix_calls_sums",
        *SUMMED,
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    Index(None, "user_id", "offered_at"),
    Index(None, "task", "offered_at"),
    Index(None, "number", "offered_at"),
    Index(
        "ix_calls_open",
        "offered_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

call_beats = Table(
    "call_beats",
    metadata,
    Column("call_id", Str, primary_key=True),
    *_moment("", nullable=False),
)

# ------------------------------------------------------------------ voicemail

voicemails = Table(
    "voicemails",
    metadata,
    Column("id", Str, primary_key=True),
    Column("call_id", Str, nullable=False, unique=True),
    Column("did", Str, nullable=False),
    Column("label", Str, nullable=False),
    Column("caller", Str),
    Column("recorded_at", Utc, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("speech_ms", Integer, nullable=False),
    Column("state", Named(VoicemailState), nullable=False),
    Column("reason", Str, nullable=False),
    Column("wav", Str, nullable=False),
    Column("mp3", Str),
    Column("user_id", Str, ForeignKey("users.id")),
    Column("task", Str, nullable=False, server_default=""),
    Column("transcript", Str, nullable=False, server_default=""),
    Column("claimed_by", Str),
    Column("claimed_at", Utc),
    Column("done_by", Str),
    Column("done_at", Utc),
    Column("reminded_at", Utc),
    Column("removed_at", Utc),
    Index(None, "recorded_at", "id"),
    Index(None, "state", "recorded_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Str, primary_key=True),
    Column("voicemail_id", Str, ForeignKey("voicemails.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", Str, nullable=False, unique=True),
    Column("recipients", Strings, nullable=False),
    Column("forwarded_by", Str),
    Column("note", Str, nullable=False),
    Column("state", Named(OutboxState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Utc, nullable=False),
    Column("smtp_reply", Str, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("kind", Named(MailKind), nullable=False, server_default=MailKind.MESSAGE.value),
    Column("in_reply_to", Str, nullable=False, server_default=""),
    Column("task", Str, nullable=False, server_default=""),
    Index(None, "voicemail_id", "created_at"),
    Index(
        "ix_outbox_waiting",
        "next_attempt_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)
