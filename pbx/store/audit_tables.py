"""The table of the audit log; triggers refuse to change or delete its rows."""

from sqlalchemy import Column, Index, Table

from pbx.store.tables import metadata
from pbx.store.types import BigId, Str, Utc

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("by", Str, nullable=False),
    Column("kind", Str, nullable=False),
    Column("action", Str, nullable=False),
    Column("subject", Str, nullable=False),
    Column("before", Str),
    Column("after", Str),
    Index(None, "at", "id"),
    Index(None, "kind", "subject", "at"),
)
