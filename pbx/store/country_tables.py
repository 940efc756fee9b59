"""The tables of unlocks and limits; see `tables` for the others.

countries ─< unlocks ─< unlock_calls     openings, and the calls that were made under one
users ─< refused_calls                   a counter by person, country and day
limits, policy_settings                  what management set; defaults are in the code
users ─< outbound_locks                  the brake: who was stopped, and who released them
"""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, text

from pbx.domain.brake import Pattern
from pbx.domain.limits import Limit
from pbx.store.tables import metadata
from pbx.store.types import Exact, Named, Str, Utc


def _belongs(column: str, to: str, *, key: bool = False) -> Column[str]:
    return Column(column, Str, ForeignKey(to, ondelete="CASCADE"), nullable=False, primary_key=key)


unlocks = Table(
    "unlocks",
    metadata,
    Column("id", Str, primary_key=True),
    _belongs("country", "countries.code"),
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE")),
    Column("task", Str),
    Column("since", Utc, nullable=False),
    Column("until", Utc),
    Column("cap_minutes", Integer),
    Column("note", Str, nullable=False),
    Column("request_id", Str),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Column("revoked_at", Utc),
    Column("revoked_by", Str),
    Index(None, "at", "id"),
    Index(None, "request_id"),
)

unlock_calls = Table(
    "unlock_calls",
    metadata,
    Column("call_id", Str, primary_key=True),
    Column(
        "unlock_id",
        Str,
        ForeignKey("unlocks.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
)

refused_calls = Table(
    "refused_calls",
    metadata,
    Column("day", Date, primary_key=True),
    Column("country", Str, primary_key=True),
    _belongs("user_id", "users.id", key=True),
    Column("count", Integer, nullable=False),
)

limits = Table(
    "limits",
    metadata,
    Column("scope", Str, primary_key=True),
    Column("limit", Named(Limit), primary_key=True),
    Column("value", Exact),
)

policy_settings = Table(
    "policy_settings",
    metadata,
    Column("name", Str, primary_key=True),
    Column("value", Str, nullable=False),
)

outbound_locks = Table(
    "outbound_locks",
    metadata,
    Column("id", Str, primary_key=True),
    _belongs("user_id", "users.id"),
    Column("at", Utc, nullable=False),
    Column("pattern", Named(Pattern), nullable=False),
    Column("numbers", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("about", Str, nullable=False),
    Column("released_at", Utc),
    Column("released_by", Str),
    Index(
        "uq_outbound_locks_locked",
        "user_id",
        unique=True,
        sqlite_where=text("released_at IS NULL"),
        postgresql_where=text("released_at IS NULL"),
    ),
    Index(None, "user_id", "at"),
)
