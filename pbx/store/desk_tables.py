"""The tables of the desk around the calls; see `tables` for the others.

    users ─< contacts                         private ones, and public ones that all may change
    users ─< call_notes                       one per person and call
    tasks ─< task_notes, task_favourites      the note is shared, the favourites are each person's
    countries ─< country_requests             who asked for a locked country, and the answer
    users ─< call_quality                     what a browser measured, last report per call
    calls ─< call_participants                projection of the ledger, like `calls`
    voicemails ─< voicemail_readers           who may hear a message beside management

What belongs to calls refers to none: the ledger's calls have no foreign keys either.
"""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, Table, text

from pbx.domain.desk import RequestState
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Utc


def _belongs(column: str, to: str, *, key: bool = False) -> Column[str]:
    return Column(column, Str, ForeignKey(to, ondelete="CASCADE"), nullable=False, primary_key=key)


contacts = Table(
    "contacts",
    metadata,
    Column("id", Str, primary_key=True),
    _belongs("owner_id", "users.id"),
    Column("public", Boolean, nullable=False),
    Column("name", Str, nullable=False),
    Column("number", Str, nullable=False),
    Column("company", Str, nullable=False),
    Column("email", Str, nullable=False),
    Column("note", Str, nullable=False),
    Column("task", Str, nullable=False),
    Column("name_key", Str, nullable=False),
    Column("search", Str, nullable=False),
    Index(
        "uq_contacts_private",
        "owner_id",
        "number",
        "name_key",
        unique=True,
        sqlite_where=text("NOT public"),
        postgresql_where=text("NOT public"),
    ),
    Index(
        "uq_contacts_public",
        "number",
        "name_key",
        unique=True,
        sqlite_where=text("public"),
        postgresql_where=text("public"),
    ),
    Index(None, "name_key", "id"),
)

call_notes = Table(
    "call_notes",
    metadata,
    _belongs("user_id", "users.id", key=True),
    Column("call_id", Str, primary_key=True),
    Column("text", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Column("search", Str, nullable=False),
)

task_notes = Table(
    "task_notes",
    metadata,
    _belongs("task", "tasks.external_id", key=True),
    Column("text", Str, nullable=False),
    _belongs("by", "users.id"),
    Column("at", Utc, nullable=False),
)

task_favourites = Table(
    "task_favourites",
    metadata,
    _belongs("user_id", "users.id", key=True),
    _belongs("task", "tasks.external_id", key=True),
)

country_requests = Table(
    "country_requests",
    metadata,
    Column("id", Str, primary_key=True),
    _belongs("country", "countries.code"),
    Column("task", Str, nullable=False),
    Column("reason", Str, nullable=False),
    Column("state", Named(RequestState), nullable=False),
    Column("answer", Str, nullable=False),
    _belongs("user_id", "users.id"),
    Column("created_at", Utc, nullable=False),
    Column("decided_at", Utc),
    Column("decided_by", Str),
    Index(
        "uq_country_requests_open",
        "user_id",
        "country",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(None, "created_at", "id"),
)

call_quality = Table(
    "call_quality",
    metadata,
    Column("call_id", Str, primary_key=True),
    _belongs("user_id", "users.id", key=True),
    Column("at", Utc, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("mos", Double, nullable=False),
    Column("worst_mos", Double, nullable=False),
    Column("jitter_ms", Double, nullable=False),
    Column("rtt_ms", Double),
    Column("loss_percent", Double, nullable=False),
    Column("relay", Boolean, nullable=False),
    Column("network", Str, nullable=False),
    Column("microphone", Str, nullable=False),
    Column("silent_seconds", Double, nullable=False),
    Column("rejoins", Integer, nullable=False),
    Index(None, "user_id", "at"),
)

call_participants = Table(
    "call_participants",
    metadata,
    Column("call_id", Str, primary_key=True),
    Column("user_id", Str, primary_key=True),
    Index(None, "user_id", "call_id"),
)

voicemail_readers = Table(
    "voicemail_readers",
    metadata,
    _belongs("voicemail_id", "voicemails.id", key=True),
    Column(
        "user_id",
        Str,
        ForeignKey("users.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
        index=True,
    ),
)
